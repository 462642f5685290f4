// A small hypervisor for tests of NETS: hypercalls, one virtual device, and the far end of the management channel as its wire
// contract says (entries, buffers as credits, fragments, empty Signals). It checks what the partition does and keeps what it sees.
// The real one is a package that this one may not know; where the two differ, the meeting of both is what counts.

import { type Handler, type Simulation, Station } from '@powersim/kernel'
import {
  CRQ_COMMAND,
  CRQ_INIT,
  CRQ_INIT_COMPLETE,
  CRQ_INIT_START,
  CRQ_TRANSPORT_EVENT,
  type CrqEntry,
  type DmaRegion,
  type DmaWindow,
  emptyCrqEntry,
  encodeMessage,
  H_Closed,
  H_COPY_RDMA,
  H_DestParm,
  H_Dropped,
  H_FREE_CRQ,
  H_Function,
  H_Parameter,
  H_Permission,
  H_REG_CRQ,
  H_Resource,
  H_SEND_CRQ,
  H_SourceParm,
  H_Success,
  H_VIO_SIGNAL,
  type HypercallResult,
  type Message,
  negotiate,
  replyTo,
  VMC_ADD_BUFFER,
  VMC_CAPABILITIES,
  VMC_CLOSE,
  VMC_OPEN,
  VMC_REMOVE_BUFFER,
  VMC_RESPONSE,
  VMC_SIGNAL,
  type VmcCapabilities,
  writeCrqEntry,
} from '@powersim/protocol'

export const UNIT = 0x1000
const ENTRY_BYTES = 16
const ENTRIES = 256

class WindowDouble implements DmaWindow {
  readonly liobn = 2 * UNIT
  readonly regions = new Map<number, DmaRegion>()

  map(region: DmaRegion): void {
    if (this.regions.has(region.ioba)) throw new Error(`mapped twice: ${region.ioba}`)
    this.regions.set(region.ioba, region)
  }

  unmap(ioba: number): void {
    if (!this.regions.delete(ioba)) throw new Error(`not mapped: ${ioba}`)
  }

  at(ioba: number): DmaRegion | undefined {
    return this.regions.get(ioba)
  }
}

interface RemoteBuffer {
  readonly id: number
  /** `offered`: the guest has not answered Add Buffer yet, and may not copy. */
  owner: 'guest' | 'phyp' | 'offered'
  content: unknown
  contentBytes: number
}

interface Connection {
  session: number
  open: boolean
  hmcId: unknown
  readonly buffers: Map<number, RemoteBuffer>
  partialBytes: number
  readonly outbox: Message[]
  sentBytes: number
  returning: boolean
}

export interface HypervisorOptions {
  readonly capabilities?: Partial<VmcCapabilities>
  /** Time of the one server for a request; default 1 ms. */
  readonly serviceNs?: (request: Message) => number
  /** The reply; undefined: none, the buffer comes back empty. Default: an empty list of partitions in `replyBytes` bytes. */
  readonly answer?: (request: Message) => Message | undefined
  readonly replyBytes?: number
  /** Costs, ns. Default 0. */
  readonly costs?: { readonly send?: number; readonly copy?: number; readonly perByte?: number; readonly signal?: number }
  /** Status of Open Responses; default 0. */
  readonly openStatus?: number
  /** Whether its queue is full right now. */
  readonly full?: () => boolean
  /** A code for every H_SEND_CRQ instead of success. */
  readonly sendCode?: () => number
  /** It does not hand back the buffers of fragments that are not the last. */
  readonly keepsFragments?: boolean
  /** A code for every H_COPY_RDMA instead of success. */
  readonly copyCode?: () => number
  /** Replies lie in the buffer as bytes. */
  readonly encoded?: boolean
  readonly closeStatus?: number
}

export class HypervisorDouble {
  readonly window = new WindowDouble()
  readonly requests: Message[] = []
  readonly violations: string[] = []
  /** Type bytes of the entries that came, in order. */
  readonly entries: number[] = []
  signalsIn = 0
  emptyIn = 0
  interrupts = 0
  peakPerInstant = 0
  /** Open sessions in order of opening. */
  readonly sessions: number[] = []
  interrupt: (unitAddress: number) => void = () => {}
  readonly station: Station
  readonly connections: Connection[] = []
  effective: VmcCapabilities

