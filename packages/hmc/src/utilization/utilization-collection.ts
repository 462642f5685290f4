// What a console collects of the use of its systems: at a rate of each system's own it asks the hypervisor, and keeps what it is told, the
// newest of it. At rate 0, the default, it asks nothing. What a listing makes of it is list-utilization.ts.

import { type Signal, type Simulation, until, type Yieldable } from '@powersim/kernel'
import type { ReplyOf } from '@powersim/protocol'
import type { CommandOutcome } from '../operations/operation-context.js'

/** Sample rates in seconds; 0: none are collected (IBM manual pages of chlparutil). */
export const sampleRates: readonly number[] = [0, 30, 60, 300, 1800, 3600]

/** Samples that are kept of a system; the oldest goes for a new one (a real console keeps two months of them: estimate). */
const SAMPLES_KEPT = 4096
const SECOND_NS = 1_000_000_000

export interface UtilizationSample {
  /** When the console had it, ns. */
  readonly atNs: number
  readonly told: ReplyOf<'processors.utilization'>
}

type Ask = (system: string) => Signal<CommandOutcome<'processors.utilization'>>

interface Collected {
  rate: number
  /** Counts changes of the rate: who collects at an old one stops. */
  turn: number
  readonly samples: UtilizationSample[]
}

export class UtilizationCollection {
  private readonly simulation: Simulation
  private readonly name: string
  private readonly ask: Ask
  private readonly systems = new Map<string, Collected>()

  /** `ask` reads the counters of a system. */
  constructor(simulation: Simulation, name: string, ask: Ask) {
    this.simulation = simulation
    this.name = name
    this.ask = ask
  }

  /** Seconds; 0: none. */
  rateOf(system: string): number {
    return this.systems.get(system)?.rate ?? 0
  }

  /** Collects at another rate from now on; the first sample comes after one interval. */
  setRate(system: string, rate: number): void {
    const collected = this.of(system)
    if (collected.rate === rate) return
    collected.rate = rate
    collected.turn++
    if (rate > 0) this.simulation.process(`${this.name}.utilization`, this.collect(system, collected, collected.turn))
  }

  /** Oldest first. */
  samplesOf(system: string): readonly UtilizationSample[] {
    return this.systems.get(system)?.samples ?? []
  }

  private of(system: string): Collected {
    let collected = this.systems.get(system)
    if (collected === undefined) {
      collected = { rate: 0, turn: 0, samples: [] }
      this.systems.set(system, collected)
    }
    return collected
  }

  /** What a system does not answer is not collected. */
  private *collect(system: string, collected: Collected, turn: number): Generator<Yieldable, void> {
    let dueNs = this.simulation.now
    for (;;) {
      // One that took longer than its interval leaves out those that were due meanwhile.
      while (dueNs <= this.simulation.now) dueNs += collected.rate * SECOND_NS
      yield dueNs - this.simulation.now
      if (collected.turn !== turn) return
      const outcome = yield* until(this.ask(system))
      if (collected.turn !== turn) return
      if (!outcome.ok) continue
      collected.samples.push({ atNs: this.simulation.now, told: outcome.data })
      if (collected.samples.length > SAMPLES_KEPT) collected.samples.shift()
    }
  }
}
