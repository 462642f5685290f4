// Policies that go by the kind of path alone: the machine before the dissertation, the dissertation's, and the latter with a way out.
// None of them looks at load, none keeps anything.

import { pathOfKind, serviceProcessorPath } from './connected-paths.js'
import type { CommandView, PathId, PathView, RoutingPolicy } from './routing-policy.js'

/** Everything through the service processor: the machine before the dissertation. */
export function fspOnly(): RoutingPolicy {
  return { name: 'fsp-only', choose: (_command, paths) => serviceProcessorPath(paths).id }
}

/**
 * Commands for the hypervisor through the NETS partition, always (dissertation 4.2). Without a NETS path, through the FSP; with one
 * that is down, the command fails: an outage of NETS is an outage.
 */
export function byTarget(): RoutingPolicy {
  return { name: 'by-target', choose: (_command, paths) => (pathOfKind(paths, 'nets') ?? serviceProcessorPath(paths)).id }
}

/**
 * NETS first, the FSP as the way out: while the NETS session is down, and for the retry of a command that timed out on NETS
 * (the same key, so that its effect happens once). The dissertation names redundancy as future work (5.2).
 */
export function netsFirst(): RoutingPolicy {
  return {
    name: 'nets-first',
    choose(command: CommandView, paths: readonly PathView[]): PathId {
      for (const path of paths) {
        if (path.kind === 'nets' && path.connected && path.id !== command.lastPath) return path.id
      }
      return serviceProcessorPath(paths).id
    },
  }
}
