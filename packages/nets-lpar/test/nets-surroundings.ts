// All that NETS meets, as doubles around the real bus: a partition's port with a first-come processor (and a dispatch latency),
// the hypervisor double, and consoles that connect, send and write down what comes back. Used by this package's tests only.

import { Bus, type CloseReason, type Connection, type Endpoint, type Link, type TlsCosts, type WireMode } from '@powersim/bus'
import { type Handler, Simulation } from '@powersim/kernel'
import {
  address,
  commandByName,
  type CommandName,
  dataBytes,
  type DeviceKind,
  type DeviceNode,
  type DmaWindow,
  type GuestPort,
  HEADER_BYTES,
  type HypercallResult,
  type Json,
  type Message,
  PROTOCOL_VERSION,
  statusName,
} from '@powersim/protocol'
import { IdealMemory } from '@powersim/testkit'
import { defaultNetsParameters, Nets, type NetsParameters, type VmcParameters } from '../src/index.js'
import { HypervisorDouble, type HypervisorOptions, UNIT } from './hypervisor-double.js'

interface Work {
  readonly workNs: number
  readonly then: Handler<unknown>
  readonly argument: unknown
  readonly life: number
}

interface GuestOptions {
  readonly processors: number
  readonly latencyNs: number
  readonly hasDevice: boolean
}

/** Processors, first come first served; when all are idle, work waits `latencyNs` before it runs. Also a GuestPort. */
class GuestDouble implements GuestPort {
  readonly simulation: Simulation
  readonly lparId = 3
  readonly name = 'nets'
  readonly memory = new IdealMemory(16)
  usedNs = 0
  dispatches = 0
  readonly #hypervisor: HypervisorDouble
  readonly #done: Handler<Work>
  readonly #dispatched: Handler<number>
  readonly #queue: Work[] = []
  readonly #options: GuestOptions
  #state: 'ceded' | 'dispatching' | 'running' = 'ceded'
  #inService = 0
  #life = 0

  constructor(simulation: Simulation, hypervisor: HypervisorDouble, options: GuestOptions) {
    this.simulation = simulation
    this.#hypervisor = hypervisor
    this.#options = options
    this.#done = simulation.handler('guest.done', (work) => this.#finish(work))
    this.#dispatched = simulation.handler('guest.dispatched', (life) => this.#start(life))
  }

