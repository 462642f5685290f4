// A small guest for the management channel: it follows the rules of the wire and nothing more. It works at once when it is interrupted, or
// after a delay. Tests look into its books.

import type { Simulation } from '@powersim/kernel'
import {
  CRQ_COMMAND,
  CRQ_ENTRY_BYTES,
  CRQ_INIT,
  CRQ_INIT_COMPLETE,
  CRQ_INIT_START,
  CRQ_PAGE_BYTES,
  CRQ_TRANSPORT_EVENT,
  type CrqEntry,
  type DmaRegion,
  type DmaWindow,
  emptyCrqEntry,
  H_COPY_RDMA,
  H_FREE_CRQ,
  H_REG_CRQ,
  H_SEND_CRQ,
  H_Success,
  H_VIO_SIGNAL,
  type Message,
  readCrqEntry,
  VMC_ADD_BUFFER,
  VMC_CAPABILITIES,
  VMC_CLOSE,
  VMC_NO_BUFFER,
  VMC_OPEN,
  VMC_REMOVE_BUFFER,
  VMC_RESPONSE,
  VMC_SIGNAL,
  type VmcCapabilities,
} from '@powersim/protocol'
import type { Machine } from './machine.js'

interface GuestBuffer {
  id: number
  address: number
  mine: boolean
  free: boolean
  local: DmaRegion
}

export interface GuestConnection {
  session: number
  ready: boolean
  buffers: Map<number, GuestBuffer>
  outgoing: Message[]
  sentBytes: number
}

export interface GuestOptions {
  capabilities?: Partial<VmcCapabilities>
  /** The guest polls so long after an interrupt. Default 0. */
  delayNs?: number
  /** It never gives a buffer to Remove Buffer. */
  stingy?: boolean
}

const guestCapabilities: VmcCapabilities = { version: 0x0101, mtuBytes: 4096, poolSize: 32, maxHmcs: 2, crqEntries: 256 }

export class GuestDriver {
  readonly lparId: number
  readonly unit: number
  readonly page = new Uint8Array(CRQ_PAGE_BYTES)
  readonly connections: GuestConnection[] = []
  readonly received: { hmcIndex: number; message: Message; atNs: number }[] = []
  readonly log: CrqEntry[] = []
  readonly sent: CrqEntry[] = []
  effective: VmcCapabilities | null = null
  costNs = 0
  transportEvents = 0
  /** Entries stay unread while this is set. */
  asleep = false
  /** Received fragments stay uncopied, and their buffers unreturned, while this is set. */
  copying = true
  private readonly machine: Machine
  private readonly simulation: Simulation
  private readonly options: GuestOptions
  private readonly window: DmaWindow
  private readonly poll
  private read = 0
  private nextSession = 0
  private regions = 0

  constructor(machine: Machine, lparId: number, unit: number, options: GuestOptions = {}) {
    this.machine = machine
    this.simulation = machine.simulation
    this.lparId = lparId
    this.unit = unit
    this.options = options
    const window = machine.phyp.hypercalls.window(lparId, unit)
    if (window === undefined) throw new Error('no window')
    this.window = window
    this.poll = machine.simulation.handler('guest.poll', () => this.drain())
    const { onInterrupt } = machine.host
    machine.host.onInterrupt = (lpar, device) => {
      onInterrupt(lpar, device)
      if (lpar === lparId && device === unit) machine.simulation.schedule(options.delayNs ?? 0, this.poll, undefined)
    }
  }

  call(token: number, ...rest: number[]): number {
    const [a1 = 0, a2 = 0, a3 = 0, a4 = 0, a5 = 0] = rest
    const { code, costNs } = this.machine.phyp.hypercalls.call(this.lparId, token, a1, a2, a3, a4, a5)
    this.costNs += costNs
    return code
  }

  register(): number {
    const page: DmaRegion = { ioba: 0, bytes: CRQ_PAGE_BYTES, page: this.page, content: null, contentBytes: 0 }
    if (this.window.at(0) === undefined) this.window.map(page)
    this.read = 0
    const code = this.call(H_REG_CRQ, this.unit, 0, CRQ_PAGE_BYTES)
    this.call(H_VIO_SIGNAL, this.unit, 1)
    return code
  }

