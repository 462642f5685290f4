// One replication of a comparison of routes: a function of plain data, a policy's name and a number, so that it can be run anywhere.
// What it measures is in route-metrics.ts; how replications become a comparison is in the experiment package.

import type { Replicate, ReplicationResult } from '@powersim/experiment'
import type { InstallationDocument } from '@powersim/managed-system'
import { type ChooseFunction, policyByName, type RoutingPolicy } from '@powersim/routing'
import type { Mix, Script } from '@powersim/workload'
import { play } from '../run/play.js'
import { collectsCurves, curvesOf, RouteCurves } from './route-curves.js'
import { RouteMetrics } from './route-metrics.js'

/** What every replication is told. Plain data. */
export interface RoutePlan {
  readonly seed: string
  readonly noise: boolean
  readonly document: InstallationDocument
  readonly program: Script | Mix
  /** Whether to return what a report draws too, for the first `COLLECTED_REPLICATIONS`. It changes nothing else. */
  readonly collect?: boolean
}

/** Runs one replication with policies found by `policyOf`. */
export function replicateWith(policyOf: (name: string) => RoutingPolicy | ChooseFunction): Replicate<RoutePlan> {
  return (plan: RoutePlan, policy: string, replication: number): ReplicationResult => {
    const metrics = new RouteMetrics()
    let curves: RouteCurves | undefined
    const installation = play({
      seed: plan.seed,
      replication,
      noise: plan.noise,
      document: plan.document,
      program: plan.program,
      policy: () => policyOf(policy),
      prepared: (prepared) => {
        if (collectsCurves(plan.collect, replication)) curves = new RouteCurves(prepared)
      },
      returned: (_line, result) => metrics.line(result),
      recorded: (record) => metrics.command(record),
    })
    const result = metrics.result(installation)
    if (curves === undefined) return result
    return { ...result, ...curvesOf(Array.from(metrics.latencies.values(), (ns) => ns / 1e6), curves.series()) }
  }
}

/** One replication of a built-in policy: what a worker can run from data alone. */
export const replicateRoutes: Replicate<RoutePlan> = replicateWith(policyByName)
