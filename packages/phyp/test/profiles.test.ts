// Profiles of partitions: made, saved from what is held, applied without a start, kept in step with it, and removed. What a partition holds
// only changes by an application, an activation or a dynamic change.

import { ethernetAdapter } from '@powersim/testkit'
import { describe, expect, it } from 'vitest'
import { initial, Machine, profileOf } from './machine.js'

const held = { running: false, holdsResources: true }

function machineOf(...partitions: Parameters<typeof initial>[]): Machine {
  return new Machine({ partitions: partitions.map((each) => initial(...each)) })
}

function commit(machine: Machine, { stage }: { stage: number }): void {
  machine.done('stage.commit', { stage })
}

function add(machine: Machine, id: number, name: string, desiredMiB: number): void {
  const { stage } = machine.done('profile.create', { id, name })
  const { processors } = profileOf(name)
  machine.done('stage.processors', { stage, processors })
  machine.done('stage.memory', { stage, memory: { minMiB: 256, desiredMiB, maxMiB: 2 ** 20 } })
  machine.done('stage.commit', { stage })
}

describe('a new profile', () => {
  it('needs processors and memory, has the name for itself, and moves nothing', () => {
    const machine = machineOf([1, 'a'])
    const before = machine.done('memory.lpar', { id: 1 })
    const { stage } = machine.done('profile.create', { id: 1, name: 'big' })
    expect(machine.ask('stage.commit', { stage }).refusal.reason).toBe('stage-incomplete')
    expect(machine.ask('profile.create', { id: 1, name: 'normal' }).refusal.reason).toBe('profile-name-in-use')
    expect(machine.ask('profile.create', { id: 9, name: 'x' }).refusal.reason).toBe('partition-not-found')
    add(machine, 1, 'big', 512)
    expect(machine.done('profile.list', {}).profiles).toEqual([
      { id: 1, name: 'normal' },
      { id: 1, name: 'big' },
    ])
    expect(machine.done('memory.lpar', { id: 1 })).toEqual(before)
    const renamed = machine.done('profile.change', { id: 1, name: 'big' }).stage
    const clash = machine.ask('stage.attributes', { stage: renamed, attributes: { profileName: 'normal' } })
    expect(clash.refusal.reason).toBe('profile-name-in-use')
  })

  it('goes, but not as the default one', () => {
    const machine = machineOf([1, 'a'])
    add(machine, 1, 'big', 512)
    expect(machine.ask('profile.remove', { id: 1, name: 'normal' }).refusal.reason).toBe('profile-in-use')
    expect(machine.ask('profile.remove', { id: 1, name: 'none' }).refusal.reason).toBe('profile-not-found')
    commit(machine, machine.done('profile.remove', { id: 1, name: 'big' }))
    expect(machine.done('lpar.read', { id: 1 }).profiles).toEqual(['normal'])
  })
})

describe('saved from what is held', () => {
  it('it gives the same partition back, and replaces a profile only when told to', () => {
    const machine = machineOf([1, 'a', held])
    machine.change({ id: 1, direction: 'add', memoryMiB: 256 })
    const before = machine.done('memory.lpar', { id: 1 })
    expect(machine.ask('profile.save', { id: 1, name: 'normal', overwrite: false }).refusal.reason).toBe('profile-name-in-use')
    commit(machine, machine.done('profile.save', { id: 1, name: 'normal', overwrite: true }))
    commit(machine, machine.done('profile.save', { id: 1, name: 'new', overwrite: false }))
    expect(machine.done('profile.read', { id: 1, name: 'new' }).memory.desiredMiB).toBe(before.currentMiB)
    for (const profile of ['normal', 'new']) {
      commit(machine, machine.done('lpar.apply', { id: 1, profile }))
      expect(machine.done('memory.lpar', { id: 1 })).toEqual(before)
      expect(machine.done('lpar.read', { id: 1 })).toMatchObject({ currentProfile: profile, state: 'Not Activated' })
    }
  })

  it('there must be something', () => {
    const machine = machineOf([1, 'a', { running: false }])
    expect(machine.ask('profile.save', { id: 1, name: 'x', overwrite: false }).refusal.reason).toBe('no-current-configuration')
  })
})

describe('applied', () => {
  it('a profile gives resources to a partition that held none, without a start', () => {
    const machine = machineOf([1, 'a', { running: false }])
    const { availableMiB } = machine.done('memory.system', {})
    expect(machine.done('memory.lpar', { id: 1 }).currentMiB).toBe(0)
    commit(machine, machine.done('lpar.apply', { id: 1, profile: 'normal' }))
    const { currentMiB } = machine.done('memory.lpar', { id: 1 })
    expect(currentMiB).toBe(profileOf('normal').memory.desiredMiB)
    expect(machine.done('memory.system', {}).availableMiB).toBe(availableMiB - currentMiB)
    expect(machine.done('lpar.read', { id: 1 })).toMatchObject({ state: 'Not Activated', resourceConfig: true, currentProfile: 'normal' })
    expect(machine.host.starts).toEqual([])
  })

  it('not to one that runs; what does not fit is refused, and leaves the partition as it was', () => {
    const machine = machineOf([1, 'a'], [2, 'b', held])
    expect(machine.ask('lpar.apply', { id: 1, profile: 'normal' }).refusal.reason).toBe('partition-active')
    const { availableMiB } = machine.done('memory.system', {})
    const { stage: opened } = machine.done('profile.create', { id: 2, name: 'huge' })
    machine.done('stage.processors', { stage: opened, processors: profileOf('x').processors })
    machine.done('stage.memory', { stage: opened, memory: { minMiB: 2 ** 20, desiredMiB: 2 ** 20, maxMiB: 2 ** 20 } })
    machine.done('stage.commit', { stage: opened })
    const { stage } = machine.done('lpar.apply', { id: 2, profile: 'huge' })
    expect(machine.ask('stage.commit', { stage }).refusal.reason).toBe('memory-insufficient')
    expect(machine.done('lpar.read', { id: 2 })).toMatchObject({ state: 'Not Activated', currentProfile: 'normal' })
    expect(machine.done('memory.system', {}).availableMiB).toBe(availableMiB)
    expect(machine.phyp.statistics().stages.open).toBe(0)
  })
})

