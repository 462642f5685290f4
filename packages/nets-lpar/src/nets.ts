// The network server: a program of a Linux partition that takes consoles' secure sessions and carries their commands for the
// hypervisor over the virtual management channel (dissertation 4.2). Here: start and stop, the listener, the wiring of the rest.
// What a session does is ssl-handler.ts, threads are thread-pool.ts, the channel is vmc/.

import type { Bus, CloseReason, Connection, Endpoint } from '@powersim/bus'
import type { Handler, Simulation, Timer } from '@powersim/kernel'
import { type Address, addressKind, type GuestPort, type GuestProgram, type Message } from '@powersim/protocol'
import { ChannelCommands, type NetsIdentity } from './channel-commands.js'
import { NetsError } from './errors.js'
import { GuestWork } from './guest-work.js'
import { checkedLaw, checkNetsParameters, type NetsParameters } from './nets-parameters.js'
import type { SessionObserver } from './session-observer.js'
import { type HandlerSurroundings, type SessionCounts, SslHandler } from './ssl-handler.js'
import { StageWork } from './stage-work.js'
import { type Residence, StageLedger, type StageName, type StageStatistics } from './stages.js'
import { ThreadPool, type ThreadStatistics } from './thread-pool.js'
import { type ChannelStatistics, ManagementChannel } from './vmc/channel.js'

export interface NetsWiring {
  /** Kind `nets`; the instance is the partition's ID. */
  readonly address: Address
  readonly identity: NetsIdentity
  /** Unique on the bus. Default `nets` and the instance. */
  readonly name?: string
}

export interface NetsStatistics extends SessionCounts {
  /** `listening`: sessions are taken; `withdrawn`: none are, since there has been no channel to the hypervisor for too long. */
  readonly state: 'stopped' | 'starting' | 'listening' | 'withdrawn'
  /** Times that it withdrew. */
  readonly withdrawals: number
  /** Sessions that have a thread or wait for one. */
  readonly sessions: number
  /** Commands inside now. */
  readonly inside: number
  readonly threads: ThreadStatistics
  readonly stages: Readonly<Record<StageName, StageStatistics>>
  /** Sum over finished commands; = the stages' elapsedNs. */
  readonly residenceNs: number
  /** Processor time used by finished pieces of work, TLS and driver included. */
  readonly processorNs: number
  readonly upNs: number
  /** processorNs / upNs, 0 when it never ran; above 1 with more than one virtual processor. */
  readonly utilization: number
  readonly channel: ChannelStatistics
}

export class Nets implements GuestProgram {
  readonly endpoint: Endpoint

  readonly #simulation: Simulation
  readonly #work: GuestWork
  readonly #pool: ThreadPool
  readonly #channel: ManagementChannel
  readonly #ledger: StageLedger
  readonly #around: HandlerSurroundings
  readonly #listen: Handler<null>
  readonly #handlers = new Set<SslHandler>()
  readonly #grace: Timer
  readonly #graceNs: number
  #withdrawals = 0
  #state: NetsStatistics['state'] = 'stopped'

  /** Throws NetsError `bad-parameter`. */
  constructor(simulation: Simulation, bus: Bus, parameters: NetsParameters, wiring: NetsWiring) {
    checkNetsParameters(parameters)
    const { address, identity } = wiring
    if (addressKind(address) !== 'nets') {
      throw new NetsError('bad-parameter', 'nets.address', `expected an address of kind nets, got kind ${String(addressKind(address))}`)
    }
    const name = wiring.name ?? `nets${address & 0xfff}`
    const { accessPassword, backlogLimit, frames, idleTimeoutNs, inboxLimit, threads, vmc } = parameters
    this.#simulation = simulation
    this.#work = new GuestWork(simulation, name)
    const creation = checkedLaw(simulation, 'nets.threadCreation', parameters.threadCreation)
    this.#pool = new ThreadPool(simulation, this.#work, { name, min: threads.min, max: threads.max, backlogLimit, creation })
    this.#channel = new ManagementChannel(simulation, name, vmc, this.#work, () => this.#channelChanged())
    this.#grace = simulation.timer(
      simulation.handler<null>(`${name}.withdraw`, () => this.#withdraw()),
      null,
    )
    this.#graceNs = parameters.channelGraceNs
    this.#ledger = new StageLedger(simulation, parameters.residenceLogLimit)
    this.#listen = simulation.handler<null>(`${name}.listen`, () => this.#listening())
    this.endpoint = bus.endpoint({
      name,
      address,
      tls: parameters.tls,
      compute: (_purpose, _message, _connection, workNs, then, argument) => {
        this.#work.run(workNs, then, argument)
      },
      accept: (connection) => this.#accept(connection),
      opened: (connection) => handlerOf(connection)?.opened(),
      received: (message, connection) => this.#received(message, connection),
      closed: (connection, reason) => this.#closed(connection, reason),
    })
    this.endpoint.reachable = false
    this.#around = {
      simulation,
      work: this.#work,
      pool: this.#pool,
      channel: this.#channel,
      commands: new ChannelCommands(identity, accessPassword, frames, inboxLimit + 1),
      ledger: this.#ledger,
      stageWork: new StageWork(simulation, this.#work, parameters),
      counts: noSessionCounts(),
      endpoint: this.endpoint,
      observer: null,
      inboxLimit,
      idleTimeoutNs,
      received: simulation.handler<SslHandler>(`${name}.received`, (handler) => handler.received()),
      processed: simulation.handler<SslHandler>(`${name}.processed`, (handler) => handler.processed()),
      sent: simulation.handler<SslHandler>(`${name}.sent`, (handler) => handler.sent()),
      idleTooLong: simulation.handler<SslHandler>(`${name}.idle`, (handler) => handler.idleTooLong()),
      ended: (handler) => this.#handlers.delete(handler),
    }
  }

