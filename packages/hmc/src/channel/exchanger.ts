// Moves exchanges: prepare on the console's processor, decide the path, put it on a session, take the reply in, try again.
// A retry carries the same key, whatever path it takes, so that its effect happens once (dissertation's header; PHYP keeps the replies).

import type { Handler, KeyedDraws, Law, Simulation } from '@powersim/kernel'
import {
  type Address,
  address,
  FLAG_RETRY,
  HEADER_BYTES,
  isRefusal,
  type Message,
  PROTOCOL_VERSION,
  STATUS_OK,
  statusName,
  type StatusName,
} from '@powersim/protocol'
import type { RoutingPolicy } from '@powersim/routing'
import type { HmcParameters } from '../parameters.js'
import type { ConsoleProcessor } from '../console-processor.js'
import type { CommandObservation, CommandObserver } from './command-observer.js'
import { type Asked, type CommandRecord, DRAWS_PER_TRY, Exchange, type FailedStatus, type RawOutcome } from './exchange.js'
import type { ManagementPath } from './management-path.js'
import { PathChoice } from './path-choice.js'

/** Commands of one console that may be open at once; one more fails as `busy` and is not tried again. */
const MAX_OPEN = 500_000

export interface ExchangerWiring {
  readonly console: string
  readonly number: number
  readonly policy: RoutingPolicy
  readonly processor: ConsoleProcessor
  readonly recorded: ((record: CommandRecord) => void) | undefined
  /** Puts a prepared exchange on a session of its path, or queues it there, or fails it. */
  readonly submit: (exchange: Exchange, path: ManagementPath) => void
  /** Takes an exchange off its session, or out of the path's queue, wherever it is. */
  readonly withdraw: (exchange: Exchange, path: ManagementPath) => void
}

interface Reply {
  readonly exchange: Exchange
  readonly message: Message
}

export class Exchanger {
  readonly counts = { asked: 0, finished: 0, retries: 0, late: 0 }
  private readonly simulation: Simulation
  private readonly parameters: HmcParameters
  private readonly wiring: ExchangerWiring
  private readonly source: Address
  private readonly prepareLaw: Law
  private readonly absorbLaw: Law
  private readonly prepareDraws: KeyedDraws
  private readonly absorbDraws: KeyedDraws
  private readonly choice: PathChoice
  private readonly prepared: Handler<Exchange>
  private readonly absorbed: Handler<Reply>
  private readonly timeout: Handler<Exchange>
  private readonly again: Handler<Exchange>
  private nextSequence = 1
  /** How often the console has started: commands of an earlier start end. */
  private epoch = 1
  /** Null: nobody watches. */
  private observer: CommandObserver | null = null

  constructor(simulation: Simulation, parameters: HmcParameters, wiring: ExchangerWiring) {
    this.simulation = simulation
    this.parameters = parameters
    this.wiring = wiring
    this.source = address('hmc', wiring.number)
    this.prepareLaw = simulation.law(parameters.prepare)
    this.absorbLaw = simulation.law(parameters.absorb)
    this.prepareDraws = simulation.draws('hmc.prepare', 'command')
    this.absorbDraws = simulation.draws('hmc.absorb', 'command')
    this.choice = new PathChoice(simulation, wiring.number, wiring.policy)
    const name = wiring.console
    this.prepared = simulation.handler(`${name}.prepared`, (exchange: Exchange) => this.route(exchange))
    this.absorbed = simulation.handler(`${name}.absorbed`, (reply: Reply) => this.conclude(reply))
    this.timeout = simulation.handler(`${name}.timeout`, (exchange: Exchange) => this.timedOut(exchange))
    this.again = simulation.handler(`${name}.retry`, (exchange: Exchange) => this.prepare(exchange))
  }

  /** One observer more. */
  observe(observer: CommandObserver): void {
    const { observer: before } = this
    this.observer =
      before === null
        ? observer
        : (observation) => {
            before(observation)
            observer(observation)
          }
  }

