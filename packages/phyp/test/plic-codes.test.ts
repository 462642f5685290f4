// What each call on page tables and DMA windows answers, in rows transcribed from the texts. LoPAR: "Page Frame Table Access", "Translation
// Control Entry Access", "Hypervisor Call Return Code Table"; QEMU: hw/ppc/spapr_softmmu.c, spapr_iommu.c; Linux: asm/hvcall.h.

import {
  H_BULK_REMOVE,
  H_Busy,
  H_CLEAR_HPT,
  H_CLEAR_MOD,
  H_CLEAR_REF,
  H_ENTER,
  H_Function,
  H_GET_TCE,
  H_NotFound,
  H_P4,
  H_PAGE_INIT,
  H_Parameter,
  H_PROTECT,
  H_PtegFull,
  H_PUT_TCE,
  H_PUT_TCE_INDIRECT,
  H_READ,
  H_REMOVE,
  H_STUFF_TCE,
  H_Success,
  H_TooBig,
  hypercallCodeName,
} from '@powersim/protocol'
import { describe, expect, it } from 'vitest'
import { hypercallEntries } from '../src/index.js'
import { PAGE, PlicMachine } from './plic-bench-machine.js'

const BLOCK = 2 ** 25
const EXACT = 1n << 39n
const READ_4 = 1n << 37n
const R_XLATE = 1n << 38n
const AVPN = 1n << 31n
const ANDCOND = 1n << 30n
const ZERO = 1n << 15n
const COPY = 1n << 14n
const ICACHE = 1n << 23n
const M = 0x10n
const V = 1n
const L = 4n
const R = 0x100n
const C = 0x80n
/** A page of the caller's memory, of 4 KiB. */
const own = (page: number | bigint) => (BigInt(page) << 12n) | M
const avpn = (n: number) => BigInt(n) << 7n
/** Partition 1 has four blocks of 32 MiB. */
const PAGES = (4 * BLOCK) / PAGE
const ENTRIES = PAGES * 4
const LIOBN = 0x2000
const FOREIGN_LIOBN = 0x2002
const WINDOW = 0x1000_0000

type Row = [code: number, token: number, args: (number | bigint)[], why: string]

/** Entry 8: page 5, virtual page 77, referenced and changed. Entry 9: locked. Group 16 to 23 is full. IOBA 0 maps page 3, read only. */
function machine(): PlicMachine {
  const plic = new PlicMachine(BLOCK)
  plic.call(1, H_ENTER, EXACT, 8, avpn(77) | V, own(5) | R | C)
  plic.plic.pages.tableOf(1)!.lock(9, true)
  for (let n = 0; n < 8; n++) plic.call(1, H_ENTER, 0, 16, avpn(n) | V, own(n))
  plic.call(1, H_PUT_TCE, LIOBN, 0, (3 << 12) | 1)
  return plic
}

