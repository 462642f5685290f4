// Profile data as a console keeps and restores it: all that is configured of partitions, without what they hold. A restoration has all
// partitions for itself; it is checked as a whole when it is committed, and a partition that is not off neither goes nor turns into another
// kind of partition. What partitions hold stays as it is.

import type { PartitionData, ReplyOf, RequestOf, SystemProfile } from '@powersim/protocol'
import { checkAdapter } from './adapter-rules.js'
import { type Configuration, type PartitionRecord, partitionsOf, profileOf } from './configuration.js'
import { type Hypervisor, noPartition } from './hypervisor.js'
import { assignDevice, checkShared } from './memory-share.js'
import { isRefused, type Outcome, refused, type Refused, reply } from './outcome.js'
import { checkIoSlots, checkMemory, checkProcessors, normalProcessors } from './profile-rules.js'
import type { Caller, RestoreWork, Stage } from './stages.js'
import { refuseWithTerminal } from './terminals.js'

type Done = Outcome<Record<string, never>>
type Records = ReadonlyMap<number, PartitionRecord>

const done: Done = { reply: {} }

export function readProfileData(hypervisor: Hypervisor, { id }: RequestOf<'profileData.read'>): Outcome<ReplyOf<'profileData.read'>> {
  const record = hypervisor.record(id)
  if (record === undefined) return noPartition(id)
  const { name, environment, defaultProfile, bootMode, keylock, autoStart, connectionMonitoring, syncProfile, workGroup, description } =
    record
  const attributes = {
    name,
    environment,
    defaultProfile,
    bootMode,
    keylock,
    autoStart,
    connectionMonitoring,
    syncProfile,
    workGroup,
    description,
  }
  return reply({ partition: { id, ...attributes, profiles: [...record.profiles] } })
}

export function beginRestore(
  hypervisor: Hypervisor,
  { kind }: RequestOf<'profileData.begin'>,
  caller: Caller,
): Outcome<ReplyOf<'profileData.begin'>> {
  const all = Array.from({ length: hypervisor.parameters.maxPartitions }, (_, index) => index + 1)
  const busy = hypervisor.refuseStage(all)
  return busy ?? reply({ stage: hypervisor.stages.open(caller, all, { kind: 'restore', how: kind, partitions: [], systemProfiles: [] }) })
}

export function putPartition(hypervisor: Hypervisor, { work }: Stage<RestoreWork>, partition: PartitionData): Done {
  const { id, name, profiles, defaultProfile } = partition
  const { maxPartitions } = hypervisor.parameters
  if (id > maxPartitions) return refused('too-many-partitions', `there can be ${maxPartitions} partitions`, { max: maxPartitions })
  if (work.partitions.some((other) => other.id === id)) return refused('partition-id-in-use', `the ID ${id} is there twice`, { id })
  if (!profiles.some((profile) => profile.name === defaultProfile)) {
    return refused('profile-not-found', `partition ${name} has no profile ${defaultProfile}`, { id, profile: defaultProfile })
  }
  for (const profile of profiles) {
    const bad = refuseProfile(hypervisor, profile)
    if (bad !== undefined) return bad
  }
  const normal = profiles.map((profile) => ({ ...profile, processors: normalProcessors(profile.processors) }))
  work.partitions.push({ ...partition, profiles: normal })
  return done
}

export function putSystemProfiles({ work }: Stage<RestoreWork>, profiles: readonly SystemProfile[]): Done {
  work.systemProfiles = profiles
  return done
}

