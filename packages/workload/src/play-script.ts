// Plays a Script in simulated time as kernel processes: one for the script, one more for each copy of a parallel block. It unrolls
// lazily and knows neither shells nor consoles: `perform` types a line and says when it has returned, `act` makes an event happen.

import { Interrupted, hours, join, until } from '@powersim/kernel'
import type { Process, Signal, Simulation, Yieldable } from '@powersim/kernel'
import { WorkloadError } from './errors.js'
import { fillArguments } from './event-text.js'
import type { EventStatement, LineStatement, LoopStatement, Script, StartTime, Statement } from './script.js'

/** One line or event of the unrolled program, when its turn has come. */
export interface ScriptLine {
  kind: 'line' | 'event'
  /** Who types. */
  console: string
  /** The shell line as written, without a trailing comment; the action and its arguments for an event. */
  text: string
  /** Shell variables of the loops around it: `i`, from '1'. */
  variables: Readonly<Record<string, string>>
  /**
   * Its position in the fully unrolled program, from 0. It depends on the text alone, never on times, policies or replies:
   * random draws are keyed by it, so that no change elsewhere shifts the numbers of this line.
   */
  ordinal: number
  file: string
  /** 1-based. */
  line: number
}

export interface PlayOptions {
  /** The time of day at simulated time 0, in ns since midnight (0 up to, not including, 24 h); default 0. Needed for `@10:00:00`. */
  startOfDayNs?: number
  /** Types a line; the signal fires when the line has returned. */
  perform: (line: ScriptLine) => Signal<unknown>
  /** Makes an event happen, at once. */
  act: (name: string, args: readonly string[], line: ScriptLine) => void
}

type Variables = Readonly<Record<string, string>>
type Steps = Generator<Yieldable, void>

const noVariables: Variables = Object.freeze({})

/**
 * Starts a script at the current simulated time; the process ends when its last line has returned. Interrupting the process stops the
 * script, parallel copies included: no further line starts, and lines that were started are not waited for.
 * Throws WorkloadError 'bad-start' for a start of day that is not a whole number of ns within a day.
 */
export function playScript(simulation: Simulation, script: Script, options: PlayOptions): Process<void> {
  const { startOfDayNs = 0 } = options
  if (!Number.isInteger(startOfDayNs) || startOfDayNs < 0 || startOfDayNs >= hours(24)) {
    throw new WorkloadError('bad-start', `startOfDayNs: expected whole ns from 0 up to 24 h, found ${startOfDayNs}`)
  }
  const player = new Player(simulation, script, { ...options, startOfDayNs })
  return simulation.process(`script ${script.file}`, player.program())
}

class Player {
  readonly #simulation: Simulation
  readonly #script: Script
  readonly #options: Required<PlayOptions>

  constructor(simulation: Simulation, script: Script, options: Required<PlayOptions>) {
    this.#simulation = simulation
    this.#script = script
    this.#options = options
  }

  program(): Steps {
    return this.#stoppable(this.#script.body, 0, noVariables)
  }

  /** The body of a process: an interrupt ends it quietly. */
  *#stoppable(body: readonly Statement[], ordinal: number, variables: Variables): Steps {
    try {
      yield* this.#sequence(body, ordinal, variables)
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error
    }
  }

  /** One statement after the other; those without a line do nothing, not even wait. */
  *#sequence(body: readonly Statement[], firstOrdinal: number, variables: Variables): Steps {
    let ordinal = firstOrdinal
    for (const statement of body) {
      if (statement.lines > 0) {
        const waitNs = statement.at === undefined ? 0 : this.#waitNs(statement.at)
        if (waitNs > 0) yield waitNs
        yield* this.#statement(statement, ordinal, variables)
      }
      ordinal += statement.lines
    }
  }

  *#statement(statement: Statement, ordinal: number, variables: Variables): Steps {
    switch (statement.kind) {
      case 'line':
        yield* until(this.#options.perform(this.#scriptLine(statement, ordinal, variables)))
        return
      case 'event': {
        const args = fillArguments(statement.args, variables['i'])
        this.#options.act(statement.action, args, this.#scriptLine(statement, ordinal, variables))
        return
      }
      case 'repeat':
        for (let i = 1; i <= statement.count; i++) {
          yield* this.#sequence(statement.body, ordinal + (i - 1) * statement.bodyLines, pass(i))
        }
        return
      case 'parallel':
        return yield* this.#parallel(statement, ordinal)
      case 'console':
        return yield* this.#sequence(statement.body, ordinal, variables)
      default:
        return statement satisfies never
    }
  }

  *#parallel(statement: LoopStatement, ordinal: number): Steps {
    const copies: Process<void>[] = []
    for (let i = 1; i <= statement.count; i++) {
      const steps = this.#stoppable(statement.body, ordinal + (i - 1) * statement.bodyLines, pass(i))
      copies.push(this.#simulation.process(`${this.#script.file}:${statement.line} copy ${i}`, steps))
    }
    try {
      for (const copy of copies) yield* join(copy)
    } catch (error) {
      if (error instanceof Interrupted) for (const copy of copies) if (!copy.done) copy.interrupt(error.cause)
      throw error
    }
  }

  #scriptLine(statement: LineStatement | EventStatement, ordinal: number, variables: Variables): ScriptLine {
    const { kind, console, text, line } = statement
    return { kind, console, text, variables, ordinal, file: this.#script.file, line }
  }

  #waitNs(at: StartTime): number {
    if (at.kind === 'delay') return at.delayNs
    return at.timeOfDayNs - this.#options.startOfDayNs - this.#simulation.now
  }
}

/** The variables of the i-th pass of a loop; an inner loop shadows an outer one, since both set `i`. */
const pass = (i: number): Variables => ({ i: String(i) })
