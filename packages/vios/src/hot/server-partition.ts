// The one door from a virtual I/O server to its partition's processor, memory and hypervisor. What hypercalls cost is a debt that the next
// piece of work pays. The information units of its commands are here too: by the command's number, in pages of its own memory.

import type { Handler, Simulation } from '@powersim/kernel'
import { type GuestPort, H_Closed, H_PUT_TCE, SRP_MAX_IU_BYTES } from '@powersim/protocol'

/** Pages of the server's memory that it uses: information units from here on, then buffers for copied data. */
const FIRST_PAGE = 256
export const PAGE = 4096
const UNITS_PER_PAGE = PAGE / SRP_MAX_IU_BYTES
/** Information units, in an adapter's own window, behind its queue. */
export const UNITS_IOBA = 0x1000
const READ_WRITE = 3

export class ServerPartition {
  guest: GuestPort | null = null
  /** First value that the last hypercall returned. */
  r4 = 0
  private readonly simulation: Simulation
  private readonly views: (DataView | undefined)[]
  private debtNs = 0

  constructor(simulation: Simulation, commandLimit: number) {
    this.simulation = simulation
    this.views = new Array<DataView | undefined>(Math.ceil(commandLimit / UNITS_PER_PAGE)).fill(undefined)
  }

  /** First page of memory behind the information units. */
  get firstFreePage(): number {
    return FIRST_PAGE + this.views.length
  }

  begin(guest: GuestPort): void {
    this.guest = guest
    this.debtNs = 0
    for (let page = 0; page < this.views.length; page++) this.views[page] = guest.memory.bytes(FIRST_PAGE + page)
  }

  /** Opens the information units to an adapter's window. */
  mapUnits(liobn: number): void {
    this.mapPages(liobn, UNITS_IOBA, FIRST_PAGE, this.views.length)
  }

  mapPages(liobn: number, ioba: number, page: number, count: number): void {
    for (let n = 0; n < count; n++) this.call(H_PUT_TCE, liobn, ioba + n * PAGE, (page + n) * PAGE + READ_WRITE)
  }

  /** Page with the information unit of a command, which is at `offsetOf` there. */
  unit(command: number): DataView {
    const view = this.views[Math.floor(command / UNITS_PER_PAGE)]
    this.simulation.invariant(view !== undefined, 'vios: its information units are in memory that it has')
    return view
  }

  offsetOf(command: number): number {
    return (command % UNITS_PER_PAGE) * SRP_MAX_IU_BYTES
  }

  /** Runs work and all debt on the partition's processor. Nothing happens while the partition is gone. */
  run<A>(workNs: number, then: Handler<A>, argument: A): void {
    const debtNs = this.debtNs
    this.debtNs = 0
    this.guest?.run(workNs + debtNs, then, argument)
  }

  call(token: number, a1 = 0, a2 = 0, a3 = 0, a4 = 0, a5 = 0): number {
    const { guest } = this
    if (guest === null) return H_Closed
    const result = guest.hypercall(token, a1, a2, a3, a4, a5)
    this.debtNs += result.costNs
    this.r4 = result.r4
    return result.code
  }
}
