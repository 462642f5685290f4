// The results of `powersim memory` for a reader at a terminal: faults of policies by frames, or one row per partition of a pool.
// Takes plain numbers and counts nothing itself.

import { fixed } from './digits.js'
import { cellText, type Column, tablesOf } from './text-table.js'

export interface PageFaultsFigures {
  readonly file: string
  readonly references: number
  readonly distinct: number
  readonly results: readonly { readonly policy: string; readonly frames: number; readonly faults: number }[]
}

export interface MemoryPoolFigures {
  readonly file: string
  readonly seed: string
  readonly seconds: number
  readonly overcommit: number
  readonly partitions: readonly {
    readonly name: string
    readonly logicalMiB: number
    readonly residentMiB: number
    readonly loanedMiB: number
    readonly faultsPerSecond: number
    readonly faultLatencyMs: { readonly mean: number | null; readonly p95: number | null }
  }[]
  readonly digest: string
}

/** A row per number of frames, a column per policy; without a newline at its end. */
export function pageFaultsTable({ file, references, distinct, results }: PageFaultsFigures): string {
  const frames = [...new Set(results.map((result) => result.frames))]
  const policies = [...new Set(results.map((result) => result.policy))]
  const first: Column = { heading: 'frames', cells: frames.map(String), align: 'right' }
  const columns = policies.map((policy): Column => {
    const faults = frames.map((count) => results.find((result) => result.policy === policy && result.frames === count)?.faults)
    return { heading: `${policy} faults`, cells: faults.map((count) => (count === undefined ? '' : String(count))), align: 'right' }
  })
  const heading = `${file}: ${references} references to ${distinct} pages`
  return [heading, ...tablesOf({ first, blocks: columns.map((one) => [one]) })].join('\n\n')
}

/** The text, without a newline at its end. */
export function memoryPoolTable({ file, seed, seconds, overcommit, partitions, digest }: MemoryPoolFigures): string {
  const first: Column = { heading: 'partition', cells: partitions.map(({ name }) => cellText(name)), align: 'left' }
  const amounts = [
    column('logical, MiB', partitions, (one) => one.logicalMiB, 0),
    column('resident, MiB', partitions, (one) => one.residentMiB, 1),
    column('loaned, MiB', partitions, (one) => one.loanedMiB, 1),
  ]
  const faults = [
    column('faults/s', partitions, (one) => one.faultsPerSecond, 2),
    column('mean wait, ms', partitions, (one) => one.faultLatencyMs.mean, 3),
    column('p95, ms', partitions, (one) => one.faultLatencyMs.p95, 3),
  ]
  return [
    `${file}, seed ${seed}: ${seconds} s, over-commitment ${fixed(overcommit, 3)}`,
    ...tablesOf({ first, blocks: [amounts, faults] }),
    `digest ${digest}`,
  ].join('\n\n')
}

function column<T>(heading: string, rows: readonly T[], valueOf: (row: T) => number | null, decimals: number): Column {
  const cells = rows.map((row) => {
    const value = valueOf(row)
    return value === null ? '' : fixed(value, decimals)
  })
  return { heading, cells, align: 'right' }
}
