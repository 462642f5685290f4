// One partition of a wheel, as a script holds it: its processor, its entitlement, its demand, its life. It checks nothing by itself: the
// wheel knows what the other partitions have (shared-processors.ts).

import { type Handler, withAnyArgument } from '@powersim/kernel'
import type { ProcessorPort, ProcessorStatistics } from '@powersim/protocol'
import type { DemandSpec } from './demand.js'
import type { Dispatcher, VirtualProcessorUsage, VirtualProcessorView } from './dispatcher.js'
import { checkedInteger, MicropartError } from './errors.js'
import type { EntitlementChange, Terms } from './terms.js'

/** What a partition asks of its wheel. */
export interface PartitionOwner {
  readonly dispatcher: Dispatcher
  now(): number
  change(partition: Partition, terms: Terms, active: boolean): void
  changed(terms: Terms, change: EntitlementChange): Terms
  demand(partition: Partition, spec: DemandSpec | null): void
  remove(partition: Partition): void
}

/** Amounts of one partition since it was made. Those that `fluid` does not know are null. */
export interface PartitionStatistics {
  readonly name: string
  readonly active: boolean
  readonly elapsedNs: number
  /** Processor time used; within entitlement; beyond it. */
  readonly runNs: number
  readonly utilizedCappedNs: number
  readonly utilizedUncappedNs: number
  /** Processors used on average: runNs / elapsedNs, as lparstat's physc. */
  readonly physc: number
  /** physc in percent of entitled capacity, as lparstat's %entc. */
  readonly entc: number
  /** PURR: processor time in ns; SPURR: the same scaled by the frequency. */
  readonly purrNs: number
  readonly spurrNs: number
  /** Idle time of dedicated processors that others have used. */
  readonly donatedNs: number
  readonly dispatches: number | null
  /** Virtual context switches that were not the partition's own wish, as lparstat's vcsw. */
  readonly preemptions: number | null
  readonly dispersions: number | null
  /** Waiting to become ready, for capacity, for a core; summed over virtual processors. */
  readonly waitReadyNs: number | null
  readonly waitCapacityNs: number | null
  readonly waitCoreNs: number | null
  readonly stolenNs: number | null
  /** Longest time that a virtual processor wanted to run and did not. */
  readonly longestGapNs: number | null
  /** Interrupts that came in while this partition ran and were for others, as lparstat's phint. */
  readonly phantomInterrupts: number | null
  readonly virtualProcessors: readonly VirtualProcessorUsage[] | null
}

export class Partition {
  readonly name: string
  /** Serves work: the oldest first, each piece whole on one virtual processor, though in as many slices as it takes. */
  readonly processor: PartitionProcessor
  /** Handle within the wheel, as a slice names it. */
  readonly handle: number
  readonly #owner: PartitionOwner
  readonly #createdNs: number
  #terms: Terms
  #active = false
  #removed = false

  /** For the wheel's own use: `wheel.partition(...)` makes one. */
  constructor(owner: PartitionOwner, handle: number, terms: Terms, queueLimit: number) {
    this.name = terms.name
    this.handle = handle
    this.#owner = owner
    this.#terms = terms
    this.#createdNs = owner.now()
    this.processor = new PartitionProcessor(this, owner, queueLimit)
  }

  get terms(): Terms {
    return this.#terms
  }

  get active(): boolean {
    return this.#active
  }

  /**
   * DLPAR: other amounts from the next dispatch window on. Fields that are left out stay. Throws MicropartError `bad-option`,
   * `bad-entitlement`, `over-committed`, `unknown-pool`, `pool-maximum`, `removed`, and has changed nothing then.
   */
  setEntitlement(change: EntitlementChange): void {
    this.#mustExist()
    const terms = this.#owner.changed(this.#terms, change)
    this.#owner.change(this, terms, this.#active)
    this.#terms = terms
  }

  /** How many processors it wants over time, besides the work of its port; null: none. Throws MicropartError `bad-option`, `removed`. */
  demand(spec: DemandSpec | null): void {
    this.#mustExist()
    this.#owner.demand(this, spec)
  }

