// How many bytes a payload takes on the wire, without writing it: what `JSON.stringify` and UTF-8 would make, added up by walking the
// data. Every command and every reply is measured, few are ever encoded (codec.ts).

import type { Json } from './message.js'

const QUOTE = 0x22
const BACKSLASH = 0x5c
/** Bytes beyond one of `\n` and its like, of `\u001f`. */
const SHORT_ESCAPE = 1
const LONG_ESCAPE = 5

/** Bytes of a payload on the wire, without the header. */
export function dataBytes(data: Json): number {
  switch (typeof data) {
    case 'string':
      return stringBytes(data)
    case 'number':
      return numberBytes(data)
    case 'boolean':
      return data ? 4 : 5
    default:
      return data === null ? 4 : isList(data) ? listBytes(data) : objectBytes(data)
  }
}

function isList(data: readonly Json[] | { readonly [key: string]: Json | undefined }): data is readonly Json[] {
  return Array.isArray(data)
}

/** The brackets, and a comma between two entries. */
function listBytes(list: readonly Json[]): number {
  let bytes = list.length === 0 ? 2 : list.length + 1
  for (let at = 0; at < list.length; at++) bytes += dataBytes(list[at] ?? null)
  return bytes
}

/** Fields that are undefined are left out. */
function objectBytes(fields: { readonly [key: string]: Json | undefined }): number {
  let bytes = 1
  for (const name in fields) {
    const value = fields[name]
    // A colon, and a comma or the closing brace.
    if (value !== undefined) bytes += stringBytes(name) + dataBytes(value) + 2
  }
  return bytes === 1 ? 2 : bytes
}

function stringBytes(text: string): number {
  let bytes = text.length + 2
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit < 0x20 || unit > 0x7f) bytes += beyondOne(text, unit, at)
    else if (unit === QUOTE || unit === BACKSLASH) bytes++
  }
  return bytes
}

/** Bytes beyond one of a control character, of a unit that is not ASCII, or of half a surrogate pair; a half alone is escaped. */
function beyondOne(text: string, unit: number, at: number): number {
  if (unit < 0x20) return unit === 8 || unit === 9 || unit === 10 || unit === 12 || unit === 13 ? SHORT_ESCAPE : LONG_ESCAPE
  if (unit < 0x800) return 1
  if (unit < 0xd800 || unit > 0xdfff) return 2
  const other = text.charCodeAt(unit < 0xdc00 ? at + 1 : at - 1)
  const paired = unit < 0xdc00 ? other >= 0xdc00 && other <= 0xdfff : other >= 0xd800 && other < 0xdc00
  return paired ? 1 : LONG_ESCAPE
}

function numberBytes(value: number): number {
  if (!(value >= 0 && value < 1e9 && Math.floor(value) === value)) return String(Number.isFinite(value) ? value : null).length
  if (value < 100) return value < 10 ? 1 : 2
  if (value < 10_000) return value < 1000 ? 3 : 4
  if (value < 1_000_000) return value < 100_000 ? 5 : 6
  return value < 10_000_000 ? 7 : value < 100_000_000 ? 8 : 9
}
