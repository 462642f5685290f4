// cut: fields (-f, with -d and -s) and characters (-c, -b) of lines. Not simulated: --complement, files.
// A character is one of Unicode, where the real program takes bytes.

import { linesOf, textOf } from '../text-streams.js'
import { isReply, type Program, printedWith, readShortOptions, textOfOperands, unknown, wrong } from './program.js'

type Range = readonly [from: number, to: number]

export const cut: Program = (words, scope) => {
  const options = readShortOptions('cut', words, 's', 'dfcb')
  if (isReply(options)) return options
  const kinds = ['f', 'c', 'b'].filter((kind) => options.has(kind))
  const [kind] = kinds
  if (kind === undefined) return wrong('cut: you must specify a list of bytes, characters, or fields')
  if (kinds.length > 1) return wrong('cut: only one list may be specified')
  const delimiter = options.value('d') ?? '\t'
  if (kind !== 'f' && options.has('d')) return wrong('cut: an input delimiter may be specified only when operating on fields')
  if (delimiter.length > 1) return wrong('cut: the delimiter must be a single character')
  if (delimiter === '') return unknown('cut with an empty delimiter')
  const ranges = readRanges(options.value(kind) ?? '')
  if (ranges === undefined) return wrong(`cut: invalid ${kind === 'f' ? 'field' : 'byte or character'} range`)
  const { text, missing } = textOfOperands('cut', options.operands, scope)
  const lines: string[] = []
  for (const line of linesOf(text)) {
    scope.budget.worked(line.length * ranges.length)
    if (scope.budget.exceeded !== undefined) break
    if (kind !== 'f') lines.push(chosen([...line], ranges).join(''))
    else if (line.includes(delimiter)) lines.push(chosen(line.split(delimiter), ranges).join(delimiter))
    else if (!options.has('s')) lines.push(line)
  }
  return printedWith(textOf(lines), missing)
}

function chosen(parts: readonly string[], ranges: readonly Range[]): string[] {
  return parts.filter((_, place) => ranges.some(([from, to]) => place + 1 >= from && place + 1 <= to))
}

function readRanges(text: string): Range[] | undefined {
  const ranges: Range[] = []
  for (const part of text.split(/[, ]/)) {
    const match = /^(\d{1,9})?(-)?(\d{1,9})?$/.exec(part)
    if (match === null || (match[1] === undefined && match[3] === undefined)) return undefined
    const from = Number(match[1] ?? 1)
    const to = match[2] === undefined ? from : Number(match[3] ?? Infinity)
    if (from < 1 || to < from) return undefined
    ranges.push([from, to])
  }
  return ranges
}
