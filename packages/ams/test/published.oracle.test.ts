// Published numbers of paging: Belady's string, cyclic scans, Mattson's stacks, hit ratios of independent references, LoPAR's donations.

import { Simulation } from '@powersim/kernel'
import { expect, it } from 'vitest'
import { clock, fifo, InstantPaging, lru, SharedMemoryPool, TOUCH } from '../src/index.js'
import type { ReplacementPolicyFactory } from '../src/index.js'

const belady = [1, 2, 3, 4, 1, 2, 5, 1, 2, 3, 4, 5]

function faults(replacement: ReplacementPolicyFactory, frames: number, references: readonly number[]): number {
  const simulation = new Simulation({ seed: 'oracle-1' })
  const device = new InstantPaging(simulation)
  const pool = new SharedMemoryPool(simulation, { frames, freeList: 'onDemand', replacement, device, sampleEveryNs: 0 })
  pool.join({ id: 1, logicalPages: Math.max(...references) + 1 })
  let count = 0
  for (const page of references) if (pool.touch(1, page) !== TOUCH.HIT) count++
  pool.check()
  return count
}

it.each([
  [fifo, 9, 10],
  [lru, 10, 8],
  [clock, 9, 10],
] as const)("D1: Belady's string", (policy, three, four) => {
  expect(faults(policy, 3, belady)).toBe(three)
  expect(faults(policy, 4, belady)).toBe(four)
})

it.each([fifo, lru, clock])('D2: a cyclic scan of 10 pages through 9 frames misses every time', (policy) => {
  const scan = Array.from({ length: 1000 }, (_, at) => at % 10)
  expect(faults(policy, 9, scan)).toBe(1000)
})
