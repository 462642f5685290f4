// Merging of identical pages by example: what is saved, who gets a frame of its own and when, what is taken apart, and what never shares.
// Drawn scripts of all of it are in invariants.prop.test.ts.

import { Simulation } from '@powersim/kernel'
import { expect, it } from 'vitest'
import { AmsError, fifo, InstantPaging, IO_MAP, PAGE_STATE, PagingDisk, SharedMemoryPool, TOUCH } from '../src/index.js'
import type { FrameComparison } from '../src/index.js'

const PAGES = 10

/** A pool of two members whose pages hold their own number: page n of one is as page n of the other. */
function poolOf(frames: number, contents?: FrameComparison): SharedMemoryPool {
  const simulation = new Simulation({ seed: 'merging' })
  const device = new InstantPaging(simulation)
  const pool = new SharedMemoryPool(simulation, { frames, device, freeList: 'onDemand', replacement: fifo, sampleEveryNs: 0 })
  pool.allowMerging(contents === undefined ? {} : { contents })
  for (const id of [1, 2]) {
    pool.join({ id, logicalPages: PAGES, ioEntitledPages: 1 })
    for (let page = 0; page < PAGES; page++) pool.touch(id, page, 1 + page)
  }
  return pool
}

function counts(pool: SharedMemoryPool): object {
  pool.check()
  const { saved, free, merges, parted } = pool.statistics()
  return { saved, free, merges, parted }
}

it('pages with the same content share a frame; reading changes nothing, writing gives the writer its own', () => {
  const pool = poolOf(32)
  expect(pool.merge(32)).toBe(2 * PAGES)
  expect(counts(pool)).toEqual({ saved: PAGES, free: 32 - PAGES, merges: PAGES, parted: 0 })
  expect([1, 2].map((id) => pool.memberStatistics(id).merged)).toEqual([PAGES, PAGES])
  expect([pool.touch(1, 3), pool.stampOf(1, 3), pool.frameOf(1, 3)]).toEqual([TOUCH.HIT, 4, -1])
  expect(pool.touch(1, 3, 99)).toBe(TOUCH.HIT)
  expect([pool.stampOf(1, 3), pool.stampOf(2, 3)]).toEqual([99, 4])
  expect(counts(pool)).toEqual({ saved: PAGES - 1, free: 32 - PAGES - 1, merges: PAGES, parted: 1 })
  expect([1, 2].map((id) => pool.memberStatistics(id).merged)).toEqual([PAGES - 1, PAGES - 1])
  // Whoever is left has the frame alone.
  expect(pool.frameOf(2, 3)).toBeGreaterThanOrEqual(0)
})

it('pages of one member share too, up to 256 a frame', () => {
  const simulation = new Simulation({ seed: 'merging' })
  const pool = new SharedMemoryPool(simulation, { frames: 1000, device: new InstantPaging(simulation), sampleEveryNs: 0 })
  pool.allowMerging()
  pool.join({ id: 1, logicalPages: 700 })
  for (let page = 0; page < 700; page++) pool.touch(1, page)
  pool.merge(1000)
  pool.check()
  expect(pool.statistics().saved).toBe(700 - Math.ceil(700 / 256))
})

it('a page that is mapped for I/O is not merged, and one that is merged gets its own frame to be mapped', () => {
  const pool = poolOf(32)
  expect(pool.mapIo(1, 0)).toBe(IO_MAP.MAPPED)
  pool.merge(32)
  expect(counts(pool)).toMatchObject({ saved: PAGES - 1 })
  expect(pool.mapIo(2, 5)).toBe(IO_MAP.MAPPED)
  expect(pool.frameOf(2, 5)).toBeGreaterThanOrEqual(0)
  expect(counts(pool)).toMatchObject({ saved: PAGES - 2, parted: 1 })
})

it('a writer that finds no frame has to come again, and somebody loses one meanwhile', () => {
  const simulation = new Simulation({ seed: 'merging' })
  const device = new PagingDisk(simulation, { service: 1000 })
  const pool = new SharedMemoryPool(simulation, { frames: 3, device, freeList: 'onDemand', replacement: fifo, sampleEveryNs: 0 })
  pool.allowMerging()
  pool.join({ id: 1, logicalPages: 4 })
  for (const page of [0, 1]) pool.touch(1, page, 7)
  pool.merge(3)
  for (const page of [2, 3]) pool.touch(1, page, 10 + page)
  expect(counts(pool)).toMatchObject({ saved: 1, free: 0 })
  expect(pool.touch(1, 1, 8)).toBe(TOUCH.REFUSED)
  expect(pool.stampOf(1, 1)).toBe(7)
  simulation.run()
  const written = pool.touch(1, 1, 8)
  simulation.run()
  if (written === TOUCH.REFUSED) expect(pool.touch(1, 1, 8)).toBe(TOUCH.HIT)
  simulation.run()
  pool.check()
  expect(pool.memberStatistics(1).pageOuts).toBeGreaterThan(0)
})

