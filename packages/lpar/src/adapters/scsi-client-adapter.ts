// A virtual SCSI client adapter, or one of virtual Fibre Channel, which speaks the same units here: queue, handshake, login, requests
// within the server's limit, and what it does when the server is gone or silent. Which disk an I/O is for, and where it goes next, is
// virtual-disk.ts. States:
//   down -begin-> closed (queue registered) -handshake-> login -accepted-> ready
//   ready, login -transport event, silence-> freeing (H_FREE_CRQ, again while bytes move) -> closed, all I/Os given back
// Nothing that was sent before the queue was freed can reach memory or disk after it: entries of the window are gone with the queue.

import type { Handler, Simulation, Timer } from '@powersim/kernel'
import {
  CRQ_COMMAND,
  CRQ_INIT,
  CRQ_INIT_COMPLETE,
  CRQ_INIT_START,
  CRQ_PAGE_BYTES,
  CRQ_TRANSPORT_EVENT,
  CrqPage,
  emptySrpCommand,
  emptySrpResponse,
  H_Busy,
  H_Closed,
  H_FREE_CRQ,
  H_PUT_TCE,
  H_PUT_TCE_INDIRECT,
  H_REG_CRQ,
  H_SEND_CRQ,
  H_STUFF_TCE,
  H_Success,
  H_VIO_SIGNAL,
  readSrpLoginLimit,
  readSrpResponse,
  SCSI_BLOCK_BYTES,
  SRP_CMD_BYTES,
  SRP_LOGIN_REQ,
  SRP_LOGIN_REQ_BYTES,
  SRP_LOGIN_RSP,
  SRP_MAX_IU_BYTES,
  SRP_RSP,
  srpOpcode,
  VIOSRP_SRP_ENTRY,
  writeSrpCommand,
  writeSrpLogin,
} from '@powersim/protocol'
import { type ClientPartition, PAGE } from './client-partition.js'
import { RequestSlots } from './request-slots.js'
import type { ClientStorageParameters } from './storage-parameters.js'

/** Requests that an adapter has room for; the server may allow less. */
const MAX_REQUESTS = 250
const UNITS_PER_PAGE = PAGE / SRP_MAX_IU_BYTES
/** Pages of information units: one for each request, and one for the login. */
const UNIT_PAGES = Math.ceil((MAX_REQUESTS + 1) / UNITS_PER_PAGE)
const LOGIN_UNIT = MAX_REQUESTS
// Addresses in the adapter's window: queue, information units, buffers.
const QUEUE_IOBA = 0
const UNITS_IOBA = PAGE
const BUFFERS_IOBA = 0x10_0000
const BUFFER_BYTES = 131_072
const READ_WRITE = 3
const TWO_32 = 4294967296
/** I/Os that wait for the server's limit, with those that come back when the path is lost; one more goes elsewhere. */
const WAITING_LIMIT = 4096

export type ClientAdapterState = 'down' | 'closed' | 'login' | 'ready' | 'freeing'

/** Who has the I/Os. */
export interface AdapterUser {
  /** An I/O is answered with a SCSI status. */
  answered(io: number, status: number): void
  /** An I/O has no answer and never will have one from here. */
  lost(io: number): void
  /** The adapter serves, or serves no more. */
  changed(adapter: ScsiClientAdapter): void
  /** Fills in an I/O: command for the server, and first page of its data. */
  describe(io: number, into: ReturnType<typeof emptySrpCommand>): number
}

export class ScsiClientAdapter {
  readonly name: string
  readonly slot: number
  /** Of its device; 0: the partition has none in the slot. */
  unitAddress = 0
  /** It has interrupted, and was not served since. */
  interrupted = false
  readonly queue = new CrqPage()
  /** Counts since the start of the run. */
  sent = 0
  losses = 0
  timeouts = 0

