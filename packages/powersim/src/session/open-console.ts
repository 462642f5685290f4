// Consoles that lines are typed on one by one: whoever types sees what a line printed before typing the next, and simulated time goes on
// while a line runs and between lines, never by itself. A program known beforehand is played by run/play.ts.

import { DEFAULT_USER, type LineResult, type TerminalSession } from '@powersim/hmc'
import { hours, KernelError, type Signal, Simulation, seconds, until, type Yieldable } from '@powersim/kernel'
import { Installation, type MachineDocument, readDocument } from '@powersim/managed-system'
import { asPolicy, byTarget, type ChooseFunction, type RoutingPolicy } from '@powersim/routing'
import { OpenTerminal } from './open-terminal.js'
import type { LineEntry, SessionEntry, SessionStep } from './session-entry.js'
import { SessionError } from './session-error.js'

export interface OpenConsoleOptions {
  readonly machine: MachineDocument
  readonly seed: string
  /** One policy for all consoles; one with `anew` is made anew for each. Default by-target. */
  readonly policy?: RoutingPolicy | ChooseFunction
  /** Off: every variate at its mean, no background work. Default on. */
  readonly noise?: boolean
  /** Simulated ns that pass between the end of a line and the start of the next, 0 or more. Default 2 s. */
  readonly between?: number
}

/** Whose line it is. */
export interface Typist {
  /** Name of the console; the first of the document when absent. */
  readonly console?: string
  /** Name of the user, `hscroot` when absent. Each user of a console has a shell of his own, which keeps its variables and `$?`. */
  readonly user?: string
  /** In a login and a shell of its own, which end with the line: as a command that `ssh` is given. */
  readonly alone?: boolean
}

/** A line that has returned. */
export interface TypedLine {
  readonly console: string
  readonly exitStatus: number
  readonly stdout: string
  readonly stderr: string
  /** What a real console would have done and this one does not. */
  readonly notSimulated?: string
  /** Simulated ns since the start of the run. */
  readonly startNs: number
  readonly durationNs: number
  /** Management commands that it issued. */
  readonly commands: number
}

export const DEFAULT_BETWEEN_NS = seconds(2)

/** Simulated time that a line may take: `sleep 86400` and more, but not for ever. */
const LONGEST_LINE_NS = hours(48)

/**
 * Builds an installation, starts it and gives its consoles to type on. Nothing waits and nothing is read: the next line is typed when
 * `type` is called. Throws the typed error of a bad document, KernelError `seed-required`, SessionError `bad-time`.
 */
export function openConsole(options: OpenConsoleOptions): OpenConsole {
  return new OpenConsole(options)
}

export class OpenConsole {
  readonly installation: Installation
  /** Everything that was done so far, in order; `replay` on another one does it again. */
  readonly entries: SessionEntry[] = []
  private readonly betweenNs: number
  private terminal: OpenTerminal | null = null

  constructor(options: OpenConsoleOptions) {
    const { seed, noise = true, between = DEFAULT_BETWEEN_NS } = options
    this.betweenNs = checkedTime('between', between)
    const policy = asPolicy(options.policy ?? byTarget())
    const simulation = new Simulation({ seed, noise })
    this.installation = new Installation(simulation, readDocument(options.machine), { policy: () => policy.anew?.() ?? policy })
    let started = false
    this.alongside(this.installation.start(), () => {
      started = true
    })
    this.runUntil('the start', () => started)
  }

  /** Simulated ns since the start of the run. */
  get nowNs(): number {
    return this.installation.simulation.now
  }

  /** 16 hex digits over everything that happened: the same for the same machine, policy, seed and entries. */
  get digest(): string {
    return this.installation.simulation.digest.hex()
  }

  /**
   * Types one line, or several in one text, and returns when it has returned. Before it, `between` passes, except before the first one.
   * Never throws for what is typed; throws MachineError for a console that is not there, KernelError `stalled` for a line that does not
   * return within 48 simulated hours.
   */
  type(text: string, typist: Typist = {}): TypedLine {
    if (this.entries.length > 0) this.wait(this.betweenNs)
    return this.typeNow(this.lineOf(text, typist))
  }

  /**
   * Types a line that opens a virtual terminal (`mkvterm`), and returns when that is open, or when the line has returned without one.
   * While it is open, time passes by `wait`, and other lines may be typed. One at a time: SessionError `terminal-open`.
   */
  openTerminal(text: string, typist: Typist = {}): OpenTerminal {
    if (this.entries.length > 0) this.wait(this.betweenNs)
    return this.openNow({ ...this.lineOf(text, typist), terminal: true })
  }

  /** Lets simulated time pass, ns. */
  wait(ns: number): void {
    this.passUntil(this.nowNs + checkedTime('wait', ns))
  }

  /** Makes an action of the installation's catalogue happen now: `fsp.reset`. Throws MachineError for one that is not there. */
  act(action: string, args: readonly string[] = []): void {
    this.installation.act(action, args)
    this.enter({ action, arguments: args })
  }

