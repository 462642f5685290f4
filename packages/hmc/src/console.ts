// A hardware management console: what a study holds of it. It wires its processor, its sessions, its RMC side and its command line,
// and stands on the bus as one endpoint. How a command travels is in channel/; what a line means in cli/ and operations/.

import type { Bus, Connection, Endpoint } from '@powersim/bus'
import type { Handler, Signal, Simulation, StationStatistics } from '@powersim/kernel'
import {
  address,
  addressInstance,
  commandByName,
  type CommandName,
  commandByOpcode,
  FLAG_EVENT,
  MAX_INSTANCE,
  MAX_OPERATION,
  type Message,
  type ReplyOf,
  type RequestOf,
  STATUS_OK,
  statusNumber,
  type WorkObserver,
} from '@powersim/protocol'
import type { RoutingPolicy } from '@powersim/routing'
import { Channels } from './channel/channels.js'
import type { CommandObserver } from './channel/command-observer.js'
import { ConnectionTable } from './channel/connection-table.js'
import type { CommandRecord } from './channel/exchange.js'
import { Exchanger } from './channel/exchanger.js'
import { ConsoleProcessor } from './console-processor.js'
import { checkedInteger, HmcError } from './errors.js'
import { type Generation, generationOf } from './generation/generation.js'
import { LineContext } from './line-context.js'
import { LogReceipts } from './log-receipts.js'
import { ManagedSystemView, type SystemWiring } from './managed-system-view.js'
import { ConsoleEvents } from './operations/console-events.js'
import type { HeldDump } from './operations/service/dumps.js'
import type { ProfileFile } from './operations/profiles/profile-data.js'
import type { CommandOutcome } from './operations/operation-context.js'
import { checkHmcParameters, checkText, type HmcParameters } from './parameters.js'
import { RmcAgents } from './rmc-agents.js'
import { ConsolePower } from './settings/console-power.js'
import { consoleModels } from './settings/console-model.js'
import { ConsoleSettings } from './settings/console-settings.js'
import { ConsoleLogin, type ConsoleLine, type LineResult, type LoginWiring } from './users/console-login.js'
import { DEFAULT_USER } from './users/hmc-user.js'
import { UserDirectory } from './users/user-directory.js'
import { UtilizationCollection } from './utilization/utilization-collection.js'

export interface ConsoleWiring {
  readonly name: string
  /** Instance number in addresses and keys, 1 to 4095. */
  readonly number: number
  readonly policy: RoutingPolicy
  /** Simulated wall clock at time 0, seconds since 1970-01-01 00:00:00. */
  readonly startSeconds: number
  /** Told of every finished command. */
  readonly recorded?: (record: CommandRecord) => void
}

/** What `send` may be told beside the command. */
export interface SendOptions {
  /** Partition that the command is about, for the policy. */
  readonly lparId?: number | null
  /** Identity for random draws; by default counted per console. */
  readonly entity?: number
  /** Script line that it belongs to. */
  readonly ordinal?: number
  /** Operation that it belongs to, as `nextOperation` numbers them: who keeps the lock on changes tells operations apart by it. */
  readonly operation?: number
}

/** Identities of commands that belong to no script line. */
const OWN_ENTITIES = 2 ** 48
const OWN_ENTITIES_PER_CONSOLE = 2 ** 32

export class Console {
  readonly simulation: Simulation
  readonly name: string
  readonly startSeconds: number
  readonly endpoint: Endpoint
  readonly rmc: RmcAgents
  readonly parameters: HmcParameters
  /** Of its version. */
  readonly generation: Generation
  /** Dumps on its own disk, oldest first. */
  readonly heldDumps: HeldDump[] = []
  /** What was done at it. */
  readonly events = new ConsoleEvents()
  /** Profile data of its systems, in files on its own disk. */
  readonly profileFiles: ProfileFile[] = []
  /** What it collects of the use of its systems. */
  readonly utilization: UtilizationCollection
  private readonly processor: ConsoleProcessor
  private readonly exchanger: Exchanger
  private readonly channels: Channels
  private readonly receipts: LogReceipts
  private readonly managed: ManagedSystemView[] = []
  /** For the lines of this console. */
  readonly connections: ConnectionTable
  /** For the lines of this console: no news came in time. */
  readonly newsLate: Handler<Signal<void>>
  readonly users: UserDirectory
  readonly settings: ConsoleSettings
  private readonly power: ConsolePower
  private nextEntity: number
  private operations = 0
  private readonly loginWiring: LoginWiring
  /** Of lines that name no login: one of each user, made anew when it has ended. */
  private readonly logins = new Map<string, ConsoleLogin>()

