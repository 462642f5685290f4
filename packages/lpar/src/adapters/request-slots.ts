// The requests that a client adapter has sent and that are not answered: by slot, in order of sending, in typed arrays. A slot is also
// the place of the request's information unit and of its buffer in the adapter's window. Whoever the requests are for is the adapter's
// business.

const NONE = -1

export class RequestSlots {
  readonly limit: number
  /** The I/O of a slot; -1: the slot is free. */
  readonly io: Int32Array
  readonly tag: Float64Array
  readonly pages: Int32Array
  readonly sentNs: Float64Array
  private readonly next: Int32Array
  private readonly previous: Int32Array
  private readonly free: Int32Array
  private freeCount = 0
  private head = NONE
  private tail = NONE

  constructor(limit: number) {
    this.limit = limit
    this.io = new Int32Array(limit)
    this.tag = new Float64Array(limit)
    this.pages = new Int32Array(limit)
    this.sentNs = new Float64Array(limit)
    this.next = new Int32Array(limit)
    this.previous = new Int32Array(limit)
    this.free = new Int32Array(limit)
    this.clear()
  }

  get outstanding(): number {
    return this.limit - this.freeCount
  }

  /** The slot that was sent first of those that are out; -1: none is. */
  get oldest(): number {
    return this.head
  }

  take(io: number, tag: number, pages: number, nowNs: number): number {
    const slot = this.free[--this.freeCount]!
    this.io[slot] = io
    this.tag[slot] = tag
    this.pages[slot] = pages
    this.sentNs[slot] = nowNs
    this.previous[slot] = this.tail
    this.next[slot] = NONE
    if (this.tail === NONE) this.head = slot
    else this.next[this.tail] = slot
    this.tail = slot
    return slot
  }

  release(slot: number): void {
    const before = this.previous[slot]!
    const after = this.next[slot]!
    if (before === NONE) this.head = after
    else this.next[before] = after
    if (after === NONE) this.tail = before
    else this.previous[after] = before
    this.io[slot] = NONE
    this.free[this.freeCount++] = slot
  }

  clear(): void {
    this.io.fill(NONE)
    for (let slot = 0; slot < this.limit; slot++) this.free[slot] = this.limit - 1 - slot
    this.freeCount = this.limit
    this.head = NONE
    this.tail = NONE
  }
}
