// A level over simulated time (queue length, pages on loan): its integral and its mean. A series of separate values is a
// tally or a sample; stations and resources keep their own integrals.

import { KernelError } from './errors.js'

/** The only thing asked of a simulation here: its time in ns. */
interface Clock {
  readonly now: number
}

/** A piecewise constant level, integrated from the moment of construction. No events, no allocation; about 4 ns a change. */
export class TimeWeighted {
  private readonly clock: Clock
  private readonly startNs: number = 0
  private sinceNs = 0
  private level = 0
  private integral = 0

  /** `initial`: the level from now on; a finite number (`bad-value`). */
  constructor(simulation: Clock, initial = 0) {
    this.clock = simulation
    this.startNs = simulation.now
    this.sinceNs = simulation.now
    this.level = checkedLevel(initial)
  }

  /** The level from now on; `bad-value` unless finite. */
  set(value: number): void {
    checkedLevel(value)
    const now = this.clock.now
    this.integral += this.level * (now - this.sinceNs)
    this.sinceNs = now
    this.level = value
  }

  /** Changes the level by `delta` from now on. */
  add(delta: number): void {
    this.set(this.level + delta)
  }

  get value(): number {
    return this.level
  }

  /** The integral up to now, in level times ns. Exact while levels are integers and the integral is below 2^53. */
  area(): number {
    return this.integral + this.level * (this.clock.now - this.sinceNs)
  }

  /** The mean level since construction; while no time has passed, the present level. */
  mean(): number {
    const elapsedNs = this.clock.now - this.startNs
    return elapsedNs === 0 ? this.level : this.area() / elapsedNs
  }
}

function checkedLevel(value: number): number {
  if (Number.isFinite(value)) return value
  throw new KernelError('bad-value', `TimeWeighted: expected a finite number, got ${value}`)
}