  /** The console goes down: what is open ends as `disconnected` when it next would move, and is not tried again. */
  startAnew(): void {
    this.epoch++
  }

  /** Begins a command. Its outcome comes with `exchange.outcome`. */
  ask(asked: Asked): Exchange {
    this.counts.asked++
    const exchange = new Exchange(this.simulation, asked, this.nextSequence++, this.epoch, this.timeout)
    if (this.observer !== null) this.tell('asked', exchange, null)
    if (this.counts.asked - this.counts.finished <= MAX_OPEN) this.prepare(exchange)
    else this.finish(exchange, { ok: false, status: 'busy', refusal: { detail: `${MAX_OPEN} commands are open already` } }, false)
    return exchange
  }

  /** The message of an exchange's present try. */
  message(exchange: Exchange): Message {
    const bytes = HEADER_BYTES + exchange.dataBytes
    const { definition, data, entity, operation } = exchange.asked
    return {
      version: PROTOCOL_VERSION,
      flags: exchange.attempt === 0 ? 0 : FLAG_RETRY,
      opcode: definition.opcode,
      target: address(definition.target, exchange.asked.system.wiring.number),
      source: this.source,
      epoch: exchange.epoch,
      sequence: exchange.sequence,
      status: STATUS_OK,
      data,
      operation,
      bytes: bytes < this.parameters.requestBytesMin ? this.parameters.requestBytesMin : bytes,
      entity,
      attempt: exchange.attempt,
    }
  }

  /** The exchange's message has been given to a session. */
  sent(exchange: Exchange): void {
    exchange.sentNs = this.simulation.now
    if (this.observer !== null) this.tell('sent', exchange, null)
    this.choice.sent(exchange, this.pathOf(exchange))
  }

  /** A reply for a pending exchange has arrived and been decrypted. */
  replied(exchange: Exchange, message: Message): void {
    exchange.timer.stop()
    const path = this.pathOf(exchange)
    const latencyNs = this.simulation.now - exchange.sentNs
    // What answers a retry may be the reply to the try before, which says nothing of the path (Karn's rule).
    if (exchange.attempt === 0 && !exchange.setsUp) path.learn(latencyNs)
    this.choice.replied(exchange, path, latencyNs)
    this.leave(exchange, 'replied', statusName(message.status) ?? 'failed')
    const workNs = this.absorbLaw.sample(this.absorbDraws.cursor(exchange.asked.entity, exchange.attempt * DRAWS_PER_TRY))
    const { processor } = this.wiring
    const reply: Reply = { exchange, message }
    if (processor.observed) processor.label(reply, 'absorb', message)
    processor.run(workNs, this.absorbed, reply)
  }

  /** The present try cannot succeed: no connection, no room, or it was lost with its session. */
  fail(exchange: Exchange, status: FailedStatus, detail: string): void {
    exchange.timer.stop()
    this.leave(exchange, 'given-up', status)
    this.tryAgainOr(exchange, { ok: false, status, refusal: { detail } }, false)
  }

  /** A reply that nobody waits for any more. */
  late(): void {
    this.counts.late++
  }

  private prepare(exchange: Exchange): void {
    const workNs = this.prepareLaw.sample(this.prepareDraws.cursor(exchange.asked.entity, exchange.attempt * DRAWS_PER_TRY))
    const { processor } = this.wiring
    if (processor.observed) processor.label(exchange, 'prepare', this.message(exchange))
    processor.run(workNs, this.prepared, exchange)
  }

  private route(exchange: Exchange): void {
    if (exchange.epoch !== this.epoch) {
      this.finish(exchange, { ok: false, status: 'disconnected', refusal: { detail: 'the console went down' } }, false)
      return
    }
    const path = exchange.asked.ownChannel?.path ?? this.choice.choose(exchange)
    exchange.path = path
    if (!exchange.setsUp) path.outstanding++
    if (this.observer !== null) this.tell('routed', exchange, null)
    exchange.timer.start(this.parameters.commandTimeoutNs)
    this.wiring.submit(exchange, path)
  }

