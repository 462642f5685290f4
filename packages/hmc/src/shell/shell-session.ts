// The restricted shell of one login: what it keeps from line to line (variables, the last status), and how a line runs in it.
// What a single command does is cli/run-command.ts; there are no files, no jobs and no processes behind it.

import type { Yieldable } from '@powersim/kernel'
import { type CommandResult, runCommand, SHELL_NAME } from '../cli/run-command.js'
import { readShellLine, type ShellVariables } from '../cli/shell-words.js'
import type { LineOperation, LineOutcome, OperationContext } from '../operations/operation-context.js'

const FAILED = 1
const NO_SHELL_LINE = 2

const noVariables: Readonly<Record<string, string>> = {}

export class ShellSession {
  private readonly variables: Map<string, string>
  private status = 0

  /** `variables`: those that the login sets, `USER` and the like. */
  constructor(variables: ShellVariables = noVariables) {
    this.variables = new Map(Object.entries(variables))
  }

  /** `$?`: the status of the line that returned last. */
  get lastStatus(): number {
    return this.status
  }

  /**
   * Runs one line; never throws for any text. `given`: variables of this line alone, such as `i` of a script's loop. A line without
   * words leaves `$?` as it was. Lines that run at the same time see the variables as they stood when each began.
   */
  *run(context: OperationContext, text: string, given: ShellVariables = noVariables): Generator<Yieldable, LineOutcome> {
    const outcome = yield* this.line(context, text, { ...Object.fromEntries(this.variables), '?': String(this.status), ...given })
    this.status = outcome.exitStatus
    return outcome
  }

  private *line(context: OperationContext, text: string, variables: ShellVariables): Generator<Yieldable, LineOutcome> {
    const line = readShellLine(text, variables)
    if (line.kind === 'problem') {
      return quiet(NO_SHELL_LINE, `${SHELL_NAME}: column ${line.problem.column}: ${line.problem.message}\n`)
    }
    if (line.kind === 'not-simulated') return { ...quiet(FAILED, `not simulated: ${line.what}\n`), notSimulated: line.what }
    const [name, ...words] = line.words
    if (name === undefined) return quiet(this.status, '')
    const startNs = context.simulation.now
    return lineOf(yield* runCommand(context, name, words), startNs, context.simulation.now)
  }
}

const noOperations: readonly LineOperation[] = []

function quiet(exitStatus: number, stderr: string): LineOutcome {
  return { exitStatus, stdout: '', stderr, operation: null, commands: 0, operations: noOperations }
}

/** The outcome of a line that is one command. */
function lineOf(result: CommandResult, startNs: number, endNs: number): LineOutcome {
  const { exitStatus, stdout, stderr, operation, commands, notSimulated } = result
  const operations = operation === null ? noOperations : [{ operation, commands, startNs, durationNs: endNs - startNs }]
  return { exitStatus, stdout, stderr, operation, commands, operations, ...(notSimulated === undefined ? {} : { notSimulated }) }
}
