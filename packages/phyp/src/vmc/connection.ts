// One HMC connection of the management channel at the hypervisor's end: its session, its buffers, the message that is coming in and
// those that wait to go out. States: idle -> opening (buffers offered) -> open -> idle. The queue's handshake is channel.ts.
// Rule of the credits: whoever gets a fragment that is not the last hands its buffer back at once by an empty Signal, and PHYP keeps
// one buffer per request that it owes a reply for. So a message of any length passes through one buffer, and no two messages wait
// for each other.

import { type Handler, type Simulation, type Timer, us } from '@powersim/kernel'
import { HEADER_BYTES, MAX_DATA_BYTES, VMC_REMOVE_BUFFER, VMC_SIGNAL } from '@powersim/protocol'
import type { CrqEntry, Message } from '@powersim/protocol'
import { BufferPool, GUEST } from './buffer-pool.js'
import type { VmcCounters } from './counters.js'
import type { Crossing } from './crossing.js'
import { messageIn } from './message-content.js'
import type { RequestSink, VmcSession } from './session.js'

/** Messages that wait to go out on one connection; one more is dropped and counted. */
export const OUTBOX_LIMIT = 1024
/** How often a guest that has no free buffer is asked again, and after what time; then the message is dropped. */
export const REMOVE_TRIES = 64
export const REMOVE_RETRY_NS = us(100)
const MAX_MESSAGE_BYTES = HEADER_BYTES + MAX_DATA_BYTES

/** What a connection needs of its channel. */
export interface ChannelSide {
  readonly mtuBytes: number
  readonly counters: VmcCounters
  readonly crossing: Crossing
  readonly sink: RequestSink
  /** Sends an entry to the guest, now or when there is room. */
  put(type: number, status: number, session: number, hmcIndex: number, bufferId: number, extra: number, value: number): void
}

export class Connection {
  readonly index: number
  readonly pool: BufferPool
  state: 'idle' | 'opening' | 'open' = 'idle'
  /** The session, from Open to Close. */
  session: VmcSession | null = null
  /** Buffers offered to the guest in `opening` and not answered. */
  unanswered = 0
  /** Requests that came in whole and whose reply is not in the outbox. */
  owed = 0

  private readonly channel: ChannelSide
  private readonly retryTimer: Timer
  private readonly outbox: Message[] = []
  private sentBytes = 0
  private partialBytes = 0
  private partialLeft = 0
  private asking = false
  private tries = 0

  constructor(simulation: Simulation, channel: ChannelSide, index: number, capacity: number, retry: Handler<Connection>) {
    this.channel = channel
    this.index = index
    this.pool = new BufferPool(simulation, index, capacity)
    this.retryTimer = simulation.timer(retry, this)
  }

  /** Messages that wait to go out, the one under way included. */
  get waiting(): number {
    return this.outbox.length
  }

  /** Forgets session, messages and buffers. */
  close(): void {
    const { session, channel, pool } = this
    if (session !== null) {
      session.open = false
      channel.counters.sessionsClosed++
    }
    for (const message of pool.carried()) channel.crossing.dropped(message)
    for (const message of this.outbox) channel.crossing.dropped(message)
    this.outbox.length = 0
    this.session = null
    this.state = 'idle'
    this.unanswered = 0
    this.owed = 0
    this.sentBytes = 0
    this.partialBytes = 0
    this.partialLeft = 0
    this.asking = false
    this.tries = 0
    this.retryTimer.stop()
    pool.clear()
  }

  /** A Signal of the guest: a fragment, or a buffer handed back. */
  signal(entry: Readonly<CrqEntry>): void {
    const { counters, crossing } = this.channel
    const { session } = this
    if (this.state !== 'open' || session === null || entry.session !== session.number) {
      counters.staleSession++
      return
    }
    const buffer = this.pool.at(entry.bufferId)
    if (buffer === undefined || buffer.owner !== GUEST) {
      counters.badBuffer++
      return
    }
    if (buffer.carried !== null) {
      // The guest gave the buffer back without having read the message in it.
      crossing.dropped(buffer.carried)
      buffer.carried = null
    }
    this.pool.take(buffer)
    if (entry.value === 0) {
      counters.returnsIn++
    } else {
      counters.signalsIn++
      const { content, contentBytes } = buffer
      buffer.content = null
      this.fragment(session, entry.value, entry.extra, content, contentBytes)
    }
    this.proceed()
  }

