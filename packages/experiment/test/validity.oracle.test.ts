// Whether the statistics keep what they promise: coverage of the t intervals (of means and of paired differences) on normal data,
// and the gain of common random numbers on a queue whose mean time is known (M/M/1, W = S / (1 - rho)).

import { Simulation, Station, ms, normalQuantile, seconds } from '@powersim/kernel'
import { describe, expect, it } from 'vitest'
import { compareAlternatives } from '../src/index.js'
import type { Plan, ReplicationResult } from '../src/index.js'
import { resultOf } from './canned-results.js'

describe('a 95 % interval', () => {
  const experiments = 600
  const replications = 8

  // Two correlated normal metrics: alternative b lies 0.5 above a and shares half of its variance.
  function run(experiment: number, alternative: string, replication: number): ReplicationResult {
    const simulation = new Simulation({ seed: `oracle-${experiment + 1}`, replication })
    const own = normalQuantile(simulation.stream('own', alternative).next())
    const common = normalQuantile(simulation.stream('common', 'both').next())
    return resultOf({ x: 10 + own + common + (alternative === 'b' ? 0.5 : 0) })
  }

  it('covers the truth in about 95 of 100 experiments', () => {
    let meanCovered = 0
    let differenceCovered = 0
    const covers = (interval: readonly [number, number] | null | undefined, truth: number): boolean =>
      interval !== null && interval !== undefined && interval[0] <= truth && truth <= interval[1]
    for (let experiment = 0; experiment < experiments; experiment++) {
      const comparison = compareAlternatives({
        plan: { seed: 'coverage' },
        alternatives: ['a', 'b'],
        replications,
        replicate: (_plan, alternative, replication) => run(experiment, alternative, replication),
      })
      if (covers(comparison.alternatives[0]?.metrics['x']?.ci95, 10)) meanCovered++
      if (covers(comparison.differences[0]?.ci95, 0.5)) differenceCovered++
    }
    // standard error 0.9 %; a normal quantile instead of Student's would cover 90.9 %
    expect(meanCovered / experiments).toBeGreaterThan(0.92)
    expect(meanCovered / experiments).toBeLessThan(0.98)
    expect(differenceCovered / experiments).toBeGreaterThan(0.92)
    expect(differenceCovered / experiments).toBeLessThan(0.98)
  })
})

describe('common random numbers', () => {
  interface QueuePlan extends Plan {
    /** Mean service time by alternative. */
    serviceNs: Record<string, number>
    /** False: each alternative has streams of its own, as if the seed depended on it. */
    common: boolean
  }

  // One M/M/1 queue, 80 arrivals a second, for 100 s.
  function queue(plan: QueuePlan, alternative: string, replication: number): ReplicationResult {
    const simulation = new Simulation({ seed: plan.seed, replication })
    const component = plan.common ? 'queue' : alternative
    const arrivals = simulation.draws('arrivals', component)
    const services = simulation.draws('services', component)
    const interarrival = simulation.law({ exponential: ms(12.5) })
    const service = simulation.law({ exponential: plan.serviceNs[alternative] ?? 0 })
    const station = new Station(simulation, { name: 'server', servers: 1 })
    const served = simulation.handler<undefined>('served', () => undefined)
    let customer = 0
    const arrive = simulation.handler<undefined>('arrive', () => {
      station.submit(service.sample(services.cursor(customer)), served, undefined)
      customer++
      simulation.schedule(interarrival.sample(arrivals.cursor(customer)), arrive, undefined)
    })
    simulation.schedule(interarrival.sample(arrivals.cursor(0)), arrive, undefined)
    simulation.run(seconds(100))
    const residence_ms = station.statistics().meanResidenceNs / 1e6
    return { digest: simulation.digest.hex(), events: simulation.executed, metrics: { residence_ms }, groups: [] }
  }

  const compare = (common: boolean) =>
    compareAlternatives<QueuePlan>({
      plan: { seed: 'oracle-1', serviceNs: { slow: ms(10), fast: ms(9) }, common },
      alternatives: ['slow', 'fast'],
      replications: 30,
      replicate: queue,
    })

  it('narrow the difference of two service rates; independent ones do not', () => {
    const paired = compare(true)
    const independent = compare(false)
    const [pairedDifference] = paired.differences
    const [independentDifference] = independent.differences
    // the truth: 10 / (1 - .8) = 50 ms and 9 / (1 - .72) = 32.14 ms
    const truth = 9 / 0.28 - 50
    expect(paired.alternatives[0]?.metrics['residence_ms']?.mean).toBeCloseTo(50, -1)
    expect(paired.alternatives[1]?.metrics['residence_ms']?.mean).toBeCloseTo(9 / 0.28, -1)
    for (const difference of [pairedDifference, independentDifference]) {
      expect(difference?.ci95?.[0]).toBeLessThan(truth + 5)
      expect(difference?.ci95?.[1]).toBeGreaterThan(truth - 5)
    }
    expect(pairedDifference?.varianceGain).toBeGreaterThan(2.5)
    expect(independentDifference?.varianceGain).toBeGreaterThan(0.4)
    expect(independentDifference?.varianceGain).toBeLessThan(2)
    const width = (interval: [number, number] | null | undefined): number => (interval ? interval[1] - interval[0] : Number.NaN)
    expect(width(pairedDifference?.ci95)).toBeLessThan(0.8 * width(independentDifference?.ci95))
  })

  it('make the same service rate differ by exactly nothing', () => {
    const { differences, alternatives } = compareAlternatives<QueuePlan>({
      plan: { seed: 'oracle-2', serviceNs: { one: ms(10), other: ms(10) }, common: true },
      alternatives: ['one', 'other'],
      replications: 5,
      replicate: queue,
    })
    expect(differences[0]).toMatchObject({ mean: 0, ci95: [0, 0], reductionPercent: 0 })
    expect(alternatives[1]?.digest).toBe(alternatives[0]?.digest)
  })
})
