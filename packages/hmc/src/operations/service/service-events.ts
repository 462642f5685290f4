// chsvcevent: closes serviceable events. Listing them is list-service-events.ts.
// The events are the service processor's; a real console keeps a copy of its own and closes that.

import type { Yieldable } from '@powersim/kernel'
import { type LineReply, refused, silent } from '../../cli/line-reply.js'
import type { OptionReader } from '../../cli/option-reader.js'
import { converseWithAll, type LineScope } from '../line-scope.js'

/** -o close -p NUMBER; without -m on every managed system that has such an event. */
export function* closeServiceEvent(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const number = options.count('-p') ?? 0
  const closed = yield* close(scope, options, { numbers: [number] })
  if (typeof closed !== 'number') return closed
  return closed === 0 ? refused('serviceEventNotFound', { id: number }) : silent
}

/** -o closeall */
export function* closeAllServiceEvents(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const closed = yield* close(scope, options, {})
  return typeof closed === 'number' ? silent : closed
}

function* close(
  scope: LineScope,
  options: OptionReader,
  request: { readonly numbers?: number[] },
): Generator<Yieldable, number | LineReply> {
  const conversations = converseWithAll(scope, options, 'chsvcevent')
  if (!conversations.ok) return conversations.reply
  let closed = 0
  for (const conversation of conversations.value) {
    const reply = yield* conversation.ask('service.closeEvents', request)
    if (!reply.ok) return reply.reply
    closed += reply.value.closed
  }
  return closed
}
