// lshwres -r proc and -r procpool: processors of a system, of its partitions, and of its pools. Orders captured on V7R7.9; pool
// names of partitions on V10R3; attributes of pools as public clients read them (lpar2rrd: null for the default pool).
// Values are processing units, kept as hundredths until they print.

import type { Yieldable } from '@powersim/kernel'
import {
  defaultPoolName,
  type PartitionProcessors,
  type ProcessorAmounts,
  type ReplyOf,
  type ProcessorPool,
  type SystemProcessors,
} from '@powersim/protocol'
import { type PartitionNames, partitionNames } from '../../cli/field-text.js'
import type { FilterRule } from '../../cli/filter.js'
import type { LineReply } from '../../cli/line-reply.js'
import type { OptionReader } from '../../cli/option-reader.js'
import type { Attribute, AttributeTable } from '../../cli/output-form.js'
import { formatUnits } from '../../cli/processing-units.js'
import type { ListedPartition } from '../conversation.js'
import { listPartitions } from '../find-partition.js'
import { converse, type LineScope } from '../line-scope.js'
import { listing } from '../listing.js'

export const systemProcessorAttributes: AttributeTable<SystemProcessors> = [
  { name: 'configurable_sys_proc_units', value: (processors) => formatUnits(processors.configurableHundredths) },
  { name: 'curr_avail_sys_proc_units', value: (processors) => formatUnits(processors.availableHundredths) },
  { name: 'pend_avail_sys_proc_units', value: (processors) => formatUnits(processors.pendingAvailableHundredths) },
  { name: 'installed_sys_proc_units', value: (processors) => formatUnits(processors.installedHundredths) },
  // The one amount that prints 0 without a decimal (captured).
  {
    name: 'deconfig_sys_proc_units',
    value: ({ deconfiguredHundredths: hundredths }) => (hundredths === 0 ? '0' : formatUnits(hundredths)),
  },
  { name: 'min_proc_units_per_virtual_proc', value: (processors) => formatUnits(processors.minHundredthsPerVirtualProcessor) },
  { name: 'max_virtual_procs_per_lpar', value: (processors) => processors.maxVirtualProcessorsPerLpar },
  { name: 'max_procs_per_lpar', value: (processors) => processors.maxProcessorsPerLpar },
  { name: 'max_curr_virtual_procs_per_aixlinux_lpar', value: (processors) => processors.maxVirtualProcessorsPerLpar },
  { name: 'max_curr_virtual_procs_per_vios_lpar', value: (processors) => processors.maxVirtualProcessorsPerLpar },
  { name: 'max_curr_virtual_procs_per_os400_lpar', value: (processors) => processors.maxVirtualProcessorsPerLpar },
  { name: 'max_curr_procs_per_aixlinux_lpar', value: (processors) => processors.maxProcessorsPerLpar },
  { name: 'max_curr_procs_per_vios_lpar', value: (processors) => processors.maxProcessorsPerLpar },
  { name: 'max_curr_procs_per_os400_lpar', value: (processors) => processors.maxProcessorsPerLpar },
  { name: 'max_shared_proc_pools', value: (processors) => processors.maxSharedPools },
]

interface ProcessorRow {
  readonly partition: ListedPartition
  readonly processors: PartitionProcessors
}

type Row = Attribute<ProcessorRow>

const poolNameOf = ({ poolId, poolName }: ProcessorAmounts): string => poolName ?? defaultPoolName(poolId)

// The attributes of the current and of the pending amounts differ in their prefix only. Units, pool and weight belong to shared mode.
function amounts(prefix: 'curr' | 'pend', of: (row: ProcessorRow) => ProcessorAmounts): Row[] {
  const isShared = (row: ProcessorRow): boolean => of(row).mode === 'shared'
  return [
    { name: `${prefix}_shared_proc_pool_id`, value: (row) => of(row).poolId, when: isShared },
    { name: `${prefix}_shared_proc_pool_name`, value: (row) => poolNameOf(of(row)), when: isShared, inRows: 'v8r8' },
    { name: `${prefix}_proc_mode`, value: (row) => of(row).mode },
    { name: `${prefix}_min_proc_units`, value: (row) => formatUnits(of(row).minHundredths), when: isShared },
    { name: `${prefix}_proc_units`, value: (row) => formatUnits(of(row).hundredths), when: isShared },
    { name: `${prefix}_max_proc_units`, value: (row) => formatUnits(of(row).maxHundredths), when: isShared },
    { name: `${prefix}_min_procs`, value: (row) => of(row).minProcs },
    { name: `${prefix}_procs`, value: (row) => of(row).procs },
    { name: `${prefix}_max_procs`, value: (row) => of(row).maxProcs },
    { name: `${prefix}_sharing_mode`, value: (row) => of(row).sharingMode },
    { name: `${prefix}_uncap_weight`, value: (row) => of(row).uncapWeight, when: isShared },
  ]
}

const runsShared = ({ processors }: ProcessorRow): boolean => processors.current.mode === 'shared'

