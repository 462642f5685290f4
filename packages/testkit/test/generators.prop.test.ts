// The generators make what they say: payloads that fit, messages that are well formed, bytes that are damaged, laws that compile.

import { Law, RandomStream, streamKey } from '@powersim/kernel'
import { commandCatalogue, encodeMessage, HEADER_BYTES, isReply } from '@powersim/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyCorruption, anyFates, anyLaw, anyMessage, anyPayload, fateRule, type PayloadSchema } from '../src/index.js'

describe.each(commandCatalogue.map((definition) => [definition.name, definition] as const))('payloads of %s', (_name, definition) => {
  it.each(['request', 'reply'] as const)('fit its %s', (side) => {
    fc.assert(
      fc.property(anyPayload(definition[side]), (payload) => {
        const checked = definition[side].safeParse(payload)
        expect(checked.error?.message ?? 'fits').toBe('fits')
        // Nothing is lost on the way through JSON, and nothing is there that the schema does not know.
        expect(JSON.parse(JSON.stringify(payload))).toEqual(payload)
        expect(checked.data).toEqual(payload)
      }),
      { numRuns: 30 },
    )
  })
})

describe('a payload', () => {
  it('leaves optional fields out, and puts them in', () => {
    const create = commandCatalogue.find(({ name }) => name === 'lpar.create') ?? expect.fail()
    const withId = fc.sample(anyPayload(create.request), 300).filter((payload) => JSON.stringify(payload).includes('"id":')).length
    expect(withId).toBeGreaterThan(30)
    expect(withId).toBeLessThan(300)
  })

  it('of a schema that the catalogue does not use is refused', () => {
    // The shape of a zod definition, of kinds that no generator knows.
    const schema = (def: object): PayloadSchema => ({ _zod: { def } }) as unknown as PayloadSchema
    const map = schema({ type: 'map' })
    expect(() => anyPayload(map)).toThrow(expect.objectContaining({ name: 'ContractError', code: 'unknown-schema' }))
    const odd = schema({ type: 'string', checks: [schema({ check: 'min_length', minimum: 3 })] })
    expect(() => anyPayload(odd)).toThrow(/min_length/)
  })
})

it('texts are as long as a schema allows and no longer, counted as the schema counts', () => {
  const short = { _zod: { def: { type: 'string', checks: [{ _zod: { def: { check: 'max_length', maximum: 4 } } }] } } }
  // The shape of a zod definition of a text of at most four UTF-16 units.
  const texts = fc.sample(anyPayload(short as unknown as PayloadSchema), 500)
  const lengths = new Set(texts.map((text) => (typeof text === 'string' ? text.length : -1)))
  expect([...lengths].sort()).toEqual([0, 1, 2, 3, 4])
})

it('messages are of every kind and command, and as large as their bytes or larger', () => {
  const seen = { opcodes: new Set<number>(), requests: 0, replies: 0, errors: 0, events: 0 }
  fc.assert(
    fc.property(anyMessage(), (message) => {
      seen.opcodes.add(message.opcode)
      if (message.status !== 0) seen.errors++
      else if (isReply(message)) seen.replies++
      else if ((message.flags & 4) !== 0) seen.events++
      else seen.requests++
      expect(message.bytes).toBeGreaterThanOrEqual(encodeMessage(message).length)
      expect(message.bytes).toBeGreaterThanOrEqual(HEADER_BYTES)
    }),
    { numRuns: 1000 },
  )
  expect(seen.opcodes.size).toBe(commandCatalogue.length)
  for (const count of [seen.requests, seen.replies, seen.errors, seen.events]) expect(count).toBeGreaterThan(100)
})

it('damaged bytes differ from the whole ones, in every way', () => {
  const whole = Uint8Array.from({ length: 40 }, (_, i) => i)
  const lengths = new Set<string>()
  fc.assert(
    fc.property(anyCorruption(whole), (bytes) => {
      lengths.add(bytes.length < 40 ? 'shorter' : bytes.length > 40 ? 'longer' : 'equal')
    }),
    { numRuns: 500 },
  )
  expect([...lengths].sort()).toEqual(['equal', 'longer', 'shorter'])
  expect(whole).toEqual(Uint8Array.from({ length: 40 }, (_, i) => i))
  expect(fc.sample(anyCorruption(new Uint8Array(0)), 50).some((bytes) => bytes.length > 0)).toBe(true)
})

it('laws of every kind compile and sample', () => {
  const kinds = new Set<string>()
  const random = new RandomStream(streamKey('testkit', 'law', 'any', 0))
  fc.assert(
    fc.property(anyLaw(1000), (spec) => {
      kinds.add(typeof spec === 'number' ? 'number' : (Object.keys(spec)[0] ?? ''))
      expect(Number.isInteger(Law.of(spec).sample(random))).toBe(true)
      expect(Law.of(spec).mean).toBeLessThanOrEqual(1000)
    }),
    { numRuns: 500 },
  )
  expect(kinds.size).toBe(8)
})

it('a fate rule deals its fates in turn', () => {
  const [message] = fc.sample(anyMessage(), 1)
  const view = { message: message ?? expect.fail(), hop: 'h', from: 'a', to: 'b', nowNs: 0 }
  fc.assert(
    fc.property(anyFates(50), (fates) => {
      const rule = fateRule(fates)
      expect([...fates, ...fates].map(() => rule(view))).toEqual([...fates, ...fates])
    }),
  )
})
