// The dispatcher of `exact` fidelity: every slice is computed. Here is its cold side: configuration, streams, statistics, and the one event
// of the simulation that the wheel ever has pending. The rules of dispatching are in hot/.

import type { Handler, Simulation, Timer } from '@powersim/kernel'
import type { DemandStream } from './demand.js'
import type { DispatchObserver } from './dispatch-observer.js'
import type { DispatchPolicyFactory } from './dispatch-policy.js'
import type {
  Dispatcher,
  PartitionTerms,
  PartitionUsage,
  PoolTerms,
  VirtualProcessorUsage,
  VirtualProcessorView,
  WheelUsage,
} from './dispatcher.js'
import { coreTimes, partitionUsage, together, virtualProcessorUsage, virtualProcessorView } from './exact-usage.js'
import { advance } from './hot/advance.js'
import { nextCompletion, offer } from './hot/offering.js'
import { KIND } from './hot/cores.js'
import { MAX_POOLS } from './hot/partitions.js'
import { idleCoreFor, interrupt, pick } from './hot/placing.js'
import { silence } from './hot/readiness.js'
import { handOver, setEnd, settle } from './hot/slices.js'
import { leave } from './hot/spare-time.js'
import { release as releaseStalled, resume, stall, stalledOf } from './hot/stalls.js'
import { VP } from './hot/virtual-processors.js'
import { CLOCK, type StateOptions, WheelState } from './hot/wheel-state.js'
import { atBoundary, isAsleep, wakeAtBoundary } from './hot/windows.js'

const { IDLE } = KIND
const { NONE } = VP
const { DEMAND, NOW, STEAL, WINDOW_END } = CLOCK

interface Pending {
  readonly partition: number
  readonly terms: PartitionTerms | null
}

export interface ExactOptions extends StateOptions {
  /** Names the random streams of policies. */
  readonly name: string
  readonly policy: DispatchPolicyFactory
}

export class ExactDispatcher implements Dispatcher {
  readonly state: WheelState
  private readonly simulation: Simulation
  private readonly name: string
  private readonly policyFactory: DispatchPolicyFactory
  private readonly timer: Timer
  private readonly streams = new Map<number, DemandStream>()
  private readonly terms = new Map<number, PartitionTerms>()
  private readonly known = new Set<number>()
  private readonly retired = new Map<number, VirtualProcessorUsage>()
  private pending: Pending[] = []
  private pools: readonly PoolTerms[] = []
  private armedAt = Infinity

  constructor(simulation: Simulation, options: ExactOptions) {
    this.simulation = simulation
    this.policyFactory = options.policy
    this.name = options.name
    this.state = new WheelState(simulation, options, this.makePolicy(options.maxPartitions, 'all'))
    this.state.changes = { apply: (nowNs) => this.apply(nowNs) }
    this.timer = simulation.timer(
      simulation.handler<null>('micropart.advance', () => this.due()),
      null,
    )
  }

  observe(observer: DispatchObserver | null): void {
    this.state.observer = observer
  }

  configure(partition: number, terms: PartitionTerms | null): void {
    this.enter()
    if (terms === null) this.stopPartition(partition)
    else if (!this.terms.has(partition)) this.openPartition(partition, terms)
    this.pending.push({ partition, terms })
    this.changeSoon()
  }

  forget(partition: number): void {
    const { vps, partitions } = this.state
    for (const v of partitions.members[partition] ?? []) vps.close(v)
    partitions.members[partition] = []
    this.known.delete(partition)
    this.retired.delete(partition)
  }

  setPools(pools: readonly PoolTerms[]): void {
    this.enter()
    this.pools = pools
    for (const { id } of pools) this.state.poolMembers[id] ??= []
    this.changeSoon()
  }

  setDemand(partition: number, stream: DemandStream | null): void {
    this.enter()
    if (stream === null) this.streams.delete(partition)
    else this.streams.set(partition, stream)
    this.changeSoon()
    wakeAtBoundary(this.state)
  }

  run(partition: number, workNs: number, then: Handler<unknown>, argument: unknown): void {
    this.enter()
    const { state } = this
    state.pieces.append(state.partitions.work[partition]!, workNs, then, argument)
    if (state.partitions.free[partition]! > 0) offer(state, partition)
    this.arm()
  }

  halt(partition: number): void {
    this.enter()
    this.dropWork(partition)
    this.arm()
  }

  stall(partition: number): number {
    return stall(this.state, partition)
  }

  resume(_partition: number, wait: number, workNs: number, then: Handler<unknown>, argument: unknown): void {
    this.enter()
    const piece = this.state.pieces.take(workNs, then, argument)
    if (!resume(this.state, wait, piece)) this.state.pieces.release(piece)
    this.arm()
  }

  stalledIndex(partition: number, wait: number): number {
    return this.indexOf(partition, stalledOf(wait))
  }

  waiting(partition: number): number {
    return this.state.partitions.work[partition]!.length
  }

