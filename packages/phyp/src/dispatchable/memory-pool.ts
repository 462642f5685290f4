// The shared memory pool as configuration: made out of free memory, resized, removed; the Virtual I/O Servers that page for it, at most 2,
// and its paging space devices. It survives power-off. A command is one commit. Who shares it is memory-share.ts; what happens in it is
// the pager's.

import type { ReplyOf, RequestOf } from '@powersim/protocol'
import type { Draft } from 'immer'
import type { PagingSpace } from '../parameters.js'
import { type MemoryPoolRecord, type PagingDeviceRecord, type PagingPath, type PartitionRecord, partitionsOf } from './configuration.js'
import type { Hypervisor } from './hypervisor.js'
import { poolFirmwareMiB } from './io-entitlement.js'
import { deviceUser, isDevice, promisedMiB } from './memory-share.js'
import { isRefused, type Outcome, refused, type Refused, reply } from './outcome.js'

/** Virtual I/O Servers that page for a pool, at most (IBM, Configuration requirements for shared memory). */
export const MAX_PAGING_VIOSES = 2

type Changed = Outcome<{ readonly version: number }>
type Sizes = Pick<MemoryPoolRecord, 'sizeMiB' | 'maxMiB' | 'pagingVioses' | 'deduplication'>

export function readMemoryPool(hypervisor: Hypervisor): Outcome<ReplyOf<'memoryPool.read'>> {
  const pool = poolOf(hypervisor)
  if (isRefused(pool)) return pool.refusal.reason === 'memory-pool-not-found' ? reply({}) : pool
  const { sizeMiB, maxMiB, pagingVioses, deduplication } = pool
  const firmwareMiB = poolFirmwareMiB(maxMiB)
  let entitledMiB = 0
  for (const { current } of partitionsOf(hypervisor.configuration)) entitledMiB += current?.sharing?.ioEntitledMiB ?? 0
  const availableMiB = sizeMiB - firmwareMiB - entitledMiB
  return reply({ pool: { sizeMiB, availableMiB, maxMiB, firmwareMiB, pagingVioses: [...pagingVioses], deduplication } })
}

export function listPagingDevices(hypervisor: Hypervisor): Outcome<ReplyOf<'pagingDevice.list'>> {
  const pool = poolOf(hypervisor)
  if (isRefused(pool)) return pool.refusal.reason === 'memory-pool-not-found' ? reply({ devices: [] }) : pool
  const devices: ReplyOf<'pagingDevice.list'>['devices'] = []
  for (const device of pool.devices) {
    const { sizeMiB, kind, location, lparId, paths } = device
    const [first, redundant] = paths.map((path) => ({ ...path, active: pagesOver(hypervisor, device, path), location }))
    if (first === undefined) continue
    devices.push({ ...first, ...(redundant === undefined ? {} : { redundant }), sizeMiB, kind, lparId: lparId ?? 0 })
  }
  return reply({ devices })
}

/** Its partition runs, and pages that way first. */
function pagesOver(hypervisor: Hypervisor, { lparId }: PagingDeviceRecord, { vios }: PagingPath): boolean {
  if (lparId === null || !hypervisor.life.isActive(lparId) || !hypervisor.life.isActive(vios)) return false
  return hypervisor.record(lparId)?.current?.sharing?.pagingVioses[0] === vios
}

export function createMemoryPool(hypervisor: Hypervisor, data: RequestOf<'memoryPool.create'>): Changed {
  const { sizeMiB, maxMiB = sizeMiB, pagingVioses, deduplication = false } = data
  const pool = poolOf(hypervisor)
  if (!isRefused(pool)) return refused('memory-pool-exists', 'there is a shared memory pool already')
  if (pool.refusal.reason !== 'memory-pool-not-found') return pool
  const sizes = { sizeMiB, maxMiB, pagingVioses, deduplication }
  const bad = refuseSizes(hypervisor, sizes) ?? refuseVioses(hypervisor, pagingVioses) ?? refuseGrowth(hypervisor, sizeMiB)
  return bad ?? reply({ version: commitPool(hypervisor, 'memoryPool.create', { ...sizes, devices: [] }) })
}

