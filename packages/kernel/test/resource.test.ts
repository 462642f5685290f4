// Resources by hand-made examples and under drawn sequences of seize, release and withdraw, against a plain model.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Interrupted, KernelError, Resource, Simulation } from '../src/index.js'
import type { Handler, Process, Yieldable } from '../src/index.js'

function store(capacity: number, queueLimit?: number): { simulation: Simulation; resource: Resource; log: string[]; say: Handler<string> } {
  const simulation = new Simulation({ seed: 'test' })
  const resource = new Resource(simulation, queueLimit === undefined ? { name: 'r', capacity } : { name: 'r', capacity, queueLimit })
  const log: string[] = []
  const say = simulation.handler<string>('say', (what) => log.push(`${simulation.now} ${what}`))
  return { simulation, resource, log, say }
}

function codeOf(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    if (error instanceof KernelError) return error.code
    throw error
  }
  return 'nothing thrown'
}

describe('seize and release', () => {
  it('grants at once, within the call, while units are free', () => {
    const { resource, log, say } = store(2)
    expect(resource.seize(say, 'a')).toBe(true)
    expect(resource.seize(say, 'b')).toBe(true)
    expect(log).toEqual(['0 a', '0 b'])
    expect([resource.free, resource.inUse, resource.waiting, resource.peak]).toEqual([0, 2, 0, 2])
  })

  it('hands units over in order, by an event; in between they are not free', () => {
    const { simulation, resource, log, say } = store(1)
    for (const name of ['a', 'b', 'c']) resource.seize(say, name)
    expect(resource.waiting).toBe(2)
    resource.release()
    expect([resource.free, resource.inUse, resource.waiting]).toEqual([0, 1, 1])
    expect(resource.trySeize()).toBe(false)
    expect(log).toEqual(['0 a'])
    simulation.run()
    expect(log).toEqual(['0 a', '0 b'])
    resource.release()
    simulation.run()
    resource.release()
    expect(log).toEqual(['0 a', '0 b', '0 c'])
    expect([resource.free, resource.inUse]).toEqual([1, 0])
  })

  it('rejects what finds the line full', () => {
    const { simulation, resource, log, say } = store(1, 1)
    expect(['a', 'b', 'c'].map((name) => resource.seize(say, name))).toEqual([true, true, false])
    resource.release()
    simulation.run()
    expect(log).toEqual(['0 a', '0 b'])
  })

  it('with a queue limit of 0 grants or rejects', () => {
    const { resource, say } = store(1, 0)
    expect([resource.seize(say, 'a'), resource.seize(say, 'b')]).toEqual([true, false])
  })

  it('trySeize never waits', () => {
    const { resource } = store(1)
    expect([resource.trySeize(), resource.trySeize(), resource.waiting]).toEqual([true, false, 0])
  })

  it('counts to the ns', () => {
    const { simulation, resource, say } = store(2)
    for (const name of ['a', 'b', 'c', 'd']) resource.seize(say, name)
    simulation.run(10)
    resource.release()
    simulation.run(15)
    resource.release()
    resource.release()
    simulation.run(35)
    resource.trySeize()
    resource.trySeize()
    // In use: 2 for 15 ns, 1 for 20; in line: c 10 ns, d 15 ns.
    expect(resource.statistics()).toEqual({
      seized: 5, released: 3, rejected: 1, withdrawn: 0, waiting: 0, inUse: 2, areaInUseNs: 50, waitNs: 25, peakInUse: 2, peakWaiting: 2,
    })
  })

  it('counts those that still wait', () => {
    const { simulation, resource, say } = store(1)
    resource.seize(say, 'a')
    resource.seize(say, 'b')
    simulation.run(7)
    const { waiting, waitNs } = resource.statistics()
    expect({ waiting, waitNs }).toEqual({ waiting: 1, waitNs: 7 })
  })

  it('refuses what is wrong', () => {
    const { resource, simulation } = store(1)
    expect(codeOf(() => resource.release())).toBe('not-seized')
    // Forged on purpose.
    expect(codeOf(() => resource.seize(999 as Handler<string>, ''))).toBe('bad-handler')
    for (const options of [{ capacity: 0 }, { capacity: 1.5 }, { capacity: 1, queueLimit: -1 }]) {
      expect(codeOf(() => new Resource(simulation, { name: 'r', ...options }))).toBe('bad-option')
    }
    const { seized, inUse } = resource.statistics()
    expect({ seized, inUse }).toEqual({ seized: 0, inUse: 0 })
  })

  it('a chain of 50,000 immediate hand-overs does not grow the stack', () => {
    const simulation = new Simulation({ seed: 'test' })
    const resource = new Resource(simulation, { name: 'r', capacity: 1 })
    let granted = 0
    const got = simulation.handler<undefined>('got', () => {
      granted++
      resource.release()
    })
    resource.trySeize()
    for (let i = 0; i < 50_000; i++) resource.seize(got, undefined)
    resource.release()
    simulation.run()
    expect([granted, resource.inUse]).toEqual([50_000, 0])
  })
})

describe('under drawn sequences', () => {
  it('processes hold and wait as a plain FIFO model says', () => {
    const step = fc.oneof(
      { weight: 5, arbitrary: fc.record({ kind: fc.constant('start' as const), hold: fc.integer({ min: 0, max: 20 }) }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('interrupt' as const), index: fc.nat() }) },
      { weight: 4, arbitrary: fc.record({ kind: fc.constant('pass' as const), delay: fc.integer({ min: 1, max: 15 }) }) },
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), fc.integer({ min: 1, max: 3 }), fc.nat(5), (steps, capacity, queueLimit) => {
        const { simulation, resource } = store(capacity, queueLimit)
        const log: string[] = []
        const processes: Process<void>[] = []
        let holding = 0
        let most = 0
        function* body(index: number, hold: number): Generator<Yieldable, void> {
          let has = false
          try {
            const request = resource.request()
            const got: unknown = yield request
            if (got === 'rejected') {
              log.push(`${index} rejected`)
              return
            }
            has = true
            holding++
            most = Math.max(most, holding)
            log.push(`${index} granted`)
            yield hold
          } catch (error) {
            if (!(error instanceof Interrupted)) throw error
            log.push(`${index} interrupted`)
          } finally {
            if (has) {
              holding--
              resource.release()
            }
          }
        }
        for (const one of steps) {
          if (one.kind === 'start') {
            processes.push(simulation.process('p', body(processes.length, one.hold)))
            simulation.run(simulation.now)
          } else if (one.kind === 'interrupt') {
            processes[one.index % Math.max(1, processes.length)]?.interrupt('x')
            simulation.run(simulation.now)
          } else {
            simulation.run(simulation.now + one.delay)
          }
          expect(holding).toBe(resource.inUse)
          resource.statistics()
        }
        simulation.run()
        expect(most).toBeLessThanOrEqual(capacity)
        expect(processes.every((process) => process.done)).toBe(true)
        expect([resource.inUse, resource.waiting, resource.peak]).toEqual([0, 0, most])
        // FIFO: grants happen in the order of asking.
        const grants = log.filter((line) => line.endsWith('granted')).map((line) => Number(line.split(' ')[0]))
        expect(grants).toEqual([...grants].sort((a, b) => a - b))
        const { seized, released, rejected, withdrawn } = resource.statistics()
        expect(seized).toBe(released)
        expect(seized + rejected + withdrawn).toBe(processes.length)
        expect(grants.length).toBe(seized)
      }),
      { numRuns: 300 },
    )
  })
})
