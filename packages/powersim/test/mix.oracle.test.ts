// Generated mixes on whole machines in which only named stations take time: an open mix as M/M/1, a closed one as a network of queues with
// think time (mean value analysis), and X = N / (R + Z) on the path. Many lines in progress at one console are what makes the first hold.

import { Tally } from '@powersim/kernel'
import { readDocument } from '@powersim/managed-system'
import { policyByName } from '@powersim/routing'
import { describe, expect, it } from 'vitest'
import { type MixDocument, play, programOf, workloads } from '../src/index.js'
import { bareMachine } from './bare-machine.js'

interface PlayedMix {
  /** Durations of lines, ms. */
  readonly durations: Tally
  /** Operations in progress, integrated over time and divided by it. */
  readonly meanInProgress: number
  readonly perSecond: number
  readonly fspBusyMs: number
}

function played(mix: MixDocument, machine: ReturnType<typeof bareMachine>, seed: string): PlayedMix {
  const document = readDocument(machine)
  const durations = new Tally()
  let firstNs = -1
  let lastNs = 0
  let inProgressNs = 0
  const installation = play({
    seed,
    replication: 0,
    noise: true,
    document,
    program: programOf(workloads.mix(mix), document),
    policy: () => policyByName('fsp-only'),
    started: (_line, atNs) => {
      if (firstNs < 0) firstNs = atNs
    },
    returned: (_line, { startNs, durationNs }) => {
      durations.add(durationNs / 1e6)
      inProgressNs += durationNs
      lastNs = Math.max(lastNs, startNs + durationNs)
    },
  })
  const elapsedNs = lastNs - firstNs
  return {
    durations,
    meanInProgress: inProgressNs / elapsedNs,
    perSecond: (durations.count / elapsedNs) * 1e9,
    fspBusyMs: installation.system().fsp.statistics().processor.busyNs / 1e6,
  }
}

const off = (measured: number, expected: number): number => Math.abs(measured / expected - 1)
const query = { name: 'memory', share: 1, line: 'lshwres -r mem -m $system --level sys' }

describe('an open mix of one command a line', () => {
  it('makes the service processor an M/M/1 queue: an arrival waits for no other', () => {
    const machine = bareMachine({ nets: null, fsp: { forwardIn: { exponential: '10ms' } } })
    const mix = { arrivals: { poisson: { perSecond: 50 } }, operations: 50_000, classes: [query] }
    const { durations, perSecond, meanInProgress, fspBusyMs } = played(mix, machine, 'oracle-1')
    const serviceMs = fspBusyMs / durations.count
    // Standard error 1 % at this length.
    expect(off(durations.mean, serviceMs / (1 - (perSecond * serviceMs) / 1000))).toBeLessThan(0.04)
    // Little.
    expect(meanInProgress).toBeCloseTo((perSecond * durations.mean) / 1000, 9)
  })
})

describe('a closed mix of one command a line', () => {
  it('has the throughput and response of mean value analysis, and X = N / (R + Z)', () => {
    const sessions = 5
    const machine = bareMachine({
      nets: null,
      hmc: { prepare: { exponential: '1ms' } },
      fsp: { forwardIn: { exponential: '8ms' } },
      phyp: { query: { exponential: '2ms' } },
    })
    const mix = { arrivals: { closed: { sessions, think: { exponential: '50ms' } } }, operations: 40_000, classes: [query] }
    const { durations, perSecond } = played(mix, machine, 'oracle-2')
    // Demands 1, 8 and 2 ms, think time 50 ms, N = 5.
    expect(off(perSecond, 74.425)).toBeLessThan(0.02)
    expect(off(durations.mean, 17.182)).toBeLessThan(0.03)
    expect(off(perSecond, sessions / ((durations.mean + 50) / 1000))).toBeLessThan(0.01)
  })
})
