// Queries: answers made of the committed configuration and of the partitions' lives. They change nothing and show nothing of open stages.
// A partition that holds no resources reads 0 everywhere (HMC captures); mode and sharing mode are its default profile's.

import { drcIndexOf, type PartitionProfile, type ProcessorAmounts, type ReplyOf, type RequestOf } from '@powersim/protocol'
import { heldAmounts, systemMemory, systemProcessors } from './accounting.js'
import { partitionsOf, type PartitionRecord, profileOf } from './configuration.js'
import { type Hypervisor, noPartition, noProfile } from './hypervisor.js'
import { MAX_PAGING_VIOSES } from './memory-pool.js'
import { entitlementOf } from './io-entitlement.js'
import { type Outcome, reply } from './outcome.js'
import { givenPoolName } from './processor-pools.js'

export function listPartitions({ configuration }: Hypervisor): Outcome<ReplyOf<'lpar.list'>> {
  return reply({ partitions: partitionsOf(configuration).map(({ id, name, environment }) => ({ id, name, environment })) })
}

export function readPartition(hypervisor: Hypervisor, { id }: RequestOf<'lpar.read'>): Outcome<ReplyOf<'lpar.read'>> {
  const record = hypervisor.record(id)
  if (record === undefined) return noPartition(id)
  const { life } = hypervisor
  return reply({
    id,
    name: record.name,
    environment: record.environment,
    state: life.stateOf(id),
    resourceConfig: record.current !== null,
    osVersion: life.osVersionOf(id),
    defaultProfile: record.defaultProfile,
    currentProfile: record.currentProfile,
    profiles: record.profiles.map((profile) => profile.name),
    bootMode: record.bootMode,
    keylock: record.keylock,
    desiredCompatMode: record.compatMode,
    currentCompatMode: record.compatMode === 'default' ? (hypervisor.parameters.processors.compatModes.at(-1) ?? '') : record.compatMode,
    autoStart: record.autoStart,
    ...(record.syncProfile === 0 ? {} : { syncProfile: record.syncProfile }),
    workGroup: record.workGroup,
    description: record.description,
    ...(record.managementCapable === true ? { managementCapable: true } : {}),
    refcode: life.refcodeOf(id),
    version: record.version,
  })
}

export function readRefcodes(hypervisor: Hypervisor, { id, count }: RequestOf<'lpar.refcodes'>): Outcome<ReplyOf<'lpar.refcodes'>> {
  if (hypervisor.record(id) === undefined) return noPartition(id)
  return reply({ codes: hypervisor.life.codesOf(id, count).map(({ timeNs, refcode }) => ({ timeNs, refcode })) })
}

export function listProfiles({ configuration }: Hypervisor): Outcome<ReplyOf<'profile.list'>> {
  const profiles = partitionsOf(configuration).flatMap((record) => record.profiles.map(({ name }) => ({ id: record.id, name })))
  return reply({ profiles })
}

export function readProfile(hypervisor: Hypervisor, { id, name }: RequestOf<'profile.read'>): Outcome<ReplyOf<'profile.read'>> {
  const record = hypervisor.record(id)
  if (record === undefined) return noPartition(id)
  const profile = profileOf(record, name)
  if (profile === undefined) return noProfile(id, name)
  return reply({ ...profile, ...givenPoolName(hypervisor, profile.processors.poolId) })
}

export function readSystemMemory(hypervisor: Hypervisor): Outcome<ReplyOf<'memory.system'>> {
  const { memory, capabilities } = hypervisor.parameters
  const amounts = systemMemory(memory, hypervisor.deconfigured, heldAmounts(hypervisor.configuration))
  return reply(capabilities.activeMemorySharing ? { ...amounts, maxMemoryPools: 1, maxPagingVioses: MAX_PAGING_VIOSES } : amounts)
}

export function readSystemProcessors(hypervisor: Hypervisor): Outcome<ReplyOf<'processors.system'>> {
  return reply(systemProcessors(hypervisor.parameters.processors, hypervisor.deconfigured, heldAmounts(hypervisor.configuration)))
}

