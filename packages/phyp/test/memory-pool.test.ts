// The shared memory pool and the partitions that share it, as configuration: sums, devices, entitlements, and what is refused.

import type { RefusalReason } from '@powersim/protocol'
import { ethernetAdapter, scsiServer } from '@powersim/testkit'
import { describe, expect, it } from 'vitest'
import { initial, Machine, type Outcome, profileOf } from './machine.js'
import { disk, pool, sharingMachine, sharingProfile, vioses } from './sharing-machine.js'

const FIRMWARE = Math.ceil((8192 * 269) / 32_768)
/** An Ethernet and a SCSI adapter. */
const AUTO = 60 + 97

const member = (id: number, memory = {}) => initial(id, `p${id}`, { profiles: [sharingProfile('normal', memory)], running: false })

describe('the pool', () => {
  it('is made of free memory, and gives it back', () => {
    const machine = new Machine({ partitions: vioses })
    const free = machine.done('memory.system', {}).availableMiB
    expect(machine.done('memoryPool.read', {})).toEqual({})
    machine.done('memoryPool.create', { sizeMiB: 2048, maxMiB: 4096, pagingVioses: [2] })
    expect(machine.done('memory.system', {})).toMatchObject({ availableMiB: free - 2048, maxMemoryPools: 1, maxPagingVioses: 2 })
    machine.done('memoryPool.change', { sizeMiB: 4096 })
    expect(machine.done('memory.system', {}).availableMiB).toBe(free - 4096)
    machine.done('memoryPool.change', { sizeMiB: 1024 })
    expect(machine.done('memory.system', {}).availableMiB).toBe(free - 1024)
    expect(machine.done('memoryPool.read', {}).pool).toEqual({
      sizeMiB: 1024,
      maxMiB: 4096,
      firmwareMiB: 34,
      availableMiB: 1024 - 34,
      pagingVioses: [2],
      deduplication: false,
    })
    machine.done('memoryPool.remove', {})
    expect(machine.done('memory.system', {}).availableMiB).toBe(free)
    expect(machine.done('memoryPool.read', {})).toEqual({})
  })

  it('has available what firmware and entitlements leave, as a console with a pool of 24 GiB showed', () => {
    // powercampus.de, Ändern eines Shared Memory Pools and I/O Entitled Memory: 24576 of at most 32768, firmware 269, partitions with
    // 351 and 60, available 23896.
    const machine = sharingMachine({
      memoryPool: { sizeMiB: 24_576, maxMiB: 32_768, pagingVioses: [1], devices: ['hdisk4', 'hdisk5'].map((name) => ({ vios: 1, name })) },
    })
    const four = [ethernetAdapter(2), ...[3, 4, 5].map((slot) => scsiServer(slot))]
    for (const adapters of [four, [ethernetAdapter(2)]]) {
      const id = machine.create(`p${adapters.length}`, { ...sharingProfile('p', { maxMiB: 8192 }), adapters })
      expect(machine.activate(id, 'p').status).toBe('ok')
    }
    expect(machine.done('memoryPool.read', {}).pool).toMatchObject({ firmwareMiB: 269, availableMiB: 23_896 })
    expect([3, 4].map((id) => machine.done('memory.lpar', { id }).shared?.ioEntitledMiB)).toEqual([351, 60])
  })

  it('finds a device behind a second server by itself, and forgets it with the server', () => {
    const machine = sharingMachine({ memoryPool: { sizeMiB: 1024, pagingVioses: [1], devices: [{ vios: 1, name: 'hdisk4' }] } })
    const [alone] = machine.done('pagingDevice.list', {}).devices
    expect(alone).toEqual({ name: 'hdisk4', vios: 1, active: false, location: 'W50', sizeMiB: 8192, kind: 'phys', lparId: 0 })
    machine.done('memoryPool.change', { pagingVioses: [1, 2] })
    const [both] = machine.done('pagingDevice.list', {}).devices
    expect(both).toEqual({ ...alone, redundant: { name: 'hdisk9', vios: 2, active: false, location: 'W50' } })
    machine.done('memoryPool.change', { pagingVioses: [2] })
    expect(machine.done('pagingDevice.list', {}).devices).toEqual([{ ...alone, name: 'hdisk9', vios: 2 }])
  })

  it('survives the power-off of the machine, and so does who has which device', () => {
    const machine = sharingMachine({ partitions: [{ ...member(3), running: true }] })
    const before = machine.done('pagingDevice.list', {}).devices
    const { sizeMiB } = machine.done('memoryPool.read', {}).pool!
    machine.phyp.power.stop()
    machine.phyp.power.start()
    expect(machine.done('memoryPool.read', {}).pool).toMatchObject({ sizeMiB, availableMiB: sizeMiB - FIRMWARE - AUTO })
    const after = machine.done('pagingDevice.list', {}).devices
    expect(after.map(({ lparId, name }) => [lparId, name])).toEqual(before.map(({ lparId, name }) => [lparId, name]))
    expect(after.some(({ active }) => active)).toBe(false)
  })
})

