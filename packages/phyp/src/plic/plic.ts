// The time-critical layer of the hypervisor (PLIC): all its tables and the hypercalls over them. It never waits and decides nothing about
// configuration: Dispatchable PHYP tells it which partition starts with how much memory, and when it ends.

import { Digest } from '@powersim/kernel'
import type { PhypParameters } from '../parameters.js'
import { GROUP, MAX_ENTRIES } from './hashed-page-table.js'
import { Hypercalls } from './hypercalls.js'
import { MAX_BLOCKS, MemoryMap, PAGE_BYTES } from './memory-map.js'
import { PageHypercalls } from './page-hypercalls.js'
import { PlicCounts } from './plic-counts.js'
import { QueueHypercalls } from './queue-hypercalls.js'
import { RealMemory } from './real-memory.js'

/** Four entries of 16 bytes per page of 4 KiB: a page table is a 64th of the most memory that its partition can get (LoPAR, PFT_size). */
const ENTRIES_PER_PAGE = 4
const MIB = 1_048_576

export type PlicParameters = Pick<PhypParameters, 'hypercalls' | 'memory'>

export class Plic {
  readonly memory: MemoryMap
  readonly contents: RealMemory
  readonly pages: PageHypercalls
  readonly queues: QueueHypercalls
  readonly hypercalls: Hypercalls
  private readonly counts = new PlicCounts()
  private readonly blockMiB: number

  /** Throws PhypError `bad-parameter`. */
  constructor({ memory, hypercalls }: PlicParameters) {
    this.blockMiB = memory.regionMiB
    const blocks = Math.max(1, Math.floor((memory.installedMiB - memory.firmwareMiB) / memory.regionMiB))
    this.contents = new RealMemory()
    this.memory = new MemoryMap({ blockBytes: memory.regionMiB * MIB, blocks: Math.min(blocks, MAX_BLOCKS) }, this.contents, this.counts)
    this.pages = new PageHypercalls(this.memory, this.contents, this.counts)
    this.queues = new QueueHypercalls(this.counts)
    this.hypercalls = new Hypercalls({ pages: this.pages, queues: this.queues }, hypercalls)
  }

  /** Writes to the state so far: a refused call has added none. */
  get writes(): number {
    return this.counts.writes
  }

  /** A partition starts: it gets its blocks, cleared, and an empty page table for the most memory that it can have. */
  started(lparId: number, memoryMiB: number, maxMiB: number): void {
    this.ended(lparId)
    this.memory.assignFirst(lparId, Math.floor(memoryMiB / this.blockMiB))
    this.pages.create(lparId, pageTableEntries((Math.max(memoryMiB, maxMiB) * MIB) / PAGE_BYTES))
  }

  /** A partition runs no more: nothing maps its memory, which is free. */
  ended(lparId: number): void {
    this.pages.discard(lparId)
    this.memory.withdrawAll(lparId)
  }

  /** Digest of the whole state, 16 hexadecimal digits: for tests, as it visits everything. */
  digest(): string {
    const digest = new Digest()
    this.memory.foldInto(digest)
    this.contents.foldInto(digest)
    this.pages.foldInto(digest)
    return digest.hex()
  }
}

/** Entries of the page table for so many pages of 4 KiB: the next power of two of four per page. */
export function pageTableEntries(pages: number): number {
  let entries = GROUP
  while (entries < pages * ENTRIES_PER_PAGE && entries < MAX_ENTRIES) entries *= 2
  return entries
}
