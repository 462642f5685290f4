// What a driver of a virtual Ethernet adapter is given: receive buffers, processor time, memory; the defaults of Linux and AIX.
// What it does with them is virtual-ethernet.ts.

import { LparError } from '../errors.js'

/** Receive buffers of one adapter, all sizes together: as many as its window has room for. */
const MOST_BUFFERS = 4094
const PAGE = 4096

/** Receive buffers of one size. */
export interface ReceivePool {
  readonly bytes: number
  readonly count: number
}

/** Processor time of the driver and the network stack above it, besides hypercalls. */
export interface VirtualEthernetCosts {
  /** Per interrupt, ns. */
  readonly perInterruptNs: number
  /** Per frame, sent or received, ns. */
  readonly perFrameNs: number
  /** Per byte of a frame, ns. */
  readonly perByteNs: number
}

/**
 * Linux: of its pools those of 512 bytes, 2 KiB and 64 KiB are in use at an MTU of 1500; 16 KiB and 32 KiB, 256 buffers each, are for
 * larger ones (ibmveth.h: pool_size, pool_count, pool_active).
 */
export const linuxReceivePools: readonly ReceivePool[] = [
  { bytes: 512, count: 256 },
  { bytes: 2048, count: 512 },
  { bytes: 65_536, count: 256 },
]

/** AIX and VIOS: the least of each size that an adapter keeps (lsattr: min_buf_tiny 512 to min_buf_huge 24). */
export const aixReceivePools: readonly ReceivePool[] = [
  { bytes: 512, count: 512 },
  { bytes: 2048, count: 512 },
  { bytes: 16_384, count: 128 },
  { bytes: 32_768, count: 24 },
  { bytes: 65_536, count: 24 },
]

/** A Linux guest: estimates. A frame of 1,514 bytes costs 2.4 us each way, with its copy at 4 GB/s. */
export const linuxEthernetCosts: VirtualEthernetCosts = { perInterruptNs: 3000, perFrameNs: 2000, perByteNs: 0.25 }

export interface VirtualEthernetOptions {
  /** Prefixes names of handlers: unique. */
  readonly name: string
  readonly pools: readonly ReceivePool[]
  /** null: its user pays for all processor time, hypercalls included, and frames pass without an event of their own. */
  readonly costs: VirtualEthernetCosts | null
  /** Logical address of the memory that it uses, a multiple of 4096: the pools, 64 KiB to send, and some pages. */
  readonly memoryAddress: number
}

/** Throws LparError `bad-option`. */
export function checkOptions({ name, pools, memoryAddress }: VirtualEthernetOptions): void {
  if (memoryAddress % PAGE !== 0 || memoryAddress < 0) {
    throw new LparError('bad-option', `${name}.memoryAddress`, `expected a multiple of ${PAGE}, got ${memoryAddress}`)
  }
  const buffers = pools.reduce((sum, { count }) => sum + count, 0)
  if (buffers < 1 || buffers > MOST_BUFFERS || pools.some(({ bytes }) => bytes < 64 || bytes > 65_536 || (bytes & (bytes - 1)) !== 0)) {
    throw new LparError('bad-option', `${name}.pools`, `expected 1 to ${MOST_BUFFERS} buffers of powers of two from 64 to 65536 bytes`)
  }
}
