// The counted size of a payload is the size of its JSON in UTF-8, whatever is in it: the two are made in different ways.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { dataBytes, type Json } from '@powersim/protocol'
import { encodeUtf8 } from '../src/utf8.js'

// Any UTF-16 units, so that lone and swapped surrogates, escapes and quotes come up often.
const unit = fc.oneof(
  fc.integer({ min: 0, max: 0xffff }),
  fc.integer({ min: 0xd7f0, max: 0xe010 }),
  fc.integer({ min: 0, max: 0x24 }),
  fc.constantFrom(0x22, 0x5c, 0x7f, 0x80, 0x7ff, 0x800, 0xffff),
)
const text = fc.oneof(
  fc.array(unit, { maxLength: 40 }).map((codes) => String.fromCharCode(...codes)),
  fc.string({ unit: 'binary' }),
)
const number = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double(),
  fc.tuple(fc.integer({ min: 0, max: 22 }), fc.integer({ min: -1, max: 1 })).map(([power, by]) => 10 ** power + by),
)
const { json } = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    text,
    number,
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('json'), { maxLength: 5 }),
    fc.dictionary(text, fc.option(tie('json'), { nil: undefined }), { maxKeys: 5 }),
  ),
}))

it('counts what JSON and UTF-8 would make', () => {
  fc.assert(
    fc.property(json, (data) => {
      expect(dataBytes(data)).toBe(encodeUtf8(JSON.stringify(data)).length)
    }),
    { numRuns: 3000 },
  )
})
