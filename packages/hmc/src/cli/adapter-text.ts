// Virtual adapters as strings in configuration data and in listings of profiles; an end may name its partition instead of numbering it:
//   serial  0/server/1/any//any/1        slot/role/supports-hmc/remote-id/remote-name/remote-slot/required
//   scsi    2/client/2/vios1/2/1         slot/role/remote-id/remote-name/remote-slot/required
//   fc      4/client/2/vios1/9/a,b/1     slot/role/remote-id/remote-name/remote-slot/wwpn,wwpn/required
//   eth     2/1/1/3,4,5/0/1              slot/ieee/port-vlan/more-vlans/trunk-priority/required[/vswitch/mac/os-macs/qos]

import { type AdapterKind, type AdapterOf, DEFAULT_VIRTUAL_SWITCH, type VirtualAdapter, virtualAdapterSchema } from '@powersim/protocol'
import { flagOf, flagText, numberOf, type PartitionNames } from './field-text.js'
import { formatVnic, readVnic } from './vnic-text.js'

/** What a string says; without an adapter it is none of its kind, or it names a partition that is not known. */
export type AdapterReading =
  { readonly ok: true; readonly adapter: VirtualAdapter } | { readonly ok: false; readonly unknownPartition?: string }

/** Characters of an adapter string, at most. */
const MAX_TEXT = 256

/** `longForm`: Ethernet adapters with their switch and addresses, as consoles from V8 on print them. */
export function formatAdapter(adapter: VirtualAdapter, names: PartitionNames, longForm: boolean): string {
  const { kind, slot, required } = adapter
  switch (kind) {
    case 'serial':
      return [slot, adapter.role, flagText(adapter.supportsHmc), ...remoteTexts(adapter, names), flagText(required)].join('/')
    case 'scsi':
      return [slot, adapter.role, ...remoteTexts(adapter, names), flagText(required)].join('/')
    case 'fc':
      return [slot, adapter.role, ...remoteTexts(adapter, names), (adapter.wwpns ?? []).join(','), flagText(required)].join('/')
    case 'eth':
      return formatEthernet(adapter, longForm)
    case 'vnic':
      return formatVnic(adapter, names)
  }
}

function formatEthernet(adapter: AdapterOf<'eth'>, longForm: boolean): string {
  const { slot, ieee, vlan, additionalVlans, trunkPriority, required, virtualSwitch, mac } = adapter
  const short = [slot, flagText(ieee), vlan, additionalVlans.join(','), trunkPriority, flagText(required)]
  const plain = virtualSwitch === DEFAULT_VIRTUAL_SWITCH && mac === null
  return (plain && !longForm ? short : [...short, virtualSwitch, mac ?? '', 'all', 'none']).join('/')
}

function remoteTexts({ remoteId, remoteSlot }: AdapterOf<'serial' | 'scsi' | 'fc'>, names: PartitionNames): (string | number)[] {
  return [remoteId, remoteId === 'any' ? '' : (names.nameOf(remoteId) ?? ''), remoteSlot]
}

export function readAdapter(kind: AdapterKind, text: string, names: PartitionNames): AdapterReading {
  if (text.length > MAX_TEXT) return { ok: false }
  const fields = kind === 'vnic' ? readVnic(text, names) : readFields(kind, text.split('/'), names)
  if (fields === undefined) return { ok: false }
  if (typeof fields === 'string') return { ok: false, unknownPartition: fields }
  const parsed = virtualAdapterSchema.safeParse(fields)
  return parsed.success ? { ok: true, adapter: parsed.data } : { ok: false }
}

/** The fields, not yet checked for their ranges; undefined: no such string; a text: the name of a partition that is not known. */
function readFields(kind: Exclude<AdapterKind, 'vnic'>, parts: readonly string[], names: PartitionNames): object | string | undefined {
  if (kind === 'eth') return readEthernet(parts)
  const expected = kind === 'scsi' ? 6 : 7
  const required = flagOf(parts.at(-1))
  const slot = numberOf(parts[0])
  if (parts.length !== expected || required === undefined || slot === undefined) return undefined
  const supportsHmc = kind === 'serial' ? flagOf(parts[2] === '' ? '0' : parts[2]) : undefined
  if (kind === 'serial' && supportsHmc === undefined) return undefined
  const ports = kind === 'fc' ? wwpnsOf(parts[5] ?? '') : undefined
  if (kind === 'fc' && ports === undefined) return undefined
  const remote = readRemote(parts[1] ?? '', kind === 'serial' ? parts.slice(3) : parts.slice(2), names)
  if (remote === undefined || typeof remote === 'string') return remote
  const fields = { kind, slot, ...remote, required }
  return kind === 'serial' ? { ...fields, supportsHmc } : kind === 'fc' ? { ...fields, wwpns: ports } : fields
}

/** A client names the one adapter that serves it; a server may be there for anyone. */
function readRemote(
  role: string,
  [idText = '', name = '', slotText = '']: readonly string[],
  names: PartitionNames,
): { role: string; remoteId: number | 'any'; remoteSlot: number | 'any' } | string | undefined {
  if (role !== 'client' && role !== 'server') return undefined
  const remoteSlot = slotText === 'any' ? 'any' : numberOf(slotText)
  const entered = idText === 'any' ? 'any' : idText === '' ? (name === '' ? 'any' : names.idOf(name)) : numberOf(idText)
  if (entered === undefined && idText === '') return name
  if (entered === undefined || remoteSlot === undefined) return undefined
  if (role === 'client' && (entered === 'any' || remoteSlot === 'any')) return undefined
  return { role, remoteId: entered, remoteSlot }
}

/** Addresses of other operating systems' and a priority are the console's defaults, or nothing is behind them. */
function readEthernet(parts: readonly string[]): object | undefined {
  if (parts.length < 6 || parts.length > 10) return undefined
  const [slot, ieee, vlan, more = '', trunk = '', required, virtualSwitch = '', mac = '', osMacs = '', qos = ''] = parts
  if (!['', 'all'].includes(osMacs) || !['', 'none'].includes(qos)) return undefined
  return {
    kind: 'eth',
    slot: numberOf(slot),
    ieee: flagOf(ieee),
    vlan: numberOf(vlan),
    additionalVlans: more === '' ? [] : more.split(',').map(numberOf),
    trunkPriority: trunk === '' ? 0 : numberOf(trunk),
    required: flagOf(required),
    virtualSwitch: virtualSwitch === '' ? DEFAULT_VIRTUAL_SWITCH : virtualSwitch,
    mac: mac === '' ? null : mac.toUpperCase(),
  }
}

function wwpnsOf(text: string): readonly string[] | null | undefined {
  if (text === '') return null
  const ports = text.toLowerCase().split(',')
  return ports.length === 2 ? ports : undefined
}
