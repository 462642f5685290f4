// Words of the shell that act on the shell itself: variables, loops, `read`, `test`, `exit`, `xargs`. Programs that only turn text into
// text are programs/; the restricted shell's refusals are here.

import type { Yieldable } from '@powersim/kernel'
import { SHELL_NAME } from './shell-name.js'
import { readFields } from './field-splitting.js'
import type { Leaving } from './line-run.js'
import type { LineBudget } from './line-budget.js'
import type { Streams } from './redirections.js'
import { DEFAULT_SEPARATORS, isReadonly, type ShellVariables } from './shell-variables.js'
import { testWords } from './test-condition.js'

/** What a word of the shell sees of the line that it is part of. */
interface BuiltInRun {
  readonly variables: ShellVariables
  readonly budget: LineBudget
  status: number
  leaving: Leaving | undefined
  readonly loops: number
  simple(words: readonly string[], streams: Streams): Generator<Yieldable, void>
}

/** Ends with the exit status. */
type BuiltIn = (run: BuiltInRun, words: readonly string[], streams: Streams) => Generator<Yieldable, number>

const WRONG_USE = 2

function complain(streams: Streams, text: string, status = 1): number {
  streams.errors.write(`${SHELL_NAME}: ${text}\n`)
  return status
}

function* exit(run: BuiltInRun, [given]: readonly string[], streams: Streams): Generator<Yieldable, number> {
  run.leaving = { kind: 'exit' }
  if (given === undefined) return run.status
  if (!/^[-+]?\d{1,18}$/.test(given)) return complain(streams, `exit: ${given}: numeric argument required`, WRONG_USE)
  return Number(BigInt.asUintN(8, BigInt(given)))
}

function leaveLoop(kind: 'break' | 'continue'): BuiltIn {
  return function* (run, [given = '1'], streams) {
    if (run.loops === 0) {
      complain(streams, `${kind}: only meaningful in a \`for', \`while', or \`until' loop`)
      return 0
    }
    if (!/^\d{1,9}$/.test(given)) {
      run.leaving = { kind: 'failed' }
      return complain(streams, `${kind}: ${given}: numeric argument required`, 128)
    }
    const levels = Number(given)
    run.leaving = { kind: levels === 0 ? 'break' : kind, levels: levels === 0 ? run.loops : Math.min(levels, run.loops) }
    return levels === 0 ? complain(streams, `${kind}: 0: loop count out of range`) : 0
  }
}

const nameShape = /^[A-Za-z_]\w*$/

function* read(run: BuiltInRun, words: readonly string[], { input, errors }: Streams): Generator<Yieldable, number> {
  let raw = false
  let at = 0
  for (; /^-./.test(words[at] ?? ''); at++) {
    const option = words[at] ?? ''
    if (option === '--') {
      at++
      break
    }
    if (option === '-r') raw = true
    else if (option === '-p') at++
    else {
      errors.write(`not simulated: read ${option}\n`)
      return WRONG_USE
    }
  }
  const names = words.slice(at)
  const bad = names.find((name) => !nameShape.test(name))
  if (bad !== undefined) {
    errors.write(`${SHELL_NAME}: read: \`${bad}': not a valid identifier\n`)
    return 1
  }
  let line = input.line()
  let text = line?.text ?? ''
  // A backslash at the end of a line joins the next to it.
  while (!raw && line?.ended === true && endsInBackslash(text)) {
    line = input.line()
    text = text.slice(0, -1) + (line?.text ?? '')
  }
  run.budget.worked(text.length)
  const separators = run.variables.get('IFS') ?? DEFAULT_SEPARATORS
  if (names.length === 0) run.variables.set('REPLY', raw ? text : text.replace(/\\([^])/g, '$1'))
  const values = names.length === 0 ? [] : readFields(text, separators, names.length, raw)
  for (const [place, name] of names.entries()) run.variables.set(name, values[place] ?? '')
  return line?.ended === true ? 0 : 1
}

/** Whether the last character is a backslash that nothing protects. */
function endsInBackslash(text: string): boolean {
  let at = text.length
  while (at > 0 && text.charAt(at - 1) === '\\') at--
  return (text.length - at) % 2 === 1
}

function* exportNames(run: BuiltInRun, words: readonly string[], streams: Streams): Generator<Yieldable, number> {
  for (const word of words) {
    const [, name, value] = /^([A-Za-z_]\w*)(?:=([^]*))?$/.exec(word) ?? []
    if (name === undefined) return complain(streams, `export: \`${word}': not a valid identifier`)
    if (value === undefined) continue
    if (isReadonly(name)) return complain(streams, `${name}: readonly variable`)
    run.variables.set(name, value)
  }
  return 0
}

