import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Sample } from '../src/sample.js'

const sampleOf = (values: readonly number[], limit?: number) => {
  const sample = new Sample(limit)
  for (const value of values) sample.add(value)
  return sample
}
const series = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 200 })

/** R's type 7 as its help page states it: with h = (n - 1) p + 1, between the order statistics number floor(h) and floor(h) + 1. */
function type7(values: readonly number[], p: number): number {
  const ordered = [...values].sort((a, b) => a - b)
  const h = (values.length - 1) * p + 1
  const low = ordered[Math.floor(h) - 1]!
  const high = ordered[Math.min(Math.floor(h), values.length - 1)]!
  return low + (h - Math.floor(h)) * (high - low)
}

describe('Sample', () => {
  it('has the quantiles that R gives', () => {
    // quantile(c(7, 1, 3, 10), c(0, .25, .5, .9, 1))
    const sample = sampleOf([7, 1, 3, 10])
    expect([0, 0.25, 0.5, 1].map((p) => sample.quantile(p))).toEqual([1, 2.5, 5, 10])
    expect(sample.quantile(0.9)).toBeCloseTo(9.1, 12)
  })

  it('agrees with a plain sort, also between adds', () => {
    fc.assert(
      fc.property(series, series, fc.double({ min: 0, max: 1, noNaN: true }), (first, second, p) => {
        const sample = sampleOf(first)
        expect(Math.abs(sample.quantile(p) - type7(first, p))).toBeLessThanOrEqual(1e-6)
        for (const value of second) sample.add(value)
        const all = [...first, ...second]
        expect(Math.abs(sample.quantile(p) - type7(all, p))).toBeLessThanOrEqual(1e-6)
        expect(sample.quantile(0)).toBe(Math.min(...all))
        expect(sample.quantile(1)).toBe(Math.max(...all))
        expect(sample.count).toBe(all.length)
        expect([...sample.values()]).toEqual(all)
      }),
    )
  })

  it('sorts as numbers, not as text', () => {
    expect(sampleOf([9, 10, 100, 1]).quantile(1)).toBe(100)
  })

  it('loses nothing in the mean', () => {
    const sample = sampleOf([1e16, ...Array.from({ length: 1000 }, () => 1), -1e16])
    expect(sample.mean).toBe(1000 / 1002)
  })

  it('hands out copies', () => {
    const sample = sampleOf([3, 1, 2])
    sample.values()[0] = 99
    expect(sample.quantile(1)).toBe(3)
    expect([...sample.values()]).toEqual([3, 1, 2])
  })

  it('has no mean and no quantile without values', () => {
    expect([new Sample().count, new Sample().mean, new Sample().quantile(0.5)]).toEqual([0, NaN, NaN])
  })

  it.each([1, 5, 64, 65, 100, 128, 200])('takes %d values when that is its limit, and no more', (limit) => {
    const sample = sampleOf(Array.from({ length: limit }, (_, i) => i), limit)
    expect(() => sample.add(1)).toThrow(expect.objectContaining({ code: 'sample-full' }))
    expect([sample.count, sample.quantile(1)]).toEqual([limit, limit - 1])
  })

  it('refuses bad values, probabilities and limits', () => {
    const sample = sampleOf([1])
    for (const x of [NaN, Infinity]) expect(() => sample.add(x)).toThrow(expect.objectContaining({ code: 'bad-value' }))
    for (const p of [-0.1, 1.1, NaN]) expect(() => sample.quantile(p)).toThrow(expect.objectContaining({ code: 'bad-probability' }))
    for (const limit of [0, 1.5, NaN]) expect(() => new Sample(limit)).toThrow(expect.objectContaining({ code: 'bad-option' }))
    expect(sample.count).toBe(1)
  })
})
