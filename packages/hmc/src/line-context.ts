// What one line sees of its console: commands counted within the line, so that each has an identity of its own for random draws,
// whatever the policy, the time or the retries of others.

import { type Signal, type Simulation, until, type Yieldable } from '@powersim/kernel'
import type { CommandName, ReplyOf, RequestOf, RmcState } from '@powersim/protocol'
import { timestamp } from './calendar.js'
import { COMMANDS_PER_LINE } from './command-identity.js'
import type { Console } from './console.js'
import type { Generation } from './generation/generation.js'
import type { ManagedSystemView } from './managed-system-view.js'
import type { ConsoleEvents } from './operations/console-events.js'
import type { HeldDump } from './operations/service/dumps.js'
import type { ProfileFile } from './operations/profiles/profile-data.js'
import type { TerminalSession } from './terminal/terminal-session.js'
import type { HmcUser } from './users/hmc-user.js'
import type { UserDirectory } from './users/user-directory.js'
import type { UtilizationCollection } from './utilization/utilization-collection.js'
import type {
  CommandOutcome,
  ConnectionRow,
  OperationContext,
  RmcOutcome,
  RmcPartition,
  SystemHandle,
} from './operations/operation-context.js'
import type { ConsoleSettings } from './settings/console-settings.js'

export class LineContext implements OperationContext {
  private readonly console: Console
  private readonly ordinal: number
  private readonly terminal: ((session: TerminalSession) => void) | undefined
  readonly user: HmcUser
  private issued = 0

  /** `terminal`: who takes a virtual terminal that the line opens. */
  constructor(console: Console, ordinal: number, user: HmcUser, terminal?: (session: TerminalSession) => void) {
    this.console = console
    this.ordinal = ordinal
    this.user = user
    this.terminal = terminal
  }

  get simulation(): Simulation {
    return this.console.simulation
  }

  get consoleName(): string {
    return this.console.name
  }

  get version(): string {
    return this.console.parameters.version
  }

  get generation(): Generation {
    return this.console.generation
  }

  get users(): UserDirectory {
    return this.console.users
  }

  get utilization(): UtilizationCollection {
    return this.console.utilization
  }

  get consoleEvents(): ConsoleEvents {
    return this.console.events
  }

  get heldDumps(): HeldDump[] {
    return this.console.heldDumps
  }

  get profileFiles(): ProfileFile[] {
    return this.console.profileFiles
  }

  system(name: string): SystemHandle | undefined {
    return this.console.system(name)
  }

  systems(): readonly SystemHandle[] {
    return this.console.systems
  }

  beginOperation(): number {
    return this.console.nextOperation()
  }

  *command<N extends CommandName>(
    system: SystemHandle,
    name: N,
    data: RequestOf<N>,
    lparId?: number,
    operation = 0,
  ): Generator<Yieldable, CommandOutcome<N>> {
    const options = { lparId: lparId ?? null, entity: this.nextEntity(), ordinal: this.ordinal, operation }
    return yield* until(this.console.send(this.view(system), name, data, options))
  }

  *rmc(system: SystemHandle, lparId: number, request: RequestOf<'rmc.reconfigure'>): Generator<Yieldable, RmcOutcome> {
    return yield* until(this.console.rmc.reconfigure(this.view(system), { ...request, id: lparId }, this.nextEntity()))
  }

  *vios(system: SystemHandle, request: RequestOf<'rmc.vios'>): Generator<Yieldable, ReplyOf<'rmc.vios'> | null> {
    return yield* until(this.console.rmc.vios(this.view(system), request, this.nextEntity()))
  }

  *osShutdown(system: SystemHandle, request: RequestOf<'rmc.shutdown'>): Generator<Yieldable, boolean> {
    return yield* until(this.console.rmc.shutDown(this.view(system), request, this.nextEntity()))
  }

  rmcState(system: SystemHandle, lparId: number): RmcState {
    return this.view(system).rmcState(lparId)
  }

  rmcPartitions(system: SystemHandle): readonly RmcPartition[] {
    return this.view(system).rmcPartitions()
  }

  get settings(): ConsoleSettings {
    return this.console.settings
  }

  shutDownConsole(afterNs: number, restart: boolean): boolean {
    return this.console.shutDown(afterNs, restart)
  }

  connections(): readonly ConnectionRow[] {
    return this.console.connections.rows()
  }

  addConnection(ipAddress: string, password: string | undefined): boolean {
    return this.console.connections.add(ipAddress, password)
  }

  removeConnection(ipAddress: string, how: 'remove' | 'reset'): boolean {
    return this.console.connections.remove(ipAddress, how)
  }

  restartConnections(): void {
    this.console.connections.restart()
  }

  enterPassword(system: SystemHandle, password: string): void {
    this.console.connections.enterPassword(this.view(system), password)
  }

  passwordsSet(system: SystemHandle): void {
    this.console.connections.passwordsSet(this.view(system))
  }

  *news(system: SystemHandle, withinNs: number): Generator<Yieldable, boolean> {
    return yield* this.within(this.view(system).news(this.simulation), withinNs)
  }

  *within(signal: Signal<void>, ns: number): Generator<Yieldable, boolean> {
    const { simulation } = this
    const fromNs = simulation.now
    const timer = simulation.timer(this.console.newsLate, signal)
    timer.start(ns)
    yield* until(signal)
    timer.stop()
    return simulation.now - fromNs < ns
  }

  attachTerminal(session: TerminalSession): boolean {
    this.terminal?.(session)
    return this.terminal !== undefined
  }

  timeOfDay(ns?: number): string {
    // Only the present time is the console's own: others are told by systems, whose clocks nobody sets.
    return ns === undefined
      ? timestamp(this.console.startSeconds + this.settings.clockOffsetSeconds, this.simulation.now)
      : timestamp(this.console.startSeconds, ns)
  }

  private nextEntity(): number {
    const { issued } = this
    const simulation: Simulation = this.console.simulation
    simulation.invariant(issued < COMMANDS_PER_LINE, `${this.console.name}: a line issued more than ${COMMANDS_PER_LINE} commands`)
    this.issued++
    return this.ordinal * COMMANDS_PER_LINE + issued
  }

  /** The console's own view behind a handle that it gave out. */
  private view(system: SystemHandle): ManagedSystemView {
    const view = this.console.system(system.name)
    const simulation: Simulation = this.console.simulation
    simulation.invariant(view !== undefined, `${this.console.name} manages no system '${system.name}'`)
    return view
  }
}
