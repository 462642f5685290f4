// Opens, sets up, uses and closes the sessions of a console: kept ones stay open and are tried again after a loss; per-command ones
// live for one command. Set-up is a counted series of configuration messages (dissertation 3.2).
// No command waits for a session that nobody opens: whoever ends one serves, opens or fails (serveWaiting, openIfWanted, lose).

import type { Bus, Connection, Endpoint } from '@powersim/bus'
import { type Handler, type Signal, type Simulation, until, type Yieldable } from '@powersim/kernel'
import { commandByName, type CommandName, isReply, type Message, type RequestOf } from '@powersim/protocol'
import type { ManagedSystemView } from '../managed-system-view.js'
import type { HmcParameters } from '../parameters.js'
import { Channel } from './channel.js'
import type { Exchange } from './exchange.js'
import type { ExchangeQueue } from './exchange-queue.js'
import type { Exchanger } from './exchanger.js'
import { type ManagementPath, troubleOf } from './management-path.js'

/** The series that sets a channel up, in order. */
const setUpSeries = [
  'connection.identify',
  'connection.authenticate',
  'connection.capabilities',
  'connection.subscribe',
] as const satisfies readonly CommandName[]

/** Largest message and window that a console offers in `connection.capabilities`. */
const OFFERED_MTU_BYTES = 16_384
const OFFERED_WINDOW = 4096

/** Identities of set-up commands for random draws lie above those of all other commands. */
const SET_UP_ENTITIES = 2 ** 50
const ENTITIES_PER_CONSOLE = 2 ** 40
/** The paths of a system share theirs, so that policies see the same numbers on each. */
const ENTITIES_PER_SYSTEM = 2 ** 28
const ENTITIES_PER_CHANNEL = 8

export interface ChannelsWiring {
  readonly console: string
  readonly number: number
  readonly endpoint: Endpoint
  readonly exchanger: Exchanger
}

export class Channels {
  private readonly simulation: Simulation
  private readonly bus: Bus
  private readonly parameters: HmcParameters
  private readonly wiring: ChannelsWiring
  private readonly byConnection = new Map<number, Channel>()
  private readonly recover: Handler<ManagementPath>
  /** Fires when every kept path of the start has been tried once. */
  private started: Signal<void> | null = null
  private untried = 0
  /** The console is down: nothing is opened. */
  private halted = false

  constructor(simulation: Simulation, bus: Bus, parameters: HmcParameters, wiring: ChannelsWiring) {
    this.simulation = simulation
    this.bus = bus
    this.parameters = parameters
    this.wiring = wiring
    this.recover = simulation.handler(`${wiring.console}.reconnect`, (path: ManagementPath) => this.recovered(path))
  }

  /** Connects one session of every kept path; the signal fires when each is ready or has failed. Once: later calls give the same. */
  start(systems: readonly ManagedSystemView[]): Signal<void> {
    if (this.started !== null) return this.started
    this.started = this.simulation.signal<void>()
    for (const system of systems) {
      for (const path of system.connections) {
        // A command may have opened one before.
        if (path.sessions.mode !== 'kept' || path.connected || path.withheld) continue
        path.starting = true
        this.untried++
        if (path.channels.length === 0) this.open(path)
      }
    }
    if (this.untried === 0) this.started.fire(undefined)
    return this.started
  }

  /** The console goes down: no session is opened until `resume`. Those that are open are closed by its endpoint. */
  halt(): void {
    this.halted = true
  }

  /** The console is up again: kept sessions are opened. */
  resume(systems: readonly ManagedSystemView[]): void {
    this.halted = false
    for (const system of systems) {
      for (const path of system.connections) {
        path.failed = false
        path.trouble = null
        if (path.sessions.mode === 'kept' && path.channels.length === 0 && !path.withheld) this.open(path)
      }
    }
  }

  /** Puts an exchange on a session of its path, queues it for one, or fails its try. */
  submit(exchange: Exchange, path: ManagementPath): void {
    const own = exchange.asked.ownChannel
    if (own !== null) {
      this.put(exchange, own)
      return
    }
    const free = path.freeChannel()
    if (free !== undefined) {
      this.put(exchange, free)
      return
    }
    if ((path.sessions.mode === 'kept' && !path.connected && path.failed) || path.withheld || this.halted) {
      this.wiring.exchanger.fail(exchange, 'disconnected', `no connection to ${path.system} on path ${path.id}`)
      return
    }
    if (path.waiting.length >= this.parameters.waitingLimit) {
      this.wiring.exchanger.fail(exchange, 'busy', `${this.parameters.waitingLimit} commands wait for a session on path ${path.id} already`)
      return
    }
    path.waiting.push(exchange)
    this.openIfWanted(path)
  }

