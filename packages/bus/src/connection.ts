// A connection as its owner sees it: each end has its own object, with its own state and tag, and learns of the other end's moves
// when word of them has crossed the link. The moves themselves are in handshake.ts, the records in flow.ts.

import type { Message } from '@powersim/protocol'
import type { BusEndpoint, Endpoint } from './endpoint.js'
import { BusError } from './errors.js'
import type { Flow } from './flow.js'
import type { Session } from './handshake.js'

/**
 * `connecting`: client, the transport's answer is awaited (a server's end is first seen when `admitting`). `admitting`: server, the
 * client's hello has come, `admit` or `refuse` is awaited. `handshaking`: flights cross the link, both ends compute. `open`: messages
 * may be sent. `closed`: for good, nothing more is delivered at this end.
 */
export type SessionState = 'connecting' | 'admitting' | 'handshaking' | 'open' | 'closed'

/**
 * `done`: an end was finished with it; `refused`: the server would not admit it, or the bus had too many; `unreachable`: no answer
 * from the transport in time; `reset`: an end was reset or became unreachable; `timed-out`: set-up took too long, or an owner says so.
 */
export type CloseReason = 'done' | 'refused' | 'unreachable' | 'reset' | 'timed-out'

export interface Connection {
  /** The same at both ends; counts up from 1 on a bus. */
  readonly id: number
  /** This end's own: it may lag behind the other end by a latency. */
  readonly state: SessionState
  readonly client: Endpoint
  readonly server: Endpoint
  /** Whether the handshake is a resumed one; false until the server has decided. */
  readonly resumed: boolean
  /** Sends from this end. False, and nothing else, when this end is not open. BusError `wrong-end` when `from` is not this end. */
  send(from: Endpoint, message: Message): boolean
  /** Server: goes on with the handshake. Nothing if the client is gone meanwhile; otherwise BusError `wrong-state` unless admitting. */
  admit(): void
  /** Server: turns the client away, which hears `refused` after one latency; no `closed` for the server. Same errors as `admit`. */
  refuse(): void
  /**
   * Closes this end now; what the connection has in flight is dropped. This end's `closed` is called at this time, after the
   * event that asked; the peer's after one latency. Nothing when closed already. Default reason `done`.
   */
  close(reason?: CloseReason): void
  /** For the owner of this end; the peer has its own. */
  tag: unknown
}

export class ConnectionEnd implements Connection {
  readonly session: Session
  readonly endpoint: BusEndpoint
  readonly side: 'client' | 'server'
  state: SessionState = 'connecting'
  tag: unknown = undefined
  /** Why this end will hear that it is closed. */
  reason: CloseReason | null = null
  /** Where this end sends; set by the session, which makes both. */
  out: Flow | null = null

  constructor(session: Session, endpoint: BusEndpoint, side: 'client' | 'server') {
    this.session = session
    this.endpoint = endpoint
    this.side = side
  }

  get id(): number {
    return this.session.id
  }

  get client(): Endpoint {
    return this.session.client.endpoint
  }

  get server(): Endpoint {
    return this.session.server.endpoint
  }

  get resumed(): boolean {
    return this.session.resumed
  }

  send(from: Endpoint, message: Message): boolean {
    if (from !== this.endpoint) {
      throw new BusError('wrong-end', 'connection.send.from', `expected '${this.endpoint.name}', whose end this is, got '${from.name}'`)
    }
    if (this.state !== 'open' || this.out === null) return false
    this.out.send(message)
    return true
  }

  admit(): void {
    if (this.mayAdmit('admit')) this.session.admit()
  }

  refuse(): void {
    if (this.mayAdmit('refuse')) this.session.leave(this, 'refused')
  }

  close(reason: CloseReason = 'done'): void {
    this.session.close(this, reason)
  }

  private mayAdmit(move: string): boolean {
    if (this.side === 'client') {
      const message = `only the server's end admits or refuses, this is the client's ('${this.endpoint.name}')`
      throw new BusError('wrong-end', `connection.${move}`, message)
    }
    if (this.state === 'closed') return false
    if (this.state === 'admitting') return true
    throw new BusError('wrong-state', `connection.${move}`, `expected state admitting, is ${this.state}`)
  }
}
