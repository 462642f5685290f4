// The wheel's own loop over its events: slice ends, hypervisor work that has waited long enough, entitlement that could be lost, window
// starts; at one instant in that order. The wheel computes them when somebody asks or a completion is due, not by one event of the
// simulation each: so exact, and cheap.

import { KIND } from './cores.js'
import { relieve } from './critical.js'
import { pick, steal } from './placing.js'
import { cede, silence, spend } from './readiness.js'
import { END, release, setEnd, settle, tell, workLeft } from './slices.js'
import { VP } from './virtual-processors.js'
import { startWindow } from './windows.js'
import { CLOCK, type WheelState } from './wheel-state.js'

const { CEDES, FAULTS } = END
const { HYPERVISOR, STOLEN } = KIND
const { NONE, RUNNING } = VP
const { CRITICAL, NOW, STEAL, WINDOW_END } = CLOCK

/** When the wheel's next own event is due, Infinity if never. */
export function nextEvent(s: WheelState): number {
  const { clock } = s
  let next = s.cores.clock.end[s.cores.clock.first()]!
  if (clock[STEAL]! < next) next = clock[STEAL]!
  if (clock[CRITICAL]! < next) next = clock[CRITICAL]!
  if (clock[WINDOW_END]! < next) next = clock[WINDOW_END]!
  return next
}

/** Computes all events before `untilNs`, and those at it if `inclusive`. Completions are told only in the inclusive form. */
export function advance(s: WheelState, untilNs: number, inclusive: boolean): void {
  if (s.advancing) return
  s.advancing = true
  try {
    loop(s, untilNs, inclusive)
  } finally {
    s.advancing = false
  }
  s.clock[NOW] = untilNs
}

function loop(s: WheelState, untilNs: number, inclusive: boolean): void {
  const { clock, cores } = s
  const { clock: ends } = cores
  for (;;) {
    const core = ends.first()
    const slice = ends.end[core]!
    let next = slice
    if (clock[STEAL]! < next) next = clock[STEAL]!
    if (clock[CRITICAL]! < next) next = clock[CRITICAL]!
    if (clock[WINDOW_END]! < next) next = clock[WINDOW_END]!
    if (next > untilNs || (next === untilNs && !inclusive) || next === Infinity) return
    if (next > clock[NOW]!) clock[NOW] = next
    if (slice <= next) finish(s, core)
    else if (clock[STEAL]! <= next) steal(s)
    else if (clock[CRITICAL]! <= next) relieve(s)
    else startWindow(s)
  }
}

function finish(s: WheelState, core: number): void {
  const kind = s.cores.kind[core]!
  settle(s, core)
  if (kind === HYPERVISOR || kind === STOLEN) {
    finishHypervisor(s, core)
    return
  }
  const v = s.cores.runs[core]!
  if (workLeft(s, v) > 0) spend(s, core)
  else if (s.vps.piece[v] !== null) complete(s, v, core)
  else cede(s, core)
}

/** The piece of work is done: the next one is taken first, then its completion is told, and only then it is known whether to cede. */
function complete(s: WheelState, v: number, core: number): void {
  const { vps, partitions } = s
  const p = vps.partition[v]!
  const piece = vps.piece[v]
  if (piece === null || piece === undefined) return
  const { then, argument } = piece
  vps.piece[v] = null
  s.assigned--
  partitions.free[p] = partitions.free[p]! + 1
  s.pieces.release(piece)
  if (!assign(s, v) && vps.need[v] === 0) partitions.completing[p] = v
  s.telling = v
  s.simulation.call(then, argument)
  s.telling = NONE
  if (partitions.completing[p] === v) partitions.completing[p] = NONE
  if (vps.stalled[v] !== 0) {
    leaveCore(s, v, core)
    return
  }
  if (vps.state[v] !== RUNNING || s.cores.runs[core] !== v) return
  if (vps.piece[v] === null) assign(s, v)
  settle(s, core)
  if (vps.piece[v] === null && vps.need[v] === 0) cede(s, core)
  else setEnd(s, core)
}

/** The virtual processor waits for a page from now on. */
function leaveCore(s: WheelState, v: number, core: number): void {
  if (s.vps.state[v] !== RUNNING || s.cores.runs[core] !== v) {
    silence(s, v)
    return
  }
  settle(s, core)
  cede(s, core, FAULTS)
}

/** The first waiting piece of its partition becomes the virtual processor's. False: none waits. */
export function assign(s: WheelState, v: number): boolean {
  const p = s.vps.partition[v]!
  const line = s.partitions.work[p]!
  const piece = s.pieces.shift(line)
  if (piece === null) return false
  s.vps.piece[v] = piece
  s.vps.pieceLeft[v] = piece.workNs
  s.assigned++
  s.partitions.free[p] = s.partitions.free[p]! - 1
  return true
}

function finishHypervisor(s: WheelState, core: number): void {
  const { cores } = s
  const piece = cores.piece[core]
  if (piece === null || piece === undefined) return
  if (cores.kind[core] === HYPERVISOR) s.hypervisorRuns--
  if (s.observer !== null) tell(s, core, CEDES)
  cores.piece[core] = null
  cores.ranLast[core] = NONE
  release(s, core)
  const { then, argument } = piece
  s.pieces.release(piece)
  s.hypervisorPieces--
  s.simulation.call(then, argument)
  pick(s, core)
}
