// Virtual terminals in the hypervisor: the codes of their hypercalls (LoPAR, Virtual Terminal Option; Linux hvconsole.c), and that text
// passes whole and in order each way, whatever the pieces, up to what the buffers hold.

import { H_Closed, H_GET_TERM_CHAR, H_Parameter, H_PUT_TERM_CHAR, H_Success, TERMINAL_UNIT } from '@powersim/protocol'
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { PartitionTerminals } from '../src/partition-terminals.js'
import { Plic } from '../src/plic/plic.js'
import { defaultPhypParameters } from '../src/parameters.js'

const LPAR = 3
const OUTPUT_BYTES = 65_536
const INPUT_BYTES = 4096

let plic: Plic
let terminal: PartitionTerminals

beforeEach(() => {
  plic = new Plic({ blockBytes: 2 ** 25, blocks: 4, hypercalls: defaultPhypParameters.hypercalls })
  plic.started(LPAR, 1, 8, 1)
  terminal = new PartitionTerminals(plic)
})

const put = (unit: number, count: number): number => plic.hypercalls.call(LPAR, H_PUT_TERM_CHAR, unit, count, 0, 0, 0).code
const bytes = fc.string({ unit: fc.integer({ min: 1, max: 255 }).map((code) => String.fromCharCode(code)), maxLength: 100 })

describe('the hypercalls of virtual terminals', () => {
  it('answer closed while nobody has the terminal open', () => {
    expect(put(0, 1)).toBe(H_Closed)
    expect(plic.hypercalls.call(LPAR, H_GET_TERM_CHAR, 0, 0, 0, 0, 0).code).toBe(H_Closed)
    expect(terminal.print(LPAR, 'lost')).toBe(0)
    expect(terminal.typed(LPAR)).toBe('')
  })

  it('know one terminal of a partition and at most 16 characters', () => {
    plic.terminals.open(LPAR)
    expect([put(0, 16), put(TERMINAL_UNIT, 0), put(TERMINAL_UNIT, 16)]).toEqual([H_Success, H_Success, H_Success])
    expect([put(0, 17), put(0, -1), put(0, 2 ** 40), put(1, 1), put(TERMINAL_UNIT + 1, 1), put(2 ** 40, 1)]).toEqual(
      Array.from({ length: 6 }, () => H_Parameter),
    )
    expect(plic.hypercalls.call(LPAR, H_GET_TERM_CHAR, 5, 0, 0, 0, 0).code).toBe(H_Parameter)
  })

  it('cost one call for each 16 characters begun', () => {
    plic.terminals.open(LPAR)
    expect([1, 16, 17, 33].map((length) => terminal.print(LPAR, 'x'.repeat(length)))).toEqual([1000, 1000, 2000, 3000])
  })
})

describe('text of a virtual terminal', () => {
  it('comes out as it was printed, whatever the console has of it already', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(bytes, fc.integer({ min: 1, max: 40 })), { maxLength: 30 }), (pieces) => {
        plic.terminals.open(LPAR)
        let had = ''
        let sent = ''
        for (const [text, most] of pieces) {
          terminal.print(LPAR, text)
          sent += text
          // The same question twice, as a retry asks it: the answer is the same.
          const first = plic.terminals.printed(LPAR, had.length, most)
          expect(plic.terminals.printed(LPAR, had.length, most)).toBe(first)
          had += first
        }
        had += plic.terminals.printed(LPAR, had.length, OUTPUT_BYTES)
        expect(had).toBe(sent)
        plic.terminals.close(LPAR)
      }),
    )
  })

  it('comes in as it was typed, and tells the partition once', () => {
    fc.assert(
      fc.property(fc.array(bytes, { maxLength: 30 }), (pieces) => {
        plic.terminals.open(LPAR)
        const told = pieces.map((text) => plic.terminals.type(LPAR, text))
        const first = pieces.findIndex((text) => text !== '')
        expect(told.map((tell, at) => tell === (at === first))).not.toContain(false)
        expect(terminal.typed(LPAR)).toBe(pieces.join(''))
        expect(terminal.typed(LPAR)).toBe('')
        plic.terminals.close(LPAR)
      }),
    )
  })

  it('keeps the newest that is printed, and the oldest that is typed, of more than it holds', () => {
    plic.terminals.open(LPAR)
    const long = Array.from({ length: OUTPUT_BYTES + 500 }, (_, at) => String.fromCharCode(33 + (at % 90))).join('')
    terminal.print(LPAR, long)
    expect(plic.terminals.firstOf(LPAR, 0)).toBe(500)
    expect(plic.terminals.printed(LPAR, 0, OUTPUT_BYTES)).toBe(long.slice(500))
    plic.terminals.type(LPAR, long.slice(0, INPUT_BYTES + 77))
    expect(terminal.typed(LPAR)).toBe(long.slice(0, INPUT_BYTES))
    expect(plic.terminals.lost).toBeGreaterThanOrEqual(500 + 77)
  })

  it('is gone when the terminal is opened anew', () => {
    plic.terminals.open(LPAR)
    terminal.print(LPAR, 'before')
    plic.terminals.close(LPAR)
    plic.terminals.open(LPAR)
    expect(plic.terminals.printed(LPAR, 0, 100)).toBe('')
  })
})
