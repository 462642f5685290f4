// The pager of one pool: what happens to a page between a touch, a fault, the paging device and the free list. Every change of a page's
// place is here; who joins and what partitions say of their pages is shared-memory-pool.ts, who loses a frame the policy's.

import type { Handler, Simulation } from '@powersim/kernel'
import { Digest } from '@powersim/kernel'
import type { PagingPort, PagingTransfer } from '@powersim/protocol'
import type { PoolView, ReplacementPolicy, ReplacementPolicyFactory } from '../replacement-policy.js'
import { TOUCH } from '../terms.js'
import type { FaultListener, TouchOutcome } from '../terms.js'
import { FRAME, FrameTable } from './frame-table.js'
import { PAGE, PAGE_FLAG } from './member.js'
import type { Member } from './member.js'
import type { MergedPages } from './merged-pages.js'
import { Transfers, TRANSFER } from './transfers.js'
import type { Transfer } from './transfers.js'

const { REFERENCED, ACCESSED, COPIED, CRITICAL, PINNED, MOVING, WRITING, MERGED } = FRAME
const TOUCHED = REFERENCED | ACCESSED
const BARRED = PINNED | MOVING | WRITING
/** Bits that page and frame share. */
const KEPT = CRITICAL | WRITING
const { PAGED, LOANED } = PAGE

export interface PagerOptions {
  readonly name: string
  readonly capacity: number
  /** Frames that are the pool's at first. */
  readonly size: number
  readonly replacement: ReplacementPolicyFactory
  readonly device: PagingPort
  readonly faultLimit: number
  readonly pageOutLimit: number
}

export class Pager implements PoolView {
  readonly frames: FrameTable
  /** By id; one that has left leaves a hole. */
  readonly members: (Member | undefined)[] = []
  /** Folds every page that comes and goes. */
  readonly digest = new Digest()
  readonly transfers = new Transfers()
  readonly policy: ReplacementPolicy
  listener: FaultListener | null = null
  readonly pageOutLimit: number
  /** Null: no pages are ever merged. */
  merged: MergedPages | null = null
  /** Free frames at which taking begins, and that end it. */
  low = 0
  high = 1
  /** Frames that both marks are raised by, and low-memory events that end it (H_MO_PERF). */
  raised = 0
  lows = 0
  /** Frames that leave the pool as soon as they are free. */
  surplus = 0
  private readonly simulation: Simulation
  private readonly device: PagingPort
  private readonly faultLimit: number
  private readonly written: Handler<PagingTransfer>
  private readonly restored: Handler<PagingTransfer>
  private taking = false
  /** The free list has not been filled to its high mark yet: there was no room for more page-outs. */
  private filling = false
  private serving = false

  constructor(simulation: Simulation, { name, capacity, size, replacement, device, faultLimit, pageOutLimit }: PagerOptions) {
    this.simulation = simulation
    this.device = device
    this.faultLimit = faultLimit
    this.pageOutLimit = pageOutLimit
    this.frames = new FrameTable(capacity)
    this.frames.extend(size)
    this.policy = replacement.make(this, simulation.stream('ams.replacement', name))
    this.written = simulation.handler<PagingTransfer>(`${name}.written`, (transfer) => this.writeEnded(this.own(transfer)))
    this.restored = simulation.handler<PagingTransfer>(`${name}.restored`, (transfer) => this.readEnded(this.own(transfer)))
  }

  takeable(frame: number, critical: boolean): boolean {
    const bits = this.frames.flags[frame]!
    if ((bits & BARRED) !== 0 || (!critical && (bits & CRITICAL) !== 0)) return false
    if ((bits & MERGED) !== 0) return this.merged?.takeable(frame) ?? false
    return !this.members[this.frames.owner[frame]!]!.pagingFailed
  }

  /** A touch of a page that has no frame which could be touched. */
  fault(member: Member, page: number, written: number): TouchOutcome {
    const place = member.frameOf[page]!
    if (place <= PAGE.TRANSFER) return this.touchMoving(this.transfers.records[PAGE.TRANSFER - place]!, written)
    const { frames, transfers } = this
    if (transfers.faults >= this.faultLimit) {
      member.refusedFaults++
      return TOUCH.REFUSED
    }
    member.faults++
    if (place === LOANED) member.loaned--
    if (frames.free <= this.low) {
      if (this.raised > 0 && --this.lows <= 0) this.raise(0)
      this.takeFrames(1)
    }
    const paged = place === PAGED
    if (frames.free > 0 && transfers.waiting === 0) {
      const frame = frames.take()
      if (paged) return this.settled(this.read(this.beginFault(member, page, written, true), frame))
      this.load(member, page, frame, written, 0)
      member.zeroFills++
      return TOUCH.ZERO_FILLED
    }
    const transfer = this.beginFault(member, page, written, paged)
    transfers.line(transfer)
    this.takeFrames(0)
    return this.settled(transfer)
  }

  /** Both marks lie so many frames above their base. */
  raise(frames: number): void {
    this.low += frames - this.raised
    this.high += frames - this.raised
    this.raised = frames
  }

