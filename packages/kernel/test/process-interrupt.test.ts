// Processes: every kind of interrupt.
// Waits and exceptions are process-wait.test.ts.

import { describe, expect, it } from 'vitest'
import { Interrupted, Resource, Station } from '../src/index.js'
import type { Process, Yieldable } from '../src/index.js'
import { world, at, caught } from './process-world.js'

describe('interrupt', () => {
  it('at a time: the wait is withdrawn, Interrupted is thrown at the yield, the process may go on', () => {
    const { simulation, log, say } = world()
    function* body(): Generator<Yieldable, void> {
      try {
        yield 100
        say('slept')
      } catch (error) {
        say(`caught ${String(caught(error))}`)
      }
      yield 5
      say('done')
    }
    const process = simulation.process('p', body())
    at(simulation, 30, () => {
      process.interrupt('fsp.reset')
      expect(simulation.pending).toBe(1)
      say('after interrupt')
    })
    simulation.run()
    expect(log).toEqual(['30 after interrupt', '30 caught fsp.reset', '35 done'])
    expect(simulation.now).toBe(35)
  })

  it('at a signal: it is not woken when the signal fires later, others are', () => {
    const { simulation, log, say } = world()
    const signal = simulation.signal<number>()
    function* body(name: string): Generator<Yieldable, void> {
      try {
        yield signal
        say(`${name} woken`)
      } catch (error) {
        say(`${name} caught ${String(caught(error))}`)
        yield 50
        say(`${name} rested`)
      }
    }
    const processes = ['a', 'b', 'c'].map((name) => simulation.process(name, body(name)))
    at(simulation, 10, () => processes[1]?.interrupt('x'))
    at(simulation, 20, () => signal.fire(1))
    simulation.run()
    expect(log).toEqual(['10 b caught x', '20 a woken', '20 c woken', '60 b rested'])
  })

  it('at a signal that has fired, before the wake-up: only the interrupt arrives', () => {
    const { simulation, log, say } = world()
    const signal = simulation.signal<number>()
    function* body(): Generator<Yieldable, void> {
      try {
        yield signal
        say('woken')
      } catch (error) {
        say(`caught ${String(caught(error))}`)
      }
    }
    const process = simulation.process('p', body())
    at(simulation, 10, () => {
      signal.fire(1)
      process.interrupt('x')
    })
    simulation.run()
    expect(log).toEqual(['10 caught x'])
  })

  it('at a join: the other process is not touched', () => {
    const { simulation, log, say } = world()
    function* worker(): Generator<Yieldable, number> {
      yield 100
      say('worker done')
      return 1
    }
    const work = simulation.process('worker', worker())
    function* waiter(): Generator<Yieldable, void> {
      try {
        yield work
        say('joined')
      } catch (error) {
        say(`caught ${String(caught(error))}`)
      }
    }
    const waiting = simulation.process('waiter', waiter())
    at(simulation, 10, () => waiting.interrupt('x'))
    simulation.run()
    expect(log).toEqual(['10 caught x', '100 worker done'])
  })

  for (const discipline of ['fifo', 'priority', 'processor-sharing'] as const) {
    it(`at a station (${discipline}): place in line and service are withdrawn, the server goes to the next`, () => {
      const { simulation, log, say } = world()
      const station = new Station(simulation, { name: 's', servers: 1, discipline })
      function* body(name: string): Generator<Yieldable, void> {
        try {
          yield station.request(100)
          say(`${name} served`)
        } catch (error) {
          say(`${name} caught ${String(caught(error))}`)
        }
      }
      const processes = ['a', 'b', 'c'].map((name) => simulation.process(name, body(name)))
      at(simulation, 10, () => {
        processes[1]?.interrupt('x')
        expect([station.inside, station.waiting, station.inService]).toEqual([2, 1, 1])
      })
      at(simulation, 20, () => {
        processes[0]?.interrupt('y')
        expect([station.inside, station.waiting, station.inService]).toEqual([1, 0, 1])
      })
      simulation.run()
      // Sharing: c attains 3 of 10/3 ns with 1 carried over, then 5 of 11/2 with 1 carried over, and the other 92 alone.
      const end = discipline === 'processor-sharing' ? 112 : 120
      expect(log).toEqual(['10 b caught x', '20 a caught y', `${end} c served`])
      const { arrivals, completed, withdrawn, inside, busyNs } = station.statistics()
      expect([arrivals, completed, withdrawn, inside, busyNs]).toEqual([3, 1, 2, 0, end])
    })
  }

  it('at a resource, in line: the place is given up', () => {
    const { simulation, log, say } = world()
    const lock = new Resource(simulation, { name: 'lock', capacity: 1 })
    function* body(name: string): Generator<Yieldable, void> {
      try {
        yield lock.request()
        say(`${name} granted`)
        yield 100
        lock.release()
      } catch (error) {
        say(`${name} caught ${String(caught(error))}`)
      }
    }
    const processes = ['a', 'b', 'c'].map((name) => simulation.process(name, body(name)))
    at(simulation, 10, () => {
      processes[1]?.interrupt('x')
      expect(lock.waiting).toBe(1)
    })
    simulation.run()
    expect(log).toEqual(['0 a granted', '10 b caught x', '100 c granted'])
    const { seized, released, withdrawn, waitNs, inUse } = lock.statistics()
    expect({ seized, released, withdrawn, waitNs, inUse }).toEqual({ seized: 2, released: 2, withdrawn: 1, waitNs: 110, inUse: 0 })
  })

  it('at a resource, between hand-over and resumption: the unit goes back and on to the next', () => {
    const { simulation, log, say } = world()
    const lock = new Resource(simulation, { name: 'lock', capacity: 1 })
    function* body(name: string): Generator<Yieldable, void> {
      try {
        yield lock.request()
        say(`${name} granted`)
        yield 100
        lock.release()
      } catch (error) {
        say(`${name} caught ${String(caught(error))}`)
      }
    }
    expect(lock.trySeize()).toBe(true)
    const processes = ['a', 'b'].map((name) => simulation.process(name, body(name)))
    at(simulation, 10, () => {
      lock.release()
      processes[0]?.interrupt('x')
      expect(lock.inUse).toBe(1)
    })
    simulation.run()
    // b's grant was scheduled by the withdrawal, before the interrupt's own event.
    expect(log).toEqual(['10 b granted', '10 a caught x'])
    expect(lock.inUse).toBe(0)
  })

  it('before it has begun, it runs to its first yield and is interrupted there', () => {
    const { simulation, log, say } = world()
    function* body(): Generator<Yieldable, void> {
      say('begins')
      try {
        yield 10
      } catch (error) {
        say(`caught ${String(caught(error))}`)
      }
    }
    simulation.process('p', body()).interrupt('early')
    simulation.run()
    expect(log).toEqual(['0 begins', '0 caught early'])
  })

  it('twice at once, both arrive, one after the other', () => {
    const { simulation, log, say } = world()
    function* body(): Generator<Yieldable, void> {
      for (let i = 0; i < 2; i++) {
        try {
          yield 100
        } catch (error) {
          say(`caught ${String(caught(error))}`)
        }
      }
      say('done')
    }
    const process = simulation.process('p', body())
    at(simulation, 10, () => {
      process.interrupt(1)
      process.interrupt(2)
    })
    simulation.run()
    expect(log).toEqual(['10 caught 1', '10 caught 2', '10 done'])
  })

  it('by itself, it arrives at its next yield', () => {
    const { simulation, log, say } = world()
    function* body(): Generator<Yieldable, void> {
      process.interrupt('own')
      say('still running')
      try {
        yield 0
        say('not reached')
      } catch (error) {
        say(`caught ${String(caught(error))}`)
      }
      yield 50
      say('waited in full')
    }
    const process: Process<void> = simulation.process('p', body())
    simulation.run()
    expect(log).toEqual(['0 still running', '0 caught own', '50 waited in full'])
  })

  it('has no effect on a process that is done, also if it ends before the interrupt arrives', () => {
    const { simulation, log, say } = world()
    function* body(): Generator<Yieldable, void> {
      process.interrupt('late')
      say('ends')
    }
    const process: Process<void> = simulation.process('p', body())
    simulation.run()
    process.interrupt('later')
    expect(simulation.run()).toBe('idle')
    expect(log).toEqual(['0 ends'])
  })

  it('not caught, it ends the run, with the stack of who interrupted', () => {
    const { simulation } = world()
    function* body(): Generator<Yieldable, void> {
      yield 100
    }
    const process = simulation.process('p', body())
    function theCulprit(): void {
      process.interrupt('x')
    }
    at(simulation, 10, theCulprit)
    let error: unknown
    try {
      simulation.run()
    } catch (thrown) {
      error = thrown
    }
    expect(error).toBeInstanceOf(Interrupted)
    expect(error instanceof Error ? error.stack : '').toContain('theCulprit')
    expect(process.done).toBe(true)
  })
})
