// Both fidelities on the same drawn machines: who gets how much of the cores. In slices a partition cannot use more at once than it has
// virtual processors, so with few of them and very unequal weights single partitions differ by more; on average they are within 1 %.

import { ms, seconds, Simulation } from '@powersim/kernel'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SharedProcessors } from '../src/index.js'
import { build, drawnMachine } from './drawn-machine.js'

const MACHINES = 150
const WINDOWS = 200

describe('exact and fluid', () => {
  it('agree within 1 % in the mean over the partitions of drawn machines, and on all but a few machines for each of them', () => {
    const machines = fc.sample(drawnMachine, { numRuns: MACHINES, seed: 1 })
    const deviations: number[] = []
    let close = 0
    for (const machine of machines) {
      // A pool's maximum that binds while cores are idle is used up as it comes, in exact.
      const pools = machine.pools.map((pool) => ({ ...pool, maximum: machine.cores }))
      const [exact = [], fluid = []] = (['exact', 'fluid'] as const).map((fidelity) => {
        const { simulation, partitions } = build({ ...machine, pools }, { fidelity })
        simulation.run(WINDOWS * ms(10))
        return partitions.map((partition) => partition.statistics().physc)
      })
      const own = exact.map((physc, index) => (fluid[index] === 0 ? physc : Math.abs(physc / fluid[index]! - 1)))
      deviations.push(...own)
      if (own.every((deviation) => deviation <= 0.01)) close++
    }
    expect(deviations.reduce((sum, deviation) => sum + deviation, 0) / deviations.length).toBeLessThan(0.01)
    expect(close).toBeGreaterThan(0.85 * MACHINES)
  })
})

describe('fluid', () => {
  const setUp = () => {
    const simulation = new Simulation({ seed: 'fluid' })
    const wheel = new SharedProcessors(simulation, { cores: 1, fidelity: 'fluid' })
    const ends: string[] = []
    const done = simulation.handler<string>('done', (what) => ends.push(`${what}@${simulation.now / 1e6}`))
    return { simulation, wheel, ends, done }
  }

  it('runs work at the rate that water filling gives, and faster when a neighbour falls silent', () => {
    const { simulation, wheel, ends, done } = setUp()
    const probe = wheel.partition({ name: 'probe', entitledCapacity: 0.2, virtualProcessors: 1, weight: 128 })
    const other = wheel.partition({ name: 'other', entitledCapacity: 0.4, virtualProcessors: 1, weight: 128 })
    other.demand({
      trace: [
        { atNs: 0, processors: 1 },
        { atNs: ms(50), processors: 0 },
      ],
    })
    // 0.2 + half of the 0.4 that nobody is entitled to, then the whole core.
    probe.processor.run(ms(20), done, 'shared')
    probe.processor.run(ms(10), done, 'alone')
    simulation.run()
    expect(ends).toEqual(['shared@50', 'alone@60'])
    expect(probe.statistics()).toMatchObject({ runNs: ms(30), dispatches: null, longestGapNs: null, waitCoreNs: null })
  })

  it('drifts by nothing: an hour of odd rates adds up to the ns', () => {
    const { simulation, wheel } = setUp()
    const weights = [3, 7, 11]
    const partitions = weights.map((weight) => {
      const partition = wheel.partition({ name: `w${weight}`, entitledCapacity: 0.11, virtualProcessors: 1, weight })
      partition.demand({ processors: 1 })
      return partition
    })
    simulation.run(seconds(3600))
    const { busyNs, idleNs } = wheel.statistics()
    expect(busyNs + idleNs).toBe(seconds(3600))
    // Less than 1 ns of a window for each partition is lost to rounding.
    expect(idleNs).toBeLessThanOrEqual(3 * 360_000)
    expect(partitions.reduce((sum, partition) => sum + partition.statistics().runNs, 0)).toBe(busyNs)
  })

  it('gives hypervisor work its time, idle or stolen', () => {
    const { simulation, wheel, ends, done } = setUp()
    wheel.hypervisorTime(ms(2), done, 'idle')
    simulation.run()
    const busy = wheel.partition({ name: 'busy', entitledCapacity: 1, virtualProcessors: 1 })
    busy.demand({ processors: 1 })
    expect(wheel.hypervisorWaits).toBe(false)
    wheel.hypervisorTime(ms(2), done, 'stolen')
    expect(wheel.hypervisorWaits).toBe(true)
    simulation.run(ms(12))
    expect([wheel.hypervisorWaits, busy.view(0)]).toEqual([false, null])
    expect(ends).toEqual(['idle@2', 'stolen@5'])
    expect(wheel.statistics()).toMatchObject({ busyNs: ms(8), hypervisorNs: ms(4), idleNs: 0 })
  })
})
