// How a metric is shown: its label with the unit, and the numbers in that unit. Metrics that this file does not know are shown by
// their own name; its unit is read off the name (`_ms`, `_utilization`), as everywhere in powersim.

import { shown, type Decimals } from './digits.js'

/** Where a metric's numbers go through before they are printed. */
export interface MetricRow {
  /** With the unit. */
  readonly label: string
  /** Without the unit, for a sentence. */
  readonly words: string
  readonly decimals: Decimals
  /** From the metric's unit to the label's. */
  readonly scale: number
}

const words = new Map([
  ['command_latency_ms_mean', 'latency mean'],
  ['command_latency_ms_p50', 'latency p50'],
  ['command_latency_ms_p95', 'latency p95'],
  ['command_latency_ms_p99', 'latency p99'],
  ['fsp_utilization', 'FSP utilisation'],
  ['nets_utilization', 'NETS utilisation'],
  ['phyp_utilization', 'PHYP utilisation'],
  ['fsp_own_latency_ms_mean', 'FSP own latency'],
])

export function metricRow(metric: string): MetricRow {
  if (metric.endsWith('_utilization')) {
    const name = words.get(metric) ?? metric.replace('_utilization', ' utilisation').replaceAll('_', ' ')
    return { label: `${name} (%)`, words: name, decimals: shown.percent, scale: 100 }
  }
  const parts = metric.split('_')
  const name = words.get(metric) ?? parts.filter((part) => part !== 'ms').join(' ')
  if (parts.includes('ms')) return { label: `${name} (ms)`, words: name, decimals: shown.time, scale: 1 }
  return { label: name, words: name, decimals: shown.count, scale: 1 }
}
