// How a virtual processor becomes ready, gets entitlement, spends it and cedes. Its states and moves: ceded -work-> ready (entitled), or
// spent (not entitled in this window) -core-> running -entitlement gone-> spent -next window-> ready; running -no work-> ceded.

import { KIND } from './cores.js'
import { appendSpent, removeReady, removeSpent } from './lines.js'
import { fillIdle, interrupt, pick, placeReady, placeSpare } from './placing.js'
import { END, begin, setEnd, settle, stop } from './slices.js'
import { addRoom, compete, preemptSpare, stopSpare, withdraw } from './spare-time.js'
import { VP } from './virtual-processors.js'
import { CLOCK, type WheelState } from './wheel-state.js'

const { CEDES, PREEMPTED } = END
const { DEDICATED, ENTITLED, IDLE, OWN_SPARE, SPARE } = KIND
const { CEDED, NONE, READY, RUNNING, SPENT } = VP
const { GRANTED, NOW, SPARED, WINDOW, WINDOW_END, WINDOW_START } = CLOCK

/** The shortest piece of its own partition's spare entitlement that a virtual processor takes, ns. */
const LEAST_PART = 100_000

/** The partition's budget of this window, made when it is first looked at. */
export function freshen(s: WheelState, p: number): void {
  const { window, pot, entitled } = s.partitions
  if (window[p] === s.clock[WINDOW]!) return
  window[p] = s.clock[WINDOW]!
  pot[p] = entitled[p]!
}

/** Leaves the ceded state: what a virtual processor and its partition count when work comes. */
export function rouse(s: WheelState, v: number, reason: number): void {
  const { vps, partitions } = s
  const now = s.clock[NOW]!
  vps.waitReady[v] = vps.waitReady[v]! + (now - vps.since[v]!)
  vps.since[v] = now
  vps.wantedSince[v] = now
  vps.reason[v] = reason
  const p = vps.partition[v]!
  partitions.ready[p] = partitions.ready[p]! + 1
  const last = vps.lastCore[v]!
  // The interrupt comes in on the core it ran on; whoever runs there now sees one that is not for it.
  const there = last === NONE ? NONE : s.cores.runs[last]!
  const other = there === NONE ? p : vps.partition[there]!
  if (other !== p) partitions.phantoms[other] = partitions.phantoms[other]! + 1
  if (partitions.dedicated[p] === 1) return
  s.ready++
  if (partitions.ready[p] !== 1) return
  const pool = partitions.pool[p]!
  s.pools.readyEntitled[pool] = s.pools.readyEntitled[pool]! + partitions.entitled[p]!
}

/** A ceded virtual processor has work, within a window. */
export function wake(s: WheelState, v: number, reason: number): void {
  const { vps, partitions } = s
  const p = vps.partition[v]!
  rouse(s, v, reason)
  if (partitions.dedicated[p] === 1) {
    takeOwnCore(s, v)
    return
  }
  freshen(s, p)
  const pool = partitions.pool[p]!
  if (partitions.ready[p] === 1) s.pools.own[pool] = s.pools.own[pool]! - partitions.pot[p]!
  vps.late[v] = s.clock[NOW]! > s.clock[WINDOW_START]! ? 1 : 0
  // Of a window that is over.
  if (vps.grantedIn[v] !== s.clock[WINDOW]!) vps.given[v] = 0
  vps.grantedIn[v] = s.clock[WINDOW]!
  const freed = grant(s, v)
  if (vps.quantum[v]! > 0) {
    placeReady(s, v)
  } else {
    appendSpent(s, v)
    placeSpare(s, v)
  }
  if (freed) fillIdle(s)
}

/**
 * Entitlement for one that wakes within a window: all that is left if its siblings sleep, else its own part, taken back if need be.
 * True: cores that ran on spare time idle now.
 */