const rows: Row[] = [
  // LoPAR H_ENTER
  [H_Success, H_ENTER, [0, 24, avpn(1) | V, own(0)], 'a page of the partition'],
  [H_Success, H_ENTER, [0, 24, avpn(1) | V, own(PAGES - 1)], 'its last page'],
  [H_Parameter, H_ENTER, [0, 24, avpn(1) | V, own(PAGES)], "outside of the partition's memory"],
  [H_Parameter, H_ENTER, [0, 24, avpn(1) | V, own(1n << 39n)], 'far outside'],
  [H_Parameter, H_ENTER, [0, ENTRIES, avpn(1) | V, own(0)], "PTEX not less than the partition's maximum"],
  [H_Parameter, H_ENTER, [0, -1, avpn(1) | V, own(0)], 'PTEX below zero'],
  [H_Parameter, H_ENTER, [1n << 48n, 24, avpn(1) | V, own(0)], 'a CEC cookie that is not assigned'],
  [H_Parameter, H_ENTER, [0, 24, avpn(1) | V, 0n], 'WIMG of memory is 0010, not 0000'],
  [H_Parameter, H_ENTER, [0, 24, avpn(1) | V, own(0) | 0x20n], 'not 0110'],
  [H_Success, H_ENTER, [0, 24, avpn(1) | V | L, own(16 + 1)], '64 KiB: LP 0001'],
  [H_Success, H_ENTER, [0, 24, avpn(1) | V | L, own(4096)], '16 MiB: LP 0, on its boundary'],
  [H_Parameter, H_ENTER, [0, 24, avpn(1) | V | L, own(4096 + 256)], '16 MiB off its boundary'],
  [H_Parameter, H_ENTER, [0, 24, avpn(1) | V | L, own(16 + 2)], 'a page size that the platform has not'],
  [H_TooBig, H_ENTER, [ZERO, 24, avpn(1) | V | L, own(4096)], 'zeroing more than 64 KiB'],
  [H_TooBig, H_ENTER, [ICACHE, 24, avpn(1) | V | L, own(4096)], 'instruction cache of more than 64 KiB'],
  [H_Success, H_ENTER, [ZERO | ICACHE, 24, avpn(1) | V | L, own(17)], 'both for 64 KiB'],
  [H_PtegFull, H_ENTER, [0, 16, avpn(1) | V, own(0)], 'no slot of the group is free'],
  [H_PtegFull, H_ENTER, [EXACT, 8, avpn(1) | V, own(0)], 'Exact: that slot is taken'],
  [H_PtegFull, H_ENTER, [EXACT, 9, avpn(1) | V, own(0)], 'Exact: that slot is locked'],
  // LoPAR H_REMOVE
  [H_Success, H_REMOVE, [0, 8, 0], 'no guard'],
  [H_Success, H_REMOVE, [AVPN, 8, avpn(77)], "AVPN is the entry's"],
  [H_NotFound, H_REMOVE, [AVPN, 8, avpn(78)], 'AVPN is not'],
  [H_NotFound, H_REMOVE, [AVPN, 8, avpn(77) | V], 'low bits of AVPN should be zero, "otherwise the likely result is H_Not_Found"'],
  [H_Success, H_REMOVE, [ANDCOND, 8, 2], 'andcond: no common bit'],
  [H_NotFound, H_REMOVE, [ANDCOND, 8, V], 'andcond: a common bit'],
  [H_NotFound, H_REMOVE, [0, 24, 0], 'no valid entry (QEMU remove_hpte)'],
  [H_Parameter, H_REMOVE, [0, ENTRIES, 0], 'PTEX outside the table'],
  // LoPAR H_READ
  [H_Success, H_READ, [0, 24], 'any entry'],
  [H_Success, H_READ, [READ_4 | R_XLATE, ENTRIES - 1], 'four, from a multiple of four'],
  [H_Parameter, H_READ, [0, ENTRIES], 'PTEX outside the table'],
  // LoPAR H_CLEAR_MOD, H_CLEAR_REF, H_PROTECT
  [H_Success, H_CLEAR_MOD, [0, 8], 'a valid entry'],
  [H_NotFound, H_CLEAR_MOD, [0, 24], 'V is not one'],
  [H_Parameter, H_CLEAR_MOD, [0, ENTRIES], 'PTEX outside the table'],
  [H_Success, H_CLEAR_REF, [0, 8], 'a valid entry'],
  [H_NotFound, H_CLEAR_REF, [0, 24], 'V is not one'],
  [H_Success, H_PROTECT, [AVPN | 3n, 8, avpn(77)], "AVPN is the entry's"],
  [H_NotFound, H_PROTECT, [AVPN | 3n, 8, avpn(78)], 'AVPN is not'],
  [H_NotFound, H_PROTECT, [0, 24, 0], 'V is not one'],
  [H_Parameter, H_PROTECT, [0, -1, 0], 'PTEX outside the table'],
  // LoPAR H_BULK_REMOVE
  [H_Success, H_BULK_REMOVE, [3n << 62n], 'end of string at once'],
  [H_Parameter, H_BULK_REMOVE, [0], 'type 00'],
  [H_Parameter, H_BULK_REMOVE, [2n << 62n], 'type 10 is an answer'],
  [H_Success, H_BULK_REMOVE, [(1n << 62n) | 8n, 0, (1n << 62n) | 24n, 0, 3n << 62n], 'one found, one not'],
  [H_Parameter, H_BULK_REMOVE, [(1n << 62n) | BigInt(ENTRIES)], 'PTEX outside the table'],
  [H_Parameter, H_BULK_REMOVE, [(1n << 62n) | (3n << 56n) | 8n], 'both guards (QEMU h_bulk_remove)'],
  [H_Success, H_CLEAR_HPT, [], 'always'],
  // LoPAR H_PAGE_INIT
  [H_Success, H_PAGE_INIT, [ZERO, PAGE, 0], 'zero: the source is not looked at'],
  [H_Success, H_PAGE_INIT, [COPY, PAGE, 2 * PAGE], 'copy'],
  [H_Parameter, H_PAGE_INIT, [ZERO, PAGE + 8, 0], 'not the start of a page'],
  [H_Parameter, H_PAGE_INIT, [COPY, PAGE, PAGES * PAGE], "source outside of the partition's memory"],
  // LoPAR H_PUT_TCE, H_GET_TCE
  [H_Success, H_PUT_TCE, [LIOBN, 0, (7 << 12) | 3], 'a page of the partition'],
  [H_Success, H_PUT_TCE, [LIOBN, WINDOW - 1, 7 << 12], 'the last entry; a page fault is not translated'],
  [H_Success, H_PUT_TCE, [LIOBN, 0, 1n << 50n], 'a page fault may name any page'],
  [H_Parameter, H_PUT_TCE, [LIOBN, 0, (BigInt(PAGES) << 12n) | 1n], 'logical address outside'],
  [H_Parameter, H_PUT_TCE, [LIOBN, WINDOW, 0], 'IOBA outside'],
  [H_Parameter, H_PUT_TCE, [FOREIGN_LIOBN, 0, 0], 'LIOBN of another partition'],
  [H_Parameter, H_PUT_TCE, [0x7777, 0, 0], 'LIOBN of nobody'],
  [H_Success, H_GET_TCE, [LIOBN, 0], 'any entry'],
  [H_Parameter, H_GET_TCE, [FOREIGN_LIOBN, 0], 'LIOBN of another partition'],
  // LoPAR H_STUFF_TCE
  [H_Success, H_STUFF_TCE, [LIOBN, 0, (7 << 12) | 3, 512], 'so many at most'],
  [H_P4, H_STUFF_TCE, [LIOBN, 0, 0, 513], 'count above 512'],
  [H_P4, H_STUFF_TCE, [LIOBN, 0, 0, -1], 'count far above 512'],
  [H_Parameter, H_STUFF_TCE, [LIOBN, WINDOW - PAGE, 0, 2], 'count leads outside'],
  [H_Parameter, H_STUFF_TCE, [LIOBN, 0, (BigInt(PAGES) << 12n) | 1n, 1], 'logical address outside'],
  // LoPAR H_PUT_TCE_INDIRECT
  [H_Success, H_PUT_TCE_INDIRECT, [LIOBN, 0, PAGE, 512], 'a page of zeros: page faults'],
  [H_Parameter, H_PUT_TCE_INDIRECT, [LIOBN, 0, PAGE, 513], 'count above 512'],
  [H_Parameter, H_PUT_TCE_INDIRECT, [LIOBN, 0, PAGE + 8, 1], 'the list is not on a boundary of 4 KiB (Linux, kvmppc_h_put_tce_indirect)'],
  [H_Parameter, H_PUT_TCE_INDIRECT, [LIOBN, 0, PAGES * PAGE, 1], "the list is outside of the partition's memory"],
  [H_Parameter, H_PUT_TCE_INDIRECT, [LIOBN, WINDOW - PAGE, PAGE, 2], 'count leads outside'],
  [H_Function, H_PUT_TCE_INDIRECT, [-1, 0, PAGE, 1], 'several LIOBNs: not enabled'],
  // LoPAR, Hypervisor Call Functions
  [H_Function, 0x24, [], 'a token that is not served'],
  [H_Function, H_READ + 1, [0, 0], 'a token with a low bit'],
]

