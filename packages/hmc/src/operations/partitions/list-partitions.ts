// lssyscfg -r lpar: the partitions of a system. Orders captured on V7R7.9 (POWER5) and V8R8 (POWER8: IBM's webinar on simplified remote
// restart); of V10R3 the names were captured and their order is domain knowledge.
// One command for the list and one for each partition that the filter lets through.

import type { Yieldable } from '@powersim/kernel'
import type { PartitionView, RmcState } from '@powersim/protocol'
import { type FilterRule, type Filters, partitionFilters } from '../../cli/filter.js'
import type { LineReply } from '../../cli/line-reply.js'
import type { OptionReader } from '../../cli/option-reader.js'
import type { AttributeTable } from '../../cli/output-form.js'
import { systemKey } from '../../users/managed-resource.js'
import { listPartitions } from '../find-partition.js'
import { converse, type LineScope } from '../line-scope.js'
import { listing } from '../listing.js'
import { isUp } from '../systems/system-attributes.js'
import type { SystemHandle } from '../operation-context.js'
import { uuidOf } from '../uuid.js'

export interface PartitionRow {
  readonly system: SystemHandle
  /** Number of the system on its console, from 0: part of the partitions' addresses. */
  readonly systemNumber: number
  readonly view: PartitionView
  readonly rmcState: RmcState
}

const flagText = (value: boolean): string => (value ? '1' : '0')

export const partitionRowFilters: readonly FilterRule[] = [...partitionFilters, { name: 'work_groups', takes: 'text', notSimulated: true }]

const isClient = ({ view }: PartitionRow): boolean => view.environment !== 'vioserver'

export const partitionAttributes: AttributeTable<PartitionRow> = [
  { name: 'name', value: ({ view }) => view.name },
  { name: 'lpar_id', value: ({ view }) => view.id },
  { name: 'lpar_env', value: ({ view }) => view.environment },
  { name: 'state', value: ({ view }) => view.state },
  { name: 'resource_config', value: ({ view }) => flagText(view.resourceConfig) },
  { name: 'os_version', value: ({ view }) => (view.osVersion === '' ? 'Unknown' : view.osVersion) },
  { name: 'logical_serial_num', value: ({ system, view }) => logicalSerialNumber(system.serialNumber, view.id) },
  { name: 'default_profile', value: ({ view }) => view.defaultProfile },
  { name: 'curr_profile', value: ({ view }) => view.currentProfile },
  { name: 'work_group_id', value: ({ view }) => (view.workGroup === '' ? 'none' : view.workGroup) },
  { name: 'shared_proc_pool_util_auth', value: () => 0 },
  { name: 'allow_perf_collection', value: () => 0 },
  { name: 'power_ctrl_lpar_ids', value: () => 'none' },
  { name: 'boot_mode', value: ({ view }) => view.bootMode, when: isClient },
  { name: 'lpar_keylock', value: ({ view }) => view.keylock },
  { name: 'auto_start', value: ({ view }) => flagText(view.autoStart) },
  { name: 'redundant_err_path_reporting', value: () => 0 },
  { name: 'rmc_state', value: rmcState },
  { name: 'rmc_ipaddr', value: ({ systemNumber, view, rmcState }) => (rmcState === 'active' ? rmcAddress(systemNumber, view.id) : '') },
  // From here to vtpm_enabled consoles of V7R7 print them of POWER7 machines (captured), not of older ones.
  { name: 'time_ref', value: () => 0, inRows: 'v8r8' },
  { name: 'lpar_avail_priority', value: ({ view }) => (view.environment === 'vioserver' ? 191 : 127), inRows: 'v8r8' },
  { name: 'desired_lpar_proc_compat_mode', value: ({ view }) => view.desiredCompatMode ?? '', inRows: 'v8r8' },
  { name: 'curr_lpar_proc_compat_mode', value: ({ view }) => view.currentCompatMode ?? '', inRows: 'v8r8' },
  { name: 'suspend_capable', value: () => 0, inRows: 'v8r8', until: 'v8r8', when: isClient },
  { name: 'remote_restart_capable', value: () => 0, inRows: 'v8r8', until: 'v8r8', when: isClient },
  { name: 'simplified_remote_restart_capable', value: () => 0, since: 'v8r8', when: isClient },
  { name: 'sync_curr_profile', value: ({ view }) => view.syncProfile ?? 0 },
  { name: 'affinity_group_id', value: () => 'none', inRows: 'v8r8' },
  { name: 'vtpm_enabled', value: () => 0, inRows: 'v8r8', when: isClient },
  { name: 'msp', value: () => 0, inRows: 'v8r8', when: (row) => !isClient(row) },
  { name: 'powervm_mgmt_capable', value: ({ view }) => (view.managementCapable === true ? 1 : 0), since: 'v10r3', when: isClient },
  { name: 'migr_storage_vios_data_status', value: () => 'unavailable', since: 'v10r3', when: isClient },
  { name: 'migr_storage_vios_data_timestamp', value: () => 'unavailable', since: 'v10r3', when: isClient },
  { name: 'pend_secure_boot', value: () => 0, since: 'v10r3' },
  { name: 'curr_secure_boot', value: () => 0, since: 'v10r3' },
  { name: 'keystore_kbytes', value: () => 0, since: 'v10r3' },
  { name: 'virtual_serial_num', value: () => 'none', since: 'v10r3' },
  { name: 'description', value: ({ view }) => view.description, inRows: 'v10r3' },
  // Valid with -F; in no default row that was captured. A V10R3 console refuses the first two (captured).
  { name: 'min_affinity_score', value: () => 0, since: 'v11r1', inRows: 'never', source: 'capture of V11R2 SP1120 with a POWER11' },
  { name: 'min_affinity_score_action', value: () => 'none', since: 'v11r1', inRows: 'never', source: 'as min_affinity_score' },
  { name: 'uuid', value: ({ system, view }) => uuidOf(`${system.serialNumber}/${view.id}`).toUpperCase(), inRows: 'never' },
]

