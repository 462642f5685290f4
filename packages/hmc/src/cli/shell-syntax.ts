// The grammar of a line as the console's shell reads it: quotes, operators, substitutions. It says whether a shell would take the line
// and what in it this console does not simulate. Making words of a line that passed is shell-words.ts.

import { endingAt, runEnd } from './plain-run.js'

/** A line that no shell would accept. The column counts from 1. */
export interface ShellSyntaxProblem {
  readonly column: number
  readonly message: string
}

export interface ShellSyntax {
  readonly problem?: ShellSyntaxProblem
  /** The first thing on the line that a real shell does and this one does not. */
  readonly notSimulated?: string
}

/** What is wrong with a line's shell syntax, or undefined when a shell would take it (simulated or not). */
export function checkShellLine(text: string): ShellSyntaxProblem | undefined {
  return readShellSyntax(text).problem
}

export function readShellSyntax(text: string): ShellSyntax {
  return new SyntaxReader(text).read()
}

// Longest first.
const operators: readonly (readonly [token: string, name: string, kind: 'command' | 'end' | 'target'])[] = [
  ['&>>', 'redirection', 'target'],
  ['<<<', 'here string', 'target'],
  ['<<', 'here document', 'target'],
  ['>>', 'redirection', 'target'],
  ['>&', 'redirection', 'target'],
  ['<&', 'redirection', 'target'],
  ['&>', 'redirection', 'target'],
  ['>|', 'redirection', 'target'],
  ['<>', 'redirection', 'target'],
  ['||', 'or list', 'command'],
  ['&&', 'and list', 'command'],
  ['|&', 'pipe', 'command'],
  ['|', 'pipe', 'command'],
  ['&', 'background', 'end'],
  [';', 'list', 'end'],
  ['<', 'redirection', 'target'],
  ['>', 'redirection', 'target'],
  ['\n', 'several lines', 'end'],
]