  /** Takes an exchange off its session or out of the queue of its path. */
  withdraw(exchange: Exchange, path: ManagementPath): void {
    const { channel } = exchange
    if (channel === null) {
      path.waiting.remove(exchange)
      return
    }
    exchange.channel = null
    channel.pending.delete(exchange.sequence)
    if (channel.state !== 'ready') return
    if (path.sessions.mode === 'per-command') this.retire(channel)
    else this.serveWaiting(path)
  }

  /** The console is to have this connection, or to try it anew. */
  connect(path: ManagementPath): void {
    path.managed = true
    path.trouble = null
    path.failed = false
    if (path.sessions.mode === 'kept' && path.channels.length === 0) this.open(path)
  }

  /** Closes a connection; one that is `removed` is not opened again. */
  disconnect(path: ManagementPath, removed: boolean): void {
    path.managed = !removed
    for (const channel of path.channels.slice()) channel.connection.close('done')
  }

  /** Passwords have been set on a session that was kept for it: its set-up begins again. */
  setUpAgain(path: ManagementPath): void {
    const { pending } = path
    path.pending = null
    if (pending !== null) this.simulation.process(`${this.wiring.console}.set-up`, this.setUp(pending))
  }

  /** A handshake of ours is done. */
  opened(connection: Connection): void {
    const channel = this.byConnection.get(connection.id)
    if (channel === undefined) return
    channel.state = 'setting-up'
    this.simulation.process(`${this.wiring.console}.set-up`, this.setUp(channel))
  }

  /** A session has ended, whoever ended it. */
  closed(connection: Connection): void {
    const channel = this.byConnection.get(connection.id)
    if (channel !== undefined) this.lose(channel)
  }

  /** The exchange that a reply on this session answers, or undefined when nobody waits for it any more. */
  pendingFor(message: Message, connection: Connection): Exchange | undefined {
    if (!isReply(message)) return undefined
    const exchange = this.byConnection.get(connection.id)?.pending.get(message.sequence)
    return exchange?.asked.definition.opcode === message.opcode ? exchange : undefined
  }

  /** The path that a session of ours is on. */
  pathOf(connection: Connection): ManagementPath | undefined {
    return this.byConnection.get(connection.id)?.path
  }

  private open(path: ManagementPath): void {
    const connection = this.bus.connect(path.wiring.link, this.wiring.endpoint, { resume: path.sessions.resume })
    const channel = new Channel(path, path.opened++, connection)
    path.channels.push(channel)
    this.byConnection.set(connection.id, channel)
  }

  /** One more session, if commands wait that those being opened will not take and the path may have it now. */
  private openIfWanted(path: ManagementPath): void {
    if (path.channels.length >= path.sessions.sessions || path.waiting.length <= path.opening * path.pipeline) return
    if (path.withheld || this.halted) return
    // A server that has just closed one kept session is not asked for another at once.
    if (path.sessions.mode === 'kept' && this.simulation.now < path.quietUntilNs) return
    this.open(path)
  }

  private *setUp(channel: Channel): Generator<Yieldable, void> {
    const { path } = channel
    const base =
      SET_UP_ENTITIES +
      this.wiring.number * ENTITIES_PER_CONSOLE +
      path.owner.wiring.number * ENTITIES_PER_SYSTEM +
      ((channel.ordinal * ENTITIES_PER_CHANNEL) % ENTITIES_PER_SYSTEM)
    for (const [step, name] of setUpSeries.entries()) {
      if (channel.state !== 'setting-up') return
      const exchange = this.wiring.exchanger.ask({
        system: path.owner,
        definition: commandByName(name),
        data: this.setUpData(name, channel),
        entity: base + step,
        ordinal: -1,
        lparId: null,
        operation: 0,
        ownChannel: channel,
      })
      const outcome = yield* until(exchange.outcome)
      if (!outcome.ok) {
        path.trouble = troubleOf(outcome.refusal.reason)
        if (path.trouble === 'passwords-not-set') this.keepPending(channel)
        else channel.connection.close('refused')
        return
      }
    }
    if (channel.state === 'setting-up') this.ready(channel)
  }

  /** The service processor has passwords yet to be set: the session stays for that, and commands fail. */
  private keepPending(channel: Channel): void {
    const { path } = channel
    path.pending = channel
    path.failed = true
    for (const exchange of take(path.waiting, path.waiting.length)) {
      this.wiring.exchanger.fail(exchange, 'disconnected', `passwords of ${path.system} are yet to be set`)
    }
    path.owner.changed()
    this.triedOnce(path)
  }

