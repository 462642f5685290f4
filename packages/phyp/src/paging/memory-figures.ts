// What the calls of shared memory tell a partition of itself and of its pool, from the pager's counts.
// How they are packed into registers is plic/memory-hypercalls.ts.

import type { SharedMemoryPool } from '@powersim/ams'
import type { MemoryFigures } from '../plic/paged-memory.js'
import { type PageFaults, ticksOf } from './page-faults.js'
import type { SharedMember } from './shared-member.js'

export function fillFigures(
  into: MemoryFigures,
  member: SharedMember,
  members: readonly (SharedMember | undefined)[],
  pool: SharedMemoryPool,
  faults: PageFaults,
  mergingNs: number,
): void {
  const { pageBytes } = pool
  const { size, free } = pool.statistics()
  const own = member.blocks === 0 ? null : pool.memberStatistics(member.lparId)
  into.ioEntitledBytes = member.ioEntitledPages * pageBytes
  into.ioMappedBytes = member.ioMapped * pageBytes
  into.weight = member.weight
  into.unallocatedWeight = member.mostWeight - member.weight
  into.unallocatedIoBytes = (member.mostIoPages - member.ioEntitledPages) * pageBytes
  into.poolBytes = size * pageBytes
  into.loanRequestBytes = own === null ? 0 : pool.loanRequestBytes(member.lparId)
  into.backingBytes = (own?.backed ?? 0) * pageBytes
  into.coalescedBytes = (own?.merged ?? 0) * pageBytes
  into.coalesceTicks = ticksOf(mergingNs)
  into.poolCoalescedBytes = 0
  into.poolUsedBytes = (size - free) * pageBytes
  into.poolFaults = faults.count
  into.poolFaultTicks = ticksOf(faults.waitNs)
  into.poolIoEntitledBytes = 0
  into.poolIoMappedBytes = 0
  into.poolLogicalBytes = 0
  for (const other of members) {
    if (other === undefined || other.blocks === 0) continue
    into.poolIoEntitledBytes += other.ioEntitledPages * pageBytes
    into.poolIoMappedBytes += other.ioMapped * pageBytes
    const { logicalPages, merged } = pool.memberStatistics(other.lparId)
    into.poolLogicalBytes += logicalPages * pageBytes
    into.poolCoalescedBytes += merged * pageBytes
  }
}
