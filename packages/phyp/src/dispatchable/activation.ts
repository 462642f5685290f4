// Activation of a partition, step by step: begin, processors, memory, slots, each adapter, firmware, boot, start. The steps reserve
// what the partition will get; only the start makes it the partition's, and starts it. Without a profile the current configuration
// is used. When there is less than the minimum of memory or processors, the partition is left in Error with B2001230 (HMC captures);
// all other refusals leave it off.

import type { PartitionProfile, ProcessorAmounts, ProfileMemory, ReplyOf, RequestOf } from '@powersim/protocol'
import { amountsOf, heldAmounts, hundredthsHeld, pageTableKiB, regionsFor } from './accounting.js'
import { type Holding, type PartitionRecord, profileOf } from './configuration.js'
import { type Hypervisor, isInPool, noPartition, noProfile } from './hypervisor.js'
import { isRefused, type Outcome, refused, type Refused, reply } from './outcome.js'
import { assignDevice, type MemoryShare, takeShare } from './memory-share.js'
import { memoryTaken, processorsTaken } from './profile-rules.js'
import type { ActivationWork, ApplyWork, Caller, Stage } from './stages.js'

type ActivationStage = Stage<ActivationWork>
type Done = Outcome<Record<string, never>>
const done: Done = { reply: {} }
const noMemory: ProfileMemory = { minMiB: 0, desiredMiB: 0, maxMiB: 0 }

export function beginActivation(
  hypervisor: Hypervisor,
  data: RequestOf<'activation.begin'>,
  caller: Caller,
): Outcome<ReplyOf<'activation.begin'>> {
  const { id } = data
  const record = hypervisor.record(id)
  if (record === undefined) return noPartition(id)
  const state = hypervisor.life.stateOf(id)
  if (state !== 'Not Activated') return refused('partition-active', `partition ${id} is ${state}`, { id, state })
  const profile = data.profile === undefined ? null : profileOf(record, data.profile)
  if (profile === undefined) return noProfile(id, data.profile ?? '')
  if (profile === null && record.current === null) {
    return refused('no-current-configuration', `partition ${id} was never activated: name a profile`, { id })
  }
  const busy = hypervisor.refuseStage([id])
  if (busy !== undefined) return busy
  const adapterSlots = (profile ?? record.current)?.adapters.map((adapter) => adapter.slot) ?? []
  const stage = hypervisor.stages.open(caller, [id], {
    kind: 'activation',
    id,
    profile,
    processors: null,
    memoryMiB: null,
    share: null,
    slots: false,
    adapterSlots,
    connected: new Set(),
    firmware: false,
    boot: null,
  })
  return reply({ stage, profile: profile?.name ?? record.currentProfile, adapterSlots: [...adapterSlots] })
}

export function activationProcessors(hypervisor: Hypervisor, stage: ActivationStage): Outcome<ReplyOf<'activation.processors'>> {
  const { work } = stage
  const record = hypervisor.record(work.id)
  if (record === undefined) return noPartition(work.id)
  const held = amountsOf(record.current).hundredths
  release(stage, 'hundredths')
  const amounts = work.profile === null ? record.current?.processors : takeProcessors(hypervisor, work.profile, record)
  if (amounts === undefined) {
    hypervisor.life.fail(work.id)
    return tooFewProcessors(hypervisor, work.id, work.profile, held)
  }
  work.processors = amounts
  stage.reserved = { ...stage.reserved, hundredths: Math.max(0, hundredthsHeld(amounts) - held) }
  return reply({ procs: amounts.procs, hundredths: amounts.hundredths })
}

export function activationMemory(hypervisor: Hypervisor, stage: ActivationStage): Outcome<ReplyOf<'activation.memory'>> {
  const { work } = stage
  const record = hypervisor.record(work.id)
  if (record === undefined) return noPartition(work.id)
  const { profile } = work
  release(stage, 'memoryMiB')
  work.share = null
  const share = takeShare(hypervisor, record, profile)
  if (share !== null && isRefused(share)) {
    if (share.refusal.reason === 'memory-insufficient') hypervisor.life.fail(work.id)
    return share
  }
  const heldMiB = amountsOf(record.current).memoryMiB
  const memoryMiB = profile === null ? record.current?.memoryMiB : takeMemory(hypervisor, profile, record)
  if (memoryMiB === undefined) {
    hypervisor.life.fail(work.id)
    return tooLittleMemory(hypervisor, work.id, profile, heldMiB)
  }
  work.memoryMiB = memoryMiB
  work.share = share
  const ownMiB = share === null ? memoryMiB : 0
  const tableMiB = profile === null ? 0 : addedTableMiB(hypervisor, profile, record)
  stage.reserved = { ...stage.reserved, memoryMiB: Math.max(0, ownMiB - heldMiB) + tableMiB }
  return reply({ memoryMiB })
}

