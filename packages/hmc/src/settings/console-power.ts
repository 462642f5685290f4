// Whether a console is up: it goes down when it is told to (hmcshutdown), ends the lines of its logins then, and comes back after its boot
// time if it shall. What goes with it is said by who makes it: sessions, commands.

import type { Handler, Process, Simulation } from '@powersim/kernel'

export interface PowerWiring {
  readonly down: () => void
  readonly up: () => void
}

/** Why a line is interrupted. */
const CONSOLE_DOWN = 'the console went down'

export class ConsolePower {
  /** How often it has started. */
  starts = 1
  isUp = true
  private readonly simulation: Simulation
  private readonly name: string
  private readonly bootNs: number
  private readonly wiring: PowerWiring
  private readonly running = new Set<Process<unknown>>()
  private pending = false
  /** Made when they are first wanted: a console that is never shut down has no handlers for it. */
  private handlers: { readonly stop: Handler<boolean>; readonly start: Handler<void> } | null = null

  constructor(simulation: Simulation, name: string, bootNs: number, wiring: PowerWiring) {
    this.simulation = simulation
    this.name = name
    this.bootNs = bootNs
    this.wiring = wiring
  }

  shutDown(afterNs: number, restart: boolean): boolean {
    if (this.pending || !this.isUp) return false
    this.pending = true
    const { simulation, name } = this
    this.handlers ??= {
      stop: simulation.handler(`${name}.shut-down`, (again: boolean) => this.stop(again)),
      start: simulation.handler(`${name}.start-up`, () => this.start()),
    }
    simulation.schedule(afterNs, this.handlers.stop, restart)
    return true
  }

  /** A line runs: it ends when the console goes down. */
  began(line: Process<unknown>): void {
    this.running.add(line)
  }

  ended(line: Process<unknown>): void {
    this.running.delete(line)
  }

  private stop(restart: boolean): void {
    this.pending = false
    this.isUp = false
    this.starts++
    const lines = [...this.running]
    this.running.clear()
    this.wiring.down()
    for (const line of lines) if (!line.done) line.interrupt(CONSOLE_DOWN)
    if (restart && this.handlers !== null) this.simulation.schedule(this.bootNs, this.handlers.start, undefined)
  }

  private start(): void {
    this.isUp = true
    this.wiring.up()
  }
}
