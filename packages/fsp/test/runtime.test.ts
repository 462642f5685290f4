// Run-time care: polls, corrected errors and what they lead to, heat and power modes.

import { minutes, ms, seconds } from '@powersim/kernel'
import type { PlatformResources } from '@powersim/protocol'
import { describe, expect, it } from 'vitest'
import { defaultRuntimeParameters, defaultServiceParameters } from '../src/index.js'
import { Energy } from '../src/runtime/energy.js'
import { Guards } from '../src/runtime/guards.js'
import { partOf, partsOf } from '../src/service/vital-product-data.js'
import { ServiceRoom } from './service-room.js'

/** A hypervisor with so much free; negative amounts put back. */
class FreeResources implements PlatformResources {
  free: { memoryMiB: number; hundredths: number }

  readonly errorLogged = (): number => 1

  constructor(memoryMiB: number, hundredths: number) {
    this.free = { memoryMiB, hundredths }
  }

  deconfigure(amounts: { readonly memoryMiB: number; readonly hundredths: number }): { memoryMiB: number; hundredths: number } {
    const taken = {
      memoryMiB: Math.min(amounts.memoryMiB, this.free.memoryMiB),
      hundredths: Math.min(amounts.hundredths, this.free.hundredths),
    }
    this.free = { memoryMiB: this.free.memoryMiB - taken.memoryMiB, hundredths: this.free.hundredths - taken.hundredths }
    return taken
  }
}

const identity = { name: 'S', typeModel: '8203-E4A', serialNumber: '10ACE01' }
const parts = partsOf(identity, defaultServiceParameters.parts)

describe('sensor polls', () => {
  it('are one every 10 s on the processor, and one that cannot keep up is left out', () => {
    const sensors = { everyNs: seconds(10), work: ms(60) }
    const room = new ServiceRoom({ parameters: { runtime: { ...defaultRuntimeParameters, sensors } } })
    room.pass(minutes(60))
    expect(room.fsp.service.statistics().sensors).toEqual({ polls: 359, skipped: 0 })
    expect(room.fsp.statistics().processor.busyNs).toBe(359 * ms(60) + 0)
    const long = { everyNs: seconds(10), work: seconds(15) }
    const slow = new ServiceRoom({ parameters: { runtime: { ...defaultRuntimeParameters, sensors: long } } })
    slow.pass(minutes(10))
    const { polls, skipped } = slow.fsp.service.statistics().sensors
    expect(polls + skipped).toBeGreaterThan(57)
    expect(skipped).toBeGreaterThan(25)
  })

  it('are off by default', () => {
    const room = new ServiceRoom()
    room.pass(minutes(60))
    expect(room.fsp.statistics().processor.busyNs).toBe(0)
  })
})

describe('corrected errors', () => {
  const location = partOf(parts, 'processor', 0)!.location

  it('at the threshold guard the part out, once; below it nothing happens', () => {
    const room = new ServiceRoom()
    const { service } = room.fsp
    expect(service.correctErrors('NOWHERE', 1)).toBe(false)
    service.correctErrors(location, 23)
    room.pass(seconds(1))
    expect(service.statistics()).toMatchObject({ correctedErrors: 23, guarded: 0, openEvents: 0 })
    service.correctErrors(location, 40)
    room.pass(seconds(1))
    expect(service.statistics()).toMatchObject({ correctedErrors: 63, guarded: 1, openEvents: 1, callsHome: 1 })
    expect(service.logs.get(1)).toMatchObject({ severity: 'predictive', eventType: 0x21, refcode: 'BC10E504' })
    expect([service.repair(location), service.repair(location)]).toEqual([true, false])
    expect(service.statistics().guarded).toBe(0)
  })

  it('come by themselves when a law says so, and the same ones whatever resets come between', () => {
    const correctedErrors = { every: { exponential: seconds(60) }, work: ms(5), threshold: 1000, windowNs: minutes(60) }
    const counted = [false, true].map((reset) => {
      const room = new ServiceRoom({ parameters: { reset: seconds(200), runtime: { ...defaultRuntimeParameters, correctedErrors } } })
      if (reset) room.fsp.reset()
      room.pass(minutes(600))
      return room.fsp.service.statistics().correctedErrors
    })
    expect(counted[0]).toBeGreaterThan(520)
    expect(counted[0]).toBeLessThan(680)
    // Those of 200 s are not counted, and no other is shifted.
    expect(counted[0]! - counted[1]!).toBeLessThan(15)
    expect(counted[0]! - counted[1]!).toBeGreaterThanOrEqual(0)
  })

  it('of a processor with a spare cost the machine nothing', () => {
    const capacity = { processors: 3, memoryMiB: null, trialNs: seconds(1) }
    const room = new ServiceRoom({ parameters: { service: { ...defaultServiceParameters, capacity } } })
    const { service } = room.fsp
    service.correctErrors(location, 24)
    room.pass(seconds(1))
    expect(service.logs.get(1)).toMatchObject({ severity: 'spare-used' })
    expect(service.capacity.read('proc')).toMatchObject({ permanent: 3, installed: 4, available: 0 })
    service.correctErrors(partOf(parts, 'processor', 1)!.location, 24)
    room.pass(seconds(1))
    expect(service.logs.get(2)).toMatchObject({ severity: 'predictive' })
  })
})

