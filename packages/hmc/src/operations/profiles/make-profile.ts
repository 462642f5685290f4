// mksyscfg -r prof and rmsyscfg -r prof: one more profile of a partition, written out or saved from what it holds, and its removal.
// Nothing of a partition moves with it. Changes of a profile are change-profile.ts.

import type { Yieldable } from '@powersim/kernel'
import { partitionNames } from '../../cli/field-text.js'
import { type LineReply, refused, silent } from '../../cli/line-reply.js'
import type { OptionReader } from '../../cli/option-reader.js'
import type { SettingRule } from '../../cli/settings.js'
import { type Conversation, inStage, type Step } from '../conversation.js'
import { findPartition, keyFromOptions } from '../find-partition.js'
import { converse, type LineScope } from '../line-scope.js'
import { enteredSettings, keyFromSettings } from './entered-settings.js'
import { fillStage, missingAttributes, newProfile, newProfileRules } from './new-profile.js'

const createProfileRules: readonly SettingRule[] = [
  { name: 'name', takes: 'name' },
  { name: 'lpar_name', takes: 'name' },
  { name: 'lpar_id', takes: [1, 4095] },
  ...newProfileRules,
]

export function* createProfile(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const data = enteredSettings(createProfileRules, options, 'mksyscfg -r prof')
  if (!data.ok) return data.reply
  const { settings } = data
  const key = keyFromSettings(settings, 'lpar_name')
  if (!key.ok) return key.reply
  const missing = missingAttributes(settings, ['name'])
  if (missing.length > 0) return refused('profileDataMissing', { names: missing.join(',') })
  const conversation = converse(scope, options, 'mksyscfg prof')
  if (!conversation.ok) return conversation.reply
  const partition = yield* findPartition(conversation.value, key.key)
  if (!partition.ok) return partition.reply
  const { id } = partition.value
  const entered = newProfile(settings, partitionNames(conversation.value.listed))
  if (!entered.ok) return entered.reply
  const opened = yield* conversation.value.ask('profile.create', { id, name: settings.text('name') ?? '' }, id)
  if (!opened.ok) return opened.reply
  const { stage } = opened.value
  const done = yield* inStage(conversation.value, stage, id, fillStage(conversation.value, stage, id, entered.profile))
  return done.ok ? silent : done.reply
}

/** -o save: what the partition holds; --force: in the place of a profile of that name. */
export function* saveProfile(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const overwrite = options.has('--force')
  return yield* ofNamed(scope, options, 'mksyscfg prof save', (conversation, profile) =>
    conversation.ask('profile.save', { ...profile, overwrite }, profile.id),
  )
}

export function* removeProfile(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  return yield* ofNamed(scope, options, 'rmsyscfg prof', (conversation, profile) => conversation.ask('profile.remove', profile, profile.id))
}

/** One command about the profile of -n of the partition of -p or --id, and its commit. */
function* ofNamed(
  scope: LineScope,
  options: OptionReader,
  operation: 'mksyscfg prof save' | 'rmsyscfg prof',
  open: (
    conversation: Conversation,
    profile: { readonly id: number; readonly name: string },
  ) => Generator<Yieldable, Step<{ stage: number }>>,
): Generator<Yieldable, LineReply> {
  const conversation = converse(scope, options, operation)
  if (!conversation.ok) return conversation.reply
  const partition = yield* findPartition(conversation.value, keyFromOptions(options, '-p'))
  if (!partition.ok) return partition.reply
  const { id } = partition.value
  const opened = yield* open(conversation.value, { id, name: options.required('-n') })
  if (!opened.ok) return opened.reply
  const { stage } = opened.value
  const done = yield* inStage(conversation.value, stage, id, conversation.value.ask('stage.commit', { stage }, id))
  return done.ok ? silent : done.reply
}
