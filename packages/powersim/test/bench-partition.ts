// A partition for a bench without a hypervisor's configuration around it: two virtual processors of a core, a Linux guest, and the drivers
// or the program of the test. Who gives it memory and adapters is the bench's.

import type { Simulation } from '@powersim/kernel'
import { linuxGuest, Partition, type PartitionWiring } from '@powersim/lpar'
import type { Plic } from '@powersim/phyp'
import type { PartitionStart } from '@powersim/protocol'

export type BenchParts = Partial<Pick<PartitionWiring, 'program' | 'drivers'>>

export function benchPartition(simulation: Simulation, plic: Plic, lparId: number, memoryMiB: number, parts: BenchParts): Partition {
  const start: PartitionStart = {
    lparId,
    name: `lpar${lparId}`,
    environment: 'aixlinux',
    virtualProcessors: 2,
    entitledHundredths: 100,
    processing: { mode: 'shared', capped: false, weight: 128, poolId: 0, donates: false },
    memoryMiB,
    sharedMemory: null,
    memoryExpansionHundredths: 0,
    bootMode: 'norm',
  }
  const reports = { state: () => undefined, refcode: () => undefined, operatingSystem: () => undefined, reboots: () => undefined }
  return new Partition(simulation, linuxGuest, { start, hypercalls: plic.hypercalls, reports, ...parts })
}
