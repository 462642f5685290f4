// Policies that spread commands evenly without looking at load: by lot, and in turn. They are what the load-aware ones must beat.
// Both choose among connected paths (connected-paths.ts).

import { connectedCount, connectedPath } from './connected-paths.js'
import type { CommandView, PathId, PathView, RoutingPolicy } from './routing-policy.js'

/** Each connected path equally likely, by the command's own draw. Poisson arrivals stay Poisson on every path. */
export function random(): RoutingPolicy {
  return {
    name: 'random',
    choose(_command, paths, draw) {
      const connected = connectedCount(paths)
      return connectedPath(paths, connected > 1 ? draw.below(connected) : 0).id
    },
  }
}

/**
 * The connected paths in turn, in path order, each try of a command a turn of its own. Every console counts for itself, and apart for each
 * system, so that a console with two systems does not send all of one system's commands one way.
 */
export function roundRobin(): RoutingPolicy {
  return new RoundRobin()
}

class RoundRobin implements RoutingPolicy {
  readonly name = 'round-robin'
  /** Place of the path taken last, by system: as many as the console manages. */
  private readonly last = new Map<string, number>()

  anew(): RoutingPolicy {
    return new RoundRobin()
  }

  choose(command: CommandView, paths: readonly PathView[]): PathId {
    const last = this.last.get(command.system) ?? -1
    for (let step = 1; step <= paths.length; step++) {
      const place = (last + step) % paths.length
      const path = paths[place]
      if (path?.connected !== true) continue
      this.last.set(command.system, place)
      return path.id
    }
    // Nobody's turn is used up by a command that could go nowhere else.
    return connectedPath(paths, 0).id
  }
}
