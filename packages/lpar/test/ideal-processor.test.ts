// The ideal processor: order, dispatch latency once per wake, exact busy time, halting and resizing, and a closed loop.

import { ms, Simulation } from '@powersim/kernel'
import { describe, expect, it } from 'vitest'
import { IdealProcessor, LparError } from '../src/index.js'

function setUp(processors: number, dispatchLatencyNs = 0, queueLimit = 100) {
  const simulation = new Simulation({ seed: 'ideal' })
  const processor = new IdealProcessor(simulation, { name: 'p', processors, dispatchLatencyNs, queueLimit })
  const ends: string[] = []
  const done = simulation.handler<string>('done', (what) => ends.push(`${what}@${simulation.now}`))
  const ask = simulation.handler<[number, string]>('ask', ([workNs, what]) => processor.run(workNs, done, what))
  return { simulation, processor, ends, done, ask }
}

describe('IdealProcessor', () => {
  it('serves in the order of asking, each piece whole', () => {
    const { simulation, processor, ends, done } = setUp(1)
    processor.run(10, done, 'a')
    processor.run(5, done, 'b')
    processor.run(0, done, 'c')
    simulation.run()
    expect(ends).toEqual(['a@10', 'b@15', 'c@15'])
  })

  it('serves side by side on several processors, first come first', () => {
    const { simulation, processor, ends, done } = setUp(2)
    for (const [workNs, what] of [
      [10, 'a'],
      [4, 'b'],
      [4, 'c'],
      [1, 'd'],
    ] as const)
      processor.run(workNs, done, what)
    simulation.run()
    expect(ends).toEqual(['b@4', 'c@8', 'd@9', 'a@10'])
  })

  it('charges the dispatch latency once per wake, to all that wait for it', () => {
    const { simulation, processor, ends, ask } = setUp(1, 100)
    simulation.schedule(0, ask, [10, 'first'])
    simulation.schedule(60, ask, [10, 'during the dispatch'])
    simulation.schedule(115, ask, [10, 'while it runs'])
    simulation.schedule(500, ask, [10, 'after it ceded'])
    simulation.run()
    expect(ends).toEqual(['first@110', 'during the dispatch@120', 'while it runs@130', 'after it ceded@610'])
    expect(processor.statistics()).toMatchObject({ dispatches: 2, dispatchWaitNs: 100 + 40 + 100, busyNs: 40 })
  })

  it('runs on without a dispatch when the completion asks for more work, and only then', () => {
    const { simulation, processor, ends, done } = setUp(1, 100)
    const again = simulation.handler<string>('again', (what) => {
      ends.push(`${what}@${simulation.now}`)
      processor.run(5, done, 'asked inside')
    })
    const later = simulation.handler<string>('later', (what) => processor.run(5, done, what))
    const last = simulation.handler<string>('last', () => simulation.schedule(0, later, 'asked by a later event of the same instant'))
    processor.run(10, again, 'outer')
    simulation.run(1000)
    processor.run(10, last, '')
    simulation.run()
    expect(ends).toEqual(['outer@110', 'asked inside@115', 'asked by a later event of the same instant@1215'])
    expect(processor.statistics().dispatches).toBe(3)
  })

  it('knows its busy time to the ns, in the middle of a piece too', () => {
    const { simulation, processor, done } = setUp(2)
    processor.run(1000, done, 'a')
    processor.run(300, done, 'b')
    simulation.run(200)
    expect(processor.statistics()).toMatchObject({ busyNs: 400, elapsedNs: 200, utilization: 1 })
    simulation.run(2000)
    expect(processor.statistics()).toMatchObject({ busyNs: 1300, elapsedNs: 2000, processors: 2, utilization: 1300 / 4000 })
  })

  it('drops everything when halted, keeps what was used, and starts afresh', () => {
    const { simulation, processor, ends, done } = setUp(1, 100)
    processor.run(50, done, 'in service')
    processor.run(50, done, 'waiting')
    simulation.run(120)
    processor.halt()
    expect(processor.waiting + processor.inService).toBe(0)
    processor.run(10, done, 'after')
    simulation.run()
    expect(ends).toEqual(['after@230'])
    expect(processor.statistics()).toMatchObject({ busyNs: 30, dispatches: 2 })
  })

  it('can be halted while the dispatch is on its way, and by its own completion', () => {
    const { simulation, processor, ends, done } = setUp(1, 100)
    const halt = simulation.handler<string>('halt', () => processor.halt())
    processor.run(50, done, 'never')
    simulation.run(60)
    processor.halt()
    simulation.run(1000)
    processor.run(10, halt, '')
    processor.run(10, done, 'never either')
    simulation.run(2000)
    expect(ends).toEqual([])
    processor.run(10, done, 'again')
    simulation.run()
    expect(ends).toEqual(['again@2110'])
    expect(processor.statistics().busyNs).toBe(20)
  })

  it('follows a change of processors; a piece that runs is finished', () => {
    const { simulation, processor, ends, done } = setUp(2)
    for (const what of ['a', 'b', 'c']) processor.run(10, done, what)
    processor.resize(1)
    simulation.run(5)
    processor.resize(1)
    simulation.run()
    expect(ends).toEqual(['a@10', 'b@10', 'c@20'])
    processor.resize(3)
    for (const what of ['d', 'e', 'f']) processor.run(10, done, what)
    simulation.run()
    expect(ends.slice(3)).toEqual(['d@30', 'e@30', 'f@30'])
    expect(processor.statistics()).toMatchObject({ busyNs: 60, utilization: 60 / (20 + 10 + 30) })
  })

  it('is a closed loop: n customers with think time give n / (think + service) while there is no queue', () => {
    const { simulation, processor } = setUp(1)
    let served = 0
    const think = simulation.handler<number>('think', (who) => {
      served++
      simulation.schedule(90, work, who)
    })
    const work = simulation.handler<number>('work', (who) => processor.run(10, think, who))
    for (let who = 0; who < 5; who++) simulation.schedule(who * 20, work, who)
    simulation.run(100_000)
    expect(served).toBe(5 * 1000)
    expect(processor.statistics().utilization).toBeCloseTo(0.5, 3)
  })

  it('refuses work that is no time, one piece too many, and odd options', () => {
    const { processor, done } = setUp(1, 0, 2)
    for (const workNs of [-1, 0.5, Number.NaN, 2 ** 53]) expect(() => processor.run(workNs, done, '')).toThrow(LparError)
    for (let piece = 0; piece < 3; piece++) processor.run(1, done, '')
    expect(() => processor.run(1, done, '')).toThrow(expect.objectContaining({ code: 'processor-queue-limit' }))
    const simulation = new Simulation({ seed: 'x' })
    expect(() => new IdealProcessor(simulation, { name: 'p', processors: 0 })).toThrow("processor 'p'.processors: expected")
    expect(() => new IdealProcessor(simulation, { name: 'p', processors: 1, dispatchLatencyNs: -1 })).toThrow(LparError)
  })
})