function* unset(run: BuiltInRun, words: readonly string[], streams: Streams): Generator<Yieldable, number> {
  for (const name of words.filter((word) => word !== '-v')) {
    if (!nameShape.test(name)) return complain(streams, `unset: \`${name}': not a valid identifier`)
    if (isReadonly(name)) return complain(streams, `unset: ${name}: cannot unset: readonly variable`)
    run.variables.unset(name)
  }
  return 0
}

function test(name: 'test' | '['): BuiltIn {
  return function* (_, words, streams) {
    if (name === '[' && words.at(-1) !== ']') return complain(streams, "[: missing `]'", WRONG_USE)
    const result = testWords(name === '[' ? words.slice(0, -1) : words)
    return typeof result === 'string' ? complain(streams, `${name}: ${result}`, WRONG_USE) : result ? 0 : 1
  }
}

/** `xargs [-r] [-n N] [-I R] COMMAND …`: the words of its input as arguments, `echo` when no command is given. */
function* xargs(run: BuiltInRun, words: readonly string[], streams: Streams): Generator<Yieldable, number> {
  let most = Infinity
  let replaced: string | undefined
  let always = true
  let at = 0
  for (; /^-./.test(words[at] ?? ''); at++) {
    const option = words[at] ?? ''
    const number = /^-n(\d*)$/.exec(option)
    if (option === '-r') always = false
    else if (number !== null) most = Number(number[1] === '' ? words[++at] : number[1])
    else if (option.startsWith('-I')) replaced = option.length > 2 ? option.slice(2) : words[++at]
    else {
      streams.errors.write(`not simulated: xargs ${option}\n`)
      return 1
    }
  }
  if (!(most >= 1)) {
    streams.errors.write('xargs: value for -n option should be >= 1\n')
    return 1
  }
  const text = streams.input.rest()
  run.budget.worked(text.length)
  const open = replaced === undefined ? /["']/.exec(text.replace(/"[^"\n]*"|'[^'\n]*'|\\[^]/g, ''))?.[0] : undefined
  if (open !== undefined) {
    streams.errors.write(`xargs: unmatched ${open === '"' ? 'double' : 'single'} quote\n`)
    return 1
  }
  const given = words.length > at ? words.slice(at) : ['echo']
  const calls = replaced === undefined ? appended(given, argumentsOf(text), most, always) : filledIn(given, text, replaced, run.budget)
  let status = 0
  for (const call of calls) {
    run.budget.worked(call.length)
    if (run.budget.exceeded !== undefined) break
    yield* run.simple(call, streams)
    if (run.status !== 0) status = run.status === 127 ? 127 : 123
    if (run.status === 127) break
  }
  return status
}

/** Words at blanks; quotes and backslashes protect them. */
function argumentsOf(text: string): string[] {
  return [...text.matchAll(/(?:"[^"\n]*"|'[^'\n]*'|\\[^]|[^\s"'\\])+/g)].map(([word]) =>
    word.replace(/"([^"\n]*)"|'([^'\n]*)'|\\([^])/g, (_, double, single, one) => String(double ?? single ?? one)),
  )
}

function* appended(given: readonly string[], found: readonly string[], most: number, always: boolean): Generator<readonly string[]> {
  if (found.length === 0 && always) yield given
  for (let at = 0; at < found.length; at += most) yield [...given, ...found.slice(at, at + most)]
}

function* filledIn(given: readonly string[], text: string, mark: string, budget: LineBudget): Generator<readonly string[]> {
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue
    const marks = mark === '' ? 0 : given.reduce((sum, word) => sum + word.split(mark).length - 1, 0)
    budget.worked(marks * line.length)
    if (budget.exceeded !== undefined) return
    yield given.map((word) => (mark === '' ? word : word.replaceAll(mark, () => line.trimStart())))
  }
}

function* succeed(): Generator<Yieldable, number> {
  return 0
}

function* fail(): Generator<Yieldable, number> {
  return 1
}

function* changeDirectory(_: BuiltInRun, __: readonly string[], streams: Streams): Generator<Yieldable, number> {
  return complain(streams, 'cd: restricted')
}

/** By name. */
export const builtIns: ReadonlyMap<string, BuiltIn> = new Map<string, BuiltIn>([
  [':', succeed],
  ['true', succeed],
  ['false', fail],
  ['exit', exit],
  ['logout', exit],
  ['quit', exit],
  ['break', leaveLoop('break')],
  ['continue', leaveLoop('continue')],
  ['read', read],
  ['export', exportNames],
  ['unset', unset],
  ['test', test('test')],
  ['[', test('[')],
  ['xargs', xargs],
  ['cd', changeDirectory],
])
