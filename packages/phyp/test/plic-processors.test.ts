// Virtual processors: cede, confer, prod, join (LoPAR, Shared Processor LPAR), the areas that the hypervisor writes, saved registers, and
// virtual interrupts with priorities (LoPAR, Interrupt Controller; QEMU xics.c).

import {
  H_Authority,
  H_BadMode,
  H_CEDE,
  H_CONFER,
  H_Constrained,
  H_Continue,
  H_CPPR,
  H_EOI,
  H_Function,
  H_GET_PPP,
  H_Hardware,
  H_IPI,
  H_JOIN,
  H_Parameter,
  H_Pending,
  H_PIC,
  H_POLL_PENDING,
  H_Privilege,
  H_PROD,
  H_PUT_TCE,
  H_REGISTER_VPA,
  H_Resource,
  H_SET_PPP,
  H_Success,
  H_XIRR,
} from '@powersim/protocol'
import { describe, expect, it } from 'vitest'
import { defaultPhypParameters, type PartitionFigures, Plic, SAVED_WORDS, type VirtualProcessors } from '../src/index.js'

const MIB = 1_048_576
const PAGE = 4096

/** Gives no time: writes down what it was asked. */
class Wheel implements VirtualProcessors {
  readonly asked: string[] = []
  work = false
  own = {
    shared: true,
    entitledHundredths: 120,
    minHundredths: 20,
    maxHundredths: 200,
    weight: 128,
    minWeight: 0,
    maxWeight: 255,
    capped: false,
    unallocatedHundredths: 30,
    unallocatedWeight: 7,
    group: 3,
    pool: 2,
    poolProcessors: 4,
    systemProcessors: 16,
    poolMaxHundredths: 400,
    poolEntitledHundredths: 250,
    mayReadPool: false,
    poolIdleCycles: 5_000_000_000,
  }

  cede(lparId: number, processor: number): void {
    this.asked.push(`cede ${lparId}.${processor}`)
  }
  wake(lparId: number, processor: number): void {
    this.asked.push(`wake ${lparId}.${processor}`)
  }
  confer(lparId: number, processor: number, to: number): void {
    this.asked.push(`confer ${lparId}.${processor} ${to}`)
  }
  setEntitlement(lparId: number, hundredths: number, weight: number): void {
    this.asked.push(`set ${lparId} ${hundredths} ${weight}`)
  }
  figures(_lparId: number, into: PartitionFigures): void {
    Object.assign(into, this.own)
  }
  watch(lparId: number, processor: number, registered: boolean): void {
    this.asked.push(`watch ${lparId}.${processor} ${registered}`)
  }
  report(): void {}
  workPending(): boolean {
    return this.work
  }
}

function machine(): { plic: Plic; wheel: Wheel; call: (processor: number, token: number, ...args: number[]) => number } {
  const plic = new Plic({ blockBytes: MIB, blocks: 8, hypercalls: defaultPhypParameters.hypercalls })
  const wheel = new Wheel()
  plic.processors.port = wheel
  plic.started(1, 2, 2 ** 14, 3)
  plic.started(2, 2, 2 ** 14, 1)
  const call = (processor: number, token: number, ...args: number[]) => {
    const { registers } = plic.hypercalls
    for (let n = 0; n < 5; n++) registers.put(4 + n, args[n] ?? 0)
    registers.processor = processor
    return plic.hypercalls.execute(1, token).code
  }
  return { plic, wheel, call }
}

const registers = (seed: number) => Int32Array.from({ length: SAVED_WORDS }, (_, n) => seed * 1000 + n)
const dispatch = (plic: Plic, processor: number, live: Int32Array, core = 0) =>
  plic.processors.dispatched(1, processor, core, 7, 1000, 10, 20, 30, live)

describe('cede and prod', () => {
  it('a prod before a cede is not lost, and is used up', () => {
    const { wheel, call } = machine()
    expect(call(0, H_PROD, 1)).toBe(H_Success)
    expect(call(1, H_CEDE)).toBe(H_Success)
    expect(wheel.asked).toEqual([])
    expect(call(1, H_CEDE)).toBe(H_Success)
    expect(call(0, H_PROD, 1)).toBe(H_Success)
    expect(wheel.asked).toEqual(['cede 1.1', 'wake 1.1'])
    expect(call(0, H_PROD, 3)).toBe(H_Parameter)
    expect(call(0, H_PROD, -1)).toBe(H_Parameter)
  })

  it('a dispatch clears the prod bit', () => {
    const { plic, wheel, call } = machine()
    call(0, H_PROD, 1)
    dispatch(plic, 1, registers(0))
    call(1, H_CEDE)
    expect(wheel.asked).toEqual(['cede 1.1'])
  })

  it('an interrupt wakes a ceded processor, and one that waits already makes cede return', () => {
    const { plic, wheel, call } = machine()
    for (const processor of [0, 1]) call(processor, H_CPPR, 0xff)
    call(1, H_CEDE)
    call(0, H_IPI, 1, 4)
    expect(wheel.asked).toEqual(['cede 1.1', 'wake 1.1'])
    expect(call(1, H_CEDE)).toBe(H_Success)
    expect(wheel.asked).toHaveLength(2)
    expect(plic.processors.isWaiting(1, 1)).toBe(false)
  })
})

