// Shared memory on whole machines: guests that touch more than there is, paging servers that serve them with processor time of their own,
// servers that die and come back, loans. The pool's laws are checked all the way.

import { seconds, Simulation } from '@powersim/kernel'
import { netsFirst } from '@powersim/routing'
import { describe, expect, it } from 'vitest'
import { Installation, type MachineDocument, readDocument } from '../src/index.js'

const [vios1, vios2, nets] = readDocument({}).systems[0]?.partitions ?? []
const guests = readDocument({}).systems[0]?.guests ?? []
const disks = ['hdisk4', 'hdisk5', 'hdisk6'].map((name, n) => ({ name, sizeMiB: 4096, location: `W5${n}` }))
const GUESTS = [4, 5]
const SHARING = { weight: 128, ioEntitledMiB: 4, primaryPagingVios: 'vios1', secondaryPagingVios: 'vios2' }

const MERGING = { activeMemorySharing: true, activeMemoryExpansion: false, activeMemoryDeduplication: true }

interface Options {
  poolMiB?: number
  loaning?: 'off' | 'linux' | 'aix'
  perSecond?: number
  workingSetMiB?: number
  nets?: object
  processors?: 'dispatched' | 'ideal'
  deduplication?: boolean
}

function machine({
  poolMiB = 128,
  loaning = 'off',
  perSecond = 3000,
  workingSetMiB = 80,
  processors = 'dispatched',
  ...rest
}: Options = {}) {
  const members = GUESTS.map((id, n) => {
    return { ...nets, id, name: `lnxsh${n}`, memoryMiB: 512, sharedMemory: SHARING, adapters: [{ kind: 'eth', slot: 2, vlan: 1 }] }
  })
  const linux = guests.find(({ names }) => names === 'lnx*')
  const memory = { references: { uniform: true }, perSecond, workingSetMiB }
  const sharing = { ...linux, names: 'lnxsh*', memory }
  const first = { ...linux, names: 'lnxsh0', memory: { ...memory, loaning } }
  const document: MachineDocument = {
    partitions: [{ ...vios1, pagingDevices: disks }, { ...vios2, pagingDevices: disks }, { ...nets, ...rest.nets }, ...members],
    guests: [first, sharing, ...(rest.nets === undefined ? [] : [{ ...linux, names: 'lnxnets', memory: { program } }]), ...guests],
    phyp: {
      dispatch: { processors },
      ...(rest.deduplication === undefined ? {} : { capabilities: MERGING }),
      memoryPool: {
        sizeMiB: poolMiB,
        ...(rest.deduplication === undefined ? {} : { deduplication: rest.deduplication }),
        pagingVioses: ['vios1', 'vios2'],
        devices: disks.map(({ name }) => ({ vios: 'vios1', name })),
      },
    },
  } as MachineDocument
  const installation = new Installation(new Simulation({ seed: 'sharing' }), readDocument(document), { policy: () => netsFirst() })
  installation.start()
  const [system] = installation.systems
  if (system === undefined) throw new Error('there is a system')
  return { installation, system, run: (to: number) => follow(installation, to) }
}

const program = { workingSetMiB: 64, pagesPerPiece: 8 }

/** Runs in steps, with all checks after each. */
function follow(installation: Installation, toSeconds: number): void {
  const { simulation } = installation
  while (simulation.now < seconds(toSeconds)) {
    simulation.run(Math.min(seconds(toSeconds), simulation.now + seconds(10)))
    installation.check()
  }
}

function pagingOf(system: Installation['systems'][number]) {
  const { sharedMemory } = system.phyp
  if (sharedMemory === null || sharedMemory.pager === null) throw new Error('there is a pool')
  return { memory: sharedMemory, pager: sharedMemory.pager, paging: sharedMemory.paging.statistics() }
}

