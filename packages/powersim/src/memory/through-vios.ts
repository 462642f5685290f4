// A paging device behind a paging VIOS, for what-ifs without a machine: every operation first takes the VIOS's time, one after the other.
// The whole path, with its queues and its processors, is in a managed system.

import type { PagingDisk } from '@powersim/ams'
import { type Handler, ms, type Simulation, Station } from '@powersim/kernel'
import type { PagingPort, PagingTransfer } from '@powersim/protocol'

export class ThroughVios implements PagingPort {
  private readonly disk: PagingDisk
  private readonly station: Station
  private readonly serviceNs: number
  private readonly written: Handler<PagingTransfer>
  private readonly fetched: Handler<PagingTransfer>
  private writeDone: Handler<PagingTransfer> | null = null
  private readDone: Handler<PagingTransfer> | null = null
  private timed = true

  constructor(simulation: Simulation, disk: PagingDisk, serviceMs: number) {
    this.disk = disk
    this.serviceNs = Math.round(ms(serviceMs))
    this.station = new Station(simulation, { name: 'vios', servers: 1 })
    this.written = simulation.handler<PagingTransfer>('vios.write', (transfer) => {
      if (this.writeDone !== null) disk.write(transfer, this.writeDone)
    })
    this.fetched = simulation.handler<PagingTransfer>('vios.read', (transfer) => {
      if (this.readDone !== null) disk.read(transfer, this.readDone)
    })
  }

  write(transfer: PagingTransfer, done: Handler<PagingTransfer>): void {
    this.writeDone = done
    if (this.timed) this.station.submit(this.serviceNs, this.written, transfer)
    else this.disk.write(transfer, done)
  }

  read(transfer: PagingTransfer, done: Handler<PagingTransfer>): void {
    this.readDone = done
    if (this.timed) this.station.submit(this.serviceNs, this.fetched, transfer)
    else this.disk.read(transfer, done)
  }

  discard(): void {}

  /** As of the disk. */
  setTimed(timed: boolean): void {
    this.timed = timed
    this.disk.setTimed(timed)
  }
}
