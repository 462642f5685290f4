// The quick check of a payload says what the schema says, before and after the schema has been compiled.

import { anyJson, anyReply, anyRequest } from '@powersim/testkit'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { commandCatalogue } from '../src/index.js'

it.each(commandCatalogue)('agrees with the schema of $name', (definition) => {
  const payload = fc.oneof(anyRequest(definition), anyReply(definition)).map(({ data }) => data)
  // One field of a good payload, or of a section of it, spoilt.
  const spoilt = fc.tuple(payload, fc.nat(20), anyJson()).map(([data, at, other]) => spoil(data, at, other))
  fc.assert(
    fc.property(fc.oneof(payload, spoilt, anyJson()), (data) => {
      expect(definition.fits(data)).toBe(definition.request.safeParse(data).success)
    }),
    { numRuns: 150 },
  )
})

function spoil(data: unknown, at: number, other: unknown): unknown {
  if (typeof data !== 'object' || data === null) return other
  const entries = Object.entries(data)
  const [name, value] = entries[at % Math.max(1, entries.length)] ?? ['extra', null]
  return { ...data, [name]: at % 2 === 0 ? other : spoil(value, at, other) }
}
