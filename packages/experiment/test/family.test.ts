// The verdict on differences from a baseline when several alternatives are held against it.

import { studentQuantile } from '@powersim/kernel'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareAlternatives } from '../src/index.js'
import { compareTable, groupOf, resultOf } from './canned-results.js'
import type { Table } from './canned-results.js'

/** Differences of variance 2 around `shift`, whose t over three pairs is shift / sqrt(2 / 3), from a baseline of 0. */
const around = (shift: number): number[] => [shift - Math.sqrt(2), shift, shift + Math.sqrt(2)]

/** The shift whose two-sided p-value over three pairs is p. */
const shiftOf = (p: number): number => studentQuantile(1 - p / 2, 2) * Math.sqrt(2 / 3)

const verdicts = (table: Table, level = 0.95) => compareTable(table, { level }).differences.map(({ significant }) => significant)

const against = (...ps: readonly number[]): Table => {
  return { base: { x: [0, 0, 0] }, ...Object.fromEntries(ps.map((p, index) => [`p${index}`, { x: around(shiftOf(p)) }])) }
}

describe('the difference of one alternative', () => {
  it('is significant when the interval leaves 0 out', () => {
    expect(verdicts(against(0.049))).toEqual([true])
    expect(verdicts(against(0.051))).toEqual([false])
    expect(verdicts(against(0.051), 0.9)).toEqual([true])
    const [difference] = compareTable(against(0.049)).differences
    expect(difference?.pValue).toBeCloseTo(0.049, 12)
    expect(difference?.ci95?.[0]).toBeGreaterThan(0)
  })

  it('without variance is significant unless it is 0', () => {
    expect(verdicts({ a: { x: [1, 2] }, b: { x: [2, 3] } })).toEqual([true])
    expect(verdicts({ a: { x: [1, 2] }, b: { x: [1, 2] } })).toEqual([false])
  })

  it('is not judged on fewer than two pairs', () => {
    expect(verdicts({ a: { x: [1, 2] }, b: { x: [null, 3] } })).toEqual([null])
  })
})

describe('differences of several alternatives', () => {
  it('are judged together, the least p-value against alpha / 3, the next against alpha / 2', () => {
    expect(verdicts(against(0.04, 0.016, 0.024))).toEqual([true, true, true])
    expect(verdicts(against(0.04, 0.017, 0.024))).toEqual([false, false, false])
    expect(verdicts(against(0.04, 0.016, 0.026))).toEqual([false, true, false])
    expect(verdicts(against(0.051, 0.016, 0.024))).toEqual([false, true, true])
  })

  it('of one that has no pairs is in no family', () => {
    const table = { ...against(0.026, 0.024), none: { x: [null, 4, null] } }
    expect(verdicts(table)).toEqual([true, true, null])
  })

  it('are a family per metric and group', () => {
    const comparison = compareAlternatives({
      plan: { seed: 's' },
      alternatives: ['base', 'one', 'two'],
      replications: 3,
      replicate: (_plan, alternative, replication) => {
        const value = (p: number): number => (alternative === 'base' ? 0 : around(shiftOf(p))[replication] ?? 0)
        // whole x: .03 and .03 fall together only beside something smaller; y: .02, .03; group x: .02, .2
        const one = alternative === 'one'
        const metrics = { x: value(0.03), y: value(one ? 0.02 : 0.03) }
        return resultOf(metrics, { groups: [groupOf('list', 1, { x: value(one ? 0.02 : 0.2) })] })
      },
    })
    const told = comparison.differences.map(({ of, group, metric, significant }) => [of, group, metric, significant])
    expect(told).toEqual([
      ['one', undefined, 'x', false], ['one', undefined, 'y', true], ['one', 'list', 'x', true],
      ['two', undefined, 'x', false], ['two', undefined, 'y', true], ['two', 'list', 'x', false],
    ])
  })

  it('have verdicts that do not depend on the order of the alternatives, and lose none when one is left out', () => {
    const rows = fc.array(fc.tuple(fc.nat(30), fc.nat(30), fc.nat(30), fc.nat(30)), { minLength: 3, maxLength: 8 })
    fc.assert(
      fc.property(rows, (values) => {
        const column = (index: 0 | 1 | 2 | 3) => ({ x: values.map((row) => row[index]) })
        const judged = (names: Record<string, { x: number[] }>) =>
          new Map(compareTable({ base: column(0), ...names }).differences.map(({ of, significant }) => [of, significant]))
        const all = judged({ a: column(1), b: column(2), c: column(3) })
        // Maps are equal whatever the order of their entries
        expect(judged({ c: column(3), a: column(1), b: column(2) })).toEqual(all)
        for (const [of, significant] of judged({ a: column(1), b: column(2) })) if (all.get(of) === true) expect(significant).toBe(true)
      }),
    )
  })
})