  readonly #simulation: Simulation
  readonly #partition: ClientPartition
  readonly #parameters: ClientStorageParameters
  readonly #user: AdapterUser
  readonly #slots = new RequestSlots(MAX_REQUESTS)
  readonly #waiting = new Int32Array(WAITING_LIMIT)
  readonly #command = emptySrpCommand()
  readonly #response = emptySrpResponse()
  readonly #unitPage: number
  readonly #listPage: number
  readonly #watch: Timer
  readonly #freeTimer: Timer
  #waitingHead = 0
  #waitingCount = 0
  #state: ClientAdapterState = 'down'
  #credit = 0
  #tags = 0
  /** Of virtual Fibre Channel: its port name. */
  #portName = ''
  #heardNs = 0
  /** When the path became suspect; -1: it is not. */
  #suspectNs = -1

  constructor(
    simulation: Simulation,
    name: string,
    slot: number,
    partition: ClientPartition,
    parameters: ClientStorageParameters,
    user: AdapterUser,
  ) {
    this.name = name
    this.slot = slot
    this.#simulation = simulation
    this.#partition = partition
    this.#parameters = parameters
    this.#user = user
    this.#unitPage = partition.takePages(UNIT_PAGES)
    this.#listPage = partition.takePages(1)
    const handler = (what: string, body: () => void): Handler<null> => simulation.handler<null>(`${name}.${what}`, body)
    this.#watch = simulation.timer(
      handler('path-timeout', () => this.#look()),
      null,
    )
    this.#freeTimer = simulation.timer(
      handler('free', () => this.#free()),
      null,
    )
  }

  get state(): ClientAdapterState {
    return this.#state
  }

  /** Requests that the server has. */
  get outstanding(): number {
    return this.#slots.outstanding
  }

  /** A device is in its slot, and the operating system is up. */
  begin(unitAddress: number): void {
    const guest = this.#partition.guest
    const window = guest?.window(unitAddress)
    if (window === undefined) return
    this.unitAddress = unitAddress
    this.#portName = guest?.node(unitAddress)?.wwpns?.[0] ?? ''
    const { page } = this.queue
    if (window.at(QUEUE_IOBA) === undefined) {
      window.map({ ioba: QUEUE_IOBA, bytes: CRQ_PAGE_BYTES, page, content: null, contentBytes: 0 })
    }
    for (let n = 0; n < UNIT_PAGES; n++) {
      this.#partition.call(H_PUT_TCE, this.#liobn, UNITS_IOBA + n * PAGE, (this.#unitPage + n) * PAGE + READ_WRITE)
    }
    this.#register()
  }

  /** Its device is gone, or the operating system with its memory and everything in it. */
  end(): void {
    this.unitAddress = 0
    this.interrupted = false
    this.#watch.stop()
    this.#freeTimer.stop()
    this.#slots.clear()
    this.#waitingCount = 0
    this.#credit = 0
    this.#suspectNs = -1
    this.#state = 'down'
  }

