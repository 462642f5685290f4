// The processor load of a guest: demand for processor time by its own work. Constant, in bursts, or by a trace. It makes its partition and
// its neighbours busy and says nothing of what is done with the time. A processor that takes a load is told how much is wanted; of another
// one it is asked for in pieces, as any work is.
// States: idle (no event until the next phase) -phase with demand-> loading (a piece per thread and period) -phase without-> idle.

import type { Handler, KeyedDraws, Law, LawSpec, Simulation, Timer } from '@powersim/kernel'
import type { ProcessorPort } from '@powersim/protocol'
import { checkedInteger, checkedLaw, LparError } from './errors.js'

/** How much processor time a guest wants, in processors: 0.5 is half of one. */
export type DemandPattern =
  | { readonly constant: { readonly processors: number } }
  /** Turns of wanting `processors` and of wanting nothing, each as long as its law says, in ns. */
  | { readonly bursty: { readonly processors: number; readonly busy: LawSpec; readonly idle: LawSpec } }
  /** Steps one after the other, again and again with `repeat`, else the last one stays. */
  | { readonly trace: { readonly steps: readonly DemandStep[]; readonly repeat: boolean } }

export interface DemandStep {
  readonly forNs: number
  readonly processors: number
}

export interface DemandParameters {
  readonly pattern: DemandPattern
  /** Every so long, ns, each thread wants its share of the period: the grain of the load. 1 us to 10 s. Default 10 ms (estimate). */
  readonly periodNs: number
}

export interface DemandStatistics {
  /** Processor time that was wanted, ns. */
  readonly wantedNs: number
  /** How much of it was never asked for, since the thread still had its last piece to do; null: the processor takes the load itself. */
  readonly missedNs: number | null
  readonly pieces: number
}

const MAX_PROCESSORS = 256
const MAX_STEPS = 100_000
const SHORTEST_TURN_NS = 1000
/** Draws that one phase's law may take. */
const DRAWS_PER_PHASE = 1024

/** A phase of the demand: so much for so long; Infinity: from then on. */
interface Phase {
  processors: number
  forNs: number
}

/** A processor that may take a load: so many processors are wanted from now on, beside the work that is asked of it. */
export interface LoadedProcessor extends ProcessorPort {
  load?(processors: number): void
}

export interface DemandWiring {
  readonly name: string
  readonly processor: LoadedProcessor
}

export class Demand {
  readonly #simulation: Simulation
  readonly #processor: LoadedProcessor
  readonly #pattern: DemandPattern
  readonly #periodNs: number
  readonly #laws: { readonly busy: Law; readonly idle: Law } | null
  readonly #draws: KeyedDraws
  readonly #phaseTimer: Timer
  readonly #periodTimer: Timer
  readonly #done: Handler<number>
  /** Whether a thread has its piece still to do, and in which life it asked for it. */
  readonly #busyInLife: number[] = []
  readonly #phase: Phase = { processors: 0, forNs: 0 }
  #life = 0
  #phases = 0
  #phaseEndNs = 0
  #entity = 0
  #loadedSinceNs = 0
  #wantedNs = 0
  #missedNs = 0
  #pieces = 0

