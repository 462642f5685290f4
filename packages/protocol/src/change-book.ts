// Which operation has seen what: a lock that is taken by the first command that changes something does not protect what the operation
// has read before. Whoever keeps the lock counts the changes that it lets through, and an operation may not change a partition that has
// changed since the operation began (optimistic concurrency control, Kung and Robinson 1981: validation by read and write sets).
// It knows only what passes by: commands on another way are neither seen nor counted. Nothing here refuses by itself; WriteLock does.

import type { Json, Message } from './message.js'

/** Operations that are remembered; of more the oldest is forgotten, and counts from its next command on. */
const OPERATIONS_KEPT = 4096
/** What commands without a partition change: the machine itself. */
const MACHINE = 0
/** Whoever belongs to no operation. */
const NONE = -1
const OPERATIONS = 2 ** 16

interface Change {
  readonly number: number
  readonly operation: number
}

export class ChangeBook {
  private changes = 0
  /** Newest change of each partition. */
  private readonly newest = new Map<number, Change>()
  /** Changes so far when an operation began. */
  private readonly began = new Map<number, number>()

  /** A command of an operation passes. */
  sees(message: Message): void {
    const operation = operationOf(message)
    if (operation === NONE || this.began.has(operation)) return
    const [oldest] = this.began.keys()
    if (this.began.size >= OPERATIONS_KEPT && oldest !== undefined) this.began.delete(oldest)
    this.began.set(operation, this.changes)
  }

  /** Whether another operation has changed what this one is about to change, since it began. */
  outdated(message: Message): boolean {
    const operation = operationOf(message)
    const began = this.began.get(operation)
    if (began === undefined) return false
    // What changes the machine itself may have changed every partition.
    return [...partitionsOf(message.data), MACHINE].some((id) => {
      const change = this.newest.get(id)
      return change !== undefined && change.number > began && change.operation !== operation
    })
  }

  /** An operation has changed these partitions. */
  changed(message: Message, ids: readonly number[]): void {
    this.changes++
    for (const id of ids.length === 0 ? [MACHINE] : ids) this.newest.set(id, { number: this.changes, operation: operationOf(message) })
  }

  /** Its keeper has lost its memory. */
  clear(): void {
    this.newest.clear()
    this.began.clear()
  }
}

/** The partitions that a command or its reply names: `id`, and `to` of a move. */
export function partitionsOf(data: Json): readonly number[] {
  if (typeof data !== 'object' || data === null) return []
  const ids: number[] = []
  if ('id' in data && typeof data.id === 'number') ids.push(data.id)
  if ('to' in data && typeof data.to === 'number') ids.push(data.to)
  return ids
}

/** Addresses take 16 bits, and so do operations. */
function operationOf({ source, operation }: Message): number {
  return operation === undefined || operation === 0 ? NONE : source * OPERATIONS + operation
}
