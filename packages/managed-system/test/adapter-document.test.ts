// Virtual adapters in machine documents: defaults, the rules among them with their paths, and what a machine makes of them.

import { Simulation } from '@powersim/kernel'
import { netsFirst } from '@powersim/routing'
import { describe, expect, it } from 'vitest'
import { Installation, type MachineDocument, MachineError, readDocument } from '../src/index.js'

const [vios1, vios2, nets] = readDocument({}).systems[0]?.partitions ?? []
const FIRST = 'partitions.2.adapters.0'
const server = { kind: 'scsi', slot: 5, role: 'server' }
const client = { kind: 'scsi', slot: 2, role: 'client', remoteId: 1, remoteSlot: 5 }

function wired(ofServer: readonly object[], ofClient: readonly object[], phyp: object = {}): MachineDocument {
  const { vios: _first, ...one } = vios1 ?? {}
  const { vios: _second, ...other } = vios2 ?? {}
  const partitions = [
    { ...one, adapters: ofServer },
    { ...other, adapters: [] },
    { ...nets, adapters: ofClient },
  ]
  // What a reader of a file has: plain data.
  return { partitions, phyp } as MachineDocument
}

function unwired(): MachineDocument {
  const bare = [vios1, vios2, nets].map((partition) => {
    const { vios: _server, adapters: _adapters, ...rest } = partition ?? {}
    return rest
  })
  // What a reader of a file has: plain data.
  return { partitions: bare } as MachineDocument
}

describe('adapters of a document', () => {
  it('have defaults, and become the adapters of the initial profile beside the serial ones', () => {
    const document = readDocument(wired([server], [client, { kind: 'eth', slot: 3, vlan: 1, additionalVlans: [2] }]))
    const installation = new Installation(new Simulation({ seed: 'adapters' }), document, { policy: () => netsFirst() })
    const [system] = installation.systems
    const partitions = system?.phyp.configuration.snapshot.partitions
    expect(partitions?.[3]?.profiles[0]?.adapters.map(({ kind, slot }) => `${slot} ${kind}`)).toEqual([
      '0 serial',
      '1 serial',
      '2 scsi',
      '3 eth',
    ])
    expect(partitions?.[3]?.current?.adapters[3]).toEqual({
      kind: 'eth',
      slot: 3,
      ieee: true,
      vlan: 1,
      additionalVlans: [2],
      trunkPriority: 0,
      required: false,
      virtualSwitch: 'ETHERNET0',
      mac: null,
    })
    const kinds = (id: number): string[] => system?.phyp.hypercalls.devices(id).map(({ kind, slot }) => `${slot} ${kind}`) ?? []
    expect([kinds(1), kinds(2), kinds(3)]).toEqual([['5 v-scsi-host'], [], ['2 v-scsi', '3 l-lan', 'null vmc']])
    expect(system?.phyp.hypercalls.devices(3)[1]?.mac).toBe('26E6B0003003')
  })

  it('cost a machine that has none nothing: left out, it runs bit for bit the same', () => {
    const digest = (document: MachineDocument): string => {
      const simulation = new Simulation({ seed: 'adapters' })
      const installation = new Installation(simulation, readDocument(document), { policy: () => netsFirst() })
      installation.start()
      simulation.run(10_000_000_000)
      return simulation.digest.hex()
    }
    expect(digest(wired([], []))).toBe(digest(unwired()))
  })
})

describe('rules among adapters', () => {
  const cases: [what: string, document: MachineDocument, path: string, message: string][] = [
    ['a slot beyond the slots', wired([], [{ ...client, slot: 10 }]), 'partitions.2.adapters.0.slot', 'not below maxVirtualSlots, 10'],
    ['a slot of the serial adapters', wired([], [{ ...client, slot: 1 }]), 'partitions.2.adapters.0.slot', 'from 2'],
    ['a slot twice', wired([], [client, client]), 'partitions.2.adapters.1.slot', 'slot 2 has an adapter already'],
    ['a server on a client', wired([], [server]), 'partitions.2.adapters.0.role', "'lnxnets' is no Virtual I/O Server"],
    ['a client for any', wired([], [{ kind: 'scsi', slot: 2, role: 'client' }]), 'partitions.2.adapters.0.remoteId', 'names the partition'],
    ['a partition that is not there', wired([], [{ ...client, remoteId: 9 }]), 'partitions.2.adapters.0.remoteId', 'no partition 9'],
    ['itself', wired([], [{ ...client, remoteId: 3 }]), 'partitions.2.adapters.0.remoteId', 'its own partition'],
    [
      "somebody else's server",
      wired([{ ...server, remoteId: 2, remoteSlot: 2 }], [client]),
      'partitions.2.adapters.0.remoteSlot',
      "slot 5 of 'vios1' is no scsi server for this adapter",
    ],
    ['another switch', wired([], [{ kind: 'eth', slot: 2, vlan: 1, virtualSwitch: 'X' }]), `${FIRST}.virtualSwitch`, 'ETHERNET0'],
    ['a VLAN twice', wired([], [{ kind: 'eth', slot: 2, vlan: 1, additionalVlans: [1] }]), `${FIRST}.additionalVlans`, 'once'],
    [
      'two trunks of a priority',
      wired(
        [
          { kind: 'eth', slot: 2, vlan: 1, trunkPriority: 1 },
          { kind: 'eth', slot: 3, vlan: 2, additionalVlans: [1], trunkPriority: 1 },
        ],
        [],
      ),
      'partitions.0.adapters.1.trunkPriority',
      '1 is taken on VLAN 1 of ETHERNET0 by vios1 slot 2',
    ],
    [
      'a backing device of no server',
      wired([], [{ kind: 'vnic', slot: 2, backingDevices: [{ viosId: 3, adapterId: 1, physicalPort: 0 }] }]),
      'partitions.2.adapters.0.backingDevices.0.viosId',
      'no Virtual I/O Server',
    ],
    [
      'Fibre Channel where there is none',
      wired([], [{ ...client, kind: 'fc' }], { virtualFibreChannel: false }),
      'partitions.2.adapters.0.kind',
      'no virtual Fibre Channel',
    ],
    ['no default switch', wired([], [], { virtualSwitches: ['X'] }), 'phyp.virtualSwitches', 'ETHERNET0'],
    ['a field of another kind', wired([], [{ ...client, vlan: 1 }]), 'partitions.2.adapters.0.vlan', 'is no field'],
  ]

  it.each(cases)('%s', (_, document, path, message) => {
    const refusal = ((): unknown => {
      try {
        return readDocument(document)
      } catch (error) {
        return error
      }
    })()
    expect(refusal).toBeInstanceOf(MachineError)
    expect(refusal).toMatchObject({ code: 'bad-document', path })
    expect(String(refusal)).toContain(message)
  })

  it('a server that is still to come is none of them', () => {
    expect(readDocument(wired([], [client])).systems[0]?.partitions[2]?.adapters).toHaveLength(1)
  })
})
