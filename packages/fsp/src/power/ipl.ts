// The initial program load (IPL): the service processor's way from power-on to a hypervisor that runs, phase by phase. Each phase shows
// its progress code and takes its time; loading takes the bytes of the hypervisor's image from one side of the flash.
// What comes before (who asks) and after (partitions, states) is system-power.ts.
// A phase can fail: then the IPL is tried again, from the other side if it failed to load, and is given up after `retries`.

import type { Handler, KeyedDraws, Law, LawSpec, Simulation } from '@powersim/kernel'
import type { ReferenceCodes } from './reference-codes.js'

/** The phases in their order, with the progress code of each (families: IBM C1xx and C7xx pages; the codes within them: estimate). */
const phases = [
  { name: 'vpd', refcode: 'C1001F0D' },
  { name: 'hardwareDiscovery', refcode: 'C1001F20' },
  { name: 'objectModel', refcode: 'C1009000' },
  { name: 'processors', refcode: 'C1009020' },
  { name: 'memory', refcode: 'C1009030' },
  { name: 'load', refcode: 'C103A100' },
  { name: 'dataAreas', refcode: 'C103A200' },
  { name: 'structures', refcode: 'C103A300' },
  { name: 'startProcessors', refcode: 'C103A400' },
  { name: 'hypervisor', refcode: 'C7004000' },
] as const

export type IplPhase = (typeof phases)[number]['name']

/** Names of the phases of an IPL, in their order. */
export const iplPhases: readonly IplPhase[] = phases.map(({ name }) => name)

export interface IplParameters {
  /** Vital product data are read; left out when a running system starts again. */
  readonly vpd: LawSpec
  /** Slots and adapters are looked through; only when asked for. */
  readonly hardwareDiscovery: LawSpec
  readonly objectModel: LawSpec
  readonly processors: LawSpec
  readonly memory: LawSpec
  /** The hypervisor's image in the flash, and how fast it is copied into memory. */
  readonly imageBytes: number
  readonly flashBytesPerSecond: number
  readonly dataAreas: LawSpec
  readonly structures: LawSpec
  readonly startProcessors: LawSpec
  /** The hypervisor's own start, to its standby. */
  readonly hypervisor: LawSpec
  /** A slow power-on tests processors and memory in full: so many times the time of these two phases. */
  readonly slowFactor: number
  /** Tries after a failed one. */
  readonly retries: number
  /** Whether a try after a failure to load takes the other side of the flash. */
  readonly otherSide: boolean
}

/** Sides of the flash: temporary and permanent. */
export type FlashSide = 'temp' | 'perm'

/** What kind of IPL is asked for. */
export interface IplRequest {
  readonly side: FlashSide
  readonly speed: 'fast' | 'slow'
  /** Whether the server comes from power-off or all hardware is looked at again (deep): vital product data are read then. */
  readonly deep: boolean
  readonly discovery: boolean
}

export interface IplWiring {
  readonly system: string
  readonly codes: ReferenceCodes
  /** The hypervisor's image has been copied into memory from this side. */
  readonly loaded: (side: FlashSide) => void
  /** The hypervisor runs. */
  readonly done: () => void
  /** All tries have failed. */
  readonly failed: (phase: IplPhase) => void
}

/** Draw indices that one phase may use. */
const DRAWS_PER_PHASE = 16

/** Reference code of a phase that failed: family B1, service processor (estimate). */
const FAILED_CODE = 'B1817201'

export class Ipl {
  private readonly simulation: Simulation
  private readonly parameters: IplParameters
  private readonly wiring: IplWiring
  private readonly laws: Readonly<Record<Exclude<IplPhase, 'load'>, Law>>
  private readonly draws: KeyedDraws
  private readonly next: Handler<number>
  private request: IplRequest = { side: 'temp', speed: 'fast', deep: true, discovery: false }
  /** Number of the IPL, which its draws are keyed by; 0: none yet. */
  private number = 0
  /** The phase that goes on; -1: no IPL is under way. */
  private phase = -1
  /** Side that this try loads from. */
  private side: FlashSide = 'temp'
  private failures = 0
  /** Counts steps: the end of an overtaken one is void. */
  private step = 0
  private paused = false
  /** Phases that are to fail, and how often. */
  private readonly faults = new Map<IplPhase, number>()

