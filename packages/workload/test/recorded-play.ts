// Plays a script with made-up return times and writes down what was typed when. No shell, no console: those are other packages.
// Shared by the tests of this package only.

import { Simulation } from '@powersim/kernel'
import type { Process, Signal } from '@powersim/kernel'
import { parseScript, playScript } from '../src/index.js'
import type { ParseOptions, ScriptLine } from '../src/index.js'

interface Typed {
  startNs: number
  line: ScriptLine
  /** Arguments of an event. */
  args?: readonly string[]
  name?: string
}

export interface RecordedPlay {
  typed: Typed[]
  simulation: Simulation
  process: Process<void>
  /** When the script ended; undefined while it has not. */
  endNs: number | undefined
}

export interface PlaySettings extends Partial<ParseOptions> {
  startOfDayNs?: number
  /** How long a line takes to return; 0 fires the signal before `perform` returns. */
  returnNs?: (line: ScriptLine) => number
  untilNs?: number
  /** Called before the run starts. */
  before?: (play: RecordedPlay) => void
}

/** Plays `text` from time 0 until nothing is left to do. */
export function recordedPlay(text: string, settings: PlaySettings = {}): RecordedPlay {
  const { startOfDayNs, returnNs = () => 0, untilNs, before, ...parse } = settings
  const simulation = new Simulation({ seed: 'recorded-play' })
  const typed: Typed[] = []
  const fire = simulation.handler<Signal<void>>('returned', (signal) => signal.fire())
  const process = playScript(simulation, parseScript(text, { file: 'test.hmc', ...parse }), {
    ...(startOfDayNs === undefined ? {} : { startOfDayNs }),
    perform: (line) => {
      typed.push({ startNs: simulation.now, line })
      const signal = simulation.signal<void>()
      const delayNs = returnNs(line)
      if (delayNs === 0) signal.fire()
      else simulation.schedule(delayNs, fire, signal)
      return signal
    },
    act: (name, args, line) => typed.push({ startNs: simulation.now, line, name, args }),
  })
  const play: RecordedPlay = { typed, simulation, process, endNs: undefined }
  process.ended.onFire(simulation.handler<void>('ended', () => (play.endNs = simulation.now)))
  before?.(play)
  simulation.run(untilNs)
  return play
}

/** `time in ms:text` of everything typed. */
export const timetable = (play: RecordedPlay): string[] => play.typed.map(({ startNs, line }) => `${startNs / 1e6}:${line.text}`)
