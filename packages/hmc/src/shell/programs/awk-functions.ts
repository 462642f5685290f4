// Functions that awk has: length, substr, index, split, sub, gsub, match, tolower, toupper, int, sprintf.
// What a program calls them with is awk-tree.ts.

import type { Regex } from '../regex/regex-program.js'
import type { AwkRun } from './awk.js'
import type { AwkExpression, AwkPlace } from './awk-tree.js'
import { type AwkValue, numberOfValue, textOfValue } from './awk-values.js'
import { formatted } from './printing.js'

/** What a function needs of the run that calls it. */
type Caller = Pick<AwkRun, 'value' | 'assign' | 'array' | 'parted' | 'regex' | 'variables' | 'scope'>

const wholeLine: AwkPlace = { kind: 'field', number: { kind: 'number', value: 0 } }

export function callFunction(run: Caller, name: string, values: readonly AwkExpression[]): AwkValue {
  const [first, second, third] = values
  const text = (expression: AwkExpression | undefined): string => (expression === undefined ? '' : textOfValue(run.value(expression)))
  switch (name) {
    case 'length':
      if (first?.kind === 'variable' && run.variables.get(first.name) === undefined && run.array(first.name).size > 0)
        return run.array(first.name).size
      return text(first ?? wholeLine).length
    case 'substr':
      return part(text(first), numberOf(run, second), third === undefined ? undefined : numberOf(run, third))
    case 'index':
      return text(first).indexOf(text(second)) + 1
    case 'tolower':
      return text(first).toLowerCase()
    case 'toupper':
      return text(first).toUpperCase()
    case 'int':
      return Math.trunc(numberOf(run, first)) || 0
    case 'sprintf': {
      const [format = '', ...rest] = values.map((value) => text(value))
      return formatted(format, rest, 'awk', run.scope.budget, numberOfValue).text
    }
    case 'split': {
      const separator = third === undefined ? textOfValue(run.variables.get('FS')) : third.kind === 'regex' ? third.text : text(third)
      const parts = run.parted(text(first), separator)
      const array = run.array(second?.kind === 'variable' ? second.name : '')
      array.clear()
      run.scope.budget.worked(8 * parts.length)
      if (run.scope.budget.exceeded !== undefined) return 0
      for (const [place, one] of parts.entries()) array.set(String(place + 1), { outside: one })
      return parts.length
    }
    case 'match': {
      const [begin = -1, end = -1] = regexOf(run, second)?.search(text(first), 0, run.scope.budget) ?? []
      run.variables.set('RSTART', begin + 1)
      run.variables.set('RLENGTH', begin === -1 ? -1 : end - begin)
      return begin + 1
    }
    case 'sub':
    case 'gsub':
      return substituted(run, regexOf(run, first), text(second), third ?? wholeLine, name === 'gsub')
    default:
      // A list in brackets that no `print` took: its last value.
      return values.length === 0 ? undefined : values.map((value) => run.value(value)).at(-1)
  }
}

function numberOf(run: Caller, expression: AwkExpression | undefined): number {
  return expression === undefined ? 0 : numberOfValue(run.value(expression))
}

function regexOf(run: Caller, expression: AwkExpression | undefined): Regex | undefined {
  return run.regex(expression?.kind === 'regex' ? expression.text : expression === undefined ? '' : textOfValue(run.value(expression)))
}

/** Characters from a place on, both rounded; what lies before the first counts as taken. */
function part(text: string, from: number, length: number | undefined): string {
  const begin = Math.round(from)
  const end = length === undefined ? text.length + 1 : begin + Math.round(length)
  return text.slice(Math.max(0, begin - 1), Math.max(0, end - 1))
}

function substituted(run: Caller, regex: Regex | undefined, by: string, target: AwkExpression, every: boolean): number {
  const text = textOfValue(run.value(target))
  if (regex === undefined) return 0
  let result = ''
  let copied = 0
  let count = 0
  const { budget } = run.scope
  for (let at = 0; at <= text.length && budget.exceeded === undefined;) {
    const [begin = -1, end = -1] = regex.search(text, at, budget) ?? []
    if (begin === -1) break
    // An empty match just behind the last one is none.
    if (end > begin || begin !== copied || count === 0) {
      count++
      budget.worked(by.length + (by.includes('&') ? by.length * (end - begin) : 0))
      if (budget.exceeded !== undefined) break
      result +=
        text.slice(copied, begin) +
        by.replace(/\\([\\&])|&/g, (_, escaped) => (escaped === undefined ? text.slice(begin, end) : String(escaped)))
      copied = end
      if (!every) break
    }
    at = end > begin ? end : begin + 1
  }
  if (count > 0 && (target.kind === 'variable' || target.kind === 'field' || target.kind === 'element'))
    run.assign(target, result + text.slice(copied))
  return count
}
