// Uses of pages by processors and by the hypervisor: a touch of the pool, and the content that it leaves in the frame: zeros in a page that
// was filled with zeros, the number of the write in one that was written. Who waits for a page that is not there is page-faults.ts.

import { type SharedMemoryPool, TOUCH, type TouchOutcome } from '@powersim/ams'
import { type Handler, ms, type Simulation, withAnyArgument } from '@powersim/kernel'
import { PAGE_TOUCH, type PageTouch } from '@powersim/protocol'
import type { FrameContents } from './frame-contents.js'
import type { PageFaults } from './page-faults.js'
import type { SharedMember } from './shared-member.js'

const MAX_VERSION = 0x7fff_ffff
/** A touch that the pool has refused, since too many faults are under way, is made again after so long, ns (estimate). */
const RETRY_NS = ms(1)

interface Retry {
  readonly pool: SharedMemoryPool
  readonly member: SharedMember
  readonly page: number
}

export class PageUses {
  private readonly simulation: Simulation
  private readonly contents: FrameContents
  private readonly faults: PageFaults
  private readonly retry: Handler<Retry>
  private version = 0

  constructor(simulation: Simulation, name: string, contents: FrameContents, faults: PageFaults) {
    this.simulation = simulation
    this.contents = contents
    this.faults = faults
    this.retry = simulation.handler<Retry>(`${name}.again`, ({ pool, member, page }) => this.again(pool, member, page))
  }

  /** A processor uses a page of its partition. */
  touch<A>(
    pool: SharedMemoryPool,
    member: SharedMember,
    processor: number,
    page: number,
    write: boolean,
    resolved: Handler<A>,
    argument: A,
  ): PageTouch {
    const written = write ? this.nextVersion() : 0
    const outcome = this.use(pool, member.lparId, page, written)
    if (outcome === TOUCH.HIT || outcome === TOUCH.ZERO_FILLED || outcome === TOUCH.PAGED_IN) return PAGE_TOUCH.THERE
    if (outcome === TOUCH.REFUSED) this.simulation.schedule(RETRY_NS, this.retry, { pool, member, page })
    return this.faults.wait(member, page, processor, written, withAnyArgument(resolved), argument)
  }

  /** The pager has given a page its frame. */
  resolved(pool: SharedMemoryPool, member: SharedMember, page: number, outcome: TouchOutcome): void {
    const frame = pool.frameOf(member.lparId, page)
    if (frame < 0) return
    if (outcome === TOUCH.ZERO_FILLED) this.contents.clear(frame)
    const written = this.faults.writtenBy(member, page)
    if (written > 0) this.contents.write(frame, written)
    this.faults.resolve(member, page)
  }

  use(pool: SharedMemoryPool, lparId: number, page: number, written: number): TouchOutcome {
    const outcome = pool.touch(lparId, page, written)
    if (outcome === TOUCH.HIT && written === 0) return outcome
    const frame = pool.frameOf(lparId, page)
    if (frame < 0) return outcome
    if (outcome === TOUCH.ZERO_FILLED) this.contents.clear(frame)
    if (written > 0) this.contents.write(frame, written)
    return outcome
  }

  /** A page that somebody waits for is touched again: it has lost its content, or the touch was refused. */
  again(pool: SharedMemoryPool, member: SharedMember, page: number): void {
    if (!member.waiters.has(page)) return
    const outcome = this.use(pool, member.lparId, page, this.faults.writtenBy(member, page))
    if (outcome === TOUCH.HIT || pool.frameOf(member.lparId, page) >= 0) this.faults.resolve(member, page)
    else if (outcome === TOUCH.REFUSED) this.simulation.schedule(RETRY_NS, this.retry, { pool, member, page })
  }

  nextVersion(): number {
    this.version = this.version === MAX_VERSION ? 1 : this.version + 1
    return this.version
  }
}
