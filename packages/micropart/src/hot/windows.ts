// The dispatch window: every 10 ms all shared virtual processors that want to run get their part of the entitlement anew, what was not
// used is gone, and the demand streams ask for their next window. With nobody ready the wheel sleeps: no window begins.

import { KIND } from './cores.js'
import { appendReady, appendSpent, press } from './lines.js'
import { fillIdle, noteCritical } from './placing.js'
import { freshen, rouse, wake } from './readiness.js'
import { END, setEnd, settle, stop } from './slices.js'
import { leave, stopSpare } from './spare-time.js'
import { VP } from './virtual-processors.js'
import { CLOCK, LINE, type WheelState } from './wheel-state.js'

const { PREEMPTED } = END
const { DEDICATED, ENTITLED, OWN_SPARE, SPARE } = KIND
const { CEDED, NONE, READY, SPENT } = VP
const { CRITICAL, DEMAND, GRANTED, NOW, SPARED, WINDOW, WINDOW_END, WINDOW_START } = CLOCK
const { READY_LINE, SPENT_LINE } = LINE

/** Dispatch reason of one that a timer of its own wakes: the demand stream's next window. */
const BY_TIMER = 3

/** A window begins at clock[NOW], which is a multiple of the window's length. */
export function startWindow(s: WheelState): void {
  const { clock } = s
  const now = clock[NOW]!
  if (s.changes !== null && (s.changed === 1 || now >= clock[DEMAND]!)) {
    s.changed = 0
    s.changes.apply(now)
  }
  stopShared(s)
  openWindow(s)
  s.hadSlack = 0
  s.hadIdle = 0
  for (let at = 0; at < s.streaming.length; at++) feed(s, s.streaming[at]!)
  if (s.ready === 0 && s.streaming.length === 0) {
    sleep(s)
    return
  }
  regrant(s)
  fillIdle(s)
}

/** Somebody wants to run while the wheel sleeps: the window that it is now begins, somewhere in its middle. */
export function enterWindow(s: WheelState): void {
  openWindow(s)
  s.hadSlack = s.clock[NOW]! > s.clock[WINDOW_START]! ? 1 : 0
  s.hadIdle = s.hadSlack
}

function openWindow(s: WheelState): void {
  const { clock, pools, poolsInUse } = s
  const length = s.options.windowNs
  const number = Math.floor((clock[NOW]! - s.originNs) / length)
  clock[WINDOW] = number
  clock[WINDOW_START] = s.originNs + number * length
  clock[WINDOW_END] = s.originNs + (number + 1) * length
  clock[CRITICAL] = Infinity
  clock[GRANTED] = 0
  clock[SPARED] = 0
  for (let at = 0; at < poolsInUse.length; at++) {
    const pool = poolsInUse[at]!
    pools.room[pool] = pools.maximum[pool]!
    pools.own[pool] = pools.reserved[pool]! + pools.entitled[pool]! - pools.readyEntitled[pool]!
    pools.full[pool] = 0
  }
  s.observer?.window?.(clock[WINDOW_START]!)
}

/** Until somebody wants to run, or a demand stream begins to ask. */
function sleep(s: WheelState): void {
  s.clock[WINDOW] = NONE
  s.clock[CRITICAL] = Infinity
  s.clock[WINDOW_END] = s.clock[DEMAND]!
}

/** HDEC at the window's end: every shared virtual processor stops, and all competition ends. */
function stopShared(s: WheelState): void {
  const { kind, count, clock } = s.cores
  clock.changeAll()
  for (let core = 0; core < count; core++) {
    const what = kind[core]!
    if (what !== ENTITLED && what !== SPARE && what !== OWN_SPARE) continue
    settle(s, core)
    if (what === ENTITLED) {
      const v = stop(s, core, PREEMPTED)
      s.vps.state[v] = SPENT
      appendSpent(s, v)
    } else {
      s.vps.state[stopSpare(s, core, PREEMPTED)] = SPENT
    }
  }
  for (let v = s.head[SPENT_LINE]!; v !== NONE; v = s.vps.next[v]!) {
    const p = s.vps.partition[v]!
    leave(s, p)
    s.partitions.head[p] = NONE
    s.partitions.tail[p] = NONE
  }
}

/** The stream's demand of this window, in equal parts; more than a whole processor each is as good as endless. */
function feed(s: WheelState, p: number): void {
  const { vps, partitions, options } = s
  const members = partitions.members[p]!
  const demand = partitions.demand[p]!
  const part = Math.floor(demand / members.length)
  let rest = demand - part * members.length
  for (let at = 0; at < members.length; at++) {
    const v = members[at]!
    // Its part of the demand is not asked for while it waits for a page.
    if (vps.stalled[v] !== 0) continue
    const core = vps.core[v]!
    const owned = core !== NONE && s.cores.kind[core] === DEDICATED
    if (owned) settle(s, core)
    let need = part
    if (rest > 0) {
      need++
      rest--
    }
    vps.need[v] = need >= options.windowNs ? options.windowNs + 1 : need
    if (need === 0) continue
    if (owned) setEnd(s, core)
    else if (vps.state[v] === CEDED) start(s, v, p)
  }
}

