// The hypercalls of DMA windows (LoPAR, Translation Control Entry Access; QEMU spapr_iommu.c): a partition maps pages of its own memory
// into windows of its own. Checked first, done then: a refused call changes nothing; a list is copied before it is looked at, so that its
// owner cannot change it in between. Hot: no object per call. What devices move through windows is transfers.ts.

import type { Digest } from '@powersim/kernel'
import {
  H_Function,
  H_GET_TCE,
  H_LongBusyOrder1mSec,
  H_P4,
  H_Parameter,
  H_Partial,
  H_PUT_TCE,
  H_PUT_TCE_INDIRECT,
  H_Resource,
  H_STUFF_TCE,
  H_Success,
} from '@powersim/protocol'
import { PhypError } from '../errors.js'
import { mappable } from './io-mapping.js'
import type { MemoryMap } from './memory-map.js'
import { PAGE_BYTES } from './memory-map.js'
import type { PlicCounts } from './plic-counts.js'
import type { RealMemory } from './real-memory.js'
import { pageNumber, type Registers } from './registers.js'
import { Transfers } from './transfers.js'
import { TCE_CONTROL, TceTable, type TceWindowOptions } from './tce-table.js'

/** Most entries of one call (LoPAR). */
export const MAX_LIST = 512
/** Windows of one machine. */
export const MAX_WINDOWS = 131_072
/** First LIOBN of the windows of physical adapters; virtual devices have lower ones. */
const FIRST_PHYSICAL = 0x4000_0000
const PHYSICAL_WINDOW_BYTES = 0x4000_0000
const TWO_20 = 1_048_576
const NOBODY = -1

export class TceHypercalls {
  readonly transfers: Transfers
  private readonly memory: MemoryMap
  private readonly contents: RealMemory
  private readonly counts: PlicCounts
  private readonly byLiobn = new Map<number, TceTable>()
  private readonly windows: TceTable[] = []
  /** The list of H_PUT_TCE_INDIRECT, in halves. */
  private readonly list = new Int32Array(MAX_LIST * 2)
  constructor(memory: MemoryMap, contents: RealMemory, counts: PlicCounts) {
    this.memory = memory
    this.contents = contents
    this.counts = counts
    this.transfers = new Transfers(this.byLiobn, memory, contents, counts)
  }

  /** Gives a partition a window without mappings. Throws PhypError `bad-parameter`, `region-overlap` for a LIOBN that is taken. */
  add(options: TceWindowOptions): TceTable {
    const { liobn, busOffset, bytes } = options
    if (!(Number.isInteger(liobn) && liobn >= 0 && liobn < 2 ** 31)) {
      throw new PhypError('bad-parameter', 'liobn', `expected an integer from 0 to 2^31 - 1, got ${liobn}`)
    }
    if (busOffset % PAGE_BYTES !== 0 || !(busOffset >= 0) || bytes % PAGE_BYTES !== 0 || !(bytes > 0 && bytes <= 2 ** 43)) {
      throw new PhypError('bad-parameter', 'window', `expected whole pages up to 8 TiB, got ${bytes} bytes at ${busOffset}`)
    }
    if (this.byLiobn.has(liobn)) throw new PhypError('region-overlap', 'liobn', `LIOBN ${liobn} is a window already`)
    if (this.windows.length >= MAX_WINDOWS) throw new PhypError('bad-parameter', 'liobn', `there are ${MAX_WINDOWS} windows already`)
    const table = new TceTable(options, this.memory, this.counts)
    this.byLiobn.set(liobn, table)
    this.windows.push(table)
    this.counts.writes++
    return table
  }

  /** Gives a partition the window of a physical adapter of 1 GiB; returns its LIOBN. A fault is refused and does not freeze the adapter. */
  addPhysical(lparId: number): number {
    let liobn = FIRST_PHYSICAL
    while (this.byLiobn.has(liobn)) liobn++
    this.add({ lparId, liobn, busOffset: 0, bytes: PHYSICAL_WINDOW_BYTES, physical: false })
    return liobn
  }

  /** Takes a window away with all its mappings; nothing when there is none. */
  remove(liobn: number): void {
    const table = this.byLiobn.get(liobn)
    if (table === undefined) return
    this.transfers.cut(NOBODY, table)
    table.clear()
    this.byLiobn.delete(liobn)
    this.windows.splice(this.windows.indexOf(table), 1)
  }

  tableOf(liobn: number): TceTable | undefined {
    return this.byLiobn.get(liobn)
  }

  /** The partition ends: its windows map nothing, and its transfers are cut off. */
  ended(lparId: number): void {
    for (let at = 0; at < this.windows.length; at++) {
      const table = this.windows[at]
      if (table !== undefined && table.lparId === lparId) table.clear()
    }
    this.transfers.cut(lparId, null)
  }

  foldInto(digest: Digest): void {
    for (let at = 0; at < this.windows.length; at++) this.windows[at]?.foldInto(digest)
    this.transfers.foldInto(digest)
  }

