// What replications return for drawing: observations, kept, thinned and pooled, and levels over time, brought to one width of bins.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareResults, distributionOf, ExperimentError, levelsOf, pooledDistribution, quantileOf } from '../src/index.js'
import type { Distribution, LevelSeries, ReplicationResult } from '../src/index.js'
import { compareTable, resultOf } from './canned-results.js'

const weightsOf = ({ values, weights }: Distribution): readonly number[] => weights ?? values.map(() => 1)

/** Numbers without order, from a fixed rule. */
const scattered = (count: number): number[] => Array.from({ length: count }, (_, index) => (index * 7919) % count)

describe('distribution', () => {
  it('keeps few observations one by one, in order', () => {
    expect(distributionOf([3, 1, 2, 1])).toEqual({ count: 4, values: [1, 1, 2, 3] })
    expect(distributionOf([])).toEqual({ count: 0, values: [] })
    expect(levelsOf(distributionOf([5, 6]))).toEqual([0.25, 0.75])
  })

  it('keeps of many a part, dense at both ends, with all their weight', () => {
    const count = 200_000
    const kept = distributionOf(scattered(count))
    expect(kept.values.length).toBeLessThan(2_500)
    expect(kept.values.slice(0, 100)).toEqual(Array.from({ length: 100 }, (_, index) => index))
    expect(kept.values.slice(-100)).toEqual(Array.from({ length: 100 }, (_, index) => count - 100 + index))
    expect(weightsOf(kept).reduce((sum, weight) => sum + weight, 0)).toBe(count)
    // Of 0, 1, 2, … the value at a level is that level of the count, to 1 in 100 of what is beyond.
    for (const level of [0.001, 0.05, 0.5, 0.9, 0.99, 0.9999]) {
      const beyond = count * Math.min(level, 1 - level)
      expect(Math.abs((quantileOf(kept, level) ?? 0) - level * count)).toBeLessThanOrEqual(1 + beyond / 100)
    }
  })

  it('is the same in whatever order observations come and distributions are pooled', () => {
    const value = fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 60 })
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 5 }), (replications) => {
        const pooled = pooledDistribution(replications.map((values) => distributionOf(values)))
        expect(pooled).toEqual(distributionOf(replications.flat().reverse()))
        expect(pooledDistribution(replications.map((values) => distributionOf(values.reverse())).reverse())).toEqual(pooled)
      }),
    )
  })

  it('gives values between the least and the greatest, never falling with the level', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 40 }), (values) => {
        const distribution = distributionOf(values)
        const quantiles = [0, 0.1, 0.5, 0.9, 1].map((level) => quantileOf(distribution, level) ?? Number.NaN)
        expect(quantiles[0]).toBe(Math.min(...values) + 0)
        expect(quantiles[4]).toBe(Math.max(...values) + 0)
        for (const [index, quantile] of quantiles.entries()) expect(quantile).toBeGreaterThanOrEqual(quantiles[index - 1] ?? quantile)
      }),
    )
    expect(quantileOf(distributionOf([]), 0.5)).toBeNull()
  })
})

function compared(...results: Partial<ReplicationResult>[][]) {
  const alternatives = results[0]?.map((_, index) => `a${index}`) ?? []
  return compareResults({ seed: 's', alternatives, results: results.map((row) => row.map((more) => resultOf({}, more))) })
}

describe('curves of a comparison', () => {
  it('are absent unless a replication returned some', () => {
    const [alternative] = compareTable({ a: { x: [1, 2] } }).alternatives
    expect(Object.keys(alternative ?? {})).toEqual(['name', 'digest', 'metrics', 'groups', 'perReplication'])
  })

  it('pool observations of the replications that have them', () => {
    const comparison = compared(
      [{ distributions: { x: distributionOf([4, 1]) } }],
      [{ distributions: { x: distributionOf([3]), y: distributionOf([9]) } }],
      [{}],
    )
    expect(comparison.alternatives[0]?.distributions).toEqual({ x: { count: 3, values: [1, 3, 4] }, y: { count: 1, values: [9] } })
  })

  it('average levels bin by bin, as far as each replication went', () => {
    const long: LevelSeries = { binNs: 10, endNs: 25, values: [1, 0.5, 0.2] }
    const short: LevelSeries = { binNs: 10, endNs: 12, values: [0, 1] }
    const [a] = compared([{ series: { busy: long } }], [{ series: { busy: short } }]).alternatives
    expect(a?.series?.['busy']).toEqual({ binNs: 10, means: [0.5, (0.5 * 10 + 1 * 2) / 12, 0.2], observed: [2, 2, 1] })
  })

  it('bring all alternatives to the widest bin', () => {
    const narrow: LevelSeries = { binNs: 10, endNs: 35, values: [0.1, 0.3, null, 0.6] }
    const wide: LevelSeries = { binNs: 20, endNs: 40, values: [1, 0] }
    const [a, b] = compared([{ series: { busy: narrow } }, { series: { busy: wide } }]).alternatives
    expect(a?.series?.['busy']).toEqual({ binNs: 20, means: [0.2, 0.6], observed: [1, 1] })
    expect(b?.series?.['busy']).toEqual({ binNs: 20, means: [1, 0], observed: [1, 1] })
  })

  it.each<[string, Partial<ReplicationResult>]>([
    ['values out of order', { distributions: { x: { count: 2, values: [2, 1] } } }],
    ['a value that is no number', { distributions: { x: { count: 1, values: [Number.NaN] } } }],
    ['weights that do not sum up', { distributions: { x: { count: 3, values: [1, 2], weights: [1, 1] } } }],
    ['a weight too few', { distributions: { x: { count: 2, values: [1, 2], weights: [2] } } }],
    ['bins without width', { series: { x: { binNs: 0, endNs: 1, values: [] } } }],
    ['a bin too few', { series: { x: { binNs: 10, endNs: 25, values: [0, 0] } } }],
    ['a level that is no number', { series: { x: { binNs: 10, endNs: 5, values: [Number.POSITIVE_INFINITY] } } }],
  ])('refuse %s', (_what, more) => {
    const run = () => compareTable({ a: { x: [1] } }, { replicate: () => resultOf({}, more) })
    expect(run).toThrow(ExperimentError)
    expect(run).toThrow(/alternative "a", replication 0.*(distribution|series) "x"/)
  })

  it('refuse bins of which none is a multiple of the other', () => {
    const run = () =>
      compared([{ series: { x: { binNs: 2, endNs: 2, values: [0] } } }], [{ series: { x: { binNs: 3, endNs: 3, values: [0] } } }])
    expect(run).toThrow(/divide the widest, 3 ns, found 2 ns/)
  })
})
