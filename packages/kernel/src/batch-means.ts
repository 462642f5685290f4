// The interval of a mean from one long run, by batch means: observations next to each other are correlated, means of long batches hardly.
// Its series has its warm-up removed already (warm-up.ts). Where runs are cheap to start, replications (interval.ts) need no such care.

import { KernelError } from './errors.js'
import { meanInterval } from './interval.js'
import type { MeanInterval } from './interval.js'

/** Batches that the interval is made of: fewer waste degrees of freedom, more are shorter and correlated. */
const BATCHES = 30
/** Batches at first, each a quarter as long, on which the correlation is measured with less noise than on 30. */
const FINEST = 4 * BATCHES
/** The largest lag-1 correlation of batch means that counts as none (Alexopoulos and Seila). */
const CORRELATION_LIMIT = 0.2

export interface BatchMeans extends MeanInterval {
  /** Observations in each of the 30 batches of the interval; what is left over after the last does not count. */
  readonly batchSize: number
  /** Lag-1 correlation of batch means at the last length that was tried; 0 without variance. */
  readonly lag1: number
}

/**
 * The mean and its interval over 30 batches. Correlation is measured on 120 batches; while it is above 0.2, the batch is doubled, to 60
 * and to 30 of them. If it is above 0.2 even there, the interval is refused (`ci95` null): run longer. At least 120 observations
 * (`bad-series`), all finite (`bad-value`); level as in `meanInterval`.
 */
export function batchMeansInterval(values: readonly number[], level = 0.95): BatchMeans {
  if (values.length < FINEST) throw new KernelError('bad-series', `values: expected at least ${FINEST} observations, got ${values.length}`)
  for (const [index, value] of values.entries()) {
    if (!Number.isFinite(value)) throw new KernelError('bad-value', `values[${index}]: expected a finite number, got ${value}`)
  }
  const finest = meansOf(values, Math.floor(values.length / FINEST))
  let means = finest
  let lag1 = lagOneCorrelation(means)
  while (lag1 > CORRELATION_LIMIT && means.length > BATCHES) {
    means = meansOf(means, 2)
    lag1 = lagOneCorrelation(means)
  }
  const final = means.length > BATCHES ? meansOf(means, means.length / BATCHES) : means
  const { mean, ci95 } = meanInterval(final, level)
  return { mean, ci95: lag1 > CORRELATION_LIMIT ? null : ci95, batchSize: 4 * Math.floor(values.length / FINEST), lag1 }
}

/** Means of as many whole batches of `size` as there are, 120 at most. */
function meansOf(values: readonly number[], size: number): number[] {
  const batches = Math.min(FINEST, Math.floor(values.length / size))
  return Array.from({ length: batches }, (_, batch) => {
    let sum = 0
    for (let index = batch * size; index < (batch + 1) * size; index += 1) sum += values[index]!
    return sum / size
  })
}

function lagOneCorrelation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  let squares = 0
  let products = 0
  let before = 0
  for (const value of values) {
    const deviation = value - mean
    squares += deviation * deviation
    products += deviation * before
    before = deviation
  }
  return squares > 0 ? products / squares : 0
}
