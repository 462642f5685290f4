// Translation control entries (TCE) of one DMA window: for each page of I/O bus addresses, which frame a device reaches and how. An entry
// is a 64-bit word in halves: page address, and two control bits. Who may map what is tce-hypercalls.ts.
// An entry of a client's window may have one copy, in a window of its server (redirected DMA, LoPAR 14.5.5.3): both know of each other, so
// that the copy goes when the original does. Hot: an access is one array element. A chunk of 64 KiB is made for its first entry.

import type { Digest } from '@powersim/kernel'
import type { MemoryMap } from './memory-map.js'
import { PAGE_BYTES } from './memory-map.js'
import type { PlicCounts } from './plic-counts.js'
import { pageNumber } from './registers.js'

/** Page mapping and control: 0 is a page fault. */
export const TCE_READ = 1
export const TCE_WRITE = 2
export const TCE_CONTROL = 3
/** In a server's window: the copy of a client's entry. */
const REDIRECTED = 4

const CHUNK_SHIFT = 13
const CHUNK_MASK = (1 << CHUNK_SHIFT) - 1

export interface TceWindowOptions {
  readonly lparId: number
  readonly liobn: number
  /** First I/O bus address, a multiple of 4096. */
  readonly busOffset: number
  /** A multiple of 4096. */
  readonly bytes: number
  /** A physical window freezes its device at a fault (enhanced error handling); a virtual one only refuses. */
  readonly physical: boolean
}

interface ChunkLinks {
  readonly tables: (TceTable | null)[]
  readonly indices: Int32Array
}

export class TceTable {
  readonly liobn: number
  readonly lparId: number
  readonly pages: number
  readonly physical: boolean
  /** A device met a page fault and is cut off until `frozen` is taken back. */
  frozen = false
  faults = 0
  /** Transfers under way through this window, or through copies of its entries. */
  transfers = 0
  /** The entry that `look` has read. */
  high = 0
  low = 0

  private readonly busOffset: number
  private readonly memory: MemoryMap
  private readonly counts: PlicCounts
  private readonly chunks: (Int32Array | undefined)[] = []
  /** Beside the entries of a chunk: window and index of an entry's copy, or of what it is the copy of; null: neither. */
  private readonly links: (ChunkLinks | undefined)[] = []
  private readonly chunkWords: number

  constructor(options: TceWindowOptions, memory: MemoryMap, counts: PlicCounts) {
    this.liobn = options.liobn
    this.lparId = options.lparId
    this.busOffset = options.busOffset
    this.pages = options.bytes / PAGE_BYTES
    this.physical = options.physical
    this.memory = memory
    this.counts = counts
    this.chunkWords = Math.min(this.pages, CHUNK_MASK + 1) * 2
  }

  /** Index of the entry for an I/O bus address; -1 outside the window. */
  indexOf(ioba: number): number {
    const index = Math.floor((ioba - this.busOffset) / PAGE_BYTES)
    return index >= 0 && index < this.pages ? index : -1
  }

  /** Reads an entry into `high` and `low`; returns its control bits. */
  look(index: number): number {
    const chunk = this.chunks[index >>> CHUNK_SHIFT]
    const at = (index & CHUNK_MASK) * 2
    this.high = chunk === undefined ? 0 : chunk[at]!
    this.low = chunk === undefined ? 0 : chunk[at + 1]!
    return this.low & TCE_CONTROL
  }

  /** Whether `look` has read the copy of an entry of another window. */
  get redirected(): boolean {
    return (this.low & REDIRECTED) !== 0
  }

  /** The window that has the copy of an entry, or the entry that it is the copy of; null: neither. */
  linked(index: number): TceTable | null {
    return this.links[index >>> CHUNK_SHIFT]?.tables[index & CHUNK_MASK] ?? null
  }

  /** Makes an entry of this window the copy of a client's entry, which has none yet. */
  redirect(index: number, client: TceTable, clientIndex: number): void {
    client.look(clientIndex)
    this.store(index, client.high, client.low | REDIRECTED)
    this.link(index, client, clientIndex)
    client.link(clientIndex, this, index)
  }