describe('a partition that shares memory', () => {
  it('takes nothing of the machine but processors and a page table, and is started with its share', () => {
    const machine = sharingMachine({ partitions: [member(3, { weight: 200, primaryPagingVios: 2 })] })
    const before = machine.done('memory.system', {})
    // Only the large disks are behind server 2.
    expect(machine.activate(3, 'normal').status).toBe('ok')
    expect(machine.done('memory.system', {})).toEqual(before)
    expect(machine.host.starts.at(-1)).toMatchObject({
      memoryMiB: 1024,
      sharedMemory: { weight: 200, ioEntitledMiB: AUTO, pagingVioses: [2] },
    })
    expect(machine.done('memory.lpar', { id: 3 })).toMatchObject({
      currentMiB: 1024,
      runMiB: 1024,
      mode: 'shared',
      shared: { weight: 200, ioEntitledMiB: AUTO, ioEntitledAuto: true, ioNeededMiB: 5, primaryPagingVios: 2, secondaryPagingVios: 0 },
    })
    expect(machine.done('pagingDevice.list', {}).devices.map(({ lparId, active }) => [lparId, active])).toEqual([
      [0, false],
      [3, false],
      [0, false],
    ])
  })

  it('gets the smallest device that holds its maximum; with two servers one that both see', () => {
    const machine = sharingMachine({
      partitions: [member(3), member(4, { primaryPagingVios: 1, secondaryPagingVios: 2 }), member(5), member(6)],
    })
    for (const id of [3, 4, 5]) expect(machine.activate(id, 'normal').status).toBe('ok')
    expect(machine.done('pagingDevice.list', {}).devices.map(({ name, lparId }) => [name, lparId])).toEqual([
      ['hdisk1', 3],
      ['hdisk4', 4],
      ['hdisk5', 5],
    ])
    expect(machine.activate(6, 'normal').refusal.reason).toBe('paging-device-insufficient')
    expect(machine.state(6)).toBe('Not Activated')
    // One that runs no more has its device until another one needs it.
    machine.done('lpar.shutdown', { id: 3, immediate: true, restart: false })
    expect(machine.activate(6, 'normal').status).toBe('ok')
    expect(machine.done('pagingDevice.list', {}).devices[0]).toMatchObject({ name: 'hdisk1', lparId: 6 })
    expect(machine.activate(3).refusal.reason).toBe('paging-device-insufficient')
  })

  it('over-commits: logical memory of all may be more than the pool, and than the machine has free', () => {
    const memory = { desiredMiB: 4096 }
    const machine = sharingMachine({
      parameters: { memory: { installedMiB: 8192, firmwareMiB: 512, regionMiB: 64, batchRegions: 4, hptRatio: 64, pageTables: true } },
      memoryPool: { sizeMiB: 1024, pagingVioses: [1], devices: ['hdisk1', 'hdisk4', 'hdisk5'].map((name) => ({ vios: 1, name })) },
      partitions: [member(3, memory), member(4, memory), member(5, memory)],
    })
    for (const id of [3, 4, 5]) expect(machine.activate(id, 'normal').status).toBe('ok')
    const held = [1, 2].reduce((sum, id) => sum + machine.done('memory.lpar', { id }).currentMiB, 0)
    const system = machine.done('memory.system', {})
    expect(system.availableMiB).toBe(system.configurableMiB - system.firmwareMiB - 1024 - held)
  })

  it('is resized in logical memory, which leaves machine and pool as they are', () => {
    const machine = sharingMachine({ partitions: [{ ...member(3), running: true }] })
    const before = [machine.done('memory.system', {}), machine.done('memoryPool.read', {})]
    machine.change({ id: 3, direction: 'add', memoryMiB: 3072 })
    expect(machine.done('memory.lpar', { id: 3 })).toMatchObject({ currentMiB: 4096, runMiB: 4096 })
    machine.change({ id: 3, direction: 'remove', memoryMiB: 3840 })
    expect(machine.done('memory.lpar', { id: 3 })).toMatchObject({ currentMiB: 256, runMiB: 256 })
    expect([machine.done('memory.system', {}), machine.done('memoryPool.read', {})]).toEqual(before)
  })

  it('changes its weight and entitlement at once, down to what its adapters need', () => {
    const machine = sharingMachine({ partitions: [{ ...member(3), running: true }] })
    machine.done('dynamic.sharedMemory', { id: 3, weight: 0, ioEntitledMiB: 5 })
    expect(machine.done('memory.lpar', { id: 3 }).shared).toMatchObject({ weight: 0, ioEntitledMiB: 5, ioEntitledAuto: false })
    expect(machine.host.resizes.at(-1)).toMatchObject({ lparId: 3, memoryMiB: 1024 })
    expect(machine.ask('dynamic.sharedMemory', { id: 3, ioEntitledMiB: 4 }).refusal.reason).toBe('io-entitlement')
    const all = 4096 - FIRMWARE
    expect(machine.ask('dynamic.sharedMemory', { id: 3, ioEntitledMiB: all + 1 }).refusal.reason).toBe('io-entitlement')
    machine.done('dynamic.sharedMemory', { id: 3, ioEntitledMiB: all })
    expect(machine.done('memoryPool.read', {}).pool?.availableMiB).toBe(0)
    machine.done('dynamic.sharedMemory', { id: 3, ioEntitledMiB: 'auto' })
    expect(machine.done('memory.lpar', { id: 3 }).shared).toMatchObject({ weight: 0, ioEntitledMiB: AUTO, ioEntitledAuto: true })
  })

  it('has an entitlement that follows its adapters, as long as the pool has it', () => {
    const partition = { ...member(3), running: true }
    const machine = sharingMachine({ memoryPool: { ...pool, sizeMiB: 320 }, partitions: [partition] })
    const entitled = () => machine.done('memory.lpar', { id: 3 }).shared?.ioEntitledMiB
    const { stage } = machine.done('dynamic.begin', { id: 3, direction: 'add', adapter: ethernetAdapter(4) })
    machine.done('dynamic.step', { stage, batch: 0 })
    expect(machine.guestTakes(3, 'vslot', 1, 4)).toBe(1)
    machine.done('dynamic.finish', { stage })
    expect(entitled()).toBe(AUTO + 60)
    // 320 MiB, less the firmware's 68: room for two more Ethernet adapters would be 277.
    machine.done('dynamic.sharedMemory', { id: 3, ioEntitledMiB: 252 })
    expect(machine.ask('memoryPool.change', { sizeMiB: 256 }).refusal.reason).toBe('memory-pool-range')
    machine.done('dynamic.sharedMemory', { id: 3, ioEntitledMiB: 'auto' })
    expect(machine.ask('dynamic.begin', { id: 3, direction: 'add', adapter: ethernetAdapter(5) }).refusal.reason).toBe(
      'memory-insufficient',
    )
    const removal = machine.done('dynamic.begin', { id: 3, direction: 'remove', virtualSlot: { kind: 'eth', slot: 4 } })
    expect(machine.guestGives(3, 'vslot', 1, 4)).toBe(1)
    machine.done('dynamic.step', { stage: removal.stage, batch: 0 })
    machine.done('dynamic.finish', { stage: removal.stage })
    expect(entitled()).toBe(AUTO)
  })

  it('with an adapter on its way has the entitlement for that reserved', () => {
    const machine = sharingMachine({ partitions: [{ ...member(3), running: true }] })
    const { stage } = machine.done('dynamic.begin', { id: 3, direction: 'add', adapter: ethernetAdapter(4) })
    const least = FIRMWARE + AUTO + 60
    expect(machine.ask('memoryPool.change', { sizeMiB: Math.floor(least / 64) * 64 }).refusal.detail).toContain(`${least} MiB`)
    machine.done('stage.abandon', { stage })
    machine.done('memoryPool.change', { sizeMiB: Math.floor(least / 64) * 64 })
  })

  it('has memory of its own again after an activation with such a profile', () => {
    const own = profileOf('own', { adapters: [ethernetAdapter(2)] })
    const partition = initial(3, 'p3', { profiles: [sharingProfile('normal'), own], running: false, holdsResources: true })
    const machine = sharingMachine({ partitions: [partition] })
    const before = machine.done('memory.system', {}).availableMiB
    expect(machine.activate(3, 'own').status).toBe('ok')
    expect(machine.done('memory.system', {}).availableMiB).toBe(before - 1024)
    expect(machine.done('memory.lpar', { id: 3 })).toMatchObject({ mode: 'ded' })
    expect(machine.done('pagingDevice.list', {}).devices.every(({ lparId }) => lparId === 0)).toBe(true)
    machine.done('memoryPool.remove', {})
  })

  it('that is being activated has its entitlement and device reserved', () => {
    const machine = sharingMachine({
      memoryPool: { sizeMiB: 256, pagingVioses: [1], devices: ['hdisk1', 'hdisk4'].map((name) => ({ vios: 1, name })) },
      partitions: [member(3), member(4)],
    })
    const steps = (id: number) => {
      const { stage } = machine.done('activation.begin', { id, profile: 'normal' })
      return { stage, memory: machine.ask('activation.memory', { stage }) }
    }
    const first = steps(3)
    expect(first.memory.status).toBe('ok')
    expect(machine.ask('memoryPool.remove', {}).refusal.reason).toBe('memory-pool-in-use')
    expect(machine.ask('pagingDevice.remove', { vios: 1, name: 'hdisk1' }).refusal.reason).toBe('paging-device-in-use')
    // 254 MiB beside the firmware: not for both, which is a lack of memory as any other.
    expect(steps(4).memory.refusal.reason).toBe('memory-insufficient')
    expect(machine.state(4)).toBe('Error')
    machine.done('stage.abandon', { stage: first.stage })
    machine.done('lpar.shutdown', { id: 4, immediate: true, restart: false })
    expect(steps(4).memory.status).toBe('ok')
  })
})

