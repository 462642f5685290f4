// The dispatch wheel as a script makes it: cores, pools, partitions. It checks everything that is asked for against everything else, before
// anything changes, and leaves the dispatching to a dispatcher of the chosen fidelity.

import { type Handler, type Simulation, withAnyArgument } from '@powersim/kernel'
import { DemandStream } from './demand.js'
import type { DemandSpec } from './demand.js'
import type { DispatchObserver } from './dispatch-observer.js'
import type { DispatchPolicyFactory } from './dispatch-policy.js'
import type { Dispatcher, WheelUsage } from './dispatcher.js'
import { checkedInteger, MicropartError } from './errors.js'
import { ExactDispatcher } from './exact-dispatcher.js'
import { FluidDispatcher } from './fluid-dispatcher.js'
import { byWeight } from './hot/by-weight.js'
import { Partition } from './partition.js'
import type { PartitionOwner } from './partition.js'
import { checkedPools, checkedTerms, checkTogether, MAX_CORES } from './terms.js'
import type { EntitlementChange, Generation, PartitionOptions, Pool, PoolOptions, Terms } from './terms.js'

export interface SharedProcessorsOptions {
  /** Appears in messages and names the wheel's random streams. Default `wheel`. */
  readonly name?: string
  /** Sets the least entitled capacity of a virtual processor: power6 0.10, power8 (from POWER7+ on) 0.05. Default power8. */
  readonly generation?: Generation
  /** Physical cores, 1 to 256. */
  readonly cores: number
  /** Shared processor pools besides the default pool 0. */
  readonly pools?: readonly PoolOptions[]
  /** `exact` (default): every slice. `fluid`: rates between changes, without slices and waits. */
  readonly fidelity?: 'exact' | 'fluid'
  /** Who gets spare time next, in `exact`. Default byWeight. */
  readonly policy?: DispatchPolicyFactory
  /** Dispatch window, ns, a multiple of 100. Default 10 ms (LoPAR, DisWheRotPer). */
  readonly windowNs?: number
  /** Longest slice of spare time, ns. Default 1 ms, an estimate. */
  readonly spareSliceNs?: number
  /** How long hypervisor work waits for idle cycles before it steals some, ns. Default 1 ms, an estimate. */
  readonly stealAfterNs?: number
  /** Cores that share a cache: a node. Default all. */
  readonly coresPerNode?: number
  /** Processor time that a dispatch spends on a cold cache, ns, before work goes on. Default 0. Estimates: 20,000 to 50,000. */
  readonly refill?: { readonly sameCoreNs?: number; readonly sameNodeNs?: number; readonly remoteNs?: number }
  /** Clock in percent of nominal, 1 to 200; scales SPURR only. Default 100. */
  readonly frequencyPercent?: number
  /** Default 2,048, up to 16,384; one more partition is a MicropartError `limit`. */
  readonly maxPartitions?: number
  /** Default 4,096, up to 65,536; one more virtual processor is a MicropartError `limit`. */
  readonly maxVirtualProcessors?: number
}

/** Amounts of the whole wheel since it was made. */
export interface WheelStatistics extends WheelUsage {
  readonly elapsedNs: number
  /** Idle cores of the physical shared pool on average, as lparstat's app. */
  readonly app: number
}

const MS = 1_000_000
const DEFAULT_QUEUE_LIMIT = 65_536
const MAX_QUEUE_LIMIT = 2 ** 24

export class SharedProcessors {
  readonly name: string
  readonly cores: number
  readonly fidelity: 'exact' | 'fluid'
  readonly generation: Generation
  readonly #simulation: Simulation
  readonly #dispatcher: Dispatcher
  readonly #owner: PartitionOwner
  #pools: readonly Pool[]
  readonly #frequencyPercent: number
  readonly #maxPartitions: number
  readonly #maxVirtualProcessors: number
  readonly #createdNs: number
  /** By handle; a removed one leaves its handle to another. */
  readonly #partitions: (Partition | undefined)[] = []
  #streams = 0

