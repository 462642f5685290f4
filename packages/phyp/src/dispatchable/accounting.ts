// The sums over the machine: what is installed, what partitions hold, what is left. Exact, in MiB and hundredths of a processor.
//   available memory = configurable - firmware - sum of current memory of all that hold resources
//   available processors = configurable - sum of units of shared partitions - 100 * sum of processors of dedicated ones
// (identities of real captures). Reservations of open stages count only inside the hypervisor: no query shows them.

import type { ProcessorAmounts, SystemMemory, SystemProcessors } from '@powersim/protocol'
import type { MemoryParameters, ProcessorParameters } from '../parameters.js'
import { type Configuration, type Holding, partitionsOf } from './configuration.js'

/** Amounts of both resources. */
export interface Amounts {
  readonly memoryMiB: number
  readonly hundredths: number
}

export const nothing: Amounts = { memoryMiB: 0, hundredths: 0 }

/** Hundredths of a processor that these amounts take from the machine. */
export function hundredthsHeld(processors: ProcessorAmounts): number {
  return processors.mode === 'shared' ? processors.hundredths : processors.procs * 100
}

export function amountsOf(holding: Holding | null): Amounts {
  return holding === null ? nothing : { memoryMiB: holding.memoryMiB, hundredths: hundredthsHeld(holding.processors) }
}

export function heldAmounts(configuration: Configuration): Amounts {
  let memoryMiB = 0
  let hundredths = 0
  for (const { current } of partitionsOf(configuration)) {
    const amounts = amountsOf(current)
    memoryMiB += amounts.memoryMiB
    hundredths += amounts.hundredths
  }
  return { memoryMiB, hundredths }
}

/** Installed, less what was deconfigured; memory also less the firmware's. */
export function usableAmounts(memory: MemoryParameters, processors: ProcessorParameters, deconfigured: Amounts): Amounts {
  return {
    memoryMiB: memory.installedMiB - deconfigured.memoryMiB - memory.firmwareMiB,
    hundredths: processors.installed * 100 - deconfigured.hundredths,
  }
}

export function systemMemory(memory: MemoryParameters, deconfigured: Amounts, held: Amounts): SystemMemory {
  const configurableMiB = memory.installedMiB - deconfigured.memoryMiB
  const availableMiB = configurableMiB - memory.firmwareMiB - held.memoryMiB
  return {
    configurableMiB,
    availableMiB,
    pendingAvailableMiB: availableMiB,
    installedMiB: memory.installedMiB,
    deconfiguredMiB: deconfigured.memoryMiB,
    firmwareMiB: memory.firmwareMiB,
    regionMiB: memory.regionMiB,
  }
}

export function systemProcessors(processors: ProcessorParameters, deconfigured: Amounts, held: Amounts): SystemProcessors {
  const installedHundredths = processors.installed * 100
  const configurableHundredths = installedHundredths - deconfigured.hundredths
  const availableHundredths = configurableHundredths - held.hundredths
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
