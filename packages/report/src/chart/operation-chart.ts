// Figure 4.3 of the dissertation for the machine of a comparison: operations in the order of how many commands they issue, how long each
// takes under every policy, and by how much that is less than under the first. The figure's own values are not known: they are an image.

import type { BaselineDifference, Comparison } from '@powersim/experiment'
import { fixed, percentText, shown, sharedDecimals } from '../digits.js'
import { estimateParts, insignificant, Marks } from '../estimate-cells.js'
import { operationNames } from '../operation-table.js'
import { printable } from '../page/markup.js'
import type { Column } from '../text-table.js'
import type { Chart } from './chart.js'
import { type Duration, type Mark, narrowDrawing, type Reduction, wideDrawing } from './operation-drawing.js'
import { logScale } from './scales.js'
import { looksOf, type PolicyLook } from './theme.js'

interface Row {
  readonly operation: string
  /** Per operation, under the first policy that ran it. */
  readonly commands: number
  readonly label: string
}

const METRIC = 'duration_ms_mean'

export function operationChart(comparison: Comparison): Chart {
  const rows = rowsOf(comparison)
  const [baseline, ...others] = comparison.alternatives.map(({ name }) => name)
  const looks = looksOf(comparison.alternatives.map(({ name }) => printable(name)))
  const durations = durationsOf(comparison, rows, looks)
  const reductions = reductionsOf(comparison, rows, looks)
  const scale = logScale(durations.flatMap(({ mean, lower, upper }) => [mean, lower, upper]))
  const marks = scale === null ? null : { rows: rows.map(({ label }) => label), looks, durations, reductions, scale }
  const interval = comparison.replications < 2 ? 'means without intervals' : 'mean with its 95 % interval'
  const reduced = `The reduction is what the mean loses against ${baseline ?? ''}; below 0 the policy is slower.`
  const hollow = 'A hollow mark: the difference is not shown (the interval contains 0, or Holm’s correction takes it back).'
  return {
    name: 'operations',
    title: 'Figure 4.3 for this machine: time per operation',
    caption: [
      `Operations, the fewest commands at the top, and how long each takes under every policy (${interval}).`,
      ...(others.length === 0 ? [] : [reduced, hollow]),
      'The dissertation’s figure 4.3 compares the same; its values are not given in the text.',
    ],
    label:
      `Time per operation under ${looks.map(({ name }) => name).join(', ')}` +
      `${others.length === 0 ? '' : ', and the reduction in percent'}. The numbers are in the table below.`,
    drawings: marks === null ? null : { wide: wideDrawing(marks), narrow: narrowDrawing(marks) },
    columns: columnsOf(comparison, rows),
  }
}

function rowsOf(comparison: Comparison): Row[] {
  const rows = operationNames(comparison).map((operation) => {
    const means = comparison.alternatives.map(({ groups }) => {
      return groups.find(({ name }) => name === operation)?.metrics['commands_mean']?.mean ?? null
    })
    const commands = means.find((mean) => mean !== null) ?? 0
    return { operation, commands, label: `${printable(operation)} (${countText(commands)})` }
  })
  // Stable: equal numbers stay in the order of the table.
  return rows.sort((one, other) => one.commands - other.commands)
}

const countText = (count: number): string => fixed(count, sharedDecimals(shown.count, [count]))

function durationsOf({ alternatives }: Comparison, rows: readonly Row[], looks: readonly PolicyLook[]): Duration[] {
  return rows.flatMap(({ operation, label }) =>
    alternatives.flatMap(({ groups }, index) => {
      const duration = groups.find((group) => group.name === operation)?.metrics[METRIC]
      // A logarithmic axis has no 0.
      if (duration === undefined || duration.mean === null || !(duration.mean > 0)) return []
      const [lower, upper] = duration.ci95 ?? [duration.mean, duration.mean]
      return [{ ...markOf(label, looks[index]!), mean: duration.mean, lower, upper }]
    }),
  )
}

function reductionsOf({ alternatives, differences }: Comparison, rows: readonly Row[], looks: readonly PolicyLook[]): Reduction[] {
  return rows.flatMap(({ operation, label }) =>
    alternatives.flatMap(({ name }, index) => {
      const difference = differences.find(({ of, group, metric }) => of === name && group === operation && metric === METRIC)
      const percent = difference?.reductionPercent ?? null
      if (difference === undefined || percent === null || !Number.isFinite(percent)) return []
      return [{ ...markOf(label, looks[index]!), percent, text: percentText(percent), clear: isShown(difference) }]
    }),
  )
}

function markOf(row: string, { name, ink, shape }: PolicyLook): Mark {
  return { row, policy: name, ink: ink.light, shape }
}

const isShown = (difference: BaselineDifference): boolean => !insignificant(difference) && difference.ci95 !== null

function columnsOf(comparison: Comparison, rows: readonly Row[]): Column[] {
  const { alternatives, differences } = comparison
  const marks = new Marks()
  const how = { decimals: shown.time, scale: 1 }
  return [
    { heading: 'operation', cells: rows.map(({ operation }) => operation), align: 'left' },
    { heading: 'commands', cells: rows.map(({ commands }) => countText(commands)), align: 'right' },
    ...alternatives.map((alternative): Column => {
      const cells = rows.map(({ operation }) => {
        const group = alternative.groups.find(({ name }) => name === operation)
        return estimateParts(group?.metrics[METRIC], how, alternative, marks).join('')
      })
      return { heading: `${alternative.name} (ms)`, cells, align: 'right' }
    }),
    ...alternatives.slice(1).map(({ name }): Column => {
      const cells = rows.map(({ operation }) => {
        const difference = differences.find(({ of, group, metric }) => of === name && group === operation && metric === METRIC)
        const percent = difference?.reductionPercent ?? null
        if (difference === undefined || percent === null || !Number.isFinite(percent)) return marks.missing()
        return `${percentText(percent)}${isShown(difference) ? '' : ' ~'}`
      })
      return { heading: `reduction by ${name}`, cells, align: 'right' }
    }),
  ]
}
