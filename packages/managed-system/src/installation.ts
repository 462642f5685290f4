// An installation: consoles, systems and the networks between them, built from a document on one simulation. What a study holds.
// How one system is put together is in system.ts.

import { Bus } from '@powersim/bus'
import { type CommandRecord, Console, secondsOf } from '@powersim/hmc'
import { type Handler, type Signal, type Simulation, until, type Yieldable } from '@powersim/kernel'
import { asPolicy, type ChooseFunction, type RoutingPolicy } from '@powersim/routing'
import { type Action, findAction, runAction } from './actions.js'
import { checkInstallation } from './checks/check-installation.js'
import { hmcParameters } from './component-parameters.js'
import type { InstallationDocument } from './document/schema.js'
import { built, MachineError } from './errors.js'
import { ManagedSystem } from './system.js'

export interface InstallationOptions {
  /** Makes the policy of a console; each console keeps its own, since a policy may learn. */
  readonly policy: (console: string) => RoutingPolicy | ChooseFunction
  /** Told of every finished command of every console. */
  readonly recorded?: (record: CommandRecord) => void
}

/**
 * An operating system has been up for long: before consoles connect, its NETS may take this long to set up its channel to the
 * hypervisor. One that needs longer is met in that state.
 */
const SETTLE_WAIT_NS = 1_000_000
const SETTLE_WAITS = 1000

export class Installation {
  readonly simulation: Simulation
  readonly document: InstallationDocument
  readonly bus: Bus
  readonly consoles: readonly Console[]
  readonly systems: readonly ManagedSystem[]
  private readonly happening: Handler<Action>

  constructor(simulation: Simulation, document: InstallationDocument, options: InstallationOptions) {
    this.simulation = simulation
    this.document = document
    this.bus = new Bus(simulation, { wire: document.wire })
    this.systems = document.systems.map((system, index) =>
      built(`system '${system.name}'`, () => new ManagedSystem(simulation, this.bus, system, index + 1)),
    )
    this.consoles = document.consoles.map((console, index) =>
      built(`console '${console.name}'`, () => this.makeConsole(console, index + 1, options)),
    )
    this.happening = simulation.handler('installation.event', (action: Action) => runAction(this, action))
    for (const event of document.events) this.at(event.at, event.do, event.with ?? [])
  }

  /** The installation at work: operating systems run, every console has connected or failed to. Fires when a script may begin. */
  start(): Signal<void> {
    for (const system of this.systems) system.begin()
    return this.simulation.process('installation.start', this.connect()).ended
  }

  /** A console by name; an unknown name is refused with the known ones. */
  console(name: string): Console {
    const console = this.consoles.find((candidate) => candidate.name === name)
    if (console === undefined) {
      throw new MachineError(
        'bad-document',
        'consoles',
        `no console '${name}': there are ${this.consoles.map((known) => known.name).join(', ')}`,
      )
    }
    return console
  }

  /** The system of that name, or the first one. */
  system(name?: string): ManagedSystem {
    if (name === undefined) return first(this.systems)
    const system = this.systems.find((candidate) => candidate.name === name)
    if (system === undefined) {
      throw new MachineError(
        'bad-action',
        'systems',
        `no system '${name}': there are ${this.systems.map((known) => known.name).join(', ')}`,
      )
    }
    return system
  }

  /** Makes an event of the catalogue of actions happen at a simulated time, ns. */
  at(timeNs: number, action: string, args: readonly string[] = []): void {
    this.simulation.scheduleAt(timeNs, this.happening, findAction(action, args))
  }

  /** Makes an event happen now. */
  act(action: string, args: readonly string[] = []): void {
    runAction(this, findAction(action, args))
  }

  /** Checks the whole state against the laws that hold in every run; throws InvariantError. Costs a sweep over all partitions. */
  check(): void {
    checkInstallation(this)
  }

  private makeConsole(given: InstallationDocument['consoles'][number], number: number, options: InstallationOptions): Console {
    const { simulation, document } = this
    const { name, secondFsp, nets } = given
    const usual = hmcParameters(document, first(document.systems))
    const { accessPassword = usual.accessPassword, version = usual.version } = given
    const console = new Console(simulation, this.bus, { ...usual, accessPassword, version }, {
      name,
      number,
      policy: asPolicy(options.policy(name)),
      startSeconds: secondsOfText(document.startTime),
      ...(options.recorded === undefined ? {} : { recorded: options.recorded }),
    })
    for (const system of this.systems) {
      const { phyp } = system.document
      const { paths, second, rmcLink } = system.attach(console.endpoint, document)
      console.manage({
        name: system.name,
        typeModel: system.document.typeModel,
        serialNumber: system.document.serialNumber,
        ipAddress: system.document.fsp.ipAddress,
        paths,
        ...(second === null ? {} : { second, managesSecond: secondFsp }),
        managesNets: nets,
        rmcLink,
        initialState: system.document.state,
        memoryRegionMiB: phyp.memory.regionMiB,
        capabilities: { ...phyp.capabilities, compatModes: phyp.processors.compatModes, maxPartitions: phyp.maxPartitions },
        number: system.number,
      })
    }
    return console
  }

  private *connect(): Generator<Yieldable, void> {
    for (let wait = 0; wait < SETTLE_WAITS && !this.systems.every((system) => system.settled); wait++) yield SETTLE_WAIT_NS
    const started = this.consoles.map((console) => console.start())
    for (const signal of started) yield* until(signal)
  }
}

/** Schemas ask for at least one console and one system. */
function first<T>(items: readonly T[]): T {
  const [item] = items
  if (item === undefined) throw new MachineError('bad-document', '', 'expected at least one console and one system')
  return item
}

/** `2013-06-03 08:00:00` in seconds since 1970; the schema has checked its form. */
export function secondsOfText(text: string): number {
  const part = (from: number, to: number): number => Number(text.slice(from, to))
  return secondsOf(part(0, 4), part(5, 7), part(8, 10), part(11, 13) * 3600 + part(14, 16) * 60 + part(17, 19))
}
