// Words of a shell line: quotes, backslashes, variables and comments taken away. Lines with operators never come here
// (shell-syntax.ts); file names are not expanded, since the restricted shell's home holds none.

import { endingAt, runEnd } from './plain-run.js'
import { isBlank, readShellSyntax, type ShellSyntaxProblem } from './shell-syntax.js'

export type ShellLine =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'problem'; readonly problem: ShellSyntaxProblem }
  /** A shell would take it; this one answers that it does not simulate it. */
  | { readonly kind: 'not-simulated'; readonly what: string }

export type ShellVariables = Readonly<Record<string, string>>

/**
 * Reads one line. `variables` hold `i` of the loops around it and `?`, the exit status of the line before (default 0); a variable
 * that is not set is empty. An unquoted variable is split into words at blanks, and is no word at all when it is empty.
 */
export function readShellLine(text: string, variables: ShellVariables): ShellLine {
  const { problem, notSimulated } = readShellSyntax(text)
  if (problem !== undefined) return { kind: 'problem', problem }
  if (notSimulated !== undefined) return { kind: 'not-simulated', what: notSimulated }
  return { kind: 'words', words: new WordReader(text, variables).read() }
}

const endsBare = endingAt(' \t\r\n\'"\\$')
const endsDoubleQuoted = endingAt('"\\$')

class WordReader {
  private readonly text: string
  private readonly variables: ShellVariables
  private readonly words: string[] = []
  /** The word that is being read; undefined between words. */
  private word: string | undefined = undefined
  /** True just after a blank: only there does `#` open a comment, even if what stands before it expands to nothing. */
  private blankBefore = true
  private at = 0

  constructor(text: string, variables: ShellVariables) {
    this.text = text
    this.variables = variables
  }

  read(): readonly string[] {
    while (this.at < this.text.length) {
      const character = this.text.charAt(this.at)
      if (isBlank(character) || character === '\n') {
        this.endWord()
        this.blankBefore = true
        this.at++
        continue
      }
      const opensComment = character === '#' && this.blankBefore
      this.blankBefore = false
      if (opensComment) this.at = endOfLine(this.text, this.at)
      else if (character === "'") this.singleQuoted()
      else if (character === '"') this.doubleQuoted()
      else if (character === '\\') this.escaped()
      else if (character === '$') this.splitVariable(this.variable())
      else this.addRun(runEnd(this.text, this.at + 1, endsBare))
    }
    this.endWord()
    return this.words
  }

  private add(text: string, characters: number): void {
    this.word = (this.word ?? '') + text
    this.at += characters
  }

  private addRun(end: number): void {
    this.add(this.text.slice(this.at, end), end - this.at)
  }

  private endWord(): void {
    if (this.word !== undefined) this.words.push(this.word)
    this.word = undefined
  }

  private singleQuoted(): void {
    const end = this.text.indexOf("'", this.at + 1)
    this.add(this.text.slice(this.at + 1, end), end + 1 - this.at)
  }

  private escaped(): void {
    // A backslash takes a newline away and protects anything else.
    const next = this.text.charAt(this.at + 1)
    if (next === '\n') this.at += 2
    else this.add(next, 2)
  }

  private doubleQuoted(): void {
    this.add('', 1)
    while (this.text.charAt(this.at) !== '"') {
      const character = this.text.charAt(this.at)
      if (character === '\\') this.escapedInQuotes()
      else if (character === '$') this.add(this.variable(), 0)
      else this.addRun(runEnd(this.text, this.at, endsDoubleQuoted))
    }
    this.at++
  }

  private escapedInQuotes(): void {
    const next = this.text.charAt(this.at + 1)
    if (next === '\n') this.at += 2
    else this.add('$`"\\'.includes(next) ? next : `\\${next}`, 2)
  }

  /** The value of the variable that begins here, which is then behind us; a lone dollar sign is itself. */
  private variable(): string {
    const named = /^\$(?:\{([A-Za-z_]\w*|\?)\}|([A-Za-z_]\w*|\?))/.exec(this.text.slice(this.at))
    const name = named?.[1] ?? named?.[2]
    this.at += named?.[0].length ?? 1
    if (name === undefined) return '$'
    return Object.hasOwn(this.variables, name) ? (this.variables[name] ?? '') : name === '?' ? '0' : ''
  }

  private splitVariable(value: string): void {
    for (const part of value.split(/([ \t\n]+)/)) {
      if (/^[ \t\n]+$/.test(part)) this.endWord()
      else if (part !== '') this.add(part, 0)
    }
  }
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end === -1 ? text.length : end
}
