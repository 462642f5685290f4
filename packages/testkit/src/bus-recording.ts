// A tape of everything that a bus reports: each message offered, duplicated, delivered and dropped, each move of a connection.
// It listens like any observer and changes nothing.

import type { Bus, ConnectionObservation, MessageObservation } from '@powersim/bus'

export class BusRecording {
  readonly messages: MessageObservation[] = []
  readonly connections: ConnectionObservation[] = []
  private readonly bus: Bus
  private readonly onMessage = (observation: MessageObservation): void => {
    this.messages.push(observation)
  }
  private readonly onConnection = (observation: ConnectionObservation): void => {
    this.connections.push(observation)
  }

  /** Starts at once. */
  constructor(bus: Bus) {
    this.bus = bus
    bus.observers.on('message', this.onMessage)
    bus.observers.on('connection', this.onConnection)
  }

  stop(): void {
    this.bus.observers.off('message', this.onMessage)
    this.bus.observers.off('connection', this.onConnection)
  }

  /** How many of a kind, on one link or hop or on all. */
  count(kind: MessageObservation['kind'], hop?: string): number {
    return this.messages.filter((observation) => observation.kind === kind && (hop === undefined || observation.hop === hop)).length
  }
}
