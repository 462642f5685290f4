// A physical Ethernet adapter: it puts frames onto its wire one after the other and takes them off it, at its rate, each direction for
// itself. A frame of 1,514 bytes takes 1,538 bytes of wire time, with preamble, check sequence and gap; a tag adds four.
// What it is plugged into is lan.ts, whoever uses it has its frames through EthernetPort. A frame that was sent before its partition
// died is on the wire.

import type { Handler, Simulation } from '@powersim/kernel'
import { type EthernetFrame, type EthernetPort, type FrameReceiver, VLAN_TAG_BYTES } from '@powersim/protocol'
import { ViosError } from '../errors.js'

/** Of wire time around a frame: 8 preamble, 4 check sequence, 12 gap (IEEE 802.3). */
const AROUND_BYTES = 24
/** Shortest frame without its check sequence (IEEE 802.3). */
const LEAST_BYTES = 60

/** Where an adapter is plugged in. */
export interface FrameNetwork {
  /** A frame has left a station. */
  carry(from: NetworkStation, frame: EthernetFrame): void
  /** A station comes, or goes. */
  plug(station: NetworkStation): void
}

/** Something that is plugged into a network. */
export interface NetworkStation {
  /** A frame for it has come, as a whole: a network passes it on while it comes. */
  arrive(frame: EthernetFrame): void
}

export interface PhysicalEthernetOptions {
  readonly name: string
  readonly mac: number
  /** 1 or more; 1e9: 1 Gb/s. */
  readonly bitsPerSecond: number
  /** Frames that wait to be sent; one more is dropped. Default 8192 (AIX: tx_que_sz of 1 Gb/s adapters). */
  readonly sendLimit?: number
}

export interface PhysicalEthernetCounts {
  sent: number
  received: number
  /** Frames that found the line full, the link down or nobody who wanted them. */
  dropped: number
  sentBytes: number
  receivedBytes: number
}

export class PhysicalEthernet implements EthernetPort, NetworkStation {
  readonly mac: number
  readonly name: string
  readonly counts: PhysicalEthernetCounts = { sent: 0, received: 0, dropped: 0, sentBytes: 0, receivedBytes: 0 }
  private readonly simulation: Simulation
  private readonly bitsPerSecond: number
  private readonly sendLimit: number
  private readonly left: Handler<EthernetFrame>
  private readonly came: Handler<EthernetFrame>
  private receiver: FrameReceiver | null = null
  private linked = true
  private sendFreeAtNs = 0
  private receiveFreeAtNs = 0
  private waiting = 0

  /** Throws ViosError `bad-parameter`. */
  constructor(simulation: Simulation, network: FrameNetwork, options: PhysicalEthernetOptions) {
    const { name, mac, bitsPerSecond, sendLimit = 8192 } = options
    if (!(bitsPerSecond >= 1)) throw new ViosError('bad-parameter', `${name}.bitsPerSecond`, `expected 1 or more, got ${bitsPerSecond}`)
    this.simulation = simulation
    this.name = name
    this.mac = mac
    this.bitsPerSecond = bitsPerSecond
    this.sendLimit = sendLimit
    this.left = simulation.handler<EthernetFrame>(`${name}.left`, (frame) => {
      this.waiting--
      if (this.linked) network.carry(this, frame)
      else this.counts.dropped++
    })
    this.came = simulation.handler<EthernetFrame>(`${name}.came`, (frame) => this.take(frame))
    network.plug(this)
  }

  /** Whether its cable is in and the other end there. */
  get up(): boolean {
    return this.linked
  }

  set up(linked: boolean) {
    this.linked = linked
  }

  deliverTo(receiver: FrameReceiver | null): void {
    this.receiver = receiver
  }

  send(frame: EthernetFrame): boolean {
    if (!this.linked || this.waiting >= this.sendLimit) {
      this.counts.dropped++
      return false
    }
    const { now } = this.simulation
    this.waiting++
    this.counts.sent++
    this.counts.sentBytes += frame.bytes
    this.sendFreeAtNs = Math.max(now, this.sendFreeAtNs) + this.wireNs(frame)
    this.simulation.schedule(this.sendFreeAtNs - now, this.left, frame)
    return true
  }

  /** It comes in as it left its sender, unless others are still coming: then it waits for them. */
  arrive(frame: EthernetFrame): void {
    const { now } = this.simulation
    this.receiveFreeAtNs = Math.max(now, this.receiveFreeAtNs + this.wireNs(frame))
    if (this.receiveFreeAtNs === now) this.take(frame)
    else this.simulation.schedule(this.receiveFreeAtNs - now, this.came, frame)
  }

  /** Time that a frame takes on the wire, ns. */
  wireNs({ bytes, vlan }: EthernetFrame): number {
    const all = Math.max(LEAST_BYTES, bytes + (vlan === 0 ? 0 : VLAN_TAG_BYTES)) + AROUND_BYTES
    return Math.round((all * 8e9) / this.bitsPerSecond)
  }

  private take(frame: EthernetFrame): void {
    if (!this.linked || this.receiver === null) {
      this.counts.dropped++
      return
    }
    this.counts.received++
    this.counts.receivedBytes += frame.bytes
    this.receiver(frame)
  }
}
