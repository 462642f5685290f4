// A virtual processor that waits for a page of its partition's memory: it has left its core with a memory fault, takes no work and wants
// nothing until the page is there, and then goes on where it was. Whose page it is and when it comes is not here.

import { assign } from './advance.js'
import { offer } from './offering.js'
import { wake } from './readiness.js'
import { VP } from './virtual-processors.js'
import type { Piece } from './work.js'
import { enterWindow, isAsleep, startWindow } from './windows.js'
import { CLOCK, type WheelState } from './wheel-state.js'

const { CEDED, NONE } = VP
const { NOW, WINDOW_END } = CLOCK

/** Dispatch reason after a memory fault (LoPAR, dispatch trace log). */
const AFTER_FAULT = 8
/** A wait is numbered: number * HANDLES + handle of the virtual processor. */
const HANDLES = 65_536

/** The virtual processor whose completion is being told waits from now on. Returns the wait; -1: none of this partition is at that. */
export function stall(s: WheelState, p: number): number {
  const { vps, partitions } = s
  const v = s.telling
  if (v === NONE || vps.partition[v] !== p || vps.stalled[v] !== 0) return NONE
  const wait = ++s.stalls * HANDLES + v
  vps.stalled[v] = wait
  vps.need[v] = 0
  const piece = vps.piece[v]
  if (piece !== null && piece !== undefined) {
    // It has taken its next piece, and done nothing of it: that is for the others again.
    vps.piece[v] = null
    s.assigned--
    s.pieces.prepend(partitions.work[p]!, piece)
  } else {
    partitions.free[p] = partitions.free[p]! - 1
  }
  if (partitions.completing[p] === v) partitions.completing[p] = NONE
  if (partitions.work[p]!.length > 0 && partitions.free[p]! > 0) offer(s, p)
  return wait
}

/** The page is there: the virtual processor does this piece before any other. False: the wait is over already. */
export function resume(s: WheelState, wait: number, piece: Piece): boolean {
  const { vps, partitions } = s
  const v = stalledOf(wait)
  if (vps.stalled[v] !== wait) return false
  const p = vps.partition[v]!
  release(s, v)
  if (isAsleep(s) && s.clock[WINDOW_END]! <= s.clock[NOW]!) startWindow(s)
  s.pieces.prepend(partitions.work[p]!, piece)
  assign(s, v)
  if (vps.state[v] !== CEDED) return true
  if (isAsleep(s) && partitions.dedicated[p] === 0) enterWindow(s)
  wake(s, v, AFTER_FAULT)
  return true
}

/** Handle of the virtual processor of a wait. */
export function stalledOf(wait: number): number {
  return wait % HANDLES
}

/** It waits no more: work has been dropped, or goes on. */
export function release(s: WheelState, v: number): void {
  if (s.vps.stalled[v] === 0) return
  s.vps.stalled[v] = 0
  const p = s.vps.partition[v]!
  s.partitions.free[p] = s.partitions.free[p]! + 1
}