export const partitionProcessorAttributes: AttributeTable<ProcessorRow> = [
  { name: 'lpar_name', value: ({ partition }) => partition.name },
  { name: 'lpar_id', value: ({ partition }) => partition.id },
  ...amounts('curr', ({ processors }) => processors.current),
  ...amounts('pend', ({ processors }) => processors.pending),
  { name: 'run_proc_units', value: ({ processors }) => formatUnits(processors.runHundredths), when: runsShared },
  { name: 'run_procs', value: ({ processors }) => processors.runProcs },
  { name: 'run_uncap_weight', value: ({ processors }) => processors.current.uncapWeight, when: runsShared },
]

interface PoolRow {
  readonly pool: ProcessorPool
  readonly names: PartitionNames
}

/** The default pool has neither a maximum nor anything reserved. */
const poolUnits = (name: string, hundredths: (pool: ProcessorPool) => number): Attribute<PoolRow> => ({
  name,
  value: ({ pool }) => (pool.id === 0 ? 'null' : formatUnits(hundredths(pool))),
})
const members = (name: string, of: (row: PoolRow) => string[]): Attribute<PoolRow> => ({
  name,
  value: (row) => (row.pool.lparIds.length === 0 ? 'none' : of(row)),
})

export const sharedPoolAttributes: AttributeTable<PoolRow> = [
  { name: 'name', value: ({ pool }) => pool.name },
  { name: 'shared_proc_pool_id', value: ({ pool }) => pool.id },
  poolUnits('max_pool_proc_units', ({ maximumHundredths }) => maximumHundredths),
  poolUnits('curr_reserved_pool_proc_units', ({ reservedHundredths }) => reservedHundredths),
  // Nothing is pending: a change is made at once.
  poolUnits('pend_reserved_pool_proc_units', ({ reservedHundredths }) => reservedHundredths),
  members('lpar_names', ({ pool, names }) => pool.lparIds.map((id) => names.nameOf(id) ?? '')),
  members('lpar_ids', ({ pool }) => pool.lparIds.map(String)),
]

type PhysicalPool = Pick<ReplyOf<'processorPool.list'>, 'sharedHundredths' | 'availableHundredths'>

/** The processors that are nobody's own: `lshwres -r proc --level pool`. */
export const physicalPoolAttributes: AttributeTable<PhysicalPool> = [
  { name: 'configurable_pool_proc_units', value: ({ sharedHundredths }) => formatUnits(sharedHundredths) },
  { name: 'curr_avail_pool_proc_units', value: ({ availableHundredths }) => formatUnits(availableHundredths) },
  { name: 'pend_avail_pool_proc_units', value: ({ availableHundredths }) => formatUnits(availableHundredths) },
]

export const sharedPoolFilters: readonly FilterRule[] = [
  { name: 'names', takes: 'text' },
  { name: 'shared_proc_pool_ids', takes: 'text' },
]

export function* listSharedPools(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const conversation = converse(scope, options, 'lshwres procpool')
  if (!conversation.ok) return conversation.reply
  const read = yield* conversation.value.ask('processorPool.list', {})
  if (!read.ok) return read.reply
  const partitions = yield* listPartitions(conversation.value, new Map())
  if (!partitions.ok) return partitions.reply
  const names = partitionNames(partitions.value)
  const wanted = (name: string, value: string): boolean => options.filters.get(name)?.includes(value) ?? true
  const pools = allPools(read.value).filter(({ id, name }) => wanted('names', name) && wanted('shared_proc_pool_ids', String(id)))
  return listing(
    sharedPoolAttributes,
    pools.map((pool) => ({ pool, names })),
    options.output,
  )
}

/** Those that are not in use and have no name of their own are not told of. */
function allPools({ most, pools }: ReplyOf<'processorPool.list'>): ProcessorPool[] {
  const unused = { maximumHundredths: 0, reservedHundredths: 0, entitledHundredths: 0, lparIds: [] }
  return Array.from({ length: most }, (_, id) => pools.find((pool) => pool.id === id) ?? { id, name: defaultPoolName(id), ...unused })
}

export function* listPhysicalPool(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const conversation = converse(scope, options, 'lshwres proc pool')
  if (!conversation.ok) return conversation.reply
  const read = yield* conversation.value.ask('processorPool.list', {})
  return read.ok ? listing(physicalPoolAttributes, [read.value], options.output) : read.reply
}

export function* listSystemProcessors(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const conversation = converse(scope, options, 'lshwres proc sys')
  if (!conversation.ok) return conversation.reply
  const processors = yield* conversation.value.ask('processors.system', {})
  return processors.ok ? listing(systemProcessorAttributes, [processors.value], options.output) : processors.reply
}

export function* listPartitionProcessors(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const conversation = converse(scope, options, 'lshwres proc lpar')
  if (!conversation.ok) return conversation.reply
  const partitions = yield* listPartitions(conversation.value, options.filters)
  if (!partitions.ok) return partitions.reply
  const rows: ProcessorRow[] = []
  for (const partition of partitions.value) {
    const processors = yield* conversation.value.ask('processors.lpar', { id: partition.id }, partition.id)
    if (!processors.ok) return processors.reply
    rows.push({ partition, processors: processors.value })
  }
  return listing(partitionProcessorAttributes, rows, options.output)
}
