// System profiles: lssyscfg, mksyscfg, chsyscfg and rmsyscfg -r sysprof, and their activation. Partitions are named by lpar_names or
// lpar_ids, their profiles by profile_names in the same order.

import type { Yieldable } from '@powersim/kernel'
import type { SystemProfile } from '@powersim/protocol'
import { type PartitionNames, partitionNames } from '../../cli/field-text.js'
import type { FilterRule } from '../../cli/filter.js'
import { type LineReply, refused, silent } from '../../cli/line-reply.js'
import type { OptionReader } from '../../cli/option-reader.js'
import type { AttributeTable } from '../../cli/output-form.js'
import type { SettingRule, Settings } from '../../cli/settings.js'
import { activate } from '../partitions/activate-partition.js'
import type { Conversation, Step } from '../conversation.js'
import { listPartitions } from '../find-partition.js'
import { converse, type LineScope } from '../line-scope.js'
import { listing } from '../listing.js'
import { together } from '../several.js'
import { enteredSettings } from './entered-settings.js'

type Members = SystemProfile['members']

interface SystemProfileRow {
  readonly profile: SystemProfile
  readonly names: PartitionNames
}

/** Order: domain knowledge. */
export const systemProfileAttributes: AttributeTable<SystemProfileRow> = [
  { name: 'name', value: ({ profile }) => profile.name },
  { name: 'lpar_names', value: ({ profile, names }) => profile.members.map(({ id }) => names.nameOf(id) ?? '') },
  { name: 'lpar_ids', value: ({ profile }) => profile.members.map(({ id }) => String(id)) },
  { name: 'profile_names', value: ({ profile }) => profile.members.map((member) => member.profile) },
]

export const systemProfileFilters: readonly FilterRule[] = [{ name: 'profile_names', takes: 'text' }]

const memberRules: readonly SettingRule[] = [
  { name: 'name', takes: 'name' },
  { name: 'lpar_names', takes: 'list', operators: true },
  { name: 'lpar_ids', takes: 'list', operators: true },
  { name: 'profile_names', takes: 'list', operators: true },
]

export function* listSystemProfiles(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const conversation = converse(scope, options, 'lssyscfg sysprof')
  if (!conversation.ok) return conversation.reply
  const known = yield* knownProfiles(conversation.value)
  if (!known.ok) return known.reply
  const wanted = options.filters.get('profile_names')
  const unknown = wanted?.find((name) => !known.value.some((profile) => profile.name === name))
  if (unknown !== undefined) return refused('systemProfileNotFound', { name: unknown })
  const names = partitionNames(conversation.value.listed)
  const rows = known.value.filter(({ name }) => wanted?.includes(name) ?? true).map((profile) => ({ profile, names }))
  return listing(systemProfileAttributes, rows, options.output)
}

export function* createSystemProfile(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const data = enteredSettings(memberRules, options, 'mksyscfg -r sysprof')
  if (!data.ok) return data.reply
  const { settings } = data
  const name = settings.text('name')
  const keys = keysOf(settings)
  if (name === undefined || keys === undefined || !settings.has('profile_names')) return refused('missingParameter', { names: '-i' })
  const conversation = converse(scope, options, 'mksyscfg sysprof')
  if (!conversation.ok) return conversation.reply
  const entered = yield* enteredMembers(conversation.value, settings, keys)
  if (!entered.ok) return entered.reply
  const set = yield* conversation.value.ask('systemProfile.set', { name, members: entered.value })
  return set.ok ? silent : set.reply
}

