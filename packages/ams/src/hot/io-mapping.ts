// I/O mappings of pages: a page that is mapped keeps its frame, and a partition may map as many as it is entitled to. Which device maps it,
// and where, is known to the hypervisor's tables only.

import { IO_MAP, TOUCH } from '../terms.js'
import type { IoMapOutcome } from '../terms.js'
import { FRAME } from './frame-table.js'
import type { Member } from './member.js'
import type { Pager } from './pager.js'

/** Most mappings of one page. */
const MAX_MAPPINGS = 0xffff

/** One more mapping of a page, which is restored first if it has no frame. */
export function mapPage(pager: Pager, member: Member, page: number): IoMapOutcome {
  const { flags, ioMappings } = pager.frames
  let frame = member.frameOf[page]!
  if (frame < 0) {
    if (member.ioMapped >= member.ioEntitledPages) return IO_MAP.NOT_ENTITLED
    const outcome = pager.fault(member, page, 0)
    if (outcome === TOUCH.PENDING) return IO_MAP.PENDING
    if (outcome === TOUCH.REFUSED || outcome === TOUCH.FAILED) return IO_MAP.REFUSED
    frame = member.frameOf[page]!
    // Whoever was told of another fault meanwhile may have made this page give its frame back.
    if (frame < 0) return IO_MAP.PENDING
  }
  if ((flags[frame]! & FRAME.MERGED) !== 0) {
    if (member.ioMapped >= member.ioEntitledPages) return IO_MAP.NOT_ENTITLED
    if (pager.merged?.part(member, page) !== true) return IO_MAP.REFUSED
    frame = member.frameOf[page]!
  }
  const mappings = ioMappings[frame]!
  if (mappings === MAX_MAPPINGS) return IO_MAP.REFUSED
  if (mappings === 0) {
    if (member.ioMapped >= member.ioEntitledPages) return IO_MAP.NOT_ENTITLED
    member.ioMapped++
    flags[frame] = flags[frame]! | FRAME.PINNED
  }
  ioMappings[frame] = mappings + 1
  return IO_MAP.MAPPED
}

/** One mapping fewer; false if there is none. */
export function unmapPage(pager: Pager, member: Member, page: number): boolean {
  const { ioMappings } = pager.frames
  const frame = member.frameOf[page]!
  if (frame < 0 || ioMappings[frame] === 0) return false
  const left = ioMappings[frame]! - 1
  if (left === 0) {
    unpin(pager, member, page)
    pager.relieve()
  } else ioMappings[frame] = left
  return true
}

/** All mappings of a page end. */
export function unpin(pager: Pager, member: Member, page: number): void {
  const { flags, ioMappings } = pager.frames
  const frame = member.frameOf[page]!
  if (frame < 0 || ioMappings[frame] === 0) return
  flags[frame] = flags[frame]! & ~FRAME.PINNED
  ioMappings[frame] = 0
  member.ioMapped--
}
