// What surrounds a service processor in these tests: a hypervisor at the mailbox that can be slow or silent, consoles that speak whatever
// a test wants, and the parameters of the capacity model's base set with constant laws, so that every time can be worked out by hand.

import { Bus, type BusOptions, type CloseReason, type Connection, type Endpoint, type Link } from '@powersim/bus'
import { type Handler, ms, seconds, minutes, Simulation, type SimulationOptions, Station, us } from '@powersim/kernel'
import {
  address,
  commandByName,
  type CommandName,
  dataBytes,
  FLAG_EVENT,
  HEADER_BYTES,
  type HypervisorPower,
  type Json,
  type Message,
  type PlatformResources,
  PROTOCOL_VERSION,
  type ReplyOf,
  replyTo,
  STATUS_OK,
  type StatusName,
  statusName,
} from '@powersim/protocol'
import { defaultRuntimeParameters, defaultServiceParameters, Fsp, type FspParameters, type FspWiring } from '../src/index.js'

/** Base set of the capacity model (estimates). */
export const baseSet: FspParameters = {
  tls: { fullHandshake: ms(250), resumedHandshake: ms(20), perRecord: us(300), perByteNs: 300 },
  forwardIn: ms(3),
  forwardOut: ms(3),
  serve: { channel: ms(2), query: ms(8), power: ms(20), service: ms(30) },
  hmcClass: 'pipelined',
  commandLimit: 256,
  connectionLimit: 16,
  mailboxTimeoutNs: minutes(16),
  background: [],
  power: {
    ipl: {
      vpd: seconds(20),
      hardwareDiscovery: seconds(100),
      objectModel: seconds(15),
      processors: seconds(40),
      memory: seconds(45),
      imageBytes: 2 ** 26,
      flashBytesPerSecond: 2 ** 21,
      dataAreas: seconds(5),
      structures: seconds(5),
      startProcessors: seconds(5),
      hypervisor: seconds(30),
      slowFactor: 3,
      retries: 1,
      otherSide: true,
    },
    partitionStart: seconds(145),
    powerOff: seconds(60),
    epowGraceNs: seconds(20),
    terminationDump: seconds(120),
    restartAfterTermination: true,
  },
  surveillance: {
    heartbeatNs: seconds(60),
    answerNs: seconds(120),
    silenceNs: seconds(120),
    criticalNs: seconds(128),
    prepareNs: seconds(128),
    pollNs: seconds(10),
    recoveryNs: minutes(30),
    checkNs: seconds(30),
  },
  failover: { automatic: true, takeover: seconds(295), watchNs: seconds(60) },
  reset: seconds(200),
  access: { passwords: { access: 'abc123', admin: 'admin', general: 'general' }, threshold: 5, lockoutNs: minutes(5) },
  oldestConsole: '',
  writeLock: null,
  frames: { requestBytesMin: 1024, replyBytesMin: 4096 },
  service: defaultServiceParameters,
  runtime: defaultRuntimeParameters,
}

const { power: basePower } = baseSet
const noHardware = { vpd: 0, objectModel: 0, processors: 0, dataAreas: 0, structures: 0, startProcessors: 0, hypervisor: 0 }

/** Power-on in 5 s and power-off in 1 s. */
export const quickPower: FspParameters['power'] = {
  ...basePower,
  ipl: { ...basePower.ipl, ...noHardware, imageBytes: 0, memory: seconds(4) },
  partitionStart: seconds(1),
  powerOff: seconds(1),
}

/** Times of one command in the base set, ns. */
export const slots = {
  /** 1,114 and 4,366 bytes of wire time at 100 Mb/s, and 200 us. */
  lanIn: 89_120 + us(200),
  lanOut: 349_280 + us(200),
  /** A record of 1 KiB and one of 4 KiB. */
  open: us(300) + 1024 * 300,
  seal: us(300) + 4096 * 300,
  forward: ms(3),
  /** 1 KiB and 4 KiB at 8 MB/s, and 250 us. */
  mailboxIn: 128_000 + us(250),
  mailboxOut: 512_000 + us(250),
}

const lan = { role: 'management', latency: us(200), bitsPerSecond: 100_000_000 }
const noFrames = { mtuBytes: 0, segmentOverheadBytes: 0, frameOverheadBytes: 0 }
const mailbox = { name: 'psi', role: 'mailbox', latency: us(250), bitsPerSecond: 64_000_000, ...noFrames }

