// The rules of virtual adapters by themselves: what a slot may hold on this machine. Whether the other end of an adapter is there does not
// matter: it may come later. Pure functions of the adapters.

import type { VirtualAdapter } from '@powersim/protocol'
import { refused, type Refused } from './outcome.js'

/** What of the machine adapters depend on. */
export interface AdapterLimits {
  readonly virtualSwitches: readonly string[]
  readonly virtualFibreChannel: boolean
}

/** Slots 0 and 1 are the serial adapters'. */
const FIRST_FREE_SLOT = 2

/** Undefined when the adapter is sound for a partition of so many virtual slots. */
export function checkAdapter(
  adapter: VirtualAdapter,
  maxVirtualSlots: number,
  { virtualSwitches, virtualFibreChannel }: AdapterLimits,
): Refused | undefined {
  const { kind, slot } = adapter
  if (slot >= maxVirtualSlots) {
    return refused('slot-range', `slot ${slot} is not below the ${maxVirtualSlots} virtual slots`, { slot, maxVirtualSlots })
  }
  if (slot < FIRST_FREE_SLOT && kind !== 'serial') return refused('slot-range', `slot ${slot} is for a serial adapter`, { slot })
  if (kind === 'fc' && !virtualFibreChannel) return refused('fibre-channel-not-supported', 'no virtual Fibre Channel here', { slot })
  if (kind !== 'eth') return undefined
  if (!virtualSwitches.includes(adapter.virtualSwitch)) {
    return refused('virtual-switch-not-found', `there is no virtual switch ${adapter.virtualSwitch}`, { name: adapter.virtualSwitch })
  }
  const { vlan, additionalVlans, ieee } = adapter
  const once = new Set([vlan, ...additionalVlans]).size === additionalVlans.length + 1
  if (once && (ieee || additionalVlans.length === 0)) return undefined
  return refused('adapter-invalid', 'additional VLANs are each there once, and need an IEEE 802.1Q adapter', { slot, vlan })
}

/** The lowest slot that is free for an adapter, from 2 on; `maxVirtualSlots` when all are taken. */
export function nextFreeSlot(adapters: readonly VirtualAdapter[], maxVirtualSlots: number): number {
  const taken = new Set(adapters.map(({ slot }) => slot))
  for (let slot = FIRST_FREE_SLOT; slot < maxVirtualSlots; slot++) if (!taken.has(slot)) return slot
  return maxVirtualSlots
}
