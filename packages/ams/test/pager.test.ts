// The pager by example: marks, page states, I/O mapping, donations by weight, hint and processor time, resizing, failing paging space, and
// what callers may not ask.

import { Simulation } from '@powersim/kernel'
import { describe, expect, it } from 'vitest'
import {
  AmsError,
  fifo,
  idleTax,
  InstantPaging,
  IO_MAP,
  lopar,
  lru,
  PAGE_STATE,
  PagingDisk,
  SharedMemoryPool,
  TOUCH,
} from '../src/index.js'
import type { ReplacementPolicyFactory, SharedMemoryPoolOptions } from '../src/index.js'

function poolOf(frames: number, options: Partial<SharedMemoryPoolOptions> = {}): SharedMemoryPool {
  const simulation = new Simulation({ seed: 'pager' })
  return new SharedMemoryPool(simulation, { frames, device: new InstantPaging(simulation), sampleEveryNs: 0, ...options })
}

function use(pool: SharedMemoryPool, id: number, pages: number, written = 0): void {
  for (let page = 0; page < pages; page++) pool.touch(id, page, written)
}

describe('the free list', () => {
  it.each([lopar, idleTax])('$name: at the low mark frames are taken up to the high one', (replacement) => {
    const pool = poolOf(100, { replacement, freeList: { low: 0.1, high: 0.3 } })
    pool.join({ id: 1, logicalPages: 200 })
    use(pool, 1, 90)
    expect(pool.statistics().free).toBe(10)
    pool.touch(1, 90)
    // The LoPAR pager stops when the partition has paid its donation, which is one page earlier.
    expect(pool.statistics().free).toBe(replacement === lopar ? 29 : 30)
  })

  it('nothing is ever taken while there is room for all and the high mark', () => {
    const pool = poolOf(105, { freeList: { low: 0.01, high: 0.04 } })
    pool.join({ id: 1, logicalPages: 50 })
    pool.join({ id: 2, logicalPages: 50 })
    for (let round = 0; round < 3; round++) for (const id of [1, 2]) use(pool, id, 50, 1 + round)
    expect(pool.ids().map((id) => pool.memberStatistics(id).expropriated)).toEqual([0, 0])
    expect(pool.overagePages).toBe(0)
  })

  it('a clean copy is taken at once, any other page is written out first', () => {
    const simulation = new Simulation({ seed: 'pager' })
    const device = new PagingDisk(simulation, { service: 1000 })
    const pool = new SharedMemoryPool(simulation, { frames: 2, freeList: 'onDemand', replacement: fifo, device, sampleEveryNs: 0 })
    pool.join({ id: 1, logicalPages: 4 })
    use(pool, 1, 2, 7)
    expect(pool.touch(1, 2)).toBe(TOUCH.PENDING)
    simulation.run(1000)
    expect(pool.stampOf(1, 2)).toBe(0)
    expect(pool.touch(1, 0)).toBe(TOUCH.PENDING)
    simulation.run(10_000)
    expect(pool.memberStatistics(1)).toMatchObject({ pageOuts: 2, pageIns: 1, waits: 2, waitNs: 1000 + 2000 })
    // Pages 0 and 2 are there, 0 with its copy; taken again it needs no write.
    pool.touch(1, 1)
    simulation.run(20_000)
    pool.touch(1, 2)
    simulation.run(30_000)
    expect(pool.memberStatistics(1)).toMatchObject({ pageOuts: 3, pageIns: 3 })
  })

  it('a page that is touched while it is written out keeps its frame; its copy counts unless it was written', () => {
    for (const written of [0, 9]) {
      const simulation = new Simulation({ seed: 'pager' })
      const device = new PagingDisk(simulation, { service: 1000 })
      const pool = new SharedMemoryPool(simulation, { frames: 1, freeList: 'onDemand', device, sampleEveryNs: 0 })
      pool.join({ id: 1, logicalPages: 2 })
      pool.touch(1, 0, 5)
      expect(pool.touch(1, 1)).toBe(TOUCH.PENDING)
      expect(pool.touch(1, 0, written)).toBe(TOUCH.HIT)
      expect(pool.memberStatistics(1).rescued).toBe(1)
      simulation.run()
      expect(pool.stampOf(1, 1)).toBe(0)
      expect(pool.memberStatistics(1).pageOuts).toBe(written === 0 ? 1 : 2)
      pool.touch(1, 0)
      simulation.run()
      expect(pool.stampOf(1, 0)).toBe(written === 0 ? 5 : 9)
    }
  })
})

