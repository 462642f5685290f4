// A line that runs: the tree of its commands, in simulated time. Commands of a pipeline run one after the other, each with the whole output
// of the one before; so does the command of `<(…)` before its reader. Subshells have copies of the variables. What is not simulated was
// found before (unsimulated-syntax.ts); limits are in line-budget.ts.

import type { Yieldable } from '@powersim/kernel'
import type {
  AndOr,
  ArithmeticFor,
  Assignment,
  Case,
  Command,
  CommandNode,
  CompoundList,
  For,
  If,
  ParsedScript,
  Pipeline,
  PipelineNode,
  Script,
  While,
} from 'unbash'
import { type CommandResult, runCommand } from '../cli/run-command.js'
import type { LineOperation, OperationContext } from '../operations/operation-context.js'
import { arithmetic } from './arithmetic.js'
import { builtIns } from './built-ins.js'
import type { ExpansionScope } from './expansion-scope.js'
import type { LineBudget } from './line-budget.js'
import { redirected, type ScriptOutput, type Streams } from './redirections.js'
import { SHELL_NAME } from './shell-name.js'
import { ShellPattern } from './shell-pattern.js'
import { isReadonly, type ShellVariables } from './shell-variables.js'
import { conditionHolds } from './test-condition.js'
import { TextInput, TextOutput } from './text-streams.js'
import { WordExpander } from './word-expansion.js'

/** Why commands are skipped: a loop is left or goes on, or the shell or the line ends. */
export type Leaving = { readonly kind: 'break' | 'continue'; levels: number } | { readonly kind: 'exit' | 'failed' }

/** What all subshells of a line share. */
export interface LineRecord {
  readonly context: OperationContext
  readonly budget: LineBudget
  readonly operations: LineOperation[]
  commands: number
  notSimulated: string | undefined
}

export class LineRun implements ExpansionScope {
  readonly record: LineRecord
  readonly variables: ShellVariables
  status: number
  leaving: Leaving | undefined = undefined
  /** Loops around the command that runs. */
  loops = 0
  private readonly expander: WordExpander
  /** Status of the last substitution of a command. */
  private captured: number | undefined = undefined
  /** Where mistakes of expansions are told. */
  private errors: TextOutput

  constructor(record: LineRecord, variables: ShellVariables, status: number, errors: TextOutput) {
    this.record = record
    this.variables = variables
    this.status = status
    this.errors = errors
    this.expander = new WordExpander(this)
  }

  get budget(): LineBudget {
    return this.record.budget
  }

  private get stopped(): boolean {
    return this.leaving !== undefined || this.budget.exceeded !== undefined
  }

  /** Runs commands one after the other; `status` is then that of the last. */
  *list({ commands }: Script | CompoundList, streams: Streams): Generator<Yieldable, void> {
    for (const { command } of commands) {
      if (this.stopped) return
      this.errors = streams.errors
      if (command.type === 'AndOr') yield* this.andOr(command, streams)
      else yield* this.pipeline(command, streams)
    }
  }

  fail(message: string, status = 1): void {
    this.errors.write(`${SHELL_NAME}: ${message}\n`)
    this.status = status
    this.leaving ??= { kind: 'failed' }
  }

  *capture(script: ParsedScript): Generator<Yieldable, string> {
    const { text, status } = yield* this.outputOf(script)
    this.status = status
    this.captured = status
    return withoutNewlines(text)
  }

  /** One command given by its words: a word of the shell, a program, or a console command. */
  *simple(words: readonly string[], streams: Streams): Generator<Yieldable, void> {
    const [name = '', ...rest] = words
    this.budget.step()
    const builtIn = builtIns.get(name)
    if (builtIn !== undefined) {
      this.status = yield* builtIn(this, rest, streams)
      return
    }
    if (!this.budget.mayAskMore()) return
    const { context } = this.record
    const startNs = context.simulation.now
    const result = yield* runCommand(context, name, rest, streams.input, this.budget)
    this.keep(result, startNs)
    streams.output.write(result.stdout)
    streams.errors.write(result.stderr)
    this.status = result.exitStatus
  }

  private keep({ operation, commands, notSimulated }: CommandResult, startNs: number): void {
    const { record } = this
    record.commands += commands
    record.notSimulated ??= notSimulated
    this.budget.issued(commands)
    if (operation !== null) record.operations.push({ operation, commands, startNs, durationNs: record.context.simulation.now - startNs })
  }

