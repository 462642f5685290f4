// Do nominal 95 % intervals hold the truth in 95 of 100 studies? 1,000 studies each of waits in a stationary M/M/1 queue, whose mean and
// quantiles are known: waits of a replication are correlated and skewed, as latencies are. Bounds of 93 and 97 % are 2.9 standard errors.

import { describe, expect, it } from 'vitest'
import { meanInterval, pairedDifference } from '../src/interval.js'
import { sectioningInterval } from '../src/sectioning.js'
import { meanWait, type Queue, queueWaits, waitAbove } from './queue-waits.js'

const STUDIES = 1000
const slow = { load: 0.5, service: 1 }
const fast = { load: 0.5, service: 0.9 }

/** Share of studies whose interval holds the truth. */
function coverage(truth: number, intervalOf: (seed: string) => readonly [number, number] | null): number {
  let covered = 0
  for (let study = 0; study < STUDIES; study += 1) {
    const [lower, upper] = intervalOf(`oracle-${study}`) ?? [NaN, NaN]
    if (lower <= truth && truth <= upper) covered += 1
  }
  return covered / STUDIES
}

function replicationsOf(seed: string, replications: number, count: number, queue: Queue): number[][] {
  return Array.from({ length: replications }, (_, replication) => queueWaits(seed, replication, count, queue, 'stationary'))
}

function meansOf(replications: readonly (readonly number[])[]): number[] {
  return replications.map((waits) => waits.reduce((sum, wait) => sum + wait, 0) / waits.length)
}

describe('intervals at 95 % cover the truth in 93 to 97 % of 1,000 studies', () => {
  it('t over the means of replications', () => {
    const share = coverage(meanWait(slow), (seed) => meanInterval(meansOf(replicationsOf(seed, 10, 600, slow))).ci95)
    expect(share).toBeGreaterThanOrEqual(0.93)
    expect(share).toBeLessThanOrEqual(0.97)
  })

  it('t over paired differences of means', () => {
    const share = coverage(meanWait(fast) - meanWait(slow), (seed) => {
      return pairedDifference(meansOf(replicationsOf(seed, 10, 600, fast)), meansOf(replicationsOf(seed, 10, 600, slow))).ci95
    })
    expect(share).toBeGreaterThanOrEqual(0.93)
    expect(share).toBeLessThanOrEqual(0.97)
  })

  it('sectioning of the 95th percentile, with 100 observations above it in each replication', () => {
    const share = coverage(waitAbove(0.05, slow), (seed) => sectioningInterval(replicationsOf(seed, 10, 2000, slow), 0.95).ci95)
    expect(share).toBeGreaterThanOrEqual(0.93)
    expect(share).toBeLessThanOrEqual(0.97)
  })
})
