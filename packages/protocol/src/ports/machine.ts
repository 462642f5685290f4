// Ports between the hypervisor, the partitions it starts, the service processor that loads it, and the machine that wires them.
// No component imports another: these are what they hold of each other.

import type { PartitionEnvironment, PartitionState } from '../states.js'

/** How a partition uses the cores. */
export interface PartitionProcessing {
  readonly mode: 'shared' | 'dedicated'
  /** Shared: never more than it is entitled to. */
  readonly capped: boolean
  /** Shared and uncapped: its weight among those that want more than they are entitled to, 0 to 255. */
  readonly weight: number
  /** Shared: its shared processor pool, 0 to 63. */
  readonly poolId: number
  /** Dedicated: its idle cores are lent to the shared ones while it runs. */
  readonly donates: boolean
}

/** How a partition shares memory with others. */
export interface SharedMemoryStart {
  /** Memory weight, 0 to 255. */
  readonly weight: number
  /** Physical memory that its I/O is guaranteed. */
  readonly ioEntitledMiB: number
  /** IDs of the Virtual I/O Servers that page for it: the primary one, then the secondary one if there is one. */
  readonly pagingVioses: readonly number[]
}

/** What a partition gets when it is started. */
export interface PartitionStart {
  readonly lparId: number
  readonly name: string
  readonly environment: PartitionEnvironment
  readonly virtualProcessors: number
  readonly entitledHundredths: number
  readonly processing: PartitionProcessing
  /** Logical memory, when it shares memory. */
  readonly memoryMiB: number
  /** Null: its memory is its own. */
  readonly sharedMemory: SharedMemoryStart | null
  /** Active Memory Expansion factor in hundredths; 0: none. */
  readonly memoryExpansionHundredths: number
  readonly bootMode: string
}

/** The hypervisor's hold on partitions: served by the machine, which knows the guests. */
export interface PartitionHost {
  start(start: PartitionStart): void
  /** `immediate`: power is cut. `delayed`: the operating system is asked to go down and reports when it has. */
  stop(lparId: number, how: 'immediate' | 'delayed'): void
  interrupt(lparId: number, unitAddress: number): void
  /** Pages that a partition has had notices of are there: its subvention queue is not empty any more. */
  subvention?(lparId: number): void
  /** A running partition has got a virtual device (`there`), or is about to lose it; what it starts with and ends with is not told. */
  deviceChanged(lparId: number, unitAddress: number, there: boolean): void
  /** Memory, processors or their use changed for a running partition: what it would be started with now, of what it owns. */
  resized(start: PartitionStart): void
}

/** What a guest reports to the hypervisor as it boots, runs and ends. */
export interface PartitionReports {
  state(lparId: number, state: PartitionState): void
  refcode(lparId: number, refcode: string): void
  operatingSystem(lparId: number, version: string): void
  /** Its operating system goes down to be started again (RTAS system-reboot). */
  reboots(lparId: number): void
}

/** The service processor's hold on the hypervisor. */
export interface HypervisorPower {
  readonly running: boolean
  /** The image is loaded and the processors run: hypervisor standby, no partition is activated. */
  start(): void
  /** Activates partitions by a policy: those that are to start with the system, or those that ran when it last went down. */
  startPartitions(policy: 'autostart' | 'autorecovery'): void
  /** Asks the operating system of every partition to go down. */
  shutDown(): void
  /** Power is cut: every partition stops, queued messages are lost. */
  stop(): void
  /** Calls `told` whenever a partition is activated, by whomever. */
  onActivation(told: () => void): void
  /** How many sessions of consoles the service processor has authenticated: told at every change. */
  managed(sessions: number): void
}