describe('a processor that waits for a page', () => {
  function faulting(processors: number, dispatchLatencyNs = 0) {
    const simulation = new Simulation({ seed: 'stall' })
    const processor = new IdealProcessor(simulation, { name: 'p', processors, dispatchLatencyNs })
    const ends: string[] = []
    const done = simulation.handler<string>('done', (what) => ends.push(`${what}@${simulation.now / 1e6}`))
    const resumed = simulation.handler<number>('resumed', (wait) => processor.resume(wait, 0, done, 'faulted'))
    const faults = simulation.handler<number>('faults', (pageInNs) => simulation.schedule(pageInNs, resumed, processor.stall()))
    return { simulation, processor, ends, done, faults }
  }

  it('does nothing else until it is there', () => {
    const { simulation, processor, ends, done, faults } = faulting(1)
    processor.run(ms(1), faults, ms(5))
    processor.run(ms(2), done, 'other')
    simulation.run()
    expect(ends).toEqual(['faulted@6', 'other@8'])
    expect(processor.statistics()).toMatchObject({ busyNs: ms(3), dispatches: 1 })
  })

  it('leaves the work to the others', () => {
    const { simulation, processor, ends, done, faults } = faulting(2)
    processor.run(ms(1), faults, ms(5))
    processor.run(ms(2), done, 'a')
    processor.run(ms(1), done, 'b')
    simulation.run()
    expect(ends).toEqual(['a@2', 'b@3', 'faulted@6'])
  })

  it('waits no more after a halt, and outside of a completion not at all', () => {
    const { simulation, processor, ends, done, faults } = faulting(1)
    expect(processor.stall()).toBe(-1)
    processor.run(ms(1), faults, ms(5))
    simulation.run(ms(2))
    processor.halt()
    processor.run(ms(1), done, 'next life')
    simulation.run()
    expect(ends).toEqual(['next life@3'])
  })
})
