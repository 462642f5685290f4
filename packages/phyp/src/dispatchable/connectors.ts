// The dynamic reconfiguration connectors of the partitions that run: what of its memory, processors and slots each operating system
// owns, connector by connector (LoPAR ch_dynamic_reconfig). Served to guests as RTAS calls. What a partition is assigned is the
// configuration's: an operating system may take in what it is assigned and does not own, and nobody gets what another one still owns.
//   unusable -allocation usable-> usable -unisolate-> owned -isolate-> usable -allocation unusable-> unusable

import type { Simulation } from '@powersim/kernel'
import {
  CONNECTOR_NEXT_PROPERTY,
  type ConnectorType,
  DR_ENTITY_PRESENT,
  DR_ENTITY_UNUSABLE,
  drcNumberOf,
  drcTypeOf,
  type ReconfigurationPort,
  RTAS_CANNOT_CONFIGURE,
  RTAS_MULTI_LEVEL_ISOLATION,
  RTAS_NO_SUCH_INDICATOR,
  RTAS_RETRY_10_MS,
  RTAS_SUCCESS,
} from '@powersim/protocol'

/** Calls of ibm,configure-connector that hand out a property of each type (estimate); the last call says that it was all. */
const PROPERTIES: Readonly<Record<ConnectorType, number>> = { mem: 4, proc: 24, slot: 48, vslot: 16 }

const UNUSABLE = 0
const USABLE = 1
const OWNED = 2

/** What a running partition has to begin with, and what it may ever have. */
export interface ConnectorExtent {
  readonly owned: Readonly<Record<'mem' | 'proc', number>>
  readonly most: Readonly<Record<'mem' | 'proc', number>>
  /** Numbers of the slots that it has to begin with, of `slots` in the machine. */
  readonly ownedSlots: readonly number[]
  readonly slots: number
  /** Those of its virtual adapters, of `virtualSlots` of its own. */
  readonly ownedVirtual: readonly number[]
  readonly virtualSlots: number
}

/** What the rest of the hypervisor says about connectors, and hears of them. */
export interface ConnectorRules {
  /** Regions or virtual processors that the partition may own now. */
  limitOf(lparId: number, type: 'mem' | 'proc'): number
  /** Those that it may not go below. */
  leastOf(lparId: number, type: 'mem' | 'proc'): number
  /** Whether it may own this slot, physical or virtual, now. */
  mayOwnSlot(lparId: number, drcIndex: number): boolean
  /** It has, or has no more, the virtual adapter of a slot. */
  ownsVirtual(lparId: number, slot: number, owned: boolean): void
  /** It owns more or less regions or processors than before. */
  owns(lparId: number): void
}

/** The machine's memory, block by block: a region has a block while it is not unusable. Statuses are those of RTAS. */
export interface RegionMemory {
  /** A free block, isolated at once; false when there is none. */
  assign(lparId: number, region: number): boolean
  /** Refused while a page table entry or TCE maps the block. */
  isolate(lparId: number, region: number): number
  unisolate(lparId: number, region: number): number
  withdraw(lparId: number, region: number): boolean
}

interface Connectors {
  readonly states: Readonly<Record<ConnectorType, Uint8Array>>
  /** Connectors that are not unusable, by type. */
  readonly held: Record<ConnectorType, number>
  readonly owned: Record<ConnectorType, number>
  /** The connector that is being configured, and its properties that are left; -1: none. */
  configuring: number
  left: number
}

export class PartitionConnectors implements ReconfigurationPort {
  private readonly simulation: Simulation
  private readonly regions: RegionMemory
  private readonly rules: ConnectorRules
  private readonly partitions = new Map<number, Connectors>()

  constructor(simulation: Simulation, regions: RegionMemory, rules: ConnectorRules) {
    this.simulation = simulation
    this.regions = regions
    this.rules = rules
  }

  /** The partition starts, and owns all that it is assigned. */
  begin(lparId: number, { owned, most, ownedSlots, slots, ownedVirtual, virtualSlots }: ConnectorExtent): void {
    const states = {
      mem: new Uint8Array(Math.max(most.mem, owned.mem)).fill(OWNED, 0, owned.mem),
      proc: new Uint8Array(Math.max(most.proc, owned.proc)).fill(OWNED, 0, owned.proc),
      slot: new Uint8Array(slots),
      vslot: new Uint8Array(virtualSlots),
    }
    for (const slot of ownedSlots) states.slot[slot] = OWNED
    for (const slot of ownedVirtual) states.vslot[slot] = OWNED
    const counts = { ...owned, slot: ownedSlots.length, vslot: ownedVirtual.length }
    this.partitions.set(lparId, { states, held: { ...counts }, owned: { ...counts }, configuring: -1, left: 0 })
  }

  /** The partition runs no more, and owns nothing. */
  end(lparId: number): void {
    this.partitions.delete(lparId)
  }

  /** Units that the partition's operating system owns; 0 when it does not run. */
  ownedBy(lparId: number, type: ConnectorType): number {
    return this.partitions.get(lparId)?.owned[type] ?? 0
  }

  /** Units that nobody else may have: owned, or allocated and still or again isolated. */
  heldBy(lparId: number, type: ConnectorType): number {
    return this.partitions.get(lparId)?.held[type] ?? 0
  }

  /** A slot, physical or virtual. */
  holds(lparId: number, drcIndex: number): boolean {
    return (this.stateOf(lparId, drcIndex) ?? UNUSABLE) !== UNUSABLE
  }

  connectors(lparId: number, type: ConnectorType): number {
    return this.partitions.get(lparId)?.states[type].length ?? 0
  }

