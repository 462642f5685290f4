// A local area network outside of the machine: one switch that learns behind which of its ports an address is, and takes no time of its
// own. What it is for is to bring frames to the bridge that is at work, and to those that have to decide for themselves.

import { copyOfFrame, type EthernetFrame, type EthernetPort, type FrameReceiver, isGroupMac } from '@powersim/protocol'
import type { FrameNetwork, NetworkStation } from './physical-ethernet.js'

/** Addresses that it learns; a source beyond is not learned, its frames go everywhere. */
const MAX_ADDRESSES = 8192

export interface LanCounts {
  /** Frames that stations have sent. */
  frames: number
  /** Copies that went to stations, and frames for which there was none. */
  copies: number
  lost: number
}

export class Lan implements FrameNetwork {
  readonly counts: LanCounts = { frames: 0, copies: 0, lost: 0 }
  private readonly stations: NetworkStation[] = []
  private readonly places = new Map<number, NetworkStation>()

  plug(station: NetworkStation): void {
    this.stations.push(station)
  }

  carry(from: NetworkStation, frame: EthernetFrame): void {
    this.counts.frames++
    if (!isGroupMac(frame.source) && (this.places.size < MAX_ADDRESSES || this.places.has(frame.source))) {
      this.places.set(frame.source, from)
    }
    const place = isGroupMac(frame.destination) ? undefined : this.places.get(frame.destination)
    if (place !== undefined) {
      if (place === from) this.counts.lost++
      else this.pass(place, frame)
      return
    }
    let last: NetworkStation | null = null
    for (const station of this.stations) {
      if (station === from) continue
      if (last !== null) this.pass(last, copyOfFrame(frame))
      last = station
    }
    if (last === null) this.counts.lost++
    else this.pass(last, frame)
  }

  private pass(station: NetworkStation, frame: EthernetFrame): void {
    this.counts.copies++
    station.arrive(frame)
  }
}

/** A computer on the network whose own adapter and rate are somebody else's matter: its frames are there at once. */
export class LanHost implements EthernetPort, NetworkStation {
  readonly mac: number
  up = true
  private readonly network: FrameNetwork
  private receiver: FrameReceiver | null = null

  constructor(network: FrameNetwork, mac: number) {
    this.mac = mac
    this.network = network
    network.plug(this)
  }

  send(frame: EthernetFrame): boolean {
    if (this.up) this.network.carry(this, frame)
    return this.up
  }

  arrive(frame: EthernetFrame): void {
    if (this.up && (frame.destination === this.mac || isGroupMac(frame.destination))) this.receiver?.(frame)
  }

  deliverTo(receiver: FrameReceiver | null): void {
    this.receiver = receiver
  }
}
