// The resource manager of a guest (`drmgr`): takes memory regions and virtual processors in or gives them up, one request at a
// time (it holds a lock) and unit by unit (LoPAR dynamic reconfiguration; powerpc-utils). A request under a key that was
// served before gets the same answer without being done again. The configuration itself is the hypervisor's.

import type { Handler, KeyedDraws, Law, Simulation, Timer } from '@powersim/kernel'
import { type Message, type RequestOf, sameKey } from '@powersim/protocol'
import { checkedInteger, checkedLaw } from './errors.js'
import type { DlparTimes } from './guest-parameters.js'

export type ReconfigureRequest = RequestOf<'rmc.reconfigure'>

/** Most units of one request; more are not taken in. Above any machine: 65,536 regions of 256 MiB are 16 TiB. */
export const MAX_UNITS = 65_536
const MAX_QUEUE_LIMIT = 65_536
/** Answered requests that are remembered, oldest forgotten first (estimate). */
const REMEMBERED = 64

interface Job {
  readonly request: Message
  readonly data: ReconfigureRequest
  readonly then: Handler<DlparAnswer>
}

/** What the agent did: `done` units of the request. */
export interface DlparAnswer {
  readonly request: Message
  readonly done: number
}

/** `queued`: an answer under the request's key will come, unless the guest goes down first. `busy`: the queue is full, nothing is done. */
export type DlparIntake = 'queued' | 'busy'

export interface DlparAgentOptions {
  readonly name: string
  readonly times: DlparTimes
  readonly queueLimit: number
}

export interface DlparStatistics {
  readonly arrived: number
  readonly done: number
  /** Same key as a request that was answered before. */
  readonly repeated: number
  /** Refused because the queue was full. */
  readonly busy: number
  /** Lost with the guest. */
  readonly lost: number
  readonly inside: number
  /** Time the agent worked on requests that it finished. */
  readonly busyNs: number
}

export class DlparAgent {
  readonly #simulation: Simulation
  readonly #queueLimit: number
  readonly #laws: Readonly<Record<'addmem' | 'removemem' | 'addproc' | 'removeproc', Law>>
  readonly #draws: KeyedDraws
  readonly #timer: Timer
  readonly #queue: Job[] = []
  readonly #answered: DlparAnswer[] = []
  #workNs = 0
  #arrived = 0
  #done = 0
  #repeated = 0
  #busy = 0
  #lost = 0
  #busyNs = 0

  /** Throws LparError `bad-option`. */
  constructor(simulation: Simulation, options: DlparAgentOptions) {
    const { name, times } = options
    this.#simulation = simulation
    this.#queueLimit = checkedInteger(`${name}.dlparQueueLimit`, options.queueLimit, 0, MAX_QUEUE_LIMIT)
    this.#laws = {
      addmem: checkedLaw(simulation, `${name}.dlpar.addRegion`, times.addRegion),
      removemem: checkedLaw(simulation, `${name}.dlpar.removeRegion`, times.removeRegion),
      addproc: checkedLaw(simulation, `${name}.dlpar.addProcessor`, times.addProcessor),
      removeproc: checkedLaw(simulation, `${name}.dlpar.removeProcessor`, times.removeProcessor),
    }
    this.#draws = simulation.draws('guest.dlpar', 'guest')
    this.#timer = simulation.timer(
      simulation.handler<null>(`${name}.dlpar`, () => this.#finish()),
      null,
    )
  }

  /** Takes a request in; its data is that of the message, checked. At most MAX_UNITS units. */
  submit(request: Message, data: ReconfigureRequest, then: Handler<DlparAnswer>): DlparIntake {
    this.#simulation.invariant(data.count <= MAX_UNITS, 'a DLPAR request names at most MAX_UNITS units')
    this.#arrived++
    const before = this.#answered.find((answer) => sameKey(answer.request, request))
    if (before !== undefined || this.#queue.some((job) => sameKey(job.request, request))) {
      this.#repeated++
      // One that still waits or is in work is answered once, when it ends.
      if (before !== undefined) this.#simulation.call(then, { request, done: before.done })
      return 'queued'
    }
    // The one in work is the queue's first and does not wait.
    if (this.#queue.length > this.#queueLimit) {
      this.#busy++
      return 'busy'
    }
    this.#queue.push({ request, data, then })
    if (this.#queue.length === 1) this.#begin()
    return 'queued'
  }

  /** The guest goes down: nobody is answered. */
  reset(): void {
    this.#timer.stop()
    this.#lost += this.#queue.length
    this.#queue.length = 0
    this.#answered.length = 0
  }

  statistics(): DlparStatistics {
    const inside = this.#queue.length
    const accounted = this.#done + this.#repeated + this.#busy + this.#lost + inside
    this.#simulation.invariant(this.#arrived === accounted, 'DLPAR requests: arrived = done + repeated + busy + lost + inside')
    return {
      arrived: this.#arrived,
      done: this.#done,
      repeated: this.#repeated,
      busy: this.#busy,
      lost: this.#lost,
      inside,
      busyNs: this.#busyNs,
    }
  }

  #begin(): void {
    const job = this.#queue[0]
    if (job === undefined) return
    const { direction, resource, count } = job.data
    const law = this.#laws[`${direction}${resource}`]
    const draw = this.#draws.cursor(job.request.entity)
    this.#workNs = 0
    for (let unit = 0; unit < count; unit++) this.#workNs += law.sample(draw)
    this.#timer.start(this.#workNs)
  }

  #finish(): void {
    const job = this.#queue.shift()
    this.#simulation.invariant(job !== undefined, 'a DLPAR request that ends was in work')
    this.#done++
    this.#busyNs += this.#workNs
    const answer = { request: job.request, done: job.data.count }
    this.#answered.push(answer)
    if (this.#answered.length > REMEMBERED) this.#answered.shift()
    this.#begin()
    this.#simulation.call(job.then, answer)
  }
}