export function readPartitionMemory(hypervisor: Hypervisor, { id }: RequestOf<'memory.lpar'>): Outcome<ReplyOf<'memory.lpar'>> {
  const record = hypervisor.record(id)
  if (record === undefined) return noPartition(id)
  const none = { minMiB: 0, memoryMiB: 0, maxMiB: 0, expansionHundredths: 0, hptRatio: hypervisor.parameters.memory.hptRatio }
  const { minMiB, memoryMiB, maxMiB, expansionHundredths, hptRatio } = record.current ?? none
  const shared = sharedView(record)
  const runs = hypervisor.life.isActive(id)
  return reply({
    id,
    currentMinMiB: minMiB,
    currentMiB: memoryMiB,
    currentMaxMiB: maxMiB,
    pendingMinMiB: minMiB,
    pendingMiB: memoryMiB,
    pendingMaxMiB: maxMiB,
    runMinMiB: runs ? minMiB : 0,
    runMiB: hypervisor.connectors.ownedBy(id, 'mem') * hypervisor.parameters.memory.regionMiB,
    mode: shared === undefined ? 'ded' : 'shared',
    hptRatio: `1:${hptRatio}`,
    ...(shared === undefined ? {} : { shared }),
    ...(expansionHundredths === 0 ? {} : { expansionHundredths }),
  })
}

/** Undefined: its memory is its own. Of a partition that holds nothing, as its default profile says. */
function sharedView(record: PartitionRecord): ReplyOf<'memory.lpar'>['shared'] {
  const { current } = record
  if (current === null) {
    const mode = profileOf(record, record.defaultProfile)?.memory.mode
    if (mode !== 'shared') return undefined
    return { weight: 0, ioEntitledMiB: 0, ioEntitledAuto: true, ioNeededMiB: 0, primaryPagingVios: 0, secondaryPagingVios: 0 }
  }
  if (current.sharing === null) return undefined
  const { weight, ioEntitledMiB, ioEntitledAuto, pagingVioses } = current.sharing
  const [primaryPagingVios = 0, secondaryPagingVios = 0] = pagingVioses
  const ioNeededMiB = entitlementOf(current.adapters).neededMiB
  return { weight, ioEntitledMiB, ioEntitledAuto, ioNeededMiB, primaryPagingVios, secondaryPagingVios }
}

export function readPartitionProcessors(hypervisor: Hypervisor, { id }: RequestOf<'processors.lpar'>): Outcome<ReplyOf<'processors.lpar'>> {
  const record = hypervisor.record(id)
  if (record === undefined) return noPartition(id)
  const amounts = record.current?.processors ?? noProcessors(record)
  const current = { ...amounts, ...givenPoolName(hypervisor, amounts.poolId) }
  const runs = hypervisor.life.isActive(id)
  const runProcs = hypervisor.connectors.ownedBy(id, 'proc')
  return reply({
    id,
    current,
    pending: { ...current },
    // Of those that it owns, no virtual processor has more than a whole processor.
    runHundredths: runs ? Math.min(current.hundredths, 100 * runProcs) : 0,
    runProcs,
  })
}

export function readSlots(hypervisor: Hypervisor): Outcome<ReplyOf<'slots.system'>> {
  const slots = hypervisor.parameters.ioSlots.map(({ unit, busId, location, description }, number) => {
    const drcIndex = drcIndexOf('slot', number)
    const owner = hypervisor.slotOwner(drcIndex)
    const running = owner !== undefined && hypervisor.connectors.holds(owner.id, drcIndex)
    return { drcIndex, unit, busId, location, description, lparId: owner?.id ?? 0, lparName: owner?.name ?? '', running }
  })
  return reply({ slots })
}

function noProcessors(record: PartitionRecord): ProcessorAmounts {
  const profile: PartitionProfile | undefined = profileOf(record, record.defaultProfile)
  return {
    mode: profile?.processors.mode ?? 'shared',
    minHundredths: 0,
    hundredths: 0,
    maxHundredths: 0,
    minProcs: 0,
    procs: 0,
    maxProcs: 0,
    sharingMode: profile?.processors.sharingMode ?? 'cap',
    uncapWeight: 0,
    poolId: 0,
  }
}
