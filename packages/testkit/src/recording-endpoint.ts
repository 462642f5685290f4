// An endpoint that writes down all that happens to it and, if asked, answers.
// It stands for any component at the other end of a link.

import type { Bus, CloseReason, Connection, Endpoint, TlsCosts } from '@powersim/bus'
import type { Simulation } from '@powersim/kernel'
import type { Address, Message, ProcessorPort } from '@powersim/protocol'

export interface RecordingOptions {
  readonly name: string
  readonly address: Address
  readonly tls?: TlsCosts
  /** Where its TLS work runs; without one, each piece of work takes its time and waits for none other. */
  readonly processor?: ProcessorPort
  /** What it does with clients: admits them (default), refuses them, or holds them for the test to admit. */
  readonly admission?: 'admit' | 'refuse' | 'hold'
  /** Answers a message at once, on the connection it came on; undefined: no answer. Unsecured messages are only recorded. */
  readonly answer?: (message: Message) => Message | undefined
}

export interface ReceivedRecord {
  readonly timeNs: number
  readonly message: Message
  readonly connection: Connection | null
}

export interface WorkRecord {
  readonly timeNs: number
  readonly purpose: 'handshake' | 'seal' | 'open'
  readonly message: Message | null
  readonly connection: Connection
  readonly workNs: number
}

export interface ConnectionRecord {
  readonly timeNs: number
  readonly what: 'offered' | 'opened' | CloseReason
  readonly connection: Connection
}

export class RecordingEndpoint {
  readonly endpoint: Endpoint
  readonly received: ReceivedRecord[] = []
  readonly work: WorkRecord[] = []
  readonly connections: ConnectionRecord[] = []

  constructor(simulation: Simulation, bus: Bus, options: RecordingOptions) {
    const { name, address, tls, processor, admission = 'admit', answer } = options
    const note = (what: ConnectionRecord['what'], connection: Connection): void => {
      this.connections.push({ timeNs: simulation.now, what, connection })
    }
    this.endpoint = bus.endpoint({
      name,
      address,
      ...(tls === undefined ? {} : { tls }),
      compute: (purpose, message, connection, workNs, then, argument) => {
        this.work.push({ timeNs: simulation.now, purpose, message, connection, workNs })
        if (processor === undefined) simulation.schedule(workNs, then, argument)
        else processor.run(workNs, then, argument)
      },
      accept: (connection) => {
        note('offered', connection)
        if (admission === 'admit') connection.admit()
        else if (admission === 'refuse') connection.refuse()
      },
      opened: (connection) => note('opened', connection),
      received: (message, connection) => {
        this.received.push({ timeNs: simulation.now, message, connection })
        const reply = connection === null ? undefined : answer?.(message)
        if (reply !== undefined) connection?.send(this.endpoint, reply)
      },
      closed: (connection, reason) => note(reason, connection),
    })
  }

  /** The messages received, oldest first. */
  get messages(): readonly Message[] {
    return this.received.map((record) => record.message)
  }

  /** Times of what happened to connections, by what it was. */
  times(what: ConnectionRecord['what']): readonly number[] {
    return this.connections.filter((record) => record.what === what).map((record) => record.timeNs)
  }
}
