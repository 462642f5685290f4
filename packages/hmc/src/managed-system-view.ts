// What a console knows of a managed system: its identity, its paths, the state that the service processor last told it, and which
// partitions' RMC agents have announced themselves. The truth inside the system is not here.

import type { Link } from '@powersim/bus'
import { MAX_INSTANCE, type RmcState, type SystemState } from '@powersim/protocol'
import { ManagementPath, type PathWiring } from './channel/management-path.js'
import { checkedInteger, HmcError } from './errors.js'
import type { MemoryCapabilities } from './operations/operation-context.js'
import type { HmcParameters } from './parameters.js'

export interface SystemWiring {
  /** User-defined name, as `-m` takes it. */
  readonly name: string
  readonly typeModel: string
  readonly serialNumber: string
  readonly ipAddress: string
  readonly paths: readonly PathWiring[]
  /** Network to the partitions' RMC agents; without it no partition can be resized while it runs. */
  readonly rmcLink?: Link
  /** State at time 0, before the service processor has said anything. */
  readonly initialState: SystemState
  /** MiB of a memory region, learnt when the system was first connected. */
  readonly memoryRegionMiB: number
  /** What the machine can do with memory, learnt then too. */
  readonly capabilities: MemoryCapabilities
  /** Random draws of its connections are keyed by its number in the installation, 0 to 4095. */
  readonly number: number
}

export class ManagedSystemView {
  readonly wiring: SystemWiring
  readonly paths: readonly ManagementPath[]
  /** The way that everything can take. */
  readonly fspPath: ManagementPath
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
    this.paths = wiring.paths.map((path) => new ManagementPath(this, path, path.kind === 'fsp' ? parameters.fsp : parameters.nets))
    const fspPath = this.paths.find((path) => path.kind === 'fsp')
    if (fspPath === undefined) {
      const message = 'expected a path of kind fsp; only it reaches the service processor'
      throw new HmcError('no-fsp-path', `system '${wiring.name}'.paths`, message)
    }
    this.fspPath = fspPath
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

  get capabilities(): MemoryCapabilities {
    return this.wiring.capabilities
  }

  /** A path by its id, which must be one of this system's. */
  path(id: string): ManagementPath {
    const path = this.paths.find((candidate) => candidate.id === id)
    if (path === undefined) throw new HmcError('no-path', `system '${this.name}'.path`, `there is no path '${id}'`)
    return path
  }

  /** State as `lssyscfg -r sys` words it: without the service processor there is no connection, whatever else runs. */
  state(): SystemState {
    return this.fspPath.connectionState === 'Connected' ? this.told : 'No Connection'
  }

  learnState(state: SystemState, hypervisorRunning: boolean): void {
    this.told = state
    this.hypervisorRunning = hypervisorRunning
    if (!hypervisorRunning) this.rmcStates.clear()
  }

  rmcState(lparId: number): RmcState {
    return this.rmcStates.get(lparId) ?? 'none'
  }

  learnRmc(lparId: number, state: RmcState): void {
    if (state === 'none') this.rmcStates.delete(lparId)
    else this.rmcStates.set(lparId, state)
  }
}
