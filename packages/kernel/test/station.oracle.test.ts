// Stations against queueing theory: M/M/1, M/D/1, processor sharing, Cobham's priorities, Erlang C and B, M/M/1/K.
// The formula is the oracle; the numbers beside it are examples of it, known from elsewhere. Seeds are counted up, not chosen.
// Sizes bring the standard error to about a quarter of the tolerance at the examples.

import { describe, expect, it } from 'vitest'
import { ms, Sample, Simulation, Station } from '../src/index.js'
import type { Handler, LawSpec, StationOptions, StationStatistics } from '../src/index.js'

interface Customers {
  perSecond: number
  service: LawSpec
  priority?: number
}

interface Queue {
  seed: string
  customers: number
  classes: readonly Customers[]
  station: Omit<StationOptions, 'name'>
  /** Keep the residence times of the first class. */
  keep?: boolean
}

interface Measured {
  statistics: StationStatistics
  /** Residence times of the first class, in ms, if they were to be kept. */
  residenceMs: Sample
  /** Mean residence time by class, in ms. */
  meanMs: number[]
}

/** Poisson arrivals of each class at one station until so many have come in all; then it runs empty. */
function measured({ seed, customers, classes, station: options, keep = false }: Queue): Measured {
  const simulation = new Simulation({ seed })
  const station = new Station(simulation, { name: 'station', ...options })
  const residenceMs = new Sample()
  const sums = classes.map(() => 0)
  const counts = classes.map(() => 0)
  let left = customers
  classes.forEach(({ perSecond, service, priority = 0 }, index) => {
    const gap = simulation.law({ exponential: 1e9 / perSecond })
    const gaps = simulation.stream('gap', `class-${index}`)
    const law = simulation.law(service)
    const services = simulation.stream('service', `class-${index}`)
    const end = simulation.handler<number>('end', (cameAt) => {
      const residence = (simulation.now - cameAt) / 1e6
      if (keep && index === 0) residenceMs.add(residence)
      sums[index] = (sums[index] ?? 0) + residence
      counts[index] = (counts[index] ?? 0) + 1
    })
    const arrive: Handler<undefined> = simulation.handler('arrive', () => {
      if (left <= 0) return
      left--
      station.submit(law.sample(services), end, simulation.now, priority)
      simulation.schedule(gap.sample(gaps), arrive, undefined)
    })
    simulation.schedule(gap.sample(gaps), arrive, undefined)
  })
  simulation.run()
  const statistics = station.statistics()
  expect(statistics.completed + statistics.rejected).toBe(customers)
  // Little, and U = X S with the services as they were drawn: both exact.
  expect(statistics.areaNs).toBe(statistics.residenceNs)
  return { statistics, residenceMs, meanMs: sums.map((sum, index) => sum / (counts[index] ?? 0)) }
}

/** Relative error. */
function off(value: number, formula: number): number {
  return Math.abs(value / formula - 1)
}

function erlangB(servers: number, load: number): number {
  let blocked = 1
  for (let k = 1; k <= servers; k++) blocked = (load * blocked) / (k + load * blocked)
  return blocked
}

function erlangC(servers: number, load: number): number {
  const blocked = erlangB(servers, load)
  return (servers * blocked) / (servers - load * (1 - blocked))
}

const S = 10
const exponential: LawSpec = { exponential: ms(S) }
const deterministic: LawSpec = { constant: ms(S) }

describe('the formulas give the known examples', () => {
  it('Erlang B and C', () => {
    expect(erlangC(10, 8)).toBeCloseTo(0.40918, 6)
    expect(erlangB(32, 24)).toBeCloseTo(0.0220949, 6)
  })
})

describe('M/M/1: W = S / (1 - rho), p-quantile W ln(1 / (1 - p))', () => {
  it('rho .8: W 50, Wq 40, L 4, p95 149.79, p99 230.26', () => {
    const { statistics, residenceMs, meanMs } = measured({
      seed: 'oracle-1', customers: 5_000_000, classes: [{ perSecond: 80, service: exponential }], station: { servers: 1 }, keep: true,
    })
    expect(off(meanMs[0] ?? NaN, 50)).toBeLessThan(0.02)
    expect(off(statistics.meanResidenceNs / 1e6, 50)).toBeLessThan(0.02)
    expect(off(statistics.meanWaitNs / 1e6, 40)).toBeLessThan(0.02)
    expect(off(statistics.meanInside, 4)).toBeLessThan(0.02)
    expect(off(statistics.utilization, 0.8)).toBeLessThan(0.02)
    expect(off(residenceMs.quantile(0.95), 149.79)).toBeLessThan(0.02)
    expect(off(residenceMs.quantile(0.99), 230.26)).toBeLessThan(0.04)
  })

  it('rho .5', () => {
    const { meanMs, residenceMs } = measured({
      seed: 'oracle-2', customers: 1_000_000, classes: [{ perSecond: 50, service: exponential }], station: { servers: 1 }, keep: true,
    })
    expect(off(meanMs[0] ?? NaN, 20)).toBeLessThan(0.02)
    expect(off(residenceMs.quantile(0.99), 20 * Math.log(100))).toBeLessThan(0.04)
  })
})

