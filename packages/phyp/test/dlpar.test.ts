// Dynamic changes that end half-way: what a guest took or gave up is what counts, nobody gets what another one still owns, and what the
// configuration says beyond that can be restored.

import {
  drcIndexOf,
  H_ENTER,
  H_REMOVE,
  H_Success,
  RTAS_MULTI_LEVEL_ISOLATION,
  RTAS_NO_SUCH_INDICATOR,
  RTAS_SUCCESS,
  RTAS_TRANSLATIONS_EXIST,
} from '@powersim/protocol'
import { describe, expect, it } from 'vitest'
import { initial, Machine, profileOf } from './machine.js'

const ioSlots = [0, 1, 2].map((number) => ({ unit: 'U1', busId: number, location: `C${number}`, description: 'Empty slot' }))
const slot = (number: number): number => drcIndexOf('slot', number)

function two(): Machine {
  const withSlot = { ...profileOf('normal'), ioSlots: [{ drcIndex: slot(0), required: true }] }
  return new Machine({
    partitions: [initial(1, 'a', { profiles: [withSlot] }), initial(2, 'b'), initial(3, 'off', { running: false, holdsResources: true })],
    parameters: { ioSlots },
  })
}

function memory(machine: Machine, id: number): [current: number, run: number, free: number] {
  const { currentMiB, runMiB } = machine.done('memory.lpar', { id })
  return [currentMiB, runMiB, machine.done('memory.system', {}).availableMiB]
}

describe('a part of an addition', () => {
  it('is committed by the finish; the rest goes back', () => {
    const machine = two()
    const { stage, batches } = machine.done('dynamic.begin', { id: 1, direction: 'add', memoryMiB: 640 })
    for (let batch = 0; batch < batches; batch++) machine.done('dynamic.step', { stage, batch })
    expect(machine.guestTakes(1, 'mem', 7)).toBe(7)
    expect(memory(machine, 1)).toEqual([1024, 1472, 61_184])
    expect(machine.done('dynamic.finish', { stage }).units).toBe(7)
    expect(memory(machine, 1)).toEqual([1472, 1472, 60_736])
    expect(machine.guestTakes(1, 'mem', 1)).toBe(0)
  })

  it('is all that an abandoned change leaves', () => {
    const machine = two()
    const { stage } = machine.done('dynamic.begin', { id: 1, direction: 'add', memoryMiB: 640 })
    machine.done('dynamic.step', { stage, batch: 0 })
    machine.guestTakes(1, 'mem', 2)
    machine.done('stage.abandon', { stage })
    expect(memory(machine, 1)).toEqual([1152, 1152, 61_056])
  })

  it('held for a guest that may still be at it stays assigned, can be taken later, and can be restored', () => {
    const machine = two()
    const { stage } = machine.done('dynamic.begin', { id: 1, direction: 'add', memoryMiB: 512 })
    machine.done('dynamic.step', { stage, batch: 0 })
    machine.guestTakes(1, 'mem', 3)
    machine.done('dynamic.finish', { stage, hold: true })
    expect(memory(machine, 1)).toEqual([1536, 1216, 60_672])
    expect(machine.guestTakes(1, 'mem', 2)).toBe(2)
    expect(machine.done('dynamic.restore', { id: 1, resource: 'mem' })).toEqual({ changed: true })
    expect(memory(machine, 1)).toEqual([1344, 1344, 60_864])
    expect(machine.guestTakes(1, 'mem', 1)).toBe(0)
    expect(machine.done('dynamic.restore', { id: 1, resource: 'mem' })).toEqual({ changed: false })
  })

  it('of processors takes its share of the processing units, within what each virtual processor may have', () => {
    const machine = two()
    const { stage, batches } = machine.done('dynamic.begin', { id: 1, direction: 'add', procs: 2, hundredths: 100 })
    for (let batch = 0; batch < batches; batch++) machine.done('dynamic.step', { stage, batch })
    machine.guestTakes(1, 'proc', 1)
    machine.done('dynamic.finish', { stage })
    const { current, runProcs } = machine.done('processors.lpar', { id: 1 })
    expect([current.procs, current.hundredths, runProcs]).toEqual([3, 100, 3])
    expect(machine.done('processors.system', {}).availableHundredths).toBe(400 - 100 - 50 - 50)
  })
})

