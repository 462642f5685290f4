// The secure session of a connection, as a state machine of two ends: connect, handshake, close. Records are in flow.ts, what the
// owner of an end sees is in connection.ts. The list of states and moves stands at the class.

import type { Law, Timer } from '@powersim/kernel'
import { type CloseReason, ConnectionEnd, type SessionState } from './connection.js'
import type { Fabric } from './fabric.js'
import { Flow } from './flow.js'
import type { LinkPlan } from './link-parameters.js'
import type { Transit } from './transit.js'
import type { Transmitter } from './transmitter.js'

const CONNECT = 0
const ANSWER = 1
const HELLO = 2
const SERVER_HELLO = 3

/** Draws of a connection, in blocks large enough for any law: the flights from 0 (at most 20), then these. */
const BLOCK = 1024
const CONNECT_TIMEOUT = 24
const SETUP_TIMEOUT = 25
const CLIENT_WORK = 26
const SERVER_WORK = 27
const GOODBYE = 28

/**
 * Flights cross the link in order with all else on it; states are of the client's end (c) or the server's (s).
 *
 *     0     c -> s  transport connect. An unreachable server does not answer: c gives up after the connect time-out
 *     1     s -> c  transport answer. c: connecting -> handshaking
 *     2     c -> s  hello. s: -> admitting, `accept` is called; at `admit` -> handshaking, and s computes its part
 *     3     s -> c  hello and certificate; c computes its part
 *     4, 5  ...     one more pair of flights for each further round trip
 *                   after the last of these c: handshaking -> open
 *     last  c -> s  finished. s: handshaking -> open. Messages of the client come right behind it
 *
 * From every state to closed: an end's close or refusal, a reset, the connect time-out, the set-up time-out; the other end follows
 * when word of it has crossed the link.
 */
export class Session {
  readonly id: number
  readonly client: ConnectionEnd
  readonly server: ConnectionEnd
  /** Decided by the server when the hello comes. */
  resumed = false
  private readonly fabric: Fabric
  private readonly plan: LinkPlan
  private readonly forward: Transmitter
  private readonly backward: Transmitter
  private readonly toServer: Flow
  private readonly toClient: Flow
  private readonly resume: boolean
  private readonly ordinal: number
  private readonly timer: Timer
  private startedNs = 0
  private endsLeft = 2
  // What the connection has under way, newest first.
  private newest: Transit | null = null

  /** `forward` leads from the client to the server. */
  constructor(fabric: Fabric, plan: LinkPlan, forward: Transmitter, backward: Transmitter, resume: boolean) {
    this.fabric = fabric
    this.plan = plan
    this.id = fabric.nextConnectionId++
    this.forward = forward
    this.backward = backward
    this.resume = resume
    this.client = new ConnectionEnd(this, forward.from, 'client')
    this.server = new ConnectionEnd(this, forward.to, 'server')
    this.toServer = new Flow(fabric, this, forward, this.client, this.server, plan.windowBytes)
    this.toClient = new Flow(fabric, this, backward, this.server, this.client, plan.windowBytes)
    this.client.out = this.toServer
    this.server.out = this.toClient
    this.ordinal = this.client.endpoint.nextOrdinal(this.server.endpoint)
    this.timer = fabric.simulation.timer(fabric.waited, this.client)
  }

  /** The client asks for the connection. */
  start(): void {
    const { fabric, client } = this
    this.startedNs = fabric.simulation.now
    fabric.asked++
    client.endpoint.ends.add(client)
    this.observe(client)
    if (fabric.liveConnections++ >= fabric.maxConnections) {
      this.close(client, 'refused')
      return
    }
    this.timer.start(this.sample(this.plan.connectTimeout, CONNECT_TIMEOUT))
    if (client.endpoint.reachable) this.forward.putFlight(this.server, CONNECT, 0)
  }

  /** A flight has come to `receiver`. */
  flightArrived(receiver: ConnectionEnd, flight: number): void {
    if (receiver === this.client) this.cameToClient(flight)
    else this.cameToServer(flight)
  }

  /** The server goes on with the handshake. */
  admit(): void {
    this.move(this.server, 'handshaking')
    this.work(this.server, SERVER_WORK)
  }

  /** An end has done its part of the handshake on its processor. */
  worked(end: ConnectionEnd): void {
    if (end.state !== 'handshaking') return
    if (end === this.server) this.backward.putFlight(this.client, SERVER_HELLO, this.bytes(this.resumed, 1))
    else this.clientGoesOn(SERVER_HELLO)
  }

  /** The client's timer has run out: no answer from the transport, or no end of the set-up. */
  timedOut(): void {
    const { client } = this
    const reason = client.state === 'connecting' ? 'unreachable' : 'timed-out'
    this.leave(client, reason)
    this.told(client)
  }

  /** An end closes, and is told so in an event of its own: its owner, its endpoint or the bus may have asked for it. */
  close(end: ConnectionEnd, reason: CloseReason): void {
    if (end.state === 'closed') return
    this.leave(end, reason)
    this.fabric.simulation.schedule(0, this.fabric.told, end)
  }

  /** An end is closed from now on; its peer, if it knows of the connection, hears of it after one latency. */
  leave(end: ConnectionEnd, reason: CloseReason): void {
    if (this.endsLeft === 2) this.fabric.closed[reason]++
    this.shut(end, reason)
    const peer = end === this.client ? this.server : this.client
    if (peer.state === 'closed') return
    if (peer === this.server && peer.state === 'connecting') {
      this.shut(peer, reason)
      return
    }
    peer.reason = reason
    const way = end === this.client ? this.forward : this.backward
    this.fabric.simulation.schedule(way.reserveArrival(this.sample(this.plan.latency, GOODBYE)), this.fabric.heard, peer)
  }

