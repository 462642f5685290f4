// The virtual management channel's entries and capabilities. Oracle F6, the part that is the protocol's: negotiation is the
// field-wise minimum; a queue page holds 256 entries, half of which may be outstanding.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  CRQ_COMMAND,
  CRQ_ENTRIES,
  CRQ_ENTRY_BYTES,
  CRQ_PAGE_BYTES,
  type CrqEntry,
  emptyCrqEntry,
  negotiate,
  readCrqEntry,
  VMC_RESPONSE,
  VMC_SIGNAL,
  type VmcCapabilities,
  writeCrqEntry,
} from '../src/index.js'

const byte = fc.nat(0xff)
const word = fc.integer({ min: 0, max: 0xffff_ffff })
const anyEntry: fc.Arbitrary<CrqEntry> = fc.record({
  header: byte,
  type: byte,
  status: byte,
  session: byte,
  hmcIndex: byte,
  bufferId: fc.nat(0xffff),
  extra: word,
  value: word,
})

describe('an entry', () => {
  it('is 16 bytes, 256 of which make a page', () => {
    expect([CRQ_ENTRY_BYTES, CRQ_PAGE_BYTES, CRQ_ENTRIES]).toEqual([16, 4096, 256])
  })

  it('is laid out as the driver has it', () => {
    const page = new Uint8Array(16).fill(0xee)
    const head = { header: CRQ_COMMAND, type: VMC_SIGNAL, status: 5, session: 7, hmcIndex: 1 }
    const entry = { ...head, bufferId: 0x0203, extra: 0x04050607, value: 0x8090a0b0 }
    writeCrqEntry(page, 0, entry)
    expect([...page]).toEqual([0x80, 0x06, 5, 0, 7, 1, 0x02, 0x03, 4, 5, 6, 7, 0x80, 0x90, 0xa0, 0xb0])
  })

  it('survives being written and read, anywhere in a page, and leaves its neighbours alone', () => {
    fc.assert(
      fc.property(anyEntry, fc.nat(CRQ_ENTRIES - 1), (entry, index) => {
        const page = new Uint8Array(CRQ_PAGE_BYTES).fill(0xee)
        const offset = index * CRQ_ENTRY_BYTES
        writeCrqEntry(page, offset, entry)
        const into = { ...emptyCrqEntry(), header: 1, value: 99 }
        readCrqEntry(page, offset, into)
        expect(into).toEqual(entry)
        const around = [...page.subarray(0, offset), ...page.subarray(offset + CRQ_ENTRY_BYTES)]
        expect(around.every((other) => other === 0xee)).toBe(true)
      }),
    )
  })

  it('that was never written is all zero, and a response differs from its request by one bit', () => {
    const into = { ...emptyCrqEntry(), bufferId: 9 }
    readCrqEntry(new Uint8Array(16), 0, into)
    expect(into).toEqual(emptyCrqEntry())
    expect((VMC_SIGNAL | VMC_RESPONSE) ^ VMC_SIGNAL).toBe(0x80)
  })
})

const capabilities: fc.Arbitrary<VmcCapabilities> = fc.record({
  version: fc.integer({ min: 0x100, max: 0x3ff }),
  mtuBytes: fc.integer({ min: 4096, max: 16_384 }),
  poolSize: fc.integer({ min: 16, max: 64 }),
  maxHmcs: fc.integer({ min: 1, max: 2 }),
  crqEntries: fc.integer({ min: 2, max: 1024 }),
})

describe('F6: negotiation', () => {
  it('is the field-wise minimum', () => {
    const ours = { version: 0x0101, mtuBytes: 4096, poolSize: 64, maxHmcs: 1, crqEntries: 256 }
    const theirs = { version: 0x0100, mtuBytes: 16_384, poolSize: 32, maxHmcs: 2, crqEntries: 128 }
    expect(negotiate(ours, theirs)).toEqual({ version: 0x0100, mtuBytes: 4096, poolSize: 32, maxHmcs: 1, crqEntries: 128 })
  })

  it('never gives more than either end has, is the same from both ends and refuses another major version', () => {
    fc.assert(
      fc.property(capabilities, capabilities, (a, b) => {
        const both = negotiate(a, b)
        expect(negotiate(b, a)).toEqual(both)
        if (Math.floor(a.version / 256) !== Math.floor(b.version / 256)) {
          expect(both).toBeUndefined()
          return
        }
        for (const key of ['version', 'mtuBytes', 'poolSize', 'maxHmcs', 'crqEntries'] as const) {
          expect(both?.[key]).toBe(a[key] < b[key] ? a[key] : b[key])
        }
      }),
    )
    const one = { version: 0x01ff, mtuBytes: 1, poolSize: 1, maxHmcs: 1, crqEntries: 1 }
    expect(negotiate(one, { ...one, version: 0x0200 })).toBeUndefined()
    expect(negotiate(one, { ...one, version: 0x0100 })).toEqual({ ...one, version: 0x0100 })
  })
})
