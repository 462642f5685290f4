// The network between consoles and the resource managers of a system's partitions (RMC, port 657): one bus endpoint for all of
// them. It hands DLPAR requests to the partition's agent, answers them, and tells every console when a partition's RMC link
// comes up or goes down. Neither FSP nor NETS is on this way (LoPAR dynamic reconfiguration), and no secure session either.

import type { Bus, Endpoint, Link } from '@powersim/bus'
import type { Handler, Simulation } from '@powersim/kernel'
import {
  type Address,
  addressInstance,
  addressKind,
  commandByName,
  commandByOpcode,
  dataBytes,
  FLAG_EVENT,
  type FrameSizes,
  HEADER_BYTES,
  isReply,
  type Json,
  type Message,
  PROTOCOL_VERSION,
  type Refusal,
  replyTo,
  type RequestOf,
  STATUS_OK,
  type StatusName,
  statusNumber,
  type ViosCommandPort,
} from '@powersim/protocol'
import { type DlparAnswer, MAX_UNITS } from './dlpar-agent.js'
import type { ReconfigureRequest } from './dlpar-job.js'
import { LparError } from './errors.js'
import type { Partition } from './partition.js'
import { answerOf, type ViosRequest } from './vios-request.js'

export interface RmcNetworkOptions {
  /** Unique on the bus. */
  readonly name: string
  /** Kind `lpar`; the instance is the system's number, by which consoles know whose network it is. */
  readonly address: Address
  /** Smallest sizes on the wire. Default none: header and data. */
  readonly frames?: FrameSizes
}

export interface RmcStatistics {
  readonly received: number
  readonly answered: number
  /** Messages that are no request to an agent; dropped. */
  readonly unexpected: number
  /** Requests from a console that has no link here; dropped. */
  readonly unanswerable: number
  /** Announcements sent, one per change and console. */
  readonly announced: number
}

interface ConsoleLink {
  readonly link: Link
  readonly address: Address
  /** Whether it has been told how things stand; from then on it hears of changes. */
  welcomed: boolean
}

const ANNOUNCE = commandByName('rmc.announce').opcode
const RECONFIGURE = commandByName('rmc.reconfigure').opcode
const VIOS = commandByName('rmc.vios').opcode
const SHUTDOWN = commandByName('rmc.shutdown').opcode
/** Processor time of a command of a virtual I/O server's shell (estimate). */
const VIOS_COMMAND_NS = 200_000_000

interface ViosTask {
  readonly message: Message
  readonly data: ViosRequest
  readonly port: ViosCommandPort
}

/** Processor time until an operating system has taken an order to go down (estimate). */
const SHUTDOWN_COMMAND_NS = 50_000_000

interface ShutdownTask {
  readonly message: Message
  readonly partition: Partition
  readonly restart: boolean
}

/** Announcements draw their latency in a space of their own: no command has such an entity. */
const ANNOUNCEMENTS = 2 ** 48
const ANNOUNCEMENTS_PER_PARTITION = 2 ** 20

export class RmcNetwork {
  readonly endpoint: Endpoint

  readonly #simulation: Simulation
  readonly #bus: Bus
  readonly #frames: FrameSizes
  readonly #partitions = new Map<number, Partition>()
  readonly #announcedTimes = new Map<number, number>()
  readonly #consoles: ConsoleLink[] = []
  readonly #changed: Handler<Partition>
  readonly #welcome: Handler<ConsoleLink>
  readonly #reconfigured: Handler<DlparAnswer>
  readonly #viosRun: Handler<ViosTask>
  readonly #goesDown: Handler<ShutdownTask>
  #received = 0
  #answered = 0
  #unexpected = 0
  #unanswerable = 0
  #announced = 0

