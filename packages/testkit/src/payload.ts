// From a payload schema of the command catalogue to a generator of payloads that fit it. Only the kinds of schema that the catalogue
// uses are known; another one is refused by name, so that a new kind is not silently left untested.

import fc from 'fast-check'
import type { CommandDefinition, Json } from '@powersim/protocol'
import { ContractError } from './errors.js'

/** A payload schema, as a catalogue entry holds it. */
export type PayloadSchema = CommandDefinition['request']

interface Check {
  readonly check: string
  readonly value?: number
  readonly inclusive?: boolean
  readonly minimum?: number
  readonly maximum?: number
  readonly pattern?: RegExp
}

// The part of a zod 4 definition that is read here.
interface Definition {
  readonly type: string
  readonly checks?: readonly { readonly _zod: { readonly def: Check } }[]
  readonly format?: string
  readonly entries?: Readonly<Record<string, string>>
  readonly values?: readonly (string | number | boolean | null)[]
  readonly shape?: Readonly<Record<string, PayloadSchema>>
  readonly element?: PayloadSchema
  readonly innerType?: PayloadSchema
  readonly options?: readonly PayloadSchema[]
  readonly items?: readonly PayloadSchema[]
}

export interface PayloadOptions {
  /** Most elements of a list and characters of a text, below what the schema allows. Default 8 and 40. */
  readonly listLimit?: number
  readonly textLimit?: number
}

/** Payloads that fit `schema`. Throws ContractError `unknown-schema` for a kind of schema that the catalogue does not use. */
export function anyPayload(schema: PayloadSchema, options: PayloadOptions = {}): fc.Arbitrary<Json> {
  const definition = definitionOf(schema)
  switch (definition.type) {
    case 'boolean':
      return fc.boolean()
    case 'number':
      return anyNumber(definition)
    case 'string':
      return anyText(definition, options.textLimit ?? 40)
    case 'enum':
      return fc.constantFrom(...Object.values(definition.entries ?? {}))
    case 'literal':
      return fc.constantFrom(...(definition.values ?? []))
    case 'array':
      return anyList(definition, options)
    case 'object':
      return anyObject(definition.shape ?? {}, options)
    case 'union':
      return fc.oneof(...(definition.options ?? []).map((option) => anyPayload(option, options)))
    case 'tuple':
      return fc.tuple(...(definition.items ?? []).map((item) => anyPayload(item, options)))
    case 'nullable':
      return fc.option(anyPayload(innerOf(definition), options))
    default:
      throw new ContractError('unknown-schema', `no generator for schemas of type '${definition.type}': add one to payload.ts`)
  }
}

function definitionOf(schema: PayloadSchema): Definition {
  // zod types a definition by its most general form; the fields above are those of the kinds that are read.
  return schema._zod.def as unknown as Definition
}

function innerOf({ type, innerType }: Definition): PayloadSchema {
  if (innerType === undefined) throw new ContractError('unknown-schema', `a schema of type '${type}' without an inner one`)
  return innerType
}

function checksOf(definition: Definition): readonly Check[] {
  return (definition.checks ?? []).map((check) => check._zod.def)
}

function anyNumber(definition: Definition): fc.Arbitrary<number> {
  const whole = definition.format === 'safeint'
  let min = whole ? Number.MIN_SAFE_INTEGER : -1e300
  let max = whole ? Number.MAX_SAFE_INTEGER : 1e300
  for (const { check, value = 0, inclusive = true } of checksOf(definition)) {
    if (!inclusive || (check !== 'greater_than' && check !== 'less_than')) throw unknownCheck(check, 'number')
    if (check === 'greater_than') min = Math.max(min, value)
    else max = Math.min(max, value)
  }
  if (whole) return fc.integer({ min, max })
  // JSON has no negative zero.
  return fc.double({ min, max, noNaN: true }).map((number) => number + 0)
}

function anyText(definition: Definition, textLimit: number): fc.Arbitrary<string> {
  let longest = textLimit
  for (const { check, maximum = 0, pattern } of checksOf(definition)) {
    if (check === 'string_format' && pattern !== undefined) return fc.stringMatching(pattern)
    if (check !== 'max_length') throw unknownCheck(check, 'string')
    longest = Math.min(longest, maximum)
  }
  // A character outside the basic plane counts twice.
  return fc.oneof(fc.string({ maxLength: longest }), fc.string({ unit: 'binary', maxLength: Math.floor(longest / 2) }))
}

function anyList(definition: Definition, options: PayloadOptions): fc.Arbitrary<Json> {
  let longest = options.listLimit ?? 8
  let shortest = 0
  for (const { check, minimum = 0, maximum = Infinity } of checksOf(definition)) {
    if (check !== 'max_length' && check !== 'min_length') throw unknownCheck(check, 'array')
    longest = Math.min(longest, maximum)
    shortest = Math.max(shortest, minimum)
  }
  if (definition.element === undefined) throw new ContractError('unknown-schema', 'a list without a schema of its elements')
  return fc.array(anyPayload(definition.element, options), { minLength: shortest, maxLength: Math.max(shortest, longest) })
}

function anyObject(shape: Readonly<Record<string, PayloadSchema>>, options: PayloadOptions): fc.Arbitrary<Json> {
  const fields: Record<string, fc.Arbitrary<Json>> = {}
  const requiredKeys: string[] = []
  for (const [key, schema] of Object.entries(shape)) {
    const definition = definitionOf(schema)
    if (definition.type === 'optional') {
      fields[key] = anyPayload(innerOf(definition), options)
    } else {
      fields[key] = anyPayload(schema, options)
      requiredKeys.push(key)
    }
  }
  return fc.record(fields, { requiredKeys, noNullPrototype: true })
}

function unknownCheck(check: string, type: string): ContractError {
  return new ContractError('unknown-schema', `no generator for the check '${check}' of a ${type}: add one to payload.ts`)
}