  private *outputOf(script: ParsedScript): Generator<Yieldable, ScriptOutput> {
    this.budget.step()
    const output = new TextOutput(this.budget)
    const inner = this.subshell()
    yield* inner.list(script, { input: new TextInput(''), output, errors: this.errors })
    return { text: output.text, status: inner.status }
  }

  private subshell(): LineRun {
    return new LineRun(this.record, this.variables.copy(), this.status, this.errors)
  }

  private *andOr({ commands, operators }: AndOr, streams: Streams): Generator<Yieldable, void> {
    for (const [place, command] of commands.entries()) {
      const operator = place === 0 ? undefined : operators[place - 1]
      if (this.stopped) return
      if (operator !== undefined && (this.status === 0) !== (operator === '&&')) continue
      yield* this.pipeline(command, streams)
    }
  }

  private *pipeline(node: PipelineNode, streams: Streams): Generator<Yieldable, void> {
    if (node.type !== 'Pipeline') return yield* this.command(node, streams)
    const [only] = node.commands
    if (node.commands.length === 1 && only !== undefined) yield* this.command(only, streams)
    else yield* this.piped(node, streams)
    const negations = node.prefixes.filter(({ type }) => type === 'Negation').length
    if (node.commands.length === 0) this.status = 0
    if (negations % 2 === 1 && !this.stopped) this.status = this.status === 0 ? 1 : 0
  }

  private *piped({ commands, operators }: Pipeline, streams: Streams): Generator<Yieldable, void> {
    this.budget.step()
    let { input } = streams
    for (const [place, command] of commands.entries()) {
      if (this.budget.exceeded !== undefined) return
      const last = place === commands.length - 1
      const output = last ? streams.output : new TextOutput(this.budget)
      const errors = operators[place] === '|&' ? output : streams.errors
      const inner = this.subshell()
      yield* inner.command(command, { input, output, errors })
      if (last) this.status = inner.status
      else input = new TextInput(output.text)
    }
  }

  private *command(node: CommandNode, streams: Streams): Generator<Yieldable, void> {
    this.errors = streams.errors
    switch (node.type) {
      case 'Command':
        return yield* this.simpleCommand(node, streams)
      case 'Redirected': {
        const own = yield* this.redirect(node.redirects, streams)
        if (own !== undefined) yield* this.command(node.command, own)
        return
      }
      case 'BraceGroup':
        return yield* this.list(node.body, streams)
      case 'Subshell': {
        const inner = this.subshell()
        yield* inner.list(node.body, streams)
        this.status = inner.status
        return
      }
      case 'If':
        return yield* this.choice(node, streams)
      case 'For':
        return yield* this.forEach(node, streams)
      case 'While':
        return yield* this.repeat(node, streams)
      case 'Case':
        return yield* this.cases(node, streams)
      case 'TestCommand': {
        const holds = yield* conditionHolds(node.expression, this.expander)
        if (!this.stopped) this.status = holds === undefined ? 2 : holds ? 0 : 1
        return
      }
      case 'ArithmeticCommand': {
        const value = yield* arithmetic(node.expression, this.expander)
        if (value !== undefined) this.status = value === 0n ? 1 : 0
        return
      }
      case 'ArithmeticFor':
        return yield* this.countedLoop(node, streams)
      case 'Function':
      case 'Select':
      case 'Coproc':
        // Such a line is refused before it runs.
        return
      default:
        return node satisfies never
    }
  }

  private *redirect(redirections: Parameters<typeof redirected>[1], streams: Streams): Generator<Yieldable, Streams | undefined> {
    const own = yield* redirected(streams, redirections, this.expander, (script) => this.outputOf(script))
    if (typeof own !== 'string') return this.stopped ? undefined : own
    streams.errors.write(`${own}\n`)
    this.status = 1
    return undefined
  }

  private *simpleCommand(node: Command, streams: Streams): Generator<Yieldable, void> {
    this.captured = undefined
    const words = node.name === undefined ? [] : yield* this.expander.fields([node.name])
    for (const argument of node.args) {
      if (argument.type === 'Word') words.push(...(yield* this.expander.fields([argument])))
      else words.push(`${argument.name}=${yield* this.assignedText(argument)}`)
    }
    if (this.stopped) return
    const own = yield* this.redirect(node.redirects, streams)
    if (own === undefined) return
    const assignments = node.prefix.filter((one) => one.type === 'Assignment')
    if (words.length === 0) {
      for (const one of assignments) yield* this.assign(one)
      if (!this.stopped) this.status = this.captured ?? 0
      return
    }
    const before = assignments.map(({ name }) => [name, this.variables.get(name)] as const) // a pair, not a list
    for (const one of assignments) this.variables.lend(one.name, yield* this.assignedText(one))
    if (!this.stopped) yield* this.simple(words, own)
    for (const [name, value] of before) this.variables.restore(name, value)
  }

