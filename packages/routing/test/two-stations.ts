// Two servers with a line each, and a policy in front of them that sees what a console would see: on the kernel's stations with drawn
// times, and as a Markov chain solved for its exact mean. Shared by the tests of this package.

import { type Draw, type Handler, Simulation, Station, Tally } from '@powersim/kernel'
import { type CommandView, decide, type PathView, type RoutingPolicy } from '../src/index.js'

/** A query of the first console, number `sequence`. */
export function command(over: Partial<CommandView> = {}): CommandView {
  return {
    name: 'lpar.read',
    opcode: 0x0202,
    commandClass: 'query',
    console: 1,
    system: 's',
    sequence: 7,
    attempt: 0,
    lastPath: null,
    bytes: 1024,
    lparId: 3,
    ...over,
  }
}

/** A path with nothing outstanding and a mean of 1 ms; NETS by its name. */
export function path(id: string, over: Partial<PathView> = {}): PathView {
  const kind = id.startsWith('nets') ? 'nets' : 'fsp'
  return { id, kind, connected: true, outstanding: 0, meanServiceNs: 1e6, ewmaLatencyNs: 1e6, ...over }
}

/** Always the same draw, of the grid of real ones. */
export function fixed(value: number): Draw {
  return { next: () => value, below: (n) => Math.floor(value * n) }
}

export interface Pair {
  /** Of the service processor's path, which comes first, and of NETS, commands a second. */
  readonly rates: readonly [number, number]
  /** Poisson arrivals, commands a second. */
  readonly perSecond: number
}

const ids = ['fsp', 'nets'] as const

/** Mean time in the system, ms, of so many customers at two stations of the kernel; both start empty. */
export function simulatedMeanMs(policy: RoutingPolicy, { rates, perSecond }: Pair, customers: number, seed: string): number {
  const simulation: Simulation = new Simulation({ seed })
  const stations = ids.map((id) => new Station(simulation, { name: id, servers: 1 }))
  const laws = rates.map((rate) => simulation.law({ exponential: 1e9 / rate }))
  const services = ids.map((id) => simulation.stream('service', id))
  const gap = simulation.law({ exponential: 1e9 / perSecond })
  const gaps = simulation.stream('gap', 'console')
  const draws = simulation.draws('routing.choice', 'command')
  const residence = new Tally()
  const end = simulation.handler<number>('end', (cameAt) => residence.add(simulation.now - cameAt))
  let number = 0
  const arrive: Handler<undefined> = simulation.handler('arrive', () => {
    const views = ids.map((id, place) =>
      path(id, { outstanding: stations[place]?.inside ?? 0, meanServiceNs: 1e9 / (rates[place] ?? 0) }),
    )
    const chosen = decide(policy, command({ sequence: number }), views, draws.cursor(number))
    const place = views.indexOf(chosen)
    stations[place]?.submit(laws[place]!.sample(services[place]!), end, simulation.now)
    if (++number < customers) simulation.schedule(gap.sample(gaps), arrive, undefined)
  })
  simulation.schedule(gap.sample(gaps), arrive, undefined)
  simulation.run()
  if (residence.count !== customers) throw new Error('a customer was lost')
  return residence.mean / 1e6
}

/**
 * The same mean, exact but for states beyond `limit` in a line: the chain of (commands at fsp, commands at nets), solved by Gauss-Seidel.
 * The policy is asked once for each state and half of the draws; it must have no other memory.
 */
export function exactMeanMs(policy: RoutingPolicy, { rates, perSecond }: Pair, limit: number): number {
  const [first, second] = rates
  const width = limit + 1
  /** Arrivals a second that go to `fsp`, by state; a full line lets nobody in. */
  const toFirst = new Float64Array(width * width)
  const toSecond = new Float64Array(width * width)
  for (let a = 0; a <= limit; a++) {
    for (let b = 0; b <= limit; b++) {
      const views = [
        path('fsp', { outstanding: a, meanServiceNs: 1e9 / first }),
        path('nets', { outstanding: b, meanServiceNs: 1e9 / second }),
      ]
      for (const draw of [fixed(0.25), fixed(0.75)]) {
        const rate = perSecond / 2
        if (decide(policy, command(), views, draw).id === 'fsp') toFirst[a * width + b]! += a < limit ? rate : 0
        else toSecond[a * width + b]! += b < limit ? rate : 0
      }
    }
  }
  const chance = new Float64Array(width * width).fill(1 / (width * width))
  let change = 1
  for (let sweep = 0; change > 1e-11; sweep++) {
    if (sweep === 20_000) throw new Error('the chain does not settle')
    change = 0
    let sum = 0
    for (let a = 0; a <= limit; a++) {
      for (let b = 0; b <= limit; b++) {
        const state = a * width + b
        const out = toFirst[state]! + toSecond[state]! + (a > 0 ? first : 0) + (b > 0 ? second : 0)
        let into = 0
        if (a < limit) into += first * chance[state + width]!
        if (b < limit) into += second * chance[state + 1]!
        if (a > 0) into += toFirst[state - width]! * chance[state - width]!
        if (b > 0) into += toSecond[state - 1]! * chance[state - 1]!
        change += Math.abs(into / out - chance[state]!)
        chance[state] = into / out
        sum += into / out
      }
    }
    for (let state = 0; state < chance.length; state++) chance[state]! /= sum
  }
  let inside = 0
  for (let a = 0; a <= limit; a++) for (let b = 0; b <= limit; b++) inside += (a + b) * chance[a * width + b]!
  return (inside / perSecond) * 1000
}
