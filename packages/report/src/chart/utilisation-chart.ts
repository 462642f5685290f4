// How busy each component was over simulated time, under every policy: the mean over replications, in bins. One panel per component, each
// with its own scale, for a hypervisor at a thousandth of its capacity would be a line at the bottom of the service processor's.

import type { Comparison } from '@powersim/experiment'
import type { TopLevelSpec } from 'vega-lite'
import { fixed, sharedDecimals, shown } from '../digits.js'
import { metricRow } from '../metric-row.js'
import { printable } from '../page/markup.js'
import type { Column } from '../text-table.js'
import { type Chart, collectedText, NARROW, WIDE } from './chart.js'
import { byPolicy } from './curve-marks.js'
import { timeUnit } from './scales.js'
import { looksOf, type PolicyLook } from './theme.js'

/** One level over time of one policy. */
interface Curve {
  readonly component: string
  readonly policy: string
  readonly binNs: number
  readonly percents: readonly (number | null)[]
  readonly observed: readonly number[]
}

export function utilisationChart(comparison: Comparison): Chart {
  const { alternatives } = comparison
  const looks = looksOf(alternatives.map(({ name }) => printable(name)))
  const curves = alternatives.flatMap(({ name, series = {} }) =>
    Object.entries(series).map(([metric, { binNs, means, observed }]): Curve => {
      const percents = means.map((mean) => (mean === null ? null : 100 * mean))
      return { component: metricRow(metric).words, policy: name, binNs, percents, observed }
    }),
  )
  // A component that no run had is not drawn.
  const drawn = curves.filter(({ percents }) => percents.some((percent) => percent !== null))
  const binNs = drawn[0]?.binNs ?? 1
  const bins = drawn.reduce((most, { percents }) => Math.max(most, percents.length), 0)
  const unit = timeUnit(bins * binNs)
  const width = `${Number((binNs / timeUnit(binNs).ns).toPrecision(4))} ${timeUnit(binNs).name}`
  return {
    name: 'utilisation',
    title: 'Utilisation over simulated time',
    caption: [
      `Part of the time that each component was busy, in bins of ${width}: the mean over those of ${collectedText(comparison)} that had`,
      'not ended. Each panel has its own scale. The first bin holds the opening of the consoles’ sessions.',
    ],
    label:
      `Utilisation over simulated time of ${[...new Set(drawn.map(({ component }) => component))].join(', ')} under ` +
      `${looks.map(({ name }) => name).join(', ')}. The numbers are in the table below.`,
    drawings: drawn.length === 0 ? null : { wide: drawing(drawn, looks, unit, false), narrow: drawing(drawn, looks, unit, true) },
    columns: columnsOf(drawn, bins, binNs, unit),
  }
}

type Unit = ReturnType<typeof timeUnit>

function columnsOf(curves: readonly Curve[], bins: number, binNs: number, unit: Unit): Column[] {
  const starts = Array.from({ length: bins }, (_, bin) => fixed((bin * binNs) / unit.ns, 3).replace(/\.?0+$/, ''))
  const replications = starts.map((_, bin) => {
    const counts = [...new Set(curves.map(({ observed }) => observed[bin] ?? 0))]
    return counts.length === 1 ? String(counts[0]) : `${Math.min(...counts)} to ${Math.max(...counts)}`
  })
  return [
    { heading: `from (${unit.name})`, cells: starts, align: 'left' },
    { heading: 'replications', cells: replications, align: 'right' },
    ...curves.map(({ component, policy, percents }): Column => {
      const cells = starts.map((_, bin) => {
        const percent = percents[bin] ?? null
        return percent === null ? '–' : fixed(percent, sharedDecimals(shown.percent, [percent]))
      })
      return { heading: `${component}, ${policy} (%)`, cells, align: 'right' }
    }),
  ]
}

function drawing(curves: readonly Curve[], looks: readonly PolicyLook[], unit: Unit, narrow: boolean): TopLevelSpec {
  const components = [...new Set(curves.map(({ component }) => component))]
  const end = curves.reduce((latest, { binNs, percents }) => Math.max(latest, (percents.length * binNs) / unit.ns), 0)
  return {
    vconcat: components.map((component, index) => ({
      title: `${component}, %`,
      width: narrow ? NARROW - 56 : WIDE - 90,
      height: narrow ? 110 : 120,
      data: { values: curves.filter((curve) => curve.component === component).flatMap((curve) => pointsOf(curve, unit)) },
      mark: { type: 'line' as const, interpolate: 'step-after' as const, strokeWidth: 1.6, strokeJoin: 'round' as const },
      encoding: {
        x: {
          field: 'at',
          type: 'quantitative' as const,
          scale: { domain: [0, end], nice: false },
          axis: {
            title: index === components.length - 1 ? `simulated time, ${unit.name}` : null,
            grid: false,
            tickCount: narrow ? 5 : 10,
          },
        },
        y: {
          field: 'percent',
          type: 'quantitative' as const,
          scale: { zero: true, nice: true },
          axis: { title: null, tickCount: 4, format: '~g', minExtent: 42 },
        },
        ...byPolicy(looks),
      },
    })),
  }
}

/** A point at the start of each bin, and one at the end of the last. */
function pointsOf({ policy, binNs, percents }: Curve, unit: Unit) {
  const at = (bin: number): number => (bin * binNs) / unit.ns
  const points = percents.flatMap((percent, bin) => (percent === null ? [] : [{ policy: printable(policy), at: at(bin), percent }]))
  const last = points.at(-1)
  return last === undefined ? points : [...points, { ...last, at: at(percents.length) }]
}
