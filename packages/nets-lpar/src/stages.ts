// Where the time of a command goes inside NETS: one stage after the other, without gaps and without overlap, so that the stages
// of a command add up to its residence to the ns. Checked for every command, in O(1).
// Order: thread -> receive -> [buffer ->] process -> [vmcOut <-> buffer -> hypervisor -> vmcIn ->] send.

import type { Simulation } from '@powersim/kernel'

/**
 * `thread`: waits until the session's handler has served the command before it. `receive`, `process`, `send`: the handler's own
 * work. `buffer`: waits for a message buffer of the management channel. `vmcOut`, `vmcIn`: the driver brings it to the
 * hypervisor, and the reply back. `hypervisor`: from the last signal to the interrupt that announces the reply.
 */
export const stageNames = ['thread', 'receive', 'buffer', 'process', 'vmcOut', 'hypervisor', 'vmcIn', 'send'] as const
export type StageName = (typeof stageNames)[number]

const THREAD = 0
export const RECEIVE = 1
export const BUFFER = 2
export const PROCESS = 3
export const VMC_OUT = 4
export const HYPERVISOR = 5
export const VMC_IN = 6
export const SEND = 7
const STAGES = stageNames.length

export interface StageStatistics {
  /** Commands that were in this stage. */
  readonly commands: number
  /** Time in the stage, summed over finished commands. = workNs + waitNs. */
  readonly elapsedNs: number
  /** Of it: processor time that was asked for the command. */
  readonly workNs: number
  /** The rest: waits for the processor, for its dispatch, for another's turn. */
  readonly waitNs: number
}

/** One command's times, for tests and studies. */
export interface Residence {
  readonly entity: number
  readonly attempt: number
  readonly arrivedNs: number
  readonly residenceNs: number
  readonly stageNs: Readonly<Record<StageName, number>>
}

/** Told of every stage that a command leaves, with its start and end; not of the wait for the thread, which another command has then. */
export type StageObserver = (stage: StageName, startNs: number, endNs: number) => void

/** The stop watch of the one command that a handler has in hand. Reused for the next. */
export class CommandClock {
  arrivedNs = 0
  readonly elapsed = new Float64Array(STAGES)
  readonly worked = new Float64Array(STAGES)
  /** Bit per stage: it was entered. */
  entered = 0
  /** Null: nobody watches. */
  observer: StageObserver | null = null
  #stage = THREAD
  #sinceNs = 0

  /** The command arrived then; it is in stage `thread`. */
  begin(arrivedNs: number): void {
    this.elapsed.fill(0)
    this.worked.fill(0)
    this.arrivedNs = arrivedNs
    this.#stage = THREAD
    this.#sinceNs = arrivedNs
    this.entered = 1 << THREAD
  }

  get stage(): number {
    return this.#stage
  }

  /** The stage changes now, or at an earlier time that lies inside the present stage; one before it counts as its start. */
  enter(stage: number, atNs: number): void {
    const at = atNs < this.#sinceNs ? this.#sinceNs : atNs
    if (this.observer !== null && this.#stage !== THREAD) this.observer(stageNames[this.#stage]!, this.#sinceNs, at)
    this.elapsed[this.#stage]! += at - this.#sinceNs
    this.#stage = stage
    this.#sinceNs = at
    this.entered |= 1 << stage
  }

  /** Processor time that the present stage asks for. */
  work(ns: number): void {
    this.worked[this.#stage]! += ns
  }
}

/** The sums over all commands. */
export class StageLedger {
  finished = 0
  residenceNs = 0
  readonly log: Residence[] = []
  readonly #simulation: Simulation
  readonly #logLimit: number
  readonly #commands = new Float64Array(STAGES)
  readonly #elapsed = new Float64Array(STAGES)
  readonly #worked = new Float64Array(STAGES)

  constructor(simulation: Simulation, logLimit: number) {
    this.#simulation = simulation
    this.#logLimit = logLimit
  }

  /** The command leaves NETS now. */
  finish(clock: CommandClock, entity: number, attempt: number): void {
    const now = this.#simulation.now
    clock.enter(THREAD, now)
    let sum = 0
    let honest = true
    for (let stage = 0; stage < STAGES; stage++) {
      const elapsed = clock.elapsed[stage]!
      const worked = clock.worked[stage]!
      sum += elapsed
      honest &&= worked <= elapsed
      this.#elapsed[stage]! += elapsed
      this.#worked[stage]! += worked
      if ((clock.entered & (1 << stage)) !== 0) this.#commands[stage]!++
    }
    const residenceNs = now - clock.arrivedNs
    this.#simulation.invariant(sum === residenceNs, 'nets: the stages of a command add up to its residence')
    this.#simulation.invariant(honest, 'nets: a stage takes at least the processor time that it asks for')
    this.finished++
    this.residenceNs += residenceNs
    if (this.log.length < this.#logLimit) this.#keep(clock, entity, attempt, residenceNs)
  }

  statistics(): Readonly<Record<StageName, StageStatistics>> {
    const byName: Partial<Record<StageName, StageStatistics>> = {}
    for (const [stage, name] of stageNames.entries()) {
      const elapsedNs = this.#elapsed[stage]!
      const workNs = this.#worked[stage]!
      byName[name] = { commands: this.#commands[stage]!, elapsedNs, workNs, waitNs: elapsedNs - workNs }
    }
    // Every stage name was given its entry just above.
    return byName as Record<StageName, StageStatistics>
  }

  #keep(clock: CommandClock, entity: number, attempt: number, residenceNs: number): void {
    const stageNs: Partial<Record<StageName, number>> = {}
    for (const [stage, name] of stageNames.entries()) stageNs[name] = clock.elapsed[stage]!
    // Every stage name was given its time just above.
    this.log.push({ entity, attempt, arrivedNs: clock.arrivedNs, residenceNs, stageNs: stageNs as Record<StageName, number> })
  }
}
