// chled: turns attention lights off and identify lights on and off. The attention light of a partition is named by the partition.
// Listing them is list-leds.ts.

import type { Yieldable } from '@powersim/kernel'
import { type LineReply, silent } from '../../cli/line-reply.js'
import type { OptionReader } from '../../cli/option-reader.js'
import { findPartition, keyFromOptions } from '../find-partition.js'
import { converse, type LineScope } from '../line-scope.js'

/** -r sa -t phys or virtualsys -o off */
export function* changeSystemLed(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const conversation = converse(scope, options, 'chled')
  if (!conversation.ok) return conversation.reply
  const reply = yield* conversation.value.ask('service.setLed', {
    scope: options.required('-t') === 'phys' ? 'phys' : 'virtualsys',
    state: options.required('-o') === 'on' ? 'on' : 'off',
  })
  return reply.ok ? silent : reply.reply
}

/** -r sa -t virtuallpar -o on|off -p NAME or --id N; lpar.list is one command besides. */
export function* changePartitionLed(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const conversation = converse(scope, options, 'chled')
  if (!conversation.ok) return conversation.reply
  const partition = yield* findPartition(conversation.value, keyFromOptions(options, '-p'))
  if (!partition.ok) return partition.reply
  const state = options.required('-o') === 'on' ? 'on' : 'off'
  const reply = yield* conversation.value.ask('service.setLed', { scope: 'virtuallpar', lparId: partition.value.id, state })
  return reply.ok ? silent : reply.reply
}

/** -r ident -t phys -o on|off -l LOCATION */
export function* changeIdentifyLed(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const conversation = converse(scope, options, 'chled')
  if (!conversation.ok) return conversation.reply
  const location = options.required('-l')
  conversation.value.names = { name: location }
  const state = options.required('-o') === 'on' ? 'on' : 'off'
  const reply = yield* conversation.value.ask('service.setIdentifyLed', { location, state })
  return reply.ok ? silent : reply.reply
}
