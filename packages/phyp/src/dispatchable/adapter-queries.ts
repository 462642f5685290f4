// Queries about virtual adapters: the slots of a partition with what is in them, and the virtual switches with their VLANs.
// A partition that holds nothing shows what its default profile asks for.

import type { ReplyOf, RequestOf } from '@powersim/protocol'
import { addressed } from '../adapter-addresses.js'
import { nextFreeSlot } from './adapter-rules.js'
import { partitionsOf, profileOf } from './configuration.js'
import { type Hypervisor, noPartition } from './hypervisor.js'
import { type Outcome, reply } from './outcome.js'

export function readAdapters(hypervisor: Hypervisor, { id }: RequestOf<'adapters.lpar'>): Outcome<ReplyOf<'adapters.lpar'>> {
  const record = hypervisor.record(id)
  if (record === undefined) return noPartition(id)
  const held = record.current ?? profileOf(record, record.defaultProfile)
  const adapters = held?.adapters ?? []
  const pendingMaxSlots = held?.maxVirtualSlots ?? 0
  return reply({
    id,
    currentMaxSlots: record.current?.maxVirtualSlots ?? 0,
    pendingMaxSlots,
    nextSlot: nextFreeSlot(adapters, pendingMaxSlots),
    fibreChannel: hypervisor.parameters.virtualFibreChannel,
    active: hypervisor.life.isActive(id),
    adapters: adapters.map((adapter) => addressed(hypervisor.parameters.addresses, id, adapter)),
  })
}

/** VLANs in ascending order, of adapters that partitions hold. */
export function readSwitches({ adapterLimits, configuration }: Hypervisor): Outcome<ReplyOf<'adapters.switches'>> {
  const vlans = new Map(adapterLimits.virtualSwitches.map((name) => [name, new Set<number>()]))
  for (const { current } of partitionsOf(configuration)) {
    for (const adapter of current?.adapters ?? []) {
      if (adapter.kind !== 'eth') continue
      for (const vlan of [adapter.vlan, ...adapter.additionalVlans]) vlans.get(adapter.virtualSwitch)?.add(vlan)
    }
  }
  return reply({ switches: [...vlans].map(([name, set]) => ({ name, vlans: [...set].sort((a, b) => a - b) })) })
}
