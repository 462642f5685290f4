// The hypercalls of the page frame table (LoPAR, Page Frame Table Access; QEMU spapr_softmmu.c, Linux book3s_hv_rm_mmu.c): who may map
// what, and the return codes. A partition reaches its own table only, and enters only pages of its own memory.
// Checked first, done then; only H_BULK_REMOVE keeps what it did before a bad specifier, as documented. Hot: no object per call.

import type { Digest } from '@powersim/kernel'
import {
  H_BULK_REMOVE,
  H_Busy,
  H_CLEAR_HPT,
  H_CLEAR_MOD,
  H_CLEAR_REF,
  H_ENTER,
  H_Function,
  H_NotFound,
  H_PAGE_INIT,
  H_Parameter,
  H_PROTECT,
  H_PtegFull,
  H_READ,
  H_REMOVE,
  H_Success,
  H_TooBig,
} from '@powersim/protocol'
import {
  ANY,
  FOUND,
  HashedPageTable,
  NO_COMMON_BIT,
  NOT_FOUND,
  PTE_CHANGED,
  PTE_LARGE,
  PTE_REFERENCED,
  PTE_VALID,
  SAME_AVPN,
} from './hashed-page-table.js'
import type { MemoryMap } from './memory-map.js'
import type { PagedMemory } from './paged-memory.js'
import type { PlicCounts } from './plic-counts.js'
import type { RealMemory } from './real-memory.js'
import { setBulkState, setPageState } from './page-states.js'
import { pageNumber, type Registers } from './registers.js'

/** The only translation domain; bits 0 to 15 of the flags. */
const CEC_COOKIE = 0
/** Bits of the flags: those above bit 31 are in the high half. */
const EXACT_HIGH = 0x80
const R_XLATE_HIGH = 0x40
const READ_4_HIGH = 0x20
const AVPN = 0x8000_0000 | 0
const ANDCOND = 0x4000_0000
const ICACHE_INVALIDATE = 0x80_0000
const ICACHE_SYNCHRONIZE = 0x40_0000
const ZERO_PAGE = 0x8000
const COPY_PAGE = 0x4000

const RPN_HIGH = 0x0fff_ffff
const TWO_20 = 1_048_576
/** W, I, M and G; 0010 for memory. */
const WIMG = 0x78
const WIMG_MEMORY = 0x10
const PAGES_64K = 16
const PAGES_16M = 4096
/** What H_CLEAR_HPT spares: 1 TiB segment 0x1ffffff, the virtualized real mode area (Linux, VRMA_VSID). */
const VRMA_HIGH = 0x4001_ffff
const VRMA_LOW = 0xff

const TYPE = 0xc000_0000 | 0
const REQUEST = 0x4000_0000
const RESPONSE = 0x8000_0000 | 0
const END = 0xc000_0000 | 0
const BULK_NOT_FOUND = 0x1000_0000
const BULK_PARAMETER = 0x2000_0000
const BULK_ANDCOND = 0x0100_0000
const BULK_AVPN = 0x0200_0000
const BULK_FLAGS = 0x0300_0000
const BULK_PTEX_HIGH = 0x00ff_ffff
const BULK_LAST = 10

export class PageHypercalls {
  private readonly memory: MemoryMap
  private readonly contents: RealMemory
  private readonly counts: PlicCounts
  private readonly tables: (HashedPageTable | undefined)[] = []

  constructor(memory: MemoryMap, contents: RealMemory, counts: PlicCounts) {
    this.memory = memory
    this.contents = contents
    this.counts = counts
  }

  /** Gives a partition an empty table. Throws PhypError `bad-parameter`. */
  create(lparId: number, entries: number): HashedPageTable {
    this.discard(lparId)
    const table = new HashedPageTable(entries, this.counts)
    this.tables[lparId] = table
    return table
  }

  tableOf(lparId: number): HashedPageTable | undefined {
    return this.tables[lparId]
  }

  /** The partition ends: nothing of its table maps anything any more. */
  discard(lparId: number): void {
    const table = this.tables[lparId]
    if (table === undefined) return
    this.clear(table, lparId, true)
    table.discard()
    this.tables[lparId] = undefined
  }

