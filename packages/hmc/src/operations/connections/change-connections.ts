// mksysconn, rmsysconn and chsyspwd: the console's connections, and the passwords of a system's service processor. What cannot be
// reached is added all the same, in No Connection (manual page of mksysconn). Who is asked for a password enters the console's own.

import type { Yieldable } from '@powersim/kernel'
import { passwordKinds } from '@powersim/protocol'
import { type LineReply, printed, refused, silent } from '../../cli/line-reply.js'
import type { OptionReader } from '../../cli/option-reader.js'
import { converse, type LineScope } from '../line-scope.js'

/** So long a password that was entered may take to be looked at. */
const ENTERING_NS = 60_000_000_000

/** Asked when no --passwd is given, also for an address that turns out to be managed (dissertation, snapshot 4.2). */
const PROMPT = 'Enter the management console access password for the system:'

/** `--force` goes on where a real console asks whether it should: here nobody asks. */
// Generators like every operation, though these three never wait.
export function* makeConnection(scope: LineScope, options: OptionReader): Generator<Yieldable, LineReply> {
  const ipAddress = options.required('--ip')
  const password = options.text('--passwd')
  const added = scope.context.addConnection(ipAddress, password)
  const reply = added ? silent : refused('alreadyManaged', { address: ipAddress })
  return password === undefined ? { ...reply, text: reply.text === '' ? PROMPT : `${PROMPT}\n${reply.text}` } : reply
}

/** resetcofw: the console's hardware server and its CIM server start again; its sessions end and are made anew. */
export function* restartConnections(scope: LineScope): Generator<Yieldable, LineReply> {
  scope.context.restartConnections()
  return printed(RESTARTED)
}

/** Captured in the dissertation, snapshot 4.2, with the process of that console. */
const RESTARTED = `0513-044 The hdwr_svr Subsystem was requested to stop.
0513-059 The hdwr_svr Subsystem has been started. Subsystem PID is 13133.
Shutting down CIM server: cimserver stop           done
Starting up CIM server: cimserver start           done`

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
