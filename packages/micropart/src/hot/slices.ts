// A slice: a virtual processor begins on a core, is accounted for, stops. Who begins where and why is decided elsewhere.
// All of it happens at the wheel's own time, clock[NOW].

import { KIND } from './cores.js'
import { VP } from './virtual-processors.js'
import { CLOCK, type WheelState } from './wheel-state.js'

const { DEDICATED, ENTITLED, HYPERVISOR, IDLE, OWN_SPARE, SPARE, STOLEN } = KIND
const { NONE, RUNNING } = VP
const { CHOSEN, NOW } = CLOCK

/** Why a slice ended, as in LoPAR's dispatch trace log. */
export const END = { CEDES: 2, PREEMPTED: 4, FAULTS: 6 }

const { PREEMPTED } = END

function countIdle(s: WheelState, core: number, step: number): void {
  const owner = s.cores.owner[core]!
  if (owner === NONE) s.idleShared += step
  else if (s.partitions.donates[s.vps.partition[owner]!] === 1) s.idleLent += step
}

/** ns of work that the virtual processor has, cold cache included. */
export function workLeft(s: WheelState, v: number): number {
  return s.vps.refill[v]! + (s.vps.piece[v] === null ? s.vps.need[v]! : s.vps.pieceLeft[v]!)
}

/** Sets when the core's slice ends, from what there is to do and how long it may. Only right after `begin` or `settle`. */
export function setEnd(s: WheelState, core: number): void {
  const { runs, kind, budget, clock } = s.cores
  const v = runs[core]!
  const what = kind[core]!
  let length = s.vps.refill[v]! + (s.vps.piece[v] === null ? s.vps.need[v]! : s.vps.pieceLeft[v]!)
  if (what !== DEDICATED) {
    const most = what === ENTITLED ? s.vps.quantum[v]! : budget[core]!
    if (most < length) length = most
  }
  clock.end[core] = s.clock[NOW]! + length
  clock.changed(core)
}

function leaveIdle(s: WheelState, core: number): void {
  const { cores } = s
  const now = s.clock[NOW]!
  const idled = now - cores.since[core]!
  if (idled > 0) {
    const sums = cores.owner[core] === NONE ? cores.idle : cores.ownIdle
    sums[core] = sums[core]! + idled
  }
  cores.since[core] = now
  countIdle(s, core, -1)
}

/** An idle core changes hands: to a dedicated virtual processor, or (NONE) to the shared pool. */
export function handOver(s: WheelState, core: number, owner: number): void {
  leaveIdle(s, core)
  s.sharedCores += (owner === NONE ? 1 : 0) - (s.cores.owner[core] === NONE ? 1 : 0)
  s.cores.owner[core] = owner
  countIdle(s, core, 1)
}

/** An idle core runs `v`, which is in no line. Spare time: for clock[CHOSEN] ns. */
export function begin(s: WheelState, v: number, core: number, kind: number): void {
  const { vps, cores } = s
  const now = s.clock[NOW]!
  const waits = kind === ENTITLED || kind === DEDICATED ? vps.waitCore : vps.waitCapacity
  waits[v] = waits[v]! + (now - vps.since[v]!)
  const gap = now - vps.wantedSince[v]!
  if (gap > vps.longestGap[v]!) vps.longestGap[v] = gap
  vps.state[v] = RUNNING
  vps.since[v] = now
  vps.core[v] = core
  vps.dispatches[v] = vps.dispatches[v]! + 1
  if (cores.ranLast[core] !== v) warm(s, v, core)
  leaveIdle(s, core)
  cores.kind[core] = kind
  cores.runs[core] = v
  cores.began[core] = now
  if (kind === OWN_SPARE || kind === SPARE) {
    cores.budget[core] = s.clock[CHOSEN]!
    s.inSpare++
  }
  s.slices++
  s.digest.foldEvent(now, kind, v * 256 + core)
  setEnd(s, core)
}

/** What the cache costs where others have run since, or the virtual processor never has. */
function warm(s: WheelState, v: number, core: number): void {
  const { vps, cores, options } = s
  const last = vps.lastCore[v]!
  if (last === core) {
    vps.refill[v] = options.refillSameCoreNs
  } else {
    const near = last !== NONE && cores.nodeOf(last) === cores.nodeOf(core)
    vps.refill[v] = near ? options.refillSameNodeNs : options.refillRemoteNs
    if (last !== NONE) vps.dispersions[v] = vps.dispersions[v]! + 1
    vps.lastCore[v] = core
  }
}

