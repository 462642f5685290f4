// What a digest and the checks see of the partitions that share a pool.
// The laws of the pool itself are package ams's.

import type { SharedMemoryPool } from '@powersim/ams'
import type { Digest, Simulation } from '@powersim/kernel'
import type { SharedMember } from './shared-member.js'

export function foldMember(digest: Digest, member: SharedMember, pool: SharedMemoryPool | null): void {
  digest.fold(member.lparId)
  digest.fold(member.ioMapped)
  digest.fold(member.ioEntitledPages)
  digest.fold(member.weight)
  digest.foldWords(member.entries)
  if (pool === null || member.blocks === 0) return
  const { backed, loaned, paged } = pool.memberStatistics(member.lparId)
  digest.fold(backed)
  digest.fold(loaned)
  digest.fold(paged)
}

export function checkMember(simulation: Simulation, member: SharedMember, pool: SharedMemoryPool, pagesPerBlock: number): void {
  if (member.blocks === 0) return
  const { logicalPages, ioMapped } = pool.memberStatistics(member.lparId)
  simulation.invariant(logicalPages === member.blocks * pagesPerBlock, 'phyp: a partition has the pages of its blocks')
  simulation.invariant(ioMapped === member.ioMapped, 'phyp: I/O mapped pages are those that something holds')
}