describe('M/D/1: Wq = rho S / (2 (1 - rho))', () => {
  for (const [seed, rho, customers] of [['oracle-3', 0.8, 1_500_000], ['oracle-4', 0.5, 400_000]] as const) {
    it(`rho ${rho}: Wq ${((rho * S) / (2 * (1 - rho))).toFixed(1)}`, () => {
      const classes = [{ perSecond: rho * 100, service: deterministic }]
      const { statistics } = measured({ seed, customers, classes, station: { servers: 1 } })
      expect(off(statistics.meanWaitNs / 1e6, (rho * S) / (2 * (1 - rho)))).toBeLessThan(0.02)
    })
  }
})

describe('M/G/1 processor sharing: W = S / (1 - rho), whatever the law of S', () => {
  const hyper: LawSpec = { hyperExponential: { mean: ms(S), cv: 1.5 } }
  for (const [seed, name, service, rho, customers] of [
    ['oracle-5', 'exponential', exponential, 0.8, 1_000_000],
    ['oracle-6', 'deterministic', deterministic, 0.8, 1_000_000],
    ['oracle-7', 'hyper-exponential', hyper, 0.6, 1_000_000],
  ] as const) {
    it(`${name}, rho ${rho}: W ${(S / (1 - rho)).toFixed(1)}`, () => {
      const { meanMs, statistics } = measured({
        seed, customers, classes: [{ perSecond: rho * 100, service }], station: { servers: 1, discipline: 'processor-sharing' },
      })
      expect(off(meanMs[0] ?? NaN, S / (1 - rho))).toBeLessThan(0.03)
      expect(off(statistics.utilization, rho)).toBeLessThan(0.02)
    })
  }

  it('with 4 servers and exponential S it holds as many as M/M/4', () => {
    const classes = [{ perSecond: 280, service: exponential }]
    const station = { servers: 4, discipline: 'processor-sharing' } as const
    const { statistics } = measured({ seed: 'oracle-8', customers: 500_000, classes, station })
    expect(off(statistics.meanInside, 2.8 + (erlangC(4, 2.8) * 0.7) / 0.3)).toBeLessThan(0.03)
  })
})

describe('Cobham: non-preemptive priority', () => {
  it('heartbeats first (10/s, 2 ms), commands (60/s, exponential 10 ms): Wq 6.143 and 16.165', () => {
    const { meanMs } = measured({
      seed: 'oracle-9',
      customers: 1_500_000,
      classes: [{ perSecond: 10, service: { constant: ms(2) }, priority: -1 }, { perSecond: 60, service: exponential, priority: 1 }],
      station: { servers: 1, discipline: 'priority' },
    })
    const r0 = (0.01 * 4 + 0.06 * 200) / 2
    const [heartbeats, commands] = [r0 / (1 - 0.02), r0 / ((1 - 0.02) * (1 - 0.62))]
    expect([heartbeats.toFixed(3), commands.toFixed(2)]).toEqual(['6.143', '16.17'])
    expect(off((meanMs[0] ?? NaN) - 2, heartbeats)).toBeLessThan(0.02)
    expect(off((meanMs[1] ?? NaN) - S, commands)).toBeLessThan(0.02)
  })
})

describe('M/M/c: Wq = C(c, a) S / (c - a)', () => {
  for (const [seed, servers, load, customers] of [['oracle-10', 10, 8, 2_000_000], ['oracle-11', 2, 1.2, 1_000_000]] as const) {
    it(`c ${servers}, a ${load}`, () => {
      const { statistics } = measured({ seed, customers, classes: [{ perSecond: load * 100, service: exponential }], station: { servers } })
      expect(off(statistics.meanWaitNs / 1e6, (erlangC(servers, load) * S) / (servers - load))).toBeLessThan(0.02)
    })
  }
})

describe('M/G/c/c: blocked by Erlang B, whatever the law of S', () => {
  for (const [seed, name, service, servers, load, customers] of [
    ['oracle-12', 'exponential', exponential, 32, 24, 1_500_000],
    ['oracle-13', 'deterministic', deterministic, 4, 3, 400_000],
  ] as const) {
    it(`c ${servers}, a ${load}, ${name}: ${erlangB(servers, load).toFixed(6)}`, () => {
      const classes = [{ perSecond: load * 100, service }]
      const { statistics } = measured({ seed, customers, classes, station: { servers, capacity: servers } })
      expect(off(statistics.rejected / statistics.arrivals, erlangB(servers, load))).toBeLessThan(0.03)
      expect(statistics.meanWaitNs).toBe(0)
    })
  }
})

describe('M/M/1/K: dropped (1 - r) r^K / (1 - r^(K + 1))', () => {
  for (const [seed, r, K, dropped] of [['oracle-14', 0.8, 8, 0.0387562], ['oracle-15', 1, 10, 0.0909091]] as const) {
    it(`r ${r}, K ${K}: ${dropped}`, () => {
      if (r !== 1) expect(((1 - r) * r ** K) / (1 - r ** (K + 1))).toBeCloseTo(dropped, 7)
      const classes = [{ perSecond: r * 100, service: exponential }]
      const { statistics } = measured({ seed, customers: 1_500_000, classes, station: { servers: 1, capacity: K } })
      expect(off(statistics.rejected / statistics.arrivals, dropped)).toBeLessThan(0.03)
    })
  }
})
