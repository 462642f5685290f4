// A partition's hashed page table (LoPAR, Page Frame Table Access): groups of eight 16-byte entries (PTE), each two 64-bit words kept as
// halves. Whether a caller may map what is translation (page-hypercalls.ts); here are slots, guards and bits.
// Hot: an operation touches one entry or one group and makes no object. 64 KiB are allocated where the first entry of a chunk is entered,
// so an idle table costs an array of nothing.

import type { Digest } from '@powersim/kernel'
import { PhypError } from '../errors.js'
import type { PlicCounts } from './plic-counts.js'

/** First word, low half. */
export const PTE_VALID = 0x1
export const PTE_LARGE = 0x4
/** Software bit 57: the hypervisor works on the entry. Bit 58 is the hypervisor's, too. */
export const PTE_LOCK = 0x40
const PTE_RESERVED = 0x60
/** The bits of the first word that a virtual page number does not have. */
const AVPN_LOW = ~0x7f

/** Second word, low half. */
export const PTE_REFERENCED = 0x100
export const PTE_CHANGED = 0x80
/** Protection of the second word: pp1, pp2, N and key 2 to 4 below, pp0 and key 0 to 1 above. */
const PROTECTION_LOW = 0xe07
const PROTECTION_HIGH = 0xb000_0000 | 0
/** Reserved bit 1 of the second word. */
const PTEL_RESERVED_HIGH = 0x4000_0000

const GROUP = 8
export const PTE_BYTES = 16
/** 2 TiB of memory at four entries per page. */
export const MAX_ENTRIES = 2 ** 31
const CHUNK_SHIFT = 12
const CHUNK_ENTRIES = 1 << CHUNK_SHIFT
const CHUNK_MASK = CHUNK_ENTRIES - 1
const WORDS = 4

/** What a guarded operation found. */
export const FOUND = 0
export const NOT_FOUND = 1
export const LOCKED = 2

/** Which entry is meant: any, one with this virtual page number, one with none of these bits; the last two may be joined. */
export const ANY = 0
export const SAME_AVPN = 1
export const NO_COMMON_BIT = 2

export class HashedPageTable {
  /** Entries: a power of two, at least one group. */
  readonly entries: number
  /** Valid entries. */
  valid = 0
  /** The entry of the last successful operation as it was before, in halves. */
  vHigh = 0
  vLow = 0
  rHigh = 0
  rLow = 0

  private readonly counts: PlicCounts
  private readonly chunks: (Int32Array | undefined)[]
  private readonly chunkWords: number

  /** Throws PhypError `bad-parameter`. */
  constructor(entries: number, counts: PlicCounts) {
    if (!(Number.isInteger(entries) && entries >= GROUP && entries <= MAX_ENTRIES && ((entries - 1) & entries) === 0)) {
      throw new PhypError('bad-parameter', 'entries', `expected a power of two from ${GROUP} to 2^31, got ${entries}`)
    }
    this.entries = entries
    this.counts = counts
    this.chunkWords = Math.min(entries, CHUNK_ENTRIES) * WORDS
    this.chunks = []
  }

  /** Bytes of the simulator's own memory. */
  get allocatedBytes(): number {
    let chunks = 0
    for (const chunk of this.chunks) if (chunk !== undefined) chunks++
    return chunks * this.chunkWords * 4
  }

  /**
   * Enters a valid entry at `ptex` exactly, or in the first slot of its group that is neither valid nor locked. Returns the slot's index,
   * -1 when there is none. `ptex` is within the table. Reserved bits are forced off.
   */
  enter(exact: boolean, ptex: number, vHigh: number, vLow: number, rHigh: number, rLow: number): number {
    const number = ptex >>> CHUNK_SHIFT
    const chunk = this.chunks[number] ?? this.allocate(number)
    const first = exact ? ptex : ptex - (ptex & (GROUP - 1))
    const end = exact ? first + 1 : first + GROUP
    for (let slot = first; slot < end; slot++) {
      const at = (slot & CHUNK_MASK) * WORDS
      if ((chunk[at + 1]! & (PTE_VALID | PTE_LOCK)) !== 0) continue
      chunk[at] = vHigh
      chunk[at + 1] = (vLow & ~PTE_RESERVED) | PTE_VALID
      chunk[at + 2] = rHigh & ~PTEL_RESERVED_HIGH
      chunk[at + 3] = rLow
      this.valid++
      this.counts.writes++
      return slot
    }
    return -1
  }

  /** Removes a valid entry that passes the guard; its old words are left in the fields. */
  remove(ptex: number, guard: number, avpnHigh: number, avpnLow: number): number {
    const chunk = this.chunks[ptex >>> CHUNK_SHIFT]
    if (chunk === undefined) return NOT_FOUND
    const at = (ptex & CHUNK_MASK) * WORDS
    const vHigh = chunk[at]!
    const vLow = chunk[at + 1]!
    if ((vLow & PTE_VALID) === 0) return NOT_FOUND
    if ((guard & SAME_AVPN) !== 0 && (vHigh !== avpnHigh || (vLow & AVPN_LOW) !== avpnLow)) return NOT_FOUND
    if ((guard & NO_COMMON_BIT) !== 0 && ((vHigh & avpnHigh) !== 0 || (vLow & avpnLow) !== 0)) return NOT_FOUND
    if ((vLow & PTE_LOCK) !== 0) return LOCKED
    this.vHigh = vHigh
    this.vLow = vLow
    this.rHigh = chunk[at + 2]!
    this.rLow = chunk[at + 3]!
    chunk[at] = 0
    chunk[at + 1] = 0
    chunk[at + 2] = 0
    chunk[at + 3] = 0
    this.valid--
    this.counts.writes++
    return FOUND
  }