describe('confer', () => {
  it('goes to a processor that is not running and has the count that the caller saw', () => {
    const { plic, wheel, call } = machine()
    const live = registers(0)
    expect(call(0, H_CONFER, 1, 1)).toBe(H_Success)
    expect(wheel.asked).toEqual(['confer 1.0 1'])
    dispatch(plic, 1, live)
    expect(call(0, H_CONFER, 1, 2)).toBe(H_Success) // it runs
    plic.processors.preempted(1, 1, 4, 0, live)
    expect(call(0, H_CONFER, 1, 1)).toBe(H_Success) // it has run since
    expect(wheel.asked).toHaveLength(1)
    expect(call(0, H_CONFER, 1, 3)).toBe(H_Success)
    expect(wheel.asked).toHaveLength(2)
  })

  it('to one that has conferred to all does nothing: both would wait for each other', () => {
    const { wheel, call } = machine()
    expect(call(1, H_CONFER, -1, 0)).toBe(H_Success)
    expect(call(0, H_CONFER, 1, 1)).toBe(H_Success)
    expect(wheel.asked).toEqual(['confer 1.1 -1'])
    expect(call(0, H_CONFER, 3, 1)).toBe(H_Parameter)
  })

  it('to itself waits for a prod', () => {
    const { wheel, call } = machine()
    call(2, H_CONFER, 2, 0)
    call(0, H_PROD, 2)
    call(0, H_PROD, 2)
    call(2, H_CONFER, 2, 0)
    expect(wheel.asked).toEqual(['cede 1.2', 'wake 1.2'])
  })
})

describe('join', () => {
  it('lets the last active processor continue, wants interrupts off, and only a prod ends it', () => {
    const { plic, wheel, call } = machine()
    expect(call(0, H_JOIN)).toBe(H_Success)
    plic.processors.setMode(1, 1, 1)
    expect(call(1, H_JOIN)).toBe(H_BadMode)
    plic.processors.setMode(1, 1, 0)
    expect(call(1, H_JOIN)).toBe(H_Success)
    expect(call(2, H_JOIN)).toBe(H_Continue)
    plic.processors.raised(1, 0)
    expect(plic.processors.isWaiting(1, 0)).toBe(true)
    call(2, H_PROD, 0)
    expect(wheel.asked).toEqual(['cede 1.0', 'cede 1.1', 'wake 1.0'])
  })
})

describe('capacity', () => {
  it('is set within bounds, and cut to them', () => {
    const { wheel, call } = machine()
    expect(call(0, H_SET_PPP, 100, 64)).toBe(H_Success)
    expect(call(0, H_SET_PPP, 300, 64)).toBe(H_Constrained)
    expect(call(0, H_SET_PPP, 10, 900)).toBe(H_Constrained)
    expect(wheel.asked).toEqual(['set 1 100 64', 'set 1 200 64', 'set 1 20 255'])
    wheel.own.shared = false
    expect(call(0, H_SET_PPP, 100, 64)).toBe(H_Function)
  })

  it('is told in the fields that Linux reads', () => {
    const { plic, wheel, call } = machine()
    expect(call(0, H_GET_PPP)).toBe(H_Success)
    const { high, low } = plic.hypercalls.registers
    expect([low[4], low[5], high[6], low[6]]).toEqual([120, 30, 3, 2])
    expect([(high[7]! >>> 16) & 1, (high[7]! >>> 8) & 0xff, high[7]! & 0xff]).toEqual([0, 128, 7])
    expect([low[7]! >>> 16, low[7]! & 0xffff]).toEqual([4, 16])
    expect(high[8]! >>> 16).toBe(16)
    expect((high[8]! & 0xffff) * 256 + (low[8]! >>> 24)).toBe(400)
    expect(low[8]! & 0xff_ffff).toBe(250)
    wheel.own.shared = false
    call(0, H_GET_PPP)
    expect([low[6], (high[7]! >>> 16) & 1]).toEqual([0xffff, 1])
  })

  it('of the pool is for those who may see it', () => {
    const { plic, wheel, call } = machine()
    expect(call(0, H_PIC)).toBe(H_Authority)
    wheel.own.mayReadPool = true
    expect(call(0, H_PIC)).toBe(H_Success)
    expect([plic.hypercalls.registers.value(4), plic.hypercalls.registers.value(5)]).toEqual([5_000_000_000, 4])
    expect(call(0, H_POLL_PENDING)).toBe(H_Success)
    wheel.work = true
    expect(call(0, H_POLL_PENDING)).toBe(H_Pending)
  })
})

