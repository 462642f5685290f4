// lshwres -r virtualio: virtual slots, adapters by kind, switches and networks. Orders captured: slot, serial, scsi, eth on V7R7.9, with
// the switch and the addresses of Ethernet adapters from V8 on; fc on V11R2; vnic on V10R3. One command for each partition.
// Whether an adapter's other end is there is not looked at: that is the partitions' business.

import type { Yieldable } from '@powersim/kernel'
import type { AdapterKind, AdapterOf, OperationName, PartitionAdapters, ReplyOf, VirtualAdapter } from '@powersim/protocol'
import { flagText, type PartitionNames, partitionNames } from '../../cli/field-text.js'
import { type FilterRule, partitionFilters } from '../../cli/filter.js'
import { type LineReply, refused } from '../../cli/line-reply.js'
import type { OptionReader } from '../../cli/option-reader.js'
import type { Attribute, AttributeTable } from '../../cli/output-form.js'
import { formatCapacity } from '../../cli/vnic-text.js'
import type { ListedPartition } from '../conversation.js'
import { listPartitions } from '../find-partition.js'
import { converse, type LineScope } from '../line-scope.js'
import { listing } from '../listing.js'

interface PartitionRow {
  readonly partition: ListedPartition
  readonly slots: PartitionAdapters
}

/** An adapter of one kind, where it is. */
interface AdapterRow<A extends VirtualAdapter> extends PartitionRow {
  readonly adapter: A
  readonly names: PartitionNames
}

export const virtualSlotAttributes: AttributeTable<PartitionRow> = [
  { name: 'lpar_name', value: ({ partition }) => partition.name },
  { name: 'lpar_id', value: ({ partition }) => partition.id },
  { name: 'curr_max_virtual_slots', value: ({ slots }) => slots.currentMaxSlots },
  { name: 'pend_max_virtual_slots', value: ({ slots }) => slots.pendingMaxSlots },
  { name: 'next_avail_virtual_slot', value: ({ slots }) => slots.nextSlot },
]

const place: AttributeTable<AdapterRow<VirtualAdapter>> = [
  { name: 'lpar_name', value: ({ partition }) => partition.name },
  { name: 'lpar_id', value: ({ partition }) => partition.id },
  { name: 'slot_num', value: ({ adapter }) => adapter.slot },
]

const state: Attribute<AdapterRow<VirtualAdapter>> = { name: 'state', value: ({ slots }) => flagText(slots.active) }
const required: Attribute<AdapterRow<VirtualAdapter>> = { name: 'is_required', value: ({ adapter }) => flagText(adapter.required) }

type Remote = AdapterRow<AdapterOf<'serial' | 'scsi' | 'fc'>>
const role: Attribute<Remote> = { name: 'adapter_type', value: ({ adapter }) => adapter.role }
const remote: AttributeTable<Remote> = [
  { name: 'remote_lpar_id', value: ({ adapter }) => adapter.remoteId },
  { name: 'remote_lpar_name', value: ({ adapter, names }) => (adapter.remoteId === 'any' ? '' : (names.nameOf(adapter.remoteId) ?? '')) },
  { name: 'remote_slot_num', value: ({ adapter }) => adapter.remoteSlot },
]

export const serialAttributes: AttributeTable<AdapterRow<AdapterOf<'serial'>>> = [
  ...place,
  state,
  required,
  // Nobody watches terminals here (captured of a console without one open).
  { name: 'connect_status', value: () => 'unavailable' },
  role,
  { name: 'supports_hmc', value: ({ adapter }) => flagText(adapter.supportsHmc) },
  ...remote,
]

export const scsiAttributes: AttributeTable<AdapterRow<AdapterOf<'scsi'>>> = [...place, state, required, role, ...remote]

export const fibreAttributes: AttributeTable<AdapterRow<AdapterOf<'fc'>>> = [
  ...place,
  role,
  state,
  required,
  ...remote,
  { name: 'wwpns', value: ({ adapter }) => adapter.wwpns ?? [], listed: true, when: ({ adapter }) => adapter.role === 'client' },
]

