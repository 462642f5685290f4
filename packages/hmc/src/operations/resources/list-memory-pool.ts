// lshwres -r mempool: the shared memory pool and its paging space devices. Which columns there are: powercampus.de (consoles with a pool);
// their names and order are domain knowledge.

import type { Yieldable } from '@powersim/kernel'
import type { ReplyOf } from '@powersim/protocol'
import { type PartitionNames, partitionNames } from '../../cli/field-text.js'
import type { LineReply } from '../../cli/line-reply.js'
import type { OptionReader } from '../../cli/option-reader.js'
import type { Attribute, AttributeTable } from '../../cli/output-form.js'
import { listPartitions } from '../find-partition.js'
import { converse, type LineScope } from '../line-scope.js'
import { listing } from '../listing.js'

type Pool = NonNullable<ReplyOf<'memoryPool.read'>['pool']>
type Device = ReplyOf<'pagingDevice.list'>['devices'][number]

interface PoolRow {
  readonly pool: Pool
  readonly names: PartitionNames
}

interface DeviceRow {
  readonly device: Device
  readonly names: PartitionNames
}

export const memoryPoolAttributes: AttributeTable<PoolRow> = [
  ...(['curr', 'pend'] as const).flatMap((when): Attribute<PoolRow>[] => [
    // Nothing is pending: a change is made at once.
    { name: `${when}_pool_mem`, value: ({ pool }) => pool.sizeMiB },
    { name: `${when}_avail_pool_mem`, value: ({ pool }) => pool.availableMiB },
    { name: `${when}_max_pool_mem`, value: ({ pool }) => pool.maxMiB },
  ]),
  { name: 'sys_firmware_pool_mem', value: ({ pool }) => pool.firmwareMiB },
  { name: 'paging_vios_names', value: ({ pool, names }) => pool.pagingVioses.map((id) => names.nameOf(id) ?? '') },
  { name: 'paging_vios_ids', value: ({ pool }) => pool.pagingVioses.map(String) },
  { name: 'mem_dedup', value: ({ pool }) => (pool.deduplication ? 1 : 0) },
]

const stateOf = ({ active }: { readonly active: boolean }): string => (active ? 'Active' : 'Inactive')
const redundant = (
  name: string,
  value: (other: NonNullable<Device['redundant']>, names: PartitionNames) => string | number,
): Attribute<DeviceRow> => ({
  name: `redundant_${name}`,
  value: ({ device, names }) => (device.redundant === undefined ? '' : value(device.redundant, names)),
  when: ({ device }) => device.redundant !== undefined,
})

export const pagingDeviceAttributes: AttributeTable<DeviceRow> = [
  { name: 'device_name', value: ({ device }) => device.name },
  { name: 'paging_vios_name', value: ({ device, names }) => names.nameOf(device.vios) ?? '' },
  { name: 'paging_vios_id', value: ({ device }) => device.vios },
  { name: 'size', value: ({ device }) => device.sizeMiB },
  { name: 'type', value: ({ device }) => device.kind },
  { name: 'state', value: ({ device }) => stateOf(device) },
  { name: 'phys_loc', value: ({ device }) => device.location },
  { name: 'is_redundant', value: ({ device }) => (device.redundant === undefined ? 0 : 1) },
  redundant('device_name', (other) => other.name),
  redundant('paging_vios_name', (other, names) => names.nameOf(other.vios) ?? ''),
  redundant('paging_vios_id', (other) => other.vios),
  redundant('state', stateOf),
  redundant('phys_loc', (other) => other.location),
  { name: 'lpar_id', value: ({ device }) => (device.lparId === 0 ? 'none' : device.lparId) },
]

export function* listMemoryPool(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const conversation = converse(scope, options, 'lshwres mempool')
  if (!conversation.ok) return conversation.reply
  const read = yield* conversation.value.ask('memoryPool.read', {})
  if (!read.ok) return read.reply
  const partitions = yield* listPartitions(conversation.value, new Map())
  if (!partitions.ok) return partitions.reply
  const names = partitionNames(partitions.value)
  const { pool } = read.value
  return listing(memoryPoolAttributes, pool === undefined ? [] : [{ pool, names }], options.output)
}

export function* listPagingDevices(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const conversation = converse(scope, options, 'lshwres mempool pgdev')
  if (!conversation.ok) return conversation.reply
  const read = yield* conversation.value.ask('pagingDevice.list', {})
  if (!read.ok) return read.reply
  const partitions = yield* listPartitions(conversation.value, new Map())
  if (!partitions.ok) return partitions.reply
  const names = partitionNames(partitions.value)
  const rows = read.value.devices.map((device) => ({ device, names }))
  return listing(pagingDeviceAttributes, rows, options.output)
}
