// Plays a Mix in simulated time as kernel processes: one for the arrivals, one for each operation in progress, or one for each session.
// It yields the same lines as a script and knows no shell: `perform` types a line and says when it has returned.

import {
  Interrupted,
  KeyedDraws,
  Law,
  type Process,
  type Signal,
  type Simulation,
  streamKey,
  until,
  type Yieldable,
} from '@powersim/kernel'
import { arrivalsOf, MIX } from './arrivals.js'
import { WorkloadError } from './errors.js'
import { type Mix, type MixArrivals, mixLimits } from './mix.js'
import type { PlayOptions, ScriptLine } from './play-script.js'

type Steps = Generator<Yieldable, void>

/**
 * Starts a mix at the current simulated time; the process ends when the typing has ended and every line has returned. Interrupting it
 * stops the mix: no further line starts, and lines that were started are not waited for.
 * The ordinal of an operation is its number in an open mix, and `k * sessions + s` for the k-th operation of session s of a closed one: it
 * never depends on times or replies.
 * Throws WorkloadError `bad-mix`; while it plays, `too-many-operations` and `too-many-in-progress`.
 */
export function playMix(simulation: Simulation, mix: Mix, options: Pick<PlayOptions, 'perform'>): Process<void> {
  simulation.nanosecondsOnly('a mix')
  return simulation.process(`mix ${mix.file}`, new MixPlayer(simulation, mix, options.perform).program())
}

class MixPlayer {
  readonly #simulation: Simulation
  readonly #mix: Mix
  readonly #perform: PlayOptions['perform']
  readonly #choice: Choice
  readonly #startNs: number
  readonly #lastNs: number
  readonly #operations: number
  #typed = 0
  #inProgress = 0
  /** Fires when nothing is in progress any more; made when the typing has ended. */
  #quiet: Signal<void> | undefined

  constructor(simulation: Simulation, mix: Mix, perform: PlayOptions['perform']) {
    this.#simulation = simulation
    this.#mix = mix
    this.#perform = perform
    this.#choice = new Choice(simulation, mix)
    this.#startNs = simulation.now
    const { end } = mix
    this.#lastNs = 'durationNs' in end ? this.#startNs + end.durationNs : Infinity
    this.#operations = 'operations' in end ? end.operations : Infinity
  }

  *program(): Steps {
    const { arrivals } = this.#mix
    try {
      if (arrivals.kind === 'closed') yield* this.#closed(arrivals)
      else yield* this.#open(arrivals)
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error
    }
  }

  *#open(arrivals: Exclude<MixArrivals, { kind: 'closed' }>): Steps {
    const gaps = arrivalsOf(this.#simulation, arrivals)
    for (let ordinal = 0; ordinal < this.#operations; ordinal++) {
      const gapNs = gaps.gapNs(ordinal)
      const leftNs = this.#lastNs - this.#simulation.now
      yield Math.min(gapNs, leftNs)
      if (gapNs > leftNs) break
      this.#begin()
      this.#simulation.process('mix operation', this.#operation(this.#choice.line(ordinal)))
    }
    if (this.#inProgress > 0) yield* until((this.#quiet = this.#simulation.signal<void>()))
  }

  *#closed({ sessions, think }: Extract<MixArrivals, { kind: 'closed' }>): Steps {
    const law = this.#simulation.law(think)
    const draws = this.#simulation.draws('mix.think', MIX)
    const processes: Process<void>[] = []
    for (let session = 0; session < sessions; session++) {
      processes.push(this.#simulation.process(`mix session ${session + 1}`, this.#session(session, sessions, law, draws)))
    }
    try {
      for (const process of processes) yield process
    } catch (error) {
      if (error instanceof Interrupted) for (const process of processes) if (!process.done) process.interrupt(error.cause)
      throw error
    }
  }

  *#session(session: number, sessions: number, think: Law, draws: KeyedDraws): Steps {
    try {
      for (let ordinal = session; this.#typed < this.#operations; ordinal += sessions) {
        const thinkNs = think.sample(draws.cursor(ordinal))
        // Below 0 when the last answer came after the end.
        const leftNs = Math.max(0, this.#lastNs - this.#simulation.now)
        yield Math.min(thinkNs, leftNs)
        if (thinkNs > leftNs || leftNs === 0 || this.#typed >= this.#operations) return
        this.#begin()
        yield* this.#operation(this.#choice.line(ordinal, session))
      }
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error
    }
  }

  /** Counts an operation that is typed in this event. */
  #begin(): void {
    const { operations, inProgress } = mixLimits
    if (++this.#typed > operations) throw this.#over('too-many-operations', `more than ${operations} operations`)
    if (++this.#inProgress > inProgress) throw this.#over('too-many-in-progress', `more than ${inProgress} lines in progress`)
  }

  *#operation(line: ScriptLine): Steps {
    yield* until(this.#perform(line))
    if (--this.#inProgress === 0) this.#quiet?.fire(undefined)
  }

  #over(code: 'too-many-operations' | 'too-many-in-progress', what: string): WorkloadError {
    const seconds = (this.#simulation.now - this.#startNs) / 1e9
    return new WorkloadError(code, `${this.#mix.file}: ${what} after ${seconds} s: lower the rate or shorten the run`)
  }
}

/** What each operation is: its class, what it is about, who types it. Keyed by the operation alone. */
class Choice {
  readonly #mix: Mix
  readonly #draws: KeyedDraws
  readonly #class: Law

  constructor(simulation: Simulation, mix: Mix) {
    const { seed, noise, replication } = simulation
    this.#mix = mix
    // Without noise replications are equal: all of them choose as the first one.
    this.#draws = new KeyedDraws(streamKey(seed, 'mix.choice', MIX, noise ? replication : 0))
    this.#check()
    this.#class = Law.of({
      empirical: { values: mix.classes.map((_class, index) => index), weights: mix.classes.map(({ share }) => share) },
    })
  }

  /** The line of an operation; `session` says who types in a closed mix. */
  line(ordinal: number, session?: number): ScriptLine {
    const { classes, consoles, file } = this.#mix
    const index = this.#class.sample(this.#draws.cursor(ordinal, CLASS))
    // `check` has seen to it that there are classes, targets and consoles.
    const { text, targets } = classes[index]!
    const target = targets[Math.floor(this.#draws.at(ordinal, TARGET) * targets.length)]!
    const console =
      consoles[session === undefined ? Math.floor(this.#draws.at(ordinal, CONSOLE) * consoles.length) : session % consoles.length]!
    return { kind: 'line', console, text, variables: { ...target, i: String(ordinal + 1) }, ordinal, file, line: index + 1 }
  }

  #check(): void {
    const { classes, consoles, file } = this.#mix
    const total = classes.reduce((sum, { share }) => sum + share, 0)
    const bad = (what: string): never => {
      throw new WorkloadError('bad-mix', `${file}: ${what}`)
    }
    if (consoles.length === 0) bad('consoles: expected one at least, found none')
    if (!(total > 0 && total < Infinity)) bad(`classes: expected shares with a sum above 0, found ${total}`)
    for (const { name, targets } of classes) if (targets.length === 0) bad(`class '${name}': expected one target at least, found none`)
  }
}

/** Numbers of the draws of an operation's choice. */
const CLASS: number = 0
const TARGET: number = 1
const CONSOLE: number = 2
