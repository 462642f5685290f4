// The console's side of the resource monitoring and control (RMC) network: asks partitions' agents to reconfigure, and learns from
// their announcements which are there. Neither FSP nor NETS is on this way, and no secure session either.

import type { Bus, Endpoint } from '@powersim/bus'
import type { Handler, Signal, Simulation, Timer } from '@powersim/kernel'
import {
  address,
  commandByName,
  dataBytes,
  HEADER_BYTES,
  isReply,
  type Message,
  PROTOCOL_VERSION,
  type ReplyOf,
  type RequestOf,
  STATUS_OK,
} from '@powersim/protocol'
import { RMC_ENTITIES } from './command-identity.js'
import type { ManagedSystemView } from './managed-system-view.js'
import type { RmcOutcome } from './operations/operation-context.js'

interface PendingRequest {
  readonly sequence: number
  readonly command: RmcCommand
  readonly settled: Settled
  timer: Timer | null
}

/** Requests that an agent answers. */
type RmcCommand = 'rmc.reconfigure' | 'rmc.shutdown' | 'rmc.vios'
/** Hears of a reply: its data, as its schema has passed them; null: refused, or none came in time, and what was done is `unknown`. */
type Settled = (data: unknown, unknown: boolean) => void

/** Requests of one console that may be under way at once; more are refused as not done. */
const MAX_PENDING = 4096

export class RmcAgents {
  private readonly simulation: Simulation
  private readonly bus: Bus
  private readonly endpoint: Endpoint
  private readonly timeoutNs: number
  private readonly pending = new Map<number, PendingRequest>()
  private readonly timedOut: Handler<PendingRequest>
  private nextSequence = 1

  constructor(simulation: Simulation, bus: Bus, console: string, endpoint: Endpoint, timeoutNs: number) {
    this.simulation = simulation
    this.bus = bus
    this.endpoint = endpoint
    this.timeoutNs = timeoutNs
    this.timedOut = simulation.handler(`${console}.rmc-timeout`, (request: PendingRequest) => this.settle(request, null, true))
  }

  /** Asks a partition's operating system to take resources in or give them up. */
  reconfigure(system: ManagedSystemView, data: RequestOf<'rmc.reconfigure'>, entity: number): Signal<RmcOutcome> {
    const result = this.simulation.signal<RmcOutcome>()
    this.ask(system, 'rmc.reconfigure', data, entity, (reply, unknown) => {
      // The reply schema of rmc.reconfigure was applied to it.
      if (reply !== null) result.fire({ ok: true, ...(reply as ReplyOf<'rmc.reconfigure'>) })
      else result.fire({ ok: false, done: 0, ...(unknown ? { unknown: true as const } : {}) })
    })
    return result
  }

  /** Asks a virtual I/O server; null when it did not answer, or declined. */
  vios(system: ManagedSystemView, data: RequestOf<'rmc.vios'>, entity: number): Signal<ReplyOf<'rmc.vios'> | null> {
    const result = this.simulation.signal<ReplyOf<'rmc.vios'> | null>()
    // The reply schema of rmc.vios was applied to it.
    this.ask(system, 'rmc.vios', data, entity, (reply) => result.fire(reply as ReplyOf<'rmc.vios'> | null))
    return result
  }

  /** Asks an operating system to go down; false when it did not answer, or declined. */
  shutDown(system: ManagedSystemView, data: RequestOf<'rmc.shutdown'>, entity: number): Signal<boolean> {
    const result = this.simulation.signal<boolean>()
    this.ask(system, 'rmc.shutdown', data, entity, (reply) => result.fire(reply !== null))
    return result
  }

  private ask(system: ManagedSystemView, command: RmcCommand, data: RequestOf<RmcCommand>, entity: number, settled: Settled): void {
    const link = system.wiring.rmcLink
    if (link === undefined || this.pending.size >= MAX_PENDING) {
      settled(null, false)
      return
    }
    const request: PendingRequest = { sequence: this.nextSequence++, command, settled, timer: null }
    this.pending.set(request.sequence, request)
    request.timer = this.simulation.timer(this.timedOut, request)
    request.timer.start(this.timeoutNs)
    this.bus.send(link, this.endpoint, {
      version: PROTOCOL_VERSION,
      flags: 0,
      opcode: commandByName(command).opcode,
      target: address('lpar', data.id),
      source: this.endpoint.address,
      epoch: 1,
      sequence: request.sequence,
      status: STATUS_OK,
      data,
      bytes: HEADER_BYTES + dataBytes(data),
      entity: RMC_ENTITIES + entity,
      attempt: 0,
    })
  }

  /** A reply of an agent; one that nobody waits for any more is passed over. */
  replied(message: Message): void {
    const request = isReply(message) ? this.pending.get(message.sequence) : undefined
    if (request === undefined) return
    const { opcode, reply } = commandByName(request.command)
    if (message.opcode !== opcode) return
    const parsed = reply.safeParse(message.data)
    this.settle(request, message.status === STATUS_OK && parsed.success ? parsed.data : null, false)
  }

  private settle(request: PendingRequest, data: unknown, unknown: boolean): void {
    request.timer?.stop()
    this.pending.delete(request.sequence)
    request.settled(data, unknown)
  }
}