  sense(lparId: number, drcIndex: number): number {
    const state = this.stateOf(lparId, drcIndex)
    if (state === undefined) return RTAS_NO_SUCH_INDICATOR
    return state === UNUSABLE ? DR_ENTITY_UNUSABLE : DR_ENTITY_PRESENT
  }

  setAllocation(lparId: number, drcIndex: number, usable: boolean): number {
    const state = this.stateOf(lparId, drcIndex)
    if (state === undefined) return RTAS_NO_SUCH_INDICATOR
    if (!usable) {
      if (state === OWNED) return RTAS_MULTI_LEVEL_ISOLATION
      const region = regionOf(drcIndex)
      if (state === USABLE && region >= 0) this.regions.withdraw(lparId, region)
      this.change(lparId, drcIndex, UNUSABLE)
      return RTAS_SUCCESS
    }
    if (state !== UNUSABLE) return RTAS_SUCCESS
    if (!this.mayHold(lparId, drcIndex) || !this.assignRegion(lparId, drcIndex)) return RTAS_NO_SUCH_INDICATOR
    this.change(lparId, drcIndex, USABLE)
    return RTAS_SUCCESS
  }

  setIsolation(lparId: number, drcIndex: number, isolated: boolean): number {
    const state = this.stateOf(lparId, drcIndex)
    if (state === undefined || state === UNUSABLE) return RTAS_NO_SUCH_INDICATOR
    if ((state === USABLE) === isolated) return RTAS_SUCCESS
    const refusal = isolated ? this.refuseIsolation(lparId, drcIndex) : this.unisolateRegion(lparId, drcIndex)
    if (refusal === RTAS_SUCCESS) this.change(lparId, drcIndex, isolated ? USABLE : OWNED)
    return refusal
  }

  configure(lparId: number, drcIndex: number): number {
    const partition = this.partitions.get(lparId)
    const type = drcTypeOf(drcIndex)
    if (partition === undefined || type === undefined || this.stateOf(lparId, drcIndex) !== OWNED) return RTAS_CANNOT_CONFIGURE
    if (partition.configuring !== drcIndex) {
      partition.configuring = drcIndex
      partition.left = PROPERTIES[type]
      // A bus has to be probed first.
      if (type === 'slot') return RTAS_RETRY_10_MS
    }
    if (partition.left === 0) {
      partition.configuring = -1
      return RTAS_SUCCESS
    }
    partition.left--
    return CONNECTOR_NEXT_PROPERTY
  }

  /** The first region, at address 0, has no connector: it is never taken away (LoPAR). */
  private stateOf(lparId: number, drcIndex: number): number | undefined {
    const type = drcTypeOf(drcIndex)
    if (type === undefined) return undefined
    const number = drcNumberOf(type, drcIndex)
    return type === 'mem' && number === 0 ? undefined : this.partitions.get(lparId)?.states[type][number]
  }

  private mayHold(lparId: number, drcIndex: number): boolean {
    const type = drcTypeOf(drcIndex)
    if (type === 'slot' || type === 'vslot') return this.rules.mayOwnSlot(lparId, drcIndex)
    return type !== undefined && this.heldBy(lparId, type) < this.rules.limitOf(lparId, type)
  }

  private refuseIsolation(lparId: number, drcIndex: number): number {
    const type = drcTypeOf(drcIndex)
    if (type === undefined || type === 'slot' || type === 'vslot') return RTAS_SUCCESS
    // Also the last processor: isolating that one would end the partition, and its minimum is at least 1.
    if (this.ownedBy(lparId, type) <= this.rules.leastOf(lparId, type)) return RTAS_MULTI_LEVEL_ISOLATION
    return type === 'mem' ? this.regions.isolate(lparId, drcNumberOf(type, drcIndex)) : RTAS_SUCCESS
  }

  private assignRegion(lparId: number, drcIndex: number): boolean {
    const region = regionOf(drcIndex)
    if (region < 0) return true
    // It is assigned no more than there is, and others own no more than they are assigned: a block is free.
    this.simulation.invariant(this.regions.assign(lparId, region), 'phyp: a region that a partition may hold has a block')
    return this.regions.isolate(lparId, region) === RTAS_SUCCESS
  }

  private unisolateRegion(lparId: number, drcIndex: number): number {
    const region = regionOf(drcIndex)
    return region < 0 ? RTAS_SUCCESS : this.regions.unisolate(lparId, region)
  }

  private change(lparId: number, drcIndex: number, to: number): void {
    const partition = this.partitions.get(lparId)
    const type = drcTypeOf(drcIndex)
    this.simulation.invariant(partition !== undefined && type !== undefined, 'phyp: a connector that changes is there')
    const states = partition.states[type]
    const number = drcNumberOf(type, drcIndex)
    const from = states[number] ?? UNUSABLE
    if (from === to) return
    states[number] = to
    partition.held[type] += (to === UNUSABLE ? 0 : 1) - (from === UNUSABLE ? 0 : 1)
    const gained = (to === OWNED ? 1 : 0) - (from === OWNED ? 1 : 0)
    if (gained === 0) return
    partition.owned[type] += gained
    if (type === 'vslot') this.rules.ownsVirtual(lparId, number, gained > 0)
    if (type === 'mem' || type === 'proc') {
      this.simulation.invariant(partition.held[type] <= this.rules.limitOf(lparId, type), 'phyp: no more is owned than assigned')
      this.rules.owns(lparId)
    }
  }
}

/** Number of a memory region; -1 for a connector of another type. */
function regionOf(drcIndex: number): number {
  return drcTypeOf(drcIndex) === 'mem' ? drcNumberOf('mem', drcIndex) : -1
}