export function activationSlots(hypervisor: Hypervisor, { work }: ActivationStage): Done {
  const slots = takeIoSlots(hypervisor, work.profile, work.id)
  if (isRefused(slots)) return slots
  work.slots = true
  return done
}

export function activationAdapter({ work }: ActivationStage, slot: number): Done {
  if (!work.adapterSlots.includes(slot)) return refused('slot-range', `there is no adapter in slot ${slot}`, { id: work.id, slot })
  if (work.connected.has(slot)) return refused('slot-in-use', `the adapter in slot ${slot} is connected already`, { id: work.id, slot })
  work.connected.add(slot)
  return done
}

export function activationFirmware({ work }: ActivationStage): Done {
  work.firmware = true
  return done
}

export function activationBoot({ work }: ActivationStage, { bootMode, keylock }: RequestOf<'activation.boot'>): Done {
  work.boot = { bootMode: bootMode ?? null, keylock: keylock ?? null }
  return done
}

export function startActivation(hypervisor: Hypervisor, stage: ActivationStage): Outcome<ReplyOf<'activation.start'>> {
  const { work } = stage
  const { id, processors, memoryMiB, share, boot } = work
  const record = hypervisor.record(id)
  if (record === undefined) return noPartition(id)
  const connected = work.connected.size === work.adapterSlots.length
  if (processors === null || memoryMiB === null || boot === null || !work.slots || !work.firmware || !connected) {
    return refused('stage-incomplete', `activation of partition ${id}: not all steps were made`, { id })
  }
  const ioSlots = takeIoSlots(hypervisor, work.profile, id)
  if (isRefused(ioSlots)) return ioSlots
  const taken = { processors, memoryMiB, sharing: share?.sharing ?? null, ioSlots }
  const holding = holdingOf(record, work.profile, taken, hypervisor.parameters.memory.hptRatio)
  const short = shortage(hypervisor, record, holding)
  if (short !== undefined) {
    hypervisor.life.fail(id)
    return short
  }
  const version = applyHolding(hypervisor, 'activation.start', record, work.profile, { holding, share, keylock: boot.keylock })
  hypervisor.life.start(id, boot.bootMode)
  return reply({ id, version })
}

/** What power-on does for a partition of the start policy: its current configuration, or its default profile if it has none. */
export function startByPolicy(hypervisor: Hypervisor, record: PartitionRecord): void {
  if (hypervisor.life.stateOf(record.id) !== 'Not Activated') return
  const profile = profileOf(record, record.defaultProfile)
  const taken =
    record.current !== null
      ? takeHeld(hypervisor, record)
      : profile === undefined
        ? noProfile(record.id, record.defaultProfile)
        : takeProfile(hypervisor, record, profile)
  if (taken === undefined || isRefused(taken)) {
    hypervisor.life.fail(record.id)
    return
  }
  // A partition that holds its memory already starts with it as it is.
  if (record.current === null || taken.share !== null) applyHolding(hypervisor, 'power.start', record, taken.profile, taken)
  hypervisor.life.start(record.id, null)
}

/** What a partition starts with, and where it came from; null: what it holds. */
interface Taken {
  readonly profile: PartitionProfile | null
  readonly holding: Holding
  readonly share: MemoryShare | null
  readonly keylock: null
}

/** All that a profile asks for, at once, by what the partition holds already and what is free. */
export function takeProfile(hypervisor: Hypervisor, record: PartitionRecord, profile: PartitionProfile): Taken | Refused {
  const { id } = record
  const held = amountsOf(record.current)
  const processors = takeProcessors(hypervisor, profile, record)
  if (processors === undefined) return tooFewProcessors(hypervisor, id, profile, held.hundredths)
  const share = takeShare(hypervisor, record, profile)
  if (share !== null && isRefused(share)) return share
  const memoryMiB = takeMemory(hypervisor, profile, record)
  if (memoryMiB === undefined) return tooLittleMemory(hypervisor, id, profile, held.memoryMiB)
  const ioSlots = takeIoSlots(hypervisor, profile, id)
  if (isRefused(ioSlots)) return ioSlots
  const parts = { processors, memoryMiB, sharing: share?.sharing ?? null, ioSlots }
  return { profile, holding: holdingOf(record, profile, parts, hypervisor.parameters.memory.hptRatio), share, keylock: null }
}

