// The time-critical layer of the hypervisor (PLIC): all its tables and the hypercalls over them. It never waits and decides nothing about
// configuration: Dispatchable PHYP tells it which partition starts with how much memory, and when it ends.

import { Digest } from '@powersim/kernel'
import type { HypercallCosts } from '../parameters.js'
import { Hypercalls } from './hypercalls.js'
import { Interrupts } from './interrupts.js'
import { LanHypercalls } from './lan-hypercalls.js'
import { MemoryHypercalls } from './memory-hypercalls.js'
import { MemoryMap, type MemoryMapOptions } from './memory-map.js'
import { PageHypercalls } from './page-hypercalls.js'
import type { MemberTerms } from './paged-memory.js'
import { PlicCounts } from './plic-counts.js'
import { ProcessorAreas } from './processor-areas.js'
import { ProcessorHypercalls } from './processor-hypercalls.js'
import { QueueHypercalls } from './queue-hypercalls.js'
import { RealMemory } from './real-memory.js'
import { TceHypercalls } from './tce-hypercalls.js'
import { TerminalHypercalls } from './terminal-hypercalls.js'
import { Subventions } from './subventions.js'
import type { VirtualDevice } from './virtual-device.js'

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
  readonly lans: LanHypercalls
  readonly interrupts: Interrupts
  readonly processors: ProcessorHypercalls
  readonly sharedMemory: MemoryHypercalls
  readonly subventions: Subventions
  readonly terminals: TerminalHypercalls
  readonly hypercalls: Hypercalls
  readonly areas: ProcessorAreas
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
    this.queues = new QueueHypercalls(this.tces, this.contents, this.interrupts, this.counts)
    this.lans = new LanHypercalls(this.tces, this.queues, this.counts)
    this.subventions = new Subventions(this.memory, this.contents, this.areas, this.counts)
    this.sharedMemory = new MemoryHypercalls(this.memory, this.subventions)
    this.terminals = new TerminalHypercalls(this.counts)
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
    device.lan?.free()
    this.queues.detach(device)
    this.tces.remove(device.local.liobn)
  }

  /**
   * A partition starts: it gets blocks, cleared, an empty page table of so many entries, a power of two from 8 to 2^31, and virtual
   * processors. Returns the blocks that it got: less when memory is short. `sharing`: its memory is of the shared pool. Throws PhypError
   * `bad-parameter`.
   */
  started(lparId: number, blocks: number, entries: number, virtualProcessors: number, sharing: MemberTerms | null = null): number {
    this.ended(lparId)
    if (sharing !== null) this.memory.paged?.join(sharing)
    const given = this.memory.assignFirst(lparId, blocks)
    this.interrupts.started(lparId, virtualProcessors)
    this.processors.started(lparId, virtualProcessors)
    this.pages.create(lparId, entries)
    return given
  }

  /** A partition runs no more: nothing maps its memory, which is free. */
  ended(lparId: number): void {
    this.pages.discard(lparId)
    this.tces.ended(lparId)
    this.interrupts.ended(lparId)
    this.processors.ended(lparId)
    this.subventions.ended(lparId)
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
    this.subventions.foldInto(digest)
    this.processors.foldInto(digest)
    this.queues.foldInto(digest)
    this.lans.foldInto(digest)
    this.terminals.foldInto(digest)
    return digest.hex()
  }
}