describe('a part of a removal', () => {
  it('is committed by the finish', () => {
    const machine = two()
    const { stage } = machine.done('dynamic.begin', { id: 1, direction: 'remove', memoryMiB: 512 })
    machine.guestGives(1, 'mem', 3)
    machine.done('dynamic.step', { stage, batch: 0 })
    expect(machine.done('dynamic.finish', { stage }).units).toBe(3)
    expect(memory(machine, 1)).toEqual([832, 832, 61_376])
  })

  it('given up after the console has lost interest shows as a difference until it is restored', () => {
    const machine = two()
    const { stage } = machine.done('dynamic.begin', { id: 1, direction: 'remove', memoryMiB: 512 })
    machine.done('dynamic.finish', { stage, hold: true })
    expect(machine.guestGives(1, 'mem', 5)).toBe(5)
    expect(memory(machine, 1)).toEqual([1024, 704, 61_184])
    machine.done('dynamic.restore', { id: 1, resource: 'mem' })
    expect(memory(machine, 1)).toEqual([704, 704, 61_504])
  })

  it('never goes below the minimum, nor to the first region', () => {
    const machine = two()
    expect(machine.guestGives(1, 'mem', 99)).toBe(12) // 16 regions held, 4 at least
    const port = machine.phyp.reconfiguration
    expect(port.setIsolation(1, drcIndexOf('mem', 3), true)).toBe(RTAS_MULTI_LEVEL_ISOLATION)
    expect(port.sense(1, drcIndexOf('mem', 0))).toBe(RTAS_NO_SUCH_INDICATOR)
    expect(machine.guestGives(1, 'proc', 9)).toBe(1)
  })

  it('does not isolate a region that a page table maps; a page of what was given up cannot be mapped', () => {
    const machine = two()
    const { hypercalls, reconfiguration: port } = machine.phyp
    const enter = (region: number): number => {
      const page = region * 16_384
      const { code, r4 } = hypercalls.call(1, H_ENTER, 0, region * 8, page * 128 + 1, page * 4096 + 0x10, 0)
      return code === H_Success ? r4 : -1
    }
    const entries = [enter(15), enter(13)]
    expect(port.setIsolation(1, drcIndexOf('mem', 15), true)).toBe(RTAS_TRANSLATIONS_EXIST)
    expect(machine.guestGives(1, 'mem', 2)).toBe(2)
    expect([15, 14, 13, 12].map((region) => port.sense(1, drcIndexOf('mem', region)))).toEqual([1, 2, 1, 2])
    expect(enter(14)).toBe(-1)
    expect(hypercalls.call(1, H_REMOVE, 0, entries[0] ?? 0, 0, 0, 0).code).toBe(H_Success)
    expect(port.setIsolation(1, drcIndexOf('mem', 15), true)).toBe(RTAS_SUCCESS)
    expect(machine.guestTakes(1, 'mem', 3)).toBe(2)
    expect(enter(14)).toBeGreaterThanOrEqual(0)
  })
})

describe('a part of a move', () => {
  it('is what the target took; the source may have the rest back', () => {
    const machine = two()
    const { stage } = machine.done('dynamic.begin', { id: 1, to: 2, direction: 'move', memoryMiB: 512 })
    expect(machine.guestTakes(2, 'mem', 8)).toBe(0)
    machine.guestGives(1, 'mem', 6)
    machine.done('dynamic.step', { stage, batch: 0 })
    // Eight were let go of, six are there.
    expect(machine.guestTakes(2, 'mem', 4)).toBe(4)
    expect(machine.guestTakes(1, 'mem', 9)).toBe(2)
    expect(machine.guestTakes(2, 'mem', 9)).toBe(0)
    machine.done('dynamic.finish', { stage })
    expect(memory(machine, 1)).toEqual([768, 768, 61_184])
    expect(memory(machine, 2)).toEqual([1280, 1280, 61_184])
  })

  it('held for a target that does not answer is what the source gave up, and no more', () => {
    const machine = two()
    const { stage } = machine.done('dynamic.begin', { id: 1, to: 2, direction: 'move', memoryMiB: 512 })
    machine.guestGives(1, 'mem', 6)
    machine.done('dynamic.step', { stage, batch: 0 })
    expect(machine.done('dynamic.finish', { stage, hold: true }).units).toBe(6)
    expect(memory(machine, 1).slice(0, 2)).toEqual([640, 640])
    expect(memory(machine, 2).slice(0, 2)).toEqual([1408, 1024])
    expect(machine.guestTakes(2, 'mem', 9)).toBe(6)
  })

  it('from a partition that is off is what the target took', () => {
    const machine = two()
    const { stage } = machine.done('dynamic.begin', { id: 3, to: 2, direction: 'move', memoryMiB: 256 })
    machine.done('dynamic.step', { stage, batch: 0 })
    machine.guestTakes(2, 'mem', 3)
    machine.done('dynamic.finish', { stage })
    expect(memory(machine, 3).slice(0, 2)).toEqual([832, 0])
    expect(memory(machine, 2).slice(0, 2)).toEqual([1216, 1216])
  })

  it('ends with what was taken when the source goes down on its own', () => {
    const machine = two()
    const { stage } = machine.done('dynamic.begin', { id: 1, to: 2, direction: 'move', memoryMiB: 512 })
    machine.guestGives(1, 'mem', 8)
    machine.done('dynamic.step', { stage, batch: 0 })
    machine.guestTakes(2, 'mem', 5)
    machine.phyp.reports.state(1, 'Not Activated')
    expect(machine.ask('dynamic.finish', { stage }).refusal.reason).toBe('stage-not-found')
    expect(memory(machine, 1)).toEqual([704, 0, 61_184])
    expect(memory(machine, 2).slice(0, 2)).toEqual([1344, 1344])
  })
})