  /** Does again what was done on another one, at the same times. Throws SessionError `bad-entry` for a time that is past. */
  replay(entries: readonly SessionEntry[]): void {
    for (const [index, entry] of entries.entries()) {
      if (!(Number.isSafeInteger(entry.atNs) && entry.atNs >= this.nowNs)) {
        throw new SessionError('bad-entry', `entry ${index + 1} is at ${entry.atNs} ns, and it is ${this.nowNs} ns already`)
      }
      this.passUntil(entry.atNs)
      this.redo(entry)
    }
  }

  /** Lets simulated time pass until `ns`; nothing happens when that is past. */
  passUntil(ns: number): void {
    const { simulation } = this.installation
    // A line that returns meanwhile stops the run.
    while (simulation.now < ns) simulation.run(ns)
  }

  /** Who types when nobody is named. */
  get firstConsole(): string {
    // The schema of documents asks for at least one console.
    return this.installation.consoles[0]!.name
  }

  private lineOf(line: string, { console = this.firstConsole, user, alone = false }: Typist): LineEntry {
    return { console, ...(user === undefined ? {} : { user }), ...(alone ? { alone } : {}), line }
  }

  private typeNow(entry: LineEntry): TypedLine {
    return this.runUntil(`line '${entry.line}'`, this.begin(entry, null))
  }

  private openNow(entry: LineEntry): OpenTerminal {
    if (this.terminal !== null && this.terminal.line === null) {
      throw new SessionError('terminal-open', 'a terminal is open: end it before another is opened')
    }
    const terminal = new OpenTerminal({ done: (what) => this.enter(what) })
    this.terminal = terminal
    const returned = this.begin(entry, terminal)
    this.runUntil(`line '${entry.line}'`, () => terminal.isOpen || returned())
    return terminal
  }

  /** Types a line; the function gives what became of it, once it has returned. */
  private begin(entry: LineEntry, terminal: OpenTerminal | null): () => TypedLine | undefined {
    const { simulation } = this.installation
    const { console: name, user, alone, line } = entry
    const console = this.installation.console(name)
    const ordinal = this.entries.length
    const attach = terminal === null ? {} : { terminal: (session: TerminalSession) => terminal.opened(session, () => simulation.stop()) }
    let typed: TypedLine | undefined
    this.enter(entry)
    const text = { text: line, variables: {}, ordinal, ...attach }
    const login = alone === true ? console.login(user ?? DEFAULT_USER) : null
    this.alongside(login === null ? console.perform(text, user) : login.perform(text), (result) => {
      login?.logout()
      simulation.note(result.exitStatus)
      typed = typedLine(name, result)
      terminal?.returned(typed)
    })
    return () => typed
  }

  private redo(entry: SessionEntry): void {
    if ('line' in entry) {
      if (entry.terminal === true) this.openNow(entry)
      else this.typeNow(entry)
    } else if ('action' in entry) this.act(entry.action, entry.arguments)
    else if (this.terminal === null) throw new SessionError('bad-entry', 'something is done at a terminal, and none was opened')
    else if ('keys' in entry) this.terminal.type(entry.keys)
    else if (entry.terminal === 'end') this.terminal.endInput()
    else this.terminal.drop()
  }

  /** Writes down what is done now. It is part of the digest, since two lines may make the same events. */
  private enter(what: SessionStep): void {
    const { simulation } = this.installation
    const entry: SessionEntry = { ...what, atNs: simulation.now }
    // In the order of their names: an entry that was read from a file is the same.
    const text = JSON.stringify(entry, Object.keys(entry).sort())
    for (let index = 0; index < text.length; index++) simulation.note(text.charCodeAt(index))
    this.entries.push(entry)
  }

  /** Tells `then` of a signal when it fires, and stops the run there. */
  private alongside<T>(signal: Signal<T>, then: (value: T) => void): void {
    const { simulation } = this.installation
    simulation.process('session', notified(simulation, signal, then))
  }

  /** Runs until `done` gives something, and not an event further than the one that makes it so. */
  private runUntil<T>(what: string, done: () => T | undefined | false): T {
    const { simulation } = this.installation
    const limitNs = simulation.now + LONGEST_LINE_NS
    for (;;) {
      const given = done()
      if (given !== undefined && given !== false) return given
      if (simulation.run(limitNs) !== 'stopped') {
        throw new KernelError('stalled', `${what} has not ended at ${simulation.now} ns: it waits for what never comes`)
      }
    }
  }
}

function* notified<T>(simulation: Simulation, signal: Signal<T>, then: (value: T) => void): Generator<Yieldable, void> {
  then(yield* until(signal))
  simulation.stop()
}

function typedLine(console: string, result: LineResult): TypedLine {
  const { exitStatus, stdout, stderr, startNs, durationNs, commands, notSimulated } = result
  const missing = notSimulated === undefined ? {} : { notSimulated }
  return { console, exitStatus, stdout, stderr, ...missing, startNs, durationNs, commands }
}

function checkedTime(what: string, ns: number): number {
  if (Number.isSafeInteger(ns) && ns >= 0) return ns
  throw new SessionError('bad-time', `${what}: expected a whole number of ns from 0, as seconds(2) gives it, got ${ns}`)
}
