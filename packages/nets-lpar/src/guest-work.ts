// The one door from NETS to its partition's processor and hypervisor. What hypercalls cost is a debt that the next piece of work
// pays; what is used is counted to the ns; and what was asked before a stop, or for an owner that has started a new life since
// (a driver that was reset), is done by the processor but comes back to nobody.

import { type Handler, type Simulation, withAnyArgument } from '@powersim/kernel'
import type { GuestPort, HypercallResult } from '@powersim/protocol'

/** Whoever asks for work and may be reset: raising `life` disowns all that is under way. */
export interface Life {
  life: number
}

/** A piece of work; the objects are reused. */
interface Task {
  workNs: number
  then: Handler<unknown>
  argument: unknown
  owner: Life
  life: number
  run: number
  next: Task | null
}

export class GuestWork implements Life {
  life = 0
  /** Cost of hypercalls that no work has paid yet. */
  debtNs = 0
  /** Processor time used by finished pieces of work. */
  usedNs = 0
  /** Times of running: from start to stop. */
  #upNs = 0
  #startedNs = 0
  readonly #simulation: Simulation
  readonly #worked: Handler<Task>
  #guest: GuestPort | null = null
  #unused: Task | null = null

  constructor(simulation: Simulation, name: string) {
    this.#simulation = simulation
    this.#worked = simulation.handler<Task>(`${name}.worked`, (task) => this.#finish(task))
  }

  get running(): boolean {
    return this.#guest !== null
  }

  /** Time between start and stop, up to now. */
  get upNs(): number {
    return this.#upNs + (this.#guest === null ? 0 : this.#simulation.now - this.#startedNs)
  }

  start(guest: GuestPort): void {
    this.#guest = guest
    this.#startedNs = this.#simulation.now
    this.debtNs = 0
  }

  stop(): void {
    this.#upNs = this.upNs
    this.#guest = null
    this.life++
  }

  /**
   * Runs `workNs` and all debt on the partition's processor, then calls `then`. Returns what was asked for in all.
   * While NETS does not run nothing happens, and 0 is returned.
   */
  run<A>(workNs: number, then: Handler<A>, argument: A, owner: Life = this): number {
    const guest = this.#guest
    if (guest === null) return 0
    const totalNs = workNs + this.debtNs
    this.debtNs = 0
    const handler = withAnyArgument(then)
    let task = this.#unused
    if (task === null) {
      task = { workNs: totalNs, then: handler, argument, owner, life: owner.life, run: this.life, next: null }
    } else {
      this.#unused = task.next
      task.workNs = totalNs
      task.then = handler
      task.argument = argument
      task.owner = owner
      task.life = owner.life
      task.run = this.life
    }
    guest.run(totalNs, this.#worked, task)
    return totalNs
  }

  /** Calls the hypervisor; the cost becomes debt. Returns the code. Only while NETS runs. */
  hypercall(token: number, a1 = 0, a2 = 0, a3 = 0, a4 = 0, a5 = 0): number {
    const guest = this.#guest
    this.#simulation.invariant(guest !== null, 'nets: only a running guest calls the hypervisor')
    const result: HypercallResult = guest.hypercall(token, a1, a2, a3, a4, a5)
    this.debtNs += result.costNs
    return result.code
  }

  #finish(task: Task): void {
    const { then, argument, owner, life, run } = task
    if (run === this.life) this.usedNs += task.workNs
    task.argument = undefined
    task.next = this.#unused
    this.#unused = task
    if (run === this.life && owner.life === life) this.#simulation.call(then, argument)
  }
}
