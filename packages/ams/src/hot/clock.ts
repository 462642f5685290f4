// CLOCK (Corbato 1969): a hand goes round the frames; a referenced page is spared once.
// Critical pages are left alone for two rounds.

import type { PoolView, ReplacementPolicy, ReplacementPolicyFactory } from '../replacement-policy.js'
import { FRAME } from './frame-table.js'

const { REFERENCED, CRITICAL, PINNED, MOVING, WRITING } = FRAME
const BARRED = PINNED | MOVING | WRITING
/** The first round may find every page referenced, the second finds those; the third and fourth are for critical ones. */
const ROUNDS = 4
const CRITICAL_ROUNDS = 2

class Clock implements ReplacementPolicy {
  readonly watchesTouches = false
  private readonly pool: PoolView
  private hand: number

  constructor(pool: PoolView) {
    this.pool = pool
    // Where the first frame is that a pool gives out.
    this.hand = pool.frames.capacity - pool.frames.size
  }

  loaded(): void {}

  touched(): void {}

  freed(): void {}

  demoted(): void {}

  begin(): void {}

  victim(): number {
    const { capacity, flags } = this.pool.frames
    let { hand } = this
    for (let left = ROUNDS * capacity; left > 0; left--) {
      const frame = hand
      const bits = flags[frame]!
      hand = hand + 1 === capacity ? 0 : hand + 1
      const critical = left <= CRITICAL_ROUNDS * capacity
      if ((bits & BARRED) !== 0 || (!critical && (bits & CRITICAL) !== 0)) continue
      if ((bits & REFERENCED) !== 0) flags[frame] = bits & ~REFERENCED
      else if (this.pool.takeable(frame, critical)) {
        this.hand = hand
        return frame
      }
    }
    return -1
  }
}

export const clock: ReplacementPolicyFactory = { name: 'clock', make: (pool) => new Clock(pool) }
