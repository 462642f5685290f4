// One line of a script as the parser reads it: words one by one, each with its column. Blanks are spaces and tabs; a `#` where
// a word would begin ends the line. Shell lines are taken whole by shell-text.ts instead.

import { isBlank } from './shell-text.js'

/** A word of a directive; the column counts from 1. */
export interface Word {
  text: string
  column: number
}

/** The lines of a script. A byte-order mark is dropped; lines end with LF, CR LF or CR. */
export function sourceLines(text: string): string[] {
  return (text.startsWith('\uFEFF') ? text.slice(1) : text).split(/\r\n|\n|\r/)
}

/** A reader that only moves forward over one source line. */
export class SourceLine {
  readonly text: string
  #offset = 0

  constructor(text: string) {
    this.text = text
    this.#skipBlanks()
  }

  /** Offset of the next word, counted from 0. */
  get offset(): number {
    return this.#offset
  }

  /** The 1-based column of the next word, or just after the end of what stands on the line. */
  get column(): number {
    return this.#offset + 1
  }

  /** True when only blanks or a comment are left. */
  get atEnd(): boolean {
    return this.#offset === this.text.length || this.text.charAt(this.#offset) === '#'
  }

  /** The first character of the next word; empty at the end. */
  get next(): string {
    return this.atEnd ? '' : this.text.charAt(this.#offset)
  }

  /** The next word, which stays the next word. */
  peek(): Word | undefined {
    if (this.atEnd) return undefined
    let end = this.#offset
    while (end < this.text.length && !isBlank(this.text.charAt(end))) end++
    return { text: this.text.slice(this.#offset, end), column: this.column }
  }

  /** The next word, and on to the one after it. */
  word(): Word | undefined {
    const word = this.peek()
    if (word !== undefined) this.skip(word.text.length)
    return word
  }

  /** Passes over so many characters and the blanks after them. */
  skip(characters: number): void {
    this.#offset += characters
    this.#skipBlanks()
  }

  #skipBlanks(): void {
    while (isBlank(this.text.charAt(this.#offset))) this.#offset++
  }
}
