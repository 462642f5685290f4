// One thing under way on a link: a message, or a flight of a handshake. Transits are pooled: a message costs no garbage.
// `lost` marks one that was dropped while somebody (a processor, an event) still holds it; whoever holds it last gives it back.

import type { Message } from '@powersim/protocol'
import type { ConnectionEnd } from './connection.js'
import type { Flow } from './flow.js'
import type { Transmitter } from './transmitter.js'

export class Transit {
  way: Transmitter
  /** Null for a flight. */
  message: Message | null = null
  /** The message's bytes, when the bus encodes. */
  encoded: Uint8Array | null = null
  /** The direction of the connection, or null for an unsecured message. */
  flow: Flow | null = null
  /** For a flight: the end that it is for, its number in the handshake and its size. */
  receiver: ConnectionEnd | null = null
  flight = 0
  bytes = 0
  /** Added to the latency by a fate rule. */
  delayNs = 0
  /** When its first byte could go onto the wire, if that was before the rest had come through a passage. */
  fromNs = Infinity
  lost = false
  waiting = false
  /** In a queue, or in the pool. */
  next: Transit | null = null
  /** Neighbours in the list of what its connection has under way. */
  older: Transit | null = null
  newer: Transit | null = null

  constructor(way: Transmitter) {
    this.way = way
  }
}

/** First in, first out, linked through the transits themselves. */
export class TransitQueue {
  private head: Transit | null = null
  private tail: Transit | null = null

  push(transit: Transit): void {
    transit.next = null
    if (this.tail === null) this.head = transit
    else this.tail.next = transit
    this.tail = transit
  }

  shift(): Transit | null {
    const first = this.head
    if (first === null) return null
    this.head = first.next
    if (this.head === null) this.tail = null
    first.next = null
    return first
  }

  clear(): void {
    this.head = null
    this.tail = null
  }
}

/** Transits that are not in use. It never holds more than were under way at once. */
export class TransitPool {
  private first: Transit | null = null

  acquire(way: Transmitter): Transit {
    const transit = this.first
    if (transit === null) return new Transit(way)
    this.first = transit.next
    transit.next = null
    transit.way = way
    return transit
  }

  release(transit: Transit): void {
    transit.message = null
    transit.encoded = null
    transit.flow = null
    transit.receiver = null
    transit.flight = 0
    transit.bytes = 0
    transit.delayNs = 0
    transit.fromNs = Infinity
    transit.lost = false
    transit.waiting = false
    transit.next = this.first
    this.first = transit
  }
}
