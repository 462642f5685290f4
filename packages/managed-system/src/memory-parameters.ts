// From a document to the hypervisor's words about shared memory: the pool at time 0, devices to page to, what a partition's profile says.
// Names of partitions become their IDs; the rules of the document have found them.

import type { Simulation } from '@powersim/kernel'
import type { GuestMemoryParameters, PageReferenceMaker } from '@powersim/lpar'
import type { InitialMemoryPool, PhypParameters } from '@powersim/phyp'
import type { ProfileMemory } from '@powersim/protocol'
import { pageReferences } from '@powersim/workload'
import type { GuestRule, SystemDocument } from './document/schema.js'

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

const PAGES_PER_MIB = 256

/** What a guest does with memory that it shares; null: nothing. */
export function guestMemory({ memory }: GuestRule): GuestMemoryParameters | null {
  if (memory === undefined) return null
  const { references, workingSetMiB, perSecond, writePercent, work, period, program, fileMiB, freedMiB, loaning } = memory
  const workingSetPages = Math.ceil(workingSetMiB * PAGES_PER_MIB)
  return {
    load: references === undefined ? null : { workingSetPages, perSecond, writePercent, workNs: work, periodNs: period },
    program: program === undefined ? null : { pages: Math.ceil(program.workingSetMiB * PAGES_PER_MIB), perPiece: program.pagesPerPiece },
    filled: { filePages: Math.ceil(fileMiB * PAGES_PER_MIB), freedPages: Math.ceil(freedMiB * PAGES_PER_MIB) },
    loaning,
  }
}

/** Draws of one start's references begin that far from those of the next thread's. */
const THREADS = 256

/** References of a guest's own work: a stream for each thread and start. */
export function referencesOf(simulation: Simulation, { memory }: GuestRule): PageReferenceMaker {
  const pages = Math.ceil((memory?.workingSetMiB ?? 1) * PAGES_PER_MIB)
  const spec = memory?.references ?? { uniform: true }
  const draws = simulation.draws('guest.references', 'guest')
  return (thread, entity) => pageReferences(spec, pages, draws.cursor(entity * THREADS + thread))
}
