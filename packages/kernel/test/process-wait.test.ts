// Processes: every kind of wait, what is passed back, and where exceptions go.
// Interrupts are process-interrupt.test.ts.

import { describe, expect, it } from 'vitest'
import { join, KernelError, outcome, Resource, Simulation, Station, until } from '../src/index.js'
import type { Handler, Yieldable } from '../src/index.js'
import { world, at, caught } from './process-world.js'

describe('waiting', () => {
  it('starts by an event at the current time, in the order of starting, not within the call', () => {
    const { simulation, log, say } = world()
    function* body(name: string): Generator<Yieldable, void> {
      say(`${name} starts`)
      yield 0
      say(`${name} goes on`)
    }
    const a = simulation.process('a', body('a'))
    simulation.process('b', body('b'))
    expect([a.name, a.done, log.length]).toEqual(['a', false, 0])
    simulation.run()
    expect(log).toEqual(['0 a starts', '0 b starts', '0 a goes on', '0 b goes on'])
    expect([a.done, a.result]).toEqual([true, undefined])
  })

  it('waits ns, with one event a wait', () => {
    const { simulation, log, say } = world()
    function* body(): Generator<Yieldable, string> {
      for (const delay of [5, 0, 10]) {
        yield delay
        say('awake')
      }
      return 'rested'
    }
    const process = simulation.process('sleeper', body())
    simulation.run()
    expect(log).toEqual(['5 awake', '5 awake', '15 awake'])
    expect([process.done, process.result, simulation.executed]).toEqual([true, 'rested', 4])
  })

  it('passes undefined back for a time, and the value for a signal', () => {
    const { simulation } = world()
    const signal = simulation.signal<number>()
    const got: unknown[] = []
    function* body(): Generator<Yieldable, void, unknown> {
      got.push(yield 1)
      got.push(yield signal)
      got.push(yield signal)
      const typed: number = yield* until(signal)
      got.push(typed)
    }
    simulation.process('p', body())
    at(simulation, 7, () => signal.fire(42))
    simulation.run()
    expect(got).toEqual([undefined, 42, 42, 42])
  })

  it('wakes all who wait for a signal, in the order in which they began to wait, behind what is due', () => {
    const { simulation, log, say } = world()
    const signal = simulation.signal<string>()
    const told = simulation.handler<string>('told', (value) => say(`told ${value}`))
    function* body(name: number): Generator<Yieldable, void, unknown> {
      say(`${name} ${yield* until(signal)}`)
    }
    for (let i = 0; i < 12; i++) simulation.process(`p${i}`, body(i))
    at(simulation, 3, () => {
      signal.onFire(told)
      signal.fire('go')
      say('fired')
      signal.onFire(told)
    })
    at(simulation, 3, () => say('due already'))
    simulation.run()
    expect(log).toEqual(['3 fired', '3 due already', ...Array.from({ length: 12 }, (_, i) => `3 ${i} go`), '3 told go', '3 told go'])
    expect([signal.fired, signal.value]).toEqual([true, 'go'])
  })

  it('goes on at once, without an event, where what it yields is there', () => {
    const { simulation, log, say } = world()
    const signal = simulation.signal<string>()
    signal.fire('there')
    const resource = new Resource(simulation, { name: 'r', capacity: 1 })
    function* short(): Generator<Yieldable, string> {
      return 'short'
    }
    const ended = simulation.process('short', short())
    function* body(): Generator<Yieldable, void, unknown> {
      say(yield* until(signal))
      say(yield* outcome(resource.request()))
      say(yield* join(ended))
    }
    simulation.process('p', body())
    simulation.run()
    expect(log).toEqual(['0 there', '0 granted', '0 short'])
    expect(simulation.executed).toBe(2)
  })

  it('joins a process, before and after its end', () => {
    const { simulation, log, say } = world()
    function* worker(): Generator<Yieldable, number> {
      yield 10
      return 99
    }
    const work = simulation.process('worker', worker())
    function* waiter(delay: number): Generator<Yieldable, void, unknown> {
      yield delay
      say(`joined ${yield* join(work)}`)
      say(`again ${String(yield work)}`)
    }
    simulation.process('early', waiter(1))
    simulation.process('late', waiter(20))
    work.ended.onFire(simulation.handler<number>('ended', (result) => say(`ended ${result}`)))
    simulation.run()
    expect(log).toEqual(['10 ended 99', '10 joined 99', '10 again 99', '20 joined 99', '20 again 99'])
    expect([work.ended.fired, work.ended.value]).toEqual([true, 99])
  })

  it('`ended`, first asked for after the end, has fired', () => {
    const { simulation } = world()
    function* body(): Generator<Yieldable, number> {
      return 7
    }
    const process = simulation.process('p', body())
    simulation.run()
    expect([process.ended.fired, process.ended.value]).toEqual([true, 7])
  })

  it('is served by a station, directly at the completion, and rejected at once', () => {
    const { simulation, log, say } = world()
    const station = new Station(simulation, { name: 'cpu', servers: 1, capacity: 2 })
    function* body(name: string): Generator<Yieldable, void, unknown> {
      say(`${name} ${yield* outcome(station.request(10))}`)
    }
    for (const name of ['a', 'b', 'c']) simulation.process(name, body(name))
    simulation.run()
    expect(log).toEqual(['0 c rejected', '10 a served', '20 b served'])
    // Three starts and two completions.
    expect(simulation.executed).toBe(5)
  })

  it('is granted units in order, hands over at the release, and is rejected when the line is full', () => {
    const { simulation, log, say } = world()
    const resource = new Resource(simulation, { name: 'lock', capacity: 1, queueLimit: 1 })
    function* body(name: string): Generator<Yieldable, void, unknown> {
      const got = yield* outcome(resource.request())
      say(`${name} ${got}`)
      if (got === 'rejected') return
      yield 10
      resource.release()
      say(`${name} released, free ${resource.free}`)
    }
    for (const name of ['a', 'b', 'c']) simulation.process(name, body(name))
    simulation.run()
    expect(log).toEqual(['0 a granted', '0 c rejected', '10 a released, free 0', '10 b granted', '20 b released, free 1'])
  })
})

