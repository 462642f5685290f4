// Waiting times of an M/M/1 queue, without events: Lindley's recursion W' = max(0, W + S - A). Mean service 1, so that the stationary
// mean wait is rho / (1 - rho) and P(W > w) = rho exp(-(1 - rho) w). Shared by the oracle tests of this package only.

import { log } from '../src/logarithm.js'
import { RandomStream, streamKey } from '../src/random.js'

/** Mean stationary wait in units of a service. */
export const meanWait = (load: number): number => load / (1 - load)

/** The first `count` waits of one replication, `backlog` units of work being there at the start. */
export function queueWaits(seed: string, replication: number, count: number, { load = 0.8, backlog = 0, service = 1 } = {}): number[] {
  const stream = new RandomStream(streamKey(seed, 'waits', 'queue', replication))
  const waits: number[] = []
  let wait = backlog
  for (let customer = 0; customer < count; customer += 1) {
    waits.push(wait)
    const left = wait - service * log(stream.next()) + log(stream.next()) / load
    wait = left > 0 ? left : 0
  }
  return waits
}
