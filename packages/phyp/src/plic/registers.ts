// The registers of a hypercall, R4 to R12, as 32-bit halves: arguments in, results out. A number from a port goes in as a signed 64-bit
// integer. One object lives as long as the PLIC: results are valid until the next call.

const TWO_20 = 1_048_576
const TWO_32 = 4294967296
const COUNT = 13

export class Registers {
  /** Upper and lower halves by register number; 0 to 3 are not used. */
  readonly high = new Int32Array(COUNT)
  readonly low = new Int32Array(COUNT)
  /** The virtual processor that calls; 0 for what comes through a port. */
  processor = 0
  /** What the call's cost grows with, besides its fixed part: entries, pages, bytes. */
  units = 0

  /** False, and nothing set, when the number is no integer within +-2^53. Negative ones are two's complement. */
  put(register: number, value: number): boolean {
    const low = value | 0
    if (low === value) {
      this.high[register] = low >> 31
      this.low[register] = low
      return true
    }
    if (!Number.isSafeInteger(value)) return false
    this.high[register] = Math.floor(value / TWO_32)
    this.low[register] = value | 0
    return true
  }

  set(register: number, high: number, low: number): void {
    this.high[register] = high
    this.low[register] = low
  }

  /** As a signed number; above 2^53 the lowest bits are lost, so bits are looked at in `high` and `low`. */
  value(register: number): number {
    return this.high[register]! * TWO_32 + (this.low[register]! >>> 0)
  }

  /** As an unsigned number, likewise. */
  unsigned(register: number): number {
    return (this.high[register]! >>> 0) * TWO_32 + (this.low[register]! >>> 0)
  }
}

/** Page number of an address, or of the page field of an entry, in halves. */
export function pageNumber(high: number, low: number): number {
  return (high >>> 0) * TWO_20 + (low >>> 12)
}
