// The options of one line after they have been checked against the grammar: typed access by name.
// An accessor gives undefined for an option that was not given; what is required the grammar has made sure of.

import type { Generation } from '../generation/generation.js'
import type { Filters } from './filter.js'
import { parseFields, type OutputForm } from './output-form.js'
import { parseUnits } from './processing-units.js'

/** Raw values of the options that were given: null for a flag, the words of -F joined by blanks. */
export type OptionValues = ReadonlyMap<string, string | null>

export class OptionReader {
  /** What --filter lets through; nothing is filtered without it. */
  readonly filters: Filters
  private readonly given: OptionValues
  private readonly generation: Generation

  constructor(given: OptionValues, generation: Generation, filters: Filters = new Map()) {
    this.given = given
    this.generation = generation
    this.filters = filters
  }

  /** The same options, but for the value of one. */
  with(name: string, value: string): OptionReader {
    return new OptionReader(new Map([...this.given, [name, value]]), this.generation, this.filters)
  }

  has(name: string): boolean {
    return this.given.has(name)
  }

  /** The value of an option; undefined when it was not given. */
  text(name: string): string | undefined {
    return this.given.get(name) ?? undefined
  }

  /** The value of an option that the grammar requires. */
  required(name: string): string {
    return this.given.get(name) ?? ''
  }

  /** A whole number; the grammar has checked that it is one. */
  count(name: string): number | undefined {
    const text = this.text(name)
    return text === undefined ? undefined : Number(text)
  }

  /** A number in hexadecimal digits. */
  hexadecimal(name: string): number | undefined {
    const text = this.text(name)
    return text === undefined ? undefined : Number.parseInt(text, 16)
  }

  /** Processing units in hundredths. */
  hundredths(name: string): number | undefined {
    const text = this.text(name)
    return text === undefined ? undefined : parseUnits(text)
  }

  /** One of the words that the grammar allows for the option; undefined when it was not given. */
  choice<T extends string>(name: string, words: readonly T[]): T | undefined {
    const text = this.text(name)
    return words.find((word) => word === text)
  }

  /** How an ls* command is to print: -F and --header. */
  get output(): OutputForm {
    const fields = this.given.get('-F')
    if (fields === undefined) return { fields: null, delimiter: ',', header: false, named: true, generation: this.generation }
    return parseFields(fields ?? '', this.has('--header'), this.generation)
  }
}
