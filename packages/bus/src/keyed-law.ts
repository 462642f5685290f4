// A law whose draws belong to a command: the same command, attempt and direction see the same numbers on every path, under every
// policy. Constant laws take no draw at all. Draws of connections are in handshake.ts.

import type { KeyedDraws, Law, LawSpec, Simulation } from '@powersim/kernel'
import { isReply, type Message } from '@powersim/protocol'
import { BusError } from './errors.js'

/** Draws that a command keeps per attempt in one purpose, and the half of them that its reply takes. */
const DRAWS_PER_ATTEMPT = 16
const DRAWS_PER_DIRECTION = 8

/** Compiles a law of a document; what the kernel refuses becomes a BusError `bad-parameter` with the field's path. */
export function checkedLaw(simulation: Simulation, path: string, spec: LawSpec): Law {
  try {
    return simulation.law(spec)
  } catch (error) {
    throw new BusError('bad-parameter', path, error instanceof Error ? error.message : String(error))
  }
}

/** The value of a law that takes no draw in this simulation, or -1. */
function fixedValue(simulation: Simulation, law: Law): number {
  const { spec } = law
  return typeof spec === 'number' || 'constant' in spec || !simulation.noise ? Math.round(law.mean) : -1
}

export class KeyedLaw {
  private readonly law: Law
  private readonly draws: KeyedDraws
  private readonly fixed: number

  /** Draws come from `simulation.draws(purpose, 'command')`. */
  constructor(simulation: Simulation, law: Law, purpose: string) {
    this.law = law
    this.draws = simulation.draws(purpose, 'command')
    this.fixed = fixedValue(simulation, law)
  }

  /** The value for a message: draws from `attempt * 16` on for a request, from `attempt * 16 + 8` on for a reply. */
  sample(message: Message): number {
    if (this.fixed >= 0) return this.fixed
    const first = message.attempt * DRAWS_PER_ATTEMPT + (isReply(message) ? DRAWS_PER_DIRECTION : 0)
    return this.law.sample(this.draws.cursor(message.entity, first))
  }
}
