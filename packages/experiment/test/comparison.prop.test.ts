// Properties of comparisons of drawn data.

import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareAlternatives, differenceBetween } from '../src/index.js'
import { compareTable, resultOf } from './canned-results.js'

const value = fc.option(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { freq: 8 })
const pairs = fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 20 })

describe('a comparison', () => {
  it('with its alternatives the other way round has its differences negated', () => {
    fc.assert(
      fc.property(pairs, (rows) => {
        const a = { x: rows.map(([first]) => first) }
        const b = { x: rows.map(([, second]) => second) }
        const [forth] = compareTable({ a, b }).differences
        const [back] = compareTable({ b, a }).differences
        expect(forth).toMatchObject({ of: 'b', from: 'a', metric: 'x' })
        expect(back).toMatchObject({ of: 'a', from: 'b', pairs: forth?.pairs, varianceGain: forth?.varianceGain })
        // 0 - x: the negative of 0 is 0
        expect(back?.mean).toBe(forth?.mean === null ? null : 0 - (forth?.mean ?? Number.NaN))
        expect(back?.ci95).toEqual(forth?.ci95 && [0 - forth.ci95[1], 0 - forth.ci95[0]])
      }),
    )
  })

  it('of more replications begins with the runs of one of fewer', () => {
    fc.assert(
      fc.property(pairs, fc.nat(19), (rows, cut) => {
        const table = { a: { x: rows.map(([first]) => first) }, b: { x: rows.map(([, second]) => second) } }
        const fewer = Math.min(cut + 1, rows.length)
        const long = compareTable(table)
        const short = compareTable(table, { replications: fewer })
        short.alternatives.forEach(({ perReplication }, index) => {
          expect(long.alternatives[index]?.perReplication.slice(0, fewer)).toEqual(perReplication)
        })
      }),
    )
  })

  it('does not depend on which other alternatives take part, but for the verdict on the family', () => {
    fc.assert(
      fc.property(pairs, (rows) => {
        const a = { x: rows.map(([first]) => first) }
        const b = { x: rows.map(([, second]) => second) }
        const alone = compareTable({ a, b })
        const together = compareTable({ a, c: { x: rows.map(() => 1) }, b })
        expect(together.alternatives.filter(({ name }) => name !== 'c')).toEqual(alone.alternatives)
        const numbers = alone.differences.map(({ significant: _verdict, ...rest }) => rest)
        expect(together.differences.filter(({ of }) => of !== 'c').map(({ significant: _verdict, ...rest }) => rest)).toEqual(numbers)
        expect([differenceBetween(together, 'x', { of: 'b', from: 'a' })]).toEqual(numbers)
      }),
    )
  })

  it('moves with its data: shifted and scaled values shift and scale means and differences', () => {
    const integer = fc.integer({ min: -1000, max: 1000 })
    fc.assert(
      fc.property(fc.array(fc.tuple(integer, integer), { minLength: 2, maxLength: 16 }), (rows) => {
        const compare = (shift: number, factor: number) =>
          compareAlternatives({
            plan: { seed: 's' },
            alternatives: ['a', 'b'],
            replications: rows.length,
            replicate: (_plan, alternative, replication) => {
              const row = rows[replication] ?? [0, 0]
              return resultOf({ x: shift + factor * row[alternative === 'a' ? 0 : 1] })
            },
          })
        const plain = compare(0, 1)
        const moved = compare(5, 4)
        for (const [index, { metrics }] of plain.alternatives.entries()) {
          expect(moved.alternatives[index]?.metrics['x']?.mean).toBeCloseTo(5 + 4 * (metrics['x']?.mean ?? Number.NaN), 8)
        }
        expect(moved.differences[0]?.mean).toBeCloseTo(4 * (plain.differences[0]?.mean ?? Number.NaN), 8)
        expect(moved.differences[0]?.ci95?.[1]).toBeCloseTo(4 * (plain.differences[0]?.ci95?.[1] ?? Number.NaN), 6)
      }),
    )
  })
})
