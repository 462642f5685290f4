// Single queues against closed forms on whole assembled machines, in which only the named station takes time: the service processor (M/M/1,
// M/D/1, M/G/1), the NETS pool (M/M/c), the buffers of the management channel (M/M/c/c) and the hypervisor's queue (M/M/1/K). Formulas are
// taken at the rate and the mean service of the path, which takes out the noise of the inputs; then so many commands bring the standard
// error to a quarter of the tolerance (measured on bare recursions of the same queues).
//
// What a machine cannot express: no component shares a processor among its jobs, and none serves by priority. Processor sharing and
// Cobham's formula are shown on the kernel's station (kernel/test/station.oracle.test.ts); for the service processor the last test here
// shows what holds instead, one line for background and commands.

import { pow, Sample, Tally } from '@powersim/kernel'
import { readDocument } from '@powersim/managed-system'
import { describe, expect, it } from 'vitest'
import { type Assembled, bareMachine, poissonQueries } from './bare-machine.js'

/** Relative error. */
function off(measured: number, expected: number): number {
  return Math.abs(measured / expected - 1)
}

/** A machine whose service processor takes so long for a command, and nothing else takes time. */
const fspOnly = (forwardIn: unknown): ReturnType<typeof bareMachine> => bareMachine({ nets: null, fsp: { forwardIn } })

interface Path {
  /** Commands a second. */
  readonly perSecond: number
  /** Mean service, ms. */
  readonly serviceMs: number
  /** Offered load: rate times mean service. */
  readonly load: number
}

/** What came, as it came: so many commands, of which some were served, in `busyNs`. */
function pathOf({ simulation }: Assembled, commands: number, served: number, busyNs: number): Path {
  const perSecond = (commands / simulation.now) * 1e9
  const serviceMs = busyNs / served / 1e6
  return { perSecond, serviceMs, load: (perSecond * serviceMs) / 1000 }
}

/** A machine after commands for the service processor at half load, 10 ms each, and their latencies in ms. */
function halfLoad(forwardIn: unknown, commands: number, seed: string): { latencies: Sample; path: Path } {
  const latencies = new Sample()
  const queries = { policy: 'fsp-only', perSecond: 50, commands, seed }
  const machine = poissonQueries(fspOnly(forwardIn), queries, (latencyNs) => latencies.add(latencyNs / 1e6))
  return { latencies, path: pathOf(machine, commands, commands, machine.system.fsp.statistics().processor.busyNs) }
}

/** Erlang's loss formula: the part of the commands that find c servers taken. */
function erlangB(c: number, load: number): number {
  let lost = 1
  for (let k = 1; k <= c; k++) lost = (load * lost) / (k + load * lost)
  return lost
}

/** Erlang's delay formula: the part that waits for one of c servers. */
function erlangC(c: number, load: number): number {
  const lost = erlangB(c, load)
  return lost / (1 - (load / c) * (1 - lost))
}

/** The NETS partition with ten virtual processors, so that each of ten threads has one, and ten sessions. */
function tenThreads(nets: Readonly<Record<string, unknown>>): ReturnType<typeof bareMachine> {
  const partitions = readDocument(bareMachine()).systems[0]?.partitions.map((partition) =>
    partition.name === 'lnxnets' ? { ...partition, virtualProcessors: 10, entitledCapacity: 1 } : partition,
  )
  return bareMachine({
    partitions,
    hmc: { netsSessions: { sessions: 10 } },
    nets: { process: { exponential: '100ms' }, threadsMax: 10, ...nets },
  })
}

const busyAnswers = ({ records }: Assembled): number =>
  records.filter(({ name, status }) => name === 'memory.system' && status === 'busy').length

describe('B1: the service processor as M/M/1', () => {
  it('has W = S / (1 - rho) and exponential times inside', () => {
    const { latencies, path } = halfLoad({ exponential: '10ms' }, 420_000, 'oracle-1')
    const w = path.serviceMs / (1 - path.load)
    expect(off(path.load, 0.5)).toBeLessThan(0.02)
    expect(off(latencies.mean, w)).toBeLessThan(0.02)
    // w ln(1 / (1 - p))
    expect(off(latencies.quantile(0.95), w * 2.99573)).toBeLessThan(0.02)
    expect(off(latencies.quantile(0.99), w * 4.60517)).toBeLessThan(0.04)
  })
})

