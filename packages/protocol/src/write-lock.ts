// The lock that lets one console at a time change a managed system, wherever it lives: in the service processor, as on real machines, or
// in the hypervisor. It adds no message: it is taken by the first command of an operation that changes something and given back with the
// reply to its last. What it refuses is said by whoever has it.
// It is free, or held by one console for its open operations. A holder that is silent for `holdNs` may be overtaken; with fencing what it
// then still sends for its old operations is stale, without it the lock has no effect on that (the hazard of a holder that pauses).

import type { CommandDefinition } from './command.js'
import type { Json, Message } from './message.js'

/** Where the lock lives. `lease`: in the hypervisor, with fencing. */
export const writeLockPlaces = ['fsp', 'phyp', 'lease', 'none'] as const
export type WriteLockPlace = (typeof writeLockPlaces)[number]

export interface WriteLockOptions {
  /** Silence of the holder after which another console may take the lock, in ticks of the simulation. */
  readonly holdNs: number
  /** Whether commands of an operation that was begun under an overtaken hold are refused. */
  readonly fencing: boolean
}

/** `locked`: another console holds it. `stale`: the hold under which the operation began was lost since. */
export type WriteVerdict = 'pass' | 'locked' | 'stale'

/** Commands that leave an operation open until one that closes it, and those. */
const opening = new Set(['lpar.create', 'lpar.change', 'lpar.delete', 'profile.change', 'activation.begin', 'dynamic.begin'])
const closing = new Set(['stage.commit', 'stage.abandon', 'activation.start', 'dynamic.finish'])
const NOBODY = -1
const SEQUENCES = 2 ** 32
/** Stages whose beginning is remembered; the oldest is forgotten, and with fencing its next step is stale. */
const STAGES_KEPT = 1024

export class WriteLock {
  refused = 0
  /** Times that a silent holder was overtaken. */
  overtaken = 0
  private readonly holdNs: number
  private readonly fencing: boolean
  private holder = NOBODY
  /** Counts holds: the fencing token of the present one. */
  private token = 0
  private lastNs = 0
  /** Open operations of the holder: stages by their numbers, single commands by their sequences above those. */
  private readonly open = new Set<number>()
  /** Token under which a stage was begun. */
  private readonly begun = new Map<number, number>()

  constructor({ holdNs, fencing }: WriteLockOptions) {
    this.holdNs = holdNs
    this.fencing = fencing
  }

  /** Address of the console that holds it, or null. */
  get heldBy(): number | null {
    return this.holder === NOBODY ? null : this.holder
  }

  /** A command comes. Those that change nothing always pass. */
  admit(message: Message, definition: CommandDefinition, nowNs: number): WriteVerdict {
    if (definition.commandClass === 'query' || definition.commandClass === 'service') return 'pass'
    const stage = stageOf(message.data)
    if (stage !== null && this.fencing && this.begun.get(stage) !== this.token) return this.refuse('stale')
    if (this.holder !== message.source) {
      // A step of an operation that began under a lost hold: nothing here stops it.
      if (stage !== null && !this.fencing && this.begun.has(stage)) return 'pass'
      if (this.holder !== NOBODY && nowNs - this.lastNs < this.holdNs) return this.refuse('locked')
      if (this.holder !== NOBODY) this.overtaken++
      this.take(message.source)
    }
    this.lastNs = nowNs
    if (stage === null) this.open.add(SEQUENCES + message.sequence)
    return 'pass'
  }

  /** The reply to a command that was admitted. */
  answered(message: Message, definition: CommandDefinition, ok: boolean, reply: Json): void {
    const begun = ok && opening.has(definition.name) ? stageOf(reply) : null
    const mine = this.holder === message.source
    if (begun !== null) {
      this.begun.set(begun, mine ? this.token : 0)
      if (mine) this.open.add(begun)
      this.forgetOldest()
    }
    const stage = stageOf(message.data)
    const over = stage !== null && (!ok || closing.has(definition.name))
    if (over) this.begun.delete(stage)
    if (!mine) return
    this.open.delete(SEQUENCES + message.sequence)
    if (over) this.open.delete(stage)
    if (this.open.size === 0) this.holder = NOBODY
  }

  /** Takes it away from whoever holds it: an operator forces it, or its keeper has lost its memory. */
  release(): void {
    this.holder = NOBODY
    this.token++
    this.open.clear()
  }

  /** Stages that nobody ended here, since their end took another way or none. */
  private forgetOldest(): void {
    const [oldest] = this.begun.keys()
    if (this.begun.size > STAGES_KEPT && oldest !== undefined) this.begun.delete(oldest)
  }

  private take(console: number): void {
    this.release()
    this.holder = console
  }

  private refuse(verdict: 'locked' | 'stale'): WriteVerdict {
    this.refused++
    return verdict
  }
}

function stageOf(data: Json): number | null {
  if (typeof data !== 'object' || data === null || !('stage' in data)) return null
  return typeof data.stage === 'number' ? data.stage : null
}