  /** Takes an I/O. False: it does not serve, or too many wait. */
  submit(io: number): boolean {
    if (this.#state !== 'ready') return false
    if (this.#credit > 0 && this.#waitingCount === 0) {
      this.#send(io)
      return true
    }
    if (this.#waitingCount + MAX_REQUESTS >= WAITING_LIMIT) return false
    this.#waiting[(this.#waitingHead + this.#waitingCount++) % WAITING_LIMIT] = io
    return true
  }

  /** Reads what has come. */
  drain(): void {
    const { queue } = this
    while (queue.take()) {
      this.#heardNs = this.#simulation.now
      switch (queue.header) {
        case CRQ_INIT:
          if (queue.kind === CRQ_INIT_START) this.#entry(CRQ_INIT, CRQ_INIT_COMPLETE)
          if (this.#state === 'closed') this.#login()
          break
        case CRQ_TRANSPORT_EVENT:
          this.lose()
          break
        case CRQ_COMMAND:
          this.#answered(queue.w2 * TWO_32 + queue.w3)
          break
      }
      if (this.#state === 'freeing') return
    }
    while (this.#credit > 0 && this.#waitingCount > 0 && this.#state === 'ready') {
      const io = this.#waiting[this.#waitingHead]!
      this.#waitingHead = (this.#waitingHead + 1) % WAITING_LIMIT
      this.#waitingCount--
      this.#send(io)
    }
  }

  /** The server is gone or silent: everything outstanding comes back, and the adapter starts over. */
  lose(): void {
    if (this.#state === 'down' || this.#state === 'freeing') return
    this.losses++
    this.#state = 'freeing'
    this.#watch.stop()
    this.#user.changed(this)
    this.#free()
  }

  get #liobn(): number {
    return 2 * this.unitAddress
  }

  #register(): void {
    this.queue.reset()
    this.#credit = 0
    this.#suspectNs = -1
    const code = this.#partition.call(H_REG_CRQ, this.unitAddress, QUEUE_IOBA, CRQ_PAGE_BYTES)
    if (code !== H_Success && code !== H_Closed) return
    this.#state = 'closed'
    this.#partition.call(H_VIO_SIGNAL, this.unitAddress, 1)
    if (code === H_Success) this.#entry(CRQ_INIT, CRQ_INIT_START)
  }

  #login(): void {
    const guest = this.#partition.guest
    if (guest === null) return
    this.#state = 'login'
    writeSrpLogin(this.#unit(LOGIN_UNIT), offsetOf(LOGIN_UNIT), SRP_LOGIN_REQ, ++this.#tags, 0, guest.lparId, this.#portName)
    this.#point(LOGIN_UNIT, SRP_LOGIN_REQ_BYTES)
  }

  #send(io: number): void {
    const command = this.#command
    const page = this.#user.describe(io, command)
    const pages = Math.ceil(command.bytes / PAGE)
    const slot = this.#slots.take(io, ++this.#tags, pages, this.#simulation.now)
    this.#credit--
    this.sent++
    command.tag = this.#tags
    command.ioba = BUFFERS_IOBA + slot * BUFFER_BYTES
    command.blocks = command.bytes / SCSI_BLOCK_BYTES
    if (pages > 0) this.#map(command.ioba, page, pages)
    writeSrpCommand(this.#unit(slot), offsetOf(slot), command)
    if (this.#point(slot, SRP_CMD_BYTES) !== H_Success) this.lose()
    else this.#startWatch()
  }

  #startWatch(): void {
    const { pathTimeoutNs, readWriteTimeoutNs } = this.#parameters
    if (this.#watch.active) return
    const limitNs = pathTimeoutNs > 0 ? pathTimeoutNs : readWriteTimeoutNs
    if (limitNs > 0) this.#watch.start(limitNs)
  }

  /** Looks at the oldest request, once in a while: no timer is started or stopped for each. */
  #look(): void {
    const { oldest } = this.#slots
    if (oldest < 0) {
      this.#suspectNs = -1
      return
    }
    const { pathTimeoutNs, pathRetryNs, readWriteTimeoutNs } = this.#parameters
    const now = this.#simulation.now
    const ageNs = now - this.#slots.sentNs[oldest]!
    if (readWriteTimeoutNs > 0 && ageNs >= readWriteTimeoutNs) return this.#timedOut()
    if (this.#suspectNs >= 0 && this.#heardNs > this.#suspectNs) this.#suspectNs = -1
    if (this.#suspectNs >= 0 && now - this.#suspectNs >= pathRetryNs) return this.#timedOut()
    // A server that answers others is not silent: only then is the age of the oldest the path's.
    const silentNs = Math.min(ageNs, now - this.#heardNs)
    if (this.#suspectNs < 0 && pathTimeoutNs > 0 && silentNs >= pathTimeoutNs) this.#suspectNs = now
    let nextNs = Infinity
    if (this.#suspectNs >= 0) nextNs = this.#suspectNs + pathRetryNs - now
    else if (pathTimeoutNs > 0) nextNs = pathTimeoutNs - silentNs
    if (readWriteTimeoutNs > 0) nextNs = Math.min(nextNs, readWriteTimeoutNs - ageNs)
    if (Number.isFinite(nextNs)) this.#watch.start(nextNs)
  }

  #timedOut(): void {
    this.timeouts++
    this.lose()
  }

  /** One entry for a page, a list for more of them. */
  #map(ioba: number, page: number, pages: number): void {
    if (pages === 1) {
      this.#partition.call(H_PUT_TCE, this.#liobn, ioba, page * PAGE + READ_WRITE)
      return
    }
    const list = this.#partition.guest?.memory.bytes(this.#listPage)
    if (list === undefined) return
    for (let n = 0; n < pages; n++) {
      const entry = (page + n) * PAGE + READ_WRITE
      list.setUint32(8 * n, Math.floor(entry / TWO_32))
      list.setUint32(8 * n + 4, entry >>> 0)
    }
    this.#partition.call(H_PUT_TCE_INDIRECT, this.#liobn, ioba, this.#listPage * PAGE, pages)
  }

  #unmap(slot: number): void {
    const pages = this.#slots.pages[slot]!
    if (pages === 0) return
    const ioba = BUFFERS_IOBA + slot * BUFFER_BYTES
    const code = this.#partition.call(H_STUFF_TCE, this.#liobn, ioba, 0, pages)
    this.#simulation.invariant(code === H_Success, 'vscsi: no bytes move for a request that is over')
  }

  #answered(unitIoba: number): void {
    const unit = Math.floor((unitIoba - UNITS_IOBA) / SRP_MAX_IU_BYTES)
    if (!(unit >= 0 && unit <= LOGIN_UNIT)) return
    const view = this.#unit(unit)
    const at = offsetOf(unit)
    const opcode = srpOpcode(view, at)
    if (unit === LOGIN_UNIT) {
      if (opcode !== SRP_LOGIN_RSP || this.#state !== 'login') return
      this.#state = 'ready'
      this.#credit = Math.min(MAX_REQUESTS, readSrpLoginLimit(view, at))
      this.#user.changed(this)
      return
    }
    const io = this.#slots.io[unit]!
    if (io < 0 || opcode !== SRP_RSP) return
    const response = this.#response
    readSrpResponse(view, at, response)
    if (response.tag !== this.#slots.tag[unit]) return
    this.#unmap(unit)
    this.#slots.release(unit)
    this.#credit += response.requestLimitDelta
    this.#user.answered(io, response.status)
  }

  /** While bytes move for it the queue cannot be freed: what was under way lands before anything is tried elsewhere. */
  #free(): void {
    const code = this.#partition.call(H_FREE_CRQ, this.unitAddress)
    if (code === H_Busy) {
      this.#freeTimer.start(this.#parameters.freeRetryNs)
      return
    }
    for (let slot = this.#slots.oldest; slot >= 0; slot = this.#slots.oldest) {
      this.#unmap(slot)
      const io = this.#slots.io[slot]!
      this.#slots.release(slot)
      this.#waiting[(this.#waitingHead + this.#waitingCount++) % WAITING_LIMIT] = io
    }
    this.#register()
    let count = this.#waitingCount
    while (count-- > 0) {
      const io = this.#waiting[this.#waitingHead]!
      this.#waitingHead = (this.#waitingHead + 1) % WAITING_LIMIT
      this.#waitingCount--
      this.#user.lost(io)
    }
  }

  #point(unit: number, bytes: number): number {
    const ioba = UNITS_IOBA + unit * SRP_MAX_IU_BYTES
    return this.#partition.call(H_SEND_CRQ, this.unitAddress, VIOSRP_SRP_ENTRY, bytes, 0, ioba)
  }

  #entry(header: number, kind: number): void {
    this.#partition.call(H_SEND_CRQ, this.unitAddress, ((header << 24) | (kind << 16)) >>> 0)
  }

  #unit(unit: number): DataView {
    const view = this.#partition.guest?.memory.bytes(this.#unitPage + Math.floor(unit / UNITS_PER_PAGE))
    this.#simulation.invariant(view !== undefined, 'vscsi: its information units are in memory that the partition has')
    return view
  }
}

function offsetOf(unit: number): number {
  return (unit % UNITS_PER_PAGE) * SRP_MAX_IU_BYTES
}
