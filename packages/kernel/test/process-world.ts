// A simulation with a log, for the tests of processes.
// No test stands here.

import { Interrupted, KernelError, Simulation } from '../src/index.js'

export function world(): { simulation: Simulation; log: string[]; say: (what: string) => void } {
  const simulation = new Simulation({ seed: 'test' })
  const log: string[] = []
  return { simulation, log, say: (what) => log.push(`${simulation.now} ${what}`) }
}

/** Calls `action` by an event at `time`. */
export function at(simulation: Simulation, time: number, action: () => void): void {
  simulation.scheduleAt(time, simulation.handler<undefined>('at', action), undefined)
}

export function caught(error: unknown): unknown {
  if (error instanceof Interrupted) return error.cause
  if (error instanceof KernelError) return error.code
  throw error
}
