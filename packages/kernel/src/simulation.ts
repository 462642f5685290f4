// One simulated world: its clock, its pending events, its handlers and its run loop, and the door to everything else (timers,
// processes, signals, streams, laws, digest, trace). Nothing is ambient: whoever holds the Simulation holds it all, and two
// of them share nothing. What a handler does and what a queueing station is live elsewhere.

import { Digest } from './digest.js'
import { checkedOption, InvariantError, KernelError } from './errors.js'
import { EventQueue } from './event-queue.js'
import { Law } from './law.js'
import type { LawSpec } from './law.js'
import { Looks } from './looks.js'
import type { Look } from './looks.js'
import { isPriority, refusedPriority } from './priority.js'
import { Process, resumeByEvent, throwByEvent } from './process.js'
import type { Interruption, ProcessBody } from './process.js'
import { KeyedDraws, RandomStream, streamKey } from './random.js'
import { Signal } from './signal.js'
import { EventTimer, fireTimer } from './timer.js'
import type { Timer } from './timer.js'
import { TraceRing } from './trace-ring.js'
import { beyondHorizon, MAX_TIME, timeUnits } from './units.js'
import type { Tick, TimeUnits } from './units.js'

declare const handles: unique symbol

/** The id of a registered handler; `A` is the type of the argument that its body takes. */
export type Handler<A> = number & { readonly [handles]: (argument: A) => void }

/** A handler for a queue of handlers of many kinds. Whoever calls it passes the argument that was kept beside it, and no other. */
export function withAnyArgument<A>(handler: Handler<A>): Handler<unknown> {
  // The type of the argument is known where both are kept and not where both are taken out.
  return handler as unknown as Handler<unknown>
}

export interface SimulationOptions {
  /** Any text but the empty one. Same seed, same run. */
  seed: string
  /** Which of a study's runs this is, from 0; it parts the random streams. Default 0. */
  replication?: number
  /** Default true. False: every Law made by `law` gives its mean. */
  noise?: boolean
  /**
   * What a unit of time is: `ns` (default; a run reaches 104 days) or `us` (285 years), for studies over years made of the kernel's own
   * stations, resources, processes and laws. Where a name of the kernel ends in `Ns` it then means microseconds. Machines count in ns and
   * refuse any other tick (`nanosecondsOnly`).
   */
  tick?: Tick
  /** How many of the last events the trace keeps, 0 to 2^20. Default 256. */
  traceLines?: number
  /** Events that may be executed in all; one more is a KernelError `event-limit`. Default 1e9. */
  maxEvents?: number
}

/** Why a run ended: nothing left to do, the asked time reached, or `stop` called. */
export type RunOutcome = 'idle' | 'time' | 'stopped'

/** Most handlers of one simulation; a component registers a few, once. More is a KernelError `handler-limit`. */
export const MAX_HANDLERS = 2 ** 20
const MAX_TRACE_LINES = 2 ** 20
const DEFAULT_TRACE_LINES = 256
const DEFAULT_MAX_EVENTS = 1e9
const TRACE_LINES_IN_ERRORS = 20

type Body = (argument: unknown) => void

export class Simulation {
  readonly seed: string
  readonly replication: number
  readonly noise: boolean
  readonly tick: Tick
  /** Durations in ticks of this simulation: `simulation.units.hours(2)`. */
  readonly units: TimeUnits
  /** Folds time, priority and handler id of every executed event, and what `note` is given. */
  readonly digest: Digest
  readonly trace: TraceRing

  /** For the kernel's own files: how a waiting process goes on. */
  readonly resumeProcess: Handler<Process<unknown>>
  /** For the kernel's own files: how an interrupt reaches a process. */
  readonly interruptProcess: Handler<Interruption>

  private readonly queue = new EventQueue()
  private readonly bodies: Body[] = []
  private readonly names: string[] = []
  // By handler: the id of the handler that fires timers of it, made with the first such timer.
  private readonly timerHandlers: (Handler<EventTimer> | undefined)[] = []
  private readonly takenStreams = new Set<string>()
  // Keys of draws, since many components share a purpose and a key costs 10 us.
  private readonly drawKeys = new Map<string, Int32Array>()
  private readonly looks = new Looks()
  private readonly maxEvents: number
  private clock = 0
  private count = 0
  private running = false
  private stopping = false

