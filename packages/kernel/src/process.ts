// A process: a generator that the kernel resumes when what it yielded has come. Yield a number to wait so many ns, a signal,
// a request to a station or resource, or another process to wait for its end. A yield costs one event at most: what is there
// already (a fired signal, a free resource) goes on at once.
// States: starting -> (running <-> waiting) -> done. An interrupt withdraws what is waited for and throws at the yield.

import { Interrupted, KernelError } from './errors.js'
import type { ResourceOutcome, ResourceRequest } from './resource.js'
import { Signal } from './signal.js'
import type { Simulation } from './simulation.js'
import type { StationOutcome, StationRequest } from './station.js'

/** What a process may yield: ns to wait, or something to wait for. */
export type Yieldable = number | Signal<unknown> | StationRequest | ResourceRequest | Process<unknown>

/** The body of a process: what a generator function returns. What `yield` gives back is its business, so any TNext will do. */
export type ProcessBody<R> = Generator<Yieldable, R, never>

/** What the kernel's yieldable objects do for a process. `beginWait` is false if `process.passed` holds the value already. */
export interface Waitable {
  beginWait(process: Process<unknown>): boolean
  withdrawWait(process: Process<unknown>): void
}

/** An interrupt on its way. */
export interface Interruption {
  process: Process<unknown>
  error: Interrupted
}

/** Yields that may go on at once, without an event between; one more is a KernelError `process-spins`. */
const MAX_STEPS_AT_ONCE = 1_000_000

const NONE = -1

export class Process<R> implements Waitable {
  readonly name: string

  /** For the kernel's own files: what the next resumption hands to the body. */
  passed: unknown = undefined
  /** For the kernel's own files: where a signal keeps this process. */
  waitPlace = NONE

  /** For the kernel's own files: the handler that resumes a process given as argument. */
  readonly resumption: number

  private readonly simulation: Simulation
  private readonly body: Generator<Yieldable, R, unknown>
  private state: 'starting' | 'running' | 'waiting' | 'done' | 'failed' = 'starting'
  private slot: number
  private waitingFor: Waitable | undefined = undefined
  private returned: R | undefined = undefined
  private end: Signal<R> | undefined = undefined

  constructor(simulation: Simulation, name: string, body: ProcessBody<R>) {
    this.simulation = simulation
    this.resumption = simulation.resumeProcess
    this.name = name
    // The kernel hands back what the body yielded for; `never` in ProcessBody only says that it does not know the body's words.
    this.body = body as Generator<Yieldable, R, unknown>
    this.slot = simulation.enqueue(0, simulation.resumeProcess, this, 0)
  }

  /** True once the body has returned, or has thrown. */
  get done(): boolean {
    return this.state === 'done' || this.state === 'failed'
  }

  /** What the body returned; undefined before. */
  get result(): R | undefined {
    return this.returned
  }

  /** Fires with the result when the body returns. It never fires for a body that threw. */
  get ended(): Signal<R> {
    if (this.end === undefined) {
      this.end = new Signal<R>(this.simulation)
      // A body that is done has returned an R.
      if (this.state === 'done') this.end.fire(this.returned as R)
    }
    return this.end
  }

  /**
   * Withdraws the pending wait or request at once (its place in the queue, or the service it is in) and throws
   * `Interrupted` at the yield, by an event at this time. A process that catches it goes on; one that does not, ends the run
   * with it. One that has not begun yet runs to its first yield before. No effect on a process that is done.
   */
  interrupt(cause: unknown): void {
    if (this.done) return
    if (this.state === 'waiting') this.withdraw()
    this.simulation.schedule(0, this.simulation.interruptProcess, { process: this, error: new Interrupted(cause) })
  }

  /** For the kernel's own files: goes on by an event at this time, with `value`. */
  resumeSoon(value: unknown): void {
    this.passed = value
    this.slot = this.simulation.enqueue(0, this.simulation.resumeProcess, this, 0)
  }

  /** For the kernel's own files: goes on now. Only from the top of an event. */
  resume(): void {
    this.simulation.invariant(this.state === 'waiting' || this.state === 'starting', 'process: only one that waits is resumed')
    const value = this.passed
    this.passed = undefined
    this.slot = NONE
    this.waitingFor = undefined
    this.state = 'running'
    let step: IteratorResult<Yieldable, R>
    try {
      step = this.body.next(value)
    } catch (error) {
      this.state = 'failed'
      throw error
    }
    this.follow(step)
  }

