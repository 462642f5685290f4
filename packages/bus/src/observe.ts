// What observers of a bus are told: one object per message that is offered, duplicated, delivered or dropped on a link or hop, and
// one per move of a connection. Observers watch; they deliver nothing. Without a listener no object is built.

import { EventEmitter } from 'eventemitter3'
import type { Message } from '@powersim/protocol'
import type { CloseReason, SessionState } from './connection.js'

/** Why a message was dropped: by a fate rule, since its connection closed, since a queue was full, or since an end was unreachable. */
export type DropReason = 'fate' | 'closed' | 'queue-full' | 'unreachable' | 'by-owner'

export interface MessageObservation {
  readonly kind: 'offered' | 'duplicated' | 'delivered' | 'dropped'
  readonly timeNs: number
  /** Name of the link or hop. */
  readonly hop: string
  /** Names of the endpoints, in the direction of the message. */
  readonly from: string
  readonly to: string
  readonly message: Message
  /** Connection id; null for unsecured messages and hops. */
  readonly connection: number | null
  /** Only for `dropped`. */
  readonly why: DropReason | null
}

export interface ConnectionObservation {
  readonly timeNs: number
  readonly id: number
  readonly link: string
  readonly client: string
  readonly server: string
  /** Which end moved: both move by themselves, as each learns of it. */
  readonly end: 'client' | 'server'
  readonly state: SessionState
  /** Whether the handshake was (or will be) a resumed one; false until the server has decided. */
  readonly resumed: boolean
  /** Only for `closed`. */
  readonly reason: CloseReason | null
}

export interface ObserverEvents {
  message: [MessageObservation]
  connection: [ConnectionObservation]
}

/** Called in the order of subscribing. What a listener throws escapes from `simulation.run()`: the bus has settled its books by then. */
export type Observers = EventEmitter<ObserverEvents>

export function newObservers(): Observers {
  return new EventEmitter<ObserverEvents>()
}
