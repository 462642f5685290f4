// The table of operations: how many commands each took and how long it lasted under every policy. The rows stand in the order of the
// protocol's operation table, so that reports of different runs can be laid side by side; operations that it does not know follow.

import type { Comparison, GroupSummary } from '@powersim/experiment'
import { operationTable } from '@powersim/protocol'
import { fixed, percentText, sharedDecimals, shown } from './digits.js'
import { estimateParts, insignificant, type Marks } from './estimate-cells.js'
import { alignedCells, type Column, type ColumnBlocks } from './text-table.js'

/** Null when no operation was run. */
export function operationColumns(comparison: Comparison, marks: Marks): ColumnBlocks | null {
  const { alternatives, differences } = comparison
  const names = operationNames(comparison)
  if (names.length === 0) return null
  const rows = names.map((name) => alternatives.map(({ groups }) => groups.find((group) => group.name === name)))
  const counts = [
    right('commands', rows.map((groups) => perPolicy(groups, marks, (group) => group.metrics['commands_mean']?.mean))),
    right('count', rows.map((groups) => perPolicy(groups, marks, (group) => group.meanCount))),
  ]
  const durations = alternatives.map((alternative, index) => {
    const how = { decimals: shown.time, scale: 1 }
    const cells = rows.map((groups) => estimateParts(groups[index]?.metrics['duration_ms_mean'], how, alternative, marks))
    return [right(alternative.name, alignedCells(cells))]
  })
  const reductions = alternatives.slice(1).map(({ name }) => {
    const heading = alternatives.length === 2 ? 'reduction' : `${name}: reduction`
    return [right(heading, names.map((operation) => reductionText(differences, name, operation, marks, alternatives.length > 2)))]
  })
  const first: Column = { heading: 'operation', cells: names, align: 'left' }
  return { first, blocks: [counts, ...durations, ...reductions] }
}

function right(heading: string, cells: readonly string[]): Column {
  return { heading, cells, align: 'right' }
}

/** In the order of the protocol's operation table, then as found. */
export function operationNames({ alternatives }: Comparison): string[] {
  const known = operationTable.map(({ name }): string => name)
  const found = [...new Set(alternatives.flatMap(({ groups }) => groups.map(({ name }) => name)))]
  return [...known.filter((name) => found.includes(name)), ...found.filter((name) => !known.includes(name))]
}

/** One number when all policies agree on what is shown, otherwise one for each, in the order of the policies. */
function perPolicy(
  groups: readonly (GroupSummary | undefined)[],
  marks: Marks,
  number: (group: GroupSummary) => number | null | undefined,
): string {
  const texts = groups.map((group) => {
    const value = group === undefined ? null : number(group)
    if (typeof value !== 'number' || !Number.isFinite(value)) return marks.missing()
    return fixed(value, sharedDecimals(shown.count, [value]))
  })
  return new Set(texts).size === 1 ? texts.slice(0, 1).join('') : texts.join(' / ')
}

function reductionText(
  differences: Comparison['differences'],
  of: string,
  group: string,
  marks: Marks,
  corrected: boolean,
): string {
  const difference = differences.find((other) => other.of === of && other.group === group && other.metric === 'duration_ms_mean')
  const percent = difference?.reductionPercent
  if (difference === undefined || typeof percent !== 'number' || !Number.isFinite(percent)) return `${marks.missing()}  `
  const interval = difference.ci95
  const contains0 = interval !== null && interval[0] <= 0 && interval[1] >= 0 && interval[0] < interval[1]
  const unclear = corrected ? insignificant(difference) : contains0
  return `${percentText(percent)}${unclear ? ' ~' : '  '}`
}
