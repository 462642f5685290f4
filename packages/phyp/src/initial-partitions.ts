// Partitions that exist before time 0, from a document or a preset: checked by the same rules as staged ones, and committed one by
// one. What is wrong with them is a caller's mistake and throws.

import { nameSchema } from '@powersim/protocol'
import type { PartitionEnvironment, PartitionProfile, Refusal } from '@powersim/protocol'
import { takeProfile } from './dispatchable/activation.js'
import { checkAdapter } from './dispatchable/adapter-rules.js'
import { type PagingPath, type PartitionRecord, profileOf } from './dispatchable/configuration.js'
import type { Hypervisor } from './dispatchable/hypervisor.js'
import { enterMemoryPool } from './dispatchable/memory-pool.js'
import { assignDevice, checkShared } from './dispatchable/memory-share.js'
import { isRefused } from './dispatchable/outcome.js'
import { checkIoSlots, checkMemory, checkProcessors, normalProcessors } from './dispatchable/profile-rules.js'
import { PhypError } from './errors.js'

export interface InitialPartition {
  readonly id: number
  readonly name: string
  readonly environment: PartitionEnvironment
  /** At least one; names are unique. */
  readonly profiles: readonly PartitionProfile[]
  /** Default: the first profile. */
  readonly defaultProfile?: string
  /** It holds what its default profile gets, and runs. Its guest is not started here. */
  readonly running: boolean
  /** It holds resources though it does not run. Default: as `running`. */
  readonly holdsResources?: boolean
  readonly workGroup?: string
  readonly description?: string
  /** Virtual devices to add, in order. */
  readonly devices?: readonly 'vmc'[]
}

/** A shared memory pool that is there before time 0. */
export interface InitialMemoryPool {
  readonly sizeMiB: number
  /** Default: the size. */
  readonly maxMiB?: number
  /** One or two Virtual I/O Servers; they are defined after it. */
  readonly pagingVioses: readonly number[]
  /** Of the paging spaces of the parameters. */
  readonly devices: readonly PagingPath[]
  readonly deduplication?: boolean
}

/** Enters the pool. Throws PhypError `bad-memory-pool`. */
export function enterPool(hypervisor: Hypervisor, initial: InitialMemoryPool): void {
  const { sizeMiB, maxMiB = sizeMiB, pagingVioses, devices, deduplication = false } = initial
  const bad = enterMemoryPool(hypervisor, { sizeMiB, maxMiB, pagingVioses, deduplication }, devices)
  if (bad !== undefined) throw new PhypError('bad-memory-pool', 'memoryPool', bad.refusal.detail)
}

/** Enters one partition. Throws PhypError `bad-partition`, `partition-exists`, `resources-exhausted`. */
export function enterPartition(hypervisor: Hypervisor, initial: InitialPartition): void {
  const { id, name } = initial
  const path = `partition ${id}`
  const record = checkedRecord(hypervisor, initial, path)
  hypervisor.store.commit('define', [id], (draft) => {
    // Drafts are the same data, writable: what is put in is never changed afterwards.
    draft.partitions[id] = record as (typeof draft.partitions)[number]
  })
  const held = initial.running || initial.holdsResources === true
  if (held) {
    const profile = profileOf(record, record.defaultProfile)
    const taken = profile === undefined ? undefined : takeProfile(hypervisor, record, profile)
    if (taken === undefined || isRefused(taken))
      throw new PhypError('resources-exhausted', path, `'${name}' does not fit into what is left of the machine`)
    hypervisor.store.commit('define', [id], (draft) => {
      const { profile, holding: current, share } = taken
      const holder = { ...record, currentProfile: profile?.name ?? '', compatMode: profile?.procCompatMode ?? 'default', current }
      // As above.
      draft.partitions[id] = holder as (typeof draft.partitions)[number]
      assignDevice(draft, id, share?.device ?? null)
    })
  }
  hypervisor.life.add(id, initial.running ? 'Running' : 'Not Activated')
}

function checkedRecord(hypervisor: Hypervisor, initial: InitialPartition, path: string): PartitionRecord {
  const { id, name, environment, profiles, workGroup = '', description = '' } = initial
  const { parameters, configuration } = hypervisor
  if (!Number.isInteger(id) || id < 1 || id > parameters.maxPartitions) {
    throw new PhypError('bad-partition', `${path}.id`, `expected an ID from 1 to ${parameters.maxPartitions}, got ${id}`)
  }
  for (const text of [name, ...profiles.map((profile) => profile.name)]) {
    if (!nameSchema.safeParse(text).success) {
      throw new PhypError('bad-partition', `${path}.name`, `expected 1 to 31 printable ASCII characters, got '${text}'`)
    }
  }
  if (configuration.partitions[id] !== undefined) throw new PhypError('partition-exists', `${path}.id`, 'the ID is taken')
  if (Object.values(configuration.partitions).some((other) => other.name === name)) {
    throw new PhypError('partition-exists', `${path}.name`, `the name '${name}' is taken`)
  }
  if (new Set(profiles.map((profile) => profile.name)).size !== profiles.length) {
    throw new PhypError('bad-partition', `${path}.profiles`, 'expected unique names')
  }
  for (const profile of profiles) {
    refuseBad(checkMemory(profile.memory, parameters), `${path}.profiles.${profile.name}.memory`)
    const badProcessors = checkProcessors(profile.processors, parameters.processors, configuration.processorPools)
    refuseBad(badProcessors, `${path}.profiles.${profile.name}.processors`)
    refuseBad(checkIoSlots(profile.ioSlots ?? [], parameters.ioSlots.length), `${path}.profiles.${profile.name}.ioSlots`)
    refuseBad(checkShared(profile), `${path}.profiles.${profile.name}.memory`)
    for (const adapter of profile.adapters) {
      refuseBad(checkAdapter(adapter, profile.maxVirtualSlots, hypervisor.adapterLimits), `${path}.profiles.${profile.name}.adapters`)
    }
    if (new Set(profile.adapters.map(({ slot }) => slot)).size !== profile.adapters.length) {
      throw new PhypError('bad-partition', `${path}.profiles.${profile.name}.adapters`, 'expected each adapter in a slot of its own')
    }
  }
  const profile = profiles.find((other) => other.name === (initial.defaultProfile ?? profiles[0]?.name))
  if (profile === undefined) {
    throw new PhypError('bad-partition', `${path}.profiles`, `expected a profile '${initial.defaultProfile ?? 'at least one'}'`)
  }
  return {
    id,
    name,
    environment,
    profiles: profiles.map((other) => ({ ...other, processors: normalProcessors(other.processors) })),
    defaultProfile: profile.name,
    currentProfile: '',
    bootMode: profile.bootMode,
    keylock: 'norm',
    autoStart: profile.autoStart,
    connectionMonitoring: profile.connectionMonitoring,
    compatMode: '',
    syncProfile: 0,
    workGroup,
    description,
    current: null,
    version: 0,
  }
}

function refuseBad(refused: { readonly refusal: Refusal } | undefined, path: string): void {
  if (refused !== undefined) throw new PhypError('bad-partition', path, refused.refusal.detail)
}
