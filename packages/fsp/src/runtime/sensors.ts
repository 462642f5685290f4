// The sensor polls: the service processor reads temperatures, power and fans again and again, each time on its own processor. One event and
// one piece of work a poll; a poll that is still waiting for the processor when the next is due is left out and counted.

import type { Handler, KeyedDraws, Law, LawSpec, Simulation } from '@powersim/kernel'
import type { ProcessorTime } from '../service-processor.js'

export interface SensorParameters {
  /** From one poll to the next, ns; 0: there are none of their own. */
  readonly everyNs: number
  /** Processor time of one, ns. */
  readonly work: LawSpec
}

export class Sensors {
  readonly counts = { polls: 0, skipped: 0 }
  private readonly simulation: Simulation
  private readonly everyNs: number
  private readonly processor: ProcessorTime
  private readonly law: Law
  private readonly draws: KeyedDraws
  private readonly due: Handler<null>
  private readonly done: Handler<null>
  private reading = false
  private away = false
  private poll = 0

  /** `read` is called at the end of each poll. */
  constructor(simulation: Simulation, system: string, parameters: SensorParameters, processor: ProcessorTime, read: () => void) {
    this.simulation = simulation
    this.everyNs = parameters.everyNs
    this.processor = processor
    this.law = simulation.law(parameters.work)
    this.draws = simulation.draws('fsp.sensors', system)
    this.due = simulation.handler(`${system}.fsp.sensors-due`, () => this.begin())
    this.done = simulation.handler(`${system}.fsp.sensors-read`, () => {
      this.reading = false
      this.counts.polls++
      read()
    })
  }

  start(): void {
    if (this.everyNs > 0) this.simulation.schedule(this.everyNs, this.due, null)
  }

  pause(): void {
    this.away = true
    this.reading = false
  }

  resume(): void {
    this.away = false
  }

  private begin(): void {
    this.simulation.schedule(this.everyNs, this.due, null)
    const workNs = this.law.sample(this.draws.cursor(++this.poll))
    if (this.away) return
    if (this.reading) {
      this.counts.skipped++
      return
    }
    this.reading = true
    this.processor.work(workNs, this.done, null, 'sensors')
  }
}
