// UTF-8: the counted length is the encoder's length for every string, well formed or not, and decoding gives the text back.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { decodeUtf8, encodeUtf8, utf8Length } from '../src/utf8.js'

// Any UTF-16 units, so that lone and swapped surrogates come up often.
const unit = fc.oneof(
  fc.integer({ min: 0, max: 0xffff }),
  fc.integer({ min: 0xd7f0, max: 0xe010 }),
  fc.constantFrom(0x00, 0x7f, 0x80, 0x7ff, 0x800, 0xffff),
)
const units = fc.array(unit, { maxLength: 40 }).map((codes) => String.fromCharCode(...codes))

it('the counted length is the length of the encoding', () => {
  fc.assert(
    fc.property(fc.oneof(units, fc.string({ unit: 'binary' })), (text) => {
      expect(utf8Length(text)).toBe(encodeUtf8(text).length)
    }),
    { numRuns: 5000 },
  )
})

it('well-formed text survives, and what is not UTF-8 is refused', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(decodeUtf8(encodeUtf8(text))).toBe(text)
    }),
    { numRuns: 1000 },
  )
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 20 }), (bytes) => {
      const text = decodeUtf8(bytes)
      if (text !== undefined) expect(encodeUtf8(text)).toEqual(bytes)
    }),
    { numRuns: 3000 },
  )
  expect(decodeUtf8(Uint8Array.of(0xff))).toBeUndefined()
  expect(decodeUtf8(Uint8Array.of(0xef, 0xbb, 0xbf))).toBe('\ufeff')
})
