// mksysconn, rmsysconn and chsyspwd: the console's connections, and the passwords of a system's service processor. What cannot be
// reached is added all the same, in No Connection (manual page of mksysconn). Passwords are options here: nobody is asked for them.

import type { Yieldable } from '@powersim/kernel'
import { passwordKinds } from '@powersim/protocol'
import { type LineReply, refused, silent } from '../cli/line-reply.js'
import type { OptionReader } from '../cli/option-reader.js'
import { converse, type LineScope } from './line-scope.js'

/** So long a password that was entered may take to be looked at. */
const ENTERING_NS = 60_000_000_000

// Generators like every operation, though these two never wait.
export function* makeConnection(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const ipAddress = options.required('--ip')
  return scope.context.addConnection(ipAddress, options.text('--passwd')) ? silent : refused('alreadyManaged', { address: ipAddress })
}

export function* removeConnection(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const ipAddress = options.required('--ip')
  const how = options.required('-o') === 'reset' ? 'reset' : 'remove'
  return scope.context.removeConnection(ipAddress, how) ? silent : refused('notManaged', { address: ipAddress })
}

/** Changes or sets a password; for a system in Failed Authentication it enters the console's. */
export function* changePassword(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const conversation = converse(scope, options, 'chsyspwd')
  if (!conversation.ok) return conversation.reply
  const { context, system } = conversation.value
  const kind = options.choice('-t', passwordKinds) ?? 'access'
  const before = options.text('--passwd') ?? ''
  const after = options.text('--newpasswd')
  if (system.state() === 'Failed Authentication') {
    if (kind !== 'access') return refused('notConnected', { system: system.name })
    return yield* enterPassword(scope, conversation.value, after ?? before)
  }
  if (after === undefined) return refused('missingParameter', { names: '--newpasswd' })
  const done = yield* conversation.value.ask('connection.password', { kind, before, after })
  if (!done.ok) return done.reply
  if (kind === 'access') context.enterPassword(system, after)
  if (done.value.unset === 0) context.passwordsSet(system)
  return silent
}

type Talk = Extract<ReturnType<typeof converse>, { ok: true }>['value']

function* enterPassword(scope: LineScope, { system }: Talk, password: string): Generator<Yieldable, LineReply> {
  const { context } = scope
  context.enterPassword(system, password)
  const untilNs = context.simulation.now + ENTERING_NS
  for (;;) {
    const leftNs = untilNs - context.simulation.now
    if (leftNs <= 0 || !(yield* context.news(system, leftNs))) return refused('timedOut', { system: system.name })
    const state = system.state()
    if (state === 'Failed Authentication') return refused('wrongPassword', { system: system.name })
    if (state !== 'No Connection') return silent
  }
}
