// chsyscfg -r lpar and rmsyscfg -r lpar: attributes of a partition that are not its profile's, a profile put to it, and its removal.
// All are staged: nothing is seen of them before the commit.

import type { Yieldable } from '@powersim/kernel'
import type { PartitionAttributes } from '@powersim/protocol'
import { type LineReply, silent } from '../../cli/line-reply.js'
import type { OptionReader } from '../../cli/option-reader.js'
import type { SettingRule, Settings } from '../../cli/settings.js'
import { systemKey } from '../../users/managed-resource.js'
import { type Conversation, inStage, type StageStep } from '../conversation.js'
import { findPartition, keyFromOptions, type PartitionKey, readPartition } from '../find-partition.js'
import { converse, type LineScope } from '../line-scope.js'
import { neutralPartitionRules, switchesFrom, switchRules, syncProfileFrom } from '../profiles/profile-settings.js'
import { enteredSettings, keyFromSettings } from '../profiles/entered-settings.js'

const changePartitionRules: readonly SettingRule[] = [
  { name: 'name', takes: 'name' },
  { name: 'lpar_id', takes: [1, 4095] },
  { name: 'new_name', takes: 'name' },
  { name: 'default_profile', takes: 'name' },
  { name: 'sync_curr_profile', takes: [0, 2] },
  { name: 'work_group_id', takes: 'name' },
  { name: 'description', takes: 'text' },
  { name: 'powervm_mgmt_capable', takes: 'flag' },
  ...switchRules,
  ...neutralPartitionRules,
]

export function* changePartition(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const data = enteredSettings(changePartitionRules, options, 'chsyscfg -r lpar')
  if (!data.ok) return data.reply
  const key = keyFromSettings(data.settings, 'name')
  if (!key.ok) return key.reply
  const conversation = converse(scope, options, 'chsyscfg lpar')
  if (!conversation.ok) return conversation.reply
  return yield* changeAttributes(conversation.value, key.key, attributesFrom(data.settings))
}

function* changeAttributes(
  conversation: Conversation,
  key: PartitionKey,
  attributes: PartitionAttributes,
): Generator<Yieldable, LineReply> {
  const view = yield* readPartition(conversation, key)
  if (!view.ok) return view.reply
  const { id } = view.value
  const opened = yield* conversation.ask('lpar.change', { id }, id)
  if (!opened.ok) return opened.reply
  const { stage } = opened.value
  // A refusal of a new name names that one.
  if (attributes.name !== undefined) conversation.names = { name: attributes.name, id }
  const done = yield* inStage(conversation, stage, id, changeInStage(conversation, stage, id, attributes))
  return done.ok ? silent : done.reply
}

function* changeInStage(
  conversation: Conversation,
  stage: number,
  id: number,
  attributes: PartitionAttributes,
): Generator<Yieldable, StageStep> {
  const step = yield* conversation.ask('stage.attributes', { stage, attributes }, id)
  return step.ok ? yield* conversation.ask('stage.commit', { stage }, id) : step
}

function attributesFrom(settings: Settings): PartitionAttributes {
  const name = settings.text('new_name')
  const defaultProfile = settings.text('default_profile')
  const workGroup = settings.text('work_group_id')
  const description = settings.text('description')
  const managementCapable = settings.flag('powervm_mgmt_capable')
  const syncProfile = syncProfileFrom(settings)
  return {
    ...switchesFrom(settings),
    ...(syncProfile === undefined ? {} : { syncProfile }),
    ...(name === undefined ? {} : { name }),
    ...(defaultProfile === undefined ? {} : { defaultProfile }),
    // `none` takes the partition out of its group.
    ...(workGroup === undefined ? {} : { workGroup: workGroup === 'none' ? '' : workGroup }),
    ...(description === undefined ? {} : { description }),
    ...(managementCapable === undefined ? {} : { managementCapable }),
  }
}

/** chsysstate -r lpar -o chkey: the key lock of a partition. */
export function* changePartitionKeylock(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const conversation = converse(scope, options, 'chsysstate lpar chkey')
  if (!conversation.ok) return conversation.reply
  const keylock = options.choice('-k', ['norm', 'manual']) ?? 'norm'
  return yield* changeAttributes(conversation.value, keyFromOptions(options, '-n'), { keylock })
}

/** -o apply: a partition that is off comes to hold what the profile of -n says. */
export function* applyProfile(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const conversation = converse(scope, options, 'chsyscfg lpar apply')
  if (!conversation.ok) return conversation.reply
  const partition = yield* findPartition(conversation.value, keyFromOptions(options, '-p'))
  if (!partition.ok) return partition.reply
  const { id } = partition.value
  const profile = options.required('-n')
  const opened = yield* conversation.value.ask('lpar.apply', { id, profile }, id)
  if (!opened.ok) return opened.reply
  const { stage } = opened.value
  const done = yield* inStage(conversation.value, stage, id, conversation.value.ask('stage.commit', { stage }, id))
  return done.ok ? silent : done.reply
}

export function* removePartition(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const conversation = converse(scope, options, 'rmsyscfg lpar')
  if (!conversation.ok) return conversation.reply
  const view = yield* readPartition(conversation.value, keyFromOptions(options, '-n'))
  if (!view.ok) return view.reply
  const { id } = view.value
  const opened = yield* conversation.value.ask('lpar.delete', { id }, id)
  if (!opened.ok) return opened.reply
  const { stage } = opened.value
  // Before the commit: once that is done, the ID may be another partition's.
  const giveBack = scope.context.users.revoke(systemKey(conversation.value.system), id)
  const done = yield* inStage(conversation.value, stage, id, conversation.value.ask('stage.commit', { stage }, id))
  if (done.ok) return silent
  // A removal that is not known to have failed may have happened.
  if (done.unknown !== true) giveBack()
  return done.reply
}
