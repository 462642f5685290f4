// Steady-state experiments: one cut for all alternatives, what is told about it, quantiles by sectioning, and when a warm-up is not sound.
// The rule itself and its coverage are tested in the kernel; coverage through this package at the end.

import { normalQuantile, sectioningInterval, Simulation, warmUpByMser5 } from '@powersim/kernel'
import { describe, expect, it } from 'vitest'
import { type Comparison, compareSteady, differenceBetween, ExperimentError, type SteadyExperiment } from '../src/index.js'
import { groupOf, resultOf } from './canned-results.js'

interface Run {
  values: number[]
}

interface Load {
  seed: string
  /** By alternative: height of the start above the level, and how much of it is left after each observation. */
  starts: Record<string, [height: number, kept: number]>
  length: number
}

/** Around a level of 10 (20 for alternative b), noise of 1, and a start that dies away. */
function observe({ seed, starts, length }: Load, alternative: string, replication: number): Run {
  const draws = new Simulation({ seed, replication }).stream('noise', 'all')
  const [height, kept] = starts[alternative] ?? [0, 1]
  const level = alternative === 'b' ? 20 : 10
  let above = height / kept
  return { values: Array.from({ length }, () => level + (above *= kept) + normalQuantile(draws.next())) }
}

function steady(load: Partial<Load>, over: Partial<SteadyExperiment<Load, Run>> = {}): Comparison {
  const plan = { seed: 'a', starts: { a: [0, 1], b: [0, 1] }, length: 400, ...load } satisfies Load
  return compareSteady<Load, Run>({
    plan,
    alternatives: Object.keys(plan.starts),
    replications: 5,
    observe,
    series: ({ values }) => values,
    summarise: ({ values }, removed) => {
      const left = values.slice(removed)
      const mean = left.reduce((sum, value) => sum + value, 0) / left.length
      const group = groupOf('all', left.length, { p90: 0 })
      return {
        result: resultOf({ mean, p90: 0 }, { groups: [group] }),
        quantiles: [
          { metric: 'p90', p: 0.9, values: left },
          { group: 'all', metric: 'p90', p: 0.9, values: left },
        ],
      }
    },
    ...over,
  })
}

const slow: [number, number] = [50, 0.98]
const fast: [number, number] = [50, 0.9]

describe('the warm-up of a steady-state experiment', () => {
  it('is the largest cut of the alternatives, once, on the average of their replications', () => {
    const plan: Load = { seed: 'a', starts: { a: fast, b: slow }, length: 1000 }
    const cutOf = (alternative: string): number =>
      warmUpByMser5(Array.from({ length: 5 }, (_, replication) => observe(plan, alternative, replication).values)).truncate
    const { warmUp, alternatives } = steady(plan)
    expect(warmUp).toEqual({
      method: 'mser-5',
      removed: cutOf('b'),
      observations: 1000,
      sound: true,
      alternatives: [
        { name: 'a', mser5: cutOf('a'), reliable: true },
        { name: 'b', mser5: cutOf('b'), reliable: true },
      ],
    })
    expect(cutOf('b')).toBeGreaterThan(2 * cutOf('a'))
    // The same observations are left of both.
    for (const { groups } of alternatives) expect(groups[0]?.meanCount).toBe(1000 - cutOf('b'))
    expect(alternatives[0]?.metrics['mean']?.mean).toBeCloseTo(10, 1)
    expect(alternatives[1]?.metrics['mean']?.mean).toBeCloseTo(20, 1)
  })

  it('may be given, and is not sound when MSER-5 would remove more', () => {
    expect(steady({ starts: { a: fast } }, { warmUp: 150 }).warmUp).toMatchObject({ method: 'given', removed: 150, sound: true })
    expect(steady({ starts: { a: fast } }, { warmUp: 0 }).warmUp).toMatchObject({ method: 'given', removed: 0, sound: false })
  })

  it('is not sound when runs end before they are steady', () => {
    const { warmUp } = steady({ starts: { a: fast, b: [50, 0.999] } })
    expect(warmUp).toMatchObject({ removed: 200, sound: false })
    expect(warmUp?.alternatives.map(({ reliable }) => reliable)).toEqual([true, false])
  })

  it('refuses runs that are too short, or no longer than the warm-up', () => {
    const refusal = (run: () => unknown): string => {
      try {
        run()
      } catch (error) {
        if (error instanceof ExperimentError) return `${error.code} ${error.message}`
        throw error
      }
      return 'accepted'
    }
    expect(refusal(() => steady({ length: 9 }))).toBe(
      'too-short alternative "a": a run has 9 observations, expected at least 10: run longer',
    )
    expect(refusal(() => steady({}, { warmUp: 400 }))).toBe(
      'too-short alternative "a": a run has 400 observations, expected more than the warm-up of 400: run longer',
    )
    expect(refusal(() => steady({}, { warmUp: 1.5 }))).toBe('bad-warm-up warmUp: expected an integer from 0, found 1.5')
    expect(refusal(() => steady({}, { replications: 0 }))).toContain('bad-replications')
  })
})

describe('a quantile of a steady-state experiment', () => {
  it('is that of all replications together, with its interval by sectioning, of the whole and of groups', () => {
    const { alternatives, warmUp } = steady({ starts: { a: fast, b: slow } })
    const plan: Load = { seed: 'a', starts: { a: fast, b: slow }, length: 400 }
    for (const { name, metrics, groups } of alternatives) {
      const left = Array.from({ length: 5 }, (_, replication) => observe(plan, name, replication).values.slice(warmUp?.removed))
      const { quantile, ci95 } = sectioningInterval(left, 0.9)
      expect(metrics['p90']).toEqual({ mean: quantile, ci95, observed: 5, sectioned: true })
      expect(groups[0]?.metrics['p90']).toEqual(metrics['p90'])
      expect(metrics['mean']?.sectioned).toBeUndefined()
    }
  })

  it('differs by the difference of the two, also when it is asked for by name and after JSON', () => {
    const comparison = steady({})
    const [a, b] = comparison.alternatives
    const found = comparison.differences.find(({ metric, group }) => metric === 'p90' && group === undefined)
    expect(found?.mean).toBeCloseTo((b?.metrics['p90']?.mean ?? 0) - (a?.metrics['p90']?.mean ?? 0), 12)
    // What a copy to another thread leaves of it.
    const copy = JSON.parse(JSON.stringify(comparison)) as Comparison
    const { mean, ci95, pValue } = differenceBetween(copy, 'p90', { of: 'b', from: 'a' })
    expect({ mean, ci95, pValue }).toEqual({ mean: found?.mean, ci95: found?.ci95, pValue: found?.pValue })
  })
})

describe('coverage with a start far from the level', () => {
  it('is kept by the cut, and lost without it', () => {
    const studies = 60
    let covered = 0
    let coveredWithout = 0
    for (let study = 1; study <= studies; study++) {
      const load = { seed: `oracle-${study}`, starts: { a: slow }, length: 2000 }
      const covers = ({ alternatives }: Comparison): boolean => {
        const [low, high] = alternatives[0]?.metrics['mean']?.ci95 ?? [0, 0]
        return low <= 10 && 10 <= high
      }
      if (covers(steady(load))) covered++
      if (covers(steady(load, { warmUp: 0 }))) coveredWithout++
    }
    // Binomial of 0.95 and 60: 52 is three standard errors below.
    expect(covered).toBeGreaterThanOrEqual(52)
    expect(coveredWithout).toBe(0)
  })
})
