// What a pool has at an instant, out of its pager's counts.
// What its members have is memberStatistics of the pool.

import type { Pager } from './hot/pager.js'
import type { PoolStatistics } from './terms.js'

export function poolStatistics(
  { transfers, frames, merged, raised, lows, low, high }: Pager,
  size: number,
  overage: number,
): PoolStatistics {
  return {
    raised,
    lows,
    size,
    free: frames.free,
    leaving: transfers.leaving,
    faults: transfers.faults,
    waiting: transfers.waiting,
    lowWater: low,
    highWater: high,
    overage,
    saved: merged?.saved ?? 0,
    merges: merged?.merges ?? 0,
    parted: merged?.parted ?? 0,
  }
}
