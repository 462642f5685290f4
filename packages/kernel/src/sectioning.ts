// Intervals for quantiles over replications, by sectioning, and the rule that tells when a replication has seen too little of the tail.
// Observations of one run are correlated, so that no binomial interval over them all holds: what is independent are the replications.

import { KernelError } from './errors.js'
import { Sample } from './sample.js'
import { studentQuantile } from './student.js'
import { Tally } from './tally.js'

/** The fewest observations above a quantile that a replication should have. */
const TAIL_OBSERVATIONS = 100

export interface QuantileInterval {
  /** Of all observations of all replications together. */
  readonly quantile: number
  /** Lower and upper end, at the level that was asked for (95 % unless told); null with fewer than two replications. */
  readonly ci95: [number, number] | null
  /** Some replication has too few observations above the quantile: do not trust the interval. */
  readonly thin: boolean
}

/** Whether `count` observations have fewer than 100 above their p-quantile: under 2,000 for p = 0.95, under 10,000 for 0.99. */
export function thinQuantile(count: number, p: number): boolean {
  // Not count * (1 - p), which makes 99.99999999999997 of 1000 and 0.9.
  return count - count * p < TAIL_OBSERVATIONS
}

/**
 * The pooled p-quantile +- t(R - 1, (1 + level) / 2) s / sqrt(R), s being the standard deviation of the R replications' own quantiles
 * (sectioning: Asmussen and Glynn 2007; Nakayama 2014). Pooling keeps the bias of short replications out of the middle.
 * `replications[r]` holds all observations of one replication, in any order, one at least (`bad-series`), all finite (`bad-value`);
 * p is in (0, 1) (`bad-probability`), level inside (0, 1) (`bad-level`). Quantiles are as in `Sample`. Sorts everything twice.
 */
export function sectioningInterval(replications: readonly (readonly number[])[], p: number, level = 0.95): QuantileInterval {
  if (!(p > 0 && p < 1)) throw new KernelError('bad-probability', `p: expected a number inside (0, 1), got ${p}`)
  if (!(level > 0 && level < 1)) throw new KernelError('bad-level', `level: expected a number inside (0, 1), got ${level}`)
  if (replications.length === 0) throw new KernelError('bad-series', 'replications: expected at least one, got none')
  // The caller holds all values already, so that the sample may hold them too.
  const pooled = new Sample(Math.max(1, replications.reduce((sum, { length }) => sum + length, 0)))
  const sections = new Tally()
  let thin = false
  for (const [replication, values] of replications.entries()) {
    if (values.length === 0) throw new KernelError('bad-series', `replications[${replication}]: expected observations, got none`)
    sections.add(quantileOf(values, p, pooled, replication))
    thin ||= thinQuantile(values.length, p)
  }
  const quantile = pooled.quantile(p)
  if (sections.count < 2) return { quantile, ci95: null, thin }
  const half = (studentQuantile((1 + level) / 2, sections.count - 1) * sections.standardDeviation) / Math.sqrt(sections.count)
  return { quantile, ci95: [quantile - half, quantile + half], thin }
}

function quantileOf(values: readonly number[], p: number, pooled: Sample, replication: number): number {
  const own = new Sample(Math.max(1, values.length))
  for (const [index, value] of values.entries()) {
    if (!Number.isFinite(value)) {
      throw new KernelError('bad-value', `replications[${replication}][${index}]: expected a finite number, got ${value}`)
    }
    own.add(value)
    pooled.add(value)
  }
  return own.quantile(p)
}
