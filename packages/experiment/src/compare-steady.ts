// Runs a steady-state experiment here, in one thread: runs start empty, and what they see at first is removed before anything is compared.
// How much is known only when all runs are there, so a replication comes in two halves: observe, then summarise what is left.

import { sectioningInterval } from '@powersim/kernel'
import { checkExperiment, runInTurn, type Experiment } from './compare-alternatives.js'
import { type Comparison, compareResults } from './comparison.js'
import { ExperimentError } from './errors.js'
import { checkReplication, type Plan, type ReplicationResult } from './replication.js'
import { partKey, type PooledQuantile, type PooledQuantiles } from './series.js'
import { warmUpOf } from './warm-up.js'

/** The observations behind a quantile of a replication. */
export interface QuantileSample {
  /** Absent for a metric of the whole. */
  readonly group?: string
  readonly metric: string
  readonly p: number
  /** In any order; none when the metric was not observed. */
  readonly values: readonly number[]
}

/** A replication without its warm-up. */
export interface SteadyResult {
  readonly result: ReplicationResult
  /** Metrics of the result that are quantiles. They are judged by sectioning, over the observations of all replications. */
  readonly quantiles: readonly QuantileSample[]
}

export interface SteadyExperiment<P extends Plan, R> extends Omit<Experiment<P>, 'replicate'> {
  /** Runs one replication and keeps what was observed: a pure function, as `replicate` is; what it gives is plain data. */
  readonly observe: (plan: P, alternative: string, replication: number) => R
  /** The observations on which the warm-up is judged, in order of time. The n-th is the same one under every alternative. */
  readonly series: (run: R) => readonly number[]
  /** The numbers of a run without its first `removed` observations. */
  readonly summarise: (run: R, removed: number) => SteadyResult
  /** Observations to remove; absent: as many as MSER-5 says. */
  readonly warmUp?: number
}

/**
 * Runs every alternative under the same replications, removes the warm-up (one cut for all, see `warmUpOf`) and compares what is left.
 * Errors as `compareAlternatives`, and ExperimentError `too-short`.
 */
export function compareSteady<P extends Plan, R>(experiment: SteadyExperiment<P, R>): Comparison {
  const { alternatives, plan, level = 0.95, warmUp: given } = experiment
  checkExperiment(experiment, level)
  if (given !== undefined && !(Number.isSafeInteger(given) && given >= 0)) {
    throw new ExperimentError('bad-warm-up', `warmUp: expected an integer from 0, found ${given}`)
  }
  const runs = runInTurn(experiment, experiment.observe)
  const columns = alternatives.map((name, index) => ({ name, series: runs.map((row) => experiment.series(runOf(row, index))) }))
  const warmUp = warmUpOf(columns, given)
  const pooled = alternatives.map((): QuantileSample[][] => [])
  const results = runs.map((row, replication) =>
    row.map((run, index) => {
      const { result, quantiles } = experiment.summarise(run, warmUp.removed)
      checkReplication(result, { alternative: alternatives[index] ?? '', replication, seed: plan.seed })
      pooled[index]?.push([...quantiles])
      return result
    }),
  )
  const quantiles = pooled.map((replications) => quantilesOf(replications, level))
  return { ...compareResults({ seed: plan.seed, alternatives, results, quantiles }, level), warmUp }
}

/** A table of runs has a run of every alternative in each row. */
function runOf<R>(row: readonly R[], index: number): R {
  const run = row[index]
  if (run === undefined) throw new ExperimentError('bad-result', `expected a run of alternative ${index}, found none`)
  return run
}

/** Pooled quantiles with their intervals, of one alternative, by part and metric. */
function quantilesOf(replications: readonly (readonly QuantileSample[])[], level: number): PooledQuantiles {
  const samples = new Map<string, { p: number; values: (readonly number[])[] }>()
  for (const quantiles of replications) {
    for (const { group, metric, p, values } of quantiles) {
      if (values.length === 0) continue
      const key = partKey(group, metric)
      const sample = samples.get(key)
      if (sample === undefined) samples.set(key, { p, values: [values] })
      else sample.values.push(values)
    }
  }
  const quantiles = new Map<string, PooledQuantile>()
  for (const [key, { p, values }] of samples) {
    const { quantile, ci95 } = sectioningInterval(values, p, level)
    quantiles.set(key, { quantile, ci95 })
  }
  return quantiles
}
