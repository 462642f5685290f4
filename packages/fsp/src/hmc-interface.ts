// The service processor's interface to consoles: sessions and their authentication, intake of commands, forwarding to the mailbox,
// answers. Every step runs on the one slow processor.
// Life of a command: read -> taken in (forwardIn or serve) -> [mailbox -> PHYP -> mailbox -> forwardOut] -> answered.

import type { Connection, Endpoint } from '@powersim/bus'
import { type Handler, type KeyedDraws, type Law, Sample, type Simulation } from '@powersim/kernel'
import {
  addressInstance,
  addressKind,
  bulkBytes,
  commandByName,
  commandByOpcode,
  type CommandDefinition,
  dataBytes,
  FLAG_EVENT,
  FLAG_REPLY,
  HEADER_BYTES,
  type Json,
  type Message,
  PROTOCOL_VERSION,
  type RefusalReason,
  replyTo,
  STATUS_OK,
  type StatusName,
  statusNumber,
  type WriteLock,
  writeRefusals,
  type WriteVerdict,
} from '@powersim/protocol'
import type { Access } from './access.js'
import { answerConnection, type Session } from './connection-commands.js'
import type { Command, Mailbox } from './mailbox.js'
import type { FspParameters, SystemIdentity } from './parameters.js'
import { type Answer, serve, type Serving, systemStateOf } from './serve.js'
import type { SerialGate } from './serial-gate.js'
import type { ServiceProcessor } from './service-processor.js'

/** Draw indices that one try of a command may use. */
const DRAWS_PER_TRY = 16

export interface InterfaceWiring {
  readonly endpoint: Endpoint
  readonly identity: SystemIdentity
  readonly processor: ServiceProcessor
  readonly mailbox: Mailbox
  readonly gate: SerialGate
  readonly serving: Serving
  readonly access: Access
  /** Null: the lock on changes is kept elsewhere. */
  readonly writeLock: WriteLock | null
  /** Told how many sessions are authenticated whenever that changes. */
  readonly managed: (sessions: number) => void
}

export class HmcInterface {
  readonly counts = {
    received: 0,
    busy: 0,
    unauthenticated: 0,
    forwarded: 0,
    served: 0,
    answered: 0,
    unanswerable: 0,
    lostByReset: 0,
    refusedSessions: 0,
    locked: 0,
  }
  /** Commands between reading and answer. */
  inside = 0
  /** Time that the service processor took for its own commands, ns: from the decrypted request to the reply given to the session. */
  readonly ownLatencies = new Sample()
  private readonly simulation: Simulation
  private readonly parameters: FspParameters
  private readonly wiring: InterfaceWiring
  private readonly sessions = new Map<number, Session>()
  private authenticated = 0
  private readonly forwardInLaw: Law
  private readonly forwardOutLaw: Law
  private readonly serveLaws: Readonly<Record<'channel' | 'query' | 'power' | 'service', Law>>
  private readonly forwardInDraws: KeyedDraws
  private readonly forwardOutDraws: KeyedDraws
  private readonly serveDraws: KeyedDraws
  private readonly takenIn: Handler<Command>
  private readonly served: Handler<Command>
  private readonly forwardedOut: Handler<Command>

  constructor(simulation: Simulation, parameters: FspParameters, wiring: InterfaceWiring) {
    this.simulation = simulation
    this.parameters = parameters
    this.wiring = wiring
    this.forwardInLaw = simulation.law(parameters.forwardIn)
    this.forwardOutLaw = simulation.law(parameters.forwardOut)
    this.serveLaws = {
      channel: simulation.law(parameters.serve.channel),
      query: simulation.law(parameters.serve.query),
      power: simulation.law(parameters.serve.power),
      service: simulation.law(parameters.serve.service),
    }
    this.forwardInDraws = simulation.draws('forward.in', 'command')
    this.forwardOutDraws = simulation.draws('forward.out', 'command')
    this.serveDraws = simulation.draws('fsp.serve', 'command')
    const name = wiring.endpoint.name
    this.takenIn = simulation.handler(`${name}.taken-in`, (command: Command) => this.forward(command))
    this.served = simulation.handler(`${name}.served`, (command: Command) => this.answerOwn(command))
    this.forwardedOut = simulation.handler(`${name}.forwarded-out`, (command: Command) => this.answer(command))
  }