type Row = [what: string, reason: RefusalReason, attempt: (on: Machine) => Outcome]

const activated = (on: Machine, profile: ReturnType<typeof sharingProfile>) => on.activate(on.create('new', profile), profile.name)
const rows: Row[] = [
  ['a second pool', 'memory-pool-exists', (on) => on.ask('memoryPool.create', { sizeMiB: 1024, pagingVioses: [1] })],
  ['a size of half a region', 'memory-pool-range', (on) => on.ask('memoryPool.change', { sizeMiB: 1056 })],
  ['a size above the maximum', 'memory-pool-range', (on) => on.ask('memoryPool.change', { sizeMiB: 8256 })],
  ['a maximum below the size', 'memory-pool-range', (on) => on.ask('memoryPool.change', { maxMiB: 1024 })],
  ['a maximum above the machine', 'memory-pool-range', (on) => on.ask('memoryPool.change', { maxMiB: 131_072 })],
  ['a size below the entitlements', 'memory-pool-range', (on) => on.ask('memoryPool.change', { sizeMiB: 192 })],
  ['more than is free', 'memory-insufficient', (on) => on.ask('memoryPool.change', { sizeMiB: 65_536, maxMiB: 65_536 })],
  ['a larger maximum while it is in use', 'memory-pool-in-use', (on) => on.ask('memoryPool.change', { maxMiB: 16_384 })],
  ['no server', 'paging-vios', (on) => on.ask('memoryPool.change', { pagingVioses: [] })],
  ['a server twice', 'paging-vios', (on) => on.ask('memoryPool.change', { pagingVioses: [2, 2] })],
  ['a server that is none', 'paging-vios', (on) => on.ask('memoryPool.change', { pagingVioses: [1, 3] })],
  ['a list without the server of a partition', 'paging-vios', (on) => on.ask('memoryPool.change', { pagingVioses: [2] })],
  ['removing a pool in use', 'memory-pool-in-use', (on) => on.ask('memoryPool.remove', {})],
  ['merging pages on POWER6', 'memory-deduplication-capability', (on) => on.ask('memoryPool.change', { deduplication: true })],
  ['an unknown device', 'paging-device-not-found', (on) => on.ask('pagingDevice.add', { vios: 1, name: 'hdisk7' })],
  ['a device twice, by its other name', 'paging-device-in-use', (on) => on.ask('pagingDevice.add', { vios: 2, name: 'hdisk9' })],
  ['removing what is not of the pool', 'paging-device-not-found', (on) => on.ask('pagingDevice.remove', { vios: 2, name: 'hdisk1' })],
  ['removing a device in use', 'paging-device-in-use', (on) => on.ask('pagingDevice.remove', { vios: 1, name: 'hdisk1' })],
  ['a partition without a virtual adapter', 'virtual-adapter-missing', (on) => activated(on, { ...sharingProfile('p'), adapters: [] })],
  ['an entitlement below the need', 'io-entitlement', (on) => activated(on, sharingProfile('p', { ioEntitledMiB: 4 }))],
  ['an entitlement above the pool', 'memory-insufficient', (on) => activated(on, sharingProfile('p', { ioEntitledMiB: 4096 }))],
  ['a server that does not page', 'paging-vios', (on) => activated(on, sharingProfile('p', { primaryPagingVios: 3 }))],
  ['more than a device holds', 'paging-device-insufficient', (on) => activated(on, sharingProfile('p', { maxMiB: 32_768 }))],
  ['a server of the pool that shares', 'memory-mode', (on) => on.ask('dynamic.sharedMemory', { id: 1, weight: 1 })],
  ['moving memory', 'memory-mode', (on) => on.ask('dynamic.begin', { id: 1, to: 3, direction: 'move', memoryMiB: 64 })],
  ['a physical slot', 'memory-mode', (on) => on.ask('dynamic.begin', { id: 3, direction: 'add', drcIndex: 0x2101_0000 })],
  [
    'deleting a server that pages',
    'memory-pool-in-use',
    (on) => {
      on.done('lpar.shutdown', { id: 2, immediate: true, restart: false })
      return on.ask('lpar.delete', { id: 2 })
    },
  ],
  [
    'a weight while it is changed',
    'resource-busy',
    (on) => {
      on.done('dynamic.begin', { id: 3, direction: 'add', memoryMiB: 64 })
      return on.ask('dynamic.sharedMemory', { id: 3, weight: 1 })
    },
  ],
  [
    'expanding memory on POWER6',
    'memory-expansion-capability',
    (on) => {
      const { stage } = on.done('profile.change', { id: 3, name: 'normal' })
      return on.ask('stage.memory', { stage, memory: { minMiB: 64, desiredMiB: 64, maxMiB: 64, expansionHundredths: 120 } })
    },
  ],
  [
    'dedicated processors',
    'memory-mode',
    (on) => {
      const { stage } = on.done('profile.change', { id: 3, name: 'normal' })
      on.done('stage.processors', { stage, processors: profileOf('p', { dedicated: true }).processors })
      return on.ask('stage.commit', { stage })
    },
  ],
  [
    'a slot in the profile',
    'memory-mode',
    (on) => {
      const { stage } = on.done('profile.change', { id: 3, name: 'normal' })
      on.done('stage.ioSlots', { stage, ioSlots: [{ drcIndex: 0x2101_0000, required: false }] })
      return on.ask('stage.commit', { stage })
    },
  ],
]