  private timedOut(exchange: Exchange): void {
    const path = this.pathOf(exchange)
    if (exchange.channel !== null) this.choice.timedOut(exchange, path)
    this.leave(exchange, 'given-up', 'timed-out')
    const detail = `no reply from ${exchange.asked.system.name} on path ${path.id} in time`
    this.tryAgainOr(exchange, { ok: false, status: 'timed-out', refusal: { detail } }, false)
  }

  /** The path that an exchange is on, from the decision to the reply, the time-out or the failure of the try. */
  private pathOf(exchange: Exchange): ManagementPath {
    const { path } = exchange
    const simulation: Simulation = this.simulation
    simulation.invariant(path !== null, `${this.wiring.console}: exchange ${exchange.sequence} is on no path`)
    return path
  }

  /** Takes the exchange off its path; commands that waited for its place are sent within. */
  private leave(exchange: Exchange, how: 'replied' | 'given-up', status: StatusName): void {
    const path = this.pathOf(exchange)
    if (!exchange.setsUp) {
      this.simulation.invariant(path.outstanding > 0, `${this.wiring.console}: path ${path.id} has fewer commands than it had`)
      path.outstanding--
    }
    if (this.observer !== null) this.tell(how, exchange, status)
    exchange.path = null
    exchange.lastPath = path.id
    this.wiring.withdraw(exchange, path)
  }

  private conclude({ exchange, message }: Reply): void {
    const status = statusName(message.status) ?? 'failed'
    if (status === 'ok') {
      this.finish(exchange, { ok: true, data: message.data }, true)
      return
    }
    const refusal = isRefusal(message.data) ? message.data : { detail: status }
    const outcome: RawOutcome = { ok: false, status, refusal }
    if (status === 'busy') this.tryAgainOr(exchange, outcome, true)
    else this.finish(exchange, outcome, true)
  }

  private tryAgainOr(exchange: Exchange, outcome: RawOutcome, replied: boolean): void {
    const { retry } = this.parameters
    if (exchange.setsUp || exchange.epoch !== this.epoch || exchange.attempt + 1 >= retry.tries) {
      this.finish(exchange, outcome, replied)
      return
    }
    const pauseNs = retry.pausesNs[Math.min(exchange.attempt, retry.pausesNs.length - 1)] ?? 0
    exchange.attempt++
    this.counts.retries++
    if (this.observer !== null) this.tell('again', exchange, null)
    this.simulation.schedule(pauseNs, this.again, exchange)
  }

  private finish(exchange: Exchange, outcome: RawOutcome, replied: boolean): void {
    this.counts.finished++
    if (this.observer !== null) this.tell('finished', exchange, outcome.ok ? 'ok' : outcome.status)
    const { system, definition, ordinal } = exchange.asked
    this.wiring.recorded?.({
      console: this.wiring.console,
      system: system.name,
      name: definition.name,
      commandClass: definition.commandClass,
      target: definition.target,
      path: exchange.lastPath,
      tries: exchange.attempt + 1,
      startNs: exchange.startNs,
      latencyNs: this.simulation.now - exchange.startNs,
      status: outcome.ok ? 'ok' : outcome.status,
      replied,
      ordinal,
    })
    exchange.outcome.fire(outcome)
  }

  private tell(kind: CommandObservation['kind'], exchange: Exchange, status: StatusName | null): void {
    const { system, definition, ordinal } = exchange.asked
    this.observer?.({
      kind,
      timeNs: this.simulation.now,
      console: this.wiring.console,
      system: system.name,
      name: definition.name,
      epoch: exchange.epoch,
      sequence: exchange.sequence,
      attempt: exchange.attempt,
      ordinal,
      path: exchange.path?.id ?? exchange.lastPath,
      outstanding: exchange.path?.outstanding ?? null,
      status,
    })
  }
}