  readonly #simulation: Simulation
  readonly #options: HypervisorOptions
  readonly #own: VmcCapabilities
  readonly #serve: Handler<null>
  readonly #done: Handler<{ request: Message; index: number; session: number }>
  readonly #result: HypercallResult = { code: 0, costNs: 0, r4: 0 }
  #inbound: CrqEntry[] = []
  #page: Uint8Array | null = null
  #write = 0
  #read = 0
  #unread = 0
  #armed = false
  #poked = false
  #unsent: CrqEntry[] = []
  #instantNs = -1
  #inInstant = 0
  #inCall = false
  #state: 'idle' | 'init' | 'capabilities' | 'ready' = 'idle'

  constructor(simulation: Simulation, options: HypervisorOptions = {}) {
    this.#simulation = simulation
    this.#options = options
    this.#own = { version: 0x0101, mtuBytes: 4096, poolSize: 32, maxHmcs: 2, crqEntries: ENTRIES, ...options.capabilities }
    this.effective = this.#own
    this.station = new Station(simulation, { name: 'phyp', servers: 1 })
    this.#serve = simulation.handler<null>('phyp.serve', () => this.#take())
    this.#done = simulation.handler('phyp.done', ({ request, index, session }) => this.#reply(request, index, session))
  }

  call(token: number, a1: number, a2: number, a3: number, a4: number, a5: number): HypercallResult {
    const { costs = {} } = this.#options
    this.#inCall = true
    this.#result.costNs = 0
    this.#result.code = this.#dispatch(token, a1, a2, a3, a4, a5)
    if (token === H_SEND_CRQ) this.#result.costNs = costs.send ?? 0
    if (token === H_VIO_SIGNAL) this.#result.costNs = costs.signal ?? 0
    if (token === H_COPY_RDMA) this.#result.costNs = (costs.copy ?? 0) + Math.round((costs.perByte ?? 0) * a1)
    this.#inCall = false
    return this.#result
  }

