// Closed forms on whole assembled machines in which only the named stations take time: open tandems (B9), closed networks (B10), the
// management channel's credits (B11), the wire (F4, F6) and secure sessions (F7).

import { ms, Tally, until, type Yieldable } from '@powersim/kernel'
import { describe, expect, it } from 'vitest'
import { bareMachine, drive, meanLatencyMs } from './bare-machine.js'

const exponential = (mean: string): { exponential: string } => ({ exponential: mean })

/** Relative error. */
function off(measured: number, expected: number): number {
  return Math.abs(measured / expected - 1)
}

/** Residence time in a closed network of queueing stations with a think time, by the recursion of mean value analysis. */
function mva(demandsMs: readonly number[], thinkMs: number, customers: number): { perSecond: number; responseMs: number } {
  const queues = demandsMs.map(() => 0)
  let perMs = 0
  let responseMs = 0
  for (let n = 1; n <= customers; n++) {
    const residences = demandsMs.map((demand, station) => demand * (1 + (queues[station] ?? 0)))
    responseMs = residences.reduce((sum, residence) => sum + residence, 0)
    perMs = n / (thinkMs + responseMs)
    for (const [station, residence] of residences.entries()) queues[station] = perMs * residence
  }
  return { perSecond: perMs * 1000, responseMs }
}

describe('B9: an open tandem of HMC, FSP or NETS, and PHYP', () => {
  const tandem = bareMachine({
    hmc: { prepare: exponential('1ms'), netsSessions: { sessions: 200 } },
    fsp: { forwardIn: exponential('8ms') },
    nets: { process: exponential('500us') },
    phyp: { query: exponential('2ms') },
  })

  const formula = (middle: number, lambda: number): number => [1000, middle, 500].reduce((sum, rate) => sum + 1000 / (rate - lambda), 0)

  it.each([
    ['fsp-only', 125, 50, 100_000, 'oracle-1'],
    ['by-target', 2000, 50, 60_000, 'oracle-2'],
    ['fsp-only', 125, 100, 400_000, 'oracle-3'],
    ['by-target', 2000, 100, 60_000, 'oracle-4'],
  ])('%s (middle station %d/s) at %d commands/s has W = sum 1/(mu - lambda)', (policy, middle, lambda, commands, seed) => {
    expect(off(meanLatencyMs(tandem, { policy, perSecond: lambda, commands, seed }), formula(middle, lambda))).toBeLessThan(0.02)
  })
})

describe('B10: a closed network of consoles that think, and the path over the FSP', () => {
  const closed = bareMachine({
    hmc: { prepare: exponential('1ms') },
    fsp: { forwardIn: exponential('8ms') },
    phyp: { query: exponential('2ms') },
  })

  it.each([
    [1, 'oracle-5'],
    [5, 'oracle-6'],
    [10, 'oracle-7'],
  ])('%d sessions have the throughput and response of mean value analysis', (customers, seed) => {
    const response = new Tally()
    const perCustomer = 60_000 / customers
    let elapsedNs = 0
    drive(closed, { seed }, function* ({ simulation, console, view }): Generator<Yieldable, void> {
      const think = simulation.law({ exponential: ms(50) })
      const startNs = simulation.now
      const loops = Array.from({ length: customers }, (_unused, customer) => {
        const draws = simulation.stream('think', String(customer))
        return simulation.process('customer', loop(draws))
      })
      for (const customer of loops) yield customer
      elapsedNs = simulation.now - startNs

      function* loop(draws: ReturnType<typeof simulation.stream>): Generator<Yieldable, void> {
        for (let command = 0; command < perCustomer; command++) {
          yield think.sample(draws)
          const askedNs = simulation.now
          yield* until(console.send(view, 'memory.system', {}))
          response.add(simulation.now - askedNs)
        }
      }
    })
    const expected = mva([1, 8, 2], 50, customers)
    expect(off(response.mean / 1e6, expected.responseMs)).toBeLessThan(0.02)
    expect(off((response.count / elapsedNs) * 1e9, expected.perSecond)).toBeLessThan(0.02)
  })
})

describe('B11: buffers of the management channel as the population of a closed network', () => {
  it.each([
    [1, 'oracle-8'],
    [2, 'oracle-9'],
    [4, 'oracle-10'],
  ])('%d buffers give the throughput of mean value analysis', (buffers, seed) => {
    const machine = bareMachine({
      hmc: { netsSessions: { sessions: 16 } },
      nets: { process: exponential('500us'), vmc: { buffers } },
      phyp: { query: exponential('2ms') },
    })
    const commands = 4000
    const sessions = 16
    let elapsedNs = 0
    drive(machine, { policy: 'by-target', seed }, function* ({ simulation, console, view }): Generator<Yieldable, void> {
      const startNs = simulation.now
      const loops = Array.from({ length: sessions }, () => simulation.process('session', loop()))
      for (const session of loops) yield session
      elapsedNs = simulation.now - startNs

      function* loop(): Generator<Yieldable, void> {
        for (let command = 0; command < commands; command++) yield* until(console.send(view, 'memory.system', {}))
      }
    })
    const perSecond = ((sessions * commands) / elapsedNs) * 1e9
    expect(off(perSecond, mva([0.5, 2], 0, buffers).perSecond)).toBeLessThan(0.02)
  })
})

describe('F4: a megabyte on the wire', () => {
  it.each([
    ['fsp-only', 'fsp', 100_000_000, 89.1],
    ['by-target', 'nets', 1_000_000_000, 8.91],
  ])('%s takes its link %s at %d bit/s for %d ms', (policy, path, bitsPerSecond, expectedMs) => {
    const machine = bareMachine({ frames: { replyBytesMin: 2 ** 20 }, [path]: { link: { bitsPerSecond } } })
    const { records } = drive(machine, { policy }, function* ({ console, view }): Generator<Yieldable, void> {
      yield* until(console.send(view, 'memory.system', {}))
    })
    const latencyMs = (records.find((record) => record.name === 'memory.system')?.latencyNs ?? 0) / 1e6
    expect(off(latencyMs, expectedMs)).toBeLessThan(0.005)
  })
})

describe('F7: a secure session', () => {
  it.each([
    [1, 308],
    [10, 38],
    [100, 11],
  ])('spread over %d commands costs (h + n c) / n = %d ms a command', (commands, expectedMs) => {
    const machine = bareMachine({ fsp: { tls: { fullHandshake: '300ms' }, forwardIn: '8ms' }, nets: null })
    const { simulation } = drive(machine, {}, function* ({ console, view }): Generator<Yieldable, void> {
      for (let command = 0; command < commands; command++) yield* until(console.send(view, 'memory.system', {}))
    })
    expect(simulation.now / commands).toBe(ms(expectedMs))
  })
})
