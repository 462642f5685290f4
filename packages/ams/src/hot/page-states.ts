// What a partition says of its pages: how hard to hold on to one, or that its content may be lost.
// What LoPAR calls the states is terms.ts.

import { PAGE_STATE } from '../terms.js'
import type { PageState } from '../terms.js'
import { FRAME } from './frame-table.js'
import { PAGE, PAGE_FLAG } from './member.js'
import type { Member } from './member.js'
import type { Pager } from './pager.js'

const { REFERENCED, CRITICAL, PINNED, MERGED } = FRAME

/** False: the page is I/O mapped, so that it cannot be unused or loaned. */
export function setPageState(pager: Pager, member: Member, page: number, state: PageState): boolean {
  const { flags } = pager.frames
  const frame = member.frameOf[page]!
  if (state === PAGE_STATE.UNUSED || state === PAGE_STATE.LOANED) {
    if (frame >= 0 && (flags[frame]! & PINNED) !== 0) return false
    member.pageFlags[page] = member.pageFlags[page]! & ~PAGE_FLAG.CRITICAL
    const place = state === PAGE_STATE.LOANED ? PAGE.LOANED : PAGE.ABSENT
    if (frame !== place) pager.give(member, page, place)
    return true
  }
  if (state === PAGE_STATE.LATENT) {
    // Of a frame that several share, one cannot say it for the others.
    if (frame < 0 || (flags[frame]! & MERGED) !== 0) return true
    flags[frame] = flags[frame]! & ~REFERENCED
    pager.policy.demoted(frame)
    return true
  }
  if (frame === PAGE.LOANED) pager.give(member, page, PAGE.ABSENT)
  const critical = state === PAGE_STATE.CRITICAL ? CRITICAL : 0
  member.pageFlags[page] = (member.pageFlags[page]! & ~CRITICAL) | critical
  if (frame < 0) return true
  if ((flags[frame]! & MERGED) !== 0) pager.merged?.settle(frame)
  else flags[frame] = (flags[frame]! & ~CRITICAL) | critical
  return true
}
