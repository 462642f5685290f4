// What a console is made of and what its work costs, checked before anything is built.
// The values are not here: a preset gives each with its source.

import type { TlsCosts } from '@powersim/bus'
import { type LawSpec, MAX_TIME } from '@powersim/kernel'
import { checkedInteger, HmcError } from './errors.js'
import type { ConsoleModelName } from './settings/console-model.js'

/** How a console uses the secure sessions of one path. */
export interface SessionParameters {
  /** `kept`: opened once and kept open; `per-command`: opened, set up and closed for every command. */
  readonly mode: 'kept' | 'per-command'
  /** Sessions open at the same time, 1 to 4,096. Kept sessions beyond the first open when all others are full. */
  readonly sessions: number
  /** Commands in flight on one kept session, 1 to 65,536. A session per command has one. */
  readonly pipeline: number
  /** Whether a session that is opened again asks for the resumed handshake. */
  readonly resume: boolean
}

/** When a command is tried again, always with the same key. */
export interface RetryPreset {
  readonly name: string
  /** Tries in all, 1 to 100. */
  readonly tries: number
  /** Pause before the second try, the third and so on, ns; the last one repeats. */
  readonly pausesNs: readonly number[]
}

/** No second try. */
export const noRetry: RetryPreset = { name: 'none', tries: 1, pausesNs: [] }

/** Three tries: the second at once, the third after 0.5 s (pypowervm utils/retry.py: tries=3, stepped delay of 0, 0.5 s, 2 s, …). */
export const ibmLikeRetry: RetryPreset = { name: 'ibm-like', tries: 3, pausesNs: [0, 500_000_000] }

export interface HmcParameters {
  /** Processors of the console, 1 to 4,096, servers of one queue. */
  readonly processors: number
  /** Processor time to make a command, ns. */
  readonly prepare: LawSpec
  /** Processor time to take a reply in, ns. */
  readonly absorb: LawSpec
  readonly tls: TlsCosts
  readonly fsp: SessionParameters
  readonly nets: SessionParameters
  /** Time without a reply after which the effect of a command counts as unknown, ns. */
  readonly commandTimeoutNs: number
  readonly retry: RetryPreset
  /** Pause before a lost connection is tried again, and for which a path whose last session per command failed counts as down, ns. */
  readonly reconnectNs: number
  /** Time without a reply from a partition's RMC agent, ns. */
  readonly rmcTimeoutNs: number
  /** Commands that may wait for a session, per path, 1 to 2^24; above it a command fails as `busy`. */
  readonly waitingLimit: number
  /** The machine that it runs on. */
  readonly model: ConsoleModelName
  /** From the restart of its machine to the first session, ns. */
  readonly bootNs: number
  /** Password of the console's first user, hscroot. */
  readonly userPassword: string
  /** HMC access password, checked by whoever ends a session. */
  readonly accessPassword: string
  /** Smallest request on the wire, bytes (protocol's FrameSizes). */
  readonly requestBytesMin: number
  /** What the console calls itself in `connection.identify`. */
  readonly version: string
}

/** Bytes that `connection.identify` and `connection.authenticate` have for a name, a version, a password. */
const MAX_TEXT = 64

/** Throws HmcError `bad-parameter` with the path of the first bad field. Laws and TLS costs are checked when they are compiled. */
export function checkHmcParameters(parameters: HmcParameters): void {
  const { fsp, nets, retry } = parameters
  check('processors', parameters.processors, 1, 4096)
  checkSessions('fsp', fsp)
  checkSessions('nets', nets)
  check('commandTimeoutNs', parameters.commandTimeoutNs, 1, MAX_TIME)
  check('retry.tries', retry.tries, 1, 100)
  for (const [place, pauseNs] of retry.pausesNs.entries()) check(`retry.pausesNs.${place}`, pauseNs, 0, MAX_TIME)
  check('reconnectNs', parameters.reconnectNs, 1, MAX_TIME)
  check('bootNs', parameters.bootNs, 0, MAX_TIME)
  check('rmcTimeoutNs', parameters.rmcTimeoutNs, 1, MAX_TIME)
  check('waitingLimit', parameters.waitingLimit, 1, 2 ** 24)
  check('requestBytesMin', parameters.requestBytesMin, 0, 2 ** 20)
  checkText('accessPassword', parameters.accessPassword)
  checkText('userPassword', parameters.userPassword)
  checkText('version', parameters.version)
}

/** A text that the set-up of a connection can carry. */
export function checkText(path: string, text: string): void {
  if (typeof text === 'string' && text.length <= MAX_TEXT) return
  throw new HmcError('bad-parameter', `hmc.${path}`, `expected a text of at most ${MAX_TEXT} characters, got ${JSON.stringify(text)}`)
}

function checkSessions(path: string, sessions: SessionParameters): void {
  const { mode } = sessions
  if (mode !== 'kept' && mode !== 'per-command') {
    throw new HmcError('bad-parameter', `hmc.${path}.mode`, `expected 'kept' or 'per-command', got ${JSON.stringify(mode satisfies never)}`)
  }
  check(`${path}.sessions`, sessions.sessions, 1, 4096)
  check(`${path}.pipeline`, sessions.pipeline, 1, 65_536)
}

function check(path: string, value: number, from: number, to: number): void {
  checkedInteger('bad-parameter', `hmc.${path}`, value, from, to)
}
