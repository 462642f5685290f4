// A Comparison: what the results of all replications say about the alternatives. A pure function of the results, so that it does not
// matter where they were run, and more replications can be added and compared again. Drawing it is the report package's business.

import { Digest } from '@powersim/kernel'
import { type Curves, curvesOf, widestBins } from './curves.js'
import { ExperimentError } from './errors.js'
import type { ExperimentErrorCode } from './errors.js'
import { estimate, estimateDifference, sectioned, sectionedDifference } from './estimate.js'
import type { Estimate, PairedEstimate } from './estimate.js'
import { judgedInFamilies } from './family.js'
import type { ReplicationResult } from './replication.js'
import { partKey, seriesOf } from './series.js'
import type { AlternativeSeries, PartSeries, PooledQuantile, PooledQuantiles } from './series.js'
import type { WarmUpReport } from './warm-up.js'

export interface GroupSummary {
  name: string
  /** Observations per replication; a replication without the group counts as 0. */
  meanCount: number
  metrics: Record<string, Estimate>
}

export interface AlternativeSummary extends Curves {
  name: string
  /** Digest over the digests of its replications, in order. */
  digest: string
  metrics: Record<string, Estimate>
  groups: GroupSummary[]
  /** What its replications returned, in order. */
  perReplication: readonly ReplicationResult[]
}

/** A paired difference: `of` minus `from`. */
export interface Difference extends PairedEstimate {
  metric: string
  /** Absent for a metric of the whole. */
  group?: string
  of: string
  from: string
  thin?: true
}

/** A difference from the baseline, judged together with those of the other alternatives. */
export interface BaselineDifference extends Difference {
  /**
   * Whether it differs from 0 after Holm's correction within its family: all alternatives against the baseline, in this metric of
   * this group. The chance of any false one in a family is at most 1 - level. Null under 2 pairs.
   */
  significant: boolean | null
}

/** Plain data: it survives JSON and a copy to another thread. */
export interface Comparison {
  seed: string
  replications: number
  /** Confidence level of every interval in it. */
  level: number
  /** In the order given; the first is the baseline. */
  alternatives: AlternativeSummary[]
  /** Every alternative but the first against the first: the metrics of the whole, then those of the groups. */
  differences: BaselineDifference[]
  /** Events executed by all runs. */
  events: number
  /** Of a steady-state experiment: what was removed from the start of its runs. Absent where nothing is. */
  warmUp?: WarmUpReport
}

/** The results of an experiment. */
export interface ExperimentResults {
  seed: string
  alternatives: readonly string[]
  /** Replication-major: results[replication][alternative]. */
  results: readonly (readonly ReplicationResult[])[]
  /** By alternative: metrics that are quantiles over the observations of all replications. */
  quantiles?: readonly PooledQuantiles[]
}

/** Compares results that are complete and checked. `level` is the confidence level, 0.95 unless given. */
export function compareResults({ seed, alternatives, results, quantiles = [] }: ExperimentResults, level = 0.95): Comparison {
  const columns = alternatives.map((name, index) => columnOf(results, index, name, quantiles[index]))
  const [baseline, ...others] = columns
  if (baseline === undefined) throw new ExperimentError('no-alternatives', 'alternatives: expected at least one, found none')
  const bins = widestBins(results.flat())
  return {
    seed,
    replications: results.length,
    level,
    alternatives: columns.map((column) => ({ ...summaryOf(column, level), ...curvesOf(column.runs, bins) })),
    differences: judgedInFamilies(
      others.flatMap((other) => differencesOf(other, baseline, level)),
      1 - level,
    ),
    events: columns.reduce((sum, { runs }) => runs.reduce((inner, run) => inner + run.events, sum), 0),
  }
}

/**
 * The paired difference of one metric between any two alternatives of a comparison, of a group when one is named.
 * Throws ExperimentError 'unknown-alternative', 'unknown-group' or 'unknown-metric'.
 */
export function differenceBetween(
  comparison: Comparison,
  metric: string,
  { of, from, group }: { of: string; from: string; group?: string },
): Difference {
  const ofColumn = namedColumn(comparison, of)
  const fromColumn = namedColumn(comparison, from)
  if (group !== undefined)
    known(
      'unknown-group',
      'group',
      group,
      namesOf(ofColumn, fromColumn, ({ groups }) => groups.keys()),
    )
  const metrics = namesOf(ofColumn, fromColumn, (series) => partOf(series, group)?.metrics.keys())
  known('unknown-metric', 'metric', metric, metrics)
  return differenceOf(ofColumn, fromColumn, group, metric, comparison.level)
}