/**
 * System serial and partition ID: one character for 1 to 23 (10 is A, 16 is G, 23 is N), two hex digits from 32 on; those forms are
 * captured. 24 to 31 have never been seen and are taken to go on as letters.
 */
export function logicalSerialNumber(serialNumber: string, lparId: number): string {
  if (lparId >= 32) return `${serialNumber}${lparId.toString(16).toUpperCase()}`
  return serialNumber + (lparId < 10 ? String(lparId) : String.fromCharCode(65 + lparId - 10))
}

// A partition whose agent was never heard of reads inactive (captured); IBM i has no such agent.
function rmcState({ view, rmcState: state }: PartitionRow): string {
  if (state !== 'none') return state
  return view.environment === 'os400' ? 'none' : 'inactive'
}

/** Address of a partition's operating system: no two partitions of a console share one (estimate). */
export function rmcAddress(systemNumber: number, id: number): string {
  return `10.${systemNumber % 256}.${Math.floor(id / 256)}.${id % 256}`
}

/** What the console remembers of a system that cannot be asked; what it was answered, if that is nothing. */
function unavailable(
  { context }: LineScope,
  system: SystemHandle,
  filters: Filters,
  options: OptionReader,
  otherwise: LineReply,
): LineReply {
  const [names, ids] = [filters.get('lpar_names'), filters.get('lpar_ids')?.map(Number)]
  const { users, user } = context
  const views = system.partitions
    .unavailable()
    .filter(({ id, name }) => (names?.includes(name) ?? true) && (ids?.includes(id) ?? true))
    .filter(({ id }) => users.holdsPartition(user, systemKey(system), id))
  if (views.length === 0) return otherwise
  const systemNumber = context.systems().indexOf(system)
  return listing(
    partitionAttributes,
    views.map((view) => ({ system, systemNumber, view, rmcState: 'none' as const })),
    options.output,
  )
}

export function* listPartitionRows(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const conversation = converse(scope, options, 'lssyscfg lpar')
  if (!conversation.ok) return conversation.reply
  const { system } = conversation.value
  const listed = yield* listPartitions(conversation.value, options.filters)
  if (!listed.ok) return isUp(system.state()) ? listed.reply : unavailable(scope, system, options.filters, options, listed.reply)
  const rows: PartitionRow[] = []
  for (const { id } of listed.value) {
    const view = yield* conversation.value.ask('lpar.read', { id }, id)
    if (!view.ok) return view.reply
    rows.push({
      system,
      systemNumber: scope.context.systems().indexOf(system),
      view: view.value,
      rmcState: scope.context.rmcState(system, id),
    })
  }
  return listing(partitionAttributes, rows, options.output)
}
