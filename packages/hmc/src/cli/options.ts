// Reads the words of a line against the grammar table: which variant of the command it is, its options, or the console's answer to
// what is wrong with them. One table-driven reader for all commands; no command looks at words itself.

import type { CommandRule, OptionRule, ValueKind, VariantRule } from './command-rules.js'
import { type Generation, type GenerationRange, knows } from '../generation/generation.js'
import { type FilterRule, type FiltersResult, readFilters } from './filter.js'
import { type LineReply, notSimulated, refused } from './line-reply.js'
import { messageText } from './messages.js'
import { OptionReader } from './option-reader.js'
import { parseUnits } from './processing-units.js'

export type OptionsResult<C> =
  | { readonly ok: true; readonly variant: VariantRule<C>; readonly options: OptionReader }
  | { readonly ok: false; readonly reply: LineReply }

const everywhere: readonly OptionRule[] = [{ name: '--help', takes: 'nothing' }]

/** `generation`: of the console, the one that the grammar is for. */
export function readOptions<C>(command: CommandGrammar<C>, words: readonly string[], generation: Generation): OptionsResult<C> {
  const scan = scanWords(command, words)
  if (scan.unknown.length > 0) return wrong(refused('invalidParameter', { names: scan.unknown.join(',') }))
  if (scan.given.has('--help')) return wrong(notSimulated(`${command.name} --help`, messageText('invalidParameter', { names: '--help' })))
  const chosen = chooseVariant(command, scan.given)
  if ('reply' in chosen) return wrong(chosen.reply)
  const reply = checkOptions(command, chosen.variant, scan, generation)
  if (reply !== undefined) return wrong(reply)
  const filters = givenFilters(command, chosen.variant, scan)
  if (!filters.ok) return wrong(filters.reply)
  return { ok: true, variant: chosen.variant, options: new OptionReader(scan.given, generation, filters.filters) }
}

function givenFilters<C>(command: CommandGrammar<C>, variant: VariantGrammar<C>, scan: Scan): FiltersResult {
  const text = scan.given.get('--filter')
  return typeof text === 'string' ? readFilters(variant.filters, text, command.name) : { ok: true, filters: new Map() }
}

function wrong(reply: LineReply): { readonly ok: false; readonly reply: LineReply } {
  return { ok: false, reply }
}

/** A command of the table as the consoles of one generation have it, with its options by name: what every line asks for. */
export interface CommandGrammar<C> extends CommandRule<C> {
  readonly variants: readonly VariantGrammar<C>[]
  /** Every option that some variant of the command knows; all agree on whether it takes a value. */
  readonly rules: ReadonlyMap<string, OptionRule>
}

interface VariantGrammar<C> extends VariantRule<C> {
  readonly rules: ReadonlyMap<string, OptionRule>
  readonly filters: readonly FilterRule[]
  /** Attributes that -F may name; undefined for what lists nothing. */
  readonly fieldNames: ReadonlySet<string> | undefined
}

/** Whether all consoles that have a command have the same of it. */
export function isForAll<C>({ variants, ...command }: CommandRule<C>): boolean {
  const rules: GenerationRange[] = [command, ...variants]
  for (const { options, notSimulated: others, filters = [], attributes = [] } of variants) {
    rules.push(...options, ...others, ...filters, ...attributes)
  }
  return rules.every(({ since, until }) => since === undefined && until === undefined)
}

export function grammarOf<C>(command: CommandRule<C>, generation: Generation): CommandGrammar<C> {
  const variants = command.variants.filter((variant) => knows(generation, variant)).map((variant) => variantGrammar(variant, generation))
  const rules = new Map<string, OptionRule>()
  for (const name of command.selectors) rules.set(name, { name, takes: 'text' })
  for (const variant of variants) {
    for (const rule of [...variant.options, ...variant.notSimulated, ...everywhere]) if (!rules.has(rule.name)) rules.set(rule.name, rule)
  }
  return { ...command, variants, rules }
}

function variantGrammar<C>(variant: VariantRule<C>, generation: Generation): VariantGrammar<C> {
  const options = variant.options.filter((rule) => knows(generation, rule))
  return {
    ...variant,
    options,
    notSimulated: variant.notSimulated.filter((rule) => knows(generation, rule)),
    filters: (variant.filters ?? []).filter((rule) => knows(generation, rule)),
    rules: new Map(options.map((rule) => [rule.name, rule])),
    fieldNames: variant.attributes && new Set(variant.attributes.filter((rule) => knows(generation, rule)).map(({ name }) => name)),
  }
}

interface Scan {
  readonly given: Map<string, string | null>
  readonly unknown: string[]
  /** Options whose value is not there. */
  readonly empty: string[]
}

