// The gaps between the operations of an open mix. The draws are keyed by the operation and, for bursts, by the burst: nothing that
// happens on the machine, and no policy, moves an arrival.

import type { KeyedDraws, Law, Simulation } from '@powersim/kernel'
import { log } from '@powersim/kernel'
import { burstyRates, type MixArrivals } from './mix.js'

/** Component name of a mix in the keys of its draws. */
export const MIX = 'mix'

/** The times of arrivals, one after the other. */
export interface Arrivals {
  /** From the arrival before (the start, for the first) to that of operation `ordinal`, ns. Asked in order, each once. */
  gapNs(ordinal: number): number
}

export function arrivalsOf(simulation: Simulation, arrivals: Exclude<MixArrivals, { kind: 'closed' }>): Arrivals {
  return arrivals.kind === 'poisson' ? new PoissonArrivals(simulation, arrivals.perSecond) : new BurstyArrivals(simulation, arrivals)
}

class PoissonArrivals implements Arrivals {
  private readonly draws: KeyedDraws
  private readonly gap: Law

  constructor(simulation: Simulation, perSecond: number) {
    this.draws = simulation.draws('mix.gap', MIX)
    this.gap = simulation.law({ exponential: 1e9 / perSecond })
  }

  gapNs(ordinal: number): number {
    return this.gap.sample(this.draws.cursor(ordinal))
  }
}

/**
 * Two states in turn. A gap is one exponential of mean 1, used up at the rate of whatever state it runs through: a change of state
 * needs no draw for the arrival, and the arrivals of a state are Poisson. Without noise gaps and states have their mean length.
 */
class BurstyArrivals implements Arrivals {
  private readonly gaps: KeyedDraws
  private readonly periods: KeyedDraws
  private readonly noise: boolean
  private readonly burst: { readonly length: Law; readonly perNs: number }
  private readonly calm: { readonly length: Law; readonly perNs: number }
  /** The states that have begun, less one. */
  private period = 0
  private bursting: boolean
  /** Of the state, from the last arrival on, ns; a number with a fraction, as arrivals fall where they fall. */
  private leftNs: number
  /** What the rounding of arrivals to whole ns has kept back. */
  private carryNs = 0

  constructor(simulation: Simulation, arrivals: Extract<MixArrivals, { kind: 'bursty' }>) {
    const { burstNs, calmNs } = arrivals
    const rates = burstyRates(arrivals)
    this.gaps = simulation.draws('mix.gap', MIX)
    this.periods = simulation.draws('mix.period', MIX)
    this.noise = simulation.noise
    this.burst = { length: simulation.law({ exponential: burstNs }), perNs: rates.burst }
    this.calm = { length: simulation.law({ exponential: calmNs }), perNs: rates.calm }
    // As a process that has gone on for ever is found at time 0: what is left of an exponential time is as long as a new one.
    this.bursting = this.noise && this.periods.at(0, 1) < burstNs / (burstNs + calmNs)
    this.leftNs = this.lengthNs()
  }

  gapNs(ordinal: number): number {
    let work = this.noise ? -log(1 - this.gaps.at(ordinal, 0)) : 1
    let waitNs = this.carryNs
    for (;;) {
      const { perNs } = this.bursting ? this.burst : this.calm
      const room = this.leftNs * perNs
      if (work < room) {
        const stepNs = work / perNs
        this.leftNs -= stepNs
        waitNs += stepNs
        break
      }
      work -= room
      waitNs += this.leftNs
      this.period++
      this.bursting = !this.bursting
      this.leftNs = this.lengthNs()
    }
    const gapNs = Math.floor(waitNs)
    this.carryNs = waitNs - gapNs
    return gapNs
  }

  private lengthNs(): number {
    return (this.bursting ? this.burst : this.calm).length.sample(this.periods.cursor(this.period))
  }
}
