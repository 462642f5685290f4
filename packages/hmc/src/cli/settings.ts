// Configuration data of mksyscfg and chsyscfg as values: a table of the attributes that a resource accepts, checked and parsed in one
// place. Amounts stay integers: MiB and hundredths of a processor.

import { type DataPair, readConfigurationData, readList } from './configuration-data.js'
import { type LineReply, notSimulated, refused } from './line-reply.js'
import { messageText } from './messages.js'
import { parseUnits } from './processing-units.js'

export interface SettingRule {
  readonly name: string
  /** `name`: 1 to 31 printable characters. `text`: up to 1024. `list`: elements. An array: one of these words. */
  readonly takes: 'name' | 'text' | 'list' | 'units' | 'mib' | 'flag' | readonly [low: number, high: number] | readonly string[]
  /** A list that `+=` adds to and `-=` takes from, too. */
  readonly operators?: true
  /** The model has nothing behind this attribute: only this value is accepted, any other is answered as not simulated. */
  readonly neutral?: string
  /** A real console takes it here and this one does not, whatever its value. */
  readonly notSimulated?: true
}

export type SettingsResult = { readonly ok: true; readonly settings: Settings } | { readonly ok: false; readonly reply: LineReply }

/** Parsed configuration data. Accessors give undefined for an attribute that was not entered. */
export class Settings {
  private readonly values: ReadonlyMap<string, string>
  private readonly operators: ReadonlyMap<string, DataPair['operator']>

  constructor(values: ReadonlyMap<string, string>, operators: ReadonlyMap<string, DataPair['operator']> = new Map()) {
    this.values = values
    this.operators = operators
  }

  has(name: string): boolean {
    return this.values.has(name)
  }

  /** How it was entered; `=` for what was not. */
  operator(name: string): DataPair['operator'] {
    return this.operators.get(name) ?? '='
  }

  text(name: string): string | undefined {
    return this.values.get(name)
  }

  number(name: string): number | undefined {
    const text = this.values.get(name)
    return text === undefined ? undefined : Number(text)
  }

  hundredths(name: string): number | undefined {
    const text = this.values.get(name)
    return text === undefined ? undefined : parseUnits(text)
  }

  flag(name: string): boolean | undefined {
    const text = this.values.get(name)
    return text === undefined ? undefined : text === '1'
  }

  list(name: string): readonly string[] | undefined {
    const text = this.values.get(name)
    return text === undefined ? undefined : readList(text)
  }

  choice<T extends string>(name: string, words: readonly T[]): T | undefined {
    const text = this.values.get(name)
    return words.find((word) => word === text)
  }
}

/** Reads the text after -i against a table. `command` is what a not simulated attribute is called by. */
export function readSettings(rules: readonly SettingRule[], text: string, command: string): SettingsResult {
  const data = readConfigurationData(text)
  if (!data.ok) return wrong(refused('invalidFormat', { data: data.data }))
  const values = new Map<string, string>()
  const operators = new Map<string, DataPair['operator']>()
  for (const { name, operator, value } of data.pairs) {
    const rule = rules.find((candidate) => candidate.name === name)
    if (rule === undefined) return wrong(refused('invalidAttribute', { name }))
    const isNeutral = rule.neutral !== undefined && operator === '=' && value === rule.neutral
    if (rule.notSimulated || (rule.neutral !== undefined && !isNeutral)) {
      return wrong(notSimulated(`${command} ${name}`, messageText('invalidAttribute', { name })))
    }
    if ((operator !== '=' && rule.operators !== true) || values.has(name))
      return wrong(refused('invalidFormat', { data: `${name}${operator}${value}` }))
    const reply = isNeutral ? undefined : check(rule, value)
    if (reply !== undefined) return wrong(reply)
    values.set(name, value)
    operators.set(name, operator)
  }
  return { ok: true, settings: new Settings(values, operators) }
}

function wrong(reply: LineReply): { readonly ok: false; readonly reply: LineReply } {
  return { ok: false, reply }
}

function check(rule: SettingRule, value: string): LineReply | undefined {
  const { name, takes } = rule
  const bad = (detail: string): LineReply => refused('dataInvalid', { name, detail })
  switch (takes) {
    case 'name':
      if (!/^[\x20-\x7e]*$/.test(value)) return refused('notPrintable', { name })
      return value.length >= 1 && value.length <= 31 ? undefined : bad('a name has 1 to 31 characters')
    case 'text':
      if (!/^[\x20-\x7e]*$/.test(value)) return refused('notPrintable', { name })
      return value.length <= 1024 ? undefined : bad('a description has at most 1024 characters')
    case 'list':
      return readList(value) === undefined ? refused('invalidFormat', { data: `${name}=${value}` }) : undefined
    case 'units': {
      const hundredths = parseUnits(value)
      return hundredths !== undefined && hundredths <= 25_600 ? undefined : bad('expected processing units with at most two decimals')
    }
    case 'mib':
      return whole(value, 0, 2 ** 32) ? undefined : bad('expected a whole number of megabytes')
    case 'flag':
      return value === '0' || value === '1' ? undefined : bad('expected 0 or 1')
    default:
      return isRange(takes) ? checkRange(takes, value, bad) : takes.includes(value) ? undefined : bad(`expected ${takes.join(' | ')}`)
  }
}

function isRange(takes: readonly [low: number, high: number] | readonly string[]): takes is readonly [low: number, high: number] {
  return typeof takes[0] === 'number'
}

function checkRange(
  [low, high]: readonly [low: number, high: number],
  value: string,
  bad: (detail: string) => LineReply,
): LineReply | undefined {
  return whole(value, low, high) ? undefined : bad(`expected a whole number from ${low} to ${high}`)
}

function whole(text: string, low: number, high: number): boolean {
  return /^\d{1,10}$/.test(text) && Number(text) >= low && Number(text) <= high
}
