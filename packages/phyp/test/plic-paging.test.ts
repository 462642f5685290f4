// Shared memory behind the PLIC's calls: page states, figures and parameters, I/O mapping under over-commitment, notices, isolation of
// logical blocks. Layouts and codes are LoPAR's (Cooperative Memory Over-commitment).

import {
  H_Authority,
  H_BULK_REMOVE,
  H_Constrained,
  H_ENTER,
  H_Function,
  H_GET_MPP,
  H_GET_MPP_X,
  H_LongBusyOrder1mSec,
  H_MO_PERF,
  H_NotEnoughResources,
  H_PAGE_INIT,
  H_Parameter,
  H_PUT_TCE,
  H_READ,
  H_REGISTER_VPA,
  H_REG_SNS,
  H_REMOVE,
  H_SET_MPP,
  H_STUFF_TCE,
  H_Success,
  H_VPM_PSTAT,
  PAGE_TOUCH,
} from '@powersim/protocol'
import { describe, expect, it } from 'vitest'
import { ISOLATED, OUTSTANDING_TRANSLATION } from '../src/index.js'
import { BLOCK, PAGE, PagingMachine } from './paging-bench-machine.js'

const { THERE, WAITS, NOTICED } = PAGE_TOUCH
/** Flag bits 28 to 31, in the high half. */
const SET_ACTIVE = 0x8 * 2 ** 32
const SET_LOANED = 0xf * 2 ** 32
const SET_UNUSED = 0xe * 2 ** 32
const ZERO = 0x8000
const COPY = 0x4000
const READ_WRITE = 3
const MEMORY = 0x10

function pager(machine: PagingMachine) {
  if (machine.shared.pager === null) throw new Error('there is a pool')
  return machine.shared.pager
}

