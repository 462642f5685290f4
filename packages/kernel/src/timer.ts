// A timer: one pending event at most, that can be started, restarted and stopped for the whole life of a component.
// A stopped timer's event is never executed (it is cancelled in the event queue), so that time-outs that do not happen cost little.

import type { Simulation, Handler } from './simulation.js'

export interface Timer {
  /** Calls the handler after `delayNs`; restarts if active. Throws what `simulation.schedule` throws, and is then stopped. */
  start(delayNs: number, priority?: number): void
  /** Does nothing if not active. */
  stop(): void
  /** True from `start` until the handler is called or `stop`. */
  readonly active: boolean
}

const NONE = -1

export class EventTimer implements Timer {
  private readonly simulation: Simulation
  private readonly fire: Handler<EventTimer>
  private readonly handler: number
  private readonly argument: unknown
  private slot = NONE

  constructor(simulation: Simulation, fire: Handler<EventTimer>, handler: number, argument: unknown) {
    this.simulation = simulation
    this.fire = fire
    this.handler = handler
    this.argument = argument
  }

  get active(): boolean {
    return this.slot !== NONE
  }

  start(delayNs: number, priority = 0): void {
    this.stop()
    this.slot = this.simulation.enqueue(delayNs, this.fire, this, priority)
  }

  stop(): void {
    if (this.slot === NONE) return
    this.simulation.cancel(this.slot)
    this.slot = NONE
  }

  /** The event: the slot is forgotten first, so that the handler may start the timer again. */
  expire(): void {
    this.slot = NONE
    // Simulation.timer checked that handler and argument belong together.
    this.simulation.call(this.handler as Handler<unknown>, this.argument)
  }
}

export function fireTimer(timer: EventTimer): void {
  timer.expire()
}
