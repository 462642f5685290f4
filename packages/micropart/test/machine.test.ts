// The wheel around its partitions: refusals that change nothing, DLPAR, dedicated and donated cores, the hypervisor's own work, affinity,
// and how the policies of spare time differ.

import { ms, seconds, Simulation } from '@powersim/kernel'
import { describe, expect, it } from 'vitest'
import {
  byWeight,
  lottery,
  MicropartError,
  type PartitionOptions,
  SharedProcessors,
  type SharedProcessorsOptions,
  stride,
} from '../src/index.js'

function setUp(options: SharedProcessorsOptions = { cores: 2 }) {
  const simulation = new Simulation({ seed: 'machine' })
  const wheel = new SharedProcessors(simulation, options)
  const ends: string[] = []
  const done = simulation.handler<string>('done', (what) => ends.push(`${what}@${simulation.now / 1e6}`))
  const shared = (name: string, entitledCapacity: number, more: Partial<PartitionOptions> = {}) =>
    wheel.partition({ name, entitledCapacity, virtualProcessors: 1, ...more })
  return { simulation, wheel, shared, ends, done }
}

describe('what does not fit', () => {
  it.each<[string, string, RegExp, PartitionOptions]>([
    ['over-committed', 'p', /2\.40 entitled/, { name: 'p', entitledCapacity: 1.5, virtualProcessors: 2 }],
    ['unknown-pool', 'p', /no pool 5/, { name: 'p', entitledCapacity: 0.1, virtualProcessors: 1, pool: 5 }],
    ['pool-maximum', 'p', /pool 1: 1\.20/, { name: 'p', entitledCapacity: 0.9, virtualProcessors: 1, pool: 1 }],
    ['bad-entitlement', 'p', /less than 0\.10/, { name: 'p', entitledCapacity: 0.3, virtualProcessors: 4 }],
    ['bad-entitlement', 'p', /more than 1\.00/, { name: 'p', entitledCapacity: 1.1, virtualProcessors: 1 }],
    ['duplicate-name', 'first', /another partition/, { name: 'first', entitledCapacity: 0.1, virtualProcessors: 1 }],
    ['bad-option', 'p', /weight/, { name: 'p', entitledCapacity: 0.1, virtualProcessors: 1, weight: 256 }],
    ['bad-option', 'p', /only a dedicated/, { name: 'p', entitledCapacity: 0.1, virtualProcessors: 1, donate: true }],
  ])('is refused as %s (%s), and nothing has changed', (code, _name, message, options) => {
    const { wheel, shared } = setUp({ cores: 2, generation: 'power6', pools: [{ id: 1, reserved: 0.3, maximum: 1 }] })
    const first = shared('first', 0.6)
    expect(() => wheel.partition(options)).toThrow(message)
    expect(() => wheel.partition(options)).toThrow(expect.objectContaining({ code }))
    // All that was free still is, and what DLPAR is refused stays as it was.
    shared('rest', 0.4, { pool: 1 })
    expect(() => first.setEntitlement({ entitledCapacity: 0.9 })).not.toThrow()
    expect(() => first.setEntitlement({ entitledCapacity: 0.95, virtualProcessors: 20 })).toThrow(MicropartError)
    expect(first.processor.processors).toBe(1)
  })

  it('is refused when a sleeping partition comes back and its entitlement has gone to another', () => {
    const { shared } = setUp()
    const one = shared('one', 1)
    one.deactivate()
    const two = shared('two', 2, { virtualProcessors: 2 })
    expect(() => one.activate()).toThrow(/over-committed/)
    expect(one.active).toBe(false)
    two.deactivate()
    two.remove()
    one.activate()
    expect(() => two.statistics()).toThrow(/taken out/)
  })
})

