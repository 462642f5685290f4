// Asking a policy, guarded: a policy that throws or names a path that does not exist is its author's mistake and stops the run with
// a typed error that says which policy, which command and which paths there were.

import type { Draw } from '@powersim/kernel'
import { RoutingError } from './errors.js'
import type { ChooseFunction, CommandView, PathView, RoutingPolicy } from './routing-policy.js'

/** The policy's choice among `paths`, as the path itself. */
export function decide<P extends PathView>(policy: RoutingPolicy, command: CommandView, paths: readonly P[], draw: Draw): P {
  let chosen: unknown
  try {
    chosen = policy.choose(command, paths, draw)
  } catch (cause) {
    throw new RoutingError('policy-threw', policy.name, `policy '${policy.name}' threw for ${describe(command)}: ${String(cause)}`, cause)
  }
  for (const path of paths) if (path.id === chosen) return path
  const known = paths.map((path) => path.id).join(', ')
  throw new RoutingError(
    'unknown-path',
    policy.name,
    `policy '${policy.name}' chose path ${JSON.stringify(chosen) ?? String(chosen)} for ${describe(command)}: expected one of ${known}`,
  )
}

/** A policy from what a user gives: a policy object, or a bare function with a name to report it by. */
export function asPolicy(given: RoutingPolicy | ChooseFunction, name?: string): RoutingPolicy {
  if (typeof given === 'function') return { name: name ?? (given.name === '' ? 'custom' : given.name), choose: given }
  if (
    typeof given !== 'object' ||
    given === null ||
    typeof given.choose !== 'function' ||
    typeof given.name !== 'string' ||
    given.name === ''
  ) {
    throw new RoutingError('not-a-policy', String(name), 'expected a function, or an object with a name and a choose function')
  }
  return given
}

function describe(command: CommandView): string {
  return `${command.name} (console ${command.console}, sequence ${command.sequence}, attempt ${command.attempt})`
}
