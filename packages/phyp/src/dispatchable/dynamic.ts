// Dynamic changes (DLPAR) of memory, processors, slots, virtual adapters: begin checks and reserves, a step per batch lets operating
// systems take what they are given, finish commits what they took or gave up. A batch is up to `batchRegions` regions, or one virtual
// processor, or, when only processing units change, all of them, or one slot (LoPAR: they go one by one). Asking the operating systems is
// the console's, over RMC; a partition that is off just gets new amounts. How much of a change was made is dynamic-settlement.ts.

import { drcIndexOf, type ProcessorAmounts, type ReplyOf, type RequestOf } from '@powersim/protocol'
import { type Holding, type PartitionRecord, poolOf } from './configuration.js'
import { commitUnits, restoreHoldings, unitsFinished } from './dynamic-settlement.js'
import { commitHeld } from './held-profile.js'
import { type Hypervisor, isInPool, noPartition } from './hypervisor.js'
import { refuseEntitlement } from './memory-share.js'
import { isRefused, type Outcome, refused, type Refused, reply, senseless } from './outcome.js'
import { noPool } from './processor-pools.js'
import { checkAdapter } from './adapter-rules.js'
import { checkEntitlement } from './profile-rules.js'
import type { Caller, DynamicWork, Stage } from './stages.js'

/** A change of one partition, signed: + for what it gets. */
interface Delta {
  readonly memoryMiB: number
  readonly procs: number
  readonly hundredths: number
}

type Held = PartitionRecord & { readonly current: Holding }

export function beginDynamic(hypervisor: Hypervisor, data: RequestOf<'dynamic.begin'>, caller: Caller): Outcome<ReplyOf<'dynamic.begin'>> {
  const { id, to, direction, memoryMiB = 0, procs = 0, hundredths = 0, adapter, virtualSlot } = data
  const ofAdapter = adapter !== undefined || virtualSlot !== undefined
  const drcIndex = adapterIndex(data) ?? data.drcIndex
  if ((direction === 'move') !== (to !== undefined)) return senseless('a move, and only a move, names the partition that receives')
  if (to === id) return senseless('a partition cannot move resources to itself')
  const ofMemory = data.memoryMiB !== undefined
  const ofProcessors = data.procs !== undefined || data.hundredths !== undefined
  const kinds = [ofMemory, ofProcessors, data.drcIndex !== undefined, adapter !== undefined, virtualSlot !== undefined]
  if (kinds.filter(Boolean).length !== 1) return senseless('expected memory, processors, a slot or a virtual adapter')
  if (ofAdapter && (adapter !== undefined ? 'add' : 'remove') !== direction) return senseless('an adapter is added, a virtual slot removed')
  if (drcIndex === undefined && memoryMiB + procs + hundredths === 0) return senseless('expected an amount above 0')
  const delta: Delta = { memoryMiB, procs, hundredths }
  const receiver = direction === 'add' ? id : (to ?? null)
  const giver = direction === 'add' ? null : id
  const bad =
    refuseSide(hypervisor, giver, delta, -1) ??
    refuseSide(hypervisor, receiver, delta, 1) ??
    (ofProcessors ? refuseModes(hypervisor, giver, receiver) : undefined) ??
    refuseShared(hypervisor, giver, receiver, delta.memoryMiB > 0, data.drcIndex !== undefined) ??
    (data.drcIndex === undefined ? undefined : refuseSlot(hypervisor, giver, data.drcIndex)) ??
    (ofAdapter ? refuseAdapter(hypervisor, data) : undefined) ??
    refusePool(hypervisor, giver, receiver, hundredths)
  if (bad !== undefined) return bad
  const lparIds = to === undefined ? [id] : [id, to]
  const busy = hypervisor.refuseStage(lparIds)
  if (busy !== undefined) return busy
  // Logical memory of a partition that shares memory takes none from the machine.
  const ownMiB = sharesMemory(hypervisor, id) ? 0 : memoryMiB
  const reserved = { memoryMiB: giver === null ? ownMiB : 0, hundredths: giver === null ? takenHundredths(hypervisor, id, delta) : 0 }
  const short = giver === null ? refuseAmounts(hypervisor, id, reserved) : undefined
  if (short !== undefined) return short
  const { regionMiB, batchRegions } = hypervisor.parameters.memory
  const resource = ofMemory ? 'mem' : ofProcessors ? 'proc' : ofAdapter ? 'vslot' : 'slot'
  const units = ofMemory ? memoryMiB / regionMiB : ofProcessors ? procs : 1
  const batches = ofMemory ? Math.ceil(units / batchRegions) : Math.max(1, units)
  const heldBy = (side: number | null): number | null => {
    if (side === null || !hypervisor.life.isActive(side)) return null
    if (drcIndex === undefined) return hypervisor.connectors.heldBy(side, resource)
    // An operating system that does not have the slot has nothing to give up.
    return side === receiver ? 0 : hypervisor.connectors.holds(side, drcIndex) ? 1 : null
  }
  const work: DynamicWork = {
    kind: 'dynamic',
    resource,
    receiver,
    giver,
    units,
    hundredths,
    drcIndex: drcIndex ?? null,
    adapter: adapter ?? null,
    receiverHeld: heldBy(receiver),
    giverHeld: heldBy(giver),
    batches,
    done: 0,
  }
  return reply({ stage: hypervisor.stages.open(caller, lparIds, work, reserved), batches })
}

