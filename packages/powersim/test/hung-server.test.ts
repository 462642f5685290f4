// A server that is silent, not gone: nothing tells the client but its own clock. Published times: 30 s without an answer, one retry of up
// to 60 s, then the other path; health checks every 60 s bring the first one back.

import { seconds } from '@powersim/kernel'
import { expect, it } from 'vitest'
import { deviceOf, StorageMachine } from './storage-machine.js'

it('is given up after the path timeout and one retry, and what it does when it wakes up reaches nothing', () => {
  const machine = new StorageMachine({
    device: deviceOf(1e9, 100_000, 4),
    load: {
      pattern: { closed: { threads: 4, think: 20_000_000 } },
      blockBytes: 8192,
      reads: 0.5,
      sequential: false,
      spanBytes: 2 ** 20,
      ios: Infinity,
    },
  })
  const { simulation } = machine
  const nothing = simulation.handler<null>('nothing', () => undefined)
  machine.begin()
  simulation.run(seconds(0.1))
  const [hung] = machine.servers
  const { storage } = machine.clients[0]!
  // Its virtual processors are busy with something else for 120 s.
  for (let processor = 0; processor < 2; processor++) hung!.partition.processor.run(seconds(120), nothing, null)
  simulation.run(seconds(85))
  const stuck = storage.disks[0]!.statistics()
  expect([stuck.inside, stuck.failovers]).toEqual([4, 0])
  simulation.run(seconds(119))
  const moved = storage.disks[0]!.statistics()
  expect(moved.failovers).toBe(1)
  expect(moved.ended).toBeGreaterThan(stuck.ended + 1000)
  expect(storage.adapters[0]!.timeouts).toBe(1)
  const { maxLatencyNs } = storage.loads[0]!.statistics()
  expect(maxLatencyNs).toBeGreaterThan(seconds(89.9))
  expect(maxLatencyNs).toBeLessThan(seconds(90.3))
  // It wakes up, finds a new handshake, and is tried by the next health check.
  simulation.run(seconds(240))
  expect(storage.disks[0]!.paths.map(({ state }) => state)).toEqual(['enabled', 'enabled'])
  expect(storage.disks[0]!.statistics().failovers).toBe(2)
  const load = storage.loads[0]!.statistics()
  expect([load.failed, load.mismatches]).toEqual([0, 0])
  expect(hung!.vios.statistics().unanswered).toBeGreaterThan(0)
})
