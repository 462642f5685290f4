// The built-in policies by the names that the command takes. They use the same door as a user's own.
// What each of them does is in the file that it comes from.

import { byTarget, fspOnly, netsFirst } from './by-kind.js'
import { RoutingError } from './errors.js'
import { joinShortestQueue, powerOfTwo } from './fewest-outstanding.js'
import { random, roundRobin } from './load-blind.js'
import type { RoutingPolicy } from './routing-policy.js'
import { shortestExpectedDelay } from './shortest-expected-delay.js'

/** The built-in policies by name. Each `make` gives a fresh one. */
export const builtInPolicies = [
  { name: 'fsp-only', make: fspOnly },
  { name: 'by-target', make: byTarget },
  { name: 'nets-first', make: netsFirst },
  { name: 'random', make: random },
  { name: 'round-robin', make: roundRobin },
  { name: 'join-shortest-queue', make: joinShortestQueue },
  { name: 'shortest-expected-delay', make: (): RoutingPolicy => shortestExpectedDelay() },
  { name: 'power-of-two', make: powerOfTwo },
] as const

/** A built-in policy by name; an unknown name is refused with the list of known ones. */
export function policyByName(name: string): RoutingPolicy {
  const known = builtInPolicies.find((policy) => policy.name === name)
  if (known === undefined) {
    const names = builtInPolicies.map((policy) => policy.name).join(', ')
    throw new RoutingError('unknown-policy', name, `unknown policy '${name}': expected one of ${names}`)
  }
  return known.make()
}
