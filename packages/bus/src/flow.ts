// One direction of a connection: messages are sealed by the sender, one after the other, go over the link, and are opened by the
// receiver, one after the other, as the record layer of TLS does. The processor time is the ends' own (`compute`).
// The handshake is in handshake.ts, the wire in transmitter.ts.

import type { Message } from '@powersim/protocol'
import type { ConnectionEnd } from './connection.js'
import type { Fabric } from './fabric.js'
import type { Session } from './handshake.js'
import { type Transit, TransitQueue } from './transit.js'
import type { Transmitter } from './transmitter.js'
import { Window } from './window.js'

export class Flow {
  readonly session: Session
  readonly window: Window
  private readonly fabric: Fabric
  private readonly way: Transmitter
  private readonly sender: ConnectionEnd
  private readonly receiver: ConnectionEnd
  private readonly toSeal = new TransitQueue()
  private readonly toOpen = new TransitQueue()
  private sealing = false
  private opening = false

  constructor(fabric: Fabric, session: Session, way: Transmitter, sender: ConnectionEnd, receiver: ConnectionEnd, windowBytes: number) {
    this.fabric = fabric
    this.session = session
    this.way = way
    this.sender = sender
    this.receiver = receiver
    this.window = new Window(windowBytes)
  }

  send(message: Message): void {
    const transit = this.way.offer(message, this)
    if (this.way.from.tls === null) this.way.put(transit, message)
    else if (this.sealing) this.toSeal.push(transit)
    else this.seal(transit, message)
  }

  /** The sender's processor has sealed a record. */
  sealed(transit: Transit): void {
    this.sealing = false
    const { message } = transit
    if (transit.lost || message === null) this.fabric.pool.release(transit)
    else this.way.put(transit, message)
    if (this.sealing) return
    const next = this.toSeal.shift()
    if (next !== null && next.message !== null) this.seal(next, next.message)
  }

  /** A record has come over the wire. */
  arrived(transit: Transit): void {
    const { message } = transit
    if (message === null) return
    if (this.receiver.state !== 'open') this.way.dropHere(transit, 'closed')
    else if (this.way.to.tls === null) this.way.deliver(transit, message, this.receiver)
    else if (this.opening) this.toOpen.push(transit)
    else this.open(transit, message)
  }

  /** The receiver's processor has opened a record. */
  opened(transit: Transit): void {
    this.opening = false
    const { message } = transit
    if (transit.lost || message === null) this.fabric.pool.release(transit)
    else this.way.deliver(transit, message, this.receiver)
    if (this.opening) return
    const next = this.toOpen.shift()
    if (next !== null && next.message !== null) this.open(next, next.message)
  }

  /** The connection is gone: what waits has been dropped, what a processor works on is dropped when it comes up. */
  clear(): void {
    this.toSeal.clear()
    this.toOpen.clear()
  }

  private seal(transit: Transit, message: Message): void {
    const { from } = this.way
    this.sealing = true
    from.handlers.compute('seal', message, this.sender, from.sealNs(message), this.fabric.sealed, transit)
  }

  private open(transit: Transit, message: Message): void {
    const { to } = this.way
    this.opening = true
    to.handlers.compute('open', message, this.receiver, to.openNs(message), this.fabric.openedRecord, transit)
  }
}
