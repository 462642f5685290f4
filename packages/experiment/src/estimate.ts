// Estimates over replications: the mean of a metric, and the paired difference of two alternatives. One number per replication goes
// in; the intervals are the kernel's Student t over replications. Only quantiles of steady-state
// experiments are pooled across replications.

import { meanInterval, pairedDifference, studentQuantile, studentTwoSided } from '@powersim/kernel'
import type { PooledQuantile, Series } from './series.js'

/** The mean of a metric over the replications that observed it. */
export interface Estimate {
  /** Null when no replication observed it. */
  mean: number | null
  /** Confidence interval of the mean at the comparison's level (0.95 unless asked otherwise); null under 2 replications. */
  ci95: [number, number] | null
  /** Replications that observed it. */
  observed: number
  /** Some replication had too few observations for this quantile. */
  thin?: true
  /** `mean` is the quantile of the observations of all replications together, and the interval is by sectioning. */
  sectioned?: true
}

/** The mean of `of` minus `from`, over the replications that observed the metric under both. */
export interface PairedEstimate {
  mean: number | null
  ci95: [number, number] | null
  /** -100 * mean / mean of `from`, over the same pairs: positive when `of` is lower. Null without pairs or when that mean is 0. */
  reductionPercent: number | null
  /** (variance of `of` + variance of `from`) / variance of the difference: what pairing gained; under 1 it cost. Null when undefined. */
  varianceGain: number | null
  /** Replications that observed the metric under both. */
  pairs: number
  /** Of the paired t test that the difference is 0, for this metric and pair alone; null under 2 pairs. */
  pValue: number | null
}

export function estimate(series: Series, thin: boolean, level: number): Estimate {
  const values = series.filter((value) => value !== null)
  const mark = thin ? { thin } : {}
  if (values.length === 0) return { mean: null, ci95: null, observed: 0, ...mark }
  const { mean, ci95 } = meanInterval(values, level)
  return { mean, ci95, observed: values.length, ...mark }
}

/** The estimate of a quantile whose observations were pooled. */
export function sectioned(each: Estimate, { quantile, ci95 }: PooledQuantile): Estimate {
  return { ...each, mean: quantile, ci95, sectioned: true }
}

/**
 * A difference of pooled quantiles. As in sectioning of one, replications give the spread and not the middle: the interval is as wide as
 * that of the paired differences of the replications' own quantiles.
 */
export function sectionedDifference(paired: PairedEstimate, of: number, from: number, level: number): PairedEstimate {
  const mean = of - from
  const reductionPercent = from === 0 ? null : 0 - (100 * mean) / from
  if (paired.ci95 === null) return { ...paired, mean, reductionPercent }
  const half = (paired.ci95[1] - paired.ci95[0]) / 2
  const degrees = paired.pairs - 1
  const error = half / studentQuantile((1 + level) / 2, degrees)
  const pValue = mean === 0 ? 1 : error === 0 ? 0 : studentTwoSided(mean / error, degrees)
  return { ...paired, mean, reductionPercent, ci95: [mean - half, mean + half], pValue }
}

/** Both series are of the same replications. */
export function estimateDifference(ofSeries: Series, fromSeries: Series, level: number): PairedEstimate {
  const of: number[] = []
  const from: number[] = []
  for (const [replication, ofValue] of ofSeries.entries()) {
    const fromValue = fromSeries[replication] ?? null
    if (ofValue === null || fromValue === null) continue
    of.push(ofValue)
    from.push(fromValue)
  }
  if (of.length === 0) return { mean: null, ci95: null, reductionPercent: null, varianceGain: null, pairs: 0, pValue: null }
  const { mean, ci95, varianceGain, pValue } = pairedDifference(of, from, level)
  const fromMean = meanInterval(from, level).mean
  // 0 - x, so that no difference is 0 and not -0
  const reductionPercent = fromMean === 0 ? null : 0 - (100 * mean) / fromMean
  return { mean, ci95, reductionPercent, varianceGain, pairs: of.length, pValue }
}
