// Which page of its memory a program uses next: streams of references by a law, or from a record. A reference is a page number from 0.
// What a reference does to memory is the pager's, when it is made the guest's.

import type { Draw } from '@powersim/kernel'
import { pow } from '@powersim/kernel'
import { WorkloadError } from './errors.js'

/** Pages referred to, one after the other. */
export interface PageReferences {
  /** The next page, from 0; -1 at the end of a record. */
  next(): number
}

/**
 * `zipf`: page k (from 0) with a chance proportional to (k + 1) to the power of -s, s from 0 to 10. `uniform`: all alike. `trace`: these
 * pages, in this order, and again from the start when `repeat` is set.
 */
export type PageReferenceSpec =
  { readonly zipf: number } | { readonly uniform: true } | { readonly trace: Int32Array; readonly repeat?: boolean }

/** Most pages of a zipf stream: 12 bytes each. */
const MAX_ZIPF_PAGES = 2 ** 25
const MAX_PAGES = 2 ** 30
const MAX_SKEW = 10

/** A stream over pages 0 to `pages - 1`; every reference by a law takes one draw. Throws WorkloadError `bad-references`. */
export function pageReferences(spec: PageReferenceSpec, pages: number, draw: Draw): PageReferences {
  if (!Number.isInteger(pages) || pages < 1 || pages > MAX_PAGES) throw refused('pages', `an integer from 1 to ${MAX_PAGES}`, pages)
  if ('trace' in spec) {
    for (const page of spec.trace) if (page < 0 || page >= pages) throw refused('trace', `pages from 0 to ${pages - 1}`, page)
    return new Replay(spec.trace, spec.repeat === true)
  }
  if ('uniform' in spec) return new Uniform(pages, draw)
  if (!(spec.zipf >= 0 && spec.zipf <= MAX_SKEW)) throw refused('zipf', `a number from 0 to ${MAX_SKEW}`, spec.zipf)
  if (pages > MAX_ZIPF_PAGES) throw refused('pages', `at most ${MAX_ZIPF_PAGES} for zipf`, pages)
  return new Zipf(pages, spec.zipf, draw)
}

/** The next `count` references, or as many as there are, as a record that can be played again. */
export function recordReferences(references: PageReferences, count: number): Int32Array {
  const record = new Int32Array(count)
  for (let at = 0; at < count; at++) {
    const page = references.next()
    if (page === -1) return record.slice(0, at)
    record[at] = page
  }
  return record
}

class Replay implements PageReferences {
  private readonly trace: Int32Array
  private readonly repeat: boolean
  private at = 0

  constructor(trace: Int32Array, repeat: boolean) {
    this.trace = trace
    this.repeat = repeat
  }

  next(): number {
    if (this.at === this.trace.length && this.repeat) this.at = 0
    return this.at < this.trace.length ? this.trace[this.at++]! : -1
  }
}

class Uniform implements PageReferences {
  private readonly pages: number
  private readonly draw: Draw

  constructor(pages: number, draw: Draw) {
    this.pages = pages
    this.draw = draw
  }

  next(): number {
    return this.draw.below(this.pages)
  }
}

/** By inversion: the smallest page whose cumulated chance is above the draw, found from a guide table (Chen and Asau 1974). */
class Zipf implements PageReferences {
  private readonly draw: Draw
  private readonly cumulated: Float64Array
  /** For each of as many equal parts of (0, 1) as there are pages: the first page that a draw in it can mean. */
  private readonly guide: Int32Array

  constructor(pages: number, skew: number, draw: Draw) {
    this.draw = draw
    this.cumulated = new Float64Array(pages)
    let sum = 0
    for (let page = 0; page < pages; page++) {
      sum += pow(page + 1, -skew)
      this.cumulated[page] = sum
    }
    for (let page = 0; page < pages; page++) this.cumulated[page] = this.cumulated[page]! / sum
    this.cumulated[pages - 1] = 1
    this.guide = new Int32Array(pages)
    let page = 0
    for (let part = 0; part < pages; part++) {
      while (this.cumulated[page]! <= part / pages) page++
      this.guide[part] = page
    }
  }

  next(): number {
    const { cumulated, guide } = this
    const at = this.draw.next()
    let page = guide[Math.floor(at * guide.length)]!
    while (cumulated[page]! <= at) page++
    return page
  }
}

function refused(path: string, expected: string, got: number): WorkloadError {
  return new WorkloadError('bad-references', `${path}: expected ${expected}, got ${String(got)}`)
}
