// Plays one replication of a route plan, whatever is measured of it: the run, and the curves that a report draws from the first ones.
// What is measured is up to the caller: route-metrics.ts for scripts, observe-mix.ts for mixes.

import type { LevelSeries } from '@powersim/experiment'
import type { Installation, InstallationDocument } from '@powersim/managed-system'
import type { ChooseFunction, RoutingPolicy } from '@powersim/routing'
import type { Mix, Script } from '@powersim/workload'
import { type Play, play } from '../run/play.js'
import { collectsCurves, RouteCurves } from './route-curves.js'

/** What every replication is told. Plain data. */
export interface RoutePlan {
  readonly seed: string
  readonly noise: boolean
  readonly document: InstallationDocument
  readonly program: Script | Mix
  /** Whether to return what a report draws too, for the first `COLLECTED_REPLICATIONS`. It changes nothing else. */
  readonly collect?: boolean
}

interface PlayedReplication {
  readonly installation: Installation
  /** Levels over the whole run; null when they were not collected. */
  readonly series: Record<string, LevelSeries> | null
}

/** Plays one replication under a policy, made for each console, and tells `watcher` of what happens. */
export function playReplication(
  plan: RoutePlan,
  policy: () => RoutingPolicy | ChooseFunction,
  replication: number,
  watcher: Pick<Play, 'started' | 'returned' | 'recorded'>,
): PlayedReplication {
  let curves: RouteCurves | undefined
  const installation = play({
    seed: plan.seed,
    replication,
    noise: plan.noise,
    document: plan.document,
    program: plan.program,
    policy,
    prepared: (prepared) => {
      if (collectsCurves(plan.collect, replication)) curves = new RouteCurves(prepared)
    },
    ...watcher,
  })
  return { installation, series: curves?.series() ?? null }
}
