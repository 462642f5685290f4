// Where a reader of an awk program stands in its words: what comes next, and how to complain about it.
// The grammar is awk-syntax.ts.

import type { AwkProgram } from './awk-tree.js'
import type { AwkToken } from './awk-words.js'

const MAX_DEPTH = 200

/** Thrown to stop reading. */
export class AwkStop {
  readonly program: AwkProgram

  constructor(program: AwkProgram) {
    this.program = program
  }
}

export class AwkCursor {
  at = 0
  depth = 0
  private readonly tokens: readonly AwkToken[]

  constructor(tokens: readonly AwkToken[]) {
    this.tokens = tokens
  }

  /** Whether nothing is left. */
  get ended(): boolean {
    return this.at >= this.tokens.length
  }

  get next(): AwkToken | undefined {
    return this.tokens[this.at]
  }

  /** The words from here on. */
  ahead(count: number): readonly AwkToken[] {
    return this.tokens.slice(this.at, this.at + count)
  }

  name(): string {
    const token = this.tokens[this.at++]
    return token?.kind === 'name' ? token.text : this.mistake()
  }

  sees(text: string): boolean {
    const token = this.tokens[this.at]
    return token?.kind === 'mark' && token.text === text
  }

  markOf(texts: readonly string[]): string | undefined {
    const token = this.tokens[this.at]
    return token?.kind === 'mark' && texts.includes(token.text) ? token.text : undefined
  }

  takes(text: string): boolean {
    if (!this.sees(text)) return false
    this.at++
    return true
  }

  takesName(text: string): boolean {
    const token = this.tokens[this.at]
    if (token?.kind !== 'name' || token.text !== text) return false
    this.at++
    return true
  }

  need(text: string): void {
    if (!this.takes(text)) this.mistake()
  }

  newlines(): void {
    while (this.takes('\n'));
  }

  separators(): void {
    while (this.takes('\n') || this.takes(';'));
  }

  endsHere(): boolean {
    return this.at >= this.tokens.length || this.sees(';') || this.sees('}') || this.sees('\n')
  }

  deeper(): void {
    if (++this.depth > MAX_DEPTH) this.mistake()
  }

  missing(what: string): never {
    throw new AwkStop({ kind: 'not-simulated', what })
  }

  mistake(): never {
    const token = this.tokens[this.at]
    const found = token === undefined ? 'the end' : token.kind === 'number' ? String(token.value) : token.text
    throw new AwkStop({ kind: 'mistake', message: `syntax error at or near ${found === '\n' ? 'end of line' : found}` })
  }
}
