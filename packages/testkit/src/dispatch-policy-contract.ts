// The contract of a dispatch policy (who gets spare processor time), as checks that need no test framework: drawn histories of partitions
// that join, run and leave are shown to two instances. How fair a policy is, is not checked: that is what studies are for.

import { RandomStream, streamKey } from '@powersim/kernel'
import type { DispatchPolicy, DispatchPolicyFactory } from '@powersim/micropart'
import { ContractError } from './errors.js'

export interface DispatchPolicyContractOptions {
  /** Histories are drawn from it. Default `dispatch-policy-contract`. */
  readonly seed?: string
  /** Histories, each from a fresh pair of instances. Default 50. */
  readonly histories?: number
  /** Steps of a history. Default 200. */
  readonly steps?: number
}

const PARTITIONS = 16
const MAX_SLICE_NS = 1_000_000

/**
 * The ways in which the policy breaks its contract, at most one for each history; none: it keeps it.
 *
 * - `next` gives a partition that competes, and -1 if and only if none does;
 * - nobody starves: while no one joins or leaves, every competitor is chosen within so many slices that its share must have come;
 * - two instances that have seen the same history and draws choose alike: no chance but `draw`, nothing shared;
 * - no call throws, `charge` of a partition that has left neither.
 */
export function dispatchPolicyContract(factory: DispatchPolicyFactory, options: DispatchPolicyContractOptions = {}): readonly string[] {
  const { seed = 'dispatch-policy-contract', histories = 50, steps = 200 } = options
  for (const [name, value] of Object.entries({ histories, steps })) {
    if (!Number.isInteger(value) || value < 1) throw new ContractError('bad-option', `${name}: expected an integer from 1, got ${value}`)
  }
  const violations = new Set<string>()
  for (let history = 0; history < histories; history++) {
    const key = streamKey(seed, 'dispatch-policy-contract', 'history', history)
    try {
      const violation = violationOf(factory, key, steps)
      if (violation !== null) violations.add(violation)
    } catch (error) {
      violations.add(`threw: ${String(error)}`)
    }
  }
  return [...violations]
}

/** Throws ContractError `contract` that lists the violations, if there are any. */
export function assertDispatchPolicy(factory: DispatchPolicyFactory, options: DispatchPolicyContractOptions = {}): void {
  const violations = dispatchPolicyContract(factory, options)
  if (violations.length === 0) return
  throw new ContractError('contract', `policy '${factory.name}' breaks the contract of dispatch policies:`, violations)
}

function violationOf(factory: DispatchPolicyFactory, key: Int32Array, steps: number): string | null {
  const random = new RandomStream(key)
  const twins = [factory.make(PARTITIONS, new RandomStream(key)), factory.make(PARTITIONS, new RandomStream(key))]
  const weights = Array.from({ length: PARTITIONS }, () => 1 + random.below(255))
  const competes = new Set<number>()
  const tell = (call: (policy: DispatchPolicy) => void): void => twins.forEach(call)
  for (let step = 0; step < steps; step++) {
    const partition = random.below(PARTITIONS)
    const anew = random.next() < 0.5
    if (!competes.has(partition)) {
      competes.add(partition)
      tell((policy) => policy.join(partition, weights[partition]!, anew))
    } else if (random.next() < 0.5) {
      competes.delete(partition)
      tell((policy) => policy.leave(partition))
    }
    const [chosen = -1, other = -1] = twins.map((policy) => policy.next())
    if (chosen !== other) return `not-deterministic: two instances with the same history chose ${chosen} and ${other}`
    if (competes.size === 0 ? chosen !== -1 : !competes.has(chosen))
      return `not-a-competitor: chose ${chosen} of ${[...competes].join(', ')}`
    if (chosen === -1) continue
    const givenNs = 1 + random.below(MAX_SLICE_NS)
    tell((policy) => policy.charge(chosen, weights[chosen]!, givenNs))
    // Now and then a slice ends early, and its partition may have left.
    const backNs = random.next() < 0.2 ? random.below(givenNs) : 0
    if (backNs > 0) tell((policy) => policy.charge(chosen, weights[chosen]!, -backNs))
  }
  return starved(twins, competes, weights)
}

/** Slices of one length for the competitors that are left, many times as many as the smallest share needs. */
function starved(twins: readonly DispatchPolicy[], competes: ReadonlySet<number>, weights: readonly number[]): string | null {
  const [policy] = twins
  if (policy === undefined || competes.size === 0) return null
  const members = [...competes]
  const total = members.reduce((sum, partition) => sum + weights[partition]!, 0)
  const least = Math.min(...members.map((partition) => weights[partition]!))
  const missing = new Set(members)
  for (let slice = 0; slice < (30 * total) / least + 10_000 && missing.size > 0; slice++) {
    const chosen = policy.next()
    missing.delete(chosen)
    policy.charge(chosen, weights[chosen]!, MAX_SLICE_NS)
  }
  return missing.size === 0 ? null : `starved: ${[...missing].join(', ')} of ${members.join(', ')} never came`
}
