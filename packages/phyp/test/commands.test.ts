// Every command for the hypervisor, served over the mailbox: its effect, and a reply that fits its schema.

import { address, commandByName, commandByOpcode, commandCatalogue, type CommandName } from '@powersim/protocol'
import { ethernetAdapter } from '@powersim/testkit'
import { describe, expect, it } from 'vitest'
import { servers } from '../src/dispatchable/serve.js'
import { initial, Machine, profileOf } from './machine.js'
import { disk, sharingProfile } from './sharing-machine.js'

const adapter = ethernetAdapter(2, { required: true })

describe('the table of the served commands', () => {
  it('has exactly the catalogue entries for the hypervisor', () => {
    const inCatalogue = commandCatalogue.filter((entry) => entry.target === 'phyp').map((entry) => entry.name)
    expect(Object.keys(servers).sort()).toEqual(inCatalogue.sort())
  })

  it('answers every command of a life of a partition with data of its schema', () => {
    const parameters = { pagingSpaces: [disk(1, 'hdisk1', 4096)] }
    const machine = new Machine({ parameters, partitions: [initial(1, 'vios', { environment: 'vioserver' })] })
    const id = machine.create('lpar', profileOf('normal', { adapters: [adapter] }))
    machine.done('lpar.list', {})
    machine.done('profile.list', {})
    machine.done('profile.read', { id, name: 'normal' })
    machine.done('memory.system', {})
    machine.done('memory.lpar', { id })
    machine.done('processors.system', {})
    machine.done('processors.lpar', { id })
    machine.activate(id, 'normal')
    machine.boot(id)
    machine.done('lpar.refcodes', { id, count: 64 })
    machine.change({ id, direction: 'add', memoryMiB: 64 })
    machine.done('dynamic.restore', { id, resource: 'mem' })
    machine.done('dynamic.sharing', { id, sharingMode: 'uncap', uncapWeight: 64 })
    machine.done('slots.system', {})
    machine.done('processorPool.change', { pool: 1, maximumHundredths: 100 })
    machine.done('processorPool.list', {})
    machine.done('virtualSwitch.add', { name: 'BACKUP' })
    machine.done('virtualSwitch.remove', { name: 'BACKUP' })
    machine.done('systemProfile.set', { name: 'all', members: [{ id, profile: 'normal' }] })
    machine.done('systemProfile.list', {})
    const { partition } = machine.done('profileData.read', { id })
    const restoration = machine.done('profileData.begin', { kind: 'favorSystem' })
    machine.done('profileData.put', { stage: restoration.stage, partition })
    machine.done('profileData.putSystemProfiles', { stage: restoration.stage, profiles: [] })
    machine.done('stage.commit', { stage: restoration.stage })
    machine.done('systemProfile.remove', { name: 'all' })
    machine.done('lpar.shutdown', { id, immediate: true, restart: false })
    machine.done('adapters.lpar', { id })
    machine.done('adapters.switches', {})
    machine.done('dynamic.adapter', { id, adapter })
    const change = machine.done('lpar.change', { id })
    machine.done('stage.attributes', { stage: change.stage, attributes: { name: 'renamed' } })
    machine.done('stage.commit', { stage: change.stage })
    const profile = machine.done('profile.change', { id, name: 'normal' })
    machine.done('stage.memory', { stage: profile.stage, memory: { minMiB: 64, desiredMiB: 64, maxMiB: 64 } })
    machine.done('stage.ioSlots', { stage: profile.stage, ioSlots: [] })
    machine.done('stage.removeAdapter', { stage: profile.stage, slot: 2 })
    machine.done('stage.abandon', { stage: profile.stage })
    const more = machine.done('profile.save', { id, name: 'saved', overwrite: false })
    machine.done('stage.commit', { stage: more.stage })
    machine.done('stage.abandon', { stage: machine.done('profile.create', { id, name: 'other' }).stage })
    machine.done('stage.commit', { stage: machine.done('lpar.apply', { id, profile: 'saved' }).stage })
    machine.done('stage.commit', { stage: machine.done('profile.remove', { id, name: 'saved' }).stage })
    const { terminal } = machine.done('terminal.open', { id })
    machine.done('terminal.exchange', { id, terminal, from: 0, typed: 'x' })
    machine.done('terminal.close', { id })
    machine.done('processors.utilization', {})
    machine.done('comanagement.set', { name: 'hmc1', mtms: '7042-CR6*1000001', type: 'norm' })
    machine.done('comanagement.read', {})
    machine.done('comanagement.release', {})
    machine.done('lock.read', {})
    machine.done('lock.release', {})
    machine.done('lpar.read', { id })
    const removal = machine.done('lpar.delete', { id })
    machine.done('stage.commit', { stage: removal.stage })
    machine.done('memoryPool.create', { sizeMiB: 4096, pagingVioses: [1] })
    machine.done('memoryPool.change', { maxMiB: 8192 })
    machine.done('pagingDevice.add', { vios: 1, name: 'hdisk1' })
    machine.done('memoryPool.read', {})
    machine.done('pagingDevice.list', {})
    const sharing = machine.create('sharing', sharingProfile('shared'))
    machine.activate(sharing, 'shared')
    machine.done('memory.lpar', { id: sharing })
    machine.done('dynamic.sharedMemory', { id: sharing, weight: 7, ioEntitledMiB: 'auto' })
    machine.done('lpar.shutdown', { id: sharing, immediate: true, restart: false })
    machine.done('stage.commit', { stage: machine.done('lpar.delete', { id: sharing }).stage })
    machine.done('pagingDevice.remove', { vios: 1, name: 'hdisk1' })
    machine.done('memoryPool.remove', {})

    const served = new Set<CommandName>()
    for (const { message } of machine.received) {
      const definition = commandByOpcode(message.opcode)!
      served.add(definition.name as CommandName)
      const checked = definition.reply.safeParse(message.data)
      expect(checked.success ? [] : [definition.name, checked.error.issues]).toEqual([])
    }
    expect([...served].sort()).toEqual(Object.keys(servers).sort())
  })

  it('sends a reply from the target back to the console, with key, entity and attempt of the request', () => {
    const machine = new Machine()
    const { message } = machine.ask('lpar.list', {}, { console: 7, epoch: 3, sequence: 11, entity: 5, attempt: 2 })
    const key = { epoch: 3, sequence: 11, entity: 5, attempt: 2 }
    expect(message).toMatchObject({ target: address('hmc', 7), source: address('phyp'), flags: 1, ...key })
  })

  it('pads replies to the smallest reply of the machine', () => {
    const machine = new Machine({ parameters: { frames: { requestBytesMin: 0, replyBytesMin: 4096 } } })
    expect(machine.ask('lpar.list', {}).message.bytes).toBe(4096)
  })
})

