// Firmware in flash: a temporary and a permanent side. An update writes the temporary side; accepting copies it onto the permanent one,
// rejecting copies back (skiboot; IBM POWER6 documents). The side that runs is not written under it. What was begun outlives a reset of
// the service processor: what has been written is there, a copy starts over.
// States: idle -> receiving (chunks come) -> checking (the image is complete) -> [activating ->] idle; idle -> copying -> idle.

import { type Handler, type KeyedDraws, type Law, type LawSpec, type Simulation } from '@powersim/kernel'
import type { ReplyOf } from '@powersim/protocol'
import type { FlashSide } from '../power/ipl.js'
import type { ProcessorTime } from '../service-processor.js'
import { PacedWork } from './paced-work.js'

export interface FirmwareParameters {
  /** `01EL350`: the release; concurrent updates stay within it. */
  readonly temporary: string
  readonly permanent: string
  /** That a system which is operating at time 0 runs from, and that the first IPL loads from. */
  readonly side: FlashSide
  /** Most that one request brings. */
  readonly chunkBytes: number
  /** Time to write a byte to flash, ns, and processor time for it. */
  readonly writeNsPerByte: number
  readonly workNsPerByte: number
  /** Checking a complete image, and activating it when that is done concurrently, ns of processor time. */
  readonly check: LawSpec
  /** Processor time to give the hypervisor its part of a level that is activated concurrently, in the mailbox class of code updates. */
  readonly activate: LawSpec
  /** Copying one side onto the other, ns; processor time of it. */
  readonly copy: LawSpec
  readonly copyWork: LawSpec
}

/** An update whose next chunk does not come for this time has lost its console: the next operation takes its place (estimate). */
const ABANDONED_NS = 600_000_000_000

export type FirmwareRefusal = 'firmware-busy' | 'firmware-side' | 'firmware-disruptive' | 'firmware-order' | 'firmware-none'

interface Receiving {
  readonly level: string
  readonly bytes: number
  readonly concurrent: boolean
  /** Acknowledged and in flash. */
  written: number
  /** When the last of its requests came, ns. */
  heardNs: number
}

type Job =
  | { readonly kind: 'check'; readonly update: Receiving }
  | { readonly kind: 'activate' }
  | { readonly kind: 'accept' }
  | { readonly kind: 'reject' }

export interface CodeUpdateWiring {
  readonly system: string
  readonly processor: ProcessorTime
  /** An operation begins or ends that a reset by the server waits for. */
  readonly critical: (begins: boolean) => void
  /** The hypervisor fetches its part: so much processor time, again after a reset, then `then`. False when the mailbox is full. */
  readonly activate: (workNs: number, then: Handler<number>, argument: number) => boolean
}

export class CodeUpdate {
  readonly counts = { begun: 0, finished: 0, abandoned: 0, accepted: 0, rejected: 0, refused: 0 }
  private readonly simulation: Simulation
  private readonly parameters: FirmwareParameters
  private readonly wiring: CodeUpdateWiring
  private readonly checkLaw: Law
  private readonly activateLaw: Law
  private readonly copyLaw: Law
  private readonly copyWorkLaw: Law
  private readonly draws: KeyedDraws
  private readonly work: PacedWork
  private temporary: string
  private permanent: string
  /** That the hypervisor was loaded from last. */
  side: FlashSide
  private activated: string
  private platformIpl: string
  private receiving: Receiving | null = null
  private job: Job | null = null
  private readonly activatedByHypervisor: Handler<number>
  private jobs = 0
  private away = false

  constructor(simulation: Simulation, parameters: FirmwareParameters, wiring: CodeUpdateWiring) {
    const { system } = wiring
    this.simulation = simulation
    this.parameters = parameters
    this.wiring = wiring
    this.temporary = parameters.temporary
    this.permanent = parameters.permanent
    this.side = parameters.side
    this.activated = this.running
    this.platformIpl = this.running
    this.checkLaw = simulation.law(parameters.check)
    this.activateLaw = simulation.law(parameters.activate)
    this.copyLaw = simulation.law(parameters.copy)
    this.copyWorkLaw = simulation.law(parameters.copyWork)
    this.draws = simulation.draws('fsp.firmware', system)
    this.activatedByHypervisor = simulation.handler(`${system}.fsp.firmware-activated`, (job: number) => {
      if (job === this.jobs) this.over(() => (this.activated = this.temporary))
    })
    const done: Handler<null> = simulation.handler(`${system}.fsp.firmware-done`, () => this.jobDone())
    this.work = new PacedWork(simulation, wiring.processor, `${system}.fsp.firmware`, 'code update', done)
  }

  /** The level on the side that runs. */
  private get running(): string {
    return this.side === 'temp' ? this.temporary : this.permanent
  }

  get busy(): boolean {
    return this.receiving !== null || this.job !== null
  }

  /** Processor time to take in a chunk, ns: decompressing and writing it. */
  chunkWorkNs(bytes: number): number {
    return Math.round(bytes * this.parameters.workNsPerByte)
  }

