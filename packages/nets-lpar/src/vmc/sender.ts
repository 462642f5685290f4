// The way out of one HMC connection: requests go one after the other, each in fragments of at most the MTU, each fragment in a
// buffer that is the hypervisor's afterwards. The buffer of a fragment that is not the last comes back by an empty Signal, and
// goes to the message under way before anybody else, so that one buffer is enough for a message of any size.

import type { Simulation } from '@powersim/kernel'
import { VMC_OK, VMC_SIGNAL } from '@powersim/protocol'
import { BUFFER, HYPERVISOR, VMC_OUT } from '../stages.js'
import type { BufferPool } from './buffer-pool.js'
import type { ChannelEnd, EntryWriter } from './channel-end.js'
import type { HmcConnection } from './hmc-connection.js'
import type { LocalBuffers } from './local-buffers.js'
import type { Trip } from './trip.js'

export class Sender {
  readonly #end: ChannelEnd
  readonly #connection: HmcConnection
  readonly #buffers: BufferPool
  readonly #local: LocalBuffers
  readonly #writer: EntryWriter
  readonly #queue: Trip[] = []
  #trip: Trip | null = null
  #waits = false
  #id = -1
  #bytes = 0
  #workNs = 0

  constructor(end: ChannelEnd, connection: HmcConnection, local: LocalBuffers, writer: EntryWriter) {
    this.#end = end
    this.#connection = connection
    this.#buffers = connection.buffers
    this.#local = local
    this.#writer = writer
  }

  /** Whether a message under way waits for a buffer. */
  get waits(): boolean {
    return this.#waits
  }

  /** Sends the request of a credited trip, after those that were asked for before. */
  transmit(trip: Trip): void {
    trip.clock.enter(VMC_OUT, this.#end.simulation.now)
    trip.leftBytes = trip.request?.bytes ?? 0
    if (this.#trip === null) {
      this.#begin(trip)
      return
    }
    trip.phase = 'queued'
    this.#queue.push(trip)
  }

  /** Goes on with a free buffer. Only when the message waits and one is free. */
  resume(): void {
    const trip = this.#trip
    this.#end.simulation.invariant(trip !== null && this.#waits, 'vmc: only a message that waits goes on')
    this.#waits = false
    trip.timer.stop()
    trip.clock.enter(VMC_OUT, this.#end.simulation.now)
    this.#fragment(trip, this.#buffers.take())
  }

  /** The driver's work for a fragment is done: signal it. */
  fragmentReady(): void {
    const { counts, parameters } = this.#end
    const simulation: Simulation = this.#end.simulation
    const trip = this.#trip
    simulation.invariant(trip !== null, 'vmc: a fragment belongs to the message that is being sent')
    // Counted when it is done: a reset may have cut it off.
    trip.clock.work(this.#workNs)
    trip.leftBytes -= this.#bytes
    this.#writer.post(VMC_SIGNAL, this.#connection.session, this.#id, VMC_OK, this.#bytes, trip.leftBytes)
    this.#buffers.handOver(this.#id)
    trip.bufferId = -1
    counts.signalsSent++
    if (trip.leftBytes > 0) {
      if (this.#buffers.free > 0) {
        this.#fragment(trip, this.#buffers.take())
      } else {
        this.#waits = true
        trip.clock.enter(BUFFER, simulation.now)
        trip.timer.start(parameters.replyTimeoutNs)
      }
      return
    }
    counts.messagesOut++
    trip.phase = 'outstanding'
    trip.clock.enter(HYPERVISOR, simulation.now)
    trip.timer.start(parameters.replyTimeoutNs)
    this.#trip = null
    const next = this.#queue.shift()
    if (next !== undefined) this.#begin(next)
  }

  /** Nothing is under way any more; the trips are the connection's to give up. */
  drop(): void {
    this.#queue.length = 0
    this.#trip = null
    this.#waits = false
  }

  #begin(trip: Trip): void {
    this.#trip = trip
    trip.phase = 'sending'
    this.#fragment(trip, trip.bufferId)
  }

  #fragment(trip: Trip, id: number): void {
    const { mtuBytes, parameters, queue, work, fragmentReady } = this.#end
    this.#id = id
    this.#bytes = trip.leftBytes < mtuBytes ? trip.leftBytes : mtuBytes
    const content = this.#bytes === trip.leftBytes ? trip.request : null
    if (!this.#local.copyOut(id, this.#buffers.remoteAddress(id), content, this.#bytes)) {
      queue.breakDown()
      return
    }
    this.#workNs = work.run(parameters.perBufferNs, fragmentReady, this.#connection, this.#connection)
  }
}
