// Timers: started, restarted, stopped; a stopped one leaves no event behind that runs.

import { expect, it } from 'vitest'
import { KernelError, Simulation } from '../src/index.js'
import type { Handler } from '../src/index.js'

function timed(): { simulation: Simulation; log: string[]; say: Handler<string> } {
  const simulation = new Simulation({ seed: 'test' })
  const log: string[] = []
  const say = simulation.handler<string>('say', (what) => log.push(`${simulation.now} ${what}`))
  return { simulation, log, say }
}

it('fires once, with its argument', () => {
  const { simulation, log, say } = timed()
  const timer = simulation.timer(say, 'out')
  expect(timer.active).toBe(false)
  timer.start(10)
  expect(timer.active).toBe(true)
  simulation.run()
  expect(timer.active).toBe(false)
  expect(log).toEqual(['10 out'])
})

it('stops: no event, nothing pending, the clock does not go there', () => {
  const { simulation, log, say } = timed()
  const timer = simulation.timer(say, 'out')
  timer.start(10)
  expect(simulation.pending).toBe(1)
  timer.stop()
  timer.stop()
  expect([timer.active, simulation.pending]).toEqual([false, 0])
  expect(simulation.run()).toBe('idle')
  expect([simulation.now, simulation.executed]).toEqual([0, 0])
  expect(log).toEqual([])
})

it('restarts: only the last start counts, behind what is due at the same time', () => {
  const { simulation, log, say } = timed()
  const timer = simulation.timer(say, 'timer')
  timer.start(10)
  simulation.schedule(20, say, 'event')
  timer.start(20)
  simulation.run()
  expect(log).toEqual(['20 event', '20 timer'])
})

it('takes a priority', () => {
  const { simulation, log, say } = timed()
  simulation.schedule(20, say, 'event')
  simulation.timer(say, 'timer').start(20, -1)
  simulation.run()
  expect(log).toEqual(['20 timer', '20 event'])
})

it('can be started again from its own handler, and is not active within it', () => {
  const simulation = new Simulation({ seed: 'test' })
  const times: number[] = []
  const tick = simulation.handler<undefined>('tick', () => {
    expect(timer.active).toBe(false)
    times.push(simulation.now)
    if (times.length < 4) timer.start(5)
  })
  const timer = simulation.timer(tick, undefined)
  timer.start(5)
  simulation.run()
  expect(times).toEqual([5, 10, 15, 20])
})

it('stopped by an event of its own time, it does not fire', () => {
  const { simulation, log, say } = timed()
  const timer = simulation.timer(say, 'timer')
  const stop = simulation.handler<undefined>('stop', () => timer.stop())
  simulation.schedule(10, stop, undefined)
  timer.start(10)
  simulation.run()
  expect(log).toEqual([])
})

it('stopping late does not touch the event that has its old slot now', () => {
  const { simulation, log, say } = timed()
  const timer = simulation.timer(say, 'timer')
  timer.start(1)
  simulation.run()
  simulation.schedule(5, say, 'other')
  timer.stop()
  simulation.run()
  expect(log).toEqual(['1 timer', '6 other'])
})

it('is traced under the name of its handler', () => {
  const { simulation, say } = timed()
  simulation.timer(say, 'x').start(3, 2)
  simulation.run()
  expect(simulation.trace.last()).toEqual([{ timeNs: 3, priority: 2, sequence: 0, handler: 'say' }])
})

it('after a refused start it is stopped', () => {
  const { simulation, log, say } = timed()
  const timer = simulation.timer(say, 'timer')
  timer.start(10)
  expect(() => timer.start(-1)).toThrow(KernelError)
  expect(timer.active).toBe(false)
  simulation.run()
  expect(log).toEqual([])
})

it('100,000 restarts of 100 timers keep the queue small and fire each once', () => {
  const simulation = new Simulation({ seed: 'test' })
  let fired = 0
  const out = simulation.handler<number>('out', () => fired++)
  const timers = Array.from({ length: 100 }, (_, i) => simulation.timer(out, i))
  let left = 1000
  const restart: Handler<undefined> = simulation.handler('restart', () => {
    for (const timer of timers) timer.start(1_000_000)
    expect(simulation.pending).toBe(100)
    if (--left > 0) simulation.schedule(10, restart, undefined)
  })
  simulation.schedule(0, restart, undefined)
  simulation.run()
  expect(fired).toBe(100)
  expect(simulation.executed).toBe(1100)
})
