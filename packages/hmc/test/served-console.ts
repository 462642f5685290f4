// The scene of the tests of the console half: a console on a real bus, with fake servers at the far ends of its paths. A server answers
// from a station after a settable time, and for each command may be silent, close, reset, refuse, be busy or answer twice instead.

import { Bus, type BusOptions, type Connection, type Endpoint, type Link, type LinkParameters, type TlsCosts } from '@powersim/bus'
import { type Handler, ms, Simulation, type SimulationOptions, Station, us } from '@powersim/kernel'
import {
  type Address,
  address,
  commandByName,
  commandByOpcode,
  type CommandName,
  dataBytes,
  FLAG_EVENT,
  FLAG_REPLY,
  HEADER_BYTES,
  type Json,
  type Message,
  PROTOCOL_VERSION,
  replyTo,
  type StatusName,
  statusNumber,
  type SystemState,
} from '@powersim/protocol'
import { fspOnly, type RoutingPolicy } from '@powersim/routing'
import { type CommandRecord, Console, type HmcParameters, type ManagedSystemView, noRetry } from '../src/index.js'

export const freeTls: TlsCosts = { fullHandshake: 0, resumedHandshake: 0, perRecord: 0, perByteNs: 0 }

/** Nothing costs time; one kept session with one command in flight on each path. */
export const plainParameters: HmcParameters = {
  processors: 4,
  prepare: 0,
  absorb: 0,
  tls: freeTls,
  fsp: { mode: 'kept', sessions: 1, pipeline: 1, resume: false },
  nets: { mode: 'kept', sessions: 1, pipeline: 1, resume: false },
  commandTimeoutNs: ms(100),
  retry: noRetry,
  reconnectNs: ms(50),
  rmcTimeoutNs: ms(100),
  waitingLimit: 100,
  model: 'rack',
  bootNs: ms(1000),
  userPassword: 'abc123',
  accessPassword: 'access',
  requestBytesMin: 0,
  version: 'V7R7',
}

export const perCommand = { mode: 'per-command', sessions: 1, pipeline: 1, resume: false } as const

/** One way between console and servers. */
export const LATENCY = us(100)

const plainLink = { latency: LATENCY, bitsPerSecond: Infinity, mtuBytes: 0 } as const

/** What a server does with one command. */
export type Behaviour = 'answer' | 'twice' | 'silent' | 'close' | 'reset' | 'busy' | 'refuse'

interface ServerOptions {
  /** Time to serve a command. */
  readonly serviceNs?: number
  /** Time to serve a command of set-up. */
  readonly setUpNs?: number
  /** Commands that it serves at the same time. */
  readonly servers?: number
  readonly password?: string
  readonly tls?: TlsCosts
  readonly admission?: 'admit' | 'refuse' | 'hold'
}

interface ReceivedCommand {
  readonly timeNs: number
  readonly name: string
  readonly message: Message
  readonly connection: Connection | null
}

interface Job {
  readonly message: Message
  readonly connection: Connection | null
  readonly behaviour: Behaviour
}

const memoryOfAny = {
  currentMinMiB: 128,
  currentMiB: 1024,
  currentMaxMiB: 2048,
  pendingMinMiB: 128,
  pendingMiB: 1024,
  pendingMaxMiB: 2048,
  runMinMiB: 128,
  runMiB: 1024,
  mode: 'ded',
  hptRatio: '1:64',
}

const SMALLEST = { requestBytesMin: 0, replyBytesMin: 0 }

class FakeServer {
  readonly endpoint: Endpoint
  readonly received: ReceivedCommand[] = []
  readonly offered: Connection[] = []
  readonly opened: Connection[] = []
  readonly closed: Connection[] = []
  /** Asked for each command that comes. */
  behaviour: (message: Message, name: string) => Behaviour = () => 'answer'
  serviceNs: number
  setUpNs: number
  admission: 'admit' | 'refuse' | 'hold'
  state: SystemState = 'Operating'
  hypervisorRunning = true
  partitions: readonly { id: number; name: string; environment: string }[] = []
  /** Unsecured answers go here. */
  link: Link | null = null
  private readonly bus: Bus
  private readonly simulation: Simulation
  private readonly password: string
  private readonly station: Station
  private readonly served: Handler<Job>

