// Stations under drawn jobs, against models that share nothing with them: a plain list of jobs for FIFO and priority, exact
// fluid sharing in rational numbers (BigInt) for processor sharing. Conservation and Little's law are checked on the way.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Interrupted, Simulation, Station } from '../src/index.js'
import type { Process, StationOptions, Yieldable } from '../src/index.js'

interface Job {
  gap: number
  service: number
  priority: number
}

const job = fc.record({
  gap: fc.constantFrom(0, 0, 1, 3, 10, 50),
  service: fc.oneof(fc.integer({ min: 0, max: 60 }), fc.constantFrom(0, 10, 10)),
  priority: fc.integer({ min: -8, max: 7 }),
})

const few = fc.integer({ min: 1, max: 4 })

/** Ends of all jobs as [index, time] in the order in which they happen; a rejected job has none. */
function endsAt(jobs: readonly Job[], options: Omit<StationOptions, 'name'>): { ends: [number, number][]; station: Station } {
  const simulation = new Simulation({ seed: 'test' })
  const station = new Station(simulation, { name: 's', ...options })
  const ends: [number, number][] = []
  const end = simulation.handler<number>('end', (index) => ends.push([index, simulation.now]))
  let index = 0
  const arrive = simulation.handler<undefined>('arrive', () => {
    const one = jobs[index]
    if (one === undefined) return
    station.submit(one.service, end, index, one.priority)
    index++
    station.statistics()
    // Arrivals come before whatever ends at the same time, so that the reference can do the same.
    const next = jobs[index]
    if (next !== undefined) simulation.schedule(next.gap, arrive, undefined, -1)
  })
  const first = jobs[0]
  if (first !== undefined) simulation.schedule(first.gap, arrive, undefined, -1)
  simulation.run()
  return { ends, station }
}

/** A plain model: at each time arrivals first, then one end after the other in the order in which the services began. */
function plainEnds(jobs: readonly Job[], servers: number, capacity: number, byPriority: boolean): [number, number][] {
  const ends: [number, number][] = []
  let serving: { index: number; end: number; began: number }[] = []
  const waiting: number[] = []
  let arrived = 0
  let began = 0
  const begin = (index: number, now: number): void => {
    serving.push({ index, end: now + (jobs[index]?.service ?? 0), began: began++ })
  }
  const level = (index: number): number => jobs[index]?.priority ?? 0
  let now = 0
  let nextArrival = jobs[0]?.gap ?? Infinity
  for (;;) {
    const nextEnd = Math.min(...serving.map((one) => one.end))
    now = Math.min(nextArrival, nextEnd)
    if (now === Infinity) return ends
    if (nextArrival === now) {
      const index = arrived++
      const gap = jobs[arrived]?.gap
      nextArrival = gap === undefined ? Infinity : now + gap
      if (serving.length + waiting.length >= capacity) continue
      if (serving.length < servers) begin(index, now)
      else waiting.push(index)
      continue
    }
    const due = serving.filter((one) => one.end === now).sort((a, b) => a.began - b.began)[0]
    if (due === undefined) throw new Error('nobody is due')
    serving = serving.filter((one) => one !== due)
    ends.push([due.index, now])
    const order = byPriority ? [...waiting].sort((a, b) => level(a) - level(b) || a - b) : waiting
    const next = order[0]
    if (next !== undefined) {
      waiting.splice(waiting.indexOf(next), 1)
      begin(next, now)
    }
  }
}

describe('fifo and priority', () => {
  for (const discipline of ['fifo', 'priority'] as const) {
    it(`${discipline}: every job ends when the plain model says, in the same order`, () => {
      fc.assert(
        fc.property(fc.array(job, { maxLength: 80 }), few, fc.integer({ min: 1, max: 12 }), (jobs, servers, capacity) => {
          const { ends, station } = endsAt(jobs, { servers, capacity, discipline })
          expect(ends).toEqual(plainEnds(jobs, servers, capacity, discipline === 'priority'))
          const { completed, rejected, busyNs } = station.statistics()
          expect(completed).toBe(ends.length)
          expect(rejected).toBe(jobs.length - ends.length)
          expect(busyNs).toBe(ends.reduce((sum, [index]) => sum + (jobs[index]?.service ?? 0), 0))
        }),
        { numRuns: 300 },
      )
    })
  }
})

