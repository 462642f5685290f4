// A machine whose partitions share memory: two Virtual I/O Servers that page, disks behind one of them or both, partitions with a virtual
// adapter each.

import type { PartitionProfile, ProfileMemory } from '@powersim/protocol'
import { ethernetAdapter, scsiClient } from '@powersim/testkit'
import type { InitialMemoryPool, InitialPartition, PagingSpace } from '../src/index.js'
import { initial, Machine, type MachineOptions, profileOf } from './machine.js'

/** A disk behind a server; with a location, one that others may see. */
export function disk(vios: number, name: string, sizeMiB: number, location = ''): PagingSpace {
  return { vios, name, sizeMiB, kind: 'phys', location }
}

/** Half a processor and 256 to 1024 to 4096 MiB of logical memory, a virtual Ethernet and a client SCSI adapter. */
export function sharingProfile(name: string, memory: Partial<ProfileMemory> = {}): PartitionProfile {
  const profile = profileOf(name, { adapters: [ethernetAdapter(2), scsiClient(3, 1, 3)] })
  return { ...profile, memory: { ...profile.memory, mode: 'shared', ...memory } }
}

export const vioses: readonly InitialPartition[] = [1, 2].map((id) => {
  const profiles = [profileOf('normal', { hundredths: [10, 20, 200] })]
  return initial(id, `vios${id}`, { environment: 'vioserver', profiles })
})

/** Two small disks of one server each, two larger ones that both see. */
const pagingSpaces: readonly PagingSpace[] = [
  disk(1, 'hdisk1', 4096),
  disk(2, 'hdisk1', 4096),
  disk(1, 'hdisk4', 8192, 'W50'),
  disk(2, 'hdisk9', 8192, 'W50'),
  disk(1, 'hdisk5', 16_384, 'W51'),
  disk(2, 'hdisk5', 16_384, 'W51'),
]

export const pool: InitialMemoryPool = {
  sizeMiB: 4096,
  maxMiB: 8192,
  pagingVioses: [1, 2],
  devices: [
    { vios: 1, name: 'hdisk1' },
    { vios: 1, name: 'hdisk4' },
    { vios: 1, name: 'hdisk5' },
  ],
}

/** The two servers, a pool with three disks, and what a test adds. */
export function sharingMachine(options: MachineOptions = {}): Machine {
  const { parameters, partitions = [], ...more } = options
  return new Machine({ memoryPool: pool, ...more, parameters: { pagingSpaces, ...parameters }, partitions: [...vioses, ...partitions] })
}
