// MIN (Belady 1966): the fewest faults that any policy can have on a recorded string of references, from knowing what comes. It is no
// policy of a pool: it is run afterwards, on a record.

import { checkedInteger } from './errors.js'

const NEVER = 0x7fffffff

/** Faults of MIN on dense page numbers from 0, with so many frames at first empty. n log(frames) steps, 12 bytes a reference and page. */
export function optimalFaults(references: Int32Array, frames: number): number {
  checkedInteger('frames', frames, 1, NEVER)
  const nextUse = nextUses(references)
  const resident = new FarthestFirst(references.reduce((most, page) => Math.max(most, page), -1) + 1, frames)
  let faults = 0
  for (let at = 0; at < references.length; at++) {
    const page = references[at]!
    if (!resident.has(page)) {
      faults++
      if (resident.size === frames) resident.removeFarthest()
    }
    resident.put(page, nextUse[at]!)
  }
  return faults
}

/** By reference: where the same page is referred to next. */
function nextUses(references: Int32Array): Int32Array {
  const next = new Int32Array(references.length)
  const seen = new Int32Array(references.reduce((most, page) => Math.max(most, page), -1) + 1).fill(NEVER)
  for (let at = references.length - 1; at >= 0; at--) {
    const page = references[at]!
    next[at] = seen[page]!
    seen[page] = at
  }
  return next
}

/** Pages by their next use, the farthest on top: a binary heap that knows the place of each page. */
class FarthestFirst {
  size = 0
  private readonly heap: Int32Array
  private readonly use: Int32Array
  private readonly place: Int32Array

  constructor(pages: number, frames: number) {
    this.heap = new Int32Array(Math.min(pages, frames))
    this.use = new Int32Array(pages)
    this.place = new Int32Array(pages).fill(-1)
  }

  has(page: number): boolean {
    return this.place[page] !== -1
  }

  /** Puts a page in, or one that is in to a later use. */
  put(page: number, use: number): void {
    this.use[page] = use
    let at = this.place[page]!
    if (at === -1) at = this.size++
    this.rise(at, page)
  }

  removeFarthest(): void {
    this.place[this.heap[0]!] = -1
    this.size--
    if (this.size > 0) this.sink(this.heap[this.size]!)
  }

  private rise(from: number, page: number): void {
    const { heap, use, place } = this
    let at = from
    while (at > 0) {
      const parent = (at - 1) >> 1
      const above = heap[parent]!
      if (use[above]! >= use[page]!) break
      heap[at] = above
      place[above] = at
      at = parent
    }
    heap[at] = page
    place[page] = at
  }

  private sink(page: number): void {
    const { heap, use, place, size } = this
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= size) break
      if (child + 1 < size && use[heap[child + 1]!]! > use[heap[child]!]!) child++
      const below = heap[child]!
      if (use[below]! <= use[page]!) break
      heap[at] = below
      place[below] = at
      at = child
    }
    heap[at] = page
    place[page] = at
  }
}
