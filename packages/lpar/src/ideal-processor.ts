// A partition's processors without a dispatcher: work is served in order of asking, each piece whole on one processor, and
// an idle partition costs a fixed latency before it runs again. Time slices, entitlement and pools are not here: that is
// what a `dispatched` processor adds behind the same port.
// A processor that waits for a page of memory does nothing else until it is there.
// States: ceded (nothing to do) -run-> dispatching (the latency runs) -> running -last piece done, no new work-> ceded.

import { type Handler, type Simulation, type Timer, withAnyArgument } from '@powersim/kernel'
import type { PartitionStart, ProcessorStatistics, StallingProcessor } from '@powersim/protocol'
import { checkedInteger, LparError } from './errors.js'

export interface IdealProcessorOptions {
  /** Appears in messages and in the trace. */
  readonly name: string
  /** Processors that serve side by side, 1 to 4096. */
  readonly processors: number
  /** Constant ns from the first work of an idle partition until it runs. Default 0. POWER9: 2.6 to 9.3 us (linuxppc issue 370). */
  readonly dispatchLatencyNs?: number
  /** Most pieces of work that may wait, 1 to 2^24. Default 65,536; one more is an LparError `processor-queue-limit`. */
  readonly queueLimit?: number
}

export const MAX_PROCESSORS = 4096
const DEFAULT_QUEUE_LIMIT = 65_536
const MAX_QUEUE_LIMIT = 2 ** 24
/** No life of a processor: work that was taken back, whose completion is due. */
const WITHDRAWN = -1

/** A piece of work; the objects are reused, an event costs no garbage. */
interface Work {
  workNs: number
  then: Handler<unknown>
  argument: unknown
  /** The processor's count of halts when this was asked for. */
  life: number
  next: Work | null
}

export class IdealProcessor implements StallingProcessor {
  readonly name: string
  readonly dispatchLatencyNs: number
  readonly queueLimit: number

  readonly #simulation: Simulation
  readonly #completed: Handler<Work>
  readonly #dispatchTimer: Timer
  readonly #createdNs: number
  #processors: number
  #head: Work | null = null
  #tail: Work | null = null
  #unused: Work | null = null
  #waiting = 0
  #inService = 0
  /** Waits for a page under way, and how many there have been. */
  readonly #stalled = new Set<number>()
  #stalls = 0
  /** Whether a completion is being told, and the piece that has taken its place at this very instant. */
  #completing = false
  #newest: Work | null = null
  #ceded = true
  #dispatching = false
  #life = 0

  #settledNs: number
  #busyNs = 0
  #capacityNs = 0
  #askedNs = 0
  #droppedNs = 0
  #dispatches = 0
  #dispatchStartNs = 0
  // Sum over the work that came while the dispatch was on its way: how late after the dispatch's start it came.
  #lateNs = 0
  #dispatchWaitNs = 0

  /** Throws LparError `bad-option`. */
  constructor(simulation: Simulation, options: IdealProcessorOptions) {
    simulation.nanosecondsOnly('a processor')
    const path = `processor '${options.name}'`
    this.name = options.name
    this.dispatchLatencyNs = checkedInteger(`${path}.dispatchLatencyNs`, options.dispatchLatencyNs ?? 0, 0, Number.MAX_SAFE_INTEGER)
    this.queueLimit = checkedInteger(`${path}.queueLimit`, options.queueLimit ?? DEFAULT_QUEUE_LIMIT, 1, MAX_QUEUE_LIMIT)
    this.#processors = checkedInteger(`${path}.processors`, options.processors, 1, MAX_PROCESSORS)
    this.#simulation = simulation
    this.#completed = simulation.handler<Work>(`${options.name}.completed`, (work) => this.#complete(work))
    this.#dispatchTimer = simulation.timer(
      simulation.handler<null>(`${options.name}.dispatched`, () => this.#dispatched()),
      null,
    )
    this.#createdNs = simulation.now
    this.#settledNs = simulation.now
  }

  get processors(): number {
    return this.#processors
  }

  /** Pieces of work that wait for a processor or for the dispatch. */
  get waiting(): number {
    return this.#waiting
  }

  get inService(): number {
    return this.#inService
  }

  /** Throws LparError `bad-work` (not an integer of at least 0) and `processor-queue-limit`. */
  run<A>(workNs: number, then: Handler<A>, argument: A): void {
    if (!(workNs >= 0 && Number.isSafeInteger(workNs))) {
      throw new LparError('bad-work', `processor '${this.name}'`, `expected a whole number of ns of at least 0, got ${String(workNs)}`)
    }
    if (this.#waiting >= this.queueLimit) {
      throw new LparError('processor-queue-limit', `processor '${this.name}'`, `${this.queueLimit} pieces of work wait already`)
    }
    this.#append(workNs, withAnyArgument(then), argument)
    this.#askedNs += workNs
    this.#awake()
  }