/** Accounts for what the core has done until now. */
export function settle(s: WheelState, core: number): void {
  const { vps, cores, partitions } = s
  const now = s.clock[NOW]!
  const ran = now - cores.since[core]!
  if (ran === 0) return
  cores.since[core] = now
  const kind = cores.kind[core]!
  if (kind >= HYPERVISOR) {
    settleHypervisor(s, core, ran)
    return
  }
  cores.busy[core] = cores.busy[core]! + ran
  const v = cores.runs[core]!
  const p = vps.partition[v]!
  vps.run[v] = vps.run[v]! + ran
  if (kind === ENTITLED) {
    vps.quantum[v] = vps.quantum[v]! - ran
    partitions.entitledUse[p] = partitions.entitledUse[p]! + ran
  } else if (kind === DEDICATED) {
    partitions.entitledUse[p] = partitions.entitledUse[p]! + ran
  } else {
    cores.budget[core] = cores.budget[core]! - ran
    partitions.spareUse[p] = partitions.spareUse[p]! + ran
    if (kind === SPARE) s.pools.borrowed[partitions.pool[p]!] = s.pools.borrowed[partitions.pool[p]!]! + ran
  }
  const owner = cores.owner[core]!
  if (owner !== NONE && owner !== v) {
    const lender = vps.partition[owner]!
    partitions.donated[lender] = partitions.donated[lender]! + ran
  }
  progress(s, v, ran)
}

function progress(s: WheelState, v: number, ran: number): void {
  const { vps } = s
  let left = ran
  const refill = vps.refill[v]!
  if (refill > 0) {
    const cold = refill < left ? refill : left
    vps.refill[v] = refill - cold
    left -= cold
  }
  if (vps.piece[v] === null) vps.need[v] = vps.need[v]! - left
  else vps.pieceLeft[v] = vps.pieceLeft[v]! - left
}

function settleHypervisor(s: WheelState, core: number, ran: number): void {
  const { cores, vps } = s
  cores.hypervisor[core] = cores.hypervisor[core]! + ran
  cores.budget[core] = cores.budget[core]! - ran
  const victim = cores.victim[core]!
  if (cores.kind[core] === STOLEN && victim !== NONE) vps.stolen[victim] = vps.stolen[victim]! + ran
}

/** The core idles, its virtual processor is in no line and no state yet: the caller says what becomes of it. Only right after `settle`. */
export function stop(s: WheelState, core: number, reason: number): number {
  const { vps, cores } = s
  const now = s.clock[NOW]!
  const v = cores.runs[core]!
  if (s.observer !== null) tell(s, core, reason)
  const kind = cores.kind[core]!
  if (kind === OWN_SPARE || kind === SPARE) s.inSpare--
  release(s, core)
  cores.ranLast[core] = v
  vps.core[v] = NONE
  vps.since[v] = now
  vps.wantedSince[v] = now
  vps.reason[v] = 6
  if (reason === PREEMPTED) vps.preemptions[v] = vps.preemptions[v]! + 1
  return v
}

/** The core idles from now on. */
export function release(s: WheelState, core: number): void {
  const { cores } = s
  cores.kind[core] = IDLE
  cores.runs[core] = NONE
  cores.clock.clear(core)
  countIdle(s, core, 1)
}

/** An idle core does hypervisor work for clock[CHOSEN] ns. */
export function beginHypervisor(s: WheelState, core: number, kind: number): void {
  const { cores } = s
  leaveIdle(s, core)
  cores.kind[core] = kind
  cores.runs[core] = NONE
  cores.began[core] = s.clock[NOW]!
  cores.budget[core] = s.clock[CHOSEN]!
  cores.clock.end[core] = s.clock[NOW]! + s.clock[CHOSEN]!
  cores.clock.changed(core)
  s.slices++
  s.digest.foldEvent(s.clock[NOW]!, kind, core)
}

export function tell(s: WheelState, core: number, reason: number): void {
  const { slice, cores, vps, observer } = s
  const v = cores.runs[core]!
  slice.virtualProcessor = v
  slice.partition = v === NONE ? NONE : vps.partition[v]!
  slice.core = core
  slice.fromNs = cores.began[core]!
  slice.toNs = s.clock[NOW]!
  slice.kind = cores.kind[core]!
  slice.dispatchReason = v === NONE ? 1 : vps.reason[v]!
  slice.preemptReason = reason
  observer?.ran?.(slice)
}
