// Which guest a partition boots: the first rule of the document that fits its name and environment.
// How a guest behaves is in the lpar package.

import type { PartitionStart } from '@powersim/protocol'
import type { GuestRule } from './document/schema.js'
import { MachineError } from './errors.js'

/** The rule for a partition; a document whose rules leave a partition out is refused when that partition starts. */
export function guestRuleFor(rules: readonly GuestRule[], { name, environment }: Pick<PartitionStart, 'name' | 'environment'>): GuestRule {
  const rule = rules.find((candidate) => fitsPartition(candidate, { name, environment }))
  if (rule === undefined) {
    throw new MachineError('bad-document', 'guests', `no rule fits partition '${name}' (${environment}): end the list with a rule for all`)
  }
  return rule
}

/** Whether a partition is one of those that a rule names: names, `*` at the end for any continuation, and environment. */
export function fitsPartition(
  rule: Pick<GuestRule, 'names' | 'environment'>,
  { name, environment }: Pick<PartitionStart, 'name' | 'environment'>,
): boolean {
  if (rule.environment !== undefined && rule.environment !== environment) return false
  if (rule.names === undefined) return true
  return rule.names.endsWith('*') ? name.startsWith(rule.names.slice(0, -1)) : name === rule.names
}
