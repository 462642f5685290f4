// The shape of the command grammar: a table of commands, each with its variants (`-r lpar`, `-r lpar -o on`), each with its options.
// Reading a line against the table is options.ts; the table itself is operations/command-table.ts.

import type { Yieldable } from '@powersim/kernel'
import type { OperationName } from '@powersim/protocol'
import type { GenerationRange } from '../generation/generation.js'
import type { FilterRule } from './filter.js'
import type { LineReply } from './line-reply.js'
import type { MessageName } from './messages.js'
import type { OptionReader } from './option-reader.js'
import type { AttributeRule } from './output-form.js'

/**
 * What a value of an option must look like (`count` may be 0, `positive` may not; `lparIds` are one or several); a list of words allows
 * just those.
 */
export type ValueKind = 'text' | 'drcIndex' | 'lparId' | 'lparIds' | 'count' | 'positive' | 'mib' | 'units' | readonly string[]

export interface OptionRule extends GenerationRange {
  readonly name: string
  /** 'nothing': a flag. 'fields': -F, which takes any number of words. Anything else: one word of that kind. */
  readonly takes: 'nothing' | 'fields' | ValueKind
}

/** Options by name; one of several is written `-p|--id`. */
type RequiredOption = string

/** A generation that does not know a variant answers as for any value that its selector does not have. */
export interface VariantRule<Context> extends GenerationRange {
  /** The options that select it: `{ '-r': 'lpar', '-o': 'on' }`. */
  readonly select: Readonly<Record<string, string>>
  /** Its name in the operation table; null for what touches no managed system. */
  readonly operation: OperationName | null
  readonly options: readonly OptionRule[]
  readonly required: readonly RequiredOption[]
  /** Of these, at most one: `['-p', '--id']`. */
  readonly exclusive?: readonly (readonly string[])[]
  /** Options that a real console has here and this one does not. */
  readonly notSimulated: readonly OptionRule[]
  /** Attributes that it lists and -F may name; absent for what lists nothing. */
  readonly attributes?: readonly AttributeRule[]
  /** What --filter may name; absent: it takes no --filter. */
  readonly filters?: readonly FilterRule[]
  /** Every line of it is refused, as a real system without the feature refuses it. */
  readonly refuses?: true
  run(context: Context, options: OptionReader): Generator<Yieldable, LineReply>
}

/** A generation that does not know a command answers `command not found`. */
export interface CommandRule<Context> extends GenerationRange {
  readonly name: string
  /** Which stream its errors come on. */
  readonly kind: 'list' | 'change'
  /** Options that select the variant, in the order in which they are looked at. */
  readonly selectors: readonly string[]
  /** Words without an option, in their order: each is the value of the option of that name, which is typed by its place alone. */
  readonly operands?: readonly string[]
  readonly variants: readonly VariantRule<Context>[]
  /** Values of selectors that a real console has and this one does not, with the answer of a system that lacks them if it has one. */
  readonly otherValues: Readonly<Record<string, Readonly<Record<string, MessageName | null>>>>
}

/** Shorthands of the table. */
export const flag = (name: string): OptionRule => ({ name, takes: 'nothing' })
export const option = (name: string, takes: ValueKind = 'text'): OptionRule => ({ name, takes })
export const fields: OptionRule = { name: '-F', takes: 'fields' }
export const flags = (...names: string[]): OptionRule[] => names.map(flag)
export const options = (...names: string[]): OptionRule[] => names.map((name) => option(name))
/** Values for otherValues that have no message of their own. */
export const values = (...names: string[]): Record<string, null> => Object.fromEntries(names.map((name) => [name, null]))
