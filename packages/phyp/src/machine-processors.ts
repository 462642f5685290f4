// The machine's cores as the hypervisor gives them out: one dispatch wheel, with a processor for every partition that runs and the time of
// the hypervisor itself. Who gets how much when is micropart's; which partition has what is Dispatchable PHYP's.

import type { Handler, Runner, Simulation } from '@powersim/kernel'
import { type Partition, SharedProcessors, type WheelStatistics } from '@powersim/micropart'
import type { PartitionStart, ProcessorStatistics, StallingProcessor } from '@powersim/protocol'
import type { ProcessorPoolRecord } from './dispatchable/configuration.js'
import type { ProcessorParameters } from './parameters.js'

/** How the cores are given out. Times in ns. */
export interface DispatchParameters {
  /** `exact`: every slice. `fluid`: rates between changes, without waits for a dispatch. */
  readonly fidelity: 'exact' | 'fluid'
  /** How long work of the hypervisor waits for cycles that nobody uses before it steals some. */
  readonly stealAfterNs: number
  /** Processor time that a dispatch spends before its work goes on: on the core it had last, in its node, elsewhere. */
  readonly refill: { readonly sameCoreNs: number; readonly sameNodeNs: number; readonly remoteNs: number }
  /** Cores that share a cache. */
  readonly coresPerNode: number
}

/** Processor time since the machine was made, ns. */
export interface UsedTime {
  readonly entitledNs: number
  readonly cappedNs: number
  readonly uncappedNs: number
  readonly donatedNs: number
}

const POOLS = 64

export class MachineProcessors {
  readonly wheel: SharedProcessors
  /** Time of the hypervisor: on ceded cycles if there are some soon enough, else on stolen ones. */
  readonly hypervisor: Runner
  /** Time that partitions of each shared processor pool have used, as far as it is booked. */
  private readonly poolNs = new Float64Array(POOLS)
  private readonly simulation: Simulation
  private readonly leastHundredths: number
  private readonly byPartition = new Map<number, DispatchedProcessor>()

  /** Throws MicropartError for pools that the cores do not bear. */
  constructor(simulation: Simulation, name: string, processors: ProcessorParameters, dispatch: DispatchParameters, most: number) {
    const wheel = new SharedProcessors(simulation, {
      name,
      generation: processors.minHundredthsPerVirtualProcessor < POWER6_LEAST ? 'power8' : 'power6',
      cores: processors.installed,
      pools: processors.pools,
      fidelity: dispatch.fidelity,
      stealAfterNs: dispatch.stealAfterNs,
      refill: dispatch.refill,
      coresPerNode: dispatch.coresPerNode,
      maxPartitions: most,
      // Entitlement is never over-committed, and each virtual processor has its least of it.
      maxVirtualProcessors: Math.floor((processors.installed * 100) / processors.minHundredthsPerVirtualProcessor),
    })
    this.wheel = wheel
    this.simulation = simulation
    this.leastHundredths = processors.minHundredthsPerVirtualProcessor
    this.hypervisor = { run: (workNs, then, argument) => wheel.hypervisorTime(workNs, then, argument) }
  }

  /** The processor of a partition, the same from start to start. */
  of(lparId: number): DispatchedProcessor {
    let processor = this.byPartition.get(lparId)
    if (processor === undefined) {
      processor = new DispatchedProcessor(this.simulation, this.wheel, this.poolNs, `lpar${lparId}`, this.leastHundredths)
      this.byPartition.set(lparId, processor)
    }
    return processor
  }

  /** Its place on the wheel; null before its first start. */
  placeOf(lparId: number): Partition | null {
    return this.byPartition.get(lparId)?.partition ?? null
  }

  /** Places of the partitions that have power. */
  *places(): Generator<Partition> {
    for (const { partition } of this.byPartition.values()) if (partition?.active === true) yield partition
  }

  /** Other pools than before are in use; Dispatchable PHYP has seen to it that they fit. */
  setPools(pools: readonly ProcessorPoolRecord[]): void {
    const inUse = pools.filter(({ maximum }) => maximum > 0)
    this.wheel.setPools(inUse.map(({ id, maximum, reservedHundredths }) => ({ id, maximum, reserved: reservedHundredths / 100 })))
  }

  /** The partition exists no more: its ID may come back with another one. */
  removed(lparId: number): void {
    this.byPartition.get(lparId)?.remove()
    this.byPartition.delete(lparId)
  }

  /** What a partition was entitled to and has used; null before its first start. */
  usedBy(lparId: number): UsedTime | null {
    return this.byPartition.get(lparId)?.used() ?? null
  }

  /** Time of the physical pool of shared processors that nobody used. */
  idleNs(): number {
    return this.wheel.statistics().idleNs
  }

  /** Time that partitions of a shared processor pool have used. */
  usedInPool(pool: number): number {
    for (const processor of this.byPartition.values()) processor.book()
    return this.poolNs[pool] ?? 0
  }

  statistics(): WheelStatistics {
    return this.wheel.statistics()
  }
}

/** A partition's place on the wheel while it has power; what it has used before stays counted. */
export class DispatchedProcessor implements StallingProcessor {
  private readonly simulation: Simulation
  private readonly wheel: SharedProcessors
  private readonly poolNs: Float64Array
  private readonly name: string
  private readonly leastHundredths: number
  private place: Partition | null = null
  private before: ProcessorStatistics = { busyNs: 0, elapsedNs: 0, processors: 1, utilization: 0, dispatches: 0, dispatchWaitNs: 0 }

