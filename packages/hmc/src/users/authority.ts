// Whether a user may do what a line asks: the task must be in its task role, and what the line is about in its resources. Asked once, for
// every command of every line, before the command's operation starts; whatever path its commands then take, this has been decided.

import type { Yieldable } from '@powersim/kernel'
import { readConfigurationData } from '../cli/configuration-data.js'
import { type LineReply, refused } from '../cli/line-reply.js'
import type { OptionReader } from '../cli/option-reader.js'
import type { CommandRule, VariantRule } from '../cli/command-rules.js'
import { Conversation, type ListedPartition } from '../operations/conversation.js'
import type { LineScope } from '../operations/line-scope.js'
import type { HmcUser } from './hmc-user.js'
import { systemKey } from './managed-resource.js'
import { type PartitionOptions, taskName, taskOf, type TaskRule } from './tasks.js'
import type { UserDirectory } from './user-directory.js'

/** Whether a user's task role has the task of a command. */
function hasTask(directory: UserDirectory, { taskRole }: HmcUser, command: string, rule: TaskRule | undefined): boolean {
  const role = directory.taskRoles.get(taskRole)
  if (role === undefined) return false
  if (rule === undefined) return role.parent === 'hmcsuperadmin' && role.tasks === null
  return rule.roles.includes(role.parent) && (role.tasks === null || role.tasks.has(taskName(command, rule.on)))
}

type Command = Pick<CommandRule<LineScope>, 'name' | 'kind'>

/**
 * The refusal of a line that its user may not type; undefined when the line may go on. Only for a user that has some partitions of a
 * system and names one this asks the system for its partitions, which is one command more.
 */
export function* refusalOf(
  scope: LineScope,
  command: Command,
  { select, operation }: VariantRule<LineScope>,
  options: OptionReader,
): Generator<Yieldable, LineReply | undefined> {
  const { users, user } = scope.context
  if (users.unrestricted(user)) return undefined
  const rule = taskOf(command.name, select)
  const own = rule?.own?.(options, user.name) === true
  if (!own && !hasTask(users, user, command.name, rule)) return refused('noAuthority')
  if (rule === undefined || rule.on === 'hmc' || users.holdsAll(user)) return undefined
  if (rule.on === 'all') return refused('noAuthority')
  const names = (options.text('system') ?? options.text('-m'))?.split(',')
  // Lists of all systems leave out those of others, by converseWithAll.
  if (names === undefined) return command.kind === 'list' ? undefined : refused('noAuthority')
  for (const name of names) {
    const system = scope.context.system(name)
    // That there is none is what the operation says.
    if (system === undefined) continue
    if (rule.on === 'cec') {
      if (!mayTouchSystem(users, user, rule, systemKey(system))) return refused('noAuthority')
    } else {
      const reply = yield* partitionRefusal(
        new Conversation(scope.context, system, operation ?? 'lssyscfg lpar', scope.tally),
        command,
        rule,
        options,
      )
      if (reply !== undefined) return reply
    }
  }
  return undefined
}

function mayTouchSystem(users: UserDirectory, user: HmcUser, rule: TaskRule, key: string): boolean {
  return users.holdsSystem(user, key) || (rule.creates === true && users.grantsToCreator && users.holdsSome(user, key))
}

function* partitionRefusal(
  conversation: Conversation,
  command: Command,
  rule: TaskRule,
  options: OptionReader,
): Generator<Yieldable, LineReply | undefined> {
  const { users, user } = conversation.context
  const key = systemKey(conversation.system)
  if (users.holdsPartition(user, key, null)) return undefined
  if (!users.holdsSome(user, key)) return refused('noAuthority')
  const named = namedPartitions(rule.partitions, options)
  if (named.names.length + named.ids.length === 0) return command.kind === 'list' ? undefined : refused('noAuthority')
  let listed: readonly ListedPartition[] = []
  if (named.names.length > 0) {
    conversation.whole = true
    const list = yield* conversation.ask('lpar.list', {})
    if (!list.ok) return list.reply
    listed = list.value.partitions
  }
  const within = (lparId: number | undefined): boolean => lparId !== undefined && users.holdsPartition(user, key, lparId)
  const idOf = (wanted: string): number | undefined => listed.find((partition) => partition.name === wanted)?.id
  return named.ids.every(within) && named.names.every((wanted) => within(idOf(wanted))) ? undefined : refused('noAuthority')
}

interface NamedPartitions {
  readonly names: readonly string[]
  readonly ids: readonly number[]
}

/** The partitions that a line names, each option a list of them. */
function namedPartitions(rule: PartitionOptions | undefined, options: OptionReader): NamedPartitions {
  if (rule === undefined) return { names: [], ids: [] }
  const values = (names: readonly string[]): string[] => names.flatMap((name) => options.text(name)?.split(',') ?? [])
  const names = values(rule.names)
  const ids = values(rule.ids)
  const { data } = rule
  const read = data === undefined ? undefined : readConfigurationData(options.text('-i') ?? '')
  if (data !== undefined && read?.ok === true) {
    for (const { name, value } of read.pairs) {
      if (name === data.name) names.push(value)
      else if (name === data.id) ids.push(value)
    }
  }
  return { names, ids: ids.map(Number) }
}