  call(token: number, lparId: number, registers: Registers): number {
    // A negative LIOBN would be a number of LIOBNs in the list, an option (multiple TCE tables) that is not there.
    if (registers.high[4]! < 0) return token === H_PUT_TCE_INDIRECT ? H_Function : H_Parameter
    const table = this.byLiobn.get(registers.unsigned(4))
    if (table === undefined || table.lparId !== lparId) return H_Parameter
    const index = table.indexOf(registers.unsigned(5))
    if (index < 0) return H_Parameter
    if (token === H_GET_TCE) return this.get(table, index, lparId, registers)
    const paged = this.memory.pagedOf(lparId)
    if (paged === null) return this.map(token, table, index, lparId, registers)
    const before = paged.ioMappedBytes(lparId)
    const code = this.map(token, table, index, lparId, registers)
    // By how much the I/O mapped memory has changed (LoPAR, CMO I/O Mapping Extended Return Parameter).
    if (code === H_Success) registers.put(4, paged.ioMappedBytes(lparId) - before)
    return code
  }

  private map(token: number, table: TceTable, index: number, lparId: number, registers: Registers): number {
    switch (token) {
      case H_PUT_TCE:
        return this.put(table, index, lparId, registers.high[6]!, registers.low[6]!)
      case H_STUFF_TCE:
        return this.stuff(table, index, lparId, registers)
      case H_PUT_TCE_INDIRECT:
        return this.putList(table, index, lparId, registers)
      default:
        return H_Function
    }
  }

  private put(table: TceTable, index: number, lparId: number, high: number, low: number): number {
    const code = this.ready(lparId, high, low)
    if (code !== H_Success) return code
    const frame = this.translated(lparId, high, low)
    if (frame < 0) return H_Parameter
    if (this.transfers.holdOff(table, index, 1)) return H_Resource
    table.store(index, Math.floor(frame / TWO_20), (low & 0xfff) | (frame << 12))
    return H_Success
  }

  private get(table: TceTable, index: number, lparId: number, registers: Registers): number {
    const control = table.look(index)
    registers.set(4, table.high, table.low)
    if (control === 0) return H_Success
    const page = this.memory.pageOf(lparId, pageNumber(table.high, table.low))
    if (page < 0) {
      registers.set(4, -1, table.low | ~0xfff)
      return H_Partial
    }
    registers.set(4, Math.floor(page / TWO_20), (table.low & 0xfff) | (page << 12))
    return H_Success
  }

  /** R6 the entry, R7 how many. */
  private stuff(table: TceTable, index: number, lparId: number, registers: Registers): number {
    const count = registers.unsigned(7)
    if (count > MAX_LIST) return H_P4
    if (index + count > table.pages) return H_Parameter
    const low = registers.low[6]!
    const code = this.ready(lparId, registers.high[6]!, low)
    if (code !== H_Success) return code
    const frame = this.translated(lparId, registers.high[6]!, low)
    if (frame < 0) return H_Parameter
    if (this.transfers.holdOff(table, index, count)) return H_Resource
    for (let n = 0; n < count; n++) table.store(index + n, Math.floor(frame / TWO_20), (low & 0xfff) | (frame << 12))
    registers.units = count
    return H_Success
  }

  /** R6 logical address of the page with the list, R7 how many. */
  private putList(table: TceTable, index: number, lparId: number, registers: Registers): number {
    const count = registers.unsigned(7)
    if (count > MAX_LIST || index + count > table.pages || (registers.low[6]! & 0xfff) !== 0) return H_Parameter
    const from = pageNumber(registers.high[6]!, registers.low[6]!)
    const paged = this.memory.pagedOf(lparId)
    if (paged !== null && paged.contains(lparId, from) && !paged.restore(lparId, from)) return H_LongBusyOrder1mSec
    const source = this.memory.frameOf(lparId, from)
    if (source < 0) return H_Parameter
    const { list } = this
    const page = this.contents.at(source)
    for (let word = 0; word < count * 2; word++) list[word] = page === undefined ? 0 : page.getInt32(word * 4)
    const code = paged === null ? H_Success : mappable(paged, lparId, list, count)
    if (code !== H_Success) return code
    for (let n = 0; n < count; n++) {
      const frame = this.translated(lparId, list[2 * n]!, list[2 * n + 1]!)
      if (frame < 0) return H_Parameter
      list[2 * n] = Math.floor(frame / TWO_20)
      list[2 * n + 1] = (list[2 * n + 1]! & 0xfff) | (frame << 12)
    }
    if (this.transfers.holdOff(table, index, count)) return H_Resource
    for (let n = 0; n < count; n++) table.store(index + n, list[2 * n]!, list[2 * n + 1]!)
    registers.units = count
    return H_Success
  }

  /** With shared memory: whether an entry may be mapped now. */
  private ready(lparId: number, high: number, low: number): number {
    const paged = this.memory.pagedOf(lparId)
    if (paged === null) return H_Success
    this.list[0] = high
    this.list[1] = low
    return mappable(paged, lparId, this.list, 1)
  }

  /** Frame for an entry's page, -1 when it is not the caller's. The page of an entry that is a page fault stays as it is. */
  private translated(lparId: number, high: number, low: number): number {
    const page = pageNumber(high, low)
    return (low & TCE_CONTROL) === 0 ? page : this.memory.frameOf(lparId, page)
  }
}
