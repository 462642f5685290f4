// What all HMC connections of a channel share: the partition's end of the device, its window, its counts. Kept by driver.ts.
// No behaviour but the writing of entries lives here.

import type { Handler, Simulation } from '@powersim/kernel'
import { CRQ_COMMAND, type CrqEntry, type DmaWindow, emptyCrqEntry } from '@powersim/protocol'
import type { GuestWork, Life } from '../guest-work.js'
import type { VmcParameters } from '../nets-parameters.js'
import type { CommandQueue } from './command-queue.js'
import type { HmcConnection } from './hmc-connection.js'

export interface ChannelCounts {
  /** HMC connections opened and closed. */
  opened: number
  closed: number
  /** Fragments sent and received by Signals; a message has one for each started MTU. */
  signalsSent: number
  signalsReceived: number
  /** Buffers handed back without a message, and got back so. */
  emptySent: number
  emptyReceived: number
  messagesOut: number
  messagesIn: number
  /** Entries of a session that is over, or for a buffer that is not the sender's. Dropped. */
  stale: number
  /** Replies that nobody waits for any more. Dropped. */
  unmatched: number
  /** Entries that do not fit the state of the driver. Dropped. */
  unexpected: number
  /** Resets by the driver itself, and ends of the partner that it heard of. */
  resets: number
  transportEvents: number
  /** Commands that found no free buffer, and of them those that were answered `busy`. */
  withoutBuffer: number
  busy: number
  /** Commands that waited too long for a buffer or for their reply. */
  expired: number
}

export interface ChannelEnd {
  readonly simulation: Simulation
  readonly work: GuestWork
  readonly queue: CommandQueue
  readonly parameters: VmcParameters
  readonly counts: ChannelCounts
  /** The driver: its reset disowns what is being copied in. */
  readonly driver: Life
  readonly idWritten: Handler<HmcConnection>
  readonly fragmentReady: Handler<HmcConnection>
  readonly fragmentCopied: Handler<HmcConnection>
  window: DmaWindow | null
  /** Largest message that one buffer takes, as both ends agreed. */
  mtuBytes: number
}

export function noCounts(): ChannelCounts {
  return {
    opened: 0,
    closed: 0,
    signalsSent: 0,
    signalsReceived: 0,
    emptySent: 0,
    emptyReceived: 0,
    messagesOut: 0,
    messagesIn: 0,
    stale: 0,
    unmatched: 0,
    unexpected: 0,
    resets: 0,
    transportEvents: 0,
    withoutBuffer: 0,
    busy: 0,
    expired: 0,
  }
}

/** Fills and posts command entries of one HMC index; keeps one entry for all of them. */
export class EntryWriter {
  readonly #end: ChannelEnd
  readonly #entry: CrqEntry = emptyCrqEntry()

  constructor(end: ChannelEnd, hmcIndex: number) {
    this.#end = end
    this.#entry.header = CRQ_COMMAND
    this.#entry.hmcIndex = hmcIndex
  }

  post(type: number, session: number, bufferId: number, status = 0, value = 0, extra = 0): void {
    const entry = this.#entry
    entry.type = type
    entry.session = session
    entry.bufferId = bufferId
    entry.status = status
    entry.value = value
    entry.extra = extra
    this.#end.queue.post(entry)
  }
}