describe('return codes', () => {
  it.each(rows.map(([code, token, args, why]) => ({ code, token, args, why, name: hypercallCodeName(code) })))(
    'token $token: $name: $why',
    ({ code, token, args }) => {
      const plic = machine()
      expect(hypercallCodeName(plic.call(1, token, ...args))).toBe(hypercallCodeName(code))
    },
  )

  it('a locked entry is H_Busy for whoever would change it', () => {
    const plic = machine()
    plic.plic.pages.tableOf(1)!.lock(8, true)
    for (const token of [H_REMOVE, H_PROTECT, H_CLEAR_MOD, H_CLEAR_REF]) expect(plic.call(1, token, 0, 8, 0)).toBe(H_Busy)
    expect(plic.call(1, H_BULK_REMOVE, (1n << 62n) | 8n)).toBe(H_Busy)
    expect(plic.call(1, H_READ, 0, 8)).toBe(H_Success)
  })

  it('H_CLEAR_HPT spares the virtualized real mode area', () => {
    const plic = machine()
    // Linux: a 1 TiB segment with VSID 0x1ffffff.
    plic.call(1, H_ENTER, EXACT, 40, (1n << 62n) | (0x1ff_ffffn << 24n) | V, own(0))
    expect(plic.call(1, H_CLEAR_HPT)).toBe(H_Success)
    expect(plic.plic.pages.tableOf(1)!.valid).toBe(1)
    expect(plic.plic.memory.mappedPages(1, 0)).toBe(2) // the TCE, too
  })

  it('H_PROTECT sets pp0, key, N and pp, clears R, and keeps the rest', () => {
    const plic = machine()
    expect(plic.call(1, H_PROTECT, 0x3f07, 8, 0)).toBe(H_Success)
    plic.call(1, H_READ, R_XLATE, 8)
    expect(plic.word(4)).toBe(avpn(77) | V)
    expect(plic.word(5)).toBe(own(5) | C | (1n << 63n) | (3n << 60n) | 0xe07n)
  })

  it('the answers of H_BULK_REMOVE are in the specifiers', () => {
    const plic = machine()
    const request = 1n << 62n
    expect(plic.call(1, H_BULK_REMOVE, request | 8n, 0, request | 24n, 0, request | BigInt(ENTRIES), 0, request | 16n, 0)).toBe(H_Parameter)
    expect(plic.word(4) >> 56n).toBe(0b1000_1100n) // removed; R and C were set
    expect(plic.word(6) >> 56n).toBe(0b1001_0000n) // not found
    expect(plic.word(8) >> 56n).toBe(0b1010_0000n) // parameter, and there it stopped
    expect(plic.word(10) >> 56n).toBe(0b0100_0000n)
    expect(plic.plic.pages.tableOf(1)!.valid).toBe(8)
  })
})

