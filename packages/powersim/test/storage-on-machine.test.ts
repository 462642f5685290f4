// Virtual storage in a whole machine from a document: two servers and a client on the dispatch wheel, and a server that is lost.

import { seconds, Simulation, until, type Yieldable } from '@powersim/kernel'
import { Installation, readDocument } from '@powersim/managed-system'
import { policyByName } from '@powersim/routing'
import { expect, it } from 'vitest'

function installation(kind: 'scsi' | 'fc') {
  const [system] = readDocument({}).systems
  const served = { adapters: [{ name: 'fcs0', location: 'U789C.001-P1-C2-T1' }] }
  const server = (id: number) => ({
    ...system!.partitions[id - 1]!,
    adapters: [{ kind, slot: 5, role: 'server', remoteId: 3, remoteSlot: 5 + id }],
    vios:
      kind === 'scsi'
        ? { ...served, disks: [{ name: 'hdisk1', device: 'lun0', adapter: 'fcs0' }], maps: [{ slot: 5, backing: 'hdisk1' }] }
        : { ...served, fibre: [{ slot: 5, adapter: 'fcs0', zone: ['lun0'] }] },
  })
  const client = {
    ...system!.partitions[2]!,
    adapters: [6, 7].map((slot) => ({ kind, slot, role: 'client', remoteId: slot - 5, remoteSlot: 5 })),
  }
  const io = { pattern: { closed: { threads: 4, think: '1ms' } }, blockBytes: 8192, lun: kind === 'scsi' ? 1 : 0, ios: 20_000 }
  const guests = system!.guests.map((rule) => (rule.names === 'lnx*' ? { ...rule, io } : rule))
  const storage = [{ name: 'lun0', sizeMiB: 1024, perRequest: '200us' }]
  // What a reader of a file has: plain data.
  const machine = { partitions: [server(1), server(2), client], guests, storage } as unknown as Parameters<typeof readDocument>[0]
  const simulation = new Simulation({ seed: 'storage' })
  const all = new Installation(simulation, readDocument(machine), { policy: () => policyByName('fsp-only'), recorded: () => undefined })
  const up = simulation.process('start', started(all))
  simulation.run(seconds(1))
  expect(up.done).toBe(true)
  return { simulation, system: all.system() }
}

function* started(all: Installation): Generator<Yieldable, void> {
  yield* until(all.start())
}

it.each(['scsi', 'fc'] as const)('%s: a client reads and writes by its first server, and by the second one when that is gone', (kind) => {
  const { simulation, system } = installation(kind)
  const [first, second] = [system.storage.servers.get(1)!, system.storage.servers.get(2)!]
  const before = first.statistics().answered
  expect(before).toBeGreaterThan(50)
  expect(second.statistics().answered).toBe(0)
  system.stop(1, 'immediate')
  simulation.run(seconds(90))
  const load = system.storage.drivers.get(3)!.loads[0]!.statistics()
  expect([load.ended, load.failed, load.mismatches]).toEqual([20_000, 0, 0])
  expect(second.statistics().answered).toBeGreaterThan(1000)
})
