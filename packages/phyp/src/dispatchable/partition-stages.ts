// Staged changes of partitions: create, change, delete, the steps that fill them and profiles up to the commit, and the commit. How a
// profile's stage begins and ends is profile-stages.ts.
// Each step is checked when it comes, names and IDs again at the commit. A refused step undoes its stage: serve.ts sees to that.

import type { PartitionAttributes, PartitionProfile, ProfileIoSlot, ReplyOf, RequestOf } from '@powersim/protocol'
import { commitApply } from './activation.js'
import { partitionNamed, partitionsOf, profileOf, type PartitionRecord } from './configuration.js'
import { type Hypervisor, noPartition, noProfile, noStage } from './hypervisor.js'
import { assignDevice, checkShared } from './memory-share.js'
import { type Outcome, refused, type Refused, reply, senseless } from './outcome.js'
import { checkAdapter } from './adapter-rules.js'
import { checkIoSlots, checkMemory, checkProcessors, normalProcessors } from './profile-rules.js'
import { commitRestore } from './profile-data.js'
import { commitProfile, commitProfileRemoval, emptyProfile, profileNameTaken } from './profile-stages.js'
import { refuseWithTerminal } from './terminals.js'
import type {
  ApplyWork,
  Caller,
  ChangeWork,
  CreateWork,
  DeleteWork,
  ProfileRemovalWork,
  ProfileWork,
  RestoreWork,
  Stage,
} from './stages.js'
import { leaveSystemProfiles } from './system-profiles.js'

type Done = Outcome<Record<string, never>>
type ProfileHolder = Stage<CreateWork | ProfileWork>

const done: Done = { reply: {} }

export function createPartition(hypervisor: Hypervisor, data: RequestOf<'lpar.create'>, caller: Caller): Outcome<ReplyOf<'lpar.create'>> {
  const { name, environment, profileName } = data
  const taken = refuseName(hypervisor, name, 0)
  if (taken !== undefined) return taken
  const id = data.id ?? lowestFree(hypervisor)
  const max = hypervisor.parameters.maxPartitions
  if (id === undefined || id > max) return refused('too-many-partitions', `there can be ${max} partitions, with IDs up to ${max}`, { max })
  if (hypervisor.record(id) !== undefined) return refused('partition-id-in-use', `the ID ${id} is taken`, { id })
  const busy = hypervisor.refuseStage([id])
  if (busy !== undefined) return busy
  const record: PartitionRecord = {
    id,
    name,
    environment,
    profiles: [],
    defaultProfile: profileName,
    currentProfile: '',
    bootMode: 'norm',
    keylock: 'norm',
    autoStart: false,
    connectionMonitoring: false,
    compatMode: '',
    syncProfile: 0,
    workGroup: '',
    description: '',
    current: null,
    version: 0,
  }
  const work: CreateWork = { kind: 'create', record, profile: emptyProfile(profileName), hasProcessors: false, hasMemory: false }
  return reply({ stage: hypervisor.stages.open(caller, [id], work), id })
}

export function changePartition(hypervisor: Hypervisor, { id }: RequestOf<'lpar.change'>, caller: Caller): Outcome<ReplyOf<'lpar.change'>> {
  const record = hypervisor.record(id)
  if (record === undefined) return noPartition(id)
  return hypervisor.refuseStage([id]) ?? reply({ stage: hypervisor.stages.open(caller, [id], { kind: 'change', id, record }) })
}

export function deletePartition(hypervisor: Hypervisor, { id }: RequestOf<'lpar.delete'>, caller: Caller): Outcome<ReplyOf<'lpar.delete'>> {
  if (hypervisor.record(id) === undefined) return noPartition(id)
  const inUse = refuseUnlessOff(hypervisor, id) ?? refusePaging(hypervisor, id) ?? refuseWithTerminal(hypervisor, id)
  const busy = inUse ?? hypervisor.refuseStage([id])
  return busy ?? reply({ stage: hypervisor.stages.open(caller, [id], { kind: 'delete', id }) })
}

