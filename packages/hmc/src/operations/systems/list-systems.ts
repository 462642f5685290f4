// lssyscfg -r sys: the managed systems and their states.
// Two commands a system, both for its service processor; the hypervisor is not asked.

import type { Yieldable } from '@powersim/kernel'
import type { OptionReader } from '../../cli/option-reader.js'
import { type LineReply } from '../../cli/line-reply.js'
import { listing } from '../listing.js'
import type { Conversation, Step } from '../conversation.js'
import { converseWithAll, type LineScope } from '../line-scope.js'
import { isReachable, systemAttributes, type SystemRow } from './system-attributes.js'

export function* listSystems(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const conversations = converseWithAll(scope, options, 'lssyscfg sys')
  if (!conversations.ok) return conversations.reply
  const rows: SystemRow[] = []
  for (const conversation of conversations.value) {
    const row = yield* readSystem(conversation)
    if (!row.ok) return row.reply
    rows.push(row.value)
  }
  return listing(systemAttributes, rows, options.output)
}

// A system that does not answer because there is no connection still has its row, with what the console knows by itself. It is asked
// all the same, so that a console without kept sessions notices when its service processor is back.
function* readSystem(conversation: Conversation): Generator<Yieldable, Step<SystemRow>> {
  const { system } = conversation
  const state = yield* conversation.ask('system.state', {})
  if (!state.ok) return isReachable(system.state()) ? state : { ok: true, value: unreachable(conversation) }
  const attributes = yield* conversation.ask('system.attributes', {})
  if (!attributes.ok) return isReachable(system.state()) ? attributes : { ok: true, value: unreachable(conversation) }
  return {
    ok: true,
    value: {
      system,
      systemTime: conversation.context.timeOfDay(attributes.value.uptimeNs),
      // What it says of itself, unless the console knows better.
      state: system.state() === 'Incomplete' ? 'Incomplete' : state.value.state,
      detail: state.value.detail,
      hypervisorRunning: state.value.hypervisorRunning,
      attributes: attributes.value,
    },
  }
}

function unreachable({ system }: Conversation): SystemRow {
  return {
    system,
    systemTime: 'unavailable',
    state: system.state(),
    detail: 'unavailable',
    hypervisorRunning: false,
    attributes: null,
  }
}
