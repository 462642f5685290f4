// rsthwres -r mem|proc|io: after a dynamic change that failed half-way, what a partition is assigned is made what its operating system has.
// It looks at the partition that -p or --id names, or at all, and restores those that hold resources.

import type { Yieldable } from '@powersim/kernel'
import { type LineReply, silent } from '../../cli/line-reply.js'
import type { OptionReader } from '../../cli/option-reader.js'
import { findPartitions, keyFromOptions, listPartitions } from '../find-partition.js'
import { converse, type LineScope } from '../line-scope.js'

const operations = { mem: 'rsthwres mem', proc: 'rsthwres proc', slot: 'rsthwres io' } as const

export function* restoreMemory(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  return yield* restore(scope, options, 'mem')
}

export function* restoreProcessors(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  return yield* restore(scope, options, 'proc')
}

export function* restoreSlots(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  return yield* restore(scope, options, 'slot')
}

function* restore(scope: LineScope, options: OptionReader, resource: keyof typeof operations): Generator<Yieldable, LineReply> {
  const opened = converse(scope, options, operations[resource])
  if (!opened.ok) return opened.reply
  const conversation = opened.value
  const named = options.has('-p') || options.has('--id')
  const partitions = named
    ? yield* findPartitions(conversation, [keyFromOptions(options, '-p')])
    : yield* listPartitions(conversation, new Map())
  if (!partitions.ok) return partitions.reply
  const holders: number[] = []
  for (const { id } of partitions.value) {
    const view = yield* conversation.ask('lpar.read', { id }, id)
    if (!view.ok) return view.reply
    // One that holds nothing has nothing to restore.
    if (view.value.resourceConfig) holders.push(id)
  }
  for (const id of holders) {
    const restored = yield* conversation.ask('dynamic.restore', { id, resource }, id)
    if (!restored.ok) return restored.reply
  }
  return silent
}
