// The resource manager of a guest (`drmgr`): takes memory regions, virtual processors and I/O slots in or gives them up, one request at a
// time (it holds a lock; the others queue for it) and unit by unit (LoPAR dynamic reconfiguration; powerpc-utils). A request under a key
// that was served before gets the same answer without being done again. Which connectors a request touches is dlpar-job.ts.

import type { Handler, KeyedDraws, Law, Simulation, Timer } from '@powersim/kernel'
import {
  type ConnectorType,
  type Message,
  type ReconfigurationPort,
  type ReconfigureReason,
  sameKey,
  type WorkObserver,
} from '@powersim/protocol'
import { DlparJob, type ReconfigureRequest, type UnitCost } from './dlpar-job.js'
import { checkedInteger, checkedLaw } from './errors.js'
import type { DlparParameters } from './guest-parameters.js'

/** Most units of one request; more are not taken in. Above any machine: 65,536 regions of 256 MiB are 16 TiB. */
export const MAX_UNITS = 65_536
const MAX_QUEUE_LIMIT = 65_536
const MAX_FIXED_REGIONS = 65_536
/** Answered requests that are remembered, oldest forgotten first (estimate). */
const REMEMBERED = 64

interface Waiting {
  readonly job: DlparJob
  readonly then: Handler<DlparAnswer>
}

/** What the agent did: `done` units of the request, and why not more. */
export interface DlparAnswer {
  readonly request: Message
  readonly done: number
  readonly reason?: ReconfigureReason
}

/** `queued`: an answer under the request's key will come, unless the guest goes down first. `busy`: the queue is full, nothing is done. */
export type DlparIntake = 'queued' | 'busy'

export interface DlparAgentOptions {
  readonly name: string
  readonly lparId: number
  readonly dlpar: DlparParameters
  readonly queueLimit: number
  readonly connectors: ReconfigurationPort
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
  /** Requests of which only a part was done, and those of which nothing was although some was asked for. */
  readonly partial: number
  readonly failed: number
}

export class DlparAgent {
  /** Null: nobody watches. */
  observer: WorkObserver | null = null
  readonly #simulation: Simulation
  readonly #queueLimit: number
  readonly #laws: Readonly<Record<`${'add' | 'remove'}${ConnectorType}`, Law>>
  readonly #rtasCallNs: number
  readonly #whole: boolean
  readonly #fixedRegions: number
  readonly #lparId: number
  readonly #connectors: ReconfigurationPort
  readonly #draws: KeyedDraws
  readonly #timer: Timer
  readonly #queue: Waiting[] = []
  readonly #answered: DlparAnswer[] = []
  #inUnit = false
  #unitTimes: number[] = []
  #arrived = 0
  #done = 0
  #repeated = 0
  #busy = 0
  #lost = 0
  #busyNs = 0
  #begunNs = 0
  #partial = 0
  #failed = 0