  hypervisorTime(workNs: number, then: Handler<unknown>, argument: unknown): void {
    this.enter()
    const { state } = this
    state.pieces.append(state.hypervisorWork, workNs, then, argument)
    state.hypervisorPieces++
    const core = idleCoreFor(state, NONE)
    if (core !== NONE) pick(state, core)
    else if (state.clock[STEAL] === Infinity) state.clock[STEAL] = state.clock[NOW]! + state.options.stealAfterNs
    this.arm()
  }

  hypervisorWaits(): boolean {
    this.enter()
    return this.state.hypervisorWork.length > 0
  }

  indexOf(partition: number, virtualProcessor: number): number {
    return this.state.partitions.members[partition]?.indexOf(virtualProcessor) ?? NONE
  }

  view(partition: number, index: number): VirtualProcessorView | null {
    const virtualProcessor = this.state.partitions.members[partition]?.[index]
    return virtualProcessor === undefined ? null : virtualProcessorView(this.state, virtualProcessor)
  }

  usage(partition: number): PartitionUsage {
    this.enter()
    return partitionUsage(this.state, partition, this.retired.get(partition) ?? null)
  }

  wheelUsage(): WheelUsage {
    this.enter()
    const { cores, clock, slices, pools } = this.state
    const sums = coreTimes(this.state)
    const elapsed = cores.count * (clock[NOW]! - this.state.originNs)
    const accounted = sums.idleNs + sums.dedicatedIdleNs + sums.busyNs + sums.hypervisorNs
    this.simulation.invariant(accounted === elapsed, 'core time = busy + idle + hypervisor, to the ns')
    return { ...sums, slices, borrowedNs: Array.from({ length: MAX_POOLS }, (_, pool) => pools.borrowed[pool]!) }
  }

  digest(): string {
    this.enter()
    return this.state.digest.hex()
  }

  /** Brings the wheel up to the present, without what is due in this very instant. */
  private enter(): void {
    if (!this.state.advancing) advance(this.state, this.simulation.now, false)
  }

  private due(): void {
    this.armedAt = Infinity
    advance(this.state, this.simulation.now, true)
    this.arm()
  }

  private arm(): void {
    if (this.state.advancing) return
    const at = nextCompletion(this.state)
    if (at === this.armedAt) return
    this.armedAt = at
    if (at === Infinity) this.timer.stop()
    else this.timer.start(at - this.simulation.now)
  }

  private makePolicy(partitions: number, what: string) {
    return this.policyFactory.make(partitions, this.simulation.stream('dispatch', `${this.name} ${this.policyFactory.name} ${what}`))
  }

  private changeSoon(): void {
    if (isAsleep(this.state) && !this.state.advancing) this.apply(this.state.clock[NOW]!)
    else this.state.changed = 1
    this.arm()
  }

  /** Everything that was asked for comes into force; between windows, or while the wheel sleeps. */
  private apply(nowNs: number): void {
    const { pending } = this
    this.pending = []
    for (const { partition, terms } of pending) this.applyTerms(partition, terms)
    this.applyPools()
    this.applyStreams(nowNs)
  }

  private openPartition(p: number, terms: PartitionTerms): void {
    const { partitions } = this.state
    if (!this.known.has(p)) partitions.open(p)
    this.known.add(p)
    this.terms.set(p, terms)
    partitions.pool[p] = terms.pool
    partitions.dedicated[p] = terms.dedicated ? 1 : 0
    partitions.donates[p] = terms.dedicated && terms.donates ? 1 : 0
    partitions.weight[p] = terms.weight
    this.resize(p, terms.virtualProcessors)
  }

  private applyTerms(p: number, terms: PartitionTerms | null): void {
    const { partitions, poolMembers, options } = this.state
    const members = poolMembers[partitions.pool[p]!] ?? []
    const at = members.indexOf(p)
    if (at >= 0) members.splice(at, 1)
    leave(this.state, p)
    if (terms === null) {
      partitions.entitled[p] = 0
      return
    }
    this.terms.set(p, terms)
    partitions.pool[p] = terms.pool
    partitions.weight[p] = terms.weight
    partitions.entitled[p] = terms.dedicated ? 0 : (terms.entitledHundredths * options.windowNs) / 100
    if (!terms.dedicated) this.state.poolMembers[terms.pool]?.push(p)
    this.resize(p, terms.virtualProcessors)
  }

  /** Another number of virtual processors. One with work that is taken away finishes it first. */
  private resize(p: number, wanted: number): void {
    const { vps, partitions, clock } = this.state
    const members = partitions.members[p]!
    while (members.length < wanted && vps.room > 0) {
      const v = vps.open(p, clock[NOW]!)
      if (partitions.dedicated[p] === 1 && !this.giveCore(v)) {
        vps.close(v)
        this.state.changed = 1
        return
      }
      members.push(v)
      partitions.free[p] = partitions.free[p]! + 1
    }
    for (let at = members.length - 1; at >= 0 && members.length > wanted; at--) {
      const v = members[at]!
      if (vps.piece[v] !== null || vps.stalled[v] !== 0 || partitions.completing[p] === v) continue
      this.removeMember(p, at)
    }
    // Those that are not free yet are looked at again at the next window.
    if (members.length > wanted) {
      this.pending.push({ partition: p, terms: this.terms.get(p) ?? null })
      this.state.changed = 1
    }
  }