/** Opens the stage in which a partition that is off comes to hold what a profile says. */
export function beginApply(hypervisor: Hypervisor, data: RequestOf<'lpar.apply'>, caller: Caller): Outcome<ReplyOf<'lpar.apply'>> {
  const { id } = data
  const record = hypervisor.record(id)
  if (record === undefined) return noPartition(id)
  const state = hypervisor.life.stateOf(id)
  if (state !== 'Not Activated') return refused('partition-active', `partition ${id} is ${state}`, { id, state })
  const profile = profileOf(record, data.profile)
  if (profile === undefined) return noProfile(id, data.profile)
  return hypervisor.refuseStage([id]) ?? reply({ stage: hypervisor.stages.open(caller, [id], { kind: 'apply', id, profile }) })
}

export function commitApply(hypervisor: Hypervisor, { id, profile }: ApplyWork): Outcome<ReplyOf<'stage.commit'>> {
  const record = hypervisor.record(id)
  if (record === undefined) return noPartition(id)
  const taken = takeProfile(hypervisor, record, profile)
  if (isRefused(taken)) return taken
  const short = shortage(hypervisor, record, taken.holding)
  if (short !== undefined) return short
  return reply({ id, version: applyHolding(hypervisor, 'lpar.apply', record, profile, taken) })
}

/** What a partition holds; of the pool there may be less than it had. */
function takeHeld(hypervisor: Hypervisor, record: PartitionRecord): Taken | undefined {
  const share = takeShare(hypervisor, record, null)
  if (record.current === null || (share !== null && isRefused(share))) return undefined
  return { profile: null, holding: { ...record.current, sharing: share?.sharing ?? null }, share, keylock: null }
}

/** What a profile gets in a machine that has `heldHundredths` of its own for it. */
function takeProcessors(hypervisor: Hypervisor, profile: PartitionProfile, record: PartitionRecord): ProcessorAmounts | undefined {
  const { mode, poolId } = profile.processors
  const free = hypervisor.free().hundredths + amountsOf(record.current).hundredths
  const possible = mode === 'shared' ? Math.min(free, roomFor(hypervisor, poolId, record)) : free
  return processorsTaken(profile.processors, possible, hypervisor.parameters.processors)
}

/** Hundredths that a partition may have in a pool, what it holds there already included. */
function roomFor(hypervisor: Hypervisor, poolId: number, { id, current }: PartitionRecord): number {
  const held = current !== null && isInPool(current.processors, poolId) ? current.processors.hundredths : 0
  return hypervisor.roomInPool(poolId, id) + held
}

function takeMemory(hypervisor: Hypervisor, profile: PartitionProfile, record: PartitionRecord): number | undefined {
  // Logical memory is only a promise; its page table is not.
  if (profile.memory.mode === 'shared') {
    return addedTableMiB(hypervisor, profile, record) <= hypervisor.free().memoryMiB ? profile.memory.desiredMiB : undefined
  }
  const freeMiB = hypervisor.free().memoryMiB + amountsOf(record.current).memoryMiB - addedTableMiB(hypervisor, profile, record)
  return memoryTaken(profile.memory, freeMiB, hypervisor.parameters.memory)
}

function tableKiBOf({ maxMiB, hptRatio }: Holding): number {
  return pageTableKiB(maxMiB, hptRatio)
}

/** Regions that a larger page table may cost: what it grows by, rounded up for itself, which is never too little for all together. */
function addedTableMiB(hypervisor: Hypervisor, { memory }: PartitionProfile, { current }: PartitionRecord): number {
  const parameters = hypervisor.parameters.memory
  const heldKiB = current === null ? 0 : tableKiBOf(current)
  return regionsFor(parameters, Math.max(0, pageTableKiB(memory.maxMiB, memory.hptRatio ?? parameters.hptRatio) - heldKiB))
}

/** The slots of a profile that no other partition has; a required one has to be among them. Without a profile none is looked at. */
function takeIoSlots(hypervisor: Hypervisor, profile: PartitionProfile | null, id: number): readonly number[] | Refused {
  const taken: number[] = []
  for (const { drcIndex, required } of profile?.ioSlots ?? []) {
    const owner = hypervisor.slotOwner(drcIndex)
    if (owner === undefined || owner.id === id) taken.push(drcIndex)
    else if (required) return refused('io-slot-in-use', `partition ${owner.name} has the required slot`, { id, drcIndex, owner: owner.id })
  }
  return taken
}

