// What a program that runs on a partition sees of it, and what the partition calls in the program. NETS and VIOS are such programs:
// they never touch the hypervisor or the machine but through this port.

import type { Handler, Simulation } from '@powersim/kernel'
import type { DmaWindow } from './dma.js'
import type { HypercallResult } from './hypercall.js'
import type { DeviceKind, DeviceNode } from '../virtual-adapter.js'
import type { GuestMemory } from './memory.js'

export interface GuestPort {
  readonly simulation: Simulation
  readonly lparId: number
  readonly name: string
  /** Its own memory. */
  readonly memory: GuestMemory
  /** Runs processor time on the partition's virtual processors. */
  run<A>(workNs: number, then: Handler<A>, argument: A): void
  /** Calls the hypervisor. The caller pays `costNs` with its next `run`. */
  hypercall(
    token: number,
    a1?: number,
    a2?: number,
    a3?: number,
    a4?: number,
    a5?: number,
    a6?: number,
    a7?: number,
    a8?: number,
  ): HypercallResult
  /** DMA window of one of the partition's virtual devices, by unit address. */
  window(unitAddress: number): DmaWindow | undefined
  /** Unit addresses of the partition's virtual devices of a kind, in ascending order. */
  devices(kind: DeviceKind): readonly number[]
  /** The device tree's node of one of them; undefined when there is none. */
  node(unitAddress: number): DeviceNode | undefined
  /** Virtual slot of one of them; undefined for one that is in no slot, or not there. */
  slotOf(unitAddress: number): number | undefined
}

export interface GuestProgram {
  /** The operating system is up: start. */
  start(guest: GuestPort): void
  /** A virtual interrupt of a device was presented. */
  interrupt(unitAddress: number): void
  /** A device has come while it ran (dynamic reconfiguration). */
  attached?(unitAddress: number): void
  /** A device goes away: this is the last instant in which hypercalls on it are served, to give its queue up. */
  detached?(unitAddress: number): void
  /** The partition is gone (`crash`) or going down (`shutdown`): give everything up now. */
  stop(reason: 'shutdown' | 'crash'): void
}
