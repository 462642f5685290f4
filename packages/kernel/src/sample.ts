// A series kept whole, for exact quantiles. Eight bytes a value, twice that once a quantile was asked for; where mean and
// extremes are enough, tally.ts needs no memory.

import { KernelError } from './errors.js'

/** The default limit of a sample: 80 MB of values. */
const MAX_SAMPLE_VALUES = 10_000_000

/** All values of a series, in the order they came. */
export class Sample {
  private readonly limit: number
  private kept = new Float64Array(64)
  private sorted: Float64Array | null = null
  private n = 0
  // Sum in two parts (Neumaier 1974), so that a mean over 1e7 values is as good as over ten.
  private sum = 0
  private lost = 0

  /** `limit`: the most values that it takes, an integer from 1; `bad-option` otherwise. */
  constructor(limit = MAX_SAMPLE_VALUES) {
    if (!Number.isSafeInteger(limit) || limit < 1) throw new KernelError('bad-option', `limit: expected an integer from 1, got ${limit}`)
    this.limit = limit
  }

  /** Adds one finite value (`bad-value`); over the limit throws `sample-full`. */
  add(x: number): void {
    if (!Number.isFinite(x)) throw new KernelError('bad-value', `Sample.add: expected a finite number, got ${x}`)
    const count = this.n
    if (count === this.kept.length) this.grow()
    else if (count === this.limit) this.refuse()
    this.kept[count] = x
    this.n = count + 1
    this.sorted = null
    const sum = this.sum + x
    this.lost += Math.abs(this.sum) >= Math.abs(x) ? this.sum - sum + x : x - sum + this.sum
    this.sum = sum
  }

  private grow(): void {
    const count = this.n
    if (count >= this.limit) this.refuse()
    const larger = new Float64Array(Math.min(count * 2, this.limit))
    larger.set(this.kept)
    this.kept = larger
  }

  private refuse(): never {
    throw new KernelError('sample-full', `expected at most ${this.limit} values: raise the sample's limit or use a Tally`)
  }

  get count(): number {
    return this.n
  }

  /** NaN without values (JSON: null). */
  get mean(): number {
    return (this.sum + this.lost) / this.n
  }

  /**
   * The p-quantile of the values, p in [0, 1] (`bad-probability`): linear between the order statistics around (count - 1) p, as
   * R's type 7 and NumPy's default. NaN without values. The first call after an `add` sorts: about 0.1 s for 1e6 values.
   */
  quantile(p: number): number {
    if (!(p >= 0 && p <= 1)) throw new KernelError('bad-probability', `quantile(p): expected a number from 0 to 1, got ${p}`)
    if (this.n === 0) return NaN
    const sorted = (this.sorted ??= this.values().sort())
    const position = (this.n - 1) * p
    const index = Math.floor(position)
    const below = sorted[index]!
    // The last value has nobody above it.
    const above = sorted[index + 1] ?? below
    return below + (above - below) * (position - index)
  }

  /** A copy of the values in the order they came. */
  values(): Float64Array {
    return this.kept.slice(0, this.n)
  }
}
