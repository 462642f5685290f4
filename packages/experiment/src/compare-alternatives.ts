// Runs an experiment here, in one thread: every alternative under the same replications, then the comparison of the results.
// What one replication does comes in as a function; what the results say is computed in comparison.ts.

import { compareResults } from './comparison.js'
import type { Comparison } from './comparison.js'
import { ExperimentError } from './errors.js'
import type { ReplicationPlace } from './errors.js'
import { checkReplication } from './replication.js'
import type { Plan, Replicate } from './replication.js'

/** The most replications of an experiment: their results are all kept. More give ExperimentError 'bad-replications'. */
export const maximumReplications = 100_000

export interface Experiment<P extends Plan> {
  /** Plain data, handed to every replication as it is. Its seed names the random numbers of the whole experiment. */
  plan: P
  /** At least one; the first is the baseline. */
  alternatives: readonly string[]
  /** From 1; an interval needs 2. */
  replications: number
  replicate: Replicate<P>
  /** Called before the first run and after each: runs done, and runs in all (replications times alternatives). */
  progress?: (done: number, total: number) => void
  /** Confidence level of the intervals, between 0 and 1; default 0.95. */
  level?: number
}

/**
 * Runs every alternative under the same replications (0, 1, …) and compares them. The order is replication by replication, so that a
 * longer experiment begins with the runs of a shorter one.
 * Throws ExperimentError: for the call before anything runs; for a replication naming alternative, replication and seed.
 */
export function compareAlternatives<P extends Plan>(experiment: Experiment<P>): Comparison {
  const { plan, alternatives, level = 0.95 } = experiment
  checkExperiment(experiment, level)
  return compareResults({ seed: plan.seed, alternatives, results: runInTurn(experiment, experiment.replicate, checkReplication) }, level)
}

/**
 * All runs of an experiment, `[replication][alternative]`, each checked as it comes. What `run` throws becomes ExperimentError
 * `replicate-threw`, which names the run.
 */
export function runInTurn<P extends Plan, R>(
  { plan, alternatives, replications, progress }: Omit<Experiment<P>, 'replicate'>,
  run: (plan: P, alternative: string, replication: number) => R,
  check?: (result: R, place: ReplicationPlace) => void,
): R[][] {
  const total = replications * alternatives.length
  const runs: R[][] = []
  let done = 0
  progress?.(done, total)
  for (let replication = 0; replication < replications; replication++) {
    const row: R[] = []
    for (const alternative of alternatives) {
      const place = { alternative, replication, seed: plan.seed }
      let result: R
      try {
        result = run(plan, alternative, replication)
      } catch (cause) {
        throw new ExperimentError('replicate-threw', cause instanceof Error ? cause.message : String(cause), { place, cause })
      }
      check?.(result, place)
      row.push(result)
      progress?.(++done, total)
    }
    runs.push(row)
  }
  return runs
}

export function checkExperiment<P extends Plan>(
  { plan, alternatives, replications }: Omit<Experiment<P>, 'replicate'>,
  level: number,
): void {
  if (typeof plan.seed !== 'string' || plan.seed === '') {
    throw new ExperimentError('seed-required', 'plan.seed: expected a text that is not empty')
  }
  if (alternatives.length === 0) throw new ExperimentError('no-alternatives', 'alternatives: expected at least one, found none')
  const twice = alternatives.find((name, index) => alternatives.indexOf(name) < index)
  if (twice !== undefined) {
    throw new ExperimentError('duplicate-alternative', `alternatives: expected each name once, found "${twice}" again`)
  }
  if (!Number.isInteger(replications) || replications < 1 || replications > maximumReplications) {
    const message = `replications: expected an integer from 1 to ${maximumReplications}, found ${replications}`
    throw new ExperimentError('bad-replications', message)
  }
  if (!(level > 0 && level < 1)) throw new ExperimentError('bad-level', `level: expected a number between 0 and 1, found ${level}`)
}
