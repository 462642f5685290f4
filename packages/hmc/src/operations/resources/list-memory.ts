// lshwres -r mem: memory of a system and of its partitions. Orders captured on V7R7.9; what V8R8 and V10R3 have besides is captured by name
// (partitions) or read so by public clients (systems), its place is domain knowledge.
// Values are MiB, as integers; identities between them are the hypervisor's to keep.

import type { Yieldable } from '@powersim/kernel'
import { hptRatios, type PartitionMemory, type SystemMemory } from '@powersim/protocol'
import { type PartitionNames, partitionNames } from '../../cli/field-text.js'
import type { LineReply } from '../../cli/line-reply.js'
import type { OptionReader } from '../../cli/option-reader.js'
import type { Attribute, AttributeTable } from '../../cli/output-form.js'
import { formatUnits } from '../../cli/processing-units.js'
import { type Generation, isSince } from '../../generation/generation.js'
import type { ListedPartition } from '../conversation.js'
import { listPartitions } from '../find-partition.js'
import { converse, type LineScope } from '../line-scope.js'
import { listing } from '../listing.js'

export const systemMemoryAttributes: AttributeTable<SystemMemory> = [
  { name: 'configurable_sys_mem', value: (memory) => memory.configurableMiB },
  { name: 'curr_avail_sys_mem', value: (memory) => memory.availableMiB },
  { name: 'pend_avail_sys_mem', value: (memory) => memory.pendingAvailableMiB },
  { name: 'installed_sys_mem', value: (memory) => memory.installedMiB },
  { name: 'deconfig_sys_mem', value: (memory) => memory.deconfiguredMiB },
  { name: 'sys_firmware_mem', value: (memory) => memory.firmwareMiB },
  { name: 'mem_region_size', value: (memory) => memory.regionMiB },
  // Huge pages are not modelled: what a system without any prints.
  { name: 'configurable_num_sys_huge_pages', value: () => 0 },
  { name: 'curr_avail_num_sys_huge_pages', value: () => 0 },
  { name: 'pend_avail_num_sys_huge_pages', value: () => 0 },
  { name: 'max_num_sys_huge_pages', value: (memory) => Math.floor((memory.installedMiB - memory.firmwareMiB) / HUGE_PAGE_MIB) },
  { name: 'requested_num_sys_huge_pages', value: () => 0 },
  { name: 'huge_page_size', value: () => HUGE_PAGE_MIB },
  { name: 'max_mem_pools', value: (memory) => memory.maxMemoryPools ?? 0 },
  {
    name: 'max_paging_vios_per_mem_pool',
    value: (memory) => memory.maxPagingVioses ?? 0,
    when: (memory) => memory.maxPagingVioses !== undefined,
  },
  { name: 'default_hpt_ratios', value: (memory) => `1:${memory.hptRatio}` },
  { name: 'possible_hpt_ratios', value: () => hptRatios.map((ratio) => `1:${ratio}`) },
  // No change of it is pending, and memory is not mirrored (names: ansible-power-hmc).
  { name: 'pend_mem_region_size', value: (memory) => memory.regionMiB, since: 'v8r8' },
  { name: 'possible_mem_region_sizes', value: () => ['16', '32', '64', '128', '256'], since: 'v8r8' },
  { name: 'curr_mem_mirroring_mode', value: () => 'none', since: 'v8r8' },
  { name: 'pend_mem_mirroring_mode', value: () => 'none', since: 'v8r8' },
]

const HUGE_PAGE_MIB = 16_384

interface MemoryRow {
  readonly partition: ListedPartition
  readonly memory: PartitionMemory
  readonly names: PartitionNames
  /** Of the console. */
  readonly generation: Generation
}

const laterFlag = (name: string): Attribute<MemoryRow> => ({ name, value: () => 0, since: 'v10r3' })

type Shared = NonNullable<PartitionMemory['shared']>

/** Attributes of partitions that share memory; names and order are domain knowledge. */
const shared = (name: string, value: (shared: Shared) => number): Attribute<MemoryRow> => ({
  name,
  value: ({ memory }) => (memory.shared === undefined ? 0 : value(memory.shared)),
  when: ({ memory }) => memory.shared !== undefined,
})
/** A server that pages for it, by name and ID; absent when there is none. */
const server = (prefix: string, id: (shared: Shared) => number): Attribute<MemoryRow>[] => {
  const idOf = ({ memory }: MemoryRow): number => (memory.shared === undefined ? 0 : id(memory.shared))
  const when = (row: MemoryRow): boolean => idOf(row) !== 0
  return [
    { name: `${prefix}_paging_vios_name`, value: (row) => row.names.nameOf(idOf(row)) ?? '', when },
    { name: `${prefix}_paging_vios_id`, value: idOf, when },
  ]
}

