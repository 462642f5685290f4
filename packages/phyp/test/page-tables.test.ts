// Hardware page tables are the hypervisor's memory: their size follows from the maximum memory and the ratio, and an activation
// pays for it.

import { H_ENTER, H_Success } from '@powersim/protocol'
import { describe, expect, it } from 'vitest'
import { pageTableEntries, pageTableKiB } from '../src/index.js'
import { initial, Machine, profileOf, quick } from './machine.js'

const memory = { ...quick.memory, pageTables: true }
const of = (maxMiB: number, hptRatio?: number) => {
  const profile = profileOf('normal', { memory: [256, 1024, maxMiB] })
  return hptRatio === undefined ? profile : { ...profile, memory: { ...profile.memory, hptRatio } }
}

describe('a page table', () => {
  it.each([
    [4096, 64, 64],
    [10_240, 64, 128],
    [10_240, 128, 64],
    [16_384, 32, 512],
    [64, 512, 0.25],
  ])('of %i MiB at most and ratio 1:%i takes %d MiB', (maxMiB, ratio, expected) => {
    expect(pageTableKiB(maxMiB, ratio) / 1024).toBe(expected)
    expect(pageTableEntries(maxMiB, ratio) * 16).toBe(expected * 2 ** 20)
  })

  it('fits the capture of a 9131-52A: three partitions of at most 10 GiB within 640 MiB of firmware', () => {
    expect((3 * pageTableKiB(10_240, 64)) / 1024).toBeLessThan(640)
  })
})

describe('a machine that is full to the last region', () => {
  const full = { ...memory, installedMiB: 4096, firmwareMiB: 512 }
  /** 3,584 MiB less one region for three tables of 16, 8 and 8 MiB. */
  const machineOf = () =>
    new Machine({
      parameters: { memory: full },
      partitions: [
        initial(1, 'a', { profiles: [of(1024)] }),
        initial(2, 'b', { profiles: [of(1024)] }),
        initial(3, 'c', { profiles: [of(2048)] }),
      ],
    })
  const last = (machine: Machine, id: number) => {
    const { currentMiB } = machine.done('memory.lpar', { id })
    const page = currentMiB * 256 - 1
    return machine.phyp.hypercalls.call(id, H_ENTER, 0, 0, page * 128 + 1, page * 4096 + 0x10, 0).code
  }

  it('has a block for each region that it says partitions hold: at a start, and in a dynamic change', () => {
    const machine = machineOf()
    machine.change({ id: 3, direction: 'add', memoryMiB: 448 })
    expect(machine.done('memory.system', {}).availableMiB).toBe(0)
    for (const id of [1, 2, 3]) expect(last(machine, id)).toBe(H_Success)
  })

  it('has them when a part was deconfigured and came back, and when one took what another gave up', () => {
    const machine = machineOf()
    expect(machine.phyp.deconfigure({ memoryMiB: 448, hundredths: 0 }).memoryMiB).toBe(448)
    machine.change({ id: 1, to: 3, direction: 'move', memoryMiB: 512 })
    expect(machine.ask('dynamic.begin', { id: 3, direction: 'add', memoryMiB: 64 }).refusal.reason).toBe('memory-insufficient')
    machine.phyp.deconfigure({ memoryMiB: -448, hundredths: 0 })
    machine.phyp.reports.state(2, 'Not Activated')
    machine.change({ id: 3, direction: 'add', memoryMiB: 448 })
    expect(machine.activate(2).status).toBe('ok')
    for (const id of [1, 2, 3]) expect(last(machine, id)).toBe(H_Success)
  })
})

describe("the firmware's memory", () => {
  const firmware = (machine: Machine): [firmwareMiB: number, availableMiB: number] => {
    const { firmwareMiB, availableMiB } = machine.done('memory.system', {})
    return [firmwareMiB, availableMiB]
  }

  it('grows by the tables of those that hold resources, in whole regions for all together', () => {
    const profiles = [of(2048)] // 32 MiB each
    const machine = new Machine({ parameters: { memory }, partitions: [1, 2, 3].map((id) => initial(id, `p${id}`, { profiles })) })
    expect(firmware(machine)).toEqual([1280 + 128, 65_536 - 1408 - 3072])
    machine.done('lpar.shutdown', { id: 1, immediate: true, restart: false })
    expect(firmware(machine)[0]).toBe(1408)
  })

  it('is read with the ratio of the profile', () => {
    const machine = new Machine({ parameters: { memory } })
    const id = machine.create('lpar', of(4096, 32))
    expect(firmware(machine)[0]).toBe(1280)
    expect(machine.activate(id, 'normal').status).toBe('ok')
    expect(firmware(machine)).toEqual([1280 + 128, 65_536 - 1408 - 1024])
    expect(machine.done('memory.lpar', { id }).hptRatio).toBe('1:32')
    expect(machine.done('memory.system', {}).hptRatio).toBe(64)
  })

  it('is paid by an activation: less memory for it, or none', () => {
    const filling = (freeMiB: number): Machine =>
      new Machine({
        parameters: { memory },
        // A 64th of 63,744 MiB, down to a power of two: 512 MiB.
        partitions: [initial(1, 'big', { profiles: [profileOf('normal', { memory: [64, 63_744 - freeMiB, 63_744] })] })],
      })
    const machine = filling(1024)
    expect(firmware(machine)).toEqual([1280 + 512, 1024])
    const id = machine.create('lpar', of(16_384)) // 256 MiB
    expect(machine.activate(id, 'normal').status).toBe('ok')
    expect(machine.done('memory.lpar', { id }).currentMiB).toBe(768)
    expect(firmware(machine)).toEqual([1280 + 768, 0])
    const short = filling(448)
    const { refusal } = short.activate(short.create('lpar', of(16_384)), 'normal')
    expect(refusal.reason).toBe('memory-insufficient')
  })
})
