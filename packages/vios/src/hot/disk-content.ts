// What is on a disk: one number (stamp) for each block of 4 KiB; 0 where nothing was written. Memory is taken where something is written:
// 64 KiB for each 32 MiB of the disk, up to a limit.

import { ViosError } from '../errors.js'

/** Bytes of a block of content: a page of memory. */
export const BLOCK_BYTES = 4096
const CHUNK_SHIFT = 13
const CHUNK_MASK = (1 << CHUNK_SHIFT) - 1
/** Chunks of one disk: 128 GiB written, 256 MiB of the simulator's own memory. */
const MAX_CHUNKS = 4096

export class DiskContent {
  private readonly chunks = new Map<number, Float64Array>()
  private lastNumber = -1
  private last: Float64Array | undefined = undefined

  read(block: number): number {
    const chunk = this.chunk(block)
    return chunk === undefined ? 0 : chunk[block & CHUNK_MASK]!
  }

  /** Throws ViosError `bad-parameter` when more than 128 GiB have been written. */
  write(block: number, stamp: number): void {
    let chunk = this.chunk(block)
    if (chunk === undefined) {
      if (this.chunks.size >= MAX_CHUNKS) throw new ViosError('bad-parameter', 'disk', '128 GiB of it are written: narrow the load')
      chunk = new Float64Array(CHUNK_MASK + 1)
      this.chunks.set(this.lastNumber, chunk)
      this.last = chunk
    }
    chunk[block & CHUNK_MASK] = stamp
  }

  private chunk(block: number): Float64Array | undefined {
    // Not a shift: disks have more than 2^31 blocks.
    const number = Math.floor(block / (CHUNK_MASK + 1))
    if (number !== this.lastNumber) {
      this.lastNumber = number
      this.last = this.chunks.get(number)
    }
    return this.last
  }
}
