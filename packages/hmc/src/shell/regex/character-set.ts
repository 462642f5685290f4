// A set of characters of a regular expression or of a shell pattern: ranges of code units, classes such as [:digit:], negation.
// Characters are UTF-16 code units; classes know ASCII, as in the C locale.

/** Ranges, two numbers each, both ends included. */
export interface CharacterSet {
  readonly negated: boolean
  readonly ranges: readonly number[]
}

const digit = [48, 57]
const upper = [65, 90]
const lower = [97, 122]
const space = [9, 13, 32, 32]
const punctuation = [33, 47, 58, 64, 91, 96, 123, 126]

export const wordRanges: readonly number[] = [...digit, ...upper, ...lower, 95, 95]
export const spaceRanges: readonly number[] = space

/** Ranges of `[:name:]`. */
export const classRanges: Readonly<Record<string, readonly number[]>> = {
  alpha: [...upper, ...lower],
  digit,
  alnum: [...digit, ...upper, ...lower],
  upper,
  lower,
  space,
  blank: [9, 9, 32, 32],
  punct: punctuation,
  print: [32, 126],
  graph: [33, 126],
  cntrl: [0, 31, 127, 127],
  xdigit: [...digit, 65, 70, 97, 102],
}

function within(ranges: readonly number[], code: number): boolean {
  for (let at = 0; at + 1 < ranges.length; at += 2) {
    // Ranges come in pairs.
    if (code >= (ranges[at] ?? 0) && code <= (ranges[at + 1] ?? -1)) return true
  }
  return false
}

/** Whether a set holds a character, or with `ignoreCase` its other case. */
export function inSet(set: CharacterSet, code: number, ignoreCase: boolean): boolean {
  const found = within(set.ranges, code) || (ignoreCase && within(set.ranges, otherCase(code)))
  return found !== set.negated
}

/** The other case of an ASCII letter; anything else is its own. */
export function otherCase(code: number): number {
  if ((code >= 65 && code <= 90) || (code >= 97 && code <= 122)) return code ^ 32
  return code
}

export function isWordCode(code: number): boolean {
  return within(wordRanges, code)
}

/** What a bracket expression says, and where it ends; undefined when it is never closed, a text when it is wrong. */
export type BracketReading = { readonly set: CharacterSet; readonly end: number } | string | undefined

/** Reads a bracket expression; `at` is just after its `[`. `escapes`: a backslash protects what follows, as in patterns of the shell. */
export function readBracket(text: string, at: number, escapes: boolean): BracketReading {
  let place = at
  const negated = text.charAt(place) === '^' || (escapes && text.charAt(place) === '!')
  if (negated) place++
  const ranges: number[] = []
  for (let first = true; ; first = false) {
    if (place >= text.length) return undefined
    if (text.charAt(place) === ']' && !first) return { set: { negated, ranges }, end: place + 1 }
    const named = /^\[([:.=])(.*?)\1\]/.exec(text.slice(place, place + 40))
    if (named?.[1] === ':') {
      const own = classRanges[named[2] ?? '']
      if (own === undefined) return 'Invalid character class name'
      ranges.push(...own)
      place += named[0].length
      continue
    }
    const low = element(text, place, escapes, named)
    if (low === undefined) return undefined
    place = low.end
    if (text.charAt(place) === '-' && place + 1 < text.length && text.charAt(place + 1) !== ']') {
      const high = element(text, place + 1, escapes, /^\[([.=])(.)\1\]/.exec(text.slice(place + 1, place + 8)))
      if (high === undefined) return undefined
      if (high.code < low.code) return 'Invalid range end'
      ranges.push(low.code, high.code)
      place = high.end
    } else ranges.push(low.code, low.code)
  }
}

function element(text: string, at: number, escapes: boolean, named: RegExpExecArray | null): { code: number; end: number } | undefined {
  if (named !== null && (named[2] ?? '').length === 1) return { code: (named[2] ?? '').charCodeAt(0), end: at + named[0].length }
  const protectedOne = escapes && text.charAt(at) === '\\' && at + 1 < text.length
  const place = protectedOne ? at + 1 : at
  if (place >= text.length) return undefined
  return { code: text.charCodeAt(place), end: place + 1 }
}
