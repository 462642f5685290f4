// The message loop of the Dispatchable hypervisor: one server and one bounded queue for the requests of both routes (dissertation
// 3.3.4). Each request costs its class's time, or the small time of a duplicate or of a refusal before service; its effect is made,
// once per key, at the end of that time, and then it is answered. Every request ends answered or, when power goes or it is no
// request, silent. How commands are served is serve.ts; who has been answered already is reply-window.ts.

import { type Handler, type KeyedDraws, type Law, type Runner, type Simulation, Station } from '@powersim/kernel'
import {
  commandByOpcode,
  commandClasses,
  dataBytes,
  FLAG_EVENT,
  FLAG_REPLY,
  replyTo,
  statuses,
  statusNumber,
  writeRefusals,
} from '@powersim/protocol'
import type { CommandClass, Message, StatusName, WorkObserver, WriteLock } from '@powersim/protocol'
import type { Hypervisor } from './hypervisor.js'
import type { ReplyRoute } from './reply-route.js'
import { JOIN_LIMIT, ReplyWindow, type WindowEntry } from './reply-window.js'
import { declined, refusedUnserved, serve, type Served } from './serve.js'

/** A request in the station, or a `busy` reply under way. */
interface Job {
  readonly message: Message
  readonly route: ReplyRoute
  /** Null: nothing is kept of it. */
  readonly entry: WindowEntry | null
  /** What it will be answered without being served. Null: serve it, or repeat what its entry says. */
  readonly ready: Served | null
  readonly repeat: boolean
  /** Its place in the station; it is taken out by it at power-off. */
  place: number
}

export interface LoopCounts {
  received: number
  replied: number
  duplicates: number
  joined: number
  tooOld: number
  busy: number
  /** Not answered: lost with the power, no requests, or too many to be told `busy`. */
  dropped: number
}

const NONE = -1

export class MessageLoop {
  readonly station: Station
  readonly counts: LoopCounts = { received: 0, replied: 0, duplicates: 0, joined: 0, tooOld: 0, busy: 0, dropped: 0 }
  private readonly hypervisor: Hypervisor
  private readonly window: ReplyWindow
  /** Null: the lock on changes is kept elsewhere, or nowhere. */
  private readonly lock: WriteLock | null
  private readonly laws = new Map<CommandClass, Law>()
  private readonly duplicateReply: Law
  private readonly serviceDraws: KeyedDraws
  private readonly replyDraws: KeyedDraws
  private readonly served: Handler<Job>
  private readonly toldBusy: Handler<Job>
  private readonly inside = new Set<Job>()
  private readonly busyReplies = new Set<Job>()
  private readonly byStatus = new Map<number, number>()
  private running = false
  /** Requests that are neither answered nor dropped. */
  private open = 0

  constructor(hypervisor: Hypervisor, name: string, processor: Runner | undefined) {
    const { simulation, parameters } = hypervisor
    this.hypervisor = hypervisor
    this.station = new Station(simulation, {
      name,
      servers: 1,
      capacity: parameters.queueLimit,
      ...(processor === undefined ? {} : { processor }),
    })
    this.lock = hypervisor.writeLock
    this.window = new ReplyWindow(simulation, parameters.replyWindow)
    for (const name of commandClasses) this.laws.set(name, simulation.law(parameters.service[name]))
    this.duplicateReply = simulation.law(parameters.duplicateReply)
    this.serviceDraws = simulation.draws('phyp.service', 'command')
    this.replyDraws = simulation.draws('phyp.duplicate', 'command')
    this.served = simulation.handler('phyp.served', (job: Job) => this.finish(job))
    this.toldBusy = simulation.handler('phyp.busy', (job: Job) => this.tellBusy(job))
  }

  /** Replies so far, by status. */
  get repliesByStatus(): Readonly<Partial<Record<StatusName, number>>> {
    const counts: Partial<Record<StatusName, number>> = {}
    for (const [number, count] of this.byStatus) counts[statuses[number]!] = count
    return counts
  }

  /** Tells of every request at the end of its time, before its effect: `serve`, `repeat` of a known reply, or `refuse`. */
  observe(observer: WorkObserver): void {
    this.station.observe((argument, startNs) => {
      // The station is the loop's own: it is given nothing but jobs.
      const { message, ready, repeat } = argument as Job
      observer(repeat ? 'repeat' : ready === null ? 'serve' : 'refuse', message, startNs)
    })
  }

  start(): void {
    this.running = true
  }

  /** Power-off: what waits or is served is lost, and the replies are forgotten. */
  stop(): void {
    this.running = false
    for (const job of this.inside) {
      this.station.withdraw(job.place)
      this.drop(job.route)
      if (job.entry !== null) for (const { route } of job.entry.joined) this.drop(route)
    }
    for (const job of this.busyReplies) this.drop(job.route)
    this.inside.clear()
    this.busyReplies.clear()
    this.window.clear()
    this.lock?.forget()
  }

  /** A request has arrived whole, by one of the routes. Its route hears `answer` or `silent` later, or `silent` at once. */
  receive(message: Message, route: ReplyRoute): void {
    this.counts.received++
    this.open++
    if (!this.running || (message.flags & (FLAG_REPLY | FLAG_EVENT)) !== 0) {
      this.drop(route)
      return
    }
    const known = this.window.look(message)
    if (known === 'too-old') {
      this.counts.tooOld++
      this.admit(message, route, declined('too-old', 'an older epoch, or below the reply window'))
    } else if (known === 'no-room') {
      this.busy(message, route)
    } else if (known === 'fresh') {
      this.admitFresh(message, route)
    } else if (known.finished) {
      this.counts.duplicates++
      this.enter({ message, route, entry: known, ready: null, repeat: true, place: NONE }, this.replyNs(message))
    } else {
      this.join(message, route, known)
    }
  }

