// What the differences of a comparison say in words: per policy, which metrics are lower, higher, the same, or not shown to differ.
// How that is laid out is the business of the text and of the page.

import type { BaselineDifference, Comparison } from '@powersim/experiment'
import { percentText } from './digits.js'
import { insignificant } from './estimate-cells.js'
import { metricRow } from './metric-row.js'

/** What using one policy instead of the baseline changes. */
export interface Finding {
  readonly of: string
  readonly from: string
  /** Each a verdict, and the metrics that it is on; verdicts on nothing are left out. */
  readonly verdicts: readonly { readonly verdict: string; readonly metrics: readonly string[] }[]
}

/** One for every policy but the first; none with fewer than two replications, since nothing is known then. */
export function findingsOf({ alternatives, differences, level, replications }: Comparison): Finding[] {
  const [baseline, ...others] = alternatives
  if (baseline === undefined || replications < 2) return []
  return others.map(({ name }) => {
    const own = differences.filter((difference) => difference.group === undefined && difference.of === name)
    const said: Record<Verdict, string[]> = { lower: [], higher: [], corrected: [], unclear: [], same: [], unknown: [] }
    for (const difference of own) said[verdictOn(difference)].push(findingOn(difference))
    const all = [
      [said.lower, 'lower'],
      [said.higher, 'higher'],
      [said.corrected, `no difference shown once all ${others.length} policies are corrected for (Holm)`],
      [said.unclear, `no difference shown (the ${percentOf(level)} interval contains 0)`],
      [said.same, 'the same in every replication'],
      [said.unknown, 'nothing can be said (fewer than two replications observed both)'],
    ] as const
    const verdicts = all.filter(([list]) => list.length > 0).map(([metrics, verdict]) => ({ verdict, metrics }))
    return { of: name, from: baseline.name, verdicts }
  })
}

/** Stands in for findings when there is one replication. */
export const NO_FINDINGS = 'One replication gives no intervals, so no difference can be shown: run at least two, better thirty.'

/** `95 %` */
export function percentOf(level: number): string {
  return `${Number((100 * level).toFixed(3))} %`
}

type Verdict = 'lower' | 'higher' | 'corrected' | 'unclear' | 'same' | 'unknown'

function verdictOn(difference: BaselineDifference): Verdict {
  const { mean, ci95 } = difference
  if (mean === null || ci95 === null || !ci95.every(Number.isFinite)) return 'unknown'
  const shown = ci95[1] < 0 || ci95[0] > 0
  if (shown && insignificant(difference)) return 'corrected'
  if (shown) return ci95[1] < 0 ? 'lower' : 'higher'
  return ci95[0] === 0 && ci95[1] === 0 ? 'same' : 'unclear'
}

function findingOn(difference: BaselineDifference): string {
  const { words } = metricRow(difference.metric)
  const verdict = verdictOn(difference)
  const percent = difference.reductionPercent
  if ((verdict !== 'lower' && verdict !== 'higher') || percent === null || !Number.isFinite(percent)) return words
  return `${words} by ${percentText(Math.abs(percent))}`
}
