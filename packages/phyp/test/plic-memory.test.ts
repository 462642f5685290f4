// Memory of the partitions in blocks: who owns what, what isolation refuses (LoPAR, Dynamic Reconfiguration: RTAS set-indicator -9001
// "valid outstanding translation"), that a new owner sees zeros, and what an idle machine costs.

import { H_ENTER, H_Parameter, H_REMOVE, H_Success } from '@powersim/protocol'
import { describe, expect, it } from 'vitest'
import { defaultPhypParameters, ISOLATED, NO_SUCH_INDICATOR, OUTSTANDING_TRANSLATION, pageTableEntries, Plic } from '../src/index.js'
import { initial, Machine } from './machine.js'

const PAGE = 4096
const MIB = 1_048_576
const MEMORY = 0x10

const { hypercalls: costs } = defaultPhypParameters

/** Eight blocks of 1 MiB. */
function small(): Plic {
  return new Plic({ blockBytes: MIB, blocks: 8, hypercalls: costs })
}

function enter(plic: Plic, lparId: number, page: number): { code: number; r4: number } {
  const { code, r4 } = plic.hypercalls.call(lparId, H_ENTER, 0, (page % 64) * 8, page * 128 + 1, page * PAGE + MEMORY, 0)
  return { code, r4 }
}

describe('blocks', () => {
  it('have one owner, and come back when their partition ends', () => {
    const { memory } = small()
    expect(memory.assignFirst(1, 5)).toBe(5)
    expect(memory.assignFirst(2, 5)).toBe(3)
    expect(memory.freeBlocks).toBe(0)
    const frames = new Set<number>()
    for (const [lparId, blocks] of [
      [1, 5],
      [2, 3],
    ] as const) {
      expect(memory.blocksOf(lparId)).toBe(blocks)
      for (let page = 0; page < blocks * 256; page++) {
        const frame = memory.frameOf(lparId, page)
        expect(memory.ownerOf(frame)).toBe(lparId)
        expect(memory.pageOf(lparId, frame)).toBe(page)
        expect(memory.pageOf(3 - lparId, frame)).toBe(-1)
        frames.add(frame)
      }
      expect(memory.frameOf(lparId, blocks * 256)).toBe(-1)
    }
    expect(frames.size).toBe(8 * 256)
    memory.withdrawAll(1)
    expect([memory.freeBlocks, memory.blocksOf(1), memory.frameOf(1, 0)]).toEqual([5, 0, -1])
    for (const page of [-1, Number.NaN, 2 ** 52]) expect(memory.frameOf(2, page)).toBe(-1)
  })

  it('are given to a hole only, and by whole numbers', () => {
    const { memory } = small()
    expect(memory.assign(1, 3)).toBe(true)
    expect(memory.assign(1, 3)).toBe(false)
    expect(memory.frameOf(1, 0)).toBe(-1)
    expect(() => memory.assign(0, 0)).toThrow('lparId')
    expect(() => memory.assign(1, 1.5)).toThrow('lmb')
    expect(() => memory.assign(1, 2 ** 20)).toThrow('lmb')
  })
})

describe('isolation', () => {
  it('is refused while a page table entry maps the block, for the first block, and for holes', () => {
    const plic = small()
    const { memory } = plic
    plic.started(1, 3, 2 ** 14, 1)
    const { r4 } = enter(plic, 1, 256 + 7)
    expect(memory.mappedPages(1, 1)).toBe(1)
    expect(memory.isolate(1, 1)).toBe(OUTSTANDING_TRANSLATION)
    expect(memory.isolate(1, 0)).toBe(NO_SUCH_INDICATOR)
    expect(memory.isolate(1, 3)).toBe(NO_SUCH_INDICATOR)
    expect(memory.isolate(2, 1)).toBe(NO_SUCH_INDICATOR)
    expect(plic.hypercalls.call(1, H_REMOVE, 0, r4, 0, 0, 0).code).toBe(H_Success)
    expect(memory.isolate(1, 1)).toBe(ISOLATED)
    expect(enter(plic, 1, 256 + 7).code).toBe(H_Parameter)
    expect(memory.unisolate(1, 1)).toBe(ISOLATED)
    expect(enter(plic, 1, 256 + 7).code).toBe(H_Success)
  })

  it('comes before a block is taken away', () => {
    const plic = small()
    const { memory } = plic
    plic.started(1, 3, 2 ** 14, 1)
    expect(memory.withdraw(1, 2)).toBe(false)
    memory.isolate(1, 2)
    expect(memory.withdraw(1, 2)).toBe(true)
    expect([memory.withdraw(1, 2), memory.blocksOf(1), memory.freeBlocks]).toEqual([false, 2, 6])
    expect(memory.assign(1, 2)).toBe(true)
    expect(enter(plic, 1, 2 * 256).code).toBe(H_Success)
    expect(() => memory.withdrawAll(1)).toThrow('still mapped')
  })
})

describe('a new owner', () => {
  it('sees zeros, wherever the block was before', () => {
    const plic = small()
    plic.started(1, 8, 2 ** 14, 1)
    const secret = plic.memory.frameOf(1, 5 * 256 + 9)
    plic.contents.touch(secret).setUint32(0, 0xdeadbeef)
    plic.ended(1)
    expect(plic.contents.at(secret)?.getUint32(0)).toBe(0xdeadbeef)
    plic.started(2, 8, 2 ** 14, 1)
    expect(plic.contents.at(secret)).toBeUndefined()
    expect(plic.contents.touched).toBe(0)
  })
})

describe('a partition of the machine', () => {
  it('has its memory and an empty page table while it runs', () => {
    const machine = new Machine({ partitions: [initial(1, 'one'), initial(2, 'two', { running: false })] })
    const { hypercalls, configuration } = machine.phyp
    const memoryMiB = configuration.snapshot.partitions[1]!.current!.memoryMiB
    const call = (lparId: number, page: number) => hypercalls.call(lparId, H_ENTER, 0, 0, page * 128 + 1, page * PAGE + MEMORY, 0).code
    expect(call(1, (memoryMiB * MIB) / PAGE - 1)).toBe(H_Success)
    expect(call(1, (memoryMiB * MIB) / PAGE)).toBe(H_Parameter)
    expect(call(2, 0)).toBe(H_Parameter)
    machine.phyp.reports.state(1, 'Not Activated')
    expect(call(1, 0)).toBe(H_Parameter)
  })

  it('costs next to nothing until it maps: a thousand of them', () => {
    const plic = new Plic({ blockBytes: 256 * MIB, blocks: 32_768, hypercalls: costs })
    for (let lparId = 1; lparId <= 1000; lparId++) plic.started(lparId, 32, pageTableEntries(65_536, 64), 1)
    expect(plic.pages.tableOf(1000)!.entries * 16).toBe((65_536 * MIB) / 64)
    for (let lparId = 1; lparId <= 1000; lparId++) expect(plic.pages.tableOf(lparId)!.allocatedBytes).toBe(0)
    expect(enter(plic, 1000, 2_000_000).code).toBe(H_Success)
    expect(plic.pages.tableOf(1000)!.allocatedBytes).toBe(65_536)
  })
})
