// Two service processors of one server: roles and fail-over. The primary has the mailbox and drives the server; the secondary keeps
// sessions and mirrors what the primary knows. A fail-over is forced by a console, or follows the loss of the primary.
// States: settled -> failing over (nobody has the mailbox) -> settled with the roles changed. Without a secondary that is ready a lost
// primary stays primary, and is waited for.

import type { Handler, KeyedDraws, Law, LawSpec, Simulation } from '@powersim/kernel'

/** The primary answers what it was asked last before it gives the role away (estimate). */
const FORCED_AFTER_NS = 1_000_000_000

export interface FailoverParameters {
  /** Whether the loss of the primary is followed by a fail-over, if the secondary is ready. */
  readonly automatic: boolean
  /** From its beginning until the new primary serves. */
  readonly takeover: LawSpec
  /** From one look of the primary at the secondary to the next, ns: one that hangs is reset then. */
  readonly watchNs: number
}

/** What this class holds of a service processor. */
export interface RedundantProcessor {
  /** Whether it could be primary now. */
  readonly ready: boolean
  /** Whether it has stopped doing anything. */
  readonly hung: boolean
  /** It loses the role: by force it resets itself; a lost one has done so. */
  stepDown(): void
  /** It has the mailbox from now on. */
  takeOver(): void
}

/** Who is told what. */
export interface RedundancyTold<P> {
  /** A fail-over begins, or is over. */
  readonly changed: () => void
  /** The primary has noticed that the secondary hangs. */
  readonly hung: (member: P) => void
}

export class Redundancy<P extends RedundantProcessor> {
  failovers = 0
  private readonly simulation: Simulation
  private readonly automatic: boolean
  private readonly takeover: Law
  private readonly draws: KeyedDraws
  private readonly over: Handler<P>
  private readonly forced: Handler<number>
  private readonly watchNs: number
  private readonly watched: Handler<P>
  private readonly told: RedundancyTold<P>
  private readonly members: P[] = []
  private candidate: P | null = null

  constructor(simulation: Simulation, parameters: FailoverParameters, system: string, told: RedundancyTold<P>) {
    this.simulation = simulation
    this.automatic = parameters.automatic
    this.takeover = simulation.law(parameters.takeover)
    this.draws = simulation.draws('fsp.failover', system)
    this.watchNs = parameters.watchNs
    this.told = told
    this.watched = simulation.handler(`${system}.fsp.secondary-watched`, (member: P) => this.look(member))
    this.forced = simulation.handler(`${system}.fsp.failover-forced`, (failovers: number) => {
      if (failovers === this.failovers && this.begin()) this.members[0]?.stepDown()
    })
    this.over = simulation.handler(`${system}.fsp.taken-over`, (candidate: P) => this.settle(candidate))
  }

  /** The first that joins is the primary. */
  join(member: P): void {
    this.members.push(member)
  }

  get failingOver(): boolean {
    return this.candidate !== null
  }

  get primary(): P | undefined {
    return this.members[0]
  }

  get size(): number {
    return this.members.length
  }

  isPrimary(member: P): boolean {
    return this.members[0] === member
  }

  /** Forced: it begins soon. False when there is no secondary that is ready, or one is under way. */
  force(): boolean {
    if (!this.possible) return false
    this.simulation.schedule(FORCED_AFTER_NS, this.forced, this.failovers)
    return true
  }

  /** A service processor is lost. */
  lost(member: P): void {
    if (this.automatic && this.isPrimary(member) && this.begin()) member.stepDown()
  }

  /** One of them stops doing anything. Of the primary the server takes notice, of the secondary the primary. */
  hangs(member: P): void {
    if (!this.isPrimary(member)) this.watch(member)
  }

  private get possible(): boolean {
    return this.candidate === null && this.members[1]?.ready === true
  }

  private begin(): boolean {
    const [, secondary] = this.members
    if (secondary === undefined || !this.possible) return false
    this.candidate = secondary
    const ns = this.takeover.sample(this.draws.cursor(this.failovers))
    this.simulation.schedule(ns, this.over, secondary)
    this.told.changed()
    return true
  }

  private settle(candidate: P): void {
    this.candidate = null
    if (candidate.ready) {
      this.failovers++
      this.members.reverse()
    }
    // A candidate that was lost meanwhile leaves the role where it was.
    const [primary] = this.members
    if (primary?.ready === true) primary.takeOver()
    this.told.changed()
  }

  /** The primary's next look at the secondary. */
  private watch(member: P): void {
    this.simulation.schedule(this.watchNs - (this.simulation.now % this.watchNs), this.watched, member)
  }

  private look(member: P): void {
    if (!member.hung || this.isPrimary(member)) return
    if (this.primary?.ready === true) this.told.hung(member)
    else this.watch(member)
  }
}
