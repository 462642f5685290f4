// The bytes of an error log, section by section (openpower-pels: private header 48 bytes, user header 24, primary SRC 80 and callouts),
// big endian. Whole and exact both ways; decoding throws PelError for anything else. Time stamps are nanoseconds in 64 bits, where
// hardware writes decimal digits: the service processor's clock has no date.

import { errorSeverities, type ErrorSeverity } from '@powersim/protocol'
import {
  type Callout,
  type ErrorLog,
  logCreators,
  type LogCreator,
  type LogSection,
  MAX_CALLOUTS,
  severityByte,
  SRC_WORDS,
  subsystems,
  type Subsystem,
} from './error-log.js'
import { ByteReader, ByteWriter, padded, PelError } from './pel-bytes.js'

/** Largest log: the buffer of the mailbox class (skiboot hw/fsp/fsp-elog-read.c). */
export const MAX_LOG_BYTES = 16_384
/** Largest log that goes to an operating system (LoPAR: error log of RTAS event-scan). */
export const MAX_OS_LOG_BYTES = 2048

const HEADER = 8
const PRIVATE_HEADER = 48
const USER_HEADER = 24
const PRIMARY_SRC = 80
/** Size, flags, priority, length of the location; type, size and flags of the FRU part with its three texts. */
const CALLOUT_FIXED = 4 + 28
const CALLOUTS_HEADER = 4
const PART_NUMBER = 8
const CCIN = 4
const SERIAL = 12
const TYPE_MODEL = 8
const DUMP_NAME = 40
const CREATOR_VERSION = 8

/** Bytes of a log, without writing it. */
export function logBytes(log: ErrorLog): number {
  let bytes = PRIVATE_HEADER + USER_HEADER + srcBytes(log)
  for (const section of log.sections) bytes += sectionBytes(section)
  return bytes
}

/** The bytes. PelError `too-long` above `MAX_LOG_BYTES`, `bad-field` for what its field cannot hold. */
export function encodeLog(log: ErrorLog): Uint8Array {
  const bytes = logBytes(log)
  if (bytes > MAX_LOG_BYTES) throw new PelError('too-long', `a log has at most ${MAX_LOG_BYTES} bytes, this one ${bytes}`)
  const out = new ByteWriter(bytes)
  header(out, 'PH', PRIVATE_HEADER, 0)
  out.long(log.createdNs)
  out.long(log.createdNs)
  out.text(log.creator, 1)
  out.byte(0)
  out.byte(0)
  out.byte(3 + log.sections.length)
  out.word(0)
  out.text('', CREATOR_VERSION)
  out.word(log.platformLogId)
  out.word(log.id)
  header(out, 'UH', USER_HEADER, 0)
  out.byte(subsystems[log.subsystem])
  out.byte(3)
  out.byte(severityByte(log))
  out.byte(log.eventType)
  out.word(0)
  out.half(0)
  out.half(log.actionFlags)
  out.word(0)
  writeSrc(out, log)
  for (const section of log.sections) writeSection(out, section)
  return out.done()
}

/** The log of some bytes, all of them. */
export function decodeLog(bytes: Uint8Array): ErrorLog {
  if (bytes.length > MAX_LOG_BYTES) throw new PelError('too-long', `a log has at most ${MAX_LOG_BYTES} bytes, got ${bytes.length}`)
  const from = new ByteReader(bytes)
  expectHeader(from, 'PH', PRIVATE_HEADER)
  const createdNs = from.long()
  from.same(from.long(), createdNs, 'commit time')
  const creator = from.oneOf<LogCreator>(Object.values(logCreators), from.text(1), 'creator')
  from.zeros(2)
  const sections = from.byte()
  from.zeros(4 + CREATOR_VERSION)
  const platformLogId = from.word()
  const id = from.word()
  expectHeader(from, 'UH', USER_HEADER)
  const subsystem = keyOf<Subsystem>(subsystems, from.byte(), 'subsystem')
  from.same(from.byte(), 3, 'scope')
  const severity = keyOf<ErrorSeverity>(errorSeverities, from.byte(), 'severity')
  const eventType = from.byte()
  from.zeros(6)
  const actionFlags = from.half()
  from.zeros(4)
  const src = readSrc(from)
  const further: LogSection[] = []
  for (let read = 3; read < sections; read++) further.push(readSection(from))
  from.end()
  return { id, platformLogId, creator, createdNs, subsystem, severity, eventType, actionFlags, ...src, sections: further }
}

