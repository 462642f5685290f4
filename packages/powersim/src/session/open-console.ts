// Consoles that lines are typed on one by one: whoever types sees what a line printed before typing the next, and simulated time goes on
// while a line runs and between lines, never by itself. A program known beforehand is played by run/play.ts.

import type { LineResult } from '@powersim/hmc'
import { hours, KernelError, Simulation, seconds, until, type Yieldable } from '@powersim/kernel'
import { Installation, type MachineDocument, readDocument } from '@powersim/managed-system'
import { asPolicy, byTarget, type ChooseFunction, type RoutingPolicy } from '@powersim/routing'
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

/** Something that was done to an installation from outside, with the simulated time at which it began: what a session is made of. */
export type SessionEntry = LineEntry | { readonly atNs: number; readonly action: string; readonly arguments: readonly string[] }

interface LineEntry {
  readonly atNs: number
  readonly console: string
  readonly user?: string
  readonly line: string
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
  private lastLine: LineResult | null = null

  constructor(options: OpenConsoleOptions) {
    const { seed, noise = true, between = DEFAULT_BETWEEN_NS } = options
    this.betweenNs = checkedTime('between', between)
    const policy = asPolicy(options.policy ?? byTarget())
    const simulation = new Simulation({ seed, noise })
    this.installation = new Installation(simulation, readDocument(options.machine), { policy: () => policy.anew?.() ?? policy })
    this.perform('start', started(this.installation))
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
  type(text: string, { console = this.firstConsole, user }: Typist = {}): TypedLine {
    if (this.entries.length > 0) this.wait(this.betweenNs)
    return this.typeNow({ console, ...(user === undefined ? {} : { user }), line: text })
  }

  /** Lets simulated time pass, ns. */
  wait(ns: number): void {
    this.passUntil(this.nowNs + checkedTime('wait', ns))
  }

  /** Makes an action of the installation's catalogue happen now: `fsp.reset`. Throws MachineError for one that is not there. */
  act(action: string, args: readonly string[] = []): void {
    const atNs = this.nowNs
    this.note([action, ...args].join(' '))
    this.installation.act(action, args)
    this.entries.push({ atNs, action, arguments: args })
  }

  /** Does again what was done on another one, at the same times. Throws SessionError `bad-entry` for a time that is past. */
  replay(entries: readonly SessionEntry[]): void {
    for (const [index, entry] of entries.entries()) {
      if (!(Number.isSafeInteger(entry.atNs) && entry.atNs >= this.nowNs)) {
        throw new SessionError('bad-entry', `entry ${index + 1} is at ${entry.atNs} ns, and it is ${this.nowNs} ns already`)
      }
      this.passUntil(entry.atNs)
      if ('line' in entry) this.typeNow(entry)
      else this.act(entry.action, entry.arguments)
    }
  }

  /** Lets simulated time pass until `ns`; nothing happens when that is past. */
  passUntil(ns: number): void {
    const { simulation } = this.installation
    if (ns > simulation.now) simulation.run(ns)
  }

  /** Who types when nobody is named. */
  get firstConsole(): string {
    // The schema of documents asks for at least one console.
    return this.installation.consoles[0]!.name
  }

  private typeNow({ console: name, user, line }: Omit<LineEntry, 'atNs'>): TypedLine {
    const console = this.installation.console(name)
    const atNs = this.nowNs
    this.note([user ?? '', line].join(' '))
    this.perform(`line '${line}'`, this.typed(console.perform({ text: line, variables: {}, ordinal: this.entries.length }, user)))
    this.entries.push({ atNs, console: name, ...(user === undefined ? {} : { user }), line })
    const result = this.lastLine
    this.installation.simulation.invariant(result !== null, 'a line that has returned has no result')
    const { exitStatus, stdout, stderr, startNs, durationNs, commands, notSimulated } = result
    const missing = notSimulated === undefined ? {} : { notSimulated }
    return { console: name, exitStatus, stdout, stderr, ...missing, startNs, durationNs, commands }
  }

  private *typed(returned: ReturnType<Installation['consoles'][number]['perform']>): Generator<Yieldable, void> {
    this.lastLine = yield* until(returned)
    this.installation.simulation.note(this.lastLine.exitStatus)
  }

  /** What was done is part of the digest, since two lines may make the same events. */
  private note(text: string): void {
    for (let index = 0; index < text.length; index++) this.installation.simulation.note(text.charCodeAt(index))
  }

  /** Runs until `steps` have ended, and not an event further. */
  private perform(what: string, steps: Generator<Yieldable, void>): void {
    const { simulation } = this.installation
    simulation.process('session', stopping(simulation, steps))
    const outcome = simulation.run(simulation.now + LONGEST_LINE_NS)
    if (outcome !== 'stopped') {
      throw new KernelError('stalled', `${what} has not ended at ${simulation.now} ns: it waits for what never comes`)
    }
  }
}

function* started(installation: Installation): Generator<Yieldable, void> {
  yield* until(installation.start())
}

function* stopping(simulation: Simulation, steps: Generator<Yieldable, void>): Generator<Yieldable, void> {
  yield* steps
  simulation.stop()
}

function checkedTime(what: string, ns: number): number {
  if (Number.isSafeInteger(ns) && ns >= 0) return ns
  throw new SessionError('bad-time', `${what}: expected a whole number of ns from 0, as seconds(2) gives it, got ${ns}`)
}
