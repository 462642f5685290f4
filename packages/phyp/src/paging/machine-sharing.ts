// The machine's shared memory from its configuration: a pool is made, resized and removed, partitions join with what they hold, paging
// servers get their streams. Until there is a pool none of it exists. Who decides all that is Dispatchable PHYP.

import { type Handler, mib, seconds, type Simulation } from '@powersim/kernel'
import { PAGE_TOUCH, type PageTouch, type PartitionHost, type TouchPort } from '@powersim/protocol'
import type { Holding, MemoryPoolRecord } from '../dispatchable/configuration.js'
import type { SharedMemoryHooks, SharedMemoryMember } from '../dispatchable/shared-memory.js'
import { PAGE_BYTES } from '../plic/memory-map.js'
import type { MemberTerms } from '../plic/paged-memory.js'
import type { Plic } from '../plic/plic.js'
import type { VirtualDevice } from '../plic/virtual-device.js'
import type { VirtualDevices } from '../virtual-devices.js'
import type { SpendTime } from './page-merging.js'
import { SharedMemory } from './shared-memory.js'

/** Period of the pager's sampling (LoPAR: "single digit seconds"). */
const SAMPLE_EVERY_NS = seconds(5)
const PAGES_PER_MIB = mib(1) / PAGE_BYTES

export interface SharingWiring {
  readonly name: string
  readonly regionMiB: number
  readonly host: PartitionHost
  readonly devices: () => VirtualDevices
  readonly usedNs: (lparId: number) => number
  readonly spend?: SpendTime | undefined
}

export class MachineSharing implements SharedMemoryHooks, TouchPort {
  /** Null until there has been a pool. */
  memory: SharedMemory | null = null
  private readonly simulation: Simulation
  private readonly plic: Plic
  private readonly wiring: SharingWiring
  private readonly streams = new Map<number, VirtualDevice>()
  private pagingVioses: readonly number[] = []

  constructor(simulation: Simulation, plic: Plic, wiring: SharingWiring) {
    this.simulation = simulation
    this.plic = plic
    this.wiring = wiring
  }

  pool(record: MemoryPoolRecord | null): void {
    const { regionMiB, name, usedNs, spend } = this.wiring
    if (record === null && this.memory === null) return
    this.memory ??= new SharedMemory(this.simulation, this.plic, {
      name,
      sampleEveryNs: SAMPLE_EVERY_NS,
      usedNs,
      ...(spend === undefined ? {} : { spend }),
    })
    this.memory.resizePool((record?.sizeMiB ?? 0) / regionMiB, (record?.maxMiB ?? 0) / regionMiB)
    this.memory.setDeduplication(record?.deduplication ?? false)
    this.pagingVioses = record?.pagingVioses ?? []
    this.memory.pagingVioses = this.pagingVioses
    this.serve(this.pagingVioses)
    this.plic.subventions.signal ??= (lparId) => this.wiring.host.subvention?.(lparId)
  }

  /** What a partition that is about to start joins with; null: its memory is its own. */
  termsOf(lparId: number, { sharing, maxMiB, processors }: Holding): MemberTerms | null {
    if (sharing === null) return null
    return {
      lparId,
      processors: processors.procs,
      mostBlocks: maxMiB / this.wiring.regionMiB,
      ioEntitledPages: sharing.ioEntitledMiB * PAGES_PER_MIB,
      weight: sharing.weight,
      pagingVioses: sharing.pagingVioses.length > 0 ? sharing.pagingVioses : this.pagingVioses,
    }
  }

  started(): void {}

  resized({ lparId, sharedMemory: { ioEntitledMiB, weight } }: SharedMemoryMember): void {
    this.memory?.change(lparId, ioEntitledMiB * PAGES_PER_MIB, weight)
  }

  ended(): void {}

  shares(lparId: number): boolean {
    return this.memory?.shares(lparId) ?? false
  }

  touch<A>(lparId: number, processor: number, page: number, write: boolean, resolved: Handler<A>, argument: A): PageTouch {
    return this.memory?.touch(lparId, processor, page, write, resolved, argument) ?? PAGE_TOUCH.THERE
  }

  /** Each paging server has a stream, and nobody else. */
  private serve(vioses: readonly number[]): void {
    const devices = this.wiring.devices()
    for (const [viosId, device] of [...this.streams]) {
      if (vioses.includes(viosId)) continue
      this.wiring.host.deviceChanged(viosId, device.unitAddress, false)
      devices.removeVasi(device)
      this.memory?.paging.forget(viosId)
      this.streams.delete(viosId)
    }
    for (const viosId of vioses) {
      if (this.streams.has(viosId)) continue
      const device = devices.addVasi(viosId)
      this.memory?.paging.serve(device)
      this.streams.set(viosId, device)
      this.wiring.host.deviceChanged(viosId, device.unitAddress, true)
    }
  }
}
