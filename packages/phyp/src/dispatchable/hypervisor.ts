// What the server functions work on: the configuration, the open stages, the lives of the partitions, and what is left of the machine.
// It decides nothing; queries.ts, partition-stages.ts, activation.ts and dynamic.ts do.

import type { Simulation } from '@powersim/kernel'
import type { PartitionHost, PartitionStart } from '@powersim/protocol'
import type { PhypParameters } from '../parameters.js'
import type { Amounts } from './accounting.js'
import { heldAmounts, hundredthsHeld, nothing, usableAmounts } from './accounting.js'
import type { Configuration, PartitionRecord } from './configuration.js'
import { ConfigurationStore } from './configuration-store.js'
import { refused, type Refused } from './outcome.js'
import { PartitionLife } from './partition-life.js'
import { StageTable } from './stages.js'

/** What the time-critical layer and the devices of a partition need to know of it. */
export interface DeviceHooks {
  /** It starts, or runs from the beginning, with so much memory, and can get so much. */
  starting(lparId: number, memoryMiB: number, maxMiB: number): void
  /** It runs no more. */
  ended(lparId: number): void
  /** It does not exist any more. */
  removed(lparId: number): void
}

export class Hypervisor {
  readonly simulation: Simulation
  readonly parameters: PhypParameters
  readonly host: PartitionHost
  readonly store: ConfigurationStore
  readonly stages: StageTable
  readonly life: PartitionLife
  readonly devices: DeviceHooks
  deconfigured: Amounts = nothing

  constructor(simulation: Simulation, parameters: PhypParameters, host: PartitionHost, devices: DeviceHooks) {
    this.simulation = simulation
    this.parameters = parameters
    this.host = host
    this.devices = devices
    this.store = new ConfigurationStore(simulation, parameters.patchesKept)
    this.stages = new StageTable(simulation, parameters.stageLimit, parameters.stageLifetimeNs)
    this.life = new PartitionLife(simulation, host, {
      startOf: (lparId, bootMode) => this.startOf(lparId, bootMode),
      starting: (lparId) => {
        const current = this.record(lparId)?.current ?? null
        if (current !== null) devices.starting(lparId, current.memoryMiB, current.maxMiB)
      },
      ended: (lparId) => devices.ended(lparId),
    })
  }

  get configuration(): Configuration {
    return this.store.snapshot
  }

  record(id: number): PartitionRecord | undefined {
    return this.configuration.partitions[id]
  }

  /** What no partition holds, as queries show it. Never below 0: checked here. */
  available(): Amounts {
    const usable = usableAmounts(this.parameters.memory, this.parameters.processors, this.deconfigured)
    const held = heldAmounts(this.configuration)
    const memoryMiB = usable.memoryMiB - held.memoryMiB
    const hundredths = usable.hundredths - held.hundredths
    this.simulation.invariant(memoryMiB >= 0 && hundredths >= 0, 'phyp: partitions hold no more than there is')
    return { memoryMiB, hundredths }
  }

  /** What neither a partition holds nor an open stage has reserved; below 0 after a part was deconfigured under a reservation. */
  free(): Amounts {
    const available = this.available()
    const { reserved } = this.stages
    return { memoryMiB: available.memoryMiB - reserved.memoryMiB, hundredths: available.hundredths - reserved.hundredths }
  }

  /** Undefined when a stage over these partitions may be opened. */
  refuseStage(lparIds: readonly number[]): Refused | undefined {
    for (const id of lparIds) {
      const stage = this.stages.holding(id)
      if (stage !== undefined) return refused('resource-busy', `another operation holds partition ${id}`, { id, stage: stage.number })
    }
    if (!this.stages.full()) return undefined
    return refused('resource-busy', `${this.parameters.stageLimit} operations are under way`, { limit: this.parameters.stageLimit })
  }

  private startOf(lparId: number, bootMode: string | null): PartitionStart | undefined {
    const record = this.record(lparId)
    if (record === undefined || record.current === null) return undefined
    const { processors, memoryMiB } = record.current
    return {
      lparId,
      name: record.name,
      environment: record.environment,
      virtualProcessors: processors.procs,
      entitledHundredths: hundredthsHeld(processors),
      memoryMiB,
      bootMode: bootMode ?? record.bootMode,
    }
  }
}

export function noPartition(id: number): Refused {
  return refused('partition-not-found', `there is no partition ${id}`, { id })
}

export function noProfile(id: number, name: string): Refused {
  return refused('profile-not-found', `partition ${id} has no profile ${name}`, { id, profile: name })
}

export function noStage(number: number): Refused {
  return refused('stage-not-found', `there is no stage ${number} of this console for this step`, { stage: number })
}
