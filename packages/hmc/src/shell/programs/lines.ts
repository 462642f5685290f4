// Programs that count, take or pass on lines: cat, head, tail, wc, and tr for characters. Not simulated: following a file, bytes of head
// and tail, the options of cat.

import { classRanges } from '../regex/character-set.js'
import { linesOf, textOf } from '../text-streams.js'
import {
  isReply,
  type Program,
  type ProgramReply,
  printedWith,
  readShortOptions,
  textOfOperands,
  unescaped,
  unknown,
  wrong,
} from './program.js'

export const cat: Program = (words, scope) => {
  const options = readShortOptions('cat', words, 'n', '')
  if (isReply(options)) return options
  const { text, missing } = textOfOperands('cat', options.operands, scope)
  if (!options.has('n')) return printedWith(text, missing)
  const numbered = textOf(linesOf(text).map((line, place) => `${String(place + 1).padStart(6)}\t${line}`))
  return printedWith(text === '' || text.endsWith('\n') ? numbered : numbered.slice(0, -1), missing)
}

export const head: Program = (words, scope) => {
  return taken(
    'head',
    words,
    (lines, count, sign) => (sign === '-' ? lines.slice(0, -count || lines.length) : lines.slice(0, count)),
    scope,
  )
}

export const tail: Program = (words, scope) => {
  return taken(
    'tail',
    words,
    (lines, count, sign) => (sign === '+' ? lines.slice(Math.max(0, count - 1)) : lines.slice(-count || lines.length)),
    scope,
  )
}

type Take = (lines: readonly string[], count: number, sign: string) => readonly string[]

function taken(name: 'head' | 'tail', words: readonly string[], take: Take, scope: Parameters<Program>[1]): ProgramReply {
  // `-5` and `+5` are old forms of `-n 5` and `-n +5`.
  const modern = words.map((word, place) => {
    if (words[place - 1] === '-n') return word
    return word.replace(/^-(\d+)$/, '-n$1').replace(/^\+(\d+)$/, name === 'tail' ? '-n+$1' : '$&')
  })
  const options = readShortOptions(name, modern, 'q', 'n')
  if (isReply(options)) return options
  const given = options.value('n') ?? '10'
  const [, sign = '', count] = /^([-+]?)(\d{1,9})$/.exec(given) ?? []
  if (count === undefined) return wrong(`${name}: invalid number of lines: '${given}'`)
  const { text, missing } = textOfOperands(name, options.operands, scope)
  const lines = linesOf(text)
  const kept = take(lines, Number(count), sign)
  // The last line keeps what it ended with.
  const open = kept.length > 0 && kept.at(-1) === lines.at(-1) && !text.endsWith('\n') && endsWith(lines, kept, name, sign, Number(count))
  return printedWith(open ? textOf(kept).slice(0, -1) : textOf(kept), missing)
}

/** Whether what was taken reaches to the end of the lines. */
function endsWith(lines: readonly string[], kept: readonly string[], name: 'head' | 'tail', sign: string, count: number): boolean {
  if (name === 'tail') return kept.length > 0
  return sign === '-' ? count === 0 : kept.length === lines.length
}

export const wc: Program = (words, scope) => {
  const options = readShortOptions('wc', words, 'lwcm', '')
  if (isReply(options)) return options
  const { text, missing } = textOfOperands('wc', options.operands, scope)
  const counts = { l: text.split('\n').length - 1, w: text.match(/[^\s]+/g)?.length ?? 0, m: [...text].length, c: byteLength(text) }
  const all = ['l', 'w', 'm', 'c'] as const // letters of the table above, not any strings
  const wanted = all.filter((kind) =>
    options.has('l') || options.has('w') || options.has('c') || options.has('m') ? options.has(kind) : kind !== 'm',
  )
  const named = options.operands.length === 0 ? '' : ` ${options.operands.join(' ')}`
  const columns = wanted.map((kind) => String(counts[kind]))
  const width = wanted.length > 1 ? 7 : 1
  return printedWith(`${columns.map((column) => column.padStart(width)).join(' ')}${named}\n`, missing)
}

/** Bytes of a text in UTF-8. */
function byteLength(text: string): number {
  let bytes = 0
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
  }
  return bytes
}

export const tr: Program = (words, scope) => {
  const options = readShortOptions('tr', words, 'dsc', '')
  if (isReply(options)) return options
  const [first, second, more] = options.operands
  if (first === undefined || more !== undefined)
    return wrong(first === undefined ? 'tr: missing operand' : `tr: extra operand '${more ?? ''}'`)
  const deletes = options.has('d')
  const squeezes = options.has('s')
  if (second === undefined && !deletes && !squeezes) return wrong(`tr: missing operand after '${first}'`)
  if (options.has('c') && !deletes && second !== undefined && charactersOf(second)?.length !== 1)
    return unknown('tr -c with a set of several')
  const from = charactersOf(first)
  const to = second === undefined ? '' : charactersOf(second)
  if (from === undefined || to === undefined) return unknown('tr with such a set')
  const [members, targets] = [new Map([...from].map((character, place) => [character, place])), new Set(to)]
  const inFrom = (character: string): boolean => members.has(character) !== options.has('c')
  const repeated = second === undefined ? inFrom : (character: string): boolean => targets.has(character)
  let result = ''
  let last = ''
  const text = scope.input.rest()
  scope.budget.worked(text.length * 2)
  for (const character of text) {
    if (deletes && inFrom(character)) continue
    const out = !deletes && second !== undefined && inFrom(character) ? mapped(character, members.get(character), to) : character
    if (squeezes && out === last && repeated(out)) continue
    result += out
    last = out
  }
  return printedWith(result, '')
}

/** What becomes of a character at a place of the first set; undefined: of one outside of it. */
function mapped(character: string, place: number | undefined, to: string): string {
  return to === '' ? character : to.charAt(Math.min(place ?? to.length - 1, to.length - 1))
}

/** The characters of a set: ranges, classes and escapes written out. Undefined for `[x*3]` and `[=x=]`. */
function charactersOf(given: string): string | undefined {
  const text = unescaped(given)
  if (/\[(?:=.=|.\*\d*)\]/.test(text)) return undefined
  let result = ''
  for (let at = 0; at < text.length; at++) {
    const named = /^\[:(\w+):\]/.exec(text.slice(at, at + 12))
    const ranges = named === null ? undefined : classRanges[named[1] ?? '']
    if (named !== null && ranges !== undefined) {
      for (let pair = 0; pair < ranges.length; pair += 2) result += span(ranges[pair] ?? 0, ranges[pair + 1] ?? 0)
      at += named[0].length - 1
    } else if (text.charAt(at + 1) === '-' && at + 2 < text.length && text.charCodeAt(at + 2) >= text.charCodeAt(at)) {
      result += span(text.charCodeAt(at), Math.min(text.charCodeAt(at + 2), text.charCodeAt(at) + 65_535))
      at += 2
    } else result += text.charAt(at)
  }
  return result
}

function span(from: number, to: number): string {
  let text = ''
  for (let code = from; code <= to; code++) text += String.fromCharCode(code)
  return text
}
