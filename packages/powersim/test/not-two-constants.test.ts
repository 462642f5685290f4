// The comparison is not two constants: identical paths differ by exactly nothing, a cost that both share shifts both by exactly itself,
// and with noise off both paths follow the capacity model T = C + n (h + path + p).

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ms, until, type Yieldable } from '@powersim/kernel'
import { type MachineDocument, readDocument } from '@powersim/managed-system'
import { commandByName, type CommandName } from '@powersim/protocol'
import { policyByName } from '@powersim/routing'
import { describe, expect, it } from 'vitest'
import { compareRoutes, play, policies, programOf, workloads } from '../src/index.js'
import { bareMachine, drive, onTop } from './bare-machine.js'

const dayOne = readFileSync(join(import.meta.dirname, '../../../examples/workloads/day-one.hmc'), 'utf8')

const wire = { latency: { uniform: { from: '100us', to: '300us' } }, bitsPerSecond: 100_000_000, windowBytes: 65_535 }
const tls = { fullHandshake: '50ms', resumedHandshake: '2ms', perRecord: '200us', perByteNs: 100 }
const work = { lognormal: { mean: '3ms', cv: 0.7 } }

/** Both paths with the same parameters in every slot; sessions, processors and what lies behind them alike. */
function identicalPaths(): MachineDocument {
  return bareMachine({
    hmc: {
      processors: 4,
      prepare: work,
      absorb: work,
      tls,
      fspSessions: { sessions: 1, pipeline: 1 },
      netsSessions: { sessions: 1, pipeline: 1 },
      commandTimeout: '30s',
    },
    frames: { requestBytesMin: 1024, replyBytesMin: 4096 },
    fsp: { tls, link: wire, forwardIn: work, forwardOut: work },
    nets: { tls, link: wire, process: work, send: work },
    phyp: { query: work, configuration: work, power: work, dynamic: work },
  })
}

describe('identical parameters on both paths', () => {
  // The session set-ups of two paths share the consoles' processor; the first commands come when both are done.
  const study = compareRoutes({
    machine: identicalPaths(),
    workload: workloads.text(withoutHmc2(dayOne), 'day-one.hmc'),
    policies: [policies.fspOnly(), policies.byTarget()],
    seed: 'identical',
    replications: 3,
  })

  it.each([
    'command_latency_ms_mean',
    'command_latency_ms_p50',
    'command_latency_ms_p95',
    'command_latency_ms_p99',
    'commands_completed',
    'commands_failed',
  ])('give a difference of exactly 0 in %s', (metric) => {
    const difference = study.difference(metric, { of: 'by-target', from: 'fsp-only' })
    expect(difference.mean).toBe(0)
    expect(difference.ci95).toEqual([0, 0])
  })

  it('give a metric that is there at all', () => {
    expect(study.comparison.alternatives[0]?.metrics['command_latency_ms_mean']?.mean).toBeGreaterThan(10)
    expect(study.comparison.alternatives[0]?.metrics['commands_completed']?.mean).toBeGreaterThan(400)
  })
})

/** The bare machine has one console: its second one's lines are typed by the first. */
function withoutHmc2(script: string): string {
  return script.replaceAll(/console hmc2/g, 'console hmc1')
}

/** Without parallel blocks: one command in flight. */
function oneInFlight(script: string): string {
  return withoutHmc2(script).replaceAll(/^parallel /gm, 'repeat ')
}

