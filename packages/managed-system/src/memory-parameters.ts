// From a document to the hypervisor's words about shared memory: the pool at time 0, devices to page to, what a partition's profile says.
// Names of partitions become their IDs; the rules of the document have found them.

import type { InitialMemoryPool, PhypParameters } from '@powersim/phyp'
import type { ProfileMemory } from '@powersim/protocol'
import type { SystemDocument } from './document/schema.js'

/** Devices that Virtual I/O Servers may page to. */
export function pagingSpaces({ partitions }: SystemDocument): PhypParameters['pagingSpaces'] {
  return partitions.flatMap(({ id, pagingDevices }) =>
    pagingDevices.map(({ name, sizeMiB, kind, location = '' }) => ({ vios: id, name, sizeMiB, kind, location })),
  )
}

/** The shared memory pool that is there at time 0, if there is one. */
export function initialMemoryPool({ partitions, phyp }: SystemDocument): InitialMemoryPool | null {
  if (phyp.memoryPool === null) return null
  const { sizeMiB, maximumMiB = sizeMiB, pagingVioses, devices, deduplication } = phyp.memoryPool
  return {
    sizeMiB,
    maxMiB: maximumMiB,
    pagingVioses: pagingVioses.map((name) => partitionId(partitions, name)),
    devices: devices.map(({ vios, name }) => ({ vios: partitionId(partitions, vios), name })),
    deduplication,
  }
}

/** ID of a partition that the rules of a document have found. */
function partitionId(partitions: SystemDocument['partitions'], name: string): number {
  return partitions.find((partition) => partition.name === name)?.id ?? 0
}

/** What a profile says of how its partition uses memory; nothing when that is its own. */
export function memoryUse(
  { sharedMemory, memoryExpansion }: SystemDocument['partitions'][number],
  { partitions }: SystemDocument,
): Partial<ProfileMemory> {
  const expansion = memoryExpansion === 0 ? {} : { expansionHundredths: Math.round(memoryExpansion * 100) }
  if (sharedMemory === null) return expansion
  const { weight, ioEntitledMiB, primaryPagingVios: primary, secondaryPagingVios: secondary } = sharedMemory
  return {
    ...expansion,
    mode: 'shared',
    weight,
    ...(ioEntitledMiB === undefined ? {} : { ioEntitledMiB }),
    ...(primary === undefined ? {} : { primaryPagingVios: partitionId(partitions, primary) }),
    ...(secondary === undefined ? {} : { secondaryPagingVios: partitionId(partitions, secondary) }),
  }
}
