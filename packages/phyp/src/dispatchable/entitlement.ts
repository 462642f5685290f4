// What a partition may set of its own processing capacity (LoPAR, H_SET_PPP), and setting it: a commit of the configuration like any other,
// so that what consoles read, the sums, and what the dispatcher gives stay the same. A dynamic change or activation holds the partition's
// amounts still.

import type { ProcessorAmounts } from '@powersim/protocol'
import type { Hypervisor } from './hypervisor.js'

const MAX_WEIGHT = 255

/** Bounds of a running partition's own changes. Both of an amount are the current one while an operation holds the partition. */
export interface EntitlementBounds {
  readonly minHundredths: number
  readonly maxHundredths: number
  readonly minWeight: number
  readonly maxWeight: number
  /** What the machine and the partition's pool have left, hundredths. */
  readonly unallocatedHundredths: number
}

/** Undefined for a partition that does not run, or has dedicated processors. */
export function entitlementBounds(hypervisor: Hypervisor, id: number): EntitlementBounds | undefined {
  const processors = sharedOf(hypervisor, id)
  if (processors === undefined) return undefined
  const { hundredths, uncapWeight, procs, sharingMode } = processors
  const room = hypervisor.roomInPool(processors.poolId)
  const unallocatedHundredths = Math.max(0, Math.min(hypervisor.available().hundredths, room))
  if (hypervisor.stages.holding(id) !== undefined) {
    return { minHundredths: hundredths, maxHundredths: hundredths, minWeight: uncapWeight, maxWeight: uncapWeight, unallocatedHundredths }
  }
  const least = procs * hypervisor.parameters.processors.minHundredthsPerVirtualProcessor
  const free = Math.max(0, Math.min(hypervisor.free().hundredths, room))
  return {
    minHundredths: Math.min(hundredths, Math.max(processors.minHundredths, least)),
    maxHundredths: Math.max(hundredths, Math.min(processors.maxHundredths, procs * 100, hundredths + free)),
    minWeight: 0,
    // A capped partition has none.
    maxWeight: sharingMode === 'uncap' ? MAX_WEIGHT : 0,
    unallocatedHundredths,
  }
}

/** New amounts, within the bounds. */
export function setEntitlement(hypervisor: Hypervisor, id: number, hundredths: number, weight: number): void {
  const before = sharedOf(hypervisor, id)
  if (before === undefined || (before.hundredths === hundredths && before.uncapWeight === weight)) return
  hypervisor.store.commit('H_SET_PPP', [id], (draft) => {
    const target = draft.partitions[id]?.current?.processors
    if (target === undefined) return
    target.hundredths = hundredths
    target.uncapWeight = weight
  })
  hypervisor.available() // checks that nothing was given twice
  hypervisor.tellSize(id)
}

function sharedOf(hypervisor: Hypervisor, id: number): ProcessorAmounts | undefined {
  const processors = hypervisor.record(id)?.current?.processors
  return processors?.mode === 'shared' && hypervisor.life.isActive(id) ? processors : undefined
}
