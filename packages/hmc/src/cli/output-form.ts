// How ls* commands print, for all of them: rows of attribute=value by default, values only with -F, quoting of values with commas.
//   no -F          name=lp1,lpar_id=3,"virtual_eth_adapters=6/0/1//0/0,""7/1/1/3,4/0/0"""
//   -F a,b         values in that order; the first character that no name can have is the delimiter (-F a:b)
//   -F             values of the default attributes in their order
//   --header       the names first, with -F only

import { type Generation, type GenerationRange, isSince, knows } from '../generation/generation.js'

/** What is said of an attribute without an object that has it: which consoles know it, and which print it unasked. */
export interface AttributeRule extends GenerationRange {
  readonly name: string
  /** Generations that print it in their default rows, or the first of them; `never`: only when -F names it. Absent: all that know it. */
  readonly inRows?: Generation | GenerationRange | 'never'
  /** Where it is known from, when it is not what the head of its file says. */
  readonly source?: string
}

/** An attribute of a resource. Adding one to an ls* command is one such row in its table. */
export interface Attribute<O> extends AttributeRule {
  /** A list prints comma separated, its own commas quoted once more. */
  readonly value: (object: O) => string | number | readonly string[]
  /** A list that is quoted even when it has one element, unless it has none. */
  readonly listed?: true
  /** Absent (not empty) in rows where this is false; -F prints `null` for it. */
  readonly when?: (object: O) => boolean
}

export type AttributeTable<O> = readonly Attribute<O>[]

export interface OutputForm {
  /** Attributes that -F names; null: the default ones. */
  readonly fields: readonly string[] | null
  readonly delimiter: string
  readonly header: boolean
  /** attribute=value rows. */
  readonly named: boolean
  /** Of the console: it says which attributes a default row has. */
  readonly generation: Generation
}

/** The words after -F, joined by blanks: `name,state`, `name:state`, `name state` or nothing. */
export function parseFields(text: string, header: boolean, generation: Generation): OutputForm {
  const delimiter = /[^A-Za-z0-9_]/.exec(text)?.[0] ?? ','
  return { fields: text === '' ? null : text.split(delimiter), delimiter, header, named: false, generation }
}

/** Whether a console of this generation prints the attribute unasked. */
export function isDefault(attribute: AttributeRule, generation: Generation): boolean {
  const { inRows } = attribute
  if (inRows === 'never' || !knows(generation, attribute)) return false
  return inRows === undefined || (typeof inRows === 'object' ? knows(generation, inRows) : isSince(generation, inRows))
}

/** The rows of some objects, one line each, the header line before them; no objects: an empty list of lines. */
export function formatRows<O>(table: AttributeTable<O>, objects: readonly O[], form: OutputForm): string[] {
  if (objects.length === 0) return []
  const { generation } = form
  const defaults = form.fields === null ? table.filter((attribute) => isDefault(attribute, generation)) : []
  if (form.named) return objects.map((object) => namedRow(defaults, object))
  const chosen =
    form.fields === null
      ? defaults.filter((attribute) => objects.some((object) => applies(attribute, object)))
      : form.fields.flatMap((name) => table.filter((attribute) => attribute.name === name))
  const rows = objects.map((object) => chosen.map((attribute) => plainValue(attribute, object)).join(form.delimiter))
  return form.header ? [chosen.map((attribute) => attribute.name).join(form.delimiter), ...rows] : rows
}

function namedRow<O>(table: AttributeTable<O>, object: O): string {
  return table
    .filter((attribute) => applies(attribute, object))
    .map((attribute) => quoted(`${attribute.name}=`, attribute.value(object), attribute.listed))
    .join(',')
}

function plainValue<O>(attribute: Attribute<O>, object: O): string {
  return applies(attribute, object) ? quoted('', attribute.value(object), undefined) : 'null'
}

function applies<O>(attribute: Attribute<O>, object: O): boolean {
  return attribute.when === undefined || attribute.when(object)
}

/** `prefix` and value, in quotes when the value has commas or quotes; those of its elements are doubled inside. */
function quoted(prefix: string, value: string | number | readonly string[], listed: true | undefined): string {
  const text = typeof value === 'object' ? value.map((element) => escaped('', element)).join(',') : String(value)
  return listed === true && text !== '' ? inQuotes(prefix, text) : escaped(prefix, text)
}

function escaped(prefix: string, text: string): string {
  return /[,"]/.test(text) ? inQuotes(prefix, text) : `${prefix}${text}`
}

function inQuotes(prefix: string, text: string): string {
  return `"${prefix}${text.replaceAll('"', '""')}"`
}