describe('a virtual processor area', () => {
  const VPA = 0x2000_0000_0000 // flags: subfunction 1 in bits 16 to 18
  const area = (plic: Plic, page: number, bytes: number, short: boolean) => {
    const view = plic.contents.touch(plic.memory.frameOf(1, page))
    if (short) view.setUint16(4, bytes)
    else view.setUint32(4, bytes)
    return view
  }

  it('is refused where it does not fit, and cannot go before its logs', () => {
    const { plic, call } = machine()
    area(plic, 3, 640, true)
    expect(call(0, H_REGISTER_VPA, VPA, 0, 0)).toBe(H_Hardware)
    expect(call(0, H_REGISTER_VPA, VPA, 3, 3 * PAGE)).toBe(H_Parameter)
    expect(call(0, H_REGISTER_VPA, VPA, 0, 3 * PAGE + 64)).toBe(H_Parameter)
    expect(call(0, H_REGISTER_VPA, VPA, 0, 600 * PAGE)).toBe(H_Parameter)
    expect(call(0, H_REGISTER_VPA, VPA * 4, 0, 3 * PAGE)).toBe(H_Parameter)
    area(plic, 5, 480, false)
    expect(call(0, H_REGISTER_VPA, 2 * VPA, 0, 5 * PAGE)).toBe(H_Resource)
    expect(call(0, H_REGISTER_VPA, VPA, 0, 3 * PAGE)).toBe(H_Success)
    expect(call(0, H_REGISTER_VPA, 2 * VPA, 0, 5 * PAGE)).toBe(H_Success)
    expect(plic.memory.mappedPages(1, 0)).toBe(2)
    expect(call(0, H_REGISTER_VPA, 5 * VPA, 0, 0)).toBe(H_Resource)
    expect(call(0, H_REGISTER_VPA, 6 * VPA, 0, 0)).toBe(H_Success)
    expect(call(0, H_REGISTER_VPA, 5 * VPA, 0, 0)).toBe(H_Success)
    expect(plic.memory.mappedPages(1, 0)).toBe(0)
    area(plic, 3, 639, true)
    expect(call(0, H_REGISTER_VPA, VPA, 0, 3 * PAGE)).toBe(H_Parameter)
    area(plic, 3, 5000, true)
    expect(call(0, H_REGISTER_VPA, VPA, 0, 3 * PAGE)).toBe(H_Parameter)
  })

  it('shows dispatches: an even count on a core, waits, other cores; and the log has an entry for each that its mask wants', () => {
    const { plic, call } = machine()
    const view = area(plic, 3, 640, true)
    const log = area(plic, 5, 480, false)
    call(0, H_REGISTER_VPA, VPA, 0, 3 * PAGE)
    call(0, H_REGISTER_VPA, 2 * VPA, 0, 5 * PAGE)
    view.setUint8(0xb8, 2)
    const live = registers(1)
    for (let n = 0; n < 12; n++) {
      dispatch(plic, 0, live, n % 2)
      expect(view.getUint32(0x100)).toBe(2 + 2 * n)
      plic.processors.preempted(1, 0, n === 5 ? 2 : 4, 7, live)
      expect(view.getUint32(0x100)).toBe(3 + 2 * n)
    }
    expect(view.getUint32(0x104)).toBe(11)
    expect([0x158, 0x160, 0x168, 0x118].map((at) => view.getUint32(at + 4))).toEqual([120, 240, 360, 84])
    // The dispatch after the cede is not wanted: 11 entries in a log of ten.
    expect(view.getUint32(0x218 + 4)).toBe(11)
    expect([log.getUint8(0), log.getUint32(4), log.getUint32(8), log.getUint32(12)]).toEqual([7, 10, 20, 30])
    expect(log.getUint8(9 * 48)).toBe(7)
  })
})