/** What an operating system gets of a log: its last sections are left out until it is short enough. */
export function forOperatingSystem(log: ErrorLog): ErrorLog {
  let kept = log.sections
  while (kept.length > 0 && logBytes({ ...log, sections: kept }) > MAX_OS_LOG_BYTES) kept = kept.slice(0, -1)
  return kept === log.sections ? log : { ...log, sections: kept }
}

function srcBytes({ callouts }: ErrorLog): number {
  if (callouts.length === 0) return PRIMARY_SRC
  let bytes = PRIMARY_SRC + CALLOUTS_HEADER
  for (const callout of callouts) bytes += calloutBytes(callout)
  return bytes
}

function calloutBytes({ location }: Callout): number {
  return CALLOUT_FIXED + padded(location.length)
}

function writeSrc(out: ByteWriter, log: ErrorLog): void {
  const { callouts, words, refcode } = log
  if (callouts.length > MAX_CALLOUTS) throw new PelError('bad-field', `at most ${MAX_CALLOUTS} callouts, got ${callouts.length}`)
  if (words.length !== SRC_WORDS) throw new PelError('bad-field', `${SRC_WORDS} words of a reference code, got ${words.length}`)
  if (!/^[0-9A-Z]{8}$/.test(refcode)) throw new PelError('bad-field', `a reference code has eight characters, got '${refcode}'`)
  const bytes = srcBytes(log)
  header(out, 'PS', bytes, 0)
  out.byte(2)
  out.byte(callouts.length === 0 ? 0 : 1)
  out.byte(0)
  out.byte(SRC_WORDS + 1)
  out.half(0)
  out.half(bytes - HEADER)
  for (const word of words) out.word(word)
  out.text(refcode, 32)
  if (callouts.length === 0) return
  out.byte(0xc0)
  out.byte(0)
  out.half((bytes - PRIMARY_SRC) / 4)
  for (const callout of callouts) {
    const { priority, location, partNumber, ccin, serialNumber } = callout
    out.byte(calloutBytes(callout))
    out.byte(0)
    out.text(priority, 1)
    out.byte(location.length)
    out.text(location, padded(location.length))
    out.text('ID', 2)
    out.byte(28)
    out.byte(0x0e)
    out.text(partNumber, PART_NUMBER)
    out.text(ccin, CCIN)
    out.text(serialNumber, SERIAL)
  }
}

function readSrc(from: ByteReader): Pick<ErrorLog, 'refcode' | 'words' | 'callouts'> {
  const bytes = from.section('PS')
  from.same(from.byte(), 2, 'SRC version')
  const flags = from.byte()
  from.zeros(1)
  from.same(from.byte(), SRC_WORDS + 1, 'SRC words')
  from.zeros(2)
  from.same(from.half(), bytes - HEADER, 'SRC size')
  const words = Array.from({ length: SRC_WORDS }, () => from.word())
  const refcode = from.text(32)
  if (!/^[0-9A-Z]{8}$/.test(refcode)) throw new PelError('bad-field', `a reference code has eight characters, got '${refcode}'`)
  const callouts: Callout[] = []
  if (flags === 1) {
    from.same(from.byte(), 0xc0, 'callouts')
    from.zeros(1)
    const end = from.at - 2 + from.half() * 4
    while (from.at < end) {
      const start = from.at
      const size = from.byte()
      from.zeros(1)
      const priority = from.oneOf<Callout['priority']>(['H', 'M', 'L'], from.text(1), 'callout priority')
      const length = from.byte()
      const location = from.text(padded(length))
      from.same(location.length, length, 'location length')
      from.same(from.text(2) === 'ID' ? 1 : 0, 1, 'FRU identity')
      from.same(from.byte(), 28, 'FRU identity size')
      from.same(from.byte(), 0x0e, 'FRU identity flags')
      callouts.push({ priority, location, partNumber: from.text(PART_NUMBER), ccin: from.text(CCIN), serialNumber: from.text(SERIAL) })
      from.same(from.at - start, size, 'callout size')
    }
    from.same(from.at, end, 'callouts size')
  } else from.same(flags, 0, 'SRC flags')
  from.same(PRIMARY_SRC + (flags === 0 ? 0 : CALLOUTS_HEADER + callouts.reduce((sum, each) => sum + calloutBytes(each), 0)), bytes, 'SRC')
  if (callouts.length > MAX_CALLOUTS) throw new PelError('bad-field', `at most ${MAX_CALLOUTS} callouts`)
  return { refcode, words, callouts }
}

