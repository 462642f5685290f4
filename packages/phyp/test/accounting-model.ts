// What replies said that partitions and the shared memory pool hold, and the check of the hypervisor's answers against it. It shares
// nothing with the code that it checks, numbers included.

import { expect } from 'vitest'
import type { Machine } from './machine.js'

export const memory = { installedMiB: 8192, firmwareMiB: 512, regionMiB: 64, batchRegions: 4, hptRatio: 64, pageTables: true }

export interface Amounts {
  memoryMiB: number
  procs: number
  hundredths: number
  dedicated: boolean
  /** Its memory is logical; of the pool its I/O is entitled to so much. */
  shared: boolean
  entitledMiB: number
  auto: boolean
}

/** What the replies said that partitions hold, and how large the pool is. */
export class Model extends Map<number, Amounts | null> {
  pool: { sizeMiB: number; maxMiB: number } | null = null
}

/** The pool has what I/O is entitled to and the firmware, and each partition that runs on it one device, large enough and its own. */
function checkPool(machine: Machine, model: Model, entitledMiB: number): void {
  const { pool } = machine.done('memoryPool.read', {}, { console: 9 })
  const devices = machine.done('pagingDevice.list', {}, { console: 9 }).devices
  expect(pool === undefined ? null : { sizeMiB: pool.sizeMiB, maxMiB: pool.maxMiB }).toEqual(model.pool)
  if (pool === undefined) {
    expect(entitledMiB).toBe(0)
    return
  }
  const firmwareMiB = Math.ceil((269 * pool.maxMiB) / 32_768)
  expect(pool).toMatchObject({ firmwareMiB, availableMiB: pool.sizeMiB - firmwareMiB - entitledMiB })
  expect(pool.availableMiB).toBeGreaterThanOrEqual(0)
  const users = devices.map(({ lparId }) => lparId).filter((id) => id !== 0)
  expect(new Set(users).size).toBe(users.length)
  for (const [id, held] of model) {
    if (held?.shared !== true || machine.phyp.reconfiguration.connectors(id, 'proc') === 0) continue
    const { maxMiB, sharing } = machine.phyp.configuration.snapshot.partitions[id]!.current!
    const device = devices.find(({ lparId }) => lparId === id)
    expect(device?.sizeMiB ?? 0).toBeGreaterThanOrEqual(maxMiB)
    expect([device?.vios, device?.redundant?.vios]).toContain(sharing!.pagingVioses[0])
  }
}

export function check(machine: Machine, model: Model): void {
  let memoryMiB = model.pool?.sizeMiB ?? 0
  let entitledMiB = 0
  let hundredths = 0
  let tablesMiB = 0
  const { partitions } = machine.phyp.configuration.snapshot
  expect(Object.keys(partitions).map(Number)).toEqual([...model.keys()].sort((a, b) => a - b))
  for (const [id, held] of model) {
    const { current, profiles } = partitions[id]!
    if (held === null) {
      expect(current).toBeNull()
      continue
    }
    if (held.shared) entitledMiB += held.entitledMiB
    else memoryMiB += held.memoryMiB
    expect(current!.sharing?.ioEntitledMiB ?? 0).toBe(held.entitledMiB)
    // The largest power of two that is no more than a 64th of the maximum.
    tablesMiB += 2 ** Math.floor(Math.log2(current!.maxMiB / 64))
    hundredths += held.dedicated ? held.procs * 100 : held.hundredths
    const { processors } = current!
    expect([current!.memoryMiB, processors.procs, processors.hundredths]).toEqual([held.memoryMiB, held.procs, held.hundredths])
    expect(held.memoryMiB % 64).toBe(0)
    expect(held.memoryMiB).toBeGreaterThanOrEqual(current!.minMiB)
    expect(held.memoryMiB).toBeLessThanOrEqual(current!.maxMiB)
    expect(held.procs).toBeGreaterThanOrEqual(profiles[0]!.processors.minProcs)
    expect(held.procs).toBeLessThanOrEqual(profiles[0]!.processors.maxProcs)
    if (!held.dedicated) {
      expect(held.hundredths).toBeGreaterThanOrEqual(held.procs * 10)
      expect(held.hundredths).toBeLessThanOrEqual(held.procs * 100)
    }
  }
  const system = machine.done('memory.system', {}, { console: 9 })
  expect(system.firmwareMiB).toBe(memory.firmwareMiB + Math.ceil(tablesMiB / 64) * 64)
  expect(system.availableMiB).toBe(memory.installedMiB - system.firmwareMiB - memoryMiB)
  expect(system.pendingAvailableMiB).toBe(system.availableMiB)
  expect(system.availableMiB).toBeGreaterThanOrEqual(0)
  checkPool(machine, model, entitledMiB)
  const processors = machine.done('processors.system', {}, { console: 9 })
  expect(processors.availableHundredths).toBe(400 - hundredths)
  expect(processors.availableHundredths).toBeGreaterThanOrEqual(0)
}
