// Dynamic changes: sums are exact at every step, all of a change is made or nothing of it.

import { describe, expect, it } from 'vitest'
import { initial, Machine, profileOf, quick } from './machine.js'

function sums(machine: Machine): { memoryMiB: number; hundredths: number; held: readonly number[] } {
  const ids = machine.done('lpar.list', {}).partitions.map(({ id }) => id)
  return {
    memoryMiB: machine.done('memory.system', {}).availableMiB,
    hundredths: machine.done('processors.system', {}).availableHundredths,
    held: ids.flatMap((id) => {
      const { current } = machine.done('processors.lpar', { id })
      return [machine.done('memory.lpar', { id }).currentMiB, current.procs, current.hundredths]
    }),
  }
}

const three = [
  initial(1, 'a'),
  initial(2, 'b'),
  initial(3, 'ded', { profiles: [profileOf('normal', { dedicated: true, procs: [1, 1, 3] })] }),
]

describe('memory', () => {
  it('comes in batches of regions, and all at once at the end', () => {
    const machine = new Machine({ partitions: three })
    const before = sums(machine)
    expect(before).toEqual({ memoryMiB: 64_256 - 3072, hundredths: 200, held: [1024, 2, 50, 1024, 2, 50, 1024, 1, 0] })
    const { stage, batches } = machine.done('dynamic.begin', { id: 1, direction: 'add', memoryMiB: 17 * 64 })
    expect(batches).toBe(3) // 8 + 8 + 1 regions
    for (let batch = 0; batch < batches; batch++) {
      machine.done('dynamic.step', { stage, batch })
      // No more than what was stepped.
      expect(machine.guestTakes(1, 'mem', 99)).toBe(batch === 0 ? 6 : batch === 1 ? 6 : 5)
      expect(sums(machine)).toEqual(before)
    }
    expect(machine.done('dynamic.finish', { stage })).toEqual({ id: 1, version: machine.phyp.configuration.version, units: 17 })
    const after = sums(machine)
    expect(after.held[0]).toBe(1024 + 17 * 64)
    expect(after.memoryMiB).toBe(before.memoryMiB - 17 * 64)
    // The host hears of every region, and of the end.
    expect(machine.host.resizes.map(({ memoryMiB }) => memoryMiB / 64)).toEqual([...Array.from({ length: 17 }, (_, n) => 17 + n), 33])
  })

  it('goes back to the machine, and between partitions without touching it', () => {
    const machine = new Machine({ partitions: three })
    const before = sums(machine)
    machine.change({ id: 1, direction: 'remove', memoryMiB: 512 })
    expect(sums(machine)).toEqual({ ...before, memoryMiB: before.memoryMiB + 512, held: [512, ...before.held.slice(1)] })
    machine.change({ id: 2, to: 1, direction: 'move', memoryMiB: 512 })
    expect(sums(machine)).toEqual({ ...before, memoryMiB: before.memoryMiB + 512, held: [1024, 2, 50, 512, 2, 50, 1024, 1, 0] })
    expect(machine.host.resizes.slice(-2)).toEqual([
      { lparId: 2, memoryMiB: 512, virtualProcessors: 2, entitledHundredths: 50 },
      { lparId: 1, memoryMiB: 1024, virtualProcessors: 2, entitledHundredths: 50 },
    ])
    // Memory moves between processor modes.
    machine.change({ id: 1, to: 3, direction: 'move', memoryMiB: 64 })
    expect(sums(machine).held[6]).toBe(1088)
  })

  it('of a move counts as one version, for both partitions', () => {
    const machine = new Machine({ partitions: three })
    const version = machine.phyp.configuration.version + 1
    machine.change({ id: 1, to: 2, direction: 'move', memoryMiB: 64 })
    expect(machine.phyp.configuration.version).toBe(version)
    expect([1, 2].map((id) => machine.done('lpar.read', { id }).version)).toEqual([version, version])
  })
})