describe('with noise off and one command in flight', () => {
  /** Every command of the day in order, with its latency. */
  function latencies(policy: string, machine: MachineDocument): { name: string; target: string; latencyNs: number }[] {
    const document = readDocument(machine)
    const program = programOf(workloads.text(oneInFlight(dayOne), 'day-one.hmc'), document)
    const records: { name: string; target: string; latencyNs: number }[] = []
    play({
      seed: 'double',
      replication: 0,
      noise: false,
      document,
      program,
      policy: () => policyByName(policy),
      recorded: ({ name, target, latencyNs }) => records.push({ name, target, latencyNs }),
    })
    return records
  }

  it.each(['fsp-only', 'by-target'])('doubling the cost of PHYP shifts every command of %s by exactly that cost', (policy) => {
    const costs = { query: '500us', configuration: '3ms', dynamic: '40ms', power: '3ms', service: '3ms' }
    const doubled = { query: '1ms', configuration: '6ms', dynamic: '80ms', power: '6ms', service: '6ms' }
    const once = latencies(policy, onTop({ consoles: [{ name: 'hmc1' }] }, { phyp: costs }))
    const twice = latencies(policy, onTop({ consoles: [{ name: 'hmc1' }] }, { phyp: doubled }))
    expect(twice.map((record) => record.name)).toEqual(once.map((record) => record.name))
    expect(once.length).toBeGreaterThan(400)
    for (const [index, record] of once.entries()) {
      const shiftNs = (twice[index]?.latencyNs ?? 0) - record.latencyNs
      expect(shiftNs, record.name).toBe(record.target === 'phyp' ? phypCostNs(record.name as CommandName) : 0)
    }
  })

  function phypCostNs(name: CommandName): number {
    if (name === 'dynamic.step') return ms(40)
    const { commandClass } = commandByName(name)
    return commandClass === 'query' ? ms(0.5) : ms(3)
  }

  // T = C + n (h + path + p) of the capacity model's base set, with b = 1 + 4 KiB on the wire.
  const bytes = 1024 + 4096
  const h = 3
  const p = 0.5
  const fsp = 0.4 + (bytes * 8) / 1e5 + 2 * 0.3 + (bytes * 80) / 266e3 + 6 + 0.5 + bytes / 8e3
  const nets = 0.3 + (bytes * 8) / 1e6 + 2 * 0.02 + (bytes * 30) / 4e6 + 0.3 + 2 * 0.03
  // Two wake-ups a command: half a millisecond each as the capacity model has it, or what the idle cores' dispatcher takes.
  const ideal = { phyp: { dispatch: { processors: 'ideal' } }, nets: { dispatchLatency: '500us' } } as const
  const machines = {
    'fsp-only': { path: fsp, document: ideal },
    'by-target': { path: nets + 1, document: ideal },
    'by-target, dispatched': { path: nets + 2 * 0.006, document: {} },
  } as const

  it.each([
    ['fsp-only', 1],
    ['fsp-only', 20],
    ['by-target', 1],
    ['by-target', 20],
    ['by-target, dispatched', 1],
    ['by-target, dispatched', 20],
  ] as const)('%s takes n (h + path + p) for %d commands on a warm session, within 1 %%', (how, n) => {
    const { path, document } = machines[how]
    const policy = how === 'fsp-only' ? how : 'by-target'
    let elapsedNs = 0
    drive({ consoles: [{ name: 'hmc1' }], ...document }, { policy, noise: false }, function* ({ simulation, console, view }): Generator<
      Yieldable,
      void
    > {
      const startNs = simulation.now
      for (let command = 0; command < n; command++) yield* until(console.send(view, 'memory.system', {}))
      elapsedNs = simulation.now - startNs
    })
    expect(Math.abs(elapsedNs / 1e6 / (n * (h + path + p)) - 1)).toBeLessThan(0.01)
  })

  it('opening a session for every command adds the same C to every command', () => {
    const sessions = { mode: 'per-command' }
    const machine = { consoles: [{ name: 'hmc1' }], hmc: { fspSessions: sessions, netsSessions: { ...sessions } } }
    const { records } = drive(machine, { policy: 'fsp-only', noise: false }, function* ({ console, view }): Generator<Yieldable, void> {
      for (let command = 0; command < 5; command++) yield* until(console.send(view, 'memory.system', {}))
    })
    const taken = records.filter((record) => record.name === 'memory.system').map((record) => record.latencyNs)
    const [first = 0, ...later] = taken
    // The first handshake is a full one (250 ms on the service processor), the later ones are resumed (20 ms).
    expect(first - (later[0] ?? 0)).toBeGreaterThan(ms(225))
    expect(new Set(later).size).toBe(1)
    expect(later[0]).toBeGreaterThan(ms(h + fsp + p) + ms(20))
  })
})
