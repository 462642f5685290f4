// Rules that virtual adapters of a document keep among each other. Each complaint says the rule and what to do.
// What one adapter may hold is adapter-schema.ts.

import type { AdapterDocument, AdapterDocumentOf } from './adapter-schema.js'
import type { SystemDocument } from './schema.js'

type Complain = (path: string, message: string) => never
type Partition = SystemDocument['partitions'][number]

/** Complains about the first rule that is broken. */
export function checkAdapters(system: SystemDocument, path: string, bad: Complain): void {
  const trunks = new Map<string, string>()
  for (const [index, partition] of system.partitions.entries()) {
    const slots = new Set<number>()
    for (const [place, adapter] of partition.adapters.entries()) {
      const at = `${path}.partitions.${index}.adapters.${place}`
      checkSlot(partition, adapter, slots, at, bad)
      if (adapter.kind === 'eth') {
        checkVlans(system, adapter, at, bad)
        checkTrunk(adapter, trunks, `${partition.name} slot ${adapter.slot}`, at, bad)
      } else if (adapter.kind === 'vnic') checkBacking(system, adapter, at, bad)
      else if (adapter.kind !== 'serial') checkEnds(system, partition, adapter, at, bad)
    }
  }
}

function checkSlot({ maxVirtualSlots }: Partition, { kind, slot }: AdapterDocument, slots: Set<number>, at: string, bad: Complain): void {
  if (slot >= maxVirtualSlots) bad(`${at}.slot`, `${slot} is not below maxVirtualSlots, ${maxVirtualSlots}`)
  if (slot < 2 && kind !== 'serial') bad(`${at}.slot`, `${slot} is one of the two serial adapters: expected a slot from 2`)
  if (slots.has(slot)) bad(`${at}.slot`, `slot ${slot} has an adapter already: each needs a slot of its own`)
  slots.add(slot)
}

/** Servers are on Virtual I/O Servers; what a client names is there, or is to come. */
function checkEnds(
  { partitions }: SystemDocument,
  partition: Partition,
  adapter: AdapterDocumentOf<'scsi' | 'fc'>,
  at: string,
  bad: Complain,
): void {
  const { kind, role, remoteId, remoteSlot } = adapter
  if (role === 'server' && partition.environment !== 'vioserver') {
    bad(`${at}.role`, `'${partition.name}' is no Virtual I/O Server: only one of those has server adapters`)
  }
  if (role === 'client') {
    if (remoteId === 'any') return bad(`${at}.remoteId`, 'a client names the partition that serves it: expected a partition ID')
    if (remoteSlot === 'any') return bad(`${at}.remoteSlot`, 'a client names the server adapter that serves it: expected a slot')
  }
  if (remoteId === 'any') return
  const remote = partitions.find(({ id }) => id === remoteId)
  if (remote === undefined) return bad(`${at}.remoteId`, `there is no partition ${remoteId}`)
  if (remote === partition) return bad(`${at}.remoteId`, 'an adapter does not serve its own partition')
  if (role === 'server' || remoteSlot === 'any') return
  const server = remote.adapters.find(({ slot }) => slot === remoteSlot)
  if (server === undefined) return
  const serves = server.kind === kind && server.role === 'server' && isFor(server, partition, adapter.slot)
  if (!serves) bad(`${at}.remoteSlot`, `slot ${remoteSlot} of '${remote.name}' is no ${kind} server for this adapter`)
}

function isFor({ remoteId, remoteSlot }: AdapterDocumentOf<'scsi' | 'fc'>, { id }: Partition, slot: number): boolean {
  return (remoteId === 'any' || remoteId === id) && (remoteSlot === 'any' || remoteSlot === slot)
}

function checkVlans({ phyp }: SystemDocument, adapter: AdapterDocumentOf<'eth'>, at: string, bad: Complain): void {
  const { vlan, additionalVlans, virtualSwitch, ieee } = adapter
  if (!phyp.virtualSwitches.includes(virtualSwitch)) {
    bad(`${at}.virtualSwitch`, `'${virtualSwitch}' is none of phyp.virtualSwitches: ${phyp.virtualSwitches.join(', ')}`)
  }
  if (new Set([vlan, ...additionalVlans]).size !== additionalVlans.length + 1) {
    bad(`${at}.additionalVlans`, `expected VLANs each once, and none ${vlan}, its own`)
  }
  if (ieee === false && additionalVlans.length > 0) bad(`${at}.ieee`, 'additional VLANs need an IEEE 802.1Q adapter')
}

function checkTrunk(
  { vlan, additionalVlans, trunkPriority, virtualSwitch }: AdapterDocumentOf<'eth'>,
  trunks: Map<string, string>,
  owner: string,
  at: string,
  bad: Complain,
): void {
  if (trunkPriority === 0) return
  for (const id of [vlan, ...additionalVlans]) {
    const key = `${virtualSwitch}/${id}/${trunkPriority}`
    const other = trunks.get(key)
    if (other !== undefined) bad(`${at}.trunkPriority`, `${trunkPriority} is taken on VLAN ${id} of ${virtualSwitch} by ${other}`)
    trunks.set(key, owner)
  }
}

function checkBacking({ partitions }: SystemDocument, { backingDevices }: AdapterDocumentOf<'vnic'>, at: string, bad: Complain): void {
  for (const [place, { viosId }] of backingDevices.entries()) {
    const server = partitions.find(({ id }) => id === viosId)
    if (server?.environment !== 'vioserver') bad(`${at}.backingDevices.${place}.viosId`, `partition ${viosId} is no Virtual I/O Server`)
  }
}
