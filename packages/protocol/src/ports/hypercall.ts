// The guest's door to the PLIC: a token and arguments in, a return code and what it cost out. The guest charges the cost to its processor.
// Which calls there are is in hypercall.ts; what they do, in the PLIC.

import type { DmaWindow } from './dma.js'
import type { DeviceNode } from '../virtual-adapter.js'
import type { GuestMemory } from './memory.js'

/** Result of a call; one object per port, valid until the next call. */
export interface HypercallResult {
  /** H_Success or another return code (hypercall.ts). */
  code: number
  /** Processor time of the call, ns: the caller's to pay. */
  costNs: number
  /** First returned value (R4), where the call has one: with H_Success, and the continuation token with H_Busy. */
  r4: number
}

export interface HypercallPort {
  /** Arguments in R4 to R11; those left out are 0. */
  call(
    lparId: number,
    token: number,
    a1: number,
    a2: number,
    a3: number,
    a4: number,
    a5: number,
    a6?: number,
    a7?: number,
    a8?: number,
  ): HypercallResult
  /** Another returned value of the call made last, R5 to R12. */
  returned?(register: number): number
  /** The partition's own DMA window of a virtual device (unit address), made when the device exists; undefined otherwise. */
  window(lparId: number, unitAddress: number): DmaWindow | undefined
  /** Nodes of a partition's virtual devices, by unit address; what is listed now. */
  devices(lparId: number): readonly DeviceNode[]
  /** A partition's own memory, for the programs that run on it. */
  memory(lparId: number): GuestMemory
}
