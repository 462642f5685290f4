// A virtual processor that waits for a page: it is off its core, takes no other work, and goes on before anything else, on the exact wheel
// and in fluid; others of its partition go on meanwhile.

import { ms, Simulation } from '@powersim/kernel'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type PartitionOptions, SharedProcessors, type Slice } from '../src/index.js'

function setUp(fidelity: 'exact' | 'fluid', options: Partial<PartitionOptions> = {}, cores = 2) {
  const simulation = new Simulation({ seed: 'stall' })
  const wheel = new SharedProcessors(simulation, { cores, fidelity })
  const partition = wheel.partition({ name: 'p', entitledCapacity: 1, virtualProcessors: 1, ...options })
  const { processor } = partition
  const ends: string[] = []
  const done = simulation.handler<string>('done', (what) => ends.push(`${what}@${simulation.now / 1e6}`))
  const resumed = simulation.handler<number>('resumed', (wait) => processor.resume(wait, 0, done, 'faulted'))
  const faults = simulation.handler<number>('faults', (pageInNs) => simulation.schedule(pageInNs, resumed, processor.stall()))
  return { simulation, wheel, partition, processor, ends, done, faults }
}

for (const fidelity of ['exact', 'fluid'] as const) {
  describe(`a fault on a ${fidelity} wheel`, () => {
    it('holds back the work of its only virtual processor', () => {
      const { simulation, processor, ends, done, faults } = setUp(fidelity)
      processor.run(ms(1), faults, ms(5))
      processor.run(ms(2), done, 'other')
      simulation.run()
      expect(ends).toEqual(['faulted@6', 'other@8'])
      expect(processor.statistics().busyNs).toBe(ms(3))
    })

    it('leaves the other virtual processors to the rest of the work', () => {
      const { simulation, processor, ends, done, faults } = setUp(fidelity, { entitledCapacity: 2, virtualProcessors: 2 })
      processor.run(ms(1), faults, ms(5))
      processor.run(ms(2), done, 'a')
      processor.run(ms(1), done, 'b')
      simulation.run()
      expect(ends).toEqual(['a@2', 'b@3', 'faulted@6'])
    })

    it('is over when work is dropped: a page that comes later resumes nobody', () => {
      const { simulation, processor, ends, done, faults } = setUp(fidelity)
      processor.run(ms(1), faults, ms(5))
      simulation.run(ms(2))
      processor.halt()
      processor.run(ms(1), done, 'next life')
      simulation.run()
      expect(ends).toEqual(['next life@3'])
    })
  })
}

describe('a fault on the exact wheel', () => {
  it('ends a slice with preempt reason 6 and begins the next one with dispatch reason 8 (LoPAR, dispatch trace log)', () => {
    const { simulation, wheel, processor, faults } = setUp('exact', { entitledCapacity: 0.5 })
    const slices: Slice[] = []
    wheel.observe({ ran: (slice) => slices.push({ ...slice }) })
    processor.run(ms(1), faults, ms(1))
    simulation.run()
    expect(slices.map(({ fromNs, preemptReason, dispatchReason }) => [fromNs / 1e6, dispatchReason, preemptReason])).toEqual([
      [0, 0, 6],
      [2, 8, 2],
    ])
  })

  it('takes no demand while it waits, and names its virtual processor', () => {
    const { simulation, partition, processor, done } = setUp('exact', { entitledCapacity: 2, virtualProcessors: 2 })
    partition.demand({ processors: 2 })
    const seen: number[] = []
    const look = simulation.handler<null>('look', () => {
      const wait = processor.stall()
      seen.push(processor.stalledIndex(wait))
      simulation.schedule(
        ms(40),
        simulation.handler<null>('later', () => processor.resume(wait, 0, done, 'x')),
        null,
      )
    })
    processor.run(ms(1), look, null)
    processor.run(ms(60), done, 'long')
    simulation.run(ms(30))
    const before = partition.statistics().runNs
    expect(seen).toEqual([0])
    simulation.run(ms(40))
    expect(partition.statistics().runNs - before).toBe(ms(10))
    simulation.run(ms(60))
    expect(partition.statistics().runNs - before).toBeGreaterThan(ms(28))
  })

  it('loses no work and runs nothing twice, whatever faults', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.tuple(fc.nat(20), fc.option(fc.nat(30)), fc.nat(40)), { minLength: 1, maxLength: 30 }),
        fc.constantFrom('exact' as const, 'fluid' as const),
        (virtualProcessors, work, fidelity) => {
          const entitledCapacity = virtualProcessors / 4
          const { simulation, processor, ends, done, faults } = setUp(fidelity, { entitledCapacity, virtualProcessors })
          const begin = simulation.handler<readonly [number, number | null]>('begin', ([workMs, faultMs]) => {
            if (faultMs === null) processor.run(ms(workMs / 10), done, 'plain')
            else processor.run(ms(workMs / 10), faults, ms(faultMs / 10))
          })
          let sum = 0
          for (const [workMs, faultMs, atMs] of work) {
            simulation.schedule(ms(atMs / 10), begin, [workMs, faultMs])
            sum += ms(workMs / 10)
          }
          simulation.run()
          expect(ends.length).toBe(work.length)
          expect(processor.waiting).toBe(0)
          if (fidelity === 'exact') expect(processor.statistics().busyNs).toBe(sum)
        },
      ),
      { numRuns: 200 },
    )
  })
})
