// Values of awk: numbers, strings, and text from outside, which is a number where it looks like one.
// What is done with them is awk.ts.

import { general } from './printing.js'

/** Text of a field or of `-v`. */
interface OutsideText {
  readonly outside: string
}

/** Undefined: a variable that nobody has set, which is both 0 and the empty string. */
export type AwkValue = number | string | OutsideText | undefined

const numberShape = /^[ \t\n]*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/

export function textOfValue(value: AwkValue): string {
  if (value === undefined) return ''
  if (typeof value === 'number') return Number.isInteger(value) && Math.abs(value) < 1e16 ? String(value || 0) : general(value, 6)
  return typeof value === 'string' ? value : value.outside
}

/** The number that a text begins with; 0 when it begins with none. */
export function numberOfValue(value: AwkValue): number {
  if (typeof value === 'number') return value
  return Number(numberShape.exec(textOfValue(value))?.[0] ?? 0)
}

export function isTrue(value: AwkValue): boolean {
  if (typeof value === 'number') return value !== 0
  if (looksNumeric(value)) return numberOfValue(value) !== 0
  return textOfValue(value) !== ''
}

function looksNumeric(value: AwkValue): boolean {
  if (typeof value !== 'object') return typeof value === 'number' || value === undefined
  return /\d/.test(value.outside) && numberShape.exec(value.outside.trimEnd())?.[0].length === value.outside.trimEnd().length
}

/** Below 0, 0 or above 0. Numbers are compared as numbers, anything else as text. */
export function compareValues(left: AwkValue, right: AwkValue): number {
  if (looksNumeric(left) && looksNumeric(right)) return numberOfValue(left) - numberOfValue(right)
  const [one, other] = [textOfValue(left), textOfValue(right)]
  return one < other ? -1 : one > other ? 1 : 0
}
