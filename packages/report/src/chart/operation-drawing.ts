// How operation-chart.ts is drawn: two panels whose rows are the operations, durations and reductions, with a slot per policy in each row.
// Side by side in a wide window; under each other in a narrow one, with the names above their rows.

import type { TopLevelSpec } from 'vega-lite'
import { NARROW } from './chart.js'
import type { LogScale } from './scales.js'
import { inks, type PolicyLook } from './theme.js'

/** A duration under one policy, or its reduction; `row` is the label of the operation. */
export interface Mark {
  readonly row: string
  readonly policy: string
  readonly ink: string
  readonly shape: string
}

export interface Duration extends Mark {
  readonly mean: number
  readonly lower: number
  readonly upper: number
}

export interface Reduction extends Mark {
  readonly percent: number
  readonly text: string
  /** Whether the difference is shown to be one. */
  readonly clear: boolean
}

export interface OperationMarks {
  readonly rows: readonly string[]
  readonly looks: readonly PolicyLook[]
  readonly durations: readonly Duration[]
  readonly reductions: readonly Reduction[]
  readonly scale: LogScale
}

/** A reduction below this is drawn at the edge, its number beside it. */
const LEAST_PERCENT = -100
const SLOT_OF_NAME = ''
/** Between rows, px. */
const GAP = 7
const ink = { field: 'ink', type: 'nominal' as const, scale: null }
const shape = { field: 'shape', type: 'nominal' as const, scale: null }

export function wideDrawing(marks: OperationMarks): TopLevelSpec {
  const times = timePanel(marks, 430, false)
  if (marks.looks.length < 2) return { vconcat: [times] }
  return { hconcat: [times, reductionPanel(marks, 170, false)], spacing: 24, resolve: { scale: { yOffset: 'independent' } } }
}

export function narrowDrawing(marks: OperationMarks): TopLevelSpec {
  const times = timePanel(marks, NARROW - 16, true)
  if (marks.looks.length < 2) return { vconcat: [times] }
  return { vconcat: [times, reductionPanel(marks, NARROW - 72, true)], spacing: 28, resolve: { scale: { yOffset: 'independent' } } }
}

function timePanel({ rows, looks, durations, scale: { domain, ticks } }: OperationMarks, width: number, named: boolean) {
  const { height, y, yOffset } = placeOf(rows, looks, named, !named)
  const scale = { type: 'log' as const, domain, nice: false, clamp: true }
  return {
    title: 'time per operation, ms (logarithmic)',
    width,
    height,
    data: { values: [...durations] },
    layer: [
      ...(named ? [names(rows, y, yOffset)] : []),
      {
        mark: { type: 'rule' as const, strokeWidth: 1.6 },
        encoding: {
          x: {
            field: 'lower',
            type: 'quantitative' as const,
            scale,
            axis: { title: null, values: ticks, format: '~r', grid: true, orient: 'top' as const },
          },
          x2: { field: 'upper' },
          y,
          yOffset,
          color: ink,
        },
      },
      {
        mark: { type: 'point' as const, filled: true, size: 42, opacity: 1 },
        encoding: { x: { field: 'mean', type: 'quantitative' as const, scale }, y, yOffset, color: ink, shape },
      },
    ],
  }
}

function reductionPanel({ rows, looks, reductions }: OperationMarks, width: number, named: boolean) {
  const { height, y, yOffset } = placeOf(rows, looks.slice(1), named, false, looks.length)
  const percents = reductions.map(({ percent }) => percent)
  const least = Math.max(LEAST_PERCENT, Math.floor(Math.min(0, ...percents) / 10) * 10)
  const greatest = Math.ceil(Math.max(10, ...percents) / 10) * 10
  const scale = { domain: [least, greatest], nice: false, clamp: true }
  return {
    title: 'reduction, %',
    width,
    height,
    data: { values: [...reductions] },
    layer: [
      ...(named ? [names(rows, y, yOffset)] : []),
      {
        mark: { type: 'rule' as const, strokeWidth: 2 },
        encoding: {
          x: {
            field: 'percent',
            type: 'quantitative' as const,
            scale,
            axis: { title: null, tickCount: 4, grid: true, format: '~r', orient: 'top' as const },
          },
          x2: { datum: 0 },
          y,
          yOffset,
          color: ink,
        },
      },
      {
        mark: { type: 'point' as const, size: 42, strokeWidth: 1.6, opacity: 1 },
        encoding: {
          x: { field: 'percent', type: 'quantitative' as const, scale },
          y,
          yOffset,
          color: ink,
          shape,
          fill: { condition: { test: 'datum.clear', ...ink }, value: inks.paper.light },
        },
      },
      {
        mark: { type: 'text' as const, align: 'right' as const, baseline: 'middle' as const, fontSize: 10.5 },
        encoding: { x: { value: width + 54 }, y, yOffset, text: { field: 'text', type: 'nominal' as const } },
      },
    ],
  }
}

/** Where the marks of a row stand: a slot per policy, before them one for the name if it stands above the row. */
function placeOf(rows: readonly string[], looks: readonly PolicyLook[], named: boolean, labels: boolean, slots = looks.length) {
  // Both panels have rows of the same height, though one has a slot less.
  const slotsHeight = named ? 17 * (looks.length + 1) : slots * Math.max(12, 30 / slots)
  const step = slotsHeight / (looks.length + (named ? 1 : 0))
  return {
    height: { step, for: 'offset' as const },
    y: {
      field: 'row',
      type: 'nominal' as const,
      scale: { domain: [...rows], paddingInner: GAP / (slotsHeight + GAP), paddingOuter: GAP / (2 * (slotsHeight + GAP)) },
      axis: {
        title: null,
        labels,
        ticks: false,
        domain: false,
        grid: true,
        tickBand: 'extent' as const,
        labelPadding: 8,
        labelOverlap: false,
      },
    },
    yOffset: {
      field: 'policy',
      type: 'nominal' as const,
      scale: { domain: [...(named ? [SLOT_OF_NAME] : []), ...looks.map(({ name }) => name)] },
    },
  }
}

type Place = ReturnType<typeof placeOf>

function names(rows: readonly string[], y: Place['y'], yOffset: Place['yOffset']) {
  return {
    data: { values: rows.map((row) => ({ row, policy: SLOT_OF_NAME })) },
    mark: { type: 'text' as const, align: 'left' as const, baseline: 'middle' as const, fontWeight: 600 as const, limit: NARROW - 24 },
    encoding: { x: { value: 3 }, y, yOffset, text: { field: 'row', type: 'nominal' as const } },
  }
}
