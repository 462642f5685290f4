// Staged changes of profiles: a new one, a change, a removal, and what a partition holds saved as one. The steps in between are those of
// partition-stages.ts. A profile is only what an activation is to take: nothing of a partition moves with it.

import type { PartitionProfile, ReplyOf, RequestOf } from '@powersim/protocol'
import { type PartitionRecord, profileOf } from './configuration.js'
import { heldProfile } from './held-profile.js'
import { type Hypervisor, noPartition, noProfile } from './hypervisor.js'
import { checkShared } from './memory-share.js'
import { type Outcome, refused, type Refused, reply } from './outcome.js'
import type { Caller, ProfileRemovalWork, ProfileWork, StageWork } from './stages.js'
import { leaveSystemProfiles, renameInSystemProfiles } from './system-profiles.js'

/** Slots of a partition whose creator said nothing (captures of HMCs: 10). */
const DEFAULT_SLOTS = 10

type Named = RequestOf<'profile.change'>
type Opened = Outcome<ReplyOf<'profile.change'>>

export function createProfile(hypervisor: Hypervisor, { id, name }: Named, caller: Caller): Opened {
  const record = hypervisor.record(id)
  if (record === undefined) return noPartition(id)
  if (profileOf(record, name) !== undefined) return profileNameTaken(id, name)
  const work = { kind: 'profile', id, replaces: null, profile: emptyProfile(name), hasProcessors: false, hasMemory: false } as const
  return open(hypervisor, caller, record, { ...work })
}

export function changeProfile(hypervisor: Hypervisor, { id, name }: Named, caller: Caller): Opened {
  const record = hypervisor.record(id)
  if (record === undefined) return noPartition(id)
  const profile = profileOf(record, name)
  if (profile === undefined) return noProfile(id, name)
  return open(hypervisor, caller, record, { kind: 'profile', id, replaces: name, profile, hasProcessors: true, hasMemory: true })
}

/** Not its default profile, which is the last one at the latest. */
export function removeProfile(hypervisor: Hypervisor, { id, name }: Named, caller: Caller): Opened {
  const record = hypervisor.record(id)
  if (record === undefined) return noPartition(id)
  if (profileOf(record, name) === undefined) return noProfile(id, name)
  if (record.defaultProfile === name) return refused('profile-in-use', `${name} is the default profile of partition ${id}`, { id, name })
  return open(hypervisor, caller, record, { kind: 'profileRemoval', id, name })
}

export function saveProfile(hypervisor: Hypervisor, data: RequestOf<'profile.save'>, caller: Caller): Opened {
  const { id, name, overwrite } = data
  const record = hypervisor.record(id)
  if (record === undefined) return noPartition(id)
  const before = profileOf(record, name)
  if (before !== undefined && !overwrite) return profileNameTaken(id, name)
  const profile = heldProfile(record, name)
  if (profile === undefined) return refused('no-current-configuration', `partition ${id} holds nothing that could be saved`, { id })
  const replaces = before === undefined ? null : name
  return open(hypervisor, caller, record, { kind: 'profile', id, replaces, profile, hasProcessors: true, hasMemory: true })
}

export function commitProfile(hypervisor: Hypervisor, work: ProfileWork): Outcome<ReplyOf<'stage.commit'>> {
  const { id, replaces, profile } = work
  if (!work.hasProcessors || !work.hasMemory) return refused('stage-incomplete', `a profile needs processors and memory`, { id })
  const bad = checkShared(profile)
  if (bad !== undefined) return bad
  const version = hypervisor.store.commit(replaces === null ? 'profile.create' : 'profile.change', [id], (draft) => {
    const target = draft.partitions[id]
    if (target === undefined) return
    // A draft is the same data, writable: what is put in is never changed afterwards.
    const entered = profile as (typeof target.profiles)[number]
    if (replaces === null) target.profiles.push(entered)
    else target.profiles = target.profiles.map((other) => (other.name === replaces ? entered : other))
    if (target.defaultProfile === replaces) target.defaultProfile = profile.name
    if (target.currentProfile === replaces) target.currentProfile = profile.name
    if (replaces === null) return
    if (profile.memory.mode === 'shared') leaveSystemProfiles(draft, id, replaces)
    else if (profile.name !== replaces) renameInSystemProfiles(draft, id, replaces, profile.name)
  })
  return reply({ id, version })
}

export function commitProfileRemoval(hypervisor: Hypervisor, { id, name }: ProfileRemovalWork): Outcome<ReplyOf<'stage.commit'>> {
  const version = hypervisor.store.commit('profile.remove', [id], (draft) => {
    const target = draft.partitions[id]
    if (target !== undefined) target.profiles = target.profiles.filter((other) => other.name !== name)
    leaveSystemProfiles(draft, id, name)
  })
  return reply({ id, version })
}

export function profileNameTaken(id: number, name: string): Refused {
  return refused('profile-name-in-use', `partition ${id} has a profile ${name} already`, { id, name })
}

export function emptyProfile(name: string): PartitionProfile {
  return {
    name,
    memory: { minMiB: 0, desiredMiB: 0, maxMiB: 0 },
    processors: {
      mode: 'shared',
      minProcs: 0,
      desiredProcs: 0,
      maxProcs: 0,
      minHundredths: 0,
      desiredHundredths: 0,
      maxHundredths: 0,
      sharingMode: 'uncap',
      uncapWeight: 128,
      poolId: 0,
    },
    maxVirtualSlots: DEFAULT_SLOTS,
    adapters: [],
    bootMode: 'norm',
    autoStart: false,
    connectionMonitoring: false,
  }
}

function open(hypervisor: Hypervisor, caller: Caller, { id }: PartitionRecord, work: StageWork): Opened {
  return hypervisor.refuseStage([id]) ?? reply({ stage: hypervisor.stages.open(caller, [id], work) })
}
