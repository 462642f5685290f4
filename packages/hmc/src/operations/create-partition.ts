// mksyscfg -r lpar: a new partition and its first profile, staged and committed at once. A failed step leaves no trace.
// Amounts are not compared with the system's: that is the hypervisor's, and mostly not before activation.

import type { Yieldable } from '@powersim/kernel'
import {
  type PartitionAttributes,
  type PartitionEnvironment,
  partitionEnvironments,
  type ProfileIoSlot,
  type ProfileMemory,
  type ProfileProcessors,
  type RequestOf,
  type VirtualAdapter,
} from '@powersim/protocol'
import { type PartitionNames, partitionNames } from '../cli/field-text.js'
import { type LineReply, refused, silent } from '../cli/line-reply.js'
import type { OptionReader } from '../cli/option-reader.js'
import { readSettings, type SettingRule, type Settings } from '../cli/settings.js'
import { type Conversation, inStage, type StageStep } from './conversation.js'
import { listPartitions } from './find-partition.js'
import { converse, type LineScope } from './line-scope.js'
import { memoryFrom, memoryRules } from './memory-settings.js'
import {
  adapterRules,
  adaptersFrom,
  amountRules,
  compatModeRule,
  ioSlotRule,
  ioSlotsFrom,
  neutralPartitionRules,
  neutralRules,
  processorProblem,
  processorsFrom,
  switchesFrom,
  switchRules,
  withDefaultAdapters,
} from './profile-settings.js'

const DEFAULT_MAX_VIRTUAL_SLOTS = 10

const createPartitionRules: readonly SettingRule[] = [
  { name: 'name', takes: 'name' },
  { name: 'lpar_id', takes: [1, 4095] },
  { name: 'profile_name', takes: 'name' },
  { name: 'lpar_env', takes: partitionEnvironments },
  { name: 'work_group_id', takes: 'name' },
  { name: 'description', takes: 'text' },
  ...memoryRules,
  ...amountRules,
  ...switchRules,
  ...adapterRules,
  compatModeRule,
  ioSlotRule,
  ...neutralRules,
  ...neutralPartitionRules,
]

interface NewPartition {
  readonly create: RequestOf<'lpar.create'>
  readonly attributes: PartitionAttributes
  readonly processors: ProfileProcessors
  readonly memory: ProfileMemory
  readonly maxVirtualSlots: number
  readonly adapters: readonly VirtualAdapter[]
  readonly ioSlots: readonly ProfileIoSlot[]
}

export function* createPartition(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const data = readSettings(createPartitionRules, options.required('-i'), 'mksyscfg -r lpar -i')
  if (!data.ok) return data.reply
  let partition = newPartition(data.settings, partitionNames([]))
  if ('reply' in partition && partition.unknownPartition === undefined) return partition.reply
  const conversation = converse(scope, options, 'mksyscfg lpar')
  if (!conversation.ok) return conversation.reply
  if ('reply' in partition) {
    const listed = yield* listPartitions(conversation.value, new Map())
    if (!listed.ok) return listed.reply
    partition = newPartition(data.settings, partitionNames(listed.value))
    if ('reply' in partition) return partition.reply
  }
  conversation.value.names = { name: partition.create.name }
  const created = yield* conversation.value.ask('lpar.create', partition.create)
  if (!created.ok) return created.reply
  const { stage, id } = created.value
  const done = yield* inStage(conversation.value, stage, id, fillStage(conversation.value, stage, id, partition))
  return done.ok ? silent : done.reply
}

function* fillStage(conversation: Conversation, stage: number, id: number, partition: NewPartition): Generator<Yieldable, StageStep> {
  const { attributes, processors, memory, maxVirtualSlots, ioSlots } = partition
  let step: StageStep = yield* conversation.ask('stage.attributes', { stage, attributes }, id)
  if (step.ok) step = yield* conversation.ask('stage.processors', { stage, processors }, id)
  if (step.ok) step = yield* conversation.ask('stage.memory', { stage, memory }, id)
  if (step.ok) step = yield* conversation.ask('stage.slots', { stage, maxVirtualSlots }, id)
  if (step.ok && ioSlots.length > 0) step = yield* conversation.ask('stage.ioSlots', { stage, ioSlots: [...ioSlots] }, id)
  for (const adapter of partition.adapters) if (step.ok) step = yield* conversation.ask('stage.adapter', { stage, adapter }, id)
  return step.ok ? yield* conversation.ask('stage.commit', { stage }, id) : step
}

/** Attributes that must be entered, as the refusal lists them. */
function missingAttributes(settings: Settings): string[] {
  const shared = settings.text('proc_mode') === 'shared' ? ['min_proc_units', 'desired_proc_units', 'max_proc_units'] : []
  const dedicated = settings.text('proc_mode') === 'ded' ? ['sharing_mode'] : []
  const needed = ['name', 'profile_name', 'lpar_env', 'min_mem', 'desired_mem', 'max_mem', 'proc_mode', ...shared]
  return [...needed, 'min_procs', 'desired_procs', 'max_procs', ...dedicated].filter((name) => !settings.has(name))
}

const noMemory: ProfileMemory = { minMiB: 0, desiredMiB: 0, maxMiB: 0 }
const noProcessors: ProfileProcessors = {
  mode: 'shared',
  minProcs: 0,
  desiredProcs: 0,
  maxProcs: 0,
  minHundredths: 0,
  desiredHundredths: 0,
  maxHundredths: 0,
  sharingMode: 'cap',
  uncapWeight: 0,
  poolId: 0,
}

/** `names`: of partitions that adapters and memory name; nothing is asked for them when all are given by number. */
function newPartition(
  settings: Settings,
  names: PartitionNames,
): NewPartition | { readonly reply: LineReply; readonly unknownPartition?: string } {
  const missing = missingAttributes(settings)
  if (missing.length > 0) return { reply: refused('dataMissing', { names: missing.join(',') }) }
  const processors = processorsFrom(settings, noProcessors)
  const problem = processorProblem(processors)
  if (problem !== undefined) return { reply: problem }
  const adapters = adaptersFrom(settings, names)
  if (!adapters.ok) return adapters
  const memory = memoryFrom(settings, noMemory, names)
  if (!memory.ok) return memory
  const slots = ioSlotsFrom(settings)
  if (!slots.ok) return { reply: slots.reply }
  const id = settings.number('lpar_id')
  const environment: PartitionEnvironment = settings.choice('lpar_env', partitionEnvironments) ?? 'aixlinux'
  const workGroup = settings.text('work_group_id')
  const description = settings.text('description')
  return {
    create: {
      name: settings.text('name') ?? '',
      environment,
      profileName: settings.text('profile_name') ?? '',
      ...(id === undefined ? {} : { id }),
    },
    attributes: {
      bootMode: 'norm',
      autoStart: false,
      connectionMonitoring: false,
      ...switchesFrom(settings),
      ...(workGroup === undefined || workGroup === 'none' ? {} : { workGroup }),
      ...(description === undefined ? {} : { description }),
    },
    processors,
    memory: memory.memory,
    maxVirtualSlots: settings.number('max_virtual_slots') ?? DEFAULT_MAX_VIRTUAL_SLOTS,
    adapters: withDefaultAdapters(adapters.adapters),
    ioSlots: slots.ioSlots,
  }
}
