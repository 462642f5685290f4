// Things that are seized and given back: threads, buffers, locks. A unit that is given back goes to the first in line and
// is not free in between; whoever gets it is called by an event at that time. Work that takes a known time of a server
// belongs to station.ts.
// A request is waiting -> holding -> gone; withdrawing one that holds gives its unit back.

import { checkedOption, KernelError } from './errors.js'
import { ExactSum, MAX_COUNT } from './exact-sum.js'
import { JobTable } from './job-table.js'
import type { Process, Waitable } from './process.js'
import type { Handler, Simulation } from './simulation.js'

export interface ResourceOptions {
  /** Appears in messages. */
  name: string
  /** Units, 1 to 2^21. */
  capacity: number
  /** Most that may wait, 0 to 2^21; one more is rejected. Default 1,000,000. */
  queueLimit?: number
}

/** What became of a request: granted a unit, or rejected at once because the line was full. */
export type ResourceOutcome = 'granted' | 'rejected'

/** Counts since the resource was made. */
export interface ResourceStatistics {
  /** Units handed out. = released + inUse. */
  seized: number
  released: number
  /** Refused because the line was full, or by `trySeize` because no unit was free. */
  rejected: number
  /** Gone from the line by an interrupt. */
  withdrawn: number
  waiting: number
  inUse: number
  /** Integral of `inUse` over time. */
  areaInUseNs: number
  /** Time in line, summed over all that have waited and, up to now, those that wait. */
  waitNs: number
  peakInUse: number
  peakWaiting: number
}

const NONE = -1
const DEFAULT_QUEUE_LIMIT = 1_000_000
// In place of a handler: the argument is a ResourceRequest.
const REQUEST = -1

export class Resource {
  readonly name: string
  readonly capacity: number
  readonly queueLimit: number

  private readonly simulation: Simulation
  private readonly line = new JobTable(1)
  private readonly areaInUse = new ExactSum()
  private readonly areaWaiting = new ExactSum()
  private readonly wait = new ExactSum()
  private last: number
  private used = 0
  private asked = 0
  private seized = 0
  private released = 0
  private rejected = 0
  private withdrawn = 0
  private peakInUse = 0
  private peakWaiting = 0

  /** Throws KernelError `bad-option`. */
  constructor(simulation: Simulation, options: ResourceOptions) {
    const { name, capacity, queueLimit = DEFAULT_QUEUE_LIMIT } = options
    this.simulation = simulation
    this.name = name
    this.capacity = checkedOption(`resource '${name}': capacity`, capacity, 1, MAX_COUNT)
    this.queueLimit = checkedOption(`resource '${name}': queueLimit`, queueLimit, 0, MAX_COUNT)
    this.last = simulation.now
  }

  get free(): number {
    return this.capacity - this.used
  }

  get inUse(): number {
    return this.used
  }

  get waiting(): number {
    return this.line.waiting
  }

  /** The most units that were in use at once. */
  get peak(): number {
    return this.peakInUse
  }

  /**
   * Seizes a unit. If one is free, `then` is called with `argument` at once, within this call; else when it is this one's turn, by
   * an event. False: the line is full, and nothing will be called.
   */
  seize<A>(then: Handler<A>, argument: A): boolean {
    this.simulation.checkHandler(then)
    if (this.take()) {
      this.simulation.call(then, argument)
      return true
    }
    return this.queue(then, argument) !== NONE
  }

  /** Seizes a unit if one is free now; never waits. */
  trySeize(): boolean {
    const got = this.take()
    if (!got) this.rejected++
    this.conserve()
    return got
  }

  /** For a process, which yields it: the value is `granted` or `rejected`. A request is yielded once. */
  request(): ResourceRequest {
    return new ResourceRequest(this)
  }

  /**
   * Gives a unit back: to the first in line, who is called by an event at this time, or to the free ones.
   * More than were seized is a KernelError `not-seized`.
   */
  release(): void {
    if (this.used === 0) {
      throw new KernelError('not-seized', `resource '${this.name}': release() without a unit in use: each seize is released once`)
    }
    this.advance()
    this.released++
    const next = this.line.shift()
    if (next === NONE) {
      this.used--
    } else {
      this.seized++
      // The table's columns belong together: REQUEST with a ResourceRequest, a handler with its argument.
      const then = this.line.handler[next]! as Handler<unknown>
      const argument = this.line.argument[next]
      this.close(next)
      // See above.
      if (then === REQUEST) (argument as ResourceRequest).grant()
      else this.simulation.schedule(0, then, argument)
    }
    this.conserve()
  }

