// The lock that lets one console at a time change a managed system, wherever it lives: in the service processor, as on real machines, or
// in the hypervisor. It adds no message: it is taken by the first command of an operation that changes something and given back with the
// reply to its last. What it refuses is said by whoever has it.
// What an operation has read before that, change-book.ts protects: it is refused when somebody has changed it since.
// It is free, or held by one console for its open operations. A holder that is silent for `holdNs` may be overtaken; with fencing what it
// then still sends for its old operations is stale, without it the lock has no effect on that (the hazard of a holder that pauses).

import { addressInstance } from './address.js'
import { ChangeBook, partitionsOf } from './change-book.js'
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

/**
 * `locked`: another console holds it. `stale`: the hold under which the operation began was lost since. `outdated`: what the operation is
 * about to change has been changed since it began.
 */
export type WriteVerdict = 'pass' | 'locked' | 'stale' | 'outdated'

/** What each verdict but `pass` says to the console. */
export const writeRefusals: Readonly<Record<Exclude<WriteVerdict, 'pass'>, string>> = {
  locked: 'another console is changing the system',
  stale: 'another console has taken the lock since',
  outdated: 'the partition has been changed since this operation has read it',
}

/** An open stage: the token under which it was begun, and the partitions that it will change. */
interface Begun {
  readonly token: number
  readonly ids: readonly number[]
}

/** A reply that names a stage leaves an operation open, until one of these closes it. */
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
  private readonly begun = new Map<number, Begun>()
  private readonly book = new ChangeBook()

  constructor({ holdNs, fencing }: WriteLockOptions) {
    this.holdNs = holdNs
    this.fencing = fencing
  }

  /** Instance number of the console that holds it; 0 for nobody. */
  get holderNumber(): number {
    return this.holder === NOBODY ? 0 : addressInstance(this.holder)
  }

  /** Address of the console that holds it, or null. */
  get heldBy(): number | null {
    return this.holder === NOBODY ? null : this.holder
  }

  /** A command comes. Those that change nothing always pass. */
  admit(message: Message, definition: CommandDefinition, nowNs: number): WriteVerdict {
    this.book.sees(message)
    if (!changes(definition)) return 'pass'
    const stage = stageOf(message.data)
    if (stage !== null && this.fencing && this.begun.get(stage)?.token !== this.token) return this.refuse('stale')
    if (this.holder !== message.source) {
      // A step of an operation that began under a lost hold: nothing here stops it.
      if (stage !== null && !this.fencing && this.begun.has(stage)) return 'pass'
      if (this.holder !== NOBODY && nowNs - this.lastNs < this.holdNs) return this.refuse('locked')
    }
    if (this.outdated(message, definition)) return this.refuse('outdated')
    if (this.holder !== message.source) {
      if (this.holder !== NOBODY) this.overtaken++
      this.take(message.source)
    }
    this.lastNs = nowNs
    if (stage === null) this.open.add(SEQUENCES + message.sequence)
    return 'pass'
  }

  /** Whether what a command is about to change has been changed since its operation began: to be asked again when it is served. */
  outdated(message: Message, definition: CommandDefinition): boolean {
    return changes(definition) && stageOf(message.data) === null && this.book.outdated(message)
  }

  /** The reply to a command that was admitted. */
  answered(message: Message, definition: CommandDefinition, ok: boolean, reply: Json): void {
    const begun = ok && stageOf(message.data) === null ? stageOf(reply) : null
    const mine = this.holder === message.source
    if (begun !== null) {
      // A new partition has its ID from the reply.
      const ids = partitionsOf(message.data)
      this.begun.set(begun, { token: mine ? this.token : 0, ids: ids.length === 0 ? partitionsOf(reply) : ids })
      if (mine) this.open.add(begun)
      this.forgetOldest()
    }
    const stage = stageOf(message.data)
    const over = stage !== null && (!ok || closing.has(definition.name))
    if (ok) this.count(message, definition, stage, reply)
    if (over) this.begun.delete(stage)
    if (!mine) return
    this.open.delete(SEQUENCES + message.sequence)
    if (over) this.open.delete(stage)
    if (this.open.size === 0) this.holder = NOBODY
  }

  /** Its keeper has lost its memory. */
  forget(): void {
    this.release()
    this.book.clear()
  }

  /** Takes it away from whoever holds it. */
  release(): void {
    this.holder = NOBODY
    this.token++
    this.open.clear()
  }

  /** A change has had its effect: at the end of its stage, or at once. */
  private count(message: Message, definition: CommandDefinition, stage: number | null, reply: Json): void {
    if (stage !== null) {
      if (closing.has(definition.name)) this.book.changed(message, this.begun.get(stage)?.ids ?? partitionsOf(reply))
    } else if (changes(definition) && stageOf(reply) === null) this.book.changed(message, partitionsOf(message.data))
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

  private refuse(verdict: keyof typeof writeRefusals): WriteVerdict {
    this.refused++
    return verdict
  }
}

function changes({ commandClass }: CommandDefinition): boolean {
  return commandClass !== 'query' && commandClass !== 'service'
}

function stageOf(data: Json): number | null {
  if (typeof data !== 'object' || data === null || !('stage' in data)) return null
  return typeof data.stage === 'number' ? data.stage : null
}
