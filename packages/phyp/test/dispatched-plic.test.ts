// The wheel behind the PLIC's hypercalls: what H_GET_PPP, H_PIC and H_POLL_PENDING tell is the wheel's, what H_SET_PPP sets is the
// configuration's, too, and areas and trace logs show each dispatch (LoPAR, Shared Processor LPAR).

import {
  H_CEDE,
  H_CONFER,
  H_Constrained,
  H_Function,
  H_GET_PPP,
  H_Pending,
  H_PIC,
  H_POLL_PENDING,
  H_PROD,
  H_REGISTER_VPA,
  H_SET_PPP,
  H_Success,
} from '@powersim/protocol'
import { describe, expect, it, vi } from 'vitest'
import { DispatchedMachine } from './dispatched-machine.js'
import { initial, profileOf } from './machine.js'

const MS = 1_000_000
const PAGE = 4096
const VPA = 0x2000_0000_0000

/** 4 cores; 1 and 2 have 0.5 of two virtual processors each, 3 has 0.4 in pool 2, 4 a processor of its own. */
function four(): DispatchedMachine {
  const profile = profileOf('normal')
  const inPool = {
    ...profile,
    processors: { ...profile.processors, desiredHundredths: 40, poolId: 2, sharingMode: 'cap', uncapWeight: 0 },
  } as const
  const own = profileOf('normal', { dedicated: true, procs: [1, 1, 2] })
  return new DispatchedMachine([
    initial(1, 'a'),
    initial(2, 'b'),
    initial(3, 'c', { profiles: [inPool] }),
    initial(4, 'd', { profiles: [own] }),
  ])
}

const amounts = (m: DispatchedMachine, id: number) => {
  const { current, runHundredths, runProcs } = m.machine.done('processors.lpar', { id })
  return [current.hundredths, runHundredths, runProcs, current.uncapWeight]
}
const free = (m: DispatchedMachine) => m.machine.done('processors.system', {}).availableHundredths

describe('H_GET_PPP', () => {
  const portion = (m: DispatchedMachine, id: number) => {
    expect(m.call(id, H_GET_PPP)).toBe(H_Success)
    const { high, low } = m.plic.hypercalls.registers
    return {
      entitled: low[4],
      unallocated: low[5],
      pool: low[6],
      capped: (high[7]! >>> 16) & 1,
      weight: (high[7]! >>> 8) & 0xff,
      processors: [low[7]! >>> 16, low[7]! & 0xffff],
      poolMost: (high[8]! & 0xffff) * 256 + (low[8]! >>> 24),
      poolEntitled: low[8]! & 0xff_ffff,
    }
  }

  it('tells what the wheel gives', () => {
    const m = four()
    // 400 - 50 - 50 - 40 - 100, and 20 that the pool keeps.
    const both = { unallocated: 140, processors: [3, 4] }
    const shared = { ...both, pool: 0, capped: 0, weight: 128, poolMost: 300, poolEntitled: 100 }
    expect(portion(m, 1)).toEqual({ ...shared, entitled: 50 })
    expect(portion(m, 3)).toEqual({ ...both, entitled: 40, pool: 2, capped: 1, weight: 0, poolMost: 300, poolEntitled: 60 })
    expect(portion(m, 4)).toMatchObject({ entitled: 100, pool: 0xffff, capped: 1, processors: [3, 4] })
    m.machine.change({ id: 1, direction: 'add', procs: 0, hundredths: 30 })
    expect(portion(m, 1)).toEqual({ ...shared, entitled: 80, unallocated: 110, poolEntitled: 130 })
    m.machine.done('lpar.shutdown', { id: 2, immediate: true, restart: false })
    expect(portion(m, 1).poolEntitled).toBe(80)
  })
})

