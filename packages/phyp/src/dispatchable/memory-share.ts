// How a partition comes to share memory (Active Memory Sharing): what its I/O is entitled to, who pages for it, and on which device of the
// pool. An activation takes it, a dynamic change changes weight and entitlement. Size and devices of the pool are memory-pool.ts.

import type { PartitionProfile, ReplyOf, RequestOf, VirtualAdapter } from '@powersim/protocol'
import type { Draft } from 'immer'
import {
  type Configuration,
  type MemoryPoolRecord,
  type MemorySharing,
  type PagingDeviceRecord,
  type PagingPath,
  type PartitionRecord,
  partitionsOf,
} from './configuration.js'
import { commitHeld } from './held-profile.js'
import { type Hypervisor, noPartition } from './hypervisor.js'
import { entitledWith, entitlementOf, poolFirmwareMiB } from './io-entitlement.js'
import { type Outcome, refused, type Refused, reply } from './outcome.js'

/** Memory weight of a profile that names none. */
const DEFAULT_WEIGHT = 128

/** What an activation takes of the pool. */
export interface MemoryShare {
  readonly sharing: MemorySharing
  /** The device, by its way through the primary paging server. */
  readonly device: PagingPath
}

/** Sum of what partitions are entitled to for their I/O, or will be when what is under way is done; `except` one partition. */
export function promisedMiB(hypervisor: Hypervisor, except = 0): number {
  const promised = new Map<number, number>()
  const promise = (id: number, sharing: MemorySharing | undefined | null): void => {
    if (sharing) promised.set(id, Math.max(promised.get(id) ?? 0, sharing.ioEntitledMiB))
  }
  for (const { id, current } of partitionsOf(hypervisor.configuration)) promise(id, current?.sharing)
  for (const { id, share } of hypervisor.stages.activations()) promise(id, share?.sharing)
  for (const { receiver, adapter } of hypervisor.stages.dynamics()) {
    const current = receiver === null ? null : hypervisor.record(receiver)?.current
    if (receiver === null || adapter === null || !current?.sharing) continue
    promise(receiver, { ...current.sharing, ioEntitledMiB: entitledWith(current.sharing, [...current.adapters, adapter]) })
  }
  promised.delete(except)
  return [...promised.values()].reduce((sum, mib) => sum + mib, 0)
}

/** What of the pool is nobody's yet, but for one partition. */
function roomMiB(hypervisor: Hypervisor, pool: MemoryPoolRecord, except: number): number {
  return pool.sizeMiB - poolFirmwareMiB(pool.maxMiB) - promisedMiB(hypervisor, except)
}

/** What a start with a profile, or, null, with what the partition holds, takes of the pool. Null: its memory is its own. */
export function takeShare(hypervisor: Hypervisor, record: PartitionRecord, profile: PartitionProfile | null): MemoryShare | null | Refused {
  const wanted = profile === null ? wantedByHolding(record) : wantedByProfile(profile)
  if (wanted === null) return null
  const { id } = record
  const { memoryPool } = hypervisor.configuration
  if (!hypervisor.parameters.capabilities.activeMemorySharing)
    return refused('memory-sharing-capability', 'the machine cannot share memory')
  if (memoryPool === null) return refused('memory-pool-not-found', 'there is no shared memory pool', { id })
  if (memoryPool.pagingVioses.includes(id)) return refused('memory-mode', `partition ${id} pages for the pool`, { id })
  const { autoMiB, neededMiB } = entitlementOf(wanted.adapters)
  if (neededMiB === 0) {
    return refused('virtual-adapter-missing', 'its I/O goes over virtual adapters, and it has none', { id, partition: record.name })
  }
  const ioEntitledMiB = wanted.ioEntitledMiB ?? autoMiB
  if (ioEntitledMiB < neededMiB) return tooLittle(id, ioEntitledMiB, neededMiB)
  const availableMiB = roomMiB(hypervisor, memoryPool, id)
  if (ioEntitledMiB > availableMiB) {
    const detail = `partition ${id} needs ${ioEntitledMiB} MiB of the pool for its I/O, there are ${availableMiB}`
    return refused('memory-insufficient', detail, { id, ioEntitledMiB, availableMiB })
  }
  const pagingVioses = wanted.pagingVioses.length > 0 ? wanted.pagingVioses : memoryPool.pagingVioses.slice(0, 1)
  const foreign = pagingVioses.find((vios) => !memoryPool.pagingVioses.includes(vios))
  if (foreign !== undefined) return refused('paging-vios', `partition ${foreign} does not page for the pool`, { id, vios: foreign })
  const device = takeDevice(hypervisor, memoryPool, id, wanted.maxMiB, pagingVioses)
  if (device === undefined) {
    const detail = `partition ${id} needs one of ${wanted.maxMiB} MiB`
    return refused('paging-device-insufficient', detail, { id, maxMiB: wanted.maxMiB })
  }
  const sharing = { weight: wanted.weight, ioEntitledMiB, ioEntitledAuto: wanted.ioEntitledMiB === undefined, pagingVioses }
  return { sharing, device }
}