  private admitFresh(message: Message, route: ReplyRoute): void {
    if (this.station.inside >= this.station.capacity) {
      this.busy(message, route)
      return
    }
    // A console that has started again knows nothing of its older stages.
    if (this.window.startsEpoch(message)) {
      this.hypervisor.stages.abandonBefore(message.source, message.epoch)
      this.hypervisor.coManagement.startedAgain(message.source)
    }
    const ready = refusedUnserved(message) ?? this.notAdmitted(message) ?? null
    const serviceNs = ready === null ? this.serviceNs(message) : this.replyNs(message)
    this.enter({ message, route, entry: this.window.open(message), ready, repeat: false, place: NONE }, serviceNs)
  }

  /** What the lock on changes, if it is kept here, has against a request. */
  private notAdmitted(message: Message): Served | undefined {
    const { lock } = this
    const definition = lock === null ? undefined : commandByOpcode(message.opcode)
    if (lock === null || definition === undefined) return undefined
    const verdict = lock.admit(message, definition, this.hypervisor.simulation.now)
    return verdict === 'pass' ? undefined : lockRefusal(verdict)
  }

  private admit(message: Message, route: ReplyRoute, ready: Served): void {
    this.enter({ message, route, entry: null, ready, repeat: false, place: NONE }, this.replyNs(message))
  }

  private enter(job: Job, serviceNs: number): void {
    job.place = this.station.admit(serviceNs, this.served, job, 0)
    if (job.place === NONE) this.busy(job.message, job.route)
    else this.inside.add(job)
  }

  private join(message: Message, route: ReplyRoute, entry: WindowEntry): void {
    if (entry.joined.length >= JOIN_LIMIT) {
      this.drop(route)
      return
    }
    this.counts.joined++
    entry.joined.push({ message, route })
  }

  /** The queue is full: `busy`, beside the queue, for as many at a time as the queue is long; the rest hears nothing. */
  private busy(message: Message, route: ReplyRoute): void {
    this.counts.busy++
    if (this.busyReplies.size >= this.station.capacity) {
      this.drop(route)
      return
    }
    const ready = declined('busy', 'the queue of the hypervisor is full')
    const job: Job = { message, route, entry: null, ready, repeat: false, place: NONE }
    this.busyReplies.add(job)
    this.hypervisor.simulation.schedule(this.replyNs(message), this.toldBusy, job)
  }

  private tellBusy(job: Job): void {
    if (!this.busyReplies.delete(job) || job.ready === null) return
    this.reply(job.message, job.route, statusNumber(job.ready.status), job.ready.data, dataBytes(job.ready.data))
  }

  private finish(job: Job): void {
    const { message, route, entry, ready, repeat } = job
    this.inside.delete(job)
    if (repeat && entry !== null) {
      this.reply(message, route, entry.status, entry.data, entry.dataBytes)
      return
    }
    const definition = this.lock === null ? undefined : commandByOpcode(message.opcode)
    // Requests that were ahead of it in the queue may have changed what it is about.
    const late = definition !== undefined && this.lock?.outdated(message, definition) === true
    const { status, data } = ready ?? (late ? lockRefusal('outdated') : serve(this.hypervisor, message))
    const number = statusNumber(status)
    const bytes = dataBytes(data)
    if (definition !== undefined && entry !== null) this.lock?.answered(message, definition, status === 'ok', data)
    if (entry !== null) {
      entry.finished = true
      entry.status = number
      entry.data = data
      entry.dataBytes = bytes
    }
    this.reply(message, route, number, data, bytes)
    if (entry === null) return
    for (const other of entry.joined) this.reply(other.message, other.route, number, data, bytes)
    entry.joined.length = 0
  }

  private reply(message: Message, route: ReplyRoute, status: number, data: Message['data'], bytes: number): void {
    const { simulation, parameters } = this.hypervisor
    this.counts.replied++
    this.open--
    this.byStatus.set(status, (this.byStatus.get(status) ?? 0) + 1)
    this.check()
    simulation.note(message.opcode * 16 + status)
    route.answer(replyTo(message, status, data, bytes, parameters.frames))
  }

  private drop(route: ReplyRoute): void {
    this.counts.dropped++
    this.open--
    this.check()
    route.silent()
  }

  private check(): void {
    const simulation: Simulation = this.hypervisor.simulation
    const { received, replied, dropped } = this.counts
    simulation.invariant(received === replied + dropped + this.open && this.open >= 0, 'phyp: received = replied + dropped + open')
  }

  /** The same for every try and both routes: the effect is one. */
  private serviceNs(message: Message): number {
    const definition = commandByOpcode(message.opcode)
    const slow = definition?.name === 'dynamic.begin' || definition?.name === 'dynamic.finish'
    const law = this.laws.get(slow ? 'configuration' : (definition?.commandClass ?? 'query'))
    return law === undefined ? 0 : law.sample(this.serviceDraws.cursor(message.entity))
  }

  private replyNs(message: Message): number {
    return this.duplicateReply.sample(this.replyDraws.cursor(message.entity, message.attempt * 16))
  }
}

function lockRefusal(verdict: keyof typeof writeRefusals): Served {
  return { status: 'refused', data: { reason: 'write-locked', detail: writeRefusals[verdict] } }
}