function grant(s: WheelState, v: number): boolean {
  const { vps, partitions, pools, clock } = s
  const p = vps.partition[v]!
  const pool = partitions.pool[p]!
  const members = partitions.members[p]!
  const share = Math.floor(partitions.entitled[p]! / members.length)
  const own = share > vps.given[v]! ? share - vps.given[v]! : 0
  if (partitions.ready[p]! > 1 && partitions.pot[p]! < own) takeBack(s, p, share, own)
  let quantum = partitions.pot[p]!
  if (partitions.ready[p]! > 1 && own < quantum) quantum = own
  const left = clock[WINDOW_END]! - clock[NOW]!
  if (left < quantum) quantum = left
  if (pools.room[pool]! < quantum) quantum = pools.room[pool]!
  const freed = takeSpare(s, quantum)
  const certain = certainTime(s)
  if (certain < quantum) quantum = certain
  if (quantum <= 0) return freed
  pools.room[pool] = pools.room[pool]! - quantum
  partitions.pot[p] = partitions.pot[p]! - quantum
  clock[GRANTED] = clock[GRANTED]! + quantum
  vps.given[v] = vps.given[v]! + quantum
  vps.quantum[v] = quantum
  return freed
}

/**
 * Core time of this window that nobody has been promised and nobody has had, so that who wakes late costs none of the others their own.
 * After a core has idled there is no limit: then all that have entitlement left run already.
 */
function certainTime(s: WheelState): number {
  if (s.hadIdle === 1) return Infinity
  return s.sharedCores * s.options.windowNs - s.clock[GRANTED]! - s.clock[SPARED]!
}

/** Slices of spare time give back what they have not had, until that is enough. True: cores have become idle by it. */
function takeSpare(s: WheelState, wanted: number): boolean {
  const { kind, count } = s.cores
  let taken = false
  for (let core = 0; core < count && s.inSpare > 0 && certainTime(s) < wanted; core++) {
    if (kind[core] !== SPARE && kind[core] !== OWN_SPARE) continue
    preemptSpare(s, core)
    taken = true
  }
  return taken
}

/** What siblings still hold beyond their own part goes back to the partition's pot, until that holds `wanted`. */
function takeBack(s: WheelState, p: number, share: number, wanted: number): void {
  const { vps, partitions, pools } = s
  const members = partitions.members[p]!
  const pool = partitions.pool[p]!
  for (let at = 0; at < members.length && partitions.pot[p]! < wanted; at++) {
    const sibling = members[at]!
    const core = vps.core[sibling]!
    const runsEntitled = core !== NONE && s.cores.kind[core] === ENTITLED
    if (!runsEntitled && vps.state[sibling] !== READY) continue
    if (runsEntitled) settle(s, core)
    const used = vps.given[sibling]! - vps.quantum[sibling]!
    let extra = vps.quantum[sibling]! - (used < share ? share - used : 0)
    const lack = wanted - partitions.pot[p]!
    if (lack < extra) extra = lack
    if (extra > 0) {
      vps.quantum[sibling] = vps.quantum[sibling]! - extra
      vps.given[sibling] = vps.given[sibling]! - extra
      partitions.pot[p] = partitions.pot[p]! + extra
      pools.room[pool] = pools.room[pool]! + extra
      s.clock[GRANTED] = s.clock[GRANTED]! - extra
    }
    if (runsEntitled) setEnd(s, core)
  }
}

/** A dedicated processor is back at once, whoever has borrowed its core. */
function takeOwnCore(s: WheelState, v: number): void {
  const core = s.vps.lastCore[v]!
  const guest = s.cores.runs[core]!
  if (s.cores.kind[core] !== IDLE) interrupt(s, core)
  begin(s, v, core, DEDICATED)
  if (guest !== NONE && s.vps.state[guest] === READY) moveOn(s, guest)
}

/** One that lost its core and may find another. */
function moveOn(s: WheelState, v: number): void {
  removeReady(s, v)
  placeReady(s, v)
}

/** A running virtual processor has nothing more to do, or (END.FAULTS) waits for a page. */
export function cede(s: WheelState, core: number, reason: number = CEDES): void {
  const { cores, vps, partitions } = s
  const kind = cores.kind[core]!
  const entitled = kind === ENTITLED
  const v = entitled || kind === DEDICATED ? stop(s, core, reason) : stopSpare(s, core, reason)
  if (!entitled && kind !== DEDICATED) removeSpent(s, v)
  rest(s, v)
  const p = vps.partition[v]!
  if (entitled && partitions.ready[p]! > 0 && partitions.pot[p]! > 0 && partitions.head[p] !== NONE) revive(s, partitions.head[p]!)
  pick(s, core)
}

