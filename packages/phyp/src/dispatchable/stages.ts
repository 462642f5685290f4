// Open stages: changes that are being put together and that nobody sees before their commit. Here are their numbers, owners, what
// partitions they hold and what resources they have reserved; what is in them is partition-stages.ts, activation.ts and dynamic.ts.
// A stage ends by its commit, by an abandon, by any refused step (which undoes it), by its partition's power-off, by a newer epoch
// of its console, by the system's power-off, or, idle for its lifetime, when another one is opened.

import type { Simulation } from '@powersim/kernel'
import type {
  Address,
  ConnectorType,
  PartitionProfile,
  ProcessorAmounts,
  VirtualAdapter,
  PartitionData,
  RestoreKind,
  SystemProfile,
} from '@powersim/protocol'
import type { Amounts } from './accounting.js'
import { nothing } from './accounting.js'
import type { PartitionRecord } from './configuration.js'
import type { MemoryShare } from './memory-share.js'

/** Who sent the command. */
export interface Caller {
  readonly source: Address
  readonly epoch: number
}

export interface CreateWork {
  readonly kind: 'create'
  record: PartitionRecord
  profile: PartitionProfile
  hasProcessors: boolean
  hasMemory: boolean
}

export interface ChangeWork {
  readonly kind: 'change'
  readonly id: number
  record: PartitionRecord
}

export interface DeleteWork {
  readonly kind: 'delete'
  readonly id: number
}

export interface ProfileWork {
  readonly kind: 'profile'
  readonly id: number
  /** The profile whose place it takes; null: it is a new one. */
  readonly replaces: string | null
  profile: PartitionProfile
  hasProcessors: boolean
  hasMemory: boolean
}

export interface ProfileRemovalWork {
  readonly kind: 'profileRemoval'
  readonly id: number
  readonly name: string
}

/** Profile data that a console restores. */
export interface RestoreWork {
  readonly kind: 'restore'
  readonly how: RestoreKind
  readonly partitions: PartitionData[]
  systemProfiles: readonly SystemProfile[]
}

export interface ApplyWork {
  readonly kind: 'apply'
  readonly id: number
  readonly profile: PartitionProfile
}

export interface ActivationWork {
  readonly kind: 'activation'
  readonly id: number
  /** Null: the current configuration. */
  readonly profile: PartitionProfile | null
  processors: ProcessorAmounts | null
  memoryMiB: number | null
  /** Null: its memory is its own. */
  share: MemoryShare | null
  slots: boolean
  readonly adapterSlots: readonly number[]
  readonly connected: Set<number>
  firmware: boolean
  boot: { readonly bootMode: string | null; readonly keylock: 'norm' | 'manual' | null } | null
}

export interface DynamicWork {
  readonly kind: 'dynamic'
  readonly resource: ConnectorType
  /** Gets (add, move) and gives (remove, move); null: the machine's free resources. */
  readonly receiver: number | null
  readonly giver: number | null
  /** Regions, virtual processors, or one slot. */
  readonly units: number
  readonly hundredths: number
  /** The slot, physical or virtual. */
  readonly drcIndex: number | null
  /** The virtual adapter that comes into it. */
  readonly adapter: VirtualAdapter | null
  /** Units that each side held when the change began; null for one that does not run. */
  readonly receiverHeld: number | null
  readonly giverHeld: number | null
  readonly batches: number
  done: number
}

export type StageWork =
  CreateWork | ChangeWork | DeleteWork | ProfileWork | ProfileRemovalWork | ApplyWork | RestoreWork | ActivationWork | DynamicWork
export type StageKind = StageWork['kind']

export interface Stage<W extends StageWork = StageWork> {
  readonly number: number
  readonly caller: Caller
  /** Partitions that no other stage may have. */
  readonly lparIds: readonly number[]
  readonly work: W
  reserved: Amounts
  touchedNs: number
}

export class StageTable {
  opened = 0
  committed = 0
  abandoned = 0
  private readonly simulation: Simulation
  private readonly limit: number
  private readonly lifetimeNs: number
  private readonly dropped: (stage: Stage) => void
  private readonly stages = new Map<number, Stage>()
  private last = 0

  /** `dropped` hears of every stage that was abandoned, when it is gone already. */
  constructor(simulation: Simulation, limit: number, lifetimeNs: number, dropped: (stage: Stage) => void) {
    this.simulation = simulation
    this.dropped = dropped
    this.limit = limit
    this.lifetimeNs = lifetimeNs
  }

  get size(): number {
    return this.stages.size
  }