describe('I/O slots', () => {
  const owners = (machine: Machine): readonly (readonly [owner: string, running: boolean])[] =>
    machine.done('slots.system', {}).slots.map(({ lparName, running }) => [lparName, running])

  it('are added, moved and removed, one at a time', () => {
    const machine = two()
    expect(owners(machine)).toEqual([
      ['a', true],
      ['', false],
      ['', false],
    ])
    machine.change({ id: 2, direction: 'add', drcIndex: slot(1) })
    machine.change({ id: 1, to: 2, direction: 'move', drcIndex: slot(0) })
    expect(owners(machine)).toEqual([
      ['b', true],
      ['b', true],
      ['', false],
    ])
    machine.change({ id: 2, direction: 'remove', drcIndex: slot(1) })
    machine.change({ id: 2, to: 3, direction: 'move', drcIndex: slot(0) })
    expect(owners(machine)).toEqual([
      ['off', false],
      ['', false],
      ['', false],
    ])
  })

  it('belong to one partition', () => {
    const machine = two()
    expect(machine.ask('dynamic.begin', { id: 2, direction: 'add', drcIndex: slot(0) }).refusal.reason).toBe('io-slot-in-use')
    expect(machine.ask('dynamic.begin', { id: 2, direction: 'remove', drcIndex: slot(0) }).refusal.reason).toBe('io-slot-in-use')
    expect(machine.ask('dynamic.begin', { id: 2, direction: 'remove', drcIndex: slot(1) }).refusal.reason).toBe('io-slot-in-use')
    expect(machine.phyp.reconfiguration.setAllocation(2, slot(0), true)).toBe(RTAS_NO_SUCH_INDICATOR)
  })

  it('of a profile are taken at activation, and a required one has to be free', () => {
    const machine = two()
    const desired = {
      ...profileOf('normal'),
      ioSlots: [slot(0), slot(1)].map((drcIndex) => ({ drcIndex, required: drcIndex === slot(1) })),
    }
    const id = machine.create('new', profileOf('normal'))
    const { stage } = machine.done('profile.change', { id, name: 'normal' })
    machine.done('stage.ioSlots', { stage, ioSlots: desired.ioSlots })
    machine.done('stage.commit', { stage })
    expect(machine.activate(id, 'normal').status).toBe('ok')
    expect(owners(machine)).toEqual([
      ['a', true],
      ['new', true],
      ['', false],
    ])
    machine.done('lpar.shutdown', { id, immediate: true, restart: false })
    machine.change({ id, to: 2, direction: 'move', drcIndex: slot(1) })
    expect(machine.activate(id, 'normal').refusal.reason).toBe('io-slot-in-use')
  })
})

it('what a partition owned dies with it, and comes back with what it is assigned', () => {
  const machine = two()
  machine.done('lpar.shutdown', { id: 1, immediate: true, restart: true })
  expect(memory(machine, 1).slice(0, 2)).toEqual([1024, 1024])
  machine.done('lpar.shutdown', { id: 1, immediate: true, restart: false })
  expect(memory(machine, 1).slice(0, 2)).toEqual([1024, 0])
  expect(machine.phyp.reconfiguration.connectors(1, 'mem')).toBe(0)
  expect(machine.phyp.reconfiguration.sense(1, drcIndexOf('mem', 5))).toBe(RTAS_NO_SUCH_INDICATOR)
})
