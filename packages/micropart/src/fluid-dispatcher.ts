// The dispatcher of `fluid` fidelity: between two changes every partition runs at a constant rate, the one that water filling gives. No
// slices, no waits for a dispatch, no windows: a cheap stand-in for long studies of who gets how much. Rates are whole ns per window; what
// rounding leaves of a piece of work or a sum is carried.

import { Digest } from '@powersim/kernel'
import type { Handler, Simulation, Timer } from '@powersim/kernel'
import type { DemandStream } from './demand.js'
import type { Dispatcher, PartitionTerms, PartitionUsage, PoolTerms, WheelUsage } from './dispatcher.js'
import { type Piece, PiecePool, WorkLine } from './hot/work.js'
import { RateSum } from './rate-sum.js'
import { fill, type PoolShare, type Share } from './water-filling.js'

export interface FluidOptions {
  readonly cores: number
  readonly windowNs: number
  readonly stealAfterNs: number
}

/** A piece in service and how far it is. */
interface Service {
  readonly piece: Piece
  readonly done: RateSum
}

interface FluidPartition extends Share {
  entitledNs: number
  wantedNs: number
  weight: number
  pool: number
  terms: PartitionTerms | null
  stream: DemandStream | null
  readonly line: WorkLine
  /** Virtual processors that wait for a page, by the number of the wait. */
  readonly stalled: Set<number>
  inService: Service[]
  /** ns per window of each piece in service. */
  pieceRate: number
  readonly entitled: RateSum
  readonly spare: RateSum
  readonly donated: RateSum
}

export class FluidDispatcher implements Dispatcher {
  readonly #simulation: Simulation
  readonly #options: FluidOptions
  readonly #timer: Timer
  readonly #steals: Handler<Piece>
  readonly #hypervisorDone: Handler<Piece>
  readonly #pieces = new PiecePool()
  readonly #digest = new Digest()
  readonly #partitions: (FluidPartition | undefined)[] = []
  readonly #createdNs: number
  #pools: readonly PoolShare[] = []
  #settledNs: number
  /** Pieces of hypervisor work that run now, a core each; ns that they have used until #settledNs. */
  #stolenCores = 0
  #hypervisorNs = 0
  /** Those that wait yet. */
  #hypervisorWaiting = 0
  #telling = false
  /** The partition of which a completion is being told. */
  #completing: FluidPartition | null = null
  #stalls = 0