  /** Sets the protection bits of a valid entry and clears its reference bit. `avpnGuard`: only if the virtual page number is this one. */
  protect(ptex: number, avpnGuard: boolean, avpnHigh: number, avpnLow: number, protectionHigh: number, protectionLow: number): number {
    const found = this.look(ptex)
    if (found !== FOUND) return found
    if (avpnGuard && (this.vHigh !== avpnHigh || (this.vLow & AVPN_LOW) !== avpnLow)) return NOT_FOUND
    if ((this.vLow & PTE_LOCK) !== 0) return LOCKED
    const chunk = this.chunks[ptex >>> CHUNK_SHIFT]!
    const at = (ptex & CHUNK_MASK) * WORDS
    chunk[at + 2] = (this.rHigh & ~PROTECTION_HIGH) | (protectionHigh & PROTECTION_HIGH)
    chunk[at + 3] = (this.rLow & ~(PROTECTION_LOW | PTE_REFERENCED)) | (protectionLow & PROTECTION_LOW)
    this.counts.writes++
    return FOUND
  }

  /** Clears bits of the low half of a valid entry's second word: PTE_REFERENCED or PTE_CHANGED. */
  clearBits(ptex: number, bits: number): number {
    const found = this.look(ptex)
    if (found !== FOUND) return found
    if ((this.rLow & bits) === 0) return FOUND
    if ((this.vLow & PTE_LOCK) !== 0) return LOCKED
    this.chunks[ptex >>> CHUNK_SHIFT]![(ptex & CHUNK_MASK) * WORDS + 3] = this.rLow & ~bits
    this.counts.writes++
    return FOUND
  }

  /** Reads an entry into the fields, valid or not: FOUND when it is valid. */
  look(ptex: number): number {
    const chunk = this.chunks[ptex >>> CHUNK_SHIFT]
    if (chunk === undefined) {
      this.vHigh = 0
      this.vLow = 0
      this.rHigh = 0
      this.rLow = 0
      return NOT_FOUND
    }
    const at = (ptex & CHUNK_MASK) * WORDS
    this.vHigh = chunk[at]!
    this.vLow = chunk[at + 1]!
    this.rHigh = chunk[at + 2]!
    this.rLow = chunk[at + 3]!
    return (this.vLow & PTE_VALID) === 0 ? NOT_FOUND : FOUND
  }

  /** The processor used the page (what translation hardware does): sets reference and change bits of a valid entry. */
  use(ptex: number, store: boolean): void {
    if (this.look(ptex) !== FOUND) return
    this.chunks[ptex >>> CHUNK_SHIFT]![(ptex & CHUNK_MASK) * WORDS + 3] = this.rLow | PTE_REFERENCED | (store ? PTE_CHANGED : 0)
    this.counts.writes++
  }

  /** The hypervisor works on a slot for longer than a call, or has done so: until then H_ENTER goes past it and others are H_Busy. */
  lock(ptex: number, locked: boolean): void {
    const number = ptex >>> CHUNK_SHIFT
    const chunk = this.chunks[number] ?? this.allocate(number)
    const at = (ptex & CHUNK_MASK) * WORDS + 1
    chunk[at] = locked ? chunk[at]! | PTE_LOCK : chunk[at]! & ~PTE_LOCK
    this.counts.writes++
  }

  /** The next entry from `ptex` on that is valid, -1 when there is none: skips what was never allocated. */
  nextValid(ptex: number): number {
    let next = ptex
    while (next < this.entries) {
      const chunk = this.chunks[next >>> CHUNK_SHIFT]
      if (chunk === undefined) next = ((next >>> CHUNK_SHIFT) + 1) * CHUNK_ENTRIES
      else if ((chunk[(next & CHUNK_MASK) * WORDS + 1]! & PTE_VALID) !== 0) return next
      else next++
    }
    return -1
  }

  /** The table is given up: what it had allocated is free for others. */
  discard(): void {
    for (const chunk of this.chunks) if (chunk !== undefined) this.counts.chunks--
    this.chunks.length = 0
    this.valid = 0
  }

  foldInto(digest: Digest): void {
    for (let number = 0; number < this.chunks.length; number++) {
      const chunk = this.chunks[number]
      if (chunk === undefined) continue
      digest.fold(number)
      digest.foldWords(chunk)
    }
  }

  private allocate(number: number): Int32Array {
    this.counts.addChunk()
    const chunk = new Int32Array(this.chunkWords)
    while (this.chunks.length <= number) this.chunks.push(undefined)
    this.chunks[number] = chunk
    return chunk
  }
}
