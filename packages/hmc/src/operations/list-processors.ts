// lshwres -r proc: processors of a system and of its partitions. Order captured on V7R7.9.
// Values are processing units, kept as hundredths until they print.

import type { Yieldable } from '@powersim/kernel'
import type { PartitionProcessors, ProcessorAmounts, SystemProcessors } from '@powersim/protocol'
import type { LineReply } from '../cli/line-reply.js'
import type { OptionReader } from '../cli/option-reader.js'
import type { Attribute, AttributeTable } from '../cli/output-form.js'
import { formatUnits } from '../cli/processing-units.js'
import type { ListedPartition } from './conversation.js'
import { listPartitions } from './find-partition.js'
import { converse, type LineScope } from './line-scope.js'
import { listing } from './listing.js'

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

// The attributes of the current and of the pending amounts differ in their prefix only. Units, pool and weight belong to shared mode.
function amounts(prefix: 'curr' | 'pend', of: (row: ProcessorRow) => ProcessorAmounts): Row[] {
  const isShared = (row: ProcessorRow): boolean => of(row).mode === 'shared'
  return [
    { name: `${prefix}_shared_proc_pool_id`, value: (row) => of(row).poolId, when: isShared },
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
