// mksyscfg -r lpar: a new partition and its first profile, staged and committed at once. A failed step leaves no trace. What data says of
// the profile is profiles/new-profile.ts.

import type { Yieldable } from '@powersim/kernel'
import { type PartitionEnvironment, partitionEnvironments, type RequestOf } from '@powersim/protocol'
import { type PartitionNames, partitionNames } from '../../cli/field-text.js'
import { type LineReply, refused, silent } from '../../cli/line-reply.js'
import type { OptionReader } from '../../cli/option-reader.js'
import type { SettingRule, Settings } from '../../cli/settings.js'
import { systemKey } from '../../users/managed-resource.js'
import { inStage } from '../conversation.js'
import { listPartitions } from '../find-partition.js'
import { converse, type LineScope } from '../line-scope.js'
import { neutralPartitionRules, syncProfileFrom } from '../profiles/profile-settings.js'
import { enteredSettings } from '../profiles/entered-settings.js'
import { fillStage, missingAttributes, newProfile, type NewProfileResult, newProfileRules } from '../profiles/new-profile.js'

const createPartitionRules: readonly SettingRule[] = [
  { name: 'name', takes: 'name' },
  { name: 'lpar_id', takes: [1, 4095] },
  { name: 'profile_name', takes: 'name' },
  { name: 'lpar_env', takes: partitionEnvironments },
  { name: 'sync_curr_profile', takes: [0, 2] },
  { name: 'work_group_id', takes: 'name' },
  { name: 'description', takes: 'text' },
  ...newProfileRules,
  ...neutralPartitionRules,
  { name: 'powervm_mgmt_capable', takes: 'text', neutral: '0' },
]

export function* createPartition(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const data = enteredSettings(createPartitionRules, options, 'mksyscfg -r lpar')
  if (!data.ok) return data.reply
  const { settings } = data
  const missing = missingAttributes(settings, ['name', 'profile_name', 'lpar_env'])
  if (missing.length > 0) return refused('dataMissing', { names: missing.join(',') })
  let partition = newPartitionProfile(settings, partitionNames([]))
  if (!partition.ok && partition.unknownPartition === undefined) return partition.reply
  const conversation = converse(scope, options, 'mksyscfg lpar')
  if (!conversation.ok) return conversation.reply
  if (!partition.ok) {
    const listed = yield* listPartitions(conversation.value, new Map())
    if (!listed.ok) return listed.reply
    partition = newPartitionProfile(settings, partitionNames(listed.value))
    if (!partition.ok) return partition.reply
  }
  const request = createRequest(settings)
  conversation.value.names = { name: request.name }
  const created = yield* conversation.value.ask('lpar.create', request)
  if (!created.ok) return created.reply
  const { stage, id } = created.value
  const done = yield* inStage(conversation.value, stage, id, fillStage(conversation.value, stage, id, partition.profile))
  if (!done.ok) return done.reply
  scope.context.users.grant(scope.context.user, systemKey(conversation.value.system), id)
  return silent
}

function createRequest(settings: Settings): RequestOf<'lpar.create'> {
  const id = settings.number('lpar_id')
  const environment: PartitionEnvironment = settings.choice('lpar_env', partitionEnvironments) ?? 'aixlinux'
  return {
    name: settings.text('name') ?? '',
    environment,
    profileName: settings.text('profile_name') ?? '',
    ...(id === undefined ? {} : { id }),
  }
}

/** The profile, with the attributes of the partition itself. */
function newPartitionProfile(settings: Settings, names: PartitionNames): NewProfileResult {
  const result = newProfile(settings, names)
  if (!result.ok) return result
  const workGroup = settings.text('work_group_id')
  const description = settings.text('description')
  const syncProfile = syncProfileFrom(settings)
  const attributes = {
    ...result.profile.attributes,
    ...(syncProfile === undefined ? {} : { syncProfile }),
    ...(workGroup === undefined || workGroup === 'none' ? {} : { workGroup }),
    ...(description === undefined ? {} : { description }),
  }
  return { ok: true, profile: { ...result.profile, attributes } }
}
