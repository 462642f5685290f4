// A virtual LAN of NETS in documents: what is refused, with its path, and what is warned of.

import { describe, expect, it } from 'vitest'
import { documentWarnings, type MachineDocument, readDocument } from '../src/index.js'

const reading = (virtual: object) => () => readDocument({ nets: { lan: { virtual } } })
const warnings = (document: MachineDocument): readonly string[] => documentWarnings(readDocument(document)).map(({ path }) => path)

describe('a virtual LAN', () => {
  it('is bridged by one or two Virtual I/O Servers of the system', () => {
    expect(reading({ bridges: ['vios1', 'vios2'] })).not.toThrow()
    expect(reading({ bridges: [] })).toThrow(/nets\.lan/)
    expect(reading({ bridges: ['lnxnets'] })).toThrow("nets.lan.virtual.bridges.0: 'lnxnets' is no vioserver partition of this system")
    expect(reading({ bridges: ['vios1', 'vios1'] })).toThrow(/taken already/)
  })

  it('has room in the slots of its partitions, and a control channel of its own', () => {
    expect(reading({ bridges: ['vios1'], slot: 10 })).toThrow("nets.lan.virtual.slot: 10 is not below maxVirtualSlots of 'lnxnets'")
    expect(reading({ bridges: ['vios1'], vlan: 7, controlVlan: 7 })).toThrow(/controlVlan: 7 is the VLAN of the LAN itself/)
    const { partitions } = readDocument({}).systems[0]!
    const taken = partitions.map((partition) => {
      return partition.name === 'vios1' ? { ...partition, adapters: [{ kind: 'eth', slot: 8, vlan: 5 }] } : partition
    })
    expect(() => readDocument({ nets: { lan: { virtual: { bridges: ['vios1'] } } }, partitions: taken })).toThrow(/'vios1' has an adapter/)
  })
})

describe('what NETS depends on', () => {
  it('is nothing in the presets, and nothing with two servers', () => {
    expect(warnings({})).toEqual([])
    expect(warnings({ preset: 'power822' })).toEqual([])
    expect(warnings({ nets: { lan: { virtual: { bridges: ['vios1', 'vios2'] } } } })).toEqual([])
  })

  it('is warned of when it is one server: its LAN, its disks', () => {
    expect(warnings({ nets: { lan: { virtual: { bridges: ['vios1'] } } } })).toEqual(['systems.0.nets.lan.virtual.bridges'])
    const { partitions } = readDocument({}).systems[0]!
    const server = { kind: 'scsi', slot: 20, role: 'server', remoteId: 3, remoteSlot: 5 }
    const client = { kind: 'scsi', slot: 5, role: 'client', remoteId: 1, remoteSlot: 20 }
    const disks = partitions.map((partition) => {
      if (partition.name === 'vios1') return { ...partition, adapters: [server] }
      return partition.name === 'lnxnets' ? { ...partition, adapters: [client] } : partition
    })
    expect(warnings({ partitions: disks })).toEqual(['systems.0.partitions.2.adapters'])
  })
})
