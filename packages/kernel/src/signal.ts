// A signal: something that happens once and carries a value. Processes wait for it by `yield`, handlers by `onFire`; all are
// called by events of their own in the order in which they began to wait. For many processes and no value, fire undefined.

import { KernelError } from './errors.js'
import type { Process, Waitable } from './process.js'
import type { Handler, Simulation } from './simulation.js'

export class Signal<T> implements Waitable {
  private readonly simulation: Simulation
  private happened = false
  private carried: T | undefined = undefined
  // In the order of waiting; a withdrawn process leaves a hole, so that withdrawing does not cost a search.
  // Handlers are of T; `never` instead of T lets a Signal<T> pass for a Signal<unknown>.
  private waiters: (Process<unknown> | Handler<never> | undefined)[] = []

  constructor(simulation: Simulation) {
    this.simulation = simulation
  }

  get fired(): boolean {
    return this.happened
  }

  /** What it was fired with; undefined before. */
  get value(): T | undefined {
    return this.carried
  }

  /** Happens now; whoever waits is called at this time, after the events already due. Twice is a KernelError `signal-fired`. */
  fire(value: T): void {
    if (this.happened) throw new KernelError('signal-fired', 'a signal fires once: make a new one for each occasion')
    this.happened = true
    this.carried = value
    const waiters = this.waiters
    this.waiters = []
    for (const waiter of waiters) {
      if (waiter === undefined) continue
      if (typeof waiter === 'object') waiter.resumeSoon(value)
      // onFire took handlers of T only.
      else this.simulation.schedule(0, waiter, value as never)
    }
  }

  /** Calls `handler` with the value by an event at the time of firing, or soon at this time if it has fired already. */
  onFire(handler: Handler<T>): void {
    this.simulation.checkHandler(handler)
    // Once fired the value is there, and it is a T.
    if (this.happened) this.simulation.schedule(0, handler, this.carried as T)
    else this.waiters.push(handler)
  }

  /** For processes: true if the process has to wait; false if the value was handed over at once. */
  beginWait(process: Process<unknown>): boolean {
    if (this.happened) {
      process.passed = this.carried
      return false
    }
    process.waitPlace = this.waiters.push(process) - 1
    return true
  }

  /** For processes: forgets a process that waits. */
  withdrawWait(process: Process<unknown>): void {
    if (this.waiters[process.waitPlace] === process) this.waiters[process.waitPlace] = undefined
  }
}