  /** The partner is gone and comes back: a transport event, then the handshake again. Event-time only. */
  transportEvent(): void {
    if (this.#page === null) return
    this.#forget()
    this.#inbound = []
    this.#state = 'init'
    this.#put({ ...emptyCrqEntry(), header: CRQ_TRANSPORT_EVENT, type: 1 })
    this.#put({ ...emptyCrqEntry(), header: CRQ_INIT, type: CRQ_INIT_START })
  }

  /** The partition is gone: nothing is known any more. */
  partitionEnded(): void {
    this.#forget()
    this.#page = null
    this.#inbound = []
    this.window.regions.clear()
  }

  askRemove(index: number): void {
    this.#command(VMC_REMOVE_BUFFER, 0, this.connections[index]?.session ?? 0, index, 0)
  }

  /** An entry of the test's own making. */
  inject(entry: Partial<CrqEntry>): void {
    this.#put({ ...emptyCrqEntry(), header: CRQ_COMMAND, ...entry })
  }

  owned(index: number): { guest: number; phyp: number } {
    const buffers = [...(this.connections[index]?.buffers.values() ?? [])]
    return { guest: buffers.filter(({ owner }) => owner === 'guest').length, phyp: buffers.filter(({ owner }) => owner === 'phyp').length }
  }

  #dispatch(token: number, a1: number, a2: number, a3: number, a4: number, a5: number): number {
    switch (token) {
      case H_REG_CRQ: {
        const page = this.window.at(a2)?.page
        if (a1 !== UNIT || page === null || page === undefined || page.length !== a3) return H_Parameter
        if (this.#page !== null) return H_Resource
        this.#page = page.fill(0)
        this.#write = this.#read = this.#unread = 0
        this.#armed = false
        this.#state = 'init'
        this.#unsent = [{ ...emptyCrqEntry(), header: CRQ_INIT, type: CRQ_INIT_START }]
        this.#poke()
        return H_Success
      }
      case H_FREE_CRQ:
        if (this.#page === null) return H_Closed
        this.#forget()
        this.#page = null
        this.#inbound = []
        return H_Success
      case H_VIO_SIGNAL:
        this.#armed = a2 === 1
        this.#poke()
        return H_Success
      case H_SEND_CRQ:
        return this.#send(a2, a3, a4, a5)
      case H_COPY_RDMA:
        return this.#copy(a1, a2, a3, a4, a5)
      default:
        return H_Function
    }
  }

  #send(w0: number, w1: number, w2: number, w3: number): number {
    if (this.#page === null) return H_Closed
    if (this.#options.full?.() === true) return H_Dropped
    const code = this.#options.sendCode?.() ?? H_Success
    if (code !== H_Success) return code
    const now = this.#simulation.now
    this.#inInstant = now === this.#instantNs ? this.#inInstant + 1 : 1
    this.#instantNs = now
    this.peakPerInstant = Math.max(this.peakPerInstant, this.#inInstant)
    this.#inbound.push({
      header: w0 >>> 24,
      type: (w0 >>> 16) & 0xff,
      status: (w0 >>> 8) & 0xff,
      session: w1 >>> 24,
      hmcIndex: (w1 >>> 16) & 0xff,
      bufferId: w1 & 0xffff,
      extra: w2,
      value: w3,
    })
    this.#poke()
    return H_Success
  }

  #copy(bytes: number, fromLiobn: number, fromIoba: number, toLiobn: number, toIoba: number): number {
    const code = this.#options.copyCode?.() ?? H_Success
    if (code !== H_Success) return code
    const out = fromLiobn === this.window.liobn
    if ((out ? toLiobn : fromLiobn) !== this.window.liobn + 1) return H_Parameter
    const local = this.window.at(out ? fromIoba : toIoba)
    const remote = this.#remote(out ? toIoba : fromIoba)
    if (local === undefined || local.page !== null || local.bytes < bytes) return out ? H_SourceParm : H_DestParm
    if (remote === undefined) return out ? H_DestParm : H_SourceParm
    if (remote.owner !== 'guest') return H_Permission
    const [from, to] = out ? [local, remote] : [remote, local]
    to.content = from.content
    to.contentBytes = bytes
    return H_Success
  }

  #poke(): void {
    if (this.#poked) return
    this.#poked = true
    this.#simulation.schedule(0, this.#serve, null)
  }

  #take(): void {
    this.#poked = false
    this.#inInstant = 0
    const entries = this.#inbound
    this.#inbound = []
    for (const entry of this.#unsent.splice(0)) this.#put(entry)
    for (const entry of entries) this.#entry(entry)
  }

  #entry(entry: CrqEntry): void {
    this.entries.push(entry.type)
    if (entry.header === CRQ_INIT) {
      if (entry.type === CRQ_INIT_START) this.#put({ ...emptyCrqEntry(), header: CRQ_INIT, type: CRQ_INIT_COMPLETE })
      if (this.#state === 'init') this.#state = 'capabilities'
      return
    }
    if (this.#state !== (entry.type === VMC_CAPABILITIES ? 'capabilities' : 'ready')) return
    const { session, hmcIndex, bufferId, value, extra } = entry
    const connection = this.connections[hmcIndex]
    switch (entry.type) {
      case VMC_CAPABILITIES:
        this.#capabilities(entry)
        return
      case VMC_OPEN:
        if (connection === undefined || connection.open) return this.#violation(`open of ${hmcIndex}`)
        connection.session = session
        connection.hmcId = connection.buffers.get(bufferId)?.content
        this.sessions.push(session)
        if ((this.#options.openStatus ?? 0) === 0) {
          connection.open = true
          for (let id = 1; id < this.effective.poolSize; id++) this.#addBuffer(connection, hmcIndex, session, id)
          if (this.effective.poolSize > 1) return
        }
        this.#command(VMC_OPEN | VMC_RESPONSE, this.#options.openStatus ?? 0, session, hmcIndex, bufferId)
        return
      case VMC_CLOSE:
        if (connection === undefined || !connection.open || connection.session !== session) return this.#violation(`close of ${hmcIndex}`)
        this.connections[hmcIndex] = newConnection()
        this.#command(VMC_CLOSE | VMC_RESPONSE, this.#options.closeStatus ?? 0, session, hmcIndex, 0)
        if ((this.#options.closeStatus ?? 0) === 0) this.#addBuffer(this.connections[hmcIndex], hmcIndex, 0, 0)
        return
      case VMC_ADD_BUFFER | VMC_RESPONSE:
        if (entry.status !== 0) {
          this.#violation(`add buffer ${hmcIndex}.${bufferId}: status ${entry.status}`)
          return
        }
        this.#answered(connection, hmcIndex, bufferId)
        return
      case VMC_REMOVE_BUFFER | VMC_RESPONSE: {
        const buffer = connection?.buffers.get(bufferId)
        if (entry.status === 0 && buffer !== undefined && connection !== undefined) {
          if (buffer.owner !== 'guest') this.#violation('removed a buffer that was not the guest\'s')
          buffer.owner = 'phyp'
          this.#proceed(connection, hmcIndex)
        }
        return
      }
      case VMC_SIGNAL: {
        const buffer = connection?.buffers.get(bufferId)
        if (connection === undefined || !connection.open || connection.session !== session || buffer === undefined) return
        if (buffer.owner !== 'guest') return this.#violation(`signal for ${bufferId}, which is not the guest's`)
        buffer.owner = 'phyp'
        if (value === 0) {
          this.emptyIn++
          connection.returning = false
          this.#proceed(connection, hmcIndex)
        } else {
          this.signalsIn++
          this.#fragment(connection, hmcIndex, buffer, value, extra)
        }
        return
      }
      default:
        this.#violation(`entry of type ${entry.type}`)
    }
  }

  /** The guest has taken a buffer. When it has all that were offered at the opening, it hears that the connection is open. */
  #answered(connection: Connection | undefined, index: number, id: number): void {
    const buffer = connection?.buffers.get(id)
    if (connection === undefined || buffer === undefined || buffer.owner !== 'offered') return
    buffer.owner = 'guest'
    const left = [...connection.buffers.values()].some(({ owner }) => owner === 'offered')
    if (connection.open && !left) this.#command(VMC_OPEN | VMC_RESPONSE, 0, connection.session, index, 0)
  }

  #fragment(connection: Connection, index: number, buffer: RemoteBuffer, bytes: number, extra: number): void {
    if (buffer.contentBytes !== bytes) this.#violation(`signal says ${bytes} bytes, ${buffer.contentBytes} were copied`)
    connection.partialBytes += bytes
    if (extra > 0) {
      if (buffer.content !== null) this.#violation('a fragment that is not the last holds a message')
      if (this.#options.keepsFragments !== true) this.#handBack(connection, index, buffer)
      return
    }
    // The partition puts messages into last fragments.
    const request = buffer.content as Message
    if (request.bytes !== connection.partialBytes) this.#violation(`${connection.partialBytes} bytes came of ${request.bytes}`)
    connection.partialBytes = 0
    this.requests.push(request)
    const { serviceNs = () => 1_000_000 } = this.#options
    this.station.submit(serviceNs(request), this.#done, { request, index, session: connection.session })
  }

  #reply(request: Message, index: number, session: number): void {
    const connection = this.connections[index]
    if (connection === undefined || !connection.open || connection.session !== session) return
    const reply = (this.#options.answer ?? ((asked) => this.#emptyList(asked)))(request)
    if (reply !== undefined) {
      connection.outbox.push(reply)
      this.#proceed(connection, index)
      return
    }
    const buffer = [...connection.buffers.values()].find(({ owner }) => owner === 'phyp')
    if (buffer !== undefined) this.#handBack(connection, index, buffer)
  }

  #emptyList(request: Message): Message {
    return replyTo(request, 0, { partitions: [] }, 17, { requestBytesMin: 0, replyBytesMin: this.#options.replyBytes ?? 0 })
  }

  #proceed(connection: Connection, index: number): void {
    for (;;) {
      const [message] = connection.outbox
      const buffer = [...connection.buffers.values()].find(({ owner }) => owner === 'phyp')
      if (message === undefined || buffer === undefined || connection.returning) return
      const rest = message.bytes - connection.sentBytes
      const bytes = Math.min(rest, this.effective.mtuBytes)
      const extra = rest - bytes
      const content = this.#options.encoded === true ? encodeMessage(message) : message
      buffer.content = extra === 0 ? content : null
      buffer.contentBytes = bytes
      buffer.owner = 'guest'
      connection.sentBytes = extra === 0 ? 0 : connection.sentBytes + bytes
      connection.returning = extra > 0
      if (extra === 0) connection.outbox.shift()
      this.#command(VMC_SIGNAL, 0, connection.session, index, buffer.id, bytes, extra)
    }
  }

  #handBack(connection: Connection, index: number, buffer: RemoteBuffer): void {
    buffer.owner = 'guest'
    buffer.content = null
    this.#command(VMC_SIGNAL, 0, connection.session, index, buffer.id)
  }

  #capabilities({ hmcIndex, bufferId, extra, value }: CrqEntry): void {
    const theirs = { version: value & 0xffff, mtuBytes: extra, poolSize: bufferId, maxHmcs: hmcIndex, crqEntries: value >>> 16 }
    const agreed = negotiate(this.#own, theirs)
    const { version, mtuBytes, poolSize, maxHmcs, crqEntries } = agreed ?? this.#own
    this.#put({
      ...emptyCrqEntry(),
      header: CRQ_COMMAND,
      type: VMC_CAPABILITIES | VMC_RESPONSE,
      status: agreed === undefined ? 2 : 0,
      hmcIndex: maxHmcs,
      bufferId: poolSize,
      extra: mtuBytes,
      value: ((crqEntries << 16) | version) >>> 0,
    })
    if (agreed === undefined) return
    this.effective = agreed
    this.#state = 'ready'
    for (let index = 0; index < maxHmcs; index++) {
      const connection = newConnection()
      this.connections[index] = connection
      this.#addBuffer(connection, index, 0, 0)
    }
  }

  #addBuffer(connection: Connection | undefined, index: number, session: number, id: number): void {
    connection?.buffers.set(id, { id, owner: 'offered', content: null, contentBytes: 0 })
    this.#command(VMC_ADD_BUFFER, 0, session, index, id, address(index, id))
  }

  #command(type: number, status: number, session: number, hmcIndex: number, bufferId: number, value = 0, extra = 0): void {
    this.#put({ header: CRQ_COMMAND, type, status, session, hmcIndex, bufferId, extra, value })
  }

