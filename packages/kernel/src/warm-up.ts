// How much of a steady-state run to throw away as warm-up, by MSER-5. The rule only: running, and comparing what is left, are
// other packages' business. It is applied once, to the average of all replications. Applied to each replication by itself it cuts
// where that path happens to be low, which biases the mean that is left; the interval then misses the truth (warm-up.oracle.test.ts).

import { KernelError } from './errors.js'

/** Observations a batch, the 5 of MSER-5 (Spratt 1998): less sensitive to single extremes than the rule on observations. */
const BATCH = 5

export interface WarmUp {
  /** Observations to drop from the start of every replication: a multiple of 5, at most half of the series. */
  readonly truncate: number
  /** False when the minimum lies at the last cut that was tried: the series is too short to see its own warm-up. Run longer. */
  readonly reliable: boolean
}

/**
 * The warm-up of `series[replication][observation]`: the average over replications is batched by 5, and of the cuts 0 to n/2 of its
 * n batches Z that one is taken which makes the sum over the rest of (Z - their mean)^2, divided by the rest's number squared, least;
 * of equal ones the shortest (White 1997, Spratt 1998, Hoad and Robinson 2011). Observations after the last whole batch do not
 * count. All series have the same length, one series at least (`bad-series`), all values are finite (`bad-value`).
 * Fewer than 10 observations are never reliable. Takes one pass; keeps one number an observation.
 */
export function warmUpByMser5(series: readonly (readonly number[])[]): WarmUp {
  const batches = batchesOf(averageOf(series))
  const count = batches.length
  const last = Math.floor(count / 2)
  // From the back, so that each cut adds one batch to mean and squares (Welford 1962), which does not cancel.
  let mean = 0
  let squares = 0
  let least = Infinity
  let cut = last
  for (let at = count - 1; at >= 0; at -= 1) {
    const kept = count - at
    const value = batches[at]!
    const before = value - mean
    mean += before / kept
    squares += before * (value - mean)
    const statistic = squares / (kept * kept)
    if (at > last || statistic > least) continue
    least = statistic
    cut = at
  }
  return { truncate: BATCH * cut, reliable: cut < last }
}

function averageOf(series: readonly (readonly number[])[]): Float64Array {
  const [first] = series
  if (first === undefined) throw new KernelError('bad-series', 'series: expected at least one replication, got none')
  const average = new Float64Array(first.length)
  for (const [replication, values] of series.entries()) {
    if (values.length !== first.length) {
      const message = `series[${replication}]: expected ${first.length} observations as in series[0], got ${values.length}`
      throw new KernelError('bad-series', message)
    }
    for (let index = 0; index < values.length; index += 1) {
      const value = values[index]!
      if (!Number.isFinite(value)) {
        throw new KernelError('bad-value', `series[${replication}][${index}]: expected a finite number, got ${value}`)
      }
      average[index]! += (value - average[index]!) / (replication + 1)
    }
  }
  return average
}

function batchesOf(values: Float64Array): Float64Array {
  const batches = new Float64Array(Math.floor(values.length / BATCH))
  for (let batch = 0; batch < batches.length; batch += 1) {
    let sum = 0
    for (let index = BATCH * batch; index < BATCH * (batch + 1); index += 1) sum += values[index]!
    batches[batch] = sum / BATCH
  }
  return batches
}
