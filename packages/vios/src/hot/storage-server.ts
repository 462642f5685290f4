// A virtual I/O server's end of its clients' storage: interrupts, queues, logins. What becomes of a command is command-work.ts.
// A client's login ends with a transport event or a new handshake; the next one is let in when all commands of the last one are done, so
// that nothing of an old login reaches a disk after a new one has begun. Hot: one event for an interrupt, no object.

import type { Handler, Simulation } from '@powersim/kernel'
import {
  CRQ_COMMAND,
  CRQ_INIT,
  CRQ_INIT_COMPLETE,
  CRQ_INIT_START,
  CRQ_PAGE_BYTES,
  CRQ_TRANSPORT_EVENT,
  type GuestPort,
  H_Closed,
  H_COPY_RDMA,
  H_EOI,
  H_FREE_CRQ,
  H_REG_CRQ,
  H_SEND_CRQ,
  H_Success,
  H_VIO_SIGNAL,
  H_XIRR,
  readSrpLoginClient,
  readSrpLoginName,
  readSrpTag,
  SRP_CMD,
  SRP_LOGIN_REJ,
  SRP_LOGIN_REQ,
  SRP_LOGIN_RSP,
  SRP_LOGIN_RSP_BYTES,
  SRP_MAX_IU_BYTES,
  srpOpcode,
  VIOSRP_SRP_FORMAT,
  writeSrpLogin,
} from '@powersim/protocol'
import type { ViosParameters } from '../parameters.js'
import { CommandTable } from './command-table.js'
import { type AdapterSettlement, CommandWork } from './command-work.js'
import type { PhysicalAdapter } from './physical-adapter.js'
import type { ServerAdapter } from './server-adapter.js'
import { ServerPartition, UNITS_IOBA } from './server-partition.js'

const QUEUE_IOBA = 0
/** Partition IDs that a login may name (disciplines.ts). */
const MAX_CLIENTS = 1024
const TWO_32 = 4294967296
/** What H_EOI is told of an interrupt: no processor priority, and its source (LoPAR, Interrupt Controller). */
const ANY_PRIORITY = 0xff00_0000
/** Adapters with an interrupt at a time. */
const PENDING_LIMIT = 1024

/** Who decides what a client of virtual Fibre Channel sees. */
export interface FibreLogins {
  loggedIn(adapter: ServerAdapter): void
}

export class StorageServer implements AdapterSettlement {
  readonly work: CommandWork
  readonly commands: CommandTable
  interrupts = 0

  private readonly parameters: ViosParameters
  private readonly adapters: readonly ServerAdapter[]
  private readonly physical: readonly PhysicalAdapter[]
  private readonly fibre: FibreLogins
  private readonly partition: ServerPartition
  private readonly interrupted: Handler<null>
  private queued = false
  /** Sources with an interrupt to be served, in order. */
  private readonly pending = new Int32Array(PENDING_LIMIT)
  private pendingCount = 0

  constructor(
    simulation: Simulation,
    name: string,
    parameters: ViosParameters,
    adapters: readonly ServerAdapter[],
    physical: readonly PhysicalAdapter[],
    commandLimit: number,
    fibre: FibreLogins,
  ) {
    this.parameters = parameters
    this.adapters = adapters
    this.physical = physical
    this.fibre = fibre
    this.commands = new CommandTable(commandLimit)
    this.partition = new ServerPartition(simulation, commandLimit)
    this.work = new CommandWork(simulation, name, parameters, this.partition, adapters, this.commands, this)
    this.interrupted = simulation.handler<null>(`${name}.interrupted`, () => this.serveInterrupts())
  }

  /** The partition is up: maps memory, opens every adapter. */
  begin(guest: GuestPort): void {
    this.partition.begin(guest)
    this.queued = false
    this.pendingCount = 0
    this.commands.clear()
    this.work.clear()
    for (let n = 0; n < this.adapters.length; n++) this.open(this.adapters[n]!)
  }

  /** The partition is gone: nothing that was asked of it comes back. */
  end(): void {
    this.partition.guest = null
    for (let n = 0; n < this.physical.length; n++) this.physical[n]!.reset()
    for (let n = 0; n < this.adapters.length; n++) {
      const adapter = this.adapters[n]!
      adapter.unanswered += adapter.inside
      adapter.inside = 0
      adapter.logout()
      adapter.state = 'closed'
    }
  }

  interrupt(source: number): void {
    const { pending } = this
    if (this.partition.guest === null) return
    for (let n = 0; n < this.pendingCount; n++) if (pending[n] === source) return
    if (this.pendingCount < PENDING_LIMIT) pending[this.pendingCount++] = source
    if (this.queued) return
    this.queued = true
    this.partition.run(this.parameters.interruptNs, this.interrupted, null)
  }

  /** A device is in the adapter's slot: registers its queue, and asks its client to connect. */
  open(adapter: ServerAdapter): void {
    const window = this.partition.guest?.window(adapter.unitAddress)
    if (window === undefined) return
    adapter.queue.reset()
    const { page } = adapter.queue
    if (window.at(QUEUE_IOBA) === undefined) {
      window.map({ ioba: QUEUE_IOBA, bytes: CRQ_PAGE_BYTES, page, content: null, contentBytes: 0 })
    }
    this.partition.mapUnits(adapter.liobn)
    const code = this.partition.call(H_REG_CRQ, adapter.unitAddress, QUEUE_IOBA, CRQ_PAGE_BYTES)
    if (code !== H_Success && code !== H_Closed) return
    adapter.state = 'waiting'
    this.partition.call(H_VIO_SIGNAL, adapter.unitAddress, 1)
    if (code === H_Success) this.send(adapter, CRQ_INIT, CRQ_INIT_START)
  }