  /** `poolNs`: where what it uses is booked, by pool. */
  constructor(simulation: Simulation, wheel: SharedProcessors, poolNs: Float64Array, name: string, leastHundredths: number) {
    this.simulation = simulation
    this.wheel = wheel
    this.poolNs = poolNs
    this.name = name
    this.leastHundredths = leastHundredths
  }

  /** Of places that it had before. */
  private usedBefore: UsedTime = { entitledNs: 0, cappedNs: 0, uncappedNs: 0, donatedNs: 0 }
  /** Entitlement until `entitledSince`, in ns of whole processors, and what it is entitled to from then on; 0 without power. */
  private entitledNs = 0
  private entitledSince = 0
  private entitledHundredths = 0
  /** Of a shared place: what is booked of its use. */
  private bookedNs = 0

  /** Its place on the wheel: how it is waited for, and what it may be asked for. Null before the first start. */
  get partition(): Partition | null {
    return this.place
  }

  /** Power is on with these resources, or they have changed. */
  assign(start: PartitionStart): void {
    const { processing } = start
    // Half-way through a dynamic change there may be more virtual processors than the entitlement bears, or fewer than it needs.
    const hundredths = Math.min(start.entitledHundredths, start.virtualProcessors * 100)
    const terms = {
      entitledCapacity: hundredths / 100,
      virtualProcessors: Math.min(start.virtualProcessors, Math.floor(hundredths / this.leastHundredths)),
      capped: processing.capped,
      weight: processing.weight,
      pool: processing.poolId,
    }
    if (this.place !== null && this.place.terms.pool !== processing.poolId) this.book()
    this.entitle(start.entitledHundredths)
    if (this.place !== null && !this.place.active && !hasKind(this.place, processing)) this.remove()
    if (this.place === null) {
      this.place = this.wheel.partition({ name: this.name, mode: processing.mode, donate: processing.donates, ...terms })
      return
    }
    this.place.setEntitlement(terms)
    this.place.activate()
  }

  /** Power is cut. */
  halt(): void {
    this.entitle(0)
    this.place?.deactivate()
  }

  /** So many processors are wanted from the next dispatch window on, beside the work that is asked for; nothing without power. */
  load(processors: number): void {
    if (this.place?.active === true) this.place.demand(processors > 0 ? { processors } : null)
  }

  /** Nothing runs, and nobody is told, while there is no power. */
  run<A>(workNs: number, then: Handler<A>, argument: A): void {
    if (this.place?.active === true) this.place.processor.run(workNs, then, argument)
  }

  stall(): number {
    return this.place?.processor.stall() ?? -1
  }

  resume<A>(wait: number, workNs: number, then: Handler<A>, argument: A): void {
    if (this.place?.active === true) this.place.processor.resume(wait, workNs, then, argument)
  }

  stalledIndex(wait: number): number {
    return this.place?.processor.stalledIndex(wait) ?? 0
  }

  statistics(): ProcessorStatistics {
    if (this.place === null) return this.before
    const { busyNs, elapsedNs, processors, dispatches, dispatchWaitNs } = this.place.processor.statistics()
    const busy = this.before.busyNs + busyNs
    const elapsed = this.before.elapsedNs + elapsedNs
    return {
      busyNs: busy,
      elapsedNs: elapsed,
      processors,
      utilization: elapsed === 0 ? 0 : busy / (elapsed * processors),
      dispatches: this.before.dispatches + dispatches,
      dispatchWaitNs: this.before.dispatchWaitNs + dispatchWaitNs,
    }
  }

  used(): UsedTime {
    const { usedBefore: before, place } = this
    const entitledNs = this.entitledNs + this.entitledLately()
    if (place === null) return { ...before, entitledNs }
    const { utilizedCappedNs, utilizedUncappedNs, donatedNs } = place.statistics()
    return {
      entitledNs,
      cappedNs: before.cappedNs + utilizedCappedNs,
      uncappedNs: before.uncappedNs + utilizedUncappedNs,
      donatedNs: before.donatedNs + donatedNs,
    }
  }

  /** Books what it has used with the pool that it is in. */
  book(): void {
    if (this.place === null || this.place.terms.dedicated) return
    const { runNs } = this.place.statistics()
    const { pool } = this.place.terms
    this.poolNs[pool] = (this.poolNs[pool] ?? 0) + runNs - this.bookedNs
    this.bookedNs = runNs
  }

  private entitle(hundredths: number): void {
    this.entitledNs += this.entitledLately()
    this.entitledSince = this.simulation.now
    this.entitledHundredths = hundredths
  }

  private entitledLately(): number {
    return Math.floor(((this.simulation.now - this.entitledSince) / 100) * this.entitledHundredths)
  }

  /** Off the wheel for good, or to come back in another mode. */
  remove(): void {
    this.book()
    this.entitle(0)
    this.before = this.statistics()
    this.usedBefore = { ...this.used(), entitledNs: 0 }
    this.bookedNs = 0
    this.place?.deactivate()
    this.place?.remove()
    this.place = null
  }
}

/** Dedicated or not, and lent or not, are for as long as it has power; a change of them comes with the next start. */
function hasKind({ terms }: Partition, { mode, donates }: PartitionStart['processing']): boolean {
  return terms.dedicated === (mode === 'dedicated') && terms.donates === (mode === 'dedicated' && donates)
}

/** Least hundredths of a virtual processor up to POWER7; from POWER7+ on it is less. */
const POWER6_LEAST = 10
