// The contract of a discipline of a back end (in which order the requests of its clients are served), as checks that need no test
// framework: drawn histories of requests that come, are taken and are removed. Which client goes first is the discipline's own affair.

import { RandomStream, streamKey } from '@powersim/kernel'
import type { IoDisciplineMaker } from '@powersim/protocol'
import { ContractError } from './errors.js'

export interface IoDisciplineContractOptions {
  /** Histories are drawn from it. Default `io-discipline-contract`. */
  readonly seed?: string
  /** Histories, each from a fresh instance. Default 20. */
  readonly histories?: number
  /** Steps of a history. Default 500. */
  readonly steps?: number
}

const REQUESTS = 32
const CLIENTS = 5

/**
 * The ways in which the discipline breaks its contract, at most one for each history; none: it keeps it.
 *
 * - `take` gives a request that waits, each once, and -1 if and only if none does;
 * - requests of one client are taken in the order of their coming;
 * - `remove` takes a request out that waits, and is false for any other;
 * - `waiting` is how many wait; no call throws.
 */
export function ioDisciplineContract(make: IoDisciplineMaker, options: IoDisciplineContractOptions = {}): readonly string[] {
  const { seed = 'io-discipline-contract', histories = 20, steps = 500 } = options
  const violations = new Set<string>()
  for (let history = 0; history < histories; history++) {
    const draw = new RandomStream(streamKey(seed, 'io-discipline-contract', 'history', history))
    try {
      const violation = violationOf(make, (below) => Math.floor(draw.next() * below), steps)
      if (violation !== null) violations.add(violation)
    } catch (error) {
      violations.add(`threw: ${String(error)}`)
    }
  }
  return [...violations]
}

/** Throws ContractError `contract` with all violations. */
export function assertIoDiscipline(make: IoDisciplineMaker, options: IoDisciplineContractOptions = {}): void {
  const violations = ioDisciplineContract(make, options)
  if (violations.length > 0) throw new ContractError('contract', 'the discipline breaks its contract:', violations)
}

function violationOf(make: IoDisciplineMaker, draw: (below: number) => number, steps: number): string | null {
  const discipline = make(REQUESTS, (client) => (client * 61) % 256)
  const free = Array.from({ length: REQUESTS }, (_, request) => request)
  const waiting = new Map<number, { readonly client: number; readonly order: number }>()
  for (let order = 0; order < steps; order++) {
    const kind = draw(8)
    if (kind < 4) {
      const request = free.splice(draw(free.length), 1)[0]
      if (request === undefined) continue
      const client = 1 + draw(CLIENTS)
      discipline.add(request, client, 512 * (1 + draw(256)))
      waiting.set(request, { client, order })
    } else if (kind < 7) {
      const request = discipline.take()
      const known = waiting.get(request)
      if (known === undefined) {
        if (request !== -1) return `take gave ${request}, which does not wait`
        if (waiting.size > 0) return `take gave -1 while ${waiting.size} wait`
        continue
      }
      for (const other of waiting.values()) {
        if (other.client === known.client && other.order < known.order) return `a later request of client ${known.client} was taken first`
      }
      waiting.delete(request)
      free.push(request)
    } else {
      const request = draw(REQUESTS)
      if (discipline.remove(request) !== waiting.has(request)) return `remove of ${request} said the opposite of whether it waits`
      if (waiting.delete(request)) free.push(request)
    }
    if (discipline.waiting !== waiting.size) return `waiting is ${discipline.waiting}, ${waiting.size} wait`
  }
  return null
}