  stall(): number {
    if (!this.#completing) return -1
    this.#completing = false
    this.#settle()
    this.#stalled.add(++this.#stalls)
    const newest = this.#newest
    if (newest !== null && this.#inService > this.#free()) {
      // It has not done anything yet, and is for the others again; its completion is due, and is nobody's.
      this.#prepend(newest.workNs, newest.then, newest.argument)
      newest.life = WITHDRAWN
      this.#inService--
    }
    return this.#stalls
  }

  resume<A>(wait: number, workNs: number, then: Handler<A>, argument: A): void {
    if (!this.#stalled.delete(wait)) return
    this.#prepend(workNs, withAnyArgument(then), argument)
    this.#askedNs += workNs
    this.#awake()
  }

  stalledIndex(): number {
    return 0
  }

  /** Another number of processors from now on. One that is taken away finishes its piece of work first. */
  resize(processors: number): void {
    checkedInteger(`processor '${this.name}'.processors`, processors, 1, MAX_PROCESSORS)
    this.#settle()
    this.#processors = processors
    if (!this.#ceded && !this.#dispatching) this.#startWaiting()
  }

  /** A partition's virtual processors are what it is started with, and what it is resized to. */
  assign(start: PartitionStart): void {
    if (start.virtualProcessors > 0 && start.virtualProcessors !== this.#processors) this.resize(start.virtualProcessors)
  }

  /** Power is cut: all work, waiting and in service, is dropped and nobody is told. What was used until now stays counted. */
  halt(): void {
    this.#settle()
    this.#life++
    while (this.#head !== null) this.#release(this.#shift())
    this.#stalled.clear()
    this.#inService = 0
    this.#dispatchTimer.stop()
    this.#dispatching = false
    this.#ceded = true
    this.#droppedNs = this.#askedNs - this.#busyNs
  }

  statistics(): ProcessorStatistics {
    this.#settle()
    this.#simulation.invariant(this.#busyNs <= this.#capacityNs, 'a processor is not busier than it has time')
    return {
      busyNs: this.#busyNs,
      elapsedNs: this.#simulation.now - this.#createdNs,
      processors: this.#processors,
      utilization: this.#capacityNs === 0 ? 0 : this.#busyNs / this.#capacityNs,
      dispatches: this.#dispatches,
      dispatchWaitNs: this.#dispatchWaitNs,
    }
  }

  /** There is work to do. */
  #awake(): void {
    if (this.#dispatching) this.#lateNs += this.#simulation.now - this.#dispatchStartNs
    else if (this.#ceded) this.#dispatch()
    else this.#startWaiting()
  }

  #dispatch(): void {
    this.#ceded = false
    this.#dispatches++
    if (this.dispatchLatencyNs === 0) {
      this.#startWaiting()
      return
    }
    this.#dispatching = true
    this.#dispatchStartNs = this.#simulation.now
    this.#lateNs = 0
    this.#dispatchTimer.start(this.dispatchLatencyNs)
  }

  #dispatched(): void {
    this.#dispatching = false
    this.#dispatchWaitNs += this.#waiting * this.dispatchLatencyNs - this.#lateNs
    this.#startWaiting()
  }

  #startWaiting(): void {
    if (this.#head === null || this.#inService >= this.#free()) return
    this.#settle()
    while (this.#head !== null && this.#inService < this.#free()) {
      const work = this.#shift()
      this.#newest = work
      this.#inService++
      this.#simulation.schedule(work.workNs, this.#completed, work)
    }
  }

  /** Processors that wait for no page. */
  #free(): number {
    return this.#processors - this.#stalled.size
  }

  #complete(work: Work): void {
    const { then, argument, life } = work
    this.#release(work)
    if (life !== this.#life) return
    this.#settle()
    this.#inService--
    this.#newest = null
    this.#startWaiting()
    this.#completing = true
    this.#simulation.call(then, argument)
    this.#completing = false
    // Only now is it known whether the partition has nothing more to do.
    if (this.#inService === 0 && this.#head === null && !this.#dispatching) {
      const exact = this.#busyNs === this.#askedNs - this.#droppedNs
      this.#simulation.invariant(exact, 'an idle processor has done all that was asked, to the ns')
      this.#ceded = true
    }
  }

  /** Brings the integrals up to now. */
  #settle(): void {
    const now = this.#simulation.now
    const passed = now - this.#settledNs
    if (passed === 0) return
    this.#settledNs = now
    this.#busyNs += passed * this.#inService
    this.#capacityNs += passed * (this.#inService > this.#processors ? this.#inService : this.#processors)
  }

  #take(workNs: number, then: Handler<unknown>, argument: unknown): Work {
    const work = this.#unused
    if (work === null) return { workNs, then, argument, life: this.#life, next: null }
    this.#unused = work.next
    work.workNs = workNs
    work.then = then
    work.argument = argument
    work.life = this.#life
    work.next = null
    return work
  }

  #prepend(workNs: number, then: Handler<unknown>, argument: unknown): void {
    const work = this.#take(workNs, then, argument)
    work.next = this.#head
    this.#head = work
    this.#tail ??= work
    this.#waiting++
  }

  #append(workNs: number, then: Handler<unknown>, argument: unknown): void {
    const work = this.#take(workNs, then, argument)
    if (this.#tail === null) this.#head = work
    else this.#tail.next = work
    this.#tail = work
    this.#waiting++
  }

  #shift(): Work {
    const work = this.#head
    this.#simulation.invariant(work !== null, 'a processor takes work only from a queue that has some')
    this.#head = work.next
    if (work.next === null) this.#tail = null
    this.#waiting--
    return work
  }

  #release(work: Work): void {
    work.argument = undefined
    work.next = this.#unused
    this.#unused = work
  }
}
