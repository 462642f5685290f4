// The laws of a pool, by a walk over all of it that shares nothing with the code that keeps them: frames and pages point at each other,
// every count is what there is, and nothing is held that should be free.

import type { Simulation } from '@powersim/kernel'
import { FRAME } from './hot/frame-table.js'
import { PAGE, PAGE_FLAG } from './hot/member.js'
import type { Member } from './hot/member.js'
import type { Pager } from './hot/pager.js'
import { TRANSFER } from './hot/transfers.js'

/** Donations are sums of fractions. */
const CLOSE = 1e-6

/** Transfers whose frame is a page's, or not theirs any more. */
const HOLDS_NONE: readonly number[] = [TRANSFER.IDLE, TRANSFER.RESCUED, TRANSFER.LEAVING, TRANSFER.FORGOTTEN]

export function checkPager(simulation: Simulation, pager: Pager, overagePages: number): void {
  const { frames, transfers, members } = pager
  const law = (holds: boolean, what: string): void => simulation.invariant(holds, `memory pool: ${what}`)
  let backed = 0
  let donated = 0
  let faults = 0
  for (const member of members) {
    if (member === undefined) continue
    checkMember(law, pager, member)
    backed += member.backed
    donated += member.donation
    faults += member.incoming
  }
  const held = transfers.records.filter(({ kind, frame }) => frame !== -1 && !HOLDS_NONE.includes(kind))
  const saved = pager.merged?.saved ?? 0
  const counted = `${backed} backed, ${saved} of them shared, ${frames.free} free, ${held.length} moving of ${frames.size}`
  law(backed - saved + frames.free + held.length === frames.size, counted)
  law(faults === transfers.faults, `${faults} faults of members, ${transfers.faults} in all`)
  law(held.filter(({ kind }) => kind !== TRANSFER.READING).length === transfers.leaving, 'frames that will be free')
  law(transfers.waiting === 0 || frames.free === 0, 'nobody waits while there is a free frame')
  law(pager.surplus === 0 || frames.free === 0, 'a frame that is too many leaves the pool when it is free')
  law(donated >= overagePages - CLOSE * (1 + overagePages), `donations ${donated} are less than the overage ${overagePages}`)
  checkWrites(law, pager)
  let holding = 0
  for (let frame = 0; frame < frames.capacity; frame++) {
    if ((frames.flags[frame]! & FRAME.MOVING) !== 0) continue
    holding++
    law(members[frames.owner[frame]!]?.frameOf[frames.page[frame]!] === frame, `frame ${frame} holds a page that is elsewhere`)
  }
  law(holding === backed - saved, `${holding} frames hold pages, ${backed} pages have frames`)
  checkMerged(law, pager)
}

/** A page is copied to paging space at most once at a time; one that was rescued meanwhile has the frame that is being copied. */
function checkWrites(law: (holds: boolean, what: string) => void, { frames, transfers, members }: Pager): void {
  const copied = new Set<string>()
  for (const { kind, owner, page, frame } of transfers.records) {
    const writes = kind === TRANSFER.WRITING || kind === TRANSFER.RESCUED || kind === TRANSFER.LEAVING
    if (!writes || members[owner.id] !== owner) continue
    const name = `member ${owner.id}, page ${page}`
    law(!copied.has(name), `${name} is being copied twice`)
    copied.add(name)
    law((owner.pageFlags[page]! & PAGE_FLAG.WRITING) !== 0, `${name}: its flags say that it is not being copied`)
    if (kind === TRANSFER.WRITING) continue
    law(owner.frameOf[page] === frame && (frames.flags[frame]! & FRAME.WRITING) !== 0, `${name} has not the frame that is being copied`)
  }
}