  /** Throws HmcError `bad-parameter`, `bad-wiring`; what bus and kernel refuse (names, laws, costs) as they do. */
  constructor(simulation: Simulation, bus: Bus, parameters: HmcParameters, wiring: ConsoleWiring) {
    checkHmcParameters(parameters)
    checkText('name', wiring.name)
    checkedInteger('bad-wiring', `console '${wiring.name}'.number`, wiring.number, 1, MAX_INSTANCE)
    this.simulation = simulation
    this.name = wiring.name
    this.startSeconds = wiring.startSeconds
    this.parameters = parameters
    this.generation = generationOf(parameters.version)
    this.nextEntity = OWN_ENTITIES + wiring.number * OWN_ENTITIES_PER_CONSOLE
    this.users = new UserDirectory(parameters.userPassword)
    this.settings = new ConsoleSettings(wiring.name, wiring.number, consoleModels[parameters.model])
    this.power = new ConsolePower(simulation, wiring.name, parameters.bootNs, {
      down: () => {
        this.exchanger.startAnew()
        this.channels.halt()
        this.endpoint.reachable = false
      },
      up: () => {
        this.endpoint.reachable = true
        this.channels.resume(this.managed)
      },
    })
    this.loginWiring = {
      console: wiring.name,
      simulation,
      users: this.users,
      power: this.power,
      context: (line, user) => new LineContext(this, line.ordinal, user, line.terminal),
    }
    this.processor = new ConsoleProcessor(simulation, wiring.name, parameters.processors)
    this.endpoint = bus.endpoint({
      name: wiring.name,
      address: address('hmc', wiring.number),
      tls: parameters.tls,
      compute: (purpose, message, _connection, workNs, then, argument) => {
        if (this.processor.observed) this.processor.label(argument, purpose, message)
        this.processor.run(workNs, then, argument)
      },
      opened: (connection) => this.channels.opened(connection),
      received: (message, connection) => this.received(message, connection),
      closed: (connection) => this.channels.closed(connection),
    })
    this.exchanger = new Exchanger(simulation, parameters, {
      console: wiring.name,
      number: wiring.number,
      policy: wiring.policy,
      processor: this.processor,
      recorded: wiring.recorded,
      submit: (exchange, path) => this.channels.submit(exchange, path),
      withdraw: (exchange, path) => this.channels.withdraw(exchange, path),
    })
    this.channels = new Channels(simulation, bus, parameters, {
      console: wiring.name,
      number: wiring.number,
      endpoint: this.endpoint,
      exchanger: this.exchanger,
    })
    this.receipts = new LogReceipts(simulation, wiring, this.exchanger)
    this.connections = new ConnectionTable(this.channels, this.managed)
    this.newsLate = simulation.handler(`${wiring.name}.no-news`, (signal: Signal<void>) => {
      if (!signal.fired) signal.fire(undefined)
    })
    this.utilization = new UtilizationCollection(simulation, wiring.name, (name) =>
      this.send(this.managedNamed(name), 'processors.utilization', {}),
    )
    this.rmc = new RmcAgents(simulation, bus, wiring.name, this.endpoint, parameters.rmcTimeoutNs)
  }

  get systems(): readonly ManagedSystemView[] {
    return this.managed
  }

  /**
   * Takes a system under management; its kept sessions connect at `start`, or at the first command after that. Throws HmcError
   * `system-twice` for a second system of the same name or number, and what ManagedSystemView refuses.
   */
  manage(wiring: SystemWiring): ManagedSystemView {
    if (this.managed.some((system) => system.name === wiring.name || system.wiring.number === wiring.number)) {
      const message = `a system of name '${wiring.name}' or number ${wiring.number} is managed already; give each system its own`
      throw new HmcError('system-twice', `console ${this.name}`, message)
    }
    const view = new ManagedSystemView(wiring, this.parameters)
    this.managed.push(view)
    return view
  }

  /** A system by its user-defined name or by type-model*serial. */
  system(name: string): ManagedSystemView | undefined {
    return this.managed.find((system) => system.name === name || `${system.typeModel}*${system.serialNumber}` === name)
  }

  private managedNamed(name: string): ManagedSystemView {
    const system = this.system(name)
    this.simulation.invariant(system !== undefined, `${this.name} collects of no system '${name}'`)
    return system
  }

  /** Connects every kept session; fires when each has been set up or has failed once. */
  start(): Signal<void> {
    return this.channels.start(this.managed)
  }

