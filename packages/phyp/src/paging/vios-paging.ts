// Paging through virtual I/O servers: page-outs and page-ins become operations on the stream of the partition's paging server. When that is
// gone, what it had and what comes goes to the second one; when both are, everything waits until one is back: nothing is lost, and the
// partitions stall on their faults. At most two servers for a pool (LoPAR, CMO: primary and secondary paging service partition).
// What waits is bounded by the pager: no more page-outs and faults than its limits.

import { type Handler, ms, type Simulation } from '@powersim/kernel'
import { type PageImage, type PagingPort, type PagingTransfer, VASI_READ, VASI_WRITE } from '@powersim/protocol'
import type { VirtualDevice } from '../plic/virtual-device.js'
import { type StreamOperation, type StreamOwner, VasiStream } from './vasi-stream.js'

/** What is in the frames of the pool. */
export interface FrameImages {
  imageOf(frame: number, version: number): PageImage
  putImage(frame: number, image: PageImage): void
}

/** A read that a server could not serve is asked again after so long, ns (estimate): its page is nowhere else. */
const RETRY_NS = ms(100)

class Operation implements StreamOperation {
  readonly kind: number
  readonly transfer: PagingTransfer
  readonly done: Handler<PagingTransfer>
  readonly lparId: number
  readonly page: number
  image: unknown

  constructor(kind: number, transfer: PagingTransfer, image: PageImage | null, done: Handler<PagingTransfer>) {
    this.kind = kind
    this.transfer = transfer
    this.done = done
    this.lparId = transfer.member
    this.page = transfer.page
    this.image = image
  }
}

/** The servers of one partition, the primary one first, and which of them has its operations now. */
interface Client {
  readonly vioses: readonly number[]
  current: number
  readonly waiting: Operation[]
}

export interface ViosPagingStatistics {
  readonly writes: number
  readonly reads: number
  readonly failed: number
  /** Operations that a lost server had, and that the other one got, or that wait. */
  readonly resent: number
  /** Moves of a partition from one server to the other. */
  readonly failOvers: number
  /** Operations that wait for a server. */
  readonly waiting: number
}

export class ViosPaging implements PagingPort, StreamOwner {
  private readonly simulation: Simulation
  private readonly images: FrameImages
  private readonly streams = new Map<number, VasiStream>()
  private readonly clients = new Map<number, Client>()
  private readonly again: Handler<Operation>
  private readonly counts = { writes: 0, reads: 0, failed: 0, resent: 0, failOvers: 0 }

  constructor(simulation: Simulation, name: string, images: FrameImages) {
    this.simulation = simulation
    this.images = images
    this.again = simulation.handler<Operation>(`${name}.again`, (operation) => this.submit(operation))
  }

  /** The stream of a paging server: `device` is a new virtual device of its partition. */
  serve(device: VirtualDevice): VasiStream {
    const stream = new VasiStream(device, this)
    this.streams.set(device.lparId, stream)
    return stream
  }

  /** The server pages no more. */
  forget(viosId: number): void {
    this.streams.delete(viosId)
  }

  streamOf(viosId: number): VasiStream | undefined {
    return this.streams.get(viosId)
  }

  /** A partition is paged for by these servers from now on. */
  join(lparId: number, vioses: readonly number[]): void {
    this.clients.set(lparId, { vioses, current: 0, waiting: [] })
    this.tell()
  }

  /** It runs no more: what still waits fails, and what a server has is nobody's when it ends. */
  leave(lparId: number): void {
    const client = this.clients.get(lparId)
    this.clients.delete(lparId)
    for (const operation of client?.waiting ?? []) this.end(operation, true)
    this.tell()
  }

  write(transfer: PagingTransfer, done: Handler<PagingTransfer>): void {
    this.counts.writes++
    this.submit(new Operation(VASI_WRITE, transfer, this.images.imageOf(transfer.frame, transfer.stamp), done))
  }

  read(transfer: PagingTransfer, done: Handler<PagingTransfer>): void {
    this.counts.reads++
    this.submit(new Operation(VASI_READ, transfer, null, done))
  }

  /** A page's place on the device is the page's own: it is written again, or never read. */
  discard(): void {}

  statistics(): ViosPagingStatistics {
    let waiting = 0
    for (const client of this.clients.values()) waiting += client.waiting.length
    return { ...this.counts, waiting }
  }

  enabled(): void {
    this.tell()
    for (const client of this.clients.values()) this.drain(client)
  }

  lost(_stream: VasiStream, operations: readonly StreamOperation[]): void {
    // Before what has come since, in the order in which they were given.
    for (let at = operations.length - 1; at >= 0; at--) {
      // What a stream holds was given to it by `drain`.
      const operation = operations[at] as Operation
      const client = this.clients.get(operation.lparId)
      if (client === undefined) {
        this.end(operation, true)
        continue
      }
      this.counts.resent++
      client.waiting.unshift(operation)
    }
    for (const client of this.clients.values()) this.drain(client)
  }

  answered(given: StreamOperation, ok: boolean): void {
    // As above.
    const operation = given as Operation
    // A read's image is what the server has copied into the buffer.
    const image = operation.image as PageImage | null
    const failed = !ok || image === null
    if (failed) this.counts.failed++
    if (failed && operation.kind === VASI_READ && this.clients.has(operation.lparId)) {
      operation.image = null
      this.simulation.schedule(RETRY_NS, this.again, operation)
    } else {
      if (!failed && operation.kind === VASI_READ) {
        operation.transfer.stamp = image.version
        this.images.putImage(operation.transfer.frame, image)
      }
      this.end(operation, failed)
    }
    for (const client of this.clients.values()) this.drain(client)
  }

  private submit(operation: Operation): void {
    const client = this.clients.get(operation.lparId)
    if (client === undefined) {
      this.end(operation, true)
      return
    }
    client.waiting.push(operation)
    this.drain(client)
  }

  private end({ transfer, done }: Operation, failed: boolean): void {
    transfer.failed = failed
    this.simulation.call(done, transfer)
  }

  private drain(client: Client): void {
    this.choose(client)
    const stream = this.streamFor(client)
    while (stream?.free === true) {
      const operation = client.waiting.shift()
      if (operation === undefined) return
      stream.submit(operation)
    }
  }

  /** The first server that is there, beginning with the present one: a partition stays where it is until that is lost. */
  private choose(client: Client): void {
    if (this.streamFor(client)?.enabled === true) return
    for (let at = 0; at < client.vioses.length; at++) {
      if (this.streams.get(client.vioses[at]!)?.enabled !== true) continue
      if (at !== client.current) this.counts.failOvers++
      client.current = at
      return
    }
  }

  private streamFor({ vioses, current }: Client): VasiStream | undefined {
    const viosId = vioses[current]
    return viosId === undefined ? undefined : this.streams.get(viosId)
  }

  private tell(): void {
    for (const [viosId, stream] of this.streams) {
      let some = false
      for (const { vioses } of this.clients.values()) if (vioses.includes(viosId)) some = true
      stream.clients(some)
    }
  }
}
