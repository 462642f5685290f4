// A comparison of routes for a reader at a terminal: what was compared, the metrics with their differences, what these say in plain
// words, and the operations. Markdown as it stands. The numbers are those of comparison-document.ts, the operations' those of its groups.

import type { BaselineDifference, Comparison } from '@powersim/experiment'
import type { ComparisonSubject } from './comparison-document.js'
import { percentText } from './digits.js'
import { differenceParts, estimateParts, Marks } from './estimate-cells.js'
import { findingsOf, NO_FINDINGS, percentOf } from './findings.js'
import { metricRow } from './metric-row.js'
import { operationColumns } from './operation-table.js'
import { alignedCells, cellText, type Column, type ColumnBlocks, tablesOf, wrapped } from './text-table.js'
import { unsoundText, warmUpText } from './warm-up-text.js'

/** The text, 100 characters a line where names allow it, without a newline at its end. */
export function comparisonTable(comparison: Comparison, about: ComparisonSubject): string {
  const marks = new Marks()
  const metrics = tablesOf(metricColumns(comparison, marks))
  const operations = tablesOf(operationColumns(comparison, marks))
  const parts = [
    ...header(comparison, about),
    ...metrics,
    ...findings(comparison),
    ...(operations.length === 0 ? [] : [wrapped(`Operations: ${operationLegend(comparison)}`, ''), ...operations]),
    ...marks.footnotes(),
  ]
  return parts.join('\n\n')
}

function header({ seed, replications, level, alternatives, warmUp }: Comparison, about: ComparisonSubject): string[] {
  const [baseline = '', ...others] = alternatives.map(({ name }) => cellText(name))
  const title = others.length === 0 ? `Route ${baseline}` : `Comparison of routes: ${others.join(', ')} against ${baseline}`
  const interval = `${percentOf(level)} interval`
  const same = others.length === 0 ? '' : ', with the same commands and draws for every policy'
  const means = replications < 2 ? 'One replication: means without intervals.' : `Mean ± half width of the ${interval} over replications.`
  const legend = [means]
  const unsound = warmUp === undefined ? null : unsoundText(warmUp, cellText)
  if (others.length > 0) {
    legend.push(`Difference: policy minus ${baseline} [${interval}], paired by replication; gain: how many times fewer replications`)
    legend.push('the pairing needs.')
  }
  const latencies = alternatives.some(({ metrics }) => Object.keys(metrics).some((metric) => metric.startsWith('command_latency')))
  if (latencies) legend.push('Latency: of a command, from asking to the absorbed reply.')
  if (warmUp !== undefined) legend.push('Quantiles: of all replications together, with intervals by sectioning.')
  return [
    wrapped(title, '  '),
    [
      `- machine:      ${cellText(about.machine)}`,
      `- workload:     ${cellText(about.workload)}`,
      `- seed:         ${cellText(seed)}`,
      `- replications: ${replications}${same}`,
      ...(warmUp === undefined ? [] : [`- warm-up:      ${warmUpText(warmUp)}`]),
    ].join('\n'),
    wrapped(legend.join(' '), ''),
    ...(unsound === null ? [] : [wrapped(unsound, '')]),
  ]
}

/** The metrics: means, then differences. Null when there are none. */
export function metricColumns({ alternatives, differences, level }: Comparison, marks: Marks): ColumnBlocks | null {
  const names = [...new Set(alternatives.flatMap(({ metrics }) => Object.keys(metrics)))]
  if (names.length === 0) return null
  const [, ...others] = alternatives
  const means = alternatives.map((alternative) => {
    const cells = alignedCells(names.map((name) => estimateParts(alternative.metrics[name], metricRow(name), alternative, marks)))
    return [column(alternative.name, cells)]
  })
  const compared = others.map(({ name }) => {
    const rows = names.map((metric) => find(differences, name, metric))
    const whose = others.length === 1 ? '' : `${name}: `
    return [
      column(
        `${whose}difference [${percentOf(level)}]`,
        alignedCells(rows.map((row, index) => differenceParts(row, metricRow(names[index]!), marks, others.length > 1))),
      ),
      column(
        'reduction',
        rows.map((row) => reductionText(row?.reductionPercent, marks)),
      ),
      column(
        'gain',
        rows.map((row) => gainText(row?.varianceGain, marks)),
      ),
    ]
  })
  const first: Column = { heading: 'metric', cells: names.map((name) => metricRow(name).label), align: 'left' }
  return { first, blocks: [...means, ...compared] }
}

function column(heading: string, cells: readonly string[]): Column {
  return { heading, cells, align: 'right' }
}

function find(differences: readonly BaselineDifference[], of: string, metric: string): BaselineDifference | undefined {
  return differences.find((difference) => difference.group === undefined && difference.of === of && difference.metric === metric)
}

function reductionText(percent: number | null | undefined, marks: Marks): string {
  return typeof percent === 'number' && Number.isFinite(percent) ? percentText(percent) : marks.missing()
}

/** Variances of the two alone over that of their difference. Beyond a thousand only the size matters. */
function gainText(gain: number | null | undefined, marks: Marks): string {
  if (typeof gain !== 'number' || !Number.isFinite(gain)) return marks.missing()
  if (gain >= 999.5) return '>999'
  return gain.toFixed(gain >= 99.95 ? 0 : 1)
}

/** One paragraph for every policy but the first: what its differences mean. */
function findings(comparison: Comparison): string[] {
  if (comparison.alternatives.length > 1 && comparison.replications < 2) return [NO_FINDINGS]
  return findingsOf(comparison).map(({ of, from, verdicts }) => {
    const told = verdicts.map(({ verdict, metrics }) => wrapped(`- ${verdict}: ${metrics.join(', ')}`, '  '))
    return [`With ${cellText(of)} instead of ${cellText(from)}:`, '', ...told].join('\n')
  })
}

function operationLegend({ alternatives }: Comparison): string {
  const legend = 'time per operation in ms, count per replication'
  if (alternatives.length < 2) return legend
  const corrected = alternatives.length > 2
  return `${legend}; ~ the ${corrected ? "difference is not significant after Holm's correction" : 'interval of the difference contains 0'}`
}
