// A second PLIC for the tests, written from the texts of the calls alone (LoPAR, Page Frame Table Access and Translation Control Entry
// Access): plain Maps, words as bigint, nothing of the package. It says what a call on page tables and DMA windows must answer, and
// which pages are mapped afterwards. Where a page lies in the machine it does not know: the checker learns that by looking.

import {
  H_BULK_REMOVE,
  H_CLEAR_HPT,
  H_CLEAR_MOD,
  H_CLEAR_REF,
  H_ENTER,
  H_Function,
  H_GET_TCE,
  H_NotFound,
  H_P4,
  H_Parameter,
  H_PROTECT,
  H_PtegFull,
  H_PUT_TCE,
  H_PUT_TCE_INDIRECT,
  H_READ,
  H_REMOVE,
  H_STUFF_TCE,
  H_Success,
  H_TooBig,
} from '@powersim/protocol'

/** An entry as its partition sees it: the page field names a logical page. */
interface ReferenceEntry {
  v: bigint
  r: bigint
  page: number
}

export interface ReferencePartition {
  /** Logical blocks that it holds and may use. */
  blocks: Set<number>
  entries: Map<number, ReferenceEntry>
  tableSize: number
}

interface ReferenceWindow {
  lparId: number
  pages: number
  tces: Map<number, bigint>
}

export interface Answer {
  code: number
  /** R4 on; the page fields of first words' partners are logical. Undefined: not told. */
  results?: bigint[]
  zeroed?: { page: number; pages: number }
}

type ListOf = (page: number, count: number) => readonly bigint[]

/** Bits as the architecture counts them: 0 is the highest of 64. */
const bit = (n: number): bigint => 1n << BigInt(63 - n)
const field = (from: number, to: number): bigint => (bit(from) << 1n) - bit(to)
const AVPN = field(0, 56)
const RPN = field(4, 51)
const V = bit(63)
const L = bit(61)
const R = bit(55)
const C = bit(56)
/** pp0, key 0 to 1, key 2 to 4, N, pp1, pp2 of a second word. */
const PROTECTION = bit(0) | field(2, 3) | field(52, 54) | field(61, 63)

export class Reference {
  readonly partitions = new Map<number, ReferencePartition>()
  readonly windows = new Map<number, ReferenceWindow>()
  readonly pagesPerBlock: number

  constructor(pagesPerBlock: number) {
    this.pagesPerBlock = pagesPerBlock
  }

  start(lparId: number, blocks: number, tableSize: number): void {
    this.partitions.set(lparId, { blocks: new Set(Array.from({ length: blocks }, (_, n) => n)), entries: new Map(), tableSize })
    for (const window of this.windows.values()) if (window.lparId === lparId) window.tces.clear()
  }

  owns(lparId: number, page: number): boolean {
    return this.partitions.get(lparId)?.blocks.has(Math.floor(page / this.pagesPerBlock)) === true
  }

  /** Entries and TCEs that map a partition's memory, by block. */
  mapped(lparId: number): Map<number, number> {
    const counts = new Map<number, number>()
    const count = (page: number) => {
      const block = Math.floor(page / this.pagesPerBlock)
      counts.set(block, (counts.get(block) ?? 0) + 1)
    }
    for (const { page } of this.partitions.get(lparId)?.entries.values() ?? []) count(page)
    for (const window of this.windows.values()) {
      if (window.lparId !== lparId) continue
      for (const tce of window.tces.values()) if ((tce & 3n) !== 0n) count(Number(tce >> 12n))
    }
    return counts
  }

  /** `list`: the first words of a page of the caller, for H_PUT_TCE_INDIRECT. */
  call(lparId: number, token: number, args: readonly bigint[], list: ListOf): Answer {
    const [a1 = 0n, a2 = 0n, a3 = 0n, a4 = 0n] = args
    switch (token) {
      case H_GET_TCE:
      case H_PUT_TCE:
      case H_STUFF_TCE:
      case H_PUT_TCE_INDIRECT:
        return this.tce(lparId, token, [a1, a2, a3, a4], list)
      case H_BULK_REMOVE:
        return this.bulk(lparId, args)
      default:
        return this.page(lparId, token, a1, a2, a3, a4)
    }
  }

  private page(lparId: number, token: number, flags: bigint, ptex: bigint, a3: bigint, a4: bigint): Answer {
    const partition = this.partitions.get(lparId)
    if (partition === undefined) return { code: H_Parameter }
    if (token === H_CLEAR_HPT) {
      partition.entries.clear()
      return { code: H_Success }
    }
    if (ptex < 0n || ptex >= BigInt(partition.tableSize)) return { code: H_Parameter }
    if ((token === H_ENTER || token === H_READ) && flags >> 48n !== 0n) return { code: H_Parameter }
    const index = Number(ptex)
    const entry = partition.entries.get(index)
    if (token === H_ENTER) return this.enter(lparId, partition, flags, index, a3, a4)
    if (token === H_READ) {
      const four = (flags & bit(26)) !== 0n
      const first = four ? index - (index % 4) : index
      const found = Array.from({ length: four ? 4 : 1 }, (_, n) => partition.entries.get(first + n))
      return { code: H_Success, results: found.flatMap((each) => (each === undefined ? [0n, 0n] : [each.v, each.r])) }
    }
    if (entry === undefined) return { code: H_NotFound }
    if (token === H_REMOVE) return { code: this.removed(partition, index, flags, a3), results: [entry.v, entry.r] }
    if (token === H_PROTECT) {
      if ((flags & bit(32)) !== 0n && (entry.v & AVPN) !== a3) return { code: H_NotFound }
      const moved = ((flags & bit(55)) << 55n) | ((flags & field(50, 51)) << 48n) | (flags & (field(52, 54) | field(61, 63)))
      entry.r = (entry.r & ~PROTECTION & ~R) | moved
      return { code: H_Success }
    }
    const old = entry.r
    if (token === H_CLEAR_MOD) entry.r &= ~C
    else if (token === H_CLEAR_REF) entry.r &= ~R
    else return { code: H_Function }
    return { code: H_Success, results: [old] }
  }