function sectionBytes(section: LogSection): number {
  switch (section.id) {
    case 'MT':
      return HEADER + TYPE_MODEL + SERIAL
    case 'LR':
      return HEADER + 8
    case 'DH':
      return HEADER + 16 + DUMP_NAME
    case 'EP':
      return HEADER + 4
    case 'IE':
      return HEADER + 8
    case 'LP':
      return HEADER + 4 + padded(section.name.length) + padded(2 * section.targets.length)
    case 'UD':
      return HEADER + padded(section.data.length) + 4
  }
}

function writeSection(out: ByteWriter, section: LogSection): void {
  const bytes = sectionBytes(section)
  header(out, section.id, bytes, section.id === 'UD' ? section.component : 0)
  switch (section.id) {
    case 'MT':
      out.text(section.typeModel, TYPE_MODEL)
      out.text(section.serialNumber, SERIAL)
      return
    case 'LR':
      out.byte(section.resourceType)
      out.byte(0)
      out.half(section.entitledCapacity)
      out.word(section.drcIndex)
      return
    case 'DH':
      out.word(section.dumpId)
      out.byte(section.dumpType)
      out.byte(0)
      out.half(0)
      out.long(section.bytes)
      out.text(section.name, DUMP_NAME)
      return
    case 'EP':
      out.byte(section.action)
      out.byte(section.event)
      out.byte(section.modifier)
      out.byte(0)
      return
    case 'IE':
      out.byte(section.eventType)
      out.byte(section.scope)
      out.half(0)
      out.word(section.drcIndex)
      return
    case 'LP':
      out.half(section.lparId)
      out.byte(section.name.length)
      out.byte(section.targets.length)
      out.text(section.name, padded(section.name.length))
      for (const target of section.targets) out.half(target)
      out.fill(padded(2 * section.targets.length) - 2 * section.targets.length)
      return
    case 'UD':
      out.word(section.data.length)
      out.raw(section.data)
      out.fill(padded(section.data.length) - section.data.length)
  }
}

function readSection(from: ByteReader): LogSection {
  const start = from.at
  const { id, bytes, component } = from.anySection()
  const section = readBody(from, id, component)
  from.same(from.at - start, bytes, `size of section ${id}`)
  return section
}

function readBody(from: ByteReader, id: string, component: number): LogSection {
  switch (id) {
    case 'MT':
      return { id, typeModel: from.text(TYPE_MODEL), serialNumber: from.text(SERIAL) }
    case 'LR': {
      const resourceType = from.byte()
      from.zeros(1)
      return { id, resourceType, entitledCapacity: from.half(), drcIndex: from.word() }
    }
    case 'DH': {
      const dumpId = from.word()
      const dumpType = from.byte()
      from.zeros(3)
      return { id, dumpType, dumpId, bytes: from.long(), name: from.text(DUMP_NAME) }
    }
    case 'EP': {
      const [action, event, modifier] = [from.byte(), from.byte(), from.byte()]
      from.zeros(1)
      return { id, action, event, modifier }
    }
    case 'IE': {
      const [eventType, scope] = [from.byte(), from.byte()]
      from.zeros(2)
      return { id, eventType, scope, drcIndex: from.word() }
    }
    case 'LP': {
      const lparId = from.half()
      const [length, targets] = [from.byte(), from.byte()]
      const name = from.text(padded(length))
      from.same(name.length, length, 'length of the partition name')
      const section: LogSection = { id, lparId, name, targets: Array.from({ length: targets }, () => from.half()) }
      from.zeros(padded(2 * targets) - 2 * targets)
      return section
    }
    case 'UD': {
      const length = from.word()
      const data = from.raw(length)
      from.zeros(padded(length) - length)
      return { id, component, data }
    }
    default:
      throw new PelError('bad-section', `no section begins with '${id}'`)
  }
}

function header(out: ByteWriter, id: string, bytes: number, component: number): void {
  out.text(id, 2)
  out.half(bytes)
  out.byte(1)
  out.byte(0)
  out.half(component)
}

function expectHeader(from: ByteReader, id: string, bytes: number): void {
  from.same(from.section(id), bytes, `size of section ${id}`)
}

function keyOf<K extends string>(table: Readonly<Record<K, number>>, value: number, what: string): K {
  for (const key in table) if (table[key] === value) return key
  throw new PelError('bad-field', `${what}: no name for 0x${value.toString(16)}`)
}