/** Stands for PHYP: a queue of commands behind the mailbox, and the power that the service processor has over it. */
export class FakeHypervisor implements HypervisorPower {
  readonly endpoint: Endpoint
  /** Every command that came, with its time. */
  readonly commands: { readonly timeNs: number; readonly message: Message }[] = []
  /** `3 start`: time and call. */
  readonly calls: string[] = []
  /** Authenticated sessions, as told. */
  readonly managedBy: number[] = []
  /** To be called when a partition is activated. */
  activated: () => void = () => undefined
  running: boolean
  serviceNs: number
  /** Takes commands and never replies. */
  silent = false
  link: Link | null = null
  readonly #simulation: Simulation
  readonly #bus: Bus
  readonly #station: Station
  readonly #served: Handler<Message>

  constructor(simulation: Simulation, bus: Bus, running: boolean, serviceNs: number) {
    this.#simulation = simulation
    this.#bus = bus
    this.running = running
    this.serviceNs = serviceNs
    this.#station = new Station(simulation, { name: 'phyp', servers: 1 })
    this.#served = simulation.handler('phyp.served', (request: Message) => this.#reply(request))
    this.endpoint = bus.endpoint({
      name: 'phyp',
      address: address('phyp'),
      compute: (_purpose, _message, _connection, workNs, then, argument) => simulation.schedule(workNs, then, argument),
      received: (message) => {
        this.commands.push({ timeNs: simulation.now, message })
        if (this.running && !this.silent) this.#station.submit(this.serviceNs, this.#served, message)
      },
    })
  }

  start(): void {
    this.calls.push(`${this.#simulation.now} start`)
    this.running = true
  }

  startPartitions(policy: 'autostart' | 'autorecovery'): void {
    this.calls.push(`${this.#simulation.now} partitions ${policy}`)
  }

  shutDown(): void {
    this.calls.push(`${this.#simulation.now} shut down`)
  }

  onActivation(told: () => void): void {
    this.activated = told
  }

  managed(sessions: number): void {
    this.managedBy.push(sessions)
  }

  stop(): void {
    if (!this.running) throw new Error('stopped twice')
    this.calls.push(`${this.#simulation.now} stop`)
    this.running = false
  }

  #reply(request: Message): void {
    // Each command of these tests that reaches the hypervisor is one of these two.
    const data = request.opcode === commandByName('lpar.list').opcode ? { partitions: [] } : {}
    if (this.running && this.link !== null) {
      this.#bus.send(this.link, this.endpoint, replyTo(request, STATUS_OK, data, dataBytes(data), baseSet.frames))
    }
  }
}

export interface Received {
  readonly timeNs: number
  readonly message: Message
  readonly status: StatusName | undefined
}

/** How a test's message differs from what a console would send. */
export type Unusual = Partial<Pick<Message, 'target' | 'opcode' | 'epoch' | 'sequence' | 'attempt' | 'flags'>>

/** A console that does what it is told. Its own work takes no time. */
export class FakeConsole {
  readonly endpoint: Endpoint
  readonly link: Link
  readonly replies: Received[] = []
  readonly events: Received[] = []
  readonly closes: { readonly timeNs: number; readonly reason: CloseReason }[] = []
  connection: Connection | null = null
  readonly #bus: Bus
  readonly #number: number
  #sequence = 0

  constructor(simulation: Simulation, bus: Bus, fsp: Endpoint, number: number) {
    this.#bus = bus
    this.#number = number
    this.endpoint = bus.endpoint({
      name: `hmc${number}`,
      address: address('hmc', number),
      compute: (_purpose, _message, _connection, workNs, then, argument) => simulation.schedule(workNs, then, argument),
      received: (message) => {
        const kept = (message.flags & FLAG_EVENT) === 0 ? this.replies : this.events
        kept.push({ timeNs: simulation.now, message, status: statusName(message.status) })
      },
      closed: (_connection, reason) => this.closes.push({ timeNs: simulation.now, reason }),
    })
    this.link = bus.link(this.endpoint, fsp, { ...lan, name: `lan${number}` })
  }

  connect(): Connection {
    this.connection = this.#bus.connect(this.link, this.endpoint, { resume: true })
    return this.connection
  }

  /** Sends a request and gives its sequence number; false on a connection that is not open. */
  ask(name: CommandName, data: Json = {}, unusual: Unusual = {}): number {
    const definition = commandByName(name)
    const sequence = unusual.sequence ?? ++this.#sequence
    const bytes = Math.max(baseSet.frames.requestBytesMin, HEADER_BYTES + dataBytes(data))
    const message: Message = {
      version: PROTOCOL_VERSION,
      flags: 0,
      opcode: definition.opcode,
      target: address(definition.target, definition.target === 'phyp' ? 0 : 1),
      source: this.endpoint.address,
      epoch: 1,
      sequence,
      status: STATUS_OK,
      data,
      bytes,
      entity: this.#number * 1_000_000 + sequence,
      attempt: 0,
      ...unusual,
    }
    if (this.connection?.send(this.endpoint, message) !== true) throw new Error(`hmc${this.#number} is not connected`)
    return sequence
  }