  /** For the kernel's own files: an interrupt arrives. */
  throwIn(error: unknown): void {
    if (this.done) return
    this.withdraw()
    this.state = 'running'
    this.follow(this.thrown(error))
  }

  beginWait(process: Process<unknown>): boolean {
    if (this.state === 'failed') {
      throw new KernelError('process-failed', `process '${process.name}' waits for '${this.name}', which has thrown and will never return`)
    }
    return this.ended.beginWait(process)
  }

  withdrawWait(process: Process<unknown>): void {
    this.ended.withdrawWait(process)
  }

  private follow(first: IteratorResult<Yieldable, R>): void {
    let step = first
    for (let steps = 0; ; steps++) {
      if (step.done === true) {
        this.finish(step.value)
        return
      }
      try {
        if (steps >= MAX_STEPS_AT_ONCE) throw this.spinning()
        if (this.wait(step.value)) return
        const value = this.passed
        this.passed = undefined
        this.state = 'running'
        step = this.body.next(value)
      } catch (error) {
        if (this.state === 'running') {
          this.state = 'failed'
          throw error
        }
        this.state = 'running'
        step = this.thrown(error)
      }
    }
  }

  private wait(wanted: Yieldable): boolean {
    this.state = 'waiting'
    if (typeof wanted === 'number') {
      this.slot = this.simulation.enqueue(wanted, this.simulation.resumeProcess, this, 0)
      return true
    }
    if (typeof wanted !== 'object' || wanted === null || typeof wanted.beginWait !== 'function') throw this.unknownYield(wanted)
    if (!wanted.beginWait(this)) return false
    this.waitingFor = wanted
    return true
  }

  private finish(value: R): void {
    this.state = 'done'
    this.returned = value
    if (this.end !== undefined) this.end.fire(value)
  }

  private thrown(error: unknown): IteratorResult<Yieldable, R> {
    try {
      return this.body.throw(error)
    } catch (escaped) {
      this.state = 'failed'
      throw escaped
    }
  }

  private withdraw(): void {
    if (this.slot !== NONE) {
      this.simulation.cancel(this.slot)
      this.slot = NONE
    }
    const { waitingFor } = this
    this.waitingFor = undefined
    this.passed = undefined
    if (waitingFor !== undefined) waitingFor.withdrawWait(this)
  }

  private spinning(): KernelError {
    return new KernelError(
      'process-spins',
      `process '${this.name}' yielded ${MAX_STEPS_AT_ONCE} times without waiting: what it yields is always there already`,
    )
  }

  private unknownYield(wanted: unknown): KernelError {
    return new KernelError(
      'bad-yield',
      `process '${this.name}' yielded ${String(wanted)}: expected ns to wait, a signal, a station or resource request, or a process`,
    )
  }
}

/** Waits for a signal, with its type: `const value = yield* until(signal)`. */
export function* until<T>(signal: Signal<T>): Generator<Yieldable, T, unknown> {
  yield signal
  // The process goes on only when the signal has fired, and it fires with a T.
  return signal.value as T
}

/** Waits for the end of a process, with the type of its result: `const result = yield* join(process)`. */
export function* join<R>(process: Process<R>): Generator<Yieldable, R, unknown> {
  yield process
  // The process goes on only when the other has returned, and it returns an R.
  return process.result as R
}

/** Waits for a request, with the type of its outcome: `if ((yield* outcome(station.request(ms(5)))) === 'rejected') ...`. */
export function outcome(request: StationRequest): Generator<Yieldable, StationOutcome, unknown>
export function outcome(request: ResourceRequest): Generator<Yieldable, ResourceOutcome, unknown>
export function* outcome(request: StationRequest | ResourceRequest): Generator<Yieldable, unknown, unknown> {
  return yield request
}

/** The body of the kernel's handler `process.resume`. */
export function resumeByEvent(process: Process<unknown>): void {
  process.resume()
}

/** The body of the kernel's handler `process.interrupt`. */
export function throwByEvent(interruption: Interruption): void {
  interruption.process.throwIn(interruption.error)
}
