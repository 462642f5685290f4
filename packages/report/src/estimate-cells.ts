// Cells of estimates: a mean with half the width of its interval, a difference with its interval, and the marks that point to
// footnotes. They come in parts, which text-table.ts puts under each other.

import type { AlternativeSummary, BaselineDifference, Estimate } from '@powersim/experiment'
import { type Decimals, fixed, halfWidth, sharedDecimals, signed } from './digits.js'
import { type Parts, wrapped } from './text-table.js'

/** Stands where there is no number. */
const GAP = '–'

/** The footnotes that the cells of a report ask for. */
export class Marks {
  private thin = false
  private partial = false
  private gap = false
  private corrected = false

  /** What stands behind an estimate of so many replications. */
  of(estimate: Estimate, replications: number): string {
    const partial = estimate.observed < replications
    this.thin ||= estimate.thin === true
    this.partial ||= partial
    return (estimate.thin === true ? '†' : '') + (partial ? '‡' : '')
  }

  /** Notes that a cell is a gap. */
  missing(): string {
    this.gap = true
    return GAP
  }

  /** What stands behind a difference that is not significant once all policies are corrected for. */
  insignificant(): string {
    this.corrected = true
    return '§'
  }

  footnotes(): string[] {
    const notes = [
      this.thin ? '† thin: some replication had under 100 observations above this quantile' : '',
      this.partial ? '‡ observed in some replications only: mean over these, difference over those where both were' : '',
      this.corrected ? "§ not significant after Holm's correction over all policies" : '',
      this.gap ? `${GAP} nothing observed, or not defined` : '',
    ].filter((note) => note !== '')
    return notes.length === 0 ? [] : [wrapped(`${notes.join('; ')}.`, '')]
  }
}

/** How an estimate's numbers are shown. */
export interface Shown {
  readonly decimals: Decimals
  readonly scale: number
}

/** `16.1 ± 0.4†`: mean, half width and marks; one part when no replication observed it. */
export function estimateParts(
  estimate: Estimate | undefined,
  { decimals, scale }: Shown,
  { perReplication }: Pick<AlternativeSummary, 'perReplication'>,
  marks: Marks,
): Parts {
  if (estimate === undefined || estimate.mean === null || !Number.isFinite(estimate.mean)) return [marks.missing()]
  const mean = estimate.mean * scale
  const mark = marks.of(estimate, perReplication.length)
  const half = estimate.ci95 === null ? Number.NaN : ((estimate.ci95[1] - estimate.ci95[0]) / 2) * scale
  if (!Number.isFinite(half)) return [fixed(mean, sharedDecimals(decimals, [mean])), mark]
  const places = sharedDecimals(decimals, half === 0 ? [mean] : [mean, half])
  // The half width is text that joins on, flush left: where its digits begin says more than where they end.
  return [fixed(mean, places), ` ± ${halfWidth(half, places)}${mark}`]
}

/** `-10.2 [-10.4, -9.9]`, with § where `corrected` asks for it: the difference is not significant among those of several policies. */
export function differenceParts(
  difference: BaselineDifference | undefined,
  { decimals, scale }: Shown,
  marks: Marks,
  corrected: boolean,
): Parts {
  if (difference === undefined || difference.mean === null || !Number.isFinite(difference.mean)) return [marks.missing()]
  const mean = difference.mean * scale
  if (difference.ci95 === null || !difference.ci95.every(Number.isFinite)) {
    return [signed(mean, sharedDecimals(decimals, [mean]))]
  }
  const [lower, upper] = difference.ci95
  const places = sharedDecimals(decimals, lower === upper ? [mean] : [mean, ((upper - lower) / 2) * scale])
  const mark = corrected && insignificant(difference) ? marks.insignificant() : ''
  return [signed(mean, places), ' [', fixed(lower * scale, places), ', ', fixed(upper * scale, places), `]${mark}`]
}

/** Not shown to differ among the policies of the comparison. What is the same in every replication needs no test. */
export function insignificant({ significant, ci95 }: BaselineDifference): boolean {
  return significant === false && ci95 !== null && !(ci95[0] === 0 && ci95[1] === 0)
}
