// The virtual processors of a wheel as typed arrays: a handle is an index. What changes them is in the other files of this folder.
// About 180 bytes each. Handles of removed ones are used again.

import type { Piece } from './work.js'

/**
 * No virtual processor, core or window; and the states of a virtual processor. FREE: the handle is unused. SPENT: ready, but without
 * entitlement until the next window. Files of this folder take such numbers out of their object into constants of their own: V8 folds
 * those into the code, while it reads an imported number from memory at every use, which costs a tenth of the speed.
 */
export const VP = { NONE: -1, FREE: 0, CEDED: 1, READY: 2, SPENT: 3, RUNNING: 4 }

const { NONE, FREE, CEDED } = VP

export class VirtualProcessors {
  readonly partition: Int32Array
  readonly state: Uint8Array
  /** 1: ceded at some time of this window, so that its entitlement is no longer guaranteed in it. */
  readonly late: Uint8Array
  /** 1: while it waits in the ready line, no spare time goes before it: it woke within the window, or is uncapped and not served yet. */
  readonly pressing: Uint8Array
  /** The core it runs on, NONE if it does not run; the one it ran on last. */
  readonly core: Int32Array
  readonly lastCore: Int32Array
  /** Entitled ns that it may still run in this window. */
  readonly quantum: Float64Array
  /** What it was given of entitlement in this window, used or not. */
  readonly given: Float64Array
  /** Number of the window that `given` is about. */
  readonly grantedIn: Float64Array

  // What there is to do: a piece of work (or null) first, then the demand stream's ns of this window. `refill` ns of a
  // cold cache pass before either goes on.
  readonly piece: (Piece | null)[]
  readonly pieceLeft: Float64Array
  readonly need: Float64Array
  readonly refill: Float64Array

  /** Not 0: it waits for a page of its partition's memory, takes no work and wants nothing; the number of that wait. */
  readonly stalled: Float64Array

  // Links of the line it waits in, and of the line of its core (READY) or of its partition (SPENT).
  readonly next: Int32Array
  readonly previous: Int32Array
  readonly sideNext: Int32Array
  readonly sidePrevious: Int32Array

  /** When the present state began; since when it has wanted to run without a break. */
  readonly since: Float64Array
  readonly wantedSince: Float64Array
  /** Why it was stopped last, or woken: the dispatch reason of the next dispatch. */
  readonly reason: Uint8Array

  // Counters of the virtual processor area.
  readonly run: Float64Array
  readonly waitReady: Float64Array
  readonly waitCapacity: Float64Array
  readonly waitCore: Float64Array
  readonly stolen: Float64Array
  readonly dispatches: Float64Array
  readonly preemptions: Float64Array
  readonly dispersions: Float64Array
  readonly longestGap: Float64Array

  private used = 0
  private readonly freed: number[] = []
  private readonly capacity: number

  constructor(capacity: number) {
    this.capacity = capacity
    this.partition = new Int32Array(capacity)
    this.state = new Uint8Array(capacity)
    this.late = new Uint8Array(capacity)
    this.pressing = new Uint8Array(capacity)
    this.core = new Int32Array(capacity)
    this.lastCore = new Int32Array(capacity)
    this.quantum = new Float64Array(capacity)
    this.given = new Float64Array(capacity)
    this.grantedIn = new Float64Array(capacity)
    this.piece = new Array<Piece | null>(capacity).fill(null)
    this.pieceLeft = new Float64Array(capacity)
    this.need = new Float64Array(capacity)
    this.refill = new Float64Array(capacity)
    this.stalled = new Float64Array(capacity)
    this.next = new Int32Array(capacity)
    this.previous = new Int32Array(capacity)
    this.sideNext = new Int32Array(capacity)
    this.sidePrevious = new Int32Array(capacity)
    this.since = new Float64Array(capacity)
    this.wantedSince = new Float64Array(capacity)
    this.reason = new Uint8Array(capacity)
    this.run = new Float64Array(capacity)
    this.waitReady = new Float64Array(capacity)
    this.waitCapacity = new Float64Array(capacity)
    this.waitCore = new Float64Array(capacity)
    this.stolen = new Float64Array(capacity)
    this.dispatches = new Float64Array(capacity)
    this.preemptions = new Float64Array(capacity)
    this.dispersions = new Float64Array(capacity)
    this.longestGap = new Float64Array(capacity)
  }

  /** How many more may be opened. */
  get room(): number {
    return this.capacity - this.used + this.freed.length
  }

  /** A new, ceded virtual processor of `partition`, while there is room. */
  open(partition: number, now: number): number {
    const v = this.freed.pop() ?? this.used++
    this.partition[v] = partition
    this.state[v] = CEDED
    this.late[v] = 0
    this.core[v] = NONE
    this.lastCore[v] = NONE
    this.piece[v] = null
    this.since[v] = now
    this.wantedSince[v] = now
    this.reason[v] = 0
    this.quantum[v] = 0
    this.given[v] = 0
    this.grantedIn[v] = NONE
    this.pieceLeft[v] = 0
    this.need[v] = 0
    this.refill[v] = 0
    this.stalled[v] = 0
    this.run[v] = 0
    this.waitReady[v] = 0
    this.waitCapacity[v] = 0
    this.waitCore[v] = 0
    this.stolen[v] = 0
    this.dispatches[v] = 0
    this.preemptions[v] = 0
    this.dispersions[v] = 0
    this.longestGap[v] = 0
    return v
  }

  /** Gives back the handle of a virtual processor that is ceded. */
  close(v: number): void {
    this.state[v] = FREE
    this.freed.push(v)
  }
}
