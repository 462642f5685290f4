// Means, intervals and differences of small data, worked out by hand.

import { Digest } from '@powersim/kernel'
import { describe, expect, it } from 'vitest'
import { compareAlternatives, compareResults, differenceBetween } from '../src/index.js'
import type { Difference } from '../src/index.js'
import { compareTable, groupOf, resultOf } from './canned-results.js'

// Student quantiles from a printed table, two-sided 95 %: 3 degrees of freedom 3.182446, 2: 4.302653; 90 %: 3: 2.353363
const t3 = 3.182446305284263
const t2 = 4.302652729911275
const t3At90 = 2.353363434801825

const table = {
  'fsp-only': { latency_ms: [10, 14, 12, 16], failed: [0, 0, 0, 0] },
  'by-target': { latency_ms: [7, 10, 9, 12], failed: [1, 0, 0, 1] },
}

const differenceOf = (differences: readonly Difference[], metric: string): Difference | undefined =>
  differences.find((difference) => difference.metric === metric && difference.group === undefined)

describe('an alternative', () => {
  it('has the mean of its replications with a Student interval', () => {
    const [fsp, target] = compareTable(table).alternatives
    // deviations -3 1 -1 3: variance 20 / 3, standard error sqrt(20 / 3 / 4)
    const half = t3 * Math.sqrt(20 / 12)
    expect(fsp?.metrics['latency_ms']?.mean).toBe(13)
    expect(fsp?.metrics['latency_ms']?.ci95?.[0]).toBeCloseTo(13 - half, 9)
    expect(fsp?.metrics['latency_ms']?.ci95?.[1]).toBeCloseTo(13 + half, 9)
    expect(fsp?.metrics['failed']).toEqual({ mean: 0, ci95: [0, 0], observed: 4 })
    expect(target?.metrics['failed']?.mean).toBe(0.5)
  })

  it('has intervals at another level when asked', () => {
    const comparison = compareTable(table, { level: 0.9 })
    expect(comparison.level).toBe(0.9)
    expect(comparison.alternatives[0]?.metrics['latency_ms']?.ci95?.[1]).toBeCloseTo(13 + t3At90 * Math.sqrt(20 / 12), 9)
    expect(differenceOf(comparison.differences, 'latency_ms')?.ci95?.[1]).toBeCloseTo(-3.5 + t3At90 * Math.sqrt(1 / 12), 9)
  })

  it('has no interval after one replication', () => {
    const comparison = compareTable({ a: { x: [3] }, b: { x: [5] } })
    expect(comparison.alternatives[0]?.metrics['x']).toEqual({ mean: 3, ci95: null, observed: 1 })
    expect(comparison.differences).toEqual([
      {
        metric: 'x', of: 'b', from: 'a', mean: 2, ci95: null, reductionPercent: -200 / 3, varianceGain: null, pairs: 1,
        pValue: null, significant: null,
      },
    ])
  })

  it('keeps what its replications returned, and folds their digests in order', () => {
    const digests = ['00000000000000aa', '00000000000000bb', '00000000000000cc']
    const comparison = compareAlternatives({
      plan: { seed: 's' },
      alternatives: ['a'],
      replications: 3,
      replicate: (_plan, _alternative, replication) => {
        return resultOf({ x: replication }, { digest: digests[replication]!, events: 7 + replication })
      },
    })
    expect(comparison.alternatives[0]?.digest).toBe(Digest.combine(digests))
    expect(comparison.alternatives[0]?.digest).not.toBe(Digest.combine(digests.toReversed()))
    expect(comparison.alternatives[0]?.perReplication.map(({ metrics }) => metrics['x'])).toEqual([0, 1, 2])
    expect(comparison.events).toBe(7 + 8 + 9)
  })
})

