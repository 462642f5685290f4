// Text of a `.hmc` script to a Script, before time 0. Knows the directives (times, consoles, loops, events), not the shell: what a
// line means is checked by the `checkLine` that is handed in. Mistakes are collected in reading order so that an editor can show all.

import { BlockStack } from './block-stack.js'
import { ScriptError, WorkloadError, quoted } from './errors.js'
import type { ScriptErrorCode } from './errors.js'
import { checkArgument, isActionName } from './event-text.js'
import { checkVariables, fillVariables, hasVariable } from './loop-variable.js'
import { scriptLimits, typistOf } from './script.js'
import type { Script, StartTime } from './script.js'
import { shellExtent } from './shell-text.js'
import { SourceLine, sourceLines, type Word } from './source-line.js'
import { parseStartTime } from './start-time.js'

/** A complaint about a shell line; the column counts from 1 within the text of the line. */
export interface LineComplaint {
  column: number
  message: string
}

export interface ParseOptions {
  /** The name that errors show. */
  file: string
  /** The consoles of the installation; the first types unless a `console` says otherwise. Absent: any name, and `hmc1` types. */
  consoles?: readonly string[]
  /** The actions that events may name. Absent: any. */
  actions?: readonly string[]
  /** The grammar of the shell. Absent: a line is only checked for open quotes. */
  checkLine?: (text: string) => LineComplaint | undefined
}

/** Parses a script. Throws the first ScriptError; `checkScript` tells them all. */
export function parseScript(text: string, options: ParseOptions): Script {
  const parser = new Parser(text, options)
  const [first] = parser.mistakes
  if (first !== undefined) throw first
  return { file: options.file, console: options.consoles?.[0] ?? 'hmc1', body: parser.blocks.body, lines: parser.blocks.lines }
}

/** The mistakes of a script in order of place, at most 100; empty when parseScript would accept it. */
export function checkScript(text: string, options: ParseOptions): readonly ScriptError[] {
  return new Parser(text, options).mistakes
}

/** What stands in front of a statement. */
interface Prefix {
  at?: StartTime
  console?: string
  line: number
  column: number
}

/** A letter, then up to 31 letters, digits and the like (manual page of mkhmcusr). */
const userName = /^[A-Za-z][A-Za-z0-9._-]{0,31}$/
const consoleName = /^[A-Za-z0-9][A-Za-z0-9._-]*$/
const shownNames = 8
const endOfLine = 'the end of the line'

class Parser {
  readonly mistakes: ScriptError[] = []
  readonly blocks: BlockStack
  readonly #options: ParseOptions
  readonly #consoles: ReadonlySet<string> | undefined
  readonly #actions: ReadonlySet<string> | undefined
  #line = 0

  constructor(text: string, options: ParseOptions) {
    if (options.consoles?.length === 0) {
      throw new WorkloadError('no-consoles', 'parseScript: consoles is empty: name at least one console, or leave the list out')
    }
    this.#options = options
    this.#consoles = options.consoles && new Set(options.consoles)
    this.#actions = options.actions && new Set(options.actions)
    this.blocks = new BlockStack((code, line, column, expected, found) => this.#report(code, line, column, expected, found))
    for (const line of sourceLines(text)) {
      this.#line++
      this.#statement(new SourceLine(line))
    }
    this.blocks.finish()
    this.mistakes.sort((a, b) => a.line - b.line || a.column - b.column)
  }

  #statement(source: SourceLine): void {
    if (source.atEnd) return
    const prefix = this.#prefix(source)
    if (source.atEnd) {
      if (prefix.console !== undefined) this.blocks.openConsole({ ...prefix, console: prefix.console })
      else this.#mistake('bad-time', source.column, 'a line, an event or a block after the time', endOfLine)
      return
    }
    if (source.next === '!') return this.#event(source, prefix)
    switch (source.peek()?.text) {
      case 'repeat':
        return this.#loop('repeat', source, prefix)
      case 'parallel':
        return this.#loop('parallel', source, prefix)
      case 'end':
        return this.#end(source, prefix)
      default:
        return this.#shellLine(source, prefix)
    }
  }

  /** A time and a console, each at most once, in either order. */
  #prefix(source: SourceLine): Prefix {
    const prefix: Prefix = { line: this.#line, column: source.column }
    for (;;) {
      if (source.next === '@') this.#time(source, prefix)
      else if (source.peek()?.text === 'console') this.#console(source, prefix)
      else return prefix
    }
  }

