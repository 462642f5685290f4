// The handler's own work: how long NETSReceive, NETSPProcessMsg and NETSSend take for a command. Draws are keyed by the command
// alone, so that another path, policy or pool sees the same numbers.

import type { Handler, KeyedDraws, Law, Simulation } from '@powersim/kernel'
import type { Message } from '@powersim/protocol'
import type { GuestWork } from './guest-work.js'
import { checkedLaw, type NetsParameters } from './nets-parameters.js'

/** Draws that a command keeps per attempt in one purpose. */
const DRAWS_PER_ATTEMPT = 16
/** The index that the service processor's inbound work uses too: the one work that both paths have. */
const PROCESS_DRAW = 0
const RECEIVE_DRAW = 1
const SEND_DRAW = 0

export class StageWork {
  readonly #work: GuestWork
  readonly #receive: Law
  readonly #process: Law
  readonly #send: Law
  readonly #inbound: KeyedDraws
  readonly #outbound: KeyedDraws

  /** Throws NetsError `bad-parameter`. */
  constructor(simulation: Simulation, work: GuestWork, parameters: NetsParameters) {
    this.#work = work
    this.#receive = checkedLaw(simulation, 'nets.receive', parameters.receive)
    this.#process = checkedLaw(simulation, 'nets.process', parameters.process)
    this.#send = checkedLaw(simulation, 'nets.send', parameters.send)
    this.#inbound = simulation.draws('forward.in', 'command')
    this.#outbound = simulation.draws('forward.out', 'command')
  }

  /** Each runs the work on the partition's processor and returns how long it is, with what hypercalls had left to pay. */
  receive<A>(request: Message, then: Handler<A>, argument: A): number {
    return this.#work.run(sample(this.#receive, this.#inbound, request, RECEIVE_DRAW), then, argument)
  }

  process<A>(request: Message, then: Handler<A>, argument: A): number {
    return this.#work.run(sample(this.#process, this.#inbound, request, PROCESS_DRAW), then, argument)
  }

  send<A>(request: Message, then: Handler<A>, argument: A): number {
    return this.#work.run(sample(this.#send, this.#outbound, request, SEND_DRAW), then, argument)
  }
}

function sample(law: Law, draws: KeyedDraws, { entity, attempt }: Message, draw: number): number {
  return law.sample(draws.cursor(entity, attempt * DRAWS_PER_ATTEMPT + draw))
}
