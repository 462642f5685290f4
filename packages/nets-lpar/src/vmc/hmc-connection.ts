// One HMC connection of the management channel, as the partition's driver keeps it (ibmvmc): its session and its buffers.
// States: free -claim-> initial -id in the seed buffer-> opening -response-> ready -close-> closing -response-> free;
// opening -refused-> failed -given up-> free. A reset of the driver or a transport event leads from everywhere to free.
// How messages cross is in sender.ts and receiver.ts; who gets which connection is driver.ts.

import type { Timer } from '@powersim/kernel'
import {
  type CrqEntry,
  decodeMessage,
  type Message,
  VMC_ADD_BUFFER,
  VMC_CLOSE,
  VMC_INVALID_BUFFER,
  VMC_NO_BUFFER,
  VMC_OK,
  VMC_OPEN,
  VMC_REMOVE_BUFFER,
  VMC_RESPONSE,
} from '@powersim/protocol'
import type { Life } from '../guest-work.js'
import { VMC_IN } from '../stages.js'
import { BufferPool } from './buffer-pool.js'
import { type ChannelEnd, EntryWriter } from './channel-end.js'
import { type ConsoleShare, HMC_ID_BYTES } from './console-share.js'
import { LocalBuffers } from './local-buffers.js'
import { Receiver } from './receiver.js'
import { Sender } from './sender.js'
import type { Trip } from './trip.js'

export const hmcStates = ['free', 'initial', 'opening', 'ready', 'closing', 'failed'] as const
export type HmcState = (typeof hmcStates)[number]

/** Session numbers are 1 to 255, then 1 again; 0 is no session. */
const MAX_SESSION = 255
/** How often, and after what time, the id is copied again when the hypervisor does not take it (estimate). */
const OPEN_TRIES = 16
const OPEN_RETRY_NS = 10_000

export class HmcConnection implements Life {
  life = 0
  readonly index: number
  readonly buffers: BufferPool
  readonly local: LocalBuffers
  readonly sender: Sender
  state: HmcState = 'free'
  /** The next one at every open; messages of an older session are dropped. */
  session = 0
  share: ConsoleShare | null = null
  readonly #end: ChannelEnd
  readonly #writer: EntryWriter
  readonly #receiver: Receiver
  // Trips from their credit to their reply.
  readonly #active: Trip[] = []
  readonly #openTimer: Timer
  // The seed buffer, taken while the connection is being opened.
  #seed = -1
  #openTries = 0

