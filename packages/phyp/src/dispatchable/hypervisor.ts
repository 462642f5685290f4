// What the server functions work on: the configuration, the open stages, the lives of the partitions, and what is left of the machine.
// It decides nothing; queries.ts, partition-stages.ts, activation.ts and dynamic.ts do.

import type { Simulation } from '@powersim/kernel'
import {
  defaultPoolName,
  drcIndexOf,
  drcNumberOf,
  drcTypeOf,
  type PartitionHost,
  type PartitionProcessing,
  type PartitionStart,
  type ProcessorAmounts,
  type SharedMemoryStart,
  type VirtualAdapter,
  WriteLock,
} from '@powersim/protocol'
import type { PhypParameters } from '../parameters.js'
import type { TerminalHypercalls } from '../plic/terminal-hypercalls.js'
import type { Amounts } from './accounting.js'
import type { AdapterLimits } from './adapter-rules.js'
import { availableAmounts, heldAmounts, hundredthsHeld, nothing } from './accounting.js'
import {
  type Configuration,
  emptyConfiguration,
  type Holding,
  type MemorySharing,
  type PartitionRecord,
  partitionsOf,
  poolOf,
  type ProcessorPoolRecord,
} from './configuration.js'
import { CoManagement } from './co-management.js'
import { ConfigurationStore } from './configuration-store.js'
import { type ConnectorExtent, PartitionConnectors, type RegionMemory } from './connectors.js'
import { settleDropped, sizeOf, unitsReleased, unitsStepped, unitsTaken } from './dynamic-settlement.js'
import { refused, type Refused } from './outcome.js'
import { PartitionLife } from './partition-life.js'
import type { SharedMemoryHooks } from './shared-memory.js'
import { StageTable } from './stages.js'
import type { UseCounters } from './use-counters.js'
import { TerminalHolds } from './terminal-holds.js'

/** What the time-critical layer and the devices of a partition need to know of it. */
export interface DeviceHooks {
  /** It starts, or runs from the beginning, with what it holds. */
  starting(lparId: number, holding: Holding): void
  /** It runs no more. */
  ended(lparId: number): void
  /** It gets a virtual adapter while it runs. */
  attached(lparId: number, adapter: VirtualAdapter): void
  /** It loses the one in a slot. */
  detached(lparId: number, slot: number): void
  /** It does not exist any more. */
  removed(lparId: number): void
  /** The machine's memory, region by region. */
  readonly regions: RegionMemory
  /** Other shared processor pools are in use from now on. */
  processorPools(pools: readonly ProcessorPoolRecord[]): void
  /** Whoever pages for the shared memory pool. */
  readonly sharedMemory: SharedMemoryHooks
  /** What the wheel counts; null: there is none. */
  readonly uses: UseCounters | null
  /** The characters of virtual terminals. */
  readonly terminals: TerminalHypercalls
}

export class Hypervisor {
  readonly simulation: Simulation
  readonly parameters: PhypParameters
  readonly host: PartitionHost
  readonly store: ConfigurationStore
  readonly stages: StageTable
  readonly life: PartitionLife
  readonly connectors: PartitionConnectors
  readonly devices: DeviceHooks
  readonly terminals: TerminalHolds
  /** Null: the lock on changes is kept elsewhere, or nowhere. */
  readonly writeLock: WriteLock | null
  readonly coManagement = new CoManagement()
  deconfigured: Amounts = nothing

  constructor(simulation: Simulation, parameters: PhypParameters, host: PartitionHost, devices: DeviceHooks) {
    this.simulation = simulation
    this.parameters = parameters
    this.host = host
    this.devices = devices
    this.terminals = new TerminalHolds(devices.terminals)
    this.writeLock = parameters.writeLock === null ? null : new WriteLock(parameters.writeLock)
    this.store = new ConfigurationStore(simulation, parameters.patchesKept, initialConfiguration(parameters))
    this.stages = new StageTable(simulation, parameters.stageLimit, parameters.stageLifetimeNs, ({ work }) => {
      if (work.kind === 'dynamic') settleDropped(this, work)
    })
    this.life = new PartitionLife(simulation, host, {
      startOf: (lparId, bootMode) => this.startOf(lparId, bootMode),
      starting: (lparId) => this.starting(lparId),
      ended: (lparId) => this.ended(lparId),
    })
    this.connectors = new PartitionConnectors(simulation, devices.regions, {
      limitOf: (lparId, type) => this.limitOf(lparId, type),
      leastOf: (lparId, type) => this.leastOf(lparId, type),
      mayOwnSlot: (lparId, drcIndex) => this.mayOwnSlot(lparId, drcIndex),
      ownsVirtual: (lparId, slot, owned) => this.ownsVirtual(lparId, slot, owned),
      owns: (lparId) => this.tellSize(lparId),
    })
  }

  get configuration(): Configuration {
    return this.store.snapshot
  }

