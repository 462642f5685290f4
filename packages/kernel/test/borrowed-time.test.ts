// A station whose services take a processor's time: when they end, what the server's busy time is, and what becomes of a job that leaves.

import { describe, expect, it } from 'vitest'
import { Interrupted, KernelError, Simulation, Station, type Handler, type Yieldable } from '../src/index.js'

/** Runs one piece of work after the other, each twice as slowly as asked for. */
class SlowRunner {
  asked: number[] = []
  private readonly simulation: Simulation
  private freeNs = 0

  constructor(simulation: Simulation) {
    this.simulation = simulation
  }

  run<A>(workNs: number, then: Handler<A>, argument: A): void {
    this.asked.push(workNs)
    this.freeNs = Math.max(this.freeNs, this.simulation.now) + 2 * workNs
    this.simulation.scheduleAt(this.freeNs, then, argument)
  }
}

function slowShop(): { simulation: Simulation; station: Station; runner: SlowRunner; log: string[]; say: Handler<string> } {
  const simulation = new Simulation({ seed: 'test' })
  const runner = new SlowRunner(simulation)
  const station = new Station(simulation, { name: 'shop', servers: 1, processor: runner })
  const log: string[] = []
  return { simulation, station, runner, log, say: simulation.handler<string>('say', (what) => log.push(`${simulation.now} ${what}`)) }
}

describe('a service on a processor', () => {
  it('ends when the processor has run it, one job at a time, and keeps the server busy until then', () => {
    const { simulation, station, runner, log, say } = slowShop()
    station.submit(10, say, 'a')
    station.submit(5, say, 'b')
    expect(runner.asked).toEqual([10])
    simulation.run()
    expect(log).toEqual(['20 a', '30 b'])
    expect(station.statistics()).toMatchObject({ completed: 2, busyNs: 30, residenceNs: 50, utilization: 1 })
  })

  it('goes on for nobody when its job leaves; the next one is asked for at once', () => {
    const { simulation, station, runner, log, say } = slowShop()
    function* impatient(): Generator<Yieldable, void> {
      try {
        yield station.request(10)
        log.push('served')
      } catch (error) {
        if (!(error instanceof Interrupted)) throw error
        log.push(`${simulation.now} left`)
      }
    }
    const process = simulation.process('impatient', impatient())
    simulation.run(1)
    station.submit(5, say, 'b')
    simulation.run(4)
    process.interrupt('leave')
    simulation.run()
    expect(runner.asked).toEqual([10, 5])
    expect(log).toEqual(['4 left', '30 b'])
    expect(station.statistics()).toMatchObject({ arrivals: 2, completed: 1, withdrawn: 1, inside: 0 })
  })

  it('uses the ticket of a job that has gone only after its work has been run', () => {
    const { simulation, station, log, say } = slowShop()
    for (let i = 0; i < 100; i++) {
      const job = station.admit(3, say, `job ${i}`, 0)
      if (i % 3 === 0) station.withdraw(job)
    }
    simulation.run()
    expect(log).toHaveLength(66)
    expect(new Set(log).size).toBe(66)
  })

  it('is not for servers that are shared', () => {
    const simulation = new Simulation({ seed: 'test' })
    const make = (): Station =>
      new Station(simulation, { name: 'shop', servers: 1, discipline: 'processor-sharing', processor: new SlowRunner(simulation) })
    expect(make).toThrow(KernelError)
    expect(make).toThrow(/processor/)
  })
})
