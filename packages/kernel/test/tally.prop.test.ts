import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Tally } from '../src/tally.js'

const tallyOf = (values: readonly number[]) => {
  const tally = new Tally()
  for (const value of values) tally.add(value)
  return tally
}
const naive = (values: readonly number[]) => {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length
  return { mean, variance: values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (values.length - 1) }
}
const series = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 60 })

describe('Tally', () => {
  it('knows mean, variance and extremes', () => {
    const tally = tallyOf([2, 4, 4, 4, 5, 5, 7, 9])
    expect(tally.count).toBe(8)
    expect(tally.mean).toBe(5)
    expect(tally.variance).toBeCloseTo(32 / 7, 14)
    expect(tally.standardDeviation).toBeCloseTo(Math.sqrt(32 / 7), 14)
    expect([tally.minimum, tally.maximum]).toEqual([2, 9])
  })

  it('agrees with two passes over the values', () => {
    fc.assert(
      fc.property(series, (values) => {
        const tally = tallyOf(values)
        const { mean, variance } = naive(values)
        expect(Math.abs(tally.mean - mean)).toBeLessThanOrEqual(1e-9)
        expect(Math.abs(tally.variance - variance)).toBeLessThanOrEqual(1e-9 * (1 + variance))
        expect(tally.minimum).toBe(Math.min(...values))
        expect(tally.maximum).toBe(Math.max(...values))
      }),
    )
  })

  it('keeps a small variance beside a large mean', () => {
    expect(tallyOf([1e9 + 1, 1e9 + 2, 1e9 + 3]).variance).toBe(1)
  })

  it('merged from two parts equals the whole', () => {
    fc.assert(
      fc.property(series, fc.nat({ max: 60 }), (values, at) => {
        const whole = tallyOf(values)
        const merged = tallyOf(values.slice(0, at))
        const rest = tallyOf(values.slice(at))
        merged.merge(rest)
        expect(merged.count).toBe(whole.count)
        expect(Math.abs(merged.mean - whole.mean)).toBeLessThanOrEqual(1e-9)
        expect(Math.abs(merged.variance - whole.variance)).toBeLessThanOrEqual(1e-9 * (1 + whole.variance))
        expect([merged.minimum, merged.maximum]).toEqual([whole.minimum, whole.maximum])
        expect(rest.count).toBe(Math.max(0, values.length - at))
      }),
    )
  })

  it('has no mean without values and no variance with fewer than two', () => {
    const empty = new Tally()
    empty.merge(new Tally())
    const { count, mean, variance, standardDeviation, minimum, maximum } = empty
    expect([count, mean, variance, standardDeviation, minimum, maximum]).toEqual([0, NaN, NaN, NaN, NaN, NaN])
    const one = tallyOf([3])
    expect([one.mean, one.variance, one.minimum, one.maximum]).toEqual([3, NaN, 3, 3])
  })

  it.each([NaN, Infinity, -Infinity])('refuses %s and stays as it was', (x) => {
    const tally = tallyOf([1, 2])
    expect(() => tally.add(x)).toThrow(expect.objectContaining({ code: 'bad-value' }))
    expect([tally.count, tally.mean]).toEqual([2, 1.5])
  })
})