/** The holding that these parts make; without a profile it is the current one. */
function holdingOf(
  record: PartitionRecord,
  profile: PartitionProfile | null,
  parts: Pick<Holding, 'processors' | 'memoryMiB' | 'sharing' | 'ioSlots'>,
  defaultRatio: number,
): Holding {
  if (profile === null && record.current !== null) {
    return record.current.sharing === null ? record.current : { ...record.current, sharing: parts.sharing }
  }
  const { memory, maxVirtualSlots, adapters } = profile ?? { memory: noMemory, maxVirtualSlots: 2, adapters: [] }
  const { minMiB, maxMiB, hptRatio = defaultRatio, expansionHundredths = 0 } = memory
  return { ...parts, minMiB, maxMiB, hptRatio, expansionHundredths, maxVirtualSlots, adapters }
}

/** Commits a holding, with the attributes that come from a profile. */
function applyHolding(
  hypervisor: Hypervisor,
  what: string,
  { id }: PartitionRecord,
  profile: PartitionProfile | null,
  { holding, share, keylock }: { holding: Holding; share: MemoryShare | null; keylock: 'norm' | 'manual' | null },
): number {
  const version = hypervisor.store.commit(what, [id], (draft) => {
    const target = draft.partitions[id]
    if (target === undefined) return
    // A draft is the same data, writable; a holding is never changed afterwards.
    target.current = holding as typeof target.current
    assignDevice(draft, id, share?.device ?? null)
    if (keylock !== null) target.keylock = keylock
    // Suspended until now.
    if (target.syncProfile === 2) target.syncProfile = 1
    if (profile === null) return
    target.currentProfile = profile.name
    target.bootMode = profile.bootMode
    target.autoStart = profile.autoStart
    target.connectionMonitoring = profile.connectionMonitoring
    target.compatMode = profile.procCompatMode ?? 'default'
  })
  hypervisor.available() // checks that nothing was given twice
  return version
}

/** Undefined when the holding fits into what is left. */
function shortage(hypervisor: Hypervisor, record: PartitionRecord, holding: Holding): Refused | undefined {
  const available = hypervisor.available()
  const before = amountsOf(record.current)
  const after = amountsOf(holding)
  const { id } = record
  const { memory } = hypervisor.parameters
  const held = heldAmounts(hypervisor.configuration)
  const tablesKiB = tableKiBOf(holding) - (record.current === null ? 0 : tableKiBOf(record.current))
  const tableMiB = regionsFor(memory, held.pageTablesKiB + tablesKiB) - regionsFor(memory, held.pageTablesKiB)
  if (after.memoryMiB - before.memoryMiB + tableMiB > available.memoryMiB) {
    return refused('memory-insufficient', `the memory for partition ${id} is gone`, { id, availableMiB: available.memoryMiB })
  }
  if (after.hundredths - before.hundredths > available.hundredths) {
    return refused('processors-insufficient', `the processors for partition ${id} are gone`, { id, available: available.hundredths })
  }
  const { mode, poolId, hundredths } = holding.processors
  if (mode === 'shared' && hundredths > roomFor(hypervisor, poolId, record)) {
    return refused('processors-insufficient', `pool ${poolId} has no room for partition ${id}`, { id, poolId })
  }
  return undefined
}

function release(stage: ActivationStage, resource: 'memoryMiB' | 'hundredths'): void {
  stage.reserved = { ...stage.reserved, [resource]: 0 }
}

function tooFewProcessors(hypervisor: Hypervisor, id: number, profile: PartitionProfile | null, held: number): Refused {
  const section = profile?.processors
  const minimum = section?.mode === 'ded' ? section.minProcs * 100 : (section?.minHundredths ?? 0)
  const available = Math.max(0, hypervisor.free().hundredths + held)
  const detail = `partition ${id} needs ${minimum} hundredths, there are ${available}`
  return refused('processors-insufficient', detail, { id, minimum, available })
}

function tooLittleMemory(hypervisor: Hypervisor, id: number, profile: PartitionProfile | null, heldMiB: number): Refused {
  const minimumMiB = profile === null ? 0 : profile.memory.minMiB
  const availableMiB = Math.max(0, hypervisor.free().memoryMiB + heldMiB)
  const detail = `partition ${id} needs ${minimumMiB} MiB, there are ${availableMiB}`
  return refused('memory-insufficient', detail, { id, minimumMiB, availableMiB })
}
