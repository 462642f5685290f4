// A recorded string of references through a pool of one partition and paging space that takes no time: how often a policy faults on it.
// It is the pool itself, with frames taken only when a fault finds none, as textbooks count.

import { Simulation } from '@powersim/kernel'
import { InstantPaging } from './paging-disk.js'
import type { ReplacementPolicyFactory } from './replacement-policy.js'
import { SharedMemoryPool } from './shared-memory-pool.js'
import { TOUCH } from './terms.js'

export interface ReplayOptions {
  readonly frames: number
  readonly replacement: ReplacementPolicyFactory
  /** For policies that draw. */
  readonly seed: string
}

/** Faults on page numbers from 0, all frames empty at first. Throws AmsError `bad-option`. */
export function replayedFaults(references: Int32Array, { frames, replacement, seed }: ReplayOptions): number {
  const simulation = new Simulation({ seed })
  const device = new InstantPaging(simulation)
  const pool = new SharedMemoryPool(simulation, { frames, freeList: 'onDemand', replacement, device, sampleEveryNs: 0 })
  if (references.length === 0) return 0
  pool.join({ id: 0, logicalPages: references.reduce((most, page) => Math.max(most, page), 0) + 1 })
  let faults = 0
  for (let at = 0; at < references.length; at++) if (pool.touch(0, references[at]!) !== TOUCH.HIT) faults++
  return faults
}