interface Wanted {
  readonly adapters: readonly VirtualAdapter[]
  readonly maxMiB: number
  readonly weight: number
  readonly ioEntitledMiB: number | undefined
  readonly pagingVioses: readonly number[]
}

function wantedByProfile({ adapters, memory }: PartitionProfile): Wanted | null {
  if (memory.mode !== 'shared') return null
  const { maxMiB, weight = DEFAULT_WEIGHT, ioEntitledMiB, primaryPagingVios: primary, secondaryPagingVios: secondary } = memory
  return { adapters, maxMiB, weight, ioEntitledMiB, pagingVioses: [primary, secondary].filter((vios) => vios !== undefined) }
}

function wantedByHolding({ current }: PartitionRecord): Wanted | null {
  if (current === null || current.sharing === null) return null
  const { weight, ioEntitledMiB, ioEntitledAuto, pagingVioses } = current.sharing
  const { adapters, maxMiB } = current
  return { adapters, maxMiB, weight, ioEntitledMiB: ioEntitledAuto ? undefined : ioEntitledMiB, pagingVioses }
}

/**
 * The device that fits best: the one that it had last, else the smallest that holds its largest logical memory (IBM, paging space devices
 * on systems that are managed by an HMC). With a secondary server both see it; with a primary one alone, one that only that sees is taken
 * before one that both see.
 */
function takeDevice(
  hypervisor: Hypervisor,
  { devices }: MemoryPoolRecord,
  id: number,
  maxMiB: number,
  pagingVioses: readonly number[],
): PagingPath | undefined {
  let best: PagingDeviceRecord | undefined
  for (const device of devices) {
    if (device.sizeMiB < maxMiB || !pagingVioses.every((vios) => pathBy(device, vios) !== undefined)) continue
    if (deviceUser(hypervisor, device, id) !== undefined) continue
    if (device.lparId === id) return pathBy(device, pagingVioses[0])
    const beaten = best === undefined || rank(device, pagingVioses) < rank(best, pagingVioses)
    const same = best !== undefined && rank(device, pagingVioses) === rank(best, pagingVioses)
    if (beaten || (same && best !== undefined && device.sizeMiB < best.sizeMiB)) best = device
  }
  return best === undefined ? undefined : pathBy(best, pagingVioses[0])
}

function rank({ paths }: PagingDeviceRecord, pagingVioses: readonly number[]): number {
  return paths.length - pagingVioses.length
}

function pathBy({ paths }: PagingDeviceRecord, vios: number | undefined): PagingPath | undefined {
  return paths.find((path) => path.vios === vios)
}

/** The partition that uses a device or is about to, but for one; undefined: it is free for another one. */
export function deviceUser(hypervisor: Hypervisor, device: PagingDeviceRecord, except = 0): number | undefined {
  const starting = hypervisor.stages.activations().find(({ share }) => share !== null && isDevice(device, share.device))
  if (starting !== undefined && starting.id !== except) return starting.id
  const { lparId } = device
  return lparId !== null && lparId !== except && hypervisor.life.isActive(lparId) ? lparId : undefined
}