describe('refused, and nothing has changed:', () => {
  it.each(rows)('%s: %s', (_, reason, attempt) => {
    const ioSlots = [{ unit: 'U1', busId: 1, location: 'C1', description: 'Empty slot' }]
    const machine = sharingMachine({ parameters: { ioSlots }, partitions: [{ ...member(3), running: true }] })
    const sums = () => [machine.done('memory.system', {}), machine.done('memoryPool.read', {}), machine.done('pagingDevice.list', {})]
    const before = sums()
    expect(attempt(machine).refusal.reason).toBe(reason)
    expect(sums()).toEqual(before)
  })

  it('everything, on a machine that cannot share memory', () => {
    const capabilities = { activeMemorySharing: false, activeMemoryExpansion: false, activeMemoryDeduplication: false }
    const machine = new Machine({ parameters: { capabilities }, partitions: vioses })
    const reasons = [
      machine.ask('memoryPool.read', {}),
      machine.ask('pagingDevice.list', {}),
      machine.ask('memoryPool.create', { sizeMiB: 1024, pagingVioses: [1] }),
      machine.ask('pagingDevice.add', { vios: 1, name: 'hdisk1' }),
    ].map(({ refusal }) => refusal.reason)
    expect(new Set(reasons)).toEqual(new Set(['memory-sharing-capability']))
    expect(machine.done('memory.system', {})).not.toHaveProperty('maxMemoryPools')
  })

  it('a pool before time 0 that does not fit: a mistake of the caller', () => {
    const memoryPool = { sizeMiB: 1056, pagingVioses: [1], devices: [] }
    expect(() => new Machine({ memoryPool })).toThrow(expect.objectContaining({ code: 'bad-memory-pool' }))
    const parameters = { pagingSpaces: [disk(1, 'hdisk1', 64), disk(1, 'hdisk1', 64)] }
    expect(() => new Machine({ parameters })).toThrow(expect.objectContaining({ code: 'bad-parameter', path: 'pagingSpaces.1.name' }))
  })
})
