// Configuration data of partitions and profiles: the attributes that mksyscfg and chsyscfg accept, and what they become in the
// protocol's words. Which of them an operation requires is its own matter.

import {
  bootModes,
  defaultSerialAdapters,
  procCompatModes,
  type PartitionAttributes,
  type ProfileIoSlot,
  type ProfileProcessors,
  type SyncProfile,
  type VirtualAdapter,
} from '@powersim/protocol'
import { readAdapter } from '../../cli/adapter-text.js'
import type { PartitionNames } from '../../cli/field-text.js'
import { type LineReply, refused } from '../../cli/line-reply.js'
import type { SettingRule, Settings } from '../../cli/settings.js'
import { parseIoSlot } from '../resources/drc-index.js'

export const sharingModes = {
  shared: ['cap', 'uncap'],
  ded: ['keep_idle_procs', 'share_idle_procs', 'share_idle_procs_active', 'share_idle_procs_always'],
} as const

/** Uncapped weight when none is entered: 0 to 255, the console's default is 128. */
const DEFAULT_UNCAP_WEIGHT = 128

const neutral = (name: string, value: string): SettingRule => ({ name, takes: 'text', neutral: value })

/** Processors of a profile, and its slots. */
export const amountRules: readonly SettingRule[] = [
  { name: 'proc_mode', takes: ['shared', 'ded'] },
  { name: 'min_proc_units', takes: 'units' },
  { name: 'desired_proc_units', takes: 'units' },
  { name: 'max_proc_units', takes: 'units' },
  { name: 'min_procs', takes: [0, 65_535] },
  { name: 'desired_procs', takes: [0, 65_535] },
  { name: 'max_procs', takes: [0, 65_535] },
  { name: 'sharing_mode', takes: [...sharingModes.shared, ...sharingModes.ded] },
  { name: 'uncap_weight', takes: [0, 255] },
  { name: 'shared_proc_pool_id', takes: [0, 63] },
  { name: 'max_virtual_slots', takes: [2, 65_535] },
]

/** The rest of a profile that is no adapter. */
export const switchRules: readonly SettingRule[] = [
  { name: 'boot_mode', takes: bootModes },
  { name: 'auto_start', takes: 'flag' },
  { name: 'conn_monitoring', takes: 'flag' },
]

/** Processor compatibility mode: of a profile only; for a partition it is an invalid attribute (captured). */
export const compatModeRule: SettingRule = { name: 'lpar_proc_compat_mode', takes: procCompatModes }

/** I/O slots: `none`, or a list of `21010002/none/1`. */
export const ioSlotRule: SettingRule = { name: 'io_slots', takes: 'list' }

export type IoSlotsResult =
  { readonly ok: true; readonly ioSlots: readonly ProfileIoSlot[] } | { readonly ok: false; readonly reply: LineReply }

/** The I/O slots that were entered. */
export function ioSlotsFrom(settings: Settings): IoSlotsResult {
  const ioSlots: ProfileIoSlot[] = []
  const texts = settings.text('io_slots') === 'none' ? [] : (settings.list('io_slots') ?? [])
  for (const text of texts) {
    const slot = parseIoSlot(text)
    if (slot === undefined) return { ok: false, reply: refused('dataInvalid', { name: 'io_slots', detail: `${text} is no I/O slot` }) }
    ioSlots.push(slot)
  }
  return { ok: true, ioSlots }
}

/** Attributes of a real profile with nothing behind them here: they may be entered with the value that changes nothing. */
export const neutralRules: readonly SettingRule[] = [
  neutral('all_resources', '0'),
  neutral('min_num_huge_pages', '0'),
  neutral('desired_num_huge_pages', '0'),
  neutral('max_num_huge_pages', '0'),
  neutral('shared_proc_pool_name', 'DefaultPool'),
  neutral('lpar_io_pool_ids', 'none'),
  neutral('hca_adapters', 'none'),
  neutral('lhea_logical_ports', 'none'),
  neutral('lhea_capabilities', 'none'),
  neutral('sni_device_ids', 'none'),
  neutral('virtual_eth_vsi_profiles', 'none'),
  neutral('vtpm_adapters', 'none'),
  neutral('sriov_eth_logical_ports', 'none'),
  neutral('power_ctrl_lpar_ids', 'none'),
  neutral('redundant_err_path_reporting', '0'),
  neutral('bsr_arrays', '0'),
  neutral('electronic_err_reporting', 'null'),
]

