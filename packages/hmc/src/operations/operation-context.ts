// What an operation sees of its console: the managed systems, one way to issue a command, the partitions' RMC links, the clock.
// The console half of this package serves it (sessions, routing, retries, records); nothing else joins the two halves.

import type { Signal, Simulation, Yieldable } from '@powersim/kernel'
import type {
  CommandName,
  ConnectionState,
  OperationName,
  ReconfigureReason,
  Refusal,
  ReplyOf,
  RequestOf,
  RmcState,
  StatusName,
  SystemState,
} from '@powersim/protocol'
import type { Generation } from '../generation/generation.js'
import type { TerminalSession } from '../terminal/terminal-session.js'
import type { ConsoleSettings } from '../settings/console-settings.js'
import type { HmcUser } from '../users/hmc-user.js'
import type { UserDirectory } from '../users/user-directory.js'
import type { UtilizationCollection } from '../utilization/utilization-collection.js'
import type { ConsoleEvents } from './console-events.js'
import type { HeldDump } from './service/dumps.js'
import type { ProfileFile } from './profiles/profile-data.js'
import type { KnownPartitions } from './known-partitions.js'

/** How one management command ended, after its retries. A failure is a value, never thrown. */
export type CommandOutcome<N extends CommandName> =
  | { readonly ok: true; readonly data: ReplyOf<N> }
  | { readonly ok: false; readonly status: Exclude<StatusName, 'ok'>; readonly refusal: Refusal }

/** How a partition's operating system answered over RMC. `done`: regions or processors that it took in or gave up. */
export interface RmcOutcome {
  readonly ok: boolean
  readonly done: number
  /** Why not all. */
  readonly reason?: ReconfigureReason | undefined
  /** No answer came in time: it may have done it, or still do it. */
  readonly unknown?: true
}

/** What a machine can, as a console learns it when it is first connected. */
export interface SystemCapabilities {
  readonly activeMemorySharing: boolean
  readonly activeMemoryExpansion: boolean
  /** Processor compatibility modes, oldest first, without `default`. */
  readonly compatModes: readonly string[]
  /** Partitions that it can have. */
  readonly maxPartitions: number
}

/** A managed system as this console knows it. */
export interface SystemHandle {
  /** User-defined name. */
  readonly name: string
  /** `8203-E4A` */
  readonly typeModel: string
  /** `10ACE01` */
  readonly serialNumber: string
  /** Address of its service processor. */
  readonly ipAddress: string
  /**
   * MiB of a memory region, as the console has learned it. It only says how many regions the operating system is asked for in a
   * batch: the hypervisor counts for itself.
   */
  readonly memoryRegionMiB: number
  readonly capabilities: SystemCapabilities
  /** What the console remembers of its partitions. */
  readonly partitions: KnownPartitions
  /** Whether its state has to be asked for, since no kept session tells of it. */
  readonly asksForState: boolean
  /** Whether the last attempt to read everything of the system has succeeded. */
  learnCompleteness(complete: boolean): void
  /** The state that the console would show now, from its connections and the last reply or event. */
  state(): SystemState
}

/** A partition whose RMC agent has announced itself. */
export interface RmcPartition {
  readonly id: number
  readonly state: RmcState
}

/** One row of `lssysconn -r all`. */
export interface ConnectionRow {
  readonly typeModel: string
  /** Null: nobody is known to be at the address. */
  readonly serialNumber: string | null
  readonly sp: 'primary' | 'secondary' | 'unavailable'
  readonly ipAddress: string
  readonly state: ConnectionState
  /** `Connecting 0000-0000-00000000`; absent when connected. */
  readonly errorCode?: string
}

