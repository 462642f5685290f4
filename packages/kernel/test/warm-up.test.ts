import * as fc from 'fast-check'
import { mean, sumNthPowerDeviations } from 'simple-statistics'
import { describe, expect, it } from 'vitest'
import { warmUpByMser5 } from '../src/warm-up.js'

/** The definition, word for word, on another library's sums. */
function byDefinition(series: readonly (readonly number[])[]): { truncate: number; reliable: boolean } {
  const average = series[0]!.map((_, index) => mean(series.map((values) => values[index]!)))
  const batches: number[] = []
  for (let start = 0; start + 5 <= average.length; start += 5) batches.push(mean(average.slice(start, start + 5)))
  let best = { cut: 0, statistic: Infinity }
  const last = Math.floor(batches.length / 2)
  for (let cut = 0; cut <= last && cut < batches.length; cut += 1) {
    const rest = batches.slice(cut)
    const statistic = sumNthPowerDeviations(rest, 2) / rest.length ** 2
    if (statistic < best.statistic) best = { cut, statistic }
  }
  return { truncate: 5 * best.cut, reliable: best.cut < last }
}

describe('warmUpByMser5', () => {
  it('drops a start that lies elsewhere, in whole batches of five', () => {
    const steady = Array.from({ length: 100 }, (_, index) => (index % 2 === 0 ? 1 : 2))
    const started = (count: number) => steady.map((value, index) => (index < count ? 50 : value))
    expect(warmUpByMser5([steady])).toEqual({ truncate: 0, reliable: true })
    expect(warmUpByMser5([started(10)])).toEqual({ truncate: 10, reliable: true })
    expect(warmUpByMser5([started(11)])).toEqual({ truncate: 15, reliable: true })
  })

  it('looks at the average of all replications: opposite transients are none', () => {
    const falling = Array.from({ length: 100 }, (_, index) => (index < 20 ? 40 - 2 * index : 0) + (index % 3))
    const rising = falling.map((value, index) => (index < 20 ? 2 * (index % 3) - value : value))
    expect(warmUpByMser5([falling]).truncate).toBe(20)
    expect(warmUpByMser5([rising]).truncate).toBe(20)
    expect(warmUpByMser5([falling, rising])).toEqual({ truncate: 0, reliable: true })
  })

  it('is not reliable when the best cut is the last that it may make', () => {
    const drifting = Array.from({ length: 100 }, (_, index) => index)
    expect(warmUpByMser5([drifting])).toEqual({ truncate: 50, reliable: false })
    const late = Array.from({ length: 100 }, (_, index) => (index < 50 ? 9 : 1) + (index % 2))
    expect(warmUpByMser5([late])).toEqual({ truncate: 50, reliable: false })
  })

  it.each([0, 4, 5, 9])('is not reliable on %d observations', (length) => {
    expect(warmUpByMser5([Array.from({ length }, () => 1)])).toEqual({ truncate: 0, reliable: false })
  })

  it('takes the shortest of equal cuts, and leaves out observations after the last whole batch', () => {
    expect(warmUpByMser5([Array.from({ length: 100 }, () => 7)])).toEqual({ truncate: 0, reliable: true })
    const steady = Array.from({ length: 104 }, (_, index) => (index < 100 ? index % 2 : 1e9))
    expect(warmUpByMser5([steady])).toEqual({ truncate: 0, reliable: true })
  })

  it('is its definition, as another library adds up', () => {
    const drawn = fc.integer({ min: 1, max: 4 }).chain((replications) =>
      fc.integer({ min: 20, max: 120 }).chain((length) => {
        const values = fc.array(fc.double({ min: -1000, max: 1000, noNaN: true }), { minLength: length, maxLength: length })
        return fc.array(values, { minLength: replications, maxLength: replications })
      }),
    )
    fc.assert(
      fc.property(drawn, (series) => {
        // cuts whose statistics differ in the last digit only may go either way
        const own = warmUpByMser5(series)
        const other = byDefinition(series)
        if (own.truncate !== other.truncate) expect(statisticOf(series, own.truncate)).toBeCloseTo(statisticOf(series, other.truncate), 9)
        else expect(own).toEqual(other)
      }),
    )
  })

  it('refuses what is no set of replications', () => {
    expect(() => warmUpByMser5([])).toThrow(expect.objectContaining({ code: 'bad-series' }))
    expect(() => warmUpByMser5([[1, 2], [1]])).toThrow(/^series\[1\]: expected 2 observations as in series\[0\], got 1/)
    expect(() => warmUpByMser5([[1, 2], [1, NaN]])).toThrow(/^series\[1\]\[1\]: expected a finite number, got NaN/)
  })
})

function statisticOf(series: readonly (readonly number[])[], truncate: number): number {
  const average = series[0]!.map((_, index) => mean(series.map((values) => values[index]!)))
  const whole = Math.floor(average.length / 5)
  const rest: number[] = []
  for (let start = truncate; start < 5 * whole; start += 5) rest.push(mean(average.slice(start, start + 5)))
  return sumNthPowerDeviations(rest, 2) / rest.length ** 2
}
