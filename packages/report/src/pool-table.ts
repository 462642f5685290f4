// The result of `powersim pool` for a reader at a terminal: one row per partition, and what the pool had left.
// Takes plain numbers and counts nothing itself.

import { formatDuration, ms } from '@powersim/kernel'
import { fixed } from './digits.js'
import { cellText, type Column, tablesOf } from './text-table.js'

export interface PoolFigures {
  readonly file: string
  readonly seed: string
  readonly windows: number
  readonly fidelity: string
  readonly digest: string
  readonly partitions: readonly {
    readonly name: string
    readonly physc: number
    readonly entc: number
    readonly dispatches: number | null
    readonly maxGapMs: number | null
    readonly meanWaitMs: number | null
  }[]
  readonly pool: { readonly idle: number; readonly app: number }
}

const WINDOW_MS = 10

/** The text, without a newline at its end. Columns that nothing is known of are left out. */
export function poolTable({ file, seed, windows, fidelity, digest, partitions, pool }: PoolFigures): string {
  const first: Column = { heading: 'partition', cells: partitions.map(({ name }) => cellText(name)), align: 'left' }
  const shares = [
    column(
      'physc',
      partitions.map(({ physc }) => physc),
      3,
    ),
    column(
      '%entc',
      partitions.map(({ entc }) => entc),
      1,
    ),
  ]
  const waits = [
    column(
      'dispatches',
      partitions.map(({ dispatches }) => dispatches),
      0,
    ),
    column(
      'longest gap, ms',
      partitions.map(({ maxGapMs }) => maxGapMs),
      3,
    ),
    column(
      'mean wait, ms',
      partitions.map(({ meanWaitMs }) => meanWaitMs),
      3,
    ),
  ].filter((one) => one.cells.some((cell) => cell !== ''))
  return [
    `${file}, seed ${seed}: ${windows} windows (${formatDuration(ms(WINDOW_MS) * windows)}), ${fidelity}`,
    ...tablesOf({ first, blocks: waits.length === 0 ? [shares] : [shares, waits] }),
    `idle ${fixed(pool.idle, 3)} cores, of the shared pool ${fixed(pool.app, 3)} (app); digest ${digest}`,
  ].join('\n\n')
}

function column(heading: string, values: readonly (number | null)[], decimals: number): Column {
  return { heading, cells: values.map((value) => (value === null ? '' : fixed(value, decimals))), align: 'right' }
}
