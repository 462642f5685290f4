// Activation: what a partition gets, when it gets nothing, and what becomes of it.

import { ethernetAdapter, scsiClient } from '@powersim/testkit'
import { describe, expect, it } from 'vitest'
import { defaultPhypParameters } from '../src/index.js'
import { initial, Machine, profileOf } from './machine.js'

const adapters = [ethernetAdapter(2, { required: true }), scsiClient(3, 1, 13, true)]

describe('activation with a profile', () => {
  it('gives the desired amounts, starts the guest, and shows what is held', () => {
    const machine = new Machine()
    const id = machine.create('lpar', profileOf('normal', { adapters }))
    const begun = machine.done('activation.begin', { id, profile: 'normal' })
    expect(begun).toMatchObject({ profile: 'normal', adapterSlots: [2, 3] })
    const { stage } = begun
    expect(machine.done('activation.processors', { stage })).toEqual({ procs: 2, hundredths: 50 })
    expect(machine.done('activation.memory', { stage })).toEqual({ memoryMiB: 1024 })
    machine.done('activation.slots', { stage })
    machine.done('activation.adapter', { stage, slot: 2 })
    machine.done('activation.adapter', { stage, slot: 3 })
    machine.done('activation.firmware', { stage })
    machine.done('activation.boot', { stage, bootMode: 'sms', keylock: 'manual' })
    const { version } = machine.done('activation.start', { stage })
    expect(version).toBe(machine.phyp.configuration.version)
    expect(machine.host.starts).toEqual([
      {
        lparId: id,
        name: 'lpar',
        environment: 'aixlinux',
        virtualProcessors: 2,
        entitledHundredths: 50,
        processing: { mode: 'shared', capped: false, weight: 128, poolId: 0, donates: false },
        sharedMemory: null,
        memoryExpansionHundredths: 0,
        memoryMiB: 1024,
        bootMode: 'sms',
      },
    ])
    expect(machine.done('lpar.read', { id })).toMatchObject({
      state: 'Starting',
      resourceConfig: true,
      currentProfile: 'normal',
      keylock: 'manual',
      bootMode: 'norm',
      refcode: 'C2001150',
    })
    expect(machine.done('memory.lpar', { id })).toMatchObject({ currentMinMiB: 256, currentMiB: 1024, currentMaxMiB: 4096, runMiB: 1024 })
    expect(machine.done('processors.lpar', { id })).toMatchObject({
      current: { mode: 'shared', minHundredths: 10, hundredths: 50, maxHundredths: 200, minProcs: 1, procs: 2, maxProcs: 4 },
      runHundredths: 50,
      runProcs: 2,
    })
  })

  it('gives a dedicated partition whole processors', () => {
    const machine = new Machine()
    const id = machine.create('ded', profileOf('normal', { dedicated: true, procs: [1, 3, 4] }))
    expect(machine.activate(id, 'normal').status).toBe('ok')
    expect(machine.host.starts[0]).toMatchObject({ virtualProcessors: 3, entitledHundredths: 300 })
    expect(machine.done('processors.system', {}).availableHundredths).toBe(100)
    const { current } = machine.done('processors.lpar', { id })
    expect(current).toMatchObject({ mode: 'ded', procs: 3, hundredths: 0, sharingMode: 'keep_idle_procs' })
  })

  it('takes what there is when the desired amounts are not there, down to the minimum', () => {
    const big = profileOf('normal', { memory: [64, 63_936, 65_536], hundredths: [10, 365, 400], procs: [1, 4, 4] })
    const machine = new Machine({ partitions: [initial(1, 'big', { profiles: [big] })] })
    expect(machine.done('memory.system', {}).availableMiB).toBe(320)
    expect(machine.done('processors.system', {}).availableHundredths).toBe(35)
    const id = machine.create('small', profileOf('normal', { procs: [1, 4, 4] }))
    expect(machine.activate(id, 'normal').status).toBe('ok')
    // 35 hundredths carry 3 virtual processors of at least 10 each.
    expect(machine.host.starts[0]).toMatchObject({ memoryMiB: 320, entitledHundredths: 35, virtualProcessors: 3 })
    expect(machine.done('memory.system', {}).availableMiB).toBe(0)
    expect(machine.done('processors.system', {}).availableHundredths).toBe(0)
    const none = machine.create('none')
    expect(machine.activate(none, 'normal').refusal.reason).toBe('processors-insufficient')
    expect(machine.state(none)).toBe('Error')
  })

  it('may have the minimum exactly, and not one region less', () => {
    const filling = (freeMiB: number) => {
      const desired = 65_536 - 1280 - freeMiB
      return new Machine({ partitions: [initial(1, 'big', { profiles: [profileOf('normal', { memory: [64, desired, 65_536] })] })] })
    }
    const enough = filling(256)
    expect(enough.activate(enough.create('x'), 'normal').status).toBe('ok')
    const short = filling(192)
    const { refusal } = short.activate(short.create('x'), 'normal')
    expect(refusal).toMatchObject({ reason: 'memory-insufficient', values: { minimumMiB: 256, availableMiB: 192 } })
  })

  it('accepts a profile far above the system at create, and refuses at activation', () => {
    const machine = new Machine()
    const id = machine.create('dream', profileOf('normal', { memory: [1 << 20, 1 << 20, 1 << 21] }))
    expect(machine.activate(id, 'normal').refusal.reason).toBe('memory-insufficient')
    expect(machine.done('lpar.read', { id })).toMatchObject({ state: 'Error', resourceConfig: false, refcode: 'B2001230 LP=00001' })
    const codes = machine.done('lpar.refcodes', { id, count: 9 }).codes.map(({ refcode }) => refcode)
    expect(codes).toEqual(['B2001230 LP=00001', 'D200C301', 'D200C300'])
    machine.done('lpar.shutdown', { id, immediate: true, restart: false })
    expect(machine.state(id)).toBe('Not Activated')
    expect(machine.phyp.statistics().stages.open).toBe(0)
  })

  it('replaces what the partition held, and counts that as free for itself', () => {
    const profiles = [profileOf('normal', { memory: [64, 60_032, 65_536] }), profileOf('small')]
    const machine = new Machine({ partitions: [initial(1, 'a', { running: false, holdsResources: true, profiles })] })
    expect(machine.done('memory.system', {}).availableMiB).toBe(4224)
    expect(machine.activate(1, 'small').status).toBe('ok')
    expect(machine.done('memory.system', {}).availableMiB).toBe(64_256 - 1024)
    machine.done('lpar.shutdown', { id: 1, immediate: true, restart: false })
    expect(machine.activate(1, 'normal').status).toBe('ok')
    expect(machine.done('memory.system', {}).availableMiB).toBe(4224)
    expect(machine.done('lpar.read', { id: 1 }).currentProfile).toBe('normal')
  })
})