  constructor(simulation: Simulation, options: FluidOptions) {
    this.#simulation = simulation
    this.#options = options
    this.#createdNs = simulation.now
    this.#settledNs = simulation.now
    const due = simulation.handler<null>('micropart.completed', () => this.#due())
    this.#timer = simulation.timer(due, null)
    this.#steals = simulation.handler<Piece>('micropart.hypervisor', (piece) => this.#startHypervisor(piece))
    this.#hypervisorDone = simulation.handler<Piece>('micropart.hypervisor-done', (piece) => this.#endHypervisor(piece))
  }

  configure(partition: number, terms: PartitionTerms | null): void {
    this.#enter()
    const own = (this.#partitions[partition] ??= this.#newPartition())
    if (terms === null) {
      this.#drop(own)
      own.stream = null
    }
    own.terms = terms
    own.entitledNs = terms === null || terms.dedicated ? 0 : (terms.entitledHundredths * this.#options.windowNs) / 100
    own.weight = terms?.weight ?? 0
    own.pool = terms?.pool ?? 0
    this.#changed()
  }

  forget(partition: number): void {
    this.#partitions[partition] = undefined
  }

  setPools(pools: readonly PoolTerms[]): void {
    this.#enter()
    const hundredth = this.#options.windowNs / 100
    this.#pools = pools.map(({ id, reservedHundredths, maximumHundredths }) => {
      return { id, reservedNs: reservedHundredths * hundredth, maximumNs: maximumHundredths * hundredth }
    })
    this.#changed()
  }

  setDemand(partition: number, stream: DemandStream | null): void {
    this.#enter()
    this.#the(partition).stream = stream
    this.#changed()
  }

  run(partition: number, workNs: number, then: Handler<unknown>, argument: unknown): void {
    this.#enter()
    const own = this.#the(partition)
    this.#pieces.append(own.line, workNs, then, argument)
    if (this.#serve(own)) this.#changed()
  }

  halt(partition: number): void {
    this.#enter()
    this.#drop(this.#the(partition))
    this.#changed()
  }

  waiting(partition: number): number {
    return this.#the(partition).line.length
  }

  stall(partition: number): number {
    const own = this.#the(partition)
    if (this.#completing !== own) return -1
    this.#completing = null
    own.stalled.add(++this.#stalls)
    // A piece that has taken its place at this very instant is for the others again.
    if (own.inService.length > this.#most(own)) {
      const service = own.inService.pop()
      if (service !== undefined) this.#pieces.prepend(own.line, service.piece)
    }
    return this.#stalls
  }

  resume(partition: number, wait: number, workNs: number, then: Handler<unknown>, argument: unknown): void {
    this.#enter()
    const own = this.#the(partition)
    if (!own.stalled.delete(wait)) return
    this.#pieces.prepend(own.line, this.#pieces.take(workNs, then, argument))
    if (this.#serve(own)) this.#changed()
  }

  stalledIndex(): number {
    return 0
  }

  hypervisorTime(workNs: number, then: Handler<unknown>, argument: unknown): void {
    this.#enter()
    const line = new WorkLine()
    this.#pieces.append(line, workNs, then, argument)
    const piece = this.#pieces.shift(line)
    if (piece === null) return
    const wait = this.#idleCapacity() >= this.#options.windowNs ? 0 : this.#options.stealAfterNs
    this.#hypervisorWaiting++
    this.#simulation.schedule(wait, this.#steals, piece)
  }

  hypervisorWaits(): boolean {
    return this.#hypervisorWaiting > 0
  }

  indexOf(): number {
    return -1
  }

  view(): null {
    return null
  }

  usage(partition: number): PartitionUsage {
    this.#enter()
    const { entitled, spare, donated } = this.#the(partition)
    const [entitledNs, spareNs, donatedNs] = [entitled.ns, spare.ns, donated.ns]
    return { runNs: entitledNs + spareNs, entitledNs, spareNs, donatedNs, virtualProcessors: null, retired: null, phantomInterrupts: null }
  }

  wheelUsage(): WheelUsage {
    this.#enter()
    let busyNs = 0
    for (const own of this.#partitions) busyNs += own === undefined ? 0 : own.entitled.ns + own.spare.ns
    const elapsed = this.#options.cores * (this.#simulation.now - this.#createdNs)
    const idleNs = elapsed - busyNs - this.#hypervisorNs
    this.#simulation.invariant(idleNs >= 0, 'no more core time is used than there is')
    return { idleNs, dedicatedIdleNs: 0, busyNs, hypervisorNs: this.#hypervisorNs, slices: null, borrowedNs: [] }
  }

  digest(): string {
    this.#enter()
    return this.#digest.hex()
  }

  /** Rates up to now, with all changes of demand on the way. */
  #enter(): void {
    for (;;) {
      const next = this.#nextDemand()
      if (next > this.#simulation.now) break
      this.#settle(next)
      for (const own of this.#partitions) own?.stream?.moveTo(next)
      this.#share()
    }
    this.#settle(this.#simulation.now)
  }

  #nextDemand(): number {
    let next = Infinity
    for (const own of this.#partitions) {
      const changesAtNs = own?.stream?.changesAtNs ?? Infinity
      if (changesAtNs < next) next = changesAtNs
    }
    return next
  }

  #settle(timeNs: number): void {
    const passed = timeNs - this.#settledNs
    if (passed <= 0) return
    this.#settledNs = timeNs
    this.#hypervisorNs += passed * this.#stolenCores
    for (const own of this.#partitions) {
      if (own === undefined) continue
      own.entitled.pass(passed)
      own.spare.pass(passed)
      own.donated.pass(passed)
      for (const { done } of own.inService) done.pass(passed)
    }
  }

  #changed(): void {
    if (this.#telling) return
    this.#share()
    this.#arm()
  }

  /** New rates for everybody. */
  #share(): void {
    const { windowNs, cores } = this.#options
    const shared: FluidPartition[] = []
    let lent = 0
    let owned = 0
    for (const own of this.#partitions) {
      if (own === undefined) continue
      const { terms, inService, stream } = own
      const most = (terms?.virtualProcessors ?? 0) * windowNs
      const ready = Math.max(0, this.#most(own)) * windowNs
      own.wantedNs = terms === null ? 0 : Math.min(ready, inService.length * windowNs + Math.round((stream?.processors ?? 0) * windowNs))
      own.donated.rate = 0
      if (terms?.dedicated === true) {
        own.gotNs = own.wantedNs
        owned += most
        if (terms.donates) lent += most - own.gotNs
      } else {
        shared.push(own)
      }
    }
    const capacity = cores * windowNs - owned - this.#stolenCores * windowNs
    fill(shared, this.#pools, capacity + lent)
    let borrowed = Math.max(
      0,
      shared.reduce((total, { gotNs }) => total + gotNs, -capacity),
    )
    for (const own of this.#partitions) {
      if (own === undefined) continue
      const dedicated = own.terms?.dedicated === true
      own.entitled.rate = dedicated ? own.gotNs : Math.min(own.gotNs, own.entitledNs)
      own.spare.rate = own.gotNs - own.entitled.rate
      if (dedicated && own.terms?.donates === true) {
        const most = own.terms.virtualProcessors * windowNs - own.gotNs
        own.donated.rate = Math.min(most, borrowed)
        borrowed -= own.donated.rate
      }
      const pieces = own.inService.length
      own.pieceRate = pieces === 0 ? 0 : Math.floor(Math.min(own.gotNs, pieces * windowNs) / pieces)
      for (const { done } of own.inService) done.rate = own.pieceRate
      this.#digest.fold(own.gotNs)
    }
    this.#digest.fold(this.#settledNs)
  }

  /** Waiting pieces go into service while a virtual processor is free. True: some did. */
  #serve(own: FluidPartition): boolean {
    let began = false
    while (own.inService.length < this.#most(own)) {
      const piece = this.#pieces.shift(own.line)
      if (piece === null) break
      own.inService.push({ piece, done: new RateSum(this.#options.windowNs) })
      began = true
    }
    return began
  }

  /** Pieces that may be in service at a time. */
  #most(own: FluidPartition): number {
    return (own.terms?.virtualProcessors ?? 0) - own.stalled.size
  }

  #arm(): void {
    let next = Infinity
    let busy = false
    for (const own of this.#partitions) {
      if (own === undefined) continue
      for (const { piece, done } of own.inService) {
        busy = true
        next = Math.min(next, this.#settledNs + done.until(piece.workNs))
      }
    }
    if (busy) next = Math.min(next, this.#nextDemand())
    if (next === Infinity) this.#timer.stop()
    else this.#timer.start(Math.max(0, next - this.#simulation.now))
  }

  #due(): void {
    this.#enter()
    this.#telling = true
    for (const own of this.#partitions) {
      if (own !== undefined) this.#complete(own)
    }
    this.#telling = false
    this.#changed()
  }

  #complete(own: FluidPartition): void {
    const ended = own.inService.filter(({ piece, done }) => done.ns >= piece.workNs)
    if (ended.length === 0) return
    own.inService = own.inService.filter((service) => !ended.includes(service))
    this.#serve(own)
    for (const { piece } of ended) {
      const { then, argument } = piece
      this.#pieces.release(piece)
      this.#completing = own
      this.#simulation.call(then, argument)
      this.#completing = null
    }
  }

  #drop(own: FluidPartition): void {
    for (let piece = this.#pieces.shift(own.line); piece !== null; piece = this.#pieces.shift(own.line)) this.#pieces.release(piece)
    for (const { piece } of own.inService) this.#pieces.release(piece)
    own.inService = []
    own.stalled.clear()
  }

  #startHypervisor(piece: Piece): void {
    this.#enter()
    this.#hypervisorWaiting--
    this.#stolenCores++
    this.#simulation.schedule(piece.workNs, this.#hypervisorDone, piece)
    this.#changed()
  }

  #endHypervisor(piece: Piece): void {
    this.#enter()
    this.#stolenCores--
    this.#changed()
    const { then, argument } = piece
    this.#pieces.release(piece)
    this.#simulation.call(then, argument)
  }

  /** ns per window that nobody uses. */
  #idleCapacity(): number {
    const { cores, windowNs } = this.#options
    return this.#partitions.reduce((idle, own) => idle - (own?.gotNs ?? 0), (cores - this.#stolenCores) * windowNs)
  }

  #the(partition: number): FluidPartition {
    const own = this.#partitions[partition]
    this.#simulation.invariant(own !== undefined, 'a partition that is used is known')
    return own
  }

  #newPartition(): FluidPartition {
    const { windowNs } = this.#options
    const sums = { entitled: new RateSum(windowNs), spare: new RateSum(windowNs), donated: new RateSum(windowNs) }
    const share = { entitledNs: 0, wantedNs: 0, weight: 0, pool: 0, gotNs: 0 }
    return { ...share, ...sums, terms: null, stream: null, line: new WorkLine(), stalled: new Set(), inService: [], pieceRate: 0 }
  }
}
