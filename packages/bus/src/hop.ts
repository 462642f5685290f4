// A hop: a way of messages that is no link of the bus, such as the virtual management channel between NETS and the hypervisor.
// Its owner moves the messages and applies their fate; the hop keeps the same books, taps and fate rules as a link.

import type { Message } from '@powersim/protocol'
import { FLAG_EVENT, isReply } from '@powersim/protocol'
import type { Fabric } from './fabric.js'
import type { Fate } from './fate.js'
import { type HopStatistics, Ledger } from './statistics.js'

export class Hop {
  readonly name: string
  private readonly fabric: Fabric
  private readonly from: string
  private readonly to: string
  private readonly ledger: Ledger

  /** Requests go `from` -> `to`, replies and events back. */
  constructor(fabric: Fabric, name: string, from: string, to: string) {
    this.fabric = fabric
    this.name = name
    this.from = from
    this.to = to
    this.ledger = new Ledger(fabric.simulation)
  }

  /**
   * Books a message as offered and gives its fate, which the owner applies: on `drop` it calls `dropped` and sends nothing; on
   * `duplicate` a second copy is booked and the owner sends it `afterNs` later. Each copy ends in `delivered` or `dropped`, once.
   */
  offer(message: Message): Fate {
    this.ledger.offer(message.bytes)
    const { from, to } = this.ends(message)
    this.fabric.observe('offered', this.name, from, to, message, null)
    const fate = this.fabric.askFate(message, this.name, from, to)
    if (fate.do === 'duplicate') {
      this.ledger.duplicate(message.bytes)
      this.fabric.observe('duplicated', this.name, from, to, message, null)
    }
    return fate
  }

  /** The message as the far side gets it: the same object, or, when the bus encodes, one made from its bytes. */
  carry(message: Message): Message {
    const encoded = this.fabric.encodedBytes(message)
    return encoded === null ? message : this.fabric.decoded(message, encoded)
  }

  delivered(message: Message): void {
    this.ledger.deliver()
    const { from, to } = this.ends(message)
    this.fabric.observe('delivered', this.name, from, to, message, null)
  }

  dropped(message: Message): void {
    this.ledger.drop()
    const { from, to } = this.ends(message)
    this.fabric.observe('dropped', this.name, from, to, message, null, 'by-owner')
  }

  /** Counts so far. */
  get counters(): HopStatistics {
    return { name: this.name, ...this.ledger.snapshot() }
  }

  private ends(message: Message): { from: string; to: string } {
    return isReply(message) || (message.flags & FLAG_EVENT) !== 0 ? { from: this.to, to: this.from } : { from: this.from, to: this.to }
  }
}
