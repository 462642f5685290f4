// What the hypervisor declines, and why: one row per rule. A refusal changes nothing that a query shows.

import type { RefusalReason } from '@powersim/protocol'
import { ethernetAdapter, scsiServer } from '@powersim/testkit'
import { describe, expect, it } from 'vitest'
import { initial, Machine, type Outcome, profileOf } from './machine.js'

const stopped = { running: false, holdsResources: true }

function machine(): Machine {
  return new Machine({
    parameters: { maxPartitions: 6, stageLimit: 4 },
    partitions: [
      initial(1, 'runs'),
      initial(2, 'held', stopped),
      initial(3, 'ded', { profiles: [profileOf('normal', { dedicated: true, procs: [1, 1, 2] })] }),
    ],
  })
}

type Row = [what: string, reason: RefusalReason | undefined, attempt: (on: Machine) => Outcome]

/** Opens the stage of a new partition. */
function creation(on: Machine): number {
  return on.done('lpar.create', { name: 'new', environment: 'aixlinux', profileName: 'p' }).stage
}

const shared = profileOf('p').processors
const rows: Row[] = [
  ['reading a partition that is not there', 'partition-not-found', (on) => on.ask('lpar.read', { id: 5 })],
  ['reading codes of one that is not there', 'partition-not-found', (on) => on.ask('lpar.refcodes', { id: 5, count: 1 })],
  ['reading its memory', 'partition-not-found', (on) => on.ask('memory.lpar', { id: 5 })],
  ['reading its processors', 'partition-not-found', (on) => on.ask('processors.lpar', { id: 5 })],
  ['reading a profile of it', 'partition-not-found', (on) => on.ask('profile.read', { id: 5, name: 'normal' })],
  ['reading a profile that is not there', 'profile-not-found', (on) => on.ask('profile.read', { id: 1, name: 'x' })],
  [
    'creating under a name in use',
    'partition-name-in-use',
    (on) => on.ask('lpar.create', { name: 'runs', environment: 'aixlinux', profileName: 'p' }),
  ],
  [
    'creating under a name that is being created',
    'resource-busy',
    (on) => {
      creation(on)
      return on.ask('lpar.create', { name: 'new', environment: 'aixlinux', profileName: 'p' })
    },
  ],
  [
    'creating with an ID in use',
    'partition-id-in-use',
    (on) => on.ask('lpar.create', { name: 'new', environment: 'aixlinux', profileName: 'p', id: 2 }),
  ],
  [
    'creating with an ID that is being created',
    'resource-busy',
    (on) => {
      creation(on)
      return on.ask('lpar.create', { name: 'newer', environment: 'aixlinux', profileName: 'p', id: 4 })
    },
  ],
  [
    'creating with an ID above the highest',
    'too-many-partitions',
    (on) => on.ask('lpar.create', { name: 'new', environment: 'aixlinux', profileName: 'p', id: 7 }),
  ],
  [
    'creating one too many',
    'too-many-partitions',
    (on) => {
      for (const name of ['d', 'e', 'f']) on.create(name)
      return on.ask('lpar.create', { name: 'g', environment: 'aixlinux', profileName: 'p' })
    },
  ],
  [
    'opening one stage too many',
    'resource-busy',
    (on) => {
      for (const id of [1, 2, 3]) on.done('lpar.change', { id })
      creation(on)
      return on.ask('lpar.create', { name: 'newer', environment: 'aixlinux', profileName: 'p' })
    },
  ],
  ['committing a creation without processors and memory', 'stage-incomplete', (on) => on.ask('stage.commit', { stage: creation(on) })],
  [
    'memory that is no multiple of the region',
    'memory-region-multiple',
    (on) => on.ask('stage.memory', { stage: creation(on), memory: { minMiB: 256, desiredMiB: 300, maxMiB: 512 } }),
  ],
  [
    'a minimum above the desired memory',
    'memory-range',
    (on) => on.ask('stage.memory', { stage: creation(on), memory: { minMiB: 512, desiredMiB: 256, maxMiB: 1024 } }),
  ],
  [
    'no memory at all',
    'memory-range',
    (on) => on.ask('stage.memory', { stage: creation(on), memory: { minMiB: 0, desiredMiB: 256, maxMiB: 1024 } }),
  ],
  [
    'more desired than maximum processors',
    'processor-range',
    (on) => on.ask('stage.processors', { stage: creation(on), processors: { ...shared, desiredProcs: 5 } }),
  ],
  [
    'more virtual processors than the system takes',
    'processor-range',
    (on) => on.ask('stage.processors', { stage: creation(on), processors: { ...shared, maxProcs: 65, maxHundredths: 650 } }),
  ],
  [
    'units under the minimum per virtual processor',
    'processor-entitlement',
    (on) => on.ask('stage.processors', { stage: creation(on), processors: { ...shared, desiredProcs: 4, desiredHundredths: 39 } }),
  ],
  [
    'units above one whole processor each',
    'processor-entitlement',
    (on) => on.ask('stage.processors', { stage: creation(on), processors: { ...shared, minHundredths: 101, desiredHundredths: 150 } }),
  ],
  [
    'a sharing mode of the other processor mode',
    'processor-mode',
    (on) => on.ask('stage.processors', { stage: creation(on), processors: { ...shared, sharingMode: 'keep_idle_procs' } }),
  ],
  [
    'more desired than maximum units',
    'processor-range',
    (on) => on.ask('stage.processors', { stage: creation(on), processors: { ...shared, desiredHundredths: 200, maxHundredths: 150 } }),
  ],
  ['a slot twice', 'slot-in-use', (on) => slotTwice(on)],
  ['a slot outside of the slots', 'slot-range', (on) => on.ask('stage.adapter', { stage: creation(on), adapter: ethernetAdapter(10) })],
  [
    'fewer slots than adapters need',
    'slot-range',
    (on) => {
      const stage = creation(on)
      on.done('stage.adapter', { stage, adapter: ethernetAdapter(9) })
      return on.ask('stage.slots', { stage, maxVirtualSlots: 9 })
    },
  ],
  [
    'renaming to a name in use',
    'partition-name-in-use',
    (on) => {
      const { stage } = on.done('lpar.change', { id: 1 })
      return on.ask('stage.attributes', { stage, attributes: { name: 'held' } })
    },
  ],
  [
    'a default profile that is not there',
    'profile-not-found',
    (on) => {
      const { stage } = on.done('lpar.change', { id: 1 })
      return on.ask('stage.attributes', { stage, attributes: { defaultProfile: 'x' } })
    },
  ],
  [
    'a name of the partition in a profile',
    undefined,
    (on) => {
      const { stage } = on.done('profile.change', { id: 1, name: 'normal' })
      return on.ask('stage.attributes', { stage, attributes: { name: 'x' } })
    },
  ],
  ['changing a partition that is not there', 'partition-not-found', (on) => on.ask('lpar.change', { id: 5 })],
  ['deleting one that is not there', 'partition-not-found', (on) => on.ask('lpar.delete', { id: 5 })],
  ['changing a profile of one that is not there', 'partition-not-found', (on) => on.ask('profile.change', { id: 5, name: 'normal' })],
  ['changing a profile that is not there', 'profile-not-found', (on) => on.ask('profile.change', { id: 1, name: 'x' })],
  ['deleting one that runs', 'partition-active', (on) => on.ask('lpar.delete', { id: 1 })],
  [
    'a stage over a partition that another stage holds',
    'resource-busy',
    (on) => {
      on.done('lpar.change', { id: 1 })
      return on.ask('profile.change', { id: 1, name: 'normal' })
    },
  ],
  ['a step of no stage', 'stage-not-found', (on) => on.ask('stage.commit', { stage: 9 })],
  ['abandoning a stage that never was', 'stage-not-found', (on) => on.ask('stage.abandon', { stage: 9 })],
  [
    'a step that the stage does not have',
    'stage-not-found',
    (on) => {
      const { stage } = on.done('lpar.change', { id: 1 })
      return on.ask('stage.memory', { stage, memory: { minMiB: 256, desiredMiB: 256, maxMiB: 256 } })
    },
  ],
  ['activating one that is not there', 'partition-not-found', (on) => on.ask('activation.begin', { id: 5 })],
  ['activating one that runs', 'partition-active', (on) => on.ask('activation.begin', { id: 1, profile: 'normal' })],
  ['activating with a profile that is not there', 'profile-not-found', (on) => on.ask('activation.begin', { id: 2, profile: 'x' })],
  ['activating without profile what never ran', 'no-current-configuration', (on) => on.ask('activation.begin', { id: on.create('new') })],
  [
    'connecting an adapter that is not there',
    'slot-range',
    (on) => {
      const { stage } = on.done('activation.begin', { id: 2 })
      return on.ask('activation.adapter', { stage, slot: 4 })
    },
  ],
  [
    'starting before all steps are made',
    'stage-incomplete',
    (on) => {
      const { stage } = on.done('activation.begin', { id: 2 })
      return on.ask('activation.start', { stage })
    },
  ],
  ['shutting down what does not run', 'partition-not-active', (on) => on.ask('lpar.shutdown', { id: 2, immediate: true, restart: false })],
  ['shutting down what is not there', 'partition-not-found', (on) => on.ask('lpar.shutdown', { id: 5, immediate: true, restart: false })],
  [
    'shutting down, delayed, what a stage holds',
    'resource-busy',
    (on) => {
      on.done('lpar.change', { id: 1 })
      return on.ask('lpar.shutdown', { id: 1, immediate: false, restart: false })
    },
  ],
  ['resizing what is not there', 'partition-not-found', (on) => on.ask('dynamic.begin', { id: 5, direction: 'add', memoryMiB: 64 })],
  [
    'moving to what is not there',
    'partition-not-found',
    (on) => on.ask('dynamic.begin', { id: 1, to: 5, direction: 'move', memoryMiB: 64 }),
  ],
  [
    'resizing what holds nothing',
    'no-current-configuration',
    (on) => on.ask('dynamic.begin', { id: on.create('new'), direction: 'add', memoryMiB: 64 }),
  ],
  ['adding an odd amount of memory', 'memory-region-multiple', (on) => on.ask('dynamic.begin', { id: 1, direction: 'add', memoryMiB: 65 })],
  ['adding memory over the maximum', 'memory-range', (on) => on.ask('dynamic.begin', { id: 1, direction: 'add', memoryMiB: 3136 })],
  ['removing memory under the minimum', 'memory-range', (on) => on.ask('dynamic.begin', { id: 1, direction: 'remove', memoryMiB: 832 })],
  [
    "moving memory over the receiver's maximum",
    'memory-range',
    (on) => {
      on.change({ id: 2, direction: 'add', memoryMiB: 3072 })
      return on.ask('dynamic.begin', { id: 1, to: 2, direction: 'move', memoryMiB: 64 })
    },
  ],
  ['adding processors over the maximum', 'processor-range', (on) => on.ask('dynamic.begin', { id: 1, direction: 'add', procs: 3 })],
  ['removing processors under the minimum', 'processor-range', (on) => on.ask('dynamic.begin', { id: 1, direction: 'remove', procs: 2 })],
  ['adding units over the maximum', 'processor-range', (on) => on.ask('dynamic.begin', { id: 1, direction: 'add', hundredths: 151 })],
  ['removing units under the minimum', 'processor-range', (on) => on.ask('dynamic.begin', { id: 1, direction: 'remove', hundredths: 41 })],
  [
    'units that do not reach for the virtual processors',
    'processor-entitlement',
    (on) => on.ask('dynamic.begin', { id: 1, direction: 'remove', hundredths: 31 }),
  ],
  ['units of a dedicated partition', 'processor-mode', (on) => on.ask('dynamic.begin', { id: 3, direction: 'add', hundredths: 10 })],
  ['processors between modes', 'processor-mode', (on) => on.ask('dynamic.begin', { id: 1, to: 3, direction: 'move', procs: 1 })],
  ['both memory and processors', undefined, (on) => on.ask('dynamic.begin', { id: 1, direction: 'add', memoryMiB: 64, procs: 1 })],
  ['neither memory nor processors', undefined, (on) => on.ask('dynamic.begin', { id: 1, direction: 'add' })],
  ['nothing of memory', undefined, (on) => on.ask('dynamic.begin', { id: 1, direction: 'add', memoryMiB: 0 })],
  ['a move to nobody', undefined, (on) => on.ask('dynamic.begin', { id: 1, direction: 'move', memoryMiB: 64 })],
  ['an addition to two', undefined, (on) => on.ask('dynamic.begin', { id: 1, to: 2, direction: 'add', memoryMiB: 64 })],
  ['a move to itself', undefined, (on) => on.ask('dynamic.begin', { id: 1, to: 1, direction: 'move', memoryMiB: 64 })],
  [
    'a batch out of turn',
    'stage-incomplete',
    (on) => {
      const { stage } = on.done('dynamic.begin', { id: 1, direction: 'add', memoryMiB: 1024 })
      return on.ask('dynamic.step', { stage, batch: 1 })
    },
  ],
  ['adding a slot that is not there', 'io-slot-not-found', (on) => on.ask('dynamic.begin', { id: 1, direction: 'add', drcIndex: 5 })],
  ['weighing a capped partition', 'processor-mode', (on) => on.ask('dynamic.sharing', { id: 1, sharingMode: 'cap', uncapWeight: 5 })],
  ['sharing what is dedicated', 'processor-mode', (on) => on.ask('dynamic.sharing', { id: 3, sharingMode: 'uncap' })],
  ['restoring what is not there', 'partition-not-found', (on) => on.ask('dynamic.restore', { id: 9, resource: 'mem' })],
  [
    'resizing what is starting',
    'resource-busy',
    (on) => {
      on.activate(2)
      return on.ask('dynamic.begin', { id: 2, direction: 'add', memoryMiB: 64 })
    },
  ],
]

