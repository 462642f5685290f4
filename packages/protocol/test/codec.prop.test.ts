// The codec over drawn messages and drawn bytes: what is encoded is decoded again, and no bytes make it do anything but return a
// message or throw a ProtocolError.

import { anyCommand, anyCorruption, anyErrorReply, anyEvent, anyMessage, anyReply, anyRequest } from '@powersim/testkit'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addressKind,
  commandByOpcode,
  commandCatalogue,
  componentKinds,
  dataBytes,
  decodeMessage,
  encodeMessage,
  FLAG_EVENT,
  FLAG_REPLY,
  HEADER_BYTES,
  type Message,
  ProtocolError,
  statuses,
  statusName,
} from '../src/index.js'

const context = ({ entity, attempt, bytes }: Message) => ({ entity, attempt, bytes })

describe('encode, then decode', () => {
  it.each(commandCatalogue.map((definition) => definition.name))('gives the message back: %s', (name) => {
    const definition = commandCatalogue.find((entry) => entry.name === name) ?? expect.fail()
    const kinds = [anyRequest(definition), anyReply(definition), anyErrorReply(definition), anyEvent(definition)]
    fc.assert(
      fc.property(fc.oneof(...kinds), (message) => {
        const bytes = encodeMessage(message)
        expect(bytes.length).toBe(HEADER_BYTES + dataBytes(message.data))
        expect(decodeMessage(bytes, context(message))).toEqual(message)
      }),
      { numRuns: 60 },
    )
  })

  it('without a context takes the size from the bytes, and entity and attempt as 0', () => {
    fc.assert(
      fc.property(anyMessage(), (message) => {
        const bytes = encodeMessage(message)
        expect(decodeMessage(bytes)).toEqual({ ...message, bytes: bytes.length, entity: 0, attempt: 0 })
      }),
    )
  })

  it('reads bytes wherever they lie in a larger buffer', () => {
    fc.assert(
      fc.property(anyMessage(), fc.nat(64), fc.nat(64), (message, before, after) => {
        const bytes = encodeMessage(message)
        const buffer = new Uint8Array(before + bytes.length + after).fill(0xaa)
        buffer.set(bytes, before)
        expect(decodeMessage(buffer.subarray(before, before + bytes.length), context(message))).toEqual(message)
      }),
    )
  })

  it('is one to one: decoded bytes encode to themselves', () => {
    fc.assert(
      fc.property(anyMessage(), (message) => {
        const bytes = encodeMessage(message)
        expect(encodeMessage(decodeMessage(bytes))).toEqual(bytes)
      }),
    )
  })
})

/** Decodes, and says how it went; anything but a message or a ProtocolError escapes. */
function attempt(bytes: Uint8Array): Message | ProtocolError {
  try {
    return decodeMessage(bytes)
  } catch (error) {
    if (error instanceof ProtocolError) return error
    throw error
  }
}

/** What every decoded message promises, whatever it was decoded from. */
function checkMessage(message: Message, bytes: Uint8Array): void {
  const definition = commandByOpcode(message.opcode) ?? expect.fail('an opcode of no command')
  expect(message.version).toBe(1)
  expect(statuses).toContain(statusName(message.status))
  for (const address of [message.target, message.source]) expect(componentKinds.slice(1)).toContain(addressKind(address))
  if ((message.flags & (FLAG_REPLY | FLAG_EVENT)) === 0) expect(addressKind(message.target)).toBe(definition.target)
  if ((message.flags & FLAG_EVENT) === 0 && message.status === 0) {
    const schema = (message.flags & FLAG_REPLY) !== 0 ? definition.reply : definition.request
    expect(schema.safeParse(message.data).success).toBe(true)
  }
  expect(message.bytes).toBe(bytes.length)
}

describe('decode is total', () => {
  it('on random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const outcome = attempt(bytes)
        if (!(outcome instanceof ProtocolError)) checkMessage(outcome, bytes)
      }),
      { numRuns: 3000 },
    )
  })

  it('on a good header with random data', () => {
    const headed = anyCommand().chain((definition) =>
      fc.tuple(fc.oneof(anyRequest(definition), anyReply(definition)), fc.oneof(fc.uint8Array({ maxLength: 100 }), fc.json().map(utf8))),
    )
    fc.assert(
      fc.property(headed, ([message, data]) => {
        const bytes = new Uint8Array(HEADER_BYTES + data.length)
        bytes.set(encodeMessage(message).subarray(0, HEADER_BYTES))
        new DataView(bytes.buffer).setUint32(20, data.length)
        bytes.set(data, HEADER_BYTES)
        const outcome = attempt(bytes)
        if (outcome instanceof ProtocolError) expect([outcome.code, outcome.path.slice(0, 4)]).toEqual(['bad-data', 'data'])
        else checkMessage(outcome, bytes)
      }),
      { numRuns: 1000 },
    )
  })

  it('on damaged messages, nearly all of which it refuses', () => {
    const codes = new Map<string, number>()
    let taken = 0
    const damaged = anyMessage().chain((message) => anyCorruption(encodeMessage(message)))
    fc.assert(
      fc.property(damaged, (bytes) => {
        const outcome = attempt(bytes)
        if (outcome instanceof ProtocolError) {
          codes.set(outcome.code, (codes.get(outcome.code) ?? 0) + 1)
          expect(outcome.message).toContain(outcome.path)
        } else {
          taken++
          checkMessage(outcome, bytes)
        }
      }),
      { numRuns: 3000 },
    )
    expect(taken).toBeLessThan(1500)
    const wanted = ['bad-data', 'bad-flags', 'bad-length', 'bad-opcode', 'bad-source', 'bad-status', 'bad-target', 'bad-version']
    expect([...codes.keys()].sort()).toEqual(wanted)
  })
})

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
