// The time-critical layer of the hypervisor (PLIC): all its tables and the hypercalls over them. It never waits and decides nothing about
// configuration: Dispatchable PHYP tells it which partition starts with how much memory, and when it ends.

import { Digest } from '@powersim/kernel'
import type { HypercallCosts } from '../parameters.js'
import { GROUP, MAX_ENTRIES } from './hashed-page-table.js'
import { Hypercalls } from './hypercalls.js'
import { Interrupts } from './interrupts.js'
import { MemoryMap, type MemoryMapOptions } from './memory-map.js'
import { PageHypercalls } from './page-hypercalls.js'
import { PlicCounts } from './plic-counts.js'
import { ProcessorAreas } from './processor-areas.js'
import { ProcessorHypercalls } from './processor-hypercalls.js'
import { QueueHypercalls } from './queue-hypercalls.js'
import { RealMemory } from './real-memory.js'
import { TceHypercalls } from './tce-hypercalls.js'
import type { VirtualDevice } from './virtual-device.js'

/** Four entries of 16 bytes per page of 4 KiB: a page table is a 64th of the most memory that its partition can get (LoPAR, PFT_size). */
const ENTRIES_PER_PAGE = 4
/** DMA window of a virtual device (QEMU spapr_vscsi.c, rtce_window_size). */
const DEVICE_WINDOW_BYTES = 0x1000_0000

export interface PlicOptions extends MemoryMapOptions {
  readonly hypercalls: HypercallCosts
}

export class Plic {
  readonly memory: MemoryMap
  readonly contents: RealMemory
  readonly pages: PageHypercalls
  readonly queues: QueueHypercalls
  readonly tces: TceHypercalls
  readonly interrupts: Interrupts
  readonly processors: ProcessorHypercalls
  readonly hypercalls: Hypercalls
  private readonly areas: ProcessorAreas
  private readonly counts = new PlicCounts()

  /** Throws PhypError `bad-parameter`. */
  constructor(options: PlicOptions) {
    this.contents = new RealMemory()
    this.memory = new MemoryMap(options, this.contents, this.counts)
    this.pages = new PageHypercalls(this.memory, this.contents, this.counts)
    this.tces = new TceHypercalls(this.memory, this.contents, this.counts)
    this.interrupts = new Interrupts(this.counts)
    this.areas = new ProcessorAreas(this.memory, this.contents, this.counts)
    this.processors = new ProcessorHypercalls(this.interrupts, this.areas, this.counts)
    this.queues = new QueueHypercalls(this.tces, this.interrupts, this.counts)
    this.hypercalls = new Hypercalls(this, options.hypercalls)
  }

  /** Writes to the state so far: a refused call has added none. */
  get writes(): number {
    return this.counts.writes
  }

  /** A virtual device exists from now on: its queue, and its window for the partition's own memory. */
  attach(device: VirtualDevice): void {
    this.queues.attach(device)
    this.tces.add({ lparId: device.lparId, liobn: device.local.liobn, busOffset: 0, bytes: DEVICE_WINDOW_BYTES, physical: false })
  }

  /** It exists no more. */
  detach(device: VirtualDevice): void {
    this.queues.detach(device)
    this.tces.remove(device.local.liobn)
  }

  /** A partition starts: it gets blocks, cleared, an empty page table for the most blocks that it can have, and virtual processors. */
  started(lparId: number, blocks: number, maxBlocks: number, virtualProcessors: number): void {
    this.ended(lparId)
    this.memory.assignFirst(lparId, blocks)
    this.interrupts.started(lparId, virtualProcessors)
    this.processors.started(lparId, virtualProcessors)
    this.pages.create(lparId, pageTableEntries(Math.max(blocks, maxBlocks) * this.memory.pagesPerBlock))
  }

  /** A partition runs no more: nothing maps its memory, which is free. */
  ended(lparId: number): void {
    this.pages.discard(lparId)
    this.tces.ended(lparId)
    this.interrupts.ended(lparId)
    this.processors.ended(lparId)
    this.memory.withdrawAll(lparId)
  }

  /** Digest of the whole state, 16 hexadecimal digits: for tests, as it visits everything. */
  digest(): string {
    const digest = new Digest()
    this.memory.foldInto(digest)
    this.contents.foldInto(digest)
    this.pages.foldInto(digest)
    this.tces.foldInto(digest)
    this.interrupts.foldInto(digest)
    this.areas.foldInto(digest)
    this.processors.foldInto(digest)
    this.queues.foldInto(digest)
    return digest.hex()
  }
}

/** Entries of the page table for so many pages of 4 KiB: the next power of two of four per page. */
export function pageTableEntries(pages: number): number {
  let entries = GROUP
  while (entries < pages * ENTRIES_PER_PAGE && entries < MAX_ENTRIES) entries *= 2
  return entries
}
