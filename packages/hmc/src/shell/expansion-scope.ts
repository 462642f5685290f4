// What the expansion of words, of parameters and of arithmetic need of each other and of the run that they are part of.
// Who implements it: line-run.ts and word-expansion.ts.

import type { Yieldable } from '@powersim/kernel'
import type { ParsedScript, Word, WordPart } from 'unbash'
import type { LineBudget } from './line-budget.js'
import { SHELL_NAME } from './shell-name.js'
import { quotedForPattern } from './shell-pattern.js'
import type { ShellVariables } from './shell-variables.js'

/** The run. */
export interface ExpansionScope {
  readonly variables: ShellVariables
  readonly budget: LineBudget
  /** `$?` */
  readonly status: number
  /** Runs the script of a substitution and ends with what it printed. */
  capture(script: ParsedScript): Generator<Yieldable, string>
  /** A mistake that ends the line, as in a shell: `message` is told on stderr. `status` is 1 unless it is given. */
  fail(message: string, status?: number): void
}

/** The value of a parameter; undefined when it is not set. There are no positional parameters. */
export function valueOf(name: string, scope: ExpansionScope): string | undefined {
  if (name === '?') return String(scope.status)
  if (name === '#') return '0'
  if (name === '0') return SHELL_NAME
  return /^[A-Za-z_]/.test(name) ? scope.variables.get(name) : undefined
}

/** A piece of an expanded word. */
export interface Piece {
  readonly text: string
  /** The same as a pattern: what is quoted in it stands behind backslashes. */
  readonly pattern: string
  /** `whole` text makes a word even when it is empty; `split` text falls apart at separators; `loose` text does neither. */
  readonly as: 'whole' | 'split' | 'loose'
}

export const whole = (text: string): Piece => ({ text, pattern: quotedForPattern(text), as: 'whole' })
export const split = (text: string): Piece => ({ text, pattern: text, as: 'split' })

/** What an expansion expands inside itself. */
export interface Expander {
  readonly scope: ExpansionScope
  text(word: Word): Generator<Yieldable, string>
  pattern(word: Word): Generator<Yieldable, string>
  textOf(parts: readonly WordPart[]): Generator<Yieldable, string>
  /** A word that stands in a parameter expansion. */
  operand(word: Word, quoted: boolean): Generator<Yieldable, readonly Piece[]>
}
