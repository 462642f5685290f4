// chsysstate -r sys: power of a managed system. Only the service processor can serve it, whatever else is connected.
// The line returns when the service processor has taken the request; the power-on itself goes on for minutes.

import type { Yieldable } from '@powersim/kernel'
import { type LineReply, silent } from '../cli/line-reply.js'
import type { OptionReader } from '../cli/option-reader.js'
import { converse, type LineScope } from './line-scope.js'

/** -o on starts the partitions that the start policy names; -o onstandby stops before that. */
export function* powerOnSystem(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const conversation = converse(scope, options, 'chsysstate sys on')
  if (!conversation.ok) return conversation.reply
  const state = yield* conversation.value.ask('system.state', {})
  if (!state.ok) return state.reply
  const keylock = options.choice('-k', ['norm', 'manual'])
  const option = options.required('-o') === 'on' ? 'autostart' : 'standby'
  const done = yield* conversation.value.ask('system.powerOn', { option, ...(keylock === undefined ? {} : { keylock }) })
  return done.ok ? silent : done.reply
}

export function* powerOffSystem(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const conversation = converse(scope, options, 'chsysstate sys off')
  if (!conversation.ok) return conversation.reply
  const state = yield* conversation.value.ask('system.state', {})
  if (!state.ok) return state.reply
  const request = { immediate: options.has('--immed'), restart: options.has('--restart') }
  const done = yield* conversation.value.ask('system.powerOff', request)
  return done.ok ? silent : done.reply
}
