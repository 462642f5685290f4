// What the policies that may take any path choose: by lot, in turn, by the queue, by the queue and the speed; and what all of them do
// while paths are down. How well they do is load-aware.oracle.test.ts.

import { streamKey, KeyedDraws } from '@powersim/kernel'
import { describe, expect, it } from 'vitest'
import {
  decide,
  joinShortestQueue,
  type PathView,
  policyByName,
  powerOfTwo,
  random,
  roundRobin,
  type RoutingPolicy,
  shortestExpectedDelay,
} from '../src/index.js'
import { command, fixed, path } from './two-stations.js'

const spreading = ['random', 'round-robin', 'join-shortest-queue', 'shortest-expected-delay', 'power-of-two']

const low = fixed(0.1)
const high = fixed(0.9)

/** How often each path is chosen by so many commands with draws of their own. */
function counts(policy: RoutingPolicy, paths: readonly PathView[], commands = 6000): Record<string, number> {
  const draws = new KeyedDraws(streamKey('counts', 'test', policy.name, 0))
  const counted: Record<string, number> = {}
  for (const { id } of paths) counted[id] = 0
  for (let sequence = 0; sequence < commands; sequence++) {
    counted[decide(policy, command({ sequence }), paths, draws.cursor(sequence)).id]!++
  }
  return counted
}

describe.each(spreading)('%s', (name) => {
  it('never takes a path that is down while another is up', () => {
    const down = { connected: false }
    const paths = [path('fsp', down), path('nets', { outstanding: 50, meanServiceNs: 1e9 }), path('nets2', down)]
    expect(counts(policyByName(name), paths, 100)).toEqual({ fsp: 0, nets: 100, nets2: 0 })
  })

  it('takes the service processor when all are down, wherever it stands', () => {
    const paths = ['nets', 'fsp'].map((id) => path(id, { connected: false, outstanding: id === 'fsp' ? 9 : 0 }))
    expect(counts(policyByName(name), paths, 20)).toEqual({ nets: 0, fsp: 20 })
  })

  it('takes the only path there is', () => {
    expect(counts(policyByName(name), [path('fsp')], 5)).toEqual({ fsp: 5 })
    expect(counts(policyByName(name), [path('nets', { connected: false })], 5)).toEqual({ nets: 5 })
  })
})

describe('random', () => {
  it('takes each connected path equally often, whatever its queue', () => {
    const paths = [path('fsp', { outstanding: 100 }), path('nets'), path('nets2', { connected: false }), path('nets3')]
    const counted = counts(random(), paths)
    expect(counted['nets2']).toBe(0)
    // 2000 expected of each, standard deviation 36.5.
    for (const id of ['fsp', 'nets', 'nets3']) expect(Math.abs((counted[id] ?? 0) - 2000)).toBeLessThan(150)
  })

  it('goes by the draw alone', () => {
    const paths = [path('fsp'), path('nets')]
    expect(decide(random(), command(), paths, low).id).toBe('fsp')
    expect(decide(random(), command(), paths, high).id).toBe('nets')
  })
})

describe('round-robin', () => {
  const paths = [path('fsp'), path('nets'), path('nets2')]
  const turn = (policy: RoutingPolicy, among = paths, system = 's'): string => decide(policy, command({ system }), among, low).id

  it('takes the paths in turn, and goes on after one that is down', () => {
    const policy = roundRobin()
    expect([1, 2, 3, 4].map(() => turn(policy))).toEqual(['fsp', 'nets', 'nets2', 'fsp'])
    const oneDown = [path('fsp'), path('nets', { connected: false }), path('nets2')]
    expect([1, 2, 3].map(() => turn(policy, oneDown))).toEqual(['nets2', 'fsp', 'nets2'])
    expect(turn(policy)).toBe('fsp')
  })

  it('counts apart for each system', () => {
    const policy = roundRobin()
    const taken = ['a', 'b', 'a', 'b', 'a', 'b'].map((system) => turn(policy, paths, system))
    expect(taken).toEqual(['fsp', 'fsp', 'nets', 'nets', 'nets2', 'nets2'])
  })

  it('starts anew in a fresh one, and leaves the old one where it was', () => {
    const policy = roundRobin()
    turn(policy)
    const fresh = policy.anew?.()
    expect(fresh?.name).toBe('round-robin')
    expect(turn(fresh ?? policy)).toBe('fsp')
    expect(turn(policy)).toBe('nets')
  })
})

describe('join-shortest-queue', () => {
  it('takes the fewest outstanding, draws among equals, and looks at no speed', () => {
    const choose = (...outstanding: number[]): string => {
      const paths = outstanding.map((count, place) => path(`nets${place}`, { outstanding: count, meanServiceNs: 1e9 / (place + 1) }))
      return decide(joinShortestQueue(), command(), paths, high).id
    }
    expect(choose(3, 2, 4)).toBe('nets1')
    expect(choose(3, 2, 2)).toBe('nets2')
    expect(choose(0, 0, 0)).toBe('nets2')
    expect(choose(0, 0, 1)).toBe('nets1')
  })
})

describe('shortest-expected-delay', () => {
  const slow = (outstanding: number): PathView => path('fsp', { outstanding, meanServiceNs: 1e7, ewmaLatencyNs: 2e6 })
  const fast = (outstanding: number): PathView => path('nets', { outstanding, meanServiceNs: 1e6, ewmaLatencyNs: 3e6 })

  it('leaves the fast path when its line costs more than the slow path, the first of equals', () => {
    const policy = shortestExpectedDelay()
    expect(decide(policy, command(), [slow(0), fast(8)], high).id).toBe('nets')
    expect(decide(policy, command(), [slow(0), fast(9)], high).id).toBe('fsp')
    expect(decide(policy, command(), [fast(9), slow(0)], high).id).toBe('nets')
    expect(decide(policy, command(), [slow(0), fast(10)], high).id).toBe('fsp')
    expect(decide(policy, command(), [slow(1), fast(10)], high).id).toBe('nets')
  })

  it('goes by the latencies it has seen if told to learn, under a name of its own', () => {
    const policy = shortestExpectedDelay({ learn: true })
    expect(policy.name).toBe('shortest-expected-delay-learned')
    expect(decide(policy, command(), [slow(0), fast(0)], high).id).toBe('fsp')
    expect(decide(policy, command(), [slow(1), fast(0)], high).id).toBe('nets')
    expect(shortestExpectedDelay({ learn: false }).name).toBe('shortest-expected-delay')
  })
})

describe('power-of-two', () => {
  it('with two paths takes the shorter queue and draws between equal ones', () => {
    const choose = (a: number, b: number, draw = low): string =>
      decide(powerOfTwo(), command(), [path('fsp', { outstanding: a }), path('nets', { outstanding: b })], draw).id
    for (const draw of [low, high]) {
      expect(choose(1, 2, draw)).toBe('fsp')
      expect(choose(2, 1, draw)).toBe('nets')
    }
    expect([choose(1, 1, low), choose(1, 1, high)]).toEqual(['fsp', 'nets'])
  })

  it('with more paths compares two different ones, each pair equally likely', () => {
    const paths = [0, 1, 2, 3].map((count) => path(`nets${count}`, { outstanding: count }))
    const counted = counts(powerOfTwo(), paths)
    // Of six pairs the shortest queue wins three, the next two, the next one, and the longest none.
    expect(counted['nets3']).toBe(0)
    for (const [id, expected] of [['nets0', 3000], ['nets1', 2000], ['nets2', 1000]] as const) {
      expect(Math.abs((counted[id] ?? 0) - expected)).toBeLessThan(160)
    }
  })
})