  /** Takes frames until the free list is at its high mark and nobody waits, as far as there are any. `need`: frames that are wanted now. */
  takeFrames(need: number): void {
    if (this.taking) return
    this.taking = true
    this.filling = true
    this.policy.begin()
    const { frames, transfers } = this
    while (transfers.writing < this.pageOutLimit) {
      const urgent = need + transfers.waiting + this.surplus
      const coming = frames.free + transfers.leaving
      if (coming >= this.high + urgent) {
        this.filling = false
        break
      }
      const frame = this.policy.victim(coming < urgent)
      if (frame === -1) {
        this.filling = false
        break
      }
      if ((frames.flags[frame]! & MERGED) === 0) this.expropriate(frame)
      else this.merged?.takeApart(frame)
    }
    this.taking = false
  }

  /** A frame that holds nothing any more: for whoever waits, or for the free list. */
  release(frame: number): void {
    this.frames.give(frame)
    if (this.surplus > 0) {
      this.surplus--
      this.frames.withdraw()
    } else if (this.transfers.waiting > 0) this.serve()
  }

  /** Frames came free in numbers, or the goal has changed. */
  serve(): void {
    if (this.serving) return
    this.serving = true
    const { frames, transfers } = this
    while (frames.free > 0) {
      const transfer = transfers.nextInLine()
      if (transfer === null) break
      const frame = frames.take()
      if (transfer.paged) this.read(transfer, frame)
      else {
        this.load(transfer.owner, transfer.page, frame, transfer.written, 0)
        transfer.owner.zeroFills++
        this.endFault(transfer, TOUCH.ZERO_FILLED)
      }
    }
    this.serving = false
    this.relieve()
  }

  /** The page loses whatever place it has, and its content with it: it is `place` (ABSENT, LOANED, OUTSIDE) from now on. */
  give(member: Member, page: number, place: number): void {
    const was = member.frameOf[page]!
    member.frameOf[page] = place
    if (place === LOANED) member.loaned++
    if (was >= 0 && (this.frames.flags[was]! & MERGED) !== 0) {
      this.merged?.leave(member, page, was)
      this.relieve()
    } else if (was >= 0) {
      this.merged?.forgetCopy(member, page)
      this.unload(member, was)
      if (!this.abandonWrite(was)) this.release(was)
    } else if (was <= PAGE.TRANSFER) this.abandon(this.transfers.records[PAGE.TRANSFER - was]!)
    else if (was === LOANED) member.loaned--
    else if (was === PAGED) {
      member.paged--
      this.device.discard(member.id, page)
    }
  }

  /** A page may be takeable that was not: for whoever waits. */
  relieve(): void {
    if (this.transfers.waiting > 0 || this.surplus > 0) this.takeFrames(0)
  }

  /** A write of some member has failed before, and paging may work again: its pages may be taken. */
  retry(member: Member): void {
    member.pagingFailed = false
    if (this.frames.free <= this.low || this.transfers.waiting > 0) this.takeFrames(0)
  }

  private touchMoving(transfer: Transfer, written: number): TouchOutcome {
    if (transfer.kind !== TRANSFER.WRITING) {
      if (written !== 0) transfer.written = written
      return TOUCH.PENDING
    }
    // It is still there: it keeps its frame. The copy under way counts only if its content is the page's when it ends.
    const member = transfer.owner
    transfer.kind = TRANSFER.RESCUED
    this.transfers.leaving--
    member.rescued++
    this.load(member, transfer.page, transfer.frame, written, this.frames.stamp[transfer.frame]!)
    return TOUCH.HIT
  }

  private expropriate(frame: number): void {
    const { frames, transfers } = this
    const member = this.members[frames.owner[frame]!]!
    const page = frames.page[frame]!
    const bits = frames.flags[frame]!
    this.unload(member, frame)
    member.expropriated++
    if ((bits & COPIED) !== 0) {
      member.frameOf[page] = PAGED
      member.paged++
      this.release(frame)
      return
    }
    member.pageFlags[page] = member.pageFlags[page]! | PAGE_FLAG.WRITING
    transfers.leaving++
    this.copyOut(TRANSFER.WRITING, member, page, frame)
  }

  /** Copies a page to paging space: one that is being taken, or (LEAVING) will leave a frame that it shares. */
  copyOut(kind: number, member: Member, page: number, frame: number): void {
    const transfer = this.transfers.begin(kind, member, page, frame, this.simulation.now)
    transfer.stamp = this.frames.stamp[frame]!
    if (kind === TRANSFER.WRITING) member.frameOf[page] = PAGE.TRANSFER - transfer.index
    this.transfers.writing++
    member.pageOuts++
    this.device.write(transfer, this.written)
  }

  /** Puts a page into a frame, touched. `stamp` is its content, unless that is `written` now. */
  load(member: Member, page: number, frame: number, written: number, stamp: number): void {
    const { frames } = this
    frames.owner[frame] = member.id
    frames.page[frame] = page
    frames.stamp[frame] = written === 0 ? stamp : written
    frames.flags[frame] = TOUCHED | (member.pageFlags[page]! & KEPT)
    member.frameOf[page] = frame
    member.backed++
    this.policy.loaded(frame)
    this.digest.foldEvent(page, 0, member.id)
  }

