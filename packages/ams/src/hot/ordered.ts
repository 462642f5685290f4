// Exact LRU and FIFO: pages in the order of their last use, or of their coming; the first that may go, goes.
// The order is all that they know of a page.

import type { PoolView, ReplacementPolicy, ReplacementPolicyFactory } from '../replacement-policy.js'
import { PageList } from './page-list.js'

class Ordered implements ReplacementPolicy {
  readonly watchesTouches: boolean
  private readonly pool: PoolView
  private readonly pages: PageList

  constructor(pool: PoolView, watchesTouches: boolean) {
    this.pool = pool
    this.watchesTouches = watchesTouches
    this.pages = new PageList(pool.frames.capacity)
  }

  loaded(frame: number): void {
    this.pages.append(frame)
  }

  touched(frame: number): void {
    this.pages.renew(frame)
  }

  freed(frame: number): void {
    this.pages.remove(frame)
  }

  demoted(frame: number): void {
    this.pages.remove(frame)
    this.pages.prepend(frame)
  }

  begin(): void {}

  victim(): number {
    const frame = this.firstTakeable(false)
    return frame === -1 ? this.firstTakeable(true) : frame
  }

  private firstTakeable(critical: boolean): number {
    const { pool, pages } = this
    let frame = pages.first()
    while (frame !== -1 && !pool.takeable(frame, critical)) frame = pages.after(frame)
    return frame
  }
}

export const lru: ReplacementPolicyFactory = { name: 'lru', make: (pool) => new Ordered(pool, true) }
export const fifo: ReplacementPolicyFactory = { name: 'fifo', make: (pool) => new Ordered(pool, false) }
