// Lines that name several systems or several partitions, or all of them: the operation is done for one after the other, in the order of
// the line, and goes on after a failure. The line fails when one of them does, and prints what each has to say.

import type { Yieldable } from '@powersim/kernel'
import { type LineReply, silent } from '../cli/line-reply.js'
import type { OptionReader } from '../cli/option-reader.js'
import type { Conversation, ListedPartition, Step } from './conversation.js'
import { findPartitions, listPartitions } from './find-partition.js'
import type { LineScope } from './line-scope.js'

type Run = (scope: LineScope, options: OptionReader) => Generator<Yieldable, LineReply>

/** `-m A,B` or `--all`, which is every system of the console. */
export function onEachSystem(run: Run): Run {
  return function* each(scope, options) {
    const names = options.has('--all') ? scope.context.systems().map(({ name }) => name) : options.required('-m').split(',')
    const replies: LineReply[] = []
    for (const name of names) replies.push(yield* run(scope, options.with('-m', name)))
    return together(replies)
  }
}

/** The partitions of `-n a,b`, `--id 1,2` or `--all`; one that is not there fails before anything is done. */
export function* namedPartitions(
  conversation: Conversation,
  options: OptionReader,
): Generator<Yieldable, Step<readonly ListedPartition[]>> {
  if (options.has('--all')) return yield* listPartitions(conversation, new Map())
  const ids = options.text('--id')?.split(',')
  const keys =
    ids?.map((id) => ({ id: Number(id) })) ??
    options
      .required('-n')
      .split(',')
      .map((name) => ({ name }))
  return yield* findPartitions(conversation, keys)
}

export function together(replies: readonly LineReply[]): LineReply {
  const [first, ...others] = replies
  if (first !== undefined && others.length === 0) return first
  const texts = replies.map(({ text }) => text).filter((text) => text !== '')
  return texts.length === 0 ? silent : { ok: replies.every(({ ok }) => ok), text: texts.join('\n') }
}
