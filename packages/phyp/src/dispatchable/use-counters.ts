// What Dispatchable PHYP may ask of whoever gives out the cores: the processor time that was used.
// How it is counted is machine-processors.ts.

import type { UsedTime } from '../machine-processors.js'

/** What the wheel has counted, ns. */
export interface UseCounters {
  /** Null before the first start of a partition. */
  usedBy(lparId: number): UsedTime | null
  usedInPool(pool: number): number
  /** Time of the physical pool of shared processors that nobody used. */
  idleNs(): number
}