describe('a difference', () => {
  it('is paired: of minus from, replication by replication', () => {
    const difference = differenceOf(compareTable(table).differences, 'latency_ms')
    // differences -3 -4 -3 -4: mean -3.5, variance 1 / 3
    expect(difference).toMatchObject({ of: 'by-target', from: 'fsp-only', mean: -3.5, reductionPercent: 350 / 13, pairs: 4 })
    expect(difference?.ci95?.[0]).toBeCloseTo(-3.5 - t3 * Math.sqrt(1 / 12), 9)
    expect(difference?.ci95?.[1]).toBeCloseTo(-3.5 + t3 * Math.sqrt(1 / 12), 9)
    // variances 20 / 3 and 13 / 3 over 1 / 3
    expect(difference?.varianceGain).toBeCloseTo(33, 9)
  })

  it('is exactly 0 with the interval [0, 0] for identical alternatives', () => {
    const values = [0.1, 0.2, 0.3, 1e9 / 3, -7.7]
    const { differences } = compareTable({ a: { x: values }, b: { x: values } })
    const [difference] = differences
    expect(difference).toEqual({
      metric: 'x', of: 'b', from: 'a', mean: 0, ci95: [0, 0], reductionPercent: 0, varianceGain: null, pairs: 5,
      pValue: 1, significant: false,
    })
    expect(Object.is(difference?.reductionPercent, 0)).toBe(true)
  })

  it('has no reduction from a baseline of 0', () => {
    expect(differenceOf(compareTable(table).differences, 'failed')).toMatchObject({ mean: 0.5, reductionPercent: null })
  })

  it('is made for all alternatives but the first, against the first', () => {
    const { differences } = compareTable({ a: { x: [1, 2] }, b: { x: [2, 3] }, c: { x: [5, 6] } })
    expect(differences.map(({ of, from, mean }) => [of, from, mean])).toEqual([['b', 'a', 1], ['c', 'a', 4]])
  })

  it('can be asked for between any two, and of a group', () => {
    const comparison = compareAlternatives({
      plan: { seed: 's' },
      alternatives: ['a', 'b', 'c'],
      replications: 2,
      replicate: (_plan, alternative) => {
        const x = 'abc'.indexOf(alternative) ** 2
        return resultOf({ x }, { groups: [groupOf('create', 1, { x: 10 * x })] })
      },
    })
    expect(differenceBetween(comparison, 'x', { of: 'b', from: 'c' })).toMatchObject({ of: 'b', from: 'c', mean: -3, reductionPercent: 75 })
    expect(differenceBetween(comparison, 'x', { of: 'c', from: 'b', group: 'create' })).toMatchObject({ group: 'create', mean: 30 })
    expect(differenceBetween(comparison, 'x', { of: 'c', from: 'a' })).toMatchObject({ mean: 4, pValue: 0 })
    // asked for alone it is in no family
    expect({ ...differenceBetween(comparison, 'x', { of: 'c', from: 'a' }), significant: true }).toEqual(comparison.differences.at(-2))
  })
})

describe('a metric without an observation in some replication', () => {
  const gaps = { a: { x: [1, null, 3, 8], y: [null, null, null, null] }, b: { x: [null, 5, 7, 9], z: [1, 1, 1, 1] } }
  const comparison = compareTable(gaps)

  it('is averaged over the replications that have one, and tells how many', () => {
    const x = comparison.alternatives[0]?.metrics['x']
    expect(x).toMatchObject({ mean: 4, observed: 3 })
    // deviations -3 -1 4: variance 13
    expect(x?.ci95?.[1]).toBeCloseTo(4 + t2 * Math.sqrt(13 / 3), 9)
    expect(comparison.alternatives[0]?.metrics['y']).toEqual({ mean: null, ci95: null, observed: 0 })
  })

  it('is compared over the replications in which both have one', () => {
    expect(differenceOf(comparison.differences, 'x')).toMatchObject({ mean: 2.5, pairs: 2, reductionPercent: -250 / 5.5 })
  })

  it('has no difference when the other alternative never has one', () => {
    const nothing = { of: 'b', from: 'a', mean: null, ci95: null, reductionPercent: null, varianceGain: null, pairs: 0, pValue: null }
    const untested = { ...nothing, significant: null }
    expect(comparison.differences.slice(1)).toEqual([{ metric: 'y', ...untested }, { metric: 'z', ...untested }])
  })
})

