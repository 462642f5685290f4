// A channel: one secure session of a console on a path, with the series of configuration messages that sets it up.
// States: connecting (transport and handshake) -> setting-up (identify, authenticate, capabilities, subscribe) -> ready; down from each.

import type { Connection } from '@powersim/bus'
import type { Exchange } from './exchange.js'
import type { ManagementPath } from './management-path.js'

export class Channel {
  readonly path: ManagementPath
  /** How many channels the path had before this one: the draws of its set-up are keyed by it. */
  readonly ordinal: number
  readonly connection: Connection
  state: 'connecting' | 'setting-up' | 'ready' | 'down' = 'connecting'
  /** Sent and not answered, by sequence. */
  readonly pending = new Map<number, Exchange>()

  constructor(path: ManagementPath, ordinal: number, connection: Connection) {
    this.path = path
    this.ordinal = ordinal
    this.connection = connection
  }
}