/** Batches come in order, each once. */
export function stepDynamic({ work }: Stage<DynamicWork>, batch: number): Outcome<ReplyOf<'dynamic.step'>> {
  if (batch !== work.done || batch >= work.batches) {
    return refused('stage-incomplete', `expected batch ${work.done} of ${work.batches}, got ${batch}`, { batch, expected: work.done })
  }
  work.done++
  return reply({})
}

/** Nobody but this stage could change the partitions, and what it reserved no fault takes: its units are there. */
export function finishDynamic(hypervisor: Hypervisor, { work }: Stage<DynamicWork>, hold: boolean): Outcome<ReplyOf<'dynamic.finish'>> {
  const units = unitsFinished(hypervisor, work, hold)
  return reply({ id: work.giver ?? work.receiver ?? 0, version: commitUnits(hypervisor, 'dynamic.finish', work, units), units })
}

/** rsthwres: after a failure the configuration may say more than the operating system has. */
export function restoreDynamic(
  hypervisor: Hypervisor,
  { id, resource }: RequestOf<'dynamic.restore'>,
): Outcome<ReplyOf<'dynamic.restore'>> {
  const record = heldPartition(hypervisor, id)
  if (isRefused(record)) return record
  const busy = hypervisor.refuseStage([id])
  if (busy !== undefined) return busy
  return reply({ changed: hypervisor.life.isActive(id) && restoreHoldings(hypervisor, id, resource) })
}

export function changeAdapter(hypervisor: Hypervisor, { id, adapter }: RequestOf<'dynamic.adapter'>): Outcome<ReplyOf<'dynamic.adapter'>> {
  const record = heldPartition(hypervisor, id)
  if (isRefused(record)) return record
  const { current } = record
  const { slot, kind } = adapter
  if (!current.adapters.some((other) => other.slot === slot && other.kind === kind)) {
    return refused('adapter-not-found', `there is no such adapter in slot ${slot}`, { id, slot })
  }
  const state = hypervisor.life.stateOf(id)
  if (state !== 'Not Activated') return refused('partition-active', `partition ${id} is ${state}`, { id, state })
  const bad = checkAdapter(adapter, current.maxVirtualSlots, hypervisor.adapterLimits) ?? hypervisor.refuseStage([id])
  if (bad !== undefined) return bad
  const version = commitHeld(hypervisor, 'dynamic.adapter', [id], (draft) => {
    const target = draft.partitions[id]?.current
    if (target === undefined || target === null) return
    // The same data, writable; an adapter is never changed afterwards.
    target.adapters = target.adapters.map((other) => (other.slot === slot ? (adapter as typeof other) : other))
  })
  return reply({ id, version })
}

export function changeSharing(
  hypervisor: Hypervisor,
  { id, sharingMode, uncapWeight, poolId }: RequestOf<'dynamic.sharing'>,
): Outcome<ReplyOf<'dynamic.sharing'>> {
  const record = heldPartition(hypervisor, id)
  if (isRefused(record)) return record
  const { processors } = record.current
  const mode = sharingMode ?? processors.sharingMode
  const shared = mode === 'cap' || mode === 'uncap'
  if (shared !== (processors.mode === 'shared')) {
    return refused('processor-mode', `sharing mode ${mode} does not go with processor mode ${processors.mode}`, { id })
  }
  if (uncapWeight !== undefined && mode !== 'uncap') {
    return refused('processor-mode', `partition ${id} is not uncapped: a weight does not apply`, { id })
  }
  const outside = poolId === undefined ? undefined : refuseMove(hypervisor, id, processors, poolId)
  const busy = outside ?? hypervisor.refuseStage([id])
  if (busy !== undefined) return busy
  const version = commitHeld(hypervisor, 'dynamic.sharing', [id], (draft) => {
    const target = draft.partitions[id]?.current?.processors
    if (target === undefined) return
    target.sharingMode = mode
    target.uncapWeight = mode === 'uncap' ? (uncapWeight ?? target.uncapWeight) : 0
    if (poolId !== undefined) target.poolId = poolId
  })
  hypervisor.tellSize(id)
  return reply({ id, version })
}