describe('page states', () => {
  it('unused and loaned pages are free at once, and zero when they are touched again', () => {
    const pool = poolOf(10)
    pool.join({ id: 1, logicalPages: 8 })
    use(pool, 1, 8, 3)
    pool.setState(1, 0, PAGE_STATE.UNUSED)
    pool.setState(1, 1, PAGE_STATE.LOANED)
    expect(pool.statistics().free).toBe(4)
    expect(pool.memberStatistics(1)).toMatchObject({ backed: 6, loaned: 1 })
    expect(pool.touch(1, 0)).toBe(TOUCH.ZERO_FILLED)
    expect(pool.touch(1, 1)).toBe(TOUCH.ZERO_FILLED)
    expect([pool.stampOf(1, 0), pool.stampOf(1, 1), pool.memberStatistics(1).loaned]).toEqual([0, 0, 0])
  })

  it.each([lru, fifo, lopar])('$name: critical pages go last, latent ones first', (replacement) => {
    const pool = poolOf(8, { replacement, freeList: 'onDemand' })
    pool.join({ id: 1, logicalPages: 40 })
    use(pool, 1, 8, 1)
    pool.setState(1, 0, PAGE_STATE.CRITICAL)
    pool.setState(1, 5, PAGE_STATE.LATENT)
    pool.touch(1, 8)
    expect(pool.stampOf(1, 5)).toBeUndefined()
    for (let page = 9; page < 15; page++) pool.touch(1, page)
    expect(pool.stampOf(1, 0)).toBe(1)
    pool.setState(1, 0, PAGE_STATE.ACTIVE)
    for (let page = 15; page < 30; page++) pool.touch(1, page)
    expect(pool.stampOf(1, 0)).toBeUndefined()
  })

  it('an I/O-mapped page keeps its frame, up to the entitlement; two mappings of a page count once', () => {
    const pool = poolOf(4, { freeList: 'onDemand', replacement: fifo })
    pool.join({ id: 1, logicalPages: 20, ioEntitledPages: 1 })
    expect(pool.mapIo(1, 3)).toBe(IO_MAP.MAPPED)
    expect(pool.mapIo(1, 3)).toBe(IO_MAP.MAPPED)
    expect(pool.mapIo(1, 4)).toBe(IO_MAP.NOT_ENTITLED)
    expect(pool.memberStatistics(1).ioMapped).toBe(1)
    expect(pool.setState(1, 3, PAGE_STATE.LOANED)).toBe(false)
    expect(pool.removePages(1, 2, 2)).toBe(false)
    use(pool, 1, 20)
    expect(pool.stampOf(1, 3)).toBe(0)
    expect([pool.unmapIo(1, 3), pool.unmapIo(1, 3), pool.unmapIo(1, 3)]).toEqual([true, true, false])
    use(pool, 1, 20)
    expect(pool.stampOf(1, 3)).toBeUndefined()
    // Mapping brings a page in; a loaned one is active then.
    pool.setState(1, 3, PAGE_STATE.LOANED)
    expect(pool.mapIo(1, 3)).toBe(IO_MAP.MAPPED)
    expect(pool.memberStatistics(1).loaned).toBe(0)
    pool.check()
  })

  it('the loan request is the donation less what is on loan, in bytes, also below zero', () => {
    const pool = poolOf(100, { freeList: 'onDemand' })
    pool.join({ id: 1, logicalPages: 100 })
    pool.join({ id: 2, logicalPages: 50 })
    expect([pool.loanRequestBytes(1), pool.loanRequestBytes(2)]).toEqual([33 * 4096, 16 * 4096])
    for (let page = 0; page < 40; page++) pool.setState(1, page, PAGE_STATE.LOANED)
    expect(pool.loanRequestBytes(1)).toBe(-6 * 4096)
  })
})

