// One command at a console, from its words to its result: program or operation, options, streams and exit status. How a line becomes
// commands is shell/; a command's options and its meaning are rows of operations/command-table.ts.

import type { Yieldable } from '@powersim/kernel'
import type { OperationName } from '@powersim/protocol'
import { commandTables } from '../operations/command-table.js'
import type { CommandTally } from '../operations/conversation.js'
import type { LineScope } from '../operations/line-scope.js'
import type { OperationContext } from '../operations/operation-context.js'
import type { LineBudget } from '../shell/line-budget.js'
import { programs } from '../shell/programs/program-table.js'
import { sleep } from '../shell/programs/sleep.js'
import { SHELL_NAME } from '../shell/shell-name.js'
import type { TextInput } from '../shell/text-streams.js'
import { refusalOf } from '../users/authority.js'
import type { CommandRule } from './command-rules.js'
import { ERROR_STREAM, type LineReply } from './line-reply.js'
import { type CommandGrammar, readOptions } from './options.js'
import { isRealCommand } from './real-commands.js'

const FAILED = 1
const UNKNOWN_COMMAND = 127

/** What one command of a line did: a line has several where the shell joins them. */
export interface CommandResult {
  /** 0 done, 1 refused or wrong, 127 unknown command; programs of the shell have their own. */
  readonly exitStatus: number
  readonly stdout: string
  readonly stderr: string
  /** The operation of the protocol's table; null for programs of the shell, wrong options and the console's own tables. */
  readonly operation: OperationName | null
  /** Management commands issued. */
  readonly commands: number
  /** What a real console would have done and this one does not. */
  readonly notSimulated?: string
}

/** Runs one command given by its words, the first of them its name; never throws for any words. `input`: what it may read. */
export function* runCommand(
  context: OperationContext,
  name: string,
  words: readonly string[],
  input: TextInput,
  budget: LineBudget,
): Generator<Yieldable, CommandResult> {
  const program = programs.get(name)
  if (program !== undefined) return { ...quiet, ...program(words, { context, input, budget }) }
  if (name === 'sleep') return { ...quiet, ...(yield* sleep(context, words)) }
  const command = commandTables[context.generation].get(name)
  if (command !== undefined) return yield* runOperation(context, command, words)
  return unknownCommand(name)
}

const quiet: CommandResult = { exitStatus: 0, stdout: '', stderr: '', operation: null, commands: 0 }

function skipped(exitStatus: number, stderr: string, what: string): CommandResult {
  return { ...quiet, exitStatus, stderr, notSimulated: what }
}

function unknownCommand(name: string): CommandResult {
  if (name.includes('/')) {
    return { ...quiet, exitStatus: FAILED, stderr: `${SHELL_NAME}: ${name}: restricted: cannot specify \`/' in command names\n` }
  }
  const stderr = `${SHELL_NAME}: ${name}: command not found\n`
  if (!isRealCommand(name)) return { ...quiet, exitStatus: UNKNOWN_COMMAND, stderr }
  return skipped(UNKNOWN_COMMAND, `${stderr}not simulated: ${name}\n`, name)
}

function* runOperation(
  context: OperationContext,
  command: CommandGrammar<LineScope>,
  words: readonly string[],
): Generator<Yieldable, CommandResult> {
  const read = readOptions(command, words, context.generation)
  if (!read.ok) return outcome(command, read.reply, null, 0)
  const tally: CommandTally = { commands: 0 }
  const scope: LineScope = { context, tally }
  const refusal = yield* refusalOf(scope, command, read.variant, read.options)
  const reply = refusal ?? (yield* read.variant.run(scope, read.options))
  if (command.kind === 'change') context.consoleEvents.record(context.simulation.now, context.user.name, [command.name, ...words], reply.ok)
  return outcome(command, reply, refusal === undefined ? read.variant.operation : null, tally.commands)
}

function outcome(command: CommandRule<LineScope>, reply: LineReply, operation: OperationName | null, commands: number): CommandResult {
  const text = reply.text === '' || reply.raw === true ? reply.text : `${reply.text}\n`
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
