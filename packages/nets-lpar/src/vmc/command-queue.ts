// The partition's ends of the command/response queue: the page that the hypervisor writes and the partition reads, and the line
// of entries that the partition sends by hypercall. What entries mean is driver.ts and hmc-connection.ts.
// Of its own entries at most half of the advertised queue is sent in one instant; the rest goes in the next event.

import type { Handler, Simulation } from '@powersim/kernel'
import {
  CRQ_ENTRIES,
  CRQ_ENTRY_BYTES,
  CRQ_PAGE_BYTES,
  type CrqEntry,
  H_Dropped,
  H_SEND_CRQ,
  H_Success,
  readCrqEntry,
} from '@powersim/protocol'
import type { GuestWork } from '../guest-work.js'

/** Entries that may wait to be sent; one more breaks the channel, which is then reset. */
export const UNSENT_LIMIT = 4096
/** How long to wait when the hypervisor's queue is full, ns (estimate). */
const RETRY_NS = 10_000
const WORDS = 4

export class CommandQueue {
  page = new Uint8Array(CRQ_PAGE_BYTES)
  unitAddress = 0
  sent = 0
  received = 0
  /** Times the hypervisor's queue was full. */
  dropped = 0
  peakUnsent = 0

  readonly #simulation: Simulation
  readonly #work: GuestWork
  readonly #broken: Handler<number>
  readonly #pump: Handler<number>
  readonly #unsent = new Float64Array(UNSENT_LIMIT * WORDS)
  #unsentHead = 0
  #unsentCount = 0
  #pumping = false
  #life = 0
  #instantNs = -1
  #sentThisInstant = 0
  #sentPerInstant = CRQ_ENTRIES / 2
  #read = 0
  // First entry that is not known to be there, and when each of those before it was seen.
  #seen = 0
  #unread = 0
  readonly #seenNs = new Float64Array(CRQ_ENTRIES)

  /** `broken` is called, in an event of its own, when an entry cannot be sent for good. */
  constructor(simulation: Simulation, work: GuestWork, name: string, broken: () => void) {
    this.#simulation = simulation
    this.#work = work
    this.#broken = simulation.handler<number>(`${name}.crq-broken`, (life) => {
      if (life === this.#life) broken()
    })
    this.#pump = simulation.handler<number>(`${name}.crq-send`, (life) => this.#sendMore(life))
  }

  /** An empty page, nothing to send. */
  reset(unitAddress: number): void {
    this.unitAddress = unitAddress
    this.page.fill(0)
    this.#read = 0
    this.#seen = 0
    this.#unread = 0
    this.#unsentHead = 0
    this.#unsentCount = 0
    this.#pumping = false
    this.#life++
    this.limitTo(CRQ_ENTRIES)
  }

  /** The size of queue that both ends have agreed on. */
  limitTo(crqEntries: number): void {
    this.#sentPerInstant = Math.max(1, Math.floor(crqEntries / 2))
  }

  /** Notes which entries have come, as seen at `atNs`. */
  look(atNs: number): void {
    while (this.#unread < CRQ_ENTRIES && this.page[this.#seen * CRQ_ENTRY_BYTES] !== 0) {
      this.#seenNs[this.#seen] = atNs
      this.#seen = this.#seen + 1 === CRQ_ENTRIES ? 0 : this.#seen + 1
      this.#unread++
    }
  }

  /** When the entry that `take` gives next was seen. */
  get nextSeenNs(): number {
    return this.#seenNs[this.#read]!
  }

  /** Takes the next entry that has been seen; false when there is none. */
  take(into: CrqEntry): boolean {
    if (this.#unread === 0) return false
    const offset = this.#read * CRQ_ENTRY_BYTES
    readCrqEntry(this.page, offset, into)
    this.page[offset] = 0
    this.#read = this.#read + 1 === CRQ_ENTRIES ? 0 : this.#read + 1
    this.#unread--
    this.received++
    return true
  }

  /** Sends an entry, after those that still wait to be sent. */
  post(entry: Readonly<CrqEntry>): void {
    const w0 = ((entry.header << 24) | (entry.type << 16) | (entry.status << 8)) >>> 0
    const w1 = ((entry.session << 24) | (entry.hmcIndex << 16) | entry.bufferId) >>> 0
    if (this.#unsentCount === 0 && this.#mayNow()) {
      const code = this.#send(w0, w1, entry.extra, entry.value)
      if (code === H_Success) return
      if (code !== H_Dropped) {
        this.breakDown()
        return
      }
    }
    this.#keep(w0, w1, entry.extra, entry.value)
  }

  /** The channel cannot go on as it is: `broken` will be called, unless the queue is reset before. */
  breakDown(): void {
    this.#simulation.schedule(0, this.#broken, this.#life)
  }

  #mayNow(): boolean {
    const now = this.#simulation.now
    if (now !== this.#instantNs) {
      this.#instantNs = now
      this.#sentThisInstant = 0
    }
    return this.#sentThisInstant < this.#sentPerInstant
  }

  #send(w0: number, w1: number, w2: number, w3: number): number {
    const code = this.#work.hypercall(H_SEND_CRQ, this.unitAddress, w0, w1, w2, w3)
    if (code === H_Success) {
      this.sent++
      this.#sentThisInstant++
    } else if (code === H_Dropped) {
      this.dropped++
    }
    return code
  }

  #keep(w0: number, w1: number, w2: number, w3: number): void {
    if (this.#unsentCount === UNSENT_LIMIT) {
      this.breakDown()
      return
    }
    const at = ((this.#unsentHead + this.#unsentCount) % UNSENT_LIMIT) * WORDS
    this.#unsent[at] = w0
    this.#unsent[at + 1] = w1
    this.#unsent[at + 2] = w2
    this.#unsent[at + 3] = w3
    this.#unsentCount++
    if (this.#unsentCount > this.peakUnsent) this.peakUnsent = this.#unsentCount
    this.#pumpAfter(this.#mayNow() ? RETRY_NS : 0)
  }

  #pumpAfter(delayNs: number): void {
    if (this.#pumping) return
    this.#pumping = true
    this.#simulation.schedule(delayNs, this.#pump, this.#life)
  }

  #sendMore(life: number): void {
    if (life !== this.#life || !this.#work.running) return
    this.#pumping = false
    // The hypervisor has emptied its queue by an event that was asked for before this one.
    this.#sentThisInstant = 0
    while (this.#unsentCount > 0) {
      if (!this.#mayNow()) {
        this.#pumpAfter(0)
        return
      }
      const at = this.#unsentHead * WORDS
      const code = this.#send(this.#unsent[at]!, this.#unsent[at + 1]!, this.#unsent[at + 2]!, this.#unsent[at + 3]!)
      if (code === H_Dropped) {
        this.#pumpAfter(RETRY_NS)
        return
      }
      if (code !== H_Success) {
        this.breakDown()
        return
      }
      this.#unsentHead = (this.#unsentHead + 1) % UNSENT_LIMIT
      this.#unsentCount--
    }
  }
}