describe('processors', () => {
  it('come one virtual processor per batch, units in one', () => {
    const machine = new Machine({ partitions: three })
    expect(machine.done('dynamic.begin', { id: 1, direction: 'add', procs: 2, hundredths: 20 }).batches).toBe(2)
    expect(machine.done('dynamic.begin', { id: 2, direction: 'add', hundredths: 20 }).batches).toBe(1)
    expect(machine.done('dynamic.begin', { id: 3, direction: 'add', procs: 1 }).batches).toBe(1)
  })

  it('of shared partitions take units, of dedicated ones whole processors', () => {
    const machine = new Machine({ partitions: three })
    machine.change({ id: 1, direction: 'add', procs: 1, hundredths: 30 })
    expect(sums(machine)).toMatchObject({ hundredths: 170, held: [1024, 3, 80, 1024, 2, 50, 1024, 1, 0] })
    machine.change({ id: 3, direction: 'add', procs: 1 })
    expect(sums(machine)).toMatchObject({ hundredths: 70, held: [1024, 3, 80, 1024, 2, 50, 1024, 2, 0] })
    machine.change({ id: 1, to: 2, direction: 'move', procs: 1, hundredths: 30 })
    expect(sums(machine)).toMatchObject({ hundredths: 70, held: [1024, 2, 50, 1024, 3, 80, 1024, 2, 0] })
    machine.change({ id: 2, direction: 'remove', hundredths: 50 })
    expect(sums(machine)).toMatchObject({ hundredths: 120, held: [1024, 2, 50, 1024, 3, 30, 1024, 2, 0] })
    expect(machine.host.resizes.at(-1)).toEqual({ lparId: 2, memoryMiB: 1024, virtualProcessors: 3, entitledHundredths: 30 })
    const dedicated = machine.host.resizes.find(({ lparId }) => lparId === 3)
    expect(dedicated).toEqual({ lparId: 3, memoryMiB: 1024, virtualProcessors: 2, entitledHundredths: 200 })
  })

  it('that are not there are refused', () => {
    const wide = profileOf('normal', { procs: [1, 4, 4], hundredths: [10, 150, 200] })
    const machine = new Machine({ partitions: [...three, initial(4, 'd', { profiles: [wide] })] })
    const answered = machine.ask('dynamic.begin', { id: 3, direction: 'add', procs: 1 })
    expect(answered.refusal).toMatchObject({ reason: 'processors-insufficient', values: { wanted: 100, available: 50 } })
  })
})

describe('reservations', () => {
  it('keep two additions from having the same memory', () => {
    const parameters = { memory: { ...quick.memory, installedMiB: 4096, firmwareMiB: 256 } }
    const machine = new Machine({ partitions: three, parameters })
    expect(machine.done('memory.system', {}).availableMiB).toBe(768)
    const first = machine.done('dynamic.begin', { id: 1, direction: 'add', memoryMiB: 512 })
    const second = machine.ask('dynamic.begin', { id: 2, direction: 'add', memoryMiB: 320 })
    expect(second.refusal).toMatchObject({ reason: 'memory-insufficient', values: { availableMiB: 256 } })
    expect(machine.ask('dynamic.begin', { id: 2, direction: 'add', memoryMiB: 256 }).status).toBe('ok')
    machine.conduct({ id: 1, direction: 'add', memoryMiB: 512 }, first.stage, first.batches)
    machine.done('dynamic.finish', { stage: first.stage })
    expect(machine.done('memory.system', {}).availableMiB).toBe(256)
  })

  it('keep two additions from having the same processors', () => {
    const machine = new Machine({ partitions: three })
    expect(machine.ask('dynamic.begin', { id: 1, direction: 'add', procs: 2, hundredths: 150 }).status).toBe('ok')
    const dedicated = machine.ask('dynamic.begin', { id: 3, direction: 'add', procs: 1 })
    expect(dedicated.refusal).toMatchObject({ reason: 'processors-insufficient', values: { wanted: 100, available: 50 } })
    expect(machine.ask('dynamic.begin', { id: 2, direction: 'add', hundredths: 50 }).status).toBe('ok')
    // Nobody sees it.
    expect(machine.done('processors.system', {}).availableHundredths).toBe(200)
  })

  it('are not what a fault can take: an operating system may have them already', () => {
    const machine = new Machine({ partitions: three })
    const before = sums(machine)
    const { stage, batches } = machine.done('dynamic.begin', { id: 1, direction: 'add', memoryMiB: 512 })
    expect(machine.phyp.deconfigure({ memoryMiB: before.memoryMiB, hundredths: 0 }).memoryMiB).toBe(before.memoryMiB - 512)
    machine.conduct({ id: 1, direction: 'add', memoryMiB: 512 }, stage, batches)
    machine.done('dynamic.finish', { stage })
    expect(machine.done('memory.system', {}).availableMiB).toBe(0)
  })
})

it('a partition that is off but holds resources changes without a guest', () => {
  const machine = new Machine({ partitions: [initial(1, 'a', { running: false, holdsResources: true })] })
  machine.change({ id: 1, direction: 'add', memoryMiB: 64 })
  expect(machine.done('memory.lpar', { id: 1 })).toMatchObject({ currentMiB: 1088, runMiB: 0 })
  expect(machine.host.resizes).toEqual([])
})
