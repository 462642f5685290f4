// Errors that the hardware corrects: counted by part, and above a threshold within a time the part is expected to fail (predictive
// deconfiguration, dissertation 3.3.2 "run-time error detection, and correction"). What follows from that is serviceability.ts.

import type { Handler, KeyedDraws, Law, LawSpec, Simulation } from '@powersim/kernel'
import type { ProcessorTime } from '../service-processor.js'
import type { Part } from '../service/vital-product-data.js'

export interface CorrectedErrorParameters {
  /** From one corrected error of the machine to the next, ns; null: there are none. */
  readonly every: LawSpec | null
  /** Processor time of the service processor for one, ns. */
  readonly work: LawSpec
  /** Errors of one part within `windowNs` that are too many. */
  readonly threshold: number
  readonly windowNs: number
}

export class CorrectedErrors {
  counted = 0
  private readonly simulation: Simulation
  private readonly parameters: CorrectedErrorParameters
  private readonly parts: readonly Part[]
  private readonly processor: ProcessorTime
  private readonly everyLaw: Law | null
  private readonly workLaw: Law
  private readonly draws: KeyedDraws
  /** By part: errors in its window, and when that began. */
  private readonly counts: Uint32Array
  private readonly since: Float64Array
  private readonly due: Handler<number>
  private readonly handled: Handler<number>
  private away = false

  /** `tooMany` is told of a part whose threshold was reached. */
  constructor(
    simulation: Simulation,
    system: string,
    parameters: CorrectedErrorParameters,
    parts: readonly Part[],
    processor: ProcessorTime,
    tooMany: (part: Part) => void,
  ) {
    this.simulation = simulation
    this.parameters = parameters
    this.parts = parts.filter(({ kind }) => kind === 'processor' || kind === 'memory')
    this.processor = processor
    this.everyLaw = parameters.every === null ? null : simulation.law(parameters.every)
    this.workLaw = simulation.law(parameters.work)
    this.draws = simulation.draws('fsp.corrected-errors', system)
    this.counts = new Uint32Array(this.parts.length)
    this.since = new Float64Array(this.parts.length)
    this.due = simulation.handler(`${system}.fsp.corrected-error`, (error: number) => this.happen(error))
    this.handled = simulation.handler(`${system}.fsp.corrected-handled`, (place: number) => {
      if (this.count(place)) tooMany(this.parts[place]!)
    })
  }

  start(): void {
    if (this.everyLaw !== null && this.parts.length > 0) this.happen(0)
  }

  /** The service processor is away: the hardware corrects and nobody counts. */
  pause(): void {
    this.away = true
  }

  resume(): void {
    this.away = false
  }

  /** So many errors of one part at once: a fault for a study. Location as in the vital product data. */
  inject(location: string, errors: number): boolean {
    const place = this.parts.findIndex((part) => part.location === location)
    if (place < 0) return false
    for (let error = 0; error < errors; error++) this.take(place, 0)
    return true
  }

  /** The part was replaced, or is out: its count starts over. */
  forget(location: string): void {
    const place = this.parts.findIndex((part) => part.location === location)
    if (place >= 0) this.counts[place] = 0
  }

  private happen(error: number): void {
    const draw = this.draws.cursor(error, 0)
    // All are taken whether they are used or not, so that an outage shifts no later number.
    const place = Math.floor(draw.next() * this.parts.length)
    const workNs = this.workLaw.sample(draw)
    if (error > 0) this.take(place, workNs)
    if (this.everyLaw !== null) this.simulation.schedule(this.everyLaw.sample(draw), this.due, error + 1)
  }

  private take(place: number, workNs: number): void {
    if (!this.away) this.processor.work(workNs, this.handled, place, 'corrected error')
  }

  /** True when the part has reached its threshold. */
  private count(place: number): boolean {
    this.counted++
    const { windowNs, threshold } = this.parameters
    if (this.simulation.now - (this.since[place] ?? 0) > windowNs) {
      this.since[place] = this.simulation.now
      this.counts[place] = 0
    }
    const count = (this.counts[place] ?? 0) + 1
    this.counts[place] = count
    return count === threshold
  }
}