  constructor(simulation: Simulation, bus: Bus, name: string, at: Address, options: ServerOptions = {}) {
    this.simulation = simulation
    this.bus = bus
    this.serviceNs = options.serviceNs ?? 0
    this.setUpNs = options.setUpNs ?? 0
    this.admission = options.admission ?? 'admit'
    this.password = options.password ?? 'access'
    this.station = new Station(simulation, { name: `${name}.station`, servers: options.servers ?? 1000 })
    this.served = simulation.handler(`${name}.served`, (job: Job) => this.answer(job))
    this.endpoint = bus.endpoint({
      name,
      address: at,
      ...(options.tls === undefined ? {} : { tls: options.tls }),
      compute: (_purpose, _message, _connection, workNs, then, argument) => simulation.schedule(workNs, then, argument),
      accept: (connection) => {
        this.offered.push(connection)
        if (this.admission === 'admit') connection.admit()
        else if (this.admission === 'refuse') connection.refuse()
      },
      opened: (connection) => this.opened.push(connection),
      received: (message, connection) => this.take(message, connection),
      closed: (connection) => this.closed.push(connection),
    })
  }

  /** Connections that are open now, as this end knows. */
  get open(): readonly Connection[] {
    return this.opened.filter((connection) => connection.state === 'open')
  }

  /** Commands received but those of set-up. */
  get commands(): readonly ReceivedCommand[] {
    return this.received.filter(({ name }) => !name.startsWith('connection.'))
  }

  names(): readonly string[] {
    return this.received.map(({ name }) => name)
  }

  /** Tells every open connection how the system is. */
  announce(state: SystemState, hypervisorRunning: boolean): void {
    this.state = state
    this.hypervisorRunning = hypervisorRunning
    for (const connection of this.open) {
      connection.send(this.endpoint, event('system.state', this.endpoint.address, connection.client.address, this.systemState()))
    }
  }

  private take(message: Message, connection: Connection | null): void {
    const name = commandByOpcode(message.opcode)?.name ?? '?'
    this.received.push({ timeNs: this.simulation.now, name, message, connection })
    const behaviour = this.behaviour(message, name)
    if (behaviour === 'reset') this.endpoint.reset('reset')
    else if (behaviour === 'close') connection?.close()
    else if (behaviour !== 'silent') {
      const workNs = name.startsWith('connection.') ? this.setUpNs : this.serviceNs
      this.station.submit(workNs, this.served, { message, connection, behaviour })
    }
  }

  private answer({ message, connection, behaviour }: Job): void {
    const [status, data] = this.answerOf(message, behaviour)
    const reply = replyTo(message, statusNumber(status), data, dataBytes(data), SMALLEST)
    const times = behaviour === 'twice' ? 2 : 1
    for (let time = 0; time < times; time++) {
      if (connection !== null) connection.send(this.endpoint, reply)
      else if (this.link !== null) this.bus.send(this.link, this.endpoint, reply)
    }
  }

  private answerOf(message: Message, behaviour: Behaviour): [StatusName, Json] {
    const name = commandByOpcode(message.opcode)?.name
    if (behaviour === 'busy') return ['busy', { detail: 'too much to do' }]
    if (behaviour === 'refuse') return ['refused', { reason: 'partition-not-found', detail: 'no such partition' }]
    switch (name) {
      case 'connection.identify':
        return ['ok', { typeModel: '8203-E4A', serialNumber: '10ACE01', systemName: 'sys1', endpoint: 'fsp' }]
      case 'connection.authenticate':
        // A request of this name carries a password.
        return (message.data as { password: string }).password === this.password
          ? ['ok', { accepted: true }]
          : ['refused', { detail: 'the HMC access password is wrong' }]
      case 'connection.capabilities':
        return ['ok', { mtuBytes: 4096, window: 1, commands: 50 }]
      case 'connection.subscribe':
        return ['ok', { subscribed: 1 }]
      case 'system.state':
        return ['ok', this.systemState()]
      case 'lpar.list':
        return ['ok', { partitions: this.partitions }]
      case 'memory.lpar':
        // A request of this name carries an id.
        return ['ok', { ...memoryOfAny, ...(message.data as { id: number }) }]
      case 'profile.list':
        return ['ok', { profiles: [] }]
      case 'rmc.reconfigure':
        // A request of this name carries a count.
        return ['ok', { done: (message.data as { count: number }).count }]
      default:
        return ['ok', {}]
    }
  }

  private systemState(): Json {
    return { state: this.state, detail: 'None', hypervisorRunning: this.hypervisorRunning }
  }
}

