// Transfers of devices as a test follows them: whose memory each was meant for, a stamp for every one that lands, and what new blocks look
// like. Outside of what it checks: it asks the PLIC only who owns a frame and what is in it.

import type { Plic } from '../src/index.js'
import { PAGE } from './plic-bench-machine.js'

export class DmaWatch {
  readonly transfers: { id: number; frame: number; owner: number }[] = []
  stamp = 0
  private readonly plic: Plic

  constructor(plic: Plic) {
    this.plic = plic
  }

  /** A device starts to write a page of `owner`'s memory through a window. */
  begin(liobn: number, ioba: number, owner: number): void {
    const { transfers } = this.plic.tces
    const table = this.plic.tces.tableOf(liobn)!
    const id = transfers.start(liobn, ioba, PAGE, true)
    if (id < 0) return
    table.look(table.indexOf(ioba))
    this.transfers.push({ id, frame: frameOf(table), owner })
  }

  /** Bytes land where they were meant to, in memory that is still the same partition's, or nowhere. */
  end(more: number): void {
    const { plic } = this
    const [transfer] = this.transfers.splice(more % Math.max(1, this.transfers.length), 1)
    if (transfer === undefined) return
    if (!plic.tces.transfers.write(transfer.id, 0, ++this.stamp)) return
    holds(plic.memory.ownerOf(transfer.frame) === transfer.owner, "bytes land in memory that is still its owner's")
    holds(plic.contents.stampOf(transfer.frame) === this.stamp, 'bytes land where they were meant to')
    holds(plic.tces.transfers.finish(transfer.id), 'a transfer that is under way ends once')
  }

  /** Whether one that was meant for a partition is under way. */
  moves(owner: number): boolean {
    return this.transfers.some((transfer) => transfer.owner === owner && this.plic.tces.transfers.read(transfer.id, 0) >= 0)
  }

  /** A block that a partition has just got. */
  seeZeros(lparId: number, lmb: number, pagesPerBlock: number): void {
    const memory = this.plic.hypercalls.memory(lparId)
    for (let page = 0; page < pagesPerBlock; page++) holds(memory.stamp(lmb * pagesPerBlock + page) <= 0, 'a new block is zeros')
  }
}

/** Frame of the entry that a window has looked at. */
export function frameOf({ high, low }: { readonly high: number; readonly low: number }): number {
  return (high >>> 0) * 2 ** 20 + (low >>> 12)
}

export function holds(ok: boolean, what: string): void {
  if (!ok) throw new Error(`expected: ${what}`)
}
