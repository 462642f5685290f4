// The built-in policies. Each is made anew for a run, since a policy may keep what it has seen.
// They use the same door as a user's own.

import { RoutingError } from './errors.js'
import type { CommandView, PathId, PathView, RoutingPolicy } from './routing-policy.js'

/** Everything through the service processor: the machine before the dissertation. */
export function fspOnly(): RoutingPolicy {
  return { name: 'fsp-only', choose: (_command, paths) => first(paths, 'fsp').id }
}

/**
 * Commands for the hypervisor through the NETS partition, always (dissertation 4.2). Without a NETS path, through the FSP; with one
 * that is down, the command fails: an outage of NETS is an outage.
 */
export function byTarget(): RoutingPolicy {
  return { name: 'by-target', choose: (_command, paths) => (find(paths, 'nets') ?? first(paths, 'fsp')).id }
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
      return first(paths, 'fsp').id
    },
  }
}

/** The built-in policies by the names that the command takes. */
export const builtInPolicies = [
  { name: 'fsp-only', make: fspOnly },
  { name: 'by-target', make: byTarget },
  { name: 'nets-first', make: netsFirst },
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

function find(paths: readonly PathView[], kind: PathView['kind']): PathView | undefined {
  for (const path of paths) if (path.kind === kind) return path
  return undefined
}

/** The first path of a kind, else the first of all: a console never asks with no path. */
function first(paths: readonly PathView[], kind: PathView['kind']): PathView {
  const path = find(paths, kind) ?? paths[0]
  if (path === undefined) throw new RangeError('a policy was asked to choose among no paths')
  return path
}
