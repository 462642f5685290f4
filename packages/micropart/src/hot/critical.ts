// Guarantees that every virtual processor that was ready all window gets its entitlement: one that still waits when only its entitlement is
// left of the window takes the core of one that has time to spare. With a common deadline that is enough, in whatever order the
// others run, while entitlements sum up to no more than the cores (zero laxity: Dertouzos, Mok 1989).

import { KIND } from './cores.js'
import { removeReady } from './lines.js'
import { interrupt, noteCritical } from './placing.js'
import { begin } from './slices.js'
import { VP } from './virtual-processors.js'
import { CLOCK, LINE, type WheelState } from './wheel-state.js'

const { ENTITLED, OWN_SPARE, SPARE } = KIND
const { NONE } = VP
const { CRITICAL, NOW, WINDOW_END } = CLOCK
const { READY_LINE } = LINE

export function relieve(s: WheelState): void {
  const { clock, vps } = s
  const left = clock[WINDOW_END]! - clock[NOW]!
  clock[CRITICAL] = Infinity
  let v = s.head[READY_LINE]!
  while (v !== NONE) {
    const next = vps.next[v]!
    if (vps.quantum[v]! < left) noteCritical(s, v)
    else if (left > 0 && (vps.late[v] === 0 || s.hadSlack === 0)) promote(s, v)
    v = next
  }
}

function promote(s: WheelState, v: number): void {
  const core = victim(s)
  if (core === NONE) return
  removeReady(s, v)
  interrupt(s, core)
  begin(s, v, core, ENTITLED)
}

/** The core whose slice leaves the most time until the window's end. Late ones give way to others when there has been slack. */
function victim(s: WheelState): number {
  const { cores, vps, clock } = s
  let best = NONE
  let least = clock[WINDOW_END]!
  for (let core = 0; core < cores.count; core++) {
    const kind = cores.kind[core]!
    if (kind === SPARE || kind === OWN_SPARE) return core
    if (kind !== ENTITLED) continue
    const v = cores.runs[core]!
    if (vps.late[v] === 1 && s.hadSlack === 1) return core
    const end = cores.since[core]! + vps.quantum[v]!
    if (end < least) {
      least = end
      best = core
    }
  }
  return best
}