/** A frame that is shared: two pages or more, each of which says so, nothing mapped for I/O, no copy that counts for all. */
function checkMerged(law: (holds: boolean, what: string) => void, { frames, members, merged }: Pager): void {
  let pages = 0
  for (const [frame, sharers] of merged?.sharers ?? []) {
    const bits = frames.flags[frame]!
    pages += sharers.length
    law(sharers.length > 1 && (bits & FRAME.MERGED) !== 0, `frame ${frame} is shared by two pages or more`)
    law((bits & (FRAME.PINNED | FRAME.MOVING | FRAME.COPIED)) === 0, `frame ${frame} is shared, and not mapped for I/O, moving or copied`)
    law(new Set(sharers.map(({ member, page }) => `${member.id}/${page}`)).size === sharers.length, `frame ${frame} has a page twice`)
    for (const { member, page } of sharers) {
      law(
        members[member.id] === member && member.frameOf[page] === frame,
        `member ${member.id}, page ${page}: shares a frame that it has not`,
      )
    }
    let kept = 0
    for (const { member, page } of sharers) kept |= member.pageFlags[page]! & (PAGE_FLAG.CRITICAL | PAGE_FLAG.WRITING)
    law((bits & (FRAME.CRITICAL | FRAME.WRITING)) === kept, `frame ${frame} is critical or being copied as the pages that share it`)
  }
  let marked = 0
  for (let frame = 0; frame < frames.capacity; frame++) if ((frames.flags[frame]! & FRAME.MERGED) !== 0) marked++
  law(marked === (merged?.sharers.size ?? 0), `${marked} frames are marked as shared`)
  law(pages - marked === (merged?.saved ?? 0), `${pages} pages share ${marked} frames`)
}

function checkMember(law: (holds: boolean, what: string) => void, { frames, transfers }: Pager, member: Member): void {
  const { id, frameOf, ioEntitledPages } = member
  let logical = 0
  let backed = 0
  let loaned = 0
  let paged = 0
  let incoming = 0
  let ioMapped = 0
  let merged = 0
  for (let page = 0; page < frameOf.length; page++) {
    const place = frameOf[page]!
    if (place === PAGE.OUTSIDE) continue
    logical++
    if (place >= 0) {
      backed++
      const shared = (frames.flags[place]! & FRAME.MERGED) !== 0
      if (shared) merged++
      else law(frames.owner[place] === id && frames.page[place] === page, `member ${id}, page ${page}: frame ${place} is another's`)
      const pinned = (frames.flags[place]! & FRAME.PINNED) !== 0
      const writing = (frames.flags[place]! & FRAME.WRITING) !== 0
      law(shared || writing === ((member.pageFlags[page]! & PAGE_FLAG.WRITING) !== 0), `member ${id}, page ${page}: being copied or not`)
      law(pinned === frames.ioMappings[place]! > 0, `member ${id}, page ${page}: pinned if and only if I/O mapped`)
      if (pinned) ioMapped++
    } else if (place === PAGE.LOANED) loaned++
    else if (place === PAGE.PAGED) paged++
    else if (place <= PAGE.TRANSFER) {
      const transfer = transfers.records[PAGE.TRANSFER - place]!
      law(transfer.owner === member && transfer.page === page, `member ${id}, page ${page}: its transfer is another's`)
      if (transfer.kind !== TRANSFER.WRITING) incoming++
      if (transfer.paged) paged++
    }
  }
  const counted = { logicalPages: logical, backed, loaned, paged, incoming, ioMapped, merged }
  for (const [name, count] of Object.entries(counted)) {
    // The names are those of counts of a member.
    const kept = member[name as keyof typeof counted]
    law(kept === count, `member ${id}: ${name} is ${kept}, but there are ${count}`)
  }
  law(backed <= logical && ioMapped <= ioEntitledPages && ioMapped <= backed, `member ${id}: backed and I/O mapped pages within bounds`)
  const ended = member.pageIns + member.zeroFills + member.failedFaults + member.abandonedFaults
  law(member.faults === ended + incoming, `member ${id}: ${member.faults} faults, ${ended} ended, ${incoming} under way`)
}
