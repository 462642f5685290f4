// A partition whose memory is of the pool: its logical blocks, what maps their pages, and who waits for a page.
// The frames are the pool's. A logical block is a hole, usable, or isolated.

import type { Handler } from '@powersim/kernel'

/** States of a logical block. */
export const HOLE = 0
const USABLE = 1
const ISOLATED_BLOCK = 2

/** A processor that waits for a page, or (`correlation` above 0) an operating system that has got a notice of it. */
export interface PageWaiter {
  readonly resolved: Handler<unknown>
  readonly argument: unknown
  readonly processor: number
  readonly sinceNs: number
  readonly written: number
  readonly correlation: number
}

export class SharedMember {
  readonly lparId: number
  readonly processors: number
  /** What the configuration allows: H_SET_MPP cuts to it. */
  mostIoPages: number
  mostWeight: number
  ioEntitledPages: number
  weight: number
  /** Pages that are I/O mapped. */
  ioMapped = 0
  blocks = 0
  /** By logical block: its state, and page table entries that name its pages. */
  readonly states: Uint8Array
  readonly entries: Int32Array
  /** I/O mapped pages by logical block. */
  readonly pinned: Int32Array
  /** By page. */
  readonly waiters = new Map<number, PageWaiter[]>()

  constructor(lparId: number, processors: number, mostBlocks: number, ioEntitledPages: number, weight: number) {
    this.lparId = lparId
    this.processors = processors
    this.mostIoPages = ioEntitledPages
    this.mostWeight = weight
    this.ioEntitledPages = ioEntitledPages
    this.weight = weight
    this.states = new Uint8Array(mostBlocks)
    this.entries = new Int32Array(mostBlocks)
    this.pinned = new Int32Array(mostBlocks)
  }

  /** Uses of its pages that keep the block from going. */
  mappedPages(lmb: number): number {
    return (this.entries[lmb] ?? 0) + (this.pinned[lmb] ?? 0)
  }

  countEntry(lmb: number, step: number): void {
    this.entries[lmb] = this.entries[lmb]! + step
  }

  countPinned(lmb: number, step: number): void {
    this.ioMapped += step
    this.pinned[lmb] = this.pinned[lmb]! + step
  }

  isUsable(lmb: number): boolean {
    return this.states[lmb] === USABLE
  }

  isIsolated(lmb: number): boolean {
    return this.states[lmb] === ISOLATED_BLOCK
  }

  isHole(lmb: number): boolean {
    return (this.states[lmb] ?? HOLE) === HOLE
  }

  setIsolated(lmb: number, isolated: boolean): void {
    this.states[lmb] = isolated ? ISOLATED_BLOCK : USABLE
  }
}
