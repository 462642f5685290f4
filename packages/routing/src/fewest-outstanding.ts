// Policies that look at how many commands this console has outstanding on a path, and at nothing else: on all paths, and on two drawn
// ones. Both choose among connected paths (connected-paths.ts).

import { cheapestPath, connectedCount, connectedPath, serviceProcessorPath } from './connected-paths.js'
import type { PathView, RoutingPolicy } from './routing-policy.js'

/**
 * The connected path with the fewest outstanding commands, one of them drawn among equals: a tie that always goes to the same path is
 * another policy on unequal ones. Optimal for equal exponential servers (Winston 1977); wrong where one path is much slower, since it
 * fills both alike.
 */
export function joinShortestQueue(): RoutingPolicy {
  return {
    name: 'join-shortest-queue',
    choose(_command, paths, draw) {
      const { outstanding, connected } = cheapestPath(paths, outstandingOf)
      if (!connected) return serviceProcessorPath(paths).id
      const equals = paths.filter((path) => path.connected && path.outstanding === outstanding)
      // One path needs no draw; the index is below the length.
      return equals[equals.length === 1 ? 0 : draw.below(equals.length)]!.id
    },
  }
}

/**
 * Two different connected paths are drawn and the one with fewer outstanding commands is taken, the first drawn among equals
 * (Mitzenmacher 2001). With two paths this is `joinShortestQueue`; what it is known for needs many paths.
 */
export function powerOfTwo(): RoutingPolicy {
  return {
    name: 'power-of-two',
    choose(_command, paths, draw) {
      const connected = connectedCount(paths)
      if (connected < 2) return connectedPath(paths, 0).id
      const first = draw.below(connected)
      // One of the others, each equally likely; with two paths there is nothing left to draw.
      const step = connected === 2 ? 1 : 1 + draw.below(connected - 1)
      const one = connectedPath(paths, first)
      const other = connectedPath(paths, (first + step) % connected)
      return (other.outstanding < one.outstanding ? other : one).id
    },
  }
}

function outstandingOf(path: PathView): number {
  return path.outstanding
}
