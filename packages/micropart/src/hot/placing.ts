// Which virtual processor an idle core takes, and which core a virtual processor gets. LoPAR's order: the ready ones, among them those
// about to exceed their longest wait (critical.ts), then the best cache affinity; then spare time; then the hypervisor's own work.

import { KIND } from './cores.js'
import { appendReady, prependReady, removeReady } from './lines.js'
import { END, begin, beginHypervisor, release, settle, stop, tell } from './slices.js'
import { chooseSpare, compete, preemptSpare } from './spare-time.js'
import { VP } from './virtual-processors.js'
import { CLOCK, LINE, type WheelState } from './wheel-state.js'

const { PREEMPTED } = END
const { ENTITLED, HYPERVISOR, IDLE, OWN_SPARE, SPARE, STOLEN } = KIND
const { NONE, READY } = VP
const { CHOSEN, CRITICAL, GRANTED, NOW, SPARED, STEAL, WINDOW_END, WINDOW_START } = CLOCK
const { READY_LINE } = LINE

/** True if shared virtual processors may run on the core: of the shared pool, or lent by a dedicated partition. */
function isShared(s: WheelState, core: number): boolean {
  const owner = s.cores.owner[core]!
  return owner === NONE || s.partitions.donates[s.vps.partition[owner]!] === 1
}

/** An idle core looks for something to do. */
export function pick(s: WheelState, core: number): void {
  if (s.cores.kind[core] !== IDLE) return
  // At the end of a window nothing begins: the next one gives out new entitlement in the same instant.
  if (isShared(s, core) && s.clock[WINDOW_END]! > s.clock[NOW]!) {
    const waits = s.head[READY_LINE] !== NONE
    if (!waits || spareIsDue(s)) {
      const kind = chooseSpare(s, waits)
      if (kind !== IDLE) {
        s.hadSlack = 1
        begin(s, s.chosen, core, kind)
        return
      }
    }
    if (waits) {
      const v = nearest(s, core)
      removeReady(s, v)
      begin(s, v, core, ENTITLED)
      return
    }
    s.hadSlack = 1
    s.hadIdle = 1
  }
  if (s.hypervisorWork.length > 0) startHypervisor(s, core, HYPERVISOR)
}

/**
 * Spare time is spread over the window, so that a partition with few virtual processors can use its part: it is due before the
 * entitlement of others while less of it was given out than the window has passed. Only what is certain is spread: entitlement that was
 * given out will be served in time (critical.ts), and in a window in which a core idled nothing is certain.
 */
function spareIsDue(s: WheelState): boolean {
  if (s.hadIdle === 1 || s.pressing > 0) return false
  const { clock } = s
  const length = s.options.windowNs
  const spare = s.sharedCores * length - clock[GRANTED]!
  return spare > clock[SPARED]! && clock[SPARED]! * length < spare * (clock[NOW]! - clock[WINDOW_START]!)
}

/** The first ready one that ran on this core last, else on its node, else the first of all. */
function nearest(s: WheelState, core: number): number {
  const { head, coresPerNode, count } = s.cores
  if (head[core] !== NONE) return head[core]!
  if (coresPerNode < count) {
    const from = core - (core % coresPerNode)
    const to = from + coresPerNode < count ? from + coresPerNode : count
    for (let at = from; at < to; at++) {
      if (head[at] !== NONE) return head[at]!
    }
  }
  return s.head[READY_LINE]!
}

/** An idle core for a virtual processor: its last one, one of the same node, any of the pool, a lent one; NONE if all are busy. */
export function idleCoreFor(s: WheelState, v: number): number {
  if (s.idleShared === 0 && s.idleLent === 0) return NONE
  const { cores } = s
  const last = s.vps.lastCore[v]!
  if (last !== NONE) {
    if (cores.kind[last] === IDLE && isShared(s, last)) return last
    if (cores.coresPerNode < cores.count) {
      const from = last - (last % cores.coresPerNode)
      const near = firstIdle(s, from, Math.min(from + cores.coresPerNode, cores.count))
      if (near !== NONE) return near
    }
  }
  return firstIdle(s, 0, cores.count)
}

function firstIdle(s: WheelState, from: number, to: number): number {
  const { kind, owner } = s.cores
  let lent = NONE
  for (let core = from; core < to; core++) {
    if (kind[core] !== IDLE) continue
    if (owner[core] === NONE) return core
    if (lent === NONE && isShared(s, core)) lent = core
  }
  return lent
}

/** A virtual processor has entitlement and no core: an idle core, one in spare time, one that does the hypervisor's work; else it waits. */
export function placeReady(s: WheelState, v: number): void {
  s.vps.state[v] = READY
  let core = idleCoreFor(s, v)
  if (core === NONE && (s.inSpare > 0 || s.hypervisorWork.length > 0 || s.hypervisorRuns > 0)) core = takeCore(s, v)
  // Nobody begins at the very end of a window.
  if (core === NONE || s.clock[WINDOW_END]! <= s.clock[NOW]!) {
    enqueueReady(s, v)
    return
  }
  begin(s, v, core, ENTITLED)
}

