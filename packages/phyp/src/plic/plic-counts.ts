// What all tables of one PLIC count together: writes to its state, so that whether a call has written anything is one comparison, and
// the chunks that page tables and TCE tables have allocated, so that a machine cannot eat the simulator's memory.

import { PhypError } from '../errors.js'

/** Chunks of 64 KiB at a time: 2 GiB of the simulator's own memory. */
export const MAX_CHUNKS = 32_768

export class PlicCounts {
  writes = 0
  chunks = 0

  /** Counts a new chunk. Throws PhypError `resources-exhausted` for one too many. */
  addChunk(): void {
    if (this.chunks >= MAX_CHUNKS) {
      throw new PhypError('resources-exhausted', 'plic', `page tables and TCE tables use ${MAX_CHUNKS} chunks of 64 KiB: map less`)
    }
    this.chunks++
  }
}
