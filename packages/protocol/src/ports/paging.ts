// The pager's door to paging space: whole pages of shared-memory partitions are written to a paging device and read back. The pager asks;
// a paging VIOS, a disk by itself or a double serves. What a page holds is one integer, its stamp.

import type { Handler } from '@powersim/kernel'

/** One operation under way. The pager's own object, used again later: valid until `done` has been called with it. */
export interface PagingTransfer {
  /** Whose page: the member's id, which is its partition's id. */
  readonly member: number
  /** Logical page of the member, from 0. */
  readonly page: number
  /** Frame of the pool that holds it, or will. */
  readonly frame: number
  /** Content. Of a write: what to keep. Of a read: set by the device. */
  stamp: number
  /** Set by the device: nothing was written, or nothing could be read. */
  failed: boolean
}

/**
 * Served by whoever has the paging devices. `done` is called once for every operation, at once or later, with `failed` set. Operations on
 * one page end in the order in which they were asked for. A read comes only for a page whose last write has succeeded.
 */
export interface PagingPort {
  write(transfer: PagingTransfer, done: Handler<PagingTransfer>): void
  read(transfer: PagingTransfer, done: Handler<PagingTransfer>): void
  /** The copy of a page is not needed any more. */
  discard(member: number, page: number): void
}