  /** A page leaves its frame, which is the pool's to use, or a transfer's. */
  private unload(member: Member, frame: number): void {
    const { frames } = this
    const page = frames.page[frame]!
    const bits = frames.flags[frame]!
    if ((bits & ACCESSED) !== 0) member.pageFlags[page] = member.pageFlags[page]! | PAGE_FLAG.ACCESSED
    frames.flags[frame] = MOVING
    member.backed--
    this.policy.freed(frame)
    this.digest.foldEvent(page, 1, member.id)
  }

  private beginFault(member: Member, page: number, written: number, paged: boolean): Transfer {
    const transfer = this.transfers.begin(TRANSFER.WAITING, member, page, -1, this.simulation.now)
    transfer.written = written
    transfer.paged = paged
    transfer.within = true
    this.transfers.faults++
    member.incoming++
    member.frameOf[page] = PAGE.TRANSFER - transfer.index
    return transfer
  }

  private read(transfer: Transfer, frame: number): Transfer {
    transfer.kind = TRANSFER.READING
    transfer.frame = frame
    this.device.read(transfer, this.restored)
    return transfer
  }

  /** What a touch says whose fault may have ended at once. */
  private settled(transfer: Transfer): TouchOutcome {
    transfer.within = false
    if (transfer.kind !== TRANSFER.IDLE) return TOUCH.PENDING
    this.transfers.end(transfer)
    return transfer.outcome
  }

  private endFault(transfer: Transfer, outcome: TouchOutcome): void {
    const { page, within } = transfer
    const member = transfer.owner
    this.transfers.faults--
    member.incoming--
    member.waits++
    member.waitNs += this.simulation.now - transfer.startedNs
    transfer.outcome = outcome
    transfer.kind = TRANSFER.IDLE
    if (within) return
    this.transfers.end(transfer)
    this.listener?.resolved(member.id, page, outcome)
  }

  private readEnded(transfer: Transfer): void {
    const { frame, page, failed, kind } = transfer
    const member = transfer.owner
    if (kind === TRANSFER.ABANDONED) {
      this.transfers.leaving--
      this.transfers.end(transfer)
      this.release(frame)
    } else if (failed) {
      member.frameOf[page] = PAGED
      member.failedFaults++
      this.release(frame)
      this.endFault(transfer, TOUCH.FAILED)
    } else {
      this.load(member, page, frame, transfer.written, transfer.stamp)
      if (transfer.written === 0) this.frames.flags[frame] = this.frames.flags[frame]! | COPIED
      member.paged--
      member.pageIns++
      this.endFault(transfer, TOUCH.PAGED_IN)
    }
    this.relieve()
  }

  private writeEnded(transfer: Transfer): void {
    const { frame, page, failed, kind, stamp } = transfer
    const { frames, transfers } = this
    const member = transfer.owner
    member.pageFlags[page] = member.pageFlags[page]! & ~PAGE_FLAG.WRITING
    member.pagingFailed = failed
    transfers.writing--
    transfers.end(transfer)
    const place = member.frameOf[page]!
    if (kind === TRANSFER.ABANDONED) {
      if (place >= 0) frames.flags[place] = frames.flags[place]! & ~WRITING
      transfers.leaving--
      if (!failed) this.device.discard(member.id, page)
      this.release(frame)
    } else if (kind === TRANSFER.FORGOTTEN) {
      if (place >= 0) frames.flags[place] = frames.flags[place]! & ~WRITING
      if (!failed) this.device.discard(member.id, page)
    } else if (kind === TRANSFER.LEAVING) this.merged?.copied(transfer)
    else if (kind === TRANSFER.RESCUED) {
      const copied = !failed && frames.stamp[frame] === stamp ? COPIED : 0
      frames.flags[frame] = (frames.flags[frame]! & ~WRITING) | copied
    } else {
      transfers.leaving--
      if (failed) this.load(member, page, frame, 0, frames.stamp[frame]!)
      else {
        member.frameOf[page] = PAGED
        member.paged++
        this.release(frame)
      }
    }
    if (this.filling) this.takeFrames(0)
    else this.relieve()
  }

  /** The page of a transfer is given up. */
  private abandon(transfer: Transfer): void {
    const { kind, page, paged } = transfer
    const member = transfer.owner
    transfer.kind = TRANSFER.ABANDONED
    if (kind === TRANSFER.WRITING) return
    this.transfers.faults--
    member.incoming--
    member.abandonedFaults++
    if (kind === TRANSFER.READING) this.transfers.leaving++
    if (!paged) return
    member.paged--
    this.device.discard(member.id, page)
  }

  /** True: the frame is being copied, and is free when that has ended. */
  private abandonWrite(frame: number): boolean {
    for (const transfer of this.transfers.records) {
      if (transfer.kind !== TRANSFER.RESCUED || transfer.frame !== frame) continue
      transfer.kind = TRANSFER.ABANDONED
      this.transfers.leaving++
      return true
    }
    return false
  }

  private own(transfer: PagingTransfer): Transfer {
    // The device was given a Transfer.
    return transfer as Transfer
  }
}