  /** A console connects: one more session, or none. */
  accept(connection: Connection): void {
    if (this.sessions.size >= this.parameters.connectionLimit) {
      this.counts.refusedSessions++
      connection.refuse()
      return
    }
    this.sessions.set(connection.id, { connection, authenticated: false, subscribed: false })
    connection.admit()
  }

  closed(connection: Connection): void {
    this.sessions.delete(connection.id)
    this.wiring.gate.ended(connection)
    this.tellManaged()
  }

  /** A decrypted request. */
  received(message: Message, connection: Connection): void {
    this.counts.received++
    this.wiring.gate.taken()
    const command: Command = { message, connection, arrivedNs: this.simulation.now, reply: null, timer: null }
    const session = this.sessions.get(connection.id)
    const target = addressKind(message.target)
    if (this.inside++ >= this.parameters.commandLimit) {
      this.counts.busy++
      this.refuse(command, 'busy', `${this.parameters.commandLimit} commands are inside already`)
    } else if (target !== 'channel' && session?.authenticated !== true) {
      this.counts.unauthenticated++
      this.refuse(command, 'not-authenticated', 'authenticate the connection first')
    } else if (!this.isMine(message)) {
      this.counts.locked++
      this.refuse(command, 'refused', 'this is not the primary service processor', 'not-primary')
    } else {
      const verdict = this.verdictOn(message)
      if (verdict !== 'pass') {
        this.counts.locked++
        this.refuse(command, 'refused', writeRefusals[verdict], 'write-locked')
      } else if (target === 'phyp') this.takeIn(command)
      else this.serveOwn(command)
    }
  }

  /** The hypervisor's reply to a posted command. */
  repliedBy(reply: Message): void {
    const command = this.wiring.mailbox.answered(reply)
    if (command === undefined) return
    command.reply = reply
    const { entity, attempt } = command.message
    const workNs = this.forwardOutLaw.sample(this.forwardOutDraws.cursor(entity, attempt * DRAWS_PER_TRY))
    this.wiring.processor.run(workNs, this.forwardedOut, command, 'forward out', reply)
  }

  /** A posted command got no reply in the time of its mailbox class. */
  expired(command: Command): void {
    this.refuse(command, 'failed', 'the hypervisor did not answer the mailbox in time')
  }

  /** Power was cut: what was posted will not be answered. */
  hypervisorStopped(): void {
    for (const command of this.wiring.mailbox.clear()) {
      this.refuse(command, 'hypervisor-not-running', 'the hypervisor was stopped')
    }
  }

  /** Tells every subscribed console the state of the system. */
  announce(): void {
    const data = systemStateOf(this.wiring.serving)
    for (const session of this.sessions.values()) {
      const { connection, subscribed, authenticated } = session
      if (subscribed && authenticated) connection.send(this.wiring.endpoint, this.event(STATE_OPCODE, data, connection, 0))
    }
  }

  /** Consoles that listen to events. */
  listeners(): readonly number[] {
    return [...this.sessions.values()].flatMap(({ connection, subscribed }) =>
      subscribed ? [addressInstance(connection.client.address)] : [],
    )
  }

  /** Sends an event with so many bytes beside its data on a session of one console; false when none of its sessions listens. */
  tell(console: number, opcode: number, data: Json, bytes: number): boolean {
    for (const { connection, subscribed, authenticated } of this.sessions.values()) {
      if (!subscribed || !authenticated || addressInstance(connection.client.address) !== console) continue
      return connection.send(this.wiring.endpoint, this.event(opcode, data, connection, bytes))
    }
    return false
  }

