// The partition's driver of the management channel (VMC), modelled on ibmvmc: handshake, capabilities, interrupts, reset.
// States: initial -register-> crqinit -initialised-> capabilities -response-> ready; failed: no device, versions that differ, or
// too many resets; sched_reset -> crqinit: the queue is freed and registered again. A transport event (the partner is gone)
// closes all connections and leads to crqinit. Which console has which connection, and who waits, is channel.ts.

import type { Handler, Simulation } from '@powersim/kernel'
import {
  CRQ_COMMAND,
  CRQ_ENTRIES,
  CRQ_INIT,
  CRQ_INIT_COMPLETE,
  CRQ_INIT_START,
  CRQ_PAGE_BYTES,
  CRQ_TRANSPORT_EVENT,
  type CrqEntry,
  type DmaWindow,
  emptyCrqEntry,
  type GuestPort,
  H_Closed,
  H_FREE_CRQ,
  H_REG_CRQ,
  H_Resource,
  H_Success,
  H_VIO_SIGNAL,
  negotiate,
  VMC_ADD_BUFFER,
  VMC_CAPABILITIES,
  VMC_CLOSE,
  VMC_INVALID_INDEX,
  VMC_OK,
  VMC_OPEN,
  VMC_REMOVE_BUFFER,
  VMC_RESPONSE,
  VMC_SIGNAL,
  type VmcCapabilities,
} from '@powersim/protocol'
import type { GuestWork, Life } from '../guest-work.js'
import type { VmcParameters } from '../nets-parameters.js'
import { type ChannelCounts, type ChannelEnd, noCounts } from './channel-end.js'
import { CommandQueue } from './command-queue.js'
import { HmcConnection } from './hmc-connection.js'

export const vmcStates = ['sched_reset', 'initial', 'crqinit', 'capabilities', 'ready', 'failed'] as const
export type VmcState = (typeof vmcStates)[number]

/** Resets in a row after which no connection could be opened, before the driver gives up (estimate). */
const MAX_RESETS_IN_A_ROW = 16

/** Who gives the connections to consoles. */
export interface ConnectionUser {
  /** The channel is ready, or a connection may have become free. */
  connectionsChanged(): void
  /** The partner is gone, or the driver starts over: no connection is left until the channel is ready again. */
  channelLost(): void
  /** The channel is gone for good. */
  channelFailed(): void
}

export class VmcDriver implements Life {
  life = 0
  readonly #simulation: Simulation
  readonly #parameters: VmcParameters
  readonly #work: GuestWork
  readonly #queue: CommandQueue
  readonly #end: ChannelEnd
  readonly #counts: ChannelCounts = noCounts()
  readonly #drainHandler: Handler<null>
  readonly #resetHandler: Handler<null>
  readonly #connections: HmcConnection[] = []
  readonly #user: ConnectionUser
  readonly #entry: CrqEntry = emptyCrqEntry()
  #state: VmcState = 'initial'
  #effective: VmcCapabilities
  #resetsInARow = 0
  #openedBeforeReset = 0
  #registered = false
  #armed = false
  #awake = false
  // When the interrupt came that the next look at the queue is owed to; -1: none.
  #raisedNs = -1