  private removeMember(p: number, at: number): void {
    const { vps, partitions, cores } = this.state
    const [v] = partitions.members[p]!.splice(at, 1)
    if (v === undefined) return
    silence(this.state, v)
    this.retired.set(p, together(this.retired.get(p), virtualProcessorUsage(this.state, v)))
    partitions.free[p] = partitions.free[p]! - 1
    for (let core = 0; core < cores.count; core++) {
      if (cores.ranLast[core] === v) cores.ranLast[core] = NONE
      if (cores.victim[core] === v) cores.victim[core] = NONE
      if (cores.owner[core] === v) this.takeCore(core)
    }
    vps.close(v)
  }

  /** A dedicated virtual processor gets the highest core of the shared pool. False: the pool has none. */
  private giveCore(v: number): boolean {
    const { cores, vps } = this.state
    for (let core = cores.count - 1; core >= 0; core--) {
      if (cores.owner[core] !== NONE) continue
      if (cores.kind[core] !== IDLE) interrupt(this.state, core)
      handOver(this.state, core, v)
      vps.lastCore[v] = core
      return true
    }
    return false
  }

  private takeCore(core: number): void {
    if (this.state.cores.kind[core] !== IDLE) interrupt(this.state, core)
    handOver(this.state, core, NONE)
  }

  private applyPools(): void {
    const { pools, partitions, poolMembers, options } = this.state
    const hundredth = options.windowNs / 100
    pools.entitled.fill(0)
    pools.readyEntitled.fill(0)
    for (const { id, reservedHundredths, maximumHundredths } of this.pools) {
      // A pool that is alone has no spare time of its own: it is all partitions' anyway. Nobody competes now, so that none is missed.
      if (this.pools.length > 1) this.state.ownPolicy[id] ??= this.makePolicy(options.maxPartitions, `pool ${id}`)
      pools.reserved[id] = reservedHundredths * hundredth
      pools.maximum[id] = maximumHundredths * hundredth
      for (const p of poolMembers[id] ?? []) {
        pools.entitled[id] = pools.entitled[id]! + partitions.entitled[p]!
        if (partitions.ready[p]! > 0) pools.readyEntitled[id] = pools.readyEntitled[id]! + partitions.entitled[p]!
      }
    }
    this.state.poolsInUse = this.pools.map(({ id }) => id)
  }

  private applyStreams(nowNs: number): void {
    const { partitions, options, clock } = this.state
    let next = Infinity
    const before = this.state.streaming
    this.state.streaming = []
    for (const [p, stream] of this.streams) {
      stream.moveTo(nowNs)
      if (stream.changesAtNs < next) next = stream.changesAtNs
      partitions.demand[p] = Math.round(stream.processors * options.windowNs)
      if (stream.processors > 0) this.state.streaming.push(p)
    }
    for (const p of before) {
      if (!this.state.streaming.includes(p)) this.quieten(p)
    }
    clock[DEMAND] = next === Infinity ? Infinity : atBoundary(this.state, next)
    if (!isAsleep(this.state)) return
    clock[WINDOW_END] = clock[DEMAND]!
    if (this.state.streaming.length > 0) wakeAtBoundary(this.state)
  }

  /** The partition's stream asks for nothing any more: what it did not get is gone. */
  private quieten(p: number): void {
    const { vps, partitions, cores } = this.state
    for (const v of partitions.members[p]!) {
      const core = vps.core[v]!
      if (core !== NONE) settle(this.state, core)
      vps.need[v] = 0
      if (vps.piece[v] === null) silence(this.state, v)
      else if (core !== NONE && cores.runs[core] === v) setEnd(this.state, core)
    }
  }

  private stopPartition(p: number): void {
    this.dropWork(p)
    this.streams.delete(p)
    this.terms.delete(p)
    const { partitions, streaming } = this.state
    const at = streaming.indexOf(p)
    if (at >= 0) streaming.splice(at, 1)
    for (let member = partitions.members[p]!.length - 1; member >= 0; member--) this.removeMember(p, member)
  }

  private dropWork(p: number): void {
    const { state } = this
    const { vps, partitions, pieces } = state
    for (let piece = pieces.shift(partitions.work[p]!); piece !== null; piece = pieces.shift(partitions.work[p]!)) pieces.release(piece)
    for (const v of partitions.members[p]!) {
      releaseStalled(state, v)
      const piece = vps.piece[v]
      if (piece === null || piece === undefined) continue
      const core = vps.core[v]!
      if (core !== NONE) settle(state, core)
      vps.piece[v] = null
      pieces.release(piece)
      state.assigned--
      partitions.free[p] = partitions.free[p]! + 1
      if (vps.need[v] === 0) silence(state, v)
      else if (core !== NONE) setEnd(state, core)
    }
  }
}
