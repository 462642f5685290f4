// A path as a console holds it: its channels, the commands that wait for one, and what the console has learnt of it (PathView).
// Which path a command takes is the policy's decision (path-choice.ts); what a channel does is in channels.ts.

import type { Link } from '@powersim/bus'
import type { ConnectionState, RefusalReason } from '@powersim/protocol'
import type { PathView } from '@powersim/routing'
import type { ManagedSystemView } from '../managed-system-view.js'
import type { SessionParameters } from '../parameters.js'
import type { Channel } from './channel.js'
import { ExchangeQueue } from './exchange-queue.js'

/** How a path is wired, as managed-system gives it. */
export interface PathWiring {
  readonly id: string
  readonly kind: 'fsp' | 'nets'
  readonly link: Link
  readonly ipAddress: string
  /** Mean time of one command on the idle path, ns, from the machine document. */
  readonly meanServiceNs: number
}

/** Reasons for which a service processor will not have a console. */
export type ConnectionTrouble = Extract<RefusalReason, 'wrong-password' | 'password-locked' | 'passwords-not-set' | 'version-mismatch'>

interface Trouble {
  readonly state: ConnectionState
  /** Captured from consoles. */
  readonly errorCode: string
  /** A wrong password is never entered again by itself, since that would lock out whoever has the right one. */
  readonly triesAgain: boolean
}

const troubles: Readonly<Record<ConnectionTrouble, Trouble>> = {
  'wrong-password': { state: 'Failed Authentication', errorCode: 'Incorrect password 0802-0001-00000026', triesAgain: false },
  'password-locked': { state: 'Connecting', errorCode: 'Firmware Password locked  0803-0001-00000203', triesAgain: true },
  'passwords-not-set': {
    state: 'pending authentication - password updates required',
    errorCode: 'Connecting 0000-0000-00000000',
    triesAgain: true,
  },
  'version-mismatch': { state: 'Version Mismatch', errorCode: 'Connection not allowed 0009-0008-00000000', triesAgain: false },
}

/** The trouble that a refusal's reason is, if it is one. */
export function troubleOf(reason: RefusalReason | undefined): ConnectionTrouble | null {
  switch (reason) {
    case 'wrong-password':
    case 'password-locked':
    case 'passwords-not-set':
    case 'version-mismatch':
      return reason
    default:
      return null
  }
}

/** Weight of a new latency in the moving average. */
const EWMA_WEIGHT = 0.125

export class ManagementPath implements PathView {
  readonly id: string
  readonly kind: 'fsp' | 'nets'
  readonly wiring: PathWiring
  readonly owner: ManagedSystemView
  readonly sessions: SessionParameters
  readonly meanServiceNs: number
  /** Of replies to first tries, since their sending. */
  ewmaLatencyNs: number
  /** Commands from the decision for this path to the end of their try: those that wait for a session count too, set-up does not. */
  outstanding = 0
  readonly channels: Channel[] = []
  readonly waiting = new ExchangeQueue()
  /** Channels ever made. */
  opened = 0
  /** Whether the last attempt to connect has failed, so that commands need not wait for one. */
  failed = false
  /** Whether the console's start waits for it. */
  starting = false
  /** Whether the console has this connection; one that is removed is not opened. */
  managed = true
  /** The access password that is entered on it. */
  password: string
  /** Why the other end would not have this console, the last time that it was asked. */
  trouble: ConnectionTrouble | null = null
  /** A session that is kept so that passwords can be set on it. */
  pending: Channel | null = null
  /** Not before that time is a loss made good, or forgotten. */
  quietUntilNs = 0
  private seen = false

  constructor(owner: ManagedSystemView, wiring: PathWiring, sessions: SessionParameters, password: string) {
    this.password = password
    this.id = wiring.id
    this.kind = wiring.kind
    this.wiring = wiring
    this.owner = owner
    this.sessions = sessions
    this.meanServiceNs = wiring.meanServiceNs
    this.ewmaLatencyNs = wiring.meanServiceNs
  }

  /** Name of the managed system. */
  get system(): string {
    return this.owner.name
  }

  /** Commands in flight that one channel takes. */
  get pipeline(): number {
    return this.sessions.mode === 'per-command' ? 1 : this.sessions.pipeline
  }

  /** Channels that are not ready yet. */
  get opening(): number {
    let opening = 0
    for (const channel of this.channels) if (channel.state !== 'ready') opening++
    return opening
  }

  /** A path of kept sessions is connected while one is ready; one of sessions per command but for a pause after one could not be had. */
  get connected(): boolean {
    if (this.sessions.mode === 'per-command') return !this.failed
    for (const channel of this.channels) if (channel.state === 'ready') return true
    return false
  }

  /** As `lssysconn` shows it: what was tried and failed has no connection, though it is tried again and again. */
  get connectionState(): ConnectionState {
    if (this.connected) return 'Connected'
    if (this.trouble !== null && this.managed) return troubles[this.trouble].state
    return this.failed || this.channels.length === 0 ? 'No Connection' : 'Connecting'
  }

  /** Code and words of `lssysconn` for a connection that is not there. */
  get errorCode(): string | undefined {
    const { connectionState } = this
    if (this.trouble !== null && connectionState !== 'Connected') return troubles[this.trouble].errorCode
    return connectionState === 'No Connection' ? 'Connecting 0000-0000-00000000' : undefined
  }

  /** It is not opened, nor tried again by itself: it was removed, or trying again would only be refused again. */
  get withheld(): boolean {
    return !this.managed || (this.trouble !== null && !troubles[this.trouble].triesAgain)
  }

  /** A ready channel with room in its pipeline, the one with the fewest commands in flight. */
  freeChannel(): Channel | undefined {
    let best: Channel | undefined
    for (const channel of this.channels) {
      if (channel.state !== 'ready' || channel.pending.size >= this.pipeline) continue
      if (best === undefined || channel.pending.size < best.pending.size) best = channel
    }
    return best
  }

  learn(latencyNs: number): void {
    this.ewmaLatencyNs = this.seen ? this.ewmaLatencyNs + EWMA_WEIGHT * (latencyNs - this.ewmaLatencyNs) : latencyNs
    this.seen = true
  }

  /** What the policy sees: a copy, so that it cannot touch the path. */
  view(): PathView {
    return {
      id: this.id,
      kind: this.kind,
      connected: this.connected,
      outstanding: this.outstanding,
      meanServiceNs: this.meanServiceNs,
      ewmaLatencyNs: this.ewmaLatencyNs,
    }
  }
}