describe('groups', () => {
  const comparison = compareAlternatives({
    plan: { seed: 's' },
    alternatives: ['a', 'b'],
    replications: 2,
    replicate: (_plan, alternative, replication) => {
      const base = alternative === 'a' ? 10 : 8
      const groups = [groupOf('list', 4, { x: base + replication })]
      if (replication === 1) groups.push(groupOf('create', 3, { x: 2 * base, p99: 5 }, ['p99']))
      return resultOf({ p99: base }, { groups, ...(alternative === 'b' ? { thin: ['p99'] } : {}) })
    },
  })

  it('have their own estimates, in order of appearance, and a mean count', () => {
    expect(comparison.alternatives[0]?.groups).toMatchObject([
      { name: 'list', meanCount: 4, metrics: { x: { mean: 10.5, observed: 2 } } },
      { name: 'create', meanCount: 1.5, metrics: { x: { mean: 20, ci95: null, observed: 1 } } },
    ])
  })

  it('have differences after those of the whole', () => {
    expect(comparison.differences.map(({ group, metric, mean }) => [group, metric, mean])).toEqual([
      [undefined, 'p99', -2],
      ['list', 'x', -2],
      ['create', 'x', -4],
      ['create', 'p99', 0],
    ])
  })

  it('that only one side has in some replication are compared where both have them; those of one side only are told', () => {
    // create: a in replications 1 and 2, b in 0 and 1; remove: b alone
    const created = { a: [undefined, 10, 30], b: [5, 7, undefined] }
    const { differences } = compareAlternatives({
      plan: { seed: 's' },
      alternatives: ['a', 'b'],
      replications: 3,
      replicate: (_plan, alternative, replication) => {
        const x = created[alternative === 'a' ? 'a' : 'b'][replication]
        const groups = x === undefined ? [] : [groupOf('create', 1, { x })]
        if (alternative === 'b') groups.push(groupOf('remove', 1, { x: 1 }))
        return resultOf({}, { groups })
      },
    })
    expect(differences).toMatchObject([
      { group: 'create', mean: -3, pairs: 1 },
      { group: 'remove', mean: null, pairs: 0 },
    ])
  })

  it('and the whole carry the mark of a thin quantile, when either side is thin', () => {
    const [a, b] = comparison.alternatives
    expect(a?.metrics['p99']).not.toHaveProperty('thin')
    expect(b?.metrics['p99']).toHaveProperty('thin', true)
    expect(a?.groups[1]?.metrics['p99']).toHaveProperty('thin', true)
    expect(a?.groups[1]?.metrics['x']).not.toHaveProperty('thin')
    expect(comparison.differences.map(({ thin }) => thin)).toEqual([true, undefined, undefined, true])
  })
})

describe('a comparison', () => {
  it('is plain data', () => {
    const comparison = compareTable({ ...table, third: { latency_ms: [1, null, 2, 3] } })
    expect(JSON.parse(JSON.stringify(comparison))).toEqual(comparison)
    expect(structuredClone(comparison)).toEqual(comparison)
    expect(comparison).toMatchObject({ seed: 'canned', replications: 4, level: 0.95, events: 120 })
  })

  it('takes names that objects treat in their own way', () => {
    const { alternatives, differences } = compareTable({ a: { ['__proto__']: [1, 3], constructor: [2, 2] }, b: { constructor: [4, 4] } })
    expect(Object.keys(alternatives[0]?.metrics ?? {})).toEqual(['__proto__', 'constructor'])
    expect(differences.map(({ metric, mean }) => [metric, mean])).toEqual([['__proto__', null], ['constructor', 2]])
  })

  it('is the same when it is made of results that were collected before', () => {
    const comparison = compareTable(table)
    const columns = comparison.alternatives.map(({ perReplication }) => perReplication)
    const results = columns[0]!.map((_, replication) => columns.map((column) => column[replication]!))
    expect(compareResults({ seed: 'canned', alternatives: Object.keys(table), results })).toEqual(comparison)
  })
})
