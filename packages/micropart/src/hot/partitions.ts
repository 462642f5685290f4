// What the dispatcher knows of partitions and shared processor pools, as typed arrays: a handle is an index. All amounts are ns of
// processor time in one dispatch window. What an operator configured is elsewhere; changes come here at the start of a window.

import { VP } from './virtual-processors.js'
import { WorkLine } from './work.js'

const { NONE } = VP

export class Partitions {
  /** 1: it is active. */
  readonly active: Uint8Array
  /** 1: its virtual processors have cores of their own; 1 in `donates`: it lends them when they idle. */
  readonly dedicated: Uint8Array
  readonly donates: Uint8Array
  readonly pool: Int32Array
  /** Weight in the sharing of spare time; 0: capped. */
  readonly weight: Int32Array
  /** Entitled ns of a window. */
  readonly entitled: Float64Array
  /** Entitled ns of this window that no virtual processor holds; counts only if `window` is the present one. */
  readonly pot: Float64Array
  readonly window: Float64Array
  /** How the window's entitlement is split among the ready: each gets `part`, the first `rest` of them 1 ns more. */
  readonly part: Float64Array
  readonly rest: Float64Array
  /** Virtual processors that are not ceded, and their number. */
  readonly ready: Int32Array
  readonly members: number[][] = []
  /** Pieces that wait for a virtual processor; virtual processors that have no piece. */
  readonly work: WorkLine[] = []
  readonly free: Int32Array
  /** The virtual processor whose completion is being told, NONE if none. */
  readonly completing: Int32Array
  /** Spent virtual processors that do not run: first and last of the partition's own line. */
  readonly head: Int32Array
  readonly tail: Int32Array
  /** ns that the demand stream asks for in a window. */
  readonly demand: Float64Array

  readonly entitledUse: Float64Array
  readonly spareUse: Float64Array
  readonly donated: Float64Array
  readonly phantoms: Float64Array

  constructor(capacity: number) {
    this.active = new Uint8Array(capacity)
    this.dedicated = new Uint8Array(capacity)
    this.donates = new Uint8Array(capacity)
    this.pool = new Int32Array(capacity)
    this.weight = new Int32Array(capacity)
    this.entitled = new Float64Array(capacity)
    this.pot = new Float64Array(capacity)
    this.window = new Float64Array(capacity).fill(NONE)
    this.part = new Float64Array(capacity)
    this.rest = new Float64Array(capacity)
    this.ready = new Int32Array(capacity)
    this.free = new Int32Array(capacity)
    this.completing = new Int32Array(capacity).fill(NONE)
    this.head = new Int32Array(capacity).fill(NONE)
    this.tail = new Int32Array(capacity).fill(NONE)
    this.demand = new Float64Array(capacity)
    this.entitledUse = new Float64Array(capacity)
    this.spareUse = new Float64Array(capacity)
    this.donated = new Float64Array(capacity)
    this.phantoms = new Float64Array(capacity)
  }

  /** Starts the counters of a handle anew. */
  open(p: number): void {
    this.members[p] = []
    this.work[p] = new WorkLine()
    this.window[p] = NONE
    this.ready[p] = 0
    this.free[p] = 0
    this.completing[p] = NONE
    this.demand[p] = 0
    this.entitledUse[p] = 0
    this.spareUse[p] = 0
    this.donated[p] = 0
    this.phantoms[p] = 0
  }
}

/** Shared processor pools 0 to 63. */
export class Pools {
  /** Most ns that a pool's partitions may use in a window, and the part of it that is neither used nor promised. */
  readonly maximum = new Float64Array(MAX_POOLS)
  readonly room = new Float64Array(MAX_POOLS)
  readonly reserved = new Float64Array(MAX_POOLS)
  /** Entitled ns of its active partitions, and of those that are ready. */
  readonly entitled = new Float64Array(MAX_POOLS)
  readonly readyEntitled = new Float64Array(MAX_POOLS)
  /** Unused entitlement and reserve of this window, for the pool's own partitions first. */
  readonly own = new Float64Array(MAX_POOLS)
  /** 1: a partition of the pool found it at its maximum. */
  readonly full = new Uint8Array(MAX_POOLS)
  readonly used = new Float64Array(MAX_POOLS)
  readonly borrowed = new Float64Array(MAX_POOLS)
}

/** Pools of a system, LoPAR and PowerVM redbooks: 0 (the default pool) to 63. */
export const MAX_POOLS = 64
