// Attributes of `lssyscfg -r sys`, in the orders captured on V7R7.9 (operating and powered off) and V10R3; V8R8 between them is domain
// knowledge. Values that the model has come from the service processor; the others are constants, each an estimate of ours unless its row
// says otherwise.

import type { ReplyOf, SystemState } from '@powersim/protocol'
import type { Attribute, AttributeRule, AttributeTable } from '../../cli/output-form.js'
import type { Generation } from '../../generation/generation.js'
import type { SystemHandle } from '../operation-context.js'
import { uuidOf } from '../uuid.js'

export interface SystemRow {
  readonly system: SystemHandle
  /** `MM/DD/YYYY HH:MM:SS`, or `unavailable`. */
  readonly systemTime: string
  readonly state: SystemState
  readonly detail: string
  readonly hypervisorRunning: boolean
  /** Null when the service processor did not answer. */
  readonly attributes: ReplyOf<'system.attributes'> | null
}

type Row = Attribute<SystemRow>

const UNAVAILABLE = 'unavailable'

/** A constant that only a running hypervisor tells. */
const whileRunning = (name: string, value: string | number): Row => ({
  name,
  value: (row) => (row.hypervisorRunning ? value : UNAVAILABLE),
})
/** What the machine can, as the console learned it; only a running hypervisor tells. */
const capable = (name: string, can: (capabilities: SystemHandle['capabilities']) => boolean): Row => ({
  name,
  value: (row) => (row.hypervisorRunning ? (can(row.system.capabilities) ? 1 : 0) : UNAVAILABLE),
})
/** A constant that the service processor knows in every state. */
const always = (name: string, value: string | number): Row => ({ name, value: (row) => (row.attributes === null ? UNAVAILABLE : value) })
/** A value that the service processor told. */
const told = (name: string, value: (attributes: ReplyOf<'system.attributes'>) => string | number): Row => ({
  name,
  value: (row) => (row.attributes === null ? UNAVAILABLE : value(row.attributes)),
})
const currentAndPending = (name: string, value: (attributes: ReplyOf<'system.attributes'>) => string | number): Row[] => [
  told(`curr_${name}`, value),
  told(`pend_${name}`, value),
]

const unreachableStates: readonly SystemState[] = [
  'No Connection',
  'Failed Authentication',
  'Pending Authentication - Password Updates Required',
  'Version Mismatch',
]

/** States in which a hypervisor runs. */
export const upStates: readonly SystemState[] = ['Standby', 'Operating', 'Recovery', 'Incomplete']

export function isUp(state: SystemState): boolean {
  return upStates.includes(state)
}

/** Whether the console can ask the service processor anything in this state. */
export function isReachable(state: SystemState): boolean {
  return !unreachableStates.includes(state)
}

const whenOff = (name: string): Row => ({ ...whileRunning(name, 0), when: (row) => !row.hypervisorRunning })

/** Rows that only some generations have. */
const from = (since: Generation, ...rows: readonly Row[]): Row[] => rows.map((row) => ({ ...row, since }))
/** Of machines and consoles up to POWER8. */
const old = (row: Row): Row => ({ ...row, until: 'v8r8' })
/** Valid with -F before the generation that prints it unasked. */
const printed = (inRows: AttributeRule['inRows'], row: Row): Row => ({ ...row, ...(inRows === undefined ? {} : { inRows }) })

