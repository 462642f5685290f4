// chsysstate -r sys: power, recovery and roles of a managed system. Only the service processor can serve them, whatever else is connected.
// `off` returns at Power Off, `on` when the hypervisor runs: the console waits for the service processor to say so. Without kept sessions
// it hears nothing by itself and asks.

import type { Yieldable } from '@powersim/kernel'
import type { SystemState } from '@powersim/protocol'
import { type LineReply, refused, silent } from '../../cli/line-reply.js'
import type { OptionReader } from '../../cli/option-reader.js'
import type { Conversation } from '../conversation.js'
import { converse, type LineScope } from '../line-scope.js'
import { activateMembers } from '../profiles/system-profile.js'
import { upStates as up } from './system-attributes.js'

/** Without news for so long the console asks for the state. */
const ASK_EVERY_NS = 30_000_000_000
/** Questions of that kind before the line gives up: an hour. */
const MAX_QUESTIONS = 120

/** A power-on does not get out of these. */
const broken: readonly SystemState[] = ['Error', 'Error - Terminated']
const options = { on: 'autostart', onstandby: 'standby', onstartpolicy: 'policy', onhwdisc: 'discovery' } as const

/** -o on starts the partitions that start with the system, -o onstartpolicy those of the policy; -o onstandby stops before that. */
export function* powerOnSystem(scope: LineScope, reader: OptionReader): Generator<Yieldable, LineReply> {
  const conversation = converse(scope, reader, 'chsysstate sys on')
  if (!conversation.ok) return conversation.reply
  // The grammar allows these words alone.
  return yield* powerOn(conversation.value, reader, options[reader.required('-o') as keyof typeof options])
}

function* powerOn(
  conversation: Conversation,
  reader: OptionReader,
  option: (typeof options)[keyof typeof options],
): Generator<Yieldable, LineReply> {
  const state = yield* conversation.ask('system.state', {})
  if (!state.ok) return state.reply
  const keylock = reader.choice('-k', ['norm', 'manual'])
  const done = yield* conversation.ask('system.powerOn', { option, ...(keylock === undefined ? {} : { keylock }) })
  return done.ok ? yield* reached(conversation, up, broken) : done.reply
}

/** -o onsysprof: to standby, then the partitions of the system profile of -f. */
export function* powerOnWithSystemProfile(scope: LineScope, reader: OptionReader): Generator<Yieldable, LineReply> {
  const conversation = converse(scope, reader, 'chsysstate sys onsysprof')
  if (!conversation.ok) return conversation.reply
  const standby = yield* powerOn(conversation.value, reader, 'standby')
  return standby.ok ? yield* activateMembers(conversation.value, reader.required('-f')) : standby
}

/** With --restart it returns when the system goes up again. */
export function* powerOffSystem(scope: LineScope, reader: OptionReader): Generator<Yieldable, LineReply> {
  const conversation = converse(scope, reader, 'chsysstate sys off')
  if (!conversation.ok) return conversation.reply
  const state = yield* conversation.value.ask('system.state', {})
  if (!state.ok) return state.reply
  const restart = reader.has('--restart')
  const done = yield* conversation.value.ask('system.powerOff', { immediate: reader.has('--immed'), restart })
  if (!done.ok) return done.reply
  return yield* reached(conversation.value, restart ? ['Power Off', 'Initializing'] : ['Power Off'], [])
}

/** -o recover: the console restores what the service processor has lost of the partitions' profiles. */
export function* recoverSystem(scope: LineScope, reader: OptionReader): Generator<Yieldable, LineReply> {
  return yield* order(scope, reader, 'chsysstate sys recover', 'system.recover')
}

/** -o spfailover: the secondary service processor takes over. The line does not wait for that. */
export function* failOverSystem(scope: LineScope, reader: OptionReader): Generator<Yieldable, LineReply> {
  return yield* order(scope, reader, 'chsysstate sys spfailover', 'system.failover')
}

/** -o chkey: the key lock. */
export function* changeKeylock(scope: LineScope, reader: OptionReader): Generator<Yieldable, LineReply> {
  const conversation = converse(scope, reader, 'chsysstate sys chkey')
  if (!conversation.ok) return conversation.reply
  const keylock = reader.choice('-k', ['norm', 'manual']) ?? 'norm'
  const done = yield* conversation.value.ask('system.keylock', { keylock })
  return done.ok ? silent : done.reply
}

/** -o rebuild: the console reads everything anew. */
export function* rebuildSystem(scope: LineScope, reader: OptionReader): Generator<Yieldable, LineReply> {
  const conversation = converse(scope, reader, 'chsysstate sys rebuild')
  if (!conversation.ok) return conversation.reply
  const { system } = conversation.value
  const state = yield* conversation.value.ask('system.state', {})
  if (!state.ok) return state.reply
  const attributes = yield* conversation.value.ask('system.attributes', {})
  if (!attributes.ok) return attributes.reply
  if (!state.value.hypervisorRunning) return silent
  const list = yield* conversation.value.ask('lpar.list', {})
  if (!list.ok) return list.reply
  system.learnCompleteness(true)
  return silent
}

function* order(
  scope: LineScope,
  reader: OptionReader,
  operation: 'chsysstate sys recover' | 'chsysstate sys spfailover',
  name: 'system.recover' | 'system.failover',
): Generator<Yieldable, LineReply> {
  const conversation = converse(scope, reader, operation)
  if (!conversation.ok) return conversation.reply
  const done = yield* conversation.value.ask(name, {})
  return done.ok ? silent : done.reply
}

/** Waits until the system is in one of `states`, or in one that is no way there. */
function* reached(
  conversation: Conversation,
  states: readonly SystemState[],
  failures: readonly SystemState[],
): Generator<Yieldable, LineReply> {
  const { context, system } = conversation
  for (let questions = 0; questions < MAX_QUESTIONS;) {
    const state = system.state()
    if (states.includes(state)) return silent
    if (failures.includes(state)) return refused('powerFailed', { system: system.name, state })
    if (yield* context.news(system, ASK_EVERY_NS)) continue
    questions++
    // Whether it answers or not: what it says is learnt with the reply.
    if (system.asksForState) yield* conversation.ask('system.state', {})
  }
  return refused('timedOut', { system: system.name })
}
