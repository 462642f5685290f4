// The table of the served commands: opcode -> server function. A command is served at the end of its time in the message loop, at once and
// wholly. Here also is the rule of the stages: a step that is refused undoes its stage.

import { commandByOpcode, commandByName } from '@powersim/protocol'
import type { CommandName, Json, Message, ReplyOf, RequestOf, StatusName } from '@powersim/protocol'
import {
  activationAdapter,
  activationBoot,
  activationFirmware,
  activationMemory,
  activationProcessors,
  activationSlots,
  beginActivation,
  beginApply,
  startActivation,
} from './activation.js'
import { readControl, readLock, releaseControl, releaseLock, takeControl } from './co-management.js'
import { beginDynamic, changeAdapter, changeSharing, finishDynamic, restoreDynamic, stepDynamic } from './dynamic.js'
import { type Hypervisor, noStage } from './hypervisor.js'
import {
  addPagingDevice,
  changeMemoryPool,
  createMemoryPool,
  listPagingDevices,
  readMemoryPool,
  removeMemoryPool,
  removePagingDevice,
} from './memory-pool.js'
import { changeShare } from './memory-share.js'
import { isRefused, type Outcome } from './outcome.js'
import {
  abandonStage,
  changePartition,
  commitStage,
  createPartition,
  deletePartition,
  stageAdapter,
  stageAttributes,
  stageIoSlots,
  stageMemory,
  stageProcessors,
  stageRemoveAdapter,
  stageSlots,
} from './partition-stages.js'
import { changePool, listPools } from './processor-pools.js'
import { beginRestore, putPartition, putSystemProfiles, readProfileData } from './profile-data.js'
import { changeProfile, createProfile, removeProfile, saveProfile } from './profile-stages.js'
import {
  listPartitions,
  listProfiles,
  readPartition,
  readPartitionMemory,
  readPartitionProcessors,
  readProfile,
  readRefcodes,
  readSlots,
  readSystemMemory,
  readSystemProcessors,
} from './queries.js'
import { readAdapters, readSwitches } from './adapter-queries.js'
import { shutDownPartition } from './shutdown.js'
import type { Caller, Stage, StageKind, StageWork } from './stages.js'
import { listSystemProfiles, removeSystemProfile, setSystemProfile } from './system-profiles.js'
import { readUtilization } from './utilization.js'
import { closeTerminal, exchangeTerminal, openTerminal } from './terminals.js'
import { addSwitch, removeSwitch } from './virtual-switches.js'

/** Commands whose target is the hypervisor, by the families of their names. */
export type PhypCommandName = Extract<
  CommandName,
  | `lpar.${string}`
  | `profile.${string}`
  | `memory.${string}`
  | `processors.${string}`
  | `slots.${string}`
  | `adapters.${string}`
  | `stage.${string}`
  | `activation.${string}`
  | `dynamic.${string}`
  | `memoryPool.${string}`
  | `pagingDevice.${string}`
  | `comanagement.${string}`
  | `lock.${string}`
  | `processorPool.${string}`
  | `systemProfile.${string}`
  | `profileData.${string}`
  | `virtualSwitch.${string}`
  | `terminal.${string}`
>

type Server<N extends CommandName> = (hypervisor: Hypervisor, data: RequestOf<N>, caller: Caller) => Outcome<ReplyOf<N>>
type AnyServer = (hypervisor: Hypervisor, data: unknown, caller: Caller) => Outcome<unknown>
type StageOf<K extends StageKind> = Stage<Extract<StageWork, { kind: K }>>

const activation = ['activation'] as const
const dynamic = ['dynamic'] as const
const profiles = ['create', 'profile'] as const
const partitions = ['create', 'change', 'profile'] as const
const configurations = ['create', 'change', 'delete', 'profile', 'profileRemoval', 'apply', 'restore'] as const
const restorations = ['restore'] as const

