// The commands of a connection's set-up, as the service processor answers them: who it is, the password, what both can do, events.
// Their cost, and what a session may do before and after, is hmc-interface.ts.

import type { Connection } from '@powersim/bus'
import { commandCatalogue, type CommandDefinition, type Json, type RequestOf } from '@powersim/protocol'
import type { Access } from './access.js'
import { isOlder } from './console-version.js'
import type { FspParameters, SystemIdentity } from './parameters.js'
import type { Answer } from './serve.js'

export interface Session {
  readonly connection: Connection
  authenticated: boolean
  subscribed: boolean
}

interface Server {
  readonly identity: SystemIdentity
  readonly access: Access
}

const verdicts = {
  'wrong-password': 'the password is wrong',
  'password-locked': 'passwords are not looked at for a time, after too many wrong ones',
  'passwords-not-set': 'passwords are yet to be set',
} as const

function refusal(reason: keyof typeof verdicts): Answer {
  return { status: 'refused', data: { reason, detail: verdicts[reason] } }
}

/** Answers a command of target `channel` whose payload fits its schema, which is what the casts below rely on. */
export function answerConnection(
  { identity, access }: Server,
  { oldestConsole, commandLimit }: FspParameters,
  session: Session,
  { name }: CommandDefinition,
  data: Json,
): Answer {
  switch (name) {
    case 'connection.identify': {
      // The payload fits the request schema: checked by the caller.
      const { version } = data as RequestOf<'connection.identify'>
      if (isOlder(version, oldestConsole)) {
        return { status: 'refused', data: { reason: 'version-mismatch', detail: `a console of ${version} is not served` } }
      }
      const { typeModel, serialNumber, name: systemName } = identity
      return { status: 'ok', data: { typeModel, serialNumber, systemName, endpoint: 'fsp' } }
    }
    case 'connection.authenticate': {
      // As above.
      const { password } = data as RequestOf<'connection.authenticate'>
      const verdict = access.enter(password)
      if (verdict !== 'accepted') return refusal(verdict)
      session.authenticated = true
      return { status: 'ok', data: { accepted: true } }
    }
    case 'connection.capabilities': {
      // As above.
      const { mtuBytes, window } = data as RequestOf<'connection.capabilities'>
      return { status: 'ok', data: { mtuBytes, window: Math.min(window, commandLimit), commands: commandCatalogue.length } }
    }
    case 'connection.password': {
      // As above.
      const { kind, before, after } = data as RequestOf<'connection.password'>
      const verdict = access.change(kind, before, after)
      return verdict === 'accepted' ? { status: 'ok', data: { unset: access.unset } } : refusal(verdict)
    }
    case 'connection.subscribe': {
      session.subscribed = true
      // As above.
      const { events } = data as RequestOf<'connection.subscribe'>
      return { status: 'ok', data: { subscribed: events.length } }
    }
    default:
      return { status: 'unknown-command', data: { detail: `${name} is not served by the service processor` } }
  }
}
