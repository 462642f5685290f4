// Addresses of virtual adapters that are not given: MAC addresses of Ethernet adapters, world-wide port names of Fibre Channel clients.
// Each is a function of machine, partition and slot, so that it is the same at every start and no two are equal.

import type { VirtualAdapter } from '@powersim/protocol'

export interface AddressParameters {
  /** First 24 bits of MAC addresses, 0 to 2^24 - 1; machines of one network need different ones. */
  readonly macPrefix: number
  /**
   * `idAndSlot`: the prefix, 12 bits of partition ID, 12 of slot (captures of V7R7.9: 26E6B0 005 006). `partitionPrefix`: five bytes of the
   * partition's own, and the slot (captures of POWER8: BE6AAF5DEB 02).
   */
  readonly macForm: 'idAndSlot' | 'partitionPrefix'
  /** Bits 25 to 36 of port names, 0 to 4095, after c05076 (captures of V11R2: c050760000000000). */
  readonly portNamePrefix: number
}

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0')

/** 12 upper-case digits. */
export function macAddress({ macPrefix, macForm }: AddressParameters, lparId: number, slot: number): string {
  if (macForm === 'idAndSlot') return `${hex(macPrefix, 6)}${hex(lparId, 3)}${hex(slot, 3)}`.toUpperCase()
  // A bijection of 16 bits, so that neighbours do not look alike, as in the captures: an odd factor (estimate).
  const scattered = ((((slot >> 8) << 12) | lparId) * 0x6aad) & 0xffff
  return `${hex(macPrefix, 6)}${hex(scattered, 4)}${hex(slot & 0xff, 2)}`.toUpperCase()
}

/** Two names of 16 lower-case digits: the second one is for a migration. */
export function portNames({ portNamePrefix }: AddressParameters, lparId: number, slot: number): [string, string] {
  const start = `c05076${hex(portNamePrefix, 3)}${hex(lparId, 3)}`
  return [`${start}${hex(2 * slot, 4)}`, `${start}${hex(2 * slot + 1, 4)}`]
}

/** The adapter with its addresses. */
export function addressed(addresses: AddressParameters, lparId: number, adapter: VirtualAdapter): VirtualAdapter {
  if ((adapter.kind === 'eth' || adapter.kind === 'vnic') && adapter.mac === null)
    return { ...adapter, mac: macAddress(addresses, lparId, adapter.slot) }
  if (adapter.kind !== 'fc' || adapter.role === 'server' || adapter.wwpns !== null) return adapter
  return { ...adapter, wwpns: portNames(addresses, lparId, adapter.slot) }
}
