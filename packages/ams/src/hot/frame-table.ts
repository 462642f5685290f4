// The frames of a shared memory pool: for each 4 KiB frame whose page it holds, and what is known of it. 13 bytes a frame, so that 64 GiB
// (16,777,216 frames) take 218 MB. Who gets a frame is the pool's affair, who loses one the policy's.

/**
 * Bits of `flags`. A frame that may be taken has none of PINNED, MOVING and WRITING.
 * REFERENCED: touched since a policy last cleared it; ACCESSED: touched since the sampler last cleared it.
 * COPIED: paging space holds the same content. PINNED: I/O mapped.
 * MOVING: it holds no page that could be touched: free, on its way out or in, or not the pool's. WRITING: being copied to paging space.
 * MERGED: several pages share it, see merged-pages.ts; `owner` and `page` are those of one of them.
 */
export const FRAME = { REFERENCED: 1, ACCESSED: 2, COPIED: 4, CRITICAL: 8, PINNED: 16, MOVING: 32, WRITING: 64, MERGED: 128 } as const

const NOBODY = 0xffff
const NONE = -1

export class FrameTable {
  /** Frames that there may ever be. */
  readonly capacity: number
  /** Id of the member whose page it is; 65,535 for a free frame. */
  readonly owner: Uint16Array
  /** Logical page of the owner. Of a free frame: the next free one. */
  readonly page: Int32Array
  readonly flags: Uint8Array
  /** I/O mappings of the page. */
  readonly ioMappings: Uint16Array
  /** Content of the page. */
  readonly stamp: Int32Array
  /** Frames on the free list. */
  free = 0
  /** Frames that are the pool's. */
  size = 0
  private firstFree = NONE
  private firstOutside = NONE

  /** All frames are outside of the pool at first. */
  constructor(capacity: number) {
    this.capacity = capacity
    this.owner = new Uint16Array(capacity).fill(NOBODY)
    this.page = new Int32Array(capacity)
    this.flags = new Uint8Array(capacity).fill(FRAME.MOVING)
    this.ioMappings = new Uint16Array(capacity)
    this.stamp = new Int32Array(capacity)
    for (let frame = 0; frame < capacity; frame++) {
      this.page[frame] = this.firstOutside
      this.firstOutside = frame
    }
  }

  /** So many more frames for the pool, free. Of a new table the last ones; the first of them is the first to be taken. */
  extend(frames: number): void {
    for (let left = frames; left > 0; left--) {
      const frame = this.firstOutside
      this.firstOutside = this.page[frame]!
      this.size++
      this.give(frame)
    }
  }

  /** A free frame leaves the pool. */
  withdraw(): void {
    const frame = this.take()
    this.page[frame] = this.firstOutside
    this.firstOutside = frame
    this.size--
  }

  /** A free frame, the one that was freed last; there must be one. */
  take(): number {
    const frame = this.firstFree
    this.firstFree = this.page[frame]!
    this.free--
    return frame
  }

  /** Puts a frame on the free list. */
  give(frame: number): void {
    this.owner[frame] = NOBODY
    this.flags[frame] = FRAME.MOVING
    this.page[frame] = this.firstFree
    this.firstFree = frame
    this.free++
  }
}
