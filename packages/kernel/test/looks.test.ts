// Looks at a run: when they come, and that nothing tells a run that is looked at from one that is not.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { KernelError, Simulation, TimeWeighted } from '../src/index.js'
import type { Handler } from '../src/index.js'

function codeOf(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    if (error instanceof KernelError) return error.code
    throw error
  }
  return 'nothing thrown'
}

/** A world with events at the given times, each of which is logged. */
function world(times: readonly number[]): { simulation: Simulation; log: string[] } {
  const simulation = new Simulation({ seed: 'looks' })
  const log: string[] = []
  const say = simulation.handler<null>('say', () => log.push(`${simulation.now} event`))
  for (const time of times) simulation.schedule(time, say, null)
  return { simulation, log }
}

describe('observe', () => {
  it('looks at its times, before any event at them, and between events when nothing happens', () => {
    const { simulation, log } = world([5, 10, 10, 47])
    simulation.observe(0, (timeNs) => {
      log.push(`${timeNs} look, now ${simulation.now}`)
      return timeNs + 10
    })
    expect(simulation.run()).toBe('idle')
    expect(log).toEqual([
      '0 look, now 0',
      '5 event',
      '10 look, now 10',
      '10 event',
      '10 event',
      '20 look, now 20',
      '30 look, now 30',
      '40 look, now 40',
      '47 event',
    ])
    expect(simulation.now).toBe(47)
  })

  it('looks up to the time that a run was asked for, whether or not events come', () => {
    const { simulation, log } = world([5])
    simulation.observe(10, (timeNs) => {
      log.push(`${timeNs} look`)
      return timeNs + 10
    })
    expect(simulation.run(20)).toBe('idle')
    expect(log).toEqual(['5 event', '10 look', '20 look'])
    expect(simulation.now).toBe(20)
  })

  it('serves several, in order of time and then of asking, until each says Infinity', () => {
    const { simulation, log } = world([100])
    const once =
      (name: string) =>
      (timeNs: number): number => {
        log.push(`${timeNs} ${name}`)
        return name === 'c' && timeNs < 40 ? timeNs + 15 : Infinity
      }
    simulation.observe(30, once('a'))
    simulation.observe(10, once('b'))
    simulation.observe(15, once('c'))
    simulation.run()
    expect(log).toEqual(['10 b', '15 c', '30 a', '30 c', '45 c', '100 event'])
  })

  it('sees integrals as they are at its time', () => {
    const simulation = new Simulation({ seed: 'looks' })
    const level = new TimeWeighted(simulation)
    const set = simulation.handler<number>('set', (value) => level.set(value))
    simulation.schedule(4, set, 3)
    simulation.schedule(36, set, 0)
    const areas: number[] = []
    simulation.observe(10, (timeNs) => {
      areas.push(level.area())
      return timeNs + 10
    })
    simulation.run()
    expect(areas).toEqual([18, 48, 78])
  })

  it('leaves digest, count, trace and times as they are', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(gaps, fc.integer({ min: 1, max: 40 }), (delays, everyNs) => {
        const run = (looked: boolean): unknown => {
          const simulation = new Simulation({ seed: 'looks' })
          const times: number[] = []
          const step: Handler<number> = simulation.handler('step', (index) => {
            times.push(simulation.now)
            const delay = delays[index]
            if (delay !== undefined) simulation.schedule(delay, step, index + 1)
          })
          simulation.schedule(0, step, 0)
          if (looked) simulation.observe(0, (timeNs) => timeNs + everyNs)
          const outcome = simulation.run()
          return { outcome, times, digest: simulation.digest.hex(), executed: simulation.executed, trace: simulation.trace.last(99) }
        }
        expect(run(true)).toEqual(run(false))
      }),
    )
  })
})

describe('a look may only read', () => {
  it.each<[string, (simulation: Simulation, handler: Handler<null>) => void]>([
    ['schedule', (simulation, handler) => simulation.schedule(5, handler, null)],
    ['note', (simulation) => simulation.note(1)],
    ['stop', (simulation) => simulation.stop()],
    ['start a process', (simulation) => simulation.process('late', (function* () {})())],
  ])('and not %s', (_what, act) => {
    const { simulation } = world([10])
    const handler = simulation.handler<null>('nothing', () => {})
    simulation.observe(7, () => {
      act(simulation, handler)
      return Infinity
    })
    expect(codeOf(() => simulation.run())).toBe('look-acted')
  })

  it('and not cancel', () => {
    const { simulation } = world([10])
    const timer = simulation.timer(
      simulation.handler<null>('late', () => {}),
      null,
    )
    timer.start(20)
    simulation.observe(7, () => {
      timer.stop()
      return Infinity
    })
    expect(codeOf(() => simulation.run())).toBe('look-acted')
  })

  it.each([7, 3, Number.NaN])('nor ask for its next look at %s when now is 7', (nextNs) => {
    const { simulation } = world([10])
    simulation.observe(7, () => nextNs)
    expect(codeOf(() => simulation.run())).toBe('bad-time')
  })

  it.each([
    [0.5, 'bad-time'],
    [3, 'past-time'],
    [2 ** 54, 'horizon'],
  ])('nor begin at %s when now is 5', (timeNs, code) => {
    const { simulation } = world([5, 10])
    simulation.run(5)
    expect(codeOf(() => simulation.observe(timeNs, () => Infinity))).toBe(code)
  })
})
