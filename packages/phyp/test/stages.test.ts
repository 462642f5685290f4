// Stages: nothing is seen before the commit, a refused step undoes the stage, and every stage ends.

import { minutes } from '@powersim/kernel'
import { describe, expect, it } from 'vitest'
import { initial, Machine, profileOf } from './machine.js'

const stopped = { running: false, holdsResources: true }

function everything(machine: Machine): unknown {
  const ids = machine.done('lpar.list', {}).partitions.map(({ id }) => id)
  return {
    list: machine.done('lpar.list', {}),
    profiles: machine.done('profile.list', {}),
    memory: machine.done('memory.system', {}),
    processors: machine.done('processors.system', {}),
    partitions: ids.map((id) => [
      machine.done('lpar.read', { id }),
      machine.done('memory.lpar', { id }),
      machine.done('processors.lpar', { id }),
      machine.done('lpar.refcodes', { id, count: 64 }),
      machine.done('profile.read', { id, name: 'normal' }),
    ]),
  }
}

function machineOfTwo(): Machine {
  return new Machine({ partitions: [initial(1, 'a'), initial(2, 'b', stopped)] })
}

describe('an open stage', () => {
  it('of a creation shows nothing', () => {
    const machine = machineOfTwo()
    const before = everything(machine)
    const { stage } = machine.done('lpar.create', { name: 'new', environment: 'aixlinux', profileName: 'p' })
    expect(everything(machine)).toEqual(before)
    machine.done('stage.processors', { stage, processors: profileOf('p').processors })
    machine.done('stage.memory', { stage, memory: profileOf('p').memory })
    expect(everything(machine)).toEqual(before)
    machine.done('stage.abandon', { stage })
    expect(everything(machine)).toEqual(before)
  })

  it('of any kind shows nothing, and leaves nothing behind', () => {
    const machine = machineOfTwo()
    const before = everything(machine)
    const dynamic = machine.done('dynamic.begin', { id: 1, direction: 'add', memoryMiB: 1024 }).stage
    const activation = machine.done('activation.begin', { id: 2, profile: 'normal' }).stage
    machine.done('dynamic.step', { stage: dynamic, batch: 0 })
    machine.done('activation.processors', { stage: activation })
    machine.done('activation.memory', { stage: activation })
    expect(everything(machine)).toEqual(before)
    machine.done('stage.abandon', { stage: dynamic })
    machine.done('stage.abandon', { stage: activation })
    const change = machine.done('lpar.change', { id: 1 }).stage
    machine.done('stage.attributes', { stage: change, attributes: { name: 'x', description: 'y' } })
    const profile = machine.done('profile.change', { id: 2, name: 'normal' }).stage
    machine.done('stage.memory', { stage: profile, memory: { minMiB: 64, desiredMiB: 64, maxMiB: 64 } })
    expect(everything(machine)).toEqual(before)
    machine.done('stage.abandon', { stage: change })
    machine.done('stage.abandon', { stage: profile })
    const removal = machine.done('lpar.delete', { id: 2 }).stage
    expect(everything(machine)).toEqual(before)
    machine.done('stage.abandon', { stage: removal })
    expect(everything(machine)).toEqual(before)
    expect(machine.phyp.configuration.version).toBe(4)
    expect(machine.phyp.statistics().stages).toEqual({ open: 0, opened: 5, committed: 0, abandoned: 5 })
  })

  it('is undone by a refused step: the partition is free again, and its number is dead', () => {
    const machine = machineOfTwo()
    const { stage } = machine.done('profile.change', { id: 1, name: 'normal' })
    machine.done('stage.memory', { stage, memory: { minMiB: 64, desiredMiB: 64, maxMiB: 64 } })
    const { refusal } = machine.ask('stage.memory', { stage, memory: { minMiB: 1, desiredMiB: 1, maxMiB: 1 } })
    expect(refusal.reason).toBe('memory-region-multiple')
    expect(machine.ask('stage.commit', { stage }).refusal.reason).toBe('stage-not-found')
    // Abandoning what a refusal has undone already is no error.
    expect(machine.ask('stage.abandon', { stage }).status).toBe('ok')
    expect(machine.ask('profile.change', { id: 1, name: 'normal' }).status).toBe('ok')
    expect(machine.phyp.configuration.snapshot.partitions[1]!.profiles[0]!.memory.minMiB).toBe(256)
  })

  it('is not touched by a step that belongs to another kind of stage', () => {
    const machine = machineOfTwo()
    const { stage } = machine.done('lpar.change', { id: 1 })
    expect(machine.ask('activation.memory', { stage }).refusal.reason).toBe('stage-not-found')
    expect(machine.ask('stage.commit', { stage }).status).toBe('ok')
  })

  it('belongs to its console', () => {
    const machine = machineOfTwo()
    const { stage } = machine.done('lpar.change', { id: 1 }, { console: 1 })
    expect(machine.ask('stage.commit', { stage }, { console: 2 }).refusal.reason).toBe('stage-not-found')
    expect(machine.ask('stage.abandon', { stage }, { console: 2 }).refusal.reason).toBe('stage-not-found')
    expect(machine.ask('stage.commit', { stage }, { console: 1 }).status).toBe('ok')
  })

  it('ends when its console starts again with a newer epoch', () => {
    const machine = machineOfTwo()
    const { stage } = machine.done('lpar.change', { id: 1 }, { epoch: 4 })
    machine.done('lpar.list', {}, { console: 2, epoch: 9 })
    expect(machine.phyp.statistics().stages.open).toBe(1)
    machine.done('lpar.list', {}, { epoch: 5 })
    expect(machine.phyp.statistics().stages.open).toBe(0)
    expect(machine.ask('stage.commit', { stage }, { epoch: 5 }).refusal.reason).toBe('stage-not-found')
  })

  it('that nobody touches gives way after its lifetime, not before', () => {
    const machine = machineOfTwo()
    machine.done('lpar.change', { id: 1 })
    machine.simulation.run(machine.simulation.now + minutes(10))
    expect(machine.ask('lpar.change', { id: 1 }, { console: 2 }).refusal.reason).toBe('resource-busy')
    machine.simulation.run(machine.simulation.now + 1)
    expect(machine.ask('lpar.change', { id: 1 }, { console: 2 }).status).toBe('ok')
  })

  it('ends when its partition is powered off at once', () => {
    const machine = machineOfTwo()
    const { stage } = machine.done('dynamic.begin', { id: 1, direction: 'add', memoryMiB: 64 })
    machine.done('lpar.shutdown', { id: 1, immediate: true, restart: false })
    expect(machine.ask('dynamic.step', { stage, batch: 0 }).refusal.reason).toBe('stage-not-found')
  })

  it('reserves: two activations cannot have the same memory, and an abandon gives it back', () => {
    const half = profileOf('normal', { memory: [32 * 1024, 32 * 1024, 32 * 1024] })
    const machine = new Machine({
      partitions: [initial(1, 'a', { running: false, profiles: [half] }), initial(2, 'b', { running: false, profiles: [half] })],
    })
    const first = machine.done('activation.begin', { id: 1, profile: 'normal' }).stage
    machine.done('activation.memory', { stage: first })
    const second = machine.done('activation.begin', { id: 2, profile: 'normal' }).stage
    expect(machine.ask('activation.memory', { stage: second }).refusal.reason).toBe('memory-insufficient')
    // No query shows the reservation.
    expect(machine.done('memory.system', {}).availableMiB).toBe(65_536 - 1280)
    machine.done('stage.abandon', { stage: first })
    machine.done('lpar.shutdown', { id: 2, immediate: true, restart: false })
    const third = machine.done('activation.begin', { id: 2, profile: 'normal' }).stage
    expect(machine.ask('activation.memory', { stage: third }).status).toBe('ok')
    // The same step again reserves it once.
    expect(machine.done('activation.memory', { stage: third }).memoryMiB).toBe(32 * 1024)
  })
})
