// What has become of a dynamic change: how many of its units changed hands, and the commit of that. A change may end with a part of what
// was asked for: what an operating system has taken in is its own, what it has not given up stays its own (LoPAR: memory and processors go
// one by one, partial success is normal). Also when a change is dropped half-way, the configuration never says less than is owned.

import { drcIndexOf, type ProcessorAmounts, unitsOfBatch } from '@powersim/protocol'
import { hundredthsHeld } from './accounting.js'
import type { PartitionRecord } from './configuration.js'
import { commitHeld } from './held-profile.js'
import type { Hypervisor } from './hypervisor.js'
import { entitledWith } from './io-entitlement.js'
import type { DynamicWork } from './stages.js'

/** Units of the batches that were stepped. */
export function unitsStepped({ units, batches, done }: DynamicWork): number {
  let stepped = 0
  for (let batch = 0; batch < done; batch++) stepped += unitsOfBatch(units, batches, batch)
  return stepped
}

/** Units that the giver no longer holds: of one that does not run, those that were stepped. */
export function unitsReleased(hypervisor: Hypervisor, work: DynamicWork): number {
  const { giver, giverHeld, units } = work
  if (giver === null || giverHeld === null) return unitsStepped(work)
  return between(0, giverHeld - held(hypervisor, work, giver), units)
}

/** Units that the receiver has taken: none when it does not run, for then there is nobody to take them. */
export function unitsTaken(hypervisor: Hypervisor, work: DynamicWork): number {
  const { receiver, receiverHeld, units } = work
  if (receiver === null || receiverHeld === null) return 0
  return between(0, held(hypervisor, work, receiver) - receiverHeld, units)
}

/** Units that a finish makes the receiver's, or takes from the giver. `hold`: those that were stepped count as taken. */
export function unitsFinished(hypervisor: Hypervisor, work: DynamicWork, hold: boolean): number {
  const released = unitsReleased(hypervisor, work)
  if (work.receiver === null) return released
  const arrived = hold || work.receiverHeld === null ? unitsStepped(work) : unitsTaken(hypervisor, work)
  return arrived < released ? arrived : released
}

/** Ends a change that nobody finishes: what was taken is its taker's. */
export function settleDropped(hypervisor: Hypervisor, work: DynamicWork): void {
  const taken = unitsTaken(hypervisor, work)
  if (taken > 0) commitUnits(hypervisor, 'dynamic.drop', work, taken)
}

/** Moves `moved` units in the configuration, and of processing units what goes with them. Returns its version. */
export function commitUnits(hypervisor: Hypervisor, what: string, work: DynamicWork, moved: number): number {
  const { giver, receiver, resource, drcIndex, adapter } = work
  const touched = [giver, receiver].filter((side) => side !== null)
  const hundredths = hundredthsMoved(hypervisor, work, moved)
  const version = commitHeld(hypervisor, what, touched, (draft) => {
    for (const side of touched) {
      const target = draft.partitions[side]?.current
      if (target === undefined || target === null) continue
      const sign = side === giver ? -1 : 1
      if (resource === 'mem') target.memoryMiB += sign * moved * hypervisor.parameters.memory.regionMiB
      if (resource === 'proc') {
        target.processors.procs += sign * moved
        target.processors.hundredths += sign * hundredths
      }
      if (resource === 'vslot' && moved > 0) {
        // The same data, writable; an adapter is never changed afterwards.
        if (adapter !== null) target.adapters = [...target.adapters, adapter as (typeof target.adapters)[number]].sort(bySlot)
        else target.adapters = target.adapters.filter(({ slot }) => drcIndexOf('vslot', slot) !== drcIndex)
        if (target.sharing !== null) target.sharing.ioEntitledMiB = entitledWith(target.sharing, target.adapters)
      }
      if (resource !== 'slot' || moved === 0 || drcIndex === null) continue
      if (sign > 0) target.ioSlots.push(drcIndex)
      else target.ioSlots = target.ioSlots.filter((other) => other !== drcIndex)
    }
  })
  hypervisor.available() // checks that nothing was given twice
  for (const side of touched) hypervisor.tellSize(side)
  return version
}

