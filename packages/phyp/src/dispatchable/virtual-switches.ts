// Virtual Ethernet switches in the configuration: one may come, and go when no adapter is at it, of a profile or of a partition. What a
// switch does with frames is plic/virtual-switch.ts.

import { DEFAULT_VIRTUAL_SWITCH, type ReplyOf, type RequestOf } from '@powersim/protocol'
import { MAX_SWITCHES } from '../plic/lan-hypercalls.js'
import { partitionsOf } from './configuration.js'
import type { Hypervisor } from './hypervisor.js'
import { type Outcome, refused, reply } from './outcome.js'

export function addSwitch(hypervisor: Hypervisor, { name }: RequestOf<'virtualSwitch.add'>): Outcome<ReplyOf<'virtualSwitch.add'>> {
  const { virtualSwitches } = hypervisor.configuration
  const before = virtualSwitches.find((other) => other.name === name)
  if (before?.removed === false) return refused('virtual-switch-name-in-use', `there is a virtual switch ${name} already`, { name })
  if (before === undefined && virtualSwitches.length >= MAX_SWITCHES) {
    return refused('virtual-switch-limit', `there have been ${MAX_SWITCHES} virtual switches of different names`, { name })
  }
  const version = hypervisor.store.commit('virtualSwitch.add', [], (draft) => {
    const target = draft.virtualSwitches.find((other) => other.name === name)
    if (target === undefined) draft.virtualSwitches.push({ name, removed: false })
    else target.removed = false
  })
  return reply({ version })
}

export function removeSwitch(
  hypervisor: Hypervisor,
  { name }: RequestOf<'virtualSwitch.remove'>,
): Outcome<ReplyOf<'virtualSwitch.remove'>> {
  const { configuration } = hypervisor
  if (!hypervisor.adapterLimits.virtualSwitches.includes(name)) {
    return refused('virtual-switch-not-found', `there is no virtual switch ${name}`, { name })
  }
  if (name === DEFAULT_VIRTUAL_SWITCH) return refused('virtual-switch-in-use', 'every machine has it', { name })
  const user = partitionsOf(configuration).find(({ current, profiles }) =>
    [current?.adapters ?? [], ...profiles.map(({ adapters }) => adapters)].some((adapters) =>
      adapters.some((adapter) => adapter.kind === 'eth' && adapter.virtualSwitch === name),
    ),
  )
  if (user !== undefined) return refused('virtual-switch-in-use', `partition ${user.name} has an adapter at it`, { name, id: user.id })
  // Whoever is about to put an adapter there has been told that the switch is there.
  if (hypervisor.stages.size > 0) return refused('resource-busy', 'another operation is under way', { name })
  const version = hypervisor.store.commit('virtualSwitch.remove', [], (draft) => {
    const target = draft.virtualSwitches.find((other) => other.name === name)
    if (target !== undefined) target.removed = true
  })
  return reply({ version })
}
