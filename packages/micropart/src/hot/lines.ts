// The lines in which virtual processors wait: the ready ones in one line over all and one per core (the core they ran on last), the spent
// ones in one line over all and one per partition. Doubly linked through the table, so that each leaves from the middle in O(1).

import { VP } from './virtual-processors.js'
import { LINE, type WheelState } from './wheel-state.js'

const { NONE } = VP
const { READY_LINE, SPENT_LINE } = LINE

function append(s: WheelState, v: number, line: number): void {
  const { next, previous } = s.vps
  const tail = s.tail[line]!
  next[v] = NONE
  previous[v] = tail
  if (tail === NONE) s.head[line] = v
  else next[tail] = v
  s.tail[line] = v
}

function remove(s: WheelState, v: number, line: number): void {
  const { next, previous } = s.vps
  const after = next[v]!
  const before = previous[v]!
  if (before === NONE) s.head[line] = after
  else next[before] = after
  if (after === NONE) s.tail[line] = before
  else previous[after] = before
}

function appendSide(s: WheelState, v: number, heads: Int32Array, tails: Int32Array, at: number): void {
  const { sideNext, sidePrevious } = s.vps
  const tail = tails[at]!
  sideNext[v] = NONE
  sidePrevious[v] = tail
  if (tail === NONE) heads[at] = v
  else sideNext[tail] = v
  tails[at] = v
}

function removeSide(s: WheelState, v: number, heads: Int32Array, tails: Int32Array, at: number): void {
  const { sideNext, sidePrevious } = s.vps
  const after = sideNext[v]!
  const before = sidePrevious[v]!
  if (before === NONE) heads[at] = after
  else sideNext[before] = after
  if (after === NONE) tails[at] = before
  else sidePrevious[after] = before
}

/** Whether spare time may go before it; counted while it is in line. */
export function press(s: WheelState, v: number): void {
  const pressing = s.vps.late[v] === 1 || s.partitions.weight[s.vps.partition[v]!]! > 0 ? 1 : 0
  s.vps.pressing[v] = pressing
  s.pressing += pressing
}

export function appendReady(s: WheelState, v: number): void {
  press(s, v)
  append(s, v, READY_LINE)
  const core = s.vps.lastCore[v]!
  if (core !== NONE) appendSide(s, v, s.cores.head, s.cores.tail, core)
}

/** At the front: one that was preempted goes on before the others. */
export function prependReady(s: WheelState, v: number): void {
  const { next, previous, sideNext, sidePrevious, lastCore } = s.vps
  press(s, v)
  const head = s.head[READY_LINE]!
  previous[v] = NONE
  next[v] = head
  if (head === NONE) s.tail[READY_LINE] = v
  else previous[head] = v
  s.head[READY_LINE] = v
  const core = lastCore[v]!
  if (core === NONE) return
  const first = s.cores.head[core]!
  sidePrevious[v] = NONE
  sideNext[v] = first
  if (first === NONE) s.cores.tail[core] = v
  else sidePrevious[first] = v
  s.cores.head[core] = v
}

export function removeReady(s: WheelState, v: number): void {
  s.pressing -= s.vps.pressing[v]!
  remove(s, v, READY_LINE)
  const core = s.vps.lastCore[v]!
  if (core !== NONE) removeSide(s, v, s.cores.head, s.cores.tail, core)
}

/** In the line of all spent ones it stays while it runs on spare time; in its partition's only while it waits. */
export function appendSpent(s: WheelState, v: number): void {
  append(s, v, SPENT_LINE)
}

export function removeSpent(s: WheelState, v: number): void {
  remove(s, v, SPENT_LINE)
}

export function appendCompetitor(s: WheelState, v: number): void {
  const { head, tail } = s.partitions
  appendSide(s, v, head, tail, s.vps.partition[v]!)
}

export function removeCompetitor(s: WheelState, v: number): void {
  const { head, tail } = s.partitions
  removeSide(s, v, head, tail, s.vps.partition[v]!)
}
