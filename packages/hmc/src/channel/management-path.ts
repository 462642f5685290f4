// A path as a console holds it: its channels, the commands that wait for one, and what the console has learnt of it (PathView).
// Which path a command takes is the policy's decision (path-choice.ts); what a channel does is in channels.ts.

import type { Link } from '@powersim/bus'
import type { ConnectionState } from '@powersim/protocol'
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
  /** Not before that time is a loss made good, or forgotten. */
  quietUntilNs = 0
  private seen = false

  constructor(owner: ManagedSystemView, wiring: PathWiring, sessions: SessionParameters) {
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
    return this.failed || this.channels.length === 0 ? 'No Connection' : 'Connecting'
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
