// A comparison with curves, made by hand from fixed rules: any number of policies and operations, under any names.
// For the tests of the page; sample-comparison.ts has the one that the tables are tested with.

import { type Comparison, compareResults, distributionOf, type LevelSeries, type ReplicationResult } from '@powersim/experiment'

export interface CurvedOptions {
  readonly policies?: readonly string[]
  readonly operations?: readonly string[]
  readonly replications?: number
  readonly commands?: number
}

const POLICIES = ['fsp-only', 'by-target']
const OPERATIONS = ['lssyscfg lpar', 'chhwres mem add', 'lsled']

/** Numbers that differ from one another without any chance. */
const wave = (step: number): number => 0.5 + ((step * 7919) % 101) / 101

export function curvedComparison(options: CurvedOptions = {}): Comparison {
  const { policies = POLICIES, operations = OPERATIONS, replications = 4, commands = 300 } = options
  const results = Array.from({ length: replications }, (_, replication) =>
    policies.map((_, policy) => resultOf(policy, replication, operations, commands)),
  )
  return compareResults({ seed: 'mittal-2013', alternatives: policies, results })
}

function resultOf(policy: number, replication: number, operations: readonly string[], commands: number): ReplicationResult {
  const factor = (1 + 0.1 * wave(replication)) / (1 + policy)
  const latencies = Array.from({ length: commands }, (_, command) => (4 + 30 * wave(command) ** 6) * factor)
  const mean = commands === 0 ? null : latencies.reduce((sum, latency) => sum + latency, 0) / commands
  const level = (height: number): LevelSeries => {
    const values = Array.from({ length: 40 }, (_, bin) => height * wave(bin + policy))
    return { binNs: 31_250_000, endNs: 40 * 31_250_000 - 1000 * replication, values }
  }
  return {
    digest: String(100 * policy + replication).padStart(16, '0'),
    events: 1000 + replication,
    metrics: {
      command_latency_ms_mean: mean,
      fsp_utilization: 0.2 * factor,
      nets_utilization: policy === 0 ? 0 : 0.01,
      commands_failed: 0,
    },
    groups: operations.map((name, index) => {
      const duration = 40 * (index + 1) * wave(index + 3) * factor
      return { name, count: 2, metrics: { commands_mean: operations.length - index, duration_ms_mean: duration } }
    }),
    distributions: { command_latency_ms: distributionOf(latencies) },
    series: { fsp_utilization: level(0.3), nets_utilization: level(0.001 * policy), phyp_utilization: level(0.0005) },
  }
}