const compoundWords = new Set(['for', 'while', 'until', 'if', 'case', 'select', 'function', 'time', '{', '[[', '!'])
const strayWords = new Set(['do', 'done', 'then', 'else', 'elif', 'fi', 'esac', '}'])
const closingOf: Readonly<Record<string, string>> = { "'": "'", '"': '"', '`': '`', '(': ')', '{': '}' }
const braceExpansion = /^\{[^\s{}'"]*(?:,|\.\.)[^\s{}'"]*\}/

/** Blank of the shell: a space or a tab, and the carriage return of a file from another system. */
export const isBlank = (character: string): boolean => character === ' ' || character === '\t' || character === '\r'

const OPERATOR_STARTS = '&<>|;\n'
const endsBare = endingAt(` \t\r\\'"\`$(){${OPERATOR_STARTS}`)
const endsDoubleQuoted = endingAt('"\\$`')

class SyntaxReader {
  private readonly text: string
  private at = 0
  private readonly open: { mark: string; column: number }[] = []
  /** True where a word may begin: at the start, after a blank, an operator or a bracket. */
  private wordStart = true
  /** True where a command may begin: its first word is still to come. */
  private commandStart = true
  /** An operator that something must follow. */
  private needs: string | undefined = undefined
  /** Inside a compound command, whose own grammar is not checked: only its quotes are. */
  private compound = false
  private problem: ShellSyntaxProblem | undefined = undefined
  private notSimulated: string | undefined = undefined

  constructor(text: string) {
    this.text = text
  }

  read(): ShellSyntax {
    while (this.at < this.text.length && this.problem === undefined) this.step()
    this.finish()
    return {
      ...(this.problem === undefined ? {} : { problem: this.problem }),
      ...(this.notSimulated === undefined ? {} : { notSimulated: this.notSimulated }),
    }
  }

  private step(): void {
    const mark = this.open.at(-1)?.mark
    const character = this.text.charAt(this.at)
    if (mark === "'") {
      const end = this.text.indexOf("'", this.at)
      if (end >= 0) this.open.pop()
      this.at = end >= 0 ? end + 1 : this.text.length
    } else if (character === '\\') this.backslash()
    else if (mark !== undefined && character === closingOf[mark]) {
      this.open.pop()
      this.at++
    } else if (mark === '"') this.insideDoubleQuotes(character)
    else if (mark !== undefined) this.insideSubstitution(character)
    else this.bare(character)
  }

  private backslash(): void {
    if (this.at + 1 === this.text.length) this.fail(this.at, 'expected a character after the backslash, found the end of the line')
    this.word()
    this.wordStart = false
    this.at += 2
  }

  private insideDoubleQuotes(character: string): void {
    if (character === '$') this.dollar()
    else if (character === '`') this.push('`', 'command substitution')
    else this.at = runEnd(this.text, this.at, endsDoubleQuoted)
  }

  // Only quotes and brackets count inside what is not simulated anyway.
  private insideSubstitution(character: string): void {
    if (character === "'" || character === '"' || character === '`' || character === '(') this.push(character)
    else if (character === '{' && this.text.charAt(this.at - 1) === '$') this.push('{')
    else this.at++
  }

  private bare(character: string): void {
    if (isBlank(character)) {
      this.wordStart = true
      this.at++
      return
    }
    const wordBegins = this.wordStart
    this.wordStart = '()'.includes(character)
    if (character === '#' && wordBegins) {
      const end = this.text.indexOf('\n', this.at)
      this.at = end === -1 ? this.text.length : end
      return
    }
    if (character === ')') {
      if (!this.compound) this.fail(this.at, "found a ')' that nothing opens")
      this.at++
      return
    }
    if (character === '(') {
      const name = this.commandStart ? 'subshell' : 'function'
      this.compound ||= name === 'function'
      this.word()
      this.push('(', name)
      return
    }
    const operator = OPERATOR_STARTS.includes(character) ? operators.find(([token]) => this.text.startsWith(token, this.at)) : undefined
    if (operator !== undefined) this.operator(...operator)
    else this.wordCharacter(character, wordBegins)
  }

  private wordCharacter(character: string, wordBegins: boolean): void {
    if (wordBegins && this.commandStart) this.firstWord()
    this.word()
    if (this.problem !== undefined) return
    if (character === '$') this.dollar()
    else if (character === "'" || character === '"') this.push(character)
    else if (character === '`') this.push('`', 'command substitution')
    else {
      if (character === '{' && braceExpansion.test(this.text.slice(this.at))) this.skip('brace expansion')
      this.at = runEnd(this.text, this.at + 1, endsBare)
    }
  }

  private firstWord(): void {
    const word = /^[^\s;&|()<>]*/.exec(this.text.slice(this.at))?.[0] ?? ''
    if (strayWords.has(word) && !this.compound) this.fail(this.at, `found '${word}' where a command begins`)
    else if (compoundWords.has(word)) {
      this.compound = true
      this.skip(`${word} command`)
    } else if (/^[A-Za-z_]\w*\+?=/.test(word)) this.skip('assignment')
  }

  private operator(token: string, name: string, kind: 'command' | 'end' | 'target'): void {
    this.wordStart = true
    const afterNothing = kind === 'target' ? this.needs === 'redirection' : this.needs !== undefined || this.commandStart
    if (token === '\n' && this.needs === undefined) {
      const more = /\S/.test(this.text.slice(this.at))
      if (more) this.skip(name)
      this.commandStart = true
      this.at++
      return
    }
    if (afterNothing && !this.compound) {
      this.fail(this.at, `expected ${this.expected()}, found '${token === '\n' ? 'newline' : token}'`)
      return
    }
    this.skip(name)
    this.commandStart = kind !== 'target'
    this.needs = kind === 'end' ? undefined : kind === 'target' ? 'redirection' : token
    this.at += token.length
    if (kind === 'target' && this.text.charAt(this.at) === '(') {
      this.word()
      this.push('(', 'process substitution')
    }
  }

  private dollar(): void {
    const rest = this.text.slice(this.at + 1, this.at + 260)
    const column = this.at
    this.at++
    if (rest.startsWith('((')) this.skip('arithmetic expansion')
    else if (rest.startsWith('(')) this.skip('command substitution')
    else if (rest.startsWith('{')) {
      const simple = /^\{(?:[A-Za-z_]\w*|\?)\}/.exec(rest)
      if (simple === null) this.skip('parameter expansion')
    } else if (/^[0-9@*#!$-]/.test(rest)) this.skip('special parameter')
    else if (/^['"]/.test(rest) && this.open.at(-1) === undefined) this.skip('dollar quotes')
    else return
    if (rest.startsWith('(') || rest.startsWith('{')) {
      this.open.push({ mark: rest.charAt(0), column })
      this.at++
    }
  }

  private push(mark: string, notSimulated?: string): void {
    if (notSimulated !== undefined) this.skip(notSimulated)
    this.open.push({ mark, column: this.at })
    this.at++
  }

  private word(): void {
    this.commandStart = false
    this.needs = undefined
  }

  private skip(what: string): void {
    this.notSimulated ??= what
  }

  private fail(offset: number, message: string): void {
    this.problem ??= { column: offset + 1, message }
  }

  private expected(): string {
    return this.needs === 'redirection' ? 'a file name' : 'a command'
  }

  private finish(): void {
    const opening = this.open.at(-1)
    if (opening !== undefined) this.fail(opening.column, `expected a closing ${closingOf[opening.mark]}, found the end of the line`)
    if (this.needs !== undefined && !this.compound) this.fail(this.text.length, `expected ${this.expected()}, found the end of the line`)
  }
}
