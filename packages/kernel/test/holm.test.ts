import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { holmRejected } from '../src/holm.js'

/** By adjusted p-values, as R's p.adjust has them: the running maximum of (m - k) p over increasing p, against alpha. */
function byAdjustedP(pValues: readonly number[], alpha: number): boolean[] {
  const sorted = [...pValues].sort((a, b) => a - b)
  const adjusted = sorted.map((_, place) => Math.max(...sorted.slice(0, place + 1).map((p, k) => (sorted.length - k) * p)))
  return pValues.map((p) => adjusted[sorted.indexOf(p)]! <= alpha)
}

describe('holmRejected', () => {
  it('goes on from the least until the first that stays', () => {
    // Thresholds .0125, .0167, .025, .05: .04 stays though .05 would be enough for it, because .03 stays before it.
    expect(holmRejected([0.01, 0.04, 0.03, 0.005])).toEqual([true, false, false, true])
    expect(holmRejected([0.04, 0.03, 0.02, 0.01])).toEqual([false, false, false, true])
    expect(holmRejected([0.05])).toEqual([true])
    expect(holmRejected([])).toEqual([])
    expect(holmRejected([0, 1, 0.5])).toEqual([true, false, false])
    expect(holmRejected([0.01, 0.04, 0.03, 0.005], 0.2)).toEqual([true, true, true, true])
  })

  it('is what adjusted p-values say', () => {
    // multiples of 1/8192 times small integers, and alpha = 384/8192, are exact: no rounding decides
    const p = fc.integer({ min: 0, max: 1024 }).map((n) => n / 8192)
    fc.assert(
      fc.property(fc.array(p, { minLength: 1, maxLength: 8 }), (ps) => {
        expect(holmRejected(ps, 0.046875)).toEqual(byAdjustedP(ps, 0.046875))
      }),
    )
  })

  it('refuses what is no p-value and no level', () => {
    for (const p of [-0.1, 1.1, NaN]) expect(() => holmRejected([0.5, p])).toThrow(/^pValues\[1\]: expected a number from 0 to 1/)
    for (const alpha of [0, 1, NaN]) expect(() => holmRejected([], alpha)).toThrow(expect.objectContaining({ code: 'bad-level' }))
  })
})