export function isDevice({ paths }: PagingDeviceRecord, { vios, name }: PagingPath): boolean {
  return paths.some((path) => path.vios === vios && path.name === name)
}

/** Makes one device, or, null, none, the partition's. */
export function assignDevice({ memoryPool }: Draft<Configuration>, id: number, device: PagingPath | null): void {
  for (const candidate of memoryPool?.devices ?? []) {
    if (device !== null && isDevice(candidate, device)) candidate.lparId = id
    else if (candidate.lparId === id) candidate.lparId = null
  }
}

/** Weight and entitlement of a partition that shares memory: at once, its operating system hears of it. */
export function changeShare(
  hypervisor: Hypervisor,
  { id, weight, ioEntitledMiB }: RequestOf<'dynamic.sharedMemory'>,
): Outcome<ReplyOf<'dynamic.sharedMemory'>> {
  const record = hypervisor.record(id)
  if (record === undefined) return noPartition(id)
  const { memoryPool } = hypervisor.configuration
  const { current } = record
  if (current === null) return refused('no-current-configuration', `partition ${id} holds no resources`, { id })
  if (current.sharing === null || memoryPool === null) return refused('memory-mode', `partition ${id} has memory of its own`, { id })
  const busy = hypervisor.refuseStage([id])
  if (busy !== undefined) return busy
  const { autoMiB, neededMiB } = entitlementOf(current.adapters)
  const entitled = ioEntitledMiB === 'auto' ? autoMiB : (ioEntitledMiB ?? current.sharing.ioEntitledMiB)
  if (entitled < neededMiB) return tooLittle(id, entitled, neededMiB)
  const availableMiB = roomMiB(hypervisor, memoryPool, id)
  if (entitled > availableMiB) {
    return refused('io-entitlement', `the pool has ${availableMiB} MiB for partition ${id}`, { id, entitled, availableMiB })
  }
  const version = commitHeld(hypervisor, 'dynamic.sharedMemory', [id], (draft) => {
    const target = draft.partitions[id]?.current?.sharing
    if (target === undefined || target === null) return
    target.weight = weight ?? target.weight
    target.ioEntitledMiB = entitled
    if (ioEntitledMiB !== undefined) target.ioEntitledAuto = ioEntitledMiB === 'auto'
  })
  hypervisor.tellSize(id)
  return reply({ id, version })
}

/** Undefined when a partition may get a virtual adapter: if it shares memory, its I/O is entitled to more then, or needs more. */
export function refuseEntitlement(hypervisor: Hypervisor, id: number, adapter: VirtualAdapter): Refused | undefined {
  const current = hypervisor.record(id)?.current
  const { memoryPool } = hypervisor.configuration
  if (!current?.sharing || memoryPool === null) return undefined
  const adapters = [...current.adapters, adapter]
  const { neededMiB } = entitlementOf(adapters)
  const ioEntitledMiB = entitledWith(current.sharing, adapters)
  if (ioEntitledMiB < neededMiB) return tooLittle(id, ioEntitledMiB, neededMiB)
  const availableMiB = roomMiB(hypervisor, memoryPool, id)
  if (ioEntitledMiB <= availableMiB) return undefined
  const detail = `the pool has ${availableMiB} MiB for the I/O of partition ${id}, it would be entitled to ${ioEntitledMiB}`
  return refused('memory-insufficient', detail, { id, ioEntitledMiB, availableMiB })
}

function tooLittle(id: number, ioEntitledMiB: number, neededMiB: number): Refused {
  return refused('io-entitlement', `the virtual adapters of partition ${id} need ${neededMiB} MiB`, { id, ioEntitledMiB, neededMiB })
}

/** What shared memory does not go with in a profile: processors and slots of the partition's own. */
export function checkShared({ memory, processors, ioSlots = [] }: PartitionProfile): Refused | undefined {
  if (memory.mode !== 'shared') return undefined
  if (processors.mode !== 'shared') return refused('memory-mode', 'shared memory needs shared processors')
  if (ioSlots.length > 0) return refused('memory-mode', 'shared memory needs virtual I/O, without physical slots')
  return undefined
}