  /** The device goes away; its client's commands end unanswered. */
  close(adapter: ServerAdapter): void {
    adapter.logout()
    adapter.state = 'closed'
    this.partition.call(H_FREE_CRQ, adapter.unitAddress)
    adapter.unitAddress = 0
  }

  /** A command of the server is free again. */
  settle(adapter: ServerAdapter): void {
    for (let n = 0; n < this.adapters.length; n++) {
      const starved = this.adapters[n]!
      if (starved.starved) this.interrupt(starved.unitAddress)
    }
    if (!adapter.asked || adapter.inside > 0) return
    adapter.asked = false
    adapter.state = 'connected'
    this.send(adapter, CRQ_INIT, CRQ_INIT_COMPLETE)
  }

  private serveInterrupts(): void {
    const { pending, pendingCount, partition } = this
    if (partition.guest === null) return
    this.queued = false
    this.pendingCount = 0
    for (let n = 0; n < pendingCount; n++) {
      const source = pending[n]!
      this.interrupts++
      partition.call(H_XIRR)
      const adapter = this.adapterOf(source)
      const physical = adapter === null ? this.physicalOf(source) : null
      if (adapter !== null) this.drain(adapter)
      else if (physical !== null) this.work.collect(physical)
      partition.call(H_EOI, ANY_PRIORITY + source)
    }
    this.work.rise()
  }

  private drain(adapter: ServerAdapter): void {
    const { queue } = adapter
    adapter.starved = false
    for (;;) {
      if (this.commands.isFull) {
        adapter.starved = true
        return
      }
      if (!queue.take()) return
      switch (queue.header) {
        case CRQ_INIT:
          if (queue.kind === CRQ_INIT_START) this.connect(adapter)
          else if (adapter.state === 'waiting') adapter.state = 'connected'
          break
        case CRQ_TRANSPORT_EVENT:
          adapter.logout()
          break
        case CRQ_COMMAND:
          if (queue.kind === VIOSRP_SRP_FORMAT) this.receive(adapter, queue.w1 & 0xffff, queue.w2 * TWO_32 + queue.w3)
          break
      }
    }
  }

  /** The client starts: it is answered when nothing of an earlier login is under way. */
  private connect(adapter: ServerAdapter): void {
    adapter.logout()
    adapter.asked = true
    this.settle(adapter)
  }

  private receive(adapter: ServerAdapter, bytes: number, unitIoba: number): void {
    const { commands } = this
    const command = commands.take()
    const length = Math.min(bytes, SRP_MAX_IU_BYTES)
    if (
      this.partition.call(H_COPY_RDMA, length, adapter.remoteLiobn, unitIoba, adapter.liobn, UNITS_IOBA + command * SRP_MAX_IU_BYTES) !==
      H_Success
    ) {
      commands.release(command)
      adapter.unanswered++
      return
    }
    commands.unitIoba[command] = unitIoba
    const view = this.partition.unit(command)
    const at = this.partition.offsetOf(command)
    const opcode = srpOpcode(view, at)
    if (opcode === SRP_LOGIN_REQ) this.loggedIn(adapter, command, view, at)
    else if (opcode === SRP_CMD && adapter.state === 'serving') this.work.take(adapter, command, view, at)
    else {
      commands.release(command)
      adapter.unanswered++
    }
  }

  private loggedIn(adapter: ServerAdapter, command: number, view: DataView, at: number): void {
    const tag = readSrpTag(view, at)
    const client = readSrpLoginClient(view, at)
    const isWelcome = adapter.state === 'connected' && client > 0 && client < MAX_CLIENTS
    if (isWelcome) {
      adapter.state = 'serving'
      adapter.client = client
      adapter.login++
      if (adapter.kind === 'fc') {
        adapter.wwpn = readSrpLoginName(view, at)
        this.fibre.loggedIn(adapter)
      }
    }
    writeSrpLogin(view, at, isWelcome ? SRP_LOGIN_RSP : SRP_LOGIN_REJ, tag, isWelcome ? this.parameters.requestLimit : 0)
    this.work.respond(adapter, command, SRP_LOGIN_RSP_BYTES)
    this.commands.release(command)
  }

  private send(adapter: ServerAdapter, header: number, kind: number): void {
    this.partition.call(H_SEND_CRQ, adapter.unitAddress, ((header << 24) | (kind << 16)) >>> 0)
  }

  private adapterOf(unitAddress: number): ServerAdapter | null {
    const { adapters } = this
    for (let n = 0; n < adapters.length; n++) if (adapters[n]!.unitAddress === unitAddress) return adapters[n]!
    return null
  }

  private physicalOf(source: number): PhysicalAdapter | null {
    const { physical } = this
    for (let n = 0; n < physical.length; n++) if (physical[n]!.source === source) return physical[n]!
    return null
  }
}
