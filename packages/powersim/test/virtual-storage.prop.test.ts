// Servers die and return at any event of a client's I/Os, in both orders: every I/O ends exactly once, none is lost or doubled, what is
// read is what was written, and no I/O takes longer than the published fail-over times allow.

import { ms, seconds } from '@powersim/kernel'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deviceOf, StorageMachine, type StorageMachineOptions } from './storage-machine.js'

const IOS = 120
const SPAN = 2 ** 21
/** Service times that differ much, so that an old request may end long after a new one. */
const moves = { seekMinNs: 0, seekMaxNs: 20_000_000, rotationNs: 0, blocksPerTurn: 1 }

function machineOf(options: Partial<StorageMachineOptions> = {}): StorageMachine {
  return new StorageMachine({
    device: { ...deviceOf(1e9, 0, 4), service: { perRequestNs: 20_000, bytesPerSecond: 1e9, positioning: moves } },
    load: {
      pattern: { closed: { threads: 8, think: 0 } },
      blockBytes: 16_384,
      reads: 0.5,
      sequential: false,
      spanBytes: SPAN,
      ios: IOS,
    },
    ...options,
  })
}

/** Times of all events of a run in which nothing happens: any of them may be the last one of a server's life. */
function eventTimes(options: Partial<StorageMachineOptions>): readonly number[] {
  const machine = machineOf({ ...options, traceLines: 2 ** 16 })
  machine.begin()
  machine.simulation.run(seconds(1))
  return machine.simulation.trace.last(2 ** 16).map(({ timeNs }) => timeNs)
}

/** What befalls a server: just before an event of the quiet run, or just after it. */
interface Stroke {
  readonly event: number
  readonly before: boolean
  readonly server: number
  readonly kill: boolean
}

const strokesOf = (events: number) =>
  fc.array(
    fc.record({ event: fc.nat({ max: events - 1 }), before: fc.boolean(), server: fc.integer({ min: 1, max: 2 }), kill: fc.boolean() }),
    { minLength: 1, maxLength: 6 },
  )

function play(machine: StorageMachine, strokes: readonly Stroke[], times: readonly number[]): void {
  const { simulation } = machine
  const at = ({ event, before }: Stroke): number => Math.max(0, times[event]! - (before ? 1 : 0))
  machine.begin()
  for (const stroke of strokes.toSorted((one, other) => at(one) - at(other))) {
    simulation.run(Math.max(simulation.now, at(stroke)))
    if (stroke.kill) machine.kill(stroke.server)
    else machine.revive(stroke.server)
    const { submitted, ended, inside } = machine.clients[0]!.storage.disks[0]!.statistics()
    expect(submitted).toBe(ended + inside)
  }
  simulation.run(simulation.now + seconds(200))
}

describe('virtual storage', () => {
  it.each(['scsi', 'fc'] as const)('%s: every I/O ends once, whenever servers die and return', (kind) => {
    const times = eventTimes({ kind })
    let served = 0
    let failed = 0
    fc.assert(
      fc.property(strokesOf(times.length), (strokes) => {
        const machine = machineOf({ kind })
        play(machine, strokes, times)
        const { storage } = machine.clients[0]!
        const load = storage.loads[0]!.statistics()
        const { inside, submitted } = storage.disks[0]!.statistics()
        expect(load.mismatches).toBe(0)
        // Nothing of a transfer that was cut off has landed.
        for (let block = 0; block < SPAN / 4096; block++) if (machine.device.content.read(block) < 0) expect(block).toBe('never written so')
        expect([load.ended, load.submitted, inside]).toEqual([submitted, submitted, 0])
        // A server that is gone is heard of at once; its I/Os go to the other one within a few ms.
        expect(load.maxLatencyNs).toBeLessThan(ms(20))
        served += load.ended - load.failed
        failed += load.failed
      }),
      { numRuns: 110, examples: [[[{ event: 40, before: false, server: 1, kill: true }]]] },
    )
    expect(served).toBeGreaterThan(50 * IOS)
    expect(failed).toBeGreaterThan(0)
  })
})