// A virtual I/O server has no attributes of huge pages at all (captured).
const hugePages = (name: string): Attribute<MemoryRow> => ({
  name,
  value: () => 0,
  when: ({ partition }) => partition.environment !== 'vioserver',
})

export const partitionMemoryAttributes: AttributeTable<MemoryRow> = [
  { name: 'lpar_name', value: ({ partition }) => partition.name },
  { name: 'lpar_id', value: ({ partition }) => partition.id },
  { name: 'curr_min_mem', value: ({ memory }) => memory.currentMinMiB },
  { name: 'curr_mem', value: ({ memory }) => memory.currentMiB },
  { name: 'curr_max_mem', value: ({ memory }) => memory.currentMaxMiB },
  { name: 'pend_min_mem', value: ({ memory }) => memory.pendingMinMiB },
  { name: 'pend_mem', value: ({ memory }) => memory.pendingMiB },
  { name: 'pend_max_mem', value: ({ memory }) => memory.pendingMaxMiB },
  { name: 'run_min_mem', value: ({ memory }) => memory.runMinMiB },
  { name: 'run_mem', value: ({ memory }) => memory.runMiB },
  hugePages('curr_min_num_huge_pages'),
  hugePages('curr_num_huge_pages'),
  hugePages('curr_max_num_huge_pages'),
  hugePages('pend_min_num_huge_pages'),
  hugePages('pend_num_huge_pages'),
  hugePages('pend_max_num_huge_pages'),
  hugePages('run_num_huge_pages'),
  { name: 'mem_mode', value: ({ memory }) => memory.mode },
  shared('auto_io_entitled_mem', ({ ioEntitledAuto }) => (ioEntitledAuto ? 1 : 0)),
  shared('curr_io_entitled_mem', ({ ioEntitledMiB }) => ioEntitledMiB),
  shared('pend_io_entitled_mem', ({ ioEntitledMiB }) => ioEntitledMiB),
  {
    ...shared('run_io_entitled_mem', ({ ioEntitledMiB }) => ioEntitledMiB),
    // Of one that does not run it is none, as run_mem.
    value: ({ memory }) => (memory.runMiB === 0 ? 0 : (memory.shared?.ioEntitledMiB ?? 0)),
  },
  shared('mem_weight', ({ weight }) => weight),
  ...server('primary', ({ primaryPagingVios }) => primaryPagingVios),
  ...server('secondary', ({ secondaryPagingVios }) => secondaryPagingVios),
  ...(['curr', 'pend'] as const).map((when): Attribute<MemoryRow> => ({
    name: `${when}_mem_expansion`,
    value: ({ memory }) => formatUnits(memory.expansionHundredths ?? 0),
    when: ({ memory, generation }) => isSince(generation, 'v8r8') || memory.expansionHundredths !== undefined,
  })),
  { name: 'curr_hpt_ratio', value: ({ memory }) => memory.hptRatio },
  { name: 'curr_ppt_ratio', value: () => '1:4096', since: 'v10r3' },
  ...['curr_hardware_mem_expansion', 'desired_hardware_mem_expansion'].map((name) => laterFlag(name)),
  ...['curr_hardware_mem_encryption', 'desired_hardware_mem_encryption'].map((name) => laterFlag(name)),
]

export function* listSystemMemory(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const conversation = converse(scope, options, 'lshwres mem sys')
  if (!conversation.ok) return conversation.reply
  const memory = yield* conversation.value.ask('memory.system', {})
  return memory.ok ? listing(systemMemoryAttributes, [memory.value], options.output) : memory.reply
}

export function* listPartitionMemory(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const conversation = converse(scope, options, 'lshwres mem lpar')
  if (!conversation.ok) return conversation.reply
  const partitions = yield* listPartitions(conversation.value, options.filters)
  if (!partitions.ok) return partitions.reply
  const names = partitionNames(conversation.value.listed)
  const rows: MemoryRow[] = []
  for (const partition of partitions.value) {
    const memory = yield* conversation.value.ask('memory.lpar', { id: partition.id }, partition.id)
    if (!memory.ok) return memory.reply
    rows.push({ partition, memory: memory.value, names, generation: scope.context.generation })
  }
  return listing(partitionMemoryAttributes, rows, options.output)
}
