// The hypervisor's end of one virtual Ethernet adapter (logical LAN): what its partition has registered, its receive buffers, and how a
// frame gets into one. Everything goes through the partition's own window: a page that it does not map takes nothing.
// To whom a frame goes is virtual-switch.ts, the calls are lan-hypercalls.ts. Hot: a frame costs its entry in the receive queue.

import type { Digest } from '@powersim/kernel'
import type { DmaRegion, EthernetFrame } from '@powersim/protocol'
import { LAN_CORRELATOR_BYTES, LAN_ENTRY_BYTES, LAN_TOGGLE, LAN_VALID, MAX_VLAN } from '@powersim/protocol'
import { PhypError } from '../errors.js'
import { BufferPools } from './buffer-pools.js'
import { TCE_WRITE, type TceTable } from './tce-table.js'
import type { VirtualDevice } from './virtual-device.js'
import type { VirtualSwitch } from './virtual-switch.js'

/** VLANs of one adapter besides its own (HMC: at most 20). */
const MAX_ADDITIONAL_VLANS = 20
/** Highest number of a trunk priority; 0: no trunk. */
const LOWEST_PRIORITY = 15

/** A virtual Ethernet adapter as it is configured. */
export interface LogicalLanOptions {
  /** Its port's VLAN: untagged frames are of this one. 1 to 4094. */
  readonly vlan: number
  /** More VLANs, whose frames have their tag at this adapter: at most 20. They make it an IEEE 802.1Q adapter. Default none. */
  readonly additionalVlans?: readonly number[]
  /** 1 (highest) to 15: it bridges its VLANs to outside; 0, the default: it does not. */
  readonly trunkPriority?: number
}

/** What became of a frame at one receiver. */
export const DELIVERED = 0
/** No buffer that is large enough, and the adapter's own counter says so. */
export const NO_BUFFER = 1
/** The partition does not map the buffer, or not all of it: it gets an entry without the valid bit; or it does not map its queue. */
const FAULT = 2

/** A send that its caller has to go on with. One per adapter. */
export interface SuspendedSend {
  token: number
  readonly frame: EthernetFrame
  readonly vid: number
  readonly receivers: readonly LogicalLan[]
  /** The next receiver. */
  next: number
  dropped: boolean
}

const NO_PAGE = new Uint8Array(0)

export class LogicalLan {
  readonly device: VirtualDevice
  readonly network: VirtualSwitch
  readonly vlan: number
  readonly additionalVlans: readonly number[]
  readonly trunkPriority: number
  /** Address of the adapter, 0 while it is not registered. */
  mac = 0
  /** Whether the next frame raises an interrupt (H_VIO_SIGNAL). */
  armed = false
  /** It is the active trunk adapter of all its VLANs. */
  active = false
  readonly buffers = new BufferPools()
  suspended: SuspendedSend | null = null
  delivered = 0
  /** Frames for which there was no buffer since the registration: what the last 8 bytes of its buffer list hold. */
  withoutBuffer = 0
  faults = 0
  private readonly table: TceTable
  private queue: Uint8Array = NO_PAGE
  private queueIoba = 0
  private write = 0
  private toggle = LAN_TOGGLE

  /** Throws PhypError `bad-parameter`. */
  constructor(device: VirtualDevice, table: TceTable, network: VirtualSwitch, options: LogicalLanOptions) {
    const { vlan, additionalVlans = [], trunkPriority = 0 } = options
    checkVlan('vlan', vlan)
    for (const other of additionalVlans) checkVlan('additionalVlans', other)
    if (additionalVlans.length > MAX_ADDITIONAL_VLANS || new Set([vlan, ...additionalVlans]).size !== additionalVlans.length + 1) {
      const expected = `expected at most ${MAX_ADDITIONAL_VLANS} VLANs, each once and none ${vlan}`
      throw new PhypError('bad-parameter', 'additionalVlans', `${expected}, got ${additionalVlans.join(', ')}`)
    }
    if (!Number.isInteger(trunkPriority) || trunkPriority < 0 || trunkPriority > LOWEST_PRIORITY) {
      throw new PhypError('bad-parameter', 'trunkPriority', `expected an integer from 0 to ${LOWEST_PRIORITY}, got ${trunkPriority}`)
    }
    this.device = device
    this.table = table
    this.network = network
    this.vlan = vlan
    this.additionalVlans = additionalVlans
    this.trunkPriority = trunkPriority
  }

  get registered(): boolean {
    return this.mac !== 0
  }

