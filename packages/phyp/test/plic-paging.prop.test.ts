// Data written is data read, by its owner alone, after any mix of paging, loans, I/O mapping with devices that write, logical blocks that
// come and go, and partitions that restart (N4, N7); the pool's laws hold after every step.

import { H_PAGE_INIT, H_PUT_TCE, H_Success, PAGE_TOUCH } from '@powersim/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ISOLATED } from '../src/index.js'
import { BLOCK, PAGE, PagingMachine } from './paging-bench-machine.js'

const LPARS = [1, 2]
const BLOCKS = 2
const SET_LOANED = 0xf * 2 ** 32
const step = fc.record({
  what: fc.constantFrom('write', 'write', 'write', 'loan', 'map', 'unmap', 'block', 'restart', 'wait', 'wait', 'alike', 'alike'),
  lpar: fc.constantFrom(...LPARS),
  page: fc.nat(BLOCKS * BLOCK - 1),
})

describe('pages of two partitions in a pool for half of them', () => {
  it('hold what their owner wrote last, or zeros', () => {
    fc.assert(
      fc.property(fc.boolean(), fc.array(step, { minLength: 20, maxLength: 300 }), (merges, steps) => {
        const machine = new PagingMachine(2)
        machine.shared.setDeduplication(merges)
        const { plic, simulation, shared } = machine
        const written = new Map<string, number>()
        const mapped = new Map<number, number>()
        let stamp = 1_000_000
        for (const lpar of LPARS) {
          machine.start(lpar, BLOCKS)
          plic.tces.add({ lparId: lpar, liobn: lpar * 2, busOffset: 0, bytes: 16 * PAGE, physical: false })
        }
        const present = (lpar: number, page: number): boolean => {
          if (machine.touch(lpar, page) !== PAGE_TOUCH.THERE) simulation.run(simulation.now + 1e7)
          return plic.memory.frameOf(lpar, page) >= 0
        }
        for (const { what, lpar, page } of steps) {
          const key = `${lpar} ${page}`
          const lmb = Math.floor(page / BLOCK)
          if (what === 'write' && present(lpar, page) && plic.hypercalls.memory(lpar).setStamp(page, ++stamp)) written.set(key, stamp)
          else if (what === 'alike' && present(lpar, page)) {
            const alike = 1 + (page % 3)
            if (plic.hypercalls.memory(lpar).setStamp(page, alike)) written.set(key, alike)
          } else if (what === 'loan' && machine.call(lpar, H_PAGE_INIT, SET_LOANED, page * PAGE) === H_Success) {
            if (mapped.get(lpar) !== page) written.delete(key)
          } else if (what === 'map' && !mapped.has(lpar) && present(lpar, page)) {
            if (machine.call(lpar, H_PUT_TCE, lpar * 2, 0, page * PAGE + 3) !== H_Success) continue
            mapped.set(lpar, page)
          } else if (what === 'unmap' && mapped.has(lpar)) {
            // A device writes, and the entry goes.
            const at = mapped.get(lpar)!
            plic.contents.setStamp(plic.memory.frameOf(lpar, at), ++stamp)
            written.set(`${lpar} ${at}`, stamp)
            machine.call(lpar, H_PUT_TCE, lpar * 2, 0, 0)
            mapped.delete(lpar)
          } else if (what === 'block' && plic.memory.isolate(lpar, lmb) === ISOLATED) {
            expect(plic.memory.withdraw(lpar, lmb)).toBe(true)
            expect(plic.memory.assign(lpar, lmb)).toBe(true)
            for (let at = lmb * BLOCK; at < (lmb + 1) * BLOCK; at++) written.delete(`${lpar} ${at}`)
          } else if (what === 'restart') {
            machine.start(lpar, BLOCKS)
            mapped.delete(lpar)
            for (let at = 0; at < BLOCKS * BLOCK; at++) written.delete(`${lpar} ${at}`)
          } else if (what === 'wait') {
            simulation.run(simulation.now + 500)
            shared.pager?.merge(BLOCK)
          }
          shared.check()
        }
        for (const lpar of LPARS) {
          for (let page = 0; page < BLOCKS * BLOCK; page++) {
            if (!present(lpar, page)) continue
            expect([lpar, page, machine.stamp(lpar, page)]).toEqual([lpar, page, written.get(`${lpar} ${page}`) ?? 0])
          }
        }
      }),
      { numRuns: 60 },
    )
  })
})
