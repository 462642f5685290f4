// grep, egrep and fgrep on lines of text. Not simulated: context lines (-A, -B, -C), Perl's expressions, files.
// Expressions are regex/.

import { compileRegex, type Regex } from '../regex/regex-program.js'
import { linesOf } from '../text-streams.js'
import { done, isReply, type Program, type ProgramReply, type ProgramScope, readShortOptions, textOfOperands, wrong } from './program.js'

const MISTAKE = 2

/** `extended`, `fixed`: what the expression is unless an option says otherwise. */
export function grep(kind: 'basic' | 'extended' | 'fixed'): Program {
  return (words, scope) => {
    const options = readShortOptions('grep', words, 'vicEGFwxqonshH', 'em')
    if (isReply(options)) return { ...options, exitStatus: MISTAKE }
    const [first, ...rest] = options.operands
    const given = options.has('e') ? options.all('e') : first === undefined ? [] : [first]
    if (given.length === 0) return wrong('Usage: grep [OPTION]... PATTERNS [FILE]...', MISTAKE)
    const fixed = options.has('F') || (kind === 'fixed' && !options.has('E') && !options.has('G'))
    const shape = {
      extended: options.has('E') || (kind === 'extended' && !options.has('G')),
      ignoreCase: options.has('i'),
      line: options.has('x'),
      word: options.has('w'),
    }
    const patterns: Regex[] = []
    for (const text of given.flatMap((one) => one.split('\n'))) {
      const regex = compileRegex(fixed ? text.replace(/[\\.*^$[\]]/g, '\\$&') : text, fixed ? { ...shape, extended: false } : shape)
      if (typeof regex === 'string') return wrong(`grep: ${regex}`, MISTAKE)
      patterns.push(regex)
    }
    const most = options.value('m')
    if (most !== undefined && !/^\d{1,9}$/.test(most)) return wrong(`grep: invalid max count`, MISTAKE)
    const { text, missing } = textOfOperands('grep', options.has('e') ? options.operands : rest, scope)
    const wanted = { inverted: options.has('v'), parts: options.has('o'), numbered: options.has('n'), most: Number(most ?? Infinity) }
    const { count, printed } = select(linesOf(text), patterns, wanted, scope)
    if (options.has('q')) return done('', count > 0 ? 0 : missing === '' ? 1 : MISTAKE)
    const stdout = options.has('c') ? `${count}\n` : printed
    const reply: ProgramReply = {
      exitStatus: missing === '' ? (count > 0 ? 0 : 1) : MISTAKE,
      stdout,
      stderr: options.has('s') ? '' : missing,
    }
    return reply
  }
}

interface Wanted {
  readonly inverted: boolean
  readonly parts: boolean
  readonly numbered: boolean
  readonly most: number
}

function select(
  lines: readonly string[],
  patterns: readonly Regex[],
  wanted: Wanted,
  scope: ProgramScope,
): { count: number; printed: string } {
  let count = 0
  let printed = ''
  for (const [place, line] of lines.entries()) {
    if (count >= wanted.most || scope.budget.exceeded !== undefined) break
    const found = patterns.some((pattern) => pattern.search(line, 0, scope.budget) !== undefined)
    if (found === wanted.inverted) continue
    count++
    const number = wanted.numbered ? `${place + 1}:` : ''
    if (!wanted.parts) printed += `${number}${line}\n`
    else if (!wanted.inverted) for (const part of partsOf(line, patterns, scope)) printed += `${number}${part}\n`
  }
  return { count, printed }
}

/** The matches of a line from left to right, without the empty ones. */
function partsOf(line: string, patterns: readonly Regex[], { budget }: ProgramScope): string[] {
  const parts: string[] = []
  for (let at = 0; at <= line.length && budget.exceeded === undefined;) {
    let begin = -1
    let end = -1
    for (const pattern of patterns) {
      const [from = -1, to = -1] = pattern.search(line, at, budget) ?? []
      if (from !== -1 && (begin === -1 || from < begin || (from === begin && to > end))) [begin, end] = [from, to]
    }
    if (begin === -1) break
    if (end > begin) parts.push(line.slice(begin, end))
    at = end > begin ? end : begin + 1
  }
  return parts
}