  /** The guest's answer to Remove Buffer. */
  removed(entry: Readonly<CrqEntry>): void {
    if (!this.asking || this.session === null || entry.session !== this.session.number) {
      this.channel.counters.staleSession++
      return
    }
    this.asking = false
    const buffer = entry.status === 0 ? this.pool.at(entry.bufferId) : undefined
    if (buffer !== undefined && buffer.owner === GUEST && buffer.carried === null) {
      this.tries = 0
      this.pool.take(buffer)
      this.proceed()
    } else {
      if (entry.status === 0) this.channel.counters.badBuffer++
      this.channel.counters.removesRefused++
      this.asking = true
      this.retryTimer.start(REMOVE_RETRY_NS)
    }
  }

  /** The guest had no buffer a moment ago. */
  retry(): void {
    this.asking = false
    this.tries++
    this.proceed()
  }

  /** Queues a reply; it goes out when its turn and a buffer come. */
  enqueue(message: Message): void {
    if (this.outbox.length >= OUTBOX_LIMIT) {
      this.channel.counters.outboxFull++
      this.channel.crossing.dropped(message)
    } else {
      this.outbox.push(message)
    }
    this.proceed()
  }

  /** Sends what can be sent, and hands back what PHYP does not need. */
  proceed(): void {
    while (this.outbox.length > 0 && (this.pool.phyp > 0 || this.needy())) this.sendFragment()
    const surplus = this.pool.phyp + this.pool.returning - this.owed - this.outbox.length
    for (let left = surplus < this.pool.phyp ? surplus : this.pool.phyp; left > 0; left--) this.handBack()
  }

  private fragment(session: VmcSession, length: number, left: number, content: unknown, contentBytes: number): void {
    const { counters, mtuBytes, crossing } = this.channel
    const total = this.partialBytes + length + left
    const fits = length <= mtuBytes && length === contentBytes && total <= MAX_MESSAGE_BYTES
    if (!fits || (this.partialLeft !== 0 && this.partialLeft !== length + left)) {
      counters.badLength++
      this.partialBytes = 0
      this.partialLeft = 0
      return
    }
    if (left > 0) {
      this.partialBytes += length
      this.partialLeft = left
      this.handBack()
      return
    }
    this.partialBytes = 0
    this.partialLeft = 0
    const message = messageIn(content, total)
    if (message === undefined) {
      counters.badMessage++
      return
    }
    counters.messagesIn++
    this.owed++
    crossing.inbound(session, message)
  }

  /** Nothing is PHYP's: true when the outbox shall be looked at again, since its head was given up. */
  private needy(): boolean {
    const { pool, channel } = this
    if (pool.returning > 0 || this.asking) return false
    if (pool.guest >= 2 && this.tries < REMOVE_TRIES) {
      // Never the guest's last buffer: it could not send any more.
      this.asking = true
      channel.counters.removesAsked++
      channel.put(VMC_REMOVE_BUFFER, 0, this.number(), this.index, 0, 0, 0)
      return false
    }
    if (this.sentBytes > 0) return false
    this.tries = 0
    channel.counters.withoutBuffer++
    this.dropHead()
    return this.outbox.length > 0 && pool.phyp > 0
  }

  private sendFragment(): void {
    const { pool, channel } = this
    const message = this.outbox[0]!
    const rest = message.bytes - this.sentBytes
    const length = rest < channel.mtuBytes ? rest : channel.mtuBytes
    const left = rest - length
    const buffer = pool.give()
    buffer.contentBytes = length
    if (left > 0) {
      this.sentBytes += length
      buffer.content = null
      pool.expect(buffer)
    } else {
      this.sentBytes = 0
      this.outbox.shift()
      buffer.content = message
      buffer.carried = message
      channel.counters.messagesOut++
    }
    channel.counters.signalsOut++
    channel.put(VMC_SIGNAL, 0, this.number(), this.index, buffer.id, left, length)
  }

  private handBack(): void {
    const { pool, channel } = this
    const buffer = pool.give()
    buffer.content = null
    channel.counters.returnsOut++
    channel.put(VMC_SIGNAL, 0, this.number(), this.index, buffer.id, 0, 0)
  }

  private dropHead(): void {
    const message = this.outbox.shift()
    if (message !== undefined) this.channel.crossing.dropped(message)
  }

  private number(): number {
    return this.session === null ? 0 : this.session.number
  }
}