  /** Throws KernelError `seed-required` or `bad-option`. */
  constructor(options: SimulationOptions) {
    const { seed, replication = 0, noise = true, tick = 'ns', traceLines = DEFAULT_TRACE_LINES, maxEvents = DEFAULT_MAX_EVENTS } = options
    if (typeof seed !== 'string' || seed === '') {
      throw new KernelError('seed-required', `seed: expected a text that is not empty, got ${String(seed) || "''"}; any fixed word will do`)
    }
    this.seed = seed
    this.replication = checkedOption('replication', replication, 0, Number.MAX_SAFE_INTEGER)
    this.noise = noise
    if (tick !== 'ns' && tick !== 'us') {
      throw new KernelError('bad-option', `tick: expected 'ns' or 'us', got ${String(tick satisfies never)}`)
    }
    this.tick = tick
    this.units = timeUnits(tick)
    this.maxEvents = checkedOption('maxEvents', maxEvents, 1, Number.MAX_SAFE_INTEGER)
    this.digest = new Digest()
    this.trace = new TraceRing(checkedOption('traceLines', traceLines, 0, MAX_TRACE_LINES), this.names)
    this.resumeProcess = this.handler('process.resume', resumeByEvent)
    this.interruptProcess = this.handler('process.interrupt', throwByEvent)
  }

  /** Throws KernelError `bad-tick` unless time counts in nanoseconds: for `what` ('a bus') whose times are. */
  nanosecondsOnly(what: string): void {
    if (this.tick === 'ns') return
    const advice = `make it without tick: '${this.tick}'`
    throw new KernelError('bad-tick', `${what} counts in nanoseconds, this simulation in microseconds: ${advice}`)
  }

  /** The simulated time, in ns (or whatever `tick` says) since the start. */
  get now(): number {
    return this.clock
  }

  /** Events executed so far. */
  get executed(): number {
    return this.count
  }

  /** Events that wait to be executed; cancelled ones do not count. */
  get pending(): number {
    return this.queue.live
  }

  /**
   * Registers a handler, once per component and not per event. The name appears in traces. Ids count up from the start of the
   * simulation, and the digest folds them: build a system in a fixed order.
   */
  handler<A>(name: string, body: (argument: A) => void): Handler<A> {
    if (this.bodies.length >= MAX_HANDLERS) {
      throw new KernelError('handler-limit', `'${name}' is one handler too many: register them once per component, not per event`)
    }
    this.names.push(name)
    // The brand of Handler<A> keeps body and argument together; the table itself cannot know each A.
    return (this.bodies.push(body as Body) - 1) as Handler<A>
  }

  /**
   * Runs `handler` with `argument` after `delayNs` (an integer, 0 for later in this instant). Lower priorities (-8 to 7) go
   * first among events of one time, then the order of scheduling. Throws KernelError `bad-time`, `past-time`, `horizon`,
   * `bad-priority`, `bad-handler`, `queue-limit`.
   */
  schedule<A>(delayNs: number, handler: Handler<A>, argument: A, priority = 0): void {
    this.enqueue(delayNs, handler, argument, priority)
  }

  /** Like `schedule`, at a time instead of after a delay. */
  scheduleAt<A>(timeNs: number, handler: Handler<A>, argument: A, priority = 0): void {
    if (!isTime(timeNs) || timeNs < this.clock) throw refusedTime('timeNs', timeNs, this.clock, this.clock, this.tick)
    this.enqueue(timeNs - this.clock, handler, argument, priority)
  }

  /** Runs a handler's body now, within the current event: for handing over directly. */
  call<A>(handler: Handler<A>, argument: A): void {
    const body = this.bodies[handler]
    if (body === undefined) throw unknownHandler(handler)
    body(argument)
  }

