// The sums over the machine: what is installed, what partitions hold, what is left. Exact, in MiB and hundredths of a processor.
//   available memory = configurable - firmware with page tables - shared memory pool - sum of current memory of all that hold their own
//   available processors = configurable - sum of units of shared partitions - 100 * sum of processors of dedicated ones
// (identities of real captures). Reservations of open stages count only inside the hypervisor: no query shows them.

import type { ProcessorAmounts, SystemMemory, SystemProcessors } from '@powersim/protocol'
import { MAX_ENTRIES, PTE_BYTES } from '../plic/hashed-page-table.js'
import type { MemoryParameters, ProcessorParameters } from '../parameters.js'
import { type Configuration, type Holding, partitionsOf } from './configuration.js'

/** Amounts of both resources. */
export interface Amounts {
  readonly memoryMiB: number
  readonly hundredths: number
}

/** What partitions and the shared memory pool hold, and the page tables that the hypervisor holds for partitions. */
export interface HeldAmounts extends Amounts {
  readonly pageTablesKiB: number
  /** Capacity that shared processor pools have for themselves. */
  readonly reservedHundredths: number
}

const MAX_TABLE_KIB = (MAX_ENTRIES * PTE_BYTES) / 1024

export const nothing: Amounts = { memoryMiB: 0, hundredths: 0 }

/** Hundredths of a processor that these amounts take from the machine. */
export function hundredthsHeld(processors: ProcessorAmounts): number {
  return processors.mode === 'shared' ? processors.hundredths : processors.procs * 100
}

/** What a holding takes from the machine: the memory of one that shares memory is the pool's. */
export function amountsOf(holding: Holding | null): Amounts {
  if (holding === null) return nothing
  return { memoryMiB: holding.sharing === null ? holding.memoryMiB : 0, hundredths: hundredthsHeld(holding.processors) }
}

/**
 * Size of a hardware page table, KiB: a power of two (LoPAR: ibm,pft-size is a logarithm), the largest that is not above the maximum
 * memory over the ratio, at least 256 KiB, at most what the PLIC keeps, 32 GiB. Rounded up, three partitions of at most 10 GiB would
 * need more than the 640 MiB that the capture of a 9131-52A tells for all firmware.
 */
export function pageTableKiB(maxMiB: number, ratio: number): number {
  let size = 256
  while (size * 2 * ratio <= maxMiB * 1024 && size < MAX_TABLE_KIB) size *= 2
  return size
}

/** Its entries. */
export function pageTableEntries(maxMiB: number, ratio: number): number {
  return (pageTableKiB(maxMiB, ratio) * 1024) / PTE_BYTES
}

export function heldAmounts(configuration: Configuration): HeldAmounts {
  let memoryMiB = configuration.memoryPool?.sizeMiB ?? 0
  let hundredths = 0
  let pageTablesKiB = 0
  for (const { current } of partitionsOf(configuration)) {
    if (current === null) continue
    const amounts = amountsOf(current)
    memoryMiB += amounts.memoryMiB
    hundredths += amounts.hundredths
    pageTablesKiB += pageTableKiB(current.maxMiB, current.hptRatio)
  }
  const reservedHundredths = configuration.processorPools.reduce((sum, pool) => sum + pool.reservedHundredths, 0)
  return { memoryMiB, hundredths, pageTablesKiB, reservedHundredths }
}

/** Whole regions that the hypervisor keeps, page tables included. */
export function firmwareAmount(memory: MemoryParameters, pageTablesKiB: number): number {
  return memory.firmwareMiB + regionsFor(memory, pageTablesKiB)
}

/** MiB of the regions that page tables take; whole regions, for all together. */
export function regionsFor({ regionMiB, pageTables }: MemoryParameters, pageTablesKiB: number): number {
  return pageTables ? Math.ceil(pageTablesKiB / 1024 / regionMiB) * regionMiB : 0
}

/** What nobody holds: installed, less what was deconfigured, the firmware's, what pools reserve, and what partitions hold. */
export function availableAmounts(
  memory: MemoryParameters,
  processors: ProcessorParameters,
  deconfigured: Amounts,
  held: HeldAmounts,
): Amounts {
  return {
    memoryMiB: memory.installedMiB - deconfigured.memoryMiB - firmwareAmount(memory, held.pageTablesKiB) - held.memoryMiB,
    hundredths: processors.installed * 100 - deconfigured.hundredths - held.reservedHundredths - held.hundredths,
  }
}

export function systemMemory(memory: MemoryParameters, deconfigured: Amounts, held: HeldAmounts): SystemMemory {
  const configurableMiB = memory.installedMiB - deconfigured.memoryMiB
  const firmwareMiB = firmwareAmount(memory, held.pageTablesKiB)
  const availableMiB = configurableMiB - firmwareMiB - held.memoryMiB
  return {
    configurableMiB,
    availableMiB,
    pendingAvailableMiB: availableMiB,
    installedMiB: memory.installedMiB,
    deconfiguredMiB: deconfigured.memoryMiB,
    firmwareMiB,
    regionMiB: memory.regionMiB,
    hptRatio: memory.hptRatio,
  }
}

export function systemProcessors(processors: ProcessorParameters, deconfigured: Amounts, held: HeldAmounts): SystemProcessors {
  const installedHundredths = processors.installed * 100
  const configurableHundredths = installedHundredths - deconfigured.hundredths
  const availableHundredths = configurableHundredths - held.hundredths - held.reservedHundredths
  return {
    configurableHundredths,
    availableHundredths,
    pendingAvailableHundredths: availableHundredths,
    installedHundredths,
    deconfiguredHundredths: deconfigured.hundredths,
    minHundredthsPerVirtualProcessor: processors.minHundredthsPerVirtualProcessor,
    maxVirtualProcessorsPerLpar: processors.maxVirtualProcessorsPerLpar,
    maxProcessorsPerLpar: processors.installed,
    maxSharedPools: processors.maxSharedPools,
  }
}
