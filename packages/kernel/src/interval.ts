// Confidence intervals over replications: one number per replication in, mean and Student interval out. Draws nothing.
// Which numbers are worth comparing, and how many replications, is the business of package experiment.

import { KernelError } from './errors.js'
import { studentQuantile, studentTwoSided } from './student.js'
import { Tally } from './tally.js'

export interface MeanInterval {
  /** The mean over replications; NaN (JSON: null) without values. */
  readonly mean: number
  /** Lower and upper end, at the level that was asked for (95 % unless told); null with fewer than two values. */
  readonly ci95: [number, number] | null
}

export interface PairedDifference extends MeanInterval {
  /**
   * (variance of + variance from) / variance of their difference: how many times fewer replications the pairing costs. Below 1
   * it did harm. Null with fewer than two pairs or when all differences are equal.
   */
  readonly varianceGain: number | null
  /**
   * p-value of the paired t test that the mean difference is 0, on both sides: below 1 - level where the interval leaves 0 out.
   * Without variance 1 for no difference and 0 for any; null with fewer than two pairs or where values overflow.
   */
  readonly pValue: number | null
}

/**
 * mean +- t(n - 1, (1 + level) / 2) s / sqrt(n) (Law, Simulation Modeling and Analysis, 4.5). Values are one number per
 * replication, all finite (`bad-value`); level is inside (0, 1) (`bad-level`).
 */
export function meanInterval(values: readonly number[], level = 0.95): MeanInterval {
  return intervalOf(tallied('values', values), level)
}

/**
 * The interval of `of[r] - from[r]` over replications r. Both lists hold the same replications in the same order; different
 * lengths throw `unpaired`. Errors otherwise as `meanInterval`.
 */
export function pairedDifference(of: readonly number[], from: readonly number[], level = 0.95): PairedDifference {
  if (of.length !== from.length) {
    throw new KernelError('unpaired', `expected as many values of the one as from the other, got ${of.length} and ${from.length}`)
  }
  const one = tallied('of', of)
  const other = tallied('from', from)
  const difference = tallied('of - from', of.map((value, index) => value - from[index]!))
  return {
    ...intervalOf(difference, level),
    varianceGain: difference.variance > 0 ? (one.variance + other.variance) / difference.variance : null,
    pValue: pValueOf(difference),
  }
}

function pValueOf({ count, mean, variance }: Tally): number | null {
  if (count < 2) return null
  // 0 / 0 is no t; no difference at all is no evidence of one.
  const t = mean === 0 ? 0 : mean / Math.sqrt(variance / count)
  return Number.isNaN(t) || !Number.isFinite(mean) ? null : studentTwoSided(t, count - 1)
}

function tallied(name: string, values: readonly number[]): Tally {
  const tally = new Tally()
  for (const [index, value] of values.entries()) {
    if (!Number.isFinite(value)) throw new KernelError('bad-value', `${name}[${index}]: expected a finite number, got ${value}`)
    tally.add(value)
  }
  return tally
}

function intervalOf(tally: Tally, level: number): MeanInterval {
  if (!(level > 0 && level < 1)) throw new KernelError('bad-level', `level: expected a number inside (0, 1), got ${level}`)
  const { count, mean } = tally
  if (count < 2) return { mean, ci95: null }
  const half = (studentQuantile((1 + level) / 2, count - 1) * tally.standardDeviation) / Math.sqrt(count)
  return { mean, ci95: [mean - half, mean + half] }
}
