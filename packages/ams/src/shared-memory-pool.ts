// A shared memory pool: frames for the logical memory of several partitions, which together may have more. Here are its terms: who joins,
// how large it and they are, what partitions say of their pages. How pages move is hot/pager.ts.
// No hypercall, no bus, no guest: those call this.

import type { Simulation } from '@powersim/kernel'
import { checkPager } from './check-pager.js'
import { firstDonations, overage } from './donations.js'
import { AmsError, checkedInteger, noPage, unknownMember } from './errors.js'
import { FRAME } from './hot/frame-table.js'
import type { FrameTable } from './hot/frame-table.js'
import { mapPage, unmapPage, unpin } from './hot/io-mapping.js'
import { lopar } from './hot/lopar.js'
import { MAX_MEMBERS, Member, PAGE } from './hot/member.js'
import { setPageState } from './hot/page-states.js'
import { MergedPages } from './hot/merged-pages.js'
import { Pager } from './hot/pager.js'
import { poolStatistics } from './pool-statistics.js'
import { PageSampling } from './page-sampling.js'
import { checkedMarks, TOUCH } from './terms.js'
import type {
  FaultListener,
  FreeListMarks,
  IoMapOutcome,
  MemberOptions,
  MemberStatistics,
  MergingOptions,
  PageState,
  PoolStatistics,
  SharedMemoryPoolOptions,
  TouchOutcome,
} from './terms.js'

const MAX_FRAMES = 2 ** 26
const MAX_PAGES = 2 ** 28
const MAX_WEIGHT = 255
const DEFAULT_WEIGHT = 128
const DEFAULT_MARKS: FreeListMarks = { low: 0.02, high: 0.05 }
const DEFAULT_PERIOD_NS = 5e9
const MAX_PERIOD_NS = 1e12
const DEFAULT_FAULT_LIMIT = 65_536
const DEFAULT_PAGE_OUT_LIMIT = 1024
const MAX_TRANSFERS = 2 ** 20
const LEAST_TABLE_RATIO = 256
const DEFAULT_TABLE_RATIO = 1024
const MOST_TABLE_RATIO = 8192

const { REFERENCED, ACCESSED, COPIED, PINNED, MERGED } = FRAME
const TOUCHED = REFERENCED | ACCESSED

export class SharedMemoryPool {
  readonly name: string
  readonly pageBytes: number
  private readonly simulation: Simulation
  private readonly pager: Pager
  private readonly frames: FrameTable
  /** By id. The pager's own. */
  private readonly members: (Member | undefined)[]
  private readonly watchesTouches: boolean
  private readonly sampling: PageSampling
  private readonly marks: FreeListMarks | null

  /** Throws AmsError `bad-option`. */
  constructor(simulation: Simulation, options: SharedMemoryPoolOptions) {
    const { name = 'memory-pool', freeList = DEFAULT_MARKS, replacement = lopar, device, listener = null } = options
    const size = checkedInteger('frames', options.frames, 1, MAX_FRAMES)
    const capacity = checkedInteger('maximumFrames', options.maximumFrames ?? size, size, MAX_FRAMES)
    const periodNs = checkedInteger('sampleEveryNs', options.sampleEveryNs ?? DEFAULT_PERIOD_NS, 0, MAX_PERIOD_NS)
    const faultLimit = checkedInteger('faultLimit', options.faultLimit ?? DEFAULT_FAULT_LIMIT, 1, MAX_TRANSFERS)
    const pageOutLimit = checkedInteger('pageOutLimit', options.pageOutLimit ?? DEFAULT_PAGE_OUT_LIMIT, 1, MAX_TRANSFERS)
    this.name = name
    this.simulation = simulation
    this.pageBytes = checkedInteger('pageBytes', options.pageBytes ?? 4096, 1, 2 ** 30)
    this.marks = freeList === 'onDemand' ? null : checkedMarks(freeList)
    this.pager = new Pager(simulation, { name, capacity, size, replacement, device, faultLimit, pageOutLimit })
    this.pager.listener = listener
    this.frames = this.pager.frames
    this.members = this.pager.members
    this.watchesTouches = this.pager.policy.watchesTouches
    this.sampling = new PageSampling(simulation, name, periodNs, this.pager, () => this.overagePages)
    this.setMarks()
  }

  /** Frames of the pool; fewer than it was resized to as long as surplus ones are in use. */
  get size(): number {
    return this.frames.size - this.pager.surplus
  }

