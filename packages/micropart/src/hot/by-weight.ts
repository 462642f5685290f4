// The hypervisor's own rule (LoPAR: spare capacity goes strictly by weight over the sum of the competing weights): the competitor with
// the least spare time used per weight is next. Who joins anew starts at the level of the others: nobody saves up (start-time fair
// queueing, Goyal 1996). Exact: a pass is a whole number of 1/255 ns per weight, and what a division leaves is carried.

import type { DispatchPolicy, DispatchPolicyFactory } from '../dispatch-policy.js'
import { PassHeap } from './pass-heap.js'

const UNITS = 255
const REBASE = 2 ** 50
/** Spare time that one who could not use its part may still catch up with, ns: ten windows of a processor. */
const MOST_BEHIND = 100_000_000

class ByWeight implements DispatchPolicy {
  private readonly heap: PassHeap
  private readonly rest: Float64Array
  // The pass of whom was served last: the present level. A typed array, so that it is no boxed number.
  private readonly level = new Float64Array(1)

  constructor(partitions: number) {
    this.heap = new PassHeap(partitions)
    this.rest = new Float64Array(partitions)
  }

  join(partition: number, weight: number, anew: boolean): void {
    const level = this.level[0]!
    const { pass } = this.heap
    if (pass[partition]! < level) {
      const least = anew ? level : level - Math.floor((MOST_BEHIND * UNITS) / weight)
      if (pass[partition]! < least) {
        pass[partition] = least
        this.rest[partition] = 0
      }
    }
    this.heap.add(partition)
  }

  leave(partition: number): void {
    this.heap.remove(partition)
  }

  next(): number {
    const first = this.heap.first()
    if (first >= 0) this.level[0] = this.heap.pass[first]!
    return first
  }

  charge(partition: number, weight: number, ns: number): void {
    const units = ns * UNITS + this.rest[partition]!
    const whole = Math.floor(units / weight)
    this.rest[partition] = units - whole * weight
    this.heap.pass[partition] = this.heap.pass[partition]! + whole
    this.heap.move(partition)
    const level = this.level[0]!
    if (level > REBASE) {
      this.heap.lower(level)
      this.level[0] = 0
    }
  }
}

export const byWeight: DispatchPolicyFactory = { name: 'by-weight', make: (partitions) => new ByWeight(partitions) }