function start(s: WheelState, v: number, p: number): void {
  if (s.partitions.dedicated[p] === 1) {
    wake(s, v, BY_TIMER)
    return
  }
  rouse(s, v, BY_TIMER)
  s.vps.state[v] = SPENT
  appendSpent(s, v)
}

/**
 * New entitlement for all that want to run: those that still waited for theirs first, then in the order in which it was spent, uncapped
 * partitions before capped ones. So those that will share the spare time all compete for it soon, and by weight.
 */
function regrant(s: WheelState): void {
  const { vps, head } = s
  refreshPools(s)
  s.pressing = 0
  for (let v = head[READY_LINE]!; v !== NONE; v = vps.next[v]!) {
    allot(s, v)
    press(s, v)
  }
  admitSpent(s)
}

/** All spent virtual processors are ready again. Their line, which nobody looks at meanwhile, is cut into a chain of capped ones. */
function admitSpent(s: WheelState): void {
  const { head, tail, partitions } = s
  const { next, partition } = s.vps
  const { weight } = partitions
  let first = NONE
  let last = NONE
  let v = head[SPENT_LINE]!
  head[SPENT_LINE] = NONE
  tail[SPENT_LINE] = NONE
  while (v !== NONE) {
    const after = next[v]!
    if (weight[partition[v]!] !== 0) {
      admit(s, v)
    } else {
      if (last === NONE) first = v
      else next[last] = v
      last = v
    }
    v = after
  }
  if (last !== NONE) next[last] = NONE
  while (first !== NONE) {
    const after = next[first]!
    admit(s, first)
    first = after
  }
}

function admit(s: WheelState, v: number): void {
  const { since, waitCapacity, reason, state } = s.vps
  const now = s.clock[NOW]!
  waitCapacity[v] = waitCapacity[v]! + (now - since[v]!)
  since[v] = now
  state[v] = READY
  if (reason[v] === 6) reason[v] = 7
  allot(s, v)
  appendReady(s, v)
}

/** Streams have woken partitions since the window was opened. */
function refreshPools(s: WheelState): void {
  const { pools, poolsInUse } = s
  for (let at = 0; at < poolsInUse.length; at++) {
    const pool = poolsInUse[at]!
    pools.own[pool] = pools.reserved[pool]! + pools.entitled[pool]! - pools.readyEntitled[pool]!
  }
}

/** Its part of the window's entitlement: split evenly among the partition's ready virtual processors, the first ones get 1 ns more. */
function allot(s: WheelState, v: number): void {
  const { vps, partitions, pools, clock } = s
  const p = vps.partition[v]!
  if (partitions.window[p] !== clock[WINDOW]!) {
    freshen(s, p)
    const ready = partitions.ready[p]!
    const part = ready === 1 ? partitions.pot[p]! : Math.floor(partitions.pot[p]! / ready)
    partitions.part[p] = part
    partitions.rest[p] = partitions.pot[p]! - part * ready
  }
  let quantum = partitions.part[p]!
  if (partitions.rest[p]! > 0) {
    partitions.rest[p] = partitions.rest[p]! - 1
    quantum++
  }
  if (quantum > s.options.windowNs) quantum = s.options.windowNs
  const pool = partitions.pool[p]!
  partitions.pot[p] = partitions.pot[p]! - quantum
  pools.room[pool] = pools.room[pool]! - quantum
  clock[GRANTED] = clock[GRANTED]! + quantum
  vps.quantum[v] = quantum
  vps.given[v] = quantum
  vps.grantedIn[v] = clock[WINDOW]!
  vps.late[v] = 0
  noteCritical(s, v)
}

/** True if the wheel sleeps. */
export function isAsleep(s: WheelState): boolean {
  return s.clock[WINDOW] === NONE
}

/** The first window start at or after a time. */
export function atBoundary(s: WheelState, timeNs: number): number {
  const length = s.options.windowNs
  return s.originNs + Math.ceil((timeNs - s.originNs) / length) * length
}

/** Lets a sleeping wheel begin a window at the next multiple of its length, now included. */
export function wakeAtBoundary(s: WheelState): void {
  if (!isAsleep(s)) return
  const next = atBoundary(s, s.clock[NOW]!)
  if (next < s.clock[WINDOW_END]!) s.clock[WINDOW_END] = next
}
