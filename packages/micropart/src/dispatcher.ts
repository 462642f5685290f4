// What a dispatcher does for the partitions of a wheel, whatever its fidelity: `exact` computes every slice, `fluid` shares rates.
// Checks of what a caller asks for are made before, in shared-processors.ts and partition.ts.

import type { Handler } from '@powersim/kernel'
import type { DemandStream } from './demand.js'

/** A partition's share of the machine, as the operator set it. It takes effect at the next dispatch window. */
export interface PartitionTerms {
  readonly dedicated: boolean
  readonly donates: boolean
  readonly pool: number
  /** 0: capped. */
  readonly weight: number
  readonly entitledHundredths: number
  readonly virtualProcessors: number
}

export interface PoolTerms {
  readonly id: number
  readonly reservedHundredths: number
  readonly maximumHundredths: number
}

/** Sums over the virtual processors of a partition since it was made, ns unless said. What a fidelity cannot know is null. */
export interface PartitionUsage {
  readonly runNs: number
  readonly entitledNs: number
  readonly spareNs: number
  readonly donatedNs: number
  readonly virtualProcessors: readonly VirtualProcessorUsage[] | null
  /** Sums over virtual processors that it had and has no longer. */
  readonly retired: VirtualProcessorUsage | null
  readonly phantomInterrupts: number | null
}

/** Counters as in LoPAR's virtual processor area (VPA). */
export interface VirtualProcessorUsage {
  /** Even while it runs, odd while it does not. */
  readonly dispatchCount: number
  readonly dispatches: number
  readonly preemptions: number
  /** Dispatches on another core than the last. */
  readonly dispersions: number
  readonly runNs: number
  /** Waiting to become ready (ceded), for capacity (ready without entitlement), for a core (ready with entitlement). */
  readonly waitReadyNs: number
  readonly waitCapacityNs: number
  readonly waitCoreNs: number
  /** Taken from it by the hypervisor. */
  readonly stolenNs: number
  /** Longest time that it wanted to run and did not. */
  readonly longestGapNs: number
}

/** A virtual processor at the wheel's own time. */
export interface VirtualProcessorView extends VirtualProcessorUsage {
  /** The core that it is on; -1: none. */
  readonly core: number
  /** Since when it is on its core, ns. */
  readonly dispatchedNs: number
  /** Why it was dispatched, or will be next, as a slice says it. */
  readonly dispatchReason: number
}

export interface WheelUsage {
  /** Core time of the physical shared pool that nobody used: the pool idle count. */
  readonly idleNs: number
  readonly dedicatedIdleNs: number
  readonly busyNs: number
  readonly hypervisorNs: number
  /** Slices begun, null where there are none. */
  readonly slices: number | null
  /** Core time taken from other pools' capacity, by pool. */
  readonly borrowedNs: readonly number[]
}

export interface Dispatcher {
  /** Brings a partition in, changes it, or (null) stops it: its work is dropped. */
  configure(partition: number, terms: PartitionTerms | null): void
  /** Forgets a stopped partition. */
  forget(partition: number): void
  setPools(pools: readonly PoolTerms[]): void
  setDemand(partition: number, stream: DemandStream | null): void
  run(partition: number, workNs: number, then: Handler<unknown>, argument: unknown): void
  /** Drops all work, waiting and in service. */
  halt(partition: number): void
  /**
   * The virtual processor whose completion is being told waits for a page: it takes no work and wants nothing until `resume`. Returns the
   * wait; -1 outside of a completion of this partition.
   */
  stall(partition: number): number
  /** The page is there: that virtual processor does this piece next. Nothing when the wait is over already (work was dropped). */
  resume(partition: number, wait: number, workNs: number, then: Handler<unknown>, argument: unknown): void
  /** Number within its partition of the virtual processor that waits; 0 where they have none. */
  stalledIndex(partition: number, wait: number): number
  /** Pieces of work that wait for a virtual processor. */
  waiting(partition: number): number
  hypervisorTime(workNs: number, then: Handler<unknown>, argument: unknown): void
  /** Whether work of the hypervisor waits for cycles. */
  hypervisorWaits(): boolean
  usage(partition: number): PartitionUsage
  /** The virtual processor of a slice among those of its partition; -1: it is none of them. */
  indexOf(partition: number, virtualProcessor: number): number
  /** One of them, without computing any further; null: unknown to this fidelity, or not there. */
  view(partition: number, index: number): VirtualProcessorView | null
  wheelUsage(): WheelUsage
  digest(): string
}