describe('partitions that want more than there is', () => {
  for (const processors of ['dispatched', 'ideal'] as const) {
    it(`page through their servers, on ${processors} processors`, () => {
      const { system, run } = machine({ processors })
      run(30)
      const { memory, pager, paging } = pagingOf(system)
      expect(paging.reads).toBeGreaterThan(1000)
      expect(paging).toMatchObject({ failed: 0, resent: 0, failOvers: 0 })
      expect(memory.faults.stalls).toBeGreaterThan(1000)
      const [first, second] = GUESTS.map((id) => pager.memberStatistics(id))
      expect(first!.backed + second!.backed).toBeGreaterThan(110 * 256)
      // A page-in takes what the device takes, the server's processor time and its dispatch.
      const meanMs = memory.faults.waitNs / memory.faults.count / 1e6
      expect(meanMs).toBeGreaterThan(0.5)
      expect(meanMs).toBeLessThan(20)
    })
  }

  it('have nothing to wait for when the pool has room for all of them', () => {
    const { system, run } = machine({ poolMiB: 256 })
    run(30)
    expect(pagingOf(system)).toMatchObject({ paging: { reads: 0, writes: 0 } })
    expect(pagingOf(system).memory.faults.count).toBe(0)
  })

  it('have fewer frames in use when identical pages are merged, and lose nothing by it', () => {
    const saved = [false, true].map((deduplication) => {
      const { system, run } = machine({ poolMiB: 128, workingSetMiB: 60, deduplication })
      run(30)
      return pagingOf(system).pager.statistics()
    })
    expect(saved[0]!.saved).toBe(0)
    // Pages that have only been read are zeros.
    expect(saved[1]!.saved).toBeGreaterThan(1000)
    expect(saved[1]!.parted).toBeGreaterThan(1000)
  })

  it('are refused merging by a machine that cannot do it', () => {
    const pool = { sizeMiB: 128, pagingVioses: ['vios1'], devices: [], deduplication: true }
    expect(() => readDocument({ phyp: { memoryPool: pool } })).toThrow(/memoryPool\.deduplication: .*activeMemoryDeduplication/)
  })

  it('fault less than who does not, when they loan what they do not use: they have paid (LoPAR, CMO background)', () => {
    const { system, run } = machine({ loaning: 'linux' })
    run(40)
    const { pager } = pagingOf(system)
    const [loans, does] = GUESTS.map((id) => pager.memberStatistics(id))
    expect(loans!.loaned).toBe(256 * 256)
    expect(does!.loaned).toBe(0)
    expect(loans!.pageIns).toBeLessThan(does!.pageIns / 2)
  })

  it('make the program wait that runs on one of them', () => {
    const shared = { sharedMemory: SHARING, adapters: [{ kind: 'eth', slot: 2, vlan: 1 }], memoryMiB: 512 }
    const { system, run } = machine({ nets: shared, perSecond: 1500 })
    run(20)
    const touches = system.netsPartition?.paging?.touches.statistics()
    expect(touches?.touches).toBeGreaterThan(100)
  })
})

describe('a paging server that dies', () => {
  it('is replaced by the other one; without any the partitions stall, and go on when one is back', () => {
    const { system, run } = machine({ perSecond: 1500 })
    run(30)
    system.stop(1, 'immediate')
    run(45)
    const second = pagingOf(system).paging
    expect(second.failOvers).toBe(2)
    expect(pagingOf(system).memory.paging.streamOf(1)?.state).toBe('Stopped')
    expect(pagingOf(system).memory.paging.streamOf(2)?.state).toBe('Enabled')
    system.stop(2, 'immediate')
    run(50)
    const stalled = pagingOf(system)
    run(60)
    expect(pagingOf(system).paging.reads).toBe(stalled.paging.reads)
    expect(stalled.paging.waiting).toBeGreaterThan(0)
    system.phyp.activate(1)
    run(290)
    expect(pagingOf(system).paging.reads).toBeGreaterThan(stalled.paging.reads + 1000)
    expect(pagingOf(system).paging.failed).toBe(0)
  })
})
