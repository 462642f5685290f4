// The hot path makes no garbage and keeps nothing: in a process of its own, on the compiled kernel, with a young generation that is
// large enough to see every byte. Collections are then those that the kernel causes, and there are none.

import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const program = fileURLToPath(new URL('../bench/heap.mjs', import.meta.url))
const young = ['--min-semi-space-size=64', '--max-semi-space-size=64']
const KIB = 1024

interface Report {
  readonly byKind: readonly { kind: string; events: number; collections: number; bytesPerEvent: number; keptBytes: number }[]
  readonly heap: readonly { events: number; heapBytes: number }[]
}

/**
 * Most bytes an event: a boxed number (16) now and then, of a keyed draw perhaps two; per resumption of a process the engine's own
 * `{ value, done }` (40).
 */
const mostBytes: Readonly<Record<string, number>> = { hold: 24, draws: 40, timers: 24, station: 24, processes: 64, requests: 128 }

function measured(): Report {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', ...young, program, '2e6', '--json'], { encoding: 'utf8' })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  // The program's own format.
  return JSON.parse(stdout) as Report
}

it('causes no collection and keeps nothing, whatever the kind of event; and the heap stays flat', () => {
  const { byKind, heap } = measured()
  expect(byKind.map(({ kind }) => kind)).toEqual(Object.keys(mostBytes))
  for (const { kind, collections, bytesPerEvent, keptBytes } of byKind) {
    expect({ kind, collections, frugal: bytesPerEvent < mostBytes[kind]! }).toEqual({ kind, collections: 0, frugal: true })
    expect(keptBytes, `${kind}: bytes kept over 500,000 events`).toBeLessThan(48 * KIB)
  }
  const bytes = heap.map(({ heapBytes }) => heapBytes)
  expect(heap.at(-1)!.events).toBeGreaterThan(2e6)
  expect(Math.max(...bytes) - Math.min(...bytes)).toBeLessThan(192 * KIB)
})
