// One direction of a link: a transmitter that serialises what is offered to it, first in, first out, and a way of some latency that
// keeps the order. Costs one event per message, two when it has to wait for the transmitter.
// Records of a connection come here sealed and leave to be opened (flow.ts); unsecured messages go straight through.

import type { Message } from '@powersim/protocol'
import type { ConnectionEnd } from './connection.js'
import type { BusEndpoint } from './endpoint.js'
import { BusError } from './errors.js'
import type { Fabric } from './fabric.js'
import type { Flow } from './flow.js'
import type { FramePassage } from './frame-passage.js'
import type { KeyedLaw } from './keyed-law.js'
import type { LinkPlan } from './link-parameters.js'
import type { DropReason } from './observe.js'
import { type DirectionStatistics, Ledger } from './statistics.js'
import { type Transit, TransitQueue } from './transit.js'

export class Transmitter {
  readonly from: BusEndpoint
  readonly to: BusEndpoint
  readonly ledger: Ledger
  /** What stands between the wire and the sender, or the receiver; null: nothing. */
  before: FramePassage | null = null
  behind: FramePassage | null = null
  private readonly fabric: Fabric
  private readonly plan: LinkPlan
  private readonly latency: KeyedLaw
  private readonly queue = new TransitQueue()
  // What waits for the transmitter and is not lost: all of it, and the messages among it.
  private queued = 0
  private waiting = 0
  private peakWaiting = 0
  private freeAtNs = 0
  private lastArrivalNs = 0
  // An event is due at freeAtNs to send the next one that waits.
  private awaited = false
  private wireBytes = 0
  private busyNs = 0
  private lastBusyNs = 0
  private stalledNs = 0

  constructor(fabric: Fabric, plan: LinkPlan, latency: KeyedLaw, from: BusEndpoint, to: BusEndpoint) {
    this.fabric = fabric
    this.plan = plan
    this.latency = latency
    this.from = from
    this.to = to
    this.ledger = new Ledger(fabric.simulation)
  }

  /** Takes a message into the books; `put` puts it on the wire, once it is sealed. */
  offer(message: Message, flow: Flow | null): Transit {
    const { bytes } = message
    if (!(Number.isInteger(bytes) && bytes > 0)) {
      throw new BusError('bad-message', 'message.bytes', `expected the message's size on the wire in bytes, got ${String(bytes)}`)
    }
    const transit = this.fabric.pool.acquire(this)
    transit.message = message
    transit.encoded = this.fabric.encodedBytes(message)
    transit.bytes = bytes
    transit.flow = flow
    flow?.session.attach(transit)
    this.ledger.offer(bytes)
    this.fabric.liveMessages++
    this.fabric.observe('offered', this.plan.name, this.from.name, this.to.name, message, connectionOf(flow))
    return transit
  }

  /** Offers a message to the link itself: asks for its fate, then queues it for the wire. */
  put(transit: Transit, message: Message): void {
    if (!this.from.reachable) {
      this.dropHere(transit, 'unreachable')
      return
    }
    const fate = this.fabric.askFate(message, this.plan.name, this.from.name, this.to.name)
    switch (fate.do) {
      case 'pass':
        break
      case 'drop':
        this.dropHere(transit, 'fate')
        return
      case 'delay':
        transit.delayNs = fate.ns
        break
      case 'duplicate':
        this.fabric.simulation.schedule(fate.afterNs, this.fabric.copied, this.copyOf(transit, message))
        break
    }
    this.start(transit)
  }

  /** A flight of a handshake: in order with everything else on the wire, and in no book of messages. */
  putFlight(receiver: ConnectionEnd, flight: number, bytes: number): void {
    const transit = this.fabric.pool.acquire(this)
    transit.receiver = receiver
    transit.flight = flight
    transit.bytes = bytes
    receiver.session.attach(transit)
    this.start(transit)
  }

  /** The second copy that a fate rule asked for comes to the transmitter. */
  enqueueCopy(transit: Transit): void {
    if (transit.lost) this.fabric.pool.release(transit)
    else this.start(transit)
  }

  /** It has come through the passage. */
  passed(transit: Transit): void {
    if (transit.lost) this.fabric.pool.release(transit)
    else if (this.before === null) this.arrived(transit)
    else this.enqueue(transit)
  }

  /** The transmitter is free: sends the first that waits and is not lost. */
  transmitNext(): void {
    this.awaited = false
    for (let transit = this.queue.shift(); transit !== null; transit = this.queue.shift()) {
      if (transit.lost) {
        this.fabric.pool.release(transit)
        continue
      }
      this.unqueue(transit)
      this.transmit(transit)
      break
    }
    if (this.queued > 0) this.await()
  }

  /** The last byte has come: a flight goes to its session, a record to be opened, an unsecured message to its receiver. */
  arrived(transit: Transit): void {
    const { message, flow, receiver, flight } = transit
    if (transit.lost) {
      this.fabric.pool.release(transit)
    } else if (message === null) {
      receiver?.session.detach(transit)
      this.fabric.pool.release(transit)
      receiver?.session.flightArrived(receiver, flight)
    } else if (!this.to.reachable) {
      this.dropHere(transit, 'unreachable')
    } else if (flow === null) {
      this.deliver(transit, message, null)
    } else {
      flow.arrived(transit)
    }
  }

