// A comparison of routes as plain JSON, schema `powersim.comparison/1`. Everything outside `meta` depends on plan and seed alone and is
// the same on every machine. Which metrics there are is the study's business: they stand here in the order in which they come.

import type { AlternativeSummary, BaselineDifference, Comparison, Estimate, GroupSummary, WarmUpReport } from '@powersim/experiment'
import { ReportError } from './errors.js'

/** What was compared: the machine's name, and the script or workload that it ran. */
export interface ComparisonSubject {
  readonly machine: string
  readonly workload: string
}

/** What is true of this execution only. */
export interface ComparisonMeta {
  /** Time that the study took on the wall clock, s. */
  readonly wallSeconds: number
  /** Events executed by all runs. */
  readonly events: number
  /** Version of Node. */
  readonly node: string
  /** What a reader of the machine document would warn of; left out: nothing. */
  readonly notes?: readonly string[]
}

/** Lower and upper end of the 95 % interval. */
export type Interval95 = [lower: number, upper: number]

/** Null: no replication observed it, or (interval) fewer than two did. */
export interface MetricDocument {
  mean: number | null
  ci95: Interval95 | null
  /** Some replication had under 100 observations above this quantile. */
  thin?: true
  /** `mean` is the quantile of the observations of all replications, `ci95` its interval by sectioning. */
  sectioned?: true
}

/** What was removed from the start of every run; absent when nothing is, as for scripts. */
export interface WarmUpDocument {
  /** `mser-5`, or `given` by the workload. */
  method: 'mser-5' | 'given'
  /** Operations removed from every run. */
  operations_removed: number
  /** Operations of the shortest run. */
  operations: number
  /** False: some policy's runs are too short to tell their warm-up, or it is longer than what was removed. */
  sound: boolean
  /** What MSER-5 says of each policy by itself. */
  policies: { name: string; operations: number; reliable: boolean }[]
}

export interface OperationDocument {
  name: string
  /** Commands per operation. */
  commands_mean: number | null
  /** Operations per replication. */
  count: number | null
  /** `p50` and `p95` are means over replications; of a mix, quantiles of the operations of all replications. */
  duration_ms: { mean: number | null; ci95: Interval95 | null; p50: number | null; p95: number | null }
}

export interface PolicyDocument {
  name: string
  /** 16 hex digits over the digests of all its runs. */
  digest: string
  metrics: Record<string, MetricDocument>
  operations: OperationDocument[]
}

/** A paired difference `of` minus `from`, the baseline. */
export interface DifferenceDocument {
  metric: string
  of: string
  from: string
  mean: number | null
  ci95: Interval95 | null
  /** -100 * mean / mean of `from`: positive when `of` is lower. */
  reduction_percent: number | null
  /** How many times fewer replications the pairing cost; null when all differences are equal. */
  variance_gain: number | null
  /** Differs from 0 after Holm's correction over all policies, in this metric, at 95 %; null under two pairs. */
  holm_significant: boolean | null
}

export interface ComparisonDocument {
  schema: 'powersim.comparison/1'
  seed: string
  machine: string
  workload: string
  replications: number
  warm_up?: WarmUpDocument
  /** The first is the baseline. */
  policies: PolicyDocument[]
  /** Every policy but the first against the first, metrics of the whole only. */
  differences: DifferenceDocument[]
  meta: ComparisonMeta
}

/** The document, with its keys in the order above. Throws ReportError `bad-level` for intervals of another level than 0.95. */
export function comparisonDocument(
  comparison: Comparison,
  about: ComparisonSubject & { readonly meta: ComparisonMeta },
): ComparisonDocument {
  const { seed, replications, level, alternatives, differences, warmUp } = comparison
  if (level !== 0.95) {
    throw new ReportError('bad-level', 'comparison.level', `expected 0.95, for the document calls its intervals ci95, got ${level}`)
  }
  const { wallSeconds, events, node, notes } = about.meta
  return {
    schema: 'powersim.comparison/1',
    seed,
    machine: about.machine,
    workload: about.workload,
    replications,
    ...(warmUp === undefined ? {} : { warm_up: warmUpOf(warmUp) }),
    policies: alternatives.map(policyOf),
    differences: differences.filter(({ group }) => group === undefined).map(differenceOf),
    meta: { wallSeconds, events, node, ...(notes === undefined ? {} : { notes }) },
  }
}

function warmUpOf({ method, removed, observations, sound, alternatives }: WarmUpReport): WarmUpDocument {
  const policies = alternatives.map(({ name, mser5, reliable }) => ({ name, operations: mser5, reliable }))
  return { method, operations_removed: removed, operations: observations, sound, policies }
}

function policyOf({ name, digest, metrics, groups }: AlternativeSummary): PolicyDocument {
  return {
    name,
    digest,
    metrics: Object.fromEntries(Object.entries(metrics).map(([metric, estimate]) => [metric, metricOf(estimate)])),
    operations: groups.map(operationOf),
  }
}

function metricOf({ mean, ci95, thin, sectioned }: Estimate): MetricDocument {
  const marks = { ...(thin === undefined ? {} : { thin }), ...(sectioned === undefined ? {} : { sectioned }) }
  return { mean: numberOf(mean), ci95: intervalOf(ci95), ...marks }
}

function operationOf({ name, meanCount, metrics }: GroupSummary): OperationDocument {
  const meanOf = (metric: string): number | null => numberOf(metrics[metric]?.mean)
  return {
    name,
    commands_mean: meanOf('commands_mean'),
    count: numberOf(meanCount),
    duration_ms: {
      mean: meanOf('duration_ms_mean'),
      ci95: intervalOf(metrics['duration_ms_mean']?.ci95),
      p50: meanOf('duration_ms_p50'),
      p95: meanOf('duration_ms_p95'),
    },
  }
}

function differenceOf(difference: BaselineDifference): DifferenceDocument {
  const { metric, of, from, mean, ci95, reductionPercent, varianceGain, significant } = difference
  return {
    metric,
    of,
    from,
    mean: numberOf(mean),
    ci95: intervalOf(ci95),
    reduction_percent: numberOf(reductionPercent),
    variance_gain: numberOf(varianceGain),
    holm_significant: significant,
  }
}

/** JSON has no NaN, no infinity and no -0: what values too large to be averaged leave behind is no number to report. */
function numberOf(value: number | null | undefined): number | null {
  return value === null || value === undefined || !Number.isFinite(value) ? null : value + 0
}

function intervalOf(interval: Estimate['ci95'] | undefined): Interval95 | null {
  const lower = numberOf(interval?.[0])
  const upper = numberOf(interval?.[1])
  return lower === null || upper === null ? null : [lower, upper]
}