describe('a list of TCEs', () => {
  it('is read once, before it is looked at: whoever changes it in between gains nothing', () => {
    const plic = machine()
    const view = plic.plic.contents.touch(plic.plic.memory.frameOf(1, 1))
    const reads: number[] = []
    // Each word turns into one of foreign memory as soon as it has been read.
    view.getInt32 = (at: number) => {
      reads.push(at)
      return at % 8 === 4 ? (reads.filter((each) => each === at).length === 1 ? (6 << 12) | 3 : (200_000 << 12) | 3) : 0
    }
    expect(plic.call(1, H_PUT_TCE_INDIRECT, LIOBN, 0, PAGE, 2)).toBe(H_Success)
    expect(reads).toEqual([0, 4, 8, 12])
    plic.call(1, H_GET_TCE, LIOBN, PAGE)
    expect(plic.word(4)).toBe((6n << 12n) | 3n)
  })

  it('with one bad entry stores none', () => {
    const plic = machine()
    const view = plic.plic.contents.touch(plic.plic.memory.frameOf(1, 1))
    view.setInt32(4, (6 << 12) | 3)
    view.setInt32(12, (200_000 << 12) | 3)
    const { writes } = plic.plic
    expect(plic.call(1, H_PUT_TCE_INDIRECT, LIOBN, 0x5000, PAGE, 2)).toBe(H_Parameter)
    expect(plic.plic.writes).toBe(writes)
  })
})

describe('a transfer', () => {
  it('needs an entry that allows it; a fault cuts a physical window off', () => {
    const { tces } = machine().plic
    expect(tces.transfers.begin(LIOBN, 0x10, 100, 1)).toBe(0)
    expect(tces.transfers.begin(LIOBN, 0x10, 100, 2)).toBe(-1)
    expect(tces.transfers.begin(LIOBN, 0x10, 5000, 1)).toBe(-1)
    expect([tces.tableOf(LIOBN)!.faults, tces.tableOf(LIOBN)!.frozen]).toEqual([2, false])
    const slot = tces.add({ lparId: 1, liobn: 9, busOffset: 0x8000, bytes: 16 * PAGE, physical: true })
    expect(tces.transfers.begin(9, 0x8000, 8, 1)).toBe(-1)
    expect(slot.frozen).toBe(true)
    slot.store(0, 0, 3)
    expect(tces.transfers.begin(9, 0x8000, 8, 1)).toBe(-1)
    slot.frozen = false
    expect(tces.transfers.begin(9, 0x8000, 8, 1)).toBe(1)
  })
})

describe('the table of calls', () => {
  it('goes up, by multiples of four, each with a class and a cost', () => {
    const entries = hypercallEntries()
    expect(entries.map(({ token }) => token)).toEqual([...new Set(entries.map(({ token }) => token))].sort((one, other) => one - other))
    for (const { token, fixedNs } of entries) expect([token % 4, fixedNs > 0]).toEqual([0, true])
    expect(entries.filter((entry) => entry.class === 'terminal').map(({ name }) => name)).toEqual(['H_CLEAR_HPT'])
    expect(entries.filter((entry) => entry.class === 'continued').map(({ name }) => name)).toEqual(['H_ENABLE_CRQ'])
  })
})
