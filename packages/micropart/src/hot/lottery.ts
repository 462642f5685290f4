// Lottery scheduling (Waldspurger, Weihl 1994) of spare time: each slice goes to a competitor drawn with a chance proportional to its
// weight. The tickets lie in a Fenwick tree, so that a draw costs log2(partitions).

import type { Draw } from '@powersim/kernel'
import type { DispatchPolicy, DispatchPolicyFactory } from '../dispatch-policy.js'

class Lottery implements DispatchPolicy {
  private readonly draw: Draw
  private readonly tree: Int32Array
  private readonly tickets: Int32Array
  private readonly size: number
  private total = 0

  constructor(partitions: number, draw: Draw) {
    let size = 1
    while (size < partitions) size *= 2
    this.draw = draw
    this.size = size
    this.tree = new Int32Array(size + 1)
    this.tickets = new Int32Array(size)
  }

  join(partition: number, weight: number): void {
    this.tickets[partition] = weight
    this.add(partition, weight)
  }

  leave(partition: number): void {
    this.add(partition, -this.tickets[partition]!)
    this.tickets[partition] = 0
  }

  next(): number {
    if (this.total === 0) return -1
    let left = this.draw.below(this.total)
    let at = 0
    for (let step = this.size; step > 0; step >>= 1) {
      if (at + step <= this.size && this.tree[at + step]! <= left) {
        at += step
        left -= this.tree[at]!
      }
    }
    return at
  }

  charge(): void {
    // A lottery remembers nothing.
  }

  private add(partition: number, tickets: number): void {
    this.total += tickets
    for (let at = partition + 1; at <= this.size; at += at & -at) this.tree[at] = this.tree[at]! + tickets
  }
}

export const lottery: DispatchPolicyFactory = { name: 'lottery', make: (partitions, draw) => new Lottery(partitions, draw) }