  /** A timer that can be started, restarted and stopped any number of times; made once per component, for time-outs. */
  timer<A>(handler: Handler<A>, argument: A): Timer {
    this.checkHandler(handler)
    let fire = this.timerHandlers[handler]
    if (fire === undefined) {
      fire = this.handler<EventTimer>(this.names[handler]!, fireTimer)
      this.timerHandlers[handler] = fire
    }
    return new EventTimer(this, fire, handler, argument)
  }

  /** Starts a process: its body runs up to its first `yield` in an event at the current time, in the order of starting. */
  process<R>(name: string, body: ProcessBody<R>): Process<R> {
    return new Process(this, name, body)
  }

  signal<T>(): Signal<T> {
    return new Signal<T>(this)
  }

  /** A law of this simulation: with `noise: false` it always gives its mean. Throws KernelError `bad-law`. */
  law(spec: LawSpec): Law {
    return Law.of(spec, this.noise)
  }

  /** The sequential stream of (purpose, component); each may be had once, else KernelError `stream-taken`. */
  stream(purpose: string, component: string): RandomStream {
    const name = `${purpose}\0${component}`
    if (this.takenStreams.has(name)) {
      throw new KernelError('stream-taken', `the stream '${purpose}' of '${component}' is taken: name another`)
    }
    const stream = new RandomStream(streamKey(this.seed, purpose, component, this.replication))
    this.takenStreams.add(name)
    return stream
  }

  /** The keyed draws of (purpose, component); whoever asks gets the same numbers, and a cursor of his own. */
  draws(purpose: string, component: string): KeyedDraws {
    const name = `${purpose}\0${component}`
    let key = this.drawKeys.get(name)
    if (key === undefined) {
      key = streamKey(this.seed, purpose, component, this.replication)
      this.drawKeys.set(name, key)
    }
    return new KeyedDraws(key)
  }

  /**
   * Looks at the run at `timeNs` and then whenever the look says, without being an event: digest, trace and counts are those of a run
   * that nobody looks at. It comes before any event at that time. Throws KernelError `bad-time`, `past-time`, `horizon`; the run
   * throws `look-acted` if the look scheduled, cancelled, noted or stopped something, and `bad-time` if its next time is no later one.
   */
  observe(timeNs: number, look: Look): void {
    if (!isTime(timeNs) || timeNs < this.clock) throw refusedTime('timeNs', timeNs, this.clock, this.clock, this.tick)
    this.looks.add(timeNs, look)
  }

  /**
   * Executes all events with time <= `untilNs` (all events there are, without it). Then `now` is `untilNs`, if that was given
   * and finite and the run was not stopped. What a handler throws escapes from here, and the run may be taken up again.
   * Throws KernelError `event-limit`, `running` (called from a handler), `bad-time`, `past-time`.
   */
  run(untilNs: number = Infinity): RunOutcome {
    if (untilNs !== Infinity && (!isTime(untilNs) || untilNs < this.clock)) {
      throw refusedTime('untilNs', untilNs, this.clock, this.clock, this.tick)
    }
    if (this.running) throw new KernelError('running', 'run() was called from within a run: schedule an event instead')
    this.running = true
    this.stopping = false
    try {
      const outcome = this.loop(untilNs)
      if (outcome !== 'stopped' && untilNs !== Infinity) {
        if (this.looks.nextNs <= untilNs) this.lookUntil(untilNs)
        this.clock = untilNs
      }
      return outcome
    } finally {
      this.running = false
    }
  }

  /** Ends the run after the current event. Without a run it does nothing. */
  stop(): void {
    this.stopping = true
  }

  /** Folds a number into the digest, for state that events alone do not show. NaN and infinities are a KernelError `bad-note`. */
  note(value: number): void {
    this.digest.fold(value)
  }

  /** States what must be true. Failing is a bug of the simulator: InvariantError with seed, time and the last events. */
  invariant(ok: boolean, what: string): asserts ok {
    if (!ok) throw this.broken(what)
  }

  /** For the kernel's own files: like `schedule`, but gives the event's slot, to be cancelled before it runs and never after. */
  enqueue(delayNs: number, handler: number, argument: unknown, priority: number): number {
    const time = this.clock + delayNs
    if (!(delayNs >= 0 && time <= MAX_TIME && Math.floor(delayNs) === delayNs)) {
      throw refusedTime('delayNs', delayNs, 0, this.clock, this.tick)
    }
    if (!(handler >= 0 && handler < this.bodies.length)) throw unknownHandler(handler)
    if (!isPriority(priority)) throw refusedPriority(priority)
    return this.queue.push(time, priority, handler, argument)
  }