  /** Hands a message over; the transit is gone before its receiver is called. */
  deliver(transit: Transit, message: Message, end: ConnectionEnd | null): void {
    const { encoded, flow } = transit
    flow?.session.detach(transit)
    this.fabric.pool.release(transit)
    this.ledger.deliver()
    this.fabric.liveMessages--
    const received = encoded === null ? message : this.fabric.decoded(message, encoded)
    this.fabric.observe('delivered', this.plan.name, this.from.name, this.to.name, received, connectionOf(flow))
    this.to.handlers.received(received, end)
  }

  /** Drops a transit that nobody else holds. */
  dropHere(transit: Transit, why: DropReason): void {
    transit.flow?.session.detach(transit)
    this.lose(transit, why)
    this.fabric.pool.release(transit)
  }

  /** Books a transit as dropped and marks it; whoever holds it gives it back when it comes up. */
  lose(transit: Transit, why: DropReason): void {
    transit.lost = true
    if (transit.waiting) this.unqueue(transit)
    const { message } = transit
    if (message === null) return
    this.ledger.drop()
    this.fabric.liveMessages--
    this.fabric.observe('dropped', this.plan.name, this.from.name, this.to.name, message, connectionOf(transit.flow), why)
  }

  /** Arrival of something of no size that is sent now, in order behind what is on its way already. */
  reserveArrival(latencyNs: number): number {
    const { now } = this.fabric.simulation
    this.lastArrivalNs = Math.max(now + latencyNs, this.lastArrivalNs)
    return this.lastArrivalNs - now
  }

  statistics(): DirectionStatistics {
    this.ledger.check()
    const ahead = Math.max(0, this.freeAtNs - this.fabric.simulation.now)
    const { wireBytes, stalledNs, waiting, peakWaiting } = this
    const busyNs = this.busyNs - Math.min(this.lastBusyNs, ahead)
    return { ...this.ledger.snapshot(), from: this.from.name, to: this.to.name, wireBytes, busyNs, stalledNs, waiting, peakWaiting }
  }

  private copyOf(transit: Transit, message: Message): Transit {
    const copy = this.fabric.pool.acquire(this)
    const { flow } = transit
    copy.message = message
    copy.encoded = transit.encoded
    copy.bytes = transit.bytes
    copy.flow = flow
    flow?.session.attach(copy)
    this.ledger.duplicate(copy.bytes)
    this.fabric.liveMessages++
    this.fabric.observe('duplicated', this.plan.name, this.from.name, this.to.name, message, connectionOf(flow))
    return copy
  }

  private start(transit: Transit): void {
    if (this.before === null) this.enqueue(transit)
    else this.before.leave(transit)
  }

  private enqueue(transit: Transit): void {
    if (this.queued === 0 && !this.awaited && this.freeAtNs <= this.fabric.simulation.now) {
      this.transmit(transit)
      return
    }
    if (transit.message !== null) {
      if (this.waiting >= this.plan.queueLimit) {
        this.dropHere(transit, 'queue-full')
        return
      }
      this.waiting++
      if (this.waiting > this.peakWaiting) this.peakWaiting = this.waiting
    }
    transit.waiting = true
    this.queued++
    this.queue.push(transit)
    if (!this.awaited) this.await()
  }

  private unqueue(transit: Transit): void {
    transit.waiting = false
    this.queued--
    if (transit.message !== null) this.waiting--
  }

  private await(): void {
    this.awaited = true
    this.fabric.simulation.schedule(this.freeAtNs - this.fabric.simulation.now, this.fabric.transmit, this)
  }

  private transmit(transit: Transit): void {
    const { message, flow, bytes } = transit
    const { simulation } = this.fabric
    const { now } = simulation
    const wireBytes = this.plan.wireBytes(bytes)
    const busyNs = this.plan.wireNs(wireBytes)
    const latencyNs = message === null ? flightLatency(transit) : this.latency.sample(message)
    const startNs = Math.min(now, Math.max(this.freeAtNs, transit.fromNs))
    // Each byte is acknowledged one latency after its arrival.
    const pacedNs = flow === null ? startNs + busyNs : flow.window.transmit(startNs, bytes, busyNs, 2 * latencyNs)
    const endNs = Math.max(now, pacedNs)
    this.wireBytes += wireBytes
    this.busyNs += busyNs
    this.lastBusyNs = busyNs
    this.stalledNs += pacedNs - startNs - busyNs
    this.freeAtNs = endNs
    this.lastArrivalNs = Math.max(endNs + latencyNs, this.lastArrivalNs)
    const arrivalNs = this.lastArrivalNs + transit.delayNs
    if (this.behind === null) simulation.schedule(arrivalNs - now, this.fabric.arrived, transit)
    else {
      const firstNs = startNs + this.plan.wireNs(this.plan.wireBytes(this.plan.frameData(bytes, 0))) + latencyNs + transit.delayNs
      this.behind.enter(transit, Math.min(firstNs, arrivalNs), arrivalNs)
    }
  }
}

function connectionOf(flow: Flow | null): number | null {
  return flow === null ? null : flow.session.id
}

function flightLatency(transit: Transit): number {
  return transit.receiver === null ? 0 : transit.receiver.session.flightLatencyNs(transit.flight)
}