function slotTwice(on: Machine): Outcome {
  const stage = creation(on)
  on.done('stage.adapter', { stage, adapter: ethernetAdapter(4) })
  return on.ask('stage.adapter', { stage, adapter: scsiServer(4) })
}

describe('refusals', () => {
  it.each(rows)('%s', (_, reason, attempt) => {
    const on = machine()
    const { status, refusal } = attempt(on)
    expect(status).toBe('refused')
    expect(refusal.reason).toBe(reason)
    expect(refusal.detail).not.toBe('')
  })

  it('change neither the configuration nor what is available', () => {
    for (const [what, , attempt] of rows) {
      const on = machine()
      let before = on.phyp.configuration.snapshot
      // Commits on the way to the refused step are the row's own; the last step must not add one.
      const post = on.post.bind(on)
      on.post = (message) => {
        before = on.phyp.configuration.snapshot
        return post(message)
      }
      attempt(on)
      expect([what, on.phyp.configuration.snapshot === before]).toEqual([what, true])
    }
  })

  it('for want of memory and processors say what is there', () => {
    const on = machine()
    const big = on.create('big', profileOf('huge', { memory: [64 * 1024, 64 * 1024, 64 * 1024] }))
    expect(on.activate(big, 'huge').refusal).toMatchObject({ reason: 'memory-insufficient', values: { minimumMiB: 65_536 } })
    const wide = on.create('wide', profileOf('wide', { procs: [4, 4, 4], hundredths: [400, 400, 400] }))
    expect(on.activate(wide, 'wide').refusal).toMatchObject({ reason: 'processors-insufficient', values: { minimum: 400, available: 200 } })
    expect(on.state(big)).toBe('Error')
    expect(on.state(wide)).toBe('Error')
  })
})
