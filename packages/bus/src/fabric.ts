// What all parts of one bus share: its simulation, options, handlers (registered once, here), pool, observers and fate rule.
// It knows no rule of traffic: links, flows and sessions do. Users meet only the Bus.

import type { Handler, Simulation } from '@powersim/kernel'
import { decodeMessage, encodeMessage, type Message } from '@powersim/protocol'
import type { CloseReason, ConnectionEnd } from './connection.js'
import type { BusEndpoint } from './endpoint.js'
import { type Fate, FateQuestion, type FateRule, PASS } from './fate.js'
import { type DropReason, type MessageObservation, newObservers, type Observers } from './observe.js'
import { type Transit, TransitPool } from './transit.js'
import type { Transmitter } from './transmitter.js'

export type WireMode = 'reference' | 'encoded'

export class Fabric {
  readonly simulation: Simulation
  readonly wire: WireMode
  readonly maxConnections: number
  readonly resumptionLimit: number
  readonly observers: Observers = newObservers()
  readonly pool = new TransitPool()
  readonly endpoints: BusEndpoint[] = []
  /** Names of links and hops. */
  readonly wayNames = new Set<string>()
  fate: FateRule | null = null

  /** Messages that some link has in flight: counted apart from the links' own books, to check them. */
  liveMessages = 0
  liveConnections = 0
  nextConnectionId = 1
  asked = 0
  opened = 0
  resumed = 0
  readonly closed: Record<CloseReason, number> = { done: 0, refused: 0, unreachable: 0, reset: 0, 'timed-out': 0 }

  readonly sealed: Handler<Transit>
  readonly transmit: Handler<Transmitter>
  readonly copied: Handler<Transit>
  readonly arrived: Handler<Transit>
  readonly openedRecord: Handler<Transit>
  readonly worked: Handler<ConnectionEnd>
  readonly waited: Handler<ConnectionEnd>
  readonly heard: Handler<ConnectionEnd>
  readonly told: Handler<ConnectionEnd>
  private question: FateQuestion | null = null

  constructor(simulation: Simulation, wire: WireMode, maxConnections: number, resumptionLimit: number) {
    this.simulation = simulation
    this.wire = wire
    this.maxConnections = maxConnections
    this.resumptionLimit = resumptionLimit
    this.sealed = simulation.handler('bus.sealed', (transit: Transit) => transit.flow?.sealed(transit))
    this.transmit = simulation.handler('bus.transmit', (way: Transmitter) => way.transmitNext())
    this.copied = simulation.handler('bus.copied', (transit: Transit) => transit.way.enqueueCopy(transit))
    this.arrived = simulation.handler('bus.arrived', (transit: Transit) => transit.way.arrived(transit))
    this.openedRecord = simulation.handler('bus.opened', (transit: Transit) => transit.flow?.opened(transit))
    this.worked = simulation.handler('bus.handshake', (end: ConnectionEnd) => end.session.worked(end))
    this.waited = simulation.handler('bus.waited', (end: ConnectionEnd) => end.session.timedOut())
    this.told = simulation.handler('bus.told', (end: ConnectionEnd) => end.session.told(end))
    this.heard = simulation.handler('bus.closed', (end: ConnectionEnd) => end.session.heard(end))
  }

  askFate(message: Message, hop: string, from: string, to: string): Fate {
    if (this.fate === null) return PASS
    const question = (this.question ??= new FateQuestion(message))
    question.message = message
    question.hop = hop
    question.from = from
    question.to = to
    question.nowNs = this.simulation.now
    return question.ask(this.fate)
  }

  /** The message as it comes out of the wire: the same object, or what its bytes decode to. */
  decoded(message: Message, encoded: Uint8Array): Message {
    const { entity, attempt, bytes } = message
    return decodeMessage(encoded, { entity, attempt, bytes })
  }

  encodedBytes(message: Message): Uint8Array | null {
    return this.wire === 'encoded' ? encodeMessage(message) : null
  }

  observe(
    kind: MessageObservation['kind'],
    hop: string,
    from: string,
    to: string,
    message: Message,
    connection: number | null,
    why: DropReason | null = null,
  ): void {
    if (this.observers.listenerCount('message') === 0) return
    this.observers.emit('message', { kind, timeNs: this.simulation.now, hop, from, to, message, connection, why })
  }
}
