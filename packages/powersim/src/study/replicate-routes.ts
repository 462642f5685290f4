// One replication of a comparison of routes: a function of plain data, a policy's name and a number, so that it can be run anywhere.
// What it measures is in route-metrics.ts; how replications become a comparison is in the experiment package.

import type { Replicate, ReplicationResult } from '@powersim/experiment'
import { type ChooseFunction, policyByName, type RoutingPolicy } from '@powersim/routing'
import { playReplication, type RoutePlan } from './play-replication.js'
import { curvesOf } from './route-curves.js'
import { RouteMetrics } from './route-metrics.js'

/** Runs one replication with policies found by `policyOf`. */
export function replicateWith(policyOf: (name: string) => RoutingPolicy | ChooseFunction): Replicate<RoutePlan> {
  return (plan: RoutePlan, policy: string, replication: number): ReplicationResult => {
    const metrics = new RouteMetrics()
    const { installation, series } = playReplication(plan, () => policyOf(policy), replication, {
      returned: (_line, result) => metrics.line(result),
      recorded: (record) => metrics.command(record),
    })
    const result = metrics.result(installation)
    if (series === null) return result
    return {
      ...result,
      ...curvesOf(
        Array.from(metrics.latencies.values(), (ns) => ns / 1e6),
        series,
      ),
    }
  }
}

/** One replication of a built-in policy: what a worker can run from data alone. */
export const replicateRoutes: Replicate<RoutePlan> = replicateWith(policyByName)
