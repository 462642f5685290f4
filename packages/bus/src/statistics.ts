// The books of a link's direction and of a hop: how many messages came, went, were lost and are under way, and that these agree.
// The times a transmitter was busy are kept where they arise (transmitter.ts).

import type { Simulation } from '@powersim/kernel'
import type { CloseReason } from './connection.js'
import type { PassageStatistics } from './frame-passage.js'

/** Counts of one direction of a link, or of a hop. offered + duplicated = delivered + dropped + inFlight, always. */
export interface TrafficStatistics {
  readonly offered: number
  readonly duplicated: number
  readonly delivered: number
  readonly dropped: number
  readonly inFlight: number
  /** Bytes of the messages offered and duplicated, without framing. */
  readonly bytes: number
}

export interface DirectionStatistics extends TrafficStatistics {
  readonly from: string
  readonly to: string
  /** Bytes that were put on the wire, with framing, handshakes and duplicates. */
  readonly wireBytes: number
  /** Time the transmitter sent, up to now. */
  readonly busyNs: number
  /** Time a message held the transmitter while its connection's window was full. */
  readonly stalledNs: number
  readonly waiting: number
  readonly peakWaiting: number
}

export interface LinkStatistics {
  readonly name: string
  readonly role: string
  /** From the link's first endpoint to its second, and back. */
  readonly forward: DirectionStatistics
  readonly backward: DirectionStatistics
  /** Of the adapters and bridges before its second endpoint; null: there are none. */
  readonly passage: PassageStatistics | null
}

export interface HopStatistics extends TrafficStatistics {
  readonly name: string
}

export interface ConnectionStatistics {
  /** Calls of `connect`. */
  readonly asked: number
  /** Handshakes that were completed, and how many of these were resumed ones. */
  readonly opened: number
  readonly resumed: number
  /** Connections that are not closed at both ends. */
  readonly alive: number
  /** How connections ended, by the reason of the end that closed first; `refused` includes those above the limit. */
  readonly closed: Readonly<Record<CloseReason, number>>
}

export interface BusStatistics {
  readonly links: readonly LinkStatistics[]
  readonly hops: readonly HopStatistics[]
  readonly connections: ConnectionStatistics
}

/** One direction's books. Every posting checks them, in O(1). */
export class Ledger implements TrafficStatistics {
  offered = 0
  duplicated = 0
  delivered = 0
  dropped = 0
  inFlight = 0
  bytes = 0
  private readonly simulation: Simulation

  constructor(simulation: Simulation) {
    this.simulation = simulation
  }

  offer(bytes: number): void {
    this.offered++
    this.inFlight++
    this.bytes += bytes
  }

  duplicate(bytes: number): void {
    this.duplicated++
    this.inFlight++
    this.bytes += bytes
  }

  deliver(): void {
    this.delivered++
    this.inFlight--
    this.check()
  }

  drop(): void {
    this.dropped++
    this.inFlight--
    this.check()
  }

  check(): void {
    const agrees = this.inFlight >= 0 && this.offered + this.duplicated === this.delivered + this.dropped + this.inFlight
    this.simulation.invariant(agrees, 'bus: offered + duplicated = delivered + dropped + in flight')
  }

  /** A copy of the counts. */
  snapshot(): TrafficStatistics {
    const { offered, duplicated, delivered, dropped, inFlight, bytes } = this
    return { offered, duplicated, delivered, dropped, inFlight, bytes }
  }
}
