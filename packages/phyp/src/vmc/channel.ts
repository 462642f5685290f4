// The hypervisor's end of one virtual management channel (ibmvmc; LoPAR app_vmc_comm): the handshake of the queue, the capabilities,
// opening and closing of HMC connections. Messages and buffers are connection.ts.
// States: idle (no queue) -> init (INIT sent) -> capabilities (the guest answered) -> ready, or failed (major versions differ).
// H_FREE_CRQ, the partition's end and a reset lead back; while the channel is disabled, a queue leads to `disabled` and no further.
// All work is done in events of its own: see virtual-device.ts.

import type { Handler, Simulation } from '@powersim/kernel'
import {
  CRQ_COMMAND,
  CRQ_EVENT_PARTNER_FAILED,
  CRQ_INIT,
  CRQ_INIT_COMPLETE,
  CRQ_INIT_START,
  CRQ_TRANSPORT_EVENT,
  emptyCrqEntry,
  negotiate,
  VMC_ADD_BUFFER,
  VMC_CAPABILITIES,
  VMC_CLOSE,
  VMC_CLOSED,
  VMC_INTERFACE_FAILURE,
  VMC_INVALID_BUFFER,
  VMC_INVALID_INDEX,
  VMC_OK,
  VMC_OPEN,
  VMC_REMOVE_BUFFER,
  VMC_RESPONSE,
  VMC_SIGNAL,
} from '@powersim/protocol'
import type { CrqEntry, VmcCapabilities } from '@powersim/protocol'
import { EntryRing } from '../plic/crq.js'
import type { HypervisorRegion, RemoteWindow } from '../plic/dma-window.js'
import type { DevicePartner, VirtualDevice } from '../plic/virtual-device.js'
import { ADDRESS_SLOT, ADDRESS_SPAN, FIRST_ADDRESS, GUEST, MessageBuffer, OFFERED } from './buffer-pool.js'
import { type ChannelSide, Connection } from './connection.js'
import { newVmcCounters } from './counters.js'
import type { Crossing } from './crossing.js'
import { type RequestSink, VmcSession } from './session.js'

/** Entries that wait for room in the guest's queue; one more and this end starts over. */
export const PENDING_ENTRIES = 4096
/** Bytes of an HMC's id in the seed buffer (ibmvmc). */
export const HMC_ID_BYTES = 32
/** The buffer that each connection has before it is opened. */
export const SEED = 0
const CAPABILITIES_FAILURE = 1
const CAPABILITIES_VERSION = 2

export type ChannelState = 'idle' | 'disabled' | 'init' | 'capabilities' | 'ready' | 'failed'

export class VmcChannel implements DevicePartner, ChannelSide, RemoteWindow {
  readonly device: VirtualDevice
  readonly crossing: Crossing
  readonly sink: RequestSink
  readonly counters = newVmcCounters()
  readonly connections: Connection[] = []
  state: ChannelState = 'idle'
  /** In force once `ready`; before, what this end can do. */
  effective: VmcCapabilities

  private readonly own: VmcCapabilities
  private readonly pending = new EntryRing(PENDING_ENTRIES)
  private readonly entry = emptyCrqEntry()
  private readonly out = emptyCrqEntry()
  private overflowed = false
  private enabled = true

  constructor(
    simulation: Simulation,
    device: VirtualDevice,
    own: VmcCapabilities,
    crossing: Crossing,
    sink: RequestSink,
    retry: Handler<Connection>,
  ) {
    this.device = device
    this.own = own
    this.effective = own
    this.crossing = crossing
    this.sink = sink
    for (let index = 0; index < own.maxHmcs; index++) {
      this.connections.push(new Connection(simulation, this, index, own.poolSize, retry))
    }
    device.partner = this
  }

  get remote(): RemoteWindow {
    return this
  }

  get mtuBytes(): number {
    return this.effective.mtuBytes
  }

  /** Entries that wait for room in the guest's queue. */
  get stalledEntries(): number {
    return this.pending.size
  }

  /** The buffer at an address of the remote window. */
  at(ioba: number): MessageBuffer | undefined {
    const offset = ioba - FIRST_ADDRESS
    const index = Math.floor(offset / ADDRESS_SPAN)
    const connection = this.connections[index]
    return connection === undefined ? undefined : connection.pool.at((offset - index * ADDRESS_SPAN) / ADDRESS_SLOT)
  }

