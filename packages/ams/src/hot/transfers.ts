// Pages on their way: faults that wait for a frame or for paging space, and copies being written out. Records are used again, so that a
// fault makes no garbage once there were as many at a time before.

import type { PagingTransfer } from '@powersim/protocol'
import type { TouchOutcome } from '../terms.js'
import type { Member } from './member.js'

/**
 * What a transfer is. WAITING -> READING or gone: a fault, first without a frame. WRITING: a page being taken; -> RESCUED when it is
 * touched; -> ABANDONED when its page is given up. READING -> ABANDONED too. Those keep their frame until the device is done with it.
 * LEAVING: the copy of a page that will leave a frame it shares, and is there until then; -> FORGOTTEN when it is not there any more.
 */
export const TRANSFER = { IDLE: 0, WAITING: 1, READING: 2, WRITING: 3, RESCUED: 4, ABANDONED: 5, LEAVING: 6, FORGOTTEN: 7 } as const

export class Transfer implements PagingTransfer {
  readonly index: number
  member = 0
  page = 0
  stamp = 0
  failed = false
  owner: Member
  kind: number = TRANSFER.IDLE
  frame = -1
  /** Stamp that the touch wants to write; 0: it reads. */
  written = 0
  /** A fault: the content is in paging space. */
  paged = false
  /** A fault whose touch has not returned yet: the outcome is for it, and not for the listener. */
  within = false
  outcome: TouchOutcome = 0
  /** In its line, the next one; -1: the last. */
  next = -1
  startedNs = 0.5

  constructor(index: number, owner: Member) {
    this.index = index
    this.owner = owner
  }
}

export class Transfers {
  readonly records: Transfer[] = []
  /** Writes under way, of any kind; faults; frames that will be free when their transfer ends. */
  writing = 0
  faults = 0
  leaving = 0
  /** Faults in the line for a frame; those given up stay in it, ABANDONED, until it is their turn. */
  waiting = 0
  private readonly idle: Transfer[] = []
  private first = -1
  private last = -1

  begin(kind: number, owner: Member, page: number, frame: number, startedNs: number): Transfer {
    const transfer = this.idle.pop() ?? this.made(owner)
    transfer.kind = kind
    transfer.owner = owner
    transfer.member = owner.id
    transfer.page = page
    transfer.frame = frame
    transfer.startedNs = startedNs
    transfer.stamp = 0
    transfer.written = 0
    transfer.paged = false
    transfer.failed = false
    return transfer
  }

  end(transfer: Transfer): void {
    transfer.kind = TRANSFER.IDLE
    this.idle.push(transfer)
  }

  /** Puts a fault at the end of the line for frames. */
  line(transfer: Transfer): void {
    transfer.next = -1
    if (this.last === -1) this.first = transfer.index
    else this.records[this.last]!.next = transfer.index
    this.last = transfer.index
    this.waiting++
  }

  /** The first fault of the line that is still one, out of it; or null. */
  nextInLine(): Transfer | null {
    while (this.first !== -1) {
      const transfer = this.records[this.first]!
      this.first = transfer.next
      if (this.first === -1) this.last = -1
      this.waiting--
      if (transfer.kind === TRANSFER.WAITING) return transfer
      this.end(transfer)
    }
    return null
  }

  private made(owner: Member): Transfer {
    const transfer = new Transfer(this.records.length, owner)
    this.records.push(transfer)
    return transfer
  }
}
