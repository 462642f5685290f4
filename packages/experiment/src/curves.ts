// What replications returned beside their metrics, put together per alternative: distributions pooled, levels over time averaged.
// They are for drawing. No interval comes from them, for observations of one replication depend on each other.

import { type Distribution, pooledDistribution } from './distribution.js'
import { ExperimentError } from './errors.js'
import type { ReplicationPlace } from './errors.js'
import { type MeanLevelSeries, meanLevelSeries } from './level-series.js'
import type { ReplicationResult } from './replication.js'

/** Absent when no replication returned any: they cost memory, and are collected only for who asks. */
export interface Curves {
  /** By name: the observations of all replications that returned them. */
  distributions?: Record<string, Distribution>
  /** By name: the mean over the replications that returned it. All alternatives of a comparison have the same bins. */
  series?: Record<string, MeanLevelSeries>
}

/** For each name of a series, the widest bin of any replication. */
export function widestBins(results: readonly ReplicationResult[]): ReadonlyMap<string, number> {
  const widest = new Map<string, number>()
  for (const { series = {} } of results) {
    for (const [name, { binNs }] of Object.entries(series)) widest.set(name, Math.max(binNs, widest.get(name) ?? 0))
  }
  return widest
}

/** The curves of one alternative. `bins` is of all alternatives together. */
export function curvesOf(runs: readonly ReplicationResult[], bins: ReadonlyMap<string, number>): Curves {
  const distributions = gathered(runs, (run) => run.distributions)
  const series = gathered(runs, (run) => run.series)
  const levels = [...series].map(([name, parts]) => [name, meanLevelSeries(parts, bins.get(name) ?? 1)] as const)
  return {
    ...(distributions.size === 0
      ? {}
      : { distributions: Object.fromEntries([...distributions].map(([name, parts]) => [name, pooledDistribution(parts)])) }),
    ...(levels.length === 0 ? {} : { series: Object.fromEntries(levels) }),
  }
}

function gathered<T>(runs: readonly ReplicationResult[], of: (run: ReplicationResult) => Readonly<Record<string, T>> | undefined) {
  const byName = new Map<string, T[]>()
  for (const run of runs) {
    for (const [name, part] of Object.entries(of(run) ?? {})) {
      const parts = byName.get(name)
      if (parts === undefined) byName.set(name, [part])
      else parts.push(part)
    }
  }
  return byName
}

/** Throws ExperimentError `bad-result` for curves that cannot be put together. */
export function checkCurves({ distributions = {}, series = {} }: ReplicationResult, place: ReplicationPlace): void {
  for (const [name, { count, values, weights }] of Object.entries(distributions)) {
    const ascending = values.every((value, index) => Number.isFinite(value) && value >= (values[index - 1] ?? -Infinity))
    if (!ascending) bad(place, `distribution "${name}": values`, 'finite numbers in ascending order')
    const stands = weights?.reduce((sum, weight) => sum + weight, 0) ?? values.length
    if (stands !== count || (weights !== undefined && weights.length !== values.length)) {
      bad(place, `distribution "${name}": weights`, `a weight for each value, ${count} in all`)
    }
  }
  for (const [name, { binNs, endNs, values }] of Object.entries(series)) {
    if (!Number.isSafeInteger(binNs) || binNs < 1) bad(place, `series "${name}": binNs`, 'an integer from 1')
    if (values.length !== Math.ceil(endNs / binNs)) bad(place, `series "${name}": values`, 'as many as there are bins up to endNs')
    if (!values.every((value) => value === null || Number.isFinite(value))) bad(place, `series "${name}": values`, 'finite numbers or null')
  }
}

function bad(place: ReplicationPlace, path: string, expected: string): never {
  throw new ExperimentError('bad-result', `${path}: expected ${expected}`, { place })
}
