// What whoever pages for the shared memory pool hears of its configuration: the pool, and the partitions that run with memory of it. Told
// after the commit, at the same instant. What is resident, and what is paged out, is the pager's business.

import type { PartitionStart, SharedMemoryStart } from '@powersim/protocol'
import type { MemoryPoolRecord } from './configuration.js'

/** A running partition that shares memory. */
export type SharedMemoryMember = PartitionStart & { readonly sharedMemory: SharedMemoryStart }

export interface SharedMemoryHooks {
  /** The pool was made, changed (size, devices, Virtual I/O Servers) or, null, removed. No partition uses it when it is removed. */
  pool(pool: MemoryPoolRecord | null): void
  /** A partition starts, with its logical memory. Its paging device is the one of the pool with its ID. */
  started(member: SharedMemoryMember): void
  /** Its logical memory (what its operating system owns of it), weight or entitlement changed. */
  resized(member: SharedMemoryMember): void
  /** It runs no more: its pages are gone. Also told of partitions that did not share memory. */
  ended(lparId: number): void
}
