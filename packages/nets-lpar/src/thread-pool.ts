// The dispatcher's thread pool (dissertation 4.2, snapshot 4.1: "Startup Min[1] Max[10]", "Creating thread #0"). A session takes
// one thread for its whole life; threads are made when a session needs one, up to the maximum, and then kept until the server
// stops. Sessions without a thread wait in order of coming, up to the backlog.

import type { Handler, KeyedDraws, Law, Simulation } from '@powersim/kernel'
import type { GuestWork } from './guest-work.js'

/** Whoever wants a thread. */
export interface ThreadUser {
  /** It has a thread now. Called within `take`, or later. */
  threadGranted(): void
}

export type ThreadTaking = 'granted' | 'waiting' | 'refused'

export interface ThreadStatistics {
  /** Threads ever made. = destroyed + alive. */
  readonly created: number
  readonly destroyed: number
  /** Now there, those being made included. = busy + idle. */
  readonly alive: number
  readonly busy: number
  readonly idle: number
  /** Most that were busy at a time. */
  readonly peakBusy: number
  /** Sessions that wait for a thread, and the most that ever did. */
  readonly waiting: number
  readonly peakWaiting: number
  /** Sessions that had to wait for another one to end, and for how long in all; those that gave up included. */
  readonly waited: number
  readonly waitNs: number
  /** Sessions turned away because the backlog was full. */
  readonly refused: number
}

interface Waiting {
  readonly user: ThreadUser
  readonly sinceNs: number
}

export interface ThreadPoolOptions {
  readonly name: string
  readonly min: number
  readonly max: number
  readonly backlogLimit: number
  readonly creation: Law
}

export class ThreadPool {
  readonly #simulation: Simulation
  readonly #work: GuestWork
  readonly #options: ThreadPoolOptions
  readonly #draws: KeyedDraws
  readonly #created: Handler<null>
  readonly #started: Handler<ThreadUser>
  readonly #waiting: Waiting[] = []
  #whenReady: Handler<null> | null = null
  #idle = 0
  #busy = 0
  #making = 0
  #createdCount = 0
  #destroyed = 0
  #peakBusy = 0
  #peakWaiting = 0
  #waited = 0
  #waitNs = 0
  #refused = 0

  constructor(simulation: Simulation, work: GuestWork, options: ThreadPoolOptions) {
    this.#simulation = simulation
    this.#work = work
    this.#options = options
    this.#draws = simulation.draws('nets.thread', 'nets')
    this.#created = simulation.handler<null>(`${options.name}.thread-created`, () => this.#madeForPool())
    this.#started = simulation.handler<ThreadUser>(`${options.name}.thread-started`, (user) => user.threadGranted())
  }

  /** Makes the first `min` threads, one after the other; `ready` is called when all are there. */
  start(ready: Handler<null>): void {
    this.#whenReady = ready
    this.#makeForPool()
  }

  /** All threads are gone, whatever they did; nobody who waits is told. */
  stop(): void {
    for (const { sinceNs } of this.#waiting) this.#waitNs += this.#simulation.now - sinceNs
    this.#waiting.length = 0
    this.#destroyed += this.#idle + this.#busy + this.#making
    this.#idle = 0
    this.#busy = 0
    this.#making = 0
    this.#whenReady = null
    this.#check()
  }

  take(user: ThreadUser): ThreadTaking {
    if (this.#idle > 0) {
      this.#idle--
      this.#occupy()
      user.threadGranted()
      return 'granted'
    }
    if (this.#busy + this.#making < this.#options.max) {
      const creationNs = this.#creationNs()
      this.#occupy()
      this.#work.run(creationNs, this.#started, user)
      return 'granted'
    }
    if (this.#waiting.length >= this.#options.backlogLimit) {
      this.#refused++
      return 'refused'
    }
    this.#waiting.push({ user, sinceNs: this.#simulation.now })
    this.#waited++
    if (this.#waiting.length > this.#peakWaiting) this.#peakWaiting = this.#waiting.length
    return 'waiting'
  }

  /** A user gives its thread back: the first in line has it, or it is idle. */
  release(): void {
    this.#simulation.invariant(this.#busy > 0, 'nets: only a busy thread is given back')
    const next = this.#waiting.shift()
    if (next === undefined) {
      this.#busy--
      this.#idle++
      this.#check()
      return
    }
    this.#waitNs += this.#simulation.now - next.sinceNs
    next.user.threadGranted()
  }

  /** A user that waits does not want a thread any more. */
  withdraw(user: ThreadUser): void {
    const at = this.#waiting.findIndex((waiting) => waiting.user === user)
    if (at < 0) return
    const [gone] = this.#waiting.splice(at, 1)
    if (gone !== undefined) this.#waitNs += this.#simulation.now - gone.sinceNs
  }

  statistics(): ThreadStatistics {
    this.#check()
    return {
      created: this.#createdCount,
      destroyed: this.#destroyed,
      alive: this.#idle + this.#busy + this.#making,
      busy: this.#busy,
      idle: this.#idle + this.#making,
      peakBusy: this.#peakBusy,
      waiting: this.#waiting.length,
      peakWaiting: this.#peakWaiting,
      waited: this.#waited,
      waitNs: this.#waitNs + this.#waiting.reduce((sum, { sinceNs }) => sum + this.#simulation.now - sinceNs, 0),
      refused: this.#refused,
    }
  }

  #makeForPool(): void {
    if (this.#createdCount - this.#destroyed < this.#options.min) {
      const creationNs = this.#creationNs()
      this.#making++
      this.#work.run(creationNs, this.#created, null)
      return
    }
    const ready = this.#whenReady
    this.#whenReady = null
    if (ready !== null) this.#simulation.call(ready, null)
  }

  #madeForPool(): void {
    this.#making--
    this.#idle++
    this.#check()
    this.#makeForPool()
  }

  #occupy(): void {
    this.#busy++
    if (this.#busy > this.#peakBusy) this.#peakBusy = this.#busy
    this.#check()
  }

  /** A thread more begins to be made; its time is drawn by its number. */
  #creationNs(): number {
    return this.#options.creation.sample(this.#draws.cursor(this.#createdCount++))
  }

  #check(): void {
    const alive = this.#idle + this.#busy + this.#making
    this.#simulation.invariant(alive <= this.#options.max && this.#idle >= 0, 'nets: 0 <= busy + idle threads <= max')
    this.#simulation.invariant(this.#createdCount === this.#destroyed + alive, 'nets: threads created = destroyed + alive')
  }
}
