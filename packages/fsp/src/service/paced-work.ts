// Work of the service processor that takes long: done in slices, so that commands get their turn between two of them, and no faster than
// a pace that the hardware sets (flash, memory, links to the chips). A reset stops it at once; the owner says where it starts again.
// States: idle -> running (a slice is on the processor, or the pace is waited for) -> idle; a reset: -> idle.

import type { Handler, Simulation } from '@powersim/kernel'
import type { ProcessorTime } from '../service-processor.js'

/** Longest time that the work holds the processor at a stretch, ns: a time slice of the service processor's system (estimate). */
const SLICE_NS = 10_000_000

export class PacedWork {
  private readonly simulation: Simulation
  private readonly processor: ProcessorTime
  private readonly what: string
  private readonly sliced: Handler<number>
  private readonly next: Handler<number>
  private readonly done: Handler<null>
  /** Counts starts: events of one before are void. */
  private life = 0
  private running = false
  private slices = 0
  private slice = 0
  private sliceNs = 0
  private startedNs = 0
  private paceNs = 0

  /** `done` is called at the end of the work, not after a reset. */
  constructor(simulation: Simulation, processor: ProcessorTime, name: string, what: string, done: Handler<null>) {
    this.simulation = simulation
    this.processor = processor
    this.what = what
    this.done = done
    this.sliced = simulation.handler(`${name}.slice`, (life: number) => this.finished(life))
    this.next = simulation.handler(`${name}.pace`, (life: number) => this.begin(life))
  }

  get busy(): boolean {
    return this.running
  }

  /** `workNs` of processor time in at least `paceNs`. */
  start(workNs: number, paceNs: number): void {
    this.simulation.invariant(!this.running, `fsp: ${this.what} is begun twice`)
    this.life++
    this.running = true
    this.slices = Math.max(1, Math.ceil(workNs / SLICE_NS))
    this.slice = 0
    this.sliceNs = Math.ceil(workNs / this.slices)
    this.startedNs = this.simulation.now
    this.paceNs = paceNs
    this.begin(this.life)
  }

  /** The processor has forgotten the slice that was on it. */
  stop(): void {
    this.life++
    this.running = false
  }

  /** The next slice, or the end: nothing is left, and the pace is kept. */
  private begin(life: number): void {
    if (life !== this.life) return
    if (this.slice < this.slices) this.processor.work(this.sliceNs, this.sliced, life, this.what)
    else {
      this.running = false
      this.simulation.call(this.done, null)
    }
  }

  private finished(life: number): void {
    if (life !== this.life) return
    this.slice++
    const dueNs = this.startedNs + Math.floor((this.paceNs * this.slice) / this.slices)
    const aheadNs = dueNs - this.simulation.now
    if (aheadNs > 0) this.simulation.schedule(aheadNs, this.next, life)
    else this.begin(life)
  }
}