describe('in step with what is held (sync_curr_profile)', () => {
  const sync = (machine: Machine, syncProfile: 0 | 1 | 2): void => {
    const { stage } = machine.done('lpar.change', { id: 1 })
    machine.done('stage.attributes', { stage, attributes: { syncProfile } })
    machine.done('stage.commit', { stage })
  }
  const desired = (machine: Machine): number => machine.done('profile.read', { id: 1, name: 'normal' }).memory.desiredMiB

  it('a profile follows dynamic changes when told to, and not otherwise', () => {
    const machine = machineOf([1, 'a', held])
    const first = desired(machine)
    machine.change({ id: 1, direction: 'add', memoryMiB: 64 })
    expect(desired(machine)).toBe(first)
    sync(machine, 1)
    machine.change({ id: 1, direction: 'add', memoryMiB: 64 })
    expect(desired(machine)).toBe(first + 128)
    machine.change({ id: 1, direction: 'add', adapter: ethernetAdapter(5) })
    expect(machine.done('profile.read', { id: 1, name: 'normal' }).adapters.map(({ slot }) => slot)).toContain(5)
    machine.activate(1, 'normal')
    expect(machine.done('memory.lpar', { id: 1 }).currentMiB).toBe(first + 128)
  })

  it('suspended, it follows from the next activation on', () => {
    const machine = machineOf([1, 'a', held])
    const first = desired(machine)
    sync(machine, 2)
    machine.change({ id: 1, direction: 'add', memoryMiB: 64 })
    expect(desired(machine)).toBe(first)
    expect(machine.done('lpar.read', { id: 1 }).syncProfile).toBe(2)
    machine.activate(1, 'normal')
    expect(machine.done('lpar.read', { id: 1 }).syncProfile).toBe(1)
    expect(machine.done('memory.lpar', { id: 1 }).currentMiB).toBe(first)
  })
})

describe('profile data restored', () => {
  const dataOf = (machine: Machine, id: number) => machine.done('profileData.read', { id }).partition
  const begin = (machine: Machine, kind: 'full' | 'favorBackup' | 'favorSystem' | 'initialize') =>
    machine.done('profileData.begin', { kind }).stage

  it('have all partitions for themselves, and show nothing before the commit', () => {
    const machine = machineOf([1, 'a', held], [2, 'b', held])
    const data = dataOf(machine, 2)
    const stage = begin(machine, 'full')
    machine.done('profileData.put', { stage, partition: { ...data, name: 'renamed' } })
    expect(machine.ask('lpar.change', { id: 1 }).refusal.reason).toBe('resource-busy')
    const created = machine.ask('lpar.create', { name: 'c', environment: 'aixlinux', profileName: 'p' })
    expect(created.refusal.reason).toBe('resource-busy')
    expect(machine.done('lpar.list', {}).partitions.map(({ name }) => name)).toEqual(['a', 'b'])
    const before = machine.done('memory.lpar', { id: 2 })
    machine.done('stage.commit', { stage })
    expect(machine.done('lpar.list', {}).partitions.map(({ name }) => name)).toEqual(['renamed'])
    // What it holds is its own.
    expect(machine.done('memory.lpar', { id: 2 })).toEqual(before)
  })

  it.each<[string, (machine: Machine) => number, string]>([
    [
      'two partitions of one name',
      (machine) => {
        const stage = begin(machine, 'favorBackup')
        machine.done('profileData.put', { stage, partition: { ...dataOf(machine, 1), id: 7, name: 'b' } })
        return stage
      },
      'partition-name-in-use',
    ],
    [
      'a partition made for something else',
      (machine) => {
        const stage = begin(machine, 'favorSystem')
        machine.done('profileData.put', { stage, partition: { ...dataOf(machine, 2), environment: 'vioserver' } })
        return stage
      },
      'partition-environment',
    ],
    ['a running partition that would go', (machine) => begin(machine, 'initialize'), 'partition-active'],
  ])('%s: refused as a whole', (_, stageOf, reason) => {
    const machine = machineOf([1, 'a'], [2, 'b', held])
    const before = machine.phyp.configuration.snapshot
    const stage = stageOf(machine)
    expect(machine.ask('stage.commit', { stage }).refusal.reason).toBe(reason)
    expect(machine.phyp.configuration.snapshot).toBe(before)
    expect(machine.phyp.statistics().stages.open).toBe(0)
  })
})
