// Plays a mix with made-up return times and writes down what was typed when. No shell, no console: those are other packages.
// Shared by the tests of this package only.

import { type Process, type Signal, Simulation } from '@powersim/kernel'
import { type Mix, playMix, type ScriptLine } from '../src/index.js'

interface TypedOperation {
  readonly startNs: number
  readonly line: ScriptLine
}

export interface RecordedMix {
  readonly typed: readonly TypedOperation[]
  readonly simulation: Simulation
  readonly process: Process<void>
  /** When the mix ended; undefined while it has not. */
  readonly endNs: number | undefined
}

export interface MixSettings {
  readonly seed?: string
  readonly replication?: number
  readonly noise?: boolean
  /** How long a line takes to return; default: none. */
  readonly returnNs?: (line: ScriptLine, nowNs: number) => number
  readonly before?: (process: Process<void>, simulation: Simulation) => void
}

/** A mix of one class, with what a test names. */
export function mixOf(over: Partial<Mix>): Mix {
  const classes = [{ name: 'list', share: 1, text: 'ls', targets: [{}] }]
  const arrivals = { kind: 'poisson', perSecond: 10 } as const
  return { file: 'test.yaml', arrivals, consoles: ['hmc1'], end: { operations: 100 }, classes, warmUp: 0, ...over }
}

export function recordedMix(over: Partial<Mix>, settings: MixSettings = {}): RecordedMix {
  const { seed = 'recorded-mix', replication = 0, noise = true, returnNs = () => 0, before } = settings
  const simulation = new Simulation({ seed, replication, noise })
  const typed: TypedOperation[] = []
  const fire = simulation.handler<Signal<void>>('returned', (signal) => signal.fire())
  const process = playMix(simulation, mixOf(over), {
    perform: (line) => {
      typed.push({ startNs: simulation.now, line })
      const signal = simulation.signal<void>()
      simulation.schedule(returnNs(line, simulation.now), fire, signal)
      return signal
    },
  })
  let endNs: number | undefined
  process.ended.onFire(simulation.handler<void>('ended', () => (endNs = simulation.now)))
  before?.(process, simulation)
  simulation.run()
  return { typed, simulation, process, endNs }
}
