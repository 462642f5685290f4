// What stands between the wire of a link and one of its ends: Ethernet adapters, with a network of bridges and switches between them that
// this file knows nothing of. What crosses the link goes through as frames: in step with the wire, in order per connection, sent again
// when frames are lost, as TCP does it. A connection whose bytes do not get through for too long is cut, for both ends.
// Not here: acknowledgements, adaptive time-outs, congestion control; word of a close crosses without a frame.

import type { Handler, Simulation, Timer } from '@powersim/kernel'
import { ETHERNET_HEADER_BYTES, type EthernetFrame, type EthernetPort } from '@powersim/protocol'
import { checkedNumber } from './errors.js'
import type { Session } from './handshake.js'
import type { LinkPlan } from './link-parameters.js'
import type { Transit } from './transit.js'
import type { Transmitter } from './transmitter.js'

export interface PassageOptions {
  /** The adapter at the end of the wire. */
  readonly outside: EthernetPort
  /** The adapter of the link's second endpoint. */
  readonly inside: EthernetPort
  /** Frames that have not come after so long are sent again; twice as long each time, to a minute. Default 200 ms (Linux: TCP_RTO_MIN). */
  readonly retransmitNs?: number
  /** A connection that has not got a message through for so long is closed, `timed-out`. Default 10 s (estimate). */
  readonly lossTimeoutNs?: number
}

export interface PassageStatistics {
  /** Frames put into the adapters, those sent again included. */
  readonly framesSent: number
  readonly framesAgain: number
  /** Frames that came, and of them those whose bytes had come before. */
  readonly framesReceived: number
  readonly framesTwice: number
  /** Connections that were cut since nothing got through. */
  readonly cut: number
  /** Messages and flights inside now. */
  readonly inside: number
}

const RETRANSMIT_NS = 200_000_000
const RETRANSMIT_MAX_NS = 60_000_000_000
const LOSS_TIMEOUT_NS = 10_000_000_000

/** A message or a flight on its way through. */
interface Parcel {
  readonly transit: Transit
  readonly lane: Lane
  readonly session: Session | null
  readonly frames: number
  readonly startedNs: number
  /** By frame: 1 when it has come. */
  readonly come: Uint8Array
  missing: number
  /** The next frame to put in, and how far apart they come off the wire. */
  next: number
  readonly spacingNs: number
  deadlineNs: number
  waitNs: number
  /** When the first frame came out. */
  firstNs: number
}

/** One direction. */
interface Lane {
  readonly way: Transmitter
  readonly from: EthernetPort
  readonly to: EthernetPort
  /** What is inside, oldest first. */
  readonly parcels: Parcel[]
  readonly timer: Timer
  /** When the timer fires, if it runs. */
  dueNs: number
  lastEnterNs: number
}

/** What a frame of a passage carries. */
class Segment {
  readonly passage: FramePassage
  readonly parcel: Parcel
  readonly index: number

  constructor(passage: FramePassage, parcel: Parcel, index: number) {
    this.passage = passage
    this.parcel = parcel
    this.index = index
  }
}

export class FramePassage {
  private readonly simulation: Simulation
  private readonly plan: LinkPlan
  private readonly retransmitNs: number
  private readonly lossTimeoutNs: number
  private readonly inward: Lane
  private readonly outward: Lane
  private readonly enterNext: Handler<Parcel>
  private framesSent = 0
  private framesAgain = 0
  private framesReceived = 0
  private framesTwice = 0
  private cut = 0

  /** `inward` leads to the end that the passage stands before. Throws BusError `bad-parameter`. */
  constructor(simulation: Simulation, plan: LinkPlan, inward: Transmitter, outward: Transmitter, options: PassageOptions) {
    const { outside, inside, retransmitNs = RETRANSMIT_NS, lossTimeoutNs = LOSS_TIMEOUT_NS } = options
    const path = `link '${plan.name}'.passage`
    this.simulation = simulation
    this.plan = plan
    this.retransmitNs = checkedNumber(`${path}.retransmitNs`, retransmitNs, 1000, RETRANSMIT_MAX_NS, 'integer')
    this.lossTimeoutNs = checkedNumber(`${path}.lossTimeoutNs`, lossTimeoutNs, 1000, Number.MAX_SAFE_INTEGER, 'integer')
    const again = simulation.handler<FramePassage>(`${plan.name}.again`, (passage) => {
      passage.sendAgain(passage.inward)
      passage.sendAgain(passage.outward)
    })
    const lane = (way: Transmitter, from: EthernetPort, to: EthernetPort): Lane => {
      to.deliverTo(received)
      return { way, from, to, parcels: [], timer: simulation.timer(again, this), dueNs: 0, lastEnterNs: 0 }
    }
    this.inward = lane(inward, outside, inside)
    this.outward = lane(outward, inside, outside)
    this.enterNext = simulation.handler<Parcel>(`${plan.name}.frame`, (parcel) => this.putNext(parcel))
  }

  /** Comes off the wire, to go in: the last byte of its first frame at `firstNs`, of its last one at `lastNs`. */
  enter(transit: Transit, firstNs: number, lastNs: number): void {
    const { inward, simulation } = this
    const enterNs = Math.max(firstNs, inward.lastEnterNs)
    inward.lastEnterNs = Math.max(lastNs, enterNs)
    const parcel = this.parcelOf(transit, inward, enterNs, inward.lastEnterNs)
    simulation.schedule(enterNs - simulation.now, this.enterNext, parcel)
  }

