// A multi-server queueing station: jobs come with their service time, wait in line or share the servers, and leave. Here are
// the lines, the servers, the counts and the laws that they obey in every run (conservation, Little); how servers are shared
// is processor-sharing.ts, things that are held and given back are resource.ts.
// A job is waiting -> in service -> gone; it costs one event, its completion, which hands the server to the next in line.

import { BorrowedTime, type Runner } from './borrowed-time.js'
import { checkedOption, KernelError } from './errors.js'
import { ExactSum, MAX_COUNT } from './exact-sum.js'
import { JobTable } from './job-table.js'
import { isPriority, MAX_PRIORITY, MIN_PRIORITY, refusedPriority } from './priority.js'
import type { Process, Waitable } from './process.js'
import { ProcessorSharing } from './processor-sharing.js'
import type { Handler, Simulation } from './simulation.js'
import { beyondHorizon, MAX_TIME } from './units.js'

export interface StationOptions {
  /** Appears in traces and messages. */
  name: string
  /** 1 to 2^21. */
  servers: number
  /**
   * Default `fifo`. `priority`: lower numbers first, FIFO among equals, a service is never broken off. `processor-sharing`:
   * each of n jobs gets min(1, servers / n); see processor-sharing.ts for the rounding.
   */
  discipline?: 'fifo' | 'priority' | 'processor-sharing'
  /** Most jobs inside, waiting and served, 1 to 2^21; one more is rejected. Default 1,000,000. */
  capacity?: number
  /**
   * Whose time a service takes: it ends when this has run the job's work, and the server is busy until then. Default: each server's own,
   * which is never late. Not for processor sharing.
   */
  processor?: Runner
}

/** What became of a request: served, or rejected at once because the station was full. */
export type StationOutcome = 'served' | 'rejected'

/** Counts are of jobs since the station was made; `elapsedNs` is the time since then. */
export interface StationStatistics {
  /** All that came, also the rejected. = completed + rejected + withdrawn + inside. */
  arrivals: number
  completed: number
  rejected: number
  /** Gone before the end of their service, by an interrupt. */
  withdrawn: number
  inside: number
  /** Server time used: 2 servers for 1 s are 2 s. */
  busyNs: number
  /** Integral of `inside` over time. */
  areaNs: number
  /** Time inside, summed over completed and withdrawn jobs and, up to now, those inside. Equals areaNs exactly (Little). */
  residenceNs: number
  elapsedNs: number
  /** busyNs / (servers * elapsedNs), 0 to 1; 0 before time has passed. */
  utilization: number
  meanInside: number
  /** residenceNs per admitted job (arrivals - rejected); 0 if none. */
  meanResidenceNs: number
  /** (residenceNs - busyNs) per admitted job: waiting in line; under processor sharing, the delay by the others. */
  meanWaitNs: number
}

/** Told of a job at the end of its service, before whoever submitted it, with the time at which its service began. Changes nothing. */
export type StationObserver = (argument: unknown, startNs: number) => void

const NONE = -1
const LINES = MAX_PRIORITY - MIN_PRIORITY + 1
const DEFAULT_CAPACITY = 1_000_000

export class Station {
  readonly name: string
  readonly servers: number
  readonly capacity: number

  private readonly simulation: Simulation
  private readonly byPriority: boolean
  private readonly sharing: ProcessorSharing | undefined
  private readonly borrowed: BorrowedTime | undefined
  private readonly finish: Handler<number>
  private observer: StationObserver | null = null
  /** By job: when its service began; kept while somebody watches. */
  private starts: number[] | null = null
  private readonly jobs: JobTable
  private readonly area = new ExactSum()
  private readonly busy = new ExactSum()
  private readonly residence = new ExactSum()
  private readonly madeAt: number
  private last: number
  private serving = 0
  private arrivals = 0
  private completed = 0
  private rejected = 0
  private withdrawn = 0