describe('requests that cannot be served', () => {
  it('refuses payloads that do not fit, commands of others, and opcodes that nobody has', () => {
    const machine = new Machine()
    // A payload that no typed caller could send.
    const bad = { ...machine.request('lpar.read', { id: 1 }), data: { id: 'one' } }
    machine.post(bad)
    machine.post({ ...machine.request('system.state', {}), target: address('phyp') })
    machine.post({ ...machine.request('lpar.list', {}), opcode: 0x7777 })
    machine.simulation.run()
    expect(machine.received.map(({ message }) => message.status)).toEqual([1, 3, 2])
    expect(machine.received[0]?.message.data).toEqual({ detail: expect.stringContaining('data.id') })
    expect(machine.phyp.statistics().commandsByStatus).toEqual({ malformed: 1, 'wrong-target': 1, 'unknown-command': 1 })
  })

  it('answers nothing to replies and events', () => {
    const machine = new Machine()
    machine.post(machine.request('lpar.list', {}, { flags: 1 }))
    machine.post(machine.request('lpar.list', {}, { flags: 4 }))
    machine.simulation.run()
    expect(machine.received).toEqual([])
    expect(machine.phyp.statistics()).toMatchObject({ received: 2, dropped: 2, replied: 0 })
  })
})

describe('a created partition', () => {
  it('takes the lowest free ID, and reads back what was staged', () => {
    const machine = new Machine({ partitions: [initial(1, 'a'), initial(3, 'c')] })
    const profile = profileOf('big', { memory: [512, 2048, 8192], adapters: [adapter], autoStart: true })
    expect(machine.create('b', profile)).toBe(2)
    expect(machine.create('d')).toBe(4)
    expect(machine.done('profile.read', { id: 2, name: 'big' })).toEqual(profile)
    expect(machine.done('lpar.read', { id: 2 })).toEqual({
      id: 2,
      name: 'b',
      environment: 'aixlinux',
      state: 'Not Activated',
      resourceConfig: false,
      osVersion: '',
      defaultProfile: 'big',
      currentProfile: '',
      profiles: ['big'],
      bootMode: 'norm',
      keylock: 'norm',
      desiredCompatMode: '',
      currentCompatMode: '',
      autoStart: true,
      workGroup: '',
      description: '',
      refcode: '',
      version: machine.phyp.configuration.snapshot.partitions[2]!.version,
    })
  })

  it('takes the ID that is asked for', () => {
    const machine = new Machine()
    expect(machine.create('x', profileOf('p'), 17)).toBe(17)
    expect(machine.create('y')).toBe(1)
  })

  it('holds nothing until it is activated: all current values are 0', () => {
    const machine = new Machine()
    const before = machine.done('memory.system', {})
    const id = machine.create('lpar')
    expect(machine.done('memory.system', {})).toEqual(before)
    const memory = machine.done('memory.lpar', { id })
    expect([memory.currentMinMiB, memory.currentMiB, memory.currentMaxMiB, memory.pendingMiB, memory.runMiB]).toEqual([0, 0, 0, 0, 0])
    const { current, pending, runProcs, runHundredths } = machine.done('processors.lpar', { id })
    const amounts = { minHundredths: 0, hundredths: 0, maxHundredths: 0, minProcs: 0, procs: 0, maxProcs: 0 }
    expect(current).toMatchObject({ mode: 'shared', ...amounts })
    expect(pending).toEqual(current)
    expect([runProcs, runHundredths]).toEqual([0, 0])
  })
})

