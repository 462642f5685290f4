// From what a user writes to a whole, checked document: the preset below it, the one-system short form, the schema, and the rules that
// join fields. Every complaint carries the path as the user wrote it.

import type * as z from 'zod'
import { MachineError } from '../errors.js'
import { type PresetName, presetDocument } from '../presets/presets.js'
import { complaintOf } from './complaint.js'
import { type InstallationDocument, installationSchema, systemFields } from './schema.js'
import { checkRules } from './rules.js'

/** A document as a user gives it: any part of a whole one, on top of a preset (default power520). */
export type MachineDocument = { readonly preset?: PresetName | string; readonly [field: string]: unknown }

/**
 * The whole document. Objects are merged field by field onto the preset, lists replace it; `system: {…}` fields may stand at the top
 * when there is one system. Throws MachineError `bad-document` or `unknown-preset` with the path of the first bad field.
 */
export function readDocument(given: MachineDocument): InstallationDocument {
  if (!isPlain(given)) throw new MachineError('bad-document', '', `expected an object of fields, got ${describe(given)}`)
  const { preset = 'power520', ...fields } = given
  if (typeof preset !== 'string') throw new MachineError('unknown-preset', 'preset', `expected a name, got ${describe(preset)}`)
  const short = !('systems' in fields)
  const whole = merge(presetDocument(preset), short ? expand(fields) : fields)
  const parsed = installationSchema.safeParse(whole)
  if (!parsed.success) throw complaint(parsed.error, short)
  checkRules(parsed.data, (path) => written(path, short))
  return parsed.data
}

/** The short form: a system's own fields at the top become the first system. */
function expand(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const system: Record<string, unknown> = {}
  const rest: Record<string, unknown> = {}
  for (const [field, value] of Object.entries(fields)) {
    // `name` at the top names the installation.
    if (systemFields.includes(field) && field !== 'name') system[field] = value
    else rest[field] = value
  }
  return Object.keys(system).length === 0 ? rest : { ...rest, systems: { 0: system } }
}

/** `over` on top of `base`: objects by field, everything else replaced. A list is merged only from the short form's `{0: …}`. */
function merge(base: unknown, over: unknown): unknown {
  if (Array.isArray(base) && isPlain(over) && '0' in over) return base.map((item, index) => (index === 0 ? merge(item, over['0']) : item))
  if (Array.isArray(base) && Array.isArray(over))
    return over.map((item, index) => (isPlain(base[0]) && isSystem(base[0]) ? merge(base[index] ?? base[0], item) : item))
  if (!isPlain(base) || !isPlain(over)) return over === undefined ? base : over
  if (isLaw(base)) return over
  const merged: Record<string, unknown> = { ...base }
  for (const [field, value] of Object.entries(over)) merged[field] = field in base ? merge(base[field], value) : value
  return merged
}

const lawNames = ['constant', 'exponential', 'erlang', 'hyperExponential', 'lognormal', 'uniform', 'empirical']

/** A law is replaced whole: mixing two kinds of law says nothing. */
function isLaw(value: Readonly<Record<string, unknown>>): boolean {
  const [name, ...more] = Object.keys(value)
  return name !== undefined && more.length === 0 && lawNames.includes(name)
}

/** Systems of a list are each merged onto the preset's, so that a document says only what differs. */
function isSystem(value: Readonly<Record<string, unknown>>): boolean {
  return 'fsp' in value && 'phyp' in value
}

function complaint(error: z.ZodError, short: boolean): MachineError {
  const { path, message } = complaintOf(error, 'a machine document')
  return new MachineError('bad-document', written(path, short), message)
}

/** The path as the user wrote it: without `systems.0.` in the short form. */
function written(path: string, short: boolean): string {
  return short && path.startsWith('systems.0.') ? path.slice('systems.0.'.length) : path
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function describe(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'an object' : JSON.stringify(value)
}
