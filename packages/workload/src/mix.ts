// A generated mix: operations of several classes that come as a law says, plain data that can be copied to a worker. What a document of a
// mix looks like is known to `powersim`; how a mix becomes lines in simulated time is in play-mix.ts.

import type { LawSpec } from '@powersim/kernel'

/** Limits of a mix; what happens at each is said where it is checked. */
export const mixLimits = {
  /** Classes of a mix. */
  classes: 1000,
  /** Operations of one run, expected and in fact (WorkloadError `too-many-operations`). */
  operations: 1_000_000,
  /** Sessions of a closed mix. */
  sessions: 10_000,
  /** Lines that may be in progress at once (WorkloadError `too-many-in-progress`). */
  inProgress: 100_000,
  /** The shortest mean of a burst and of the calm between bursts, ns. */
  shortestPeriodNs: 1_000_000,
  /** Bursts that an average gap between arrivals may span. */
  burstsPerArrival: 1000,
} as const

/** When operations come. Rates are means over all time, of the mix and not of a console. */
export type MixArrivals =
  /** Open: gaps are exponential, and no arrival waits for the ones before. */
  | { readonly kind: 'poisson'; readonly perSecond: number }
  /**
   * Open, a Markov-modulated Poisson process of two states: bursts and calm take turns, each exponential with its mean; within a burst
   * operations come `burstFactor` times as often as in the calm (Infinity: none comes in the calm).
   */
  | {
      readonly kind: 'bursty'
      readonly perSecond: number
      readonly burstFactor: number
      readonly burstNs: number
      readonly calmNs: number
    }
  /** Closed: each session thinks, types one operation, waits until it has returned, and begins again. */
  | { readonly kind: 'closed'; readonly sessions: number; readonly think: LawSpec }

export interface MixClass {
  readonly name: string
  /** Its part of all operations, relative to the sum of all shares. */
  readonly share: number
  /** The shell line. Its variables are those of the target, and `i`, the number of the operation from 1. */
  readonly text: string
  /** What an operation may be about, one at least: the shell's variables. Each is as likely as the others. */
  readonly targets: readonly Readonly<Record<string, string>>[]
}

/** A mix on a machine. */
export interface Mix {
  /** What errors and lines call it. */
  readonly file: string
  readonly arrivals: MixArrivals
  /** Who types: drawn for each operation of an open mix; session by session, in turn, of a closed one. */
  readonly consoles: readonly string[]
  /** When the typing ends. Operations in progress are waited for. */
  readonly end: { readonly operations: number } | { readonly durationNs: number }
  readonly classes: readonly MixClass[]
  /** For studies: operations at the start of each run that are not looked at; MSER-5 finds how many. */
  readonly warmUp: 'mser-5' | number
}

/** Mean of all arrivals in the calm and in a burst, per ns. */
export function burstyRates(arrivals: Extract<MixArrivals, { kind: 'bursty' }>): { calm: number; burst: number } {
  const { perSecond, burstFactor, burstNs, calmNs } = arrivals
  const perNs = perSecond / 1e9
  // Time in bursts counts burstFactor times; written so that an infinite factor needs no case of its own.
  const burst = (perNs * (burstNs + calmNs)) / (burstNs + calmNs / burstFactor)
  return { calm: burst / burstFactor, burst }
}
