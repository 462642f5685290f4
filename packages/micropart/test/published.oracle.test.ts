// Published and closed-form figures of micro-partitioning: who gets how much, the worst gap between two dispatches, the mean wait for a
// slice, the slices of IBM's own example. Sources: Advanced POWER Virtualization on IBM p5 (redbook), LoPAR "SPLPAR", PowerVM redbooks.

import { ms, seconds, Simulation } from '@powersim/kernel'
import { describe, expect, it } from 'vitest'
import { type PartitionOptions, type PoolOptions, SharedProcessors } from '../src/index.js'

const WINDOW = ms(10)

type Row = Omit<PartitionOptions, 'name'> & { demand: number; gets: number }
interface Machine {
  cores: number
  pools?: readonly PoolOptions[]
  rows: readonly Row[]
}

const machines: Record<string, Machine> = {
  'weights, a capped one and one that wants little': {
    cores: 4,
    rows: [
      { entitledCapacity: 0.5, virtualProcessors: 4, weight: 128, demand: 3, gets: 1.7 },
      { entitledCapacity: 0.5, virtualProcessors: 4, weight: 64, demand: 3, gets: 1.1 },
      { entitledCapacity: 1, virtualProcessors: 2, weight: 128, capped: true, demand: 1, gets: 1 },
      { entitledCapacity: 0.5, virtualProcessors: 1, weight: 255, demand: 0.2, gets: 0.2 },
    ],
  },
  'weight 0 and a limit of virtual processors': {
    cores: 4,
    rows: [
      { entitledCapacity: 0.8, virtualProcessors: 2, weight: 128, demand: 2, gets: 1.6 },
      { entitledCapacity: 0.4, virtualProcessors: 2, weight: 128, demand: 2, gets: 1.2 },
      { entitledCapacity: 0.4, virtualProcessors: 1, weight: 64, demand: 2, gets: 0.8 },
      { entitledCapacity: 0.4, virtualProcessors: 2, weight: 0, demand: 2, gets: 0.4 },
    ],
  },
  'all capped': {
    cores: 2,
    rows: [
      { entitledCapacity: 0.8, virtualProcessors: 2, capped: true, demand: 2, gets: 0.8 },
      { entitledCapacity: 0.2, virtualProcessors: 1, capped: true, demand: 1, gets: 0.2 },
      { entitledCapacity: 0.6, virtualProcessors: 3, capped: true, demand: 3, gets: 0.6 },
    ],
  },
  'two pools': {
    cores: 6,
    pools: [{ id: 1, reserved: 0.5, maximum: 3 }],
    rows: [
      { entitledCapacity: 1, virtualProcessors: 1, pool: 1, demand: 0.4, gets: 0.4 },
      { entitledCapacity: 1, virtualProcessors: 4, pool: 1, weight: 128, demand: 4, gets: 2.6 },
      { entitledCapacity: 2, virtualProcessors: 6, weight: 64, demand: 6, gets: 2.5 },
      { entitledCapacity: 0.5, virtualProcessors: 2, capped: true, demand: 2, gets: 0.5 },
    ],
  },
  'the same without pools': {
    cores: 6,
    rows: [
      { entitledCapacity: 1, virtualProcessors: 1, demand: 0.4, gets: 0.4 },
      { entitledCapacity: 1, virtualProcessors: 4, weight: 128, demand: 4, gets: 2.4 },
      { entitledCapacity: 2, virtualProcessors: 6, weight: 64, demand: 6, gets: 2.7 },
      { entitledCapacity: 0.5, virtualProcessors: 2, capped: true, demand: 2, gets: 0.5 },
    ],
  },
}

function build({ cores, pools = [], rows }: Machine, fidelity: 'exact' | 'fluid' = 'exact') {
  const simulation = new Simulation({ seed: 'oracle-1' })
  const wheel = new SharedProcessors(simulation, { cores, pools, fidelity })
  const partitions = rows.map(({ demand, gets: _gets, ...options }, index) => {
    const partition = wheel.partition({ name: `p${index}`, ...options })
    partition.demand({ processors: demand })
    return partition
  })
  return { simulation, wheel, partitions }
}

const cases = Object.entries(machines).flatMap(([name, machine]) => [['exact', name, machine] as const, ['fluid', name, machine] as const])

