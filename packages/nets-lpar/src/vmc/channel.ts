// The management channel as the sessions of NETS use it: each console has a share of it, each command takes a buffer, goes and
// comes back. A console's share has one HMC connection, opened with its first session and closed with its last.
// The limits: as many consoles as both ends take, then `attach` gives null; a line for buffers per console, then `busy`.

import type { Handler, Simulation } from '@powersim/kernel'
import type { Address, GuestPort, StatusName } from '@powersim/protocol'
import type { GuestWork } from '../guest-work.js'
import type { VmcParameters } from '../nets-parameters.js'
import type { CommandClock } from '../stages.js'
import type { BufferStatistics } from './buffer-pool.js'
import type { ChannelCounts } from './channel-end.js'
import { ConsoleShare } from './console-share.js'
import { VmcDriver, type VmcState } from './driver.js'
import type { HmcState } from './hmc-connection.js'
import { type Traveller, Trip } from './trip.js'

/** What a command that wants a buffer is told: it has one, it will be told, or why not. */
export type CreditAnswer = 'granted' | 'waiting' | 'busy' | 'failed' | 'refused'

export interface HmcConnectionStatistics {
  readonly state: HmcState
  readonly session: number
  /** Commands that hold a buffer or wait for a reply. */
  readonly active: number
  readonly buffers: BufferStatistics
}

export interface ChannelStatistics extends ChannelCounts {
  readonly state: VmcState
  /** Consoles with a session. */
  readonly consoles: number
  /** Commands that wait for a buffer. */
  readonly waiting: number
  /** Queue entries sent and received, entries that found the hypervisor's queue full, most that waited to be sent. */
  readonly entriesSent: number
  readonly entriesReceived: number
  readonly entriesDropped: number
  readonly peakUnsent: number
  /** By HMC index. */
  readonly connections: readonly HmcConnectionStatistics[]
}

export class ManagementChannel {
  readonly driver: VmcDriver
  readonly #simulation: Simulation
  readonly #parameters: VmcParameters
  readonly #tripExpired: Handler<Trip>
  readonly #shares: ConsoleShare[] = []

  /** `changed`: the channel has become ready, or is ready no more. */
  constructor(simulation: Simulation, name: string, parameters: VmcParameters, work: GuestWork, changed: () => void) {
    this.#simulation = simulation
    this.#parameters = parameters
    this.#tripExpired = simulation.handler<Trip>(`${name}.vmc-expired`, (trip) => this.#expire(trip))
    this.driver = new VmcDriver(simulation, name, parameters, work, {
      connectionsChanged: () => {
        this.#assign()
        changed()
      },
      channelLost: changed,
      channelFailed: () => {
        this.#giveUp(this.#shares, 'failed', 'there is no management channel')
        changed()
      },
    })
  }

  get ready(): boolean {
    return this.driver.state === 'ready'
  }

  start(guest: GuestPort): void {
    this.driver.start(guest)
  }