  /** Comes from the end, to go out and onto the wire then. */
  leave(transit: Transit): void {
    const { now } = this.simulation
    const parcel = this.parcelOf(transit, this.outward, now, now)
    while (parcel.next < parcel.frames) this.putFrame(parcel, parcel.next++)
  }

  /** A frame has come out of the far adapter. */
  came(parcel: Parcel, index: number): void {
    this.framesReceived++
    if (parcel.come[index] === 1) {
      this.framesTwice++
      return
    }
    parcel.come[index] = 1
    parcel.missing--
    if (parcel.firstNs < 0) parcel.firstNs = this.simulation.now
    if (parcel.missing === 0) this.release(parcel.lane)
  }

  statistics(): PassageStatistics {
    const { framesSent, framesAgain, framesReceived, framesTwice, cut } = this
    return { framesSent, framesAgain, framesReceived, framesTwice, cut, inside: this.inward.parcels.length + this.outward.parcels.length }
  }

  private parcelOf(transit: Transit, lane: Lane, fromNs: number, toNs: number): Parcel {
    const { now } = this.simulation
    const frames = this.plan.framesOf(transit.bytes)
    const parcel: Parcel = {
      transit,
      lane,
      session: transit.flow?.session ?? transit.receiver?.session ?? null,
      frames,
      startedNs: now,
      come: new Uint8Array(frames),
      missing: frames,
      next: 0,
      spacingNs: frames === 1 ? 0 : Math.floor((toNs - fromNs) / (frames - 1)),
      deadlineNs: toNs + this.retransmitNs,
      waitNs: this.retransmitNs,
      firstNs: -1,
    }
    lane.parcels.push(parcel)
    this.wakeAt(lane, parcel.deadlineNs)
    return parcel
  }

  private putNext(parcel: Parcel): void {
    this.putFrame(parcel, parcel.next++)
    if (parcel.next < parcel.frames) this.simulation.schedule(parcel.spacingNs, this.enterNext, parcel)
  }

  private putFrame(parcel: Parcel, index: number): void {
    const { from, to } = parcel.lane
    const bytes = ETHERNET_HEADER_BYTES + this.plan.frameBytes(parcel.transit.bytes, index)
    const frame: EthernetFrame = { source: from.mac, destination: to.mac, vlan: 0, bytes, content: new Segment(this, parcel, index) }
    this.framesSent++
    from.send(frame)
  }

  /** Lets go what is whole: in order within each connection, other connections pass by. */
  private release(lane: Lane): void {
    const { parcels } = lane
    for (let at = 0; at < parcels.length; at++) {
      const parcel = parcels[at]!
      if (parcel.missing > 0 || waitsForEarlier(parcels, at)) continue
      parcels.splice(at, 1)
      at = -1
      const { transit } = parcel
      if (lane === this.outward)
        transit.fromNs = parcel.firstNs - this.plan.wireNs(this.plan.wireBytes(this.plan.frameData(transit.bytes, 0)))
      lane.way.passed(transit)
    }
  }

  /** Of what is inside for too long the frames that have not come are sent again, or its connection is cut. */
  private sendAgain(lane: Lane): void {
    const { parcels } = lane
    const { now } = this.simulation
    for (let at = 0; at < parcels.length; at++) {
      const parcel = parcels[at]!
      const { transit, session } = parcel
      // A flight of a handshake has the handshake's own time-outs.
      const over = parcel.missing > 0 && transit.message !== null && now - parcel.startedNs >= this.lossTimeoutNs
      if (over && !transit.lost) {
        this.cut++
        if (session === null) lane.way.lose(transit, 'unreachable')
        else session.cut('timed-out')
      }
      if (transit.lost) {
        parcels.splice(at--, 1)
        lane.way.passed(transit)
      } else if (parcel.missing > 0 && parcel.deadlineNs <= now) {
        parcel.waitNs = Math.min(parcel.waitNs * 2, RETRANSMIT_MAX_NS)
        parcel.deadlineNs = now + parcel.waitNs
        if (transit.message !== null) parcel.deadlineNs = Math.min(parcel.deadlineNs, parcel.startedNs + this.lossTimeoutNs)
        for (let index = 0; index < parcel.next; index++) {
          if (parcel.come[index] === 1) continue
          this.framesAgain++
          this.putFrame(parcel, index)
        }
      }
    }
    this.release(lane)
    let nextNs = Infinity
    for (const { missing, deadlineNs } of parcels) if (missing > 0) nextNs = Math.min(nextNs, deadlineNs)
    if (nextNs < Infinity) this.wakeAt(lane, Math.max(now + 1, nextNs))
  }

  private wakeAt(lane: Lane, timeNs: number): void {
    if (lane.timer.active && lane.dueNs <= timeNs) return
    lane.dueNs = timeNs
    lane.timer.start(timeNs - this.simulation.now)
  }
}

/** Whether something of the same connection that came before is not whole yet. */
function waitsForEarlier(parcels: readonly Parcel[], at: number): boolean {
  const { session } = parcels[at]!
  for (let before = 0; before < at; before++) if (parcels[before]!.session === session) return true
  return false
}

/** Who gets the frames of all passages of an adapter: a frame knows its own. */
function received({ content }: EthernetFrame): void {
  if (content instanceof Segment) content.passage.came(content.parcel, content.index)
}
