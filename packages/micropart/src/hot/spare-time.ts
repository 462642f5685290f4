// Spare time: what is left when no ready virtual processor has entitlement. Unused entitlement and the reserve of a pool go to the pool's
// own partitions first, the rest to all; among them the dispatch policy chooses. No pool passes its maximum: every slice is
// taken out of the pool's room beforehand, and what was not used comes back.

import { KIND } from './cores.js'
import { appendCompetitor, removeCompetitor } from './lines.js'
import { END, settle, stop } from './slices.js'
import { VP } from './virtual-processors.js'
import { CLOCK, type WheelState } from './wheel-state.js'

const { PREEMPTED } = END
const { IDLE, OWN_SPARE, SPARE } = KIND
const { NONE, SPENT } = VP
const { CHOSEN, GRANTED, NOW, SPARED, WINDOW, WINDOW_END } = CLOCK

/** The partition competes if it may: uncapped, with a virtual processor that waits, in a pool with room. */
function join(s: WheelState, p: number): void {
  const weight = s.partitions.weight[p]!
  if (s.competes[p] === 1 || weight === 0 || s.partitions.head[p] === NONE) return
  const pool = s.partitions.pool[p]!
  if (s.pools.full[pool] === 1) return
  s.competes[p] = 1
  const window = s.clock[WINDOW]!
  const anew = s.competedIn[p]! < window - 1
  s.competedIn[p] = window
  s.policy.join(p, weight, anew)
  s.ownPolicy[pool]?.join(p, weight, anew)
}

export function leave(s: WheelState, p: number): void {
  if (s.competes[p] === 0) return
  s.competes[p] = 0
  s.policy.leave(p)
  s.ownPolicy[s.partitions.pool[p]!]?.leave(p)
}

/** A spent virtual processor waits for spare time. */
export function compete(s: WheelState, v: number): void {
  s.vps.state[v] = SPENT
  appendCompetitor(s, v)
  join(s, s.vps.partition[v]!)
}

/** It competes no longer: it has work no more, or entitlement again. */
export function withdraw(s: WheelState, v: number): void {
  removeCompetitor(s, v)
  const p = s.vps.partition[v]!
  if (s.partitions.head[p] === NONE) leave(s, p)
}

/** The pool is at its maximum: its partitions compete no longer. */
function close(s: WheelState, pool: number): void {
  s.pools.full[pool] = 1
  const members = s.poolMembers[pool]!
  for (let at = 0; at < members.length; at++) leave(s, members[at]!)
}

/** The pool has got `ns` of room back. */
export function addRoom(s: WheelState, pool: number, ns: number): void {
  const { room, full } = s.pools
  room[pool] = room[pool]! + ns
  if (full[pool] === 0 || room[pool]! <= 0) return
  full[pool] = 0
  const members = s.poolMembers[pool]!
  for (let at = 0; at < members.length; at++) join(s, members[at]!)
}

/**
 * Chooses whom spare time goes to, into s.chosen and clock[CHOSEN]; gives the kind of the slice, IDLE if nobody competes.
 * `certain`: entitled ones wait, so that only time which they cannot need is given.
 */
export function chooseSpare(s: WheelState, certain: boolean): number {
  const { pools, poolsInUse } = s
  if (poolsInUse.length > 1) {
    for (let at = 0; at < poolsInUse.length; at++) {
      const pool = poolsInUse[at]!
      if (pools.own[pool]! <= 0) continue
      const p = s.ownPolicy[pool]!.next()
      if (p !== NONE && take(s, p, pool, OWN_SPARE, certain)) return OWN_SPARE
    }
  }
  for (;;) {
    const p = s.policy.next()
    if (p === NONE) return IDLE
    if (take(s, p, s.partitions.pool[p]!, SPARE, certain)) return SPARE
  }
}

/** False: the pool is at its maximum, and closed now. */
function take(s: WheelState, p: number, pool: number, kind: number, certain: boolean): boolean {
  const { pools, clock, partitions } = s
  const room = pools.room[pool]!
  if (room <= 0) {
    close(s, pool)
    // One that has come within this window is no member of the pool yet.
    leave(s, p)
    return false
  }
  let length = clock[WINDOW_END]! - clock[NOW]!
  if (s.options.spareSliceNs < length) length = s.options.spareSliceNs
  if (room < length) length = room
  if (certain) {
    const spare = s.sharedCores * s.options.windowNs - clock[GRANTED]! - clock[SPARED]!
    if (spare < length) length = spare
  }
  const weight = partitions.weight[p]!
  if (kind === OWN_SPARE) {
    if (pools.own[pool]! < length) length = pools.own[pool]!
    pools.own[pool] = pools.own[pool]! - length
    s.ownPolicy[pool]!.charge(p, weight, length)
  } else {
    s.policy.charge(p, weight, length)
  }
  pools.room[pool] = room - length
  clock[SPARED] = clock[SPARED]! + length
  clock[CHOSEN] = length
  s.chosen = partitions.head[p]!
  withdraw(s, s.chosen)
  return true
}

/**
 * A core in spare time stops; what it did not use goes back to where it came from. The virtual processor is in no line but the spent. Only
 * right after `settle`.
 */
export function stopSpare(s: WheelState, core: number, reason: number): number {
  const { cores, pools, partitions } = s
  const kind = cores.kind[core]!
  const v = stop(s, core, reason)
  const unused = cores.budget[core]!
  if (unused > 0) {
    const p = s.vps.partition[v]!
    const pool = partitions.pool[p]!
    s.clock[SPARED] = s.clock[SPARED]! - unused
    if (kind === OWN_SPARE) {
      pools.own[pool] = pools.own[pool]! + unused
      s.ownPolicy[pool]!.charge(p, partitions.weight[p]!, -unused)
    } else {
      s.policy.charge(p, partitions.weight[p]!, -unused)
    }
    addRoom(s, pool, unused)
  }
  return v
}

/** Takes a core from spare time for somebody with a better claim. */
export function preemptSpare(s: WheelState, core: number): void {
  settle(s, core)
  compete(s, stopSpare(s, core, PREEMPTED))
}
