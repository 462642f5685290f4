// Estimates over replications: the mean of a metric, and the paired difference of two alternatives. One number per replication goes
// in; the intervals are the kernel's Student t over replications. Nothing is pooled across replications.

import { meanInterval, pairedDifference } from '@powersim/kernel'
import type { Series } from './series.js'

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
