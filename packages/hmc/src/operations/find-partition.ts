// From what the operator calls partitions to their IDs: every operation on partitions begins with lpar.list.
// One that is not there is the console's message, at the cost of that one command.

import type { Yieldable } from '@powersim/kernel'
import type { PartitionView } from '@powersim/protocol'
import type { Filters } from '../cli/filter.js'
import { refused } from '../cli/line-reply.js'
import type { OptionReader } from '../cli/option-reader.js'
import type { Conversation, ListedPartition, Step } from './conversation.js'

/** A partition by name or by ID, as -p/-n and --id give it. */
export type PartitionKey = { readonly name: string } | { readonly id: number }

/** The partition that -n or --id (-p or --id) names. */
export function keyFromOptions(options: OptionReader, nameOption: '-n' | '-p'): PartitionKey {
  const id = options.count('--id')
  return id === undefined ? { name: options.required(nameOption) } : { id }
}

/** Issues lpar.list and keeps what the filters lpar_names and lpar_ids let through, in the system's order. */
export function* listPartitions(conversation: Conversation, filters: Filters): Generator<Yieldable, Step<readonly ListedPartition[]>> {
  const list = yield* conversation.ask('lpar.list', {})
  if (!list.ok) return list
  const { partitions } = list.value
  conversation.listed = partitions
  const names = filters.get('lpar_names')
  const ids = filters.get('lpar_ids')?.map(Number)
  const unknownName = names?.find((name) => !partitions.some((partition) => partition.name === name))
  if (unknownName !== undefined) return { ok: false, reply: refused('partitionNotFound', { name: unknownName }) }
  const unknownId = ids?.find((id) => !partitions.some((partition) => partition.id === id))
  if (unknownId !== undefined) return { ok: false, reply: refused('partitionIdNotFound', { id: unknownId }) }
  return {
    ok: true,
    value: partitions.filter(({ id, name }) => (names?.includes(name) ?? true) && (ids?.includes(id) ?? true)),
  }
}

/** Issues lpar.list and finds one partition; from then on messages of the conversation name it. */
export function* findPartition(conversation: Conversation, key: PartitionKey): Generator<Yieldable, Step<ListedPartition>> {
  const found = yield* findPartitions(conversation, [key])
  if (!found.ok) return found
  const [partition] = found.value
  // findPartitions gives one for each key.
  return partition === undefined ? { ok: false, reply: refused('partitionNotFound') } : { ok: true, value: partition }
}

/** Issues lpar.list once and finds a partition for each key. Messages of the conversation name the first. */
export function* findPartitions(
  conversation: Conversation,
  keys: readonly PartitionKey[],
): Generator<Yieldable, Step<readonly ListedPartition[]>> {
  const list = yield* listPartitions(conversation, new Map())
  if (!list.ok) return list
  const found: ListedPartition[] = []
  for (const key of keys) {
    const partition = list.value.find((listed) => ('name' in key ? listed.name === key.name : listed.id === key.id))
    if (partition === undefined) {
      return { ok: false, reply: 'name' in key ? refused('partitionNotFound', key) : refused('partitionIdNotFound', key) }
    }
    found.push(partition)
  }
  const [first] = found
  if (first !== undefined) conversation.names = { name: first.name, id: first.id }
  return { ok: true, value: found }
}

/** Issues lpar.list and lpar.read of one partition: how most changes begin. */
export function* readPartition(conversation: Conversation, key: PartitionKey): Generator<Yieldable, Step<PartitionView>> {
  const found = yield* findPartition(conversation, key)
  if (!found.ok) return found
  return yield* conversation.ask('lpar.read', { id: found.value.id }, found.value.id)
}
