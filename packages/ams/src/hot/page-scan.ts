// A hand for each partition that goes round its logical pages, as LoPAR's reference algorithm does (CMO background): I/O-mapped pages are
// passed by, in the first pass of a harvest critical ones too; a referenced page loses its mark and is passed by.

import type { MemberView, PoolView } from '../replacement-policy.js'
import { FRAME } from './frame-table.js'

const { REFERENCED, CRITICAL, PINNED, MOVING, WRITING } = FRAME
const BARRED = PINNED | MOVING | WRITING
/** After the first pass critical pages lose their marks in the second, and may go in the third. */
const PASSES = 3

export class PageScan {
  private readonly pool: PoolView
  /** By member id: where its hand stands, and pages it has passed in this harvest. */
  private readonly hand: Int32Array
  private readonly passed: Float64Array
  /** By member id: the harvest in which nothing was left to take of it, and the one that `passed` counts. Harvests are numbered from 1. */
  private readonly emptyIn: Float64Array
  private readonly passedIn: Float64Array
  private harvest = 1

  constructor(pool: PoolView, members: number) {
    this.pool = pool
    this.hand = new Int32Array(members)
    this.passed = new Float64Array(members)
    this.emptyIn = new Float64Array(members)
    this.passedIn = new Float64Array(members)
  }

  /** Another harvest begins. */
  begin(): void {
    this.harvest++
  }

  /** This harvest has gone through the member's pages often enough. */
  isEmpty(id: number): boolean {
    return this.emptyIn[id] === this.harvest
  }

  /** The member's next frame to take, or -1 if there is none left in this harvest. */
  next(member: MemberView): number {
    const { pool } = this
    const { flags } = pool.frames
    const { id, frameOf } = member
    const pages = frameOf.length
    let page = this.hand[id]!
    let passed = this.passedIn[id] === this.harvest ? this.passed[id]! : 0
    let found = -1
    while (passed < PASSES * pages && found === -1) {
      if (page >= pages) page = 0
      const frame = frameOf[page++]!
      passed++
      if (frame < 0) continue
      const bits = flags[frame]!
      const critical = passed > pages
      if ((bits & BARRED) !== 0 || (!critical && (bits & CRITICAL) !== 0)) continue
      if ((bits & REFERENCED) !== 0) flags[frame] = bits & ~REFERENCED
      else if (pool.takeable(frame, critical)) found = frame
    }
    this.hand[id] = page
    this.passed[id] = passed
    this.passedIn[id] = this.harvest
    if (found === -1) this.emptyIn[id] = this.harvest
    return found
  }
}
