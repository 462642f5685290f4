// One command of a console, from the asking to its outcome, with all its tries. Data only: exchanger.ts moves it.
// States of a try: preparing -> (waiting for a session ->) sent -> absorbing -> done; a time-out or a lost connection ends the try.

import type { Handler, Signal, Simulation, Timer } from '@powersim/kernel'
import { bulkBytes, type CommandDefinition, dataBytes, type Json, type Refusal, type StatusName } from '@powersim/protocol'
import type { ManagedSystemView } from '../managed-system-view.js'
import type { Channel } from './channel.js'
import type { ManagementPath } from './management-path.js'

/** Draw indices that one try of a command may use. */
export const DRAWS_PER_TRY = 16

/** Every status but `ok`. */
export type FailedStatus = Exclude<StatusName, 'ok'>

/** What came of a command, untyped: the console gives it the reply's type. */
export type RawOutcome =
  { readonly ok: true; readonly data: Json } | { readonly ok: false; readonly status: FailedStatus; readonly refusal: Refusal }

/** A finished command, as studies count it. */
export interface CommandRecord {
  readonly console: string
  readonly system: string
  readonly name: string
  readonly commandClass: CommandDefinition['commandClass']
  readonly target: CommandDefinition['target']
  /** Path of the last try; null when none was taken. */
  readonly path: string | null
  readonly tries: number
  readonly startNs: number
  /** From the asking to the end of absorbing the reply, retries and pauses included. */
  readonly latencyNs: number
  readonly status: StatusName
  /** Whether a reply came at all, be it a refusal. */
  readonly replied: boolean
  /** Ordinal of the script line; -1 for the set-up of a connection and for commands sent from a program. */
  readonly ordinal: number
}

/** What is asked for; fixed for all tries. */
export interface Asked {
  readonly system: ManagedSystemView
  readonly definition: CommandDefinition
  readonly data: Json
  /** Identity for random draws. */
  readonly entity: number
  readonly ordinal: number
  readonly lparId: number | null
  /** The operation of this console that it belongs to, 1 to MAX_OPERATION; 0: none. */
  readonly operation: number
  /** Set for set-up commands, which belong to one channel and are tried once. */
  readonly ownChannel: Channel | null
}

export class Exchange {
  readonly asked: Asked
  readonly dataBytes: number
  readonly sequence: number
  /** Start of the console that it belongs to, from 1. */
  readonly epoch: number
  readonly startNs: number
  readonly outcome: Signal<RawOutcome>
  readonly timer: Timer
  /** 0 for the first try. */
  attempt = 0
  /** Path of the present try, null before the decision. */
  path: ManagementPath | null = null
  /** Path of the try before, or of this one once it has ended. */
  lastPath: string | null = null
  /** Session that the present try was put on; null while it is prepared, waits or has ended. */
  channel: Channel | null = null
  /** Whether it stands in the queue of its path, and its neighbours there: the queue's own business. */
  waits = false
  ahead: Exchange | null = null
  behind: Exchange | null = null
  /** When the present try was put on its session. */
  sentNs = 0

  constructor(simulation: Simulation, asked: Asked, sequence: number, epoch: number, timeout: Handler<Exchange>) {
    this.asked = asked
    this.dataBytes = dataBytes(asked.data) + bulkBytes(asked.definition, 'request', asked.data)
    this.sequence = sequence
    this.epoch = epoch
    this.startNs = simulation.now
    this.outcome = simulation.signal<RawOutcome>()
    this.timer = simulation.timer(timeout, this)
  }

  /** Whether it is part of a channel's set-up: then it has no choice of path and is no command of the console's own. */
  get setsUp(): boolean {
    return this.asked.ownChannel !== null
  }
}
