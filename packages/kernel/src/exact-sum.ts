// Sums of ns over many jobs, exact beyond 2^53: two limbs in base 2^52. So Little's law can be checked as an equality of
// integers, not within a tolerance.

const LIMB = 2 ** 52
const HALF = 2 ** 26

/** Most jobs that a sum can hold at once: a count times a time must split into exact parts. */
export const MAX_COUNT = 2 ** 21

export class ExactSum {
  private high = 0
  private low = 0

  /** Adds a non-negative integer below 2^53. */
  add(value: number): void {
    this.addProduct(1, value)
  }

  /** Adds count * value exactly; count is an integer up to 2^21, value one below 2^53. */
  addProduct(count: number, value: number): void {
    const product = count * value
    if (product < LIMB) {
      this.addLow(product)
      return
    }
    const valueHigh = Math.floor(value / HALF)
    const productHigh = count * valueHigh
    const carry = Math.floor(productHigh / HALF)
    this.high += carry
    this.addLow((productHigh - carry * HALF) * HALF)
    this.addLow(count * (value - valueHigh * HALF))
  }

  /** The sum as a double, rounded once. */
  value(): number {
    return this.high * LIMB + this.low
  }

  equals(other: ExactSum): boolean {
    return this.high === other.high && this.low === other.low
  }

  atMost(other: ExactSum): boolean {
    return this.high < other.high || (this.high === other.high && this.low <= other.low)
  }

  copy(): ExactSum {
    const copy = new ExactSum()
    copy.high = this.high
    copy.low = this.low
    return copy
  }

  private addLow(value: number): void {
    this.low += value
    if (this.low >= LIMB) {
      this.low -= LIMB
      this.high++
    }
  }
}
