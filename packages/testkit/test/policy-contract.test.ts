// The contract of routing policies: the built-in ones keep it, and each way to break it is found.

import { builtInPolicies, type ChooseFunction, type PathView, type RoutingPolicy } from '@powersim/routing'
import { describe, expect, it } from 'vitest'
import { assertRoutingPolicy, ContractError, type PolicyMaker, routingPolicyContract } from '../src/index.js'

const first: ChooseFunction = (_command, paths) => paths[0]?.id ?? ''

describe('a policy that keeps the contract', () => {
  it.each(builtInPolicies.map((policy) => [policy.name, policy.make] as const))('%s', (_name, make) => {
    expect(routingPolicyContract(make)).toEqual([])
    expect(() => assertRoutingPolicy(make)).not.toThrow()
  })

  it.each<[string, PolicyMaker]>([
    ['a bare function', () => first],
    ['one that draws', () => (_command, paths, draw) => paths[draw.below(paths.length)]?.id ?? ''],
    ['one with state, made anew', () => {
      let turn = 0
      return (_command, paths) => paths[turn++ % paths.length]?.id ?? ''
    }],
    ['one that learns from replies', () => {
      const latencies = new Map<string, number>()
      const cost = (path: PathView): number => latencies.get(path.id) ?? path.meanServiceNs
      return {
        name: 'learns',
        choose: (_command, paths) => [...paths].sort((one, other) => cost(one) - cost(other))[0]?.id ?? '',
        replied: (_command, path, latencyNs) => void latencies.set(path, latencyNs),
        timedOut: (_command, path) => void latencies.set(path, Infinity),
      }
    }],
  ])('%s', (_what, make) => {
    expect(routingPolicyContract(make)).toEqual([])
  })
})

/** A policy with one hook that throws. */
const hooked = (hook: 'sent' | 'replied' | 'timedOut'): RoutingPolicy => ({
  name: 'hooked',
  choose: first,
  [hook]: () => {
    throw new TypeError('no')
  },
})

const turns = { taken: 0 }
const shared: RoutingPolicy = { name: 'shared', choose: (_command, paths) => paths[turns.taken++ % paths.length]?.id ?? '' }

describe('a policy that breaks the contract', () => {
  it.each<[string, PolicyMaker, RegExp]>([
    ['names no path', () => () => 'carrier-pigeon', /^unknown-path: .*"carrier-pigeon".*fsp (up|down)/],
    // A user's policy may come without types.
    ['returns nothing', () => (() => undefined) as unknown as ChooseFunction, /^unknown-path: .*undefined/],
    ['returns a path', () => ((_: unknown, paths: readonly PathView[]) => paths[0]) as unknown as ChooseFunction, /^unknown-path/],
    ['fails when NETS is down', () => (_command, paths) => {
      const up = paths.find((path) => path.kind === 'nets' && path.connected)
      if (up === undefined) throw new RangeError('no NETS')
      return up.id
    }, /^threw: choose threw RangeError: no NETS/],
    ['counts on the FSP being first', () => (_command, paths) => {
      if (paths[0]?.kind !== 'fsp') throw new RangeError('FSP first')
      return paths[0].id
    }, /^threw/],
    ['sorts the paths it was given', () => (_command, paths) => {
      // What a policy in plain JavaScript can do.
      ;(paths as PathView[]).sort((one, other) => one.outstanding - other.outstanding)
      return paths[0]?.id ?? ''
    }, /^changed-input/],
    ['writes into a command', () => (command, paths) => {
      Object.assign(command, { system: 'mine' })
      return paths[0]?.id ?? ''
    }, /^changed-input/],
    ['shares state between instances', () => shared, /^not-deterministic: .*made anew/],
    ['throws when told of a message sent', () => hooked('sent'), /^threw: sent threw TypeError: no/],
    ['throws when told of a reply', () => hooked('replied'), /^threw: replied threw/],
    ['throws when told of a time-out', () => hooked('timedOut'), /^threw: timedOut threw/],
  ])('%s', (_what, make, violation) => {
    const violations = routingPolicyContract(make)
    expect(violations).toContainEqual(expect.stringMatching(violation))
    expect(violations.length).toBeLessThanOrEqual(20)
    expect(() => assertRoutingPolicy(make)).toThrow(expect.objectContaining({ name: 'ContractError', code: 'contract' }))
  })
})

it('histories are the same every time, and another seed draws others', () => {
  const seen = (seed?: string): string => {
    const commands: unknown[] = []
    const watching: ChooseFunction = (command, paths, draw) => {
      commands.push(command, paths.map((path) => path.connected), draw.next())
      return first(command, paths, draw)
    }
    routingPolicyContract(() => watching, { histories: 5, commands: 10, ...(seed === undefined ? {} : { seed }) })
    return JSON.stringify(commands)
  }
  expect(seen()).toBe(seen())
  expect(seen('other')).not.toBe(seen())
})

it('histories show retries of the same command, on one path and on many, up and down', () => {
  const seen = {
    attempts: new Set<number>(),
    sequences: new Set<number>(),
    counts: new Set<number>(),
    states: new Set<string>(),
    retries: 0,
  }
  let before = { sequence: -1, attempt: -1 }
  const watching: RoutingPolicy = {
    name: 'watching',
    choose(command, paths, draw) {
      seen.attempts.add(command.attempt)
      if (command.attempt === 0) seen.sequences.add(command.sequence)
      seen.counts.add(paths.length)
      seen.states.add(paths.map((path) => path.connected).join())
      if (command.attempt > 0 && command.sequence !== before.sequence) seen.retries++
      expect(command.lastPath === null).toBe(command.attempt === 0)
      before = command
      return first(command, paths, draw)
    },
  }
  routingPolicyContract(() => watching)
  expect(seen.attempts.size).toBeGreaterThan(2)
  expect(seen.sequences.size).toBeGreaterThan(20)
  expect([...seen.counts].sort()).toEqual([1, 2, 3, 4])
  expect(seen.states).toContain('false')
  expect(seen.states.size).toBeGreaterThan(15)
  expect(seen.retries).toBe(0)
})

it.each([{ histories: 0 }, { commands: 1.5 }, { commands: Number.NaN }])('options %j are refused', (options) => {
  expect(() => routingPolicyContract(() => first, options)).toThrow(ContractError)
})
