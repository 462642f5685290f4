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
  readonly result: Signal<RmcOutcome>
  timer: Timer | null
}

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
    this.timedOut = simulation.handler(`${console}.rmc-timeout`, (request: PendingRequest) =>
      this.settle(request, { ok: false, done: 0, unknown: true }),
    )
  }

  /** Asks a partition's operating system to take resources in or give them up. */
  reconfigure(system: ManagedSystemView, data: RequestOf<'rmc.reconfigure'>, entity: number): Signal<RmcOutcome> {
    const result = this.simulation.signal<RmcOutcome>()
    const link = system.wiring.rmcLink
    if (link === undefined || this.pending.size >= MAX_PENDING) {
      result.fire({ ok: false, done: 0 })
      return result
    }
    const request: PendingRequest = { sequence: this.nextSequence++, result, timer: null }
    this.pending.set(request.sequence, request)
    request.timer = this.simulation.timer(this.timedOut, request)
    request.timer.start(this.timeoutNs)
    this.bus.send(link, this.endpoint, {
      version: PROTOCOL_VERSION,
      flags: 0,
      opcode: commandByName('rmc.reconfigure').opcode,
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
    return result
  }

  /** A reply of an agent; one that nobody waits for any more is passed over. */
  replied(message: Message): void {
    const { opcode, reply } = commandByName('rmc.reconfigure')
    const request = isReply(message) && message.opcode === opcode ? this.pending.get(message.sequence) : undefined
    if (request === undefined) return
    const parsed = reply.safeParse(message.data)
    if (message.status !== STATUS_OK || !parsed.success) this.settle(request, { ok: false, done: 0 })
    // The reply schema of rmc.reconfigure, applied just now, says so.
    else this.settle(request, { ok: true, ...(parsed.data as ReplyOf<'rmc.reconfigure'>) })
  }

  private settle(request: PendingRequest, result: RmcOutcome): void {
    request.timer?.stop()
    this.pending.delete(request.sequence)
    request.result.fire(result)
  }
}
