// Plays a Script in simulated time as kernel processes: one for the script, one more for each copy of a parallel block. It unrolls
// lazily and knows neither shells nor consoles: `perform` types a line and says when it has returned, `act` makes an event happen.

import { Interrupted, hours, join, until } from '@powersim/kernel'
import type { Process, Signal, Simulation, Yieldable } from '@powersim/kernel'
import { WorkloadError } from './errors.js'
import { fillArguments } from './event-text.js'
import { fillVariables } from './loop-variable.js'
import { typistOf } from './script.js'
import type { EventStatement, LineStatement, LoopStatement, Script, StartTime, Statement } from './script.js'

/** One line or event of the unrolled program, when its turn has come. */
export interface ScriptLine {
  kind: 'line' | 'event'
  /** The console that it is typed at. */
  console: string
  /** Who types; absent: the console's first user. */
  user?: string
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

type Steps = Generator<Yieldable, void>

/** What holds where a statement stands. */
interface Scope {
  readonly console: string
  readonly variables: Readonly<Record<string, string>>
}

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
  simulation.nanosecondsOnly('a script')
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
    return this.#stoppable(this.#script.body, 0, { console: this.#script.console, variables: {} })
  }

  /** The body of a process: an interrupt ends it quietly. */
  *#stoppable(body: readonly Statement[], ordinal: number, scope: Scope): Steps {
    try {
      yield* this.#sequence(body, ordinal, scope)
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error
    }
  }

  /** One statement after the other; those without a line do nothing, not even wait. */
  *#sequence(body: readonly Statement[], firstOrdinal: number, scope: Scope): Steps {
    let ordinal = firstOrdinal
    for (const statement of body) {
      if (statement.lines > 0) {
        const waitNs = statement.at === undefined ? 0 : this.#waitNs(statement.at)
        if (waitNs > 0) yield waitNs
        yield* this.#statement(statement, ordinal, boundConsole(statement, scope))
      }
      ordinal += statement.lines
    }
  }

  *#statement(statement: Statement, ordinal: number, scope: Scope): Steps {
    switch (statement.kind) {
      case 'line':
        yield* until(this.#options.perform(this.#scriptLine(statement, ordinal, scope)))
        return
      case 'event': {
        const args = fillArguments(statement.args, scope.variables['i'])
        this.#options.act(statement.action, args, this.#scriptLine(statement, ordinal, scope))
        return
      }
      case 'repeat':
        for (let i = 1; i <= statement.count; i++) {
          yield* this.#sequence(statement.body, ordinal + (i - 1) * statement.bodyLines, pass(i, scope))
        }
        return
      case 'parallel':
        return yield* this.#parallel(statement, ordinal, scope)
      case 'console':
        return yield* this.#sequence(statement.body, ordinal, scope)
      default:
        return statement satisfies never
    }
  }

  *#parallel(statement: LoopStatement, ordinal: number, scope: Scope): Steps {
    const copies: Process<void>[] = []
    for (let i = 1; i <= statement.count; i++) {
      const steps = this.#stoppable(statement.body, ordinal + (i - 1) * statement.bodyLines, pass(i, scope))
      copies.push(this.#simulation.process(`${this.#script.file}:${statement.line} copy ${i}`, steps))
    }
    try {
      for (const copy of copies) yield* join(copy)
    } catch (error) {
      if (error instanceof Interrupted) for (const copy of copies) if (!copy.done) copy.interrupt(error.cause)
      throw error
    }
  }

  #scriptLine({ kind, text, line }: LineStatement | EventStatement, ordinal: number, { console, variables }: Scope): ScriptLine {
    return { kind, ...typistOf(console), text, variables, ordinal, file: this.#script.file, line }
  }

  #waitNs(at: StartTime): number {
    if (at.kind === 'delay') return at.delayNs
    return at.timeOfDayNs - this.#options.startOfDayNs - this.#simulation.now
  }
}

/** The variables of the i-th pass of a loop; an inner loop shadows an outer one, since both set `i`. */
const pass = (i: number, { console }: Scope): Scope => ({ console, variables: { i: String(i) } })

/** The scope with the console that a statement names, if it names one. */
function boundConsole({ console }: Statement, scope: Scope): Scope {
  return console === undefined ? scope : { console: fillVariables(console, scope.variables['i']), variables: scope.variables }
}