  registered(): void {
    if (!this.enabled) {
      this.state = 'disabled'
      return
    }
    this.state = 'init'
    this.put0(CRQ_INIT, CRQ_INIT_START)
  }

  freed(): void {
    this.clear()
    this.state = 'idle'
  }

  /** This end fails: the guest gets a transport event, all sessions are gone, and the handshake begins again. */
  reset(): void {
    if (this.state === 'idle') return
    this.clear()
    this.counters.resets++
    this.put0(CRQ_TRANSPORT_EVENT, CRQ_EVENT_PARTNER_FAILED)
    this.registered()
  }

  /** Disabled, it ends all sessions and says nothing but that it is gone, until it is enabled and begins the handshake anew. */
  enable(enabled: boolean): void {
    if (enabled === this.enabled) return
    this.enabled = enabled
    if (this.state === 'disabled') this.registered()
    else this.reset()
  }

  copiedOut(region: HypervisorRegion): void {
    if (!(region instanceof MessageBuffer) || region.carried === null) return
    this.crossing.taken(region.carried)
    region.carried = null
  }

  work(): void {
    const { device, entry } = this
    const { inbound } = device
    if (this.overflowed) this.reset()
    this.flush()
    while (inbound.peek(entry)) {
      inbound.drop()
      this.receive(entry)
    }
    this.flush()
  }

  put(type: number, status: number, session: number, hmcIndex: number, bufferId: number, extra: number, value: number): void {
    const { out } = this
    out.header = CRQ_COMMAND
    out.type = type
    out.status = status
    out.session = session
    out.hmcIndex = hmcIndex
    out.bufferId = bufferId
    out.extra = extra
    out.value = value
    this.queue()
  }

  private put0(header: number, type: number): void {
    const { out } = this
    out.header = header
    out.type = type
    out.status = 0
    out.session = 0
    out.hmcIndex = 0
    out.bufferId = 0
    out.extra = 0
    out.value = 0
    this.queue()
  }

  /** All entries go through the pending ring, so that the guest's queue is written in events of the device only. */
  private queue(): void {
    // A guest that does not read for so long is broken: this end starts over, in an event of its own.
    if (!this.pending.putEntry(this.out)) this.overflowed = true
    this.device.poke()
  }

  private flush(): void {
    const { device, pending, out } = this
    while (pending.peek(out) && device.send(out)) pending.drop()
    device.stalled = pending.size > 0
  }

  private receive(entry: Readonly<CrqEntry>): void {
    if (this.state === 'disabled') this.counters.whileDisabled++
    else if (entry.header === CRQ_INIT) this.initialised(entry.type)
    else if (entry.type === VMC_CAPABILITIES && this.state === 'capabilities') this.exchange(entry)
    else if (this.state !== 'ready') this.counters.beforeCapabilities++
    else this.serve(entry)
  }

  private initialised(type: number): void {
    if (type === CRQ_INIT_START) {
      this.closeAll()
      this.put0(CRQ_INIT, CRQ_INIT_COMPLETE)
      this.state = 'capabilities'
    } else if (type === CRQ_INIT_COMPLETE && this.state === 'init') {
      this.state = 'capabilities'
    }
  }

  private exchange(entry: Readonly<CrqEntry>): void {
    const { own } = this
    const version = entry.value & 0xffff
    const offered: VmcCapabilities = {
      version,
      mtuBytes: entry.extra,
      poolSize: entry.bufferId,
      maxHmcs: entry.hmcIndex,
      crqEntries: entry.value >>> 16,
    }
    const effective = negotiate(own, offered)
    const usable = effective !== undefined && effective.mtuBytes >= 512 && effective.poolSize >= 1 && effective.maxHmcs >= 1
    if (effective === undefined || !usable || effective.crqEntries < 2) {
      this.state = 'failed'
      this.answerCapabilities(effective === undefined ? CAPABILITIES_VERSION : CAPABILITIES_FAILURE, own)
      return
    }
    this.state = 'ready'
    this.effective = effective
    this.device.queue.limitTo(effective.crqEntries)
    this.answerCapabilities(VMC_OK, effective)
    for (let index = 0; index < effective.maxHmcs; index++) this.offerSeed(this.connections[index]!)
  }