it('a profile has a compatibility mode of the processors, which an activation takes over', () => {
  const machine = new Machine({
    partitions: [initial(1, 'a', { running: false })],
    parameters: { processors: { ...defaultPhypParameters.processors, compatModes: ['POWER6', 'POWER7'] } },
  })
  const modes = () => {
    const { desiredCompatMode, currentCompatMode } = machine.done('lpar.read', { id: 1 })
    return [desiredCompatMode, currentCompatMode]
  }
  expect(modes()).toEqual(['', ''])
  expect(machine.activate(1, 'normal').status).toBe('ok')
  expect(modes()).toEqual(['default', 'POWER7'])
  const { stage } = machine.done('profile.change', { id: 1, name: 'normal' })
  machine.done('stage.attributes', { stage, attributes: { procCompatMode: 'POWER6' } })
  machine.done('stage.commit', { stage })
  machine.done('lpar.shutdown', { id: 1, immediate: true, restart: false })
  expect(modes()).toEqual(['default', 'POWER7'])
  machine.activate(1, 'normal')
  expect(modes()).toEqual(['POWER6', 'POWER6'])
  const other = machine.done('profile.change', { id: 1, name: 'normal' })
  const newer = machine.ask('stage.attributes', { stage: other.stage, attributes: { procCompatMode: 'POWER9' } })
  expect(newer.refusal.reason).toBe('processor-mode')
})

describe('a partition that was shut down', () => {
  it('keeps its configuration and is activated with it, without a profile', () => {
    const machine = new Machine()
    const id = machine.create('lpar')
    machine.activate(id, 'normal')
    machine.boot(id)
    machine.change({ id, direction: 'add', memoryMiB: 512 })
    machine.done('lpar.shutdown', { id, immediate: true, restart: false })
    expect(machine.done('lpar.read', { id })).toMatchObject({ state: 'Not Activated', resourceConfig: true, refcode: '00000000' })
    expect(machine.done('memory.lpar', { id })).toMatchObject({ currentMiB: 1536, runMiB: 0 })
    expect(machine.done('memory.system', {}).availableMiB).toBe(64_256 - 1536)
    expect(machine.activate(id).status).toBe('ok')
    expect(machine.host.starts.at(-1)).toMatchObject({ lparId: id, memoryMiB: 1536 })
    // The profile again drops what was added.
    machine.done('lpar.shutdown', { id, immediate: true, restart: false })
    expect(machine.activate(id, 'normal').status).toBe('ok')
    expect(machine.done('memory.lpar', { id }).currentMiB).toBe(1024)
  })
})

describe('a start that fails', () => {
  it('leaves the partition in Error with B2001230, holding nothing new, until it is shut down', () => {
    const machine = new Machine()
    const id = machine.create('lpar')
    const answered = machine.activate(id, 'normal', () => {
      // A fault under the reservation: all free memory is gone.
      expect(machine.phyp.deconfigure({ memoryMiB: 1 << 20, hundredths: 0 })).toEqual({ memoryMiB: 64_256, hundredths: 0 })
    })
    expect(answered.refusal.reason).toBe('memory-insufficient')
    expect(machine.host.starts).toEqual([])
    expect(machine.done('lpar.read', { id })).toMatchObject({ state: 'Error', resourceConfig: false, refcode: `B2001230 LP=0000${id}` })
    expect(machine.done('lpar.refcodes', { id, count: 3 }).codes.map(({ refcode }) => refcode)).toEqual([
      'B2001230 LP=00001',
      'D200C301',
      'D200C300',
    ])
    const { refusal } = machine.ask('activation.begin', { id, profile: 'normal' })
    expect(refusal).toMatchObject({ reason: 'partition-active', values: { state: 'Error' } })
    expect(machine.phyp.statistics().stages.open).toBe(0)
    expect(machine.done('memory.system', {})).toMatchObject({ availableMiB: 0, deconfiguredMiB: 64_256, configurableMiB: 1280 })
    machine.done('lpar.shutdown', { id, immediate: true, restart: false })
    expect(machine.state(id)).toBe('Not Activated')
    expect(machine.host.stops).toEqual([])
    machine.phyp.deconfigure({ memoryMiB: -(1 << 20), hundredths: 0 })
    expect(machine.activate(id, 'normal').status).toBe('ok')
  })

  it('for want of processors likewise', () => {
    const machine = new Machine()
    const id = machine.create('lpar')
    const answered = machine.activate(id, 'normal', () => machine.phyp.deconfigure({ memoryMiB: 0, hundredths: 380 }))
    expect(answered.refusal).toMatchObject({ reason: 'processors-insufficient', values: { available: 20 } })
    expect(machine.state(id)).toBe('Error')
  })
})