  /** Throws MicropartError `bad-option`, `duplicate-name`, `over-committed`, `pool-maximum`. */
  constructor(simulation: Simulation, options: SharedProcessorsOptions) {
    this.name = options.name ?? 'wheel'
    this.cores = checkedInteger('cores', options.cores, 1, MAX_CORES)
    this.fidelity = options.fidelity ?? 'exact'
    this.generation = options.generation ?? 'power8'
    this.#pools = checkedPools(options.pools ?? [], this.cores)
    checkTogether([], this.#pools, this.cores)
    this.#simulation = simulation
    this.#createdNs = simulation.now
    this.#frequencyPercent = checkedInteger('frequencyPercent', options.frequencyPercent ?? 100, 1, 200)
    this.#maxPartitions = checkedInteger('maxPartitions', options.maxPartitions ?? 2048, 1, 16_384)
    this.#maxVirtualProcessors = checkedInteger('maxVirtualProcessors', options.maxVirtualProcessors ?? 4096, 1, 65_536)
    this.#dispatcher = this.#makeDispatcher(options)
    this.#dispatcher.setPools(this.#pools)
    this.#owner = {
      dispatcher: this.#dispatcher,
      now: () => simulation.now,
      change: (partition, terms, active) => this.#change(partition, terms, active),
      changed: (terms, change) => this.#changed(terms, change),
      demand: (partition, spec) => this.#demand(partition, spec),
      remove: (partition) => this.#remove(partition),
    }
  }