  private *assign(assignment: Assignment): Generator<Yieldable, void> {
    const text = yield* this.assignedText(assignment)
    if (this.stopped) return
    if (isReadonly(assignment.name)) this.fail(`${assignment.name}: readonly variable`)
    else this.variables.set(assignment.name, text)
  }

  private *assignedText({ name, value, append }: Assignment): Generator<Yieldable, string> {
    const text = value.type === 'Word' ? yield* this.expander.text(value) : ''
    const before = append === true ? (this.variables.get(name) ?? '') : ''
    this.budget.worked(before.length + text.length)
    return before + text
  }

  private *choice(node: If, streams: Streams): Generator<Yieldable, void> {
    for (const { clause, then } of [node, ...node.elif]) {
      yield* this.list(clause, streams)
      if (this.stopped) return
      if (this.status === 0) return yield* this.list(then, streams)
    }
    this.status = 0
    if (node.else !== undefined) yield* this.list(node.else, streams)
  }

  private *cases({ word, items }: Case, streams: Streams): Generator<Yieldable, void> {
    const text = yield* this.expander.text(word)
    let falls = false
    let taken = false
    for (const { pattern, body, terminator } of items) {
      for (const one of pattern) {
        if (falls) break
        this.budget.worked(text.length)
        falls = new ShellPattern(yield* this.expander.pattern(one)).matches(text, this.budget)
      }
      if (!falls) continue
      if (this.stopped) return
      if (!taken) this.status = 0
      taken = true
      yield* this.list(body, streams)
      if (terminator === ';;' || terminator === undefined) return
      falls = terminator === ';&'
    }
    if (!taken && !this.stopped) this.status = 0
  }

  private *forEach({ name, wordlist, body }: For, streams: Streams): Generator<Yieldable, void> {
    const values = wordlist === undefined ? [] : yield* this.expander.fields(wordlist)
    if (this.stopped) return
    let status = 0
    this.loops++
    for (const value of values) {
      this.variables.set(name.value, value)
      const more = yield* this.turn(body, streams)
      status = this.status
      if (!more) break
    }
    this.loops--
    this.status = status
  }

  private *repeat({ kind, clause, body }: While, streams: Streams): Generator<Yieldable, void> {
    let status = 0
    this.loops++
    for (;;) {
      yield* this.list(clause, streams)
      if (this.leaving !== undefined && !this.goesOn()) break
      if ((this.status === 0) !== (kind === 'while')) break
      const more = yield* this.turn(body, streams)
      status = this.status
      if (!more) break
    }
    this.loops--
    if (this.leaving === undefined) this.status = status
  }

  private *countedLoop({ initialize, test, update, body }: ArithmeticFor, streams: Streams): Generator<Yieldable, void> {
    let status = 0
    this.loops++
    yield* arithmetic(initialize, this.expander)
    while (!this.stopped && (test === undefined || ((yield* arithmetic(test, this.expander)) ?? 0n) !== 0n)) {
      const more = yield* this.turn(body, streams)
      status = this.status
      if (!more) break
      yield* arithmetic(update, this.expander)
    }
    this.loops--
    if (this.leaving === undefined) this.status = status
  }

  /** One turn of a loop; whether there is to be another. */
  private *turn(body: CompoundList, streams: Streams): Generator<Yieldable, boolean> {
    this.budget.turn()
    if (this.stopped) return false
    yield* this.list(body, streams)
    return this.goesOn()
  }

  /** Whether the loop around goes on; a `break` or `continue` that is meant for it ends here. */
  private goesOn(): boolean {
    if (this.budget.exceeded !== undefined) return false
    const { leaving } = this
    if (leaving === undefined) return true
    if (!('levels' in leaving)) return false
    leaving.levels--
    if (leaving.levels > 0) return false
    this.leaving = undefined
    return leaving.kind === 'continue'
  }
}

function withoutNewlines(text: string): string {
  let end = text.length
  while (end > 0 && text.charAt(end - 1) === '\n') end--
  return text.slice(0, end)
}