function scanWords<C>({ rules, operands = [] }: CommandGrammar<C>, words: readonly string[]): Scan {
  const scan: Scan = { given: new Map(), unknown: [], empty: [] }
  let index = 0
  const following = (): string[] => {
    const from = index
    while (index < words.length && !isOption(words[index])) index++
    return words.slice(from, index)
  }
  while (index < words.length) {
    const word = words[index] ?? ''
    index++
    const operand = isOption(word) ? undefined : operands.find((name) => !scan.given.has(name))
    const rule = operands.includes(word) ? undefined : rules.get(word)
    if (operand !== undefined) scan.given.set(operand, word)
    else if (rule === undefined) {
      scan.unknown.push(word)
      // What follows an unknown option is taken for its value, as the console names the option alone.
      if (isOption(word)) following()
    } else if (rule.takes === 'nothing') scan.given.set(word, null)
    else if (rule.takes === 'fields') scan.given.set(word, following().join(' '))
    else if (index < words.length && !rules.has(words[index] ?? '')) {
      scan.given.set(word, words[index] ?? '')
      index++
    } else {
      scan.given.set(word, '')
      scan.empty.push(word)
    }
  }
  return scan
}

function isOption(word: string | undefined): boolean {
  return word !== undefined && word.startsWith('-')
}

type Choice<C> = { readonly variant: VariantGrammar<C> } | { readonly reply: LineReply }

function chooseVariant<C>(command: CommandGrammar<C>, given: ReadonlyMap<string, string | null>): Choice<C> {
  let candidates = command.variants
  for (const selector of command.selectors) {
    if (!candidates.some((variant) => selector in variant.select)) continue
    const value = given.get(selector)
    if (value === undefined || value === null || value === '') {
      const without = candidates.filter((variant) => !(selector in variant.select))
      if (without.length === 0) return { reply: refused('missingParameter', { names: selector }) }
      candidates = without
      continue
    }
    const matching = candidates.filter((variant) => variant.select[selector] === value)
    if (matching.length === 0) return { reply: otherValue(command, selector, value) }
    candidates = matching
  }
  const [variant] = candidates
  // The table gives every full selection one variant (checked by its test).
  return variant === undefined ? { reply: refused('missingParameter', { names: command.selectors.join(',') }) } : { variant }
}

function otherValue<C>(command: CommandRule<C>, selector: string, value: string): LineReply {
  const others = command.otherValues[selector]
  const text = messageText('missingParameter', { names: selector })
  if (others === undefined || !Object.hasOwn(others, value)) return { ok: false, text }
  const message = others[value]
  return notSimulated(`${command.name} ${selector} ${value}`, typeof message === 'string' ? messageText(message) : text)
}

function checkOptions<C>(
  command: CommandGrammar<C>,
  variant: VariantGrammar<C>,
  scan: Scan,
  generation: Generation,
): LineReply | undefined {
  const known = variant.rules
  const strange = [...scan.given.keys()].filter((name) => !known.has(name) && !(name in variant.select))
  if (strange.length > 0) {
    const text = messageText('invalidParameter', { names: strange.join(',') })
    const real = strange.filter((name) => variant.notSimulated.some((rule) => rule.name === name))
    if (real.length < strange.length) return { ok: false, text }
    return notSimulated(`${command.name} ${real.join(' ')}`, text)
  }
  const bad = new Set(scan.empty)
  for (const [name, value] of scan.given) if (!fits(known.get(name)?.takes, value)) bad.add(name)
  for (const alternatives of variant.required) {
    const names = alternatives.split('|')
    if (!names.some((name) => scan.given.has(name))) for (const name of names) bad.add(name)
  }
  if (bad.size > 0) return refused('missingParameter', { names: [...bad].join(',') })
  for (const group of variant.exclusive ?? []) {
    const both = group.filter((name) => scan.given.has(name))
    if (both.length > 1) return refused('invalidParameter', { names: both.join(',') })
  }
  return checkFields(generation, variant, scan)
}

function fits(kind: OptionRule['takes'] | undefined, value: string | null): boolean {
  if (kind === undefined || kind === 'nothing' || kind === 'fields' || value === null) return true
  return fitsKind(kind, value)
}

function fitsKind(kind: ValueKind, value: string): boolean {
  if (typeof kind === 'object') return kind.includes(value)
  switch (kind) {
    case 'text':
      return value !== ''
    case 'drcIndex':
      return /^[0-9A-Fa-f]{8}$/.test(value)
    case 'lparId':
      return wholeBetween(value, 1, 4095)
    case 'lparIds':
      return value.split(',').every((id) => wholeBetween(id, 1, 4095))
    case 'count':
      return wholeBetween(value, 0, 65_535)
    case 'positive':
      return wholeBetween(value, 1, 65_535)
    case 'mib':
      return wholeBetween(value, 1, 2 ** 32)
    case 'units': {
      const hundredths = parseUnits(value)
      return hundredths !== undefined && hundredths > 0 && hundredths <= 25_600
    }
  }
}

function wholeBetween(text: string, low: number, high: number): boolean {
  return /^\d{1,10}$/.test(text) && Number(text) >= low && Number(text) <= high
}

// --header is only valid together with names after -F; the names must be attributes of the resource.
function checkFields<C>(generation: Generation, variant: VariantGrammar<C>, scan: Scan): LineReply | undefined {
  const { fieldNames } = variant
  if (fieldNames === undefined) return undefined
  const reader = new OptionReader(scan.given, generation)
  if (scan.given.has('--header') && !scan.given.has('-F')) return refused('invalidParameter', { names: '--header' })
  const invalid = reader.output.fields?.find((name) => !fieldNames.has(name))
  return invalid === undefined ? undefined : refused('invalidAttribute', { name: invalid })
}
