// Random replacement: any page that may go, each with the same chance.
// What a page was used for does not count.

import type { Draw } from '@powersim/kernel'
import type { PoolView, ReplacementPolicy, ReplacementPolicyFactory } from '../replacement-policy.js'

/** Draws before frames are gone through in order from the last one drawn: a pool with few pages that may go. */
const TRIES = 64

class Random implements ReplacementPolicy {
  readonly watchesTouches = false
  private readonly pool: PoolView
  private readonly draw: Draw

  constructor(pool: PoolView, draw: Draw) {
    this.pool = pool
    this.draw = draw
  }

  loaded(): void {}

  touched(): void {}

  freed(): void {}

  demoted(): void {}

  begin(): void {}

  victim(): number {
    const { pool } = this
    const { capacity } = pool.frames
    let frame = 0
    for (let tried = 0; tried < TRIES; tried++) {
      frame = this.draw.below(capacity)
      if (pool.takeable(frame, false)) return frame
    }
    const after = this.takeableFrom(frame, false)
    return after === -1 ? this.takeableFrom(frame, true) : after
  }

  private takeableFrom(from: number, critical: boolean): number {
    const { capacity } = this.pool.frames
    for (let step = 0; step < capacity; step++) {
      const frame = (from + step) % capacity
      if (this.pool.takeable(frame, critical)) return frame
    }
    return -1
  }
}

export const random: ReplacementPolicyFactory = { name: 'random', make: (pool, draw) => new Random(pool, draw) }
