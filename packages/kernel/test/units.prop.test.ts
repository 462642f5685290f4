import fc from 'fast-check'
import { expect, it } from 'vitest'
import { formatDuration, MAX_TIME, parseDuration } from '../src/units.js'

it('what formatDuration writes, parseDuration reads, to the shown digits', () => {
  fc.assert(
    fc.property(fc.nat({ max: MAX_TIME - 1e13 }), (duration) => {
      const again = parseDuration(formatDuration(duration))
      expect(Math.abs(again - duration)).toBeLessThanOrEqual(duration * 0.0005)
    }),
  )
})

it('whole nanoseconds are exact in every unit that holds them', () => {
  fc.assert(
    fc.property(fc.nat({ max: 9_007_198 }), fc.constantFrom('ns', 'us', 'ms', 's'), (n, unit) => {
      const size = { ns: 1, us: 1e3, ms: 1e6, s: 1e9 }[unit]
      expect(parseDuration(`${n}${unit}`)).toBe(n * size)
    }),
  )
})
