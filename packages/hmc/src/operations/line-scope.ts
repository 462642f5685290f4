// What the operation of a line gets: the console, the command tally, and the system that -m names.
// Finding the partitions that a line names is find-partition.ts.

import type { OperationName } from '@powersim/protocol'
import { refused } from '../cli/line-reply.js'
import type { OptionReader } from '../cli/option-reader.js'
import { systemKey } from '../users/managed-resource.js'
import { type CommandTally, Conversation, type Step } from './conversation.js'
import type { OperationContext } from './operation-context.js'

export interface LineScope {
  readonly context: OperationContext
  readonly tally: CommandTally
}

/** The conversation with the system of -m, or the message that there is none of that name. */
export function converse(scope: LineScope, options: OptionReader, operation: OperationName): Step<Conversation> {
  const name = options.required('-m')
  const system = scope.context.system(name)
  if (system === undefined) return { ok: false, reply: refused('systemNotFound', { name }) }
  return { ok: true, value: new Conversation(scope.context, system, operation, scope.tally) }
}

/** One conversation with the system of -m, or with each managed system within the user's resources when -m is not given. */
export function converseWithAll(scope: LineScope, options: OptionReader, operation: OperationName): Step<readonly Conversation[]> {
  if (options.has('-m')) {
    const one = converse(scope, options, operation)
    return one.ok ? { ok: true, value: [one.value] } : one
  }
  const { users, user } = scope.context
  const own = scope.context.systems().filter((system) => users.holdsSystem(user, systemKey(system)))
  const all = own.map((system) => new Conversation(scope.context, system, operation, scope.tally))
  return { ok: true, value: all }
}
