// Traces of page references against replacement policies: how often each faults with so many frames. Every policy but MIN is a pool's
// own, run on the recorded references.

import { clock, fifo, idleTax, lopar, lru, optimalFaults, random, replayedFaults, type ReplacementPolicyFactory } from '@powersim/ams'
import { parsePageTrace, type PageTrace } from '@powersim/workload'

/** Policies that a pool can have, by name. */
export const replacementPolicies: Readonly<Record<string, ReplacementPolicyFactory>> = Object.fromEntries(
  [lopar, lru, clock, fifo, random, idleTax].map((policy) => [policy.name, policy]),
)

/** Names for `pageFaults`: those, and MIN, which needs to know what comes. */
export const faultPolicies: readonly string[] = [...Object.keys(replacementPolicies), 'min']

export interface PageFaultsOptions {
  /** Names of `faultPolicies`. */
  readonly policies: readonly string[]
  /** Numbers of frames, integers from 1. */
  readonly frames: readonly number[]
  /** For policies that draw. */
  readonly seed: string
}

export interface PageFaultsResult {
  readonly references: number
  readonly distinct: number
  /** For each policy, in the order given, each number of frames. */
  readonly results: readonly { readonly policy: string; readonly frames: number; readonly faults: number }[]
}

/** Faults of policies on a trace: a text of one page number a line, as bytes. Throws TraceError, AmsError, RangeError (unknown policy). */
export function pageFaults(trace: Uint8Array, file: string, { policies, frames, seed }: PageFaultsOptions): PageFaultsResult {
  const { references, distinct }: PageTrace = parsePageTrace(trace, file)
  const results = policies.flatMap((policy) => {
    return frames.map((count) => ({ policy, frames: count, faults: faultsOf(references, policy, count, seed) }))
  })
  return { references: references.length, distinct, results }
}

function faultsOf(references: Int32Array, policy: string, frames: number, seed: string): number {
  if (policy === 'min') return optimalFaults(references, frames)
  const replacement = replacementPolicies[policy]
  if (replacement === undefined) throw new RangeError(`unknown policy '${policy}': expected one of ${faultPolicies.join(', ')}`)
  return replayedFaults(references, { frames, replacement, seed })
}