export const systemAttributes: AttributeTable<SystemRow> = [
  // A system that is not connected is shown by its address (captured).
  { name: 'name', value: (row) => (row.state === 'No Connection' ? row.system.ipAddress : row.system.name) },
  { name: 'type_model', value: (row) => row.system.typeModel },
  { name: 'serial_num', value: (row) => row.system.serialNumber },
  { name: 'ipaddr', value: (row) => row.system.ipAddress },
  // Valid with -F on older levels too.
  printed('v10r3', always('sp_type', 'fsp')),
  { name: 'state', value: (row) => row.state },
  { name: 'state_detail', value: () => '', since: 'v10r3' },
  { name: 'detailed_state', value: (row) => row.detail },
  { name: 'sys_time', value: (row) => row.systemTime },
  {
    name: 'power_off_policy',
    value: (row) => (row.hypervisorRunning && row.attributes !== null ? row.attributes.powerOffPolicy : UNAVAILABLE),
  },
  whileRunning('active_lpar_mobility_capable', 1),
  whileRunning('inactive_lpar_mobility_capable', 1),
  whileRunning('active_lpar_share_idle_procs_capable', 1),
  capable('active_mem_expansion_capable', ({ activeMemoryExpansion }) => activeMemoryExpansion),
  whileRunning('hardware_active_mem_expansion_capable', 0),
  ...from('v8r8', whileRunning('active_mem_mirroring_hypervisor_capable', 0)),
  capable('active_mem_sharing_capable', ({ activeMemorySharing }) => activeMemorySharing),
  always('addr_broadcast_perf_policy_capable', 0),
  old(whileRunning('bsr_capable', 0)),
  ...from('v10r3', whileRunning('aix_capable', 1)),
  ...from('v8r8', whileRunning('capi_capable', 0)),
  whileRunning('cod_mem_capable', 0),
  whileRunning('cod_proc_capable', 0),
  whileRunning('dynamic_platform_optimization_capable', 0),
  whileRunning('electronic_err_reporting_capable', 0),
  always('firmware_power_saver_capable', 0),
  always('hardware_power_saver_capable', 1),
  whileRunning('hardware_discovery_capable', 1),
  old(always('hca_capable', 1)),
  always('huge_page_mem_capable', 1),
  old(whileRunning('lhea_capable', 1)),
  whileRunning('lpar_avail_priority_capable', 1),
  whileRunning('lpar_proc_compat_mode_capable', 1),
  whileRunning('lpar_remote_restart_capable', 0),
  ...from('v8r8', whileRunning('powervm_lpar_simplified_remote_restart_capable', 0)),
  ...from('v10r3', whileRunning('dynamic_simplified_remote_restart_toggle_capable', 0)),
  whileRunning('powervm_lpar_remote_restart_capable', 0),
  whileRunning('lpar_suspend_capable', 0),
  whileRunning('micro_lpar_capable', 1),
  whileRunning('os400_capable', 1),
  { ...whileRunning('5250_application_capable', 0), when: (row) => row.hypervisorRunning },
  ...from('v10r3', whileRunning('os400_native_io_capable', 1)),
  whileRunning('redundant_err_path_reporting_capable', 1),
  whileRunning('shared_eth_failover_capable', 1),
  old(always('sni_msg_passing_capable', 0)),
  always('sp_failover_capable', 0),
  whileRunning('vet_activation_capable', 1),
  whileRunning('virtual_fc_capable', 1),
  whileRunning('virtual_io_server_capable', 1),
  whileRunning('virtual_switch_capable', 1),
  whileRunning('vsn_phase2_capable', 0),
  whileRunning('vsi_on_veth_capable', 0),
  whileRunning('assign_5250_cpw_percent', 0),
  { name: 'max_lpars', value: (row) => (row.hypervisorRunning ? row.system.capabilities.maxPartitions : UNAVAILABLE) },
  { name: 'max_power_ctrl_lpars', value: (row) => (row.hypervisorRunning ? 1 : row.attributes === null ? UNAVAILABLE : 0) },
  old(whenOff('max_remote_restart_capable_lpars')),
  old(whenOff('max_suspend_capable_lpars')),
  old({ name: 'hca_bandwidth_capabilities', value: () => 'null' }),
  whileRunning('service_lpar_id', 'none'),
  old(whenOff('service_lpar_name')),
  printed('v8r8', {
    name: 'lpar_proc_compat_modes',
    value: (row) => (row.hypervisorRunning ? ['default', ...row.system.capabilities.compatModes] : UNAVAILABLE),
  }),
  ...currentAndPending('sys_keylock', (attributes) => attributes.keylock),
  told('curr_power_on_side', (attributes) => attributes.powerOnSide),
  told('pend_power_on_side', (attributes) => attributes.pendingPowerOnSide ?? attributes.powerOnSide),
  ...currentAndPending('power_on_speed', (attributes) => attributes.powerOnSpeed),
  old(always('curr_power_on_speed_override', 'none')),
  old(always('pend_power_on_speed_override', 'none')),
  always('power_on_type', 'power on'),
  told('power_on_option', (attributes) => attributes.powerOnOption),
  told('power_on_lpar_start_policy', (attributes) => attributes.lparStartPolicy),
  told('pend_power_on_option', (attributes) => attributes.powerOnOption),
  told('pend_power_on_lpar_start_policy', (attributes) => attributes.lparStartPolicy),
  always('power_on_method', '02'),
  always('power_on_attr', '0000'),
  always('sp_boot_attr', '0000'),
  always('sp_boot_major_type', '08'),
  always('sp_boot_minor_type', '01'),
  always('sp_version', '00030030'),
  whileRunning('mfg_default_config', 0),
  always('curr_mfg_default_ipl_source', 'a'),
  always('pend_mfg_default_ipl_source', 'a'),
  always('curr_mfg_default_boot_mode', 'norm'),
  always('pend_mfg_default_boot_mode', 'norm'),
  ...from('v8r8', whileRunning('max_vtpm_lpars', 0)),
  ...from(
    'v10r3',
    { name: 'supported_vtpm_versions', value: () => '' },
    { name: 'cluster_serial_num', value: () => 'none' },
    { name: 'peer_collective_serial_num', value: () => 'none' },
    always('lpar_keystore_min_kbytes', 4),
    always('lpar_keystore_max_kbytes', 64),
    { name: 'description', value: () => '' },
  ),
  // In no default row that was captured.
  { name: 'uuid', value: (row) => uuidOf(`${row.system.typeModel}*${row.system.serialNumber}`), inRows: 'never' },
]