  foldInto(digest: Digest): void {
    for (let lparId = 0; lparId < this.tables.length; lparId++) {
      const table = this.tables[lparId]
      if (table === undefined) continue
      digest.fold(lparId)
      table.foldInto(digest)
    }
  }

  call(token: number, lparId: number, registers: Registers): number {
    const table = this.tables[lparId]
    if (table === undefined) return H_Parameter
    switch (token) {
      case H_PAGE_INIT:
        return this.pageInit(lparId, registers)
      case H_ENTER:
        return this.enter(table, lparId, registers)
      case H_REMOVE:
        return this.remove(table, lparId, registers)
      case H_READ:
        return this.read(table, lparId, registers)
      case H_PROTECT:
        return this.stated(protect(table, registers), table, lparId, registers)
      case H_CLEAR_MOD:
        return this.stated(clearBit(table, registers, PTE_CHANGED), table, lparId, registers)
      case H_CLEAR_REF:
        return this.stated(clearBit(table, registers, PTE_REFERENCED), table, lparId, registers)
      case H_BULK_REMOVE:
        return this.bulkRemove(table, lparId, registers)
      case H_CLEAR_HPT:
        registers.units = table.entries
        this.clear(table, lparId, false)
        return H_Success
      default:
        return H_Function
    }
  }

  /** R4 flags, R5 PTEX, R6 and R7 the entry; R4 the chosen slot. */
  private enter(table: HashedPageTable, lparId: number, registers: Registers): number {
    const { high, low } = registers
    const ptex = indexOf(registers, 5, table)
    if (ptex < 0 || high[4]! >>> 16 !== CEC_COOKIE) return H_Parameter
    const rHigh = high[7]!
    const rLow = low[7]!
    const named = pageNumber(rHigh & RPN_HIGH, rLow)
    const size = pageSize(low[6]!, rLow)
    if (size === 0 || size > this.memory.pagesPerBlock || this.memory.pagesPerBlock % size !== 0) return H_Parameter
    const page = size === PAGES_64K ? named - 1 : named
    if (page % size !== 0) return H_Parameter
    const frame = this.memory.entryOf(lparId, page)
    if (frame < 0 || (rLow & WIMG) !== WIMG_MEMORY) return H_Parameter
    const flags = low[4]!
    if (size > PAGES_64K && (flags & (ZERO_PAGE | ICACHE_INVALIDATE | ICACHE_SYNCHRONIZE)) !== 0) return H_TooBig
    const stored = frame + (named - page)
    const slot = table.enter(
      (high[4]! & EXACT_HIGH) !== 0,
      ptex,
      high[6]!,
      low[6]!,
      (rHigh & ~RPN_HIGH) | Math.floor(stored / TWO_20),
      (rLow & 0xfff) | (stored << 12),
    )
    if (slot < 0) return H_PtegFull
    this.memory.holdEntry(lparId, frame)
    if ((flags & ZERO_PAGE) !== 0) {
      this.zero(lparId, frame, size)
      registers.units = size
    }
    setPageState(this.memory, lparId, high[4]!, page, size)
    registers.set(4, 0, slot)
    return H_Success
  }

  /** R4 flags, R5 PTEX, R6 AVPN; R4 and R5 the old entry. */
  private remove(table: HashedPageTable, lparId: number, registers: Registers): number {
    const ptex = indexOf(registers, 5, table)
    if (ptex < 0) return H_Parameter
    const flags = registers.low[4]!
    const guard = ((flags & AVPN) !== 0 ? SAME_AVPN : ANY) | ((flags & ANDCOND) !== 0 ? NO_COMMON_BIT : ANY)
    const found = table.remove(ptex, guard, registers.high[6]!, registers.low[6]!)
    if (found !== FOUND) return found === NOT_FOUND ? H_NotFound : H_Busy
    this.memory.dropEntry(lparId, frameIn(table))
    this.stated(H_Success, table, lparId, registers)
    registers.set(4, table.vHigh, table.vLow)
    registers.set(5, table.rHigh, table.rLow)
    return H_Success
  }