/** Attributes of a partition that later levels have, or that the model has nothing behind. */
export const neutralPartitionRules: readonly SettingRule[] = [
  neutral('shared_proc_pool_util_auth', '0'),
  neutral('allow_perf_collection', '0'),
  neutral('power_ctrl_lpar_ids', 'none'),
  neutral('redundant_err_path_reporting', '0'),
  neutral('msp', '0'),
  neutral('time_ref', '0'),
  neutral('lpar_avail_priority', '127'),
]

/**
 * Processors of a profile with what was entered put over `base`. A change of mode takes the sharing mode of the new one unless one is
 * entered: capped, or idle processors kept (estimate). Weights count only when uncapped.
 */
export function processorsFrom(settings: Settings, base: ProfileProcessors): ProfileProcessors {
  const mode = settings.choice('proc_mode', ['shared', 'ded']) ?? base.mode
  const inherited = mode === base.mode ? base.sharingMode : mode === 'shared' ? 'cap' : 'keep_idle_procs'
  const sharingMode = settings.choice('sharing_mode', [...sharingModes.shared, ...sharingModes.ded]) ?? inherited
  const inheritedWeight = base.sharingMode === 'uncap' ? base.uncapWeight : DEFAULT_UNCAP_WEIGHT
  const isShared = mode === 'shared'
  return {
    mode,
    minProcs: settings.number('min_procs') ?? base.minProcs,
    desiredProcs: settings.number('desired_procs') ?? base.desiredProcs,
    maxProcs: settings.number('max_procs') ?? base.maxProcs,
    minHundredths: isShared ? (settings.hundredths('min_proc_units') ?? base.minHundredths) : 0,
    desiredHundredths: isShared ? (settings.hundredths('desired_proc_units') ?? base.desiredHundredths) : 0,
    maxHundredths: isShared ? (settings.hundredths('max_proc_units') ?? base.maxHundredths) : 0,
    sharingMode,
    uncapWeight: sharingMode === 'uncap' ? (settings.number('uncap_weight') ?? inheritedWeight) : 0,
    poolId: isShared ? (settings.number('shared_proc_pool_id') ?? base.poolId) : 0,
  }
}

/** Whether changes of the configuration go into the current profile; undefined: not entered. */
export function syncProfileFrom(settings: Settings): SyncProfile | undefined {
  return ([0, 1, 2] as const).find((value) => value === settings.number('sync_curr_profile'))
}

/** What the console refuses of a processor configuration before it issues anything; undefined: nothing. */
export function processorProblem(processors: ProfileProcessors): LineReply | undefined {
  const allowed: readonly string[] = sharingModes[processors.mode]
  if (allowed.includes(processors.sharingMode)) return undefined
  return refused('dataInvalid', { name: 'sharing_mode', detail: `${processors.sharingMode} does not go with proc_mode ${processors.mode}` })
}

/** Boot mode, start and monitoring attributes that were entered; nothing else. */
export function switchesFrom(settings: Settings): PartitionAttributes {
  const bootMode = settings.choice('boot_mode', bootModes)
  const autoStart = settings.flag('auto_start')
  const connectionMonitoring = settings.flag('conn_monitoring')
  const procCompatMode = settings.choice('lpar_proc_compat_mode', procCompatModes)
  return {
    ...(bootMode === undefined ? {} : { bootMode }),
    ...(autoStart === undefined ? {} : { autoStart }),
    ...(connectionMonitoring === undefined ? {} : { connectionMonitoring }),
    ...(procCompatMode === undefined ? {} : { procCompatMode }),
  }
}

