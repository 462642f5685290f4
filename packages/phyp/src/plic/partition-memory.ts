// A partition's memory as its own programs reach it: logical pages, through the memory map, so that no program gets at anybody else's, nor
// at a block that is isolated. What devices may reach is tce-table.ts.

import type { GuestMemory } from '@powersim/protocol'
import type { MemoryMap } from './memory-map.js'
import type { RealMemory } from './real-memory.js'

export class PartitionMemory implements GuestMemory {
  private readonly lparId: number
  private readonly map: MemoryMap
  private readonly contents: RealMemory

  constructor(lparId: number, map: MemoryMap, contents: RealMemory) {
    this.lparId = lparId
    this.map = map
    this.contents = contents
  }

  bytes(page: number): DataView | undefined {
    const frame = this.map.frameOf(this.lparId, page)
    if (frame < 0) return undefined
    // They may be written to.
    this.map.pagedOf(this.lparId)?.changed(this.lparId, page)
    return this.contents.touch(frame)
  }

  stamp(page: number): number {
    const frame = this.map.frameOf(this.lparId, page)
    return frame < 0 ? -1 : this.contents.stampOf(frame)
  }

  setStamp(page: number, stamp: number): boolean {
    const frame = this.map.frameOf(this.lparId, page)
    if (frame < 0) return false
    this.map.pagedOf(this.lparId)?.changed(this.lparId, page)
    this.contents.setStamp(frame, stamp)
    return true
  }
}
