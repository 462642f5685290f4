// Each refusal of the codec, by a table of bad bytes; and the layout of the header, byte by byte, against a frame written by hand.

import { describe, expect, it } from 'vitest'
import {
  address,
  commandByName,
  dataBytes,
  decodeMessage,
  encodeMessage,
  FLAG_ERROR,
  FLAG_EVENT,
  FLAG_REPLY,
  HEADER_BYTES,
  MAX_DATA_BYTES,
  type Message,
  statuses,
  statusNumber,
} from '../src/index.js'

const read: Message = {
  version: 1,
  flags: 0,
  opcode: commandByName('lpar.read').opcode,
  target: address('phyp', 0),
  source: address('hmc', 2),
  epoch: 3,
  sequence: 0x01020304,
  status: 0,
  data: { id: 5 },
  bytes: 32,
  entity: 0,
  attempt: 0,
}

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ')

it('the header is laid out as documented, big endian', () => {
  const header = '01 00 02 02 30 00 10 02 00 00 00 03 01 02 03 04 00 00 00 00 00 00 00 08'
  const data = '7b 22 69 64 22 3a 35 7d' // {"id":5}
  expect(hex(encodeMessage(read))).toBe(`${header} ${data}`)
  expect(decodeMessage(encodeMessage(read))).toEqual(read)
})

it('a request may say which operation it belongs to', () => {
  const belonging = { ...read, operation: 0x1234 }
  expect(hex(encodeMessage(belonging).subarray(18, 20))).toBe('12 34')
  expect(decodeMessage(encodeMessage(belonging))).toEqual(belonging)
})

/** The bytes of `read` with some of them set. */
function bytesWith(changes: Record<number, number>, message: Message = read): Uint8Array {
  const bytes = encodeMessage(message)
  for (const [at, value] of Object.entries(changes)) bytes[Number(at)] = value
  return bytes
}

/** `read`'s header in front of other data; `says` is what its length field says. */
function withData(data: Uint8Array | string, says?: number, flags = 0): Uint8Array {
  const tail = typeof data === 'string' ? new TextEncoder().encode(data) : data
  const bytes = new Uint8Array(HEADER_BYTES + tail.length)
  bytes.set(encodeMessage(read).subarray(0, HEADER_BYTES))
  bytes.set(tail, HEADER_BYTES)
  bytes[1] = flags
  new DataView(bytes.buffer).setUint32(20, says ?? tail.length)
  return bytes
}

const reply: Message = { ...read, flags: FLAG_REPLY | FLAG_ERROR, status: statusNumber('busy'), data: { detail: 'full' } }

