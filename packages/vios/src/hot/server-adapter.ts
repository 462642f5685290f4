// A server adapter of a virtual I/O server (vhost, vfchost): its queue, its client's login, and what it shows. The units that come over it
// are storage-server.ts's business.
// States: closed -registered, client there or not-> waiting -initialised-> connected -login-> serving; a transport event leads back to
// waiting, once the commands that the client had here are done: a new login finds none of an old one.

import { CrqPage } from '@powersim/protocol'
import type { Target } from './back-end.js'

/** Logical units of one adapter. */
export const MAX_LUNS = 64

export type ServerAdapterState = 'closed' | 'waiting' | 'connected' | 'serving'

export class ServerAdapter {
  readonly name: string
  readonly kind: 'scsi' | 'fc'
  readonly slot: number
  /** Of its device; 0: the partition has none in the slot. */
  unitAddress = 0
  readonly queue = new CrqPage()
  readonly targets: (Target | undefined)[] = []
  state: ServerAdapterState = 'closed'
  /** Partition of the client that is logged in; 0: none. */
  client = 0
  /** Logins and ends of logins so far. */
  login = 0
  /** Commands taken and not answered, of any login. */
  inside = 0
  /** The client has asked for a connection while commands of its last one were still here. */
  asked = false
  /** Entries wait in its queue until a command of the server is free. */
  starved = false
  /** Virtual Fibre Channel: the port that its traffic goes out by, and the name that its client has logged in with. */
  port: string | null = null
  wwpn: string | null = null
  commands = 0
  /** Commands that ended without an answer. */
  unanswered = 0

  constructor(name: string, kind: 'scsi' | 'fc', slot: number) {
    this.name = name
    this.kind = kind
    this.slot = slot
  }

  get liobn(): number {
    return 2 * this.unitAddress
  }

  /** The client's window, as this server reaches it. */
  get remoteLiobn(): number {
    return 2 * this.unitAddress + 1
  }

  target(lun: number): Target | undefined {
    return this.targets[lun]
  }

  /** The client is gone, or starts over. */
  logout(): void {
    if (this.state === 'closed') return
    this.state = 'waiting'
    this.client = 0
    this.login++
    this.asked = false
  }
}
