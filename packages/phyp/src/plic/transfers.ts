// Transfers of devices through DMA windows: checked against the window's entries at the start, after which they hold their frames, so that
// no block goes away under them, whatever becomes of the entries. A transfer ends once: by its adapter, or cut off when a partition of it
// ends, after which it moves nothing. Hot: no object per transfer.

import type { Digest } from '@powersim/kernel'
import type { DeviceDma } from '@powersim/protocol'
import { type MemoryMap, PAGE_BYTES } from './memory-map.js'
import type { PlicCounts } from './plic-counts.js'
import type { RealMemory } from './real-memory.js'
import { pageNumber } from './registers.js'
import { TCE_READ, TCE_WRITE, type TceTable } from './tce-table.js'

/** Transfers under way at a time; one more is refused as a fault is. */
export const MAX_TRANSFERS = 1024
/** Pages of a transfer: 128 KiB at any offset. */
export const TRANSFER_PAGES = 33
const NONE = -1

export class Transfers implements DeviceDma {
  private readonly windows: ReadonlyMap<number, TceTable>
  private readonly memory: MemoryMap
  private readonly contents: RealMemory
  private readonly counts: PlicCounts
  // By place: frames, how many (0: a free place), how often it was taken, window, and the client's window if its entries are copies.
  private readonly frames = new Float64Array(MAX_TRANSFERS * TRANSFER_PAGES)
  private readonly pages = new Int32Array(MAX_TRANSFERS)
  private readonly turns = new Int32Array(MAX_TRANSFERS)
  private readonly tables: TceTable[] = []
  private readonly clients: (TceTable | null)[] = []
  private readonly free = new Int32Array(MAX_TRANSFERS)
  private freeCount = MAX_TRANSFERS

  constructor(windows: ReadonlyMap<number, TceTable>, memory: MemoryMap, contents: RealMemory, counts: PlicCounts) {
    this.windows = windows
    this.memory = memory
    this.contents = contents
    this.counts = counts
    for (let place = 0; place < MAX_TRANSFERS; place++) this.free[place] = MAX_TRANSFERS - 1 - place
  }

  start(liobn: number, ioba: number, bytes: number, toMemory: boolean): number {
    return this.begin(liobn, ioba, bytes, toMemory ? TCE_WRITE : TCE_READ)
  }

  /** As `start`, for what needs entries with all of these control bits. */
  begin(liobn: number, ioba: number, bytes: number, control: number): number {
    const table = this.windows.get(liobn)
    if (table === undefined || !(bytes > 0)) return NONE
    const pages = Math.floor((ioba + bytes - 1) / PAGE_BYTES) - Math.floor(ioba / PAGE_BYTES) + 1
    if (!(pages >= 1 && pages <= TRANSFER_PAGES) || this.freeCount === 0) return NONE
    const place = this.free[this.freeCount - 1]!
    const first = place * TRANSFER_PAGES
    let client: TceTable | null = null
    for (let page = 0; page < pages; page++) {
      const frame = table.access(ioba + page * PAGE_BYTES, control)
      if (frame < 0) return NONE
      if (table.redirected) client = table.linked(table.indexOf(ioba + page * PAGE_BYTES))
      this.frames[first + page] = frame
    }
    for (let page = 0; page < pages; page++) this.memory.hold(this.frames[first + page]!)
    this.freeCount--
    this.pages[place] = pages
    this.tables[place] = table
    this.clients[place] = client
    table.transfers++
    if (client !== null) client.transfers++
    this.counts.writes++
    // Its name is its place and how often that was taken: what is left of an old transfer names none.
    return this.turns[place]! * MAX_TRANSFERS + place
  }

  read(transfer: number, page: number): number {
    const place = this.placeOf(transfer)
    return place === NONE ? NONE : this.contents.stampOf(this.frames[place * TRANSFER_PAGES + page]!)
  }

  write(transfer: number, page: number, stamp: number): boolean {
    const place = this.placeOf(transfer)
    if (place === NONE) return false
    this.contents.setStamp(this.frames[place * TRANSFER_PAGES + page]!, stamp)
    return true
  }

  finish(transfer: number): boolean {
    const place = this.placeOf(transfer)
    if (place === NONE) return false
    const client = this.clients[place] ?? null
    this.tables[place]!.transfers--
    if (client !== null) client.transfers--
    const pages = this.pages[place]!
    for (let page = 0; page < pages; page++) this.memory.drop(this.frames[place * TRANSFER_PAGES + page]!)
    this.pages[place] = 0
    this.turns[place] = this.turns[place]! + 1
    this.free[this.freeCount++] = place
    this.counts.writes++
    return true
  }

  /** Whether a transfer through a window, or through copies of its entries, is under way. */
  through(liobn: number): boolean {
    return (this.windows.get(liobn)?.transfers ?? 0) > 0
  }

  /** Whether a server's adapter moves bytes through copies of these entries: they cannot change until it has (LoPAR: H_Resource). */
  holdOff(table: TceTable, index: number, count: number): boolean {
    if (table.transfers === 0) return false
    for (let n = 0; n < count; n++) {
      if (table.linked(index + n) === null) continue
      table.look(index + n)
      if (!table.redirected && this.moves(table, pageNumber(table.high, table.low))) return true
    }
    return false
  }

  /** Cuts off what goes through windows of a partition, its own or as a client, or through one window. */
  cut(lparId: number, window: TceTable | null): void {
    for (let place = 0; place < MAX_TRANSFERS; place++) {
      if (this.pages[place] === 0) continue
      const table = this.tables[place]!
      const client = this.clients[place] ?? table
      const isGone = table === window || client === window || table.lparId === lparId || client.lparId === lparId
      if (isGone) this.finish(this.turns[place]! * MAX_TRANSFERS + place)
    }
  }

  foldInto(digest: Digest): void {
    digest.foldWords(this.pages)
  }

  private moves(client: TceTable, frame: number): boolean {
    for (let place = 0; place < MAX_TRANSFERS; place++) {
      if (this.pages[place] === 0 || this.clients[place] !== client) continue
      for (let page = 0; page < this.pages[place]!; page++) if (this.frames[place * TRANSFER_PAGES + page] === frame) return true
    }
    return false
  }

  /** Place of a transfer that is under way, -1 for one that is not. */
  private placeOf(transfer: number): number {
    const place = transfer % MAX_TRANSFERS
    const isUnderWay = transfer >= 0 && this.pages[place] !== 0 && Math.floor(transfer / MAX_TRANSFERS) === this.turns[place]
    return isUnderWay ? place : NONE
  }
}