export const ethernetAttributes: AttributeTable<AdapterRow<AdapterOf<'eth'>>> = [
  ...place,
  state,
  required,
  { name: 'is_trunk', value: ({ adapter }) => flagText(adapter.trunkPriority > 0) },
  { name: 'trunk_priority', value: ({ adapter }) => adapter.trunkPriority, when: ({ adapter }) => adapter.trunkPriority > 0 },
  { name: 'ieee_virtual_eth', value: ({ adapter }) => flagText(adapter.ieee) },
  { name: 'port_vlan_id', value: ({ adapter }) => adapter.vlan },
  { name: 'vswitch', value: ({ adapter }) => adapter.virtualSwitch, inRows: 'v8r8' },
  {
    name: 'addl_vlan_ids',
    // Nothing when there are none; in quotes even when there is one (captured).
    value: ({ adapter }) => adapter.additionalVlans.map(String),
    listed: true,
  },
  { name: 'mac_addr', value: ({ adapter }) => adapter.mac ?? '' },
  { name: 'allowed_os_mac_addrs', value: () => 'all', inRows: 'v8r8' },
  { name: 'qos_priority', value: () => 'none', inRows: 'v8r8' },
]

/** A logical port has no ID of its own here: its number on the adapter and port (the capture's has eight hexadecimal digits). */
function backingDevices({ adapter, names }: AdapterRow<AdapterOf<'vnic'>>): string[] {
  return adapter.backingDevices.map(({ viosId, adapterId, physicalPort, capacityHundredths, failoverPriority }, number) => {
    const port = (0x2700_0000 + 0x1000 * adapterId + number + 1).toString(16)
    const capacity = formatCapacity(capacityHundredths)
    const ends = ['sriov', names.nameOf(viosId) ?? '', viosId, adapterId, physicalPort, port]
    return [...ends, capacity, capacity, failoverPriority, '100.0', '100.0'].join('/')
  })
}

export const vnicAttributes: AttributeTable<AdapterRow<AdapterOf<'vnic'>>> = [
  ...place,
  { name: 'desired_mode', value: () => 'ded' },
  { name: 'curr_mode', value: () => 'ded' },
  { name: 'auto_priority_failover', value: () => 0 },
  { name: 'port_vlan_id', value: ({ adapter }) => adapter.vlan },
  { name: 'pvid_priority', value: () => 0 },
  { name: 'allowed_vlan_ids', value: () => 'all' },
  { name: 'mac_addr', value: ({ adapter }) => adapter.mac ?? '' },
  { name: 'allowed_os_mac_addrs', value: () => 'all' },
  { name: 'backing_devices', value: backingDevices },
]

type Switch = ReplyOf<'adapters.switches'>['switches'][number]
export const switchAttributes: AttributeTable<Switch> = [
  { name: 'vswitch', value: ({ name }) => name },
  { name: 'switch_mode', value: () => 'VEB' },
  { name: 'vlan_ids', value: ({ vlans }) => (vlans.length === 0 ? 'none' : vlans.map(String)) },
]

/** A VLAN of a switch. */
interface Network {
  readonly virtualSwitch: string
  readonly vlan: number
}

export const networkAttributes: AttributeTable<Network> = [
  { name: 'vnetwork', value: ({ virtualSwitch, vlan }) => `VLAN${vlan}-${virtualSwitch}` },
  { name: 'is_tagged', value: () => 0 },
  { name: 'vlan_id', value: ({ vlan }) => vlan },
  { name: 'vswitch', value: ({ virtualSwitch }) => virtualSwitch },
]

export const adapterFilters: readonly FilterRule[] = [...partitionFilters, { name: 'slots', takes: 'text' }]
export const ethernetFilters: readonly FilterRule[] = [
  ...adapterFilters,
  { name: 'vlans', takes: 'text' },
  { name: 'vswitches', takes: 'text' },
]
export const switchFilters: readonly FilterRule[] = [{ name: 'vswitches', takes: 'text' }]

