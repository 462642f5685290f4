// chsysstate -r lpar -o shutdown and osshutdown: the hypervisor ends partitions, or their operating systems end themselves. The line
// returns when the request is taken; going down goes on afterwards. Success prints nothing (captured).

import type { Yieldable } from '@powersim/kernel'
import type { PartitionView } from '@powersim/protocol'
import { type LineReply, refused, silent } from '../../cli/line-reply.js'
import type { OptionReader } from '../../cli/option-reader.js'
import type { Conversation, ListedPartition, StageStep } from '../conversation.js'
import { converse, type LineScope } from '../line-scope.js'
import { namedPartitions, together } from '../several.js'

/** -o shutdown: delayed, or at once with --immed; --restart starts it again. */
export function* shutDownPartition(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  return yield* stopEach(scope, options, 'chsysstate lpar shutdown', (conversation, { id }) =>
    conversation.ask('lpar.shutdown', { id, immediate: options.has('--immed'), restart: options.has('--restart') }, id),
  )
}

/** -o osshutdown: its operating system is asked over RMC, and so has to have a link. --immed changes nothing here: no user is warned. */
export function* shutDownOperatingSystem(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  return yield* stopEach(scope, options, 'chsysstate lpar osshutdown', (conversation, { id, name }, { state }) =>
    askSystem(conversation, { id, name, off: state === 'Not Activated', restart: options.has('--restart') }),
  )
}

function* askSystem(
  { context, system }: Conversation,
  { id, name, off, restart }: { readonly id: number; readonly name: string; readonly off: boolean; readonly restart: boolean },
): Generator<Yieldable, StageStep> {
  if (off) return { ok: false, reply: refused('alreadyOff') }
  const asked = context.rmcState(system, id) === 'active' && (yield* context.osShutdown(system, { id, restart }))
  return asked ? { ok: true, value: null } : { ok: false, reply: refused('noOsShutdown', { name }) }
}

function* stopEach(
  scope: LineScope,
  options: OptionReader,
  operation: 'chsysstate lpar shutdown' | 'chsysstate lpar osshutdown',
  stop: (conversation: Conversation, partition: ListedPartition, view: PartitionView) => Generator<Yieldable, StageStep>,
): Generator<Yieldable, LineReply> {
  const opened = converse(scope, options, operation)
  if (!opened.ok) return opened.reply
  const conversation = opened.value
  const partitions = yield* namedPartitions(conversation, options)
  if (!partitions.ok) return partitions.reply
  const replies: LineReply[] = []
  for (const partition of partitions.value) {
    const { id, name } = partition
    conversation.names = { name, id }
    const view = yield* conversation.ask('lpar.read', { id }, id)
    // Of all partitions those that are up are meant.
    if (view.ok && options.has('--all') && view.value.state === 'Not Activated') continue
    const stopped: StageStep = view.ok ? yield* stop(conversation, partition, view.value) : view
    const after: StageStep = stopped.ok ? yield* conversation.ask('lpar.read', { id }, id) : stopped
    replies.push(after.ok ? silent : after.reply)
  }
  return together(replies)
}