const adapterLists = [
  { name: 'virtual_serial_adapters', kind: 'serial' },
  { name: 'virtual_scsi_adapters', kind: 'scsi' },
  { name: 'virtual_eth_adapters', kind: 'eth' },
  { name: 'virtual_fc_adapters', kind: 'fc' },
  { name: 'vnic_adapters', kind: 'vnic' },
] as const

export const adapterRules: readonly SettingRule[] = adapterLists.map(({ name }) => ({ name, takes: 'list' }))

/** `unknownPartition`: what was entered is well-formed, but names a partition that `names` does not know. */
export type AdaptersResult =
  | { readonly ok: true; readonly adapters: readonly VirtualAdapter[] }
  | { readonly ok: false; readonly reply: LineReply; readonly unknownPartition?: string }

/** The virtual adapters that were entered, by kind; without those that are to be removed. */
export function adaptersFrom(settings: Settings, names: PartitionNames): AdaptersResult {
  const adapters: VirtualAdapter[] = []
  for (const { name, kind } of adapterLists) {
    for (const text of settings.operator(name) === '-=' ? [] : (settings.list(name) ?? [])) {
      const reading = readAdapter(kind, text, names)
      if (reading.ok) adapters.push(reading.adapter)
      else if (reading.unknownPartition === undefined) {
        return { ok: false, reply: refused('dataInvalid', { name, detail: `${text} is no ${kind} adapter` }) }
      } else {
        const { unknownPartition } = reading
        return { ok: false, reply: refused('partitionNotFound', { name: unknownPartition }), unknownPartition }
      }
    }
  }
  return { ok: true, adapters }
}

/** The adapters of a new partition: the two serial ones, unless their slots are entered, then those asked for. */
export function withDefaultAdapters(asked: readonly VirtualAdapter[]): readonly VirtualAdapter[] {
  return [...defaultSerialAdapters.filter((adapter) => !asked.some((other) => other.slot === adapter.slot)), ...asked]
}

/** What becomes of the adapters of a profile: slots that are emptied, then adapters that are put in. */
export type AdapterChanges =
  | { readonly ok: true; readonly removed: readonly number[]; readonly added: readonly VirtualAdapter[] }
  | { readonly ok: false; readonly reply: LineReply }

/**
 * `=` replaces all adapters of a kind (the default serial ones stay), `+=` adds, `-=` takes away by slot: `virtual_eth_adapters-=3`, or the
 * whole string.
 */
export function adapterChanges(settings: Settings, before: readonly VirtualAdapter[], names: PartitionNames): AdapterChanges {
  const read = adaptersFrom(settings, names)
  if (!read.ok) return read
  const removed: number[] = []
  for (const { name, kind } of adapterLists) {
    if (!settings.has(name)) continue
    const operator = settings.operator(name)
    const ofKind = before.filter((adapter) => adapter.kind === kind)
    const kept = (slot: number): boolean => defaultSerialAdapters.some((adapter) => adapter.slot === slot)
    if (operator === '=') {
      const stays = (slot: number): boolean => kept(slot) || read.adapters.some((adapter) => adapter.slot === slot)
      removed.push(...ofKind.map(({ slot }) => slot).filter((slot) => !stays(slot)))
    }
    for (const text of operator === '-=' ? (settings.list(name) ?? []) : []) {
      const slot = Number.parseInt(text, 10)
      if (!ofKind.some((adapter) => adapter.slot === slot)) {
        return { ok: false, reply: refused('dataInvalid', { name, detail: `${text} is no ${kind} adapter of the profile` }) }
      }
      removed.push(slot)
    }
    for (const { slot } of read.adapters.filter((adapter) => adapter.kind === kind)) {
      const other = before.find((adapter) => adapter.slot === slot)
      const replaced = operator === '=' && other?.kind === kind
      if (other === undefined || replaced || removed.includes(slot)) continue
      return { ok: false, reply: refused('dataInvalid', { name, detail: `slot ${slot} has an adapter already` }) }
    }
  }
  return { ok: true, removed, added: read.adapters }
}