  #time(source: SourceLine, prefix: Prefix): void {
    const word = source.word()
    if (word === undefined) return
    if (prefix.at !== undefined) return this.#mistake('bad-time', word.column, 'one time before a statement', quoted(word.text))
    const time = parseStartTime(word.text)
    if (time.kind === 'bad-time') {
      const column = word.column + word.text.length - time.found.length
      this.#mistake('bad-time', column, time.expected, time.found === '' ? 'the end of the word' : quoted(time.found))
      prefix.at = { kind: 'delay', delayNs: 0 } // so that the rest of the line is still read
    } else {
      prefix.at = time
    }
  }

  #console(source: SourceLine, prefix: Prefix): void {
    const keyword = source.word()
    const column = source.column
    const name = source.word()
    if (keyword !== undefined && prefix.console !== undefined) {
      this.#mistake('bad-directive', keyword.column, 'one console before a statement', quoted(keyword.text))
    } else if (name === undefined) {
      this.#mistake('bad-directive', column, "the name of a console after 'console'", endOfLine)
    } else {
      this.#checkConsole(name)
    }
    prefix.console ??= name?.text ?? ''
  }

  /** A name with `$i` must be a console in every pass of the loop around it. */
  #checkConsole(name: Word): void {
    const { passes } = this.blocks
    const bad = checkVariables(name, passes > 0, 'the name of a console')
    if (bad !== undefined) return this.#mistake('bad-directive', name.column, bad.expected, quoted(name.text))
    const last = hasVariable(name.text) ? passes : 1
    for (let i = 1; i <= last; i++) {
      const text = fillVariables(name.text, String(i))
      const { user, console } = typistOf(text)
      if (user !== undefined && !userName.test(user)) {
        return this.#mistake('bad-directive', name.column, 'the name of a user before the @', quoted(text))
      }
      if (this.#consoles === undefined ? consoleName.test(console) : this.#consoles.has(console)) continue
      const expected = this.#consoles === undefined ? 'the name of a console' : `a console (${listed(this.#consoles)})`
      const where = text === name.text ? '' : ` for i = ${i}`
      return this.#mistake('unknown-console', name.column, expected, quoted(text) + where)
    }
  }

  #loop(kind: 'repeat' | 'parallel', source: SourceLine, prefix: Prefix): void {
    source.word()
    const column = source.column
    const word = source.word()
    const count = word !== undefined && /^\d{1,9}$/.test(word.text) ? Number(word.text) : 0
    const bad = count < 1 || count > scriptLimits.count
    if (bad) {
      const expected = `a count from 1 to ${scriptLimits.count} after '${kind}'`
      this.#mistake('bad-count', column, expected, word === undefined ? endOfLine : quoted(word.text))
    } else {
      this.#nothingMore(source, `'${kind} ${count}'`)
    }
    this.blocks.openLoop({ ...prefix, kind, count: bad ? 1 : count })
  }

  #end(source: SourceLine, prefix: Prefix): void {
    if (prefix.at !== undefined || prefix.console !== undefined) {
      this.#mistake('bad-directive', source.column, 'a line, an event or a block after a time or a console', '"end"')
    }
    const column = source.column
    source.word()
    this.#nothingMore(source, "'end'")
    this.blocks.end(this.#line, column)
  }

  #event(source: SourceLine, prefix: Prefix): void {
    const from = source.offset
    source.skip(1)
    const column = source.column
    const name = source.word()
    if (name === undefined) return this.#mistake('bad-event', column, "the name of an action after '!'", endOfLine)
    if (!isActionName(name.text)) {
      this.#mistake('bad-event', name.column, 'the name of an action such as fsp.reset', quoted(name.text))
    } else if (this.#actions !== undefined && !this.#actions.has(name.text)) {
      this.#mistake('unknown-action', name.column, `an action (${listed(this.#actions)})`, quoted(name.text))
    }
    const args: string[] = []
    for (let word = source.word(); word !== undefined; word = source.word()) {
      const bad = checkArgument(word, this.blocks.passes > 0)
      if (bad !== undefined) this.#mistake('bad-event', word.column, bad.expected, quoted(word.text))
      args.push(word.text)
    }
    const text = source.text.slice(from + 1, source.offset).trim()
    this.blocks.add({ ...prefix, kind: 'event', text, action: name.text, args, lines: 1 })
  }

  #shellLine(source: SourceLine, prefix: Prefix): void {
    const { end, open } = shellExtent(source.text, source.offset)
    const text = source.text.slice(source.offset, end)
    const checkLine = this.#options.checkLine
    if (checkLine !== undefined) {
      const complaint = checkLine(text)
      if (complaint !== undefined) this.#mistake('bad-line', source.offset + complaint.column, complaint.message)
    } else if (open !== undefined) {
      this.#mistake('open-quote', open.offset + 1, open.closing, endOfLine)
    }
    this.blocks.add({ ...prefix, kind: 'line', text, lines: 1 })
  }

  #nothingMore(source: SourceLine, after: string): void {
    const extra = source.peek()
    if (extra !== undefined) this.#mistake('bad-directive', extra.column, `nothing more after ${after}`, quoted(extra.text))
  }

  #mistake(code: ScriptErrorCode, column: number, expected: string, found?: string): void {
    this.#report(code, this.#line, column, expected, found)
  }

  #report(code: ScriptErrorCode, line: number, column: number, expected: string, found?: string): void {
    if (this.mistakes.length === scriptLimits.mistakes) return
    const mistake = { code, file: this.#options.file, line, column, expected }
    this.mistakes.push(new ScriptError(found === undefined ? mistake : { ...mistake, found }))
  }
}

/** Some names for an error: all of a short list, the first of a long one. */
function listed(names: ReadonlySet<string>): string {
  const shown = [...names].slice(0, shownNames).join(', ')
  return names.size > shownNames ? `${shown}, … ${names.size} in all` : shown
}