  /** The reply to a sequence number, the first if there are several. */
  reply(sequence: number): Received | undefined {
    return this.replies.find(({ message }) => message.sequence === sequence)
  }

  /** Status of each reply, oldest first. */
  statuses(): (StatusName | undefined)[] {
    return this.replies.map(({ status }) => status)
  }
}

export interface RoomOptions {
  readonly parameters?: Partial<FspParameters>
  readonly initialState?: FspWiring['initialState']
  readonly phypServiceNs?: number
  readonly consoles?: number
  /** Also a second service processor, which the last console is linked to. */
  readonly second?: boolean
  readonly simulation?: Partial<SimulationOptions>
  /** Default `encoded`, so that every reply is checked against its schema. */
  readonly wire?: BusOptions['wire']
  readonly platform?: PlatformResources
}

export class ServiceRoom {
  readonly simulation: Simulation
  readonly bus: Bus
  readonly hypervisor: FakeHypervisor
  readonly fsp: Fsp
  readonly second: Fsp | null
  readonly consoles: FakeConsole[]

  constructor(options: RoomOptions = {}) {
    const { initialState = 'Operating', phypServiceNs = ms(3), consoles = 1 } = options
    this.simulation = new Simulation({ seed: 'service-room', ...options.simulation })
    this.bus = new Bus(this.simulation, { wire: options.wire ?? 'encoded' })
    this.hypervisor = new FakeHypervisor(this.simulation, this.bus, initialState === 'Operating', phypServiceNs)
    const make = (name: string, twin?: Fsp): Fsp => {
      const fsp = new Fsp(
        this.simulation,
        this.bus,
        { ...baseSet, ...options.parameters },
        {
          number: 1,
          identity: { name: 'Server-8203-E4A-SN10ACE01', typeModel: '8203-E4A', serialNumber: '10ACE01' },
          hypervisor: this.hypervisor,
          initialState,
          ...(twin === undefined ? {} : { twin }),
          ...(options.platform === undefined ? {} : { platform: options.platform }),
          tookOver: () => (this.hypervisor.link = link),
        },
      )
      const link = this.bus.link(fsp.endpoint, this.hypervisor.endpoint, { ...mailbox, name })
      fsp.mailbox(link)
      if (twin === undefined) this.hypervisor.link = link
      return fsp
    }
    this.fsp = make('psi')
    this.second = options.second === true ? make('psi2', this.fsp) : null
    this.consoles = Array.from({ length: consoles }, (_, index) => {
      const far = this.second !== null && index === consoles - 1 ? this.second : this.fsp
      return new FakeConsole(this.simulation, this.bus, far.endpoint, index + 1)
    })
  }

  /** The first console. */
  get console(): FakeConsole {
    return this.consoles[0]!
  }

  /** Lets so much time pass. */
  pass(ns: number): void {
    this.simulation.run(this.simulation.now + ns)
  }

  /** Connects and authenticates consoles, one after the other, and has them forget the replies. */
  open(...consoles: readonly FakeConsole[]): void {
    for (const console of consoles) {
      console.connect()
      this.pass(seconds(1))
      console.ask('connection.authenticate', { user: 'HMC', password: baseSet.access.passwords.access })
      this.pass(seconds(1))
      if (console.statuses().at(-1) !== 'ok') throw new Error('the session was not set up')
      console.replies.length = 0
    }
  }

  /** All commands that the FSP has read off sessions are accounted for. */
  books(): { readonly received: number; readonly taken: number; readonly known: number } {
    const { received, busy, unauthenticated, locked, forwarded, served, answered, unanswerable, lostByReset, inside } =
      this.fsp.statistics()
    return { received, taken: busy + unauthenticated + locked + forwarded + served, known: answered + unanswerable + lostByReset + inside }
  }
}

/** Data of a reply to a command of a known name. */
export function dataOf<N extends CommandName>(_name: N, received: Received | undefined): ReplyOf<N> {
  // The wire has checked it against the schema of the command.
  return received?.message.data as ReplyOf<N>
}

/** States in the order that a subscriber heard them. */
export function statesHeard(console: FakeConsole): string[] {
  return console.events.map((event) => {
    const { state, hypervisorRunning } = dataOf('system.state', event)
    return `${state}${hypervisorRunning ? ', running' : ''}`
  })
}
