// What a console knows of a managed system: its identity, its paths, the state that the service processor last told it, and which
// partitions' RMC agents have announced themselves. The truth inside the system is not here.

import type { Link } from '@powersim/bus'
import type { Signal, Simulation } from '@powersim/kernel'
import { MAX_INSTANCE, type RmcState, type SystemState } from '@powersim/protocol'
import { ManagementPath, type PathWiring } from './channel/management-path.js'
import { checkedInteger, HmcError } from './errors.js'
import type { RmcPartition, SystemCapabilities } from './operations/operation-context.js'
import { KnownPartitions } from './operations/known-partitions.js'
import type { HmcParameters } from './parameters.js'

export interface SystemWiring {
  /** User-defined name, as `-m` takes it. */
  readonly name: string
  readonly typeModel: string
  readonly serialNumber: string
  readonly ipAddress: string
  readonly paths: readonly PathWiring[]
  /** The way to the second service processor, if there is one, and whether this console has been given it. */
  readonly second?: PathWiring
  readonly managesSecond?: boolean
  /** Whether this console has been given the addresses of NETS partitions. Default: yes. */
  readonly managesNets?: boolean
  /** Network to the partitions' RMC agents; without it no partition can be resized while it runs. */
  readonly rmcLink?: Link
  /** State at time 0, before the service processor has said anything. */
  readonly initialState: SystemState
  /** MiB of a memory region, learnt when the system was first connected. */
  readonly memoryRegionMiB: number
  /** What the machine can, learnt then too. */
  readonly capabilities: SystemCapabilities
  /** Random draws of its connections are keyed by its number in the installation, 0 to 4095. */
  readonly number: number
}

export class ManagedSystemView {
  readonly wiring: SystemWiring
  /** All that the console may have: the service processors' first. */
  readonly connections: readonly ManagementPath[]
  readonly partitions = new KnownPartitions()
  /** Ways that a policy may choose from: one to the service processors, and those past them. */
  private ways: readonly ManagementPath[]
  private primary: ManagementPath
  private readonly secondary: ManagementPath | null
  /** It could not tell of its partitions when it was asked. */
  private incomplete = false
  private waiting: Signal<void>[] = []
  private told: SystemState
  hypervisorRunning: boolean
  private readonly rmcStates = new Map<number, RmcState>()

  /** Throws HmcError `bad-wiring`, `path-twice`, `no-fsp-path`. */
  constructor(wiring: SystemWiring, parameters: HmcParameters) {
    checkedInteger('bad-wiring', `system '${wiring.name}'.number`, wiring.number, 0, MAX_INSTANCE)
    for (const [place, { id }] of wiring.paths.entries()) {
      if (wiring.paths.findIndex((path) => path.id === id) === place) continue
      throw new HmcError('path-twice', `system '${wiring.name}'.paths`, `'${id}' is there twice; a policy names paths by their ids`)
    }
    this.wiring = wiring
    const { fsp, nets, accessPassword } = parameters
    const pathOf = (path: PathWiring): ManagementPath => new ManagementPath(this, path, path.kind === 'fsp' ? fsp : nets, accessPassword)
    this.ways = wiring.paths.map(pathOf)
    const fspPath = this.ways.find((path) => path.kind === 'fsp')
    if (fspPath === undefined) {
      const message = 'expected a path of kind fsp; only it reaches the service processor'
      throw new HmcError('no-fsp-path', `system '${wiring.name}'.paths`, message)
    }
    this.primary = fspPath
    const secondary = wiring.second === undefined ? null : pathOf(wiring.second)
    this.secondary = secondary
    if (secondary !== null) secondary.managed = wiring.managesSecond !== false
    if (wiring.managesNets === false) for (const path of this.ways) if (path.kind === 'nets') path.managed = false
    this.connections = secondary === null ? this.ways : this.ways.flatMap((path) => (path === fspPath ? [path, secondary] : [path]))
    this.told = wiring.initialState
    this.hypervisorRunning = wiring.initialState === 'Operating'
  }