  /** The partition goes down. Nobody is told anything. */
  stop(reason: 'shutdown' | 'crash'): void {
    this.driver.stop(reason)
    for (const share of this.#shares) for (const trip of share.waiting) trip.comeHome()
    this.#shares.length = 0
  }

  /** Nobody waits for a buffer any more: what waits hears that it was `busy`. */
  turnAway(): void {
    this.#giveUp(this.#shares, 'busy', 'the management channel is gone')
  }

  /** A handler's means of sending one command after the other. */
  trip(traveller: Traveller, clock: CommandClock): Trip {
    return new Trip(this.#simulation, traveller, clock, this.#tripExpired)
  }

  /** One more session of a console. null: as many consoles as there may be have sessions already. */
  attach(address: Address): ConsoleShare | null {
    let share = this.#shares.find((known) => known.address === address)
    if (share === undefined) {
      if (this.#shares.length >= this.driver.effective.maxHmcs) return null
      share = new ConsoleShare(address)
      this.#shares.push(share)
    }
    share.sessions++
    this.#assign()
    return share
  }

  /** One session less. The console's last one closes its connection. */
  detach(share: ConsoleShare): void {
    const at = this.#shares.indexOf(share)
    if (at < 0) return // gone with a stop
    share.sessions--
    this.#simulation.invariant(share.sessions >= 0, 'vmc: a console gives up only sessions that it has')
    if (share.sessions > 0) return
    this.#simulation.invariant(share.waiting.length === 0, 'vmc: who waits for a buffer has a session')
    this.#shares.splice(at, 1)
    share.connection?.abandon()
    this.#assign()
  }

  /** A buffer for a trip's command: at once, or by `credited()` of its traveller, or not at all. */
  seize(trip: Trip, share: ConsoleShare): CreditAnswer {
    const { connection } = share
    const { counts, state } = this.driver
    trip.share = share
    if (share.rejected) return 'refused'
    if (state === 'failed' || connection?.state === 'failed') return 'failed'
    if (connection?.state === 'ready' && connection.buffers.free > 0) {
      connection.credit(trip)
      return 'granted'
    }
    counts.withoutBuffer++
    if (this.#parameters.whenFull === 'busy' || share.waiting.length >= this.#parameters.waitLimit) {
      counts.busy++
      return 'busy'
    }
    trip.phase = 'waiting'
    trip.timer.start(this.#parameters.replyTimeoutNs)
    share.waiting.push(trip)
    return 'waiting'
  }

  /** Sends the command of a credited trip; its traveller hears of the reply, or that there will be none. */
  transmit(trip: Trip): void {
    const connection = trip.share?.connection
    if (trip.phase === 'credited' && connection !== null && connection !== undefined) {
      connection.sender.transmit(trip)
      return
    }
    trip.comeHome()
    trip.traveller.gaveUp('busy', 'the management channel was closed before the command was sent')
  }

  statistics(): ChannelStatistics {
    const { counts, connections, queue, state } = this.driver
    return {
      ...counts,
      state,
      consoles: this.#shares.length,
      waiting: this.#shares.reduce((sum, { waiting }) => sum + waiting.length, 0),
      entriesSent: queue.sent,
      entriesReceived: queue.received,
      entriesDropped: queue.dropped,
      peakUnsent: queue.peakUnsent,
      connections: connections.map((connection) => ({
        state: connection.state,
        session: connection.session,
        active: connection.active,
        buffers: connection.buffers.statistics(),
      })),
    }
  }

  /** Consoles without a connection get the free ones, first come first; those too many for the hypervisor get none. */
  #assign(): void {
    const { connections, effective, state } = this.driver
    if (state !== 'ready') return
    for (const [place, share] of this.#shares.entries()) {
      share.rejected = place >= effective.maxHmcs
      if (share.rejected) this.#giveUp([share], 'refused', 'the hypervisor takes no more consoles')
      if (share.connection !== null || share.rejected) continue
      const free = connections.find((connection) => connection.index < effective.maxHmcs && connection.state === 'free')
      if (free === undefined) return
      free.claim(share)
    }
  }

  #giveUp(shares: readonly ConsoleShare[], status: StatusName, detail: string): void {
    for (const share of shares) {
      for (const trip of share.waiting.splice(0)) {
        trip.comeHome()
        trip.traveller.gaveUp(status, detail)
      }
    }
  }

  #expire(trip: Trip): void {
    const { phase, share } = trip
    this.driver.counts.expired++
    if (phase === 'waiting') {
      share?.waiting.splice(share.waiting.indexOf(trip), 1)
      trip.comeHome()
      trip.traveller.gaveUp('busy', 'no message buffer became free in time')
    } else if (phase === 'sending') {
      // Half of a message is with the hypervisor: only a reset makes both ends agree again.
      this.driver.queue.breakDown()
    } else {
      share?.connection?.forget(trip)
      trip.comeHome()
      trip.traveller.gaveUp('failed', 'the hypervisor did not answer in time')
    }
  }
}
