// Shared memory in machine documents: the pool, devices to page to, partitions that share, and the rules among them.

import { Simulation } from '@powersim/kernel'
import { netsFirst } from '@powersim/routing'
import { describe, expect, it } from 'vitest'
import { Installation, type MachineDocument, MachineError, readDocument } from '../src/index.js'

const [vios1, vios2, nets] = readDocument({}).systems[0]?.partitions ?? []
const disks = [
  { name: 'hdisk4', sizeMiB: 16_384, location: 'W50' },
  { name: 'hdisk5', sizeMiB: 8192 },
]
const memoryPool = { sizeMiB: 4096, pagingVioses: ['vios1', 'vios2'], devices: disks.map(({ name }) => ({ vios: 'vios1', name })) }
const member = { ...nets, id: 4, name: 'sh1', memoryMiB: 8192, sharedMemory: { weight: 7, primaryPagingVios: 'vios1' } }
const adapters = [{ kind: 'eth', slot: 2, vlan: 1 }]

/** The preset with a pool and a partition that shares it, and what a case puts over them. */
function sharing(partition: object = {}, phyp: object = {}, servers: object = {}): MachineDocument {
  const first = { ...vios1, pagingDevices: disks, ...servers }
  const second = { ...vios2, pagingDevices: [{ name: 'hdisk9', sizeMiB: 16_384, location: 'W50' }] }
  return { partitions: [first, second, nets, { ...member, adapters, ...partition }], phyp: { memoryPool, ...phyp } }
}

function built(document: MachineDocument): Installation {
  return new Installation(new Simulation({ seed: 'memory' }), readDocument(document), { policy: () => netsFirst() })
}

it('a pool, its devices and who shares it are there at time 0', () => {
  const { memoryPool: pool, partitions } = built(sharing()).systems[0]!.phyp.configuration.snapshot
  expect(pool).toEqual({
    sizeMiB: 4096,
    maxMiB: 4096,
    pagingVioses: [1, 2],
    deduplication: false,
    devices: [
      {
        paths: [
          { vios: 1, name: 'hdisk4' },
          { vios: 2, name: 'hdisk9' },
        ],
        sizeMiB: 16_384,
        kind: 'phys',
        location: 'W50',
        lparId: 4,
      },
      { paths: [{ vios: 1, name: 'hdisk5' }], sizeMiB: 8192, kind: 'phys', location: '', lparId: null },
    ],
  })
  expect(partitions[4]?.current).toMatchObject({
    memoryMiB: 8192,
    sharing: { weight: 7, ioEntitledMiB: 60, ioEntitledAuto: true, pagingVioses: [1] },
  })
})

it('devices that nobody pages to cost a machine nothing: it runs bit for bit as before', () => {
  const digest = (document: MachineDocument): string => {
    const installation = built(document)
    installation.start()
    installation.simulation.run(10_000_000_000)
    return installation.simulation.digest.hex()
  }
  expect(digest({ partitions: [{ ...vios1, pagingDevices: disks }, vios2, nets] })).toBe(digest({}))
})

describe('rules', () => {
  const cases: [what: string, document: MachineDocument, path: string, message: string][] = [
    ['no pool to share', sharing({}, { memoryPool: null }), 'partitions.3.sharedMemory', 'no phyp.memoryPool'],
    ['no capability', sharing({}, { capabilities: { activeMemorySharing: false } }), 'phyp.memoryPool', 'activeMemorySharing'],
    [
      'a server that is none',
      sharing({}, { memoryPool: { ...memoryPool, pagingVioses: ['lnxnets'] } }),
      'phyp.memoryPool.pagingVioses.0',
      'no vioserver',
    ],
    ['a server that shares', sharing({}, {}, { sharedMemory: {} }), 'phyp.memoryPool.pagingVioses.0', 'shares memory'],
    ['an unknown device', sharing({}, {}, { pagingDevices: [] }), 'phyp.memoryPool.devices.0.name', 'pagingDevices'],
    [
      'a device of another server',
      sharing({}, { memoryPool: { ...memoryPool, pagingVioses: ['vios2'] } }),
      'phyp.memoryPool.devices.0.vios',
      'not one of pagingVioses',
    ],
    ['dedicated processors', sharing({ mode: 'dedicated', entitledCapacity: 1 }), 'partitions.3.mode', 'shared processors'],
    ['a slot', sharing({ ioSlots: ['P1-C1'] }), 'partitions.3.ioSlots', 'virtual I/O only'],
    [
      'an unknown server',
      sharing({ sharedMemory: { secondaryPagingVios: 'sh1' } }),
      'partitions.3.sharedMemory.secondaryPagingVios',
      'pagingVioses',
    ],
    ['a disk of a client', sharing({ pagingDevices: disks }), 'partitions.3.pagingDevices', 'only a vioserver'],
    ['half an expansion', sharing({ memoryExpansion: 0.5 }), 'partitions.3.memoryExpansion', 'from 1 to 10'],
    ['a pool that does not fit', sharing({}, { memoryPool: { ...memoryPool, sizeMiB: 61_440 } }), 'partitions', 'memory pool'],
  ]
  it.each(cases)('%s', (_, document, path, message) => {
    expect(() => readDocument(document)).toThrow(expect.objectContaining({ name: 'MachineError', path }))
    expect(() => readDocument(document)).toThrow(message)
  })

  it('what the hypervisor refuses is a mistake too', () => {
    expect(() => built(sharing({ adapters: [] }))).toThrow(MachineError)
    expect(() => built(sharing({ memoryExpansion: 2 }))).toThrow('expand')
    expect(() => built(sharing({}, { memoryPool: { ...memoryPool, sizeMiB: 4100 } }))).toThrow('multiples of 128')
  })
})