  /** Stores an entry, already translated. A copy that there is of the old one goes; the entry that the old one was a copy of stays. */
  store(index: number, high: number, low: number): void {
    if (this.links.length > 0) this.unlink(index)
    if (this.look(index) !== 0) this.memory.drop(pageNumber(this.high, this.low))
    if ((low & TCE_CONTROL) !== 0) this.memory.hold(pageNumber(high, low))
    this.counts.writes++
    const number = index >>> CHUNK_SHIFT
    let chunk = this.chunks[number]
    if (chunk === undefined) {
      if (high === 0 && low === 0) return
      chunk = this.allocate(number)
    }
    const at = (index & CHUNK_MASK) * 2
    chunk[at] = high
    chunk[at + 1] = low
  }

  /** What a device reaches at an I/O bus address: the frame, or -1 for a fault, which is counted and freezes a physical window. */
  access(ioba: number, control: number): number {
    if (!this.frozen) {
      const index = this.indexOf(ioba)
      if (index >= 0 && (this.look(index) & control) === control) return pageNumber(this.high, this.low)
      this.frozen = this.physical
    }
    this.faults++
    this.counts.writes++
    return -1
  }

  /** Whether a device reaches all of so many bytes, at least one, in that way. Nothing is counted. */
  allows(ioba: number, bytes: number, control: number): boolean {
    const first = this.indexOf(ioba)
    const last = this.indexOf(ioba + bytes - 1)
    if (this.frozen || first < 0 || last < 0) return false
    for (let index = first; index <= last; index++) if ((this.look(index) & control) !== control) return false
    return true
  }

  /** The partition is gone: nothing is mapped. */
  clear(): void {
    for (let number = 0; number < this.links.length; number++) {
      const links = this.links[number]
      if (links === undefined) continue
      for (let at = 0; at < links.tables.length; at++) this.unlink((number << CHUNK_SHIFT) + at)
    }
    this.links.length = 0
    for (let number = 0; number < this.chunks.length; number++) {
      const chunk = this.chunks[number]
      if (chunk === undefined) continue
      for (let at = 0; at < chunk.length; at += 2) {
        if ((chunk[at + 1]! & TCE_CONTROL) !== 0) this.memory.drop(pageNumber(chunk[at]!, chunk[at + 1]!))
      }
      this.counts.chunks--
    }
    this.chunks.length = 0
    this.frozen = false
    this.counts.writes++
  }

  foldInto(digest: Digest): void {
    digest.fold(this.liobn)
    digest.fold(this.lparId)
    digest.fold(this.faults)
    digest.fold(this.frozen ? 1 : 0)
    for (let number = 0; number < this.chunks.length; number++) {
      const chunk = this.chunks[number]
      if (chunk === undefined) continue
      digest.fold(number)
      digest.foldWords(chunk)
    }
  }

  private link(index: number, table: TceTable, at: number): void {
    const number = index >>> CHUNK_SHIFT
    let links = this.links[number]
    if (links === undefined) {
      links = { tables: new Array<TceTable | null>(CHUNK_MASK + 1).fill(null), indices: new Int32Array(CHUNK_MASK + 1) }
      while (this.links.length <= number) this.links.push(undefined)
      this.links[number] = links
    }
    links.tables[index & CHUNK_MASK] = table
    links.indices[index & CHUNK_MASK] = at
  }

  private unlink(index: number): void {
    const links = this.links[index >>> CHUNK_SHIFT]
    const other = links?.tables[index & CHUNK_MASK] ?? null
    if (links === undefined || other === null) return
    const otherIndex = links.indices[index & CHUNK_MASK]!
    links.tables[index & CHUNK_MASK] = null
    other.forgetLink(otherIndex)
    this.look(index)
    if (!this.redirected) other.store(otherIndex, 0, 0)
  }

  private forgetLink(index: number): void {
    const links = this.links[index >>> CHUNK_SHIFT]
    if (links !== undefined) links.tables[index & CHUNK_MASK] = null
  }

  private allocate(number: number): Int32Array {
    this.counts.addChunk()
    const chunk = new Int32Array(this.chunkWords)
    while (this.chunks.length <= number) this.chunks.push(undefined)
    this.chunks[number] = chunk
    return chunk
  }
}
