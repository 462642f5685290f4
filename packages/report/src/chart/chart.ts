// A chart as the page needs it: what is drawn, for a wide and for a narrow window, and the numbers behind it. A drawing made for one width
// and shrunk to another cannot be read, so there are two. Who draws is in draw.ts.

import type { Comparison } from '@powersim/experiment'
import type { TopLevelSpec } from 'vega-lite'
import type { Column } from '../text-table.js'

/** Widths of drawings, px: as wide as the page is, and as a telephone held upright is. */
export const WIDE = 900
export const NARROW = 364

export interface Chart {
  /** In an id: lower case letters. */
  readonly name: string
  readonly title: string
  /** One or more sentences under the drawing: what is drawn, how to read it. */
  readonly caption: readonly string[]
  /** Said to who does not see it. */
  readonly label: string
  /** Null when there is nothing to draw. */
  readonly drawings: { readonly wide: TopLevelSpec; readonly narrow: TopLevelSpec } | null
  /** The numbers behind it. */
  readonly columns: readonly Column[]
}

/** Which replications curves are made of: all, or those for which they were collected. */
export function collectedText({ alternatives, replications }: Comparison): string {
  const [{ perReplication = [] } = {}] = alternatives
  const collected = perReplication.filter(({ distributions, series }) => distributions !== undefined || series !== undefined).length
  return collected < replications ? `the first ${collected} of ${replications} replications` : 'all replications'
}