export function commitRestore(hypervisor: Hypervisor, work: RestoreWork): Outcome<ReplyOf<'stage.commit'>> {
  const { configuration } = hypervisor
  const records = restored(hypervisor, work)
  if (isRefused(records)) return records
  const gone = partitionsOf(configuration).filter(({ id }) => !records.has(id))
  for (const { id } of gone) {
    const state = hypervisor.life.stateOf(id)
    if (state !== 'Not Activated') return refused('partition-active', `partition ${id} is ${state}`, { id, state })
    const terminal = refuseWithTerminal(hypervisor, id)
    if (terminal !== undefined) return terminal
    if (configuration.memoryPool?.pagingVioses.includes(id) === true) {
      return refused('memory-pool-in-use', `partition ${id} pages for the shared memory pool`, { id })
    }
  }
  const added = [...records.keys()].filter((id) => configuration.partitions[id] === undefined)
  const systemProfiles = restoredSystemProfiles(configuration, work, records)
  const version = hypervisor.store.commit('profileData.restore', [...records.keys()], (draft) => {
    for (const { id } of gone) {
      delete draft.partitions[id]
      assignDevice(draft, id, null)
    }
    // Drafts are the same data, writable: what is put in is never changed afterwards.
    for (const [id, record] of records) draft.partitions[id] = record as (typeof draft.partitions)[number]
    // As above.
    draft.systemProfiles = systemProfiles as typeof draft.systemProfiles
  })
  for (const { id } of gone) {
    hypervisor.life.remove(id)
    hypervisor.devices.removed(id)
  }
  for (const id of added) hypervisor.life.add(id)
  return reply({ id: 0, version })
}

/** The partitions that there will be. */
function restored(hypervisor: Hypervisor, { how, partitions }: RestoreWork): Records | Refused {
  const { configuration } = hypervisor
  const replaces = how === 'full' || how === 'initialize'
  const records = new Map<number, PartitionRecord>(replaces ? [] : partitionsOf(configuration).map((record) => [record.id, record]))
  for (const data of partitions) {
    const before = configuration.partitions[data.id]
    if (before === undefined) records.set(data.id, { ...data, currentProfile: '', compatMode: '', current: null, version: 0 })
    else if (before.environment !== data.environment) {
      return refused('partition-environment', `partition ${data.id} is a ${before.environment}`, { id: data.id })
    } else if (how === 'favorSystem') records.set(data.id, { ...before, profiles: merged(before.profiles, data.profiles) })
    else {
      const profiles = how === 'full' ? data.profiles : merged(data.profiles, before.profiles)
      const currentProfile = profiles.some(({ name }) => name === before.currentProfile) ? before.currentProfile : ''
      records.set(data.id, { ...before, ...data, profiles, currentProfile })
    }
  }
  const names = new Set<string>()
  for (const { name } of records.values()) {
    if (names.has(name)) return refused('partition-name-in-use', `two partitions would have the name ${name}`, { name })
    names.add(name)
  }
  return records
}

/** All of the first, and of the others what has another name. */
function merged<T extends { readonly name: string }>(first: readonly T[], others: readonly T[]): readonly T[] {
  return [...first, ...others.filter((other) => !first.some(({ name }) => name === other.name))]
}

/** Without partitions and profiles that are not there. */
function restoredSystemProfiles({ systemProfiles }: Configuration, work: RestoreWork, records: Records): readonly SystemProfile[] {
  const { how, systemProfiles: put } = work
  const all = how === 'favorSystem' ? merged(systemProfiles, put) : how === 'favorBackup' ? merged(put, systemProfiles) : put
  const isThere = ({ id, profile }: SystemProfile['members'][number]): boolean => {
    const record = records.get(id)
    return record !== undefined && profileOf(record, profile) !== undefined
  }
  return all.map(({ name, members }) => ({ name, members: members.filter(isThere) })).filter(({ members }) => members.length > 0)
}

function refuseProfile(hypervisor: Hypervisor, profile: PartitionData['profiles'][number]): Refused | undefined {
  const { parameters, configuration } = hypervisor
  const bad =
    checkMemory(profile.memory, parameters) ??
    checkProcessors(profile.processors, parameters.processors, configuration.processorPools) ??
    checkIoSlots(profile.ioSlots ?? [], parameters.ioSlots.length) ??
    checkShared(profile)
  if (bad !== undefined) return bad
  for (const adapter of profile.adapters) {
    const badAdapter = checkAdapter(adapter, profile.maxVirtualSlots, hypervisor.adapterLimits)
    if (badAdapter !== undefined) return badAdapter
  }
  return undefined
}
