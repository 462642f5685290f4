// Several alternatives against one baseline: with each more, one more chance of a difference that is none. Differences of the same
// metric in the same group are one family, tested together by Holm's procedure. Metrics are not corrected for each other.

import { holmRejected } from '@powersim/kernel'
import { partKey } from './series.js'

/** What tells the family of a difference, and its test. */
interface Tested {
  readonly metric: string
  readonly group?: string
  readonly pValue: number | null
}

/** The differences in the same order, each with its verdict at `alpha` for its family; null for those without a p-value. */
export function judgedInFamilies<T extends Tested>(differences: readonly T[], alpha: number): (T & { significant: boolean | null })[] {
  const families = new Map<string, number[]>()
  for (const [index, { metric, group, pValue }] of differences.entries()) {
    if (pValue === null) continue
    const key = partKey(group, metric)
    const family = families.get(key)
    if (family === undefined) families.set(key, [index])
    else family.push(index)
  }
  const verdicts = differences.map((): boolean | null => null)
  for (const family of families.values()) {
    // Only differences with a p-value were put into a family.
    const rejected = holmRejected(family.map((index) => differences[index]?.pValue ?? 1), alpha)
    for (const [place, index] of family.entries()) verdicts[index] = rejected[place] ?? null
  }
  return differences.map((difference, index) => ({ ...difference, significant: verdicts[index] ?? null }))
}
