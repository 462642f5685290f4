// Windows through which memory is reached for transfers. The local window of a virtual device holds what its partition has mapped;
// the remote one holds the hypervisor's message buffers and lives with them (vmc/buffer-pool.ts).
// A lookup is one Map.get and makes nothing; mapping is cold.

import type { DmaRegion, DmaWindow } from '@powersim/protocol'
import { PhypError } from '../errors.js'

/** Most regions of one window: a queue page and the buffers of some consoles. */
export const MAX_REGIONS = 4096

/** A place of the hypervisor for one content. Only its owner may touch it. */
export interface HypervisorRegion {
  readonly bytes: number
  content: unknown
  contentBytes: number
  /** Whether the partition owns it now and may copy from and to it. */
  readonly open: boolean
}

/** The hypervisor's side of a virtual device. */
export interface RemoteWindow {
  at(ioba: number): HypervisorRegion | undefined
}

export class LocalWindow implements DmaWindow {
  readonly liobn: number
  private readonly regions = new Map<number, DmaRegion>()
  /** Ascending. */
  private readonly starts: number[] = []

  constructor(liobn: number) {
    this.liobn = liobn
  }

  get size(): number {
    return this.regions.size
  }

  /** Throws PhypError `region-overlap` for bytes that another region has, `bad-parameter` for an odd region or one too many. */
  map(region: DmaRegion): void {
    const { ioba, bytes } = region
    if (!Number.isSafeInteger(ioba) || ioba < 0 || !Number.isSafeInteger(bytes) || bytes < 1) {
      throw new PhypError('bad-parameter', 'region', `expected whole bytes at a whole address, got ${bytes} at ${ioba}`)
    }
    if (region.page !== null && region.page.length !== bytes) {
      throw new PhypError('bad-parameter', 'region.page', `expected ${bytes} bytes, got ${region.page.length}`)
    }
    if (this.starts.length >= MAX_REGIONS) {
      throw new PhypError('bad-parameter', 'region', `the window has ${MAX_REGIONS} regions already: unmap some`)
    }
    const place = this.placeOf(ioba)
    this.refuseOverlap(region, place - 1)
    this.refuseOverlap(region, place)
    this.regions.set(ioba, region)
    this.starts.splice(place, 0, ioba)
  }

  /** Throws PhypError `no-such-region`. */
  unmap(ioba: number): void {
    if (!this.regions.delete(ioba)) throw new PhypError('no-such-region', 'ioba', `no region starts at ${ioba}`)
    this.starts.splice(this.placeOf(ioba), 1)
  }

  at(ioba: number): DmaRegion | undefined {
    return this.regions.get(ioba)
  }

  /** The partition is gone, and its memory with it. */
  clear(): void {
    this.regions.clear()
    this.starts.length = 0
  }

  /** How many regions start below an address. */
  private placeOf(ioba: number): number {
    let low = 0
    let high = this.starts.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.starts[middle]! < ioba) low = middle + 1
      else high = middle
    }
    return low
  }

  private refuseOverlap({ ioba, bytes }: DmaRegion, place: number): void {
    const other = this.regions.get(this.starts[place] ?? -1)
    if (other === undefined || ioba >= other.ioba + other.bytes || other.ioba >= ioba + bytes) return
    throw new PhypError('region-overlap', 'region.ioba', `${ioba} for ${bytes} bytes overlaps the region at ${other.ioba}`)
  }
}
