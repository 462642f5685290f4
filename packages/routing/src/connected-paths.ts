// What policies that may take any path have in common: they choose among the connected paths, and when none is connected they take the
// service processor's, where the console's rules decide whether the command waits or fails. How they choose is in their own files.

import type { PathView } from './routing-policy.js'

/** How many of the paths are connected. */
export function connectedCount(paths: readonly PathView[]): number {
  let connected = 0
  for (const path of paths) if (path.connected) connected++
  return connected
}

/** The `index`-th connected path, from 0, in path order; beyond the last one, the service processor's. */
export function connectedPath(paths: readonly PathView[], index: number): PathView {
  let left = index
  for (const path of paths) if (path.connected && left-- === 0) return path
  return serviceProcessorPath(paths)
}

/** The connected path of the lowest cost, the first in path order among equals; the service processor's when none is connected. */
export function cheapestPath(paths: readonly PathView[], cost: (path: PathView) => number): PathView {
  let best: PathView | undefined
  let lowest = Infinity
  for (const path of paths) {
    if (!path.connected) continue
    const own = cost(path)
    if (best === undefined || own < lowest) {
      best = path
      lowest = own
    }
  }
  return best ?? serviceProcessorPath(paths)
}

/** The first path of a kind, connected or not. */
export function pathOfKind(paths: readonly PathView[], kind: PathView['kind']): PathView | undefined {
  for (const path of paths) if (path.kind === kind) return path
  return undefined
}

/** The way through the service processor, else the first of all: a console never asks with no path. */
export function serviceProcessorPath(paths: readonly PathView[]): PathView {
  const path = pathOfKind(paths, 'fsp') ?? paths[0]
  if (path === undefined) throw new RangeError('a policy was asked to choose among no paths')
  return path
}