describe('H_SET_PPP', () => {
  it('changes the configuration and the wheel alike, within bounds', () => {
    const m = four()
    expect(m.call(1, H_SET_PPP, 120, 200)).toBe(H_Success)
    expect(amounts(m, 1)).toEqual([120, 120, 2, 200])
    expect(m.place(1).terms).toMatchObject({ entitledHundredths: 120, weight: 200 })
    expect(free(m)).toBe(70)
    // The machine has 70 more; two virtual processors take 200.
    expect(m.call(1, H_SET_PPP, 500, 200)).toBe(H_Constrained)
    expect([amounts(m, 1), free(m)]).toEqual([[190, 190, 2, 200], 0])
    expect(m.call(1, H_SET_PPP, 1, 900)).toBe(H_Constrained)
    expect([amounts(m, 1), free(m)]).toEqual([[20, 20, 2, 255], 170])
    expect(m.call(3, H_SET_PPP, 40, 10)).toBe(H_Constrained) // a capped one has no weight
    expect(m.call(4, H_SET_PPP, 100, 10)).toBe(H_Function)
  })

  it('does nothing while an operation holds the partition, and a commit only when something changes', () => {
    const m = four()
    const { stage } = m.machine.done('dynamic.begin', { id: 1, direction: 'add', procs: 0, hundredths: 10 })
    const { version } = m.phyp.configuration
    expect(m.call(1, H_SET_PPP, 60, 9)).toBe(H_Constrained)
    expect(m.call(1, H_SET_PPP, 50, 128)).toBe(H_Success)
    expect(m.phyp.configuration.version).toBe(version)
    // What the operation has reserved is nobody else's.
    expect(m.call(2, H_SET_PPP, 200, 128)).toBe(H_Constrained)
    expect(amounts(m, 2)[0]).toBe(180)
    m.machine.done('stage.abandon', { stage })
    expect(m.call(1, H_SET_PPP, 60, 9)).toBe(H_Success)
    expect(m.phyp.configuration.commits.at(-1)!.what).toBe('H_SET_PPP')
  })
})

describe('the pool and the hypervisor', () => {
  it('H_PIC counts the time base on idle cores of the pool, exactly', () => {
    const m = four()
    const { simulation } = m.machine
    m.place(1).demand({ processors: 0.3 })
    simulation.run(100 * MS)
    expect(m.call(1, H_PIC)).toBe(H_Success)
    const { idleNs } = m.processors.statistics()
    expect(idleNs).toBeGreaterThan(250 * MS)
    expect(m.plic.hypercalls.registers.value(4)).toBe(Math.floor((idleNs * 64) / 125))
    expect(m.plic.hypercalls.registers.value(5)).toBe(3)
  })

  it('H_POLL_PENDING tells of work of the hypervisor that waits for cycles', () => {
    const m = four()
    const { simulation } = m.machine
    for (const id of [1, 2, 4]) m.place(id).demand({ processors: 4 })
    simulation.run(20 * MS)
    const done = simulation.handler('done', () => {})
    m.processors.hypervisor.run(MS / 10, done, null)
    expect(m.call(1, H_POLL_PENDING)).toBe(H_Pending)
    simulation.run(40 * MS)
    expect(m.call(1, H_POLL_PENDING)).toBe(H_Success)
  })
})

