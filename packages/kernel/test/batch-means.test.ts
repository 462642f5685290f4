import { mean, sampleCorrelation } from 'simple-statistics'
import { describe, expect, it } from 'vitest'
import { batchMeansInterval } from '../src/batch-means.js'
import { meanInterval } from '../src/interval.js'
import { normalQuantile } from '../src/normal.js'
import { RandomStream, streamKey } from '../src/random.js'
import { meanWait, queueWaits } from './queue-waits.js'

/** First-order autoregression around 0: each value is `phi` times the one before plus a normal draw. */
function autoregression(seed: string, count: number, phi: number): number[] {
  const stream = new RandomStream(streamKey(seed, 'noise', 'batch-means', 0))
  let value = normalQuantile(stream.next()) / Math.sqrt(1 - phi * phi)
  return Array.from({ length: count }, () => (value = phi * value + normalQuantile(stream.next())))
}

const batched = (values: readonly number[], size: number, count: number): number[] =>
  Array.from({ length: count }, (_, batch) => mean(values.slice(batch * size, (batch + 1) * size)))

describe('batchMeansInterval', () => {
  it('is the Student interval over 30 batches, without what is left over', () => {
    const values = autoregression('oracle-1', 1205, 0)
    const interval = batchMeansInterval(values)
    const expected = meanInterval(batched(values, 40, 30))
    expect(interval.batchSize).toBe(40)
    expect(interval.mean).toBeCloseTo(expected.mean, 12)
    expect(interval.ci95?.[0]).toBeCloseTo(expected.ci95![0], 12)
    expect(interval.ci95?.[1]).toBeCloseTo(expected.ci95![1], 12)
    expect(batchMeansInterval(values, 0.9).ci95![1]).toBeCloseTo(meanInterval(batched(values, 40, 30), 0.9).ci95![1], 12)
    // the estimator over all deviations differs from Pearson's at the two ends only
    const fine = batched(values, 10, 120)
    expect(Math.abs(interval.lag1 - sampleCorrelation(fine.slice(1), fine.slice(0, -1)))).toBeLessThan(0.02)
  })

  it('doubles the batch while the correlation is above 0.2', () => {
    const short = autoregression('oracle-2', 3000, 0.93)
    const finest = batched(short, 25, 120)
    expect(sampleCorrelation(finest.slice(1), finest.slice(0, -1))).toBeGreaterThan(0.22)
    const { lag1, ci95 } = batchMeansInterval(short)
    const doubled = batched(short, 50, 60)
    expect(lag1).toBeLessThan(0.2)
    expect(Math.abs(lag1 - sampleCorrelation(doubled.slice(1), doubled.slice(0, -1)))).toBeLessThan(0.03)
    expect(ci95?.[0]).toBeCloseTo(meanInterval(batched(short, 100, 30)).ci95![0], 10)
  })

  it('refuses an interval when even 30 batches are correlated, and gives the mean', () => {
    const drift = Array.from({ length: 1200 }, (_, index) => index)
    const { mean: middle, ci95, lag1 } = batchMeansInterval(drift)
    expect(middle).toBeCloseTo(599.5, 9)
    expect(ci95).toBeNull()
    expect(lag1).toBeGreaterThan(0.8)
  })

  it('is a point for equal values', () => {
    expect(batchMeansInterval(Array.from({ length: 120 }, () => 5))).toEqual({ mean: 5, ci95: [5, 5], batchSize: 4, lag1: 0 })
  })

  it('covers the mean wait of a queue from one long run, where an interval over all waits does not', () => {
    const queue = { load: 0.5, service: 1 }
    const truth = meanWait(queue)
    const holds = (ci95: readonly [number, number] | null): boolean => ci95 !== null && ci95[0] <= truth && truth <= ci95[1]
    let given = 0
    let covered = 0
    let naive = 0
    for (let study = 0; study < 300; study += 1) {
      const waits = queueWaits(`oracle-${study}`, 0, 12_000, queue, 'stationary')
      const { ci95 } = batchMeansInterval(waits)
      if (ci95 !== null) given += 1
      if (holds(ci95)) covered += 1
      if (holds(meanInterval(waits).ci95)) naive += 1
    }
    expect(given).toBeGreaterThan(290)
    expect(covered / given).toBeGreaterThan(0.9)
    expect(naive / 300).toBeLessThan(0.6)
  })

  it('refuses too few observations and what is no number', () => {
    expect(() => batchMeansInterval(Array.from({ length: 119 }, () => 1))).toThrow(/^values: expected at least 120 observations, got 119/)
    // the last is left over by the batches
    expect(() => batchMeansInterval([...Array.from({ length: 120 }, () => 1), NaN])).toThrow(/^values\[120\]: expected a finite number/)
  })
})