export interface OperationContext {
  readonly simulation: Simulation
  readonly consoleName: string
  /** `V7R7.9.0` */
  readonly version: string
  /** Of that version. */
  readonly generation: Generation
  /** Who types. */
  readonly user: HmcUser
  /** The console's users and roles. */
  readonly users: UserDirectory
  /** By user-defined name or type-model*serial; undefined when this console manages no such system. */
  system(name: string): SystemHandle | undefined
  systems(): readonly SystemHandle[]
  /** An operation begins: its number among those of the console. */
  beginOperation(): number
  /**
   * Issues one management command and ends with its outcome, retries and routing included: `yield*` it.
   * `lparId`: the partition that the command is about, for the routing policy and the records. `operation`: which operation of the
   * console it belongs to, by `beginOperation`.
   */
  command<N extends CommandName>(
    system: SystemHandle,
    name: N,
    data: RequestOf<N>,
    lparId?: number,
    operation?: number,
  ): Generator<Yieldable, CommandOutcome<N>>
  /** Asks a partition's operating system to take resources in or to give them up; ends when it has answered or time ran out. */
  rmc(system: SystemHandle, lparId: number, request: RequestOf<'rmc.reconfigure'>): Generator<Yieldable, RmcOutcome>
  /** Asks a Virtual I/O Server over the same way; null when it did not answer in time, or declined. */
  vios(system: SystemHandle, request: RequestOf<'rmc.vios'>): Generator<Yieldable, ReplyOf<'rmc.vios'> | null>
  /** Asks a partition's operating system to go down; false when it did not answer in time, or declined. */
  osShutdown(system: SystemHandle, request: RequestOf<'rmc.shutdown'>): Generator<Yieldable, boolean>
  rmcState(system: SystemHandle, lparId: number): RmcState
  /** The partitions whose agents have announced themselves, by ID. */
  rmcPartitions(system: SystemHandle): readonly RmcPartition[]
  /** What the console is set to. */
  readonly settings: ConsoleSettings
  /** Takes the console down after a time, to come back or not; false: that is under way already. */
  shutDownConsole(afterNs: number, restart: boolean): boolean
  /** What the console has collected of the use of its systems. */
  readonly utilization: UtilizationCollection
  /** What was done at the console. */
  readonly consoleEvents: ConsoleEvents
  /** Dumps on the console's own disk, oldest first; what is fetched is added. */
  readonly heldDumps: HeldDump[]
  /** Files of profile data on the console's own disk. */
  readonly profileFiles: ProfileFile[]
  /** In the order that the console shows them. */
  connections(): readonly ConnectionRow[]
  /** Adds a connection; false when the console has it. */
  addConnection(ipAddress: string, password: string | undefined): boolean
  /** Removes a connection, or makes it anew; false when the console does not have it. */
  removeConnection(ipAddress: string, how: 'remove' | 'reset'): boolean
  /** Ends the sessions of all connections, so that they are made anew. */
  restartConnections(): void
  /** Enters an access password for a system. */
  enterPassword(system: SystemHandle, password: string): void
  /** All passwords of a system are set. */
  passwordsSet(system: SystemHandle): void
  /** Ends at the next news of a system's state or connections, with true, or after the time, with false. */
  news(system: SystemHandle, withinNs: number): Generator<Yieldable, boolean>
  /** Ends when the signal fires, with true, or after the time, with false; then it has fired the signal. */
  within(signal: Signal<void>, ns: number): Generator<Yieldable, boolean>
  /** Hands a virtual terminal to whoever types at this console; false: nobody does, the input is at its end. */
  attachTerminal(session: TerminalSession): boolean
  /** `MM/DD/YYYY HH:MM:SS` of a simulated time (ns since the start; now when absent): `timestamp` of calendar.ts. */
  timeOfDay(ns?: number): string
}

/** An operation of a line, which may be one of several. */
export interface LineOperation {
  readonly operation: OperationName
  /** Management commands that it issued. */
  readonly commands: number
  readonly startNs: number
  readonly durationNs: number
}

/** What a line did. */
export interface LineOutcome {
  /** Of its last command: 0 done, 1 refused or wrong, 127 unknown; 2 no shell line at all; programs of the shell have their own. */
  readonly exitStatus: number
  readonly stdout: string
  readonly stderr: string
  /** Its first operation; null when no command of it was one: shell words, wrong options, the console's own tables. */
  readonly operation: OperationName | null
  /** Management commands issued, abandoned stages included; exchanges with a partition's operating system are not counted. */
  readonly commands: number
  /** All its operations in the order in which they ended. */
  readonly operations: readonly LineOperation[]
  /** The first thing that a real console would have done and this one does not: `background`, `mkvterm`, `lssyscfg -r frame`. */
  readonly notSimulated?: string
}
