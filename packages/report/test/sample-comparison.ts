// Comparisons made by hand for the tests of this package: two routes, three replications, two operations.
// The statistics are experiment's own; only the numbers that go in are written down here.

import { type Comparison, compareResults, type GroupResult, type ReplicationResult } from '@powersim/experiment'

export const about = { machine: 'power520', workload: 'day-one.hmc' }

const metricNames = [
  'command_latency_ms_mean',
  'command_latency_ms_p99',
  'fsp_utilization',
  'nets_utilization',
  'fsp_own_latency_ms_mean',
  'commands_completed',
  'commands_failed',
  'commands_lost',
] as const

/** A replication's metrics in the order of `metricNames`. */
type Row = readonly (number | null)[]

const operation = (name: string, count: number, commands: number, durationMs: number): GroupResult => ({
  name,
  count,
  metrics: { commands_mean: commands, duration_ms_mean: durationMs, duration_ms_p50: durationMs - 1, duration_ms_p95: durationMs + 2 },
})

const result = (row: Row, groups: readonly GroupResult[]): ReplicationResult => ({
  digest: '00000000000000ff',
  events: 1000,
  metrics: Object.fromEntries(metricNames.map((name, index) => [name, row[index] ?? null])),
  groups,
  thin: ['command_latency_ms_p99'],
})

const fspOnly: readonly Row[] = [
  [16.1, 48, 0.31, 0, null, 412, 1, 0],
  [17.4, 52, 0.33, 0, null, 412, 0, 0],
  [15.2, 47, 0.3, 0, null, 412, 0, 0],
]

const byTarget: readonly Row[] = [
  [7.7, 21, 0.09, 0.011, 9.1, 412, 0, 0],
  [8.3, 23, 0.1, 0.012, 9.3, 412, 0, 0],
  [7.4, 20, 0.08, 0.011, 9.2, 412, 1, 0],
]

/** fsp-only and by-target; more alternatives are copies of by-target. */
export function sampleComparison(replications = 3, alternatives: readonly string[] = ['fsp-only', 'by-target']): Comparison {
  const results = fspOnly.slice(0, replications).map((row, replication) =>
    alternatives.map((_, index) => {
      if (index === 0) return result(row, [operation('chhwres mem add', 3, 12, 1250 + replication), operation('lssyscfg lpar', 20, 9, 141)])
      const groups = [
        operation('chhwres mem add', 3, 12, 1190 + 2 * replication),
        operation('lssyscfg lpar', 20, 9, 59 + replication),
        operation('lsled', 1, 1, 5),
      ]
      return result(byTarget[replication] ?? [], groups)
    }),
  )
  return compareResults({ seed: 'mittal-2013', alternatives, results })
}
