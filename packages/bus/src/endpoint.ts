// An endpoint: where a component meets the bus. It holds the component's handlers, its TLS costs and whether it can be reached.
// Which sessions a server could resume is remembered here, since a reset forgets them.

import type { Handler, KeyedDraws, Law, LawSpec, Simulation } from '@powersim/kernel'
import type { Address, Message } from '@powersim/protocol'
import type { CloseReason, Connection, ConnectionEnd } from './connection.js'
import { BusError, checkedNumber } from './errors.js'
import type { Fabric } from './fabric.js'
import { checkedLaw, KeyedLaw } from './keyed-law.js'

/** Processor time of this end, ns. Without costs (`tls` left out) nothing is computed and records pass as they are. */
export interface TlsCosts {
  /** Once per connection. */
  readonly fullHandshake: LawSpec
  readonly resumedHandshake: LawSpec
  /** Per started 16 KiB of a message, when sealing it and when opening it. */
  readonly perRecord: LawSpec
  readonly perByteNs: number
}

export interface EndpointHandlers {
  /** Unique on the bus. */
  readonly name: string
  readonly address: Address
  readonly tls?: TlsCosts
  /**
   * Runs `workNs` on the owner's processor, then calls `then` with `argument` (by `simulation.call` or an event). `message` is null
   * for a handshake. Work that is lost with its processor must go with a `reset` of the endpoint: the connection would wait for ever.
   */
  compute<A>(
    purpose: 'handshake' | 'seal' | 'open',
    message: Message | null,
    connection: Connection,
    workNs: number,
    then: Handler<A>,
    argument: A,
  ): void
  /** Server: a client's first flight has come. Answer with `admit()` or `refuse()`, now or later; without this handler all are admitted. */
  accept?(connection: Connection): void
  /** The handshake is done, as this end knows. */
  opened?(connection: Connection): void
  /** `connection` is null for an unsecured message. */
  received(message: Message, connection: Connection | null): void
  /** The connection is closed, whoever closed it. Once per connection that this end asked for or was offered and did not refuse. */
  closed?(connection: Connection, reason: CloseReason): void
}

export interface Endpoint {
  readonly id: number
  readonly name: string
  readonly address: Address
  /**
   * False: connects to it end as `unreachable` after the link's connect time-out, messages to and from it are dropped, and it is
   * reset at the moment it becomes so.
   */
  reachable: boolean
  /**
   * Closes all connections of this endpoint: its own `closed` is called at this time, after the event that asked; peers hear
   * after one latency. Clients will need a full handshake again.
   */
  reset(reason: CloseReason): void
}

export const RECORD_BYTES = 16_384
/** Clients whose sessions a server can resume; the one seen longest ago is forgotten. */
export const DEFAULT_RESUMPTION_LIMIT = 1024

export class BusEndpoint implements Endpoint {
  readonly id: number
  readonly name: string
  readonly address: Address
  readonly handlers: EndpointHandlers
  readonly tls: TlsLaws | null
  /** Ends of connections that are not closed, in the order of opening. */
  readonly ends = new Set<ConnectionEnd>()
  private readonly fabric: Fabric
  // As server: ids of clients, in the order of their last handshake.
  private readonly resumable = new Set<number>()
  // As client: how often it has connected to each server.
  private readonly ordinals = new Map<number, number>()
  // As client: draws of its connections on links of a role.
  private readonly connectDraws = new Map<string, KeyedDraws>()
  private isReachable = true

  constructor(fabric: Fabric, id: number, handlers: EndpointHandlers, tls: TlsLaws | null) {
    this.fabric = fabric
    this.id = id
    this.name = handlers.name
    this.address = handlers.address
    this.handlers = handlers
    this.tls = tls
  }

  get reachable(): boolean {
    return this.isReachable
  }

  set reachable(reachable: boolean) {
    if (reachable === this.isReachable) return
    this.isReachable = reachable
    if (!reachable) this.reset('reset')
  }

  reset(reason: CloseReason): void {
    this.resumable.clear()
    for (const end of this.ends) end.session.close(end, reason)
  }

  /** Number of the next connection from here to `server`, from 0. */
  nextOrdinal(server: BusEndpoint): number {
    const ordinal = this.ordinals.get(server.id) ?? 0
    this.ordinals.set(server.id, ordinal + 1)
    return ordinal
  }

  /** Draws of this client's connections on links of a role: the same for every server, so that both paths see the same numbers. */
  drawsOf(role: string): KeyedDraws {
    let draws = this.connectDraws.get(role)
    if (draws === undefined) {
      draws = this.fabric.simulation.draws(`link.connect.${role}`, this.name)
      this.connectDraws.set(role, draws)
    }
    return draws
  }

  canResume(client: BusEndpoint): boolean {
    return this.resumable.has(client.id)
  }

  remember(client: BusEndpoint): void {
    this.resumable.delete(client.id)
    this.resumable.add(client.id)
    if (this.resumable.size <= this.fabric.resumptionLimit) return
    const [oldest] = this.resumable
    if (oldest !== undefined) this.resumable.delete(oldest)
  }

  sealNs(message: Message): number {
    return this.tls === null ? 0 : recordNs(this.tls, this.tls.seal, message)
  }

  openNs(message: Message): number {
    return this.tls === null ? 0 : recordNs(this.tls, this.tls.open, message)
  }
}

/** TLS costs, checked and compiled. */
export class TlsLaws {
  readonly fullHandshake: Law
  readonly resumedHandshake: Law
  readonly seal: KeyedLaw
  readonly open: KeyedLaw
  readonly perByteNs: number

  /** Throws BusError `bad-parameter`. */
  constructor(simulation: Simulation, path: string, costs: TlsCosts) {
    this.perByteNs = checkedNumber(`${path}.perByteNs`, costs.perByteNs, 0, 1e9, 'number')
    this.fullHandshake = checkedLaw(simulation, `${path}.fullHandshake`, costs.fullHandshake)
    this.resumedHandshake = checkedLaw(simulation, `${path}.resumedHandshake`, costs.resumedHandshake)
    const perRecord = checkedLaw(simulation, `${path}.perRecord`, costs.perRecord)
    this.seal = new KeyedLaw(simulation, perRecord, 'tls.seal')
    this.open = new KeyedLaw(simulation, perRecord, 'tls.open')
  }
}

/** Checks and compiles what a component says of itself; throws BusError `bad-parameter`. */
export function checkedHandlers(simulation: Simulation, handlers: EndpointHandlers): TlsLaws | null {
  const { name, address, tls } = handlers
  if (typeof name !== 'string' || name === '' || name.includes('\0')) {
    throw new BusError('bad-parameter', 'endpoint.name', `expected a text that is not empty, got ${JSON.stringify(name)}`)
  }
  checkedNumber(`endpoint '${name}'.address`, address, 0, 0xffff, 'integer')
  return tls === undefined ? null : new TlsLaws(simulation, `endpoint '${name}'.tls`, tls)
}

function recordNs(laws: TlsLaws, perRecord: KeyedLaw, message: Message): number {
  const { bytes } = message
  return Math.round(Math.ceil(bytes / RECORD_BYTES) * perRecord.sample(message) + bytes * laws.perByteNs)
}