/** `=` gives other members, `+=` adds some or gives them another profile, `-=` takes partitions out. */
export function* changeSystemProfile(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const data = enteredSettings([...memberRules, { name: 'new_name', takes: 'name' }], options, 'chsyscfg -r sysprof')
  if (!data.ok) return data.reply
  const { settings } = data
  const name = settings.text('name')
  const keys = keysOf(settings)
  const operator = settings.operator(settings.has('lpar_names') ? 'lpar_names' : 'lpar_ids')
  const removes = operator === '-='
  const isMismatch = keys === undefined ? settings.has('profile_names') : settings.has('profile_names') === removes
  if (name === undefined || isMismatch) return refused('missingParameter', { names: '-i' })
  const conversation = converse(scope, options, 'chsyscfg sysprof')
  if (!conversation.ok) return conversation.reply
  const known = yield* knownProfiles(conversation.value)
  if (!known.ok) return known.reply
  const before = known.value.find((profile) => profile.name === name)
  if (before === undefined) return refused('systemProfileNotFound', { name })
  const entered = keys === undefined ? undefined : membersFrom(conversation.value, settings, keys)
  if (entered?.ok === false) return entered.reply
  const named = new Set(entered?.value.map(({ id }) => id))
  const kept = before.members.filter(({ id }) => !named.has(id))
  const members = entered === undefined ? before.members : operator === '=' ? entered.value : removes ? kept : [...kept, ...entered.value]
  if (members.length === 0) return refused('systemProfileInvalid', { detail: 'no partition is left in it' })
  const request = { name: settings.text('new_name') ?? name, members, replaces: name }
  const set = yield* conversation.value.ask('systemProfile.set', request)
  return set.ok ? silent : set.reply
}

export function* removeSystemProfile(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const conversation = converse(scope, options, 'rmsyscfg sysprof')
  if (!conversation.ok) return conversation.reply
  const removed = yield* conversation.value.ask('systemProfile.remove', { name: options.required('-n') })
  return removed.ok ? silent : removed.reply
}

/** chsysstate -r sysprof -o on -n NAME */
export function* activateSystemProfile(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const conversation = converse(scope, options, 'chsysstate sysprof on')
  return conversation.ok ? yield* activateMembers(conversation.value, options.required('-n')) : conversation.reply
}

/** Activates the partitions of a system profile in its order; one that fails does not keep the others from it. */
export function* activateMembers(conversation: Conversation, name: string): Generator<Yieldable, LineReply> {
  const known = yield* knownProfiles(conversation)
  if (!known.ok) return known.reply
  const profile = known.value.find((other) => other.name === name)
  if (profile === undefined) return refused('systemProfileNotFound', { name })
  const replies: LineReply[] = []
  for (const member of profile.members) {
    const activated = yield* activate(conversation, member.id, member.profile, {})
    replies.push(activated.ok ? silent : activated.reply)
  }
  return together(replies)
}

/** The partitions are listed with them, so that they can be named. */
function* knownProfiles(conversation: Conversation): Generator<Yieldable, Step<readonly SystemProfile[]>> {
  const listed = yield* listPartitions(conversation, new Map())
  if (!listed.ok) return listed
  const list = yield* conversation.ask('systemProfile.list', {})
  return list.ok ? { ok: true, value: list.value.profiles } : list
}

type Keys = readonly { readonly name?: string; readonly id?: number; readonly text: string }[]

/** What lpar_names or lpar_ids name; undefined: neither was entered. */
function keysOf(settings: Settings): Keys | undefined {
  const byName = settings.list('lpar_names')?.map((name) => ({ name, text: name }))
  return byName ?? settings.list('lpar_ids')?.map((text) => ({ id: Number(text), text }))
}

function* enteredMembers(conversation: Conversation, settings: Settings, keys: Keys): Generator<Yieldable, Step<Members>> {
  const listed = yield* listPartitions(conversation, new Map())
  return listed.ok ? membersFrom(conversation, settings, keys) : listed
}

/** Partitions with their profiles, by the partitions as they are listed; without profiles for those that are only taken out. */
function membersFrom({ listed }: Conversation, settings: Settings, keys: Keys): Step<Members> {
  const profiles = settings.list('profile_names')
  if (profiles !== undefined && profiles.length !== keys.length) {
    return { ok: false, reply: refused('systemProfileInvalid', { detail: 'expected as many profiles as partitions' }) }
  }
  const members: Members = []
  for (const [index, key] of keys.entries()) {
    const partition = listed.find(({ id, name }) => (key.name === undefined ? id === key.id : name === key.name))
    if (partition === undefined) return { ok: false, reply: refused('partitionNotFound', { name: key.text }) }
    members.push({ id: partition.id, profile: profiles?.[index] ?? '' })
  }
  return { ok: true, value: members }
}