export function stageAttributes(
  hypervisor: Hypervisor,
  stage: Stage<CreateWork | ChangeWork | ProfileWork>,
  attributes: PartitionAttributes,
): Done {
  const { work } = stage
  const { name, defaultProfile, profileName, bootMode, autoStart, connectionMonitoring } = attributes
  const { workGroup, description, procCompatMode, keylock, syncProfile, managementCapable } = attributes
  const { compatModes } = hypervisor.parameters.processors
  if (procCompatMode !== undefined && procCompatMode !== 'default' && !compatModes.includes(procCompatMode)) {
    return refused('processor-mode', `the processors have no mode ${procCompatMode}`, { procCompatMode })
  }
  if (work.kind === 'profile') {
    if ([name, defaultProfile, keylock, workGroup, description, syncProfile, managementCapable].some((value) => value !== undefined)) {
      return senseless(
        'name, default profile, key lock, work group, description, synchronisation, management belong to the partition, not to a profile',
      )
    }
    const record = hypervisor.record(work.id)
    if (
      profileName !== undefined &&
      profileName !== work.replaces &&
      record !== undefined &&
      profileOf(record, profileName) !== undefined
    ) {
      return profileNameTaken(work.id, profileName)
    }
    work.profile = { ...work.profile, ...given({ name: profileName, bootMode, autoStart, connectionMonitoring, procCompatMode }) }
    return done
  }
  const taken = name === undefined ? undefined : refuseName(hypervisor, name, work.record.id)
  if (taken !== undefined) return taken
  if (work.kind === 'create') {
    if (profileName !== undefined || defaultProfile !== undefined) {
      const profile = profileName ?? work.profile.name
      if (defaultProfile !== undefined && defaultProfile !== profile) return noProfile(work.record.id, defaultProfile)
      work.profile = { ...work.profile, name: profile }
      work.record = { ...work.record, defaultProfile: profile }
    }
    work.profile = { ...work.profile, ...given({ bootMode, autoStart, connectionMonitoring, procCompatMode }) }
  } else {
    if (profileName !== undefined) return senseless('a profile is renamed by a change of the profile')
    if (procCompatMode !== undefined) return senseless('the compatibility mode belongs to a profile')
    if (defaultProfile !== undefined && profileOf(work.record, defaultProfile) === undefined) return noProfile(work.id, defaultProfile)
    work.record = { ...work.record, ...given({ defaultProfile }) }
  }
  work.record = {
    ...work.record,
    ...given({ name, bootMode, autoStart, connectionMonitoring, keylock, syncProfile, workGroup, description, managementCapable }),
  }
  return done
}

export function stageProcessors(hypervisor: Hypervisor, stage: ProfileHolder, processors: PartitionProfile['processors']): Done {
  const bad = checkProcessors(processors, hypervisor.parameters.processors, hypervisor.configuration.processorPools)
  if (bad !== undefined) return bad
  stage.work.profile = { ...stage.work.profile, processors: normalProcessors(processors) }
  stage.work.hasProcessors = true
  return done
}

export function stageMemory(hypervisor: Hypervisor, stage: ProfileHolder, memory: PartitionProfile['memory']): Done {
  const bad = checkMemory(memory, hypervisor.parameters)
  if (bad !== undefined) return bad
  stage.work.profile = { ...stage.work.profile, memory }
  stage.work.hasMemory = true
  return done
}

export function stageSlots(stage: ProfileHolder, maxVirtualSlots: number): Done {
  const outside = stage.work.profile.adapters.find((adapter) => adapter.slot >= maxVirtualSlots)
  if (outside !== undefined) return slotRange(outside.slot, maxVirtualSlots)
  stage.work.profile = { ...stage.work.profile, maxVirtualSlots }
  return done
}

/** Whose the slots are now does not matter: only activation looks at that. */
export function stageIoSlots(hypervisor: Hypervisor, stage: ProfileHolder, ioSlots: readonly ProfileIoSlot[]): Done {
  const bad = checkIoSlots(ioSlots, hypervisor.parameters.ioSlots.length)
  if (bad !== undefined) return bad
  stage.work.profile = { ...stage.work.profile, ioSlots: [...ioSlots] }
  return done
}

/** A new partition's slots are filled once each; in a profile an adapter takes the place of the one in its slot. */
export function stageAdapter(hypervisor: Hypervisor, stage: ProfileHolder, adapter: PartitionProfile['adapters'][number]): Done {
  const { profile } = stage.work
  const bad = checkAdapter(adapter, profile.maxVirtualSlots, hypervisor.adapterLimits)
  if (bad !== undefined) return bad
  const others = profile.adapters.filter(({ slot }) => slot !== adapter.slot)
  if (stage.work.kind === 'create' && others.length < profile.adapters.length) {
    return refused('slot-in-use', `slot ${adapter.slot} has an adapter already`, { slot: adapter.slot })
  }
  stage.work.profile = { ...profile, adapters: [...others, adapter].sort((a, b) => a.slot - b.slot) }
  return done
}

export function stageRemoveAdapter(stage: ProfileHolder, slot: number): Done {
  const { profile } = stage.work
  const adapters = profile.adapters.filter((other) => other.slot !== slot)
  if (adapters.length === profile.adapters.length) return refused('adapter-not-found', `there is no adapter in slot ${slot}`, { slot })
  stage.work.profile = { ...profile, adapters }
  return done
}

export function commitStage(
  hypervisor: Hypervisor,
  stage: Stage<CreateWork | ChangeWork | DeleteWork | ProfileWork | ProfileRemovalWork | ApplyWork | RestoreWork>,
): Outcome<ReplyOf<'stage.commit'>> {
  const { work } = stage
  switch (work.kind) {
    case 'create':
      return commitCreate(hypervisor, work)
    case 'change':
      return commitChange(hypervisor, work)
    case 'delete':
      return commitDelete(hypervisor, work)
    case 'profile':
      return commitProfile(hypervisor, work)
    case 'profileRemoval':
      return commitProfileRemoval(hypervisor, work)
    case 'apply':
      return commitApply(hypervisor, work)
    case 'restore':
      return commitRestore(hypervisor, work)
  }
}

