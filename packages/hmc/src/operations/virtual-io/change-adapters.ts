// chhwres -r virtualio --rsubtype scsi|eth|fc|serial|vnic -o a|r|s: virtual adapters of partitions. One that runs takes them in or gives
// them up by its operating system, over RMC; of one that does not, the configuration alone changes. Without -s an adapter gets the next
// free slot. What an adapter may be is the hypervisor's to say.

import type { Yieldable } from '@powersim/kernel'
import {
  type AdapterKind,
  adapterKinds,
  DEFAULT_VIRTUAL_SWITCH,
  type OperationName,
  type PartitionAdapters,
  type PartitionView,
  type VirtualAdapter,
  virtualAdapterSchema,
} from '@powersim/protocol'
import { type PartitionNames, partitionNames } from '../../cli/field-text.js'
import { type LineReply, refused, silent } from '../../cli/line-reply.js'
import type { OptionReader } from '../../cli/option-reader.js'
import { readSettings, type SettingRule, type Settings } from '../../cli/settings.js'
import { readBackingDevice } from '../../cli/vnic-text.js'
import type { Conversation, Step } from '../conversation.js'
import { keyFromOptions } from '../find-partition.js'
import { converse, type LineScope } from '../line-scope.js'
import { changeDynamically, readReachable } from '../resources/resize-partition.js'

const flag = (name: string): SettingRule => ({ name, takes: 'flag' })
const remoteRules: readonly SettingRule[] = [
  { name: 'adapter_type', takes: ['client', 'server'] },
  { name: 'remote_lpar_id', takes: 'text' },
  { name: 'remote_lpar_name', takes: 'name' },
  { name: 'remote_slot_num', takes: 'text' },
  flag('is_required'),
]

const rules: Readonly<Record<AdapterKind, readonly SettingRule[]>> = {
  serial: [...remoteRules, flag('supports_hmc')],
  scsi: remoteRules,
  fc: [...remoteRules, { name: 'wwpns', takes: 'list' }],
  eth: [
    flag('ieee_virtual_eth'),
    flag('is_trunk'),
    flag('is_required'),
    { name: 'port_vlan_id', takes: [1, 4094] },
    { name: 'addl_vlan_ids', takes: 'list' },
    { name: 'trunk_priority', takes: [1, 15] },
    { name: 'vswitch', takes: 'name' },
    { name: 'mac_addr', takes: 'name' },
    { name: 'allowed_os_mac_addrs', takes: 'text', neutral: 'all' },
    { name: 'qos_priority', takes: 'text', neutral: 'none' },
  ],
  vnic: [
    flag('is_required'),
    { name: 'port_vlan_id', takes: [0, 4094] },
    { name: 'backing_devices', takes: 'list' },
    { name: 'mac_addr', takes: 'name' },
    { name: 'auto_priority_failover', takes: 'text', neutral: '0' },
    { name: 'pvid_priority', takes: 'text', neutral: '0' },
    { name: 'allowed_vlan_ids', takes: 'text', neutral: 'all' },
    { name: 'allowed_os_mac_addrs', takes: 'text', neutral: 'all' },
  ],
}

function kindOf(options: OptionReader): AdapterKind {
  const word = options.required('--rsubtype')
  // The grammar lets no other word through.
  return adapterKinds.find((kind) => kind === word) ?? 'scsi'
}

export function* addAdapter(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const kind = kindOf(options)
  const data = readSettings(rules[kind], options.required('-a'), `chhwres -r virtualio --rsubtype ${kind} -o a -a`)
  if (!data.ok) return data.reply
  const opened = yield* openPartition(scope, options, 'chhwres virtualio add')
  if (!opened.ok) return opened.reply
  const { conversation, first } = opened.value
  const slot = yield* slotFor(options, conversation, first.id)
  if (!slot.ok) return slot.reply
  const names = partitionNames(conversation.listed)
  const fields = { ...defaults[kind], ...fieldsFrom(kind, data.settings, names), kind, slot: slot.value }
  const adapter = checked(fields)
  if (adapter === undefined) return refused('dataInvalid', { name: '-a', detail: `expected the attributes of ${articles[kind]} adapter` })
  const request = { id: first.id, direction: 'add', adapter } as const
  return yield* changeDynamically(scope, options, conversation, { request, resource: 'vslot', first })
}

export function* removeAdapter(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const opened = yield* openPartition(scope, options, 'chhwres virtualio remove')
  if (!opened.ok) return opened.reply
  const { conversation, first } = opened.value
  const virtualSlot = { slot: options.count('-s') ?? 0, kind: kindOf(options) }
  const request = { id: first.id, direction: 'remove', virtualSlot } as const
  return yield* changeDynamically(scope, options, conversation, { request, resource: 'vslot', first })
}

export function* setAdapter(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const kind = kindOf(options)
  const data = readSettings(rules[kind], options.required('-a'), `chhwres -r virtualio --rsubtype ${kind} -o s -a`)
  if (!data.ok) return data.reply
  const opened = yield* openPartition(scope, options, 'chhwres virtualio set')
  if (!opened.ok) return opened.reply
  const { conversation, first } = opened.value
  const { id } = first
  const read = yield* conversation.ask('adapters.lpar', { id }, id)
  if (!read.ok) return read.reply
  const slot = options.count('-s')
  const before = read.value.adapters.find((adapter) => adapter.slot === slot && adapter.kind === kind)
  if (before === undefined) return refused('adapterNotFound', { detail: `slot ${slot} of partition ${first.name}` })
  const adapter = checked({ ...before, ...fieldsFrom(kind, data.settings, partitionNames(conversation.listed)) })
  if (adapter === undefined) return refused('dataInvalid', { name: '-a', detail: `expected the attributes of ${articles[kind]} adapter` })
  const changed = yield* conversation.ask('dynamic.adapter', { id, adapter }, id)
  return changed.ok ? silent : changed.reply
}

