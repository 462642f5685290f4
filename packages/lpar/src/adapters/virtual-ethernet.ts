// The driver of a virtual Ethernet adapter (logical LAN) in a partition's operating system, as Linux ibmveth does it: memory mapped once,
// receive buffers in pools that are filled again as frames are read, one send buffer, interrupts off while there is something to read.
// It knows frames, not what is in them. Where they go is the hypervisor's switch; who wants them, the user of the EthernetPort.
// States: down -start-> opening (maps and registers, on the partition's processor) -> up, or failed -stop-> down.

import type { Handler, Simulation } from '@powersim/kernel'
import {
  bufferDescriptor,
  type DmaRegion,
  type EthernetFrame,
  type EthernetPort,
  type FrameReceiver,
  type GuestPort,
  H_ADD_LOGICAL_LAN_BUFFER,
  H_Busy,
  H_Dropped,
  H_FREE_LOGICAL_LAN,
  H_ILLAN_ATTRIBUTES,
  H_PUT_TCE,
  H_REGISTER_LOGICAL_LAN,
  H_SEND_LOGICAL_LAN,
  H_Success,
  H_VIO_SIGNAL,
  ILLAN_ACTIVE_TRUNK,
  LAN_ENTRY_BYTES,
  LAN_TOGGLE,
  LAN_VALID,
  MAX_FRAME_BYTES,
} from '@powersim/protocol'
import { checkOptions, type VirtualEthernetOptions } from './virtual-ethernet-options.js'

export type VirtualEthernetState = 'down' | 'opening' | 'up' | 'failed'

export interface VirtualEthernetCounts {
  sent: number
  /** Of those sent: the hypervisor found a receiver missing, or without a buffer. */
  dropped: number
  /** Frames that were not sent: adapter not up, no room to wait, or a call was refused. */
  refused: number
  received: number
  /** Entries of the receive queue without a frame: the buffer was not mapped. */
  faults: number
  /** Frames that came while nobody wanted them. */
  unwanted: number
  interrupts: number
}

const PAGE = 4096
/** Frames that may wait to be sent (Linux: txqueuelen). */
const SEND_LIMIT = 1000
/** Frames that are read in one go (Linux: NAPI weight), and sent in one go. */
const BATCH = 64
/** Calls for one frame: as many receivers of a group as there may be (ibmveth: retry_count). */
const SEND_TRIES = 1024
/** A correlator is pool * 2^16 + number of the buffer. */
const POOL = 0x1_0000

export class VirtualEthernet implements EthernetPort {
  /** The address of the adapter that it drives now or drove last; 0 before it had any. */
  mac = 0
  readonly counts: VirtualEthernetCounts = { sent: 0, dropped: 0, refused: 0, received: 0, faults: 0, unwanted: 0, interrupts: 0 }
  /** Called when it is up. */
  onUp: (() => void) | null = null

  readonly #simulation: Simulation
  readonly #options: VirtualEthernetOptions
  readonly #opened: Handler<number>
  readonly #poll: Handler<number>
  readonly #read: Handler<number>
  readonly #send: Handler<number>
  #guest: GuestPort | null = null
  #unit = 0
  #state: VirtualEthernetState = 'down'
  #life = 0
  #receiver: FrameReceiver | null = null
  /** By correlator. */
  #buffers: DmaRegion[][] = []
  #queue: DmaRegion | null = null
  #next = 0
  #toggle = LAN_TOGGLE
  #out: DmaRegion | null = null
  #polling = false
  /** Frames that have been read, and are handed up when the processor has done its work for them. */
  #batch: EthernetFrame[] = []
  #toSend: EthernetFrame[] = []
  #sending = 0
  /** Cost of hypercalls that no work has paid yet. */
  #debtNs = 0

  /** Throws LparError `bad-option`. */
  constructor(simulation: Simulation, options: VirtualEthernetOptions) {
    const { name } = options
    checkOptions(options)
    this.#simulation = simulation
    this.#options = options
    this.#opened = simulation.handler<number>(`${name}.opened`, (life) => this.#register(life))
    this.#poll = simulation.handler<number>(`${name}.poll`, (life) => this.#pollQueue(life))
    this.#read = simulation.handler<number>(`${name}.read`, (life) => this.#handUp(life))
    this.#send = simulation.handler<number>(`${name}.send`, (life) => this.#sendBatch(life))
  }

  get state(): VirtualEthernetState {
    return this.#state
  }

  get up(): boolean {
    return this.#state === 'up'
  }

  deliverTo(receiver: FrameReceiver | null): void {
    this.#receiver = receiver
  }