  /** Logical memory that the pool cannot back while its free list is at the high mark, in pages, with a fraction. */
  get overagePages(): number {
    let logical = 0
    for (const member of this.members) logical += member?.logicalPages ?? 0
    return overage(logical, this.pager.high, this.size)
  }

  /** Who is told from now on of faults that end later than their touch. */
  listen(listener: FaultListener | null): void {
    this.pager.listener = listener
  }

  /** Throws AmsError `bad-option`, `duplicate-member`, `over-committed` (I/O entitlements leave no frame for anything else). */
  join(options: MemberOptions): void {
    const id = checkedInteger('id', options.id, 0, MAX_MEMBERS - 1)
    const logicalPages = checkedInteger('logicalPages', options.logicalPages, 1, MAX_PAGES)
    const maximumPages = checkedInteger('maximumPages', options.maximumPages ?? logicalPages, logicalPages, MAX_PAGES)
    const weight = checkedInteger('weight', options.weight ?? DEFAULT_WEIGHT, 0, MAX_WEIGHT)
    const ioEntitledPages = checkedInteger('ioEntitledPages', options.ioEntitledPages ?? 0, 0, logicalPages)
    if (this.members[id] !== undefined) throw new AmsError('duplicate-member', 'id', `${id} is a member of ${this.name} already`)
    this.checkEntitlements(ioEntitledPages, this.size)
    const member = new Member(id, maximumPages, weight, ioEntitledPages)
    this.members[id] = member
    this.add(member, 0, logicalPages)
    this.sampling.start()
  }

  /** A member goes: its frames are free, its faults are forgotten, nobody is told. Throws AmsError `unknown-member`. */
  leave(id: number): void {
    const member = this.member(id)
    for (let page = 0; page < member.frameOf.length; page++) {
      if (member.frameOf[page] === PAGE.OUTSIDE) continue
      unpin(this.pager, member, page)
      this.pager.give(member, page, PAGE.OUTSIDE)
    }
    this.members[id] = undefined
    this.sampling.forget(id)
    if (this.members.every((one) => one === undefined)) this.sampling.stop()
    this.resetDonations()
  }

  /** More logical memory: pages `from` to `from + count - 1`, all zeros. Throws AmsError `unknown-member`, `no-page`. */
  addPages(id: number, from: number, count: number): void {
    const member = this.member(id)
    this.checkRange(member, from, count)
    this.add(member, from, count)
  }

  /**
   * Less logical memory. False, and nothing has changed: a page is I/O mapped, or the rest would be less than the I/O entitlement.
   * Throws AmsError `unknown-member`, `no-page`.
   */
  removePages(id: number, from: number, count: number): boolean {
    const member = this.member(id)
    this.checkRange(member, from, count)
    let removed = 0
    for (let page = from; page < from + count; page++) {
      const frame = member.frameOf[page]!
      if (frame !== PAGE.OUTSIDE) removed++
      if (frame >= 0 && (this.frames.flags[frame]! & PINNED) !== 0) return false
    }
    if (member.logicalPages - removed < member.ioEntitledPages) return false
    for (let page = from; page < from + count; page++) {
      if (member.frameOf[page] !== PAGE.OUTSIDE) this.pager.give(member, page, PAGE.OUTSIDE)
    }
    member.logicalPages -= removed
    this.resetDonations()
    return true
  }

  /** Throws AmsError `unknown-member`, `bad-option`, `over-committed`. */
  setMember(id: number, change: { readonly weight?: number; readonly ioEntitledPages?: number }): void {
    const member = this.member(id)
    const weight = checkedInteger('weight', change.weight ?? member.weight, 0, MAX_WEIGHT)
    const entitled = change.ioEntitledPages ?? member.ioEntitledPages
    const ioEntitledPages = checkedInteger('ioEntitledPages', entitled, member.ioMapped, member.logicalPages)
    this.checkEntitlements(ioEntitledPages - member.ioEntitledPages, this.size)
    member.weight = weight
    member.ioEntitledPages = ioEntitledPages
  }

  /**
   * Another size of the pool, up to `maximumFrames`. Frames that are too many leave as they become free, before anybody gets one. Throws
   * AmsError `bad-option`, `over-committed`.
   */
  resize(frames: number): void {
    const size = checkedInteger('frames', frames, 1, this.frames.capacity)
    this.checkEntitlements(0, size)
    const { pager } = this
    const excess = this.frames.size - size
    pager.surplus = Math.max(0, excess)
    if (excess < 0) this.frames.extend(-excess)
    while (pager.surplus > 0 && this.frames.free > 0) {
      pager.surplus--
      this.frames.withdraw()
    }
    this.setMarks()
    this.resetDonations()
    pager.serve()
    if (this.frames.free <= pager.low || pager.surplus > 0) pager.takeFrames(0)
  }

