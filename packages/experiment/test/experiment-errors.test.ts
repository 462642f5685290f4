// Order of the runs, progress, and every error of an experiment.

import { describe, expect, it } from 'vitest'
import { ExperimentError, compareAlternatives, compareResults, differenceBetween, maximumReplications } from '../src/index.js'
import type { Experiment, Plan, ReplicationResult } from '../src/index.js'
import { compareTable, groupOf, resultOf } from './canned-results.js'

const small: Experiment<Plan> = {
  plan: { seed: 'mittal-2013' },
  alternatives: ['fsp-only', 'by-target'],
  replications: 2,
  replicate: () => resultOf({ x: 1 }),
}

function errorOf(run: () => unknown): ExperimentError {
  try {
    run()
  } catch (error) {
    if (error instanceof ExperimentError) return error
    throw error
  }
  throw new Error('expected an ExperimentError, found none')
}

const errorWith = (more: Partial<Experiment<Plan>>): ExperimentError => errorOf(() => compareAlternatives({ ...small, ...more }))

describe('the runs', () => {
  it('go replication by replication, with the plan as it was given', () => {
    const runs: [string, number][] = []
    const plan = { seed: 's', load: { perSecond: 80 } }
    compareAlternatives({
      plan,
      alternatives: ['a', 'b'],
      replications: 3,
      replicate: (given, alternative, replication) => {
        expect(given).toBe(plan)
        runs.push([alternative, replication])
        return resultOf({})
      },
    })
    expect(runs).toEqual([['a', 0], ['b', 0], ['a', 1], ['b', 1], ['a', 2], ['b', 2]])
  })

  it('tell progress before the first and after each', () => {
    const told: [number, number][] = []
    compareAlternatives({ ...small, progress: (done, total) => told.push([done, total]) })
    expect(told).toEqual([[0, 4], [1, 4], [2, 4], [3, 4], [4, 4]])
  })
})

describe('a mistake in the call is told before anything runs', () => {
  it.each<[string, Partial<Experiment<Plan>>, string]>([
    ['seed-required', { plan: { seed: '' } }, 'plan.seed: expected a text that is not empty'],
    ['no-alternatives', { alternatives: [] }, 'alternatives: expected at least one, found none'],
    ['duplicate-alternative', { alternatives: ['a', 'b', 'a'] }, 'alternatives: expected each name once, found "a" again'],
    ['bad-replications', { replications: 0 }, 'replications: expected an integer from 1 to 100000, found 0'],
    ['bad-replications', { replications: 1.5 }, 'replications: expected an integer from 1 to 100000, found 1.5'],
    ['bad-replications', { replications: Number.NaN }, 'replications: expected an integer from 1 to 100000, found NaN'],
    ['bad-replications', { replications: maximumReplications + 1 }, 'replications: expected an integer from 1 to 100000, found 100001'],
    ['bad-level', { level: 1 }, 'level: expected a number between 0 and 1, found 1'],
    ['bad-level', { level: 95 }, 'level: expected a number between 0 and 1, found 95'],
    ['bad-level', { level: Number.NaN }, 'level: expected a number between 0 and 1, found NaN'],
  ])('%s %j', (code, more, message) => {
    let runs = 0
    const error = errorWith({ replicate: () => resultOf({ x: runs++ }), ...more })
    expect(error).toMatchObject({ name: 'ExperimentError', code, message })
    expect(runs).toBe(0)
  })
})

describe('a bad result names alternative, replication and seed', () => {
  const place = 'alternative "by-target", replication 1, seed "mittal-2013": '
  it.each<[string, Partial<ReplicationResult>, string]>([
    ['not-finite', { metrics: { ok: null, x: Number.NaN } }, 'metric "x": expected a finite number, or null for no observation, found NaN'],
    ['not-finite', { metrics: { x: -Infinity } }, 'metric "x": expected a finite number, or null for no observation, found -Infinity'],
    [
      'not-finite',
      { groups: [groupOf('create', 1, { y: Infinity })] },
      'group "create": metric "y": expected a finite number, or null for no observation, found Infinity',
    ],
    ['bad-result', { digest: 'xyz' }, 'digest: expected 16 hex digits, found "xyz"'],
    ['bad-result', { events: -1 }, 'events: expected an integer from 0, found -1'],
    ['bad-result', { groups: [groupOf('a', 1, {}), groupOf('a', 1, {})] }, 'groups: expected each name once, found "a"'],
    ['bad-result', { groups: [groupOf('a', 0.5, {})] }, 'group "a": count: expected an integer from 0, found 0.5'],
    ['bad-result', { thin: ['p99'] }, 'thin: expected names of metrics, found "p99"'],
    ['bad-result', { groups: [groupOf('a', 1, { x: 1 }, ['y'])] }, 'group "a": thin: expected names of metrics, found "y"'],
  ])('%s %j', (code, bad, message) => {
    const replicate: Experiment<Plan>['replicate'] = (_plan, alternative, replication) =>
      resultOf({ x: 1 }, alternative === 'by-target' && replication === 1 ? bad : {})
    const error = errorWith({ replicate })
    expect(error).toMatchObject({
      code,
      message: place + message,
      place: { alternative: 'by-target', replication: 1, seed: 'mittal-2013' },
    })
    expect(error.metric).toBe(code === 'not-finite' ? /metric "(\w)"/.exec(message)?.[1] : undefined)
  })
})

describe('an error thrown by a replication', () => {
  it('is wrapped with what is needed to run it again, and kept as the cause', () => {
    const cause = new RangeError('queue is full')
    const error = errorWith({
      replicate: (_plan, alternative) => {
        if (alternative === 'by-target') throw cause
        return resultOf({})
      },
    })
    expect(error).toMatchObject({
      code: 'replicate-threw',
      message: 'alternative "by-target", replication 0, seed "mittal-2013": queue is full',
      place: { alternative: 'by-target', replication: 0, seed: 'mittal-2013' },
    })
    expect(error.cause).toBe(cause)
  })

  it('need not be an Error', () => {
    const error = errorWith({
      replicate: () => {
        throw 'no'
      },
    })
    expect(error.message).toBe('alternative "fsp-only", replication 0, seed "mittal-2013": no')
    expect(error.cause).toBe('no')
  })
})

describe('a comparison', () => {
  const comparison = compareTable({ a: { x: [1, 2] }, b: { x: [2, 3] } })

  it.each([
    ['unknown-alternative', 'x', { of: 'c', from: 'a' }, 'alternative: expected one of a, b, found "c"'],
    ['unknown-alternative', 'x', { of: 'a', from: 'd' }, 'alternative: expected one of a, b, found "d"'],
    ['unknown-metric', 'y', { of: 'b', from: 'a' }, 'metric: expected one of x, found "y"'],
    ['unknown-group', 'x', { of: 'b', from: 'a', group: 'g' }, 'group: expected none, for there is none, found "g"'],
  ])('answers %s for metric %s of %j', (code, metric, between, message) => {
    expect(errorOf(() => differenceBetween(comparison, metric, between))).toMatchObject({ code, message })
  })

  it('needs a result of every alternative in every replication', () => {
    const results = [[resultOf({}), resultOf({})], [resultOf({})]]
    expect(errorOf(() => compareResults({ seed: 's', alternatives: ['a', 'b'], results }))).toMatchObject({
      code: 'bad-result',
      message: 'results[1]: expected a result of "b", found none',
    })
    expect(errorOf(() => compareResults({ seed: 's', alternatives: [], results: [] }))).toMatchObject({ code: 'no-alternatives' })
  })
})
