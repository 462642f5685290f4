// The virtual adapters that a virtual LAN of NETS adds to partitions: one for NETS, a trunk adapter for each server that bridges, and for
// each of two servers one on the control channel between them. What they are for is management-lan.ts.

import type { VirtualAdapter } from '@powersim/protocol'
import type { SystemDocument } from './document/schema.js'

/** The adapters that the LAN adds to a partition's profile; none for one that has no part in it. */
export function lanAdapters(partition: string, nets: SystemDocument['nets']): readonly VirtualAdapter[] {
  if (nets === null || nets.lan === 'own') return []
  const { bridges, virtualSwitch, vlan, slot, controlVlan } = nets.lan.virtual
  const adapter = (at: number, on: number, trunkPriority: number): VirtualAdapter => {
    return { kind: 'eth', slot: at, ieee: false, vlan: on, additionalVlans: [], trunkPriority, required: true, virtualSwitch, mac: null }
  }
  if (partition === nets.partition) return [adapter(slot, vlan, 0)]
  const priority = bridges.indexOf(partition) + 1
  if (priority === 0) return []
  return [adapter(slot, vlan, priority), ...(bridges.length > 1 ? [adapter(slot + 1, controlVlan, 0)] : [])]
}
