// Where the service processor keeps its error logs, over resets too: numbers and platform log IDs, who has which log, and the purge when
// there is too much (openpower-pels: 3,000 logs, 20 MB; first what a console has, then what an operating system has, then what the
// hypervisor has, then anything; guard records never). Sending them is log-delivery.ts.

import type { Simulation } from '@powersim/kernel'
import { ACTION_DO_NOT_REPORT, type ErrorLog, hasFlag, isGuardRecord } from './error-log.js'
import { logBytes } from './pel-codec.js'

export interface LogLimits {
  readonly maxLogs: number
  readonly maxBytes: number
  /** A purge goes on until this part of each limit is left, percent. */
  readonly purgeToPercent: number
}

/** What a log is made of; the store numbers and dates it. Without a platform log ID it is an event of its own. */
export type LogDraft = Omit<ErrorLog, 'id' | 'platformLogId' | 'createdNs'> & { readonly platformLogId?: number }

/** Platform log IDs of a service processor begin with 5 (openpower-pels). */
const FIRST_PLATFORM_LOG_ID = 0x5000_0001

export class LogStore {
  /** Logs that a purge has taken, by pass: console, operating system, hypervisor, any. */
  readonly purged: number[] = [0, 0, 0, 0]
  private readonly simulation: Simulation
  private readonly limits: LogLimits
  /** Oldest first. */
  private logs: ErrorLog[] = []
  private bytes = 0
  private made = 0
  private guards = 0
  /** Every log up to here is known to all managing consoles, to the hypervisor, to an operating system. */
  private consolesUpTo = 0
  private hypervisorUpTo = 0
  private systemsUpTo = 0

  constructor(simulation: Simulation, limits: LogLimits) {
    this.simulation = simulation
    this.limits = limits
  }

  get count(): number {
    return this.logs.length
  }

  get totalBytes(): number {
    return this.bytes
  }

  /** The number of the newest log; 0: none was ever made. */
  get newest(): number {
    return this.made
  }

  add(draft: LogDraft): ErrorLog {
    const id = ++this.made
    const log: ErrorLog = { ...draft, id, platformLogId: draft.platformLogId ?? FIRST_PLATFORM_LOG_ID + id, createdNs: this.simulation.now }
    this.logs.push(log)
    this.bytes += logBytes(log)
    if (isGuardRecord(log)) this.guards++
    if (this.logs.length > this.limits.maxLogs || this.bytes > this.limits.maxBytes) this.purge()
    return log
  }

  /** A log that is still kept. */
  get(id: number): ErrorLog | undefined {
    const place = this.placeFrom(id)
    const log = this.logs[place]
    return log?.id === id ? log : undefined
  }

  /** The first log from that number on that goes to consoles and hypervisor, if there is one. */
  nextReported(from: number): ErrorLog | undefined {
    for (let place = this.placeFrom(from); place < this.logs.length; place++) {
      const log = this.logs[place]
      if (log !== undefined && !hasFlag(log, ACTION_DO_NOT_REPORT)) return log
    }
    return undefined
  }

  /** A repaired part: its guard record is no more, and what is left of it a log like any other. */
  releaseGuard(id: number): void {
    const place = this.placeFrom(id)
    const log = this.logs[place]
    if (log?.id !== id || !isGuardRecord(log)) return
    this.logs[place] = { ...log, eventType: 0 }
    this.guards--
  }

  consolesHave(upTo: number): void {
    this.consolesUpTo = Math.max(this.consolesUpTo, upTo)
  }

  /** `systems`: operating systems that it handed the log on to. */
  hypervisorHas(upTo: number, systems: number): void {
    this.hypervisorUpTo = Math.max(this.hypervisorUpTo, upTo)
    if (systems > 0) this.systemsUpTo = Math.max(this.systemsUpTo, upTo)
  }

  private placeFrom(id: number): number {
    let [low, high] = [0, this.logs.length]
    while (low < high) {
      const middle = (low + high) >> 1
      const log = this.logs[middle]
      if (log !== undefined && log.id < id) low = middle + 1
      else high = middle
    }
    return low
  }

  private purge(): void {
    const { maxLogs, maxBytes, purgeToPercent } = this.limits
    const logsLeft = Math.floor((maxLogs * purgeToPercent) / 100)
    const bytesLeft = Math.floor((maxBytes * purgeToPercent) / 100)
    const reach = [this.consolesUpTo, this.systemsUpTo, this.hypervisorUpTo, this.made]
    for (const [pass, upTo] of reach.entries()) {
      let left = this.logs.length
      this.logs = this.logs.filter((log) => {
        if ((left <= logsLeft && this.bytes <= bytesLeft) || isGuardRecord(log) || log.id > upTo) return true
        left--
        this.bytes -= logBytes(log)
        this.purged[pass] = (this.purged[pass] ?? 0) + 1
        return false
      })
    }
    this.simulation.invariant(this.logs.length <= maxLogs || this.logs.length === this.guards, 'fsp: more error logs than there may be')
  }
}
