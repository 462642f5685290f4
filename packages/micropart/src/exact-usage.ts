// What a wheel of exact fidelity has counted, up to the present and without changing anything: slices that are under way count as far as
// they have come. The counters themselves are kept in hot/.

import type { PartitionUsage, VirtualProcessorUsage, VirtualProcessorView } from './dispatcher.js'
import { KIND } from './hot/cores.js'
import { VP } from './hot/virtual-processors.js'
import { CLOCK, type WheelState } from './hot/wheel-state.js'

const { DEDICATED, HYPERVISOR, IDLE, OWN_SPARE, SPARE } = KIND
const { CEDED, NONE, READY, RUNNING, SPENT } = VP
const { NOW } = CLOCK

export function partitionUsage(s: WheelState, partition: number, retired: VirtualProcessorUsage | null): PartitionUsage {
  const { partitions, cores } = s
  const members = partitions.members[partition] ?? []
  let entitledNs = partitions.entitledUse[partition]!
  let spareNs = partitions.spareUse[partition]!
  let donatedNs = partitions.donated[partition]!
  for (let core = 0; core < cores.count; core++) {
    const v = cores.runs[core]!
    if (v === NONE) continue
    const running = s.clock[NOW]! - cores.since[core]!
    const owner = cores.owner[core]!
    if (owner !== NONE && owner !== v && s.vps.partition[owner] === partition) donatedNs += running
    if (s.vps.partition[v] !== partition) continue
    if (cores.kind[core] === OWN_SPARE || cores.kind[core] === SPARE) spareNs += running
    else entitledNs += running
  }
  return {
    runNs: entitledNs + spareNs,
    entitledNs,
    spareNs,
    donatedNs,
    virtualProcessors: members.map((v) => virtualProcessorUsage(s, v)),
    retired,
    phantomInterrupts: partitions.phantoms[partition]!,
  }
}

/** Core time by what it went to, summed over the cores. */
export function coreTimes(s: WheelState) {
  const { cores, clock } = s
  const sums = { idleNs: 0, dedicatedIdleNs: 0, busyNs: 0, hypervisorNs: 0 }
  for (let core = 0; core < cores.count; core++) {
    const going = clock[NOW]! - cores.since[core]!
    const kind = cores.kind[core]!
    const owned = cores.owner[core] !== NONE
    sums.idleNs += cores.idle[core]! + (kind === IDLE && !owned ? going : 0)
    sums.dedicatedIdleNs += cores.ownIdle[core]! + (kind === IDLE && owned ? going : 0)
    sums.busyNs += cores.busy[core]! + (kind > IDLE && kind <= DEDICATED ? going : 0)
    sums.hypervisorNs += cores.hypervisor[core]! + (kind >= HYPERVISOR ? going : 0)
  }
  return sums
}

export function virtualProcessorUsage(s: WheelState, v: number): VirtualProcessorUsage {
  const { vps, clock } = s
  const state = vps.state[v]!
  const passed = clock[NOW]! - vps.since[v]!
  const runs = state === RUNNING
  const dispatches = vps.dispatches[v]!
  return {
    dispatchCount: 2 * dispatches + (runs ? 0 : 1),
    dispatches,
    preemptions: vps.preemptions[v]!,
    dispersions: vps.dispersions[v]!,
    runNs: vps.run[v]! + (runs ? clock[NOW]! - s.cores.since[vps.core[v]!]! : 0),
    waitReadyNs: vps.waitReady[v]! + (state === CEDED ? passed : 0),
    waitCapacityNs: vps.waitCapacity[v]! + (state === SPENT ? passed : 0),
    waitCoreNs: vps.waitCore[v]! + (state === READY ? passed : 0),
    stolenNs: vps.stolen[v]!,
    longestGapNs: Math.max(vps.longestGap[v]!, state === READY || state === SPENT ? clock[NOW]! - vps.wantedSince[v]! : 0),
  }
}

export function virtualProcessorView(s: WheelState, v: number): VirtualProcessorView {
  const core = s.vps.core[v]!
  const dispatchedNs = core === NONE ? s.clock[NOW]! : s.cores.began[core]!
  return { ...virtualProcessorUsage(s, v), core, dispatchedNs, dispatchReason: s.vps.reason[v]! }
}

/** Counters of one virtual processor added to those of others. */
export function together(sums: VirtualProcessorUsage | undefined, one: VirtualProcessorUsage): VirtualProcessorUsage {
  if (sums === undefined) return one
  return {
    dispatchCount: sums.dispatchCount + one.dispatchCount,
    dispatches: sums.dispatches + one.dispatches,
    preemptions: sums.preemptions + one.preemptions,
    dispersions: sums.dispersions + one.dispersions,
    runNs: sums.runNs + one.runNs,
    waitReadyNs: sums.waitReadyNs + one.waitReadyNs,
    waitCapacityNs: sums.waitCapacityNs + one.waitCapacityNs,
    waitCoreNs: sums.waitCoreNs + one.waitCoreNs,
    stolenNs: sums.stolenNs + one.stolenNs,
    longestGapNs: Math.max(sums.longestGapNs, one.longestGapNs),
  }
}