  constructor(end: ChannelEnd, index: number) {
    this.#end = end
    this.index = index
    this.buffers = new BufferPool(end.simulation, end.parameters.poolSize)
    this.local = new LocalBuffers(end, index)
    this.#writer = new EntryWriter(end, index)
    this.sender = new Sender(end, this, this.local, this.#writer)
    this.#receiver = new Receiver(end, this, this.local, this.#writer)
    this.#openTimer = end.simulation.timer(end.idWritten, this)
  }

  /** Trips that hold a buffer or wait for a reply. */
  get active(): number {
    return this.#active.length
  }

  /** free -> initial: the connection is the console's, and opens as soon as there is a seed buffer. */
  claim(share: ConsoleShare): void {
    this.share = share
    share.connection = this
    this.state = 'initial'
    this.#open()
  }

  /** The console has no session any more. One that is being opened waits for its response first. */
  abandon(): void {
    if (this.state === 'ready') {
      this.life++
      this.state = 'closing'
      this.share = null
      this.#writer.post(VMC_CLOSE, this.session, 0)
    } else if (this.state === 'initial' || this.state === 'failed') {
      // It never was open: the seed stays for the next console.
      this.life++
      this.#openTimer.stop()
      if (this.#seed >= 0) this.buffers.release(this.#seed)
      this.#seed = -1
      this.share = null
      this.state = 'free'
    }
  }

  /** Everything of the session is over: reset, transport event or stop. Commands that were under way are given up, if `tell`. */
  drop(tell: boolean): void {
    this.life++
    this.sender.drop()
    this.#receiver.drop()
    this.buffers.clear()
    this.#openTimer.stop()
    this.#seed = -1
    if (this.share !== null) this.share.connection = null
    this.share = null
    this.state = 'free'
    for (const trip of this.#active.splice(0)) {
      const { phase } = trip
      trip.comeHome()
      if (!tell) continue
      if (phase === 'credited') trip.phase = 'stranded'
      else if (phase === 'outstanding') trip.traveller.gaveUp('failed', 'the management channel was closed before the reply came')
      else trip.traveller.gaveUp('busy', 'the management channel was closed before the command was sent')
    }
  }

  /** The console's id is in the local buffer: copy it, and open. A hypervisor that is not ready for it is asked again. */
  idWritten(): void {
    const { share } = this
    const id = this.#seed
    if (this.state !== 'initial' || share === null || id < 0) return
    if (this.local.copyOut(id, this.buffers.remoteAddress(id), share.hmcId, HMC_ID_BYTES)) {
      this.session = this.session === MAX_SESSION ? 1 : this.session + 1
      this.state = 'opening'
      this.#writer.post(VMC_OPEN, this.session, id)
    } else if (++this.#openTries < OPEN_TRIES) {
      this.#openTimer.start(OPEN_RETRY_NS)
    } else {
      this.#end.queue.breakDown()
    }
  }

  /** Add Buffer: it is the partition's from now on. */
  addBuffer(entry: Readonly<CrqEntry>, poolSize: number): void {
    const { bufferId, session } = entry
    const fits = bufferId < poolSize && bufferId < this.buffers.capacity && !this.buffers.knows(bufferId)
    if (fits) this.buffers.add(bufferId, entry.value)
    this.#writer.post(VMC_ADD_BUFFER | VMC_RESPONSE, session, bufferId, fits ? VMC_OK : VMC_INVALID_BUFFER)
    if (!fits) return
    this.#open()
    this.serve()
  }

  /** Remove Buffer: one that is free becomes the hypervisor's. */
  removeBuffer(entry: Readonly<CrqEntry>): void {
    const id = this.buffers.take()
    if (id >= 0) this.buffers.handOver(id)
    this.#writer.post(VMC_REMOVE_BUFFER | VMC_RESPONSE, entry.session, id < 0 ? 0 : id, id < 0 ? VMC_NO_BUFFER : VMC_OK)
  }

  /** Open Response. */
  opened(status: number): void {
    if (this.state !== 'opening') {
      this.#end.counts.unexpected++
      return
    }
    if (status === VMC_OK) {
      this.#end.counts.opened++
      this.buffers.release(this.#seed)
      this.#seed = -1
      this.state = 'ready'
    } else {
      this.state = 'failed'
      for (const trip of this.share?.waiting.splice(0) ?? []) {
        trip.comeHome()
        trip.traveller.gaveUp('failed', `the hypervisor did not open the management channel (status ${status})`)
      }
    }
    if (this.share === null || this.share.sessions === 0) this.abandon()
    else this.serve()
  }

  /** Close Response: all buffers are gone. False: the close failed, and the driver must reset. */
  closed(status: number): boolean {
    if (this.state !== 'closing' || status !== VMC_OK) return false
    this.#end.counts.closed++
    this.buffers.clear()
    this.state = 'free'
    return true
  }

  /** Gives free buffers to whoever is first: the message that is being sent, then the commands that wait. */
  serve(): void {
    while (this.state === 'ready' && this.buffers.free > 0) {
      if (this.sender.waits) {
        this.sender.resume()
        continue
      }
      const trip = this.share?.waiting.shift()
      if (trip === undefined) return
      this.credit(trip)
      trip.traveller.credited()
    }
  }

  /** Gives a free buffer to a trip. Only when one is free. */
  credit(trip: Trip): void {
    trip.bufferId = this.buffers.take()
    trip.phase = 'credited'
    trip.timer.stop()
    this.#active.push(trip)
  }

  /** A trip has waited too long for its reply. */
  forget(trip: Trip): void {
    const at = this.#active.indexOf(trip)
    if (at >= 0) this.#active.splice(at, 1)
  }

  /** Signal of the hypervisor, seen at `seenNs`. True: a fragment is being copied in, and the driver goes on when it is. */
  signalled(entry: Readonly<CrqEntry>, seenNs: number): boolean {
    const { counts, mtuBytes } = this.#end
    const { bufferId, value } = entry
    if (this.state !== 'ready' || entry.session !== this.session || !this.buffers.isHypervisors(bufferId) || value > mtuBytes) {
      counts.stale++
      return false
    }
    if (value > 0) return this.#receiver.begin(entry, seenNs)
    counts.emptyReceived++
    this.buffers.receive(bufferId)
    this.buffers.release(bufferId)
    this.serve()
    return false
  }

  /** The fragment that was being copied in is there. */
  fragmentCopied(): void {
    if (this.state !== 'ready') {
      // Closed in between: its buffers are the hypervisor's affair.
      this.#receiver.drop()
      return
    }
    if (!this.#receiver.finish()) return
    this.#deliver(this.#receiver.content())
    this.serve()
  }

  /** Takes the seed buffer and writes the console's id into it. */
  #open(): void {
    if (this.state !== 'initial' || this.#seed >= 0 || this.buffers.free === 0) return
    const { idWritten, parameters, work } = this.#end
    this.#seed = this.buffers.take()
    this.#openTries = 0
    work.run(parameters.perBufferNs, idWritten, this, this)
  }

  #deliver(content: unknown): void {
    const { counts } = this.#end
    counts.messagesIn++
    // What lies in a message buffer is a message, or its bytes when the hop really encodes.
    const reply = content instanceof Uint8Array ? decodeMessage(content) : (content as Message)
    const at = this.#active.findIndex((trip) => trip.phase === 'outstanding' && answers(reply, trip.request))
    const trip = this.#active[at]
    if (trip === undefined || trip.request === null) {
      counts.unmatched++
      return
    }
    this.#active.splice(at, 1)
    const { entity, attempt } = trip.request
    const { sinceNs, workNs, bytes } = this.#receiver
    trip.clock.enter(VMC_IN, sinceNs)
    trip.clock.work(workNs)
    trip.comeHome()
    trip.traveller.replied(content === reply ? reply : { ...reply, entity, attempt, bytes })
  }
}

/** Whether `reply` answers `request`: the same key, and addressed to who asked. */
function answers(reply: Message, request: Message | null): boolean {
  return request !== null && reply.sequence === request.sequence && reply.epoch === request.epoch && reply.target === request.source
}