/** Enters the ceded state; entitlement that it still holds is its partition's again. */
function rest(s: WheelState, v: number): void {
  const { vps, partitions, pools } = s
  const p = vps.partition[v]!
  vps.state[v] = CEDED
  vps.late[v] = 1
  partitions.ready[p] = partitions.ready[p]! - 1
  if (partitions.dedicated[p] === 1) return
  s.ready--
  const pool = partitions.pool[p]!
  const unused = vps.quantum[v]!
  vps.quantum[v] = 0
  vps.given[v] = vps.given[v]! - unused
  partitions.pot[p] = partitions.pot[p]! + unused
  s.clock[GRANTED] = s.clock[GRANTED]! - unused
  if (partitions.ready[p] === 0) {
    pools.readyEntitled[pool] = pools.readyEntitled[pool]! - partitions.entitled[p]!
    pools.own[pool] = pools.own[pool]! + partitions.pot[p]!
  }
  if (unused > 0) addRoom(s, pool, unused)
}

/** A spent virtual processor gets what a sibling has ceded: ceded time stays in its partition first. */
function revive(s: WheelState, v: number): void {
  extend(s, v)
  if (s.vps.quantum[v]! <= 0) return
  withdraw(s, v)
  removeSpent(s, v)
  placeReady(s, v)
}

/** More entitlement from the partition's pot, if there is some. */
function extend(s: WheelState, v: number): void {
  const { vps, partitions, pools, clock } = s
  const p = vps.partition[v]!
  const pool = partitions.pool[p]!
  const pot = partitions.pot[p]!
  let part = Math.floor(pot / partitions.ready[p]!)
  if (part < LEAST_PART) part = pot < LEAST_PART ? pot : LEAST_PART
  if (pools.room[pool]! < part) part = pools.room[pool]!
  const certain = certainTime(s)
  if (certain < part) part = certain
  const left = clock[WINDOW_END]! - clock[NOW]!
  if (left < part) part = left
  if (part <= 0) return
  pools.room[pool] = pools.room[pool]! - part
  partitions.pot[p] = pot - part
  clock[GRANTED] = clock[GRANTED]! + part
  vps.given[v] = vps.given[v]! + part
  vps.quantum[v] = part
}

/** A slice has come to its end, and there is work left. */
export function spend(s: WheelState, core: number): void {
  const { vps, cores, partitions } = s
  const v = cores.runs[core]!
  if (cores.kind[core] !== ENTITLED) {
    compete(s, stopSpare(s, core, PREEMPTED))
    pick(s, core)
    return
  }
  if (partitions.pot[vps.partition[v]!]! > 0) {
    extend(s, v)
    if (vps.quantum[v]! > 0) {
      setEnd(s, core)
      return
    }
  }
  stop(s, core, PREEMPTED)
  appendSpent(s, v)
  compete(s, v)
  pick(s, core)
}

/** Takes a virtual processor's work away and cedes it, wherever it is. */
export function silence(s: WheelState, v: number): void {
  const { vps } = s
  const state = vps.state[v]!
  vps.need[v] = 0
  if (state === RUNNING) {
    const core = vps.core[v]!
    settle(s, core)
    cede(s, core)
  } else if (state === READY || state === SPENT) {
    leaveLines(s, v, state)
    rest(s, v)
  }
}

function leaveLines(s: WheelState, v: number, state: number): void {
  const { vps } = s
  const now = s.clock[NOW]!
  const waits = state === READY ? vps.waitCore : vps.waitCapacity
  waits[v] = waits[v]! + (now - vps.since[v]!)
  vps.since[v] = now
  if (s.partitions.dedicated[vps.partition[v]!] === 1) return
  if (state === READY) {
    removeReady(s, v)
  } else {
    withdraw(s, v)
    removeSpent(s, v)
  }
}
