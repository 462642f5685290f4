// The way between a management partition and PHYP, as the bus counts it: every message is offered to the hop, meets its fate, and ends
// delivered or dropped, once per copy. The hypervisor's end keeps these books for both directions. Buffers are not seen here.

import type { Hop } from '@powersim/bus'
import type { Handler, Simulation } from '@powersim/kernel'
import { type Message, ProtocolError } from '@powersim/protocol'

/** Whoever the copies that come through are for: a session of the channel. */
export interface Crosser {
  readonly open: boolean
  /** A request has come through. `first`: it is the copy that brought a buffer, not one that a fault rule has made. */
  request(message: Message, first: boolean): void
  /** A request has vanished on the way: nobody will answer it. */
  lost(first: boolean): void
  /** A reply may be sent. `first`: it is the copy that the request's buffer is for. */
  reply(message: Message, first: boolean): void
  /** The reply has vanished on the way. */
  unsent(): void
}

interface Delayed {
  readonly crosser: Crosser
  readonly message: Message
  readonly first: boolean
}

export class Crossing {
  readonly hop: Hop
  private readonly simulation: Simulation
  private readonly requestLater: Handler<Delayed>
  private readonly replyLater: Handler<Delayed>

  constructor(simulation: Simulation, hop: Hop) {
    this.simulation = simulation
    this.hop = hop
    this.requestLater = simulation.handler('phyp.vmc.request', (copy: Delayed) => this.request(copy.crosser, copy.message, copy.first))
    this.replyLater = simulation.handler('phyp.vmc.reply', (copy: Delayed) => this.reply(copy.crosser, copy.message, copy.first))
  }

  /** A whole message has come from the guest. */
  inbound(crosser: Crosser, message: Message): void {
    const fate = this.hop.offer(message)
    if (fate.do === 'drop') {
      this.hop.dropped(message)
      crosser.lost(true)
    } else if (fate.do === 'delay') {
      this.simulation.schedule(fate.ns, this.requestLater, { crosser, message, first: true })
    } else {
      if (fate.do === 'duplicate') this.simulation.schedule(fate.afterNs, this.requestLater, { crosser, message, first: false })
      this.request(crosser, message, true)
    }
  }

  /** A reply wants to go to the guest. It is `delivered` when the guest has copied its last fragment: see `taken`. */
  outbound(crosser: Crosser, message: Message): void {
    const fate = this.hop.offer(message)
    if (fate.do === 'drop') {
      this.hop.dropped(message)
      crosser.unsent()
    } else if (fate.do === 'delay') {
      this.simulation.schedule(fate.ns, this.replyLater, { crosser, message, first: true })
    } else {
      if (fate.do === 'duplicate') this.simulation.schedule(fate.afterNs, this.replyLater, { crosser, message, first: false })
      this.reply(crosser, message, true)
    }
  }

  taken(message: Message): void {
    this.hop.delivered(message)
  }

  dropped(message: Message): void {
    this.hop.dropped(message)
  }

  private request(crosser: Crosser, message: Message, first: boolean): void {
    const carried = crosser.open ? this.carried(message) : undefined
    if (carried === undefined) {
      this.hop.dropped(message)
      crosser.lost(first)
      return
    }
    this.hop.delivered(message)
    crosser.request(carried, first)
  }

  private reply(crosser: Crosser, message: Message, first: boolean): void {
    if (crosser.open) crosser.reply(this.hop.carry(message), first)
    else this.hop.dropped(message)
  }

  /** What comes out of the wire; undefined when a request's bytes are not what the protocol says. */
  private carried(message: Message): Message | undefined {
    try {
      return this.hop.carry(message)
    } catch (error) {
      if (error instanceof ProtocolError) return undefined
      throw error
    }
  }
}