/** Exact fluid processor sharing. Times are in units of 1/SCALE ns, SCALE divisible by all shares that occur often enough. */
function fluidEnds(jobs: readonly Job[], servers: number): number[] {
  const scale = 2n ** 200n
  const inside: { index: number; left: bigint }[] = []
  const ends: number[] = jobs.map(() => NaN)
  let now = 0n
  let arrived = 0
  let nextArrival = jobs.length > 0 ? BigInt(jobs[0]?.gap ?? 0) * scale : -1n
  while (inside.length > 0 || nextArrival >= 0n) {
    const n = BigInt(Math.max(inside.length, servers))
    const c = BigInt(servers)
    const least = inside.reduce<bigint | undefined>((low, one) => (low === undefined || one.left < low ? one.left : low), undefined)
    const end = least === undefined ? undefined : now + (least * n) / c
    const isArrival = nextArrival >= 0n && (end === undefined || nextArrival <= end)
    const next = isArrival ? nextArrival : (end ?? 0n)
    const gained = ((next - now) * c) / n
    now = next
    for (const one of inside) one.left -= gained
    if (isArrival) {
      inside.push({ index: arrived, left: BigInt(jobs[arrived]?.service ?? 0) * scale })
      arrived++
      const gap = jobs[arrived]?.gap
      nextArrival = gap === undefined ? -1n : now + BigInt(gap) * scale
    } else {
      const at = inside.findIndex((one) => one.left <= 1n << 100n)
      const [gone] = inside.splice(at, 1)
      if (gone !== undefined) ends[gone.index] = Number((now * 1000n) / scale) / 1000
    }
  }
  return ends
}

describe('processor sharing', () => {
  it('every job ends within rounding of exact fluid sharing', () => {
    fc.assert(
      fc.property(fc.array(job, { minLength: 1, maxLength: 60 }), few, (jobs, servers) => {
        const { ends, station } = endsAt(jobs, { servers, discipline: 'processor-sharing' })
        const wanted = fluidEnds(jobs, servers)
        expect(ends).toHaveLength(jobs.length)
        for (const [index, time] of ends) expect(Math.abs(time - (wanted[index] ?? NaN))).toBeLessThanOrEqual(jobs.length)
        const { busyNs, areaNs, residenceNs } = station.statistics()
        const work = jobs.reduce((sum, one) => sum + one.service, 0)
        expect(busyNs).toBeGreaterThanOrEqual(work)
        expect(busyNs).toBeLessThan(work + servers)
        expect(areaNs).toBe(residenceNs)
      }),
      { numRuns: 200 },
    )
  })

  it('with long services the rounding stays a few ns, whatever the length', () => {
    const long = fc.record({ gap: fc.integer({ min: 0, max: 2e9 }), service: fc.integer({ min: 1, max: 1e10 }), priority: fc.constant(0) })
    fc.assert(
      fc.property(fc.array(long, { minLength: 1, maxLength: 40 }), few, (jobs, servers) => {
        const { ends } = endsAt(jobs, { servers, discipline: 'processor-sharing' })
        const wanted = fluidEnds(jobs, servers)
        for (const [index, time] of ends) expect(Math.abs(time - (wanted[index] ?? NaN))).toBeLessThanOrEqual(jobs.length)
      }),
      { numRuns: 100 },
    )
  })
})

describe('withdrawing', () => {
  const start = fc.record({
    kind: fc.constant('start' as const),
    service: fc.integer({ min: 0, max: 50 }),
    priority: fc.integer({ min: -8, max: 7 }),
  })
  const step = fc.oneof(
    { weight: 5, arbitrary: start },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('interrupt' as const), index: fc.nat() }) },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('pass' as const), delay: fc.integer({ min: 1, max: 40 }) }) },
  )
  for (const discipline of ['fifo', 'priority', 'processor-sharing'] as const) {
    it(`${discipline}: nobody is lost, and counts and areas agree after every step`, () => {
      fc.assert(
        fc.property(fc.array(step, { maxLength: 80 }), few, fc.integer({ min: 1, max: 8 }), (steps, servers, capacity) => {
          const simulation = new Simulation({ seed: 'test' })
          const station = new Station(simulation, { name: 's', servers, capacity, discipline })
          const processes: Process<string>[] = []
          function* body(service: number, priority: number): Generator<Yieldable, string> {
            try {
              return String(yield station.request(service, priority))
            } catch (error) {
              if (error instanceof Interrupted) return 'withdrawn'
              throw error
            }
          }
          for (const one of steps) {
            if (one.kind === 'start') processes.push(simulation.process('p', body(one.service, one.priority)))
            else if (one.kind === 'interrupt') processes[one.index % Math.max(1, processes.length)]?.interrupt('x')
            simulation.run(one.kind === 'pass' ? simulation.now + one.delay : simulation.now)
            const { inside, busyNs, areaNs, residenceNs } = station.statistics()
            expect(inside).toBe(processes.filter((process) => !process.done).length)
            expect(areaNs).toBe(residenceNs)
            expect(busyNs).toBeLessThanOrEqual(areaNs)
          }
          simulation.run()
          const { arrivals, completed, rejected, withdrawn, inside } = station.statistics()
          const count = (result: string): number => processes.filter((process) => process.result === result).length
          expect([completed, rejected, withdrawn, inside]).toEqual([count('served'), count('rejected'), count('withdrawn'), 0])
          expect(arrivals).toBe(processes.length)
        }),
        { numRuns: 200 },
      )
    })
  }
})
