// One operation's talk with one managed system: counts the commands it issues and turns a failed one into the line to print.
// Every step of an operation goes through here, so that a failure is handled the same way everywhere.

import type { Yieldable } from '@powersim/kernel'
import type { CommandName, OperationName, ReplyOf, RequestOf } from '@powersim/protocol'
import { failed, type LineReply } from '../cli/line-reply.js'
import { failureText } from '../cli/refusal-messages.js'
import { systemKey } from '../users/managed-resource.js'
import type { OperationContext, SystemHandle } from './operation-context.js'

export type ListedPartition = ReplyOf<'lpar.list'>['partitions'][number]

/** What a step gave: its reply, or the answer that ends the line. `unknown`: its effect may have happened all the same. */
export type Step<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reply: LineReply; readonly unknown?: true }

/** Commands that a line has issued, over all its conversations. */
export interface CommandTally {
  commands: number
}

export class Conversation {
  readonly context: OperationContext
  readonly system: SystemHandle
  readonly operation: OperationName
  /** What the operator called things: `name`, `id`; fills the messages. */
  names: Readonly<Record<string, string | number>> = {}
  /** The partitions as lpar.list last told them. */
  listed: readonly ListedPartition[] = []
  /** Whether lpar.list tells of partitions too that are not the user's. */
  whole = false
  private readonly tally: CommandTally
  private readonly number: number

  constructor(context: OperationContext, system: SystemHandle, operation: OperationName, tally: CommandTally) {
    this.context = context
    this.system = system
    this.operation = operation
    this.tally = tally
    this.number = context.beginOperation()
  }

  /** Issues one command. `lparId`: the partition that it is about. */
  *ask<N extends CommandName>(name: N, data: RequestOf<N>, lparId?: number): Generator<Yieldable, Step<ReplyOf<N>>> {
    this.tally.commands++
    const outcome = yield* this.context.command(this.system, name, data, lparId, this.number)
    if (outcome.ok) {
      this.remember(name, outcome.data)
      if (name !== 'lpar.list' || this.whole) return { ok: true, value: outcome.data }
      // An ok outcome has the reply type of its name, and what is left out of a list leaves its type as it is.
      return { ok: true, value: this.within(outcome.data as ReplyOf<'lpar.list'>) as ReplyOf<N> }
    }
    const names = { ...this.names, system: this.system.name }
    const reply = failed(failureText(this.operation, outcome, names))
    return outcome.status === 'timed-out' ? { ok: false, reply, unknown: true } : { ok: false, reply }
  }

  /** What of a list is within the resources of the user: the rest is not there for it. */
  private within(list: ReplyOf<'lpar.list'>): ReplyOf<'lpar.list'> {
    const { users, user } = this.context
    if (users.holdsAll(user)) return list
    const key = systemKey(this.system)
    return { ...list, partitions: list.partitions.filter(({ id }) => users.holdsPartition(user, key, id)) }
  }

  private remember(name: CommandName, data: unknown): void {
    // An ok outcome has the reply type of its name.
    if (name === 'lpar.list') this.system.partitions.listed((data as ReplyOf<'lpar.list'>).partitions)
    // As above.
    else if (name === 'lpar.read') this.system.partitions.read(data as ReplyOf<'lpar.read'>)
  }
}

/** What one step of a stage hands to the next: whether to go on. Its value is of no use. */
export type StageStep = Step<unknown>

/**
 * Runs the steps of a stage in order; the first that fails abandons the stage, so that nothing of it is left. Whether the abandoning
 * itself succeeds changes nothing: an unknown or lost stage has no effect either.
 */
export function* inStage<T>(
  conversation: Conversation,
  stage: number,
  lparId: number | undefined,
  steps: Generator<Yieldable, Step<T>>,
): Generator<Yieldable, Step<T>> {
  const result = yield* steps
  if (!result.ok) yield* conversation.ask('stage.abandon', { stage }, lparId)
  return result
}
