// Waiting times of an M/M/1 queue, without events: Lindley's recursion W' = max(0, W + S - A). Customers come at rate `load`, so that a
// mean service of 1 makes that load. With rho = load * service, P(W > w) = rho exp(-(1 - rho) w / service) and the mean is
// service * rho / (1 - rho). Shared by the oracle tests of this package only.

import { log } from '../src/logarithm.js'
import { RandomStream, streamKey } from '../src/random.js'

export interface Queue {
  readonly load: number
  /** Mean service. */
  readonly service: number
}

/** Mean stationary wait. */
export const meanWait = ({ load, service }: Queue): number => (service * load * service) / (1 - load * service)

/** The stationary wait with P(W > w) = tail; 0 for tails beyond the load. */
export const waitAbove = (tail: number, { load, service }: Queue): number => {
  const rho = load * service
  return tail < rho ? (service / (1 - rho)) * log(rho / tail) : 0
}

/**
 * The first `count` waits of one replication, `backlog` units of work being there at the start; 'stationary' draws them.
 * Queues of the same seed and replication see the same draws.
 */
export function queueWaits(seed: string, replication: number, count: number, queue: Queue, backlog: number | 'stationary'): number[] {
  const { load, service } = queue
  const stream = new RandomStream(streamKey(seed, 'waits', 'queue', replication))
  const waits: number[] = []
  let wait = backlog === 'stationary' ? waitAbove(stream.next(), queue) : backlog
  for (let customer = 0; customer < count; customer += 1) {
    waits.push(wait)
    const left = wait - service * log(stream.next()) + log(stream.next()) / load
    wait = left > 0 ? left : 0
  }
  return waits
}