  /**
   * A partition uses a page. `written`: 0 reads it; an integer from 1 to 2^31 - 1 is written and is the page's content from then on. A
   * touch that is PENDING counts as made when the fault is resolved. Throws AmsError `unknown-member`, `no-page`.
   */
  touch(id: number, page: number, written = 0): TouchOutcome {
    const member = this.members[id]
    if (member === undefined) throw unknownMember(id)
    const frame = member.frameOf[page]
    if (frame === undefined || frame === PAGE.OUTSIDE) throw noPage(id, page)
    if (frame < 0) return this.pager.fault(member, page, written)
    const { flags } = this.frames
    if (written === 0) flags[frame] = flags[frame]! | TOUCHED
    else if ((flags[frame]! & MERGED) !== 0) return this.pager.merged?.write(member, page, written) ?? TOUCH.REFUSED
    else {
      flags[frame] = (flags[frame]! | TOUCHED) & ~COPIED
      this.frames.stamp[frame] = written
    }
    if (this.watchesTouches) this.pager.policy.touched(frame)
    return TOUCH.HIT
  }

  /** Frame of a page; -1: it has none that could be touched, or shares it. Hot. */
  frameOf(id: number, page: number): number {
    const frame = this.members[id]?.frameOf[page] ?? -1
    return frame < 0 || (this.frames.flags[frame]! & MERGED) !== 0 ? -1 : frame
  }

  /** The member and the page that a frame holds; -1 for a frame that holds none, or several. */
  ownerOf(frame: number): number {
    return this.holds(frame) ? this.frames.owner[frame]! : -1
  }

  pageOf(frame: number): number {
    return this.holds(frame) ? this.frames.page[frame]! : -1
  }

  /** Content of a page that has a frame; 0 of a page that has never been written; undefined if it has none. Changes nothing. */
  stampOf(id: number, page: number): number | undefined {
    const frame = this.member(id).frameOf[page] ?? PAGE.OUTSIDE
    return frame >= 0 ? this.frames.stamp[frame] : undefined
  }

  /**
   * What a partition says of a page. UNUSED and LOANED: its content is lost, its frame free at once; touched again, it is ACTIVE and zero.
   * CRITICAL and ACTIVE: how hard to hold on to it. LATENT: it may go next. False: it is I/O mapped, so that it cannot be unused or loaned.
   * Throws AmsError `unknown-member`, `no-page`.
   */
  setState(id: number, page: number, state: PageState): boolean {
    const member = this.member(id)
    this.place(member, page)
    return setPageState(this.pager, member, page, state)
  }

  /**
   * An I/O mapping of a page: it keeps its frame until as many `unmapIo`. Several mappings of a page count once. PENDING: the page is being
   * restored: ask again once `resolved` has told. Throws AmsError `unknown-member`, `no-page`.
   */
  mapIo(id: number, page: number): IoMapOutcome {
    const member = this.member(id)
    this.place(member, page)
    return mapPage(this.pager, member, page)
  }

  /** The end of one I/O mapping. False: the page has none. Throws AmsError `unknown-member`, `no-page`. */
  unmapIo(id: number, page: number): boolean {
    const member = this.member(id)
    this.place(member, page)
    return unmapPage(this.pager, member, page)
  }

  /** Merging of identical pages: a table of 1 entry for each `tableRatio` / 1024 frames. From now on, or again. Throws `bad-option`. */
  allowMerging(options: MergingOptions = {}): void {
    const ratio = checkedInteger('tableRatio', options.tableRatio ?? DEFAULT_TABLE_RATIO, LEAST_TABLE_RATIO, MOST_TABLE_RATIO)
    const entries = Math.ceil((this.frames.capacity * DEFAULT_TABLE_RATIO) / ratio)
    this.pager.merged ??= new MergedPages(this.pager, entries, options.contents)
  }

  /** Looks at so many frames, from where it stopped, and merges those with the same content. Frames that it could compare. */
  merge(frames: number): number {
    const { merged } = this.pager
    const before = merged?.looked ?? 0
    merged?.search(frames)
    return (merged?.looked ?? 0) - before
  }