const refusals: [what: string, bytes: Uint8Array, code: string, path: string][] = [
  ['no bytes', new Uint8Array(0), 'bad-length', 'header'],
  ['one byte less than a header', encodeMessage(read).subarray(0, HEADER_BYTES - 1), 'bad-length', 'header'],
  ['version 0', bytesWith({ 0: 0 }), 'bad-version', 'header.version'],
  ['version 2', bytesWith({ 0: 2 }), 'bad-version', 'header.version'],
  ['an unknown flag', bytesWith({ 1: 0x10 }), 'bad-flags', 'header.flags'],
  ['the error flag on a request', bytesWith({ 1: FLAG_ERROR }), 'bad-flags', 'header.flags'],
  ['the error flag on an event', bytesWith({ 1: FLAG_EVENT | FLAG_ERROR }), 'bad-flags', 'header.flags'],
  ['an operation in a reply', bytesWith({ 18: 1 }, reply), 'bad-flags', 'header.operation'],
  ['an operation in a reply, low byte', bytesWith({ 19: 0x80 }, reply), 'bad-flags', 'header.operation'],
  ['an unknown opcode', bytesWith({ 2: 0xff }), 'bad-opcode', 'header.opcode'],
  ['opcode 0', bytesWith({ 2: 0, 3: 0 }), 'bad-opcode', 'header.opcode'],
  ['a target of no kind', bytesWith({ 4: 0xf0 }), 'bad-target', 'header.target'],
  ['target none', bytesWith({ 4: 0x00 }), 'bad-target', 'header.target'],
  ['a target that the command is not for', bytesWith({ 4: 0x20 }), 'bad-target', 'header.target'],
  ['a source of no kind', bytesWith({ 6: 0x70 }), 'bad-source', 'header.source'],
  ['source none', bytesWith({ 6: 0x00 }), 'bad-source', 'header.source'],
  ['a status of no name', bytesWith({ 17: statuses.length }, reply), 'bad-status', 'header.status'],
  ['status 0xffff', bytesWith({ 16: 0xff, 17: 0xff }, reply), 'bad-status', 'header.status'],
  ['a status on a request', bytesWith({ 17: 1 }), 'bad-status', 'header.status'],
  ['an error without a status', bytesWith({ 17: 0 }, reply), 'bad-status', 'header.status'],
  ['a status without the error flag', bytesWith({ 1: FLAG_REPLY }, reply), 'bad-status', 'header.status'],
  ['a byte too few', encodeMessage(read).subarray(0, -1), 'bad-length', 'header.length'],
  ['a byte too many', withData('{"id":5} ', 8), 'bad-length', 'header.length'],
  ['a length of 0 before data', withData('{"id":5}', 0), 'bad-length', 'header.length'],
  ['a length of 4 GiB', withData('{"id":5}', 0xffff_ffff), 'bad-length', 'header.length'],
  ['more than a megabyte', withData(new Uint8Array(MAX_DATA_BYTES + 1).fill(0x20)), 'bad-length', 'header.length'],
  ['no data', withData(''), 'bad-data', 'data'],
  ['data that is not UTF-8', withData(Uint8Array.of(0x22, 0xc3, 0x28, 0x22)), 'bad-data', 'data'],
  ['a cut character', withData(Uint8Array.of(0x22, 0xe2, 0x82)), 'bad-data', 'data'],
  ['a surrogate in UTF-8', withData(Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22)), 'bad-data', 'data'],
  ['a byte order mark', withData('\ufeff{"id":5}'), 'bad-data', 'data'],
  ['data that is not JSON', withData('{id: 5}'), 'bad-data', 'data'],
  ['two values', withData('{"id":5}{}'), 'bad-data', 'data'],
  ['a value of the wrong type', withData('{"id":"5"}'), 'bad-data', 'data.id'],
  ['a value out of range', withData('{"id":4096}'), 'bad-data', 'data.id'],
  ['a missing field', withData('{}'), 'bad-data', 'data.id'],
  ['data of the wrong shape', withData('[5]'), 'bad-data', 'data.'],
  ['a reply that is none', withData('{"id":5}', undefined, FLAG_REPLY), 'bad-data', 'data.name'],
  ['data nested beyond reason', withData('['.repeat(MAX_DATA_BYTES)), 'bad-data', 'data'],
]

describe('decode refuses', () => {
  it.each(refusals)('%s', (_what, bytes, code, path) => {
    expect(() => decodeMessage(bytes)).toThrow(expect.objectContaining({ name: 'ProtocolError', code, path }))
  })

  it('nested data without a stack of its own, also where no schema looks', () => {
    const depth = MAX_DATA_BYTES / 2
    const nested = withData('['.repeat(depth) + ']'.repeat(depth), undefined, FLAG_EVENT)
    // Deep data may be taken or refused, but only as a ProtocolError.
    let outcome = 'taken'
    try {
      decodeMessage(nested)
    } catch (error) {
      outcome = error instanceof Error ? error.name : 'other'
    }
    expect(['taken', 'ProtocolError']).toContain(outcome)
  })
})

describe('encode refuses', () => {
  it.each([
    ['version', 256],
    ['flags', -1],
    ['opcode', 0x10000],
    ['target', 0x10000],
    ['source', 1.5],
    ['epoch', 2 ** 32],
    ['sequence', Number.NaN],
    ['status', -1],
    ['operation', 65_536],
  ] as const)('a header whose %s is %d', (field, value) => {
    const bad = { ...read, [field]: value }
    expect(() => encodeMessage(bad)).toThrow(expect.objectContaining({ name: 'ProtocolError', code: 'bad-field', path: `header.${field}` }))
  })

  it('more than a megabyte of data, and takes exactly a megabyte', () => {
    const sized = (bytes: number): Message => ({ ...read, flags: FLAG_EVENT, data: 'x'.repeat(bytes - 2) })
    expect(decodeMessage(encodeMessage(sized(MAX_DATA_BYTES))).data).toHaveLength(MAX_DATA_BYTES - 2)
    const refusal = { name: 'ProtocolError', code: 'bad-length', path: 'header.length' }
    expect(() => encodeMessage(sized(MAX_DATA_BYTES + 1))).toThrow(expect.objectContaining(refusal))
  })
})

it('data is measured as it is sent', () => {
  expect([dataBytes({}), dataBytes({ id: 5 }), dataBytes('é'), dataBytes([1, null, true])]).toEqual([2, 8, 4, 13])
})
