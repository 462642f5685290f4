// Active Memory Deduplication: frames whose content is the same become one, which several pages share until one of them is written. Here
// are the search, the merging, and the ways in which a page leaves a frame that it shares. When the search runs is its owner's affair.
// It costs a list a merged frame; a pool without it has none of this.

import { TOUCH } from '../terms.js'
import type { FrameComparison, TouchOutcome } from '../terms.js'
import { FRAME } from './frame-table.js'
import { PAGE, PAGE_FLAG } from './member.js'
import type { Member } from './member.js'
import type { Pager } from './pager.js'
import { TRANSFER } from './transfers.js'
import type { Transfer } from './transfers.js'

const { REFERENCED, ACCESSED, COPIED, CRITICAL, PINNED, MOVING, WRITING, MERGED } = FRAME
const TOUCHED = REFERENCED | ACCESSED
const UNFIT = PINNED | MOVING | WRITING
const EMPTY = -1
/** Pages that may share a frame: what walks over them costs. */
const MAX_SHARERS = 256

/** A page that shares a frame. */
export interface Sharer {
  readonly member: Member
  readonly page: number
}

export class MergedPages {
  /** By frame that two pages or more share: all of them. The first one is that of the frame table. */
  readonly sharers = new Map<number, Sharer[]>()
  /** Frames that merging saves now. */
  saved = 0
  /** Frames looked at, pages merged, and pages that got a frame of their own again to be written, so far. */
  looked = 0
  merges = 0
  parted = 0
  private readonly pager: Pager
  private readonly contents: FrameComparison
  /** By signature: a frame that had such content. The newest one stays. */
  private readonly table: Int32Array
  private hand = 0

  constructor(pager: Pager, tableEntries: number, contents: FrameComparison | undefined) {
    this.pager = pager
    const { stamp } = pager.frames
    this.contents = contents ?? {
      signature: (frame) => stamp[frame]!,
      equal: (one, other) => stamp[one] === stamp[other],
      copy: () => {},
    }
    this.table = new Int32Array(tableEntries).fill(EMPTY)
  }

  /** Looks at so many frames of the pool, from where it stopped, and merges each with one that holds the same, if it knows one. */
  search(frames: number): void {
    const { flags, capacity } = this.pager.frames
    for (let left = Math.min(frames, capacity); left > 0; left--) {
      const frame = this.hand
      this.hand = frame + 1 === capacity ? 0 : frame + 1
      if ((flags[frame]! & UNFIT) !== 0) continue
      this.looked++
      const entry = (this.contents.signature(frame) >>> 0) % this.table.length
      const known = this.table[entry]!
      if (known === EMPTY || known === frame || (flags[known]! & UNFIT) !== 0 || !this.contents.equal(known, frame)) {
        this.table[entry] = frame
      } else if (!this.merge(known, frame)) this.table[entry] = frame
    }
  }

  /** Whether a frame that is shared may be taken apart. */
  takeable(frame: number): boolean {
    for (const { member } of this.pagesOf(frame)) if (member.pagingFailed) return false
    return true
  }

  /** A page that shares its frame gets one of its own, with the same content. False: no frame is free; it was asked for. */
  part(member: Member, page: number): boolean {
    const { pager } = this
    const { frames, transfers } = pager
    if (frames.free <= pager.low) pager.takeFrames(1)
    const frame = member.frameOf[page]!
    // Taking frames may have taken this one apart.
    if (frame < 0) return false
    if ((frames.flags[frame]! & MERGED) === 0) return true
    if (frames.free === 0 || transfers.waiting > 0) return false
    const own = frames.take()
    this.contents.copy(frame, own)
    const stamp = frames.stamp[frame]!
    this.leave(member, page, frame)
    pager.load(member, page, own, 0, stamp)
    this.parted++
    return true
  }

  /** A write to a page that shares its frame. REFUSED: there is no frame for it now. */
  write(member: Member, page: number, written: number): TouchOutcome {
    if (!this.part(member, page)) return TOUCH.REFUSED
    const { frames, policy } = this.pager
    const frame = member.frameOf[page]!
    frames.flags[frame] = (frames.flags[frame]! | TOUCHED) & ~COPIED
    frames.stamp[frame] = written
    if (policy.watchesTouches) policy.touched(frame)
    return TOUCH.HIT
  }

