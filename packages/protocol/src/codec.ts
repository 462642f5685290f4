// The byte codec of the message: exact, total, and the only place that turns bytes into messages. Decoding checks everything
// before it builds anything, and throws nothing but ProtocolError.

import { type Address, addressKind } from './address.js'
import { commandByOpcode } from './catalogue.js'
import { ProtocolError } from './errors.js'
import {
  FLAG_ERROR,
  FLAG_EVENT,
  FLAG_REPLY,
  FLAGS_KNOWN,
  HEADER_BYTES,
  type Json,
  MAX_DATA_BYTES,
  MAX_OPERATION,
  type Message,
  PROTOCOL_VERSION,
} from './message.js'
import { statusName } from './status.js'
import { decodeUtf8, encodeUtf8 } from './utf8.js'

/** Header and data as bytes. ProtocolError `bad-field`: a header field that its bytes cannot hold; `bad-length`: too much data. */
export function encodeMessage(message: Message): Uint8Array {
  checkField('version', message.version, 0xff)
  checkField('flags', message.flags, 0xff)
  checkField('opcode', message.opcode, 0xffff)
  checkField('target', message.target, 0xffff)
  checkField('source', message.source, 0xffff)
  checkField('epoch', message.epoch, 0xffff_ffff)
  checkField('sequence', message.sequence, 0xffff_ffff)
  checkField('status', message.status, 0xffff)
  checkField('operation', message.operation ?? 0, MAX_OPERATION)
  const data = encodeUtf8(JSON.stringify(message.data))
  if (data.length > MAX_DATA_BYTES) {
    throw new ProtocolError('bad-length', 'header.length', `expected at most ${MAX_DATA_BYTES} bytes of data, got ${data.length}`)
  }
  const bytes = new Uint8Array(HEADER_BYTES + data.length)
  const view = new DataView(bytes.buffer)
  view.setUint8(0, message.version)
  view.setUint8(1, message.flags)
  view.setUint16(2, message.opcode)
  view.setUint16(4, message.target)
  view.setUint16(6, message.source)
  view.setUint32(8, message.epoch)
  view.setUint32(12, message.sequence)
  view.setUint16(16, message.status)
  view.setUint16(18, message.operation ?? 0)
  view.setUint32(20, data.length)
  bytes.set(data, HEADER_BYTES)
  return bytes
}

/**
 * The message that `bytes` hold, exactly: header, then as much data as its length says, nothing more. Padding to the frame's
 * smallest size is a matter of the link and never part of the bytes.
 * `context` gives what is not on the wire.
 */
export function decodeMessage(bytes: Uint8Array, context: { entity?: number; attempt?: number; bytes?: number } = {}): Message {
  if (bytes.length < HEADER_BYTES) {
    throw new ProtocolError('bad-length', 'header', `expected at least ${HEADER_BYTES} bytes, got ${bytes.length}`)
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const version = view.getUint8(0)
  if (version !== PROTOCOL_VERSION) {
    throw new ProtocolError('bad-version', 'header.version', `expected ${PROTOCOL_VERSION}, got ${version}`)
  }
  const flags = view.getUint8(1)
  if ((flags & ~FLAGS_KNOWN) !== 0 || ((flags & FLAG_ERROR) !== 0 && (flags & FLAG_REPLY) === 0)) {
    throw new ProtocolError('bad-flags', 'header.flags', `expected known bits, and error only on a reply, got 0x${flags.toString(16)}`)
  }
  const opcode = view.getUint16(2)
  const definition = commandByOpcode(opcode)
  if (definition === undefined) {
    throw new ProtocolError('bad-opcode', 'header.opcode', `0x${opcode.toString(16)} is in no catalogue entry`)
  }
  const target = readAddress(view, 4, 'bad-target', 'header.target')
  const source = readAddress(view, 6, 'bad-source', 'header.source')
  const outbound = (flags & (FLAG_REPLY | FLAG_EVENT)) === 0
  if (outbound && addressKind(target) !== definition.target) {
    throw new ProtocolError(
      'bad-target',
      'header.target',
      `${definition.name} is for ${definition.target}, got ${String(addressKind(target))}`,
    )
  }
  const status = view.getUint16(16)
  if (statusName(status) === undefined || (status !== 0) !== ((flags & FLAG_ERROR) !== 0)) {
    throw new ProtocolError('bad-status', 'header.status', `expected a known status that agrees with the error flag, got ${status}`)
  }
  const operation = view.getUint16(18)
  if (operation !== 0 && !outbound) throw new ProtocolError('bad-flags', 'header.operation', `expected 0 in a reply, got ${operation}`)
  const length = view.getUint32(20)
  if (length > MAX_DATA_BYTES || length !== bytes.length - HEADER_BYTES) {
    throw new ProtocolError('bad-length', 'header.length', `header says ${length} bytes of data, ${bytes.length - HEADER_BYTES} follow`)
  }
  const data = parseData(bytes.subarray(HEADER_BYTES))
  if (status === 0 && (flags & FLAG_EVENT) === 0) {
    const schema = (flags & FLAG_REPLY) !== 0 ? definition.reply : definition.request
    const checked = schema.safeParse(data)
    if (!checked.success) {
      const issue = checked.error.issues[0]
      throw new ProtocolError('bad-data', `data.${issue?.path.join('.') ?? ''}`, issue?.message ?? 'does not fit the command')
    }
  }
  return {
    version,
    flags,
    opcode,
    target,
    source,
    epoch: view.getUint32(8),
    sequence: view.getUint32(12),
    status,
    data,
    ...(operation === 0 ? {} : { operation }),
    bytes: context.bytes ?? bytes.length,
    entity: context.entity ?? 0,
    attempt: context.attempt ?? 0,
  }
}

function checkField(name: string, value: number, max: number): void {
  if (Number.isInteger(value) && value >= 0 && value <= max) return
  throw new ProtocolError('bad-field', `header.${name}`, `expected an integer from 0 to ${max}, got ${value}`)
}

function readAddress(view: DataView, offset: number, code: 'bad-target' | 'bad-source', path: string): Address {
  const value = view.getUint16(offset)
  const kind = addressKind(value)
  if (kind === undefined || kind === 'none') throw new ProtocolError(code, path, `0x${value.toString(16)} names no component`)
  return value
}

function parseData(bytes: Uint8Array): Json {
  const text = decodeUtf8(bytes)
  if (text === undefined) throw new ProtocolError('bad-data', 'data', 'is not UTF-8')
  try {
    // JSON.parse gives exactly the Json type: null, booleans, numbers, strings, arrays, plain objects.
    return JSON.parse(text) as Json
  } catch {
    throw new ProtocolError('bad-data', 'data', 'is not JSON')
  }
}
