// What each partition of an over-committed pool should give: the donations that LoPAR describes (CMO background, informative). Arithmetic
// over plain amounts, in pages; how pages are taken is the policy's.

import type { Member } from './hot/member.js'

/** A donation moves by this part of the logical memory a period. */
const STEP_PARTS = 256

/** Logical memory that the pool cannot back while its free list is at its high mark: at least 0, with a fraction. */
export function overage(logicalPages: number, highWaterPages: number, poolPages: number): number {
  return Math.max(0, logicalPages + highWaterPages - poolPages)
}

/** The first donations: the overage in proportion to logical memory. */
export function firstDonations(members: readonly Member[], overagePages: number): void {
  let logical = 0
  for (const member of members) logical += member.logicalPages
  for (const member of members) member.donation = logical === 0 ? 0 : (overagePages * member.logicalPages) / logical
}

/**
 * One period's step: A, the mean utilisation over the member's, against B, its weight over the mean weight. A > B: it gives more, up to all
 * it has. A < B: it gives less, as long as all donations together stay at the overage; increases go first, to make room.
 */
export function stepDonations(members: readonly Member[], overagePages: number): void {
  if (members.length === 0) return
  let utilizations = 0
  let weights = 0
  let donated = 0
  for (const { utilization, weight } of members) {
    utilizations += utilization
    weights += weight
  }
  const count = members.length
  for (const member of members) {
    const { utilization, weight, logicalPages } = member
    if (utilizations * weights > utilization * count * weight * count) {
      member.donation = Math.min(logicalPages, member.donation + logicalPages / STEP_PARTS)
    }
    donated += member.donation
  }
  for (const member of members) {
    const { utilization, weight, logicalPages } = member
    if (utilizations * weights >= utilization * count * weight * count) continue
    const step = Math.min(member.donation, logicalPages / STEP_PARTS)
    if (donated - step < overagePages) continue
    member.donation -= step
    donated -= step
  }
}