describe('pages of a pool', () => {
  it('hold what was written, however often they are paged out', () => {
    const machine = new PagingMachine()
    machine.start(1, 3)
    machine.sweep(1, 0, 3 * BLOCK)
    const memory = machine.plic.hypercalls.memory(1)
    expect(memory.stamp(0)).toBe(-1)
    expect(machine.touch(1, 0)).toBe(WAITS)
    machine.simulation.run(machine.simulation.now + 1e6)
    expect(machine.resolved.at(-1)).toBe('1:0')
    expect(memory.setStamp(0, 777)).toBe(true)
    memory.bytes(0)!.setUint32(8, 0xfeed)
    machine.sweep(1, BLOCK, 2 * BLOCK)
    expect(memory.bytes(0)).toBeUndefined()
    machine.sweep(1, 0, 1, false)
    expect([memory.stamp(0), memory.bytes(0)!.getUint32(8)]).toEqual([777, 0xfeed])
    machine.shared.check()
  })

  it('are zeros at first, and after their frame was somebody else\u2019s (N4)', () => {
    const machine = new PagingMachine()
    machine.start(1, 1)
    machine.sweep(1, 0, BLOCK)
    machine.plic.hypercalls.memory(1).bytes(3)?.setUint32(0, 1)
    machine.plic.ended(1)
    machine.start(2, 1)
    machine.sweep(2, 0, BLOCK / 2, false)
    const memory = machine.plic.hypercalls.memory(2)
    for (let page = 0; page < BLOCK / 2; page++) {
      if (memory.stamp(page) < 0) continue
      expect(memory.stamp(page)).toBe(0)
      expect(machine.plic.contents.at(machine.plic.memory.frameOf(2, page))).toBeUndefined()
    }
  })

  it('lose their content when they are loaned or unused, and are zeros when they come back', () => {
    const machine = new PagingMachine()
    machine.start(1, 1)
    machine.sweep(1, 5, 1)
    expect(machine.stamp(1, 5)).toBeGreaterThan(0)
    expect(machine.call(1, H_PAGE_INIT, SET_LOANED, 5 * PAGE)).toBe(H_Success)
    expect(pager(machine).memberStatistics(1)).toMatchObject({ loaned: 1, backed: 0 })
    expect(machine.touch(1, 5)).toBe(THERE)
    expect(machine.stamp(1, 5)).toBe(0)
    expect(pager(machine).memberStatistics(1)).toMatchObject({ loaned: 0, backed: 1 })
    machine.call(1, H_PAGE_INIT, SET_LOANED, 6 * PAGE)
    machine.call(1, H_PAGE_INIT, SET_ACTIVE, 6 * PAGE)
    expect(pager(machine).memberStatistics(1).loaned).toBe(0)
  })

  it('take their state from the flags of every page table call', () => {
    const machine = new PagingMachine()
    machine.start(1, 1)
    const enter = (page: number, flags = 0) => {
      machine.touch(1, page, true)
      expect(machine.call(1, H_ENTER, flags, page * 8, page * 128 + 1, page * PAGE + MEMORY)).toBe(H_Success)
      return machine.register(4)
    }
    expect(machine.call(1, H_REMOVE, SET_LOANED, enter(1))).toBe(H_Success)
    expect(pager(machine).memberStatistics(1).loaned).toBe(1)
    machine.call(1, H_READ, SET_LOANED, enter(2))
    expect(pager(machine).memberStatistics(1).loaned).toBe(2)
    enter(3, SET_UNUSED)
    expect(machine.plic.memory.frameOf(1, 3)).toBe(-1)
    const { registers } = machine.plic.hypercalls
    const slot = enter(4)
    registers.set(4, 0x7000_0000, slot)
    registers.set(5, 0, 0)
    registers.set(6, 0xc000_0000 | 0, 0)
    expect(machine.plic.hypercalls.execute(1, H_BULK_REMOVE).code).toBe(H_Success)
    expect(pager(machine).memberStatistics(1).loaned).toBe(3)
    machine.shared.check()
  })

  it('are merged when they are identical, as the pool is used; whoever writes gets a frame of its own with what was there', () => {
    const machine = new PagingMachine(4)
    machine.shared.setDeduplication(true)
    machine.start(1, 1)
    machine.start(2, 1)
    for (const lpar of [1, 2]) {
      machine.sweep(lpar, 0, 8, false)
      machine.touch(lpar, 9, true)
      machine.plic.hypercalls.memory(lpar).setStamp(9, 4711)
      machine.plic.hypercalls.memory(lpar).bytes(9)!.setUint32(8, 0xfeed)
    }
    const { simulation } = machine
    simulation.run(3e8)
    machine.shared.check()
    expect(pager(machine).statistics()).toMatchObject({ saved: 15 + 1 })
    expect(machine.call(1, H_GET_MPP_X)).toBe(H_Success)
    expect([4, 5].map((register) => machine.register(register))).toEqual([9 * PAGE, 18 * PAGE])
    expect(machine.register(6)).toBeGreaterThan(0)
    expect(machine.touch(1, 9, true)).toBe(THERE)
    machine.plic.hypercalls.memory(1).setStamp(9, 5)
    expect([machine.stamp(1, 9), machine.stamp(2, 9)]).toEqual([5, 4711])
    expect([1, 2].map((lpar) => machine.plic.hypercalls.memory(lpar).bytes(9)!.getUint32(8))).toEqual([0xfeed, 0xfeed])
    machine.shared.check()
    // Without it nothing more is merged, and what is stays so.
    const { saved } = pager(machine).statistics()
    machine.shared.setDeduplication(false)
    machine.touch(1, 20)
    simulation.run(simulation.now + 1e9)
    expect(pager(machine).statistics().saved).toBe(saved)
  })

  it('are zeroed and copied by H_PAGE_INIT', () => {
    const machine = new PagingMachine()
    machine.start(1, 1)
    const memory = machine.plic.hypercalls.memory(1)
    machine.touch(1, 1, true)
    memory.setStamp(1, 42)
    expect(machine.call(1, H_PAGE_INIT, COPY, 2 * PAGE, 1 * PAGE)).toBe(H_Success)
    expect(memory.stamp(2)).toBe(42)
    expect(machine.call(1, H_PAGE_INIT, ZERO, 1 * PAGE)).toBe(H_Success)
    expect([memory.stamp(1), memory.stamp(2)]).toEqual([0, 42])
    expect(machine.call(1, H_PAGE_INIT, COPY, 2 * PAGE, BLOCK * PAGE)).toBe(H_Parameter)
  })
})

