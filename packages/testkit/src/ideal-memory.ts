// A partition's memory of pages that are all there: bytes and stamps by logical page, made when they are first touched.
// It is never paged and nothing of it goes away.

import type { GuestMemory } from '@powersim/protocol'

const PAGE_BYTES = 4096

export class IdealMemory implements GuestMemory {
  readonly pages: number
  private readonly touched = new Map<number, DataView>()
  private readonly stamps = new Map<number, number>()

  /** `pages` of 4 KiB. */
  constructor(pages: number) {
    this.pages = pages
  }

  bytes(page: number): DataView | undefined {
    if (!this.has(page)) return undefined
    const view = this.touched.get(page) ?? new DataView(new ArrayBuffer(PAGE_BYTES))
    this.touched.set(page, view)
    return view
  }

  stamp(page: number): number {
    return this.has(page) ? (this.stamps.get(page) ?? 0) : -1
  }

  setStamp(page: number, stamp: number): boolean {
    if (this.has(page)) this.stamps.set(page, stamp)
    return this.has(page)
  }

  private has(page: number): boolean {
    return Number.isInteger(page) && page >= 0 && page < this.pages
  }
}