/** Abandoning what is gone already is fine: a refused step has undone the stage before its console says so. */
export function abandonStage(hypervisor: Hypervisor, number: number, caller: Caller): Outcome<ReplyOf<'stage.abandon'>> {
  const kinds = ['create', 'change', 'delete', 'profile', 'profileRemoval', 'apply', 'restore', 'activation', 'dynamic'] as const
  const stage = hypervisor.stages.find(number, caller, kinds)
  if (stage !== undefined) hypervisor.stages.abandon(stage)
  return hypervisor.stages.isGone(number) ? done : noStage(number)
}

function commitCreate(hypervisor: Hypervisor, work: CreateWork): Outcome<ReplyOf<'stage.commit'>> {
  const { record, profile } = work
  if (!work.hasProcessors || !work.hasMemory) {
    return refused('stage-incomplete', `a partition needs processors and memory in its profile`, { id: record.id })
  }
  const bad = checkShared(profile)
  if (bad !== undefined) return bad
  const version = hypervisor.store.commit('lpar.create', [record.id], (draft) => {
    // Drafts are the same data, writable: what is put in is never changed afterwards.
    draft.partitions[record.id] = { ...record, profiles: [profile] } as (typeof draft.partitions)[number]
  })
  hypervisor.life.add(record.id)
  return reply({ id: record.id, version })
}

function commitChange(hypervisor: Hypervisor, { id, record }: ChangeWork): Outcome<ReplyOf<'stage.commit'>> {
  const { name, defaultProfile, bootMode, autoStart, connectionMonitoring, keylock, syncProfile, workGroup, description } = record
  const { managementCapable } = record
  const version = hypervisor.store.commit('lpar.change', [id], (draft) => {
    const target = draft.partitions[id]
    if (target === undefined) return
    Object.assign(target, { name, defaultProfile, bootMode, autoStart, connectionMonitoring, keylock, syncProfile, workGroup, description })
    if (managementCapable !== undefined) target.managementCapable = managementCapable
  })
  return reply({ id, version })
}

function commitDelete(hypervisor: Hypervisor, { id }: DeleteWork): Outcome<ReplyOf<'stage.commit'>> {
  const active = refuseUnlessOff(hypervisor, id) ?? refusePaging(hypervisor, id)
  if (active !== undefined) return active
  const version = hypervisor.store.commit('lpar.delete', [], (draft) => {
    delete draft.partitions[id]
    leaveSystemProfiles(draft, id)
    assignDevice(draft, id, null)
  })
  hypervisor.life.remove(id)
  hypervisor.devices.removed(id)
  return reply({ id, version })
}

function refuseUnlessOff(hypervisor: Hypervisor, id: number): Refused | undefined {
  const state = hypervisor.life.stateOf(id)
  return state === 'Not Activated' ? undefined : refused('partition-active', `partition ${id} is ${state}`, { id, state })
}

function refusePaging({ configuration }: Hypervisor, id: number): Refused | undefined {
  if (configuration.memoryPool?.pagingVioses.includes(id) !== true) return undefined
  return refused('memory-pool-in-use', `partition ${id} pages for the shared memory pool`, { id })
}

function slotRange(slot: number, maxVirtualSlots: number): Refused {
  return refused('slot-range', `slot ${slot} is not below the ${maxVirtualSlots} virtual slots`, { slot, maxVirtualSlots })
}

/** A name that an open stage gives is not taken yet, and may never be. */
function refuseName(hypervisor: Hypervisor, name: string, exceptId: number): Refused | undefined {
  const other = partitionNamed(hypervisor.configuration, name)
  if (other !== undefined && other.id !== exceptId) return refused('partition-name-in-use', `the name ${name} is taken`, { name })
  if (!hypervisor.stages.takesName(name, exceptId)) return undefined
  return refused('resource-busy', `another operation is about to take the name ${name}`, { name })
}

/** Undefined when all are taken. */
function lowestFree(hypervisor: Hypervisor): number | undefined {
  const taken = new Set(partitionsOf(hypervisor.configuration).map((record) => record.id))
  for (const record of hypervisor.stages.creations()) taken.add(record.id)
  for (let id = 1; id <= hypervisor.parameters.maxPartitions; id++) if (!taken.has(id)) return id
  return undefined
}

/** The fields that are there. */
function given<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const present: { [K in keyof T]?: Exclude<T[K], undefined> } = {}
  // The keys of T, as it was written by the caller.
  for (const key of Object.keys(fields) as (keyof T)[]) {
    const value = fields[key]
    // Not undefined, so of the type that the result says.
    if (value !== undefined) present[key] = value as Exclude<T[typeof key], undefined>
  }
  return present
}
