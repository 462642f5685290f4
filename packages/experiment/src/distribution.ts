// Observations kept whole: those of a replication, or of several together. Of a few all are kept, of many a sample that is as dense as
// can be at both ends, chosen by rank and never by chance. Means and intervals are not made from this: they are in estimate.ts.

/** So many observations are kept one by one; of more, each value stands for at most one in a hundred of those beyond it, on either side. */
const KEPT_WHOLE = 2_000
const ONE_IN = 100

/** Observations in ascending order. Plain data. */
export interface Distribution {
  /** Observations that it was made from. */
  readonly count: number
  /** Observed values, ascending, each really observed; least and greatest among them. */
  readonly values: readonly number[]
  /** How many observations each value stands for, `count` in all. Absent: one each. */
  readonly weights?: readonly number[]
}

/** The distribution of values in any order, all finite. */
export function distributionOf(values: Iterable<number>): Distribution {
  const sorted = Float64Array.from(values).sort()
  return thinned(sorted, null, sorted.length)
}

/** The observations of several distributions as one. */
export function pooledDistribution(parts: readonly Distribution[]): Distribution {
  const all = parts.flatMap(({ values, weights }) => values.map((value, index) => ({ value, weight: weights?.[index] ?? 1 })))
  all.sort((one, other) => one.value - other.value)
  const count = parts.reduce((sum, part) => sum + part.count, 0)
  return thinned(
    all.map(({ value }) => value),
    all.map(({ weight }) => weight),
    count,
  )
}

/**
 * Where each value stands: the part of the observations below it, its own counted as half, above 0 and below 1. Draws a distribution as a
 * curve of (level, value).
 */
export function levelsOf({ count, values, weights }: Distribution): number[] {
  let below = 0
  return values.map((_, index) => {
    const weight = weights?.[index] ?? 1
    below += weight
    return (below - weight / 2) / count
  })
}

/** The value at a level from 0 to 1: linear between the values around it, the least or the greatest beyond them; null without values. */
export function quantileOf(distribution: Distribution, level: number): number | null {
  const { values } = distribution
  const levels = levelsOf(distribution)
  const above = levels.findIndex((other) => other >= level)
  if (above <= 0) return values.at(above) ?? null
  // `above` is an index of both lists, and not the first.
  const [low = 0, high = 0] = values.slice(above - 1, above + 1)
  const [from = 0, to = 1] = levels.slice(above - 1, above + 1)
  return Math.min(high, low + ((high - low) * (level - from)) / (to - from))
}

/** Neighbours become one value, the middle one of them, with the weight of all. */
function thinned(values: ArrayLike<number>, weights: ArrayLike<number> | null, count: number): Distribution {
  const weightAt = (index: number): number => weights?.[index] ?? 1
  const kept: number[] = []
  const stands: number[] = []
  const whole = values.length <= KEPT_WHOLE
  let below = 0
  for (let first = 0; first < values.length;) {
    const most = whole ? 0 : Math.min(below, count - below) / ONE_IN
    let weight = weightAt(first)
    let last = first
    // Not beyond the middle of what is left, so that the greatest values stay alone.
    while (last + 1 < values.length && weight + weightAt(last + 1) <= Math.min(most, (count - below - weight) / ONE_IN)) {
      last++
      weight += weightAt(last)
    }
    // Plus 0, for JSON has no -0.
    kept.push((values[(first + last) >> 1] ?? 0) + 0)
    stands.push(weight)
    below += weight
    first = last + 1
  }
  return { count, values: kept, ...(stands.every((weight) => weight === 1) ? {} : { weights: stands }) }
}