  /** The residence of the first commands, one by one; as many as `residenceLogLimit` says. */
  get residences(): readonly Residence[] {
    return this.#ledger.log
  }

  /** Tells of sessions that get a thread from now on, and of what their threads do. Changes nothing of the run. */
  observe(observer: SessionObserver): void {
    this.#around.observer = observer
  }

  /** Starts the dispatcher with its first threads, opens the management channel, then listens. */
  start(guest: GuestPort): void {
    if (this.#state !== 'stopped') throw new NetsError('running', this.endpoint.name, `is ${this.#state} already; stop it first`)
    this.#state = 'starting'
    this.#work.start(guest)
    this.#channel.start(guest)
    this.#pool.start(this.#listen)
  }

  interrupt(unitAddress: number): void {
    if (this.#state !== 'stopped') this.#channel.driver.interrupt(unitAddress)
  }

  /** Gives everything up at once: consoles see their sessions reset, commands inside are lost, counters keep. */
  stop(reason: 'shutdown' | 'crash'): void {
    if (this.#state === 'stopped') return
    this.#state = 'stopped'
    this.#grace.stop()
    for (const handler of this.#handlers) handler.stop()
    this.#handlers.clear()
    this.#channel.stop(reason)
    this.#pool.stop()
    this.#work.stop()
    this.endpoint.reset('reset')
    this.endpoint.reachable = false
  }

  /** Counts and sums up to now. Checks that they agree. */
  statistics(): NetsStatistics {
    const { counts } = this.#around
    let inside = 0
    for (const handler of this.#handlers) inside += handler.inside
    const { arrived, finished, discarded } = counts
    this.#simulation.invariant(arrived === finished + discarded + inside, 'nets: commands arrived = finished + discarded + inside')
    const processorNs = this.#work.usedNs
    const { upNs } = this.#work
    return {
      ...counts,
      state: this.#state,
      withdrawals: this.#withdrawals,
      sessions: this.#handlers.size,
      inside,
      threads: this.#pool.statistics(),
      stages: this.#ledger.statistics(),
      residenceNs: this.#ledger.residenceNs,
      processorNs,
      upNs,
      utilization: upNs === 0 ? 0 : processorNs / upNs,
      channel: this.#channel.statistics(),
    }
  }

  #listening(): void {
    this.#state = 'listening'
    this.endpoint.reachable = true
    this.#channelChanged()
  }

  #channelChanged(): void {
    if (this.#channel.ready) {
      this.#grace.stop()
      if (this.#state === 'withdrawn') this.#listening()
    } else if (this.#state === 'listening' && !this.#grace.active) {
      this.#grace.start(this.#graceNs)
    }
  }

  /** Consoles do better on the other path: their sessions end, and commands that wait for a buffer are told so first. */
  #withdraw(): void {
    this.#state = 'withdrawn'
    this.#withdrawals++
    this.#channel.turnAway()
    this.endpoint.reachable = false
    this.endpoint.reset('reset')
  }

  #accept(connection: Connection): void {
    const handler = new SslHandler(this.#around, connection)
    connection.tag = handler
    this.#handlers.add(handler)
    if (this.#pool.take(handler) !== 'refused') return
    this.#handlers.delete(handler)
    connection.refuse()
  }

  #received(message: Message, connection: Connection | null): void {
    if (connection === null) this.#around.counts.unexpected++
    else handlerOf(connection)?.deliver(message)
  }

  #closed(connection: Connection, _reason: CloseReason): void {
    handlerOf(connection)?.closed()
  }
}

function handlerOf(connection: Connection): SslHandler | undefined {
  return connection.tag instanceof SslHandler ? connection.tag : undefined
}

function noSessionCounts(): SessionCounts {
  return {
    admitted: 0,
    timedOut: 0,
    overrun: 0,
    arrived: 0,
    finished: 0,
    discarded: 0,
    forwarded: 0,
    refused: 0,
    unanswerable: 0,
    unexpected: 0,
  }
}
