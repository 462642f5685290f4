// What the I/O of a partition that shares memory is entitled to: physical memory of the pool that is guaranteed to its virtual adapters.
// Pure functions; who shares what is memory-share.ts.

import type { VirtualAdapter } from '@powersim/protocol'
import type { MemorySharing } from './configuration.js'

/**
 * MiB that a virtual adapter is entitled to when the entitlement is computed. Ethernet: a partition with one such adapter has 60
 * (powercampus.de, I/O Entitled Memory). Others: one with four adapters has 351 there, which is 97 for each of three if one is Ethernet.
 */
const ENTITLED_MIB: Readonly<Record<VirtualAdapter['kind'], number>> = { serial: 0, eth: 60, vnic: 60, scsi: 97, fc: 97 }
/** What an operating system needs for a device, and once more as a spare (Linux vio.c, VIO_CMO_MIN_ENT). */
const NEEDED_BYTES = 1_562_624
const MIB = 2 ** 20

/** Kept by the hypervisor in a pool, MiB: 269 for a maximum of 32 GiB (powercampus.de, Ändern eines Shared Memory Pools); in proportion. */
export function poolFirmwareMiB(maxMiB: number): number {
  return Math.ceil((maxMiB * 269) / 32_768)
}

/** Entitlement that follows the adapters, and what no entitlement may be below, MiB. Both 0 without an adapter that is not serial. */
export function entitlementOf(adapters: readonly VirtualAdapter[]): { readonly autoMiB: number; readonly neededMiB: number } {
  let autoMiB = 0
  let devices = 0
  for (const { kind } of adapters) {
    if (kind === 'serial') continue
    autoMiB += ENTITLED_MIB[kind]
    devices++
  }
  return { autoMiB, neededMiB: devices === 0 ? 0 : Math.ceil(((devices + 1) * NEEDED_BYTES) / MIB) }
}

/** The entitlement with these adapters: one that follows them changes with them. */
export function entitledWith({ ioEntitledAuto, ioEntitledMiB }: MemorySharing, adapters: readonly VirtualAdapter[]): number {
  return ioEntitledAuto ? entitlementOf(adapters).autoMiB : ioEntitledMiB
}
