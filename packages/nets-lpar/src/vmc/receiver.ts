// The way in of one HMC connection: copies the hypervisor's fragments into the partition, hands back the buffers of those that
// are not the last, and gives the message when it is whole. Which command a message answers is hmc-connection.ts.

import { type CrqEntry, VMC_OK, VMC_SIGNAL } from '@powersim/protocol'
import type { BufferPool } from './buffer-pool.js'
import type { ChannelEnd, EntryWriter } from './channel-end.js'
import type { HmcConnection } from './hmc-connection.js'
import type { LocalBuffers } from './local-buffers.js'

export class Receiver {
  /** Of the message that is coming in, or came last: when its first Signal was seen, processor time, bytes. */
  sinceNs = -1
  workNs = 0
  bytes = 0
  readonly #end: ChannelEnd
  readonly #connection: HmcConnection
  readonly #buffers: BufferPool
  readonly #local: LocalBuffers
  readonly #writer: EntryWriter
  #whole = true
  #id = -1
  #extra = 0

  constructor(end: ChannelEnd, connection: HmcConnection, local: LocalBuffers, writer: EntryWriter) {
    this.#end = end
    this.#connection = connection
    this.#buffers = connection.buffers
    this.#local = local
    this.#writer = writer
  }

  /** A fragment for a buffer that was the hypervisor's. True: it is being copied, `fragmentCopied` will be called. */
  begin(entry: Readonly<CrqEntry>, seenNs: number): boolean {
    const { counts, driver, fragmentCopied, parameters, queue, work } = this.#end
    const { bufferId, value } = entry
    this.#buffers.receive(bufferId)
    counts.signalsReceived++
    if (!this.#local.copyIn(bufferId, this.#buffers.remoteAddress(bufferId), value)) {
      queue.breakDown()
      return false
    }
    if (this.#whole) {
      this.#whole = false
      this.sinceNs = seenNs
      this.workNs = 0
      this.bytes = 0
    }
    this.#id = bufferId
    this.#extra = entry.extra
    this.bytes += value
    this.workNs += work.run(parameters.perBufferNs, fragmentCopied, this.#connection, driver)
    return true
  }

  /** The fragment is there and paid for. True: it was the last one, its buffer is free again, `content` is the message's. */
  finish(): boolean {
    if (this.#extra > 0) {
      this.#buffers.handOver(this.#id)
      this.#end.counts.emptySent++
      this.#writer.post(VMC_SIGNAL, this.#connection.session, this.#id, VMC_OK)
      return false
    }
    this.#whole = true
    this.#buffers.release(this.#id)
    return true
  }

  /** What the whole message's last buffer holds. */
  content(): unknown {
    return this.#local.takeContent(this.#id)
  }

  drop(): void {
    this.#whole = true
  }
}
