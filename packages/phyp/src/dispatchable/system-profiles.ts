// System profiles in the configuration: ordered lists of partitions with a profile each. They hold only what there is: a partition or a
// profile that goes leaves them, and one of which nothing is left goes too. Who activates them is the console.

import type { ReplyOf, RequestOf, SystemProfile } from '@powersim/protocol'
import type { Draft } from 'immer'
import { type Configuration, profileOf } from './configuration.js'
import { type Hypervisor, noPartition, noProfile } from './hypervisor.js'
import { type Outcome, refused, type Refused, reply } from './outcome.js'

/** System profiles that there may be (estimate). */
const MAX_SYSTEM_PROFILES = 256

export function listSystemProfiles({ configuration }: Hypervisor): Outcome<ReplyOf<'systemProfile.list'>> {
  return reply({
    profiles: configuration.systemProfiles.map(({ name, members }) => ({ name, members: members.map((each) => ({ ...each })) })),
  })
}

export function setSystemProfile(
  hypervisor: Hypervisor,
  { name, members, replaces }: RequestOf<'systemProfile.set'>,
): Outcome<ReplyOf<'systemProfile.set'>> {
  const { systemProfiles } = hypervisor.configuration
  if (replaces !== undefined && !systemProfiles.some((other) => other.name === replaces)) return noSystemProfile(replaces)
  if (name !== replaces && systemProfiles.some((other) => other.name === name)) {
    return refused('system-profile-name-in-use', `there is a system profile ${name} already`, { name })
  }
  if (replaces === undefined && systemProfiles.length >= MAX_SYSTEM_PROFILES) {
    return refused('system-profile-invalid', `there can be ${MAX_SYSTEM_PROFILES} system profiles`, { name })
  }
  const bad = refuseMembers(hypervisor, members)
  if (bad !== undefined) return bad
  const version = hypervisor.store.commit('systemProfile.set', [], (draft) => {
    const profile = { name, members }
    if (replaces === undefined) draft.systemProfiles.push(profile)
    else draft.systemProfiles = draft.systemProfiles.map((other) => (other.name === replaces ? profile : other))
  })
  return reply({ version })
}

export function removeSystemProfile(
  hypervisor: Hypervisor,
  { name }: RequestOf<'systemProfile.remove'>,
): Outcome<ReplyOf<'systemProfile.remove'>> {
  if (!hypervisor.configuration.systemProfiles.some((other) => other.name === name)) return noSystemProfile(name)
  const version = hypervisor.store.commit('systemProfile.remove', [], (draft) => {
    draft.systemProfiles = draft.systemProfiles.filter((other) => other.name !== name)
  })
  return reply({ version })
}

/** Profiles that use shared memory are not activated so (IBM documentation of POWER6 and POWER9: system profile). */
function refuseMembers(hypervisor: Hypervisor, members: SystemProfile['members']): Refused | undefined {
  const seen = new Set<number>()
  for (const { id, profile } of members) {
    const record = hypervisor.record(id)
    if (record === undefined) return noPartition(id)
    const found = profileOf(record, profile)
    if (found === undefined) return noProfile(id, profile)
    if (seen.has(id)) return refused('system-profile-invalid', `partition ${id} is named twice`, { id })
    seen.add(id)
    if (found.memory.mode === 'shared') return refused('system-profile-invalid', `profile ${profile} uses shared memory`, { id, profile })
  }
  return undefined
}

/** Takes a partition, or one profile of it, out of all system profiles. */
export function leaveSystemProfiles(draft: Draft<Configuration>, id: number, profile?: string): void {
  if (draft.systemProfiles.length === 0) return
  const stays = (member: { readonly id: number; readonly profile: string }): boolean =>
    member.id !== id || (profile !== undefined && member.profile !== profile)
  draft.systemProfiles = draft.systemProfiles
    .map(({ name, members }) => ({ name, members: members.filter(stays) }))
    .filter(({ members }) => members.length > 0)
}

/** A profile of a partition has another name. */
export function renameInSystemProfiles(draft: Draft<Configuration>, id: number, from: string, to: string): void {
  for (const { members } of draft.systemProfiles) {
    for (const member of members) if (member.id === id && member.profile === from) member.profile = to
  }
}

function noSystemProfile(name: string): Refused {
  return refused('system-profile-not-found', `there is no system profile ${name}`, { name })
}
