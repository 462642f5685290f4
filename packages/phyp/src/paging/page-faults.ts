// Touches of pages that are not there, and who waits for them: the processor, with its fault counted in its area, or its operating system,
// which has a notice and hears by the subvention queue. Who restores the page is the pool's business.

import type { Handler, Simulation } from '@powersim/kernel'
import { PAGE_TOUCH, type PageTouch } from '@powersim/protocol'
import { type ProcessorAreas, VPA_FAULT_TIME, VPA_FAULTS } from '../plic/processor-areas.js'
import type { Subventions } from '../plic/subventions.js'
import type { PageWaiter, SharedMember } from './shared-member.js'

/** Ticks of the time base, 512 MHz (LoPAR): 64 in 125 ns. */
export function ticksOf(ns: number): number {
  return Math.floor(ns / 125) * 64 + Math.floor(((ns % 125) * 64) / 125)
}

export class PageFaults {
  /** Faults of the pool that somebody waited for, and for how long. */
  count = 0
  waitNs = 0
  /** Of them those that a processor waited for, and those that came with a notice. */
  stalls = 0
  notices = 0
  private readonly simulation: Simulation
  private readonly areas: ProcessorAreas
  private readonly subventions: Subventions

  constructor(simulation: Simulation, areas: ProcessorAreas, subventions: Subventions) {
    this.simulation = simulation
    this.areas = areas
    this.subventions = subventions
  }

  /** A processor has touched a page that is on its way. */
  wait(member: SharedMember, page: number, processor: number, written: number, resolved: Handler<unknown>, argument: unknown): PageTouch {
    const { lparId } = member
    let waiters = member.waiters.get(page)
    if (waiters === undefined) {
      waiters = []
      member.waiters.set(page, waiters)
    }
    const noticed = waiters.find(({ correlation }) => correlation > 0)
    let correlation = 0
    if (noticed === undefined) correlation = this.subventions.notice(lparId, processor)
    else if (this.subventions.enabled(lparId, processor)) {
      correlation = noticed.correlation
      this.subventions.again(lparId, processor, correlation)
    }
    waiters.push({ resolved, argument, processor, sinceNs: this.simulation.now, written, correlation })
    this.count++
    if (correlation > 0) {
      this.notices++
      return PAGE_TOUCH.NOTICED
    }
    this.stalls++
    this.areas.add(lparId, processor, VPA_FAULTS, 1)
    return PAGE_TOUCH.WAITS
  }

  /** Newest of what those who wait for a page would write; 0: nothing. */
  writtenBy(member: SharedMember, page: number): number {
    let newest = 0
    for (const { written } of member.waiters.get(page) ?? []) if (written > newest) newest = written
    return newest
  }

  /** The page is there: processors go on, and a notice is followed by its subvention. */
  resolve(member: SharedMember, page: number): void {
    const waiters = member.waiters.get(page)
    if (waiters === undefined) return
    member.waiters.delete(page)
    const { lparId } = member
    let posted = 0
    for (const waiter of waiters) {
      this.waitNs += this.simulation.now - waiter.sinceNs
      if (waiter.correlation > 0) {
        // One entry, however often it was noticed.
        if (waiter.correlation !== posted) this.subventions.post(lparId, waiter.correlation)
        posted = waiter.correlation
        continue
      }
      this.areas.add(lparId, waiter.processor, VPA_FAULT_TIME, ticksOf(this.simulation.now - waiter.sinceNs))
      this.go(waiter)
    }
  }

  private go({ resolved, argument }: PageWaiter): void {
    this.simulation.schedule(0, resolved, argument)
  }
}
