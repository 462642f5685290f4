// Arguments of actions, as a document's `with` or a script's `!` line gives them: parameters as `name=value`, and at most one bare word,
// the name of a system. Which parameters an action has is its row's (actions.ts).

import { parseDuration } from '@powersim/kernel'
import { MachineError } from './errors.js'

/** What a parameter takes: a whole number of a range, a duration, one of some words, or any word. */
export type ParameterRule =
  | { readonly takes: 'count'; readonly min: number; readonly max: number; readonly otherwise: number }
  | { readonly takes: 'duration'; readonly otherwise: number }
  | { readonly takes: 'word'; readonly words?: readonly string[]; readonly otherwise: string }

export type ParameterRules = Readonly<Record<string, ParameterRule>>

/** A value for each parameter of some rules: numbers for counts and durations (ns), text for words. */
export type ParametersOf<R extends ParameterRules> = {
  readonly [K in keyof R]: R[K] extends { readonly takes: 'word' } ? string : number
}

export interface ActionArguments<R extends ParameterRules> {
  readonly system: string | undefined
  readonly parameters: ParametersOf<R>
}

/** Reads the arguments of an action; MachineError `bad-action` for one that it does not have or that is no value for it. */
export function readArguments<R extends ParameterRules>(action: string, rules: R, args: readonly string[]): ActionArguments<R> {
  const given: Record<string, number | string> = {}
  for (const [name, { otherwise }] of Object.entries(rules)) given[name] = otherwise
  let system: string | undefined
  for (const arg of args) {
    const at = arg.indexOf('=')
    if (at < 0) {
      if (system !== undefined) throw wrong(action, `expected at most the name of a system, got ${system} ${arg}`)
      system = arg
      continue
    }
    const name = arg.slice(0, at)
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined
    if (rule === undefined) throw wrong(action, `has no parameter '${name}': expected ${known(rules)}`)
    given[name] = valueOf(action, name, rule, arg.slice(at + 1))
  }
  // Every parameter of the rules has a value of its kind: its own, or one that `valueOf` has read.
  return { system, parameters: given as ParametersOf<R> }
}

function valueOf(action: string, name: string, rule: ParameterRule, text: string): number | string {
  switch (rule.takes) {
    case 'count': {
      const value = /^\d{1,9}$/.test(text) ? Number(text) : -1
      if (value >= rule.min && value <= rule.max) return value
      throw wrong(action, `${name}: expected a whole number from ${rule.min} to ${rule.max}, got '${text}'`)
    }
    case 'duration':
      try {
        return parseDuration(text)
      } catch (cause) {
        throw wrong(action, `${name}: ${cause instanceof Error ? cause.message : String(cause)}`)
      }
    case 'word':
      if (text !== '' && rule.words?.includes(text) !== false) return text
      throw wrong(action, `${name}: expected ${rule.words?.join(', ') ?? 'a word'}, got '${text}'`)
  }
}

function known(rules: ParameterRules): string {
  const names = Object.keys(rules)
  return names.length === 0 ? 'at most the name of a system' : `${names.map((name) => `${name}=`).join(', ')} or the name of a system`
}

function wrong(action: string, message: string): MachineError {
  return new MachineError('bad-action', 'events', `${action}: ${message}`)
}
