import { describe, expect, it } from 'vitest'
import { meanInterval, pairedDifference } from '../src/interval.js'
import { Law } from '../src/law.js'
import { RandomStream, streamKey } from '../src/random.js'
import { studentTwoSided } from '../src/student.js'

describe('meanInterval', () => {
  it('is mean and Student interval of known data', () => {
    // Law, Simulation Modeling and Analysis, 4.5: ten values, 90 %, 1.34 +- 0.24
    const values = [1.2, 1.5, 1.68, 1.89, 0.95, 1.49, 1.58, 1.55, 0.5, 1.09]
    const { mean, ci95 } = meanInterval(values, 0.9)
    expect(mean).toBeCloseTo(1.343, 12)
    const [low, high] = ci95 ?? [NaN, NaN]
    expect(((high - low) / 2).toFixed(2)).toBe('0.24')
    expect((high + low) / 2).toBeCloseTo(mean, 12)
  })

  it('uses n - 1 degrees of freedom and 95 % unless told', () => {
    // mean 3, s = sqrt(2.5), t(0.975, 4) = 2.7764451051977934
    const half = (2.7764451051977934 * Math.sqrt(2.5)) / Math.sqrt(5)
    const { mean, ci95 } = meanInterval([1, 2, 3, 4, 5])
    expect(mean).toBe(3)
    expect(ci95?.[0]).toBeCloseTo(3 - half, 12)
    expect(ci95?.[1]).toBeCloseTo(3 + half, 12)
  })

  it('is a point for equal values', () => {
    expect(meanInterval([4, 4, 4])).toEqual({ mean: 4, ci95: [4, 4] })
  })

  it('has no interval with fewer than two values', () => {
    expect(meanInterval([5])).toEqual({ mean: 5, ci95: null })
    expect(meanInterval([])).toEqual({ mean: NaN, ci95: null })
    expect(JSON.stringify(meanInterval([]))).toBe('{"mean":null,"ci95":null}')
  })

  it('refuses values and levels that mean nothing', () => {
    expect(() => meanInterval([1, NaN])).toThrow(/^values\[1\]: expected a finite number, got NaN/)
    expect(() => meanInterval([1, Infinity])).toThrow(expect.objectContaining({ code: 'bad-value' }))
    for (const level of [0, 1, 95, NaN]) expect(() => meanInterval([1, 2], level)).toThrow(expect.objectContaining({ code: 'bad-level' }))
  })

  it('covers the true mean in 95 % of 4000 studies with normal-like data', () => {
    const law = Law.of({ erlang: { mean: 1e6, stages: 40 } })
    const stream = new RandomStream(streamKey('coverage', 'values', 'erlang', 0))
    let covered = 0
    for (let study = 0; study < 4000; study += 1) {
      const { ci95 } = meanInterval(Array.from({ length: 8 }, () => law.sample(stream)))
      if (ci95 !== null && ci95[0] <= 1e6 && 1e6 <= ci95[1]) covered += 1
    }
    // Standard error 0.35 %.
    expect(covered / 4000).toBeGreaterThan(0.94)
    expect(covered / 4000).toBeLessThan(0.96)
  })
})

describe('pairedDifference', () => {
  const from = [10, 12, 9, 14, 11]
  const of = [8, 10.5, 7, 11.5, 9]

  it('is the interval of of - from, pair by pair', () => {
    const plain = meanInterval([-2, -1.5, -2, -2.5, -2])
    const { mean, ci95 } = pairedDifference(of, from)
    expect({ mean, ci95 }).toEqual(plain)
    expect(mean).toBe(-2)
    expect(pairedDifference(of, from, 0.99).ci95).toEqual(meanInterval([-2, -1.5, -2, -2.5, -2], 0.99).ci95)
  })

  it('tells how much the pairing gained', () => {
    // variances: from 3.7, of 3.325, difference 0.125
    expect(pairedDifference(of, from).varianceGain).toBeCloseTo((3.7 + 3.325) / 0.125, 10)
    expect(pairedDifference([1, 2, 3], [3, 2, 1]).varianceGain).toBeCloseTo(0.5, 12)
  })

  it('has the p-value of the paired t test, at which the interval just reaches 0', () => {
    // t = -2 / sqrt(0.125 / 5)
    const { pValue } = pairedDifference(of, from)
    expect(pValue).toBe(studentTwoSided(-2 / Math.sqrt(0.125 / 5), 4))
    expect(pairedDifference(of, from, 1 - (pValue ?? NaN)).ci95?.[1]).toBeCloseTo(0, 9)
    // the squares of these are beyond a double
    expect(pairedDifference([1e308, -1e308, 3], [0, 0, 0]).pValue).toBeNull()
  })

  it('states no gain where there is nothing to divide by', () => {
    expect(pairedDifference([1, 2, 3], [2, 3, 4])).toEqual({ mean: -1, ci95: [-1, -1], varianceGain: null, pValue: 0 })
    expect(pairedDifference([1], [3])).toEqual({ mean: -2, ci95: null, varianceGain: null, pValue: null })
    expect(pairedDifference([1, 2], [1, 2])).toEqual({ mean: 0, ci95: [0, 0], varianceGain: null, pValue: 1 })
  })

  it('refuses lists that are no pairs', () => {
    expect(() => pairedDifference([1, 2], [1])).toThrow(expect.objectContaining({ code: 'unpaired' }))
    expect(() => pairedDifference([1, NaN], [1, 2])).toThrow(/^of\[1\]/)
    expect(() => pairedDifference([1, 2], [1, NaN])).toThrow(/^from\[1\]/)
  })
})