  /** Figures up to now. Checks on the way that the time in line adds up, by looking at all that wait. */
  statistics(): ResourceStatistics {
    this.advance()
    const wait = this.wait.copy()
    this.line.addResiduals(wait, this.last, true)
    this.simulation.invariant(wait.equals(this.areaWaiting), 'resource: the area under the number waiting equals the time spent waiting')
    return {
      seized: this.seized,
      released: this.released,
      rejected: this.rejected,
      withdrawn: this.withdrawn,
      waiting: this.line.waiting,
      inUse: this.used,
      areaInUseNs: this.areaInUse.value(),
      waitNs: wait.value(),
      peakInUse: this.peakInUse,
      peakWaiting: this.peakWaiting,
    }
  }

  /** For `seize`, `trySeize` and requests: takes a free unit, if there is one. */
  take(): boolean {
    this.asked++
    if (this.used === this.capacity) return false
    this.advance()
    this.used++
    this.seized++
    if (this.used > this.peakInUse) this.peakInUse = this.used
    this.conserve()
    return true
  }

  /** For `seize` and requests, after `take` has failed: gives the place in line, or -1 if the line is full. */
  queue(then: number, argument: unknown): number {
    if (this.line.waiting >= this.queueLimit) {
      this.rejected++
      this.conserve()
      return NONE
    }
    this.advance()
    const place = this.line.open(this.last, 0, then, argument)
    this.line.append(place, 0)
    if (this.line.waiting > this.peakWaiting) this.peakWaiting = this.line.waiting
    this.conserve()
    return place
  }

  /** For requests: leaves the line. */
  withdraw(place: number): void {
    this.advance()
    this.withdrawn++
    this.line.remove(place)
    this.close(place)
    this.conserve()
  }

  private close(place: number): void {
    this.wait.add(this.last - this.line.since[place]!)
    this.line.close(place)
  }

  private advance(): void {
    const now = this.simulation.now
    const elapsed = now - this.last
    if (elapsed === 0) return
    this.areaInUse.addProduct(this.used, elapsed)
    this.areaWaiting.addProduct(this.line.waiting, elapsed)
    this.last = now
  }

  private conserve(): void {
    const { used, line } = this
    const simulation: Simulation = this.simulation
    simulation.invariant(this.seized === this.released + used, 'resource: seized = released + in use')
    simulation.invariant(used <= this.capacity, 'resource: no more units in use than there are')
    simulation.invariant(
      this.asked === this.seized + this.rejected + this.withdrawn + line.waiting,
      'resource: asked = seized + rejected + withdrawn + waiting',
    )
    simulation.invariant(line.waiting === 0 || used === this.capacity, 'resource: nobody waits while a unit is free')
  }
}

/** One unit for a process, to be yielded once. */
export class ResourceRequest implements Waitable {
  private readonly resource: Resource
  private process: Process<unknown> | undefined = undefined
  private place = NONE

  constructor(resource: Resource) {
    this.resource = resource
  }

  beginWait(process: Process<unknown>): boolean {
    if (this.process !== undefined) {
      throw new KernelError('request-reused', `resource '${this.resource.name}': a request is yielded once, ask for a new one`)
    }
    this.process = process
    let outcome: ResourceOutcome = 'granted'
    if (!this.resource.take()) {
      this.place = this.resource.queue(REQUEST, this)
      if (this.place !== NONE) return true
      outcome = 'rejected'
    }
    process.passed = outcome
    return false
  }

  /** Called by the resource when a unit is handed over; the process goes on by an event. */
  grant(): void {
    this.place = NONE
    const outcome: ResourceOutcome = 'granted'
    if (this.process !== undefined) this.process.resumeSoon(outcome)
  }

  withdrawWait(): void {
    if (this.place === NONE) this.resource.release()
    else this.resource.withdraw(this.place)
  }
}