it('a frame that is shared is taken apart when it is to be taken: each page has its copy in its own paging space', () => {
  const pool = poolOf(20)
  pool.merge(20)
  pool.join({ id: 3, logicalPages: 18 })
  for (let page = 0; page < 18; page++) pool.touch(3, page, 100 + page)
  pool.check()
  const paged = [1, 2].map((id) => pool.memberStatistics(id).paged)
  expect(paged[0]! + paged[1]!).toBeGreaterThan(PAGES)
  for (const id of [1, 2]) {
    for (let page = 0; page < PAGES; page++) {
      pool.touch(id, page)
      expect(pool.stampOf(id, page)).toBe(1 + page)
    }
  }
  pool.check()
})

/** A pool of one member whose pages 0 to 2 hold a 7 in one frame, which is being taken apart. */
function takenApart() {
  const simulation = new Simulation({ seed: 'merging' })
  const device = new PagingDisk(simulation, { service: 1000 })
  const freeList = { low: 0.2, high: 0.3 }
  const pool = new SharedMemoryPool(simulation, { frames: 10, device, freeList, replacement: fifo, sampleEveryNs: 0 })
  pool.allowMerging()
  pool.join({ id: 1, logicalPages: 60 })
  for (const page of [0, 1, 2]) pool.touch(1, page, 7)
  pool.merge(10)
  for (let page = 3; page <= 10; page++) pool.touch(1, page, 100 + page)
  pool.check()
  return { simulation, device, pool }
}

/** Touches enough other pages for all to lose their frames, and reads again. */
function readAfterPaging(simulation: Simulation, pool: SharedMemoryPool, pages: readonly number[]): (number | undefined)[] {
  for (let page = 11; page < 60; page++) {
    pool.touch(1, page)
    simulation.run()
  }
  pool.check()
  return pages.map((page) => {
    pool.touch(1, page)
    simulation.run()
    return pool.stampOf(1, page)
  })
}

it('a page that is written while its copy is under way leaves no mark of it, neither in its own frame nor in the one it left', () => {
  const { simulation, pool } = takenApart()
  expect(pool.touch(1, 1, 8)).toBe(TOUCH.HIT)
  simulation.run()
  pool.check()
  expect([0, 1].map((page) => pool.stampOf(1, page))).toEqual([7, 8])
  expect(readAfterPaging(simulation, pool, [0, 1, 2])).toEqual([7, 8, 7])
})

it('a page whose copy fails stays where it is', () => {
  const { simulation, device, pool } = takenApart()
  device.setFailed(true)
  simulation.run()
  pool.check()
  expect(pool.memberStatistics(1)).toMatchObject({ merged: 3, paged: 0 })
  device.setFailed(false)
  pool.pagingRestored(1)
  expect(readAfterPaging(simulation, pool, [0, 1, 2])).toEqual([7, 7, 7])
})

it('what is loaned, unused or gone leaves the frame to the others', () => {
  const pool = poolOf(32)
  pool.merge(32)
  pool.setState(1, 0, PAGE_STATE.LOANED)
  pool.setState(1, 1, PAGE_STATE.UNUSED)
  pool.setState(1, 2, PAGE_STATE.CRITICAL)
  pool.removePages(1, 3, 1)
  expect([0, 1, 2, 3].map((page) => pool.stampOf(2, page))).toEqual([1, 2, 3, 4])
  expect(counts(pool)).toMatchObject({ saved: PAGES - 3, free: 32 - PAGES })
  pool.leave(2)
  expect(counts(pool)).toMatchObject({ saved: 0 })
})

it('contents are compared by whoever knows them, and go with a page into its own frame', () => {
  const bytes = new Map<number, string>()
  let alike = 0
  const copies: [number, number][] = []
  const pool = poolOf(32, {
    // All contents but one have a signature of their own.
    signature: (frame) => (bytes.get(frame) === 'a' ? alike : frame),
    equal: (one, other) => bytes.get(one) === bytes.get(other),
    copy: (from, to) => copies.push([from, to]),
  })
  for (const id of [1, 2]) for (let page = 0; page < PAGES; page++) bytes.set(pool.frameOf(id, page), page < 4 ? 'a' : `${id}/${page}`)
  const frame = pool.frameOf(1, 0)
  alike = frame
  pool.merge(64)
  expect(counts(pool)).toMatchObject({ saved: 7 })
  pool.touch(2, 0, 50)
  expect(copies).toEqual([[frame, pool.frameOf(2, 0)]])
})

it('refuses a table that is out of range', () => {
  const pool = poolOf(32)
  expect(() => pool.allowMerging({ tableRatio: 128 })).toThrow(AmsError)
})