describe('saved registers', () => {
  it("come back as they were, and nobody else's do", () => {
    const { plic } = machine()
    const core = new Int32Array(SAVED_WORDS)
    dispatch(plic, 0, core)
    expect([...core]).toEqual(Array.from({ length: SAVED_WORDS }, () => 0))
    core.set(registers(1))
    plic.processors.preempted(1, 0, 4, 0, core)
    plic.processors.dispatched(2, 0, 0, 7, 0, 0, 0, 0, core)
    expect(core.some((word) => word !== 0)).toBe(false)
    core.set(registers(2))
    plic.processors.preempted(2, 0, 4, 0, core)
    dispatch(plic, 0, core)
    expect(core).toEqual(registers(1))
  })
})

describe('interrupts', () => {
  const at = (plic: Plic) => plic.hypercalls.registers.low[4]! >>> 0

  it('are presented by priority, one at a time per source, and again after their end', () => {
    const { plic, call } = machine()
    const { interrupts } = plic
    for (const source of [0x1000, 0x1001]) interrupts.add(source, 1)
    interrupts.route(0x1001, 1, 0, 3)
    expect(interrupts.trigger(0x1000)).toBe(true) // nobody has set a priority: the guest is told directly
    expect(call(0, H_XIRR)).toBe(H_Success)
    expect(at(plic)).toBe(0)
    call(0, H_CPPR, 0xff)
    expect([interrupts.trigger(0x1000), interrupts.trigger(0x1000)]).toEqual([true, false])
    expect(interrupts.trigger(0x1001)).toBe(false) // more urgent: presented instead, the line is up already
    call(0, H_XIRR)
    expect(at(plic)).toBe(0xff00_1001)
    call(0, H_XIRR)
    expect(at(plic)).toBe(0x0300_0000) // the other one waits
    expect(call(0, H_EOI, 0xff00_1001)).toBe(H_Success)
    expect(interrupts.waiting(1, 0)).toBe(true)
    call(0, H_XIRR)
    expect(at(plic)).toBe(0xff00_1000)
    call(0, H_CPPR, 0xff) // even so, it is not presented twice before its end
    expect([interrupts.trigger(0x1000), interrupts.waiting(1, 0)]).toEqual([false, false])
    call(0, H_EOI, 0xff00_1000)
    expect(interrupts.waiting(1, 0)).toBe(false)
    expect(interrupts.trigger(0x1000)).toBe(true)
  })

  it('wait while the current priority is as urgent', () => {
    const { plic, call } = machine()
    const { interrupts } = plic
    interrupts.add(0x1000, 1)
    call(0, H_CPPR, 5)
    expect(interrupts.trigger(0x1000)).toBe(false)
    call(0, H_CPPR, 6)
    expect(interrupts.waiting(1, 0)).toBe(true)
    call(0, H_CPPR, 5) // taken back
    expect(interrupts.waiting(1, 0)).toBe(false)
    call(0, H_CPPR, 0xff)
    expect(interrupts.waiting(1, 0)).toBe(true)
  })

  it('between processors stay within the partition, and foreign sources cannot be ended', () => {
    const { plic, call } = machine()
    plic.interrupts.add(0x1000, 2)
    for (const processor of [0, 1, 2]) call(processor, H_CPPR, 0xff)
    const { writes } = plic
    expect(call(0, H_IPI, 3, 4)).toBe(H_Parameter)
    expect(call(0, H_IPI, 1, 256)).toBe(H_Parameter)
    expect(call(0, H_EOI, 0xff00_1000)).toBe(H_Parameter)
    expect(call(0, H_EOI, 0xff00_0000)).toBe(H_Parameter)
    expect(call(0, H_CPPR, 256)).toBe(H_Parameter)
    expect(plic.writes).toBe(writes)
    expect(call(0, H_IPI, 1, 4)).toBe(H_Success)
    call(1, H_XIRR)
    expect(at(plic)).toBe(0xff00_0002)
    call(1, H_IPI, 1, 0xff)
    call(1, H_EOI, 0xff00_0002)
    expect(plic.interrupts.waiting(1, 1)).toBe(false)
  })
})

describe('a program in problem state', () => {
  it('may make no call', () => {
    const { plic, call } = machine()
    plic.processors.setMode(1, 0, 2)
    for (const token of [H_CEDE, H_XIRR, H_PUT_TCE]) expect(call(0, token)).toBe(H_Privilege)
    expect(call(0, 0x24)).toBe(H_Function)
    expect(call(1, H_XIRR)).toBe(H_Success)
  })
})
