// The built-in policies on assembled machines: a whole day under each of them, what they are told of a path's speed, and policies that keep
// what they have seen. How good their choices are is assembled-routing.oracle.test.ts.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { until, type Yieldable } from '@powersim/kernel'
import { builtInPolicies } from '@powersim/routing'
import { describe, expect, it } from 'vitest'
import { compareRoutes, policies, presets, type RoutingPolicy, runWorkload, workloads } from '../src/index.js'
import { drive } from './bare-machine.js'

const dayOne = readFileSync(join(import.meta.dirname, '../../../examples/workloads/day-one.hmc'), 'utf8')
const oneConsole = { consoles: [{ name: 'hmc1' }] }

describe('a day under every built-in policy', () => {
  const study = compareRoutes({
    machine: presets.power520,
    workload: workloads.text(dayOne, 'day-one.hmc'),
    policies: [...Object.values(policies).map((make) => make()), policies.shortestExpectedDelay({ learn: true })],
    seed: 'every-policy',
    replications: 2,
  })
  const { alternatives } = study.comparison
  const [baseline] = alternatives
  const mean = (name: string, metric: string): number =>
    alternatives.find((alternative) => alternative.name === name)?.metrics[metric]?.mean ?? NaN

  it('compares all of them', () => {
    const names = builtInPolicies.map((policy) => policy.name)
    expect(Object.values(policies).map((make) => make().name).sort()).toEqual([...names].sort())
    expect(alternatives.map((alternative) => alternative.name).sort()).toEqual([...names, 'shortest-expected-delay-learned'].sort())
  })

  it('every one of them sees the same commands and loses none', () => {
    for (const { name, perReplication } of alternatives) {
      expect(perReplication).toHaveLength(2)
      for (const [replication, { metrics }] of perReplication.entries()) {
        const same = baseline?.perReplication[replication]?.metrics
        expect(metrics['commands_lost'], name).toBe(0)
        expect(metrics['commands_completed'], name).toBe(same?.['commands_completed'])
        expect(metrics['commands_failed'], name).toBe(same?.['commands_failed'])
        expect(metrics['commands_completed'], name).toBeGreaterThan(700)
      }
    }
  })

  it('those that spread lie between the two ways, and expected delay finds the faster one', () => {
    const latency = (name: string): number => mean(name, 'command_latency_ms_mean')
    for (const name of ['random', 'round-robin', 'power-of-two', 'join-shortest-queue']) {
      expect(latency(name), name).toBeLessThan(latency('fsp-only'))
      expect(latency(name), name).toBeGreaterThan(latency('by-target'))
    }
    expect(latency('shortest-expected-delay')).toBe(latency('by-target'))
  })

  it('turns give NETS half of what by-target gives it', () => {
    const share = mean('round-robin', 'nets_utilization') / mean('by-target', 'nets_utilization')
    expect(Math.abs(share - 0.5)).toBeLessThan(0.05)
  })
})

describe('the mean that a policy is told', () => {
  const measured = (document: object, policy: string): { told: number; taken: number } => {
    const { view } = drive({ ...oneConsole, ...document }, { policy, noise: false }, function* ({ console, view }): Generator<
      Yieldable,
      void
    > {
      for (let command = 0; command < 3; command++) yield* until(console.send(view, 'memory.system', {}))
    })
    const path = view.paths.find(({ kind }) => kind === (policy === 'fsp-only' ? 'fsp' : 'nets'))
    return { told: path?.meanServiceNs ?? NaN, taken: path?.ewmaLatencyNs ?? NaN }
  }

  // What it leaves out, the bytes of headers of messages and hypercalls, is small on the default machine and grows with the messages.
  it.each([
    ['fsp-only', 'the default machine', {}, 0.005],
    ['by-target', 'the default machine', {}, 0.005],
    ['by-target', 'small buffers of the management channel', { nets: { vmc: { mtuBytes: 512 } } }, 0.02],
    ['fsp-only', 'messages of several records', { frames: { requestBytesMin: 20_000, replyBytesMin: 60_000 } }, 0.02],
    ['by-target', 'messages of several records', { frames: { requestBytesMin: 20_000, replyBytesMin: 60_000 } }, 0.03],
    ['fsp-only', 'slow forwarding', { fsp: { forwardIn: '30ms' } }, 0.005],
    ['by-target', 'a slow partition', { phyp: { dispatch: { processors: 'ideal' } }, nets: { dispatchLatency: '9ms' } }, 0.005],
  ])('is what a query takes: %s on %s', (policy, _what, document, tolerance) => {
    const { told, taken } = measured(document, policy)
    expect(Math.abs(told / taken - 1)).toBeLessThan(tolerance)
  })
})

describe('a policy that keeps what it has seen', () => {
  const script = 'parallel 2\n  lssyscfg -r lpar -m p520 -F name\nend\nconsole hmc2 lssyscfg -r lpar -m p520 -F name'

  /** Counts its instances, and what each was asked. */
  function counting(name: string): { policy: RoutingPolicy; asked: number[] } {
    const asked: number[] = []
    const make = (): RoutingPolicy => {
      const instance = asked.push(0) - 1
      return {
        name,
        anew: make,
        choose: (_command, paths) => {
          asked[instance] = (asked[instance] ?? 0) + 1
          return paths[0]?.id ?? 'fsp'
        },
      }
    }
    return { policy: make(), asked }
  }

  it('is made anew for every console of every run of a study, whatever its name', () => {
    const { policy, asked } = counting('random')
    const study = compareRoutes({
      machine: presets.power520,
      workload: workloads.text(script),
      policies: [policy],
      seed: 'anew',
      replications: 2,
    })
    expect(study.comparison.alternatives[0]?.name).toBe('random')
    // The given one makes those of two consoles, twice, and is not asked itself.
    expect(asked).toHaveLength(5)
    expect(asked[0]).toBe(0)
    expect(asked.filter((count) => count > 0)).toHaveLength(4)
  })

  it('is made anew for every console of a run', () => {
    const { policy, asked } = counting('mine')
    runWorkload({ machine: presets.power520, workload: workloads.text(script), policy, seed: 'anew' })
    expect(asked).toHaveLength(3)
    expect(asked.slice(1).every((count) => count > 0)).toBe(true)
  })
})
