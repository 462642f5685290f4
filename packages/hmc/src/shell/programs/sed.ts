// sed: s, p, d, q, =, y and blocks, with addresses. Not simulated: hold space, branches, text commands (a, i, c), files and -i.
// What a script says is sed-script.ts.

import { compileRegex, type Regex } from '../regex/regex-program.js'
import { linesOf } from '../text-streams.js'
import { isReply, type Program, type ProgramScope, printedWith, readShortOptions, textOfOperands, unknown, wrong } from './program.js'
import { type Address, readSedScript, type SedCommand } from './sed-script.js'

export const sed: Program = (words, scope) => {
  const options = readShortOptions('sed', words, 'nErsu', 'e')
  if (isReply(options)) return options
  const [first, ...rest] = options.operands
  const scripts = options.has('e') ? options.all('e') : first === undefined ? [] : [first]
  if (scripts.length === 0) return wrong('Usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...')
  const extended = options.has('E') || options.has('r')
  const script = readSedScript(scripts.join('\n'), extended)
  if (script.kind === 'mistake') return wrong(`sed: -e expression #1, char ${script.at}: ${script.message}`)
  if (script.kind === 'not-simulated') return unknown(script.what)
  const { text, missing } = textOfOperands('sed', options.has('e') ? options.operands : rest, scope)
  const editor = new Editor(linesOf(text), options.has('n'), scope)
  editor.run(script.commands)
  // The last line keeps what it ended with.
  const open = text !== '' && !text.endsWith('\n') && editor.reachedEnd
  return printedWith(open ? editor.output.slice(0, -1) : editor.output, missing, missing === '' ? editor.status : 2)
}

class Editor {
  output = ''
  status = 0
  private readonly lines: readonly string[]
  private readonly quiet: boolean
  private readonly scope: ProgramScope
  private number = 0
  private space = ''
  private quits = false
  /** Where a range that has begun ends, by its command: a line number, or an expression that is still to match. */
  private readonly open = new Map<SedCommand, number | Regex>()
  private lastRegex: Regex | undefined = undefined

  constructor(lines: readonly string[], quiet: boolean, scope: ProgramScope) {
    this.lines = lines
    this.quiet = quiet
    this.scope = scope
  }

  get reachedEnd(): boolean {
    return this.number === this.lines.length
  }

  run(commands: readonly SedCommand[]): void {
    for (const line of this.lines) {
      if (this.quits || this.scope.budget.exceeded !== undefined) return
      this.number++
      this.space = line
      if (this.cycle(commands) && !this.quiet) this.print(this.space)
    }
  }

  private print(text: string): void {
    this.output += `${text}\n`
    this.scope.budget.worked(text.length)
  }

  /** Whether the line is printed at its end. */
  private cycle(commands: readonly SedCommand[]): boolean {
    for (const command of commands) {
      if (this.scope.budget.exceeded !== undefined) return false
      if (this.selected(command) === command.inverted) continue
      switch (command.name) {
        case '{':
          if (!this.cycle(command.block)) return false
          if (this.quits) return true
          break
        case 'd':
          return false
        case 'p':
          this.print(this.space)
          break
        case '=':
          this.print(String(this.number))
          break
        case 'q':
          this.quits = true
          this.status = command.status
          return true
        case 'y':
          this.space = [...this.space].map((character) => command.map.get(character) ?? character).join('')
          break
        case 's':
          this.substitute(command)
          break
        default:
          return command satisfies never
      }
    }
    return true
  }

  private selected(command: SedCommand): boolean {
    const { from, to } = command
    if (from === undefined) return true
    if (to === undefined) return this.at(from)
    const end = this.open.get(command)
    if (end !== undefined) {
      if (typeof end !== 'number') {
        if (this.matches(end)) this.open.delete(command)
        return true
      }
      if (this.number >= end) this.open.delete(command)
      return this.number <= end
    }
    if (!this.at(from)) return false
    if (to.kind === 'regex') this.open.set(command, this.regexOf(to.regex))
    else {
      const last = to.kind === 'last' ? this.lines.length : to.kind === 'more' ? this.number + to.count : to.number
      if (last > this.number) this.open.set(command, last)
    }
    return true
  }

  private at(address: Address): boolean {
    switch (address.kind) {
      case 'number':
        return this.number === address.number
      case 'last':
        return this.reachedEnd
      case 'regex':
        return this.matches(this.regexOf(address.regex))
      case 'more':
        return false
      default:
        return address satisfies never
    }
  }

  /** An empty expression is the last one that was used. */
  private regexOf(regex: Regex | undefined): Regex {
    return regex ?? this.lastRegex ?? nothing
  }

  private matches(regex: Regex): boolean {
    this.lastRegex = regex
    return regex.search(this.space, 0, this.scope.budget) !== undefined
  }

  private substitute(command: Extract<SedCommand, { name: 's' }>): void {
    const regex = this.regexOf(command.regex)
    this.lastRegex = regex
    const { budget } = this.scope
    let result = ''
    let copied = 0
    let lastEnd = -1
    let count = 0
    for (let at = 0; at <= this.space.length && budget.exceeded === undefined;) {
      const match = regex.search(this.space, at, budget)
      const [begin = -1, end = -1] = match ?? []
      if (match === undefined || begin === -1) break
      // An empty match just behind the last one is none.
      const counts = end > begin || begin !== lastEnd
      lastEnd = end
      if (counts && ++count >= command.nth) {
        result += this.space.slice(copied, begin) + this.replacement(command.replacement, match)
        copied = end
        if (!command.every) break
      }
      at = end > begin ? end : begin + 1
    }
    if (count < command.nth) return
    this.space = result + this.space.slice(copied)
    if (command.prints) this.print(this.space)
  }

  private replacement(parts: readonly (string | number)[], match: readonly number[]): string {
    let text = ''
    for (const part of parts) {
      const begin = typeof part === 'string' ? 0 : (match[2 * part] ?? -1)
      const piece = typeof part === 'string' ? part : begin === -1 ? '' : this.space.slice(begin, match[2 * part + 1])
      this.scope.budget.worked(1 + piece.length)
      if (this.scope.budget.exceeded !== undefined) break
      text += piece
    }
    return text
  }
}

const nothing = compiledNothing()

function compiledNothing(): Regex {
  const regex = compileRegex('', { extended: false })
  if (typeof regex === 'string') throw new RangeError('sed: the empty expression does not compile')
  return regex
}
