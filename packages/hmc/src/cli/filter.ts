// --filter of the ls* commands: which filters a resource has, and what they let through. A filter that names a partition which does
// not exist is an error (HSCL8012), never an empty answer: the commands that know the partitions check that.

import type { GenerationRange } from '../generation/generation.js'
import { readConfigurationData, readList } from './configuration-data.js'
import { type LineReply, notSimulated, refused } from './line-reply.js'
import { messageText } from './messages.js'

export interface FilterRule extends GenerationRange {
  readonly name: string
  /** What each value must be. */
  readonly takes: 'text' | 'lparId' | readonly string[]
  /** A real console has it, this one does not. */
  readonly notSimulated?: true
}

/** Values by filter name. */
export type Filters = ReadonlyMap<string, readonly string[]>

export type FiltersResult = { readonly ok: true; readonly filters: Filters } | { readonly ok: false; readonly reply: LineReply }

export const partitionFilters: readonly FilterRule[] = [
  { name: 'lpar_names', takes: 'text' },
  { name: 'lpar_ids', takes: 'lparId' },
]

/** Reads the text after --filter. `command` is what a not simulated filter is called by. */
export function readFilters(rules: readonly FilterRule[], text: string, command: string): FiltersResult {
  const filters = new Map<string, readonly string[]>()
  const data = readConfigurationData(text, true)
  if (!data.ok) return { ok: false, reply: refused('missingParameter', { names: '--filter' }) }
  for (const { name, operator, value } of data.pairs) {
    const rule = rules.find((candidate) => candidate.name === name)
    if (rule === undefined) return { ok: false, reply: refused('invalidFilter', { name }) }
    if (rule.notSimulated) {
      return { ok: false, reply: notSimulated(`${command} --filter ${name}`, messageText('invalidFilter', { name })) }
    }
    const list = value === 'none' ? [value] : readList(value)
    if (operator !== '=' || list === undefined || list.length === 0 || !list.every((item) => fits(rule, item))) {
      return { ok: false, reply: refused('missingParameter', { names: '--filter' }) }
    }
    filters.set(name, list)
  }
  if (filters.has('lpar_names') && filters.has('lpar_ids')) {
    return { ok: false, reply: refused('missingParameter', { names: '--filter' }) }
  }
  return { ok: true, filters }
}

function fits(rule: FilterRule, value: string): boolean {
  if (rule.takes === 'text') return value !== ''
  if (rule.takes === 'lparId') return /^\d{1,4}$/.test(value) && Number(value) >= 1 && Number(value) <= 4095
  return rule.takes.includes(value)
}
