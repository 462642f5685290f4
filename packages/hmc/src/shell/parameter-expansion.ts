// `${x}` with what may stand behind the name: defaults, parts taken away, replacements, slices, upper and lower case, `${#x}`.
// Arrays, indirect names and `@` operators are found before a line is run (unsimulated-syntax.ts).

import type { Yieldable } from '@powersim/kernel'
import type { ParameterDefaultOperation, ParameterExpansionPart, ParameterReplaceOperation, Word } from 'unbash'
import { arithmeticText } from './arithmetic.js'
import { type Expander, type ExpansionScope, type Piece, split, valueOf, whole } from './expansion-scope.js'
import { ShellPattern } from './shell-pattern.js'

export function* expandParameter(
  part: ParameterExpansionPart,
  quoted: boolean,
  expander: Expander,
): Generator<Yieldable, readonly Piece[]> {
  const { scope } = expander
  const value = valueOf(part.parameter, scope)
  const made = (text: string): readonly Piece[] => [quoted ? whole(text) : split(text)]
  if (part.prefix === '#') return made(String((value ?? '').length))
  const { operation } = part
  if (operation === undefined) return made(value ?? '')
  const text = value ?? ''
  scope.budget.worked(text.length)
  switch (operation.type) {
    case 'Default':
      return yield* withDefault(part.parameter, value, operation, quoted, expander)
    case 'Remove':
      return made(removed(text, operation.operator, new ShellPattern(yield* expander.pattern(operation.operand)), scope))
    case 'Replace':
      return made(yield* replaced(text, operation, expander))
    case 'Slice': {
      const from = yield* wordNumber(operation.offset, expander)
      const length = operation.length === undefined ? undefined : yield* wordNumber(operation.length, expander)
      return made(sliced(text, from, length, scope))
    }
    case 'CaseModification': {
      const all = operation.operator.length === 2
      const change = (one: string): string => (operation.operator.startsWith('^') ? one.toUpperCase() : one.toLowerCase())
      return made(all ? change(text) : change(text.slice(0, 1)) + text.slice(1))
    }
    case 'Transform':
    case 'Names':
    case 'Unknown':
      scope.fail(`${part.text}: bad substitution`)
      return []
    default:
      return operation satisfies never
  }
}

function* withDefault(
  name: string,
  value: string | undefined,
  { operator, operand }: ParameterDefaultOperation,
  quoted: boolean,
  expander: Expander,
): Generator<Yieldable, readonly Piece[]> {
  const { scope } = expander
  const missing = value === undefined || (operator.startsWith(':') && value === '')
  const own: readonly Piece[] = [quoted ? whole(value ?? '') : split(value ?? '')]
  switch (operator.at(-1)) {
    case '+':
      return missing ? (quoted ? [whole('')] : []) : yield* expander.operand(operand, quoted)
    case '?': {
      if (!missing) return own
      const message = yield* expander.text(operand)
      scope.fail(`${name}: ${message === '' ? 'parameter null or not set' : message}`, 127)
      return []
    }
    case '=': {
      if (!missing) return own
      const text = yield* expander.text(operand)
      scope.variables.set(name, text)
      return [quoted ? whole(text) : split(text)]
    }
    default:
      return missing ? yield* expander.operand(operand, quoted) : own
  }
}

function removed(text: string, operator: '#' | '##' | '%' | '%%', pattern: ShellPattern, scope: ExpansionScope): string {
  if (operator === '#' || operator === '##') {
    const ends = pattern.ends(text, 0, scope.budget)
    const end = operator === '#' ? ends[0] : ends.at(-1)
    return end === undefined ? text : text.slice(end)
  }
  const places = Array.from({ length: text.length + 1 }, (_, place) => (operator === '%' ? text.length - place : place))
  for (const place of places) {
    scope.budget.worked(text.length - place + 1)
    if (scope.budget.exceeded !== undefined) break
    if (pattern.ends(text, place, scope.budget).includes(text.length)) return text.slice(0, place)
  }
  return text
}

function* replaced(text: string, operation: ParameterReplaceOperation, expander: Expander): Generator<Yieldable, string> {
  const source = yield* expander.pattern(operation.pattern)
  const by = yield* expander.text(operation.replacement)
  if (source === '') return text
  const { budget } = expander.scope
  const pattern = new ShellPattern(source)
  const { operator } = operation
  let result = ''
  for (let at = 0; at <= text.length && budget.exceeded === undefined;) {
    budget.worked(text.length - at + 1)
    const ends = pattern.ends(text, at, budget)
    const end = operator === '/%' && !ends.includes(text.length) ? undefined : ends.at(-1)
    if (end === undefined || (end === at && operator === '//')) {
      if (operator === '/#') return text
      result += text.charAt(at)
      at++
      continue
    }
    budget.worked(by.length)
    result += by
    if (operator !== '//') return result + text.slice(end)
    at = end
  }
  return result
}

function* wordNumber(word: Word, expander: Expander): Generator<Yieldable, number> {
  return Number(BigInt.asIntN(32, (yield* arithmeticText(yield* expander.text(word), expander)) ?? 0n))
}

function sliced(text: string, from: number, length: number | undefined, scope: ExpansionScope): string {
  const begin = from < 0 ? text.length + from : from
  if (begin < 0 || begin > text.length) return ''
  const end = length === undefined ? text.length : length < 0 ? text.length + length : begin + length
  if (end < begin) {
    scope.fail(`${length}: substring expression < 0`)
    return ''
  }
  return text.slice(begin, end)
}