  /** What adapters may be and where. */
  get adapterLimits(): AdapterLimits {
    const virtualSwitches = this.configuration.virtualSwitches.filter(({ removed }) => !removed).map(({ name }) => name)
    return { virtualSwitches, virtualFibreChannel: this.parameters.virtualFibreChannel }
  }

  record(id: number): PartitionRecord | undefined {
    return this.configuration.partitions[id]
  }

  /** What no partition holds, as queries show it. Never below 0: checked here. */
  available(): Amounts {
    const { memory, processors } = this.parameters
    const available = availableAmounts(memory, processors, this.deconfigured, heldAmounts(this.configuration))
    this.simulation.invariant(available.memoryMiB >= 0 && available.hundredths >= 0, 'phyp: partitions hold no more than there is')
    return available
  }

  /** What neither a partition holds nor an open stage has reserved; below 0 after a part was deconfigured under a reservation. */
  free(): Amounts {
    const available = this.available()
    const reserved = this.stages.reserved()
    return { memoryMiB: available.memoryMiB - reserved.memoryMiB, hundredths: available.hundredths - reserved.hundredths }
  }

  /**
   * Hundredths that partitions of a shared processor pool may get yet, by the pool's maximum and what operations under way give them, but
   * for those of one partition; no limit in pool 0.
   */
  roomInPool(poolId: number, exceptId = 0): number {
    if (poolId === 0) return Infinity
    const pool = poolOf(this.configuration, poolId)
    let room = (pool?.maximum ?? 0) * 100 - (pool?.reservedHundredths ?? 0)
    for (const { current } of partitionsOf(this.configuration)) {
      if (current !== null && isInPool(current.processors, poolId)) room -= current.processors.hundredths
    }
    for (const { id, processors } of this.stages.activations()) {
      if (id === exceptId || processors === null || !isInPool(processors, poolId)) continue
      const held = this.record(id)?.current?.processors
      room -= processors.hundredths - (held !== undefined && isInPool(held, poolId) ? held.hundredths : 0)
    }
    for (const { receiver, hundredths } of this.stages.dynamics()) {
      const held = receiver === null || receiver === exceptId ? undefined : this.record(receiver)?.current?.processors
      if (held !== undefined && isInPool(held, poolId)) room -= hundredths
    }
    return room
  }

  /** Undefined when a stage over these partitions may be opened. */
  refuseStage(lparIds: readonly number[]): Refused | undefined {
    for (const id of lparIds) {
      const stage = this.stages.holding(id)
      if (stage !== undefined) return refused('resource-busy', `another operation holds partition ${id}`, { id, stage: stage.number })
    }
    if (!this.stages.full()) return undefined
    return refused('resource-busy', `${this.parameters.stageLimit} operations are under way`, { limit: this.parameters.stageLimit })
  }

  /** The partition that a slot is assigned to; undefined: none. */
  slotOwner(drcIndex: number): PartitionRecord | undefined {
    return partitionsOf(this.configuration).find(({ current }) => current?.ioSlots.includes(drcIndex) === true)
  }

  /** Tells the host how large a running partition is now. */
  tellSize(lparId: number): void {
    const size = sizeOf(this, lparId)
    const start = this.startOf(lparId, null)
    if (size === undefined || start === undefined) return
    const resized = { ...start, memoryMiB: size.memoryMiB, virtualProcessors: size.procs, entitledHundredths: size.hundredths }
    this.host.resized(resized)
    if (resized.sharedMemory !== null) this.devices.sharedMemory.resized({ ...resized, sharedMemory: resized.sharedMemory })
  }

  /** The partition runs from now on, with all that it is assigned. */
  private starting(lparId: number): void {
    const current = this.record(lparId)?.current
    const extent = this.extentOf(lparId)
    if (current === undefined || current === null || extent === undefined) return
    this.devices.starting(lparId, current)
    this.connectors.begin(lparId, extent)
    const start = this.startOf(lparId, null)
    if (start !== undefined && start.sharedMemory !== null) {
      this.devices.sharedMemory.started({ ...start, sharedMemory: start.sharedMemory })
    }
  }

  /** It runs no more: a dynamic change of it ends with what its operating system has done. */
  private ended(lparId: number): void {
    this.stages.abandonDynamic(lparId)
    this.connectors.end(lparId)
    this.devices.sharedMemory.ended(lparId)
    this.devices.ended(lparId)
  }

  private extentOf(lparId: number): ConnectorExtent | undefined {
    const current = this.record(lparId)?.current
    if (current === undefined || current === null) return undefined
    const { regionMiB } = this.parameters.memory
    return {
      owned: { mem: current.memoryMiB / regionMiB, proc: current.processors.procs },
      most: { mem: current.maxMiB / regionMiB, proc: current.processors.maxProcs },
      ownedSlots: current.ioSlots.map((drcIndex) => drcNumberOf('slot', drcIndex)),
      slots: this.parameters.ioSlots.length,
      ownedVirtual: current.adapters.map(({ slot }) => slot),
      virtualSlots: current.maxVirtualSlots,
    }
  }

