// A profile that configuration data describes from nothing, and the steps that fill its stage: of mksyscfg -r lpar, whose partition comes
// with its first profile, and of mksyscfg -r prof. Amounts are not compared with the system's: that is the hypervisor's, at activation.

import type { Yieldable } from '@powersim/kernel'
import type { PartitionAttributes, ProfileIoSlot, ProfileMemory, ProfileProcessors, VirtualAdapter } from '@powersim/protocol'
import type { PartitionNames } from '../../cli/field-text.js'
import type { LineReply } from '../../cli/line-reply.js'
import type { SettingRule, Settings } from '../../cli/settings.js'
import type { Conversation, StageStep } from '../conversation.js'
import { memoryFrom, memoryRules } from '../resources/memory-settings.js'
import {
  adapterRules,
  adaptersFrom,
  amountRules,
  compatModeRule,
  ioSlotRule,
  ioSlotsFrom,
  neutralRules,
  processorProblem,
  processorsFrom,
  switchesFrom,
  switchRules,
  withDefaultAdapters,
} from './profile-settings.js'

const DEFAULT_MAX_VIRTUAL_SLOTS = 10

/** What configuration data may say of a new profile. */
export const newProfileRules: readonly SettingRule[] = [
  ...memoryRules,
  ...amountRules,
  ...switchRules,
  ...adapterRules,
  compatModeRule,
  ioSlotRule,
  ...neutralRules,
]

export interface NewProfile {
  readonly attributes: PartitionAttributes
  readonly processors: ProfileProcessors
  readonly memory: ProfileMemory
  readonly maxVirtualSlots: number
  readonly adapters: readonly VirtualAdapter[]
  readonly ioSlots: readonly ProfileIoSlot[]
}

/** `unknownPartition`: what was entered is well-formed, but names a partition that `names` does not know. */
export type NewProfileResult =
  | { readonly ok: true; readonly profile: NewProfile }
  | { readonly ok: false; readonly reply: LineReply; readonly unknownPartition?: string }

/** Attributes of a profile that must be entered, in the order in which a refusal lists them. */
export function missingAttributes(settings: Settings, identity: readonly string[]): readonly string[] {
  const shared = settings.text('proc_mode') === 'shared' ? ['min_proc_units', 'desired_proc_units', 'max_proc_units'] : []
  const dedicated = settings.text('proc_mode') === 'ded' ? ['sharing_mode'] : []
  const needed = [...identity, 'min_mem', 'desired_mem', 'max_mem', 'proc_mode', ...shared]
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
export function newProfile(settings: Settings, names: PartitionNames): NewProfileResult {
  const processors = processorsFrom(settings, noProcessors)
  const problem = processorProblem(processors)
  if (problem !== undefined) return { ok: false, reply: problem }
  const adapters = adaptersFrom(settings, names)
  if (!adapters.ok) return adapters
  const memory = memoryFrom(settings, noMemory, names)
  if (!memory.ok) return memory
  const slots = ioSlotsFrom(settings)
  if (!slots.ok) return slots
  const profile = {
    attributes: { bootMode: 'norm' as const, autoStart: false, connectionMonitoring: false, ...switchesFrom(settings) },
    processors,
    memory: memory.memory,
    maxVirtualSlots: settings.number('max_virtual_slots') ?? DEFAULT_MAX_VIRTUAL_SLOTS,
    adapters: withDefaultAdapters(adapters.adapters),
    ioSlots: slots.ioSlots,
  }
  return { ok: true, profile }
}

/** The steps of a stage from its opening to its commit. */
export function* fillStage(conversation: Conversation, stage: number, id: number, profile: NewProfile): Generator<Yieldable, StageStep> {
  const { attributes, processors, memory, maxVirtualSlots, ioSlots } = profile
  let step: StageStep = yield* conversation.ask('stage.attributes', { stage, attributes }, id)
  if (step.ok) step = yield* conversation.ask('stage.processors', { stage, processors }, id)
  if (step.ok) step = yield* conversation.ask('stage.memory', { stage, memory }, id)
  if (step.ok) step = yield* conversation.ask('stage.slots', { stage, maxVirtualSlots }, id)
  if (step.ok && ioSlots.length > 0) step = yield* conversation.ask('stage.ioSlots', { stage, ioSlots: [...ioSlots] }, id)
  for (const adapter of profile.adapters) if (step.ok) step = yield* conversation.ask('stage.adapter', { stage, adapter }, id)
  return step.ok ? yield* conversation.ask('stage.commit', { stage }, id) : step
}
