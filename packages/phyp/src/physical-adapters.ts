// The physical adapters that partitions own: a DMA window and an interrupt source each. What is behind an adapter is its partition's
// program's model; here is only what the hypervisor does: look at each transfer, and find whose an interrupt is.

import type { DeviceDma, PartitionHost, PhysicalInterrupts } from '@powersim/protocol'
import type { Plic } from './plic/plic.js'

/** How the hypervisor names an adapter. */
export interface PhysicalAdapterNumbers {
  readonly liobn: number
  readonly source: number
}

export class PhysicalAdapters implements PhysicalInterrupts {
  readonly dma: DeviceDma
  private readonly plic: Plic
  private readonly host: PartitionHost
  private readonly owners = new Map<number, number>()

  constructor(plic: Plic, host: PartitionHost) {
    this.plic = plic
    this.host = host
    this.dma = plic.tces.transfers
  }

  /** A partition gets an adapter: its window maps nothing until the partition does. */
  add(lparId: number): PhysicalAdapterNumbers {
    const source = this.plic.queues.addSource(lparId)
    this.owners.set(source, lparId)
    return { liobn: this.plic.tces.addPhysical(lparId), source }
  }

  raise(source: number): void {
    const owner = this.owners.get(source)
    if (owner !== undefined && this.plic.interrupts.trigger(source)) this.host.interrupt(owner, source)
  }
}