  /** Takes its entitlement, if there is room for it: throws as setEntitlement. A new partition is active. */
  activate(): void {
    this.#mustExist()
    if (this.#active) return
    this.#owner.change(this, this.#terms, true)
    this.#active = true
  }

  /** Powers it off: its work is dropped and nobody is told, its demand ends, its entitlement is free for others. */
  deactivate(): void {
    this.#mustExist()
    if (!this.#active) return
    this.#owner.change(this, this.#terms, false)
    this.#active = false
  }

  /** Takes it out of the wheel for good; its name may be used again. Throws MicropartError `still-active`, `removed`. */
  remove(): void {
    this.#mustExist()
    if (this.#active) throw new MicropartError('still-active', `partition '${this.name}'`, 'deactivate it before it is removed')
    this.#owner.remove(this)
    this.#removed = true
  }

  /** Which of its virtual processors a slice names, from 0 on; -1: none that it has. */
  indexOf(virtualProcessor: number): number {
    return this.#owner.dispatcher.indexOf(this.handle, virtualProcessor)
  }

  /**
   * One of its virtual processors as far as the wheel has computed, which is what an observer is told of; statistics compute up to now.
   * Null in `fluid`, and when there is none of that number.
   */
  view(index: number): VirtualProcessorView | null {
    this.#mustExist()
    return this.#owner.dispatcher.view(this.handle, index)
  }

  statistics(): PartitionStatistics {
    this.#mustExist()
    const usage = this.#owner.dispatcher.usage(this.handle)
    const each = usage.virtualProcessors
    const all = each === null || usage.retired === null ? each : [...each, usage.retired]
    const sum = (of: (one: VirtualProcessorUsage) => number): number | null => {
      return all === null ? null : all.reduce((total, one) => total + of(one), 0)
    }
    const elapsedNs = this.#owner.now() - this.#createdNs
    const { entitledHundredths, frequencyPercent } = this.#terms
    const physc = elapsedNs === 0 ? 0 : usage.runNs / elapsedNs
    return {
      name: this.name,
      active: this.#active,
      elapsedNs,
      runNs: usage.runNs,
      utilizedCappedNs: usage.entitledNs,
      utilizedUncappedNs: usage.spareNs,
      physc,
      entc: (physc * 10_000) / entitledHundredths,
      purrNs: usage.runNs,
      spurrNs: Math.floor((usage.runNs / 100) * frequencyPercent),
      donatedNs: usage.donatedNs,
      dispatches: sum((one) => one.dispatches),
      preemptions: sum((one) => one.preemptions),
      dispersions: sum((one) => one.dispersions),
      waitReadyNs: sum((one) => one.waitReadyNs),
      waitCapacityNs: sum((one) => one.waitCapacityNs),
      waitCoreNs: sum((one) => one.waitCoreNs),
      stolenNs: sum((one) => one.stolenNs),
      longestGapNs: all === null ? null : all.reduce((longest, one) => Math.max(longest, one.longestGapNs), 0),
      phantomInterrupts: usage.phantomInterrupts,
      virtualProcessors: each,
    }
  }

  #mustExist(): void {
    if (this.#removed) throw new MicropartError('removed', `partition '${this.name}'`, 'it was taken out of the wheel')
  }
}

/** The partition's virtual processors as a `ProcessorPort`: a dispatched one, where work waits for the wheel. */
export class PartitionProcessor implements ProcessorPort {
  readonly name: string
  readonly queueLimit: number
  readonly #partition: Partition
  readonly #owner: PartitionOwner

  constructor(partition: Partition, owner: PartitionOwner, queueLimit: number) {
    this.name = partition.name
    this.queueLimit = queueLimit
    this.#partition = partition
    this.#owner = owner
  }

  get processors(): number {
    return this.#partition.terms.virtualProcessors
  }

  /** Pieces of work that wait for a virtual processor to become free. */
  get waiting(): number {
    return this.#owner.dispatcher.waiting(this.#partition.handle)
  }

  /** Throws MicropartError `bad-work` (no whole ns of at least 0, or a partition that is not active) and `processor-queue-limit`. */
  run<A>(workNs: number, then: Handler<A>, argument: A): void {
    const path = `processor of '${this.name}'`
    if (!(workNs >= 0 && Number.isSafeInteger(workNs))) {
      throw new MicropartError('bad-work', path, `expected a whole number of ns of at least 0, got ${String(workNs)}`)
    }
    if (!this.#partition.active) throw new MicropartError('bad-work', path, 'the partition is not active')
    if (this.waiting >= this.queueLimit) {
      throw new MicropartError('processor-queue-limit', path, `${this.queueLimit} pieces of work wait already`)
    }
    this.#owner.dispatcher.run(this.#partition.handle, workNs, withAnyArgument(then), argument)
  }

  /**
   * Within a completion: its virtual processor waits for a page of memory, takes no other work and leaves its core (preempt reason 6,
   * LoPAR). Returns the wait; -1: it is no completion of this partition.
   */
  stall(): number {
    return this.#owner.dispatcher.stall(this.#partition.handle)
  }

  /** The page is there: the virtual processor that waits does this next. Nothing when its work has been dropped meanwhile. */
  resume<A>(wait: number, workNs: number, then: Handler<A>, argument: A): void {
    this.#owner.dispatcher.resume(this.#partition.handle, wait, workNs, withAnyArgument(then), argument)
  }

  /** Number of the virtual processor that waits, from 0 on; 0 in `fluid`, which does not tell them apart. */
  stalledIndex(wait: number): number {
    return this.#owner.dispatcher.stalledIndex(this.#partition.handle, wait)
  }

  /** Another number of virtual processors from the next window on. One that is taken away finishes its piece of work first. */
  resize(processors: number): void {
    checkedInteger(`processor of '${this.name}'.processors`, processors, 1, Number.MAX_SAFE_INTEGER)
    this.#partition.setEntitlement({ virtualProcessors: processors })
  }

  /** Power is cut: all work, waiting and in service, is dropped and nobody is told. What was used until now stays counted. */
  halt(): void {
    this.#owner.dispatcher.halt(this.#partition.handle)
  }

  /** In `fluid` fidelity nobody waits for a dispatch: both counts are 0. */
  statistics(): ProcessorStatistics {
    const { runNs, elapsedNs, dispatches, waitCapacityNs, waitCoreNs } = this.#partition.statistics()
    return {
      busyNs: runNs,
      elapsedNs,
      processors: this.processors,
      utilization: elapsedNs === 0 ? 0 : runNs / (elapsedNs * this.processors),
      dispatches: dispatches ?? 0,
      dispatchWaitNs: (waitCapacityNs ?? 0) + (waitCoreNs ?? 0),
    }
  }
}
