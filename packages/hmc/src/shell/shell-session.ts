// The restricted shell of one login: what it keeps from line to line (variables, the last status), and how a line runs in it. A line that
// is a command and its words goes straight to the command; any other is parsed whole, and run by line-run.ts. What a single command does is
// cli/run-command.ts; there are no files, no jobs and no processes behind it.

import type { Yieldable } from '@powersim/kernel'
import { runCommand } from '../cli/run-command.js'
import type { LineOperation, LineOutcome, OperationContext } from '../operations/operation-context.js'
import { builtIns } from './built-ins.js'
import { LineBudget, shellLimits } from './line-budget.js'
import { LineRun, type LineRecord } from './line-run.js'
import { plainWords } from './plain-line.js'
import { SHELL_NAME } from './shell-name.js'
import { readShellText } from './shell-syntax.js'
import { DEFAULT_SEPARATORS, ShellVariables } from './shell-variables.js'
import { TextInput, TextOutput } from './text-streams.js'

const FAILED = 1
const NO_SHELL_LINE = 2

const nothing: Readonly<Record<string, string>> = {}
const noOperations: readonly LineOperation[] = []

export class ShellSession {
  private readonly variables: ShellVariables
  private status = 0
  private exited = false

  /** `variables`: those that the login sets, `USER` and the like. */
  constructor(variables: Readonly<Record<string, string>> = nothing) {
    this.variables = new ShellVariables(new Map(Object.entries(variables)))
  }

  /** `$?`: the status of the line that returned last. */
  get lastStatus(): number {
    return this.status
  }

  /** Whether a line has left the shell (`exit`, `logout`, `quit`); it takes further lines all the same. */
  get ended(): boolean {
    return this.exited
  }

  /**
   * Runs one line, or several; never throws for any text. `given`: variables of this line alone, such as `i` of a script's loop. A line
   * without words leaves `$?` as it was. Lines that run at the same time see the variables as they stood when each began.
   */
  *run(context: OperationContext, text: string, given: Readonly<Record<string, string>> = nothing): Generator<Yieldable, LineOutcome> {
    const outcome = yield* this.line(context, text, given)
    this.status = outcome.exitStatus
    return outcome
  }

  private *line(context: OperationContext, text: string, given: Readonly<Record<string, string>>): Generator<Yieldable, LineOutcome> {
    const words = text.length > shellLimits.text ? undefined : this.plainWords(text, given)
    const name = words?.[0]
    if (words !== undefined && name === undefined) return without(this.status, '')
    if (words === undefined || name === undefined || builtIns.has(name)) return yield* this.parsed(context, text, given)
    const startNs = context.simulation.now
    const budget = new LineBudget()
    const result = yield* runCommand(context, name, words.slice(1), new TextInput(''), budget)
    const { exitStatus, stdout, stderr, operation, commands, notSimulated } = result
    const endNs = context.simulation.now
    const operations = operation === null ? noOperations : [{ operation, commands, startNs, durationNs: endNs - startNs }]
    if (budget.exceeded !== undefined) return stoppedAt(budget.exceeded, { exitStatus, stdout, stderr, operation, commands, operations })
    return { exitStatus, stdout, stderr, operation, commands, operations, ...(notSimulated === undefined ? {} : { notSimulated }) }
  }

  /** None when the session splits words in its own way. */
  private plainWords(text: string, given: Readonly<Record<string, string>>): readonly string[] | undefined {
    if ((this.variables.get('IFS') ?? DEFAULT_SEPARATORS) !== DEFAULT_SEPARATORS) return undefined
    return plainWords(text, (name) => {
      if (name === '?') return String(this.status)
      return Object.hasOwn(given, name) ? given[name] : this.variables.get(name)
    })
  }

  private *parsed(context: OperationContext, text: string, given: Readonly<Record<string, string>>): Generator<Yieldable, LineOutcome> {
    const read = readShellText(text)
    if (read.kind === 'problem') {
      return without(NO_SHELL_LINE, `${SHELL_NAME}: column ${read.problem.column}: ${read.problem.message}\n`)
    }
    if (read.kind === 'not-simulated') {
      return { ...without(FAILED, `not simulated: ${read.what}\n`), notSimulated: read.what }
    }
    const variables = this.variables.copy()
    for (const [name, value] of Object.entries(given)) variables.lend(name, value)
    const budget = new LineBudget()
    const record: LineRecord = { context, budget, operations: [], commands: 0, notSimulated: undefined }
    const [output, errors] = [new TextOutput(budget), new TextOutput(budget)]
    const run = new LineRun(record, variables, this.status, errors)
    yield* run.list(read.script, { input: new TextInput(''), output, errors })
    this.variables.keepChanges(variables)
    if (run.leaving?.kind === 'exit') this.exited = true
    const { operations, commands, notSimulated } = record
    const outcome: LineOutcome = {
      exitStatus: run.status,
      stdout: output.text,
      stderr: errors.text,
      operation: operations[0]?.operation ?? null,
      commands,
      operations,
      ...(notSimulated === undefined ? {} : { notSimulated }),
    }
    return budget.exceeded === undefined ? outcome : stoppedAt(budget.exceeded, outcome)
  }
}

function without(exitStatus: number, stderr: string): LineOutcome {
  return { exitStatus, stdout: '', stderr, operation: null, commands: 0, operations: noOperations }
}

/** A line that has passed a limit: it ends there. */
function stoppedAt(what: string, outcome: LineOutcome): LineOutcome {
  return { ...outcome, exitStatus: FAILED, stderr: `${outcome.stderr}not simulated: ${what}\n`, notSimulated: outcome.notSimulated ?? what }
}