describe('DLPAR', () => {
  it('changes entitlement, weight and pool at the next window', () => {
    const { simulation, shared } = setUp({ cores: 1, pools: [{ id: 1, maximum: 1 }] })
    const grows = shared('grows', 0.2, { capped: true })
    grows.demand({ processors: 1 })
    simulation.run(ms(15))
    grows.setEntitlement({ entitledCapacity: 0.5, pool: 1 })
    simulation.run(ms(20))
    expect(grows.statistics().runNs).toBe(ms(4))
    simulation.run(ms(30))
    expect(grows.statistics().runNs).toBe(ms(9))
    grows.setEntitlement({ capped: false })
    simulation.run(ms(50))
    expect(grows.statistics().runNs).toBe(ms(9 + 10 + 10))
  })

  it('stops a partition at once: its work is dropped, its demand ends, the rest goes on', () => {
    const { simulation, shared, ends, done } = setUp({ cores: 1 })
    const off = shared('off', 0.5)
    const stays = shared('stays', 0.5)
    off.demand({ processors: 1 })
    off.processor.run(ms(50), done, 'never')
    const stop = simulation.handler<null>('stop', () => off.deactivate())
    simulation.schedule(ms(3), stop, null)
    simulation.schedule(
      ms(4),
      simulation.handler<null>('ask', () => stays.processor.run(ms(2), done, 'at once')),
      null,
    )
    simulation.run(seconds(1))
    expect(ends).toEqual(['at once@6'])
    expect(off.statistics()).toMatchObject({ active: false, runNs: ms(3) })
  })
})

describe('dedicated processors', () => {
  it.each([true, false])('run at once, and lend idle cores only if they donate (%s)', (donate) => {
    const { simulation, wheel, shared, ends, done } = setUp()
    const own = wheel.partition({ name: 'own', mode: 'dedicated', virtualProcessors: 1, donate })
    const greedy = shared('greedy', 1, { virtualProcessors: 2 })
    greedy.demand({ processors: 2 })
    const ask = simulation.handler<null>('ask', () => own.processor.run(ms(3), done, 'own'))
    simulation.scheduleAt(ms(14), ask, null)
    simulation.run(ms(30))
    expect(ends).toEqual(['own@17'])
    expect(own.statistics()).toMatchObject({ runNs: ms(3), donatedNs: donate ? ms(27) : 0, longestGapNs: 0 })
    expect(greedy.statistics().runNs).toBe(donate ? ms(57) : ms(30))
    expect(wheel.statistics().dedicatedIdleNs).toBe(donate ? 0 : ms(27))
  })
})

describe("the hypervisor's own work", () => {
  it('takes idle cycles first, gives them back to who wakes, and steals after a while', () => {
    const { simulation, wheel, shared, ends, done } = setUp({ cores: 1 })
    const busy = shared('busy', 0.5)
    wheel.hypervisorTime(ms(2), done, 'on idle cycles')
    const ask = simulation.handler<null>('ask', () => busy.processor.run(ms(4), done, 'work'))
    simulation.scheduleAt(ms(1), ask, null)
    expect(wheel.hypervisorWaits).toBe(false)
    simulation.run(ms(1.5))
    expect(wheel.hypervisorWaits).toBe(true)
    expect(busy.view(0)).toMatchObject({ core: 0, dispatchedNs: ms(1), dispatches: 1 })
    simulation.run()
    expect([wheel.hypervisorWaits, busy.view(0)?.core, busy.view(1)]).toEqual([false, -1, null])
    // Interrupted at 1 ms, it waits 1 ms and steals the core back.
    expect(ends).toEqual(['on idle cycles@3', 'work@6'])
    expect(wheel.statistics()).toMatchObject({ hypervisorNs: ms(2), busyNs: ms(4) })
    expect(busy.statistics().stolenNs).toBe(ms(1))
  })
})

describe('affinity', () => {
  it('costs a cold cache where others ran, and keeps a lone partition on its core', () => {
    const { simulation, shared, ends, done } = setUp({
      cores: 4,
      coresPerNode: 2,
      refill: { sameCoreNs: 1000, sameNodeNs: 2000, remoteNs: 3000 },
    })
    const lone = shared('lone', 0.5)
    lone.processor.run(ms(1), done, 'cold')
    simulation.run()
    lone.processor.run(ms(1), done, 'warm')
    simulation.run()
    expect(ends).toEqual(['cold@1.003', 'warm@2.003'])
    expect(lone.statistics()).toMatchObject({ dispersions: 0, dispatches: 2 })
  })
})