describe('guard records', () => {
  it('take what is free at once and the rest at the next IPLs, and give all of it back with the repair', () => {
    const platform = new FreeResources(0, 40)
    const guards = new Guards(platform)
    const [core, dimm] = [partOf(parts, 'processor', 2)!, partOf(parts, 'memory', 0)!]
    guards.add(core, 1, { memoryMiB: 0, hundredths: 100 })
    guards.add(dimm, 2, { memoryMiB: 4096, hundredths: 0 })
    expect(platform.free).toEqual({ memoryMiB: 0, hundredths: 0 })
    platform.free = { memoryMiB: 10_000, hundredths: 500 }
    guards.ipl()
    expect(platform.free).toEqual({ memoryMiB: 5904, hundredths: 440 })
    guards.ipl()
    expect([guards.count, guards.isGuarded(core.location), platform.free.hundredths]).toEqual([2, true, 440])
    expect(guards.repair(core.location)).toBe(true)
    expect(platform.free).toEqual({ memoryMiB: 5904, hundredths: 540 })
  })
})

describe('energy', () => {
  const settle = (energy: Energy): string => {
    let state = 'normal'
    for (let poll = 0; poll < 500; poll++) state = energy.step(seconds(10), true, false)
    return state
  }

  it('settles where power, air and room balance; a hotter room and lost fans make it hotter, fans and throttling work against it', () => {
    const energy = new Energy(defaultRuntimeParameters.energy)
    expect(settle(energy)).toBe('normal')
    const [cool, coolFans] = [energy.hottestCelsius, energy.fanPercent]
    energy.ambientCelsius = 45
    settle(energy)
    expect(energy.hottestCelsius).toBeGreaterThan(cool)
    expect(energy.fanPercent).toBeGreaterThan(coolFans)
    expect(energy.frequencyPercent).toBe(100)
    for (let fan = 0; fan < 3; fan++) energy.loseFan(4)
    settle(energy)
    expect(energy.frequencyPercent).toBeLessThan(100)
  })

  it('has the clocks of its modes: half in static, up to 95 and 111.6 % in the dynamic ones, nominal while it boots', () => {
    const energy = new Energy({ ...defaultRuntimeParameters.energy, load: 1 })
    const clocks = (['none', 'static', 'dynamic_favor_power', 'dynamic_favor_perf'] as const).map((mode) => {
      energy.mode = mode
      energy.step(1, true, false)
      return energy.frequencyPercent
    })
    expect(clocks).toEqual([100, 50, 95, 111.6])
    energy.mode = 'static'
    energy.step(1, true, false)
    const saving = energy.powerWatts
    energy.step(1, true, true)
    expect([energy.frequencyPercent, energy.powerWatts > saving]).toEqual([100, true])
  })

  it('keeps a cap by the clock, down to the least', () => {
    const energy = new Energy({ ...defaultRuntimeParameters.energy, load: 1 })
    const { min, max } = energy.capRange
    for (const watts of [min, Math.floor((min + max) / 2), max]) {
      energy.cap = { watts, kind: 'hard' }
      energy.step(1, true, false)
      expect(energy.powerWatts).toBeLessThanOrEqual(watts)
    }
  })

  it('shuts a server down that gets too hot, after a warning and an error log each', () => {
    const energy = { ...defaultRuntimeParameters.energy, kelvinPerWatt: 0.6, timeConstantNs: seconds(300) }
    const sensors = { everyNs: seconds(10), work: ms(60) }
    const room = new ServiceRoom({ parameters: { runtime: { ...defaultRuntimeParameters, sensors, energy } } })
    room.pass(minutes(10))
    expect(room.fsp.state).toBe('Power Off')
    expect(room.fsp.service.logs.get(room.fsp.service.logs.newest)).toMatchObject({ sections: [{ id: 'MT' }, { id: 'EP', action: 3 }] })
  })
})
