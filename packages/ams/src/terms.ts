// What a shared memory pool is made of and answers with: options, outcomes, page states.
// What happens to pages by them is in hot/pager.ts.

import type { PagingPort } from '@powersim/protocol'
import { AmsError } from './errors.js'
import type { ReplacementPolicyFactory } from './replacement-policy.js'

/** What became of a touch. HIT, ZERO_FILLED and PAGED_IN: the page is there. PENDING: `resolved` will tell. REFUSED: too many faults. */
export const TOUCH = { HIT: 0, ZERO_FILLED: 1, PAGED_IN: 2, PENDING: 3, REFUSED: 4, FAILED: 5 } as const
export type TouchOutcome = (typeof TOUCH)[keyof typeof TOUCH]

/** States that a partition gives a page (LoPAR, CMO page usage states; LATENT is of the expropriation notification option). */
export const PAGE_STATE = { ACTIVE: 0, CRITICAL: 1, UNUSED: 2, LOANED: 3, LATENT: 4 } as const
export type PageState = (typeof PAGE_STATE)[keyof typeof PAGE_STATE]

/** What became of an I/O mapping. PENDING: the page is being restored, ask again. NOT_ENTITLED: beyond the I/O entitlement. */
export const IO_MAP = { MAPPED: 0, PENDING: 1, NOT_ENTITLED: 2, REFUSED: 3 } as const
export type IoMapOutcome = (typeof IO_MAP)[keyof typeof IO_MAP]

/** Told of faults that end later than the touch. */
export interface FaultListener {
  /** The page is there (ZERO_FILLED, PAGED_IN), or its content could not be read (FAILED). Once for a page, however many touched it. */
  resolved(member: number, page: number, outcome: TouchOutcome): void
}

/** What frames hold, for merging those that hold the same. */
export interface FrameComparison {
  /** The same for equal contents. */
  signature(frame: number): number
  equal(one: number, other: number): boolean
  /** A page goes from a frame that it shares into one of its own. */
  copy(from: number, to: number): void
}

export interface MergingOptions {
  /** Size of the pool over that of the table of signatures, 256 to 8,192 (Power 770 and 780 redbook). Default 1,024, an entry a frame. */
  readonly tableRatio?: number
  /** Default: pages with the same stamp are the same. */
  readonly contents?: FrameComparison
}

/** Marks of the free list as parts of the pool: at the low one frames are taken until the high one is reached. */
export interface FreeListMarks {
  readonly low: number
  readonly high: number
}

export interface SharedMemoryPoolOptions {
  /** Appears in messages and names random streams. Default `memory-pool`. */
  readonly name?: string
  /** Frames, 1 to 2^26. */
  readonly frames: number
  /** Most frames that the pool may be given later. Default `frames`. */
  readonly maximumFrames?: number
  /** Bytes of a page. Default 4,096 (CMO page size). */
  readonly pageBytes?: number
  /** `onDemand`: one frame is taken when a fault finds none, as in textbooks. Default 0.02 and 0.05, estimates. */
  readonly freeList?: FreeListMarks | 'onDemand'
  /** Default lopar. */
  readonly replacement?: ReplacementPolicyFactory
  readonly device: PagingPort
  readonly listener?: FaultListener
  /** Period of sampling and of donations, ns; 0: never by itself, see `sample`. Default 5 s (LoPAR: single digit seconds). */
  readonly sampleEveryNs?: number
  /** Faults under way at a time, 1 to 2^20; one more is REFUSED. Default 65,536. */
  readonly faultLimit?: number
  /** Pages being written out at a time, 1 to 2^20; more have to wait. Default 1,024. */
  readonly pageOutLimit?: number
}

export interface MemberOptions {
  /** Its partition's id, 0 to 4,095. */
  readonly id: number
  /** Logical memory; more can be added up to `maximumPages`. */
  readonly logicalPages: number
  /** Default `logicalPages`. */
  readonly maximumPages?: number
  /** 0 to 255. Default 128. */
  readonly weight?: number
  /** Pages that may be I/O mapped at a time, which the pool guarantees. Default 0. */
  readonly ioEntitledPages?: number
}

/** Counts of a member since it joined, and pages that it has now. */
export interface MemberStatistics {
  readonly id: number
  readonly weight: number
  readonly ioEntitledPages: number
  readonly logicalPages: number
  /** Pages with a frame. */
  readonly backed: number
  readonly loaned: number
  /** Pages in paging space. */
  readonly paged: number
  /** Faults under way. */
  readonly incoming: number
  readonly ioMapped: number
  /** Pages that share their frame with others. */
  readonly merged: number
  /** Pages that it should give, with a fraction. */
  readonly donation: number
  /** Part of its pages that it used lately, 0 to 1, as sampled. */
  readonly utilization: number
  /** Touches that found no frame: pageIns, zeroFills, failedFaults, abandonedFaults and those under way. */
  readonly faults: number
  readonly pageIns: number
  readonly zeroFills: number
  readonly failedFaults: number
  readonly abandonedFaults: number
  /** Touches that were told to come again. */
  readonly refusedFaults: number
  /** Faults that had to wait and have ended, and for how long, ns. */
  readonly waits: number
  readonly waitNs: number
  readonly pageOuts: number
  readonly expropriated: number
  /** Pages touched while they were being written out. */
  readonly rescued: number
}

/** What a pool has now. Frames, but for the faults. */
export interface PoolStatistics {
  /** Frames that its marks have been raised by (`load`), and the touches that will end that. */
  readonly raised: number
  readonly lows: number
  readonly size: number
  readonly free: number
  /** Frames that will be free when their page is written out. */
  readonly leaving: number
  readonly faults: number
  /** Faults that wait for a frame. */
  readonly waiting: number
  readonly lowWater: number
  readonly highWater: number
  readonly overage: number
  /** Frames that merging saves now; pages merged, and pages that got a frame of their own again to be written, so far. */
  readonly saved: number
  readonly merges: number
  readonly parted: number
}

/** Throws AmsError `bad-option`. */
export function checkedMarks(marks: FreeListMarks): FreeListMarks {
  const { low, high } = marks
  if (low >= 0 && low <= high && high < 1) return marks
  throw new AmsError('bad-option', 'freeList', `expected 0 <= low <= high < 1, got low ${low}, high ${high}`)
}