  private enter(lparId: number, partition: ReferencePartition, flags: bigint, index: number, pteh: bigint, ptel: bigint): Answer {
    let page = Number((ptel & RPN) >> 12n)
    let size = 1
    if ((pteh & L) !== 0n) {
      const lp = page % 256
      if (lp % 16 === 1) size = 16
      else if (lp === 0) size = 4096
      else return { code: H_Parameter }
      if (size === 16) page -= 1
    }
    if (size > this.pagesPerBlock || page % size !== 0) return { code: H_Parameter }
    if (!this.owns(lparId, page)) return { code: H_Parameter }
    if ((ptel & field(57, 60)) !== bit(59)) return { code: H_Parameter }
    if (size > 16 && (flags & (bit(48) | bit(40) | bit(41))) !== 0n) return { code: H_TooBig }
    const exact = (flags & bit(24)) !== 0n
    const slots = exact ? [index] : Array.from({ length: 8 }, (_, n) => index - (index % 8) + n)
    const slot = slots.find((each) => !partition.entries.has(each))
    if (slot === undefined) return { code: H_PtegFull }
    partition.entries.set(slot, { v: (pteh & ~field(57, 58)) | V, r: ptel & ~bit(1), page })
    const answer: Answer = { code: H_Success, results: [BigInt(slot)] }
    if ((flags & bit(48)) !== 0n) answer.zeroed = { page, pages: size }
    return answer
  }

  private removed(partition: ReferencePartition, index: number, flags: bigint, avpn: bigint): number {
    const entry = partition.entries.get(index)
    if (entry === undefined) return H_NotFound
    if ((flags & bit(32)) !== 0n && (entry.v & AVPN) !== avpn) return H_NotFound
    if ((flags & bit(33)) !== 0n && (entry.v & avpn) !== 0n) return H_NotFound
    partition.entries.delete(index)
    return H_Success
  }

  /** Four pairs; what was removed before a bad one stays removed. */
  private bulk(lparId: number, args: readonly bigint[]): Answer {
    const partition = this.partitions.get(lparId)
    if (partition === undefined) return { code: H_Parameter }
    const results = [...args]
    for (let n = 0; n < 8; n += 2) {
      const specifier = args[n] ?? 0n
      const type = specifier >> 62n
      if (type === 3n) break
      if (type !== 1n) return { code: H_Parameter, results }
      const guard = (specifier >> 56n) & 3n
      const ptex = specifier & field(8, 63)
      const answer = (specifier & field(6, 63)) | bit(0)
      if (guard === 3n || ptex >= BigInt(partition.tableSize)) {
        results[n] = answer | bit(2)
        return { code: H_Parameter, results }
      }
      const entry = partition.entries.get(Number(ptex))
      const flags = guard === 2n ? bit(32) : guard === 1n ? bit(33) : 0n
      const code = this.removed(partition, Number(ptex), flags, args[n + 1] ?? 0n)
      const rc = entry === undefined ? 0n : ((entry.r & R) !== 0n ? bit(4) : 0n) | ((entry.r & C) !== 0n ? bit(5) : 0n)
      results[n] = answer | (code === H_Success ? rc : bit(3))
    }
    return { code: H_Success, results }
  }

  private tce(lparId: number, token: number, args: readonly bigint[], list: ListOf): Answer {
    const [liobn = 0n, ioba = 0n, tce = 0n, count = 0n] = args
    if (liobn < 0n) return { code: token === H_PUT_TCE_INDIRECT ? H_Function : H_Parameter }
    const window = this.windows.get(Number(liobn))
    if (window === undefined || window.lparId !== lparId) return { code: H_Parameter }
    const unsigned = BigInt.asUintN(64, ioba) >> 12n
    if (unsigned >= BigInt(window.pages)) return { code: H_Parameter }
    const index = Number(unsigned)
    const legal = (word: bigint) => (word & 3n) === 0n || this.owns(lparId, Number(BigInt.asUintN(64, word) >> 12n))
    if (token === H_GET_TCE) return { code: H_Success, results: [window.tces.get(index) ?? 0n] }
    const many = BigInt.asUintN(64, count)
    let words: readonly bigint[] = [tce]
    if (token !== H_PUT_TCE) {
      if (many > 512n) return { code: token === H_STUFF_TCE ? H_P4 : H_Parameter }
      if (unsigned + many > BigInt(window.pages)) return { code: H_Parameter }
      const source = BigInt.asUintN(64, tce)
      if (token === H_PUT_TCE_INDIRECT) {
        if (source % 4096n !== 0n || !this.owns(lparId, Number(source >> 12n))) return { code: H_Parameter }
        words = list(Number(source >> 12n), Number(many))
      } else {
        if (!legal(tce)) return { code: H_Parameter }
        words = Array.from({ length: Number(many) }, () => tce)
      }
    }
    if (!words.every(legal)) return { code: H_Parameter }
    words.forEach((word, n) => window.tces.set(index + n, BigInt.asUintN(64, word)))
    return { code: H_Success }
  }
}