  /** The service processor was reset: sessions and commands are gone, posted ones are nobody's. */
  reset(): void {
    this.sessions.clear()
    this.wiring.writeLock?.forget()
    this.tellManaged()
    this.wiring.gate.reset()
    const posted = this.wiring.mailbox.orphan()
    this.counts.lostByReset += this.inside - posted
    this.inside = posted
  }

  /** Whether this service processor serves it: a secondary, and either one in a fail-over, serves little. */
  private isMine({ opcode, target }: Message): boolean {
    const { role, failingOver } = this.wiring.serving
    if (role() !== 'secondary' && !failingOver()) return true
    return addressKind(target) === 'channel' || mirroredOpcodes.has(opcode)
  }

  /** What the lock on changes, if it is kept here, says to a command. */
  private verdictOn(message: Message): WriteVerdict {
    const { writeLock } = this.wiring
    const definition = writeLock === null ? undefined : commandByOpcode(message.opcode)
    return definition === undefined || writeLock === null ? 'pass' : writeLock.admit(message, definition, this.simulation.now)
  }

  /** The lock hears how each command that it has let in ended. */
  private unlock({ message, reply }: Command): void {
    const { writeLock } = this.wiring
    const definition = writeLock === null ? undefined : commandByOpcode(message.opcode)
    if (definition !== undefined && reply !== null) writeLock?.answered(message, definition, reply.status === STATUS_OK, reply.data)
  }

  /** It is no primary any more: what is posted is nobody's, and consoles ask again with the same keys. */
  forgetPosted(): void {
    const posted = this.wiring.mailbox.clear().length
    this.counts.lostByReset += posted
    this.inside -= posted
  }

  /** Tells how many consoles have authenticated, if that has changed. */
  tellManaged(): void {
    let authenticated = 0
    for (const session of this.sessions.values()) if (session.authenticated) authenticated++
    if (authenticated === this.authenticated || this.wiring.serving.role() === 'secondary') return
    this.authenticated = authenticated
    this.wiring.managed(authenticated)
  }

  private takeIn(command: Command): void {
    this.counts.forwarded++
    const { entity, attempt } = command.message
    const workNs = this.forwardInLaw.sample(this.forwardInDraws.cursor(entity, attempt * DRAWS_PER_TRY))
    this.wiring.processor.run(workNs, this.takenIn, command, 'forward in', command.message)
  }

  private forward(command: Command): void {
    if (this.wiring.serving.hypervisorRunning()) this.wiring.mailbox.post(command)
    else this.refuse(command, 'hypervisor-not-running', `the system is in state ${this.wiring.serving.power.state}`)
  }

  private serveOwn(command: Command): void {
    this.counts.served++
    const definition = commandByOpcode(command.message.opcode)
    const law = this.serveLaws[definition?.target === 'channel' ? 'channel' : serveClass(definition)]
    const { entity, attempt } = command.message
    const bulk = bulkBytes(definition, 'request', command.message.data)
    const bulkNs = bulk === 0 ? 0 : this.wiring.serving.service.firmware.chunkWorkNs(bulk)
    const workNs = law.sample(this.serveDraws.cursor(entity, attempt * DRAWS_PER_TRY)) + bulkNs
    this.wiring.processor.run(workNs, this.served, command, 'serve', command.message)
  }

  private answerOwn(command: Command): void {
    const definition = commandByOpcode(command.message.opcode)
    const target = addressKind(command.message.target)
    if (definition === undefined) {
      this.refuse(command, 'unknown-command', `no command has opcode ${command.message.opcode}`)
    } else if (target !== 'channel' && target !== 'fsp') {
      this.refuse(command, 'wrong-target', `the service processor forwards to phyp only, not to ${String(target)}`)
    } else if (definition.target !== target) {
      // Above all its own commands addressed to the channel, whose commands need no authentication.
      this.refuse(command, 'unknown-command', `${definition.name} is not for target ${target}`)
    } else if (!definition.fits(command.message.data)) {
      this.refuse(command, 'malformed', `the payload does not fit ${definition.name}`)
    } else {
      this.answerChecked(command, definition)
    }
    this.ownLatencies.add(this.simulation.now - command.arrivedNs)
  }

