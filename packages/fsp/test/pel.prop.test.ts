// Error logs as bytes: there and back for any log, sizes without writing, refusal of anything else.

import { errorSeverities, type ErrorSeverity } from '@powersim/protocol'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeLog, type ErrorLog, encodeLog, PelError } from '../src/index.js'
import { type LogSection, subsystems, type Subsystem } from '../src/service/error-log.js'
import { forOperatingSystem, logBytes, MAX_LOG_BYTES, MAX_OS_LOG_BYTES } from '../src/service/pel-codec.js'

const ascii = (max: number): fc.Arbitrary<string> => fc.stringMatching(new RegExp(`^[\\x20-\\x7e]{0,${max}}$`))
const byte = fc.nat(0xff)
const half = fc.nat(0xffff)
const word = fc.nat(0xffff_ffff)
const time = fc.nat(Number.MAX_SAFE_INTEGER)

const section: fc.Arbitrary<LogSection> = fc.oneof(
  fc.record({ id: fc.constant('MT' as const), typeModel: ascii(8), serialNumber: ascii(12) }),
  fc.record({ id: fc.constant('LR' as const), resourceType: byte, entitledCapacity: half, drcIndex: word }),
  fc.record({ id: fc.constant('DH' as const), dumpType: byte, dumpId: word, bytes: time, name: ascii(40) }),
  fc.record({ id: fc.constant('EP' as const), action: byte, event: byte, modifier: byte }),
  fc.record({ id: fc.constant('IE' as const), eventType: byte, scope: byte, drcIndex: word }),
  fc.record({ id: fc.constant('LP' as const), lparId: half, name: ascii(47), targets: fc.array(half, { maxLength: 20 }) }),
  fc.record({ id: fc.constant('UD' as const), component: half, data: fc.uint8Array({ maxLength: 900 }) }),
)

const anyLog: fc.Arbitrary<ErrorLog> = fc.record({
  id: word,
  platformLogId: word,
  creator: fc.constantFrom('E', 'H', 'W', 'L'),
  createdNs: time,
  // Keys of the two tables.
  subsystem: fc.constantFrom(...(Object.keys(subsystems) as Subsystem[])),
  severity: fc.constantFrom(...(Object.keys(errorSeverities) as ErrorSeverity[])),
  eventType: byte,
  actionFlags: half,
  refcode: fc.stringMatching(/^[0-9A-Z]{8}$/),
  words: fc.array(word, { minLength: 8, maxLength: 8 }),
  callouts: fc.array(
    fc.record({
      priority: fc.constantFrom('H', 'M', 'L'),
      location: ascii(80),
      partNumber: ascii(7),
      ccin: ascii(4),
      serialNumber: ascii(12),
    }),
    { maxLength: 10 },
  ),
  sections: fc.array(section, { maxLength: 6 }),
})

/** What stops a log from being read, or null. */
function refusal(bytes: Uint8Array): string | null {
  try {
    decodeLog(bytes)
    return null
  } catch (cause) {
    if (cause instanceof PelError) return cause.code
    throw cause
  }
}

describe('an error log', () => {
  it('comes back from its bytes as it was, and its size is known without writing it', () => {
    fc.assert(
      fc.property(anyLog, (log) => {
        const bytes = encodeLog(log)
        expect(bytes.length).toBe(logBytes(log))
        expect(decodeLog(bytes)).toEqual(log)
      }),
      { numRuns: 300 },
    )
  })

  it('has the section sizes of the format: 48, 24 and 80 bytes, 32 and the location for a callout', () => {
    const [log] = fc.sample(anyLog, { numRuns: 1, seed: 7 })
    const bare: ErrorLog = { ...log!, callouts: [], sections: [] }
    expect(logBytes(bare)).toBe(48 + 24 + 80)
    const callout = {
      priority: 'H',
      location: 'U78A0.001.DNWGGRX-P1-C13',
      partNumber: '46K7761',
      ccin: '2BD4',
      serialNumber: 'YL1',
    } as const
    expect(logBytes({ ...bare, callouts: [callout] })).toBe(152 + 4 + 32 + 24)
    const text = String.fromCharCode(...encodeLog({ ...bare, refcode: 'B181E550' }))
    expect([text.slice(0, 2), text.slice(48, 50), text.slice(72, 74), text.slice(120, 128)]).toEqual(['PH', 'UH', 'PS', 'B181E550'])
  })

  it('has at most 16 KiB, and at most 2 KiB of it go to an operating system', () => {
    fc.assert(
      fc.property(anyLog, (log) => {
        const data = new Uint8Array(4000)
        const long = {
          ...log,
          sections: [...log.sections, ...Array.from({ length: 5 }, () => ({ id: 'UD' as const, component: 1, data }))],
        }
        expect(logBytes(long)).toBeGreaterThan(MAX_LOG_BYTES)
        expect(() => encodeLog(long)).toThrow(PelError)
        const short = forOperatingSystem(long)
        expect(logBytes(short)).toBeLessThanOrEqual(MAX_OS_LOG_BYTES)
        expect(long.sections.slice(0, short.sections.length)).toEqual(short.sections)
        expect(decodeLog(encodeLog(short))).toEqual(short)
      }),
      { numRuns: 50 },
    )
  })
})

describe('decoding', () => {
  it('is total: damaged, cut and lengthened bytes are refused or are another log, never anything else', () => {
    fc.assert(
      fc.property(anyLog, fc.nat(), byte, (log, place, value) => {
        const bytes = encodeLog(log)
        expect(refusal(bytes.subarray(0, place % bytes.length))).not.toBeNull()
        expect(refusal(Uint8Array.of(...bytes, value))).toBe('too-long')
        const damaged = Uint8Array.from(bytes)
        damaged[place % bytes.length] = value
        if (refusal(damaged) === null) expect(encodeLog(decodeLog(damaged))).toEqual(damaged)
      }),
      { numRuns: 300 },
    )
  })

  it('refuses bytes at random', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(refusal(bytes)).not.toBeNull()
      }),
      { numRuns: 300 },
    )
  })
})