  /** R4 flags, R5 PTEX; R4 and R5, or R4 to R11, the entries. */
  private read(table: HashedPageTable, lparId: number, registers: Registers): number {
    const ptex = indexOf(registers, 5, table)
    const flags = registers.high[4]!
    if (ptex < 0 || flags >>> 16 !== CEC_COOKIE) return H_Parameter
    const four = (flags & READ_4_HIGH) !== 0
    const first = four ? ptex - (ptex & 3) : ptex
    const end = four ? first + 4 : first + 1
    let register = 4
    for (let entry = first; entry < end; entry++) {
      table.look(entry)
      let { rHigh, rLow } = table
      if (entry === ptex && (table.vLow & PTE_VALID) !== 0) this.stated(H_Success, table, lparId, registers)
      if ((flags & R_XLATE_HIGH) !== 0 && (table.vLow & PTE_VALID) !== 0) {
        const page = this.memory.pageOfEntry(lparId, frameIn(table))
        rHigh = (rHigh & ~RPN_HIGH) | Math.floor(page / TWO_20)
        rLow = (rLow & 0xfff) | (page << 12)
      }
      registers.set(register, table.vHigh, table.vLow)
      registers.set(register + 1, rHigh, rLow)
      register += 2
    }
    return H_Success
  }

  /** R4 to R11: up to four pairs of specifier and AVPN. A specifier becomes its answer. */
  private bulkRemove(table: HashedPageTable, lparId: number, registers: Registers): number {
    const { high, low } = registers
    for (let register = 4; register <= BULK_LAST; register += 2) {
      const specifier = high[register]!
      if ((specifier & TYPE) === END) return H_Success
      if ((specifier & TYPE) !== REQUEST) return H_Parameter
      const answer = (specifier & (BULK_FLAGS | BULK_PTEX_HIGH)) | RESPONSE
      const flags = specifier & BULK_FLAGS
      const ptex = low[register]! >>> 0
      if (flags === BULK_FLAGS || (specifier & BULK_PTEX_HIGH) !== 0 || ptex >= table.entries) {
        high[register] = answer | BULK_PARAMETER
        return H_Parameter
      }
      const guard = flags === BULK_AVPN ? SAME_AVPN : flags === BULK_ANDCOND ? NO_COMMON_BIT : ANY
      const found = table.remove(ptex, guard, high[register + 1]!, low[register + 1]!)
      // A locked entry leaves the rest as it is: the caller goes on from the first specifier that is still a request.
      if (found !== FOUND && found !== NOT_FOUND) return H_Busy
      if (found === FOUND) {
        this.memory.dropEntry(lparId, frameIn(table))
        setBulkState(this.memory, lparId, specifier, firstPage(table), pageSize(table.vLow, table.rLow))
      }
      // R and C of the old entry become bits 4 and 5 of the answer.
      const bits = found === FOUND ? (table.rLow & (PTE_REFERENCED | PTE_CHANGED)) << 19 : BULK_NOT_FOUND
      high[register] = answer | bits
    }
    return H_Success
  }

  /** R4 flags, R5 and R6 logical addresses of the page and of the page to copy. */
  private pageInit(lparId: number, registers: Registers): number {
    const paged = this.memory.pagedOf(lparId)
    if (paged !== null) return this.pageInitShared(paged, lparId, registers)
    const { high, low } = registers
    const flags = low[4]!
    const frame = (low[5]! & 0xfff) === 0 ? this.memory.frameOf(lparId, pageNumber(high[5]!, low[5]!)) : -1
    if (frame < 0) return H_Parameter
    const copies = (flags & COPY_PAGE) !== 0
    const source = copies && (low[6]! & 0xfff) === 0 ? this.memory.frameOf(lparId, pageNumber(high[6]!, low[6]!)) : -1
    if (copies && source < 0) return H_Parameter
    if ((flags & (ZERO_PAGE | COPY_PAGE)) === 0) return H_Success
    if ((flags & ZERO_PAGE) !== 0) this.contents.clear(frame, 1)
    if (copies) this.contents.copy(source, frame)
    registers.units = 1
    this.counts.writes++
    return H_Success
  }

