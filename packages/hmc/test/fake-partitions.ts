// Partitions of the double of a console, and what it is answered of each: profiles, memory, processors, adapters.
// The captured ones are captured-system.ts.

import { defaultSerialAdapters, type PartitionProfile, type PartitionView, type ReplyOf, type RmcState } from '@powersim/protocol'

export interface FakePartition {
  view: PartitionView
  profiles: PartitionProfile[]
  memoryMiB: number
  procs: number
  hundredths: number
  rmc: RmcState
}

export function profileOf(name: string, changes: Partial<PartitionProfile> = {}): PartitionProfile {
  return {
    name,
    memory: { minMiB: 2048, desiredMiB: 6144, maxMiB: 10240 },
    processors: {
      mode: 'shared',
      minProcs: 1,
      desiredProcs: 1,
      maxProcs: 2,
      minHundredths: 10,
      desiredHundredths: 30,
      maxHundredths: 80,
      sharingMode: 'cap',
      uncapWeight: 0,
      poolId: 0,
    },
    maxVirtualSlots: 10,
    adapters: [...defaultSerialAdapters],
    bootMode: 'norm',
    autoStart: false,
    connectionMonitoring: false,
    ...changes,
  }
}

export function viewOf(id: number, name: string, changes: Partial<PartitionView> = {}): PartitionView {
  return {
    id,
    name,
    environment: 'aixlinux',
    state: 'Not Activated',
    resourceConfig: false,
    osVersion: '',
    defaultProfile: 'normal',
    currentProfile: 'normal',
    profiles: ['normal'],
    bootMode: 'norm',
    keylock: 'norm',
    autoStart: false,
    workGroup: '',
    description: '',
    refcode: '',
    version: 1,
    ...changes,
  }
}

export function adaptersOf({ view, profiles }: FakePartition, fibreChannel: boolean): ReplyOf<'adapters.lpar'> {
  const { adapters = [], maxVirtualSlots = 10 } = profiles[0] ?? {}
  const taken = [0, 1, ...adapters.map(({ slot }) => slot)]
  const active = view.state !== 'Not Activated'
  const digits = (value: number): string => value.toString(16).toUpperCase().padStart(3, '0')
  return {
    id: view.id,
    currentMaxSlots: maxVirtualSlots,
    pendingMaxSlots: maxVirtualSlots,
    nextSlot: [2, 3, 4, 5, 6, 7, 8, 9].find((slot) => !taken.includes(slot)) ?? 10,
    active,
    fibreChannel,
    adapters: adapters.map((adapter) =>
      adapter.kind === 'eth' ? { ...adapter, mac: `26E6B0${digits(view.id)}${digits(adapter.slot)}` } : adapter,
    ),
  }
}

export function memoryOf({ view, memoryMiB, profiles }: FakePartition): ReplyOf<'memory.lpar'> {
  const limits = profiles[0]?.memory
  const [min, max] = view.resourceConfig ? [limits?.minMiB ?? 0, limits?.maxMiB ?? 0] : [0, 0]
  return {
    id: view.id,
    currentMinMiB: min,
    currentMiB: memoryMiB,
    currentMaxMiB: max,
    pendingMinMiB: min,
    pendingMiB: memoryMiB,
    pendingMaxMiB: max,
    runMinMiB: min,
    runMiB: memoryMiB,
    mode: 'ded',
    hptRatio: '1:64',
  }
}

export function processorsOf({ view, procs, hundredths, profiles }: FakePartition): ReplyOf<'processors.lpar'> {
  const limits = profiles[0]?.processors ?? profileOf('x').processors
  const held = view.resourceConfig
  const amounts = {
    mode: limits.mode,
    minHundredths: held ? limits.minHundredths : 0,
    hundredths,
    maxHundredths: held ? limits.maxHundredths : 0,
    minProcs: held ? limits.minProcs : 0,
    procs,
    maxProcs: held ? limits.maxProcs : 0,
    sharingMode: limits.sharingMode,
    uncapWeight: limits.uncapWeight,
    poolId: limits.poolId,
  }
  return { id: view.id, current: amounts, pending: amounts, runHundredths: hundredths, runProcs: procs }
}