describe('an area', () => {
  const register = (m: DispatchedMachine, processor: number) => {
    const [vpa, log] = [3 + 2 * processor, 4 + 2 * processor]
    const at = (page: number) => m.plic.contents.touch(m.plic.memory.frameOf(1, page))
    at(vpa).setUint16(4, 640)
    at(log).setUint32(4, 4080)
    expect(m.call(1, H_REGISTER_VPA, VPA, processor, vpa * PAGE)).toBe(H_Success)
    expect(m.call(1, H_REGISTER_VPA, 2 * VPA, processor, log * PAGE)).toBe(H_Success)
    at(vpa).setUint8(0xb8, 7)
    return { vpa: at(vpa), log: at(log) }
  }
  const counter = (view: DataView, offset: number) => view.getUint32(offset) * 2 ** 32 + view.getUint32(offset + 4)

  it('counts what the wheel counts: dispatches with their parity, other cores, waits; the log has each dispatch', () => {
    const m = four()
    const { simulation } = m.machine
    for (const id of [2, 3]) m.place(id).demand({ processors: 2 })
    simulation.run(7 * MS)
    const areas = [register(m, 0), register(m, 1)]
    const from = [0, 1].map((n) => m.place(1).view(n)!)
    m.place(1).demand({
      bursty: { processors: 1.5, onNs: { exponential: 8 * MS }, offNs: { exponential: 5 * MS } },
    })
    let running = 0
    for (let at = 8; at < 400; at += 7.3) {
      simulation.run(Math.round(at * MS))
      expect(m.call(1, H_CEDE)).toBe(H_Success)
      for (const n of [0, 1]) {
        const { vpa, log } = areas[n]!
        const now = m.place(1).view(n)!
        const count = vpa.getUint32(0x100)
        expect(count % 2).toBe(now.core >= 0 ? 0 : 1)
        running += 1 - (count % 2)
        expect(Math.floor(count / 2)).toBe(now.dispatches - from[n]!.dispatches)
        expect(counter(vpa, 0x218)).toBe(now.dispatches - from[n]!.dispatches)
        if (now.core < 0 || counter(vpa, 0x218) === 0) continue
        // On its core: no wait goes on, so that all of them are told.
        const waits = [
          now.waitCoreNs - from[n]!.waitCoreNs,
          now.waitCapacityNs - from[n]!.waitCapacityNs,
          now.waitReadyNs - from[n]!.waitReadyNs,
        ]
        for (const [k, ns] of waits.entries()) expect(Math.abs(counter(vpa, 0x158 + 8 * k) - ns * 0.512)).toBeLessThan(2)
        const entry = ((counter(vpa, 0x218) - 1) % 85) * 48
        expect(log.getUint16(entry + 2)).toBe(now.core)
        expect(Math.abs(counter(log, entry + 16) - now.dispatchedNs * 0.512)).toBeLessThan(1)
      }
    }
    expect(running).toBeGreaterThan(10)
    expect(areas[0]!.vpa.getUint32(0x100)).toBeGreaterThan(60)
    expect(areas.map(({ vpa }) => vpa.getUint32(0x104))).toEqual([0, 1].map((n) => m.place(1).view(n)!.dispersions - from[n]!.dispersions))
  })

  it('tells of stolen time', () => {
    const m = four()
    const { simulation } = m.machine
    for (const id of [1, 2, 3, 4]) m.place(id).demand({ processors: 4 })
    const { vpa } = register(m, 0)
    const other = register(m, 1).vpa
    const done = simulation.handler('done', () => {})
    for (let n = 0; n < 200; n++) {
      m.processors.hypervisor.run(MS, done, null)
      simulation.run(simulation.now + 3 * MS)
    }
    m.call(1, H_PROD, 1)
    const stolen = m.place(1).view(0)!.stolenNs + m.place(1).view(1)!.stolenNs
    expect(stolen).toBeGreaterThan(10 * MS)
    const told = (counter(vpa, 0x118) + counter(other, 0x118)) / 0.512
    expect(told).toBeGreaterThan(stolen - 4 * MS)
    expect(told).toBeLessThanOrEqual(stolen)
  })

  it('is all that makes somebody observe the wheel', () => {
    const m = four()
    const observe = vi.spyOn(m.processors.wheel, 'observe')
    m.call(1, H_CEDE)
    m.machine.simulation.run(20 * MS)
    expect(observe).not.toHaveBeenCalled()
    register(m, 0)
    register(m, 1)
    expect(observe).toHaveBeenCalledTimes(1)
    m.call(1, H_REGISTER_VPA, 6 * VPA, 1, 0)
    m.call(1, H_REGISTER_VPA, 5 * VPA, 1, 0)
    expect(observe).toHaveBeenCalledTimes(1)
    m.machine.done('lpar.shutdown', { id: 1, immediate: true, restart: true })
    expect(observe).toHaveBeenLastCalledWith(null)
    expect(observe).toHaveBeenCalledTimes(2)
    register(m, 0)
    expect(observe).toHaveBeenCalledTimes(3)
  })
})

it('cede, confer and prod change no dispatch', () => {
  const digest = (calls: boolean) => {
    const m = four()
    m.place(1).demand({ processors: 1.2 })
    m.place(2).demand({ processors: 2 })
    for (let at = 1; at < 50; at++) {
      m.machine.simulation.run(at * MS)
      if (!calls) continue
      m.call(1, H_CEDE)
      m.call(2, H_CONFER, -1)
      m.call(1, H_PROD, 0)
    }
    return m.processors.wheel.digest()
  }
  expect(digest(true)).toBe(digest(false))
})
