// The partition's own memory for the messages of one HMC connection: a DMA region per buffer, mapped when it is first used, and
// the copies between it and the hypervisor's buffer. Only the partition moves data, both ways (ibmvmc).

import type { Simulation } from '@powersim/kernel'
import { type DmaRegion, type DmaWindow, H_COPY_RDMA, H_Success } from '@powersim/protocol'
import type { ChannelEnd } from './channel-end.js'

/** I/O bus addresses of the buffers: a span each, after the queue's page at 0. */
const SPAN = 0x10000

export class LocalBuffers {
  readonly #end: ChannelEnd
  readonly #firstIoba: number
  readonly #regions: (DmaRegion | undefined)[] = []

  constructor(end: ChannelEnd, hmcIndex: number) {
    this.#end = end
    this.#firstIoba = SPAN * (hmcIndex * end.parameters.poolSize + 1)
  }

  /** Puts a content into the buffer and copies it to the hypervisor. False: the copy was refused. */
  copyOut(id: number, remoteAddress: number, content: unknown, bytes: number): boolean {
    const region = this.#region(id)
    region.content = content
    region.contentBytes = bytes
    const near = this.#window().liobn
    return this.#end.work.hypercall(H_COPY_RDMA, bytes, near, region.ioba, near + 1, remoteAddress) === H_Success
  }

  /** Copies from the hypervisor into the buffer. False: the copy was refused. */
  copyIn(id: number, remoteAddress: number, bytes: number): boolean {
    const region = this.#region(id)
    const near = this.#window().liobn
    return this.#end.work.hypercall(H_COPY_RDMA, bytes, near + 1, remoteAddress, near, region.ioba) === H_Success
  }

  /** Takes the content out of the buffer. */
  takeContent(id: number): unknown {
    const region = this.#region(id)
    const { content } = region
    region.content = null
    return content
  }

  /** Takes the buffers out of the window, if they are still there. */
  unmap(window: DmaWindow): void {
    for (const region of this.#regions) {
      if (region !== undefined && window.at(region.ioba) === region) window.unmap(region.ioba)
    }
    this.#regions.length = 0
  }

  #region(id: number): DmaRegion {
    const known = this.#regions[id]
    if (known !== undefined) return known
    const region = { ioba: this.#firstIoba + SPAN * id, bytes: this.#end.parameters.mtuBytes, page: null, content: null, contentBytes: 0 }
    this.#window().map(region)
    this.#regions[id] = region
    return region
  }

  #window(): DmaWindow {
    const { window } = this.#end
    const simulation: Simulation = this.#end.simulation
    simulation.invariant(window !== null, 'vmc: a running channel has its window')
    return window
  }
}