describe('donations', () => {
  /** Donations of two partitions after some periods in which each touches a part of its pages. */
  function donations(
    weights: readonly number[],
    parts: readonly number[],
    tell = (_pool: SharedMemoryPool, _period: number): void => {},
    periods = 20,
  ) {
    const pool = poolOf(1000, { freeList: 'onDemand' })
    for (const [id, weight] of weights.entries()) pool.join({ id, logicalPages: 800, weight })
    for (let period = 1; period <= periods; period++) {
      for (const [id, part] of parts.entries()) use(pool, id, 800 * part)
      tell(pool, period)
      pool.sample()
    }
    pool.check()
    return pool.ids().map((id) => pool.memberStatistics(id).donation)
  }

  it('who uses more of its memory gives less', () => {
    const [busy = 0, idle = 0] = donations([128, 128], [0.5, 0.05])
    expect(busy).toBeLessThan(300)
    expect(idle).toBeGreaterThan(300)
    expect(busy + idle).toBeGreaterThanOrEqual(600)
  })

  it('of two that use as much, the one with the greater weight gives less', () => {
    const [heavy = 0, light = 0] = donations([200, 50], [0.4, 0.4])
    expect(heavy).toBeLessThan(300)
    expect(light).toBeGreaterThan(300)
  })

  it('a partition that runs less is judged by what it would use', () => {
    const tell = (pool: SharedMemoryPool, period: number): void => {
      pool.noteProcessor(0, period === 1 ? 1e9 : 1e9 + 1e8 * period)
      pool.noteProcessor(1, 1e9 * period)
    }
    const [rare = 0, steady = 0] = donations([128, 128], [0.2, 0.4], tell, 6)
    expect(rare).toBeLessThan(steady)
  })

  it('page-ins that a partition reports may lower what it is believed to use, and cannot raise it', () => {
    const report = (first: number, second: number) => (pool: SharedMemoryPool, period: number) => {
      pool.noteOwnPageIns(0, first * period)
      pool.noteOwnPageIns(1, second * period)
    }
    const [silent = 0] = donations([128, 128], [0.4, 0.4])
    const [fewer = 0, more = 0] = donations([128, 128], [0.4, 0.4], report(1, 1000))
    expect(fewer).toBeGreaterThan(silent)
    expect(more).toBeLessThanOrEqual(fewer)
    const [liar = 0, honest = 0] = donations([128, 128], [0.1, 0.6], report(1000, 500))
    expect(liar).toBeGreaterThan(honest)
  })

  it('a greater weight keeps no less memory', () => {
    const resident = (weight: number): number => {
      const pool = poolOf(1000, { replacement: lopar })
      pool.join({ id: 0, logicalPages: 800, weight })
      pool.join({ id: 1, logicalPages: 800, weight: 128 })
      for (let period = 0; period < 60; period++) {
        for (const id of [0, 1]) use(pool, id, 700)
        pool.sample()
      }
      return pool.memberStatistics(0).backed
    }
    const [light, even, heavy] = [10, 128, 255].map(resident)
    expect(even).toBeGreaterThanOrEqual(light!)
    expect(heavy).toBeGreaterThanOrEqual(even!)
    expect(heavy).toBeGreaterThan(light!)
  })
})

describe('resizing', () => {
  it('a pool that shrinks takes its surplus from whom it can, and grows again', () => {
    const pool = poolOf(100, { maximumFrames: 150, freeList: { low: 0, high: 0 } })
    pool.join({ id: 1, logicalPages: 100 })
    use(pool, 1, 100, 4)
    pool.resize(60)
    expect([pool.size, pool.memberStatistics(1).backed]).toEqual([60, 60])
    pool.check()
    pool.resize(150)
    expect(pool.statistics()).toMatchObject({ size: 150, free: 90 })
    use(pool, 1, 100)
    expect(pool.stampOf(1, 0)).toBe(4)
    pool.check()
  })

  it('a partition gets pages and gives them up; one that leaves, leaves nothing', () => {
    const pool = poolOf(100)
    pool.join({ id: 1, logicalPages: 10, maximumPages: 30 })
    expect(() => pool.touch(1, 20)).toThrow(AmsError)
    pool.addPages(1, 20, 10)
    use(pool, 1, 10)
    expect(pool.touch(1, 20)).toBe(TOUCH.ZERO_FILLED)
    expect(pool.removePages(1, 5, 5)).toBe(true)
    expect(pool.memberStatistics(1)).toMatchObject({ logicalPages: 15, backed: 6 })
    expect(() => pool.touch(1, 6)).toThrow(/no logical page 6/)
    pool.leave(1)
    expect([pool.ids(), pool.statistics().free]).toEqual([[], 100])
    pool.check()
  })
})