  /** A page that shares its frame gets its own: it will be written by others than its partition. False: none is free, ask again. */
  part(id: number, page: number): boolean {
    const frame = this.member(id).frameOf[page] ?? -1
    if (frame < 0 || (this.frames.flags[frame]! & MERGED) === 0) return true
    return this.pager.merged?.part(this.member(id), page) ?? false
  }

  /** Bytes that a member is asked to loan more, or else they may be taken; negative: it may have so many back (H_GET_MPP, R9). */
  loanRequestBytes(id: number): number {
    const { donation, loaned } = this.member(id)
    return Math.trunc(donation - loaned) * this.pageBytes
  }

  /** Processor time that a member has used since it joined, ns: a member that runs less touches less. */
  noteProcessor(id: number, usedNs: number): void {
    this.member(id).processorNs = usedNs
  }

  /** Page-ins from its own paging space that a member's operating system has counted (virtual processor area, 0x180). */
  noteOwnPageIns(id: number, count: number): void {
    this.member(id).ownPageIns = count
  }

  /**
   * Loads the pool to see what comes of it (LoPAR, H_MO_PERF): its marks go up by so many frames more, or down, at most to the whole pool
   * and never below their base; `lows` more touches that find the free list at its low mark end that.
   */
  load(frames: number, lows: number): void {
    const { pager } = this
    pager.lows += lows
    pager.raise(pager.lows > 0 ? Math.max(0, Math.min(pager.raised + frames, this.size)) : 0)
  }

  /** Ends a sampling period now: for pools that do not by themselves (`sampleEveryNs` 0). */
  sample(): void {
    this.sampling.sample()
  }

  /** Paging of a member works again after it has failed. Without it, the next sampling tries. */
  pagingRestored(id: number): void {
    this.pager.retry(this.member(id))
  }

  /** Throws AmsError `unknown-member`. */
  memberStatistics(id: number): MemberStatistics {
    const { pageFlags: _flags, frameOf: _frames, ...counts } = this.member(id)
    return counts
  }

  statistics(): PoolStatistics {
    return poolStatistics(this.pager, this.size, this.overagePages)
  }

  /** The members' ids, ascending. */
  ids(): number[] {
    return this.members.flatMap((member) => (member === undefined ? [] : [member.id]))
  }

  /** Folds every page that came or went. */
  digest(): string {
    return this.pager.digest.hex()
  }

  /** Goes through all frames and pages: InvariantError if the pool is not what it counts. Costs some ns a frame and page. */
  check(): void {
    checkPager(this.simulation, this.pager, this.overagePages)
  }

  private holds(frame: number): boolean {
    return ((this.frames.flags[frame] ?? FRAME.MOVING) & (FRAME.MOVING | MERGED)) === 0
  }

  private member(id: number): Member {
    const member = this.members[id]
    if (member === undefined) throw unknownMember(id)
    return member
  }

  private place(member: Member, page: number): number {
    const frame = member.frameOf[page]
    if (frame === undefined || frame === PAGE.OUTSIDE) throw noPage(member.id, page)
    return frame
  }

  private checkRange(member: Member, from: number, count: number): void {
    if (Number.isInteger(from) && Number.isInteger(count) && from >= 0 && count >= 1 && from + count <= member.frameOf.length) return
    throw new AmsError('no-page', 'from', `expected pages below ${member.frameOf.length}, got ${from} and ${count - 1} more`)
  }

  private add(member: Member, from: number, count: number): void {
    for (let page = from; page < from + count; page++) {
      if (member.frameOf[page] !== PAGE.OUTSIDE) continue
      member.frameOf[page] = PAGE.ABSENT
      member.logicalPages++
    }
    this.resetDonations()
  }

  private checkEntitlements(more: number, size: number): void {
    let entitled = more
    for (const member of this.members) entitled += member?.ioEntitledPages ?? 0
    if (entitled < size) return
    throw new AmsError('over-committed', 'ioEntitledPages', `${entitled} pages of I/O entitlement leave no other frame of ${size}`)
  }

  private setMarks(): void {
    const { marks, size } = this
    this.pager.low = (marks === null ? 0 : marks.low * size) + this.pager.raised
    this.pager.high = (marks === null ? 0 : marks.high * size) + this.pager.raised
  }

  private resetDonations(): void {
    firstDonations(
      this.members.filter((member) => member !== undefined),
      this.overagePages,
    )
  }
}