  free(): number {
    this.connections.length = 0
    return this.call(H_FREE_CRQ, this.unit)
  }

  /** Registers, shakes hands and opens connection 0, and runs until that is done. */
  start(connections = 1): this {
    this.register()
    this.simulation.run(this.simulation.now)
    for (let index = 0; index < connections; index++) this.open(index)
    this.simulation.run(this.simulation.now)
    for (let index = 0; index < connections; index++) {
      if (this.connections[index]?.ready !== true) throw new Error(`connection ${index} is not ready`)
    }
    return this
  }

  open(hmcIndex: number, session = (this.nextSession = (this.nextSession % 255) + 1)): void {
    const connection = this.connection(hmcIndex)
    const seed = connection.buffers.get(0)
    if (seed === undefined) throw new Error(`no seed buffer for ${hmcIndex}`)
    connection.session = session
    seed.free = false
    seed.local.content = new Uint8Array(32).fill(hmcIndex + 1)
    this.call(H_COPY_RDMA, 32, 2 * this.unit, seed.local.ioba, 2 * this.unit + 1, seed.address)
    this.put({ type: VMC_OPEN, session, hmcIndex, bufferId: 0 })
  }

  close(hmcIndex: number): void {
    this.put({ type: VMC_CLOSE, session: this.connection(hmcIndex).session, hmcIndex })
  }

  /** Queues a message; it goes out as buffers allow. */
  send(message: Message, hmcIndex = 0): void {
    this.connection(hmcIndex).outgoing.push(message)
    this.pump(hmcIndex)
  }

  /** Sends a raw entry; returns the hypercall's code. */
  put(fields: Partial<CrqEntry>): number {
    const entry = { ...emptyCrqEntry(), header: CRQ_COMMAND, ...fields }
    this.sent.push(entry)
    const w0 = ((entry.header << 24) | (entry.type << 16) | (entry.status << 8)) >>> 0
    const w1 = ((entry.session << 24) | (entry.hmcIndex << 16) | entry.bufferId) >>> 0
    return this.call(H_SEND_CRQ, this.unit, w0, w1, entry.extra, entry.value)
  }

  sendCapabilities(more: Partial<VmcCapabilities> = {}): void {
    const own = { ...guestCapabilities, ...this.options.capabilities, ...more }
    this.put({
      type: VMC_CAPABILITIES,
      hmcIndex: own.maxHmcs,
      bufferId: own.poolSize,
      extra: own.mtuBytes,
      value: ((own.crqEntries << 16) | own.version) >>> 0,
    })
  }

  /** Reads what is there, arms, and reads again. */
  drain(): void {
    if (this.asleep) return
    this.drainOnce()
    this.call(H_VIO_SIGNAL, this.unit, 1)
    this.drainOnce()
  }

  /** Buffers by owner, as this side sees it. */
  count(hmcIndex = 0): { mine: number; free: number; theirs: number } {
    let [mine, free, theirs] = [0, 0, 0]
    for (const buffer of this.connection(hmcIndex).buffers.values()) {
      if (buffer.mine) mine++
      else theirs++
      if (buffer.free) free++
    }
    return { mine, free, theirs }
  }

  connection(hmcIndex: number): GuestConnection {
    return (this.connections[hmcIndex] ??= { session: 0, ready: false, buffers: new Map(), outgoing: [], sentBytes: 0 })
  }

  private drainOnce(): void {
    const entry = emptyCrqEntry()
    while (this.page[this.read * CRQ_ENTRY_BYTES] !== 0) {
      readCrqEntry(this.page, this.read * CRQ_ENTRY_BYTES, entry)
      this.page[this.read * CRQ_ENTRY_BYTES] = 0
      this.read = (this.read + 1) % (CRQ_PAGE_BYTES / CRQ_ENTRY_BYTES)
      this.log.push({ ...entry })
      this.handle(entry)
    }
  }

