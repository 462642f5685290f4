// Who gets spare time next: the interface of a dispatch policy. Entitlement is not its business: that is guaranteed before any policy is
// asked. The built-in ones are in hot/: the hypervisor's own rule by weight, lottery and stride for comparison.

import type { Draw } from '@powersim/kernel'

/**
 * The competitors for one kind of spare time. Handles are integers from 0. A partition competes while it has a virtual processor
 * that is ready, without entitlement and not running. Hot: it is asked for every slice of spare time, and should make no garbage.
 */
export interface DispatchPolicy {
  /** The partition competes from now on; it did not before. Weight 1 to 255. `anew`: not in the last window and not in this one either. */
  join(partition: number, weight: number, anew: boolean): void
  /** It did compete and does no longer. */
  leave(partition: number): void
  /** The competitor to serve next, or -1 if there is none. It goes on competing until `leave`. */
  next(): number
  /** A slice of `ns` is given to the partition; negative: so much of it was not used. It may have left meanwhile. */
  charge(partition: number, weight: number, ns: number): void
}

/** Makes policies for a wheel: one for the spare time of each pool, one for that of all pools. */
export interface DispatchPolicyFactory {
  readonly name: string
  /** Handles will be below `partitions`; `draw` is the wheel's own stream and the policy's only chance. */
  make(partitions: number, draw: Draw): DispatchPolicy
}