/** Processing units that go with a part of the virtual processors: in proportion, while every processor stays within its own bounds. */
function hundredthsMoved(hypervisor: Hypervisor, work: DynamicWork, moved: number): number {
  const { units, hundredths, done, batches, giver, receiver } = work
  if (work.resource !== 'proc' || hundredths === 0) return 0
  if (units === 0) return done === batches ? hundredths : 0
  const least = hypervisor.parameters.processors.minHundredthsPerVirtualProcessor
  const from = giver === null ? undefined : hypervisor.record(giver)
  const to = receiver === null ? undefined : hypervisor.record(receiver)
  const sides = [giverRange(from, moved, least), receiverRange(to, moved, least)]
  const low = Math.max(0, ...sides.map(({ low }) => low))
  const high = Math.min(hundredths, ...sides.map(({ high }) => high))
  return between(low, Math.floor((hundredths * moved) / units), high)
}

interface Range {
  readonly low: number
  readonly high: number
}

const anything: Range = { low: 0, high: Number.MAX_SAFE_INTEGER }

/** Processing units that may go away with `moved` virtual processors. */
function giverRange(record: PartitionRecord | undefined, moved: number, least: number): Range {
  const processors: ProcessorAmounts | undefined = record?.current?.processors
  if (processors === undefined) return anything
  const after = processors.procs - moved
  return { low: processors.hundredths - 100 * after, high: processors.hundredths - least * after }
}

/** Processing units that may come with them. */
function receiverRange(record: PartitionRecord | undefined, moved: number, least: number): Range {
  const processors: ProcessorAmounts | undefined = record?.current?.processors
  if (processors === undefined) return anything
  const after = processors.procs + moved
  return { low: least * after - processors.hundredths, high: 100 * after - processors.hundredths }
}

function held(hypervisor: Hypervisor, { resource, drcIndex }: DynamicWork, lparId: number): number {
  if (drcIndex === null) return hypervisor.connectors.heldBy(lparId, resource)
  return hypervisor.connectors.holds(lparId, drcIndex) ? 1 : 0
}

/** Makes the configuration of a partition that runs what its operating system has. Returns whether it had differed. */
export function restoreHoldings(hypervisor: Hypervisor, id: number, resource: DynamicWork['resource']): boolean {
  const current = hypervisor.record(id)?.current
  if (current === undefined || current === null) return false
  const { connectors, parameters } = hypervisor
  const memoryMiB = connectors.heldBy(id, 'mem') * parameters.memory.regionMiB
  const procs = connectors.heldBy(id, 'proc')
  const ioSlots = current.ioSlots.filter((drcIndex) => connectors.holds(id, drcIndex))
  const adapters = current.adapters.filter(({ slot }) => connectors.holds(id, drcIndexOf('vslot', slot)))
  const same = {
    mem: memoryMiB === current.memoryMiB,
    proc: procs === current.processors.procs,
    slot: ioSlots.length === current.ioSlots.length,
    vslot: adapters.length === current.adapters.length,
  }
  if (same[resource]) return false
  commitHeld(hypervisor, 'dynamic.restore', [id], (draft) => {
    const target = draft.partitions[id]?.current
    if (target === undefined || target === null) return
    if (resource === 'mem') target.memoryMiB = memoryMiB
    if (resource === 'slot') target.ioSlots = ioSlots
    // As above.
    if (resource === 'vslot') target.adapters = adapters as typeof target.adapters
    if (resource === 'vslot' && target.sharing !== null) target.sharing.ioEntitledMiB = entitledWith(target.sharing, adapters)
    if (resource !== 'proc') return
    target.processors.procs = procs
    if (target.processors.mode === 'shared') target.processors.hundredths = between(0, target.processors.hundredths, 100 * procs)
  })
  hypervisor.available()
  hypervisor.tellSize(id)
  return true
}

/** What a partition's operating system and processors may use, for the host: entitlement follows the configuration. */
export function sizeOf(hypervisor: Hypervisor, id: number): { memoryMiB: number; procs: number; hundredths: number } | undefined {
  const current = hypervisor.record(id)?.current
  if (current === undefined || current === null || !hypervisor.life.isActive(id)) return undefined
  const procs = hypervisor.connectors.ownedBy(id, 'proc')
  const memoryMiB = hypervisor.connectors.ownedBy(id, 'mem') * hypervisor.parameters.memory.regionMiB
  const { processors } = current
  return { memoryMiB, procs, hundredths: processors.mode === 'ded' ? procs * 100 : hundredthsHeld(processors) }
}

function bySlot(one: { readonly slot: number }, other: { readonly slot: number }): number {
  return one.slot - other.slot
}

function between(low: number, value: number, high: number): number {
  return Math.max(low, Math.min(value, high))
}