  /** The same with shared memory, where the flags set the page's state, too; H_Busy while the page to copy is on its way. */
  private pageInitShared(paged: PagedMemory, lparId: number, registers: Registers): number {
    const { high, low } = registers
    const flags = low[4]!
    const page = (low[5]! & 0xfff) === 0 ? pageNumber(high[5]!, low[5]!) : -1
    if (!paged.contains(lparId, page)) return H_Parameter
    if ((flags & COPY_PAGE) !== 0) {
      const source = (low[6]! & 0xfff) === 0 ? pageNumber(high[6]!, low[6]!) : -1
      if (!paged.contains(lparId, source)) return H_Parameter
      if (!paged.restore(lparId, source) || !paged.copy(lparId, source, page)) return H_Busy
    } else if ((flags & ZERO_PAGE) !== 0) {
      paged.zero(lparId, page)
    }
    registers.units = (flags & (ZERO_PAGE | COPY_PAGE)) === 0 ? 0 : 1
    setPageState(this.memory, lparId, high[4]!, page, 1)
    this.counts.writes++
    return H_Success
  }

  /** Zeroes what an entry of this partition names. */
  private zero(lparId: number, entry: number, pages: number): void {
    const paged = this.memory.pagedOf(lparId)
    if (paged === null) {
      this.contents.clear(entry, pages)
      return
    }
    for (let at = 0; at < pages; at++) paged.zero(lparId, entry + at)
  }

  /** After a call on the entry in the table's fields: the state that its flags name. */
  private stated(code: number, table: HashedPageTable, lparId: number, registers: Registers): number {
    if (code !== H_Success) return code
    setPageState(this.memory, lparId, registers.high[4]!, firstPage(table), pageSize(table.vLow, table.rLow))
    return code
  }

  /** Removes all entries, or all but those of the virtualized real mode area. */
  private clear(table: HashedPageTable, lparId: number, whole: boolean): void {
    for (let ptex = table.nextValid(0); ptex >= 0; ptex = table.nextValid(ptex + 1)) {
      table.look(ptex)
      if (!whole && table.vHigh === VRMA_HIGH && table.vLow >>> 24 === VRMA_LOW) continue
      table.lock(ptex, false)
      table.remove(ptex, ANY, 0, 0)
      this.memory.dropEntry(lparId, frameIn(table))
    }
  }
}

function protect(table: HashedPageTable, registers: Registers): number {
  const ptex = indexOf(registers, 5, table)
  if (ptex < 0) return H_Parameter
  const flags = registers.low[4]!
  // Flag bits 50 to 55 are key and pp0 (LoPAR): 50 and 51 go to bits 2 and 3 of the word, 55 to bit 0; the others are in their places.
  const high = ((flags & 0x3000) << 16) | ((flags & 0x100) << 23)
  const found = table.protect(ptex, (flags & AVPN) !== 0, registers.high[6]!, registers.low[6]!, high, flags)
  return codeOf(found)
}

/** R4 flags, R5 PTEX; R4 the old second word. */
function clearBit(table: HashedPageTable, registers: Registers, bit: number): number {
  const ptex = indexOf(registers, 5, table)
  if (ptex < 0) return H_Parameter
  const found = table.clearBits(ptex, bit)
  if (found === FOUND) registers.set(4, table.rHigh, table.rLow)
  return codeOf(found)
}

function codeOf(found: number): number {
  return found === FOUND ? H_Success : found === NOT_FOUND ? H_NotFound : H_Busy
}

/** An entry's index in a register; -1 when it is outside the table. */
function indexOf(registers: Registers, register: number, table: HashedPageTable): number {
  if (registers.high[register] !== 0) return -1
  const ptex = registers.low[register]! >>> 0
  return ptex < table.entries ? ptex : -1
}

/** Pages of 4 KiB that an entry maps by its L and LP bits: 4 KiB, 64 KiB and 16 MiB; 0 for any other size. */
function pageSize(vLow: number, rLow: number): number {
  if ((vLow & PTE_LARGE) === 0) return 1
  if ((rLow & 0xf000) === 0x1000) return PAGES_64K
  return (rLow & 0xff000) === 0 ? PAGES_16M : 0
}

/** Frame of the entry in the table's fields; of a large one, one within its page. */
function frameIn(table: HashedPageTable): number {
  return pageNumber(table.rHigh & RPN_HIGH, table.rLow)
}

/** The first page of the entry in the table's fields, of a table that names logical pages. */
function firstPage(table: HashedPageTable): number {
  const size = pageSize(table.vLow, table.rLow)
  const page = frameIn(table)
  return page - (page % size)
}