  constructor(simulation: Simulation, parameters: IplParameters, wiring: IplWiring) {
    this.simulation = simulation
    this.parameters = parameters
    this.wiring = wiring
    const law = (spec: LawSpec): Law => simulation.law(spec)
    this.laws = {
      vpd: law(parameters.vpd),
      hardwareDiscovery: law(parameters.hardwareDiscovery),
      objectModel: law(parameters.objectModel),
      processors: law(parameters.processors),
      memory: law(parameters.memory),
      dataAreas: law(parameters.dataAreas),
      structures: law(parameters.structures),
      startProcessors: law(parameters.startProcessors),
      hypervisor: law(parameters.hypervisor),
    }
    this.draws = simulation.draws('system.ipl', wiring.system)
    this.next = simulation.handler(`${wiring.system}.fsp.ipl-phase`, (step: number) => this.phaseOver(step))
  }

  /** The phase that goes on, or null. */
  get current(): IplPhase | null {
    return phases[this.phase]?.name ?? null
  }

  begin(number: number, request: IplRequest): void {
    this.number = number
    this.request = request
    this.side = request.side
    this.failures = 0
    this.paused = false
    this.enter(0)
  }

  /** The power goes: nothing of it goes on. */
  stop(): void {
    this.phase = -1
    this.step++
  }

  /** The service processor is away: the phase that it was in stands still. */
  pause(): void {
    this.paused = true
    this.step++
  }

  /** It is back: the phase begins again. */
  resume(): void {
    if (!this.paused) return
    this.paused = false
    if (this.phase >= 0) this.enter(this.phase)
  }

  /** A fault: this phase fails the next so many times. */
  fail(phase: IplPhase, times: number): void {
    this.faults.set(phase, times)
  }

  private enter(from: number): void {
    let at = from
    while (this.isSkipped(phases[at]?.name)) at++
    this.phase = at
    const phase = phases[at]
    const step = ++this.step
    if (phase === undefined) {
      this.phase = -1
      this.wiring.done()
      return
    }
    this.wiring.codes.add(phase.refcode)
    this.simulation.schedule(this.durationNs(phase.name, at), this.next, step)
  }

  private isSkipped(phase: IplPhase | undefined): boolean {
    return (phase === 'vpd' && !this.request.deep) || (phase === 'hardwareDiscovery' && !this.request.discovery)
  }

  private durationNs(phase: IplPhase, at: number): number {
    const { imageBytes, flashBytesPerSecond, slowFactor } = this.parameters
    if (phase === 'load') return Math.ceil((imageBytes * 1e9) / flashBytesPerSecond)
    const ns = this.laws[phase].sample(this.draws.cursor(this.number, (this.failures * phases.length + at) * DRAWS_PER_PHASE))
    const tested = phase === 'processors' || phase === 'memory'
    return tested && this.request.speed === 'slow' ? Math.ceil(ns * slowFactor) : ns
  }

  private phaseOver(step: number): void {
    if (step !== this.step) return
    const phase = this.current
    const faults = phase === null ? 0 : (this.faults.get(phase) ?? 0)
    if (phase === null || faults === 0) {
      if (phase === 'load') this.wiring.loaded(this.side)
      this.enter(this.phase + 1)
      return
    }
    this.faults.set(phase, faults - 1)
    this.failIn(phase)
  }

  private failIn(phase: IplPhase): void {
    this.wiring.codes.add(FAILED_CODE)
    if (this.failures === this.parameters.retries) {
      this.stop()
      this.wiring.failed(phase)
      return
    }
    this.failures++
    if (phase === 'load' && this.parameters.otherSide) this.side = this.side === 'temp' ? 'perm' : 'temp'
    this.enter(0)
  }
}
