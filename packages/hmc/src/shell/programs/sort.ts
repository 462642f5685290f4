// sort and uniq. Lines are compared by code units, as in the C locale: a console of another locale may put capitals elsewhere.
// Not simulated: -h, -V, -M, -o, files.

import { linesOf, textOf } from '../text-streams.js'
import { isReply, type Program, printedWith, readShortOptions, type ShortOptions, textOfOperands, wrong } from './program.js'

interface Ordering {
  readonly numeric: boolean
  readonly reversed: boolean
  readonly folded: boolean
  readonly blanks: boolean
}

/** A key from a field and character to a field and character; 0 as the last character is the end of the field. */
interface Key {
  readonly from: readonly [field: number, character: number]
  readonly to: readonly [field: number, character: number] | undefined
  readonly ordering: Ordering
}

export const sort: Program = (words, scope) => {
  const options = readShortOptions('sort', words, 'nrufbsc', 'kt')
  if (isReply(options)) return { ...options, exitStatus: 2 }
  const separator = options.value('t')
  if (separator !== undefined && separator.length !== 1) {
    return wrong(separator === '' ? 'sort: empty tab' : `sort: multi-character tab '${separator}'`, 2)
  }
  const overall = orderingOf((flag) => options.has(flag))
  const keys: Key[] = []
  for (const text of options.all('k')) {
    const key = readKey(text, overall)
    if (key === undefined) return wrong(`sort: invalid number at field start: invalid count at start of '${text}'`, 2)
    keys.push(key)
  }
  const { text, missing } = textOfOperands('sort', options.operands, scope)
  const lines = linesOf(text)
  scope.budget.worked(lines.length * 16)
  const rows = lines.map((line) => ({ line, keys: keys.length === 0 ? [line] : keys.map((key) => keyText(line, key, separator)) }))
  const orderings = keys.length === 0 ? [overall] : keys.map(({ ordering }) => ordering)
  const compare = (one: Row, other: Row): number => compareKeys(one, other, orderings)
  const last = (one: Row, other: Row): number =>
    options.has('s') || options.has('u') ? 0 : byCode(one.line, other.line) * (overall.reversed ? -1 : 1)
  if (options.has('c')) return checked(rows, compare, options)
  rows.sort((one, other) => compare(one, other) || last(one, other))
  const kept = options.has('u') ? rows.filter((row, place) => place === 0 || compare(rows[place - 1] ?? row, row) !== 0) : rows
  return printedWith(textOf(kept.map(({ line }) => line)), missing, missing === '' ? 0 : 2)
}

interface Row {
  readonly line: string
  readonly keys: readonly string[]
}

function checked(rows: readonly Row[], compare: (one: Row, other: Row) => number, options: ShortOptions): ReturnType<Program> {
  const wrongAt = rows.findIndex((row, place) => {
    const order = place === 0 ? -1 : compare(rows[place - 1] ?? row, row)
    return order > 0 || (order === 0 && options.has('u'))
  })
  return wrongAt === -1 ? printedWith('', '') : wrong(`sort: -:${wrongAt + 1}: disorder: ${rows[wrongAt]?.line ?? ''}`)
}

function orderingOf(has: (flag: string) => boolean): Ordering {
  return { numeric: has('n'), reversed: has('r'), folded: has('f'), blanks: has('b') }
}

function readKey(text: string, overall: Ordering): Key | undefined {
  const match = /^(\d{1,6})(?:\.(\d{1,6}))?([nrfb]*)(?:,(\d{1,6})(?:\.(\d{1,6}))?([nrfb]*))?$/.exec(text)
  if (match === null || Number(match[1]) === 0) return undefined
  const letters = `${match[3] ?? ''}${match[6] ?? ''}`
  return {
    from: [Number(match[1]), Number(match[2] ?? 1)],
    to: match[4] === undefined ? undefined : [Number(match[4]), Number(match[5] ?? 0)],
    ordering: letters === '' ? overall : orderingOf((flag) => letters.includes(flag)),
  }
}

/** Where the fields of a line begin and end. Without a separator a field takes the blanks before it along. */
function fieldsOf(line: string, separator: string | undefined): { begin: number; end: number }[] {
  const fields: { begin: number; end: number }[] = []
  if (separator === undefined)
    for (const match of line.matchAll(/[ \t]*[^ \t]+|[ \t]+$/g)) fields.push({ begin: match.index, end: match.index + match[0].length })
  else {
    let begin = 0
    for (const part of line.split(separator)) {
      fields.push({ begin, end: begin + part.length })
      begin += part.length + 1
    }
  }
  return fields
}

function keyText(line: string, { from, to, ordering }: Key, separator: string | undefined): string {
  const fields = fieldsOf(line, separator)
  const first = fields[from[0] - 1]
  if (first === undefined) return ''
  const skipped = ordering.blanks ? (/^[ \t]*/.exec(line.slice(first.begin, first.end))?.[0].length ?? 0) : 0
  const begin = first.begin + skipped + from[1] - 1
  if (to === undefined) return line.slice(begin)
  const last = fields[to[0] - 1]
  if (last === undefined) return line.slice(begin)
  return line.slice(begin, to[1] === 0 ? last.end : Math.min(last.end, last.begin + to[1]))
}

function compareKeys(one: Row, other: Row, orderings: readonly Ordering[]): number {
  for (const [place, ordering] of orderings.entries()) {
    const [left, right] = [one.keys[place] ?? '', other.keys[place] ?? '']
    const order = ordering.numeric ? numberAtStart(left) - numberAtStart(right) : byCode(folded(left, ordering), folded(right, ordering))
    if (order !== 0) return ordering.reversed ? -order : order
  }
  return 0
}

function folded(text: string, { folded: fold }: Ordering): string {
  return fold ? text.toUpperCase() : text
}

function numberAtStart(text: string): number {
  return Number(/^[ \t]*(-?(?:\d+\.?\d*|\.\d+))/.exec(text)?.[1] ?? 0)
}

function byCode(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}

export const uniq: Program = (words, scope) => {
  const options = readShortOptions('uniq', words, 'cdui', '')
  if (isReply(options)) return options
  const { text, missing } = textOfOperands('uniq', options.operands, scope)
  const runs: { line: string; count: number }[] = []
  for (const line of linesOf(text)) {
    const last = runs.at(-1)
    const same = last !== undefined && (options.has('i') ? last.line.toLowerCase() === line.toLowerCase() : last.line === line)
    if (same) last.count++
    else runs.push({ line, count: 1 })
  }
  const kept = runs.filter(({ count }) => (count > 1 ? !options.has('u') : !options.has('d')))
  return printedWith(textOf(kept.map(({ line, count }) => (options.has('c') ? `${String(count).padStart(7)} ${line}` : line))), missing)
}
