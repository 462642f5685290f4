// A partition's processor behind its port: order, waits for the dispatch, slices, siblings, halting and resizing; and what a sleeping
// wheel costs.

import { hours, ms, seconds, Simulation } from '@powersim/kernel'
import { describe, expect, it } from 'vitest'
import { type PartitionOptions, SharedProcessors } from '../src/index.js'

function setUp(options: Partial<PartitionOptions> = {}, cores = 1) {
  const simulation = new Simulation({ seed: 'processor' })
  const wheel = new SharedProcessors(simulation, { cores })
  const partition = wheel.partition({ name: 'p', entitledCapacity: 0.2, virtualProcessors: 1, capped: true, ...options })
  const ends: string[] = []
  const done = simulation.handler<string>('done', (what) => ends.push(`${what}@${simulation.now / 1e6}`))
  const ask = simulation.handler<[number, string]>('ask', ([workMs, what]) => partition.processor.run(workMs * 1e6, done, what))
  return { simulation, wheel, partition, processor: partition.processor, ends, done, ask }
}

describe('the processor of a partition', () => {
  it('runs a piece in as many slices as it takes, in order of asking', () => {
    const { simulation, processor, ends, done } = setUp()
    processor.run(ms(5), done, 'a')
    processor.run(ms(1), done, 'b')
    processor.run(0, done, 'c')
    simulation.run()
    expect(ends).toEqual(['a@21', 'b@22', 'c@22'])
    expect(processor.statistics()).toMatchObject({ busyNs: ms(6), dispatches: 3, dispatchWaitNs: ms(16) })
  })

  it('runs at once on an idle machine, and goes on without a dispatch when a completion asks for more', () => {
    const { simulation, processor, ends, done } = setUp()
    const again = simulation.handler<string>('again', (what) => {
      ends.push(`${what}@${simulation.now / 1e6}`)
      processor.run(ms(0.5), done, 'inside')
    })
    processor.run(ms(1), again, 'outer')
    simulation.run()
    expect(ends).toEqual(['outer@1', 'inside@1.5'])
    expect(processor.statistics().dispatches).toBe(1)
  })

  it('serves side by side on several virtual processors', () => {
    const { simulation, processor, ends, done } = setUp({ entitledCapacity: 2, virtualProcessors: 2 }, 2)
    for (const [work, what] of [
      [3, 'a'],
      [1, 'b'],
      [1, 'c'],
    ] as const)
      processor.run(ms(work), done, what)
    simulation.run()
    expect(ends).toEqual(['b@1', 'c@2', 'a@3'])
  })

  it('gives a lone virtual processor the entitlement of its ceded siblings, and a sibling that wakes its own part back', () => {
    const { simulation, partition, ends, ask } = setUp({ entitledCapacity: 0.4, virtualProcessors: 2 }, 2)
    simulation.schedule(0, ask, [4, 'all four ms'])
    simulation.schedule(ms(10), ask, [8, 'long'])
    simulation.schedule(ms(11), ask, [2, 'short'])
    simulation.run()
    expect(ends).toEqual(['all four ms@4', 'short@13', 'long@32'])
    expect(partition.statistics().runNs).toBe(ms(14))
  })

  it('waits behind a busy neighbour, but takes the core from one that runs on spare time', () => {
    const { simulation, wheel, ends, ask } = setUp()
    const greedy = wheel.partition({ name: 'greedy', entitledCapacity: 0.5, virtualProcessors: 1 })
    greedy.demand({ processors: 1 })
    simulation.schedule(ms(3), ask, [1, 'behind'])
    simulation.schedule(ms(17), ask, [1, 'at once'])
    simulation.run()
    expect(ends).toEqual(['behind@6', 'at once@18'])
  })

  it('serves work before the demand stream of the same partition, within its slices', () => {
    const { simulation, partition, ends, ask } = setUp()
    partition.demand({ processors: 1 })
    simulation.schedule(ms(1), ask, [0.25, 'in the slice'])
    simulation.schedule(ms(5), ask, [1, 'next window'])
    simulation.run(ms(20))
    expect(ends).toEqual(['in the slice@1.25', 'next window@11'])
    expect(partition.statistics().runNs).toBe(ms(4))
  })

  it('drops all work when it halts, and tells nobody', () => {
    const { simulation, processor, ends, ask } = setUp()
    simulation.schedule(0, ask, [5, 'a'])
    simulation.schedule(0, ask, [5, 'b'])
    const halt = simulation.handler<null>('halt', () => processor.halt())
    simulation.schedule(ms(1), halt, null)
    simulation.schedule(ms(30), ask, [1, 'later'])
    simulation.run()
    expect(ends).toEqual(['later@31'])
    expect(processor.statistics().busyNs).toBe(ms(2))
  })

  it('takes another number of virtual processors at the next window; one with work finishes it first', () => {
    const { simulation, processor, partition, ends, done } = setUp({ entitledCapacity: 0.4, virtualProcessors: 2 }, 2)
    for (const what of ['a', 'b', 'c']) processor.run(ms(6), done, what)
    processor.resize(1)
    simulation.run()
    expect(ends).toEqual(['a@22', 'b@22', 'c@42'])
    expect(partition.statistics().virtualProcessors).toHaveLength(1)
  })

  it('refuses work that is no whole ns, and more pieces than its limit', () => {
    const { processor, done } = setUp({ queueLimit: 2 })
    expect(() => processor.run(0.5, done, 'x')).toThrow(/whole number of ns/)
    for (const what of ['runs', 'waits', 'waits']) processor.run(ms(1), done, what)
    expect(() => processor.run(ms(1), done, 'x')).toThrow(/2 pieces of work wait already/)
  })
})

describe('what nobody waits for costs no events', () => {
  it('simulates an hour of 1,000 idle partitions without an event of the wheel', () => {
    const simulation = new Simulation({ seed: 'idle' })
    const wheel = new SharedProcessors(simulation, { cores: 64 })
    const partitions = Array.from({ length: 1000 }, (_, index) =>
      wheel.partition({ name: `p${index}`, entitledCapacity: 0.05, virtualProcessors: 1 }),
    )
    const done = simulation.handler<null>('done', () => {})
    partitions[500]?.processor.run(ms(1), done, null)
    simulation.run(hours(1))
    expect(simulation.executed).toBeLessThan(10)
    expect(wheel.statistics()).toMatchObject({ idleNs: 64 * hours(1) - ms(1), slices: 2 })
  })

  it('needs no event for neighbours that only ask for time, and computes their slices when they are asked for', () => {
    const simulation = new Simulation({ seed: 'lazy' })
    const wheel = new SharedProcessors(simulation, { cores: 2 })
    const busy = wheel.partition({ name: 'busy', entitledCapacity: 0.5, virtualProcessors: 2, capped: true })
    busy.demand({ processors: 2 })
    simulation.run(seconds(10))
    expect(simulation.executed).toBe(0)
    expect(busy.statistics()).toMatchObject({ physc: 0.5, dispatches: 2000 })
  })
})
