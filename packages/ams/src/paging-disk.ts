// Paging space by itself: one device with a queue and a law of service times, or one that takes no time. It keeps the stamps of the pages.
// The way through a paging VIOS is the hypervisor's.

import type { Handler, KeyedDraws, Law, LawSpec, Simulation, StationStatistics } from '@powersim/kernel'
import { Station } from '@powersim/kernel'
import type { PagingPort, PagingTransfer } from '@powersim/protocol'
import { AmsError } from './errors.js'

/** Copies by member and page; a page's place in an array that grows. */
class Copies {
  private readonly stamps: Int32Array[] = []

  keep(member: number, page: number, stamp: number): void {
    let own = this.stamps[member]
    if (own === undefined || page >= own.length) {
      const larger = new Int32Array(Math.max(page + 1, 2 * (own?.length ?? 512)))
      if (own !== undefined) larger.set(own)
      own = larger
      this.stamps[member] = own
    }
    own[page] = stamp
  }

  of(member: number, page: number): number {
    return this.stamps[member]?.[page] ?? 0
  }
}

/** A device that takes no time: for replaying traces and for tests. */
export class InstantPaging implements PagingPort {
  private readonly simulation: Simulation
  private readonly copies = new Copies()

  constructor(simulation: Simulation) {
    this.simulation = simulation
  }

  write(transfer: PagingTransfer, done: Handler<PagingTransfer>): void {
    this.copies.keep(transfer.member, transfer.page, transfer.stamp)
    this.simulation.call(done, transfer)
  }

  read(transfer: PagingTransfer, done: Handler<PagingTransfer>): void {
    transfer.stamp = this.copies.of(transfer.member, transfer.page)
    this.simulation.call(done, transfer)
  }

  discard(): void {}
}

export interface PagingDiskOptions {
  /** Appears in traces; names its draws. Default `paging`. */
  readonly name?: string
  /** Time of one operation, ns. */
  readonly service: LawSpec
  /** Operations at a time, 1 to 1,024. Default 1. Operations on one page may overtake each other only if it is more. */
  readonly servers?: number
}

const MAX_SERVERS = 1024
const READ_PRIORITY = 0
const WRITE_PRIORITY = 1

/** A paging device with a queue. Reads go before writes, since somebody waits for them: an estimate of what such devices do. */
export class PagingDisk implements PagingPort {
  private readonly simulation: Simulation
  private readonly station: Station
  private readonly law: Law
  private readonly draws: KeyedDraws
  private readonly copies = new Copies()
  private readonly written: Handler<PagingTransfer>
  private readonly restored: Handler<PagingTransfer>
  /** By kind of operation, what the pager gave to be called. One pager uses a device. */
  private writeDone: Handler<PagingTransfer> | null = null
  private readDone: Handler<PagingTransfer> | null = null
  private asked = 0
  private down = false
  private timed = true

  constructor(simulation: Simulation, options: PagingDiskOptions) {
    const { name = 'paging', service, servers = 1 } = options
    if (!Number.isInteger(servers) || servers < 1 || servers > MAX_SERVERS) {
      throw new AmsError('bad-option', 'servers', `expected an integer from 1 to ${MAX_SERVERS}, got ${String(servers)}`)
    }
    this.simulation = simulation
    this.station = new Station(simulation, { name, servers, discipline: 'priority' })
    this.law = simulation.law(service)
    this.draws = simulation.draws('ams.paging', name)
    this.written = simulation.handler<PagingTransfer>(`${name}.written`, (transfer) => {
      transfer.failed = this.down
      if (!this.down) this.copies.keep(transfer.member, transfer.page, transfer.stamp)
      if (this.writeDone !== null) simulation.call(this.writeDone, transfer)
    })
    this.restored = simulation.handler<PagingTransfer>(`${name}.restored`, (transfer) => {
      transfer.failed = this.down
      transfer.stamp = this.copies.of(transfer.member, transfer.page)
      if (this.readDone !== null) simulation.call(this.readDone, transfer)
    })
  }

  write(transfer: PagingTransfer, done: Handler<PagingTransfer>): void {
    this.writeDone = done
    this.submit(transfer, this.written, WRITE_PRIORITY)
  }

  read(transfer: PagingTransfer, done: Handler<PagingTransfer>): void {
    this.readDone = done
    this.submit(transfer, this.restored, READ_PRIORITY)
  }

  discard(): void {}

  /** From now on every operation fails, those under way too; or no longer. */
  setFailed(failed: boolean): void {
    this.down = failed
  }

  /** False: operations take no time, at once and out of line, to bring a pool into a state. True: as they are from the start. */
  setTimed(timed: boolean): void {
    this.timed = timed
  }

  statistics(): StationStatistics {
    return this.station.statistics()
  }

  private submit(transfer: PagingTransfer, then: Handler<PagingTransfer>, priority: number): void {
    if (!this.timed) {
      this.simulation.call(then, transfer)
      return
    }
    const serviceNs = this.law.sample(this.draws.cursor(this.asked++))
    const taken = this.station.submit(serviceNs, then, transfer, priority)
    this.simulation.invariant(taken, 'a paging device has room for all that a pager may ask')
  }
}