  get name(): string {
    return this.wiring.name
  }

  get typeModel(): string {
    return this.wiring.typeModel
  }

  get serialNumber(): string {
    return this.wiring.serialNumber
  }

  get ipAddress(): string {
    return this.wiring.ipAddress
  }

  get memoryRegionMiB(): number {
    return this.wiring.memoryRegionMiB
  }

  get capabilities(): SystemCapabilities {
    return this.wiring.capabilities
  }

  get paths(): readonly ManagementPath[] {
    return this.ways
  }

  /** The way to the primary service processor, as this console has heard last: the way that everything can take. */
  get fspPath(): ManagementPath {
    return this.primary
  }

  /** Where commands go that have no choice: to the primary, or to the other one while only that is connected. */
  get usualPath(): ManagementPath {
    const other = this.otherFsp
    return other !== null && other.connected && !this.primary.connected ? other : this.primary
  }

  private get otherFsp(): ManagementPath | null {
    if (this.secondary === null) return null
    return this.connections.find((path) => path.kind === 'fsp' && path !== this.primary) ?? null
  }

  /** Whether a service processor says at the other end of this path that it is primary. */
  isPrimary(path: ManagementPath): boolean {
    return path === this.primary || path.kind !== 'fsp'
  }

  /** A service processor has said what it is. */
  learnRole(path: ManagementPath, role: 'primary' | 'secondary'): void {
    if (role !== 'primary' || path === this.primary || path.kind !== 'fsp') return
    const before = this.primary
    this.primary = path
    this.ways = this.ways.map((way) => (way === before ? path : way))
  }

  /** Only kept sessions bring news by themselves. */
  get asksForState(): boolean {
    return this.primary.sessions.mode === 'per-command'
  }

  /** A path by its id, which must be one of this system's. */
  path(id: string): ManagementPath {
    const path = this.ways.find((candidate) => candidate.id === id)
    if (path === undefined) throw new HmcError('no-path', `system '${this.name}'.path`, `there is no path '${id}'`)
    return path
  }

  /** State as `lssyscfg -r sys` words it: without the service processor there is no connection, whatever else runs. */
  state(): SystemState {
    const { usualPath } = this
    if (usualPath.connected) return this.incomplete && this.hypervisorRunning ? 'Incomplete' : this.told
    switch (usualPath.connectionState) {
      case 'Failed Authentication':
      case 'Version Mismatch':
        return usualPath.connectionState
      case 'pending authentication - password updates required':
        return 'Pending Authentication - Password Updates Required'
      default:
        return 'No Connection'
    }
  }

  /** The system could not tell of its partitions, or could after all. */
  learnCompleteness(complete: boolean): void {
    this.incomplete = !complete
  }

  /** Fires at the next news of its state or of its connections. */
  news(simulation: Simulation): Signal<void> {
    const signal = simulation.signal<void>()
    this.waiting.push(signal)
    return signal
  }

  /** State or connections are not what they were. */
  changed(): void {
    const { waiting } = this
    this.waiting = []
    for (const signal of waiting) if (!signal.fired) signal.fire(undefined)
  }

  learnState(state: SystemState, hypervisorRunning: boolean): void {
    this.told = state
    this.hypervisorRunning = hypervisorRunning
    if (!hypervisorRunning) {
      this.rmcStates.clear()
      this.incomplete = false
    }
    this.changed()
  }

  rmcState(lparId: number): RmcState {
    return this.rmcStates.get(lparId) ?? 'none'
  }

  /** The partitions whose agents have announced themselves, in the order of their IDs. */
  rmcPartitions(): readonly RmcPartition[] {
    return [...this.rmcStates].map(([id, state]) => ({ id, state })).sort((one, other) => one.id - other.id)
  }

  learnRmc(lparId: number, state: RmcState): void {
    if (state === 'none') this.rmcStates.delete(lparId)
    else this.rmcStates.set(lparId, state)
  }
}
