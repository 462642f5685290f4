// What the hypervisor asks of the service processor over the mailbox: one message of a class at a time, others of it wait (consoles'
// classes are exempt; service and IPL share one queue). Unanswered messages are looked at every 30 s; one that has had the time of its
// class makes the server reset the service processor. What a reset finds, sent or waiting, is sent again when the link is back
// (at least once): skiboot hw/fsp/fsp.c.

import type { Handler, Simulation, Timer } from '@powersim/kernel'
import { type MailboxClassName, mailboxClasses } from './mailbox-classes.js'

/** Messages that wait or are unanswered, over all classes (estimate). */
const REQUEST_LIMIT = 65_536

const NS_PER_MINUTE = 60_000_000_000

export interface HostRequestsOptions {
  readonly name: string
  /** From one look at unanswered messages to the next, ns. */
  readonly checkNs: number
  /** Runs so much work on the service processor, if it is there, and then calls `then`. */
  readonly run: (workNs: number, then: Handler<HostRequest>, request: HostRequest, what: string) => void
  /** A message has had the time of its class. */
  readonly expired: (name: MailboxClassName) => void
}

export interface HostRequest {
  readonly className: MailboxClassName
  /** Processor time that it costs the service processor. */
  readonly workNs: number
  readonly answered: Handler<number>
  /** Given back with the answer. */
  readonly argument: number
  sentNs: number
}

export class HostRequests {
  /** Sent again after a reset. */
  reposted = 0
  expirations = 0
  /** Refused, since too many were there. */
  refused = 0
  private readonly simulation: Simulation
  private readonly options: HostRequestsOptions
  private readonly outstanding = new Map<number, HostRequest[]>()
  private readonly waiting = new Map<number, HostRequest[]>()
  private readonly finished: Handler<HostRequest>
  private readonly check: Timer
  private count = 0
  /** The link is down: everything waits. */
  private parked = false

  constructor(simulation: Simulation, options: HostRequestsOptions) {
    this.simulation = simulation
    this.options = options
    this.finished = simulation.handler(`${options.name}.host-answered`, (request: HostRequest) => this.finish(request))
    this.check = simulation.timer(
      simulation.handler(`${options.name}.host-check`, () => this.look()),
      undefined,
    )
  }

  /** Messages that are not answered yet. */
  get inside(): number {
    return this.count
  }

  /** Posts a message; false when too many are there already. */
  post(className: MailboxClassName, workNs: number, answered: Handler<number>, argument: number): boolean {
    if (this.count >= REQUEST_LIMIT) {
      this.refused++
      return false
    }
    this.count++
    const request: HostRequest = { className, workNs, answered, argument, sentNs: 0 }
    if (this.parked || this.isTaken(className)) listOf(this.waiting, queueOf(className)).push(request)
    else this.send(request)
    return true
  }

  /** The service processor is being reset: nothing is sent until `unpark`. */
  park(): void {
    this.parked = true
    this.check.stop()
  }

  /** The link is back: what was sent and not answered goes first, then what waits. */
  unpark(): void {
    this.parked = false
    const again = [...this.outstanding.values()].flat()
    this.outstanding.clear()
    for (const request of again) {
      this.reposted++
      this.send(request)
    }
    for (const name of classNames) this.sendNext(name)
  }

  private isTaken(className: MailboxClassName): boolean {
    return mailboxClasses[className].serial && (this.outstanding.get(queueOf(className))?.length ?? 0) > 0
  }

  private send(request: HostRequest): void {
    request.sentNs = this.simulation.now
    listOf(this.outstanding, queueOf(request.className)).push(request)
    this.options.run(request.workNs, this.finished, request, request.className)
    const { checkNs } = this.options
    if (!this.check.active) this.check.start(checkNs - (this.simulation.now % checkNs))
  }

  private finish(request: HostRequest): void {
    const sent = this.outstanding.get(queueOf(request.className))
    const place = sent?.indexOf(request) ?? -1
    if (sent === undefined || place < 0) return
    sent.splice(place, 1)
    this.count--
    this.simulation.call(request.answered, request.argument)
    this.sendNext(request.className)
  }

  private sendNext(className: MailboxClassName): void {
    while (!this.parked && !this.isTaken(className)) {
      const next = this.waiting.get(queueOf(className))?.shift()
      if (next === undefined) return
      this.send(next)
    }
  }

  private look(): void {
    let unanswered = 0
    for (const sent of this.outstanding.values()) {
      for (const { className, sentNs } of sent) {
        unanswered++
        if (this.simulation.now - sentNs < mailboxClasses[className].timeoutMinutes * NS_PER_MINUTE) continue
        this.expirations++
        this.options.expired(className)
        return
      }
    }
    if (unanswered > 0) this.check.start(this.options.checkNs)
  }
}

// The keys of the table are its names.
const classNames = Object.keys(mailboxClasses) as MailboxClassName[]

/** Service and IPL have one queue. */
function queueOf(className: MailboxClassName): number {
  return className === 'ipl' ? mailboxClasses.service.code : mailboxClasses[className].code
}

function listOf(lists: Map<number, HostRequest[]>, key: number): HostRequest[] {
  const list = lists.get(key)
  if (list !== undefined) return list
  const made: HostRequest[] = []
  lists.set(key, made)
  return made
}
