// Published numbers of paging: Belady's string, cyclic scans, hit ratios of independent references, and the first donations of LoPAR's
// pager. Mattson's stacks and the bounds of every policy are in replay.prop.test.ts.

import { pow, Simulation } from '@powersim/kernel'
import { pageReferences, recordReferences } from '@powersim/workload'
import { describe, expect, it } from 'vitest'
import { clock, fifo, InstantPaging, lopar, lru, optimalFaults, overage, random, replayedFaults, SharedMemoryPool } from '../src/index.js'
import type { ReplacementPolicyFactory } from '../src/index.js'

const seed = 'oracle-1'
const faultsOf = (references: Int32Array, frames: number, replacement: ReplacementPolicyFactory | 'min'): number => {
  return replacement === 'min' ? optimalFaults(references, frames) : replayedFaults(references, { frames, replacement, seed })
}

it.each([
  [fifo, 9, 10],
  [lru, 10, 8],
  ['min', 7, 6],
  [clock, 9, 10],
] as const)("D1: Belady's string", (policy, three, four) => {
  const string = Int32Array.of(1, 2, 3, 4, 1, 2, 5, 1, 2, 3, 4, 5)
  expect(faultsOf(string, 3, policy)).toBe(three)
  expect(faultsOf(string, 4, policy)).toBe(four)
})

it.each([
  [lru, 1000],
  [fifo, 1000],
  [clock, 1000],
  ['min', 120],
] as const)('D2: a cyclic scan of 10 pages, 100 times, through 9 frames', (policy, expected) => {
  const scan = Int32Array.from({ length: 1000 }, (_, at) => at % 10)
  expect(faultsOf(scan, 9, policy)).toBe(expected)
})

/** Hits per reference, after as many references as fill the frames. */
function hitRatio(spec: { zipf: number } | { uniform: true }, pages: number, frames: number, policy: ReplacementPolicyFactory): number {
  const count = 400_000
  const draw = new Simulation({ seed }).stream('references', 'oracle')
  const record = recordReferences(pageReferences(spec, pages, draw), count)
  const warm = record.slice(0, count / 4)
  const cold = faultsOf(warm, frames, policy)
  return 1 - (faultsOf(record, frames, policy) - cold) / (count - warm.length)
}

describe('D4: independent references', () => {
  it.each([lru, fifo, clock, random, lopar])('uniform over N pages: C / N hits', (policy) => {
    for (const [pages, frames] of [
      [1000, 100],
      [1000, 700],
      [50, 20],
    ] as const) {
      expect(Math.abs(hitRatio({ uniform: true }, pages, frames, policy) - frames / pages)).toBeLessThan(0.01)
    }
  })

  it.each([
    [100, 0.3778],
    [250, 0.5762],
  ])('Zipf(.8) over 1,000 pages, %d frames, LRU: %d by Che', (frames, published) => {
    const expected = che(0.8, 1000, frames)
    expect(expected).toBeCloseTo(published, 3)
    expect(Math.abs(hitRatio({ zipf: 0.8 }, 1000, frames, lru) - expected)).toBeLessThan(0.01)
  })

  it.each([
    [0.6, 2000, 300],
    [1, 500, 60],
    [1.2, 3000, 100],
  ])('Zipf(%d) over %d pages, %d frames, LRU: as Che', (skew, pages, frames) => {
    expect(Math.abs(hitRatio({ zipf: skew }, pages, frames, lru) - che(skew, pages, frames))).toBeLessThan(0.01)
  })
})

/** Che's approximation (2002): hits are sum p (1 - exp(-p t)), where t is such that the sum of 1 - exp(-p t) is the number of frames. */
function che(skew: number, pages: number, frames: number): number {
  const weights = Array.from({ length: pages }, (_, page) => pow(page + 1, -skew))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const chances = weights.map((weight) => weight / total)
  let low = 0
  let high = 1e9
  for (let round = 0; round < 200; round++) {
    const middle = (low + high) / 2
    const inside = chances.reduce((sum, chance) => sum + 1 - Math.exp(-chance * middle), 0)
    if (inside < frames) low = middle
    else high = middle
  }
  return chances.reduce((sum, chance) => sum + chance * (1 - Math.exp(-chance * low)), 0)
}

describe('D6: donations of the LoPAR pager', () => {
  // A hundredth part of the memory, with the same ratios.
  const GIB_PAGES = 2560

  it('8, 4 and 4 GiB of logical memory, a pool of 12, high mark 5 %: overage 4.6, at first 2.3, 1.15 and 1.15; steps of 1/256', () => {
    const simulation = new Simulation({ seed })
    const device = new InstantPaging(simulation)
    const freeList = { low: 0.02, high: 0.05 }
    const pool = new SharedMemoryPool(simulation, { frames: 12 * GIB_PAGES, freeList, device, sampleEveryNs: 0 })
    for (const [at, size] of [8, 4, 4].entries()) pool.join({ id: at, logicalPages: size * GIB_PAGES })
    const donations = (): number[] => pool.ids().map((id) => pool.memberStatistics(id).donation / GIB_PAGES)
    expect(pool.overagePages / GIB_PAGES).toBeCloseTo(4.6, 9)
    for (const [at, donation] of [2.3, 1.15, 1.15].entries()) expect(donations()[at]).toBeCloseTo(donation, 9)
    expect(overage(16, 0.6, 12)).toBeCloseTo(4.6, 9)
    // The first one works, the others do not: they give a 256th of their memory more, it as much less as that makes room for.
    pool.sample()
    for (let page = 0; page < 8 * GIB_PAGES; page++) pool.touch(0, page)
    pool.sample()
    const step = 1 / 256
    for (const [at, donation] of [2.3 - 8 * step, 1.15 + 4 * step, 1.15 + 4 * step].entries()) {
      expect(donations()[at]).toBeCloseTo(donation, 9)
    }
    pool.check()
  })
})
