// A record of page references as a text: one page number a line, `#` begins a comment, empty lines count for nothing. Numbers may be any
// from 0 to 2^53 - 1; pages are numbered anew from 0, in the order in which they come first.

import { quoted, TraceError } from './errors.js'

export interface PageTrace {
  /** Pages from 0 to `distinct` - 1. */
  readonly references: Int32Array
  readonly distinct: number
}

/** The most references of a trace. */
export const MAX_TRACE_REFERENCES = 2 ** 28

const NEWLINE = 10
const RETURN = 13
const SPACE = 32
const TAB = 9
const HASH = 35
const ZERO = 48
const NINE = 57
const LONGEST_QUOTE = 60

/** Reads the bytes of a trace. Throws TraceError that names file and line; a trace without references is one too. */
export function parsePageTrace(bytes: Uint8Array, file: string): PageTrace {
  let references = new Int32Array(1024)
  let count = 0
  const numbers = new Map<number, number>()
  let line = 1
  for (let at = 0; at < bytes.length; line++) {
    const start = at
    while (at < bytes.length && (bytes[at] === SPACE || bytes[at] === TAB)) at++
    const first = at
    let page = 0
    while (at < bytes.length && bytes[at]! >= ZERO && bytes[at]! <= NINE) page = page * 10 + (bytes[at++]! - ZERO)
    const digits = at - first
    while (at < bytes.length && (bytes[at] === SPACE || bytes[at] === TAB || bytes[at] === RETURN)) at++
    const ends = at === bytes.length || bytes[at] === NEWLINE || bytes[at] === HASH
    if (!ends || page > Number.MAX_SAFE_INTEGER) throw refused(bytes, file, line, start)
    while (at < bytes.length && bytes[at] !== NEWLINE) at++
    at++
    if (digits === 0) continue
    if (count === MAX_TRACE_REFERENCES) throw new TraceError(file, line, `at most ${MAX_TRACE_REFERENCES} references`, 'one more')
    if (count === references.length) references = doubled(references)
    let number = numbers.get(page)
    if (number === undefined) {
      number = numbers.size
      numbers.set(page, number)
    }
    references[count++] = number
  }
  if (count === 0) throw new TraceError(file, line, 'a page number on some line', 'none')
  return { references: references.slice(0, count), distinct: numbers.size }
}

function doubled(values: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * values.length)
  larger.set(values)
  return larger
}

function refused(bytes: Uint8Array, file: string, line: number, start: number): TraceError {
  let text = ''
  for (let at = start; at < bytes.length && bytes[at] !== NEWLINE && text.length < LONGEST_QUOTE; at++)
    text += String.fromCharCode(bytes[at]!)
  return new TraceError(file, line, 'one page number, an integer from 0 to 2^53 - 1', quoted(text.trim()))
}