describe.each(cases)('weighted sharing, %s: %s', (fidelity, _name, machine) => {
  it('gives every partition what water filling gives, within 1 %', () => {
    const { simulation, partitions } = build(machine, fidelity)
    simulation.run(1000 * WINDOW)
    for (const [index, partition] of partitions.entries()) {
      const { gets } = machine.rows[index]!
      expect(Math.abs(partition.statistics().physc - gets)).toBeLessThanOrEqual(0.01 * gets)
    }
  })
})

it('leaves 0.4 of 2 cores idle when all are capped: pool idle count 4 ms a window', () => {
  const { simulation, wheel } = build(machines['all capped']!)
  simulation.run(1000 * WINDOW)
  expect(wheel.statistics()).toMatchObject({ idleNs: 1000 * ms(4), app: 0.4 })
})

it('gives the slices of the published example: 4, 2 and 2 ms', () => {
  const { simulation, wheel } = build(machines['all capped']!)
  const slices: Set<number>[] = [new Set(), new Set(), new Set()]
  wheel.observe({ ran: ({ partition, fromNs, toNs }) => slices[partition]!.add(toNs - fromNs) })
  simulation.run(100 * WINDOW)
  wheel.statistics()
  expect(slices.map((lengths) => [...lengths])).toEqual([[ms(4)], [ms(2)], [ms(2)]])
})

describe.each([0.1, 0.2, 0.5])('the worst gap between two dispatches, entitlement %d', (entitledCapacity) => {
  const bound = 2 * (WINDOW - entitledCapacity * WINDOW)

  it('is nearly reached by neighbours that wake at the worst time, and never passed', () => {
    const simulation = new Simulation({ seed: 'oracle-1' })
    const wheel = new SharedProcessors(simulation, { cores: 1 })
    const probe = wheel.partition({ name: 'probe', entitledCapacity, virtualProcessors: 1, capped: true })
    const small = wheel.partition({ name: 'small', entitledCapacity: 0.05, virtualProcessors: 1, capped: true })
    const rest = Math.round((1 - 0.05 - entitledCapacity) * 100) / 100
    const large = wheel.partition({ name: 'large', entitledCapacity: rest, virtualProcessors: 1, capped: true })
    probe.demand({ processors: 1 })
    const done = simulation.handler<null>('done', () => {})
    // Just before a window ends, one runs and the other is left waiting: it is served first in the next window.
    const wake = simulation.handler<null>('wake', () => {
      small.processor.run(1000, done, null)
      large.processor.run(rest * WINDOW, done, null)
    })
    for (let round = 0; round < 100; round++) simulation.scheduleAt(2 * round * WINDOW + WINDOW - 500, wake, null)
    simulation.run(200 * WINDOW)
    const { longestGapNs } = probe.statistics()
    expect(longestGapNs).toBeLessThanOrEqual(bound)
    expect(longestGapNs).toBeGreaterThanOrEqual(0.95 * bound)
  })
})

describe.each([
  [0.1, 4.05],
  [0.5, 1.25],
])('a Poisson probe of a partition with a slice of fixed phase, entitlement %d', (entitledCapacity, meanMs) => {
  it(`waits ${meanMs} ms on average, (W - q)^2 / (2 W), within 2 %`, () => {
    const simulation = new Simulation({ seed: 'oracle-1' })
    const wheel = new SharedProcessors(simulation, { cores: 1 })
    const probed = wheel.partition({ name: 'probed', entitledCapacity, virtualProcessors: 1, capped: true })
    const other = wheel.partition({ name: 'other', entitledCapacity: 1 - entitledCapacity, virtualProcessors: 1, capped: true })
    probed.demand({ processors: 1 })
    other.demand({ processors: 1 })
    const gap = simulation.law({ exponential: ms(2) })
    const stream = simulation.stream('probe', 'gap')
    let waited = 0
    let count = 0
    const served = simulation.handler<number>('served', (askedNs) => {
      waited += simulation.now - askedNs
      count++
    })
    const ask = simulation.handler<null>('ask', () => {
      probed.processor.run(0, served, simulation.now)
      simulation.schedule(gap.sample(stream), ask, null)
    })
    simulation.schedule(0, ask, null)
    simulation.run(seconds(120))
    expect(Math.abs(waited / count / ms(meanMs) - 1)).toBeLessThan(0.02)
  })
})
