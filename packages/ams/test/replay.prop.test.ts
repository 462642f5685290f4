// What holds for every string of references: MIN is no worse than any policy and no better than the first touches; more frames never make
// LRU or MIN fault more, and what LRU holds in C frames it holds in C + 1 (Mattson 1970).

import { Simulation } from '@powersim/kernel'
import { recordReferences } from '@powersim/workload'
import type { PageReferences } from '@powersim/workload'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { InstantPaging, lru, optimalFaults, replayedFaults, SharedMemoryPool, TOUCH } from '../src/index.js'
import type { ReplacementPolicyFactory } from '../src/index.js'
import { policies } from './drawn-pool.js'

const drawnReferences = fc
  .tuple(fc.integer({ min: 1, max: 30 }), fc.array(fc.nat(1000), { minLength: 1, maxLength: 300 }), fc.boolean())
  .map(([pages, drawn, local]) => Int32Array.from(drawn, (value, at) => (local ? (value % 5) + Math.floor(at / 20) : value) % pages))

it('D5: first touches <= MIN <= every policy, whatever is referred to', () => {
  fc.assert(
    fc.property(drawnReferences, fc.integer({ min: 1, max: 34 }), (references, frames) => {
      const least = optimalFaults(references, frames)
      expect(least).toBeGreaterThanOrEqual(new Set(references).size)
      for (const replacement of policies) {
        const faults = replayedFaults(references, { frames, replacement, seed: 'a' })
        expect(faults, replacement.name).toBeGreaterThanOrEqual(least)
        expect(faults).toBeLessThanOrEqual(references.length)
      }
    }),
    { numRuns: 150 },
  )
})

it('MIN is the least of all, by trying every choice', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(4), { minLength: 1, maxLength: 11 }), fc.integer({ min: 1, max: 4 }), (drawn, frames) => {
      expect(optimalFaults(Int32Array.from(drawn), frames)).toBe(leastByTrying(drawn, frames, []))
    }),
    { numRuns: 300 },
  )
})

function leastByTrying(references: readonly number[], frames: number, held: readonly number[]): number {
  const [page, ...later] = references
  if (page === undefined) return 0
  if (held.includes(page)) return leastByTrying(later, frames, held)
  if (held.length < frames) return 1 + leastByTrying(later, frames, [...held, page])
  return 1 + Math.min(...held.map((victim) => leastByTrying(later, frames, [...held.filter((one) => one !== victim), page])))
}

it('D3: LRU and MIN never fault more with a frame more, and LRU holds in C frames no page that it does not hold in C + 1', () => {
  fc.assert(
    fc.property(drawnReferences, fc.integer({ min: 1, max: 30 }), (references, frames) => {
      expect(optimalFaults(references, frames + 1)).toBeLessThanOrEqual(optimalFaults(references, frames))
      const [small, large] = [poolOf(lru, frames), poolOf(lru, frames + 1)]
      let [more, fewer] = [0, 0]
      for (const page of references) {
        if (small.touch(0, page) !== TOUCH.HIT) more++
        if (large.touch(0, page) !== TOUCH.HIT) fewer++
        for (let other = 0; other < 30; other++) {
          if (small.stampOf(0, other) !== undefined) expect(large.stampOf(0, other)).toBeDefined()
        }
      }
      expect(fewer).toBeLessThanOrEqual(more)
    }),
    { numRuns: 60 },
  )
})

function poolOf(replacement: ReplacementPolicyFactory, frames: number): SharedMemoryPool {
  const simulation = new Simulation({ seed: 'a' })
  const device = new InstantPaging(simulation)
  const pool = new SharedMemoryPool(simulation, { frames, freeList: 'onDemand', replacement, device, sampleEveryNs: 0 })
  pool.join({ id: 0, logicalPages: 30 })
  return pool
}

it('a record is what was referred to, played again', () => {
  fc.assert(
    fc.property(drawnReferences, (references) => {
      let at = 0
      const stream: PageReferences = { next: () => references[at++] ?? -1 }
      expect(recordReferences(stream, 1000)).toEqual(references)
    }),
  )
})