  constructor(simulation: Simulation, bus: Bus, options: RmcNetworkOptions) {
    if (addressKind(options.address) !== 'lpar') {
      throw new LparError('bad-option', 'rmc.address', `expected an address of kind lpar, got kind ${String(addressKind(options.address))}`)
    }
    this.#simulation = simulation
    this.#bus = bus
    this.#frames = options.frames ?? { requestBytesMin: 0, replyBytesMin: 0 }
    this.endpoint = bus.endpoint({
      name: options.name,
      address: options.address,
      // Nothing is sealed here; who asks anyway gets its turn at once.
      compute: (_purpose, _message, _connection, _workNs, then, argument) => simulation.call(then, argument),
      received: (message) => this.#receive(message),
    })
    this.#changed = simulation.handler<Partition>(`${options.name}.changed`, (partition) => this.#announceToAll(partition))
    this.#welcome = simulation.handler<ConsoleLink>(`${options.name}.welcome`, (console) => this.#tellAll(console))
    this.#reconfigured = simulation.handler<DlparAnswer>(`${options.name}.reconfigured`, ({ request, done, reason }) => {
      this.#answer(request, 'ok', { done, ...(reason === undefined ? {} : { reason }) })
    })
    this.#viosRun = simulation.handler<ViosTask>(`${options.name}.vios`, ({ message, data, port }) => {
      this.#answer(message, 'ok', answerOf(port, data))
    })
    this.#goesDown = simulation.handler<ShutdownTask>(`${options.name}.shutdown`, ({ message, partition, restart }) => {
      this.#answer(message, 'ok', {})
      partition.shutDown(restart)
    })
  }

  /** A console's link to this network. It is told which partitions are active, at once and whenever that changes. */
  console(link: Link): void {
    const console = { link, address: link.other(this.endpoint).address, welcomed: false }
    if (this.#consoles.some((other) => other.address === console.address)) {
      throw new LparError('attached-twice', `link '${link.name}'`, 'this console has a link to this network already')
    }
    this.#consoles.push(console)
    this.#simulation.schedule(0, this.#welcome, console)
  }

  /** The partition's resource manager is on this network from now on. */
  attach(partition: Partition): void {
    if (this.#partitions.has(partition.lparId)) {
      throw new LparError('attached-twice', `lpar${partition.lparId}`, 'a partition of this ID is on this network already; detach it first')
    }
    partition.watchRmc(this.#changed)
    this.#partitions.set(partition.lparId, partition)
    if (partition.rmcState === 'active') this.#announceToAll(partition)
  }

  /** The partition is gone; consoles are told. */
  detach(partition: Partition): void {
    if (this.#partitions.get(partition.lparId) !== partition) return
    this.#partitions.delete(partition.lparId)
    partition.watchRmc(null)
    this.#announceToAll(partition)
  }

  statistics(): RmcStatistics {
    return {
      received: this.#received,
      answered: this.#answered,
      unexpected: this.#unexpected,
      unanswerable: this.#unanswerable,
      announced: this.#announced,
    }
  }

  #receive(message: Message): void {
    if (isReply(message) || (message.flags & FLAG_EVENT) !== 0) {
      this.#unexpected++
      return
    }
    this.#received++
    const definition = commandByOpcode(message.opcode)
    if (message.opcode !== RECONFIGURE && message.opcode !== VIOS && message.opcode !== SHUTDOWN) {
      this.#refuse(message, 'unknown-command', { detail: 'an RMC agent serves rmc.reconfigure, rmc.shutdown and rmc.vios only' })
      return
    }
    const checked = definition?.request.safeParse(message.data)
    if (checked?.success !== true) {
      this.#refuse(message, 'malformed', { detail: `the payload does not fit ${definition?.name ?? 'its command'}` })
      return
    }
    // Each is handed what the schema of its own command has passed.
    if (message.opcode === VIOS) this.#runViosCommand(message, checked.data as ViosRequest)
    // As above.
    else if (message.opcode === SHUTDOWN) this.#shutDown(message, checked.data as RequestOf<'rmc.shutdown'>)
    // As above.
    else this.#reconfigure(message, checked.data as ReconfigureRequest)
  }

  /** The partition that a request is for; refused and undefined when it cannot be asked. */
  #reachable(message: Message, id: number): Partition | undefined {
    const partition = this.#partitions.get(id)
    if (addressInstance(message.target) !== id) {
      this.#refuse(message, 'wrong-target', { detail: `asks agent ${addressInstance(message.target)} for partition ${id}` })
    } else if (partition === undefined) {
      this.#refuse(message, 'refused', { reason: 'partition-not-found', detail: 'no such partition on this network', values: { id } })
    } else if (partition.rmcState !== 'active') {
      const values = { id, rmcState: partition.rmcState }
      if (partition.state === 'running') this.#refuse(message, 'refused', { detail: 'RMC is not active', values })
      else this.#refuse(message, 'refused', { reason: 'partition-not-active', detail: 'the partition does not run', values })
    } else return partition
    return undefined
  }

  /** The server's own processors run the command; a server that goes down meanwhile never answers. */
  #runViosCommand(message: Message, data: ViosRequest): void {
    const partition = this.#reachable(message, data.id)
    if (partition === undefined) return
    const { viosCommands } = partition
    if (viosCommands === null)
      this.#refuse(message, 'refused', { detail: 'the partition is no Virtual I/O Server', values: { id: data.id } })
    else partition.port.run(VIOS_COMMAND_NS, this.#viosRun, { message, data, port: viosCommands })
  }

  #shutDown(message: Message, { id, restart }: RequestOf<'rmc.shutdown'>): void {
    const partition = this.#reachable(message, id)
    if (partition !== undefined) partition.port.run(SHUTDOWN_COMMAND_NS, this.#goesDown, { message, partition, restart })
  }

  #reconfigure(message: Message, data: ReconfigureRequest): void {
    const { id } = data
    const partition = this.#reachable(message, id)
    if (partition === undefined) return
    if (data.count > MAX_UNITS) {
      this.#refuse(message, 'refused', { detail: `at most ${MAX_UNITS} units in one request`, values: { id, count: data.count } })
    } else if (partition.agent.submit(message, data, this.#reconfigured) === 'busy') {
      this.#refuse(message, 'busy', { detail: 'too many requests wait for the resource manager', values: { id } })
    }
  }

  #refuse(request: Message, status: StatusName, refusal: Refusal): void {
    this.#answer(request, status, refusal)
  }

  #answer(request: Message, status: StatusName, data: Json): void {
    const console = this.#consoles.find(({ address }) => address === request.source)
    if (console === undefined) {
      this.#unanswerable++
      return
    }
    this.#answered++
    this.#bus.send(console.link, this.endpoint, replyTo(request, statusNumber(status), data, dataBytes(data), this.#frames))
  }

  #announceToAll(partition: Partition): void {
    for (const console of this.#consoles) if (console.welcomed) this.#announce(console, partition)
  }

  #tellAll(console: ConsoleLink): void {
    console.welcomed = true
    for (const partition of this.#partitions.values()) if (partition.rmcState === 'active') this.#announce(console, partition)
  }

  #announce(console: ConsoleLink, partition: Partition): void {
    const { lparId } = partition
    const times = this.#announcedTimes.get(lparId) ?? 0
    this.#announcedTimes.set(lparId, times + 1)
    this.#announced++
    const data = { id: lparId, state: partition.rmcState }
    const bytes = HEADER_BYTES + dataBytes(data)
    this.#bus.send(console.link, this.endpoint, {
      version: PROTOCOL_VERSION,
      flags: FLAG_EVENT,
      opcode: ANNOUNCE,
      target: console.address,
      source: this.endpoint.address,
      epoch: 0,
      sequence: 0,
      status: STATUS_OK,
      data,
      bytes: Math.max(bytes, this.#frames.requestBytesMin),
      entity: ANNOUNCEMENTS + lparId * ANNOUNCEMENTS_PER_PARTITION + (times % ANNOUNCEMENTS_PER_PARTITION),
      attempt: 0,
    })
  }
}
