// Attaches the dispatch wheel to the PLIC: the figures of H_GET_PPP and H_PIC, H_SET_PPP, H_POLL_PENDING, and reports of dispatches for
// virtual processors with a registered area; while there is none, nobody observes the wheel.
// H_CEDE, H_CONFER and H_PROD change nothing on the wheel: a guest here asks for processor time piece by piece, so that each of its virtual
// processors is ready while it has work and has ceded when it has none, and what is left of a slice is its partition's at once.

import type { DispatchObserver, Partition, Slice } from '@powersim/micropart'
import { poolOf } from './dispatchable/configuration.js'
import { entitlementBounds, setEntitlement } from './dispatchable/entitlement.js'
import type { Hypervisor } from './dispatchable/hypervisor.js'
import type { MachineProcessors } from './machine-processors.js'
import { type ProcessorHypercalls, SAVED_WORDS } from './plic/processor-hypercalls.js'
import type { PartitionFigures, VirtualProcessors } from './plic/virtual-processors.js'

/** What a virtual processor's area knows of the wheel's counters, ns. */
interface Reported {
  onCore: boolean
  waitCoreNs: number
  waitCapacityNs: number
  waitReadyNs: number
  stolenNs: number
}

interface Watched {
  readonly lparId: number
  readonly place: Partition
  /** By number of the virtual processor. */
  readonly processors: (Reported | undefined)[]
  count: number
}

export class DispatchedPlic implements VirtualProcessors, DispatchObserver {
  private readonly machine: MachineProcessors
  private readonly hypervisor: Hypervisor
  private readonly plic: ProcessorHypercalls
  /** By the partition's handle on the wheel. */
  private readonly watched: (Watched | undefined)[] = []
  private watching = 0
  /** No guest runs instructions: registers are saved and restored, and nobody looks. */
  private readonly registers = new Int32Array(SAVED_WORDS)

  constructor(machine: MachineProcessors, hypervisor: Hypervisor, plic: ProcessorHypercalls) {
    this.machine = machine
    this.hypervisor = hypervisor
    this.plic = plic
  }

  // Ready is who has work.
  cede(): void {}
  wake(): void {}
  confer(): void {}

  setEntitlement(lparId: number, hundredths: number, weight: number): void {
    setEntitlement(this.hypervisor, lparId, hundredths, weight)
  }

  figures(lparId: number, into: PartitionFigures): void {
    const terms = this.machine.placeOf(lparId)?.terms
    const bounds = entitlementBounds(this.hypervisor, lparId)
    const pool = terms?.dedicated === false ? terms.pool : 0
    const entitled = terms?.entitledHundredths ?? 0
    const { wheel } = this.machine
    into.shared = bounds !== undefined && terms?.dedicated === false
    into.entitledHundredths = entitled
    into.minHundredths = bounds?.minHundredths ?? entitled
    into.maxHundredths = bounds?.maxHundredths ?? entitled
    into.weight = terms?.weight ?? 0
    into.minWeight = bounds?.minWeight ?? 0
    into.maxWeight = bounds?.maxWeight ?? 0
    into.capped = terms?.capped ?? true
    into.unallocatedHundredths = bounds?.unallocatedHundredths ?? 0
    into.pool = pool
    into.systemProcessors = wheel.cores
    into.poolProcessors = wheel.cores
    into.poolEntitledHundredths = 0
    for (const place of this.machine.places()) {
      const { dedicated, virtualProcessors, entitledHundredths, pool: its } = place.terms
      if (dedicated) into.poolProcessors -= virtualProcessors
      else if (its === pool) into.poolEntitledHundredths += entitledHundredths
    }
    const { maximum, reservedHundredths = 0 } = poolOf(this.hypervisor.configuration, pool) ?? {}
    into.poolEntitledHundredths += reservedHundredths
    into.poolMaxHundredths = (maximum ?? into.poolProcessors) * 100
    into.mayReadPool = into.shared
    into.poolIdleCycles = ticksOf(wheel.statistics().idleNs)
  }

