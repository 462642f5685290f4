// What a partition holds, written as a profile: to be saved as one, or to go into its current profile with every change of what it holds
// (synchronisation, `sync_curr_profile` of consoles). An activation with that profile then gives what the partition had.

import type { PartitionProfile, ProfileMemory } from '@powersim/protocol'
import { current as plain, type Draft } from 'immer'
import { type Configuration, type Holding, type PartitionRecord, profileOf } from './configuration.js'
import type { Hypervisor } from './hypervisor.js'

/** Undefined: it holds nothing. What an operating system does not need to run is required when its current profile has it so. */
export function heldProfile(record: PartitionRecord, name: string): PartitionProfile | undefined {
  const { current, bootMode, autoStart, connectionMonitoring, compatMode } = record
  if (current === null) return undefined
  const { processors, maxVirtualSlots, adapters, ioSlots } = current
  const { mode, minProcs, procs, maxProcs, minHundredths, hundredths, maxHundredths, sharingMode, uncapWeight, poolId } = processors
  const before = profileOf(record, record.currentProfile)
  const required = (drcIndex: number): boolean => before?.ioSlots?.some((slot) => slot.drcIndex === drcIndex && slot.required) === true
  const compatible = before?.procCompatMode ?? (compatMode === '' || compatMode === 'default' ? undefined : compatMode)
  return {
    name,
    memory: heldMemory(current),
    processors: {
      mode,
      minProcs,
      desiredProcs: procs,
      maxProcs,
      minHundredths,
      desiredHundredths: hundredths,
      maxHundredths,
      sharingMode,
      uncapWeight,
      poolId,
    },
    maxVirtualSlots,
    adapters: [...adapters],
    ...(ioSlots.length === 0 ? {} : { ioSlots: ioSlots.map((drcIndex) => ({ drcIndex, required: required(drcIndex) })) }),
    bootMode,
    autoStart,
    connectionMonitoring,
    // A mode that some profile had, so one of the list.
    ...(compatible === undefined ? {} : { procCompatMode: compatible as NonNullable<PartitionProfile['procCompatMode']> }),
  }
}

function heldMemory({ minMiB, memoryMiB, maxMiB, hptRatio, sharing, expansionHundredths }: Holding): ProfileMemory {
  const amounts: ProfileMemory = {
    minMiB,
    desiredMiB: memoryMiB,
    maxMiB,
    hptRatio,
    ...(expansionHundredths === 0 ? {} : { expansionHundredths }),
  }
  if (sharing === null) return amounts
  const [primaryPagingVios, secondaryPagingVios] = sharing.pagingVioses
  return {
    ...amounts,
    mode: 'shared',
    weight: sharing.weight,
    ...(sharing.ioEntitledAuto ? {} : { ioEntitledMiB: sharing.ioEntitledMiB }),
    ...(primaryPagingVios === undefined ? {} : { primaryPagingVios }),
    ...(secondaryPagingVios === undefined ? {} : { secondaryPagingVios }),
  }
}

/** A commit that changes what partitions hold: the current profile of one that synchronises follows. */
export function commitHeld(
  hypervisor: Hypervisor,
  what: string,
  ids: readonly number[],
  change: (draft: Draft<Configuration>) => void,
): number {
  return hypervisor.store.commit(what, ids, (draft) => {
    change(draft)
    for (const id of ids) {
      const target = draft.partitions[id]
      if (target?.syncProfile !== 1) continue
      const profile = heldProfile(plain(target), target.currentProfile)
      // A draft of the same data.
      target.profiles = target.profiles.map((other) => (other.name === profile?.name ? (profile as typeof other) : other))
    }
  })
}
