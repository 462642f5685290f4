// The logical blocks of a partition with shared memory: a block that comes is pages of zeros without frames, one that goes gives its pages'
// frames back. Isolation is refused while a page table entry, a TCE, a transfer or an area names a page of the block, as for any other.

import type { SharedMemoryPool } from '@powersim/ams'
import { ISOLATED, type IsolationStatus, NO_SUCH_INDICATOR, OUTSTANDING_TRANSLATION } from '../plic/memory-map.js'
import { HOLE, type SharedMember } from './shared-member.js'

/** False: there is a block already, or the partition may not have one there. */
export function assignBlock(pool: SharedMemoryPool, member: SharedMember, lmb: number, pagesPerBlock: number): boolean {
  if (!(lmb < member.states.length) || !member.isHole(lmb)) return false
  const { lparId, weight } = member
  if (member.blocks === 0) {
    const maximumPages = member.states.length * pagesPerBlock
    pool.join({ id: lparId, logicalPages: pagesPerBlock * (lmb + 1), maximumPages, weight, ioEntitledPages: 0 })
    if (lmb > 0) pool.removePages(lparId, 0, lmb * pagesPerBlock)
  } else pool.addPages(lparId, lmb * pagesPerBlock, pagesPerBlock)
  member.setIsolated(lmb, false)
  member.blocks++
  return true
}

export function isolateBlock(member: SharedMember | undefined, lmb: number): IsolationStatus {
  if (member === undefined || lmb === 0 || member.isHole(lmb)) return NO_SUCH_INDICATOR
  if (member.mappedPages(lmb) > 0) return OUTSTANDING_TRANSLATION
  member.setIsolated(lmb, true)
  return ISOLATED
}

export function unisolateBlock(member: SharedMember | undefined, lmb: number): IsolationStatus {
  if (member === undefined || member.isHole(lmb)) return NO_SUCH_INDICATOR
  member.setIsolated(lmb, false)
  return ISOLATED
}

/** False: it is not isolated, or the rest would be less than what the partition's I/O is entitled to. */
export function withdrawBlock(pool: SharedMemoryPool, member: SharedMember, lmb: number, pagesPerBlock: number): boolean {
  if (!member.isIsolated(lmb) || !pool.removePages(member.lparId, lmb * pagesPerBlock, pagesPerBlock)) return false
  member.states[lmb] = HOLE
  member.blocks--
  return true
}