  /** The operating system configures the adapter of that unit address. Mapping its memory takes processor time. */
  start(guest: GuestPort, unitAddress: number, mac: number): void {
    this.#guest = guest
    this.mac = mac
    this.#unit = unitAddress
    this.#state = this.#map() ? 'opening' : 'failed'
    const debtNs = this.#debtNs
    this.#debtNs = 0
    if (this.#state === 'opening') guest.run(debtNs, this.#opened, this.#life)
  }

  /** The partition is gone, or the operating system goes down. Frames that were read or wait are lost, and counted. */
  stop(reason: 'shutdown' | 'crash'): void {
    if (this.#state === 'up' && reason === 'shutdown') this.#call(H_FREE_LOGICAL_LAN)
    this.#state = 'down'
    this.#life++
    this.#guest = null
    this.counts.unwanted += this.#batch.length
    this.counts.refused += this.#toSend.length
    this.#batch = []
    this.#toSend = []
    this.#sending = 0
    this.#polling = false
    this.#debtNs = 0
  }

  /** The hypervisor says that the receive queue has something. */
  interrupt(): void {
    if (this.#state !== 'up' || this.#polling) return
    this.counts.interrupts++
    this.#polling = true
    this.#call(H_VIO_SIGNAL, 0)
    const { costs } = this.#options
    if (costs === null) this.#pollQueue(this.#life)
    else this.#run(costs.perInterruptNs, this.#poll)
  }

  send(frame: EthernetFrame): boolean {
    const { costs } = this.#options
    if (this.#state !== 'up' || frame.bytes > MAX_FRAME_BYTES || this.#toSend.length >= SEND_LIMIT) {
      this.counts.refused++
      return false
    }
    if (costs === null) return this.#transmit(frame)
    this.#toSend.push(frame)
    if (this.#sending === 0) this.#startSending()
    return true
  }

  /** Makes a trunk adapter the active one of its VLANs. False: it is none, or not up. */
  becomeActive(): boolean {
    return this.#state === 'up' && this.#call(H_ILLAN_ATTRIBUTES, 0, ILLAN_ACTIVE_TRUNK) === H_Success
  }

  /** Whether a trunk adapter is the active one. */
  get isActive(): boolean {
    const guest = this.#guest
    if (this.#state !== 'up' || guest === null) return false
    const { code, r4, costNs } = guest.hypercall(H_ILLAN_ATTRIBUTES, this.#unit)
    this.#debtNs += costNs
    return code === H_Success && (r4 & ILLAN_ACTIVE_TRUNK) !== 0
  }

  #map(): boolean {
    const guest = this.#guest
    const window = guest?.window(this.#unit)
    if (guest === null || window === undefined) return false
    let ioba = 2 * PAGE // after buffer list and filter list
    const place = (bytes: number, page: Uint8Array | null): DmaRegion => {
      const region: DmaRegion = { ioba, bytes, page, content: null, contentBytes: 0 }
      window.map(region)
      ioba += bytes
      return region
    }
    const entries = this.#options.pools.reduce((sum, { count }) => sum + count, 1)
    const queueBytes = Math.ceil((entries * LAN_ENTRY_BYTES) / PAGE) * PAGE
    this.#queue = place(queueBytes, new Uint8Array(queueBytes))
    this.#out = place(65_536, null)
    this.#buffers = this.#options.pools.map(({ bytes, count }) => Array.from({ length: count }, () => place(bytes, null)))
    for (let at = 0; at < ioba; at += PAGE) {
      if (this.#call2(H_PUT_TCE, window.liobn, at, this.#options.memoryAddress + at + 3) !== H_Success) return false
    }
    return true
  }

  #register(life: number): void {
    const queue = this.#queue
    if (life !== this.#life || queue === null) return
    this.#next = 0
    this.#toggle = LAN_TOGGLE
    if (this.#call(H_REGISTER_LOGICAL_LAN, 0, bufferDescriptor(queue.ioba, queue.bytes), PAGE, this.mac) !== H_Success) {
      this.#state = 'failed'
      return
    }
    this.#state = 'up'
    for (const [pool, buffers] of this.#buffers.entries()) for (let n = 0; n < buffers.length; n++) this.#giveBuffer(pool * POOL + n)
    this.#call(H_VIO_SIGNAL, 1)
    this.onUp?.()
  }

  #giveBuffer(correlator: number): void {
    const buffer = this.#buffers[Math.floor(correlator / POOL)]![correlator % POOL]!
    buffer.content = correlator
    this.#call(H_ADD_LOGICAL_LAN_BUFFER, bufferDescriptor(buffer.ioba, buffer.bytes))
  }

  /** Reads what is in the queue, up to a batch, and gives the buffers back. */
  #pollQueue(life: number): void {
    if (life !== this.#life) return
    const { costs } = this.#options
    let bytes = 0
    while (this.#batch.length < BATCH) {
      const frame = this.#take()
      if (frame === undefined) break
      if (frame === null) continue
      this.#batch.push(frame)
      bytes += frame.bytes
    }
    if (this.#batch.length === 0) this.#allRead()
    else if (costs === null) this.#handUp(life)
    else this.#run(costs.perFrameNs * this.#batch.length + costs.perByteNs * bytes, this.#read)
  }

  /** The next frame; null for an entry without one, undefined when there is no entry. */
  #take(): EthernetFrame | null | undefined {
    const page = this.#queue?.page
    if (page === undefined || page === null) return undefined
    const at = this.#next
    const flags = word(page, at)
    if ((flags & LAN_TOGGLE) >>> 0 !== this.#toggle) return undefined
    const correlator = word(page, at + 8) * 2 ** 32 + word(page, at + 12)
    this.#next = at + LAN_ENTRY_BYTES
    if (this.#next === page.length) {
      this.#next = 0
      this.#toggle = this.#toggle === 0 ? LAN_TOGGLE : 0
    }
    const buffer = this.#buffers[Math.floor(correlator / POOL)]?.[correlator % POOL]
    // Only its own driver puts contents into a buffer, and the hypervisor frames.
    const frame = buffer?.content as EthernetFrame | undefined
    if ((flags & LAN_VALID) === 0 || frame === undefined) {
      this.counts.faults++
      return null
    }
    this.#giveBuffer(correlator)
    return frame
  }

  #handUp(life: number): void {
    if (life !== this.#life) return
    const batch = this.#batch
    this.#batch = []
    for (let n = 0; n < batch.length; n++) {
      const frame = batch[n]!
      if (this.#receiver === null) this.counts.unwanted++
      else {
        this.counts.received++
        this.#receiver(frame)
      }
      if (life !== this.#life) return
    }
    this.#pollQueue(life)
  }

  #allRead(): void {
    this.#call(H_VIO_SIGNAL, 1)
    const page = this.#queue?.page
    // A frame that came before the interrupt was on again is told by nobody.
    if (page !== undefined && page !== null && (word(page, this.#next) & LAN_TOGGLE) >>> 0 === this.#toggle) {
      this.#call(H_VIO_SIGNAL, 0)
      this.#pollQueue(this.#life)
    } else {
      this.#polling = false
    }
  }

  #startSending(): void {
    const { costs } = this.#options
    this.#sending = Math.min(BATCH, this.#toSend.length)
    let bytes = 0
    for (let n = 0; n < this.#sending; n++) bytes += this.#toSend[n]!.bytes
    if (costs !== null && this.#sending > 0) this.#run(costs.perFrameNs * this.#sending + costs.perByteNs * bytes, this.#send)
  }

  #sendBatch(life: number): void {
    if (life !== this.#life) return
    const batch = this.#toSend.splice(0, this.#sending)
    this.#sending = 0
    for (let n = 0; n < batch.length; n++) this.#transmit(batch[n]!)
    this.#startSending()
  }

  #transmit(frame: EthernetFrame): boolean {
    const out = this.#out
    const guest = this.#guest
    if (out === null || guest === null) return false
    out.content = frame
    out.contentBytes = frame.bytes
    const descriptor = bufferDescriptor(out.ioba, frame.bytes)
    let token = 0
    let code = H_Busy
    for (let tries = 0; code === H_Busy && tries <= SEND_TRIES; tries++) {
      const result = guest.hypercall(H_SEND_LOGICAL_LAN, this.#unit, descriptor, 0, 0, 0, 0, 0, token)
      this.#debtNs += result.costNs
      code = result.code
      token = result.r4
    }
    out.content = null
    if (code !== H_Success && code !== H_Dropped) {
      this.counts.refused++
      return false
    }
    this.counts.sent++
    if (code === H_Dropped) this.counts.dropped++
    return code === H_Success
  }

  #run(workNs: number, then: Handler<number>): void {
    const totalNs = Math.round(workNs) + this.#debtNs
    this.#debtNs = 0
    this.#guest?.run(totalNs, then, this.#life)
  }

  #call(token: number, a2 = 0, a3 = 0, a4 = 0, a5 = 0): number {
    return this.#call2(token, this.#unit, a2, a3, a4, a5)
  }

  #call2(token: number, a1: number, a2: number, a3: number, a4 = 0, a5 = 0): number {
    const guest = this.#guest
    this.#simulation.invariant(guest !== null, 'virtual ethernet: only a running guest calls the hypervisor')
    const { code, costNs } = guest.hypercall(token, a1, a2, a3, a4, a5)
    this.#debtNs += costNs
    return code
  }
}

function word(page: Uint8Array, at: number): number {
  return ((page[at]! << 24) | (page[at + 1]! << 16) | (page[at + 2]! << 8) | page[at + 3]!) >>> 0
}