export function* listVirtualSlots(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const read = yield* readPartitions(scope, options, 'lshwres virtualio')
  return 'reply' in read ? read.reply : listing(virtualSlotAttributes, read.rows, options.output)
}

export function listSerialAdapters(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  return listAdapters(scope, options, 'serial', serialAttributes)
}

export function listScsiAdapters(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  return listAdapters(scope, options, 'scsi', scsiAttributes)
}

export function listFibreAdapters(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  return listAdapters(scope, options, 'fc', fibreAttributes)
}

export function listEthernetAdapters(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  return listAdapters(scope, options, 'eth', ethernetAttributes)
}

export function listVnics(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  return listAdapters(scope, options, 'vnic', vnicAttributes)
}

export function* listSwitches(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const read = yield* readSwitches(scope, options, 'lshwres virtualio vswitch')
  return 'reply' in read ? read.reply : listing(switchAttributes, read.rows, options.output)
}

export function* listNetworks(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const read = yield* readSwitches(scope, options, 'lshwres virtualio vswitch')
  if ('reply' in read) return read.reply
  const networks = read.rows.flatMap(({ name, vlans }) => vlans.map((vlan) => ({ virtualSwitch: name, vlan })))
  return listing(networkAttributes, networks, options.output)
}

function* listAdapters<K extends AdapterKind>(
  scope: LineScope,
  options: OptionReader,
  kind: K,
  table: AttributeTable<AdapterRow<AdapterOf<K>>>,
): Generator<Yieldable, LineReply> {
  const read = yield* readPartitions(scope, options, 'lshwres virtualio')
  if ('reply' in read) return read.reply
  if (kind === 'fc' && read.rows.some(({ slots }) => !slots.fibreChannel)) return refused('fibreNotSupported')
  const { names } = read
  const wanted = (name: string, values: readonly (string | number)[]): boolean =>
    options.filters.get(name)?.some((value) => values.map(String).includes(value)) ?? true
  const rows: AdapterRow<AdapterOf<K>>[] = []
  for (const row of read.rows) {
    for (const adapter of row.slots.adapters) {
      if (adapter.kind !== kind || !wanted('slots', [adapter.slot])) continue
      if (adapter.kind === 'eth' && !wanted('vswitches', [adapter.virtualSwitch])) continue
      if (adapter.kind === 'eth' && !wanted('vlans', [adapter.vlan, ...adapter.additionalVlans])) continue
      // Its kind has just been looked at.
      rows.push({ ...row, adapter: adapter as AdapterOf<K>, names })
    }
  }
  return listing(table, rows, options.output)
}

interface ReadPartitions {
  readonly rows: readonly PartitionRow[]
  readonly names: PartitionNames
}

/** lpar.list, then adapters.lpar of each partition that the filters let through. */
function* readPartitions(
  scope: LineScope,
  options: OptionReader,
  operation: OperationName,
): Generator<Yieldable, ReadPartitions | { readonly reply: LineReply }> {
  const conversation = converse(scope, options, operation)
  if (!conversation.ok) return conversation
  const partitions = yield* listPartitions(conversation.value, options.filters)
  if (!partitions.ok) return partitions
  const rows: PartitionRow[] = []
  for (const partition of partitions.value) {
    const slots = yield* conversation.value.ask('adapters.lpar', { id: partition.id }, partition.id)
    if (!slots.ok) return slots
    rows.push({ partition, slots: slots.value })
  }
  return { rows, names: partitionNames(conversation.value.listed) }
}

function* readSwitches(
  scope: LineScope,
  options: OptionReader,
  operation: OperationName,
): Generator<Yieldable, { readonly rows: readonly Switch[] } | { readonly reply: LineReply }> {
  const conversation = converse(scope, options, operation)
  if (!conversation.ok) return conversation
  const read = yield* conversation.value.ask('adapters.switches', {})
  if (!read.ok) return read
  const wanted = options.filters.get('vswitches')
  return { rows: read.value.switches.filter(({ name }) => wanted?.includes(name) ?? true) }
}
