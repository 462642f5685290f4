// Most lines are a command and its words: quotes, backslashes, variables and comments, no operators, no substitutions. They are read here
// in one pass. Any other line is the parser's business (shell-syntax.ts), which also says what is wrong with it.

import { endingAt, runEnd } from './plain-run.js'

/** The value of a variable; undefined when it is not set. */
export type VariableValue = (name: string) => string | undefined

/** Words that the shell reads as its own where a command begins. */
const reservedWords = new Set(
  '! [[ ]] { } case coproc do done elif else esac fi for function if in select then time until while'.split(' '),
)

const endsBare = endingAt(' \t\r\n\'"\\$`&|;<>(){}=')
const endsDoubleQuoted = endingAt('"\\$`')

/**
 * The words of a line; undefined when it is more than words, or no line at all. A variable that is not set is empty. An unquoted variable
 * is split at blanks, and is no word at all when it is empty.
 */
export function plainWords(text: string, value: VariableValue): readonly string[] | undefined {
  const reader = new PlainReader(text, value)
  return reader.read() ? reader.words : undefined
}

class PlainReader {
  readonly words: string[] = []
  private readonly text: string
  private readonly value: VariableValue
  /** The word that is being read; undefined between words. */
  private word: string | undefined = undefined
  /** True just after a blank: only there does `#` open a comment, even if what stands before it expands to nothing. */
  private blankBefore = true
  /** Words that the text has shown so far, those that expanded to nothing included. */
  private begun = 0
  private at = 0

  constructor(text: string, value: VariableValue) {
    this.text = text
    this.value = value
  }

  /** False: this is no plain line. */
  read(): boolean {
    while (this.at < this.text.length) {
      const character = this.text.charAt(this.at)
      if (character === ' ' || character === '\t' || character === '\r' || character === '\n') {
        if (character === '\n' && /\S/.test(this.text.slice(this.at))) return false
        this.endWord()
        this.blankBefore = true
        this.at++
        continue
      }
      if (this.blankBefore) {
        if (character === '#') {
          const end = this.text.indexOf('\n', this.at)
          this.at = end === -1 ? this.text.length : end
          continue
        }
        this.blankBefore = false
        if (this.begun++ === 0 && this.firstWordIsReserved()) return false
      }
      if (!this.piece(character)) return false
    }
    this.endWord()
    return true
  }

  private piece(character: string): boolean {
    switch (character) {
      case "'": {
        const end = this.text.indexOf("'", this.at + 1)
        if (end === -1) return false
        this.add(this.text.slice(this.at + 1, end), end + 1)
        return true
      }
      case '"':
        return this.doubleQuoted()
      case '\\': {
        // A backslash takes a newline away and protects anything else.
        const next = this.text.charAt(this.at + 1)
        if (next === '') return false
        if (next === '\n') this.at += 2
        else this.add(next, this.at + 2)
        return true
      }
      case '$':
        return this.variable(false)
      case '=':
        // In the first word it may be an assignment.
        if (this.begun === 1) return false
        this.add('=', this.at + 1)
        return true
      default: {
        const end = runEnd(this.text, this.at, endsBare)
        if (end === this.at) return false
        this.add(this.text.slice(this.at, end), end)
        return true
      }
    }
  }

  private doubleQuoted(): boolean {
    this.add('', this.at + 1)
    for (;;) {
      const end = runEnd(this.text, this.at, endsDoubleQuoted)
      this.add(this.text.slice(this.at, end), end)
      const character = this.text.charAt(end)
      if (character === '"') {
        this.at++
        return true
      }
      if (character === '\\') {
        const next = this.text.charAt(end + 1)
        if (next === '') return false
        if (next === '\n') this.at += 2
        else this.add('$`"\\'.includes(next) ? next : `\\${next}`, end + 2)
      } else if (character !== '$' || !this.variable(true)) return false
    }
  }

  /** `$x`, `${x}`, `$?` and a lone dollar sign; anything else with a dollar sign is not plain. */
  private variable(quoted: boolean): boolean {
    const named = /^\$(?:\{([A-Za-z_]\w*|\?)\}|([A-Za-z_]\w*|\?))/.exec(this.text.slice(this.at, this.at + 256))
    if (named === null) {
      const lone = /^\$(?:[ \t\r\n]|$)/.test(this.text.slice(this.at, this.at + 2)) || (quoted && this.text.charAt(this.at + 1) === '"')
      if (lone) this.add('$', this.at + 1)
      return lone
    }
    if (named[0].length >= 255) return false
    const value = this.value(named[1] ?? named[2] ?? '') ?? ''
    this.at += named[0].length
    if (quoted) this.add(value, this.at)
    else this.split(value)
    return true
  }

  private split(value: string): void {
    for (const part of value.split(/([ \t\n]+)/)) {
      if (/^[ \t\n]+$/.test(part)) this.endWord()
      else if (part !== '') this.add(part, this.at)
    }
  }

  private firstWordIsReserved(): boolean {
    return reservedWords.has(this.text.slice(this.at, runEnd(this.text, this.at, endsBare)))
  }

  private add(text: string, at: number): void {
    this.word = (this.word ?? '') + text
    this.at = at
  }

  private endWord(): void {
    if (this.word !== undefined) this.words.push(this.word)
    this.word = undefined
  }
}
