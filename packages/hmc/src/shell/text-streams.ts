// What commands of a line read and print: text that is there as a whole, since the commands of a pipeline run one after the other.
// No files and no terminals; which stream is which is redirections.ts.

import type { LineBudget } from './line-budget.js'

/** Standard input of one or more commands: what one has read is gone for the next. */
export class TextInput {
  private readonly text: string
  private at = 0

  constructor(text: string) {
    this.text = text
  }

  /** The next line without its newline; `ended` says whether it had one. Undefined at the end of the text. */
  line(): { readonly text: string; readonly ended: boolean } | undefined {
    if (this.at >= this.text.length) return undefined
    const end = this.text.indexOf('\n', this.at)
    const text = this.text.slice(this.at, end === -1 ? this.text.length : end)
    this.at = end === -1 ? this.text.length : end + 1
    return { text, ended: end !== -1 }
  }

  /** Everything that is left. */
  rest(): string {
    const text = this.at === 0 ? this.text : this.text.slice(this.at)
    this.at = this.text.length
    return text
  }
}

/** Where a command prints. */
export class TextOutput {
  private kept = ''
  private readonly budget: LineBudget
  private readonly discards: boolean

  constructor(budget: LineBudget, discards = false) {
    this.budget = budget
    this.discards = discards
  }

  get text(): string {
    return this.kept
  }

  write(text: string): void {
    if (text === '') return
    this.budget.wrote(text.length)
    if (!this.discards) this.kept += text
  }
}

/** The lines of a text; the newline at its end begins no further one. */
export function linesOf(text: string): string[] {
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines
}

/** Lines as text, each with its newline. */
export function textOf(lines: readonly string[]): string {
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`
}
