// One partition's memory in a pool: its page table (5 bytes a logical page), its terms and counts.
// How they change is in pager.ts.

import type { MemberView } from '../replacement-policy.js'

/** Ids of members are below this. */
export const MAX_MEMBERS = 4096

/**
 * Entries of `frameOf` that are no frame. ABSENT: zeros, no frame needed until it is touched. PAGED: in paging space. LOANED: given by its
 * partition. OUTSIDE: no logical memory. TRANSFER and below: on its way in or out, TRANSFER - n is transfer n.
 */
export const PAGE = { ABSENT: -1, PAGED: -2, LOANED: -3, OUTSIDE: -4, TRANSFER: -16 } as const

/** Bits of `pageFlags`, what stays with a page without a frame. CRITICAL and WRITING have the values that they have in FRAME. */
export const PAGE_FLAG = { ACCESSED: 2, CRITICAL: 8, WRITING: 64 } as const

export class Member implements MemberView {
  readonly id: number
  weight: number
  ioEntitledPages: number
  readonly frameOf: Int32Array
  readonly pageFlags: Uint8Array
  logicalPages = 0
  backed = 0
  loaned = 0
  /** Pages in paging space, those on their way there not counted. */
  paged = 0
  /** Faults under way. */
  incoming = 0
  ioMapped = 0
  /** Pages that share their frame with others. */
  merged = 0
  donation = 0
  utilization = 1
  /** A write failed: its pages are left where they are until paging works again. */
  pagingFailed = false
  left = false

  /** What the pool was told about its processor time and its own page-ins, up to now and up to the last sampling. */
  processorNs = 0
  sampledProcessorNs = 0
  recentMostNs = 0
  ownPageIns = 0
  sampledOwnPageIns = 0

  pageIns = 0
  pageOuts = 0
  zeroFills = 0
  /** Touches that found no frame: = pageIns + zeroFills + failedFaults + abandonedFaults + incoming. */
  faults = 0
  failedFaults = 0
  abandonedFaults = 0
  /** Touches that were told to come again: too many faults under way. */
  refusedFaults = 0
  /** Faults that had to wait for a frame or for paging space and have ended, and how long they did, ns. */
  waits = 0
  waitNs = 0
  /** Pages taken, and pages touched while they were being written out, which kept their frames. */
  expropriated = 0
  rescued = 0

  constructor(id: number, maximumPages: number, weight: number, ioEntitledPages: number) {
    this.id = id
    this.weight = weight
    this.ioEntitledPages = ioEntitledPages
    this.frameOf = new Int32Array(maximumPages).fill(PAGE.OUTSIDE)
    this.pageFlags = new Uint8Array(maximumPages)
  }

  get given(): number {
    return this.logicalPages - this.backed - this.incoming
  }
}
