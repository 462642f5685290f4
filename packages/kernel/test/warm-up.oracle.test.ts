// Why MSER-5 is applied once, to the average of the replications: on waits of an M/M/1 queue at load 0.8, whose stationary mean is 4,
// 95 % intervals over replications cover it then. After a cut of its own in each replication they do not.

import { describe, expect, it } from 'vitest'
import { meanInterval } from '../src/interval.js'
import { warmUpByMser5 } from '../src/warm-up.js'
import { meanWait, queueWaits } from './queue-waits.js'

const queue = { load: 0.8, service: 1 }

interface Start {
  readonly studies: number
  readonly replications: number
  readonly count: number
  readonly backlog: number
}

/** Shares of studies whose interval covers the mean: nothing removed, cut on the average, cut in each replication. */
function coverage({ studies, replications, count, backlog }: Start): { none: number; average: number; each: number } {
  const covered = { none: 0, average: 0, each: 0 }
  for (let study = 0; study < studies; study += 1) {
    const seed = `oracle-${study}`
    const series = Array.from({ length: replications }, (_, replication) => queueWaits(seed, replication, count, queue, backlog))
    const { truncate } = warmUpByMser5(series)
    if (covers(series.map((waits) => meanFrom(waits, 0)))) covered.none += 1
    if (covers(series.map((waits) => meanFrom(waits, truncate)))) covered.average += 1
    if (covers(series.map((waits) => meanFrom(waits, warmUpByMser5([waits]).truncate)))) covered.each += 1
  }
  return { none: covered.none / studies, average: covered.average / studies, each: covered.each / studies }
}

function covers(means: readonly number[]): boolean {
  const [lower, upper] = meanInterval(means).ci95 ?? [NaN, NaN]
  return lower <= meanWait(queue) && meanWait(queue) <= upper
}

function meanFrom(values: readonly number[], start: number): number {
  let sum = 0
  for (let index = start; index < values.length; index += 1) sum += values[index]!
  return sum / (values.length - start)
}

describe('MSER-5 on the average of the replications', () => {
  it('keeps the coverage of 30 replications from an empty start; in each replication it loses it', () => {
    const { average, each } = coverage({ studies: 200, replications: 30, count: 3000, backlog: 0 })
    expect(average).toBeGreaterThan(0.84)
    expect(each).toBeLessThan(0.7)
  })

  it('removes a start with a backlog of 60 services, without which no interval would cover', () => {
    const { none, average } = coverage({ studies: 100, replications: 20, count: 2000, backlog: 60 })
    expect(none).toBeLessThan(0.1)
    expect(average).toBeGreaterThan(0.8)
  })
})
