// NETS as a micro-partition of an assembled machine: how long a wake-up waits in a full pool, and what a capped NETS carries.

import { Tally, until, type Yieldable } from '@powersim/kernel'
import { readDocument } from '@powersim/managed-system'
import { describe, expect, it } from 'vitest'
import { bareMachine, drive, poissonQueries } from './bare-machine.js'

const alike = {
  environment: 'aixlinux',
  virtualProcessors: 1,
  weight: 128,
  capped: false,
  memoryMiB: 1024,
  maxVirtualSlots: 10,
  autoStart: true,
}
const free = { refillSameCore: 0, refillSameNode: 0, refillRemote: 0 }

/** Four cores, NETS with this entitlement, and capped neighbours that are entitled to all the rest and want it. */
function fullPool(entitled: number): ReturnType<typeof bareMachine> {
  const neighbours = [1, 1, 1, Math.round((1 - entitled) * 100) / 100].map((entitledCapacity, index) => ({
    ...alike,
    id: 2 + index,
    name: `busy${index + 1}`,
    entitledCapacity,
    capped: true,
  }))
  const guests = readDocument({}).systems[0]?.guests ?? []
  const busy = { ...guests.find(({ names }) => names === 'lnx*'), names: 'busy*', demand: { pattern: { constant: { processors: 1 } } } }
  return bareMachine({
    phyp: { dispatch: { processors: 'dispatched', ...free } },
    partitions: [{ ...alike, id: 1, name: 'lnxnets', entitledCapacity: entitled }, ...neighbours],
    guests: [busy, ...guests],
  })
}

describe('a wake-up of NETS in a full pool', () => {
  it.each([
    [0.1, 'oracle-1'],
    [0.2, 'oracle-2'],
    [0.5, 'oracle-3'],
  ])('waits (W - q)^2 / 2W on average: entitled to %d', (entitled, seed) => {
    const waits = new Tally()
    drive(fullPool(entitled), { policy: 'by-target', seed }, function* ({ simulation, system }): Generator<Yieldable, void> {
      const processor = system.netsPartition?.processor
      const arrivals = simulation.stream('arrivals', 'test')
      const gap = simulation.law({ exponential: 50_000_000 })
      let left = 20_000
      const all = simulation.signal<void>()
      const ran = simulation.handler<number>('ran', (askedNs) => {
        waits.add(simulation.now - askedNs - 1000)
        if (--left === 0) all.fire(undefined)
      })
      for (let probe = 0; probe < 20_000; probe++) {
        yield gap.sample(arrivals)
        processor?.run(1000, ran, simulation.now)
      }
      yield* until(all)
    })
    const sliceMs = 10 * entitled
    const expectedMs = (10 - sliceMs) ** 2 / 20
    expect(Math.abs(waits.mean / 1e6 / expectedMs - 1)).toBeLessThan(0.05)
  })
})

describe('a capped NETS with more commands than it has time for', () => {
  it.each([
    [0.1, 1],
    [0.25, 1],
    [0.3, 0.7],
  ])('carries entitlement / processor time per command: %d of a processor, %d ms', (entitled, processMs) => {
    const document = bareMachine({
      phyp: { dispatch: { processors: 'dispatched', ...free } },
      nets: { process: `${processMs}ms` },
      partitions: [{ ...alike, id: 3, name: 'lnxnets', entitledCapacity: entitled, capped: true }],
    })
    const capacity = entitled / (processMs / 1000)
    const commands = 3000
    const { simulation, system } = poissonQueries(
      document,
      { policy: 'by-target', perSecond: 1.5 * capacity, commands, seed: 'oracle-4' },
      () => undefined,
    )
    const perCommandNs = (system.nets?.statistics().processorNs ?? NaN) / commands
    // The set-up of its sessions is in it, too.
    expect(perCommandNs / (processMs * 1e6)).toBeCloseTo(1, 2)
    const throughput = commands / (simulation.now / 1e9)
    expect(Math.abs(throughput / (entitled / (perCommandNs / 1e9)) - 1)).toBeLessThan(0.02)
  })
})