  constructor(simulation: Simulation, name: string, parameters: VmcParameters, work: GuestWork, user: ConnectionUser) {
    this.#simulation = simulation
    this.#user = user
    this.#parameters = parameters
    this.#work = work
    this.#effective = parameters
    this.#queue = new CommandQueue(simulation, work, name, () => this.#reset())
    this.#drainHandler = simulation.handler<null>(`${name}.vmc-drain`, () => this.#drain())
    this.#resetHandler = simulation.handler<null>(`${name}.vmc-reset`, () => this.#registerAgain())
    this.#end = {
      simulation,
      work,
      queue: this.#queue,
      parameters,
      counts: this.#counts,
      driver: this,
      idWritten: simulation.handler<HmcConnection>(`${name}.vmc-id-written`, (connection) => connection.idWritten()),
      fragmentReady: simulation.handler<HmcConnection>(`${name}.vmc-fragment-ready`, (connection) => connection.sender.fragmentReady()),
      fragmentCopied: simulation.handler<HmcConnection>(`${name}.vmc-fragment-copied`, (connection) => {
        connection.fragmentCopied()
        this.#drain()
      }),
      window: null,
      mtuBytes: parameters.mtuBytes,
    }
    for (let index = 0; index < parameters.maxHmcs; index++) this.#connections.push(new HmcConnection(this.#end, index))
  }

  get state(): VmcState {
    return this.#state
  }

  get counts(): ChannelCounts {
    return this.#counts
  }

  /** By HMC index. */
  get connections(): readonly HmcConnection[] {
    return this.#connections
  }

  get queue(): CommandQueue {
    return this.#queue
  }

  /** What both ends can do, once the capabilities were exchanged; before that what this end can. */
  get effective(): VmcCapabilities {
    return this.#effective
  }

  /** The partition runs: finds its device and registers the queue. Without a device the state is `failed`. */
  start(guest: GuestPort): void {
    const unitAddress = guest.devices('vmc')[0]
    const window = unitAddress === undefined ? undefined : guest.window(unitAddress)
    this.#resetsInARow = 0
    if (unitAddress === undefined || window === undefined) {
      this.#fail()
      return
    }
    this.#end.window = window
    this.#queue.reset(unitAddress)
    if (window.at(0) !== undefined) window.unmap(0)
    window.map({ ioba: 0, bytes: CRQ_PAGE_BYTES, page: this.#queue.page, content: null, contentBytes: 0 })
    this.#state = 'initial'
    this.#register()
  }

  /** The partition goes down; after a crash it cannot even call the hypervisor. Nobody is told anything. */
  stop(reason: 'shutdown' | 'crash'): void {
    this.life++
    const { window } = this.#end
    if (this.#registered && reason === 'shutdown') this.#work.hypercall(H_FREE_CRQ, this.#queue.unitAddress)
    this.#registered = false
    for (const connection of this.#connections) {
      connection.drop(false)
      if (window !== null) connection.local.unmap(window)
    }
    if (window !== null) unmapPage(window, this.#queue.page)
    this.#end.window = null
    this.#state = 'initial'
    this.#awake = false
    this.#queue.reset(0)
  }

  /** An interrupt of the device. */
  interrupt(unitAddress: number): void {
    if (!this.#registered || unitAddress !== this.#queue.unitAddress) return
    // Presenting an interrupt disarms.
    this.#armed = false
    this.#wake()
  }

  #wake(): void {
    if (this.#awake) return
    this.#awake = true
    this.#raisedNs = this.#simulation.now
    this.#work.run(0, this.#drainHandler, null, this)
  }

  #register(): void {
    const { unitAddress } = this.#queue
    let code = this.#work.hypercall(H_REG_CRQ, unitAddress, 0, CRQ_PAGE_BYTES)
    if (code === H_Resource) {
      this.#work.hypercall(H_FREE_CRQ, unitAddress)
      code = this.#work.hypercall(H_REG_CRQ, unitAddress, 0, CRQ_PAGE_BYTES)
    }
    // H_Closed: the queue is registered, its partner is not there yet.
    if (code !== H_Success && code !== H_Closed) {
      this.#fail()
      return
    }
    this.#registered = true
    this.#state = 'crqinit'
    this.#armed = false
    this.#awake = false
    this.#wake()
  }

  /** Takes entries until there are none, then arms the interrupt, looks again, pays what it owes, and sleeps. */
  #drain(): void {
    for (;;) {
      this.#queue.look(this.#raisedNs < 0 ? this.#simulation.now : this.#raisedNs)
      this.#raisedNs = -1
      const seenNs = this.#queue.nextSeenNs
      if (this.#queue.take(this.#entry)) {
        if (this.#serve(this.#entry, seenNs)) return
      } else if (!this.#armed) {
        this.#armed = true
        this.#work.hypercall(H_VIO_SIGNAL, this.#queue.unitAddress, 1)
      } else if (this.#work.debtNs > 0) {
        this.#work.run(0, this.#drainHandler, null, this)
        return
      } else {
        this.#awake = false
        return
      }
    }
  }

  /** True: the entry takes time, or ends the drain; whoever finishes it drains on. */
  #serve(entry: Readonly<CrqEntry>, seenNs: number): boolean {
    switch (entry.header) {
      case CRQ_INIT:
        this.#initialised(entry.type)
        return false
      case CRQ_TRANSPORT_EVENT:
        this.#counts.transportEvents++
        this.#state = 'crqinit'
        this.#effective = this.#parameters
        this.#queue.limitTo(CRQ_ENTRIES)
        this.#dropAll()
        this.#user.channelLost()
        return false
      case CRQ_COMMAND:
        return this.#command(entry, seenNs)
      default:
        this.#counts.unexpected++
        return false
    }
  }

  #initialised(type: number): void {
    if (this.#state !== 'crqinit' || (type !== CRQ_INIT_START && type !== CRQ_INIT_COMPLETE)) {
      this.#counts.unexpected++
      return
    }
    const { version, mtuBytes, poolSize, maxHmcs, crqEntries } = this.#parameters
    const entry = emptyCrqEntry()
    if (type === CRQ_INIT_START) {
      entry.header = CRQ_INIT
      entry.type = CRQ_INIT_COMPLETE
      this.#queue.post(entry)
    }
    entry.header = CRQ_COMMAND
    entry.type = VMC_CAPABILITIES
    entry.hmcIndex = maxHmcs
    entry.bufferId = poolSize
    entry.extra = mtuBytes
    entry.value = ((crqEntries << 16) | version) >>> 0
    this.#queue.post(entry)
    this.#state = 'capabilities'
  }

  #command(entry: Readonly<CrqEntry>, seenNs: number): boolean {
    const { type, session, hmcIndex } = entry
    if (type === (VMC_CAPABILITIES | VMC_RESPONSE)) {
      this.#capabilities(entry)
      return this.#state === 'failed'
    }
    if (this.#state !== 'ready') {
      this.#counts.unexpected++
      return false
    }
    const connection = hmcIndex < this.#effective.maxHmcs ? this.#connections[hmcIndex] : undefined
    if (connection === undefined) return this.#badIndex(entry)
    if (session !== 0 && session !== connection.session) {
      this.#counts.stale++
      return false
    }
    switch (type) {
      case VMC_SIGNAL:
        return connection.signalled(entry, seenNs)
      case VMC_ADD_BUFFER:
        connection.addBuffer(entry, this.#effective.poolSize)
        return false
      case VMC_REMOVE_BUFFER:
        connection.removeBuffer(entry)
        return false
      case VMC_OPEN | VMC_RESPONSE:
        connection.opened(entry.status)
        this.#user.connectionsChanged()
        return false
      case VMC_CLOSE | VMC_RESPONSE:
        if (!connection.closed(entry.status)) {
          this.#reset()
          return true
        }
        this.#user.connectionsChanged()
        return false
      default:
        this.#counts.unexpected++
        return false
    }
  }

  /** An index that was not agreed on: answered where there is an answer; in a response it makes the driver reset (ibmvmc). */
  #badIndex(entry: Readonly<CrqEntry>): boolean {
    this.#counts.unexpected++
    const { type, session, hmcIndex, bufferId } = entry
    if (type === (VMC_OPEN | VMC_RESPONSE) || type === (VMC_CLOSE | VMC_RESPONSE)) {
      this.#reset()
      return true
    }
    if (type === VMC_ADD_BUFFER || type === VMC_REMOVE_BUFFER) {
      const answer = { ...emptyCrqEntry(), header: CRQ_COMMAND, type: type | VMC_RESPONSE, status: VMC_INVALID_INDEX }
      this.#queue.post({ ...answer, session, hmcIndex, bufferId })
    }
    return false
  }

  #capabilities(entry: Readonly<CrqEntry>): void {
    if (this.#state !== 'capabilities') {
      this.#counts.unexpected++
      return
    }
    const { hmcIndex: maxHmcs, bufferId: poolSize, extra: mtuBytes, value } = entry
    const agreed = negotiate(this.#parameters, { version: value & 0xffff, mtuBytes, poolSize, maxHmcs, crqEntries: value >>> 16 })
    if (entry.status !== VMC_OK || agreed === undefined) {
      this.#fail()
      return
    }
    this.#effective = agreed
    this.#end.mtuBytes = agreed.mtuBytes
    this.#queue.limitTo(agreed.crqEntries)
    this.#state = 'ready'
    this.#user.connectionsChanged()
  }

  #dropAll(): void {
    for (const connection of this.#connections) connection.drop(true)
  }

  /** The channel is in a bad way: close everything and begin again. */
  #reset(): void {
    if (this.#state === 'sched_reset' || this.#state === 'failed' || !this.#registered) return
    this.life++
    this.#counts.resets++
    this.#state = 'sched_reset'
    this.#effective = this.#parameters
    this.#dropAll()
    this.#user.channelLost()
    this.#awake = true
    this.#work.run(0, this.#resetHandler, null, this)
  }

  #registerAgain(): void {
    this.#work.hypercall(H_FREE_CRQ, this.#queue.unitAddress)
    this.#registered = false
    this.#queue.reset(this.#queue.unitAddress)
    // A connection that was opened since shows that the last reset has helped.
    if (this.#counts.opened > this.#openedBeforeReset) this.#resetsInARow = 0
    this.#openedBeforeReset = this.#counts.opened
    if (++this.#resetsInARow > MAX_RESETS_IN_A_ROW) this.#fail()
    else this.#register()
  }

  #fail(): void {
    this.#state = 'failed'
    this.#dropAll()
    this.#user.channelFailed()
  }
}

function unmapPage(window: DmaWindow, page: Uint8Array): void {
  if (window.at(0)?.page === page) window.unmap(0)
}
