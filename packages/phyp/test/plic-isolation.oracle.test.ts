// Isolation of the partitions by the PLIC under random hypercalls (N1 to N6): every code and result is the reference's, every entry maps
// a frame of its owner, a new owner sees zeros, nothing keeps a block that was taken away, and a refused call leaves the state as it was.

import { describe, expect, it } from 'vitest'
import { IsolationRun, type RunOptions } from './plic-isolation-run.js'

const MIB = 1_048_576
const SMALL_CALLS = 400_000
const FULL_CALLS = 600_000

/** Three partitions, 2^8 entries each, 64 frames. */
const small: RunOptions = {
  seed: 'oracle-1',
  blockBytes: 4 * 4096,
  blocks: 16,
  held: [5, 5, 4],
  maxBlocks: 16,
  entries: 2 ** 8,
  ptexes: 256,
  windowPages: 24,
}

const full: RunOptions = {
  seed: 'oracle-2',
  blockBytes: 128 * MIB,
  blocks: 512,
  held: [64, 128, 32],
  maxBlocks: 256,
  entries: 2 ** 25,
  ptexes: 2048,
  windowPages: 65_536,
}

describe('isolation', () => {
  it(
    `on a small machine: the digest of the whole state is the same after each refused call, of ${SMALL_CALLS}`,
    { timeout: 120_000 },
    () => {
      const run = new IsolationRun(small)
      let before = ''
      for (let n = 0; n < SMALL_CALLS; n++) {
        if (before === '') before = run.plic.digest()
        const refused = run.call()
        if (!refused) before = ''
        else if (run.plic.digest() !== before) expect(`call ${run.calls} changed the state`).toBe('nothing')
        if (n % 40 === 0) {
          run.disturb()
          before = ''
        }
        if (n % 2000 === 0) run.sweep()
      }
      run.sweep()
      expect(run.plic.pages.tableOf(1)!.entries).toBe(256)
      expect(run.refusals).toBeGreaterThan(SMALL_CALLS / 5)
    },
  )

  it(`on a full-size machine: no refused call of ${FULL_CALLS} writes, and the digest says so, too`, { timeout: 120_000 }, () => {
    const run = new IsolationRun(full)
    for (let n = 0; n < FULL_CALLS; n++) {
      const digest = n % 10_000 === 0 ? run.plic.digest() : ''
      const { writes } = run.plic
      const refused = run.call()
      if (refused && run.plic.writes !== writes) expect(`call ${run.calls} has written`).toBe('nothing')
      if (digest !== '' && run.plic.writes === writes) expect(run.plic.digest()).toBe(digest)
      if (n % 200 === 0) run.disturb()
      if (n % 100_000 === 0) run.sweep()
    }
    run.sweep()
    expect(run.refusals).toBeGreaterThan(FULL_CALLS / 5)
  })
})
