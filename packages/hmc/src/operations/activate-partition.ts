// chsysstate -r lpar: activation and shutdown of a partition. The line returns when the hypervisor has taken the request; the boot
// itself goes on afterwards. Success prints nothing (captured).

import type { Yieldable } from '@powersim/kernel'
import { bootModes, type ReplyOf } from '@powersim/protocol'
import { type LineReply, silent } from '../cli/line-reply.js'
import type { OptionReader } from '../cli/option-reader.js'
import { type Conversation, inStage, type StageStep } from './conversation.js'
import { keyFromOptions, readPartition } from './find-partition.js'
import { converse, type LineScope } from './line-scope.js'

/** -o on: with -f the profile is applied, without it the configuration that the partition holds. */
export function* activatePartition(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const opened = converse(scope, options, 'chsysstate lpar on')
  if (!opened.ok) return opened.reply
  const conversation = opened.value
  const view = yield* readPartition(conversation, keyFromOptions(options, '-n'))
  if (!view.ok) return view.reply
  const { id } = view.value
  const profile = options.text('-f')
  if (profile !== undefined) conversation.names = { name: profile, id }
  const begun = yield* conversation.ask('activation.begin', { id, ...(profile === undefined ? {} : { profile }) }, id)
  if (!begun.ok) return begun.reply
  const started = yield* inStage(conversation, begun.value.stage, id, activateInStage(conversation, begun.value, id, options))
  if (!started.ok) return started.reply
  const after = yield* conversation.ask('lpar.read', { id }, id)
  return after.ok ? silent : after.reply
}

function* activateInStage(
  conversation: Conversation,
  { stage, adapterSlots }: ReplyOf<'activation.begin'>,
  id: number,
  options: OptionReader,
): Generator<Yieldable, StageStep> {
  const bootMode = options.choice('-b', bootModes)
  const keylock = options.choice('-k', ['norm', 'manual'])
  let step: StageStep = yield* conversation.ask('activation.processors', { stage }, id)
  if (step.ok) step = yield* conversation.ask('activation.memory', { stage }, id)
  if (step.ok) step = yield* conversation.ask('activation.slots', { stage }, id)
  for (const slot of adapterSlots) if (step.ok) step = yield* conversation.ask('activation.adapter', { stage, slot }, id)
  if (step.ok) step = yield* conversation.ask('activation.firmware', { stage }, id)
  if (!step.ok) return step
  const boot = { stage, ...(bootMode === undefined ? {} : { bootMode }), ...(keylock === undefined ? {} : { keylock }) }
  step = yield* conversation.ask('activation.boot', boot, id)
  return step.ok ? yield* conversation.ask('activation.start', { stage }, id) : step
}

/** -o shutdown: delayed, or at once with --immed; --restart starts it again. */
export function* shutDownPartition(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const opened = converse(scope, options, 'chsysstate lpar shutdown')
  if (!opened.ok) return opened.reply
  const conversation = opened.value
  const view = yield* readPartition(conversation, keyFromOptions(options, '-n'))
  if (!view.ok) return view.reply
  const { id } = view.value
  const request = { id, immediate: options.has('--immed'), restart: options.has('--restart') }
  const stopped = yield* conversation.ask('lpar.shutdown', request, id)
  if (!stopped.ok) return stopped.reply
  const after = yield* conversation.ask('lpar.read', { id }, id)
  return after.ok ? silent : after.reply
}
