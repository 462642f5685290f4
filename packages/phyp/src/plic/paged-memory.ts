// Memory of partitions that share a pool, as the PLIC's calls need it: which pages they have, which of them have a frame now, what the
// calls of Active Memory Sharing tell and set (LoPAR, Cooperative Memory Over-commitment). Who pages what out when is not here.

import type { Digest } from '@powersim/kernel'
import type { IsolationStatus } from './memory-map.js'

/** What a partition says of a page (LoPAR, CMO Page Usage States); latent and expendable come with expropriation notices. */
export const pageStates = { active: 0, latent: 1, expendable: 2, unused: 3 } as const

/** What the calls of shared memory tell a partition, in bytes, weights of 0 to 255, and time base ticks; filled in place. */
export interface MemoryFigures {
  ioEntitledBytes: number
  ioMappedBytes: number
  weight: number
  unallocatedWeight: number
  unallocatedIoBytes: number
  poolBytes: number
  /** What it should loan more, or (below 0) loans more than it need. */
  loanRequestBytes: number
  backingBytes: number
  coalescedBytes: number
  poolCoalescedBytes: number
  /** Processor time spent to find identical pages, ticks. */
  coalesceTicks: number
  poolUsedBytes: number
  poolFaults: number
  poolFaultTicks: number
  poolIoEntitledBytes: number
  poolIoMappedBytes: number
  poolLogicalBytes: number
}

/** What a partition joins with, when it starts. */
export interface MemberTerms {
  readonly lparId: number
  readonly processors: number
  /** Logical blocks that it may ever have. */
  readonly mostBlocks: number
  readonly ioEntitledPages: number
  readonly weight: number
  /** The servers that page for it, the primary one first. */
  readonly pagingVioses: readonly number[]
}

export interface PagedMemory {
  /** A partition starts: it has no block yet. */
  join(terms: MemberTerms): void
  /** Whether the memory of a partition that runs is of the pool. */
  has(lparId: number): boolean
  /** Whether a logical page is in a usable block of the partition. Hot. */
  contains(lparId: number, page: number): boolean
  /** Frame of a page; -1: it has none now, or is not the partition's. Hot. */
  frameOf(lparId: number, page: number): number
  /** Page of a frame of the pool; -1: it is not one of this partition. */
  pageOf(lparId: number, frame: number): number
  /** Owner of a frame of the pool; 0: nobody. */
  ownerOf(frame: number): number
  /** Something else than a processor uses the frame: its page is I/O mapped, and stays. As often dropped as held. */
  hold(frame: number): void
  drop(frame: number): void
  /** A page table entry maps a page; it may come and go all the same. */
  holdPage(lparId: number, page: number): void
  dropPage(lparId: number, page: number): void

  /** A program or a device writes to a page that has a frame. */
  changed(lparId: number, page: number): void
  /** State of a page and whether it is critical or, when unused, on loan. */
  setState(lparId: number, page: number, state: number, modifier: boolean): void
  /** The page reads as zeros from now on. */
  zero(lparId: number, page: number): void
  /** Copies a page that has a frame. False: there is no frame for the copy now. */
  copy(lparId: number, from: number, to: number): boolean
  /** Asks for a page's content. True: it is there; false: it is on its way. */
  restore(lparId: number, page: number): boolean
  /** Whether a page is I/O mapped already. */
  isIoMapped(lparId: number, page: number): boolean
  /** Whether so many pages more may be I/O mapped. */
  mayMap(lparId: number, pages: number): boolean
  ioMappedBytes(lparId: number): number

  figures(lparId: number, into: MemoryFigures): void
  /** Sets I/O entitlement and weight, cut to what the configuration allows. True: nothing was cut. */
  setParameters(lparId: number, ioEntitledBytes: number, weight: number): boolean
  /** Whether the partition may load the pool to see what comes of it. */
  mayLoad(lparId: number): boolean
  /** Raises the low-water mark by so many bytes above its base, and changes the low-memory events that end that. */
  load(bytes: number, lows: number): void
  loadedBytes(): number
  loadedLows(): number

  // Logical blocks, as those of MemoryMap.
  blocksOf(lparId: number): number
  assign(lparId: number, lmb: number): boolean
  mappedPages(lparId: number, lmb: number): number
  isolate(lparId: number, lmb: number): IsolationStatus
  unisolate(lparId: number, lmb: number): IsolationStatus
  withdraw(lparId: number, lmb: number): boolean
  withdrawAll(lparId: number): void
  foldInto(digest: Digest): void
}

export function noMemoryFigures(): MemoryFigures {
  return {
    ioEntitledBytes: 0,
    ioMappedBytes: 0,
    weight: 0,
    unallocatedWeight: 0,
    unallocatedIoBytes: 0,
    poolBytes: 0,
    loanRequestBytes: 0,
    backingBytes: 0,
    coalescedBytes: 0,
    poolCoalescedBytes: 0,
    coalesceTicks: 0,
    poolUsedBytes: 0,
    poolFaults: 0,
    poolFaultTicks: 0,
    poolIoEntitledBytes: 0,
    poolIoMappedBytes: 0,
    poolLogicalBytes: 0,
  }
}
