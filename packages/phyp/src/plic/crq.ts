// Command/response queues (LoPAR 14.5.4; ibmvmc). The guest's queue is a ring of 16-byte entries in a page of the guest's memory that the
// hypervisor writes; a header byte other than 0 says that the entry was not read yet. The hypervisor's own queue is a ring of words.
// Both are hot: an entry costs 16 bytes written and no object. What entries mean is the virtual device's business.

import type { Digest } from '@powersim/kernel'
import { CRQ_ENTRY_BYTES, CRQ_TRANSPORT_EVENT, writeCrqEntry } from '@powersim/protocol'
import type { CrqEntry } from '@powersim/protocol'
import type { Registers } from './registers.js'

const NO_PAGE = new Uint8Array(0)
const WORDS = 4

/** The guest's queue, as the hypervisor writes it. */
export class GuestQueue {
  /** Whether the next entry that finds the queue empty raises an interrupt (H_VIO_SIGNAL). Raising one disarms. */
  armed = false
  /** Most entries that were unread at a time since the registration. */
  peakUnread = 0

  private readonly entryBytes: number
  private page: Uint8Array = NO_PAGE
  private entries = 0
  private limit = 1
  private write = 0
  private read = 0
  private count = 0

  /** Entries of 16 bytes, or of 32 for a subordinate queue. */
  constructor(entryBytes = CRQ_ENTRY_BYTES) {
    this.entryBytes = entryBytes
  }

  get registered(): boolean {
    return this.entries > 0
  }

  /** Takes a zeroed page into use. Half of it may be unread, until `limitTo` says less. */
  register(page: Uint8Array): void {
    page.fill(0)
    this.page = page
    this.entries = page.length / this.entryBytes
    this.write = 0
    this.read = 0
    this.count = 0
    this.armed = false
    this.peakUnread = 0
    this.limitTo(this.entries)
  }

  free(): void {
    this.page = NO_PAGE
    this.entries = 0
    this.count = 0
    this.armed = false
  }

  /** At most half of `crqEntries` may be unread from now on (ibmvmc: the partner's half-queue rule). */
  limitTo(crqEntries: number): void {
    const entries = crqEntries < this.entries ? crqEntries : this.entries
    this.limit = entries < 2 ? 1 : Math.floor(entries / 2)
  }

  /** All of it may be unread: the queue of a pair of partitions. */
  useWhole(): void {
    this.limit = this.entries
  }

  /** Entries that the guest has not read. It reads in order and zeroes the header byte of what it has read. */
  unread(): number {
    const { page } = this
    while (this.count > 0 && page[this.read * this.entryBytes] === 0) {
      this.read = this.read + 1 === this.entries ? 0 : this.read + 1
      this.count--
    }
    return this.count
  }

  /** Writes an entry; false when half of the queue is unread, or there is no queue. */
  put(entry: Readonly<CrqEntry>): boolean {
    const at = this.take()
    if (at < 0) return false
    writeCrqEntry(this.page, at, entry)
    return true
  }

  /** Writes the four words of an entry, likewise. */
  putWords(w0: number, w1: number, w2: number, w3: number): boolean {
    const at = this.take()
    if (at < 0) return false
    this.word(at, w0)
    this.word(at + 4, w1)
    this.word(at + 8, w2)
    this.word(at + 12, w3)
    return true
  }

  /** Writes four registers as one entry of 32 bytes, likewise. */
  putRegisters(registers: Registers, first: number): boolean {
    const at = this.take()
    if (at < 0) return false
    for (let n = 0; n < 4; n++) {
      this.word(at + 8 * n, registers.high[first + n]!)
      this.word(at + 8 * n + 4, registers.low[first + n]!)
    }
    return true
  }

  /** A transport event always arrives: in a full queue it takes the place of the entry written last. */
  putEvent(event: number): void {
    if (this.entries === 0) return
    const last = (this.write === 0 ? this.entries : this.write) - 1
    const at = this.take()
    const place = at < 0 ? last * this.entryBytes : at
    this.word(place, (CRQ_TRANSPORT_EVENT << 24) | (event << 16))
    for (let offset = 4; offset < this.entryBytes; offset += 4) this.word(place + offset, 0)
  }

  foldInto(digest: Digest): void {
    digest.fold(this.entries)
    digest.fold(this.write)
    digest.fold(this.count)
    digest.fold(this.armed ? 1 : 0)
  }

  /** Takes the next place, as an offset in the page; -1 when there is no room. */
  private take(): number {
    if (this.entries === 0 || this.unread() >= this.limit) return -1
    const at = this.write * this.entryBytes
    this.write = this.write + 1 === this.entries ? 0 : this.write + 1
    this.count++
    if (this.count > this.peakUnread) this.peakUnread = this.count
    return at
  }

  private word(at: number, value: number): void {
    this.page[at] = value >>> 24
    this.page[at + 1] = value >>> 16
    this.page[at + 2] = value >>> 8
    this.page[at + 3] = value
  }
}

/** A bounded ring of entries in words: what a guest has sent, or what waits for room in the guest's queue. */
export class EntryRing {
  readonly capacity: number
  private readonly words: Uint32Array
  private head = 0
  private count = 0

  constructor(capacity: number) {
    this.capacity = capacity
    this.words = new Uint32Array(capacity * WORDS)
  }

  get size(): number {
    return this.count
  }

  clear(): void {
    this.head = 0
    this.count = 0
  }

  /** Adds the four words of an entry; false when the ring is full. */
  put(w0: number, w1: number, w2: number, w3: number): boolean {
    if (this.count === this.capacity) return false
    const tail = this.head + this.count
    const at = (tail < this.capacity ? tail : tail - this.capacity) * WORDS
    this.words[at] = w0
    this.words[at + 1] = w1
    this.words[at + 2] = w2
    this.words[at + 3] = w3
    this.count++
    return true
  }

  putEntry(entry: Readonly<CrqEntry>): boolean {
    return this.put(
      (entry.header << 24) | (entry.type << 16) | (entry.status << 8),
      (entry.session << 24) | (entry.hmcIndex << 16) | entry.bufferId,
      entry.extra,
      entry.value,
    )
  }

  /** Copies the oldest entry out and leaves it; false when there is none. */
  peek(into: CrqEntry): boolean {
    if (this.count === 0) return false
    const at = this.head * WORDS
    const w0 = this.words[at]!
    const w1 = this.words[at + 1]!
    into.header = w0 >>> 24
    into.type = (w0 >>> 16) & 0xff
    into.status = (w0 >>> 8) & 0xff
    into.session = w1 >>> 24
    into.hmcIndex = (w1 >>> 16) & 0xff
    into.bufferId = w1 & 0xffff
    into.extra = this.words[at + 2]!
    into.value = this.words[at + 3]!
    return true
  }

  drop(): void {
    if (this.count === 0) return
    this.head = this.head + 1 === this.capacity ? 0 : this.head + 1
    this.count--
  }
}