  /** Writes an entry into the partition's queue; half of it at most is unread. */
  #put(entry: CrqEntry): void {
    if (this.#inCall) this.#violation('wrote within a hypercall')
    const page = this.#page
    if (page === null) return
    while (this.#unread > 0 && page[this.#read * ENTRY_BYTES] === 0) {
      this.#read = (this.#read + 1) % ENTRIES
      this.#unread--
    }
    if (this.#unread >= this.effective.crqEntries / 2 || this.#unsent.length > 0) {
      this.#unsent.push(entry)
      return
    }
    writeCrqEntry(page, this.#write * ENTRY_BYTES, entry)
    this.#write = (this.#write + 1) % ENTRIES
    this.#unread++
    if (this.#unread === 1 && this.#armed) {
      this.#armed = false
      this.interrupts++
      this.interrupt(UNIT)
    }
  }

  #remote(value: number): RemoteBuffer | undefined {
    return this.connections[Math.floor(value / 0x1000000) - 1]?.buffers.get((value % 0x1000000) / 0x4000)
  }

  #forget(): void {
    this.#state = 'idle'
    this.connections.length = 0
    this.#unsent = []
  }

  #violation(what: string): void {
    this.violations.push(`${this.#simulation.now}: ${what}`)
  }
}

function address(index: number, id: number): number {
  return (index + 1) * 0x1000000 + id * 0x4000
}

function newConnection(): Connection {
  return { session: 0, open: false, hmcId: undefined, buffers: new Map(), partialBytes: 0, outbox: [], sentBytes: 0, returning: false }
}
