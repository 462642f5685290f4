// The bus: makes endpoints, links, hops and connections, sends unsecured messages, and counts. Delivery is by handlers of the
// endpoints; observers only watch. How messages travel is in transmitter.ts and flow.ts, how connections live in handshake.ts.

import type { Simulation } from '@powersim/kernel'
import type { Message } from '@powersim/protocol'
import type { Connection } from './connection.js'
import { BusEndpoint, checkedHandlers, DEFAULT_RESUMPTION_LIMIT, type Endpoint, type EndpointHandlers } from './endpoint.js'
import { BusError, checkedNumber } from './errors.js'
import { Fabric, type WireMode } from './fabric.js'
import type { FateRule } from './fate.js'
import { Session } from './handshake.js'
import type { PassageOptions } from './frame-passage.js'
import { Hop } from './hop.js'
import { BusLink, type Link } from './link.js'
import { type LinkParameters, LinkPlan } from './link-parameters.js'
import type { Observers } from './observe.js'
import type { BusStatistics } from './statistics.js'

export interface BusOptions {
  /** `encoded`: every hop really encodes and decodes its messages. Default `reference`: messages are passed as they are. */
  readonly wire?: WireMode
  /** Connections at the same time; one more closes as `refused`. Default 65,536. */
  readonly maxConnections?: number
  /** Clients whose sessions each server can resume. Default 1,024. */
  readonly resumptionLimit?: number
}

export const DEFAULT_MAX_CONNECTIONS = 65_536

export class Bus {
  readonly simulation: Simulation
  private readonly fabric: Fabric
  private readonly links: BusLink[] = []
  private readonly hops: Hop[] = []

  /** Throws BusError `bad-parameter`, and KernelError `bad-tick` for a simulation that counts in microseconds. */
  constructor(simulation: Simulation, options: BusOptions = {}) {
    const { wire = 'reference', maxConnections = DEFAULT_MAX_CONNECTIONS, resumptionLimit = DEFAULT_RESUMPTION_LIMIT } = options
    if (wire !== 'reference' && wire !== 'encoded') {
      throw new BusError('bad-parameter', 'bus.wire', `expected 'reference' or 'encoded', got ${JSON.stringify(wire satisfies never)}`)
    }
    checkedNumber('bus.maxConnections', maxConnections, 0, 2 ** 24, 'integer')
    checkedNumber('bus.resumptionLimit', resumptionLimit, 0, 2 ** 24, 'integer')
    simulation.nanosecondsOnly('a bus')
    this.simulation = simulation
    this.fabric = new Fabric(simulation, wire, maxConnections, resumptionLimit)
  }

  /** What decides messages' fates, or null. Asked once per message and hop. */
  get fate(): FateRule | null {
    return this.fabric.fate
  }

  set fate(rule: FateRule | null) {
    this.fabric.fate = rule
  }

  /** `on('message')` and `on('connection')`: for taps and traces. They cost nothing when nobody listens. */
  get observers(): Observers {
    return this.fabric.observers
  }

  /** Throws BusError `bad-parameter`, `name-taken`. */
  endpoint(handlers: EndpointHandlers): Endpoint {
    const { endpoints, simulation } = this.fabric
    const tls = checkedHandlers(simulation, handlers)
    if (endpoints.some((other) => other.name === handlers.name)) throw nameTaken('endpoint.name', handlers.name)
    const endpoint = new BusEndpoint(this.fabric, endpoints.length, handlers, tls)
    endpoints.push(endpoint)
    return endpoint
  }

  /** Joins two endpoints. Throws BusError `bad-parameter`, `name-taken`, `foreign`, `wrong-end` (an endpoint and itself). */
  link(a: Endpoint, b: Endpoint, parameters: LinkParameters): Link {
    const plan = new LinkPlan(this.simulation, parameters)
    const [first, second] = [this.own(a), this.own(b)]
    if (first === second) throw new BusError('wrong-end', `link '${plan.name}'`, `joins '${a.name}' to itself; expected two endpoints`)
    this.take(plan.name, 'link.name')
    const link = new BusLink(this.fabric, this.links.length, plan, first, second)
    this.links.push(link)
    return link
  }

  /**
   * Puts adapters, with a network behind them that carries frames, between a link's wire and its second endpoint, before anything is sent.
   * Throws BusError `foreign`, `wrong-state` for a second time, `bad-parameter`.
   */
  passThrough(link: Link, options: PassageOptions): void {
    this.ownLink(link).passThrough(this.fabric, options)
  }

  /** A way that is no link; requests on it go `from` -> `to`, as fate rules and observers will see. Throws BusError `name-taken`. */
  hop(name: string, from = `${name}:near`, to = `${name}:far`): Hop {
    this.take(name, 'hop.name')
    const hop = new Hop(this.fabric, name, from, to)
    this.hops.push(hop)
    return hop
  }

  /**
   * Asks for a secure session to the link's other end. The client's `opened` or `closed` tells what came of it, in a later event.
   * `resume`: with a resumed handshake, if the server still knows the client. Throws BusError `foreign`, `wrong-end`.
   */
  connect(link: Link, from: Endpoint, options: { resume?: boolean } = {}): Connection {
    const own = this.ownLink(link)
    const forward = own.from(from)
    const session = new Session(this.fabric, own.plan, forward, own.from(forward.to), options.resume ?? false)
    session.start()
    return session.client
  }

  /** Sends an unsecured message to the link's other end. Throws BusError `foreign`, `wrong-end`, `bad-message`. */
  send(link: Link, from: Endpoint, message: Message): void {
    const way = this.ownLink(link).from(from)
    way.put(way.offer(message, null), message)
  }

  /** Counts and times up to now. Checks that the links' books agree with each other. */
  statistics(): BusStatistics {
    const { asked, opened, resumed, liveConnections, liveMessages, closed } = this.fabric
    const links = this.links.map((link) => link.statistics())
    const inFlight = links.reduce((sum, { forward, backward }) => sum + forward.inFlight + backward.inFlight, 0)
    this.simulation.invariant(inFlight === liveMessages, 'bus: messages under way = sum of the links\' in flight')
    const hops = this.hops.map((hop) => hop.counters)
    return { links, hops, connections: { asked, opened, resumed, alive: liveConnections, closed: { ...closed } } }
  }

  private own(endpoint: Endpoint): BusEndpoint {
    const own = this.fabric.endpoints[endpoint.id]
    if (own === endpoint) return own
    throw new BusError('foreign', 'endpoint', `'${endpoint.name}' is not an endpoint of this bus`)
  }

  private ownLink(link: Link): BusLink {
    const own = this.links[link.id]
    if (own === link) return own
    throw new BusError('foreign', 'link', `'${link.name}' is not a link of this bus`)
  }

  private take(name: string, path: string): void {
    const { wayNames } = this.fabric
    if (wayNames.has(name)) throw nameTaken(path, name)
    wayNames.add(name)
  }
}

function nameTaken(path: string, name: string): BusError {
  return new BusError('name-taken', path, `'${name}' is taken; statistics, fate rules and draws go by name, choose another`)
}
