// Whenever a server that bridges NETS's LAN dies: with a second one no session ends, no line fails, nothing comes twice, and the longest
// wait is the fail-over; without one sessions end as those of a broken link do, and every command is accounted for.

import { ms, seconds } from '@powersim/kernel'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { policies, type RunLine, runWorkload, workloads } from '../src/index.js'
import { lanScene } from './virtual-lan-scene.js'

const queries = workloads.text('repeat 200\n  lshwres -r mem -m p520 --level sys\nend\n', 'queries')

function run(bridges: readonly string[], killAtMs: number, more: object = {}) {
  const passages: { framesTwice: number; framesAgain: number; cut: number; inside: number }[] = []
  let closed: Readonly<Record<string, number>> = {}
  let check = (): void => {}
  const result = runWorkload({
    machine: { nets: { lan: { virtual: { bridges, ...more } } }, events: [{ at: `${killAtMs}ms`, do: 'bridge.stop' }] },
    workload: queries,
    policy: policies.byTarget(),
    seed: 'bridges',
    watchers: [
      {
        prepared: (installation) => {
          check = () => {
            const statistics = installation.bus.statistics()
            for (const { passage } of statistics.links) if (passage !== null) passages.push(passage)
            closed = statistics.connections.closed
            installation.check()
            installation.systems[0]!.managementLan!.check()
          }
        },
      },
    ],
  })
  check()
  return { result, passages, closed, longest: Math.max(...result.lines.map((line: RunLine) => line.durationMs)) }
}

describe('the death of a server that bridges', () => {
  it('is survived with a second one, at any time, within the time of fail-over', () => {
    fc.assert(
      fc.property(fc.integer({ min: 550, max: 1500 }), (killAtMs) => {
        const { result, passages, closed, longest } = run(['vios1', 'vios2'], killAtMs)
        expect(result.commands).toEqual({ completed: 200, failed: 0, lost: 0 })
        expect(closed).toEqual({ done: 0, refused: 0, unreachable: 0, reset: 0, 'timed-out': 0 })
        for (const { framesTwice, cut, inside } of passages)
          expect({ framesTwice, cut, inside }).toEqual({ framesTwice: 0, cut: 0, inside: 0 })
        // Up to 0.8 s until the other one takes over, then until the next time of sending again: 0.2, 0.6, 1.4 s after the loss.
        expect(longest).toBeLessThan(1500)
      }),
      { numRuns: 8 },
    )
  })

  it('ends sessions without a second one, and every command is accounted for', () => {
    fc.assert(
      fc.property(fc.integer({ min: 600, max: 1250 }), (killAtMs) => {
        const { result, passages, closed } = run(['vios1'], killAtMs, { lossTimeout: '2s' })
        const { completed, failed, lost } = result.commands
        expect(completed + failed + lost).toBeGreaterThanOrEqual(200)
        expect(failed).toBeGreaterThan(0)
        expect(lost).toBe(0)
        expect(closed['timed-out']).toBe(1)
        expect(passages.some(({ cut }) => cut === 1)).toBe(true)
      }),
      { numRuns: 4 },
    )
  })
})

describe('two servers', () => {
  it('bridge one at a time; the first takes the work back when it has been healthy for long again', () => {
    const { simulation, installation, passages } = lanScene({ bridges: ['vios1', 'vios2'], healthTime: '30s' })
    const lan = installation.systems[0]!.managementLan!
    const states = (): readonly boolean[] => lan.statistics().bridges.map(({ bridging }) => bridging)
    expect(states()).toEqual([true, false])
    installation.act('bridge.stop')
    simulation.run(simulation.now + ms(900))
    expect(states()).toEqual([false, true])
    installation.act('bridge.start')
    while (states()[0] === false) {
      simulation.run(simulation.now + ms(100))
      expect(simulation.now).toBeLessThan(seconds(400))
      expect(states().filter(Boolean).length).toBeLessThanOrEqual(2)
    }
    simulation.run(simulation.now + ms(500))
    expect(states()).toEqual([true, false])
    expect(simulation.now).toBeGreaterThan(seconds(30))
    expect(passages().every(({ framesTwice }) => framesTwice === 0)).toBe(true)
    lan.check()
  })
})