describe('B2 and B3: the service processor as M/G/1 (Pollaczek-Khinchine)', () => {
  it.each<[string, unknown, number, number, number, string]>([
    ['deterministic', '10ms', 0, 0.02, 350_000, 'oracle-2'],
    ['erlang, four stages', { erlang: { mean: '10ms', stages: 4 } }, 0.25, 0.02, 440_000, 'oracle-3'],
    ['hyperexponential', { hyperExponential: { mean: '10ms', cv: 2 } }, 4, 0.05, 330_000, 'oracle-4'],
  ])('%s services wait rho S (1 + c2) / (2 (1 - rho))', (_name, forwardIn, c2, tolerance, commands, seed) => {
    const { latencies, path } = halfLoad(forwardIn, commands, seed)
    const wait = (path.load * path.serviceMs * (1 + c2)) / (2 * (1 - path.load))
    expect(off(path.serviceMs, 10)).toBeLessThan(0.02)
    expect(off(latencies.mean - path.serviceMs, wait)).toBeLessThan(tolerance)
  })
})

describe('B6: the pool of ten threads as M/M/10', () => {
  it('takes S (1 + C / (c - a)), a command waiting at the console for a session', () => {
    expect(erlangC(10, 8)).toBeCloseTo(0.40918, 6)
    const commands = 250_000
    const latencies = new Tally()
    const queries = { policy: 'by-target', perSecond: 80, commands, seed: 'oracle-5' }
    const machine = poissonQueries(tenThreads({}), queries, (latencyNs) => latencies.add(latencyNs / 1e6))
    const path = pathOf(machine, commands, commands, machine.system.netsPartition?.processor.statistics().busyNs ?? 0)
    expect(off(path.load, 8)).toBeLessThan(0.02)
    expect(off(latencies.mean, path.serviceMs * (1 + erlangC(10, path.load) / (10 - path.load)))).toBeLessThan(0.02)
  })
})

describe('B7: buffers of the management channel as M/M/c/c', () => {
  it('refuse Erlang B of the commands when no line is kept for them', () => {
    expect(erlangB(32, 24)).toBeCloseTo(0.0220949, 7)
    // A buffer is held from before NETS works on a command until the reply. There are threads and processors for more commands than
    // buffers.
    const commands = 60_000
    const queries = { policy: 'by-target', perSecond: 40, commands, seed: 'oracle-6' }
    const machine = poissonQueries(tenThreads({ vmc: { buffers: 4, whenFull: 'busy' } }), queries)
    const busy = busyAnswers(machine)
    const path = pathOf(machine, commands, commands - busy, machine.system.netsPartition?.processor.statistics().busyNs ?? 0)
    expect(off(path.load, 4)).toBeLessThan(0.02)
    expect(off(busy / commands, erlangB(4, path.load))).toBeLessThan(0.03)
  })
})

describe("B8: the hypervisor's queue as M/M/1/K", () => {
  it.each([
    [1, 4, 'oracle-7'],
    [0.8, 3, 'oracle-8'],
  ])('at load %d with room for %d answers (1 - r) r^K / (1 - r^(K + 1)) of the commands with busy', (load, room, seed) => {
    const commands = 100_000
    const document = bareMachine({ nets: null, phyp: { query: { exponential: '10ms' }, queueLimit: room } })
    const machine = poissonQueries(document, { policy: 'fsp-only', perSecond: 100 * load, commands, seed })
    const busy = busyAnswers(machine)
    const { queue, busy: counted } = machine.system.phyp.statistics()
    const r = pathOf(machine, commands, commands - busy, queue.busyNs).load
    expect(counted).toBe(busy)
    expect(off(r, load)).toBeLessThan(0.02)
    // Written as r^K over the sum of r^0 to r^K, which is defined at load 1 too.
    const weights = Array.from({ length: room + 1 }, (_, n) => pow(r, n))
    const expected = pow(r, room) / weights.reduce((sum, weight) => sum + weight, 0)
    expect(off(busy / commands, expected)).toBeLessThan(0.03)
  })
})

describe('B5, which the service processor is not: it serves background and commands in one line', () => {
  it('so that both wait R0 / (1 - rho)', () => {
    // Ten heartbeats of 2 ms a second, 40 commands of 10 ms.
    const heartbeats = { name: 'heartbeat', every: { exponential: '100ms' }, work: '2ms' }
    const document = bareMachine({ nets: null, fsp: { forwardIn: { exponential: '10ms' }, background: [heartbeats] } })
    const latencies = new Tally()
    const queries = { policy: 'fsp-only', perSecond: 40, commands: 285_000, seed: 'oracle-9' }
    const { system } = poissonQueries(document, queries, (latencyNs) => latencies.add(latencyNs / 1e6))
    // R0 = sum of rate E[S2] / 2 in seconds; services squared on average: 4e-6 and 2e-4.
    const waitMs = (1000 * (10 * 4e-6 + 40 * 2e-4)) / 2 / (1 - 0.42)
    expect(off(latencies.mean, 10 + waitMs)).toBeLessThan(0.02)
    // A quarter as many heartbeats as commands: nearly twice the standard error.
    expect(off(system.fsp.statistics().backgroundLatencies.mean / 1e6, 2 + waitMs)).toBeLessThan(0.04)
  })
})
