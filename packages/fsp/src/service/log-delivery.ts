// Error logs on their way to every managing console: in order, a few under way at a time, until the console says that it has them. A
// console that comes back gets what it has not yet acknowledged once more (at least once); what it has is kept over resets.

import { commandByName, type Json } from '@powersim/protocol'
import type { ErrorLog } from './error-log.js'
import { logBytes } from './pel-codec.js'
import type { LogStore } from './log-store.js'

/** Sends an event to a console; false when it has no session that listens. */
export type TellConsole = (console: number, opcode: number, data: Json, bytes: number) => boolean

interface Reader {
  readonly console: number
  sentUpTo: number
  acknowledgedUpTo: number
  /** Numbers that were sent and are not acknowledged. */
  inFlight: number
  listens: boolean
}

const LOGGED_OPCODE = commandByName('service.errorLogged').opcode

export class LogDelivery {
  sent = 0
  private readonly store: LogStore
  private readonly window: number
  private readonly tell: TellConsole
  private readonly readers = new Map<number, Reader>()

  /** `window`: logs under way to one console. */
  constructor(store: LogStore, window: number, tell: TellConsole) {
    this.store = store
    this.window = window
    this.tell = tell
  }

  /** A log was made. */
  made(): void {
    for (const reader of this.readers.values()) this.pump(reader)
  }

  /** A console listens to events on a session. One that never did gets what comes from now on. */
  subscribed(console: number): void {
    const known = this.readers.get(console)
    const reader = known ?? { console, sentUpTo: this.store.newest, acknowledgedUpTo: this.store.newest, inFlight: 0, listens: true }
    this.readers.set(console, reader)
    reader.listens = true
    reader.sentUpTo = reader.acknowledgedUpTo
    reader.inFlight = 0
    this.pump(reader)
  }

  /** A console has all logs up to a number; gives how many more that are. */
  acknowledged(console: number, upTo: number): number {
    const reader = this.readers.get(console)
    if (reader === undefined) return 0
    const before = reader.acknowledgedUpTo
    reader.acknowledgedUpTo = Math.max(before, Math.min(upTo, reader.sentUpTo))
    reader.inFlight = Math.max(0, reader.inFlight - (reader.acknowledgedUpTo - before))
    let least = reader.acknowledgedUpTo
    for (const { acknowledgedUpTo } of this.readers.values()) least = Math.min(least, acknowledgedUpTo)
    this.store.consolesHave(least)
    this.pump(reader)
    return reader.acknowledgedUpTo - before
  }

  /** All sessions have ended. */
  reset(): void {
    for (const reader of this.readers.values()) reader.listens = false
  }

  private pump(reader: Reader): void {
    while (reader.listens && reader.inFlight < this.window) {
      const log = this.store.nextReported(reader.sentUpTo + 1)
      if (log === undefined || !this.send(reader, log)) return
    }
  }

  private send(reader: Reader, log: ErrorLog): boolean {
    const { id, platformLogId, refcode, severity } = log
    const bytes = logBytes(log)
    if (!this.tell(reader.console, LOGGED_OPCODE, { log: id, platformLogId, refcode, severity, bytes }, bytes)) {
      reader.listens = false
      return false
    }
    this.sent++
    reader.inFlight += id - reader.sentUpTo
    reader.sentUpTo = id
    return true
  }
}