/** A partition comes into another pool with all that it is entitled to. */
function refuseMove(hypervisor: Hypervisor, id: number, processors: ProcessorAmounts, poolId: number): Refused | undefined {
  if (processors.mode !== 'shared') return refused('processor-mode', `partition ${id} has processors of its own, in no pool`, { id })
  if (isInPool(processors, poolId)) return undefined
  if (poolId !== 0 && (poolOf(hypervisor.configuration, poolId)?.maximum ?? 0) === 0) return noPool(poolId)
  const available = hypervisor.roomInPool(poolId)
  if (processors.hundredths <= available) return undefined
  const detail = `pool ${poolId} has room for ${Math.max(0, available)} hundredths`
  return refused('processors-insufficient', detail, { id, wanted: processors.hundredths, available: Math.max(0, available) })
}

/** Processing units that a partition gets must have room in its pool, unless they come from it. */
function refusePool(hypervisor: Hypervisor, giver: number | null, receiver: number | null, hundredths: number): Refused | undefined {
  const processorsOf = (id: number | null) => (id === null ? undefined : hypervisor.record(id)?.current?.processors)
  const processors = processorsOf(receiver)
  if (receiver === null || processors?.mode !== 'shared') return undefined
  const { poolId } = processors
  const from = processorsOf(giver)
  if (from !== undefined && isInPool(from, poolId)) return undefined
  const available = hypervisor.roomInPool(poolId, receiver)
  if (hundredths <= available) return undefined
  const message = `pool ${poolId} has room for ${available} hundredths`
  return refused('processors-insufficient', message, { id: receiver, wanted: hundredths, available })
}

function refuseAmounts(
  hypervisor: Hypervisor,
  id: number,
  { memoryMiB, hundredths }: { readonly memoryMiB: number; readonly hundredths: number },
): Refused | undefined {
  const free = hypervisor.free()
  if (memoryMiB > free.memoryMiB) {
    const availableMiB = Math.max(0, free.memoryMiB)
    return refused('memory-insufficient', `${availableMiB} MiB are free`, { id, memoryMiB, availableMiB })
  }
  if (hundredths <= free.hundredths) return undefined
  const available = Math.max(0, free.hundredths)
  return refused('processors-insufficient', `${available} hundredths are free`, { id, wanted: hundredths, available })
}

/** A slot comes from the partition that gives it, or from nobody. */
function refuseSlot(hypervisor: Hypervisor, giver: number | null, drcIndex: number): Refused | undefined {
  const known = hypervisor.parameters.ioSlots.some((_, number) => drcIndexOf('slot', number) === drcIndex)
  if (!known) return refused('io-slot-not-found', `there is no slot ${drcIndex.toString(16)}`, { drcIndex })
  const owner = hypervisor.slotOwner(drcIndex)
  if ((owner?.id ?? null) === giver) return undefined
  const detail = owner === undefined ? `partition ${giver ?? 0} does not have the slot` : `partition ${owner.name} has the slot`
  return refused('io-slot-in-use', detail, { drcIndex, owner: owner?.id ?? 0 })
}

/** The connector of a virtual adapter's slot; undefined for a change of something else. */
function adapterIndex({ adapter, virtualSlot }: RequestOf<'dynamic.begin'>): number | undefined {
  const slot = adapter?.slot ?? virtualSlot?.slot
  return slot === undefined ? undefined : drcIndexOf('vslot', slot)
}

/** An adapter goes into a free slot; one that is required stays while its partition runs. */
function refuseAdapter(hypervisor: Hypervisor, { id, adapter, virtualSlot }: RequestOf<'dynamic.begin'>): Refused | undefined {
  const current = hypervisor.record(id)?.current
  if (current === undefined || current === null) return undefined
  if (adapter !== undefined) {
    const taken = current.adapters.some(({ slot }) => slot === adapter.slot)
    if (taken) return refused('slot-in-use', `slot ${adapter.slot} has an adapter already`, { id, slot: adapter.slot })
    return checkAdapter(adapter, current.maxVirtualSlots, hypervisor.adapterLimits) ?? refuseEntitlement(hypervisor, id, adapter)
  }
  const slot = virtualSlot?.slot ?? 0
  const there = current.adapters.find((other) => other.slot === slot && other.kind === virtualSlot?.kind)
  if (there === undefined) return refused('adapter-not-found', `there is no such adapter in slot ${slot}`, { id, slot })
  if (!there.required || !hypervisor.life.isActive(id)) return undefined
  return refused('adapter-required', `the adapter in slot ${slot} is required`, { id, slot })
}

