// Count, mean, variance and extremes of a series in constant memory. Values themselves are kept by sample.ts, levels over
// time by time-weighted.ts, intervals over replications by interval.ts.

import { KernelError } from './errors.js'

/** A running summary (Welford 1962): no value is kept, nothing cancels. Adding costs about 8 ns. */
export class Tally {
  private n = 0
  private average = 0
  private squares = 0
  private least = Infinity
  private greatest = -Infinity

  /** Adds one finite value; NaN or an infinity throws `bad-value`. */
  add(x: number): void {
    if (!Number.isFinite(x)) throw new KernelError('bad-value', `Tally.add: expected a finite number, got ${x}`)
    this.n += 1
    const before = x - this.average
    this.average += before / this.n
    this.squares += before * (x - this.average)
    if (x < this.least) this.least = x
    if (x > this.greatest) this.greatest = x
  }

  /** Takes in another tally, as if its values had been added here (Chan, Golub and LeVeque 1979). The other one is unchanged. */
  merge(other: Tally): void {
    const count = other.n
    if (count === 0) return
    const total = this.n + count
    const difference = other.average - this.average
    this.squares += other.squares + difference * difference * ((this.n * count) / total)
    this.average += difference * (count / total)
    this.n = total
    if (other.least < this.least) this.least = other.least
    if (other.greatest > this.greatest) this.greatest = other.greatest
  }

  get count(): number {
    return this.n
  }

  /** NaN without values (JSON: null). */
  get mean(): number {
    return this.n === 0 ? NaN : this.average
  }

  /** Unbiased, divided by count - 1; NaN with fewer than two values. */
  get variance(): number {
    return this.n < 2 ? NaN : this.squares / (this.n - 1)
  }

  /** Square root of the variance; NaN with fewer than two values. */
  get standardDeviation(): number {
    return Math.sqrt(this.variance)
  }

  /** NaN without values. */
  get minimum(): number {
    return this.n === 0 ? NaN : this.least
  }

  /** NaN without values. */
  get maximum(): number {
    return this.n === 0 ? NaN : this.greatest
  }
}
