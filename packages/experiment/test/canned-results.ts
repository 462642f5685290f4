// Experiments whose numbers are written down in the test: alternative -> one value per replication and metric.
// Shared by the tests of this package only.

import { compareAlternatives } from '../src/index.js'
import type { Comparison, Experiment, GroupResult, Plan, ReplicationResult } from '../src/index.js'

/** alternative -> metric -> one value per replication. */
export type Table = Record<string, Record<string, readonly (number | null)[]>>

export const resultOf = (metrics: ReplicationResult['metrics'], more: Partial<ReplicationResult> = {}): ReplicationResult => {
  return { digest: '0123456789abcdef', events: 10, metrics, groups: [], ...more }
}

export const groupOf = (name: string, count: number, metrics: GroupResult['metrics'], thin?: readonly string[]): GroupResult => {
  return thin === undefined ? { name, count, metrics } : { name, count, metrics, thin }
}

interface CannedPlan extends Plan {
  table: Table
}

/** Compares the alternatives of a table in the order of its keys, or in the one given. */
export function compareTable(table: Table, more: Partial<Experiment<CannedPlan>> = {}): Comparison {
  const alternatives = Object.keys(table)
  const first = Object.values(Object.values(table)[0] ?? {})[0] ?? []
  return compareAlternatives<CannedPlan>({
    plan: { seed: 'canned', table },
    alternatives,
    replications: first.length,
    replicate: (plan, alternative, replication) => {
      const columns = Object.entries(plan.table[alternative] ?? {})
      return resultOf(Object.fromEntries(columns.map(([metric, values]) => [metric, values[replication] ?? null])))
    },
    ...more,
  })
}
