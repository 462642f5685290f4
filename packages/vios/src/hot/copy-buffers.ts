// Buffers of a virtual I/O server for data that goes through its memory: file-backed and optical units. A buffer is mapped into the windows
// that use it when they first do, and stays mapped. It is taken by one command at a time.

import { H_COPY_RDMA, H_Success } from '@powersim/protocol'
import type { PhysicalAdapter } from './physical-adapter.js'
import type { ServerAdapter } from './server-adapter.js'
import { PAGE, type ServerPartition } from './server-partition.js'

/** Data of a command, at most: 128 KiB (ibm,max-virtual-dma-size at its smallest, LoPAR). */
export const MAX_TRANSFER_BYTES = 131_072
const BUFFER_PAGES = MAX_TRANSFER_BYTES / PAGE
/** Buffers in a server adapter's own window. */
const BUFFERS_IOBA = 0x80_0000

export class CopyBuffers {
  private readonly partition: ServerPartition
  /** Place of the first buffer in a physical adapter's window, in buffers: places of commands come before. */
  private readonly firstPlace: number
  private readonly free: Int32Array
  private freeCount: number
  /** By window's LIOBN: which buffers are mapped there. */
  private readonly mapped = new Map<number, Uint8Array>()

  constructor(partition: ServerPartition, buffers: number, firstPlace: number) {
    this.partition = partition
    this.firstPlace = firstPlace
    this.free = new Int32Array(buffers)
    this.freeCount = 0
    this.clear()
  }

  /** The partition starts anew: nothing is taken or mapped. */
  clear(): void {
    for (let buffer = 0; buffer < this.free.length; buffer++) this.free[buffer] = this.free.length - 1 - buffer
    this.freeCount = this.free.length
    this.mapped.clear()
  }

  /** A free buffer, mapped for both; -1 when none is free. */
  take(adapter: ServerAdapter, physical: PhysicalAdapter): number {
    if (this.freeCount === 0) return -1
    const buffer = this.free[--this.freeCount]!
    this.map(physical.liobn, buffer, this.physicalIoba(buffer))
    this.map(adapter.liobn, buffer, BUFFERS_IOBA + buffer * MAX_TRANSFER_BYTES)
    return buffer
  }

  release(buffer: number): void {
    this.free[this.freeCount++] = buffer
  }

  physicalIoba(buffer: number): number {
    return (this.firstPlace + buffer) * MAX_TRANSFER_BYTES
  }

  /** Copies data between a buffer and the client's pages; false: the client is gone, or has not mapped them. */
  copy(adapter: ServerAdapter, buffer: number, there: number, bytes: number, fromClient: boolean): boolean {
    const here = BUFFERS_IOBA + buffer * MAX_TRANSFER_BYTES
    const { liobn, remoteLiobn } = adapter
    const code = fromClient
      ? this.partition.call(H_COPY_RDMA, bytes, remoteLiobn, there, liobn, here)
      : this.partition.call(H_COPY_RDMA, bytes, liobn, here, remoteLiobn, there)
    return code === H_Success
  }

  private map(liobn: number, buffer: number, ioba: number): void {
    let mapped = this.mapped.get(liobn)
    if (mapped === undefined) {
      mapped = new Uint8Array(this.free.length)
      this.mapped.set(liobn, mapped)
    }
    if (mapped[buffer] === 1) return
    mapped[buffer] = 1
    this.partition.mapPages(liobn, ioba, this.partition.firstFreePage + buffer * BUFFER_PAGES, BUFFER_PAGES)
  }
}