  /** Throws LparError `bad-option`. */
  constructor(simulation: Simulation, options: DlparAgentOptions) {
    const { name, dlpar } = options
    this.#simulation = simulation
    this.#lparId = options.lparId
    this.#connectors = options.connectors
    this.#queueLimit = checkedInteger(`${name}.dlparQueueLimit`, options.queueLimit, 0, MAX_QUEUE_LIMIT)
    this.#laws = {
      addmem: checkedLaw(simulation, `${name}.dlpar.addRegion`, dlpar.addRegion),
      removemem: checkedLaw(simulation, `${name}.dlpar.removeRegion`, dlpar.removeRegion),
      addproc: checkedLaw(simulation, `${name}.dlpar.addProcessor`, dlpar.addProcessor),
      removeproc: checkedLaw(simulation, `${name}.dlpar.removeProcessor`, dlpar.removeProcessor),
      addslot: checkedLaw(simulation, `${name}.dlpar.addSlot`, dlpar.addSlot),
      removeslot: checkedLaw(simulation, `${name}.dlpar.removeSlot`, dlpar.removeSlot),
      addvslot: checkedLaw(simulation, `${name}.dlpar.addSlot`, dlpar.addSlot),
      removevslot: checkedLaw(simulation, `${name}.dlpar.removeSlot`, dlpar.removeSlot),
    }
    this.#rtasCallNs = checkedInteger(`${name}.dlpar.rtasCall`, dlpar.rtasCallNs, 0, 250_000)
    this.#fixedRegions = checkedInteger(`${name}.dlpar.fixedRegions`, dlpar.fixedRegions, 1, MAX_FIXED_REGIONS)
    this.#whole = dlpar.onFailure === 'take-back'
    this.#draws = simulation.draws('guest.dlpar', 'guest')
    this.#timer = simulation.timer(
      simulation.handler<null>(`${name}.dlpar`, () => this.#unitOver()),
      null,
    )
  }

  /** Takes a request in; its data is that of the message, checked. At most MAX_UNITS units. */
  submit(request: Message, data: ReconfigureRequest, then: Handler<DlparAnswer>): DlparIntake {
    this.#simulation.invariant(data.count <= MAX_UNITS, 'a DLPAR request names at most MAX_UNITS units')
    this.#arrived++
    const before = this.#answered.find((answer) => sameKey(answer.request, request))
    if (before !== undefined || this.#queue.some(({ job }) => sameKey(job.request, request))) {
      this.#repeated++
      // One that still waits or is in work is answered once, when it ends.
      if (before !== undefined) this.#simulation.call(then, { ...before, request })
      return 'queued'
    }
    // The one in work is the queue's first and does not wait.
    if (this.#queue.length > this.#queueLimit) {
      this.#busy++
      return 'busy'
    }
    this.#queue.push({ job: this.#jobOf(request, data), then })
    if (this.#queue.length === 1) this.#begin()
    return 'queued'
  }

  /** The guest goes down: nobody is answered. */
  reset(): void {
    this.#timer.stop()
    this.#inUnit = false
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
      partial: this.#partial,
      failed: this.#failed,
    }
  }

  #jobOf(request: Message, data: ReconfigureRequest): DlparJob {
    const deadlineNs = data.timeoutNs === undefined ? Infinity : this.#simulation.now + data.timeoutNs
    const access = { port: this.#connectors, lparId: this.#lparId, fixedRegions: this.#fixedRegions }
    return new DlparJob(request, data, deadlineNs, access)
  }

  #begin(): void {
    const job = this.#queue[0]?.job
    if (job === undefined) return
    const { direction, resource, count } = job.data
    const law = this.#laws[`${direction}${resource}`]
    const draw = this.#draws.cursor(job.request.entity)
    this.#unitTimes = Array.from({ length: count }, () => law.sample(draw))
    this.#begunNs = this.#simulation.now
    job.open()
    this.#nextUnit(job, 0)
  }

  /** Begins the next unit `afterNs` from now, or ends the request then. */
  #nextUnit(job: DlparJob, afterNs: number): void {
    const cost = job.beginUnit(this.#simulation.now + afterNs)
    this.#inUnit = cost !== undefined
    if (cost === undefined) {
      this.#timer.start(afterNs)
      return
    }
    const times = this.#unitTimes
    this.#timer.start(afterNs + this.#timeOf(cost) + (times[(job.begun - 1) % times.length] ?? 0))
  }

  #timeOf({ calls, waitNs }: UnitCost): number {
    return calls * this.#rtasCallNs + waitNs
  }

  #unitOver(): void {
    const job = this.#queue[0]?.job
    this.#simulation.invariant(job !== undefined, 'a DLPAR request that goes on is in work')
    if (this.#inUnit) {
      this.#nextUnit(job, this.#timeOf(job.endUnit()))
    } else if (this.#whole && job.isPartial) {
      job.takeBack()
      this.#nextUnit(job, 0)
    } else {
      this.#finish()
    }
  }

  #finish(): void {
    const ended = this.#queue.shift()
    this.#simulation.invariant(ended !== undefined, 'a DLPAR request that ends was in work')
    const { request, data, done, reason } = ended.job
    this.#done++
    this.#busyNs += this.#simulation.now - this.#begunNs
    this.observer?.(`${data.direction} ${data.resource}`, request, this.#begunNs)
    if (done < data.count) {
      if (done > 0) this.#partial++
      else this.#failed++
    }
    const answer = { request, done, ...(done < data.count && reason !== undefined ? { reason } : {}) }
    this.#answered.push(answer)
    if (this.#answered.length > REMEMBERED) this.#answered.shift()
    this.#begin()
    this.#simulation.call(ended.then, answer)
  }
}
