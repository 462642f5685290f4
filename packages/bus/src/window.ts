// The sliding window of one direction of a connection, as TCP has it: at most so many bytes that are not yet acknowledged.
// Bytes flow out at the wire's pace and are acknowledged at the same pace, a fixed delay later; computed in one go when a message
// starts, without an event per frame. Not here: slow start, loss, delayed acknowledgements (a server's LAN has little of them).

const FIELDS = 4
const BYTES = 0
const START = 1
const END = 2
const ACKNOWLEDGED_AFTER = 3
const FIRST_CAPACITY = 8

export class Window {
  private readonly windowBytes: number
  // Bytes that may be sent without waiting for an acknowledgement.
  private free: number
  // Ring of pieces in flight, oldest first: bytes, first and last ns of their transmission, delay of their acknowledgement.
  private ring = new Float64Array(0)
  private capacity = 0
  private head = 0
  private size = 0

  /** `windowBytes` may be Infinity: then nothing ever stalls. */
  constructor(windowBytes: number) {
    this.windowBytes = windowBytes
    this.free = windowBytes
  }

  /**
   * Sends `bytes` from `startNs` on, which would take `transmitNs` without a stall; each byte is acknowledged `delayNs` after it
   * left. Returns when the last byte has left. Starts never go back in time. Constant time unless it stalls.
   */
  transmit(startNs: number, bytes: number, transmitNs: number, delayNs: number): number {
    if (this.windowBytes === Infinity) return startNs + transmitNs
    this.acknowledge(startNs)
    let time = startNs
    let sent = 0
    let paced = 0
    while (sent < bytes) {
      let portion = bytes - sent
      let earliest = time
      let latest = time
      if (this.free > 0) {
        portion = Math.min(portion, this.free)
        this.free -= portion
      } else {
        // The next bytes may leave as the oldest ones in flight are acknowledged, not sooner and not faster.
        const at = this.head * FIELDS
        portion = Math.min(portion, this.ring[at + BYTES]!)
        earliest = Math.max(time, this.ring[at + START]! + this.ring[at + ACKNOWLEDGED_AFTER]!)
        latest = this.take(portion)
      }
      const pacedBefore = paced
      sent += portion
      paced = Math.round((transmitNs * sent) / bytes)
      time = Math.max(earliest + (paced - pacedBefore), latest)
      this.push(portion, earliest, time, delayNs)
    }
    return time
  }

  /** Frees what has been acknowledged by `nowNs`, in whole pieces. */
  private acknowledge(nowNs: number): void {
    while (this.size > 0) {
      const at = this.head * FIELDS
      if (this.ring[at + END]! + this.ring[at + ACKNOWLEDGED_AFTER]! > nowNs) return
      this.free += this.ring[at + BYTES]!
      this.drop()
    }
  }

  /** Takes the first `portion` bytes of the oldest piece; returns when the last of them is acknowledged. */
  private take(portion: number): number {
    const at = this.head * FIELDS
    const bytes = this.ring[at + BYTES]!
    const start = this.ring[at + START]!
    const end = this.ring[at + END]!
    const delay = this.ring[at + ACKNOWLEDGED_AFTER]!
    if (portion === bytes) {
      this.drop()
      return end + delay
    }
    const cut = start + Math.round(((end - start) * portion) / bytes)
    this.ring[at + BYTES] = bytes - portion
    this.ring[at + START] = cut
    return cut + delay
  }

  private drop(): void {
    this.head = (this.head + 1) % this.capacity
    this.size--
  }

  private push(bytes: number, start: number, end: number, delay: number): void {
    if (this.size === this.capacity) this.grow()
    const at = ((this.head + this.size) % this.capacity) * FIELDS
    this.ring[at + BYTES] = bytes
    this.ring[at + START] = start
    this.ring[at + END] = end
    this.ring[at + ACKNOWLEDGED_AFTER] = delay
    this.size++
  }

  private grow(): void {
    const capacity = Math.max(FIRST_CAPACITY, this.capacity * 2)
    const ring = new Float64Array(capacity * FIELDS)
    for (let i = 0; i < this.size; i++) {
      const from = ((this.head + i) % this.capacity) * FIELDS
      ring.set(this.ring.subarray(from, from + FIELDS), i * FIELDS)
    }
    this.ring = ring
    this.capacity = capacity
    this.head = 0
  }
}