/** Whether one side of the change may be as it will be. Null: the machine's free resources, looked at elsewhere. */
function refuseSide(hypervisor: Hypervisor, id: number | null, delta: Delta, sign: 1 | -1): Refused | undefined {
  if (id === null) return undefined
  const record = heldPartition(hypervisor, id)
  if (isRefused(record)) return record
  const state = hypervisor.life.stateOf(id)
  if (state !== 'Running' && state !== 'Open Firmware' && state !== 'Not Activated') {
    return refused('resource-busy', `partition ${id} is ${state}`, { id, state })
  }
  return refuseMemory(hypervisor, record, sign * delta.memoryMiB) ?? refuseProcessors(hypervisor, record, delta, sign)
}

function refuseMemory(hypervisor: Hypervisor, { id, current }: Held, changeMiB: number): Refused | undefined {
  if (changeMiB === 0) return undefined
  const { regionMiB } = hypervisor.parameters.memory
  if (changeMiB % regionMiB !== 0) {
    return refused('memory-region-multiple', `${Math.abs(changeMiB)} MiB is not a multiple of ${regionMiB} MiB`, { id, regionMiB })
  }
  const memoryMiB = current.memoryMiB + changeMiB
  if (memoryMiB >= current.minMiB && memoryMiB <= current.maxMiB) return undefined
  const { minMiB, maxMiB } = current
  const detail = `partition ${id} would have ${memoryMiB} MiB, outside ${minMiB} to ${maxMiB}`
  return refused('memory-range', detail, { id, memoryMiB, minMiB, maxMiB })
}

function refuseProcessors(hypervisor: Hypervisor, { id, current }: Held, delta: Delta, sign: 1 | -1): Refused | undefined {
  if (delta.procs === 0 && delta.hundredths === 0) return undefined
  const { mode, minProcs, maxProcs, minHundredths, maxHundredths } = current.processors
  const procs = current.processors.procs + sign * delta.procs
  const hundredths = current.processors.hundredths + sign * delta.hundredths
  if (procs < minProcs || procs > maxProcs) {
    const detail = `partition ${id} would have ${procs} processors, outside ${minProcs} to ${maxProcs}`
    return refused('processor-range', detail, { id, procs, minProcs, maxProcs })
  }
  if (mode === 'ded') {
    if (delta.hundredths === 0) return undefined
    return refused('processor-mode', `partition ${id} has dedicated processors: processing units do not apply`, { id })
  }
  if (hundredths < minHundredths || hundredths > maxHundredths) {
    const detail = `partition ${id} would have ${hundredths} hundredths, outside ${minHundredths} to ${maxHundredths}`
    return refused('processor-range', detail, { id, hundredths, minHundredths, maxHundredths })
  }
  return checkEntitlement(procs, hundredths, hypervisor.parameters.processors)
}

/** Processors move between partitions of one mode only. */
function refuseModes(hypervisor: Hypervisor, giver: number | null, receiver: number | null): Refused | undefined {
  if (giver === null || receiver === null) return undefined
  const from = hypervisor.record(giver)?.current?.processors.mode
  const to = hypervisor.record(receiver)?.current?.processors.mode
  if (from === to) return undefined
  return refused('processor-mode', `partition ${giver} is ${from}, partition ${receiver} is ${to}`, { giver, receiver })
}

/** Logical memory is added and removed, never moved; a partition that shares memory has no physical slots. */
function refuseShared(
  hypervisor: Hypervisor,
  giver: number | null,
  receiver: number | null,
  ofMemory: boolean,
  ofSlot: boolean,
): Refused | undefined {
  if (ofMemory && giver !== null && receiver !== null && (sharesMemory(hypervisor, giver) || sharesMemory(hypervisor, receiver))) {
    return refused('memory-mode', 'shared memory is not moved between partitions', { giver, receiver })
  }
  if (ofSlot && receiver !== null && sharesMemory(hypervisor, receiver)) {
    return refused('memory-mode', `partition ${receiver} shares memory: it has virtual I/O only`, { id: receiver })
  }
  return undefined
}

function sharesMemory(hypervisor: Hypervisor, id: number): boolean {
  const sharing = hypervisor.record(id)?.current?.sharing
  return sharing !== undefined && sharing !== null
}

function heldPartition(hypervisor: Hypervisor, id: number): Held | Refused {
  const record = hypervisor.record(id)
  if (record === undefined) return noPartition(id)
  const { current } = record
  if (current === null) return refused('no-current-configuration', `partition ${id} holds no resources`, { id })
  return { ...record, current }
}

/** Hundredths that an addition takes from the machine. */
function takenHundredths(hypervisor: Hypervisor, id: number, { procs, hundredths }: Pick<Delta, 'procs' | 'hundredths'>): number {
  return hypervisor.record(id)?.current?.processors.mode === 'ded' ? procs * 100 : hundredths
}
