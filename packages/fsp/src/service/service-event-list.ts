// Serviceable events: what an operator has to see to. An error log that asks for a service action opens one; an equal log while it is
// open is counted as a duplicate; a console closes it. Logs that ask for nothing open none.

import type { ReplyOf } from '@powersim/protocol'
import { ACTION_SERVICE, callsHome, type ErrorLog, EVENT_DUMP, hasFlag, severityByte } from './error-log.js'

type EventView = ReplyOf<'service.events'>['events'][number]

/** Events kept; the oldest closed one is forgotten for a new one, and the oldest of all when none is closed (estimate). */
const EVENTS_KEPT = 1024
/** Events of one reply: some 30 KB. */
const EVENTS_PER_REPLY = 64

interface ServiceEvent {
  readonly number: number
  readonly log: ErrorLog
  readonly text: string
  status: 'Open' | 'Closed'
  lastTimeNs: number
  duplicates: number
}

export class ServiceEventList {
  /** Calls home that events have asked for. */
  callsHome = 0
  private readonly events: ServiceEvent[] = []
  /** Open ones by what makes two events equal: reference code and first location. */
  private readonly open = new Map<string, ServiceEvent>()
  private made = 0

  get openCount(): number {
    return this.open.size
  }

  /** Takes a log in; true when an event was opened. */
  record(log: ErrorLog, text: string): boolean {
    if (!hasFlag(log, ACTION_SERVICE)) return false
    const key = keyOf(log)
    const known = this.open.get(key)
    if (known !== undefined) {
      known.duplicates++
      known.lastTimeNs = log.createdNs
      return false
    }
    if (this.events.length >= EVENTS_KEPT) this.forgetOne()
    const event: ServiceEvent = { number: ++this.made, log, text, status: 'Open', lastTimeNs: log.createdNs, duplicates: 0 }
    this.events.push(event)
    this.open.set(key, event)
    if (callsHome(log)) this.callsHome++
    return true
  }

  /** Closes the open events of these numbers, or all; gives how many. */
  close(numbers: readonly number[] | undefined): number {
    let closed = 0
    for (const event of this.open.values()) {
      if (numbers?.includes(event.number) === false) continue
      event.status = 'Closed'
      this.open.delete(keyOf(event.log))
      closed++
    }
    return closed
  }

  /** Events from a number on, by number. */
  list(status: 'open' | 'closed' | undefined, from: number): ReplyOf<'service.events'> {
    const events: EventView[] = []
    for (const event of this.events) {
      if (event.number < from || (status !== undefined && event.status.toLowerCase() !== status)) continue
      if (events.length === EVENTS_PER_REPLY) return { events, next: event.number }
      events.push(viewOf(event))
    }
    return { events }
  }

  private forgetOne(): void {
    const closed = this.events.findIndex(({ status }) => status === 'Closed')
    const [forgotten] = this.events.splice(Math.max(0, closed), 1)
    if (forgotten?.status === 'Open') this.open.delete(keyOf(forgotten.log))
  }
}

function keyOf({ refcode, callouts }: ErrorLog): string {
  return `${refcode} ${callouts[0]?.location ?? ''}`
}

function viewOf({ number, log, text, status, lastTimeNs, duplicates }: ServiceEvent): EventView {
  const { refcode, words, createdNs, platformLogId, callouts, sections, eventType } = log
  return {
    number,
    refcode,
    words: [...words],
    status,
    firstTimeNs: createdNs,
    lastTimeNs,
    createdTimeNs: createdNs,
    text,
    severity: severityByte(log),
    callHome: callsHome(log),
    duplicates,
    platformLogId,
    callouts: callouts.map(({ priority, location, partNumber, serialNumber }) => ({ priority, location, partNumber, serialNumber })),
    dumps: eventType === EVENT_DUMP ? sections.flatMap((section) => (section.id === 'DH' ? [section.name] : [])) : [],
  }
}