describe('the figures of shared memory', () => {
  it('are those of H_GET_MPP, in its registers', () => {
    const machine = new PagingMachine()
    machine.start(1, 2, { ioEntitledPages: 10, weight: 200 })
    machine.touch(1, 0, true)
    expect(machine.call(1, H_GET_MPP)).toBe(H_Success)
    const { high, low } = machine.plic.hypercalls.registers
    expect([4, 5, 6, 8, 10].map((n) => machine.register(n))).toEqual([10 * PAGE, 0, 0, BLOCK * PAGE, PAGE])
    expect(high[7]! >>> 24).toBe(200)
    expect(low[7]).toBe(0)
    // Overage: 128 + 3.2 - 64 pages, all of it this partition's.
    expect(machine.register(9)).toBe(67 * PAGE)
    expect(machine.call(1, H_GET_MPP_X)).toBe(H_Success)
    expect(machine.register(8)).toBe(PAGE)
  })

  it('are of no use to a partition with memory of its own', () => {
    const machine = new PagingMachine()
    machine.plic.started(2, 2, 2 ** 14, 1)
    expect(machine.call(2, H_GET_MPP)).toBe(H_Success)
    expect([4, 5, 6, 8, 9, 10].map((n) => machine.register(n))).toEqual([2 * BLOCK * PAGE, -1, 0xffff, -1, 0, 2 * BLOCK * PAGE])
    expect(machine.plic.hypercalls.registers.high[7]).toBe(0)
    expect(machine.call(2, H_SET_MPP, PAGE, 1)).toBe(H_Function)
    expect(machine.call(2, H_GET_MPP_X)).toBe(H_Function)
    expect(machine.call(2, H_VPM_PSTAT)).toBe(H_Authority)
  })

  it('are cut to the configuration by H_SET_MPP, and told of', () => {
    const machine = new PagingMachine()
    machine.start(1, 2, { ioEntitledPages: 10, weight: 100 })
    expect(machine.call(1, H_SET_MPP, 4 * PAGE, 50)).toBe(H_Success)
    machine.call(1, H_GET_MPP)
    const { high, low } = machine.plic.hypercalls.registers
    expect([machine.register(4), high[7]! >>> 24, (high[7]! >>> 16) & 0xff, low[7]]).toEqual([4 * PAGE, 50, 50, 6])
    expect(machine.call(1, H_SET_MPP, 11 * PAGE, 300)).toBe(H_Constrained)
    machine.call(1, H_GET_MPP)
    expect([machine.register(4), machine.plic.hypercalls.registers.high[7]! >>> 24]).toEqual([10 * PAGE, 100])
  })

  it('are sums over the pool in H_VPM_PSTAT', () => {
    const machine = new PagingMachine()
    machine.start(1, 2, { ioEntitledPages: 10 })
    machine.start(2, 1, { ioEntitledPages: 5 })
    machine.sweep(1, 0, 2 * BLOCK)
    expect(machine.call(2, H_VPM_PSTAT)).toBe(H_Success)
    expect([6, 7, 8, 9].map((n) => machine.register(n))).toEqual([BLOCK * PAGE, 15 * PAGE, 0, 3 * BLOCK * PAGE])
    expect(machine.register(4)).toBe(machine.shared.faults.count)
  })

  it('can be loaded by who pages for the pool, until so many touches have found it short', () => {
    const machine = new PagingMachine()
    machine.start(1, 2)
    expect(machine.call(3, H_MO_PERF, 0, PAGE, 1)).toBe(H_Authority)
    machine.shared.pagingVioses = [3]
    machine.plic.started(3, 1, 2 ** 14, 1)
    expect(machine.call(3, H_MO_PERF, 1, PAGE, 1)).toBe(H_Parameter)
    expect(machine.call(3, H_MO_PERF, 0, 40 * PAGE, 3)).toBe(H_Success)
    expect([machine.register(4), machine.register(5)]).toEqual([40 * PAGE, 3])
    const low = pager(machine).statistics().lowWater
    machine.sweep(1, 0, 2 * BLOCK)
    expect(pager(machine).statistics().lowWater).toBeCloseTo(low - 40)
    machine.shared.check()
  })
})

