// Latencies of commands as curves of quantiles: how long the given part of the commands took at most, all replications together. The axis
// of the parts is stretched towards the slow end, as the questions are asked there: half, 90 %, 99 %, 99.9 %.

import { type Comparison, type Distribution, levelsOf, quantileOf } from '@powersim/experiment'
import type { TopLevelSpec } from 'vega-lite'
import { fixed, sharedDecimals, shown } from '../digits.js'
import { printable } from '../page/markup.js'
import type { Column } from '../text-table.js'
import { type Chart, collectedText, NARROW, WIDE } from './chart.js'
import { byPolicy } from './curve-marks.js'
import { type LogScale, log10, logScale } from './scales.js'
import { looksOf, type PolicyLook } from './theme.js'

const NAME = 'command_latency_ms'
/** Points of a drawn curve, about. */
const POINTS = 240
/** With fewer commands above it, a point is drawn faintly: it tells of a few commands. */
const TAIL = 100

/** A point of a curve; `nines` is -log10(1 - part). */
interface Point {
  readonly policy: string
  readonly nines: number
  readonly ms: number
  readonly faint: boolean
}

const TICKS = [
  { part: 0, text: '0' },
  { part: 0.5, text: '50 %' },
  { part: 0.9, text: '90 %' },
  { part: 0.95, text: '95 %' },
  { part: 0.99, text: '99 %' },
  { part: 0.999, text: '99.9 %' },
  { part: 0.9999, text: '99.99 %' },
  { part: 0.99999, text: '99.999 %' },
] as const

const LEFT_OUT_WHEN_NARROW: readonly string[] = ['0', '95 %', '99.999 %']

const TABLE_LEVELS = [0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1]

export function latencyChart(comparison: Comparison): Chart {
  const { alternatives } = comparison
  const distributions = alternatives.map(({ name, distributions }) => ({ name, distribution: distributions?.[NAME] }))
  const looks = looksOf(alternatives.map(({ name }) => printable(name)))
  const points = distributions.flatMap(({ name, distribution }) => {
    return distribution === undefined ? [] : pointsOf(printable(name), distribution)
  })
  const scale = logScale(points.map(({ ms }) => ms))
  return {
    name: 'latencies',
    title: 'Latency of commands',
    caption: [
      `Each curve: the latency that so many of the commands did not exceed, of ${collectedText(comparison)} together. Lower is faster;`,
      `where curves cross, one policy is better for most commands and the other for the slowest. Faint: fewer than ${TAIL} commands lie`,
      'beyond. The quantiles among the metrics are means of what each replication had alone, so they differ a little.',
    ],
    label: `Quantiles of command latency under ${looks.map(({ name }) => name).join(', ')}. The numbers are in the table below.`,
    drawings: scale === null ? null : { wide: drawing(points, looks, scale, false), narrow: drawing(points, looks, scale, true) },
    columns: columnsOf(distributions),
  }
}

/** Evenly along the axis, so that no point that could be seen is left out; every one was observed. */
function pointsOf(policy: string, distribution: Distribution): Point[] {
  const { count, values } = distribution
  const all = levelsOf(distribution).map((level, index) => {
    const beyond = count * (1 - level)
    return { policy, nines: 0 - log10(1 - level), ms: values[index] ?? 0, faint: beyond < TAIL }
  })
  const last = all.at(-1)
  if (last === undefined) return []
  const every = last.nines / POINTS
  let next = 0
  const kept = all.filter((point) => {
    if (point !== last && point.nines < next) return false
    next = point.nines + every
    return point.ms > 0
  })
  // The faint part begins where the other ends.
  const bend = kept.findIndex(({ faint }) => faint)
  const joint = bend > 0 ? kept[bend - 1] : undefined
  return joint === undefined ? kept : [...kept.slice(0, bend), { ...joint, faint: true }, ...kept.slice(bend)]
}

function columnsOf(distributions: readonly { name: string; distribution: Distribution | undefined }[]): Column[] {
  const levelText = (level: number): string => {
    return level === 0 ? 'least' : level === 1 ? 'greatest' : `${Number((100 * level).toFixed(3))} %`
  }
  return [
    { heading: 'commands', cells: [...TABLE_LEVELS.map(levelText), 'observed'], align: 'left' },
    ...distributions.map(({ name, distribution }): Column => {
      const cells = TABLE_LEVELS.map((level) => {
        const ms = distribution === undefined ? null : quantileOf(distribution, level)
        return ms === null ? '–' : fixed(ms, sharedDecimals(shown.time, [ms]))
      })
      return { heading: `${name} (ms)`, cells: [...cells, String(distribution?.count ?? 0)], align: 'right' }
    }),
  ]
}

function drawing(points: readonly Point[], looks: readonly PolicyLook[], { domain, ticks }: LogScale, narrow: boolean): TopLevelSpec {
  const most = points.reduce((nines, point) => Math.max(nines, point.nines), 0.5)
  const shownTicks = TICKS.map(({ part, text }) => ({ nines: 0 - log10(1 - part), text }))
    .filter(({ nines }) => nines <= most)
    .filter(({ text }) => !narrow || !LEFT_OUT_WHEN_NARROW.includes(text))
  const texts = JSON.stringify(shownTicks.map(({ text }) => text))
  return {
    width: narrow ? NARROW - 56 : WIDE - 90,
    height: narrow ? 280 : 340,
    data: { values: [...points] },
    mark: { type: 'line', strokeWidth: 2, strokeJoin: 'round', interpolate: 'linear' },
    encoding: {
      x: {
        field: 'nines',
        type: 'quantitative',
        scale: { domain: [0, most], nice: false },
        axis: {
          title: 'part of the commands',
          values: shownTicks.map(({ nines }) => nines),
          labelExpr: `${texts}[round(datum.index * ${Math.max(1, shownTicks.length - 1)})]`,
          labelFlush: true,
        },
      },
      y: {
        field: 'ms',
        type: 'quantitative',
        scale: { type: 'log', domain, nice: false },
        axis: { title: 'latency at most, ms (logarithmic)', values: ticks, format: '~r' },
      },
      ...byPolicy(looks),
      opacity: {
        field: 'faint',
        type: 'ordinal',
        legend: null,
        scale: { domain: [false, true], range: [1, 0.4] },
      },
    },
  }
}