export function event(name: CommandName, source: Address, target: Address, data: Json): Message {
  return {
    version: PROTOCOL_VERSION,
    flags: FLAG_EVENT | (name === 'system.state' ? FLAG_REPLY : 0),
    opcode: commandByName(name).opcode,
    target,
    source,
    epoch: 0,
    sequence: 0,
    status: 0,
    data,
    bytes: HEADER_BYTES + dataBytes(data),
    entity: 0,
    attempt: 0,
  }
}

export interface SceneOptions {
  readonly simulation?: Partial<SimulationOptions>
  readonly bus?: BusOptions
  readonly parameters?: Partial<HmcParameters>
  readonly policy?: RoutingPolicy
  readonly link?: Partial<LinkParameters>
  readonly fsp?: ServerOptions
  readonly nets?: ServerOptions
  /** Also a path through NETS. Default true when `nets` is given. */
  readonly withNets?: boolean
  /** Also a network to RMC agents. */
  readonly withRmc?: boolean
  readonly initialState?: SystemState
}

export interface Scene {
  readonly simulation: Simulation
  readonly bus: Bus
  readonly console: Console
  readonly system: ManagedSystemView
  readonly fsp: FakeServer
  readonly nets: FakeServer
  readonly rmc: FakeServer
  readonly records: CommandRecord[]
  /** Records of commands that are no set-up. */
  readonly commands: () => readonly CommandRecord[]
  /** Starts the console and runs until its sessions are set up or have failed, and nothing is under way. */
  readonly start: () => void
  /** Runs for so long. */
  readonly pass: (ns: number) => void
}

export const SYSTEM_NUMBER = 7

export function servedConsole(options: SceneOptions = {}): Scene {
  const simulation = new Simulation({ seed: 'console-test', maxEvents: 5_000_000, ...options.simulation })
  const bus = new Bus(simulation, options.bus)
  const records: CommandRecord[] = []
  const console = new Console(simulation, bus, { ...plainParameters, ...options.parameters }, {
    name: 'hmc1',
    number: 1,
    policy: options.policy ?? fspOnly(),
    startSeconds: 1_370_246_400,
    recorded: (record) => records.push(record),
  })
  const fsp = new FakeServer(simulation, bus, 'fsp', address('fsp', 1), options.fsp)
  const nets = new FakeServer(simulation, bus, 'nets', address('nets', 3), options.nets)
  const rmc = new FakeServer(simulation, bus, 'rmc', address('lpar', SYSTEM_NUMBER))
  const linkTo = (server: FakeServer, role: string): Link =>
    bus.link(console.endpoint, server.endpoint, { name: `hmc1-${server.endpoint.name}`, role, ...plainLink, ...options.link })
  const withNets = options.withNets ?? options.nets !== undefined
  const rmcLink = linkTo(rmc, 'rmc')
  rmc.link = rmcLink
  const system = console.manage({
    name: 'sys1',
    typeModel: '8203-E4A',
    serialNumber: '10ACE01',
    ipAddress: '10.0.0.1',
    paths: [
      { id: 'fsp', kind: 'fsp', link: linkTo(fsp, 'management'), ipAddress: '10.0.0.1', meanServiceNs: ms(10) },
      ...(withNets
        ? [{ id: 'nets', kind: 'nets', link: linkTo(nets, 'management'), ipAddress: '10.0.0.2', meanServiceNs: ms(2) } as const]
        : []),
    ],
    ...(options.withRmc === true ? { rmcLink } : {}),
    initialState: options.initialState ?? 'Operating',
    memoryRegionMiB: 128,
    capabilities: { activeMemorySharing: false, activeMemoryExpansion: false, compatModes: ['POWER6'], maxPartitions: 40 },
    number: SYSTEM_NUMBER,
  })
  const isCommand = (record: CommandRecord): boolean => !record.name.startsWith('connection.')
  return {
    simulation,
    bus,
    console,
    system,
    fsp,
    nets,
    rmc,
    records,
    commands: () => records.filter(isCommand),
    start: () => {
      const started = console.start()
      for (let i = 0; !started.fired; i++) {
        if (i === 100_000) throw new Error('the console has not started within 100 s')
        simulation.run(simulation.now + ms(1))
      }
    },
    pass: (ns) => {
      simulation.run(simulation.now + ns)
    },
  }
}
