// The servers of a processor-sharing station: n jobs share them, each getting min(1, servers / n). Which jobs there are and
// what becomes of them is the station's; here is only how fast they go and which is next.
// One counter of attained service serves all jobs: a job ends when it has grown by the job's service since the job came.
// Rounding: the counter moves in whole ns. Server time that does not come out even among the jobs is carried over (less than
// one ns for each job or server, whichever are more) and given out later, so that busy time = service attained by all jobs +
// carry, exactly: no work is lost or made. A job ends at the first whole ns at which its service is complete.

import { EventQueue } from './event-queue.js'
import type { Handler, Simulation } from './simulation.js'
import { MAX_TIME } from './units.js'
import { widened } from './widened.js'

const NONE = -1

export class ProcessorSharing {
  private readonly simulation: Simulation
  private readonly servers: number
  private readonly finish: Handler<number>
  // The jobs by the counter at which they end: the event queue's order (time, then first come) is just what is needed.
  private readonly finishing = new EventQueue()
  private places = new Int32Array(16)
  private attained = 0
  private carry = 0
  private last = 0
  private event = NONE

  /** `finish` is called by an event when the next job has its service; it must call `take`. */
  constructor(simulation: Simulation, servers: number, finish: Handler<number>) {
    this.simulation = simulation
    this.servers = servers
    this.finish = finish
    this.last = simulation.now
  }

  /** A job comes in, under the station's slot for it. */
  join(slot: number, serviceNs: number): void {
    this.advance()
    while (slot >= this.places.length) this.places = widened(this.places, new Int32Array(this.places.length * 2))
    this.places[slot] = this.finishing.push(this.attained + serviceNs, 0, slot, undefined)
    this.plan()
  }

  /** A job is withdrawn. It takes its part of the carry with it, as one whole ns or none, so that the carry stays below the jobs. */
  leave(slot: number): void {
    this.advance()
    this.finishing.cancel(this.places[slot]!)
    const most = Math.max(this.finishing.live, this.servers) - 1
    if (this.carry > most) this.carry = most
    this.plan()
  }

  /** The job that has its service now; called by the finish event. */
  take(): number {
    this.event = NONE
    this.advance()
    this.simulation.invariant(this.finishing.nextTime() === this.attained, 'processor sharing: a job ends with exactly its service')
    this.finishing.take()
    const slot = this.finishing.handler
    this.plan()
    return slot
  }

  private advance(): void {
    const elapsed = this.simulation.now - this.last
    this.last += elapsed
    const jobs = this.finishing.live
    if (jobs <= this.servers) {
      if (jobs > 0) this.attained += elapsed
      return
    }
    // Each job's share of servers * elapsed + carry; split first, so that no product passes 2^53.
    const rounds = Math.floor(elapsed / jobs)
    const work = this.servers * (elapsed - rounds * jobs) + this.carry
    const even = Math.floor(work / jobs)
    this.attained += this.servers * rounds + even
    this.carry = work - even * jobs
  }

  private plan(): void {
    if (this.event !== NONE) {
      this.simulation.cancel(this.event)
      this.event = NONE
    }
    const jobs = this.finishing.live
    if (jobs === 0) {
      this.attained = 0
      return
    }
    const needed = this.finishing.nextTime() - this.attained
    let delay = needed
    if (jobs > this.servers) {
      // The least delay with servers * delay + carry >= jobs * needed; split first, as above. It leaves a carry below servers.
      const rounds = Math.floor(needed / this.servers)
      const rest = jobs * (needed - rounds * this.servers) - this.carry
      delay = Math.max(0, jobs * rounds + Math.ceil(rest / this.servers))
    }
    // What would end after the horizon never ends, unless others leave and it is planned again.
    if (this.simulation.now + delay <= MAX_TIME) this.event = this.simulation.enqueue(delay, this.finish, NONE, 0)
  }
}