describe('I/O mapping under over-commitment', () => {
  function mapped(entitled = 4) {
    const machine = new PagingMachine()
    machine.start(1, 3, { ioEntitledPages: entitled })
    for (const liobn of [2, 4]) machine.plic.tces.add({ lparId: 1, liobn, busOffset: 0, bytes: 16 * PAGE, physical: false })
    return machine
  }

  it('tells by how much the mapped memory has changed: a page counts once, however often it is mapped', () => {
    const machine = mapped()
    const put = (liobn: number, index: number, page: number, control = READ_WRITE) => {
      expect(machine.call(1, H_PUT_TCE, liobn, index * PAGE, page * PAGE + control)).toBe(H_Success)
      return machine.register(4)
    }
    expect([put(2, 0, 7), put(4, 0, 7), put(2, 0, 8), put(4, 0, 0, 0), put(2, 0, 0, 0)]).toEqual([PAGE, 0, PAGE, -PAGE, -PAGE])
    expect(machine.call(1, H_STUFF_TCE, 2, 0, 9 * PAGE + READ_WRITE, 8)).toBe(H_Success)
    expect(machine.register(4)).toBe(PAGE)
    expect(machine.call(1, H_GET_MPP)).toBe(H_Success)
    expect(machine.register(5)).toBe(PAGE)
    machine.shared.check()
  })

  it('is refused beyond the entitlement, and a mapped page keeps its frame', () => {
    const machine = mapped(2)
    for (const page of [1, 2]) expect(machine.call(1, H_PUT_TCE, 2, page * PAGE, page * PAGE + READ_WRITE)).toBe(H_Success)
    expect(machine.call(1, H_PUT_TCE, 2, 3 * PAGE, 3 * PAGE + READ_WRITE)).toBe(H_NotEnoughResources)
    const frame = machine.plic.memory.frameOf(1, 1)
    machine.sweep(1, BLOCK, 2 * BLOCK)
    expect(machine.plic.memory.frameOf(1, 1)).toBe(frame)
    expect(machine.call(1, H_SET_MPP, PAGE, 0)).toBe(H_Constrained)
    machine.plic.ended(1)
    expect(pager(machine).ids()).toEqual([])
  })

  it('waits for a page that is out: H_LongBusyOrder1mSec until it is there, and what a device writes is kept', () => {
    const machine = mapped()
    machine.sweep(1, 0, 3 * BLOCK)
    const put = () => machine.call(1, H_PUT_TCE, 2, 0, READ_WRITE)
    expect(put()).toBe(H_LongBusyOrder1mSec)
    machine.simulation.run(machine.simulation.now + 1e6)
    expect(put()).toBe(H_Success)
    // A device writes through the window, the entry goes, the page is paged out and comes back.
    machine.plic.contents.setStamp(machine.plic.memory.frameOf(1, 0), 4711)
    expect(machine.call(1, H_PUT_TCE, 2, 0, 0)).toBe(H_Success)
    machine.sweep(1, BLOCK, 2 * BLOCK)
    expect(machine.stamp(1, 0)).toBe(-1)
    machine.sweep(1, 0, 1, false)
    expect(machine.stamp(1, 0)).toBe(4711)
  })

  it('keeps a logical block from being taken away, as page tables do, and a removed block is gone (N5)', () => {
    const machine = mapped()
    machine.call(1, H_PUT_TCE, 2, 0, 2 * BLOCK * PAGE + READ_WRITE)
    expect(machine.plic.memory.isolate(1, 2)).toBe(OUTSTANDING_TRANSLATION)
    machine.call(1, H_PUT_TCE, 2, 0, 0)
    expect(machine.plic.memory.isolate(1, 2)).toBe(ISOLATED)
    expect(machine.call(1, H_PUT_TCE, 2, 0, 2 * BLOCK * PAGE + READ_WRITE)).toBe(H_Parameter)
    expect(machine.plic.memory.withdraw(1, 2)).toBe(true)
    expect(machine.plic.memory.blocksOf(1)).toBe(2)
    expect(machine.plic.memory.assign(1, 2)).toBe(true)
    machine.sweep(1, 2 * BLOCK, 1, false)
    expect(machine.stamp(1, 2 * BLOCK)).toBe(0)
    machine.shared.check()
  })
})

