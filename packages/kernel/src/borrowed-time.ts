// Services that take somebody else's processor time: a job's work is run there and ends when it ends there. What was asked for cannot
// be taken back, so a job that leaves during its service leaves a ticket that nobody waits for. Lines and servers are the station's.

import type { Handler, Simulation } from './simulation.js'

const NOBODY = -1

/** Runs work in its own time, then calls `then` with `argument` in an event of its own. What was asked for is not taken back. */
export interface Runner {
  run<A>(workNs: number, then: Handler<A>, argument: A): void
}

export class BorrowedTime {
  private readonly simulation: Simulation
  private readonly runner: Runner
  private readonly finish: Handler<number>
  private readonly ran: Handler<number>
  // By ticket: the job whose work it is.
  private readonly jobs: number[] = []
  private readonly free: number[] = []

  /** `finish` is called with the job whose work has been run, within that event. */
  constructor(simulation: Simulation, name: string, runner: Runner, finish: Handler<number>) {
    this.simulation = simulation
    this.runner = runner
    this.finish = finish
    this.ran = simulation.handler<number>(`${name}.ran`, (ticket) => this.end(ticket))
  }

  /** A job's service begins; returns its ticket. */
  begin(workNs: number, job: number): number {
    const ticket = this.free.pop() ?? this.jobs.length
    this.jobs[ticket] = job
    this.runner.run(workNs, this.ran, ticket)
    return ticket
  }

  /** The job of this ticket is gone: its work is run to its end, and nobody hears of it. */
  forget(ticket: number): void {
    this.jobs[ticket] = NOBODY
  }

  private end(ticket: number): void {
    const job = this.jobs[ticket]!
    this.free.push(ticket)
    if (job !== NOBODY) this.simulation.call(this.finish, job)
  }
}
