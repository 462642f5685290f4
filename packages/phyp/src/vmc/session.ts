// A session of an HMC connection: what replies are addressed to. It outlives its connection's Close, closed, so that late replies find it
// and die. One per Open.

import type { Message } from '@powersim/protocol'
import type { ReplyRoute } from '../dispatchable/reply-route.js'
import type { ChannelSide, Connection } from './connection.js'
import type { Crosser } from './crossing.js'

/** Where whole requests go: the message loop. */
export interface RequestSink {
  receive(message: Message, route: ReplyRoute): void
}

export class VmcSession implements ReplyRoute, Crosser {
  readonly number: number
  /** What the guest put into the seed buffer. */
  readonly hmcId: unknown
  open = true
  private readonly channel: ChannelSide
  private readonly connection: Connection

  constructor(channel: ChannelSide, connection: Connection, number: number, hmcId: unknown) {
    this.channel = channel
    this.connection = connection
    this.number = number
    this.hmcId = hmcId
  }

  answer(reply: Message): void {
    if (this.open) this.channel.crossing.outbound(this, reply)
    else this.channel.counters.staleReplies++
  }

  silent(): void {
    this.settle()
  }

  request(message: Message, first: boolean): void {
    // A copy that a fault rule made brings no buffer of its own; its reply will ask for one.
    if (!first) this.connection.owed++
    this.channel.sink.receive(message, this)
  }

  lost(first: boolean): void {
    if (first) this.settle()
  }

  reply(message: Message, first: boolean): void {
    if (first) this.connection.owed--
    this.connection.enqueue(message)
  }

  unsent(): void {
    this.settle()
  }

  private settle(): void {
    if (!this.open) return
    this.connection.owed--
    this.connection.proceed()
  }
}