  /** A page leaves the frame that it shares, and is nowhere. */
  leave(member: Member, page: number, frame: number): void {
    const { pager } = this
    const list = this.pagesOf(frame)
    for (let at = list.length - 1; at >= 0; at--) {
      const one = list[at]
      if (one?.member === member && one.page === page) list.splice(at, 1)
    }
    if ((pager.frames.flags[frame]! & ACCESSED) !== 0) member.pageFlags[page] = member.pageFlags[page]! | PAGE_FLAG.ACCESSED
    member.backed--
    member.merged--
    this.saved--
    pager.digest.foldEvent(page, 1, member.id)
    this.forgetCopy(member, page)
    this.settle(frame)
  }

  /** Flags of a frame by the pages that share it now; when only one is left, it is a frame like any other. */
  settle(frame: number): void {
    const { frames } = this.pager
    const list = this.pagesOf(frame)
    const [first] = list
    if (first === undefined) return
    frames.owner[frame] = first.member.id
    frames.page[frame] = first.page
    let kept = 0
    for (const { member, page } of list) kept |= member.pageFlags[page]! & (CRITICAL | WRITING)
    const merged = list.length > 1 ? MERGED : 0
    frames.flags[frame] = (frames.flags[frame]! & TOUCHED) | kept | merged
    if (merged !== 0) return
    first.member.merged--
    this.sharers.delete(frame)
  }

  /** All pages but one of a frame, as many as may be written at a time, are copied to paging space, and leave it when they are there. */
  takeApart(frame: number): void {
    const { pager } = this
    const { frames } = pager
    const room = Math.max(1, pager.pageOutLimit - pager.transfers.writing)
    for (const { member, page } of this.pagesOf(frame).slice(1, 1 + room)) {
      member.pageFlags[page] = member.pageFlags[page]! | PAGE_FLAG.WRITING
      frames.flags[frame] = frames.flags[frame]! | WRITING
      pager.copyOut(TRANSFER.LEAVING, member, page, frame)
    }
  }

  /** The copy of a page that shares its frame, or did so, has ended; the page is still in that frame. */
  copied({ owner, page, frame, failed, stamp }: Transfer): void {
    const { frames } = this.pager
    if ((frames.flags[frame]! & MERGED) === 0) {
      const same = !failed && frames.stamp[frame] === stamp ? COPIED : 0
      frames.flags[frame] = (frames.flags[frame]! & ~WRITING) | same
    } else if (failed) this.settle(frame)
    else {
      this.leave(owner, page, frame)
      owner.frameOf[page] = PAGE.PAGED
      owner.paged++
      owner.expropriated++
    }
  }

  /** Whatever copy of the page is under way for its leaving a frame is of no use any more. */
  forgetCopy(member: Member, page: number): void {
    if ((member.pageFlags[page]! & PAGE_FLAG.WRITING) === 0) return
    for (const transfer of this.pager.transfers.records) {
      if (transfer.kind === TRANSFER.LEAVING && transfer.owner === member && transfer.page === page) transfer.kind = TRANSFER.FORGOTTEN
    }
  }

  /** The pages of `frame` share `into` from now on; false if they are too many. */
  private merge(into: number, frame: number): boolean {
    const { pager, sharers } = this
    const { frames } = pager
    const list = sharers.get(into) ?? this.alone(into)
    const coming = sharers.get(frame) ?? this.alone(frame)
    if (list.length + coming.length > MAX_SHARERS) return false
    for (const pages of [list, coming]) if (pages.length === 1) for (const { member } of pages) member.merged++
    sharers.set(into, list)
    sharers.delete(frame)
    for (const sharer of coming) {
      list.push(sharer)
      sharer.member.frameOf[sharer.page] = into
      pager.digest.foldEvent(sharer.page, 2, sharer.member.id)
    }
    this.merges += coming.length
    this.saved++
    frames.flags[into] = frames.flags[into]! | (frames.flags[frame]! & TOUCHED)
    this.settle(into)
    frames.flags[frame] = MOVING
    pager.policy.freed(frame)
    pager.release(frame)
    return true
  }

  /** The pages of a frame that is shared. */
  private pagesOf(frame: number): Sharer[] {
    return this.sharers.get(frame) ?? []
  }

  /** The page of one that is not. */
  private alone(frame: number): Sharer[] {
    const { frames, members } = this.pager
    const member = members[frames.owner[frame]!]
    return member === undefined ? [] : [{ member, page: frames.page[frame]! }]
  }
}