/** The runs of one alternative, in both directions. */
interface Column {
  name: string
  runs: readonly ReplicationResult[]
  series: AlternativeSeries
  quantiles: PooledQuantiles
}

function columnOf(results: ExperimentResults['results'], index: number, name: string, quantiles: PooledQuantiles = new Map()): Column {
  const runs = results.map((row, replication) => {
    const result = row[index]
    if (result !== undefined) return result
    throw new ExperimentError('bad-result', `results[${replication}]: expected a result of "${name}", found none`)
  })
  return { name, runs, series: seriesOf(runs), quantiles }
}

function namedColumn({ alternatives }: Comparison, name: string): Column {
  const summary = alternatives.find((alternative) => alternative.name === name)
  if (summary === undefined)
    throw unknown(
      'unknown-alternative',
      'alternative',
      name,
      alternatives.map((alternative) => alternative.name),
    )
  return { name, runs: summary.perReplication, series: seriesOf(summary.perReplication), quantiles: pooledIn(summary) }
}

/** The pooled quantiles that a summary holds as estimates. */
function pooledIn({ metrics, groups }: AlternativeSummary): PooledQuantiles {
  const quantiles = new Map<string, PooledQuantile>()
  for (const { name, metrics: estimates } of [{ name: undefined, metrics }, ...groups]) {
    for (const [metric, { mean, ci95, sectioned: pooled }] of Object.entries(estimates)) {
      if (pooled === true && mean !== null) quantiles.set(partKey(name, metric), { quantile: mean, ci95 })
    }
  }
  return quantiles
}

function summaryOf({ name, runs, series, quantiles }: Column, level: number): AlternativeSummary {
  return {
    name,
    digest: Digest.combine(runs.map((run) => run.digest)),
    metrics: estimatesOf(undefined, series.whole, quantiles, level),
    groups: [...series.groups].map(([group, part]) => {
      return { name: group, meanCount: part.count / runs.length, metrics: estimatesOf(group, part, quantiles, level) }
    }),
    perReplication: runs,
  }
}

function estimatesOf(
  group: string | undefined,
  { metrics, thin }: PartSeries,
  quantiles: PooledQuantiles,
  level: number,
): Record<string, Estimate> {
  return Object.fromEntries(
    [...metrics].map(([metric, series]) => {
      const each = estimate(series, thin.has(metric), level)
      const pooled = quantiles.get(partKey(group, metric))
      return [metric, pooled === undefined ? each : sectioned(each, pooled)]
    }),
  )
}

function differencesOf(of: Column, from: Column, level: number): Difference[] {
  const groups = [undefined, ...namesOf(from, of, (series) => series.groups.keys())]
  return groups.flatMap((group) => {
    const metrics = namesOf(from, of, (series) => partOf(series, group)?.metrics.keys())
    return metrics.map((metric) => differenceOf(of, from, group, metric, level))
  })
}

function differenceOf(of: Column, from: Column, group: string | undefined, metric: string, level: number): Difference {
  const ofPart = partOf(of.series, group)
  const fromPart = partOf(from.series, group)
  const paired = estimateDifference(ofPart?.metrics.get(metric) ?? [], fromPart?.metrics.get(metric) ?? [], level)
  const ofPooled = of.quantiles.get(partKey(group, metric))
  const fromPooled = from.quantiles.get(partKey(group, metric))
  const pooled = ofPooled !== undefined && fromPooled !== undefined
  return {
    metric,
    ...(group === undefined ? {} : { group }),
    of: of.name,
    from: from.name,
    ...(pooled ? sectionedDifference(paired, ofPooled.quantile, fromPooled.quantile, level) : paired),
    ...(ofPart?.thin.has(metric) === true || fromPart?.thin.has(metric) === true ? { thin: true } : {}),
  }
}

const partOf = (series: AlternativeSeries, group: string | undefined): PartSeries | undefined =>
  group === undefined ? series.whole : series.groups.get(group)

/** Names of two alternatives, each once: those of the first, then what only the second has. */
function namesOf(first: Column, second: Column, names: (series: AlternativeSeries) => Iterable<string> | undefined): string[] {
  return [...new Set([...(names(first.series) ?? []), ...(names(second.series) ?? [])])]
}

function known(code: 'unknown-group' | 'unknown-metric', what: string, name: string, names: readonly string[]): void {
  if (!names.includes(name)) throw unknown(code, what, name, names)
}

function unknown(code: ExperimentErrorCode, what: string, name: string, names: readonly string[]): ExperimentError {
  const expected = names.length === 0 ? 'none, for there is none' : `one of ${names.join(', ')}`
  return new ExperimentError(code, `${what}: expected ${expected}, found "${name}"`, code === 'unknown-metric' ? { metric: name } : {})
}