export function changeMemoryPool(hypervisor: Hypervisor, data: RequestOf<'memoryPool.change'>): Changed {
  const pool = poolOf(hypervisor)
  if (isRefused(pool)) return pool
  const { sizeMiB = pool.sizeMiB, maxMiB = pool.maxMiB, pagingVioses = pool.pagingVioses, deduplication = pool.deduplication } = data
  const sizes = { sizeMiB, maxMiB, pagingVioses, deduplication }
  const bad =
    refuseSizes(hypervisor, sizes) ??
    (data.pagingVioses === undefined ? undefined : (refuseVioses(hypervisor, pagingVioses) ?? refuseLost(hypervisor, pagingVioses))) ??
    refuseGrowth(hypervisor, sizeMiB - pool.sizeMiB) ??
    (maxMiB > pool.maxMiB ? refuseLargerMaximum(hypervisor) : undefined)
  if (bad !== undefined) return bad
  const devices = pool.devices.map((device) => ({ ...device, paths: pathsOf(hypervisor, device, pagingVioses) }))
  const lost = devices.find(({ paths }) => paths.length === 0)
  if (lost !== undefined) return refused('paging-vios', `a paging space device of ${lost.sizeMiB} MiB is behind no server of the list`)
  return reply({ version: commitPool(hypervisor, 'memoryPool.change', { ...sizes, devices }) })
}

export function removeMemoryPool(hypervisor: Hypervisor): Changed {
  const pool = poolOf(hypervisor)
  if (isRefused(pool)) return pool
  const member = members(hypervisor)[0]
  if (member !== undefined) return refused('memory-pool-in-use', `partition ${member.id} shares it`, { id: member.id })
  return reply({ version: commitPool(hypervisor, 'memoryPool.remove', null) })
}

export function addPagingDevice(hypervisor: Hypervisor, path: RequestOf<'pagingDevice.add'>): Changed {
  const pool = poolOf(hypervisor)
  if (isRefused(pool)) return pool
  if (!pool.pagingVioses.includes(path.vios))
    return refused('paging-vios', `partition ${path.vios} does not page for the pool`, { ...path })
  const space = hypervisor.parameters.pagingSpaces.find(({ vios, name }) => vios === path.vios && name === path.name)
  if (space === undefined) return noDevice(path)
  if (pool.devices.some((device) => isDevice(device, path))) {
    return refused('paging-device-in-use', `${path.name} is of the pool already`, { ...path })
  }
  return reply({
    version: commitPool(hypervisor, 'pagingDevice.add', { ...pool, devices: [...pool.devices, deviceOf(hypervisor, pool, space)] }),
  })
}

export function removePagingDevice(hypervisor: Hypervisor, path: RequestOf<'pagingDevice.remove'>): Changed {
  const pool = poolOf(hypervisor)
  if (isRefused(pool)) return pool
  const device = pool.devices.find((candidate) => isDevice(candidate, path))
  if (device === undefined) return noDevice(path)
  const user = deviceUser(hypervisor, device)
  if (user !== undefined) return refused('paging-device-in-use', `partition ${user} pages to ${path.name}`, { ...path, id: user })
  const devices = pool.devices.filter((other) => other !== device)
  return reply({ version: commitPool(hypervisor, 'pagingDevice.remove', { ...pool, devices }) })
}

/** A pool before time 0, whose servers come after it. Undefined: it is there. */
export function enterMemoryPool(hypervisor: Hypervisor, sizes: Sizes, paths: readonly PagingPath[]): Refused | undefined {
  const bad = refuseSizes(hypervisor, sizes) ?? refuseGrowth(hypervisor, sizes.sizeMiB)
  if (bad !== undefined) return bad
  commitPool(hypervisor, 'define', { ...sizes, devices: [] })
  for (const path of paths) {
    const added = addPagingDevice(hypervisor, path)
    if (isRefused(added)) return added
  }
  return undefined
}

/** The pool of a machine that can have one. */
function poolOf({ configuration, parameters }: Hypervisor): MemoryPoolRecord | Refused {
  if (!parameters.capabilities.activeMemorySharing) return refused('memory-sharing-capability', 'the machine cannot share memory')
  return configuration.memoryPool ?? refused('memory-pool-not-found', 'there is no shared memory pool')
}

function refuseSizes(hypervisor: Hypervisor, { sizeMiB, maxMiB, deduplication }: Sizes): Refused | undefined {
  const { memory, capabilities } = hypervisor.parameters
  if (deduplication && !capabilities.activeMemoryDeduplication) {
    return refused('memory-deduplication-capability', 'the machine cannot merge identical pages')
  }
  const { regionMiB, installedMiB } = memory
  const range = (detail: string): Refused => refused('memory-pool-range', detail, { sizeMiB, maxMiB })
  if (sizeMiB % regionMiB !== 0 || maxMiB % regionMiB !== 0) return range(`expected multiples of ${regionMiB} MiB`)
  if (sizeMiB < regionMiB || maxMiB < sizeMiB || maxMiB > installedMiB) {
    return range(`expected ${regionMiB} MiB <= size <= maximum <= ${installedMiB} MiB`)
  }
  const least = poolFirmwareMiB(maxMiB) + promisedMiB(hypervisor)
  if (sizeMiB < least) return range(`firmware and the I/O entitlements of partitions need ${least} MiB`)
  return undefined
}