  private answerCapabilities(status: number, capabilities: VmcCapabilities): void {
    const { version, mtuBytes, poolSize, maxHmcs, crqEntries } = capabilities
    this.put(VMC_CAPABILITIES | VMC_RESPONSE, status, 0, maxHmcs, poolSize, mtuBytes, ((crqEntries << 16) | version) >>> 0)
  }

  private serve(entry: Readonly<CrqEntry>): void {
    const known = entry.hmcIndex < this.effective.maxHmcs
    const connection = known ? this.connections[entry.hmcIndex] : undefined
    if (connection === undefined) this.counters.badIndex++
    switch (entry.type) {
      case VMC_SIGNAL:
        if (connection !== undefined) connection.signal(entry)
        break
      case VMC_OPEN:
        if (connection === undefined) this.respond(VMC_OPEN, VMC_INVALID_INDEX, entry)
        else this.open(connection, entry)
        break
      case VMC_CLOSE:
        if (connection === undefined) this.respond(VMC_CLOSE, VMC_INVALID_INDEX, entry)
        else this.close(connection, entry)
        break
      case VMC_ADD_BUFFER | VMC_RESPONSE:
        if (connection !== undefined) this.added(connection, entry)
        break
      case VMC_REMOVE_BUFFER | VMC_RESPONSE:
        if (connection !== undefined) connection.removed(entry)
        break
      default:
        this.counters.unknownType++
    }
  }

  private respond(type: number, status: number, entry: Readonly<CrqEntry>): void {
    this.put(type | VMC_RESPONSE, status, entry.session, entry.hmcIndex, entry.bufferId, 0, 0)
  }

  private open(connection: Connection, entry: Readonly<CrqEntry>): void {
    if (connection.state !== 'idle') {
      this.respond(VMC_OPEN, VMC_INTERFACE_FAILURE, entry)
      return
    }
    const seed = entry.bufferId === SEED ? connection.pool.at(SEED) : undefined
    if (entry.session === 0 || seed === undefined || seed.owner !== GUEST || seed.contentBytes !== HMC_ID_BYTES) {
      if (seed === undefined) this.counters.badBuffer++
      this.respond(VMC_OPEN, VMC_INVALID_BUFFER, entry)
      return
    }
    connection.session = new VmcSession(this, connection, entry.session, seed.content)
    connection.state = 'opening'
    seed.content = null
    seed.contentBytes = 0
    connection.unanswered = this.effective.poolSize - 1
    for (let id = 1; id < this.effective.poolSize; id++) this.offer(connection, id)
    if (connection.unanswered === 0) this.opened(connection)
  }

  private opened(connection: Connection): void {
    const { session } = connection
    if (session === null) return
    connection.state = 'open'
    this.counters.sessionsOpened++
    this.put(VMC_OPEN | VMC_RESPONSE, VMC_OK, session.number, connection.index, SEED, 0, 0)
  }

  private close(connection: Connection, entry: Readonly<CrqEntry>): void {
    const { session } = connection
    if (session === null || session.number !== entry.session) {
      this.respond(VMC_CLOSE, VMC_CLOSED, entry)
      return
    }
    connection.close()
    this.respond(VMC_CLOSE, VMC_OK, entry)
    this.offerSeed(connection)
  }

  private offerSeed(connection: Connection): void {
    this.offer(connection, SEED)
  }

  private offer(connection: Connection, id: number): void {
    const buffer = connection.pool.offer(id, this.effective.mtuBytes)
    const session = connection.session === null ? 0 : connection.session.number
    this.put(VMC_ADD_BUFFER, 0, session, connection.index, id, 0, buffer.address)
  }

  private added(connection: Connection, entry: Readonly<CrqEntry>): void {
    const session = connection.session === null ? 0 : connection.session.number
    const buffer = connection.pool.at(entry.bufferId)
    if (entry.session !== session) {
      this.counters.staleSession++
    } else if (buffer === undefined || buffer.owner !== OFFERED) {
      this.counters.badBuffer++
    } else {
      connection.pool.answered(buffer, entry.status === VMC_OK)
      if (connection.state === 'opening' && --connection.unanswered === 0) this.opened(connection)
    }
  }

  private clear(): void {
    this.closeAll()
    this.pending.clear()
    this.device.inbound.clear()
    this.device.stalled = false
    this.overflowed = false
  }

  private closeAll(): void {
    for (const connection of this.connections) connection.close()
  }
}
