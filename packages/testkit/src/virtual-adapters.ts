// Virtual adapters for tests: of each kind the plainest one, with what a test says put over it.
// What they become is the hypervisor's.

import { type AdapterOf, DEFAULT_VIRTUAL_SWITCH } from '@powersim/protocol'

/** An Ethernet adapter in VLAN 1 of the default switch, no trunk. */
export function ethernetAdapter(slot: number, changes: Partial<AdapterOf<'eth'>> = {}): AdapterOf<'eth'> {
  return {
    kind: 'eth',
    slot,
    ieee: false,
    vlan: 1,
    additionalVlans: [],
    trunkPriority: 0,
    required: false,
    virtualSwitch: DEFAULT_VIRTUAL_SWITCH,
    mac: null,
    ...changes,
  }
}

/** A client SCSI adapter of the server adapter in slot `remoteSlot` of partition `remoteId`. */
export function scsiClient(slot: number, remoteId: number, remoteSlot: number, required = false): AdapterOf<'scsi'> {
  return { kind: 'scsi', slot, role: 'client', remoteId, remoteSlot, required }
}

/** A server SCSI adapter for one client adapter, or for any. */
export function scsiServer(
  slot: number,
  remoteId: number | 'any' = 'any',
  remoteSlot: number | 'any' = 'any',
  required = false,
): AdapterOf<'scsi'> {
  return { kind: 'scsi', slot, role: 'server', remoteId, remoteSlot, required }
}
