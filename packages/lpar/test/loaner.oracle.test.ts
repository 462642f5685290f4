// Loans by the operating system: within one poll of 1 s it loans what is asked, as far as it is free and above the floor of 256 MiB (Linux
// cmm.c); pauses after its memory has changed; gives back when it runs short, and everything when it goes down in order.

import { ms, seconds, Simulation } from '@powersim/kernel'
import { H_GET_MPP, H_PAGE_INIT, H_Success, type HypercallPort } from '@powersim/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { IdealProcessor } from '../src/index.js'
import { Loaner } from '../src/memory/loaner.js'
import { noHypercalls } from './guest-double.js'

const PAGE = 4096
const MIB = 256

/** A hypervisor that asks for so many pages more, less what is on loan since. */
function guest(request: () => number, usedPages: number, memoryMiB: number) {
  const simulation = new Simulation({ seed: 'oracle-1' })
  const loaned = new Set<number>()
  const hypercalls: HypercallPort = {
    ...noHypercalls,
    call: (_lparId, token, flags, address) => {
      if (token === H_PAGE_INIT && flags === 0xf * 2 ** 32) loaned.add(address / PAGE)
      else if (token === H_PAGE_INIT && flags === 0x8 * 2 ** 32) loaned.delete(address / PAGE)
      else if (token !== H_GET_MPP) throw new Error(`no call ${token}`)
      return { code: H_Success, costNs: 600, r4: 0 }
    },
    returned: (register) => (register === 9 ? request() * PAGE : 0),
  }
  const processor = new IdealProcessor(simulation, { name: 'p', processors: 1 })
  const loaner = new Loaner(simulation, 'guest', 1, hypercalls, processor, usedPages)
  loaner.start(memoryMiB)
  return { simulation, loaner, loaned, processor }
}

describe('an operating system that loans', () => {
  it('loans min(x, free, total - 256 MiB) within one poll of a request of x (D7)', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 * MIB }), fc.nat(400 * MIB), fc.integer({ min: 257, max: 600 }), (x, used, memoryMiB) => {
        const usedPages = Math.min(used, memoryMiB * MIB)
        const { simulation, loaned, loaner } = guest(() => x - loaned.size, usedPages, memoryMiB)
        simulation.run(seconds(1))
        const expected = Math.min(x, memoryMiB * MIB - usedPages, (memoryMiB - 256) * MIB)
        expect(loaned.size).toBe(expected)
        expect(loaner.loaned).toBe(expected)
        expect([...loaned].every((page) => page >= usedPages)).toBe(true)
      }),
      { numRuns: 10 },
    )
  })

  it('takes pages back when less is wanted, and pays for every call', () => {
    let request = 1000
    const { simulation, loaned, processor } = guest(() => request - loaned.size, 0, 512)
    simulation.run(seconds(1.5))
    expect(loaned.size).toBe(1000)
    request = 400
    simulation.run(seconds(2.5))
    expect(loaned.size).toBe(400)
    expect(processor.statistics().busyNs).toBe(600 * (1000 + 600 + 2))
  })

  it('pauses for 5 s after its memory has changed, and forgets what went', () => {
    const { simulation, loaned, loaner } = guest(() => 1000 - loaned.size, 0, 512)
    simulation.run(seconds(1.5))
    for (const page of [...loaned]) if (page >= 511 * MIB) loaned.delete(page)
    loaner.resized(511)
    expect(loaner.loaned).toBe(loaned.size)
    simulation.run(seconds(6))
    expect(loaned.size).toBe(1000 - 256)
    simulation.run(seconds(7.5))
    expect(loaned.size).toBe(1000)
  })

  it('gives back 1,024 KiB when it runs out of memory, and does not loan that again', () => {
    const { simulation, loaned, loaner } = guest(() => 1000 - loaned.size, 0, 512)
    simulation.run(seconds(1.5))
    expect(loaner.outOfMemory()).toBe(256)
    simulation.run(seconds(5))
    expect(loaned.size).toBe(1000 - 256)
  })

  it('takes everything back when it goes down in order', () => {
    const { simulation, loaned, loaner } = guest(() => 1000 - loaned.size, 0, 512)
    simulation.run(seconds(1.5))
    loaner.stop(true)
    simulation.run(simulation.now + ms(10))
    expect([loaned.size, loaner.loaned]).toEqual([0, 0])
  })
})