  workPending(): boolean {
    return this.machine.wheel.hypervisorWaits
  }

  watch(lparId: number, processor: number, registered: boolean): void {
    const { wheel } = this.machine
    const place = this.machine.placeOf(lparId)
    if (place === null || wheel.fidelity === 'fluid') return
    const watched = (this.watched[place.handle] ??= { lparId, place, processors: [], count: 0 })
    const before = this.watching
    if (registered) {
      wheel.statistics() // computes up to now: the area counts from here on
      const { waitCoreNs = 0, waitCapacityNs = 0, waitReadyNs = 0, stolenNs = 0 } = place.view(processor) ?? {}
      watched.processors[processor] = { onCore: false, waitCoreNs, waitCapacityNs, waitReadyNs, stolenNs }
      watched.count++
      this.watching++
      this.reportRunning(watched, processor)
    } else if (watched.processors[processor] !== undefined) {
      watched.processors[processor] = undefined
      watched.count--
      this.watching--
    }
    if (watched.count === 0) this.watched[place.handle] = undefined
    if ((before === 0) !== (this.watching === 0)) wheel.observe(before === 0 ? this : null)
  }

  report(lparId: number): void {
    const place = this.machine.placeOf(lparId)
    const watched = place === null ? undefined : this.watched[place.handle]
    if (watched === undefined) return
    this.machine.wheel.statistics() // computes up to now, and tells of all slices until then
    for (let processor = 0; processor < watched.processors.length; processor++) this.reportRunning(watched, processor)
  }

  /** A slice is over. Cost: an object per slice of a virtual processor with an area, a look into an array for any other. */
  ran(slice: Slice): void {
    const watched = this.watched[slice.partition]
    if (watched === undefined) return
    const processor = watched.place.indexOf(slice.virtualProcessor)
    const reported = watched.processors[processor]
    if (reported === undefined) return
    if (!reported.onCore) this.dispatched(watched, processor, reported, slice.core, slice.dispatchReason, slice.fromNs)
    const { stolenNs } = watched.place.view(processor) ?? reported
    this.plic.preempted(watched.lparId, processor, slice.preemptReason, ticksOf(stolenNs) - ticksOf(reported.stolenNs), this.registers)
    reported.stolenNs = stolenNs
    reported.onCore = false
  }

  /** One that is on a core, and whose slice is not over. */
  private reportRunning(watched: Watched, processor: number): void {
    const reported = watched.processors[processor]
    if (reported === undefined || reported.onCore) return
    const view = watched.place.view(processor)
    if (view === null || view.core < 0) return
    this.dispatched(watched, processor, reported, view.core, view.dispatchReason, view.dispatchedNs)
    reported.onCore = true
  }

  private dispatched(watched: Watched, processor: number, reported: Reported, core: number, reason: number, fromNs: number): void {
    const { waitCoreNs, waitCapacityNs, waitReadyNs } = watched.place.view(processor) ?? reported
    this.plic.dispatched(
      watched.lparId,
      processor,
      core,
      reason,
      ticksOf(fromNs),
      ticksOf(waitCoreNs) - ticksOf(reported.waitCoreNs),
      ticksOf(waitCapacityNs) - ticksOf(reported.waitCapacityNs),
      ticksOf(waitReadyNs) - ticksOf(reported.waitReadyNs),
      this.registers,
    )
    reported.waitCoreNs = waitCoreNs
    reported.waitCapacityNs = waitCapacityNs
    reported.waitReadyNs = waitReadyNs
  }
}

/** Ticks of the time base, 512 MHz (LoPAR): 64 in 125 ns. Exact. */
function ticksOf(ns: number): number {
  return Math.floor(ns / 125) * 64 + Math.floor(((ns % 125) * 64) / 125)
}
