// The configuration of the partitions as plain, frozen data: what survives power-off and what accounting sums up. What a partition is doing
// (state, reference codes) is partition-life.ts; how the data change is configuration-store.ts.

import type {
  PartitionEnvironment,
  PartitionProfile,
  ProcessorAmounts,
  SyncProfile,
  SystemProfile,
  VirtualAdapter,
} from '@powersim/protocol'

/** How a partition shares memory. */
export interface MemorySharing {
  readonly weight: number
  /** Physical memory that its I/O is guaranteed. */
  readonly ioEntitledMiB: number
  /** It follows the virtual adapters. */
  readonly ioEntitledAuto: boolean
  /** Virtual I/O Servers that page for it, the primary one first. */
  readonly pagingVioses: readonly number[]
}

/** Where a paging space device is seen: its name on a Virtual I/O Server. */
export interface PagingPath {
  readonly vios: number
  readonly name: string
}

/** A paging space device of the shared memory pool. */
export interface PagingDeviceRecord {
  /** One or two ways to it. */
  readonly paths: readonly PagingPath[]
  readonly sizeMiB: number
  readonly kind: 'phys' | 'logical'
  /** Empty: it is of one server alone. */
  readonly location: string
  /** The partition that it was given to last; null: none. It can be given to another one when that one does not run. */
  readonly lparId: number | null
}

/** The shared memory pool. */
export interface MemoryPoolRecord {
  readonly sizeMiB: number
  readonly maxMiB: number
  /** One or two Virtual I/O Servers. */
  readonly pagingVioses: readonly number[]
  readonly devices: readonly PagingDeviceRecord[]
  /** Identical pages are merged. */
  readonly deduplication: boolean
}

/** A virtual Ethernet switch. One that was removed keeps its place and its books, and may come back. */
interface VirtualSwitchRecord {
  readonly name: string
  readonly removed: boolean
}

/** A shared processor pool besides pool 0. */
export interface ProcessorPoolRecord {
  readonly id: number
  readonly name: string
  /** Whole cores that its partitions may use at most; 0: it is not in use. */
  readonly maximum: number
  readonly reservedHundredths: number
}

/** What a partition holds: its current configuration. It keeps it when it is shut down. */
export interface Holding {
  readonly minMiB: number
  /** Logical memory, when it shares memory. */
  readonly memoryMiB: number
  readonly maxMiB: number
  /** Null: its memory is its own. */
  readonly sharing: MemorySharing | null
  /** Active Memory Expansion factor in hundredths; 0: none. */
  readonly expansionHundredths: number
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
  /** 1: what is changed of what it holds goes into its current profile too; 2: that from the next activation on. */
  readonly syncProfile: SyncProfile
  readonly workGroup: string
  readonly description: string
  /** It may manage the system beside the consoles; absent: no. */
  readonly managementCapable?: boolean
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
  /** Null: there is none. */
  readonly memoryPool: MemoryPoolRecord | null
  /** In order of ID; those that are not in use and have no name of their own are not here. */
  readonly processorPools: readonly ProcessorPoolRecord[]
  readonly virtualSwitches: readonly VirtualSwitchRecord[]
  /** Only partitions and profiles that there are; in the order in which they were made. */
  readonly systemProfiles: readonly SystemProfile[]
}

export const emptyConfiguration: Configuration = {
  version: 0,
  partitions: {},
  memoryPool: null,
  processorPools: [],
  virtualSwitches: [],
  systemProfiles: [],
}

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

/** A pool that is in use or has a name of its own. */
export function poolOf(configuration: Configuration, id: number): ProcessorPoolRecord | undefined {
  return configuration.processorPools.find((pool) => pool.id === id)
}