  /** Nothing gets through any more: both ends find that out by themselves. */
  cut(reason: CloseReason): void {
    if (this.endsLeft === 2) this.fabric.closed[reason]++
    for (const end of [this.client, this.server]) {
      if (end.state === 'closed') continue
      const known = end === this.client || end.state !== 'connecting'
      this.shut(end, reason)
      if (known) this.fabric.simulation.schedule(0, this.fabric.told, end)
    }
  }

  /** Word of the peer's close has come. */
  heard(end: ConnectionEnd): void {
    if (end.state === 'closed' || end.reason === null) return
    this.shut(end, end.reason)
    this.told(end)
  }

  told(end: ConnectionEnd): void {
    if (end.reason !== null) end.endpoint.handlers.closed?.(end, end.reason)
  }

  flightLatencyNs(flight: number): number {
    return this.sample(this.plan.latency, flight)
  }

  /** Notes something as under way, so that it can be dropped when the connection closes. */
  attach(transit: Transit): void {
    transit.older = this.newest
    if (this.newest !== null) this.newest.newer = transit
    this.newest = transit
  }

  detach(transit: Transit): void {
    const { older, newer } = transit
    if (older !== null) older.newer = newer
    if (newer !== null) newer.older = older
    else if (this.newest === transit) this.newest = older
    transit.older = null
    transit.newer = null
  }

  private cameToServer(flight: number): void {
    const { server } = this
    if (flight === CONNECT) {
      if (server.endpoint.reachable) this.backward.putFlight(this.client, ANSWER, 0)
    } else if (flight === HELLO) {
      this.helloCame()
    } else if (flight < this.lastFlight()) {
      this.backward.putFlight(this.client, flight + 1, 0)
    } else {
      this.move(server, 'open')
      server.endpoint.handlers.opened?.(server)
    }
  }

  private helloCame(): void {
    const { server } = this
    if (!server.endpoint.reachable) return
    server.endpoint.ends.add(server)
    this.resumed = this.mayResume()
    this.move(server, 'admitting')
    if (server.endpoint.handlers.accept === undefined) this.admit()
    else server.endpoint.handlers.accept(server)
  }

  private cameToClient(flight: number): void {
    const { client } = this
    if (flight === ANSWER) {
      this.move(client, 'handshaking')
      const setupNs = this.sample(this.plan.setupTimeout, SETUP_TIMEOUT)
      this.timer.start(Math.max(0, this.startedNs + setupNs - this.fabric.simulation.now))
      this.forward.putFlight(this.server, HELLO, this.bytes(this.mayResume(), 0))
    } else if (flight === SERVER_HELLO) {
      this.work(client, CLIENT_WORK)
    } else {
      this.clientGoesOn(flight)
    }
  }

  private clientGoesOn(flight: number): void {
    const { client, server, fabric } = this
    this.forward.putFlight(server, flight + 1, 0)
    if (flight + 1 < this.lastFlight()) return
    this.timer.stop()
    server.endpoint.remember(client.endpoint)
    fabric.opened++
    if (this.resumed) fabric.resumed++
    this.move(client, 'open')
    client.endpoint.handlers.opened?.(client)
  }

  private work(end: ConnectionEnd, block: number): void {
    const { tls, handlers } = end.endpoint
    if (tls === null) {
      this.worked(end)
      return
    }
    const workNs = this.sample(this.resumed ? tls.resumedHandshake : tls.fullHandshake, block)
    handlers.compute('handshake', null, end, workNs, this.fabric.worked, end)
  }

  private mayResume(): boolean {
    return this.resume && this.server.endpoint.canResume(this.client.endpoint)
  }

  private lastFlight(): number {
    return 2 + 2 * (this.resumed ? this.plan.resumedRoundTrips : this.plan.fullRoundTrips)
  }

  private bytes(resumed: boolean, end: 0 | 1): number {
    return (resumed ? this.plan.resumedBytes : this.plan.fullBytes)[end]
  }

  private sample(law: Law, block: number): number {
    return law.sample(this.client.endpoint.drawsOf(this.plan.role).cursor(this.ordinal, block * BLOCK))
  }

  private move(end: ConnectionEnd, state: SessionState): void {
    end.state = state
    this.observe(end)
  }

  /** The end is closed from now on; all that the connection has in flight is dropped. */
  private shut(end: ConnectionEnd, reason: CloseReason): void {
    const known = end === this.client || end.state !== 'connecting'
    end.state = 'closed'
    end.reason = reason
    end.endpoint.ends.delete(end)
    this.timer.stop()
    this.loseAll()
    if (known) this.observe(end)
    this.endsLeft--
    if (this.endsLeft === 0) this.fabric.liveConnections--
  }

  private loseAll(): void {
    for (let transit = this.newest; transit !== null; transit = this.newest) {
      this.detach(transit)
      transit.way.lose(transit, 'closed')
    }
    this.toServer.clear()
    this.toClient.clear()
  }

  private observe(end: ConnectionEnd): void {
    const { observers, simulation } = this.fabric
    if (observers.listenerCount('connection') === 0) return
    observers.emit('connection', {
      timeNs: simulation.now,
      id: this.id,
      link: this.plan.name,
      client: this.client.endpoint.name,
      server: this.server.endpoint.name,
      end: end.side,
      state: end.state,
      resumed: this.resumed,
      reason: end.state === 'closed' ? end.reason : null,
    })
  }
}