  /** Throws KernelError `bad-option`. */
  constructor(simulation: Simulation, options: StationOptions) {
    const { name, servers, discipline = 'fifo', capacity = DEFAULT_CAPACITY, processor } = options
    if (discipline !== 'fifo' && discipline !== 'priority' && discipline !== 'processor-sharing') {
      throw new KernelError('bad-option', `station '${name}': discipline: expected fifo, priority or processor-sharing, got ${discipline}`)
    }
    if (discipline === 'processor-sharing' && processor !== undefined) {
      throw new KernelError('bad-option', `station '${name}': processor: servers that are shared have time of their own only; leave it out`)
    }
    this.simulation = simulation
    this.name = name
    this.servers = checkedOption(`station '${name}': servers`, servers, 1, MAX_COUNT)
    this.capacity = checkedOption(`station '${name}': capacity`, capacity, 1, MAX_COUNT)
    this.byPriority = discipline === 'priority'
    this.jobs = new JobTable(this.byPriority ? LINES : 1)
    this.madeAt = simulation.now
    this.last = simulation.now
    this.finish = simulation.handler<number>(`${name}.finish`, (job) => {
      this.complete(this.sharing === undefined ? job : this.sharing.take())
    })
    this.sharing = discipline === 'processor-sharing' ? new ProcessorSharing(simulation, servers, this.finish) : undefined
    this.borrowed = processor === undefined ? undefined : new BorrowedTime(simulation, name, processor, this.finish)
  }

  /** Jobs here, waiting and in service. */
  get inside(): number {
    return this.jobs.count
  }

  get waiting(): number {
    return this.jobs.count - this.inService
  }

  /** Servers that work; under processor sharing the jobs share them, and `waiting` is how many there are beyond the servers. */
  get inService(): number {
    return this.serving
  }

  /**
   * A job comes that needs `serviceNs` of one server. `then` is called with `argument` at the end of its service, within that event.
   * False: the station is full, the job is rejected, and nothing will be called. `priority` (-8 to 7, lower first) counts under
   * the discipline `priority` only. Throws KernelError `bad-service`, `horizon`, `bad-handler`, `bad-priority`.
   */
  submit<A>(serviceNs: number, then: Handler<A>, argument: A, priority = 0): boolean {
    this.check(serviceNs, priority)
    this.simulation.checkHandler(then)
    return this.admit(serviceNs, then, argument, priority) !== NONE
  }

  /** The same for a process, which yields it: the value is `served` or `rejected`. A request is yielded once. */
  request(serviceNs: number, priority = 0): StationRequest {
    this.check(serviceNs, priority)
    return new StationRequest(this, serviceNs, priority)
  }

  /** Tells of every job from now on; of one that is in service already, as if it had not waited. One observer at a time. */
  observe(observer: StationObserver): void {
    this.observer = observer
    this.starts = []
  }

  /** Figures up to now. Checks Little's law on the way, by looking at all jobs inside. */
  statistics(): StationStatistics {
    this.advance()
    const { arrivals, completed, rejected, withdrawn, area, busy } = this
    const residence = this.residence.copy()
    this.jobs.addResiduals(residence, this.last, false)
    this.simulation.invariant(residence.equals(area), "station: Little's law, area under the number inside = time spent inside")
    const elapsedNs = this.last - this.madeAt
    const available = new ExactSum()
    available.addProduct(this.servers, elapsedNs)
    this.simulation.invariant(busy.atMost(available), 'station: servers are not busy for longer than there is time')
    const areaNs = area.value()
    const busyNs = busy.value()
    const residenceNs = residence.value()
    const admitted = arrivals - rejected
    return {
      arrivals,
      completed,
      rejected,
      withdrawn,
      inside: this.jobs.count,
      busyNs,
      areaNs,
      residenceNs,
      elapsedNs,
      utilization: elapsedNs === 0 ? 0 : busyNs / available.value(),
      meanInside: elapsedNs === 0 ? 0 : areaNs / elapsedNs,
      meanResidenceNs: admitted === 0 ? 0 : residenceNs / admitted,
      meanWaitNs: admitted === 0 ? 0 : (residenceNs - busyNs) / admitted,
    }
  }

  /** For StationRequest: gives the job's slot, or -1 if it was rejected. */
  admit(serviceNs: number, then: number, argument: unknown, priority: number): number {
    this.advance()
    this.arrivals++
    if (this.jobs.count >= this.capacity) {
      this.rejected++
      return NONE
    }
    const job = this.jobs.open(this.last, serviceNs, then, argument)
    if (this.sharing !== undefined) {
      this.sharing.join(job, serviceNs)
      this.serving = this.shared()
    } else if (this.serving < this.servers) {
      this.serve(job)
    } else {
      this.jobs.append(job, this.byPriority ? priority - MIN_PRIORITY : 0)
    }
    this.conserve()
    return job
  }

