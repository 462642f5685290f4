// The rules of memory and processors of a profile: what may be asked for, and what an activation takes of it: desired if possible,
// else what there is down to the minimum, nothing under it (dissertation 3.3; LoPAR terms). Pure functions of amounts.

import { drcNumberOf, type ProcessorAmounts, type ProfileIoSlot, type ProfileMemory, type ProfileProcessors } from '@powersim/protocol'
import type { MemoryParameters, PhypParameters, ProcessorParameters } from '../parameters.js'
import type { ProcessorPoolRecord } from './configuration.js'
import { refused, type Refused } from './outcome.js'

/** Undefined when the section is sound. A maximum above what the system has is fine: only activation looks at that. */
export function checkMemory(
  { minMiB, desiredMiB, maxMiB, mode, expansionHundredths = 0 }: ProfileMemory,
  { memory, capabilities }: Pick<PhypParameters, 'memory' | 'capabilities'>,
): Refused | undefined {
  const { regionMiB } = memory
  if (mode === 'shared' && !capabilities.activeMemorySharing) {
    return refused('memory-sharing-capability', 'the machine cannot share memory')
  }
  if (expansionHundredths !== 0 && !capabilities.activeMemoryExpansion) {
    return refused('memory-expansion-capability', 'the machine cannot expand memory')
  }
  if (expansionHundredths !== 0 && expansionHundredths < 100) {
    return refused('memory-mode', 'expected an expansion factor of 0, or from 1 to 10', { expansionHundredths })
  }
  for (const value of [minMiB, desiredMiB, maxMiB]) {
    if (value % regionMiB !== 0) {
      return refused('memory-region-multiple', `${value} MiB is not a multiple of ${regionMiB} MiB`, { value, regionMiB })
    }
  }
  if (minMiB < regionMiB || desiredMiB < minMiB || maxMiB < desiredMiB) {
    return refused('memory-range', 'expected at least one region, minimum <= desired <= maximum', { minMiB, desiredMiB, maxMiB })
  }
  return undefined
}

/** `pools`: the shared processor pools that there are besides pool 0. */
export function checkProcessors(
  section: ProfileProcessors,
  limits: ProcessorParameters,
  pools: readonly ProcessorPoolRecord[],
): Refused | undefined {
  const { minProcs, desiredProcs, maxProcs, minHundredths, desiredHundredths, maxHundredths } = section
  if ((section.sharingMode === 'cap' || section.sharingMode === 'uncap') !== (section.mode === 'shared')) {
    return refused('processor-mode', `sharing mode ${section.sharingMode} does not go with processor mode ${section.mode}`)
  }
  if (minProcs < 1 || desiredProcs < minProcs || maxProcs < desiredProcs || maxProcs > limits.maxVirtualProcessorsPerLpar) {
    return refused('processor-range', "expected 1 <= minimum <= desired <= maximum processors, within the system's limit", {
      minProcs,
      desiredProcs,
      maxProcs,
      limit: limits.maxVirtualProcessorsPerLpar,
    })
  }
  if (section.mode === 'ded') return undefined
  if (section.poolId !== 0 && !pools.some(({ id, maximum }) => id === section.poolId && maximum > 0)) {
    return refused('processor-range', `there is no shared processor pool ${section.poolId}`, { poolId: section.poolId })
  }
  if (desiredHundredths < minHundredths || maxHundredths < desiredHundredths) {
    return refused('processor-range', 'expected minimum <= desired <= maximum processing units', {
      minHundredths,
      desiredHundredths,
      maxHundredths,
    })
  }
  return (
    checkEntitlement(minProcs, minHundredths, limits) ??
    checkEntitlement(desiredProcs, desiredHundredths, limits) ??
    checkEntitlement(maxProcs, maxHundredths, limits)
  )
}

/** Each virtual processor has at least the minimum and at most one whole processor. */
export function checkEntitlement(procs: number, hundredths: number, limits: ProcessorParameters): Refused | undefined {
  const least = procs * limits.minHundredthsPerVirtualProcessor
  if (hundredths >= least && hundredths <= procs * 100) return undefined
  return refused('processor-entitlement', `${procs} virtual processors take ${least} to ${procs * 100} hundredths`, {
    procs,
    hundredths,
    least,
    most: procs * 100,
  })
}

/** Slots of the machine, each once. */
export function checkIoSlots(ioSlots: readonly ProfileIoSlot[], count: number): Refused | undefined {
  const seen = new Set<number>()
  for (const { drcIndex } of ioSlots) {
    const number = drcNumberOf('slot', drcIndex)
    if (number < 0 || number >= count) return refused('io-slot-not-found', `there is no slot ${drcIndex.toString(16)}`, { drcIndex })
    if (seen.has(drcIndex)) return refused('io-slot-in-use', `the slot ${drcIndex.toString(16)} is named twice`, { drcIndex })
    seen.add(drcIndex)
  }
  return undefined
}

/** The section with the fields that do not count in its mode set to 0, as it is stored. */
export function normalProcessors(section: ProfileProcessors): ProfileProcessors {
  if (section.mode === 'shared') return section
  return { ...section, minHundredths: 0, desiredHundredths: 0, maxHundredths: 0, uncapWeight: 0, poolId: 0 }
}

/** MiB that an activation takes when `freeMiB` are there, a multiple of the region; undefined under the minimum. */
export function memoryTaken({ minMiB, desiredMiB }: ProfileMemory, freeMiB: number, { regionMiB }: MemoryParameters): number | undefined {
  const possible = Math.floor(freeMiB / regionMiB) * regionMiB
  const taken = desiredMiB < possible ? desiredMiB : possible
  return taken < minMiB ? undefined : taken
}

/** Processors that an activation takes when `freeHundredths` are there; undefined under the minimum. */
export function processorsTaken(
  section: ProfileProcessors,
  freeHundredths: number,
  limits: ProcessorParameters,
): ProcessorAmounts | undefined {
  const { mode, minProcs, maxProcs, minHundredths, maxHundredths, sharingMode, uncapWeight, poolId } = section
  const bounds = { mode, minProcs, maxProcs, minHundredths, maxHundredths, sharingMode, uncapWeight, poolId }
  if (mode === 'ded') {
    const procs = Math.min(section.desiredProcs, Math.floor(freeHundredths / 100))
    return procs < minProcs ? undefined : { ...bounds, procs, hundredths: 0 }
  }
  const hundredths = Math.min(section.desiredHundredths, freeHundredths)
  if (hundredths < minHundredths) return undefined
  // Fewer units carry fewer virtual processors; the minimum of units carries the minimum of processors by the profile's check.
  const procs = Math.min(section.desiredProcs, Math.floor(hundredths / limits.minHundredthsPerVirtualProcessor))
  return { ...bounds, procs, hundredths }
}
