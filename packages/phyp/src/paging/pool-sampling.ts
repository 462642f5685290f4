// The period of the pager's sampling: at its end the pool is told what processor time partitions have used, and what they say of their own
// page-ins, and draws its conclusions. No event while nobody uses a page: a period begins with a use and is the last one without.

import type { SharedMemoryPool } from '@powersim/ams'
import type { Simulation, Timer } from '@powersim/kernel'
import type { ProcessorAreas } from '../plic/processor-areas.js'
import type { SharedMember } from './shared-member.js'

export interface Sampled {
  readonly pager: SharedMemoryPool | null
  members(): Iterable<SharedMember>
}

export class PoolSampling {
  private readonly timer: Timer
  private readonly periodNs: number
  private used = false

  constructor(
    simulation: Simulation,
    name: string,
    periodNs: number,
    areas: ProcessorAreas,
    usedNs: (lparId: number) => number,
    sampled: Sampled,
  ) {
    this.periodNs = periodNs
    const sample = simulation.handler<null>(`${name}.sampling`, () => {
      const { pager } = sampled
      if (pager === null) return
      for (const { lparId, blocks, processors } of sampled.members()) {
        if (blocks === 0) continue
        pager.noteProcessor(lparId, usedNs(lparId))
        let pageIns = 0
        for (let processor = 0; processor < processors; processor++) pageIns += areas.pageIns(lparId, processor)
        if (pageIns > 0) pager.noteOwnPageIns(lparId, pageIns)
      }
      pager.sample()
      if (this.used) this.timer.start(this.periodNs)
      this.used = false
    })
    this.timer = simulation.timer(sample, null)
  }

  /** A page is used. Hot. */
  note(): void {
    this.used = true
    if (!this.timer.active) this.timer.start(this.periodNs)
  }

  stop(): void {
    this.timer.stop()
  }
}
