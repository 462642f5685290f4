// Active Memory Sharing: one pool of frames for the logical memory of several partitions. Partitions say what their pages are, the pager
// takes and restores them. Hypercalls, blocked virtual processors and paging partitions are the hypervisor's.

// The pool
export { SharedMemoryPool } from './shared-memory-pool.js'
export { IO_MAP, PAGE_STATE, TOUCH } from './terms.js'
export type {
  FaultListener,
  FrameComparison,
  FreeListMarks,
  IoMapOutcome,
  MemberOptions,
  MemberStatistics,
  MergingOptions,
  PageState,
  PoolStatistics,
  SharedMemoryPoolOptions,
  TouchOutcome,
} from './terms.js'

// Replacement policies
export type { MemberView, PoolView, ReplacementPolicy, ReplacementPolicyFactory } from './replacement-policy.js'
export { FRAME, FrameTable } from './hot/frame-table.js'
export { lopar } from './hot/lopar.js'
export { fifo, lru } from './hot/ordered.js'
export { clock } from './hot/clock.js'
export { random } from './hot/random.js'
export { idleTax } from './hot/idle-tax.js'

// Recorded strings of references
export { replayedFaults } from './replay.js'
export type { ReplayOptions } from './replay.js'
export { optimalFaults } from './optimal.js'

// What partitions should give
export { firstDonations, overage, stepDonations } from './donations.js'

// Paging space
export { InstantPaging, PagingDisk } from './paging-disk.js'
export type { PagingDiskOptions } from './paging-disk.js'

// Errors
export { AmsError } from './errors.js'
export type { AmsErrorCode } from './errors.js'
