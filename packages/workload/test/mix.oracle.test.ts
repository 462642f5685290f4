// Whether generated mixes keep their laws: Poisson counts and gaps, the dispersion of a Markov-modulated Poisson process, shares of
// classes, and the law of closed systems, X = N / (R + Z), on the sample path.

import { exp, ms, seconds } from '@powersim/kernel'
import { describe, expect, it } from 'vitest'
import { burstyRates, type Mix, type MixArrivals } from '../src/index.js'
import { recordedMix } from './recorded-mix.js'

/** Arrivals in windows of `windowNs`, of a run of so many. */
function countsOf(arrivals: MixArrivals, windowNs: number, windows: number, seed: string): Float64Array {
  const counts = new Float64Array(windows)
  const { typed } = recordedMix({ arrivals, end: { durationNs: windowNs * windows } }, { seed })
  for (const { startNs } of typed) {
    const window = Math.floor(startNs / windowNs)
    if (window < windows) counts[window]! += 1
  }
  return counts
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Variance over mean: 1 for Poisson counts. */
function dispersionOf(counts: Float64Array): number {
  const mean = meanOf(counts)
  return counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / (counts.length - 1) / mean
}

describe('Poisson arrivals', () => {
  it('have counts whose variance is their mean', () => {
    const counts = countsOf({ kind: 'poisson', perSecond: 20 }, seconds(1), 5000, 'oracle-1')
    // Standard errors: 0.32 % of the mean, and sqrt(2 / 5000) = 2 % of the dispersion.
    expect(Math.abs(meanOf(counts) / 20 - 1)).toBeLessThan(0.0128)
    expect(Math.abs(dispersionOf(counts) - 1)).toBeLessThan(0.08)
  })

  it('have exponential gaps (Kolmogorov-Smirnov)', () => {
    const { typed } = recordedMix({ arrivals: { kind: 'poisson', perSecond: 20 }, end: { operations: 40_000 } }, { seed: 'oracle-2' })
    const gaps = typed.map(({ startNs }, index) => startNs - (typed[index - 1]?.startNs ?? 0)).sort((a, b) => a - b)
    const farthest = gaps.reduce((most, gap, index) => Math.max(most, Math.abs(1 - exp(-gap / ms(50)) - (index + 0.5) / gaps.length)), 0)
    // The 99.9 % point of the statistic.
    expect(farthest * Math.sqrt(gaps.length)).toBeLessThan(1.95)
  })
})

describe('bursty arrivals', () => {
  /**
   * Variance over mean of the counts of a stationary two-state MMPP in windows of t (Fischer and Meier-Hellstern 1993), with rates
   * l1, l2 and s1, s2 at which the states are left.
   */
  function theory(arrivals: Extract<MixArrivals, { kind: 'bursty' }>, t: number): number {
    const { calm: l1, burst: l2 } = burstyRates(arrivals)
    const s1 = 1 / arrivals.calmNs
    const s2 = 1 / arrivals.burstNs
    const s = s1 + s2
    const part = (2 * (l1 - l2) ** 2 * s1 * s2) / (s * s * (l1 * s2 + l2 * s1))
    return 1 + part * (1 - (1 - exp(-s * t)) / (s * t))
  }

  it.each([
    [8, 2, 10, 'oracle-3'],
    [20, 1, 5, 'oracle-4'],
    [Infinity, 1, 4, 'oracle-5'],
  ])('of factor %d, bursts of %d s every %d s, have the rate and the dispersion of theory', (burstFactor, burst, calm, seed) => {
    const arrivals = { kind: 'bursty', perSecond: 20, burstFactor, burstNs: seconds(burst), calmNs: seconds(calm) } as const
    // Windows of two cycles, hardly correlated.
    const windowNs = 2 * (arrivals.burstNs + arrivals.calmNs)
    const windows = Math.floor(200_000 / (20 * (windowNs / 1e9)))
    const counts = countsOf(arrivals, windowNs, windows, seed)
    const dispersion = theory(arrivals, windowNs)
    expect(dispersion).toBeGreaterThan(10)
    const meanError = Math.sqrt(dispersion / (meanOf(counts) * windows))
    expect(Math.abs(meanOf(counts) / (20 * (windowNs / 1e9)) - 1)).toBeLessThan(4 * meanError)
    // Counts of such windows are skewed: their variance is twice as uncertain as a normal one's.
    expect(Math.abs(dispersionOf(counts) / dispersion - 1)).toBeLessThan(8 * Math.sqrt(2 / windows))
  })

  it('of factor 1.000001 are Poisson', () => {
    const arrivals = { kind: 'bursty', perSecond: 20, burstFactor: 1.000001, burstNs: seconds(1), calmNs: seconds(1) } as const
    expect(Math.abs(dispersionOf(countsOf(arrivals, seconds(1), 5000, 'oracle-6')) - 1)).toBeLessThan(0.08)
  })
})

describe('classes, targets and consoles', () => {
  it('come in their shares (chi-square)', () => {
    const shares = [50, 30, 15, 4, 1]
    const targets = [{ lpar: 'a' }, { lpar: 'b' }, { lpar: 'c' }, { lpar: 'd' }]
    const classes = shares.map((share, index) => ({ name: `class ${index}`, share, text: 'ls', targets }))
    const operations = 50_000
    const { typed } = recordedMix({ classes, consoles: ['hmc1', 'hmc2'], end: { operations } }, { seed: 'oracle-7' })
    const observed = new Map<string, number>()
    for (const { line } of typed) {
      const cell = `${line.line - 1} ${line.variables['lpar'] ?? ''} ${line.console}`
      observed.set(cell, (observed.get(cell) ?? 0) + 1)
    }
    let chiSquare = 0
    for (const [index, share] of shares.entries()) {
      for (const { lpar } of targets) {
        for (const console of ['hmc1', 'hmc2']) {
          const expected = (operations * share) / 100 / 8
          chiSquare += ((observed.get(`${index} ${lpar} ${console}`) ?? 0) - expected) ** 2 / expected
        }
      }
    }
    // 39 degrees of freedom: the 99.9 % point is 72.1.
    expect(chiSquare).toBeLessThan(72.1)
    expect(chiSquare).toBeGreaterThan(15)
  })
})

describe('a closed mix', () => {
  it('has N = X (R + Z) exactly, with what is cut off at the end', () => {
    const sessions = 7
    const durationNs = seconds(1000)
    const mix: Partial<Mix> = { arrivals: { kind: 'closed', sessions, think: { exponential: ms(200) } }, end: { durationNs } }
    // One server, first come first served: the time to return depends on the others.
    let freeNs = 0
    let residenceNs = 0
    let thinkNs = 0
    const thinksFrom = new Float64Array(sessions)
    const { typed } = recordedMix(mix, {
      seed: 'oracle-8',
      returnNs: ({ ordinal }, nowNs) => {
        const session = ordinal % sessions
        freeNs = Math.max(freeNs, nowNs) + ms(30)
        residenceNs += Math.min(freeNs, durationNs) - nowNs
        thinkNs += nowNs - thinksFrom[session]!
        thinksFrom[session] = freeNs
        return freeNs - nowNs
      },
    })
    for (const fromNs of thinksFrom) thinkNs += Math.max(0, durationNs - fromNs)
    // A session thinks or waits, and does nothing else: with X, R and Z of this path N = X (R + Z).
    expect(thinkNs + residenceNs).toBe(sessions * durationNs)
    const perNs = typed.length / durationNs
    expect(perNs * (residenceNs / typed.length + thinkNs / typed.length)).toBeCloseTo(sessions, 9)
    // Machine repairman, N = 7, S = 30 ms, Z = 200 ms, deterministic service: the server is busy for most of the time.
    expect(residenceNs / typed.length).toBeGreaterThan(ms(30))
  })
})