  /** For the kernel's own files: cancels an event that `enqueue` has given and that has not run. */
  cancel(slot: number): void {
    this.queue.cancel(slot)
  }

  /** For the kernel's own files: KernelError `bad-handler` unless the handler is one of this simulation's. */
  checkHandler(handler: number): void {
    if (!(handler >= 0 && handler < this.bodies.length)) throw unknownHandler(handler)
  }

  private loop(untilNs: number): RunOutcome {
    const { queue, bodies, digest, trace, looks, maxEvents } = this
    for (;;) {
      if (!queue.find()) return 'idle'
      if (queue.time > untilNs) return 'time'
      if (queue.time >= looks.nextNs) this.lookUntil(queue.time)
      if (this.count >= maxEvents) throw this.eventLimit()
      queue.take()
      const { handler, argument } = queue
      this.clock = queue.time
      this.count++
      digest.foldEvent(queue.time, queue.priority, handler)
      trace.record(queue)
      bodies[handler]!(argument)
      if (this.stopping) return 'stopped'
    }
  }

  /** Performs all looks up to and at `timeNs`. */
  private lookUntil(timeNs: number): void {
    const { looks, queue, digest } = this
    while (looks.nextNs <= timeNs) {
      this.clock = looks.nextNs
      const { pushed, live } = queue
      const before = digest.hex()
      looks.take((nextNs) => {
        if (queue.pushed !== pushed || queue.live !== live || this.stopping || digest.hex() !== before) throw this.lookActed()
        if (!(nextNs > this.clock)) throw badNextLook(nextNs, this.clock)
      })
    }
  }

  private lookActed(): KernelError {
    return new KernelError(
      'look-acted',
      `a look at ${this.clock} ns scheduled, cancelled, noted or stopped something: it may only read; act in an event`,
    )
  }

  private eventLimit(): KernelError {
    return new KernelError(
      'event-limit',
      `${this.maxEvents} events were executed and more are due, at ${this.clock} ns: raise maxEvents, or look for a loop of zero delays`,
    )
  }

  private broken(what: string): InvariantError {
    const lines = this.trace.last(TRACE_LINES_IN_ERRORS).map((line) => {
      return `  ${line.timeNs} ns, priority ${line.priority}, sequence ${line.sequence}: ${line.handler}`
    })
    return new InvariantError(
      [
        `invariant failed: ${what}`,
        `seed '${this.seed}', replication ${this.replication}, time ${this.clock} ${this.tick}, ${this.count} events executed`,
        lines.length === 0 ? 'no events are traced' : 'last events, oldest first:',
        ...lines,
      ].join('\n'),
    )
  }
}

function isTime(value: number): boolean {
  return value >= 0 && value <= MAX_TIME && Math.floor(value) === value
}

function refusedTime(path: string, value: number, from: number, now: number, tick: Tick): KernelError {
  if (typeof value !== 'number' || Number.isNaN(value) || (Number.isFinite(value) && !Number.isInteger(value))) {
    const unit = tick === 'ns' ? 'nanoseconds' : 'microseconds'
    return new KernelError('bad-time', `${path}: expected a whole number of ${unit}, got ${String(value)}; round it first`)
  }
  if (value < from) {
    return new KernelError('past-time', `${path}: ${value} is in the past, now is ${now} ${tick}; expected at least ${from}`)
  }
  return beyondHorizon(path, value, now, tick)
}

function badNextLook(nextNs: number, now: number): KernelError {
  const expected = `expected a time after ${now} ns, or Infinity for none`
  return new KernelError('bad-time', `a look at ${now} ns asked for its next at ${String(nextNs)}: ${expected}`)
}

function unknownHandler(handler: number): KernelError {
  return new KernelError('bad-handler', `${String(handler)} is no handler of this simulation: take what simulation.handler() gave`)
}
