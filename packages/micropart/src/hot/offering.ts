// New work for a partition and who takes it: a virtual processor that runs for the demand stream only, else one that waits, else one that
// is woken. And when the simulation must look at the wheel again, so that no completion is told late.

import { assign, nextEvent } from './advance.js'
import { KIND } from './cores.js'
import { wake } from './readiness.js'
import { setEnd, settle, workLeft } from './slices.js'
import { VP } from './virtual-processors.js'
import { enterWindow, isAsleep, startWindow } from './windows.js'
import { CLOCK, type WheelState } from './wheel-state.js'

const { HYPERVISOR } = KIND
const { CEDED, NONE, RUNNING } = VP
const { NOW, WINDOW_END } = CLOCK

/** Dispatch reason of one that an interrupt wakes. */
const BY_INTERRUPT = 0

/** A piece has joined the partition's line, and some virtual processor has none. */
export function offer(s: WheelState, p: number): void {
  const { partitions } = s
  // Who has just completed its piece takes the next one itself.
  if (partitions.completing[p] !== NONE && partitions.work[p]!.length === 1) return
  // A demand stream begins at this very instant.
  if (isAsleep(s) && s.clock[WINDOW_END]! <= s.clock[NOW]!) startWindow(s)
  const v = taker(s, p)
  if (v === NONE) return
  const state = s.vps.state[v]!
  if (state === RUNNING) {
    const core = s.vps.core[v]!
    settle(s, core)
    assign(s, v)
    setEnd(s, core)
    return
  }
  assign(s, v)
  if (state !== CEDED) return
  if (isAsleep(s) && partitions.dedicated[p] === 0) enterWindow(s)
  wake(s, v, BY_INTERRUPT)
}

function taker(s: WheelState, p: number): number {
  const members = s.partitions.members[p]!
  const completing = s.partitions.completing[p]!
  let best = NONE
  let rank = 0
  for (let at = 0; at < members.length; at++) {
    const v = members[at]!
    if (s.vps.piece[v] !== null || v === completing || s.vps.stalled[v] !== 0) continue
    const state = s.vps.state[v]!
    const r = state === RUNNING ? 3 : state === CEDED ? 1 : 2
    if (r <= rank) continue
    best = v
    rank = r
  }
  return best
}

/** No completion can be due before this time: the earliest end of a piece that runs, or of one that may come to run. */
export function nextCompletion(s: WheelState): number {
  if (s.assigned === 0 && s.hypervisorPieces === 0) return Infinity
  const { cores, vps } = s
  let running = 0
  let bound = Infinity
  for (let core = 0; core < cores.count; core++) {
    const kind = cores.kind[core]!
    if (kind >= HYPERVISOR) {
      running++
      if (cores.clock.end[core]! < bound) bound = cores.clock.end[core]!
      continue
    }
    const v = cores.runs[core]!
    if (v === NONE || vps.piece[v] === null) continue
    running++
    const end = cores.since[core]! + workLeft(s, v)
    if (end < bound) bound = end
  }
  if (running < s.assigned + s.hypervisorPieces) bound = nextEvent(s)
  return bound < s.clock[NOW]! ? s.clock[NOW]! : bound
}
