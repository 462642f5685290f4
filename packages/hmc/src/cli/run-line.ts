// One line at a console, from its text to its outcome: shell words, program, options, operation, streams and exit status.
// It knows neither a command's options nor its meaning: those are rows of operations/command-table.ts.

import type { Yieldable } from '@powersim/kernel'
import type { OperationName } from '@powersim/protocol'
import { commandTables } from '../operations/command-table.js'
import type { CommandTally } from '../operations/conversation.js'
import type { LineScope } from '../operations/line-scope.js'
import type { LineOutcome, OperationContext } from '../operations/operation-context.js'
import { shellPrograms } from '../operations/shell-programs.js'
import type { CommandRule } from './command-rules.js'
import { ERROR_STREAM, type LineReply } from './line-reply.js'
import { type CommandGrammar, readOptions } from './options.js'
import { isRealCommand } from './real-commands.js'
import { readShellLine, type ShellVariables } from './shell-words.js'

const FAILED = 1
const NO_SHELL_LINE = 2
const UNKNOWN_COMMAND = 127

/** What the restricted shell calls itself in its messages. */
const SHELL_NAME = '-hmcbash'

/**
 * Runs one line; never throws for any text. `variables`: the shell's, `i` of a script's loops and `?` of the line before. A line
 * without words leaves `?` as it was.
 */
export function* runLine(context: OperationContext, text: string, variables: ShellVariables): Generator<Yieldable, LineOutcome> {
  const line = readShellLine(text, variables)
  if (line.kind === 'problem') {
    return { ...quiet, exitStatus: NO_SHELL_LINE, stderr: `${SHELL_NAME}: column ${line.problem.column}: ${line.problem.message}\n` }
  }
  if (line.kind === 'not-simulated') return skipped(FAILED, `not simulated: ${line.what}\n`, line.what)
  const [name, ...words] = line.words
  if (name === undefined) return { ...quiet, exitStatus: lastStatus(variables) }
  const program = shellPrograms.get(name)
  if (program !== undefined) return { ...quiet, ...(yield* program(context, words)) }
  const command = commandTables[context.generation].get(name)
  if (command !== undefined) return yield* runCommand(context, command, words)
  return unknownCommand(name)
}

const quiet: LineOutcome = { exitStatus: 0, stdout: '', stderr: '', operation: null, commands: 0 }

function skipped(exitStatus: number, stderr: string, what: string): LineOutcome {
  return { ...quiet, exitStatus, stderr, notSimulated: what }
}

function unknownCommand(name: string): LineOutcome {
  if (name.includes('/')) {
    return { ...quiet, exitStatus: FAILED, stderr: `${SHELL_NAME}: ${name}: restricted: cannot specify \`/' in command names\n` }
  }
  const stderr = `${SHELL_NAME}: ${name}: command not found\n`
  if (!isRealCommand(name)) return { ...quiet, exitStatus: UNKNOWN_COMMAND, stderr }
  return skipped(UNKNOWN_COMMAND, `${stderr}not simulated: ${name}\n`, name)
}

function* runCommand(
  context: OperationContext,
  command: CommandGrammar<LineScope>,
  words: readonly string[],
): Generator<Yieldable, LineOutcome> {
  const read = readOptions(command, words)
  if (!read.ok) return outcome(command, read.reply, null, 0)
  const tally: CommandTally = { commands: 0 }
  const reply = yield* read.variant.run({ context, tally }, read.options)
  return outcome(command, reply, read.variant.operation, tally.commands)
}

function outcome(command: CommandRule<LineScope>, reply: LineReply, operation: OperationName | null, commands: number): LineOutcome {
  const text = reply.text === '' ? '' : `${reply.text}\n`
  const toStdout = reply.ok || ERROR_STREAM[command.kind] === 'stdout'
  const missing = reply.notSimulated
  return {
    exitStatus: reply.ok ? 0 : FAILED,
    stdout: toStdout ? text : '',
    stderr: `${toStdout ? '' : text}${missing === undefined ? '' : `not simulated: ${missing}\n`}`,
    // A line that got no further than its data or its names is no operation.
    operation: commands === 0 && !reply.ok ? null : operation,
    commands,
    ...(missing === undefined ? {} : { notSimulated: missing }),
  }
}

function lastStatus(variables: ShellVariables): number {
  const text = Object.hasOwn(variables, '?') ? (variables['?'] ?? '0') : '0'
  return /^\d{1,3}$/.test(text) ? Number(text) : 0
}