  /**
   * A new partition, active from the next window on (at once while nobody runs). Throws MicropartError `bad-option`,
   * `bad-entitlement`, `over-committed`, `unknown-pool`, `pool-maximum`, `duplicate-name`, `limit`.
   */
  partition(options: PartitionOptions): Partition {
    const terms = checkedTerms(options, this.generation, this.#frequencyPercent)
    if (this.#partitions.some((other) => other?.name === terms.name)) {
      throw new MicropartError('duplicate-name', `${terms.path}.name`, 'another partition has this name')
    }
    const queueLimit = checkedInteger(`${terms.path}.queueLimit`, options.queueLimit ?? DEFAULT_QUEUE_LIMIT, 1, MAX_QUEUE_LIMIT)
    const unused = this.#partitions.indexOf(undefined)
    const handle = unused === -1 ? this.#partitions.length : unused
    if (handle >= this.#maxPartitions) {
      throw new MicropartError('limit', terms.path, `the wheel has ${this.#maxPartitions} partitions already (maxPartitions)`)
    }
    const partition = new Partition(this.#owner, handle, terms, queueLimit)
    partition.activate()
    this.#partitions[handle] = partition
    return partition
  }

  /**
   * Other pools from the next window on (at once while nobody runs), pool 0 as ever. Throws MicropartError `bad-option`, `duplicate-name`,
   * `unknown-pool`, `pool-maximum`, `over-committed`, and has changed nothing then.
   */
  setPools(options: readonly PoolOptions[]): void {
    const pools = checkedPools(options, this.cores)
    const active: Terms[] = []
    for (const partition of this.#partitions) if (partition?.active === true) active.push(partition.terms)
    checkTogether(active, pools, this.cores)
    this.#pools = pools
    this.#dispatcher.setPools(pools)
  }

  /**
   * Processor time of the hypervisor itself: on ceded cycles if there are any within `stealAfterNs`, else on stolen ones. Then calls
   * `then`. Throws MicropartError `bad-work`.
   */
  hypervisorTime<A>(workNs: number, then: Handler<A>, argument: A): void {
    if (!(workNs >= 0 && Number.isSafeInteger(workNs))) {
      throw new MicropartError('bad-work', `${this.name}.hypervisorTime`, `expected whole ns of at least 0, got ${String(workNs)}`)
    }
    this.#dispatcher.hypervisorTime(workNs, withAnyArgument(then), argument)
  }

  /** Whether work of the hypervisor waits for cycles that it may have (LoPAR, H_POLL_PENDING). */
  get hypervisorWaits(): boolean {
    return this.#dispatcher.hypervisorWaits()
  }

  statistics(): WheelStatistics {
    const usage = this.#dispatcher.wheelUsage()
    const elapsedNs = this.#simulation.now - this.#createdNs
    return { ...usage, elapsedNs, app: elapsedNs === 0 ? 0 : usage.idleNs / elapsedNs }
  }

  /** 64 bits over every dispatch until now (`exact`) or every change of rates (`fluid`), as 16 hexadecimal digits. */
  digest(): string {
    return this.#dispatcher.digest()
  }

  /** Shows every slice to an observer; null: to nobody. Throws MicropartError `bad-option` in `fluid`, which has no slices. */
  observe(observer: DispatchObserver | null): void {
    if (!(this.#dispatcher instanceof ExactDispatcher)) throw new MicropartError('bad-option', 'observe', 'only exact fidelity has slices')
    this.#dispatcher.observe(observer)
  }

  #makeDispatcher(options: SharedProcessorsOptions): Dispatcher {
    const windowNs = checkedInteger('windowNs', options.windowNs ?? 10 * MS, 100, 1000 * MS)
    if (windowNs % 100 !== 0) throw new MicropartError('bad-option', 'windowNs', `expected a multiple of 100, got ${windowNs}`)
    const { refill = {} } = options
    const stealAfterNs = checkedInteger('stealAfterNs', options.stealAfterNs ?? MS, 1, 1000 * MS)
    if (this.fidelity === 'fluid') return new FluidDispatcher(this.#simulation, { cores: this.cores, windowNs, stealAfterNs })
    return new ExactDispatcher(this.#simulation, {
      name: this.name,
      cores: this.cores,
      coresPerNode: checkedInteger('coresPerNode', options.coresPerNode ?? this.cores, 1, MAX_CORES),
      windowNs,
      spareSliceNs: checkedInteger('spareSliceNs', options.spareSliceNs ?? MS, 1, windowNs),
      stealAfterNs,
      refillSameCoreNs: checkedInteger('refill.sameCoreNs', refill.sameCoreNs ?? 0, 0, windowNs),
      refillSameNodeNs: checkedInteger('refill.sameNodeNs', refill.sameNodeNs ?? 0, 0, windowNs),
      refillRemoteNs: checkedInteger('refill.remoteNs', refill.remoteNs ?? 0, 0, windowNs),
      maxPartitions: this.#maxPartitions,
      maxVirtualProcessors: this.#maxVirtualProcessors,
      policy: options.policy ?? byWeight,
    })
  }

  #change(partition: Partition, terms: Terms, active: boolean): void {
    if (active) {
      const others = this.#partitions.filter((other) => other !== undefined && other !== partition && other.active)
      checkTogether([...others.map((other) => other?.terms ?? terms), terms], this.#pools, this.cores)
      this.#checkVirtualProcessors(partition, terms)
    }
    if (!active && !partition.active) return
    this.#dispatcher.configure(partition.handle, active ? { ...terms, weight: terms.capped ? 0 : terms.weight } : null)
  }

  #checkVirtualProcessors(partition: Partition, terms: Terms): void {
    let sum = terms.virtualProcessors
    for (const other of this.#partitions) {
      if (other !== undefined && other !== partition && other.active) sum += other.terms.virtualProcessors
    }
    if (sum <= this.#maxVirtualProcessors) return
    const most = `${this.#maxVirtualProcessors} (maxVirtualProcessors)`
    throw new MicropartError('limit', terms.path, `${sum} virtual processors are more than ${most}`)
  }

  #changed(terms: Terms, change: EntitlementChange): Terms {
    const { name, dedicated, donates } = terms
    const { virtualProcessors = terms.virtualProcessors } = change
    const entitled = dedicated ? virtualProcessors : terms.entitledHundredths / 100
    const options = {
      name,
      mode: dedicated ? 'dedicated' : 'shared',
      entitledCapacity: entitled,
      virtualProcessors,
      capped: terms.capped,
      weight: terms.weight,
      pool: terms.pool,
      donate: donates,
      ...change,
    } as const
    return checkedTerms(options, this.generation, this.#frequencyPercent)
  }

  #demand(partition: Partition, spec: DemandSpec | null): void {
    const path = `partition '${partition.name}'.demand`
    if (spec === null) {
      this.#dispatcher.setDemand(partition.handle, null)
      return
    }
    if (!partition.active) throw new MicropartError('bad-option', path, 'the partition is not active')
    const stream = new DemandStream(this.#simulation, `${this.name}.${partition.name}.${this.#streams++}`, path, spec)
    this.#dispatcher.setDemand(partition.handle, stream)
  }

  #remove(partition: Partition): void {
    this.#dispatcher.forget(partition.handle)
    this.#partitions[partition.handle] = undefined
  }
}