  /** Sum of what open stages have reserved, all or those of one kind. */
  reserved(kind?: StageKind): Amounts {
    let { memoryMiB, hundredths } = nothing
    for (const { reserved, work } of this.stages.values()) {
      if (kind !== undefined && work.kind !== kind) continue
      memoryMiB += reserved.memoryMiB
      hundredths += reserved.hundredths
    }
    return { memoryMiB, hundredths }
  }

  /** Whether no further stage can be opened. Stages past their lifetime are abandoned first. */
  full(): boolean {
    this.expire()
    return this.stages.size >= this.limit
  }

  /** The stage that holds a partition. Stages past their lifetime are abandoned first. */
  holding(lparId: number): Stage | undefined {
    this.expire()
    for (const stage of this.stages.values()) if (stage.lparIds.includes(lparId)) return stage
    return undefined
  }

  /** The dynamic change under way of a partition. */
  dynamicOf(lparId: number): DynamicWork | undefined {
    for (const { lparIds, work } of this.stages.values()) if (work.kind === 'dynamic' && lparIds.includes(lparId)) return work
    return undefined
  }

  /** Activations under way. */
  activations(): readonly ActivationWork[] {
    return this.works().filter((work) => work.kind === 'activation')
  }

  /** Dynamic changes under way. */
  dynamics(): readonly DynamicWork[] {
    return this.works().filter((work) => work.kind === 'dynamic')
  }

  /** Records of partitions that are being created. */
  creations(): readonly PartitionRecord[] {
    const records: PartitionRecord[] = []
    for (const { work } of this.stages.values()) if (work.kind === 'create') records.push(work.record)
    return records
  }

  /** New names of partitions that are being created or changed, but for the one with this ID. Stages past their lifetime have none. */
  takesName(name: string, exceptId: number): boolean {
    this.expire()
    for (const { work } of this.stages.values()) {
      if ((work.kind === 'create' || work.kind === 'change') && work.record.id !== exceptId && work.record.name === name) return true
    }
    return false
  }

  /** The caller has made sure that the table is not full and that nobody holds the partitions. Numbers are never given twice. */
  open(caller: Caller, lparIds: readonly number[], work: StageWork, reserved: Amounts = nothing): number {
    this.simulation.invariant(this.stages.size < this.limit, 'phyp: no more open stages than the limit')
    const number = ++this.last
    this.stages.set(number, { number, caller, lparIds, work, reserved, touchedNs: this.simulation.now })
    this.opened++
    this.check()
    return number
  }

  /** A stage of the caller's own, and of one of these kinds. */
  find<K extends StageKind>(number: number, caller: Caller, kinds: readonly K[]): Stage<Extract<StageWork, { kind: K }>> | undefined {
    const stage = this.stages.get(number)
    if (stage === undefined || stage.caller.source !== caller.source) return undefined
    if (!kinds.some((kind) => kind === stage.work.kind)) return undefined
    stage.touchedNs = this.simulation.now
    // Its work is of one of the kinds, by the line above.
    return stage as Stage<Extract<StageWork, { kind: K }>>
  }

  /** Whether a stage had this number and has ended. */
  isGone(number: number): boolean {
    return number <= this.last && !this.stages.has(number)
  }

  /** Ends a stage whose effect was made. */
  commit(stage: Stage): void {
    if (this.stages.delete(stage.number)) this.committed++
    this.check()
  }

  /** Ends a stage without any effect, but for what operating systems have taken already in a dynamic change. */
  abandon(stage: Stage): void {
    if (!this.stages.delete(stage.number)) return
    this.abandoned++
    this.check()
    this.dropped(stage)
  }

  /** Ends the dynamic change of a partition that runs no more. */
  abandonDynamic(lparId: number): void {
    for (const stage of [...this.stages.values()]) {
      if (stage.work.kind === 'dynamic' && stage.lparIds.includes(lparId)) this.abandon(stage)
    }
  }

  /** Ends the stages of a console's older epochs: it has started again and knows nothing of them. */
  abandonBefore(source: Address, epoch: number): void {
    for (const stage of [...this.stages.values()]) {
      if (stage.caller.source === source && stage.caller.epoch < epoch) this.abandon(stage)
    }
  }

  abandonAll(): void {
    for (const stage of [...this.stages.values()]) this.abandon(stage)
  }

  private works(): readonly StageWork[] {
    return [...this.stages.values()].map(({ work }) => work)
  }

  private expire(): void {
    const before = this.simulation.now - this.lifetimeNs
    for (const stage of [...this.stages.values()]) if (stage.touchedNs < before) this.abandon(stage)
  }

  private check(): void {
    const known = this.committed + this.abandoned + this.stages.size
    this.simulation.invariant(this.opened === known, 'phyp: stages opened = committed + abandoned + open')
  }
}
