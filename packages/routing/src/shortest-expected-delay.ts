// The policy that weighs the queue on a path by the path's speed. What it believes of the speed is the document's mean or, on demand, the
// console's own moving average. It chooses among connected paths (connected-paths.ts).

import { cheapestPath } from './connected-paths.js'
import type { PathView, RoutingPolicy } from './routing-policy.js'

export interface ShortestExpectedDelayOptions {
  /**
   * Take `ewmaLatencyNs` for the mean service. It sees what no document says, such as a path that has become slow; but it holds the
   * waiting as well, which then counts twice, and a path that is not taken teaches nothing new. Default false.
   */
  readonly learn?: boolean
}

/**
 * The connected path with the smallest `(outstanding + 1) * meanServiceNs`: the wait behind the console's own commands and the command
 * itself, if the path serves one after the other. The first in path order among equals. With `learn` it is called
 * `shortest-expected-delay-learned`.
 */
export function shortestExpectedDelay(options: ShortestExpectedDelayOptions = {}): RoutingPolicy {
  const learn = options.learn ?? false
  const delay = learn ? learnedDelayNs : delayNs
  return {
    name: learn ? 'shortest-expected-delay-learned' : 'shortest-expected-delay',
    choose: (_command, paths) => cheapestPath(paths, delay).id,
  }
}

function delayNs(path: PathView): number {
  return (path.outstanding + 1) * path.meanServiceNs
}

function learnedDelayNs(path: PathView): number {
  return (path.outstanding + 1) * path.ewmaLatencyNs
}
