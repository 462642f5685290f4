// The cores of a wheel: what runs on each, when it ends, which are idle. Cores 0 to `shared` - 1 are the physical shared pool; the others
// belong to dedicated partitions. A node is a run of neighbouring cores that share a cache.

import { CoreClock } from './core-clock.js'
import { VP } from './virtual-processors.js'
import type { Piece } from './work.js'

const { NONE } = VP

/** What a core does. Of a virtual processor: its entitlement, spare time of its own pool or of all pools, a core of its own. */
export const KIND = { IDLE: 0, ENTITLED: 1, OWN_SPARE: 2, SPARE: 3, DEDICATED: 4, HYPERVISOR: 5, STOLEN: 6 }

export class Cores {
  readonly count: number
  readonly coresPerNode: number
  readonly clock: CoreClock
  readonly kind: Uint8Array
  /** Virtual processor that runs, NONE if none; the one that ran last. */
  readonly runs: Int32Array
  readonly ranLast: Int32Array
  /** Since when the present slice has been accounted for; for an idle core, since when it idles. */
  readonly since: Float64Array
  /** When the slice began, and the ns of spare time that it may still take. */
  readonly began: Float64Array
  readonly budget: Float64Array
  /** Owner of a dedicated core: its virtual processor, else NONE. */
  readonly owner: Int32Array
  /** ns idle in the shared pool; idle as a dedicated core; busy; hypervisor. */
  readonly idle: Float64Array
  readonly ownIdle: Float64Array
  readonly busy: Float64Array
  readonly hypervisor: Float64Array
  /** Hypervisor work that runs here, and whose cycles it steals (virtual processor, NONE: idle ones). */
  readonly piece: (Piece | null)[]
  readonly victim: Int32Array
  /** First and last ready virtual processor that ran here last. */
  readonly head: Int32Array
  readonly tail: Int32Array

  constructor(count: number, coresPerNode: number) {
    this.count = count
    this.coresPerNode = coresPerNode
    this.clock = new CoreClock(count)
    this.kind = new Uint8Array(count)
    this.runs = new Int32Array(count).fill(NONE)
    this.ranLast = new Int32Array(count).fill(NONE)
    this.since = new Float64Array(count)
    this.began = new Float64Array(count)
    this.budget = new Float64Array(count)
    this.owner = new Int32Array(count).fill(NONE)
    this.idle = new Float64Array(count)
    this.ownIdle = new Float64Array(count)
    this.busy = new Float64Array(count)
    this.hypervisor = new Float64Array(count)
    this.piece = new Array<Piece | null>(count).fill(null)
    this.victim = new Int32Array(count).fill(NONE)
    this.head = new Int32Array(count).fill(NONE)
    this.tail = new Int32Array(count).fill(NONE)
  }

  nodeOf(core: number): number {
    return Math.floor(core / this.coresPerNode)
  }
}
