// Ticks and ranges of axes: chosen here from the data, so that a drawing shows what there is and labels do not crowd.
// How they are drawn is up to each chart.

import { log } from '@powersim/kernel'

/** A range of a logarithmic axis around values above 0, with its ticks; null when no value is. */
export interface LogScale {
  readonly domain: [number, number]
  readonly ticks: number[]
}

const LN_10 = log(10)

/** Decimal logarithm, the same on every engine. */
export function log10(x: number): number {
  return log(x) / LN_10
}

/** With 1, 2, 5, 10, … as ticks if the range is short, 1, 10, 100, … if it is long. */
export function logScale(values: readonly number[]): LogScale | null {
  const positive = values.filter((value) => value > 0 && Number.isFinite(value))
  if (positive.length === 0) return null
  const least = positive.reduce((low, value) => Math.min(low, value), Infinity) / 1.12
  const greatest = positive.reduce((high, value) => Math.max(high, value), 0) * 1.12
  const decades = log10(greatest / least)
  const steps = decades > 4 ? [1] : decades > 2.2 ? [1, 3] : [1, 2, 5]
  const ticks: number[] = []
  for (let power = Math.floor(log10(least)); power <= Math.ceil(log10(greatest)); power++) {
    for (const step of steps) {
      // Through text, for 5 * 0.001 is not 0.005.
      const tick = Number(`${step}e${power}`)
      if (tick >= least && tick <= greatest) ticks.push(tick)
    }
  }
  return { domain: [least, greatest], ticks }
}

const units = [
  { name: 'ms', ns: 1e6 },
  { name: 's', ns: 1e9 },
  { name: 'min', ns: 60e9 },
  { name: 'h', ns: 3600e9 },
] as const

/** The unit in which a time of this length is easily read: at least two of it. */
export function timeUnit(lengthNs: number): { readonly name: string; readonly ns: number } {
  return units.findLast(({ ns }) => lengthNs >= 2 * ns) ?? units[0]
}
