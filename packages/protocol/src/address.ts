// Who sends and who receives: a component kind and its instance, in the 16 bits that the header has for each.
// Where a message travels (which path, which link) is not said here.

import { ProtocolError } from './errors.js'

/** Component kinds that a management message can name. `channel` is whoever ends the secure session it arrives on. */
export const componentKinds = ['none', 'hmc', 'fsp', 'phyp', 'nets', 'lpar', 'channel'] as const
export type ComponentKind = (typeof componentKinds)[number]

/** Kind in the upper 4 bits, instance (0 to 4095) in the lower 12. */
export type Address = number

export const MAX_INSTANCE = 0xfff

/** Packs a kind and an instance; an instance outside 0..4095 is refused. */
export function address(kind: ComponentKind, instance = 0): Address {
  if (!Number.isInteger(instance) || instance < 0 || instance > MAX_INSTANCE) {
    throw new ProtocolError('bad-field', 'address.instance', `expected an integer from 0 to ${MAX_INSTANCE}, got ${instance}`)
  }
  return (componentKinds.indexOf(kind) << 12) | instance
}

/** The kind an address names, or undefined for a number that no kind has. */
export function addressKind(value: Address): ComponentKind | undefined {
  return componentKinds[value >>> 12]
}

/** The instance, 0 to 4095: the console's number for an `hmc` address, the partition ID for an `lpar` one. */
export function addressInstance(value: Address): number {
  return value & MAX_INSTANCE
}