describe('errors', () => {
  it('an exception escapes from run, the same object with its stack, and the process is done without having ended', () => {
    const { simulation } = world()
    function deepInside(): never {
      throw new Error('broken')
    }
    function* body(): Generator<Yieldable, void> {
      yield 5
      deepInside()
    }
    const process = simulation.process('p', body())
    let error: unknown
    try {
      simulation.run()
    } catch (thrown) {
      error = thrown
    }
    expect(error instanceof Error ? error.stack : '').toContain('deepInside')
    expect([process.done, process.ended.fired, process.result]).toEqual([true, false, undefined])
    function* waiter(): Generator<Yieldable, void> {
      yield process
    }
    simulation.process('waiter', waiter())
    expect(() => simulation.run()).toThrow("process 'waiter' waits for 'p', which has thrown")
  })

  it('an exception in the first step, or after something that was there already, escapes too', () => {
    const { simulation } = world()
    const signal = simulation.signal<void>()
    signal.fire()
    function* first(): Generator<Yieldable, void> {
      throw new Error('first')
    }
    function* second(): Generator<Yieldable, void> {
      yield signal
      throw new Error('second')
    }
    const processes = [simulation.process('a', first()), simulation.process('b', second())]
    expect(() => simulation.run()).toThrow('first')
    expect(() => simulation.run()).toThrow('second')
    expect(processes.map((process) => process.done)).toEqual([true, true])
  })

  it('a bad yield is thrown at the yield, where it can be caught', () => {
    const { simulation, log, say } = world()
    const station = new Station(simulation, { name: 's', servers: 1 })
    const served = station.request(1)
    const wrong: unknown[] = [NaN, -1, 1.5, Infinity, null, undefined, 'text', {}]
    function* body(): Generator<Yieldable, void> {
      yield served
      for (const one of [...wrong, served]) {
        try {
          // Wrong on purpose: what JavaScript callers may do.
          yield one as number
        } catch (error) {
          say(String(caught(error)))
        }
      }
      yield 1
      say('went on')
    }
    simulation.process('p', body())
    simulation.run()
    expect(log).toEqual([
      '1 bad-time',
      '1 past-time',
      '1 bad-time',
      '1 horizon',
      '1 bad-yield',
      '1 bad-yield',
      '1 bad-yield',
      '1 bad-yield',
      '1 request-reused',
      '2 went on',
    ])
  })

  it('a process that spins on what is there already is stopped', () => {
    const { simulation } = world()
    const signal = simulation.signal<void>()
    signal.fire()
    function* body(): Generator<Yieldable, void> {
      for (;;) yield signal
    }
    simulation.process('p', body())
    expect(() => simulation.run()).toThrow("process 'p' yielded 1000000 times without waiting")
  })

  it('a signal fires once, and does not take a foreign handler', () => {
    const { simulation } = world()
    const signal = simulation.signal<number>()
    signal.fire(1)
    expect(() => signal.fire(2)).toThrow(KernelError)
    expect(signal.value).toBe(1)
    // Forged on purpose.
    expect(() => signal.onFire(999 as Handler<number>)).toThrow(KernelError)
  })
})

it('10,000 processes with several waits each end with the same digest in two simulations', () => {
  const run = (seed: string): [string, number] => {
    const simulation = new Simulation({ seed })
    const station = new Station(simulation, { name: 's', servers: 3 })
    const lock = new Resource(simulation, { name: 'l', capacity: 5 })
    const stream = simulation.stream('service', 's')
    const law = simulation.law({ exponential: 1000 })
    let ended = 0
    function* body(): Generator<Yieldable, void> {
      yield law.sample(stream) * 100
      yield lock.request()
      yield station.request(law.sample(stream))
      lock.release()
      ended++
    }
    for (let i = 0; i < 10_000; i++) simulation.process('p', body())
    simulation.run()
    station.statistics()
    lock.statistics()
    return [simulation.digest.hex(), ended]
  }
  const [digest, ended] = run('one')
  expect(ended).toBe(10_000)
  expect(run('one')).toEqual([digest, ended])
  expect(run('two')[0]).not.toBe(digest)
})
