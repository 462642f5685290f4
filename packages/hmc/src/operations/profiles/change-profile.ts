// chsyscfg -r prof: amounts and switches of a profile. Each section of it that changes costs one command; nothing of a running
// partition moves until it is activated with the profile again.

import type { Yieldable } from '@powersim/kernel'
import type { PartitionProfile, ProfileIoSlot } from '@powersim/protocol'
import { partitionNames } from '../../cli/field-text.js'
import { type LineReply, refused, silent } from '../../cli/line-reply.js'
import type { OptionReader } from '../../cli/option-reader.js'
import type { SettingRule, Settings } from '../../cli/settings.js'
import { type Conversation, inStage, type StageStep } from '../conversation.js'
import { findPartition } from '../find-partition.js'
import { converse, type LineScope } from '../line-scope.js'
import { memoryFrom, memoryRules } from '../resources/memory-settings.js'
import {
  adapterChanges,
  type AdapterChanges,
  adapterRules,
  amountRules,
  compatModeRule,
  ioSlotRule,
  ioSlotsFrom,
  neutralRules,
  processorProblem,
  processorsFrom,
  switchesFrom,
  switchRules,
} from './profile-settings.js'
import { enteredSettings, keyFromSettings } from './entered-settings.js'

const changeProfileRules: readonly SettingRule[] = [
  { name: 'name', takes: 'name' },
  { name: 'lpar_name', takes: 'name' },
  { name: 'lpar_id', takes: [1, 4095] },
  { name: 'new_name', takes: 'name' },
  ...memoryRules,
  ...amountRules,
  ...switchRules,
  compatModeRule,
  ioSlotRule,
  ...neutralRules,
  ...adapterRules.map((rule) => ({ ...rule, operators: true as const })),
]

const memoryNames = memoryRules.map((rule) => rule.name)
const processorNames = amountRules.map((rule) => rule.name).filter((name) => name !== 'max_virtual_slots')
const attributeNames = ['new_name', compatModeRule.name, ...switchRules.map((rule) => rule.name)]

export function* changeProfile(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const data = enteredSettings(changeProfileRules, options, 'chsyscfg -r prof')
  if (!data.ok) return data.reply
  const { settings } = data
  const name = settings.text('name')
  if (name === undefined) return refused('missingParameter', { names: '-i' })
  const key = keyFromSettings(settings, 'lpar_name')
  if (!key.ok) return key.reply
  const conversation = converse(scope, options, 'chsyscfg prof')
  if (!conversation.ok) return conversation.reply
  const partition = yield* findPartition(conversation.value, key.key)
  if (!partition.ok) return partition.reply
  const { id } = partition.value
  conversation.value.names = { name, id }
  const profile = yield* conversation.value.ask('profile.read', { id, name }, id)
  if (!profile.ok) return profile.reply
  const problem = processorProblem(processorsFrom(settings, profile.value.processors))
  if (problem !== undefined) return problem
  const memory = memoryFrom(settings, profile.value.memory, partitionNames(conversation.value.listed))
  if (!memory.ok) return memory.reply
  const slots = ioSlotsFrom(settings)
  if (!slots.ok) return slots.reply
  const adapters = adapterChanges(settings, profile.value.adapters, partitionNames(conversation.value.listed))
  if (!adapters.ok) return adapters.reply
  const opened = yield* conversation.value.ask('profile.change', { id, name }, id)
  if (!opened.ok) return opened.reply
  const { stage } = opened.value
  const ioSlots = settings.has('io_slots') ? slots.ioSlots : undefined
  const sections = changeSections(conversation.value, stage, id, settings, { ...profile.value, memory: memory.memory }, ioSlots, adapters)
  const done = yield* inStage(conversation.value, stage, id, sections)
  return done.ok ? silent : done.reply
}

function* changeSections(
  conversation: Conversation,
  stage: number,
  id: number,
  settings: Settings,
  /** With its new memory. */
  profile: PartitionProfile,
  ioSlots: readonly ProfileIoSlot[] | undefined,
  { added, removed }: Extract<AdapterChanges, { ok: true }>,
): Generator<Yieldable, StageStep> {
  let step: StageStep = { ok: true, value: null }
  const touches = (names: readonly string[]): boolean => step.ok && names.some((name) => settings.has(name))
  const profileName = settings.text('new_name')
  if (touches(attributeNames)) {
    const attributes = { ...switchesFrom(settings), ...(profileName === undefined ? {} : { profileName }) }
    step = yield* conversation.ask('stage.attributes', { stage, attributes }, id)
  }
  if (touches(processorNames)) {
    step = yield* conversation.ask('stage.processors', { stage, processors: processorsFrom(settings, profile.processors) }, id)
  }
  if (touches(memoryNames)) step = yield* conversation.ask('stage.memory', { stage, memory: profile.memory }, id)
  if (touches(['max_virtual_slots'])) {
    const maxVirtualSlots = settings.number('max_virtual_slots') ?? profile.maxVirtualSlots
    step = yield* conversation.ask('stage.slots', { stage, maxVirtualSlots }, id)
  }
  if (step.ok && ioSlots !== undefined) step = yield* conversation.ask('stage.ioSlots', { stage, ioSlots: [...ioSlots] }, id)
  for (const slot of removed) if (step.ok) step = yield* conversation.ask('stage.removeAdapter', { stage, slot }, id)
  for (const adapter of added) if (step.ok) step = yield* conversation.ask('stage.adapter', { stage, adapter }, id)
  return step.ok ? yield* conversation.ask('stage.commit', { stage }, id) : step
}