  /** Sends one command and fires with its outcome, retries included. Throws HmcError `foreign-system` for another console's view. */
  send<N extends CommandName>(
    system: ManagedSystemView,
    name: N,
    data: RequestOf<N>,
    options: SendOptions = {},
  ): Signal<CommandOutcome<N>> {
    if (!this.managed.includes(system)) {
      throw new HmcError('foreign-system', `console ${this.name}.send.system`, `'${system.name}' is not a system that this console manages`)
    }
    const exchange = this.exchanger.ask({
      system,
      definition: commandByName(name),
      data,
      entity: options.entity ?? this.nextEntity++,
      ordinal: options.ordinal ?? -1,
      lparId: options.lparId ?? null,
      operation: options.operation ?? 0,
      // Passwords that are yet to be set are set on a session that is not set up.
      ownChannel: name === 'connection.password' ? system.usualPath.pending : null,
    })
    // An ok outcome carries what the target made for `name`; the codec checks it against the reply schema where bytes travel.
    return exchange.outcome as unknown as Signal<CommandOutcome<N>>
  }

  /** The number of an operation that begins. */
  nextOperation(): number {
    this.operations = (this.operations % MAX_OPERATION) + 1
    return this.operations
  }

  /**
   * Logs a user in, with a shell of its own. Whoever has no account, is disabled or gives a wrong password is not let in: that login's
   * state is `refused`. Without a password a key is taken to be installed.
   */
  login(userName: string, password?: string): ConsoleLogin {
    const admitted =
      this.power.isUp && this.settings.remoteShell ? this.users.admit(userName, password, this.simulation.now) : 'Connection refused'
    return new ConsoleLogin(this.loginWiring, userName, admitted)
  }

  /**
   * Types one line on this console and fires when it has returned; all lines of a user go to the same shell.
   * Throws HmcError `bad-line` for an ordinal out of range.
   */
  perform(line: ConsoleLine, userName = DEFAULT_USER): Signal<LineResult> {
    let login = this.logins.get(userName)
    if (login?.state !== 'open') {
      login = this.login(userName)
      this.logins.set(userName, login)
    }
    return login.perform(line)
  }

  /**
   * Takes the console down after a time, ns: logins close, lines end, commands are given up, sessions are gone. With `restart` it comes
   * back after its boot time with a new epoch. False when that is under way already.
   */
  shutDown(afterNs: number, restart: boolean): boolean {
    return this.power.shutDown(afterNs, restart)
  }

  /** Tells of every move of its commands from now on, everyone who asks. Changes nothing of the run. */
  observeCommands(observer: CommandObserver): void {
    this.exchanger.observe(observer)
  }

  /** Tells of every piece of work of its processor from now on. Changes nothing of the run. */
  observeWork(observer: WorkObserver): void {
    this.processor.observe(observer)
  }

  statistics(): ConsoleStatistics {
    return { processor: this.processor.statistics(), ...this.exchanger.counts }
  }

  private received(message: Message, connection: Connection | null): void {
    if ((message.flags & FLAG_EVENT) !== 0) {
      this.learn(message, connection)
      return
    }
    if (connection === null) {
      this.rmc.replied(message)
      return
    }
    const exchange = this.channels.pendingFor(message, connection)
    if (exchange === undefined) {
      this.exchanger.late()
      return
    }
    if (message.opcode === STATE_OPCODE && message.status === STATUS_OK) this.learn(message, connection)
    else if (message.status === FAILED && exchange.asked.definition.target === 'phyp') exchange.asked.system.learnCompleteness(false)
    this.exchanger.replied(exchange, message)
  }

  /** What an event says is kept, and so is the state of a system in a reply. */
  private learn(message: Message, connection: Connection | null): void {
    const definition = commandByOpcode(message.opcode)
    const schema = connection === null ? definition?.request : definition?.reply
    const parsed = schema?.safeParse(message.data)
    if (parsed?.success !== true) return
    if (definition?.name === 'rmc.announce' && connection === null) {
      // The request schema of rmc.announce gives this type.
      const announced = parsed.data as RequestOf<'rmc.announce'>
      // An RMC network's address carries the number of its system.
      const number = addressInstance(message.source)
      this.managed.find((system) => system.wiring.number === number)?.learnRmc(announced.id, announced.state)
    } else if (definition?.name === 'system.state' && connection !== null) {
      // The reply schema of system.state gives this type.
      const told = parsed.data as ReplyOf<'system.state'>
      const path = this.channels.pathOf(connection)
      if (told.role !== undefined) path?.owner.learnRole(path, told.role)
      path?.owner.learnState(told.state, told.hypervisorRunning)
    } else if (definition?.name === 'service.errorLogged' && connection !== null) {
      // The reply schema of service.errorLogged gives this type.
      const told = parsed.data as ReplyOf<'service.errorLogged'>
      const system = this.channels.pathOf(connection)?.owner
      if (system !== undefined) this.receipts.received(system, told.log)
    }
  }
}

const STATE_OPCODE = commandByName('system.state').opcode
const FAILED = statusNumber('failed')

export interface ConsoleStatistics {
  readonly processor: StationStatistics
  /** Commands by what became of them; asked = finished + still open. `late`: replies that nobody waited for any more. */
  readonly asked: number
  readonly finished: number
  readonly retries: number
  readonly late: number
}