  private answerChecked(command: Command, definition: CommandDefinition): void {
    const { status, data } =
      definition.target === 'channel'
        ? this.answerConnection(command, definition)
        : serve(this.wiring.serving, definition.name, command.message.data, addressInstance(command.message.source))
    command.reply = this.reply(command.message, statusNumber(status), data)
    this.answer(command)
    // A subscriber hears at once how things stand.
    if (definition.name === 'connection.subscribe' && command.connection !== null) this.welcome(command.connection)
  }

  private answerConnection(command: Command, definition: CommandDefinition): Answer {
    const session = command.connection === null ? undefined : this.sessions.get(command.connection.id)
    if (session === undefined) return { status: 'failed', data: { detail: 'the session has ended' } }
    const answer = answerConnection(this.wiring, this.parameters, session, definition, command.message.data)
    this.tellManaged()
    return answer
  }

  private welcome(connection: Connection): void {
    if (this.sessions.get(connection.id)?.authenticated !== true) return
    connection.send(this.wiring.endpoint, this.event(STATE_OPCODE, systemStateOf(this.wiring.serving), connection, 0))
    const { service, role } = this.wiring.serving
    if (role() !== 'secondary') service.subscribed(addressInstance(connection.client.address))
  }

  private refuse(command: Command, status: StatusName, detail: string, reason?: RefusalReason): void {
    command.reply = this.reply(command.message, statusNumber(status), reason === undefined ? { detail } : { reason, detail })
    this.answer(command)
  }

  private answer(command: Command): void {
    const { reply, connection } = command
    this.simulation.invariant(reply !== null, `${this.wiring.endpoint.name}: a command is answered without a reply`)
    const open = connection !== null && connection.state === 'open'
    this.unlock(command)
    this.inside--
    if (open) this.counts.answered++
    else this.counts.unanswerable++
    this.checkBooks()
    const { endpoint, gate } = this.wiring
    if (open) {
      gate.answering(connection)
      connection.send(endpoint, reply)
    } else if (connection !== null) {
      // A command that a reset has caught in the mailbox holds the gate no more.
      gate.release()
    }
  }

  private checkBooks(): void {
    const { received, answered, unanswerable, lostByReset } = this.counts
    const known = answered + unanswerable + lostByReset + this.inside
    this.simulation.invariant(this.inside >= 0 && received === known, 'fsp: received = answered + unanswerable + lost by reset + inside')
  }

  private reply(request: Message, status: number, data: Json): Message {
    const bulk = status === STATUS_OK ? bulkBytes(commandByOpcode(request.opcode), 'reply', data) : 0
    return replyTo(request, status, data, dataBytes(data) + bulk, this.parameters.frames)
  }

  private event(opcode: number, data: Json, connection: Connection, bytes: number): Message {
    return {
      version: PROTOCOL_VERSION,
      flags: FLAG_EVENT | FLAG_REPLY,
      opcode,
      target: connection.client.address,
      source: this.wiring.endpoint.address,
      epoch: 0,
      sequence: 0,
      status: STATUS_OK,
      data,
      bytes: HEADER_BYTES + dataBytes(data) + bytes,
      entity: 0,
      attempt: 0,
    }
  }
}

const STATE_OPCODE = commandByName('system.state').opcode
/** What a secondary serves, beside the connection. */
const mirroredOpcodes = new Set([STATE_OPCODE, commandByName('system.attributes').opcode, commandByName('system.failover').opcode])

function serveClass(definition: CommandDefinition | undefined): 'query' | 'power' | 'service' {
  const commandClass = definition?.commandClass
  return commandClass === 'power' || commandClass === 'service' ? commandClass : 'query'
}