describe('changes', () => {
  it('of a profile change the profile only', () => {
    const machine = new Machine({ partitions: [initial(1, 'a')] })
    const before = machine.done('memory.lpar', { id: 1 })
    const { stage } = machine.done('profile.change', { id: 1, name: 'normal' })
    const memory = { minMiB: 128, desiredMiB: 192, maxMiB: 256 }
    machine.done('stage.memory', { stage, memory })
    machine.done('stage.attributes', { stage, attributes: { bootMode: 'sms', autoStart: true, profileName: 'small' } })
    machine.done('stage.adapter', { stage, adapter })
    machine.done('stage.adapter', { stage, adapter: { ...adapter, vlan: 7 } })
    machine.done('stage.commit', { stage })
    expect(machine.done('memory.lpar', { id: 1 })).toEqual(before)
    const profile = machine.done('profile.read', { id: 1, name: 'small' })
    expect(profile).toMatchObject({ memory, bootMode: 'sms', autoStart: true, adapters: [{ ...adapter, vlan: 7 }] })
    const view = machine.done('lpar.read', { id: 1 })
    expect(view).toMatchObject({ bootMode: 'norm', autoStart: false })
    expect(view).toMatchObject({ defaultProfile: 'small', currentProfile: 'small', profiles: ['small'] })
  })

  it('of a partition change its attributes, and its name while it runs', () => {
    const machine = new Machine({ partitions: [initial(1, 'a')] })
    const { stage } = machine.done('lpar.change', { id: 1 })
    const attributes = { name: 'b', bootMode: 'of', autoStart: true, workGroup: '3', description: 'first' } as const
    machine.done('stage.attributes', { stage, attributes })
    machine.done('stage.commit', { stage })
    expect(machine.done('lpar.read', { id: 1 })).toMatchObject({ ...attributes, state: 'Running' })
    expect(machine.done('profile.read', { id: 1, name: 'normal' })).toMatchObject({ bootMode: 'norm', autoStart: false })
  })

  it('number themselves, and the partitions they touched', () => {
    const machine = new Machine({ partitions: [initial(1, 'a', { running: false }), initial(2, 'b', { running: false })] })
    const start = machine.phyp.configuration.version
    const { stage } = machine.done('lpar.change', { id: 2 })
    expect(machine.done('stage.commit', { stage }).version).toBe(start + 1)
    expect(machine.done('lpar.read', { id: 2 }).version).toBe(start + 1)
    expect(machine.done('lpar.read', { id: 1 }).version).toBeLessThan(start)
  })
})

it('knows each command by its opcode', () => {
  for (const name of Object.keys(servers) as CommandName[]) expect(commandByName(name).target).toBe('phyp')
})