export const servers: { readonly [N in PhypCommandName]: Server<N> } = {
  'lpar.list': listPartitions,
  'lpar.read': readPartition,
  'lpar.refcodes': readRefcodes,
  'profile.list': listProfiles,
  'profile.read': readProfile,
  'memory.system': readSystemMemory,
  'memory.lpar': readPartitionMemory,
  'processors.system': readSystemProcessors,
  'processors.lpar': readPartitionProcessors,
  'processors.utilization': readUtilization,
  'slots.system': readSlots,
  'adapters.lpar': readAdapters,
  'adapters.switches': readSwitches,
  'lpar.create': createPartition,
  'lpar.change': changePartition,
  'lpar.delete': deletePartition,
  'profile.change': changeProfile,
  'profile.create': createProfile,
  'profile.remove': removeProfile,
  'profile.save': saveProfile,
  'lpar.apply': beginApply,
  'stage.attributes': step(partitions, (hypervisor, stage, data) => stageAttributes(hypervisor, stage, data.attributes)),
  'stage.processors': step(profiles, (hypervisor, stage, data) => stageProcessors(hypervisor, stage, data.processors)),
  'stage.memory': step(profiles, (hypervisor, stage, data) => stageMemory(hypervisor, stage, data.memory)),
  'stage.slots': step(profiles, (_, stage, data) => stageSlots(stage, data.maxVirtualSlots)),
  'stage.ioSlots': step(profiles, (hypervisor, stage, data) => stageIoSlots(hypervisor, stage, data.ioSlots)),
  'stage.adapter': step(profiles, (hypervisor, stage, data) => stageAdapter(hypervisor, stage, data.adapter)),
  'stage.removeAdapter': step(profiles, (_, stage, data) => stageRemoveAdapter(stage, data.slot)),
  'stage.commit': last(configurations, commitStage),
  'stage.abandon': (hypervisor, { stage }, caller) => abandonStage(hypervisor, stage, caller),
  'activation.begin': beginActivation,
  'activation.processors': step(activation, activationProcessors),
  'activation.memory': step(activation, activationMemory),
  'activation.slots': step(activation, activationSlots),
  'activation.adapter': step(activation, (_, stage, data) => activationAdapter(stage, data.slot)),
  'activation.firmware': step(activation, (_, stage) => activationFirmware(stage)),
  'activation.boot': step(activation, (_, stage, data) => activationBoot(stage, data)),
  'activation.start': last(activation, startActivation),
  'lpar.shutdown': shutDownPartition,
  'dynamic.begin': beginDynamic,
  'dynamic.step': step(dynamic, (_, stage, data) => stepDynamic(stage, data.batch)),
  'dynamic.finish': last(dynamic, (hypervisor, stage, data) => finishDynamic(hypervisor, stage, data.hold === true)),
  'dynamic.restore': restoreDynamic,
  'dynamic.sharing': changeSharing,
  'dynamic.sharedMemory': changeShare,
  'memoryPool.read': readMemoryPool,
  'memoryPool.create': createMemoryPool,
  'memoryPool.change': changeMemoryPool,
  'memoryPool.remove': removeMemoryPool,
  'pagingDevice.list': listPagingDevices,
  'pagingDevice.add': addPagingDevice,
  'pagingDevice.remove': removePagingDevice,
  'dynamic.adapter': changeAdapter,
  'virtualSwitch.add': addSwitch,
  'virtualSwitch.remove': removeSwitch,
  'profileData.read': readProfileData,
  'profileData.begin': beginRestore,
  'profileData.put': step(restorations, (hypervisor, stage, data) => putPartition(hypervisor, stage, data.partition)),
  'profileData.putSystemProfiles': step(restorations, (_, stage, data) => putSystemProfiles(stage, data.profiles)),
  'systemProfile.list': listSystemProfiles,
  'systemProfile.set': setSystemProfile,
  'systemProfile.remove': removeSystemProfile,
  'comanagement.read': readControl,
  'comanagement.set': takeControl,
  'comanagement.release': releaseControl,
  'lock.read': readLock,
  'lock.release': releaseLock,
  'processorPool.list': listPools,
  'processorPool.change': changePool,
  'terminal.open': openTerminal,
  'terminal.exchange': exchangeTerminal,
  'terminal.close': closeTerminal,
}

/** A step of a stage of one of these kinds; refused, it undoes the stage. */
function step<K extends StageKind, D extends { stage: number }, R>(
  kinds: readonly K[],
  serve: (hypervisor: Hypervisor, stage: StageOf<K>, data: D) => Outcome<R>,
): (hypervisor: Hypervisor, data: D, caller: Caller) => Outcome<R> {
  return (hypervisor, data, caller) => {
    const stage = hypervisor.stages.find(data.stage, caller, kinds)
    if (stage === undefined) return noStage(data.stage)
    const outcome = serve(hypervisor, stage, data)
    if (isRefused(outcome)) hypervisor.stages.abandon(stage)
    return outcome
  }
}

/** The step that makes the stage's effect, and ends it. */
function last<K extends StageKind, D extends { stage: number }, R>(
  kinds: readonly K[],
  serve: (hypervisor: Hypervisor, stage: StageOf<K>, data: D) => Outcome<R>,
): (hypervisor: Hypervisor, data: D, caller: Caller) => Outcome<R> {
  const undoing = step(kinds, serve)
  return (hypervisor, data, caller) => {
    const stage = hypervisor.stages.find(data.stage, caller, kinds)
    const outcome = undoing(hypervisor, data, caller)
    if (stage !== undefined && !isRefused(outcome)) hypervisor.stages.commit(stage)
    return outcome
  }
}

const byOpcode = new Map<number, AnyServer>(
  Object.entries(servers).map(([name, server]) => {
    // The keys of `servers` are command names, and `serve` hands each only data that its own schema has passed.
    return [commandByName(name as PhypCommandName).opcode, server as AnyServer]
  }),
)

/** Status and data of a reply. */
export interface Served {
  readonly status: StatusName
  readonly data: Json
}

export function declined(status: StatusName, detail: string): Served {
  return { status, data: { detail } }
}

/** What is wrong with a request before anything is looked up for it; undefined when it can be served. */
export function refusedUnserved(message: Message): Served | undefined {
  const definition = commandByOpcode(message.opcode)
  if (definition === undefined) return declined('unknown-command', `opcode 0x${message.opcode.toString(16)}`)
  if (definition.target !== 'phyp') return declined('wrong-target', `${definition.name} is for ${definition.target}`)
  if (!byOpcode.has(message.opcode)) return declined('unknown-command', definition.name)
  if (definition.fits(message.data)) return undefined
  const issue = definition.request.safeParse(message.data).error?.issues[0]
  return declined('malformed', `data.${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'does not fit the command'}`)
}

/** Serves a request that `refusedUnserved` has passed. */
export function serve(hypervisor: Hypervisor, message: Message): Served {
  const server = byOpcode.get(message.opcode)
  if (server === undefined) return declined('unknown-command', `opcode 0x${message.opcode.toString(16)}`)
  const definition = commandByOpcode(message.opcode)
  const mayNot = definition === undefined ? undefined : hypervisor.coManagement.refuses(definition, message.source)
  const outcome = mayNot ?? server(hypervisor, message.data, message)
  if (isRefused(outcome)) return { status: 'refused', data: outcome.refusal }
  // Replies are plain data by their schemas.
  return { status: 'ok', data: outcome.reply as Json }
}