  run<A>(workNs: number, then: Handler<A>, argument: A): void {
    // Handler<A> and its argument come and go together.
    this.#queue.push({ workNs, then: then as unknown as Handler<unknown>, argument, life: this.#life })
    if (this.#state === 'dispatching') return
    const { latencyNs } = this.#options
    if (this.#state === 'running' || latencyNs === 0) {
      if (this.#state === 'ceded') this.dispatches++
      this.#start(this.#life)
    } else {
      this.dispatches++
      this.#state = 'dispatching'
      this.simulation.schedule(latencyNs, this.#dispatched, this.#life)
    }
  }

  /** Power is cut. */
  halt(): void {
    this.#life++
    this.#queue.length = 0
    this.#inService = 0
    this.#state = 'ceded'
  }

  hypercall(token: number, a1 = 0, a2 = 0, a3 = 0, a4 = 0, a5 = 0): HypercallResult {
    return this.#hypervisor.call(token, a1, a2, a3, a4, a5)
  }

  window(unitAddress: number): DmaWindow | undefined {
    return unitAddress === UNIT ? this.#hypervisor.window : undefined
  }

  devices(kind: DeviceKind): readonly number[] {
    return kind === 'vmc' && this.#options.hasDevice ? [UNIT] : []
  }

  node(unitAddress: number): DeviceNode | undefined {
    return this.devices('vmc').includes(unitAddress) ? { unitAddress, kind: 'vmc', slot: null, mac: null, wwpns: null } : undefined
  }

  slotOf(): undefined {
    return undefined
  }

  #start(life: number): void {
    if (life !== this.#life) return
    this.#state = 'running'
    while (this.#inService < this.#options.processors) {
      const work = this.#queue.shift()
      if (work === undefined) return
      this.#inService++
      this.simulation.schedule(work.workNs, this.#done, work)
    }
  }

  #finish(work: Work): void {
    if (work.life !== this.#life) return
    this.#inService--
    this.usedNs += work.workNs
    this.#start(work.life)
    this.simulation.call(work.then, work.argument)
    if (work.life === this.#life && this.#inService === 0 && this.#queue.length === 0) this.#state = 'ceded'
  }
}

/** One console: an endpoint with a link to NETS. */
export class ConsoleDouble {
  readonly endpoint: Endpoint
  readonly link: Link
  readonly number: number
  /** `time sequence status` of every reply. */
  readonly replies: string[] = []
  readonly data: Json[] = []
  readonly closes: string[] = []
  onReply: (message: Message, connection: Connection | null) => void = () => {}
  readonly #simulation: Simulation
  readonly #bus: Bus
  #sequence = 0
  #entity: number

  constructor(simulation: Simulation, bus: Bus, nets: Endpoint, number: number) {
    this.#simulation = simulation
    this.#bus = bus
    this.number = number
    this.#entity = number * 1_000_000
    this.endpoint = bus.endpoint({
      name: `hmc${number}`,
      address: address('hmc', number),
      compute: (_purpose, _message, _connection, workNs, then, argument) => simulation.schedule(workNs, then, argument),
      received: (message, connection) => {
        this.replies.push(`${simulation.now} ${message.sequence} ${statusName(message.status)}`)
        this.data.push(message.data)
        this.onReply(message, connection)
      },
      closed: (connection, reason: CloseReason) => this.closes.push(`${simulation.now} ${connection.id} ${reason}`),
    })
    const wire = { latency: 100, bitsPerSecond: Infinity, mtuBytes: 0, windowBytes: Infinity, handshakeRoundTrips: { full: 1, resumed: 1 } }
    this.link = bus.link(this.endpoint, nets, { name: `hmc${number}-nets`, role: 'management', ...wire })
  }

  connect(): Connection {
    return this.#bus.connect(this.link, this.endpoint)
  }

  /** Connects, and authenticates once the session is open. `run` decides how far time goes. */
  session(run: () => void, password = 'access'): Connection {
    const connection = this.connect()
    run()
    const sent = this.send(connection, 'connection.authenticate', { user: 'hscroot', password })
    if (sent === undefined) throw new Error('the session is not open yet: let more time pass')
    run()
    return connection
  }

  /** Sends a command; its sequence number, or undefined when the session is not open. */
  send(connection: Connection, name: CommandName, data: Json, change: Partial<Message> = {}): number | undefined {
    const definition = commandByName(name)
    const sequence = ++this.#sequence
    const bytes = HEADER_BYTES + dataBytes(data)
    const sent = connection.send(this.endpoint, {
      version: PROTOCOL_VERSION,
      flags: 0,
      opcode: definition.opcode,
      target: address(definition.target === 'lpar' ? 'lpar' : definition.target, 0),
      source: this.endpoint.address,
      epoch: 1,
      sequence,
      status: 0,
      data,
      bytes,
      entity: ++this.#entity,
      attempt: 0,
      ...change,
    })
    return sent ? sequence : undefined
  }

  /** A query for the hypervisor. */
  ask(connection: Connection, change: Partial<Message> = {}): number | undefined {
    return this.send(connection, 'lpar.list', {}, change)
  }

  /** Statuses of the replies, in order, without those of `connection.*`. */
  statuses(): string[] {
    return this.replies.map((line) => line.split(' ')[2] ?? '')
  }

  get now(): number {
    return this.#simulation.now
  }
}

const noTls: TlsCosts = { fullHandshake: 0, resumedHandshake: 0, perRecord: 0, perByteNs: 0 }

/** NETS without any cost of its own; tests put in those that they are about. */
export const free: NetsParameters = {
  ...defaultNetsParameters,
  tls: noTls,
  threadCreation: 0,
  receive: 0,
  process: 0,
  send: 0,
  vmc: { ...defaultNetsParameters.vmc, perBufferNs: 0 },
  frames: { requestBytesMin: 0, replyBytesMin: 0 },
  residenceLogLimit: 1_000_000,
}

export interface SetUpOptions {
  readonly nets?: Partial<NetsParameters>
  readonly vmc?: Partial<VmcParameters>
  readonly hypervisor?: HypervisorOptions
  readonly dispatchLatencyNs?: number
  readonly processors?: number
  readonly consoles?: number
  readonly wire?: WireMode
  readonly seed?: string
  readonly device?: boolean
}

export function setUp(options: SetUpOptions = {}) {
  const simulation = new Simulation({ seed: options.seed ?? 'nets' })
  const bus = new Bus(simulation, { wire: options.wire ?? 'reference' })
  const hypervisor = new HypervisorDouble(simulation, options.hypervisor)
  const guest = new GuestDouble(simulation, hypervisor, {
    processors: options.processors ?? 1,
    latencyNs: options.dispatchLatencyNs ?? 0,
    hasDevice: options.device ?? true,
  })
  const nets = new Nets(
    simulation,
    bus,
    { ...free, ...options.nets, vmc: { ...free.vmc, ...options.nets?.vmc, ...options.vmc } },
    { address: address('nets', 3), identity: { name: 'Server-8203-E4A-SN10ACE01', typeModel: '8203-E4A', serialNumber: '10ACE01' } },
  )
  hypervisor.interrupt = (unitAddress) => nets.interrupt(unitAddress)
  const consoles = Array.from({ length: options.consoles ?? 1 }, (_, at) => new ConsoleDouble(simulation, bus, nets.endpoint, at + 1))
  const [console] = consoles
  if (console === undefined) throw new Error('expected at least one console')
  const start = (): void => nets.start(guest)
  /** Lets so much time pass. */
  const pass = (ns = 1_000_000): void => {
    simulation.run(simulation.now + ns)
  }
  return { simulation, bus, hypervisor, guest, nets, consoles, console, start, pass }
}

export type Surroundings = ReturnType<typeof setUp>