describe('failing paging space', () => {
  function failing(replacement: ReplacementPolicyFactory) {
    const simulation = new Simulation({ seed: 'pager' })
    const device = new PagingDisk(simulation, { service: 1000 })
    const told: number[] = []
    const listener = { resolved: (_member: number, _page: number, outcome: number): void => void told.push(outcome) }
    const options = { frames: 4, freeList: 'onDemand', replacement, device, listener, sampleEveryNs: 0 } as const
    const pool = new SharedMemoryPool(simulation, options)
    pool.join({ id: 1, logicalPages: 8 })
    use(pool, 1, 4, 6)
    return { simulation, device, pool, told }
  }

  it('a write that fails leaves the page where it is, and whoever waits waits until paging works again', () => {
    const { simulation, device, pool, told } = failing(lru)
    device.setFailed(true)
    expect(pool.touch(1, 4)).toBe(TOUCH.PENDING)
    simulation.run(100_000)
    expect([told, pool.statistics().waiting]).toEqual([[], 1])
    device.setFailed(false)
    pool.pagingRestored(1)
    simulation.run(200_000)
    expect(told).toEqual([TOUCH.ZERO_FILLED])
    pool.check()
  })

  it('a read that fails fails its fault, and the page can still be had later', () => {
    const { simulation, device, pool, told } = failing(lru)
    pool.touch(1, 4)
    simulation.run(10_000)
    device.setFailed(true)
    // Page 0 is out; a frame comes from page 4 only when the device works, so unused page 1 gives one.
    pool.setState(1, 1, PAGE_STATE.UNUSED)
    expect(pool.touch(1, 0)).toBe(TOUCH.PENDING)
    simulation.run(20_000)
    expect(told).toEqual([TOUCH.ZERO_FILLED, TOUCH.FAILED])
    expect(pool.memberStatistics(1)).toMatchObject({ failedFaults: 1, incoming: 0 })
    device.setFailed(false)
    expect(pool.touch(1, 0)).toBe(TOUCH.PENDING)
    simulation.run(30_000)
    expect(pool.stampOf(1, 0)).toBe(6)
  })

  it('too many faults under way are refused', () => {
    const simulation = new Simulation({ seed: 'pager' })
    const device = new PagingDisk(simulation, { service: 1000 })
    const pool = new SharedMemoryPool(simulation, { frames: 2, freeList: 'onDemand', device, sampleEveryNs: 0, faultLimit: 1 })
    pool.join({ id: 1, logicalPages: 8 })
    expect([0, 1, 2, 3, 2].map((page) => pool.touch(1, page, 1))).toEqual([
      TOUCH.ZERO_FILLED,
      TOUCH.ZERO_FILLED,
      TOUCH.PENDING,
      TOUCH.REFUSED,
      TOUCH.PENDING,
    ])
    expect(pool.memberStatistics(1).refusedFaults).toBe(1)
  })
})

it('a pool samples by itself while it has members', () => {
  const simulation = new Simulation({ seed: 'pager' })
  const pool = new SharedMemoryPool(simulation, { frames: 10, device: new InstantPaging(simulation), sampleEveryNs: 1000 })
  pool.join({ id: 1, logicalPages: 5 })
  expect(pool.memberStatistics(1).utilization).toBe(1)
  simulation.run(2500)
  expect(pool.memberStatistics(1).utilization).toBe(0)
  pool.leave(1)
  expect(simulation.run()).toBe('idle')
})

it.each<[string, (pool: SharedMemoryPool) => unknown, RegExp]>([
  ['no frames', () => poolOf(0), /frames: expected an integer from 1/],
  ['marks the wrong way round', () => poolOf(10, { freeList: { low: 0.3, high: 0.2 } }), /freeList: expected 0 <= low <= high < 1/],
  ['a member twice', (pool) => pool.join({ id: 1, logicalPages: 5 }), /id: 1 is a member/],
  ['more entitlement than frames', (pool) => pool.join({ id: 2, logicalPages: 50, ioEntitledPages: 10 }), /12 pages of I\/O entitlement/],
  ['a pool smaller than entitlements', (pool) => pool.resize(2), /2 pages of I\/O entitlement leave no other frame of 2/],
  ['a member that is not there', (pool) => pool.touch(7, 0), /7 is no member/],
  ['a page that is not there', (pool) => pool.touch(1, 5), /member 1 has no logical page 5/],
  ['half a page', (pool) => pool.setState(1, 0.5, PAGE_STATE.UNUSED), /no logical page 0.5/],
  ['pages beyond the maximum', (pool) => pool.addPages(1, 4, 3), /expected pages below 5, got 4 and 2 more/],
  ['a weight', (pool) => pool.setMember(1, { weight: 256 }), /weight: expected an integer from 0 to 255/],
  ['less than is mapped', (pool) => pool.mapIo(1, 0) + pool.mapIo(1, 1) || pool.setMember(1, { ioEntitledPages: 1 }), /ioEntitledPages/],
])('refuses %s', (_name, ask, reason) => {
  const pool = poolOf(10)
  pool.join({ id: 1, logicalPages: 5, ioEntitledPages: 2 })
  expect(() => ask(pool)).toThrow(reason)
  expect(() => ask(pool)).toThrow(AmsError)
  pool.check()
})
