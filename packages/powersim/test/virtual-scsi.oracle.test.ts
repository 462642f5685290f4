// Virtual SCSI against what IBM published for POWER5 (Virtual SCSI bandwidth: sequential, one thread): the steps of the modelled path, with
// what the server's work costs fixed by the rows of 4 KiB and 128 KiB alone, predict the rows between them.

import { seconds } from '@powersim/kernel'
import { describe, expect, it } from 'vitest'
import { defaultClientStorage } from '@powersim/lpar'
import { deviceOf, StorageMachine } from './storage-machine.js'

const MIB = 2 ** 20
/** Bytes, MB/s of the physical disk, MB/s through virtual SCSI; a megabyte is 2^20 bytes (the two tables agree exactly so). */
const rows = [
  [4096, 24.3, 20.3],
  [8192, 41.7, 35.4],
  [32_768, 90.6, 82.6],
  [65_536, 114.6, 106.8],
  [131_072, 132.6, 124.5],
] as const

/** MB/s of one thread that reads a megabyte after the other, behind a disk that it would read at `direct` by itself. */
function virtualRate(bytes: number, direct: number): number {
  const own = defaultClientStorage.requestNs + defaultClientStorage.completionNs + defaultClientStorage.interruptNs
  // The client's own work is part of what it needs without a server.
  const deviceNs = Math.round((bytes * 1e9) / (direct * MIB)) - own
  const ios = 2000
  const machine = new StorageMachine({
    servers: 1,
    device: deviceOf(Infinity, deviceNs),
    load: { pattern: { closed: { threads: 1, think: 0 } }, blockBytes: bytes, reads: 1, sequential: true, spanBytes: 2 ** 28, ios },
  })
  machine.begin()
  machine.simulation.run(seconds(60))
  const load = machine.clients[0]!.storage.loads[0]!.statistics()
  expect([load.ended, load.failed, load.mismatches]).toEqual([ios, 0, 0])
  return bytes / MIB / (load.meanLatencyNs / 1e9)
}

describe('virtual SCSI', () => {
  it.each([rows[0], rows[4]])('calibrated: %i bytes, %d MB/s direct, %d virtual', (bytes, direct, published) => {
    expect(Math.abs(virtualRate(bytes, direct) / published - 1)).toBeLessThan(0.002)
  })

  it.each(rows.slice(1, 4))('predicted: %i bytes, %d MB/s direct, %d virtual', (bytes, direct, published) => {
    expect(Math.abs(virtualRate(bytes, direct) / published - 1)).toBeLessThan(0.05)
  })
})