  /** For StationRequest: takes a job out of its line or its service. */
  withdraw(job: number): void {
    this.advance()
    this.withdrawn++
    if (this.sharing !== undefined) {
      this.sharing.leave(job)
      this.close(job)
    } else if (this.jobs.isWaiting(job)) {
      this.jobs.remove(job)
      this.close(job)
    } else {
      if (this.borrowed === undefined) this.simulation.cancel(this.jobs.event[job]!)
      else this.borrowed.forget(this.jobs.event[job]!)
      this.close(job)
      this.handOver()
    }
    this.conserve()
  }

  private complete(job: number): void {
    this.advance()
    this.completed++
    // Simulation.handler made the pair of them; the table keeps it in two columns.
    const then = this.jobs.handler[job]! as Handler<unknown>
    const argument = this.jobs.argument[job]
    this.close(job)
    if (this.sharing === undefined) this.handOver()
    this.conserve()
    // No job has come since that could have taken the slot. Servers that are shared serve a job from its coming.
    if (this.observer !== null) this.observer(argument, this.starts?.[job] ?? this.jobs.since[job]!)
    this.simulation.call(then, argument)
  }

  private check(serviceNs: number, priority: number): void {
    if (!(serviceNs >= 0 && Math.floor(serviceNs) === serviceNs)) {
      throw new KernelError('bad-service', `station '${this.name}': serviceNs: expected a whole number of ns from 0, got ${serviceNs}`)
    }
    const { simulation } = this
    if (simulation.now + serviceNs > MAX_TIME) {
      throw beyondHorizon(`station '${this.name}': serviceNs`, serviceNs, simulation.now, simulation.tick)
    }
    if (!isPriority(priority)) throw refusedPriority(priority)
  }

  private serve(job: number): void {
    this.serving++
    if (this.starts !== null) this.starts[job] = this.simulation.now
    const workNs = this.jobs.amount[job]!
    this.jobs.event[job] =
      this.borrowed === undefined ? this.simulation.enqueue(workNs, this.finish, job, 0) : this.borrowed.begin(workNs, job)
  }

  private handOver(): void {
    this.serving--
    const next = this.jobs.shift()
    if (next !== NONE) this.serve(next)
  }

  private close(job: number): void {
    this.residence.add(this.last - this.jobs.since[job]!)
    this.jobs.close(job)
    if (this.sharing !== undefined) this.serving = this.shared()
  }

  private shared(): number {
    return this.jobs.count < this.servers ? this.jobs.count : this.servers
  }

  private advance(): void {
    const now = this.simulation.now
    const elapsed = now - this.last
    if (elapsed === 0) return
    this.area.addProduct(this.jobs.count, elapsed)
    this.busy.addProduct(this.serving, elapsed)
    this.last = now
  }

  private conserve(): void {
    const { jobs, serving } = this
    const simulation: Simulation = this.simulation
    const known = this.completed + this.rejected + this.withdrawn + jobs.count
    simulation.invariant(this.arrivals === known, 'station: arrivals = completed + rejected + withdrawn + inside')
    simulation.invariant(serving <= this.servers, 'station: no more in service than servers')
    simulation.invariant(jobs.waiting === 0 || serving === this.servers, 'station: nobody waits while a server is free')
  }
}

/** One job of a process, to be yielded once. */
export class StationRequest implements Waitable {
  private readonly station: Station
  private readonly serviceNs: number
  private readonly priority: number
  private used = false
  private job = NONE

  constructor(station: Station, serviceNs: number, priority: number) {
    this.station = station
    this.serviceNs = serviceNs
    this.priority = priority
  }

  beginWait(process: Process<unknown>): boolean {
    if (this.used) throw new KernelError('request-reused', `station '${this.station.name}': a request is yielded once, ask for a new one`)
    this.used = true
    this.job = this.station.admit(this.serviceNs, process.resumption, process, this.priority)
    const outcome: StationOutcome = this.job === NONE ? 'rejected' : 'served'
    process.passed = outcome
    return this.job !== NONE
  }

  withdrawWait(): void {
    this.station.withdraw(this.job)
  }
}