/** Frees a core that does less urgent work, the last one of `v` if it can be. NONE: there is none. */
function takeCore(s: WheelState, v: number): number {
  const { kind, count } = s.cores
  const last = s.vps.lastCore[v]!
  let core = NONE
  if (last !== NONE && isLessUrgent(kind[last]!)) core = last
  for (let at = 0; core === NONE && at < count; at++) {
    if (isLessUrgent(kind[at]!) && isShared(s, at)) core = at
  }
  if (core === NONE) return NONE
  if (kind[core] === HYPERVISOR) putBackHypervisor(s, core)
  else preemptSpare(s, core)
  return core
}

function isLessUrgent(kind: number): boolean {
  return kind === SPARE || kind === OWN_SPARE || kind === HYPERVISOR
}

/** Waits in line; the wheel will look after it before its entitlement could be lost. */
function enqueueReady(s: WheelState, v: number): void {
  s.vps.state[v] = READY
  appendReady(s, v)
  noteCritical(s, v)
}

export function noteCritical(s: WheelState, v: number): void {
  let critical = s.clock[WINDOW_END]! - s.vps.quantum[v]!
  if (critical < s.clock[NOW]!) critical = s.clock[NOW]!
  if (critical < s.clock[CRITICAL]!) s.clock[CRITICAL] = critical
}

/** Spare time for one that has just joined: an idle core, if there is one. */
export function placeSpare(s: WheelState, v: number): void {
  compete(s, v)
  const core = idleCoreFor(s, v)
  if (core !== NONE) pick(s, core)
}

/** All idle cores look for something to do. */
export function fillIdle(s: WheelState): void {
  const { kind, count } = s.cores
  for (let core = 0; core < count; core++) {
    if (kind[core] === IDLE) pick(s, core)
  }
}

/** The first waiting hypervisor work starts on an idle core. */
function startHypervisor(s: WheelState, core: number, kind: number): void {
  const piece = s.pieces.shift(s.hypervisorWork)
  if (piece === null) return
  s.cores.piece[core] = piece
  s.clock[CHOSEN] = piece.workNs
  if (kind === HYPERVISOR) {
    s.hypervisorRuns++
    s.cores.victim[core] = NONE
  }
  if (s.hypervisorWork.length === 0) s.clock[STEAL] = Infinity
  beginHypervisor(s, core, kind)
}

/** Hypervisor work gives its core back and goes on later. */
function putBackHypervisor(s: WheelState, core: number): void {
  settle(s, core)
  const piece = s.cores.piece[core]
  s.cores.piece[core] = null
  if (piece === null || piece === undefined) return
  piece.workNs = s.cores.budget[core]!
  s.pieces.prepend(s.hypervisorWork, piece)
  if (s.cores.kind[core] === HYPERVISOR) s.hypervisorRuns--
  if (s.observer !== null) tell(s, core, PREEMPTED)
  release(s, core)
  if (s.clock[STEAL] === Infinity) s.clock[STEAL] = s.clock[NOW]! + s.options.stealAfterNs
}

/** Takes the core from whoever runs on it and lets it wait on: entitled ones before all others. The core idles then. */
export function interrupt(s: WheelState, core: number): void {
  const kind = s.cores.kind[core]!
  if (kind === ENTITLED) {
    settle(s, core)
    const v = stop(s, core, PREEMPTED)
    s.vps.state[v] = READY
    prependReady(s, v)
    noteCritical(s, v)
  } else if (kind >= HYPERVISOR) {
    putBackHypervisor(s, core)
  } else if (kind !== IDLE) {
    preemptSpare(s, core)
  }
}

/** Work of the hypervisor that has waited too long takes the core of somebody: spare time first, then whoever has the most left. */
export function steal(s: WheelState): void {
  s.clock[STEAL] = Infinity
  if (s.hypervisorWork.length === 0) return
  s.clock[STEAL] = s.clock[NOW]! + s.options.stealAfterNs
  const core = victimCore(s)
  if (core === NONE) return
  s.cores.victim[core] = s.cores.runs[core]!
  interrupt(s, core)
  startHypervisor(s, core, STOLEN)
}

function victimCore(s: WheelState): number {
  const { kind, count, clock } = s.cores
  let best = NONE
  for (let core = 0; core < count; core++) {
    if (s.cores.owner[core] !== NONE) continue
    if (kind[core] === SPARE || kind[core] === OWN_SPARE) return core
    if (kind[core] === ENTITLED && (best === NONE || clock.end[core]! > clock.end[best]!)) best = core
  }
  return best
}