describe('a fault', () => {
  it('is counted in the area of the processor that waits (0x108, 0x110)', () => {
    const machine = new PagingMachine()
    machine.start(1, 3, { processors: 2 })
    const memory = machine.plic.hypercalls.memory(1)
    machine.touch(1, 5)
    memory.bytes(5)!.setUint16(4, 640)
    expect(machine.call(1, H_REGISTER_VPA, 0x2000 * 2 ** 32, 1, 5 * PAGE)).toBe(H_Success)
    machine.sweep(1, 6, 3 * BLOCK - 6)
    machine.sweep(1, 0, 5)
    machine.sweep(1, BLOCK, 2 * BLOCK)
    machine.device.delayNs = 125_000
    expect(machine.touch(1, 1, false, 1)).toBe(WAITS)
    machine.simulation.run(machine.simulation.now + 1e9)
    const area = memory.bytes(5)!
    expect([area.getUint32(0x10c), area.getUint32(0x114)]).toEqual([1, 64_000])
  })

  it('comes as a notice with a number where notices are on, and its subvention by the queue (LoPAR, ESN)', () => {
    const machine = new PagingMachine()
    machine.start(1, 3)
    const memory = machine.plic.hypercalls.memory(1)
    const told: number[] = []
    machine.plic.subventions.signal = (lparId) => told.push(lparId)
    machine.touch(1, 5)
    machine.touch(1, 1)
    memory.bytes(5)!.setUint16(4, 640)
    expect(machine.call(1, H_REGISTER_VPA, 0x2000 * 2 ** 32, 0, 5 * PAGE)).toBe(H_Success)
    expect(machine.call(1, H_REG_SNS, PAGE + 8, 256)).toBe(H_Parameter)
    expect(machine.call(1, H_REG_SNS, PAGE, 256)).toBe(H_Success)
    machine.sweep(1, 2, 3 * BLOCK - 2)
    expect(machine.touch(1, 2)).toBe(WAITS)
    machine.simulation.run(machine.simulation.now + 1e6)
    machine.sweep(1, 64, 2 * BLOCK)
    memory.bytes(5)!.setUint8(0xb9, 2)
    // The trigger differs from the toggle: the first entry signals.
    memory.bytes(1)!.setUint8(0, 0x80)
    expect(machine.touch(1, 3)).toBe(NOTICED)
    expect([memory.bytes(5)!.getUint8(0x17d), memory.bytes(5)!.getUint16(0x17e)]).toEqual([1, 1])
    expect(machine.touch(1, 3)).toBe(NOTICED)
    expect(memory.bytes(5)!.getUint16(0x17e)).toBe(1)
    machine.simulation.run(machine.simulation.now + 1e6)
    expect([memory.bytes(1)!.getUint16(2), memory.bytes(1)!.getUint16(4), told]).toEqual([1, 0, [1]])
    expect(machine.call(1, H_REG_SNS, -1)).toBe(H_Success)
    expect(machine.touch(1, 4)).toBe(WAITS)
  })

  it('lasts as long as the paging device is away, and is over when that is back', () => {
    const machine = new PagingMachine()
    machine.start(1, 3)
    machine.sweep(1, 0, 3 * BLOCK)
    machine.device.down = true
    expect(machine.touch(1, 0)).toBe(WAITS)
    machine.simulation.run(machine.simulation.now + 1e9)
    expect(machine.resolved).not.toContain('1:0')
    machine.device.resume()
    machine.simulation.run(machine.simulation.now + 1e9)
    expect(machine.resolved).toContain('1:0')
    machine.shared.check()
  })
})