  /** Takes a page of whole entries into use as the receive queue, and the adapter goes on its network. */
  register(queue: Uint8Array, queueIoba: number, mac: number): void {
    queue.fill(0)
    this.queue = queue
    this.queueIoba = queueIoba
    this.write = 0
    this.toggle = LAN_TOGGLE
    this.armed = false
    this.withoutBuffer = 0
    this.mac = mac
    this.network.join(this)
  }

  /** The partition has given it up, or is gone. */
  free(): void {
    if (this.mac === 0) return
    this.giveUp()
    this.network.leave(this)
    this.mac = 0
    this.armed = false
    this.queue = NO_PAGE
    this.buffers.clear()
  }

  /** A send that was given back is not gone on with: the rest of its receivers get nothing. */
  giveUp(): void {
    const send = this.suspended
    this.suspended = null
    if (send !== null) this.network.abandon(send.receivers.length - send.next)
  }

  /** Whether so many bytes are within the adapter's window. */
  within(ioba: number, bytes: number): boolean {
    return this.table.indexOf(ioba) >= 0 && this.table.indexOf(ioba + bytes - 1) >= 0
  }

  /** Whether the adapter's window maps all pages of so many bytes. */
  maps(ioba: number, bytes: number, control: number): boolean {
    return this.table.allows(ioba, bytes, control)
  }

  /** Whether the adapter's window maps the next entry of the receive queue, which is known by its I/O bus address (LoPAR). */
  get queueMapped(): boolean {
    return this.table.allows(this.queueIoba + this.write, LAN_ENTRY_BYTES, TCE_WRITE)
  }

  /** Takes a buffer of exactly that size from its pool and gives it back by an entry without a frame. False: there is none. */
  giveBack(bytes: number): boolean {
    const ioba = this.buffers.takeOf(bytes)
    if (ioba < 0) return false
    this.enqueue(0, 0, this.device.local.at(ioba))
    return true
  }

  /** Puts a frame into a receive buffer: DELIVERED, NO_BUFFER or FAULT. */
  receive(frame: EthernetFrame): number {
    const { buffers } = this
    if (!this.queueMapped) {
      this.faults++
      return FAULT
    }
    const ioba = buffers.take(frame.bytes)
    if (ioba < 0) {
      this.withoutBuffer++
      return NO_BUFFER
    }
    const region = this.device.local.at(ioba)
    const there = region !== undefined && region.page === null && region.bytes === buffers.takenBytes
    if (!there || !this.table.allows(ioba, region.bytes, TCE_WRITE)) {
      this.faults++
      this.enqueue(0, 0, region)
      return FAULT
    }
    this.enqueue(LAN_VALID, frame.bytes, region)
    region.content = frame
    region.contentBytes = frame.bytes
    this.delivered++
    return DELIVERED
  }

  foldInto(digest: Digest): void {
    digest.fold(this.mac)
    digest.fold((this.armed ? 1 : 0) + (this.active ? 2 : 0))
    digest.fold(this.write)
    digest.fold(this.buffers.size)
    digest.fold(this.delivered)
    digest.fold(this.withoutBuffer)
  }

  /** An entry; its correlator is what the buffer held before the frame. */
  private enqueue(valid: number, bytes: number, region: DmaRegion | undefined): void {
    const { queue, write } = this
    const correlator = typeof region?.content === 'number' ? region.content : 0
    setWord(queue, write, (this.toggle | valid | LAN_CORRELATOR_BYTES) >>> 0)
    setWord(queue, write + 4, bytes)
    setWord(queue, write + 8, Math.floor(correlator / 2 ** 32))
    setWord(queue, write + 12, correlator >>> 0)
    this.write = write + LAN_ENTRY_BYTES
    if (this.write === queue.length) {
      this.write = 0
      this.toggle = this.toggle === 0 ? LAN_TOGGLE : 0
    }
    if (this.armed) this.device.notify(this.device.unitAddress)
  }
}

function setWord(page: Uint8Array, at: number, value: number): void {
  page[at] = value >>> 24
  page[at + 1] = value >>> 16
  page[at + 2] = value >>> 8
  page[at + 3] = value
}

function checkVlan(path: string, vlan: number): void {
  if (Number.isInteger(vlan) && vlan >= 1 && vlan <= MAX_VLAN) return
  throw new PhypError('bad-parameter', path, `expected a VLAN ID from 1 to ${MAX_VLAN}, got ${vlan}`)
}
