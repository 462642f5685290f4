// How much of the runs of a steady-state experiment is warm-up: one cut for all alternatives, so that what is left of two alternatives is
// the same observations, pair by pair. The rule that finds the cut of one alternative is the kernel's MSER-5.

import { warmUpByMser5 } from '@powersim/kernel'
import { ExperimentError } from './errors.js'

/** What MSER-5 says of one alternative, once, on the average of its replications. */
export interface AlternativeWarmUp {
  name: string
  /** Observations that it would remove. */
  mser5: number
  /** False: its least is at the middle of the runs, which are too short to tell their warm-up from the rest, or never become steady. */
  reliable: boolean
}

/** What was removed from the start of every run of an experiment, and whether that is sound. */
export interface WarmUpReport {
  /** `mser-5`: the largest cut of the alternatives. `given`: the caller's. */
  method: 'mser-5' | 'given'
  /** Observations removed from every run. */
  removed: number
  /** Observations in the shortest run, those removed included. */
  observations: number
  /** MSER-5 is reliable for every alternative, and removes no more than was removed. False: what is left may hold warm-up. */
  sound: boolean
  alternatives: AlternativeWarmUp[]
}

/** Fewer observations than two batches of MSER-5 show nothing. */
const SHORTEST = 10

/** The series of one alternative, by replication. */
export interface AlternativeRuns {
  readonly name: string
  readonly series: readonly (readonly number[])[]
}

/**
 * The warm-up of an experiment: `given` observations, or what MSER-5 finds. Throws ExperimentError `too-short` when a run has fewer than 10
 * observations, or when nothing of it would be left.
 */
export function warmUpOf(runs: readonly AlternativeRuns[], given: number | undefined): WarmUpReport {
  const alternatives = runs.map(({ name, series }): AlternativeWarmUp => {
    const shortest = Math.min(...series.map(({ length }) => length))
    if (shortest < SHORTEST) {
      throw tooShort(name, shortest, `at least ${SHORTEST}`)
    }
    const { truncate, reliable } = warmUpByMser5(series.map((values) => values.slice(0, shortest)))
    return { name, mser5: truncate, reliable }
  })
  const found = Math.max(...alternatives.map(({ mser5 }) => mser5))
  const removed = given ?? found
  for (const { name, series } of runs) {
    for (const { length } of series) if (length <= removed) throw tooShort(name, length, `more than the warm-up of ${removed}`)
  }
  return {
    method: given === undefined ? 'mser-5' : 'given',
    removed,
    observations: Math.min(...runs.flatMap(({ series }) => series.map(({ length }) => length))),
    sound: alternatives.every(({ reliable }) => reliable) && found <= removed,
    alternatives,
  }
}

function tooShort(alternative: string, length: number, expected: string): ExperimentError {
  const message = `alternative "${alternative}": a run has ${length} observations, expected ${expected}: run longer`
  return new ExperimentError('too-short', message)
}
