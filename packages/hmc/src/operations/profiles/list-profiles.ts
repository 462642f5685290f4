// lssyscfg -r prof: the profiles of partitions. Orders captured on V7R7.9, V8R8 (chmod666.org, 2014, POWER8) and V10R3. On V7R7 virtual
// Fibre Channel and a pool other than the default one appear where there is one, in the places that later captures have them.

import type { Yieldable } from '@powersim/kernel'
import { type AdapterKind, defaultPoolName, type PartitionProfile, type ReplyOf } from '@powersim/protocol'
import { formatAdapter } from '../../cli/adapter-text.js'
import { flagText, type PartitionNames, partitionNames } from '../../cli/field-text.js'
import { type FilterRule, partitionFilters } from '../../cli/filter.js'
import { type LineReply, refused } from '../../cli/line-reply.js'
import type { OptionReader } from '../../cli/option-reader.js'
import type { Attribute, AttributeTable } from '../../cli/output-form.js'
import { formatUnits } from '../../cli/processing-units.js'
import { formatIoSlot } from '../resources/drc-index.js'
import type { ListedPartition } from '../conversation.js'
import { listPartitions } from '../find-partition.js'
import { type Generation, isSince } from '../../generation/generation.js'
import { converse, type LineScope } from '../line-scope.js'
import { listing } from '../listing.js'

interface ProfileRow {
  readonly partition: ListedPartition
  readonly profile: ReplyOf<'profile.read'>
  readonly names: PartitionNames
  /** Of the console. */
  readonly generation: Generation
}

type Row = Attribute<ProfileRow>

/** Of a profile that names none; the machine's own default is in lshwres (default_hpt_ratios). */
const DEFAULT_HPT_RATIO = 64
/** Of a profile that names none. */
const DEFAULT_MEM_WEIGHT = 128

const poolNameOf = ({ profile }: ProfileRow): string => profile.poolName ?? defaultPoolName(profile.processors.poolId)
const isShared = ({ profile }: ProfileRow): boolean => profile.processors.mode === 'shared'
const notVios = ({ partition }: ProfileRow): boolean => partition.environment !== 'vioserver'

const sharesMemory = ({ profile }: ProfileRow): boolean => profile.memory.mode === 'shared'
// A profile of shared memory has none (powercampus.de: null).
const hugePages = (name: string): Row => ({ name, value: () => 0, when: (row) => notVios(row) && !sharesMemory(row) })
const server = (prefix: string, id: (profile: PartitionProfile) => number | undefined): Row[] => {
  const when = (row: ProfileRow): boolean => sharesMemory(row) && id(row.profile) !== undefined
  return [
    { name: `${prefix}_paging_vios_name`, value: ({ profile, names }) => names.nameOf(id(profile) ?? 0) ?? '', when },
    { name: `${prefix}_paging_vios_id`, value: ({ profile }) => id(profile) ?? 0, when },
  ]
}
const units = (name: string, value: (profile: PartitionProfile) => number): Row => ({
  name,
  value: ({ profile }) => formatUnits(value(profile)),
  when: isShared,
})
const adapters = (name: string, kind: AdapterKind): Row => ({
  name,
  value: ({ profile, names, generation }) => {
    // From V8 on Ethernet adapters have their switch and addresses (captures of V8R8 and V7R7.9).
    const longForm = isSince(generation, 'v8r8')
    const texts = profile.adapters.filter((adapter) => adapter.kind === kind).map((adapter) => formatAdapter(adapter, names, longForm))
    return texts.length === 0 ? 'none' : texts
  },
})
/** A kind that only captures from a generation on have always: before it, where there is one. */
const laterAdapters = (name: string, kind: AdapterKind, always: Generation): Row => ({
  ...adapters(name, kind),
  when: ({ profile, generation }) => isSince(generation, always) || profile.adapters.some((adapter) => adapter.kind === kind),
})
/** What later levels have and nothing here is behind. */
const none = (name: string, since: Generation): Row => ({ name, value: () => 'none', since })

