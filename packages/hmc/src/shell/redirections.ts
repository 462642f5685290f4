// Which stream is which for one command: `2>&1`, `>/dev/null`, here strings and documents, `< <(…)`. The restricted shell writes no files,
// and there are none to read.

import type { Yieldable } from '@powersim/kernel'
import type { ParsedScript, Redirect, Redirection } from 'unbash'
import { SHELL_NAME } from './shell-name.js'
import { TextInput, TextOutput } from './text-streams.js'
import type { WordExpander } from './word-expansion.js'

/** Streams of a command. Two of them may be the same. */
export interface Streams {
  readonly input: TextInput
  readonly output: TextOutput
  readonly errors: TextOutput
}

/** What a substitution printed. */
export interface ScriptOutput {
  readonly text: string
  readonly status: number
}

/** Runs the script of `<(…)`. */
type RunScript = (script: ParsedScript) => Generator<Yieldable, ScriptOutput>

/** The streams of a command behind its redirections; a text is the shell's refusal. */
export function* redirected(
  streams: Streams,
  redirections: readonly Redirection[],
  expander: WordExpander,
  outputOf: RunScript,
): Generator<Yieldable, Streams | string> {
  let now = streams
  for (const redirection of redirections) {
    const next = yield* one(now, redirection, expander, outputOf)
    if (typeof next === 'string') return next
    now = next
  }
  return now
}

function* one(now: Streams, redirection: Redirection, expander: WordExpander, outputOf: RunScript): Generator<Yieldable, Streams | string> {
  switch (redirection.type) {
    case 'HereString': {
      const text = redirection.target === undefined ? '' : yield* expander.text(redirection.target)
      return { ...now, input: new TextInput(`${text}\n`) }
    }
    case 'HereDoc':
      return { ...now, input: new TextInput(yield* expander.document(redirection.body)) }
    case 'Redirect': {
      const { target, operator } = redirection
      const [only] = target?.parts ?? []
      if (only?.type === 'ProcessSubstitution') {
        return { ...now, input: new TextInput(only.script === undefined ? '' : (yield* outputOf(only.script)).text) }
      }
      const name = target === undefined ? '' : yield* expander.text(target)
      const descriptor = redirection.descriptor?.type === 'FileDescriptor' ? redirection.descriptor.value : undefined
      if (operator === '<' || operator === '<&') return reading(now, operator, descriptor ?? 0, name)
      return writing(now, operator, descriptor, name, expander)
    }
    default:
      return redirection satisfies never
  }
}

function reading(now: Streams, operator: string, descriptor: number, name: string): Streams | string {
  if (operator === '<&') return name === '0' || name === '-' ? now : `${SHELL_NAME}: ${name}: Bad file descriptor`
  if (name === '/dev/stdin') return now
  if (name !== '/dev/null') return `${SHELL_NAME}: ${name}: No such file or directory`
  return descriptor === 0 ? { ...now, input: new TextInput('') } : now
}

function writing(
  now: Streams,
  operator: Redirect['operator'],
  descriptor: number | undefined,
  name: string,
  { scope }: WordExpander,
): Streams | string {
  const both = operator === '&>' || operator === '&>>' || (operator === '>&' && descriptor === undefined && !/^(?:\d+|-)$/.test(name))
  const from = descriptor ?? 1
  const to = operator === '>&' && !both ? duplicated(now, name, scope.budget) : fileOf(now, name, scope.budget)
  if (typeof to === 'string') return to
  if (both) return { ...now, output: to, errors: to }
  if (from === 1) return { ...now, output: to }
  return from === 2 ? { ...now, errors: to } : now
}

function duplicated(now: Streams, name: string, budget: WordExpander['scope']['budget']): TextOutput | string {
  if (name === '1') return now.output
  if (name === '2') return now.errors
  return name === '-' ? new TextOutput(budget, true) : `${SHELL_NAME}: ${name}: Bad file descriptor`
}

function fileOf(now: Streams, name: string, budget: WordExpander['scope']['budget']): TextOutput | string {
  if (name === '/dev/null') return new TextOutput(budget, true)
  if (name === '/dev/stdout') return now.output
  return name === '/dev/stderr' ? now.errors : `${SHELL_NAME}: ${name}: restricted: cannot redirect output`
}
