// All that one dispatch wheel in `exact` fidelity is: tables, lines, clock. The rules are functions of it in the other files of this
// folder. Scalars that change stand in typed arrays, so that hot code never boxes a number.

import { Digest } from '@powersim/kernel'
import type { Simulation } from '@powersim/kernel'
import type { DispatchObserver, Slice } from '../dispatch-observer.js'
import type { DispatchPolicy } from '../dispatch-policy.js'
import { Cores } from './cores.js'
import { Partitions, Pools } from './partitions.js'
import { VP, VirtualProcessors } from './virtual-processors.js'
import { PiecePool, WorkLine } from './work.js'

/** Places of `clock`: the wheel's own time, number and end of the present window, the next instants to look at. All ns. */
export const CLOCK = {
  NOW: 0,
  WINDOW: 1,
  WINDOW_END: 2,
  /** When a ready virtual processor that still waits could no longer use its whole entitlement. */
  CRITICAL: 3,
  /** When waiting hypervisor work takes a core from somebody. */
  STEAL: 4,
  /** The length of the slice of spare time that was chosen last. */
  CHOSEN: 5,
  /** The start of the first window from which some demand stream asks for another amount; when this window began. */
  DEMAND: 6,
  WINDOW_START: 7,
  /** Entitlement given out in this window, and spare time given out; both less what came back. */
  GRANTED: 8,
  SPARED: 9,
}

/** Lines of `head` and `tail`: ready virtual processors; those without entitlement, in the order in which they spent it. */
export const LINE = { READY_LINE: 0, SPENT_LINE: 1 }

const { NONE } = VP
const { NOW, WINDOW, WINDOW_END, CRITICAL, STEAL, DEMAND } = CLOCK
const CLOCK_PLACES = Object.keys(CLOCK).length

/** What is brought in at the start of a window, outside of hot code: configuration, demand of streams. */
export interface WindowChanges {
  apply(nowNs: number): void
}

export interface StateOptions {
  readonly cores: number
  readonly coresPerNode: number
  readonly windowNs: number
  readonly spareSliceNs: number
  readonly stealAfterNs: number
  readonly refillSameCoreNs: number
  readonly refillSameNodeNs: number
  readonly refillRemoteNs: number
  readonly maxPartitions: number
  readonly maxVirtualProcessors: number
}

export class WheelState {
  readonly simulation: Simulation
  readonly options: StateOptions
  readonly vps: VirtualProcessors
  readonly partitions: Partitions
  readonly pools = new Pools()
  readonly cores: Cores
  readonly pieces = new PiecePool()
  /** Folds every dispatch: time, kind, virtual processor, core. */
  readonly digest = new Digest()
  readonly clock = new Float64Array(CLOCK_PLACES)
  readonly head = new Int32Array(2).fill(NONE)
  readonly tail = new Int32Array(2).fill(NONE)

  /** Policies of spare time: of each pool that is in use, and of all pools. `inUse` are the pools, in order. */
  readonly ownPolicy: (DispatchPolicy | null)[] = []
  readonly policy: DispatchPolicy
  poolsInUse: number[] = []
  /** Active partitions of each pool. */
  readonly poolMembers: number[][] = []
  /** 1 in `competes`: the partition has joined the policies. */
  readonly competes: Uint8Array
  /** Number of the window in which the partition competed last. */
  readonly competedIn: Float64Array
  /** Partitions with a demand stream that asks for something now. */
  streaming: number[] = []

  readonly hypervisorWork = new WorkLine()
  observer: DispatchObserver | null = null
  readonly slice: Slice = { virtualProcessor: 0, partition: 0, core: 0, fromNs: 0, toNs: 0, kind: 0, dispatchReason: 0, preemptReason: 0 }

  /** The virtual processor that spare time was chosen for last. */
  chosen = NONE
  /** Shared virtual processors that are not ceded; cores that idle, of the shared pool and lent ones; cores in spare time. */
  ready = 0
  idleShared = 0
  idleLent = 0
  inSpare = 0
  /** Cores that do hypervisor work on idle cycles. */
  hypervisorRuns = 0
  /** Virtual processors that have a piece of work. */
  assigned = 0
  /** 1: some core had no entitled work to do in this window. */
  hadSlack = 0
  /** 1: configuration has changed, to be applied at the next window. */
  changed = 0
  changes: WindowChanges | null = null
  /** True while the wheel computes its events: what a completion asks for is taken up by the loop itself. */
  advancing = false
  /** The virtual processor whose completion is being told. */
  telling = NONE
  /** Waits for a page so far. */
  stalls = 0
  /** Hypervisor work that has not been done. */
  hypervisorPieces = 0
  /** Windows begin at this time and every multiple of their length after it. */
  readonly originNs: number
  /** 1: some core had nothing at all to do in this window. */
  hadIdle = 0
  /** Ready virtual processors in line that spare time does not go before. */
  pressing = 0
  /** Cores of the physical shared pool. */
  sharedCores = 0
  /** Slices begun so far, of any kind. */
  slices = 0

  constructor(simulation: Simulation, options: StateOptions, policy: DispatchPolicy) {
    this.simulation = simulation
    this.originNs = simulation.now
    this.options = options
    this.policy = policy
    this.vps = new VirtualProcessors(options.maxVirtualProcessors)
    this.partitions = new Partitions(options.maxPartitions)
    this.cores = new Cores(options.cores, options.coresPerNode)
    this.competes = new Uint8Array(options.maxPartitions)
    this.competedIn = new Float64Array(options.maxPartitions).fill(NONE - 1)
    this.idleShared = options.cores
    this.sharedCores = options.cores
    this.clock[WINDOW] = NONE
    this.clock[WINDOW_END] = Infinity
    this.clock[CRITICAL] = Infinity
    this.clock[STEAL] = Infinity
    this.clock[DEMAND] = Infinity
    this.clock[NOW] = simulation.now
    this.cores.since.fill(simulation.now)
  }
}