  /** What it is assigned, and in a dynamic change what it is being given; of a move less what its receiver has taken. */
  private limitOf(lparId: number, type: 'mem' | 'proc'): number {
    const current = this.record(lparId)?.current
    if (current === undefined || current === null) return 0
    const assigned = type === 'mem' ? current.memoryMiB / this.parameters.memory.regionMiB : current.processors.procs
    const work = this.stages.dynamicOf(lparId)
    if (work === undefined || work.resource !== type) return assigned
    if (work.giver === lparId) return assigned - unitsTaken(this, work)
    return assigned + Math.min(unitsStepped(work), unitsReleased(this, work))
  }

  private leastOf(lparId: number, type: 'mem' | 'proc'): number {
    const current = this.record(lparId)?.current
    if (current === undefined || current === null) return 0
    return type === 'mem' ? current.minMiB / this.parameters.memory.regionMiB : current.processors.minProcs
  }

  private mayOwnSlot(lparId: number, drcIndex: number): boolean {
    const work = this.stages.dynamicOf(lparId)
    if (work !== undefined && work.drcIndex === drcIndex) {
      if (work.giver === lparId) return unitsTaken(this, work) === 0
      return Math.min(unitsStepped(work), unitsReleased(this, work)) === 1
    }
    const current = this.record(lparId)?.current
    if (drcTypeOf(drcIndex) === 'slot') return current?.ioSlots.includes(drcIndex) === true
    return current?.adapters.some(({ slot }) => drcIndexOf('vslot', slot) === drcIndex) === true
  }

  /** The operating system has taken the adapter of a slot in, or given it up: its device comes or goes in this instant. */
  private ownsVirtual(lparId: number, slot: number, owned: boolean): void {
    const work = this.stages.dynamicOf(lparId)
    const asked = work?.adapter?.slot === slot ? work.adapter : undefined
    const adapter = asked ?? this.record(lparId)?.current?.adapters.find((other) => other.slot === slot)
    if (owned && adapter !== undefined) this.devices.attached(lparId, adapter)
    if (!owned) this.devices.detached(lparId, slot)
  }

  /** What a partition is started with; undefined when it holds nothing. */
  startOf(lparId: number, bootMode: string | null): PartitionStart | undefined {
    const record = this.record(lparId)
    if (record === undefined || record.current === null) return undefined
    const { processors, memoryMiB, sharing, expansionHundredths } = record.current
    return {
      lparId,
      name: record.name,
      environment: record.environment,
      virtualProcessors: processors.procs,
      entitledHundredths: hundredthsHeld(processors),
      processing: processingOf(processors),
      memoryMiB,
      sharedMemory: sharing === null ? null : sharedMemoryOf(sharing),
      memoryExpansionHundredths: expansionHundredths,
      bootMode: bootMode ?? record.bootMode,
    }
  }
}

function initialConfiguration({ processors, virtualSwitches }: PhypParameters): Configuration {
  const processorPools = processors.pools
    .map(({ id, name, maximum, reserved = 0 }) => {
      return {
        id,
        name: name ?? defaultPoolName(id),
        maximum: maximum ?? processors.installed,
        reservedHundredths: Math.round(reserved * 100),
      }
    })
    .sort((one, other) => one.id - other.id)
  return { ...emptyConfiguration, processorPools, virtualSwitches: virtualSwitches.map((name) => ({ name, removed: false })) }
}

/** Whether these processors are shared ones of this pool. */
export function isInPool(processors: Pick<ProcessorAmounts, 'mode' | 'poolId'>, poolId: number): boolean {
  return processors.mode === 'shared' && processors.poolId === poolId
}

function sharedMemoryOf({ weight, ioEntitledMiB, pagingVioses }: MemorySharing): SharedMemoryStart {
  return { weight, ioEntitledMiB, pagingVioses }
}

/** How a partition with these processors uses the cores. */
function processingOf({ mode, sharingMode, uncapWeight, poolId }: ProcessorAmounts): PartitionProcessing {
  return {
    mode: mode === 'ded' ? 'dedicated' : 'shared',
    capped: sharingMode === 'cap',
    weight: uncapWeight,
    poolId,
    donates: sharingMode === 'share_idle_procs_active' || sharingMode === 'share_idle_procs_always',
  }
}

export function noPartition(id: number): Refused {
  return refused('partition-not-found', `there is no partition ${id}`, { id })
}

export function noProfile(id: number, name: string): Refused {
  return refused('profile-not-found', `partition ${id} has no profile ${name}`, { id, profile: name })
}

export function noStage(number: number): Refused {
  return refused('stage-not-found', `there is no stage ${number} of this console for this step`, { stage: number })
}
