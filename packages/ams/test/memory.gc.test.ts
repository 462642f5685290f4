// References make no garbage and a large pool's frame table is small: in a process of its own, on the compiled package, with a young
// generation that is large enough to see every byte.

import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const program = fileURLToPath(new URL('../bench/heap.mjs', import.meta.url))
const young = ['--min-semi-space-size=64', '--max-semi-space-size=64']

interface Report {
  readonly byPolicy: readonly { policy: string; bytesPerReference: number; collections: number }[]
  readonly table: { readonly frames: number; readonly arraysMB: number; readonly residentMB: number }
}

it('no garbage per reference; 16,000,000 frames with the links of exact LRU in less than 400 MB', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', ...young, program, '--json'], { encoding: 'utf8' })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  // The program's own format.
  const { byPolicy, table } = JSON.parse(stdout) as Report
  expect(byPolicy.map(({ policy }) => policy)).toEqual(['lru', 'clock', 'fifo', 'lopar'])
  // One reference in four is a fault, or more: an object of any kind for each would be 4 bytes a reference at least.
  for (const { policy, bytesPerReference, collections } of byPolicy) {
    expect({ policy, collections, frugal: bytesPerReference < 1 }).toEqual({ policy, collections: 0, frugal: true })
  }
  expect(table.frames).toBe(16_000_000)
  expect(table.arraysMB).toBeLessThan(400)
  expect(table.residentMB).toBeLessThan(400)
})
