// The configuration store: frozen snapshots, one version per commit, patches as the log, the newest of which are kept.

import { ms, Simulation } from '@powersim/kernel'
import { applyPatches } from 'immer'
import { describe, expect, it } from 'vitest'
import { ConfigurationStore } from '../src/dispatchable/configuration-store.js'
import { emptyConfiguration } from '../src/dispatchable/configuration.js'
import { initial, Machine } from './machine.js'

describe('the store', () => {
  it('keeps the newest patches and counts the older ones', () => {
    const simulation = new Simulation({ seed: 's' })
    const store = new ConfigurationStore(simulation, 10)
    for (let n = 1; n <= 5000; n++) store.commit('step', [], () => {})
    // A commit of nothing but its number is one patch.
    expect([store.version, store.patchesKept, store.patchesDropped]).toEqual([5000, 10, 4990])
    expect(store.commits.map(({ version }) => version)).toEqual([4991, 4992, 4993, 4994, 4995, 4996, 4997, 4998, 4999, 5000])
  })

  it('can keep none', () => {
    const store = new ConfigurationStore(new Simulation({ seed: 's' }), 0)
    store.commit('step', [], () => {})
    expect([store.commits.length, store.patchesKept, store.patchesDropped]).toEqual([0, 0, 1])
  })
})

describe('the configuration of a machine', () => {
  it('is frozen, and an old snapshot stays as it was', () => {
    const machine = new Machine({ partitions: [initial(1, 'a')] })
    const before = machine.phyp.configuration.snapshot
    expect(() => Object.assign(before.partitions[1]!, { name: 'x' })).toThrow(TypeError)
    expect(() => Object.assign(before.partitions[1]!.current!, { memoryMiB: 0 })).toThrow(TypeError)
    machine.create('b')
    expect(Object.keys(before.partitions)).toEqual(['1'])
    expect(Object.keys(machine.phyp.configuration.snapshot.partitions)).toEqual(['1', '2'])
  })

  it('is what its patches say, commit by commit, with the command and the time of each', () => {
    const machine = new Machine({ partitions: [initial(1, 'a')] })
    machine.simulation.run(ms(5))
    const id = machine.create('b')
    machine.activate(id, 'normal')
    const { stage } = machine.done('dynamic.begin', { id: 1, direction: 'add', memoryMiB: 64 })
    machine.done('dynamic.step', { stage, batch: 0 })
    machine.done('dynamic.finish', { stage })
    const { commits, snapshot, patchesKept, patchesDropped } = machine.phyp.configuration
    expect(commits.map(({ what }) => what)).toEqual(['define', 'define', 'lpar.create', 'activation.start', 'dynamic.finish'])
    expect(commits.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5])
    expect(commits.map(({ timeNs }) => timeNs)).toEqual([0, 0, ms(5), ms(5), ms(5)])
    // A machine begins with its virtual switch.
    let replayed = { ...emptyConfiguration, virtualSwitches: [{ name: 'ETHERNET0', removed: false }] }
    for (const { patches } of commits) replayed = applyPatches(replayed, [...patches])
    expect(replayed).toEqual(snapshot)
    expect([patchesKept, patchesDropped]).toEqual([commits.flatMap(({ patches }) => patches).length, 0])
  })
})
