// Active Memory Deduplication in the machine: when the search for identical pages goes on, and whose processor time it takes: that of the
// hypervisor, which has ceded cycles first. What is merged how is package ams's. No event while nobody uses a page: after the last use the
// search goes once through the pool.

import type { FrameComparison, SharedMemoryPool } from '@powersim/ams'
import { type Handler, ms, type Simulation, type Timer, us } from '@powersim/kernel'

/** Frames of one piece of the search, the time between pieces, and processor time of a frame: a signature of 4 KiB (estimates). */
const FRAMES = 1000
const EVERY_NS = ms(100)
const FRAME_NS = us(1)

/** Runs work of the hypervisor, ns of processor time. */
export type SpendTime = (workNs: number, then: Handler<null>) => void

export class PageMerging {
  /** Processor time spent so far, ns. */
  spentNs = 0
  private readonly contents: FrameComparison
  private readonly timer: Timer
  private pool: SharedMemoryPool | null = null
  /** Frames that are still to be looked at. */
  private left = 0

  constructor(simulation: Simulation, name: string, contents: FrameComparison, spend: SpendTime) {
    this.contents = contents
    const searched = simulation.handler<null>(`${name}.merged`, () => {
      if (this.pool === null) return
      this.pool.merge(FRAMES)
      this.spentNs += FRAMES * FRAME_NS
      this.left -= FRAMES
      if (this.left > 0) this.timer.start(EVERY_NS)
    })
    this.timer = simulation.timer(
      simulation.handler<null>(`${name}.merging`, () => spend(FRAMES * FRAME_NS, searched)),
      null,
    )
  }

  /** Identical pages of this pool are merged from now on; null: no pages are. Those that are merged stay so until they are written. */
  search(pool: SharedMemoryPool | null): void {
    this.pool = pool
    pool?.allowMerging({ contents: this.contents })
    this.left = 0
    this.timer.stop()
  }

  /** A page is used. Hot. */
  note(): void {
    if (this.pool === null) return
    const idle = this.left <= 0
    this.left = this.pool.size
    if (idle) this.timer.start(EVERY_NS)
  }
}