export const profileAttributes: AttributeTable<ProfileRow> = [
  { name: 'name', value: ({ profile }) => profile.name },
  { name: 'lpar_name', value: ({ partition }) => partition.name },
  { name: 'lpar_id', value: ({ partition }) => partition.id },
  { name: 'lpar_env', value: ({ partition }) => partition.environment },
  { name: 'all_resources', value: () => 0 },
  { name: 'min_mem', value: ({ profile }) => profile.memory.minMiB },
  { name: 'desired_mem', value: ({ profile }) => profile.memory.desiredMiB },
  { name: 'max_mem', value: ({ profile }) => profile.memory.maxMiB },
  hugePages('min_num_huge_pages'),
  hugePages('desired_num_huge_pages'),
  hugePages('max_num_huge_pages'),
  { name: 'mem_mode', value: ({ profile }) => profile.memory.mode ?? 'ded' },
  // Order of these: domain knowledge.
  { name: 'mem_weight', value: ({ profile }) => profile.memory.weight ?? DEFAULT_MEM_WEIGHT, when: sharesMemory },
  { name: 'desired_io_entitled_mem', value: ({ profile }) => profile.memory.ioEntitledMiB ?? 'auto', when: sharesMemory },
  ...server('primary', ({ memory }) => memory.primaryPagingVios),
  ...server('secondary', ({ memory }) => memory.secondaryPagingVios),
  {
    name: 'mem_expansion',
    value: ({ profile }) => formatUnits(profile.memory.expansionHundredths ?? 0),
    when: ({ profile, generation }) => isSince(generation, 'v8r8') || profile.memory.expansionHundredths !== undefined,
  },
  { name: 'hpt_ratio', value: ({ profile }) => `1:${profile.memory.hptRatio ?? DEFAULT_HPT_RATIO}` },
  { name: 'ppt_ratio', value: () => '1:4096', since: 'v10r3' },
  { name: 'proc_mode', value: ({ profile }) => profile.processors.mode },
  units('min_proc_units', (profile) => profile.processors.minHundredths),
  units('desired_proc_units', (profile) => profile.processors.desiredHundredths),
  units('max_proc_units', (profile) => profile.processors.maxHundredths),
  { name: 'min_procs', value: ({ profile }) => profile.processors.minProcs },
  { name: 'desired_procs', value: ({ profile }) => profile.processors.desiredProcs },
  { name: 'max_procs', value: ({ profile }) => profile.processors.maxProcs },
  { name: 'sharing_mode', value: ({ profile }) => profile.processors.sharingMode },
  { name: 'uncap_weight', value: ({ profile }) => profile.processors.uncapWeight, when: isShared },
  {
    name: 'shared_proc_pool_id',
    value: ({ profile }) => profile.processors.poolId,
    when: (row) => isShared(row) && (isSince(row.generation, 'v8r8') || row.profile.processors.poolId !== 0),
  },
  { name: 'shared_proc_pool_name', value: poolNameOf, inRows: 'v8r8', when: isShared },
  { name: 'affinity_group_id', value: () => 'none', inRows: 'v8r8' },
  { name: 'io_slots', value: ({ profile }) => (profile.ioSlots?.length ? profile.ioSlots.map(formatIoSlot) : 'none') },
  { name: 'lpar_io_pool_ids', value: () => 'none' },
  { name: 'max_virtual_slots', value: ({ profile }) => profile.maxVirtualSlots },
  adapters('virtual_serial_adapters', 'serial'),
  adapters('virtual_scsi_adapters', 'scsi'),
  adapters('virtual_eth_adapters', 'eth'),
  none('virtual_eth_vsi_profiles', 'v8r8'),
  laterAdapters('virtual_fc_adapters', 'fc', 'v8r8'),
  laterAdapters('vnic_adapters', 'vnic', 'v10r3'),
  none('vtpm_adapters', 'v8r8'),
  { name: 'hca_adapters', value: () => 'none', until: 'v8r8' },
  { name: 'boot_mode', value: ({ profile }) => profile.bootMode },
  { name: 'conn_monitoring', value: ({ profile }) => flagText(profile.connectionMonitoring) },
  { name: 'auto_start', value: ({ profile }) => flagText(profile.autoStart) },
  { name: 'power_ctrl_lpar_ids', value: () => 'none' },
  { name: 'work_group_id', value: () => 'none' },
  { name: 'redundant_err_path_reporting', value: () => 0 },
  { name: 'bsr_arrays', value: () => 0, since: 'v8r8', until: 'v8r8' },
  { ...none('virtual_vasi_adapters', 'v10r3'), when: (row) => !notVios(row) },
  {
    name: 'lpar_proc_compat_mode',
    value: ({ profile }) => profile.procCompatMode ?? 'default',
    when: ({ profile, generation }) => isSince(generation, 'v8r8') || profile.procCompatMode !== undefined,
  },
  { name: 'electronic_err_reporting', value: () => 'null', since: 'v8r8', when: notVios },
  none('sriov_eth_logical_ports', 'v8r8'),
  none('sriov_roce_logical_ports', 'v10r3'),
]

export const profileFilters: readonly FilterRule[] = [
  ...partitionFilters,
  { name: 'profile_names', takes: 'text' },
  { name: 'work_groups', takes: 'text', notSimulated: true },
]

export function* listProfiles(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const conversation = converse(scope, options, 'lssyscfg prof')
  if (!conversation.ok) return conversation.reply
  const partitions = yield* listPartitions(conversation.value, options.filters)
  if (!partitions.ok) return partitions.reply
  const list = yield* conversation.value.ask('profile.list', {})
  if (!list.ok) return list.reply
  const wanted = options.filters.get('profile_names')
  const chosen = partitions.value.flatMap((partition) =>
    list.value.profiles
      .filter(({ id, name }) => id === partition.id && (wanted?.includes(name) ?? true))
      .map(({ name }) => ({ partition, name })),
  )
  const unknown = wanted?.find((name) => !chosen.some((profile) => profile.name === name))
  if (unknown !== undefined) return refused('profileNotFound', { name: unknown })
  const rows: ProfileRow[] = []
  const names = partitionNames(conversation.value.listed)
  const { generation } = scope.context
  for (const { partition, name } of chosen) {
    const profile = yield* conversation.value.ask('profile.read', { id: partition.id, name }, partition.id)
    if (!profile.ok) return profile.reply
    rows.push({ partition, profile: profile.value, names, generation })
  }
  return listing(profileAttributes, rows, options.output)
}
