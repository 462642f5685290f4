// chsysstate -r lpar -o on: activation of partitions, one after the other. The line returns when the hypervisor has taken the requests; the
// boots go on afterwards. Success prints nothing (captured).

import type { Yieldable } from '@powersim/kernel'
import { bootModes, type ReplyOf } from '@powersim/protocol'
import { type LineReply, refused, silent } from '../../cli/line-reply.js'
import type { OptionReader } from '../../cli/option-reader.js'
import { type Conversation, inStage, type StageStep } from '../conversation.js'
import { converse, type LineScope } from '../line-scope.js'
import { namedPartitions, together } from '../several.js'

/** -o on: with -f the profile is applied, without it the configuration that the partition holds. */
export function* activatePartition(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const opened = converse(scope, options, 'chsysstate lpar on')
  if (!opened.ok) return opened.reply
  const partitions = yield* namedPartitions(opened.value, options)
  if (!partitions.ok) return partitions.reply
  // A profile is one partition's: which of several is meant nobody could say.
  if (options.has('-f') && partitions.value.length > 1) return refused('invalidParameter', { names: '-f' })
  const replies: LineReply[] = []
  for (const { id, name } of partitions.value) {
    const view = yield* opened.value.ask('lpar.read', { id }, id)
    if (!view.ok) replies.push(view.reply)
    else if (options.has('--all') && view.value.state !== 'Not Activated') continue
    else {
      opened.value.names = { name, id }
      const activated = yield* activate(opened.value, id, options.text('-f'), activationChoices(options))
      replies.push(activated.ok ? silent : activated.reply)
    }
  }
  return together(replies)
}

/** How a partition is to come up, where that is not as it is set. */
interface ActivationChoices {
  readonly bootMode?: (typeof bootModes)[number]
  readonly keylock?: 'norm' | 'manual'
}

function activationChoices(options: OptionReader): ActivationChoices {
  const bootMode = options.choice('-b', bootModes)
  const keylock = options.choice('-k', ['norm', 'manual'])
  return { ...(bootMode === undefined ? {} : { bootMode }), ...(keylock === undefined ? {} : { keylock }) }
}

/** Activates one partition, from the beginning to a last look at it. */
export function* activate(
  conversation: Conversation,
  id: number,
  profile: string | undefined,
  choices: ActivationChoices,
): Generator<Yieldable, StageStep> {
  if (profile !== undefined) conversation.names = { name: profile, id }
  const begun = yield* conversation.ask('activation.begin', { id, ...(profile === undefined ? {} : { profile }) }, id)
  if (!begun.ok) return begun
  const started = yield* inStage(conversation, begun.value.stage, id, activateInStage(conversation, begun.value, id, choices))
  return started.ok ? yield* conversation.ask('lpar.read', { id }, id) : started
}

function* activateInStage(
  conversation: Conversation,
  { stage, adapterSlots }: ReplyOf<'activation.begin'>,
  id: number,
  choices: ActivationChoices,
): Generator<Yieldable, StageStep> {
  let step: StageStep = yield* conversation.ask('activation.processors', { stage }, id)
  if (step.ok) step = yield* conversation.ask('activation.memory', { stage }, id)
  if (step.ok) step = yield* conversation.ask('activation.slots', { stage }, id)
  for (const slot of adapterSlots) if (step.ok) step = yield* conversation.ask('activation.adapter', { stage, slot }, id)
  if (step.ok) step = yield* conversation.ask('activation.firmware', { stage }, id)
  if (!step.ok) return step
  step = yield* conversation.ask('activation.boot', { stage, ...choices }, id)
  return step.ok ? yield* conversation.ask('activation.start', { stage }, id) : step
}
