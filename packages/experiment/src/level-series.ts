// A level over the time of a replication, in bins of equal width from time 0, and its mean over replications. Bins of different widths are
// brought to the widest, which every other width must divide: a replication that does not know how long it lasts starts with narrow bins
// and joins them in pairs.

import { ExperimentError } from './errors.js'

/** The level of one replication. Plain data. */
export interface LevelSeries {
  /** Width of a bin, ns; an integer from 1. */
  readonly binNs: number
  /** When the replication ended: within the last bin, or at its end. */
  readonly endNs: number
  /** Mean level over each bin, over the last one as far as it went; null where there was nothing to observe. */
  readonly values: readonly (number | null)[]
}

/** The mean over replications. */
export interface MeanLevelSeries {
  readonly binNs: number
  /** Over the replications that had not ended, each weighted by how much of the bin it saw; null where none saw anything. */
  readonly means: readonly (number | null)[]
  /** How many replications saw some of the bin. */
  readonly observed: readonly number[]
}

/** How much of a bin a replication lasted, ns. */
function seenNs({ binNs, endNs }: LevelSeries, bin: number): number {
  return Math.min(binNs, endNs - bin * binNs)
}

/** The mean of the replications in bins of `binNs`, a multiple of the width of each; ExperimentError `bad-result` otherwise. */
export function meanLevelSeries(replications: readonly LevelSeries[], binNs: number): MeanLevelSeries {
  const bins = replications.reduce((most, { endNs }) => Math.max(most, Math.ceil(endNs / binNs)), 0)
  const areas = new Float64Array(bins)
  const times = new Float64Array(bins)
  const observed = new Array<number>(bins).fill(0)
  for (const series of replications) {
    if (binNs % series.binNs !== 0) {
      const message = `series: expected widths of bins that divide the widest, ${binNs} ns, found ${series.binNs} ns`
      throw new ExperimentError('bad-result', message)
    }
    let latest = -1
    for (const [index, value] of series.values.entries()) {
      const bin = Math.floor((index * series.binNs) / binNs)
      const timeNs = seenNs(series, index)
      if (value === null || timeNs <= 0 || bin >= bins) continue
      areas[bin]! += value * timeNs
      times[bin]! += timeNs
      if (bin > latest) observed[bin]!++
      latest = bin
    }
  }
  return { binNs, means: observed.map((_, bin) => (times[bin]! > 0 ? areas[bin]! / times[bin]! : null)), observed }
}
