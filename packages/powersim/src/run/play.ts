// One run: an installation built, started, and a program played on it to its end. The common root of `run` and of every replication.
// What is measured or printed is up to who plays.

import type { CommandRecord, LineResult } from '@powersim/hmc'
import { KernelError, type Process, type Signal, Simulation, until, type Yieldable } from '@powersim/kernel'
import { Installation, type InstallationDocument } from '@powersim/managed-system'
import type { ChooseFunction, RoutingPolicy } from '@powersim/routing'
import { type Mix, playMix, playScript, type Script, type ScriptLine } from '@powersim/workload'

/** What a run is made of: plain data but for the policy. */
export interface Play {
  readonly seed: string
  readonly replication: number
  /** Off: every variate at its mean, no background work. */
  readonly noise: boolean
  readonly document: InstallationDocument
  readonly program: Script | Mix
  /** Makes the policy of each console. */
  readonly policy: (console: string) => RoutingPolicy | ChooseFunction
  /** Told of every line as it is typed, with the time and the installation that it is typed on. */
  readonly started?: (line: ScriptLine, atNs: number, installation: Installation) => void
  /** Told of every line that has returned. */
  readonly returned?: (line: ScriptLine, result: LineResult) => void
  /** Told of every finished command of a line. */
  readonly recorded?: (record: CommandRecord) => void
  /** Told of the installation before time 0: to observe it, to set fates, to schedule actions. */
  readonly prepared?: (installation: Installation) => void
  /** Sweep over the whole state after every line; for tests, since it costs time. */
  readonly checked?: boolean
}

/** Plays the program until its last line has returned; gives the installation as it is then. */
export function play(options: Play): Installation {
  const simulation = new Simulation({ seed: options.seed, replication: options.replication, noise: options.noise })
  const { recorded } = options
  const installation = new Installation(simulation, options.document, {
    policy: options.policy,
    recorded: (record) => {
      if (record.ordinal >= 0) recorded?.(record)
    },
  })
  options.prepared?.(installation)
  simulation.process('run', conduct(installation, options))
  if (simulation.run() !== 'stopped') {
    throw new KernelError(
      'stalled',
      `nothing is left to happen at ${simulation.now} ns, and the program has not ended: a line waits for what never comes`,
    )
  }
  installation.check()
  return installation
}

function* conduct(installation: Installation, options: Play): Generator<Yieldable, void> {
  const { simulation } = installation
  yield* until(installation.start())
  yield playProgram(installation, options)
  simulation.stop()
}

function playProgram(installation: Installation, options: Play): Process<void> {
  const { simulation } = installation
  const { program, document } = options
  const type = (line: ScriptLine): Signal<unknown> => perform(installation, line, options)
  if ('classes' in program) return playMix(simulation, program, { perform: type })
  return playScript(simulation, program, {
    startOfDayNs: startOfDayNs(document.startTime),
    perform: type,
    act: (name, args) => installation.act(name, args),
  })
}

function perform(installation: Installation, line: ScriptLine, options: Play): Signal<unknown> {
  return installation.simulation.process('line', type(installation, line, options)).ended
}

function* type(installation: Installation, line: ScriptLine, options: Play): Generator<Yieldable, void> {
  options.started?.(line, installation.simulation.now, installation)
  const result = yield* until(installation.console(line.console).perform(line, line.user))
  installation.simulation.note(result.exitStatus)
  options.returned?.(line, result)
  if (options.checked === true) installation.check()
}

/** Time of day in `2013-06-03 08:00:00`, ns since midnight. */
function startOfDayNs(startTime: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = startTime.slice(11).split(':').map(Number)
  return ((hours * 60 + minutes) * 60 + seconds) * 1_000_000_000
}