  private ready(channel: Channel): void {
    const { path } = channel
    channel.state = 'ready'
    path.failed = false
    path.trouble = null
    path.owner.changed()
    this.triedOnce(path)
    this.serveWaiting(path)
    // The command that it was opened for may have run out of time meanwhile.
    if (path.sessions.mode === 'per-command' && channel.pending.size === 0) this.retire(channel)
  }

  private setUpData(name: (typeof setUpSeries)[number], channel: Channel): RequestOf<(typeof setUpSeries)[number]> {
    switch (name) {
      case 'connection.identify':
        return { console: this.wiring.console, version: this.parameters.version }
      case 'connection.authenticate':
        return { user: 'HMC', password: channel.path.password }
      case 'connection.capabilities':
        return { mtuBytes: OFFERED_MTU_BYTES, window: OFFERED_WINDOW }
      case 'connection.subscribe':
        return { events: ['system.state'] }
    }
  }

  private put(exchange: Exchange, channel: Channel): void {
    const { exchanger, endpoint } = this.wiring
    exchange.channel = channel
    channel.pending.set(exchange.sequence, exchange)
    if (channel.connection.send(endpoint, exchanger.message(exchange))) exchanger.sent(exchange)
    // Closed at this end, by a reset of the console: word of it comes in a later event, and no other command must try meanwhile.
    else if (channel.state !== 'down') this.lose(channel)
    else exchanger.fail(exchange, 'disconnected', lost(channel.path))
  }

  /** Sends what waits, first come first served, while there is room, then sees whether more sessions are wanted. */
  private serveWaiting(path: ManagementPath): void {
    while (path.waiting.length > 0) {
      const free = path.freeChannel()
      const next = free === undefined ? null : path.waiting.shift()
      if (next === null || free === undefined) break
      this.put(next, free)
    }
    this.openIfWanted(path)
  }

  /** Closes a session that has done its one command, or has none to do, and makes room for the next. */
  private retire(channel: Channel): void {
    this.forget(channel)
    channel.connection.close('done')
    this.openIfWanted(channel.path)
  }

  /**
   * A session is gone or could not be had. Its commands fail. What waits goes on waiting while the path has other sessions; a path
   * that has none left is down, and what waits fails with it.
   */
  private lose(channel: Channel): void {
    const { path } = channel
    const { exchanger } = this.wiring
    const kept = path.sessions.mode === 'kept'
    const wasReady = channel.state === 'ready'
    const wanted = wasReady || path.waiting.length < path.opening ? 0 : 1
    this.forget(channel)
    const isDown = path.channels.length === 0 && (kept || !wasReady)
    if (isDown) path.failed = true
    const pending = [...channel.pending.values()]
    // A session for one command that could not be had is that command's failure.
    const waiting = take(path.waiting, isDown ? path.waiting.length : kept ? 0 : wanted)
    for (const exchange of pending) exchanger.fail(exchange, 'disconnected', lost(path))
    for (const exchange of waiting) exchanger.fail(exchange, 'disconnected', `no connection to ${path.system} on path ${path.id}`)
    if (path.pending === channel) path.pending = null
    if ((kept || isDown) && !path.withheld) {
      path.quietUntilNs = this.simulation.now + this.parameters.reconnectNs
      this.simulation.schedule(this.parameters.reconnectNs, this.recover, path)
    }
    if (!kept) this.openIfWanted(path)
    path.owner.changed()
    this.triedOnce(path)
  }

  /** The pause after a loss has passed. */
  private recovered(path: ManagementPath): void {
    if (this.simulation.now < path.quietUntilNs || path.withheld || this.halted) return
    if (path.sessions.mode === 'per-command') path.failed = false
    else if (path.channels.length === 0) this.open(path)
    else this.openIfWanted(path)
  }

  private forget(channel: Channel): void {
    channel.state = 'down'
    this.byConnection.delete(channel.connection.id)
    const place = channel.path.channels.indexOf(channel)
    if (place >= 0) channel.path.channels.splice(place, 1)
  }

  /** The first try of a kept path has ended, one way or the other. */
  private triedOnce(path: ManagementPath): void {
    if (!path.starting) return
    path.starting = false
    this.untried--
    if (this.untried === 0) this.started?.fire(undefined)
  }
}

/** The first so many of a queue. */
function take(queue: ExchangeQueue, count: number): readonly Exchange[] {
  const taken: Exchange[] = []
  while (taken.length < count) {
    const exchange = queue.shift()
    if (exchange === null) break
    taken.push(exchange)
  }
  return taken
}

function lost(path: ManagementPath): string {
  return `the session to ${path.system} on path ${path.id} was lost`
}
