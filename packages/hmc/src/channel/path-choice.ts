// Which path a command takes, and what the routing policy is told of it afterwards. The policy is asked only where there is a choice:
// target PHYP, hypervisor running, more than one connection; all else takes the FSP (dissertation 4.2). It hears of every command that is
// put on a session, set-up commands left out: `sent`, then `replied` or `timedOut`, or neither if the session is lost.

import type { KeyedDraws, Simulation } from '@powersim/kernel'
import { HEADER_BYTES } from '@powersim/protocol'
import { type CommandView, decide, type PathView, RoutingError, type RoutingPolicy } from '@powersim/routing'
import { DRAWS_PER_TRY, type Exchange } from './exchange.js'
import type { ManagementPath } from './management-path.js'

export class PathChoice {
  private readonly policy: RoutingPolicy
  /** Instance number of the console. */
  private readonly number: number
  private readonly draws: KeyedDraws

  constructor(simulation: Simulation, number: number, policy: RoutingPolicy) {
    this.policy = policy
    this.number = number
    this.draws = simulation.draws('routing.choice', 'command')
  }

  /** The path of a command's present try. A policy that throws or names no path stops the run with a RoutingError. */
  choose(exchange: Exchange): ManagementPath {
    const { system, definition, entity } = exchange.asked
    if (definition.target !== 'phyp' || !system.hypervisorRunning || system.paths.length === 1) return system.usualPath
    const views: PathView[] = []
    // Connections that the console does not have are no choice.
    for (const path of system.paths) if (path.managed) views.push(path.view())
    const [only] = views
    if (only === undefined) return system.usualPath
    if (views.length === 1) return only.kind === 'fsp' ? system.usualPath : system.path(only.id)
    const draw = this.draws.cursor(entity, exchange.attempt * DRAWS_PER_TRY)
    return system.path(decide(this.policy, this.view(exchange), views, draw).id)
  }

  sent(exchange: Exchange, path: ManagementPath): void {
    if (this.policy.sent === undefined || exchange.setsUp) return
    try {
      this.policy.sent(this.view(exchange), path.id)
    } catch (cause) {
      throw this.threw('sent', exchange, cause)
    }
  }

  /** `latencyNs`: since `sent`. */
  replied(exchange: Exchange, path: ManagementPath, latencyNs: number): void {
    if (this.policy.replied === undefined || exchange.setsUp) return
    try {
      this.policy.replied(this.view(exchange), path.id, latencyNs)
    } catch (cause) {
      throw this.threw('replied', exchange, cause)
    }
  }

  /** For a command that was sent; one that ran out of time while it waited for a session was not. */
  timedOut(exchange: Exchange, path: ManagementPath): void {
    if (this.policy.timedOut === undefined || exchange.setsUp) return
    try {
      this.policy.timedOut(this.view(exchange), path.id)
    } catch (cause) {
      throw this.threw('timedOut', exchange, cause)
    }
  }

  private view(exchange: Exchange): CommandView {
    const { definition, system, lparId } = exchange.asked
    return {
      name: definition.name,
      opcode: definition.opcode,
      commandClass: definition.commandClass,
      console: this.number,
      system: system.name,
      sequence: exchange.sequence,
      attempt: exchange.attempt,
      lastPath: exchange.lastPath,
      bytes: HEADER_BYTES + exchange.dataBytes,
      lparId,
    }
  }

  private threw(hook: string, exchange: Exchange, cause: unknown): RoutingError {
    const { policy, number } = this
    const command = `${exchange.asked.definition.name} (console ${number}, sequence ${exchange.sequence}, attempt ${exchange.attempt})`
    const message = `policy '${policy.name}' threw in ${hook} of ${command}: ${String(cause)}`
    return new RoutingError('policy-threw', policy.name, message, cause)
  }
}
