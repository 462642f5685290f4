import * as fc from 'fast-check'
import { sampleStandardDeviation } from 'simple-statistics'
import { describe, expect, it } from 'vitest'
import { sectioningInterval, thinQuantile } from '../src/sectioning.js'
import { studentQuantile } from '../src/student.js'
import { queueWaits, waitAbove } from './queue-waits.js'

/** R's type 7, written out. */
function quantile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const position = (sorted.length - 1) * p
  const below = sorted[Math.floor(position)]!
  return below + (position % 1) * ((sorted[Math.ceil(position)] ?? below) - below)
}

describe('sectioningInterval', () => {
  it('is the pooled quantile +- t s / sqrt(R) of the quantiles of the replications', () => {
    // medians 2, 4, 9, pooled 4: s = sqrt(13), t(0.975, 2) = 4.302652729749462
    const { quantile: middle, ci95 } = sectioningInterval([[3, 1, 2], [4, 0, 5], [9, 9, 9]], 0.5)
    const half = 4.302652729749462 * Math.sqrt(13 / 3)
    expect(middle).toBe(4)
    expect(ci95?.[0]).toBeCloseTo(4 - half, 12)
    expect(ci95?.[1]).toBeCloseTo(4 + half, 12)
    // t(0.95, 2) = 2.9199855803537242
    const at90 = sectioningInterval([[3, 1, 2], [4, 0, 5], [9, 9, 9]], 0.5, 0.9).ci95
    expect(at90?.[1]).toBeCloseTo(4 + 2.9199855803537242 * Math.sqrt(13 / 3), 12)
  })

  it('is so for drawn data of unequal replications', () => {
    const values = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 1, maxLength: 30 })
    const replications = fc.array(values, { minLength: 2, maxLength: 6 })
    fc.assert(
      fc.property(replications, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (drawn, p) => {
        const interval = sectioningInterval(drawn, p)
        const spread = sampleStandardDeviation(drawn.map((own) => quantile(own, p))) / Math.sqrt(drawn.length)
        expect(interval.quantile).toBeCloseTo(quantile(drawn.flat(), p), 9)
        expect((interval.ci95![1] - interval.ci95![0]) / 2).toBeCloseTo(studentQuantile(0.975, drawn.length - 1) * spread, 6)
      }),
    )
  })

  it('has no interval with one replication', () => {
    expect(sectioningInterval([[1, 2, 3]], 0.5)).toEqual({ quantile: 2, ci95: null, thin: true })
  })

  it('is thin when any replication has under 100 observations above the quantile', () => {
    const long = Array.from({ length: 2000 }, (_, index) => index)
    expect(sectioningInterval([long, long], 0.95).thin).toBe(false)
    expect(sectioningInterval([long, long.slice(1)], 0.95).thin).toBe(true)
    expect(sectioningInterval([long.slice(1), long], 0.95).thin).toBe(true)
    expect(sectioningInterval([long, long], 0.96).thin).toBe(true)
  })

  it('covers where a binomial interval over all observations does not', () => {
    const queue = { load: 0.8, service: 1 }
    const truth = waitAbove(0.05, queue)
    let sectioned = 0
    let binomial = 0
    for (let study = 0; study < 100; study += 1) {
      const waits = Array.from({ length: 10 }, (_, r) => queueWaits(`oracle-${study}`, r, 2000, queue, 'stationary'))
      const { ci95 } = sectioningInterval(waits, 0.95)
      if (ci95![0] <= truth && truth <= ci95![1]) sectioned += 1
      // order statistics n p +- 1.96 sqrt(n p (1 - p)), as if the waits were independent
      const sorted = Float64Array.from(waits.flat()).sort()
      const reach = 1.96 * Math.sqrt(sorted.length * 0.95 * 0.05)
      const middle = sorted.length * 0.95
      if (sorted[Math.floor(middle - reach)]! <= truth && truth <= sorted[Math.ceil(middle + reach)]!) binomial += 1
    }
    expect(sectioned).toBeGreaterThan(80)
    expect(binomial).toBeLessThan(50)
  })

  it('refuses what means nothing', () => {
    expect(() => sectioningInterval([], 0.5)).toThrow(expect.objectContaining({ code: 'bad-series' }))
    expect(() => sectioningInterval([[1], []], 0.5)).toThrow(/^replications\[1\]: expected observations, got none/)
    expect(() => sectioningInterval([[1], [2, NaN]], 0.5)).toThrow(/^replications\[1\]\[1\]: expected a finite number/)
    for (const p of [0, 1, NaN]) expect(() => sectioningInterval([[1]], p)).toThrow(expect.objectContaining({ code: 'bad-probability' }))
    for (const level of [0, 1, 95]) {
      expect(() => sectioningInterval([[1]], 0.5, level)).toThrow(expect.objectContaining({ code: 'bad-level' }))
    }
  })
})

describe('thinQuantile', () => {
  it.each([
    [1000, 0.9],
    [2000, 0.95],
    [10_000, 0.99],
    [100_000, 0.999],
    [200, 0.5],
  ])('needs %d observations for %d', (count, p) => {
    expect(thinQuantile(count, p)).toBe(false)
    expect(thinQuantile(count - 1, p)).toBe(true)
  })
})
