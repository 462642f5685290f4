// Stride scheduling (Waldspurger, Weihl 1995) of spare time: each slice advances the pass by a stride inverse to the weight, whole
// whatever the slice's length. Who leaves keeps its distance to the level and comes back with it.

import type { DispatchPolicy, DispatchPolicyFactory } from '../dispatch-policy.js'
import { PassHeap } from './pass-heap.js'

const STRIDE_ONE = 2 ** 20
const REBASE = 2 ** 50

class Stride implements DispatchPolicy {
  private readonly heap: PassHeap
  private readonly remain: Float64Array
  private readonly level = new Float64Array(1)

  constructor(partitions: number) {
    this.heap = new PassHeap(partitions)
    this.remain = new Float64Array(partitions)
  }

  join(partition: number, weight: number, anew: boolean): void {
    this.heap.pass[partition] = this.level[0]! + (anew ? Math.floor(STRIDE_ONE / weight) : this.remain[partition]!)
    this.heap.add(partition)
  }

  leave(partition: number): void {
    this.remain[partition] = this.heap.pass[partition]! - this.level[0]!
    this.heap.remove(partition)
  }

  next(): number {
    const first = this.heap.first()
    if (first >= 0) this.level[0] = this.heap.pass[first]!
    return first
  }

  charge(partition: number, weight: number, ns: number): void {
    if (ns <= 0) return
    this.heap.pass[partition] = this.heap.pass[partition]! + Math.floor(STRIDE_ONE / weight)
    this.heap.move(partition)
    const level = this.level[0]!
    if (level > REBASE) {
      this.heap.lower(level)
      this.level[0] = 0
    }
  }
}

export const stride: DispatchPolicyFactory = { name: 'stride', make: (partitions) => new Stride(partitions) }