interface OpenedPartition {
  readonly conversation: Conversation
  readonly first: PartitionView
}

/** The conversation with the system of -m, and the partition of -p or --id. */
function* openPartition(scope: LineScope, options: OptionReader, operation: OperationName): Generator<Yieldable, Step<OpenedPartition>> {
  const opened = converse(scope, options, operation)
  if (!opened.ok) return opened
  const conversation = opened.value
  const views = yield* readReachable(scope, conversation, [keyFromOptions(options, '-p')])
  if (!views.ok) return views
  const [first] = views.value
  return first === undefined ? { ok: false, reply: refused('partitionNotFound') } : { ok: true, value: { conversation, first } }
}

/** The slot of -s, or the next free one, which the hypervisor knows. */
function* slotFor(options: OptionReader, conversation: Conversation, id: number): Generator<Yieldable, Step<number>> {
  const given = options.count('-s')
  if (given !== undefined) return { ok: true, value: given }
  const read: Step<PartitionAdapters> = yield* conversation.ask('adapters.lpar', { id }, id)
  return read.ok ? { ok: true, value: read.value.nextSlot } : read
}

const articles: Readonly<Record<AdapterKind, string>> = { serial: 'a serial', scsi: 'a scsi', fc: 'an fc', eth: 'an eth', vnic: 'a vnic' }

/** A client has to say the rest. */
const ends = { role: 'client', remoteId: 'any', remoteSlot: 'any', required: false }
const defaults: Readonly<Record<AdapterKind, object>> = {
  serial: { ...ends, supportsHmc: false },
  scsi: ends,
  fc: { ...ends, wwpns: null },
  eth: { ieee: false, additionalVlans: [], trunkPriority: 0, required: false, virtualSwitch: DEFAULT_VIRTUAL_SWITCH, mac: null },
  vnic: { vlan: 0, required: false, mac: null },
}

function checked(fields: object): VirtualAdapter | undefined {
  const parsed = virtualAdapterSchema.safeParse(fields)
  if (!parsed.success) return undefined
  const adapter = parsed.data
  const named = adapter.kind === 'eth' || adapter.kind === 'vnic' || adapter.role === 'server'
  return named || (adapter.remoteId !== 'any' && adapter.remoteSlot !== 'any') ? adapter : undefined
}

/** The fields that were entered, in the protocol's words. */
function fieldsFrom(kind: AdapterKind, settings: Settings, names: PartitionNames): object {
  const required = settings.flag('is_required')
  const common = required === undefined ? {} : { required }
  const mac = settings.text('mac_addr')
  const address = mac === undefined ? {} : { mac: mac.toUpperCase() }
  if (kind === 'eth') return { ...common, ...address, ...ethernetFields(settings) }
  if (kind !== 'vnic') return { ...common, ...endFields(settings, names) }
  const vlan = settings.number('port_vlan_id')
  const devices = settings.list('backing_devices')
  return {
    ...common,
    ...address,
    ...(vlan === undefined ? {} : { vlan }),
    ...(devices === undefined ? {} : { backingDevices: devices.map((text) => readBackingDevice(text, names)) }),
  }
}

function ethernetFields(settings: Settings): object {
  const vlan = settings.number('port_vlan_id')
  const more = settings.list('addl_vlan_ids')
  const ieee = settings.flag('ieee_virtual_eth')
  const priority = settings.number('trunk_priority')
  const trunk = settings.flag('is_trunk')
  const virtualSwitch = settings.text('vswitch')
  return {
    ...(vlan === undefined ? {} : { vlan }),
    ...(more === undefined ? {} : { additionalVlans: more.map(Number) }),
    ...(ieee === undefined ? {} : { ieee }),
    ...(virtualSwitch === undefined ? {} : { virtualSwitch }),
    // A trunk without a priority has the highest.
    ...(trunk === false ? { trunkPriority: 0 } : trunk === true || priority !== undefined ? { trunkPriority: priority ?? 1 } : {}),
  }
}

function endFields(settings: Settings, names: PartitionNames): object {
  const role = settings.text('adapter_type')
  const supportsHmc = settings.flag('supports_hmc')
  const wwpns = settings.list('wwpns')
  const id = settings.text('remote_lpar_id')
  const name = settings.text('remote_lpar_name')
  const slot = settings.text('remote_slot_num')
  const remoteId = id === undefined ? (name === undefined ? undefined : (names.idOf(name) ?? name)) : anyOrNumber(id)
  return {
    ...(role === undefined ? {} : { role }),
    ...(supportsHmc === undefined ? {} : { supportsHmc }),
    ...(wwpns === undefined ? {} : { wwpns: wwpns.map((port) => port.toLowerCase()) }),
    ...(remoteId === undefined ? {} : { remoteId }),
    ...(slot === undefined ? {} : { remoteSlot: anyOrNumber(slot) }),
  }
}

function anyOrNumber(text: string): number | string {
  return text === 'any' ? text : Number(text)
}