describe('policies of spare time', () => {
  it.each([
    [byWeight, 0.005],
    [stride, 0.005],
    [lottery, 0.03],
  ])('$name shares by weight', (policy, tolerance) => {
    const { simulation, shared } = setUp({ cores: 1, policy })
    const weights = [32, 64, 160]
    const partitions = weights.map((weight) => shared(`w${weight}`, 0.05, { weight }))
    for (const partition of partitions) partition.demand({ processors: 1 })
    simulation.run(seconds(60))
    for (const [index, partition] of partitions.entries()) {
      const expected = 0.05 + (0.85 * weights[index]!) / 256
      expect(Math.abs(partition.statistics().physc / expected - 1)).toBeLessThan(tolerance)
    }
  })
})

describe('a pool at its maximum', () => {
  it('lets a partition that comes late in the window wait for the next one', () => {
    const { simulation, shared, ends, done } = setUp({ cores: 2, pools: [{ id: 1, reserved: 0, maximum: 1 }] })
    shared('busy', 0.5, { pool: 1 }).demand({ processors: 1 })
    simulation.run(ms(9.5))
    shared('late', 0.1, { pool: 1 }).processor.run(ms(0.1), done, 'late')
    simulation.run(ms(30))
    expect(ends).toEqual(['late@10.1'])
  })
})

describe('pools that change while the wheel turns', () => {
  it.each(['exact', 'fluid'] as const)('%s: a partition gets what its pool may have, from the next window on', (fidelity) => {
    const { simulation, wheel, shared } = setUp({ cores: 4, fidelity })
    const moves = shared('moves', 0.5, { virtualProcessors: 4 })
    const stays = shared('stays', 0.5, { virtualProcessors: 4 })
    moves.demand({ processors: 4 })
    stays.demand({ processors: 4 })
    let before = 0
    let beforeStays = 0
    // Processors that the two had in a second that begins between windows.
    const second = (): readonly number[] => {
      simulation.run(simulation.now + ms(5))
      simulation.run(Math.ceil(simulation.now / ms(10)) * ms(10))
      ;[before, beforeStays] = [moves.statistics().runNs, stays.statistics().runNs]
      simulation.run(simulation.now + seconds(1))
      const had = [moves.statistics().runNs - before, stays.statistics().runNs - beforeStays]
      // Slices of spare time are a tenth of a window.
      return had.map((ns) => Math.round(ns / 1e8) / 10)
    }
    expect(second()).toEqual([2, 2])
    wheel.setPools([{ id: 1, maximum: 1 }])
    moves.setEntitlement({ pool: 1 })
    expect(second()).toEqual([1, 3])
    wheel.setPools([{ id: 1, maximum: 2, reserved: 1.5 }])
    expect(second()).toEqual([2, 2])
    wheel.setPools([{ id: 1, maximum: 3, reserved: 2.5 }])
    expect(second()).toEqual([3, 1])
    expect(() => wheel.setPools([])).toThrow(/no pool 1/)
    moves.setEntitlement({ pool: 0 })
    wheel.setPools([])
    expect(second()).toEqual([2, 2])
  })
})

describe('demand', () => {
  it('follows a bursty stream on average, and the same seed gives the same bursts', () => {
    const run = () => {
      const { simulation, wheel, shared } = setUp({ cores: 1 })
      const bursty = shared('bursty', 0.5)
      bursty.demand({ bursty: { processors: 0.8, onNs: { exponential: ms(300) }, offNs: { exponential: ms(700) } } })
      simulation.run(seconds(600))
      return { physc: bursty.statistics().physc, digest: wheel.digest() }
    }
    const once = run()
    expect(Math.abs(once.physc - 0.24)).toBeLessThan(0.02)
    expect(run()).toEqual(once)
  })
})
