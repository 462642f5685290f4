// The configuration of the partitions as plain, frozen data: what survives power-off and what accounting sums up. What a partition is doing
// (state, reference codes) is partition-life.ts; how the data change is configuration-store.ts.

import type { PartitionEnvironment, PartitionProfile, ProcessorAmounts, VirtualAdapter } from '@powersim/protocol'

/** What a partition holds: its current configuration. It keeps it when it is shut down. */
export interface Holding {
  readonly minMiB: number
  readonly memoryMiB: number
  readonly maxMiB: number
  /** Of the hardware page table that the hypervisor keeps for it: 1 MiB for so many MiB of its maximum. */
  readonly hptRatio: number
  readonly processors: ProcessorAmounts
  readonly maxVirtualSlots: number
  readonly adapters: readonly VirtualAdapter[]
  /** DRC indexes of the I/O slots that are assigned to it. */
  readonly ioSlots: readonly number[]
}

export interface PartitionRecord {
  readonly id: number
  readonly name: string
  readonly environment: PartitionEnvironment
  readonly profiles: readonly PartitionProfile[]
  readonly defaultProfile: string
  /** The profile activated last; empty before the first activation. */
  readonly currentProfile: string
  readonly bootMode: PartitionProfile['bootMode']
  readonly keylock: 'norm' | 'manual'
  readonly autoStart: boolean
  readonly connectionMonitoring: boolean
  /** Compatibility mode of the profile activated last; empty before. */
  readonly compatMode: string
  readonly workGroup: string
  readonly description: string
  /** Null: it was never activated and holds nothing. */
  readonly current: Holding | null
  /** Number of the last commit that changed it. */
  readonly version: number
}

export interface Configuration {
  /** Commits so far. */
  readonly version: number
  /** By partition ID; integer keys are visited in ascending order. */
  readonly partitions: Readonly<Record<number, PartitionRecord>>
}

export const emptyConfiguration: Configuration = { version: 0, partitions: {} }

/** In order of ID. */
export function partitionsOf(configuration: Configuration): readonly PartitionRecord[] {
  return Object.values(configuration.partitions)
}

export function profileOf(record: PartitionRecord, name: string): PartitionProfile | undefined {
  return record.profiles.find((profile) => profile.name === name)
}

export function partitionNamed(configuration: Configuration, name: string): PartitionRecord | undefined {
  return partitionsOf(configuration).find((record) => record.name === name)
}