  private handle(entry: CrqEntry): void {
    const { type, status, session, hmcIndex, bufferId, extra, value } = entry
    if (entry.header === CRQ_TRANSPORT_EVENT) {
      this.transportEvents++
      this.connections.length = 0
    } else if (entry.header === CRQ_INIT) {
      if (type !== CRQ_INIT_START) return
      this.put({ header: CRQ_INIT, type: CRQ_INIT_COMPLETE })
      this.sendCapabilities()
    } else if (type === (VMC_CAPABILITIES | VMC_RESPONSE)) {
      if (status !== 0) return
      this.effective = { version: value & 0xffff, mtuBytes: extra, poolSize: bufferId, maxHmcs: hmcIndex, crqEntries: value >>> 16 }
    } else if (type === VMC_ADD_BUFFER) {
      const local = this.localRegion()
      this.connection(hmcIndex).buffers.set(bufferId, { id: bufferId, address: value, mine: true, free: true, local })
      this.put({ type: VMC_ADD_BUFFER | VMC_RESPONSE, session, hmcIndex, bufferId })
    } else if (type === (VMC_OPEN | VMC_RESPONSE)) {
      const connection = this.connection(hmcIndex)
      if (status !== 0 || session !== connection.session) return
      connection.ready = true
      connection.buffers.get(0)!.free = true
      this.pump(hmcIndex)
    } else if (type === (VMC_CLOSE | VMC_RESPONSE)) {
      if (status === 0) this.connections[hmcIndex] = { session: 0, ready: false, buffers: new Map(), outgoing: [], sentBytes: 0 }
    } else if (type === VMC_REMOVE_BUFFER) {
      this.giveUp(session, hmcIndex)
    } else if (type === VMC_SIGNAL) {
      this.receive(entry)
    }
  }

  private giveUp(session: number, hmcIndex: number): void {
    const spare = [...this.connection(hmcIndex).buffers.values()].find((buffer) => buffer.free)
    if (spare === undefined || this.options.stingy === true) {
      this.put({ type: VMC_REMOVE_BUFFER | VMC_RESPONSE, status: VMC_NO_BUFFER, session, hmcIndex })
      return
    }
    spare.mine = false
    spare.free = false
    this.put({ type: VMC_REMOVE_BUFFER | VMC_RESPONSE, session, hmcIndex, bufferId: spare.id })
  }

  private receive({ session, hmcIndex, bufferId, extra, value }: CrqEntry): void {
    const connection = this.connection(hmcIndex)
    const buffer = connection.buffers.get(bufferId)
    if (session !== connection.session) return
    if (buffer === undefined || buffer.mine) throw new Error(`signal for buffer ${bufferId}, which is not the hypervisor's`)
    buffer.mine = true
    if (value > 0) {
      if (!this.copying) return
      const code = this.call(H_COPY_RDMA, value, 2 * this.unit + 1, buffer.address, 2 * this.unit, buffer.local.ioba)
      if (code !== H_Success) throw new Error(`copy of a received fragment: ${code}`)
      if (extra > 0) {
        buffer.mine = false
        this.put({ type: VMC_SIGNAL, session, hmcIndex, bufferId })
        return
      }
      // The partner has put a message there.
      this.received.push({ hmcIndex, message: buffer.local.content as Message, atNs: this.simulation.now })
    }
    buffer.free = true
    this.pump(hmcIndex)
  }

  private pump(hmcIndex: number): void {
    const connection = this.connection(hmcIndex)
    while (connection.ready && connection.outgoing.length > 0) {
      const buffer = [...connection.buffers.values()].find((other) => other.free)
      if (buffer === undefined) return
      const message = connection.outgoing[0]!
      const mtu = this.effective?.mtuBytes ?? 4096
      const rest = message.bytes - connection.sentBytes
      const length = Math.min(rest, mtu)
      buffer.free = false
      buffer.local.content = rest === length ? message : null
      const code = this.call(H_COPY_RDMA, length, 2 * this.unit, buffer.local.ioba, 2 * this.unit + 1, buffer.address)
      if (code !== H_Success) throw new Error(`copy of a fragment: ${code}`)
      buffer.mine = false
      connection.sentBytes += length
      if (rest === length) {
        connection.outgoing.shift()
        connection.sentBytes = 0
      }
      this.put({ type: VMC_SIGNAL, session: connection.session, hmcIndex, bufferId: buffer.id, value: length, extra: rest - length })
    }
  }

  private localRegion(): DmaRegion {
    const region: DmaRegion = { ioba: 0x10000 * ++this.regions, bytes: 16_384, page: null, content: null, contentBytes: 0 }
    this.window.map(region)
    return region
  }
}