  /** Throws LparError `bad-option`. */
  constructor(simulation: Simulation, { pattern, periodNs }: DemandParameters, { name, processor }: DemandWiring) {
    const path = `${name}.demand`
    this.#simulation = simulation
    this.#processor = processor
    this.#pattern = pattern
    this.#periodNs = checkedInteger(`${path}.period`, periodNs, 1000, 10_000_000_000)
    this.#laws = checkPattern(simulation, path, pattern)
    this.#draws = simulation.draws('guest.demand', 'guest')
    this.#phaseTimer = simulation.timer(
      simulation.handler<null>(`${path}.phase`, () => this.#nextPhase()),
      null,
    )
    this.#periodTimer = simulation.timer(
      simulation.handler<null>(`${path}.period`, () => this.#period()),
      null,
    )
    this.#done = simulation.handler<number>(`${path}.done`, (thread) => {
      if (this.#busyInLife[thread] === this.#life) this.#busyInLife[thread] = 0
    })
  }

  /** The operating system is up. `entity` keys the draws: another one for each start. */
  start(entity: number): void {
    this.#life++
    this.#phases = 0
    this.#entity = entity
    this.#nextPhase()
  }

  /** It is gone: nothing more is asked for, and pieces that are under way are nobody's. */
  stop(): void {
    this.#life++
    this.#phaseTimer.stop()
    this.#periodTimer.stop()
    this.#load(0)
  }

  statistics(): DemandStatistics {
    this.#settleLoad()
    return { wantedNs: this.#wantedNs, missedNs: this.#processor.load === undefined ? this.#missedNs : null, pieces: this.#pieces }
  }

  #nextPhase(): void {
    const phase = this.#phase
    this.#settleLoad()
    this.#fill(phase, this.#phases++)
    this.#periodTimer.stop()
    this.#phaseEndNs = this.#simulation.now + phase.forNs
    if (Number.isFinite(phase.forNs)) this.#phaseTimer.start(phase.forNs)
    if (this.#processor.load !== undefined) this.#load(phase.processors)
    // After the pieces of the phase before that end at this instant.
    else if (phase.processors > 0) this.#periodTimer.start(0)
  }

  #load(processors: number): void {
    this.#settleLoad()
    this.#phase.processors = processors
    this.#processor.load?.(processors)
  }

  /** Counts what a processor that takes the load was asked for until now. */
  #settleLoad(): void {
    const now = this.#simulation.now
    if (this.#processor.load !== undefined) this.#wantedNs += Math.round(this.#phase.processors * (now - this.#loadedSinceNs))
    this.#loadedSinceNs = now
  }

  #fill(phase: Phase, number: number): void {
    const pattern = this.#pattern
    phase.forNs = Infinity
    if ('constant' in pattern) {
      phase.processors = pattern.constant.processors
    } else if ('bursty' in pattern) {
      const idles = number % 2 === 1
      phase.processors = idles ? 0 : pattern.bursty.processors
      const law = idles ? this.#laws?.idle : this.#laws?.busy
      // A turn of no time would let the next one begin at once, for ever.
      phase.forNs = Math.max(SHORTEST_TURN_NS, law?.sample(this.#draws.cursor(this.#entity, number * DRAWS_PER_PHASE)) ?? 0)
    } else {
      const { steps, repeat } = pattern.trace
      const step = steps[repeat ? number % steps.length : Math.min(number, steps.length - 1)]
      phase.processors = step?.processors ?? 0
      if (repeat || number < steps.length - 1) phase.forNs = step?.forNs ?? 0
    }
  }

  /** A thread for each processor that is wanted in whole or in part; one that is still busy leaves its piece out. */
  #period(): void {
    const { processors } = this.#phase
    const threads = Math.ceil(processors)
    const leftNs = this.#phaseEndNs - this.#simulation.now
    if (leftNs <= 0) return
    const workNs = Math.round((processors / threads) * (leftNs < this.#periodNs ? leftNs : this.#periodNs))
    for (let thread = 0; thread < threads; thread++) {
      this.#wantedNs += workNs
      if (this.#busyInLife[thread] === this.#life) {
        this.#missedNs += workNs
        continue
      }
      this.#busyInLife[thread] = this.#life
      this.#pieces++
      this.#processor.run(workNs, this.#done, thread)
    }
    this.#periodTimer.start(this.#periodNs)
  }
}

function checkPattern(simulation: Simulation, path: string, pattern: DemandPattern): { readonly busy: Law; readonly idle: Law } | null {
  if ('constant' in pattern) {
    checkProcessors(`${path}.constant`, pattern.constant.processors)
    return null
  }
  if ('bursty' in pattern) {
    const { processors, busy, idle } = pattern.bursty
    checkProcessors(`${path}.bursty`, processors)
    return { busy: checkedLaw(simulation, `${path}.bursty.busy`, busy), idle: checkedLaw(simulation, `${path}.bursty.idle`, idle) }
  }
  const { steps } = pattern.trace
  checkedInteger(`${path}.trace.steps.length`, steps.length, 1, MAX_STEPS)
  for (const [at, { forNs, processors }] of steps.entries()) {
    checkedInteger(`${path}.trace.steps.${at}.forNs`, forNs, 1, Number.MAX_SAFE_INTEGER)
    checkProcessors(`${path}.trace.steps.${at}`, processors)
  }
  return null
}

function checkProcessors(path: string, processors: number): void {
  if (processors >= 0 && processors <= MAX_PROCESSORS) return
  throw new LparError('bad-option', `${path}.processors`, `expected 0 to ${MAX_PROCESSORS} processors, got ${String(processors)}`)
}