/** The hypervisor's tables of a pool are as large as its maximum, and in use while a partition that shares it runs. */
function refuseLargerMaximum(hypervisor: Hypervisor): Refused | undefined {
  const running = partitionsOf(hypervisor.configuration).find(({ id, current }) => current?.sharing && hypervisor.life.isActive(id))
  if (running === undefined) return undefined
  return refused('memory-pool-in-use', `its maximum grows only while nobody that shares it runs, and partition ${running.id} does`, {
    id: running.id,
  })
}

function refuseGrowth(hypervisor: Hypervisor, moreMiB: number): Refused | undefined {
  const availableMiB = Math.max(0, hypervisor.free().memoryMiB)
  if (moreMiB <= availableMiB) return undefined
  return refused('memory-insufficient', `${availableMiB} MiB are free`, { wantedMiB: moreMiB, availableMiB })
}

/** One or two Virtual I/O Servers that have memory of their own. */
function refuseVioses(hypervisor: Hypervisor, pagingVioses: readonly number[]): Refused | undefined {
  if (pagingVioses.length < 1 || pagingVioses.length > MAX_PAGING_VIOSES || new Set(pagingVioses).size !== pagingVioses.length) {
    return refused('paging-vios', `expected one or two servers, each once`)
  }
  for (const vios of pagingVioses) {
    const record = hypervisor.record(vios)
    if (record?.environment !== 'vioserver') return refused('paging-vios', `partition ${vios} is no Virtual I/O Server`, { vios })
    if (record.current?.sharing) return refused('paging-vios', `partition ${vios} shares memory itself`, { vios })
  }
  return undefined
}

/** Servers that are not of the list any more, and that a partition is paged by. */
function refuseLost(hypervisor: Hypervisor, pagingVioses: readonly number[]): Refused | undefined {
  const lost = (sharing: { readonly pagingVioses: readonly number[] }) => sharing.pagingVioses.some((vios) => !pagingVioses.includes(vios))
  const member = members(hypervisor).find(({ sharings }) => sharings.some(lost))
  if (member === undefined) return undefined
  return refused('paging-vios', `partition ${member.id} is paged by a server that is not of the list`, { id: member.id })
}

interface Member {
  readonly id: number
  /** What it holds, and what an activation is about to give it. */
  readonly sharings: readonly { readonly pagingVioses: readonly number[] }[]
}

/** Partitions that hold memory of the pool or are about to. */
function members(hypervisor: Hypervisor): readonly Member[] {
  const activations = hypervisor.stages.activations()
  const sharingsOf = ({ id, current }: PartitionRecord) =>
    [current?.sharing, activations.find((work) => work.id === id)?.share?.sharing].filter(
      (sharing) => sharing !== undefined && sharing !== null,
    )
  return partitionsOf(hypervisor.configuration)
    .map((record) => ({ id: record.id, sharings: sharingsOf(record) }))
    .filter(({ sharings }) => sharings.length > 0)
}

function deviceOf(hypervisor: Hypervisor, { pagingVioses }: MemoryPoolRecord, space: PagingSpace): PagingDeviceRecord {
  const { vios, name, sizeMiB, kind, location } = space
  const device = { paths: [{ vios, name }], sizeMiB, kind, location, lparId: null }
  return { ...device, paths: pathsOf(hypervisor, device, pagingVioses) }
}

/** The ways to a device over these servers; a second server that sees it is found by itself (powercampus.de). */
function pathsOf({ parameters }: Hypervisor, { paths, location }: PagingDeviceRecord, pagingVioses: readonly number[]): PagingPath[] {
  const found: PagingPath[] = []
  for (const vios of pagingVioses) {
    const known = paths.find((path) => path.vios === vios)
    const seen = location === '' ? undefined : parameters.pagingSpaces.find((space) => space.vios === vios && space.location === location)
    if (known !== undefined) found.push(known)
    else if (seen !== undefined) found.push({ vios, name: seen.name })
  }
  return found
}

function commitPool(hypervisor: Hypervisor, what: string, pool: MemoryPoolRecord | null): number {
  const version = hypervisor.store.commit(what, [], (draft) => {
    // A draft is the same data, writable; a pool is never changed but by a commit.
    draft.memoryPool = pool as Draft<MemoryPoolRecord> | null
  })
  hypervisor.available() // checks that nothing was given twice
  hypervisor.devices.sharedMemory.pool(pool)
  return version
}

function noDevice({ vios, name }: PagingPath): Refused {
  return refused('paging-device-not-found', `there is no ${name} behind partition ${vios}`, { vios, device: name })
}
