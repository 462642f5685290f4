// UTF-8: decoding gives the text back, and what is no text is refused.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { decodeUtf8, encodeUtf8 } from '../src/utf8.js'

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
