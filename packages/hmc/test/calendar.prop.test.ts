// The calendar against an independent one: the host's Date in UTC, which no run may use but a test may.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { secondsOf, timestamp } from '../src/index.js'

const anySecond = fc.integer({ min: 0, max: 253_402_300_799 })

it('writes any second as the host does', () => {
  fc.assert(
    fc.property(anySecond, fc.integer({ min: 0, max: 999_999_999 }), (at, ns) => {
      const [, year, month, day, time] = /^(\d{4})-(\d\d)-(\d\d)T(\d\d:\d\d:\d\d)/.exec(new Date(at * 1000).toISOString())!
      expect(timestamp(at, ns)).toBe(`${month}/${day}/${year} ${time}`)
    }),
    { numRuns: 2000 },
  )
})

it('does not care which part of a time is the start and which the run', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), fc.integer({ min: 0, max: 9_000_000 }), (start, run) => {
      expect(timestamp(start, run * 1e9)).toBe(timestamp(start + run, 0))
    }),
    { numRuns: 500 },
  )
})

it('counts the seconds of any date as the host does', () => {
  fc.assert(
    fc.property(anySecond, (at) => {
      const date = new Date(at * 1000)
      const midnight = secondsOf(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate())
      expect(midnight).toBe(at - (at % 86_400))
      expect(secondsOf(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate(), at % 86_400)).toBe(at)
    }),
    { numRuns: 1000 },
  )
})