  levels(): ReplyOf<'firmware.levels'> {
    const { temporary, permanent, side, activated, platformIpl } = this
    return { ecNumber: releaseOf(activated), temporary, permanent, side, activated, platformIpl, updating: this.busy }
  }

  begin(level: string, bytes: number, concurrent: boolean): { readonly chunkBytes: number } | FirmwareRefusal {
    if (this.isTaken()) return this.refuse('firmware-busy')
    // The level that runs from the temporary side and is on no other would be lost.
    if (this.side === 'temp' && this.temporary !== this.permanent) return this.refuse('firmware-side')
    if (concurrent && releaseOf(level) !== releaseOf(this.activated)) return this.refuse('firmware-disruptive')
    this.counts.begun++
    this.receiving = { level, bytes, concurrent, written: 0, heardNs: this.simulation.now }
    return { chunkBytes: this.parameters.chunkBytes }
  }

  /** A chunk that was written already is acknowledged again. */
  write(offset: number, bytes: number): { readonly written: number } | FirmwareRefusal {
    const { receiving } = this
    if (receiving === null) return this.refuse('firmware-none')
    receiving.heardNs = this.simulation.now
    const end = offset + bytes
    if (offset > receiving.written || end > receiving.bytes) return this.refuse('firmware-order')
    receiving.written = Math.max(receiving.written, end)
    return { written: receiving.written }
  }

  finish(): { readonly activated: boolean } | FirmwareRefusal {
    const { receiving } = this
    if (receiving === null) return this.refuse('firmware-none')
    if (receiving.written < receiving.bytes) return this.refuse('firmware-order')
    this.receiving = null
    this.run({ kind: 'check', update: receiving })
    return { activated: receiving.concurrent }
  }

  abandon(): boolean {
    if (this.receiving === null) return false
    this.receiving = null
    this.counts.abandoned++
    return true
  }

  accept(): FirmwareRefusal | null {
    if (this.isTaken()) return this.refuse('firmware-busy')
    if (this.side !== 'temp') return this.refuse('firmware-side')
    this.run({ kind: 'accept' })
    return null
  }

  reject(): FirmwareRefusal | null {
    if (this.isTaken()) return this.refuse('firmware-busy')
    if (this.side !== 'perm') return this.refuse('firmware-side')
    this.run({ kind: 'reject' })
    return null
  }

  /** An IPL has loaded from a side: what is on it runs from now on. */
  loaded(side: FlashSide): void {
    this.side = side
    this.activated = this.running
    this.platformIpl = this.running
  }

  reset(): void {
    this.away = true
    this.work.stop()
  }

  /** The service processor serves again: the job that the reset broke off starts over. */
  resume(): void {
    this.away = false
    if (this.job !== null) this.workAt(this.job)
  }

  /** Busy, and not with an update that its console has left: such a one is abandoned. */
  private isTaken(): boolean {
    if (this.receiving !== null && this.simulation.now - this.receiving.heardNs >= ABANDONED_NS) this.abandon()
    return this.busy
  }

  private run(job: Job): void {
    if (this.job === null) this.wiring.critical(true)
    this.job = job
    this.jobs++
    if (!this.away) this.workAt(job)
  }

  private workAt(job: Job): void {
    const draw = this.draws.cursor(this.jobs)
    switch (job.kind) {
      case 'check':
        // Flash is written while the chunks come; what is left is the check, and the time that flash needs beyond the transfer.
        this.work.start(this.checkLaw.sample(draw), Math.round(job.update.bytes * this.parameters.writeNsPerByte))
        return
      case 'activate':
        // Posted once: the mailbox sends it again after a reset.
        return
      case 'accept':
      case 'reject':
        this.work.start(this.copyWorkLaw.sample(draw), this.copyLaw.sample(draw))
    }
  }

  private jobDone(): void {
    const { job } = this
    switch (job?.kind) {
      case 'accept':
        this.counts.accepted++
        this.over(() => (this.permanent = this.temporary))
        return
      case 'reject':
        this.counts.rejected++
        this.over(() => (this.temporary = this.permanent))
        return
      case 'check':
        this.temporary = job.update.level
        this.counts.finished++
        if (job.update.concurrent && this.side === 'temp') this.activate()
        else this.over(() => undefined)
    }
  }

  private activate(): void {
    this.run({ kind: 'activate' })
    const workNs = this.activateLaw.sample(this.draws.cursor(this.jobs))
    // A mailbox that is full leaves the level for the next IPL.
    if (!this.wiring.activate(workNs, this.activatedByHypervisor, this.jobs)) this.over(() => undefined)
  }

  private over(effect: () => void): void {
    this.job = null
    effect()
    this.wiring.critical(false)
  }

  private refuse(why: FirmwareRefusal): FirmwareRefusal {
    this.counts.refused++
    return why
  }
}

/** `01EL350` of `01EL350_108`. */
function releaseOf(level: string): string {
  return level.slice(0, level.indexOf('_'))
}
