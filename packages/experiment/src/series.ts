// The results of one alternative turned round: from one result per replication to one series per metric. Built once, in one pass,
// for the whole and for each group; metrics and groups stand in the order of their first appearance.

import type { GroupResult, ReplicationResult } from './replication.js'

/** One value per replication, in order of replication; null where there was nothing to observe. */
export type Series = readonly (number | null)[]

/** The series of the whole, or of one group. */
export interface PartSeries {
  metrics: ReadonlyMap<string, Series>
  /** Metrics that were marked thin in some replication. */
  thin: ReadonlySet<string>
  /** Observations over all replications; 0 for the whole, which is not counted. */
  count: number
}

/** A quantile over the observations of all replications of an alternative. */
export interface PooledQuantile {
  quantile: number
  ci95: [number, number] | null
}

/** By `partKey`. */
export type PooledQuantiles = ReadonlyMap<string, PooledQuantile>

/** One key for a metric of the whole or of a group. */
export const partKey = (group: string | undefined, metric: string): string => JSON.stringify([group ?? null, metric])

export interface AlternativeSeries {
  whole: PartSeries
  groups: ReadonlyMap<string, PartSeries>
}

export function seriesOf(runs: readonly ReplicationResult[]): AlternativeSeries {
  const whole = new PartBuilder(runs.length)
  const groups = new Map<string, PartBuilder>()
  for (const [replication, run] of runs.entries()) {
    whole.add(replication, run)
    for (const result of run.groups) {
      let group = groups.get(result.name)
      if (group === undefined) groups.set(result.name, (group = new PartBuilder(runs.length)))
      group.add(replication, result)
    }
  }
  return { whole, groups }
}

class PartBuilder implements PartSeries {
  readonly metrics = new Map<string, (number | null)[]>()
  readonly thin = new Set<string>()
  count = 0
  readonly #replications: number

  constructor(replications: number) {
    this.#replications = replications
  }

  add(replication: number, { metrics, thin = [], count = 0 }: Pick<GroupResult, 'metrics' | 'thin'> & { count?: number }): void {
    for (const [metric, value] of Object.entries(metrics)) {
      let series = this.metrics.get(metric)
      if (series === undefined) this.metrics.set(metric, (series = new Array<number | null>(this.#replications).fill(null)))
      series[replication] = value
    }
    for (const metric of thin) this.thin.add(metric)
    this.count += count
  }
}
