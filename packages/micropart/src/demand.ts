// Demand streams: how many processors a partition wants over time, as a neighbour's load. What it does not get in a window is gone.
// Work that somebody waits for goes through the ProcessorPort instead.

import type { Law, LawSpec, RandomStream, Simulation } from '@powersim/kernel'
import { MicropartError } from './errors.js'

/** A line of a trace: from `atNs` after the stream's start on, `processors` are wanted. */
export interface DemandStep {
  readonly atNs: number
  readonly processors: number
}

/**
 * `processors`: always so many; `bursty`: so many for `onNs`, none for `offNs`, both drawn; `trace`: steps in ascending time, none before
 * the first. Changes take effect at the next dispatch window. A virtual processor never wants more than itself.
 */
export type DemandSpec =
  | { readonly processors: number }
  | { readonly bursty: { readonly processors: number; readonly onNs: LawSpec; readonly offNs: LawSpec } }
  | { readonly trace: readonly DemandStep[] }

const MOST_PROCESSORS = 4096

export class DemandStream {
  /** Processors that are wanted now. */
  processors = 0
  /** When that changes, Infinity if never. */
  changesAtNs = Infinity
  private readonly steps: readonly DemandStep[]
  private readonly startNs: number
  private readonly burst: { readonly processors: number; readonly on: Law; readonly off: Law; readonly stream: RandomStream } | null
  private step = 0

  /** Throws MicropartError `bad-option`; `path` names the field. */
  constructor(simulation: Simulation, name: string, path: string, spec: DemandSpec) {
    this.startNs = simulation.now
    this.burst = null
    this.steps = []
    if ('processors' in spec) {
      this.processors = checkedProcessors(`${path}.processors`, spec.processors)
    } else if ('trace' in spec) {
      this.steps = checkedTrace(`${path}.trace`, spec.trace)
      this.changesAtNs = this.startNs + (this.steps[0]?.atNs ?? Infinity)
    } else {
      const { processors, onNs, offNs } = spec.bursty
      checkedProcessors(`${path}.bursty.processors`, processors)
      const on = simulation.law(onNs)
      const off = simulation.law(offNs)
      this.burst = { processors, on, off, stream: simulation.stream('demand', name) }
      this.changesAtNs = this.startNs + Math.max(1, off.sample(this.burst.stream))
    }
  }

  /** Brings `processors` and `changesAtNs` up to a time. */
  moveTo(nowNs: number): void {
    while (this.changesAtNs <= nowNs) this.change()
  }

  private change(): void {
    const { burst, steps } = this
    if (burst !== null) {
      const ends = this.processors > 0
      this.processors = ends ? 0 : burst.processors
      this.changesAtNs += Math.max(1, (ends ? burst.off : burst.on).sample(burst.stream))
      return
    }
    this.processors = steps[this.step]?.processors ?? 0
    this.step++
    this.changesAtNs = this.startNs + (steps[this.step]?.atNs ?? Infinity)
  }
}

function checkedProcessors(path: string, processors: number): number {
  if (processors >= 0 && processors <= MOST_PROCESSORS) return processors
  throw new MicropartError('bad-option', path, `expected processors from 0 to ${MOST_PROCESSORS}, got ${String(processors)}`)
}

function checkedTrace(path: string, steps: readonly DemandStep[]): readonly DemandStep[] {
  let last = -1
  for (const [index, { atNs, processors }] of steps.entries()) {
    if (!(Number.isSafeInteger(atNs) && atNs > last)) {
      throw new MicropartError('bad-option', `${path}.${index}.atNs`, `expected whole ns after ${last}, got ${String(atNs)}`)
    }
    last = atNs
    checkedProcessors(`${path}.${index}.processors`, processors)
  }
  return steps
}
