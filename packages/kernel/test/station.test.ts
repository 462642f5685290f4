// Stations by hand-made examples: order, rejection, hand-over, statistics to the ns. Against references: station.prop.test.ts;
// against queueing theory: station.oracle.test.ts.

import { describe, expect, it } from 'vitest'
import { Interrupted, KernelError, MAX_TIME, Simulation, Station } from '../src/index.js'
import type { Handler, StationOptions, Yieldable } from '../src/index.js'

function shop(options: Partial<StationOptions>): { simulation: Simulation; station: Station; log: string[]; say: Handler<string> } {
  const simulation = new Simulation({ seed: 'test' })
  const station = new Station(simulation, { name: 'shop', servers: 1, ...options })
  const log: string[] = []
  const say = simulation.handler<string>('say', (what) => log.push(`${simulation.now} ${what}`))
  return { simulation, station, log, say }
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

describe('fifo', () => {
  it('tells an observer of each job at the end of its service, before its owner', () => {
    const { simulation, station, log, say } = shop({ servers: 2 })
    station.observe((job, startNs) => log.push(`${simulation.now} observed ${String(job)} from ${startNs}`))
    for (const [index, serviceNs] of [10, 30, 15].entries()) station.submit(serviceNs, say, `job ${index}`)
    simulation.run()
    expect(log).toEqual([
      '10 observed job 0 from 0',
      '10 job 0',
      '25 observed job 2 from 10',
      '25 job 2',
      '30 observed job 1 from 0',
      '30 job 1',
    ])
  })

  it('serves in order, one event a job, and counts', () => {
    const { simulation, station, log, say } = shop({})
    for (let i = 0; i < 12; i++) expect(station.submit(10, say, `job ${i}`)).toBe(true)
    expect([station.inside, station.waiting, station.inService]).toEqual([12, 11, 1])
    simulation.run()
    expect(log).toEqual(Array.from({ length: 12 }, (_, i) => `${10 * (i + 1)} job ${i}`))
    expect(simulation.executed).toBe(12)
  })

  it('serves as many at once as it has servers; a free one is taken at once', () => {
    const { simulation, station, log, say } = shop({ servers: 2 })
    for (const [service, name] of [[30, 'a'], [10, 'b'], [5, 'c'], [1, 'd']] as const) station.submit(service, say, name)
    expect([station.inService, station.waiting]).toEqual([2, 2])
    simulation.run()
    expect(log).toEqual(['10 b', '15 c', '16 d', '30 a'])
  })

  it('has handed its server on when `then` is called', () => {
    const { simulation, station } = shop({})
    const seen: number[][] = []
    const look = simulation.handler<undefined>('look', () => seen.push([station.inside, station.waiting, station.inService]))
    station.submit(10, look, undefined)
    station.submit(10, look, undefined)
    simulation.run()
    expect(seen).toEqual([[1, 0, 1], [0, 0, 0]])
  })

  it('ignores priorities', () => {
    const { simulation, station, log, say } = shop({})
    for (const priority of [0, 7, -8]) station.submit(1, say, String(priority), priority)
    simulation.run()
    expect(log).toEqual(['1 0', '2 7', '3 -8'])
  })

  it('a service of 0 ns is an event at this time', () => {
    const { simulation, station, log, say } = shop({})
    station.submit(0, say, 'a')
    station.submit(0, say, 'b')
    expect(log).toEqual([])
    simulation.run()
    expect(log).toEqual(['0 a', '0 b'])
  })
})

describe('priority', () => {
  it('takes lower numbers first, FIFO among equals, without breaking a service off', () => {
    const { simulation, station, log, say } = shop({ discipline: 'priority' })
    for (const [name, priority] of [['first', 7], ['low 1', 3], ['high 1', -8], ['low 2', 3], ['mid', 0], ['high 2', -8]] as const) {
      station.submit(10, say, name, priority)
    }
    simulation.run()
    expect(log).toEqual(['10 first', '20 high 1', '30 high 2', '40 mid', '50 low 1', '60 low 2'])
  })

  it('keeps all 16 levels apart', () => {
    const { simulation, station, log, say } = shop({ discipline: 'priority' })
    station.submit(1, say, 'first')
    for (let priority = 7; priority >= -8; priority--) station.submit(1, say, String(priority), priority)
    simulation.run()
    expect(log.map((line) => line.split(' ')[1])).toEqual(['first', ...Array.from({ length: 16 }, (_, i) => String(i - 8))])
  })
})

describe('processor sharing', () => {
  it('shares one server evenly', () => {
    const { simulation, station, log, say } = shop({ discipline: 'processor-sharing' })
    station.submit(100, say, 'a')
    const later = simulation.handler<undefined>('later', () => station.submit(30, say, 'b'))
    simulation.schedule(20, later, undefined)
    simulation.run()
    // a has 80 left at 20; both run at half speed; b ends at 80, a has 50 left and ends at 130.
    expect(log).toEqual(['80 b', '130 a'])
    const { busyNs, areaNs, utilization, meanWaitNs } = station.statistics()
    expect({ busyNs, areaNs, utilization, meanWaitNs }).toEqual({ busyNs: 130, areaNs: 190, utilization: 1, meanWaitNs: 30 })
  })

  it('gives no job more than one server', () => {
    const { simulation, station, log, say } = shop({ discipline: 'processor-sharing', servers: 3 })
    station.submit(100, say, 'a')
    station.submit(50, say, 'b')
    expect([station.inService, station.waiting]).toEqual([2, 0])
    simulation.run()
    expect(log).toEqual(['50 b', '100 a'])
  })

  it('loses no work to rounding, at thousands of uneven shares', () => {
    const { simulation, station, say, log } = shop({ discipline: 'processor-sharing', servers: 2 })
    for (let i = 0; i < 997; i++) station.submit(1000 + i, say, String(i))
    simulation.run()
    // 2 servers work all the time until the last two or so; the last job ends at half of all the work, within rounding.
    const work = Array.from({ length: 997 }, (_, i) => 1000 + i).reduce((sum, one) => sum + one, 0)
    expect(log).toHaveLength(997)
    const { busyNs } = station.statistics()
    expect(busyNs - work).toBeGreaterThanOrEqual(0)
    expect(busyNs - work).toBeLessThan(2)
  })

  it('a thousand withdrawn at once take their parts of a ns with them: what is left runs no faster', () => {
    const { simulation, station } = shop({ discipline: 'processor-sharing' })
    const ends: [number, number][] = []
    function* body(service: number): Generator<Yieldable, void> {
      try {
        yield station.request(service)
        ends.push([service, simulation.now])
      } catch (error) {
        if (!(error instanceof Interrupted)) throw error
      }
    }
    const others = Array.from({ length: 998 }, () => simulation.process('other', body(5000)))
    for (const service of [11, 5000]) simulation.process('stays', body(service))
    // Each has attained 10 ns, and 999 ns are carried over among the thousand.
    simulation.run(10_999)
    for (const process of others) process.interrupt('leave')
    simulation.run()
    // Two are left with a carry of 1: 1 ns each to the end of the first, then 4989 alone.
    expect(ends).toEqual([[11, 11_000], [5000, 15_989]])
    const at = simulation.now
    for (let i = 0; i < 2; i++) simulation.process('next', body(1000))
    simulation.run()
    expect(simulation.now).toBe(at + 2000)
  })

  it('ends jobs of equal service in the order in which they came', () => {
    const { simulation, station, log, say } = shop({ discipline: 'processor-sharing' })
    for (let i = 0; i < 20; i++) station.submit(7, say, String(i))
    simulation.run()
    expect(log).toEqual(Array.from({ length: 20 }, (_, i) => `140 ${i}`))
  })

  it('stays exact where jobs times ns pass 2^53', () => {
    const { simulation, station, log, say } = shop({ discipline: 'processor-sharing', servers: 3 })
    const service = 2 ** 51
    for (let i = 0; i < 7; i++) station.submit(service, say, String(i))
    // 7 jobs on 3 servers: 7 * 2^51 / 3, rounded up; the area 7 times that.
    const end = Number((7n * BigInt(service) + 2n) / 3n)
    expect(simulation.run()).toBe('idle')
    expect(log).toEqual(Array.from({ length: 7 }, (_, i) => `${end} ${i}`))
    expect(station.statistics().areaNs).toBe(Number(7n * BigInt(end)))
  })

  it('what would end behind the horizon never ends', () => {
    const { simulation, station, log, say } = shop({ discipline: 'processor-sharing' })
    for (let i = 0; i < 3; i++) station.submit(2 ** 52, say, String(i))
    expect(simulation.run(MAX_TIME)).toBe('idle')
    expect([log.length, station.inside]).toEqual([0, 3])
  })
})

describe('capacity', () => {
  for (const discipline of ['fifo', 'priority', 'processor-sharing'] as const) {
    it(`rejects what finds it full (${discipline}): nothing is scheduled, nothing called`, () => {
      const { simulation, station, log, say } = shop({ discipline, capacity: 2 })
      expect([station.submit(10, say, 'a'), station.submit(10, say, 'b'), station.submit(10, say, 'c')]).toEqual([true, true, false])
      expect(station.inside).toBe(2)
      simulation.run()
      expect(log.map((line) => line.split(' ')[1])).toEqual(['a', 'b'])
      expect(station.submit(10, say, 'd')).toBe(true)
      const { arrivals, completed, rejected, withdrawn, inside } = station.statistics()
      expect([arrivals, completed, rejected, withdrawn, inside]).toEqual([4, 2, 1, 0, 1])
    })
  }
})

describe('statistics', () => {
  it('are 0 before anything has happened', () => {
    const { station } = shop({})
    expect(station.statistics()).toEqual({
      arrivals: 0, completed: 0, rejected: 0, withdrawn: 0, inside: 0, busyNs: 0, areaNs: 0, residenceNs: 0, elapsedNs: 0,
      utilization: 0, meanInside: 0, meanResidenceNs: 0, meanWaitNs: 0,
    })
  })

  it('hold residuals of those inside, and count from when the station was made', () => {
    const simulation = new Simulation({ seed: 'test' })
    simulation.run(1000)
    const station = new Station(simulation, { name: 's', servers: 2 })
    const nothing = simulation.handler<undefined>('nothing', () => {})
    for (const service of [10, 20, 30]) station.submit(service, nothing, undefined)
    simulation.run(1025)
    // In service 10 + 20 ns, then the third from 10 on: 15 ns so far; it has been inside for 25 ns.
    expect(station.statistics()).toEqual({
      arrivals: 3, completed: 2, rejected: 0, withdrawn: 0, inside: 1, busyNs: 45, areaNs: 55, residenceNs: 55, elapsedNs: 25,
      utilization: 0.9, meanInside: 2.2, meanResidenceNs: 55 / 3, meanWaitNs: 10 / 3,
    })
    // Asking changes nothing.
    expect(station.statistics()).toEqual(station.statistics())
  })
})

describe("a caller's mistakes", () => {
  it('refuses bad options, naming the station', () => {
    for (const options of [{ servers: 0 }, { servers: 1.5 }, { capacity: 0 }, { capacity: Infinity }, { servers: 2 ** 22 }]) {
      expect(codeOf(() => shop(options))).toBe('bad-option')
    }
    // @ts-expect-error: no such discipline
    expect(codeOf(() => shop({ discipline: 'lifo' }))).toBe('bad-option')
    expect(() => shop({ servers: -1 })).toThrow("station 'shop': servers: expected an integer from 1 to 2097152, got -1")
  })

  it('refuses bad jobs, at submit and at request, and is not changed by them', () => {
    const { simulation, station, say } = shop({ discipline: 'priority' })
    for (const service of [-1, 1.5, NaN]) {
      expect(codeOf(() => station.submit(service, say, ''))).toBe('bad-service')
      expect(codeOf(() => station.request(service))).toBe('bad-service')
    }
    expect(codeOf(() => station.submit(Infinity, say, ''))).toBe('horizon')
    expect(codeOf(() => station.submit(1, say, '', 8))).toBe('bad-priority')
    expect(codeOf(() => station.request(1, -9))).toBe('bad-priority')
    // Forged on purpose.
    expect(codeOf(() => station.submit(1, 999 as Handler<string>, ''))).toBe('bad-handler')
    expect([station.statistics().arrivals, simulation.pending]).toEqual([0, 0])
  })
})
