// Which physical memory is whose: logical memory blocks (LMBs) of the partitions on blocks of frames of the machine. A block has one owner;
// it goes away only when nothing maps it any more, and is cleared before anybody else sees it. What is in a frame is real-memory.ts.
// Frames of the shared memory pool have numbers above those of the blocks, and are somewhere in blocks that the pool has reserved: whose
// they are, paged-memory.ts says.
// A translation is two array reads; assigning and withdrawing are cold.

import type { Digest } from '@powersim/kernel'
import { PhypError } from '../errors.js'
import type { RealMemory } from './real-memory.js'
import type { PagedMemory } from './paged-memory.js'
import type { PlicCounts } from './plic-counts.js'

/** The page of the model, bytes: frames, TCEs and the smallest page of a page table. */
export const PAGE_BYTES = 4096
/** Blocks of one machine: 64 TiB in blocks of 64 MiB. */
export const MAX_BLOCKS = 1_048_576

/** RTAS set-indicator, isolation-state 9003/9001 (LoPAR, Dynamic Reconfiguration). */
export const ISOLATED = 0
/** A page table entry, a TCE or a transfer still uses the block. */
export const OUTSTANDING_TRANSLATION = -9001
/** There is no such connector: no block of this partition there, or its first one, which is never removable. */
export const NO_SUCH_INDICATOR = -3

export type IsolationStatus = typeof ISOLATED | typeof OUTSTANDING_TRANSLATION | typeof NO_SUCH_INDICATOR

const NONE = -1
/** Set in the logical map for a block that its partition holds but may not use. */
const ISOLATED_BIT = 0x4000_0000
const NO_BLOCKS = new Int32Array(0)

interface LogicalMemory {
  /** Physical block by logical block; NONE for a hole. */
  blocks: Int32Array
  /** Blocks that are not holes. */
  count: number
}

export interface MemoryMapOptions {
  /** Bytes of a block: a multiple of 4096. */
  readonly blockBytes: number
  /** Blocks that partitions can get. */
  readonly blocks: number
}

export class MemoryMap {
  readonly blockBytes: number
  readonly blocks: number
  readonly pagesPerBlock: number
  readonly counts: PlicCounts

  /** Memory of partitions that share a pool; null: there is none. */
  paged: PagedMemory | null = null

  private readonly contents: RealMemory
  private readonly partitions: (LogicalMemory | undefined)[] = []
  /** By physical block: owner (0: free), logical block at the owner, what maps it (PTEs, TCEs, transfers, pages the hypervisor writes). */
  private readonly owners: Uint16Array
  private readonly logicals: Int32Array
  private readonly mappings: Int32Array
  /** Free physical blocks, the lowest on top at first; the newest freed comes next. */
  private readonly free: Int32Array
  private freeCount: number
  /** Blocks of the shared memory pool. */
  private readonly reserved: number[] = []

  /** Throws PhypError `bad-parameter`. */
  constructor(options: MemoryMapOptions, contents: RealMemory, counts: PlicCounts) {
    const { blockBytes, blocks } = options
    if (!Number.isSafeInteger(blockBytes) || blockBytes < PAGE_BYTES || blockBytes % PAGE_BYTES !== 0) {
      throw new PhypError('bad-parameter', 'memory.blockBytes', `expected a multiple of ${PAGE_BYTES}, got ${blockBytes}`)
    }
    if (!Number.isSafeInteger(blocks) || blocks < 1 || blocks > MAX_BLOCKS) {
      throw new PhypError('bad-parameter', 'memory.blocks', `expected 1 to ${MAX_BLOCKS} blocks, got ${blocks}`)
    }
    this.blockBytes = blockBytes
    this.blocks = blocks
    this.pagesPerBlock = blockBytes / PAGE_BYTES
    this.contents = contents
    this.counts = counts
    this.owners = new Uint16Array(blocks)
    this.logicals = new Int32Array(blocks).fill(NONE)
    this.mappings = new Int32Array(blocks)
    this.free = new Int32Array(blocks)
    for (let block = 0; block < blocks; block++) this.free[block] = blocks - 1 - block
    this.freeCount = blocks
  }

  get freeBlocks(): number {
    return this.freeCount
  }

  /** First number of a frame of the shared memory pool. */
  get poolFrames(): number {
    return this.blocks * this.pagesPerBlock
  }

  /** Takes free blocks for the shared memory pool, or (below 0) gives them back. Returns how many: less when fewer are free. */
  reserve(count: number): number {
    const taken = Math.max(-this.reserved.length, Math.min(count, this.freeCount))
    for (let n = 0; n < taken; n++) this.reserved.push(this.free[--this.freeCount]!)
    for (let n = 0; n > taken; n--) this.free[this.freeCount++] = this.reserved.pop() ?? NONE
    this.counts.writes++
    return taken
  }

  /** Blocks that the partition holds, isolated ones too. */
  blocksOf(lparId: number): number {
    return this.partitions[lparId]?.count ?? this.paged?.blocksOf(lparId) ?? 0
  }

  /** Gives a free block to a partition at a logical block, cleared and usable. False when none is free or the place is taken. */
  assign(lparId: number, lmb: number): boolean {
    checkPlace(lparId, lmb)
    if (this.paged?.has(lparId) === true) return this.paged.assign(lparId, lmb)
    const memory = this.logicalMemory(lparId, lmb)
    if (this.freeCount === 0 || memory.blocks[lmb] !== NONE) return false
    const block = this.free[--this.freeCount]!
    // Cleared now, not when it was given up: nobody sees it in between.
    this.contents.clear(block * this.pagesPerBlock, this.pagesPerBlock)
    memory.blocks[lmb] = block
    memory.count++
    this.owners[block] = lparId
    this.logicals[block] = lmb
    this.counts.writes++
    return true
  }

  /** Gives a partition the first `count` logical blocks that it does not hold. Returns how many it got: less when memory is short. */
  assignFirst(lparId: number, count: number): number {
    let given = 0
    const shared = this.paged?.has(lparId) === true
    for (let lmb = 0; given < count && (shared || this.freeCount > 0); lmb++) {
      if (this.assign(lparId, lmb)) given++
      else if (shared && lmb >= MAX_BLOCKS - 1) break
    }
    return given
  }

  /** PTEs, TCEs and transfers that use a block of a partition; 0 for a hole. */
  mappedPages(lparId: number, lmb: number): number {
    if (this.paged?.has(lparId) === true) return this.paged.mappedPages(lparId, lmb)
    const block = this.heldBlock(lparId, lmb)
    return block === NONE ? 0 : this.mappings[block]!
  }

  /** Takes a block out of its partition's use (set-indicator isolate): refused while anything maps it, and always for the first one. */
  isolate(lparId: number, lmb: number): IsolationStatus {
    if (this.paged?.has(lparId) === true) return this.paged.isolate(lparId, lmb)
    const block = this.heldBlock(lparId, lmb)
    if (block === NONE || lmb === 0) return NO_SUCH_INDICATOR
    if (this.mappings[block]! > 0) return OUTSTANDING_TRANSLATION
    const { blocks } = this.partitions[lparId]!
    if (blocks[lmb] === block) this.counts.writes++
    blocks[lmb] = block | ISOLATED_BIT
    return ISOLATED
  }

  /** The partition uses the block again: what an isolation that came to nothing needs. */
  unisolate(lparId: number, lmb: number): IsolationStatus {
    if (this.paged?.has(lparId) === true) return this.paged.unisolate(lparId, lmb)
    const block = this.heldBlock(lparId, lmb)
    if (block === NONE) return NO_SUCH_INDICATOR
    const { blocks } = this.partitions[lparId]!
    if (blocks[lmb] !== block) this.counts.writes++
    blocks[lmb] = block
    return ISOLATED
  }

  /** Takes an isolated block from its partition (set-indicator allocation-state unusable). False for any other block. */
  withdraw(lparId: number, lmb: number): boolean {
    if (this.paged?.has(lparId) === true) return this.paged.withdraw(lparId, lmb)
    const block = this.heldBlock(lparId, lmb)
    if (block === NONE || this.partitions[lparId]!.blocks[lmb] === block) return false
    this.release(this.partitions[lparId]!, lmb, block)
    return true
  }

  /** The partition is gone with all that mapped its memory. Throws PhypError `memory-mapped` when something still does. */
  withdrawAll(lparId: number): void {
    const memory = this.partitions[lparId]
    if (memory === undefined) {
      this.paged?.withdrawAll(lparId)
      return
    }
    for (let lmb = 0; lmb < memory.blocks.length; lmb++) {
      const block = this.heldBlock(lparId, lmb)
      if (block !== NONE && this.mappings[block]! > 0) {
        throw new PhypError('memory-mapped', `partition ${lparId}`, `logical block ${lmb} is still mapped ${this.mappings[block]!} times`)
      }
    }
    // Highest first, so that the lowest blocks are given out next.
    for (let lmb = memory.blocks.length - 1; lmb >= 0; lmb--) {
      const block = this.heldBlock(lparId, lmb)
      if (block !== NONE) this.release(memory, lmb, block)
    }
    this.partitions[lparId] = undefined
  }

  /** Frame of a logical page, or -1: outside the partition's memory, a hole, isolated, or paged out. Hot. */
  frameOf(lparId: number, page: number): number {
    const memory = this.partitions[lparId]
    if (memory === undefined) return this.paged === null ? NONE : this.paged.frameOf(lparId, page)
    const { pagesPerBlock } = this
    const lmb = Math.floor(page / pagesPerBlock)
    if (!(lmb >= 0 && lmb < memory.blocks.length)) return NONE
    const block = memory.blocks[lmb]!
    return block === NONE || (block & ISOLATED_BIT) !== 0 ? NONE : block * pagesPerBlock + (page - lmb * pagesPerBlock)
  }

  /**
   * What a page table entry of the partition stores for a logical page: its frame; or the page itself with shared memory, where the frame
   * comes and goes. -1: it is not the partition's. Hot.
   */
  entryOf(lparId: number, page: number): number {
    if (this.partitions[lparId] !== undefined || this.paged === null) return this.frameOf(lparId, page)
    return this.paged.contains(lparId, page) ? page : NONE
  }

  /** Logical page that an entry names; -1 when it is not this partition's. */
  pageOfEntry(lparId: number, entry: number): number {
    return this.pagedOf(lparId) === null ? this.pageOf(lparId, entry) : entry
  }

  /** A page table entry maps what it names from now on. Hot. */
  holdEntry(lparId: number, entry: number): void {
    const paged = this.pagedOf(lparId)
    if (paged === null) this.hold(entry)
    else paged.holdPage(lparId, entry)
  }

  /** It maps it no more. Hot. */
  dropEntry(lparId: number, entry: number): void {
    const paged = this.pagedOf(lparId)
    if (paged === null) this.drop(entry)
    else paged.dropPage(lparId, entry)
  }

  /** The shared memory that backs the partition's; null: it has blocks of its own. Hot. */
  pagedOf(lparId: number): PagedMemory | null {
    return this.partitions[lparId] === undefined ? this.paged : null
  }

  /** Logical page of a frame at its owner; -1 when it is not this partition's. */
  pageOf(lparId: number, frame: number): number {
    const block = Math.floor(frame / this.pagesPerBlock)
    if (block >= this.blocks && this.paged !== null) return this.paged.pageOf(lparId, frame)
    if (!(block >= 0 && block < this.blocks) || this.owners[block] !== lparId) return NONE
    return this.logicals[block]! * this.pagesPerBlock + (frame - block * this.pagesPerBlock)
  }

  /** Owner of a frame; 0 when it is free. */
  ownerOf(frame: number): number {
    if (frame >= this.poolFrames) return this.paged?.ownerOf(frame) ?? 0
    return this.owners[Math.floor(frame / this.pagesPerBlock)] ?? 0
  }

  /** Something maps the frame from now on; one of the pool is I/O mapped and stays with its page. Hot. */
  hold(frame: number): void {
    const block = Math.floor(frame / this.pagesPerBlock)
    if (block >= this.blocks) this.paged?.hold(frame)
    else this.mappings[block] = this.mappings[block]! + 1
  }

  /** Something maps it no more. Hot. */
  drop(frame: number): void {
    const block = Math.floor(frame / this.pagesPerBlock)
    if (block >= this.blocks) this.paged?.drop(frame)
    else this.mappings[block] = this.mappings[block]! - 1
  }

  /** Folds the whole state: owners, places, mappings, and what is isolated. */
  foldInto(digest: Digest): void {
    digest.foldWords(this.logicals)
    digest.foldWords(this.mappings)
    digest.foldWords(this.owners)
    for (let lparId = 0; lparId < this.partitions.length; lparId++) digest.foldWords(this.partitions[lparId]?.blocks ?? NO_BLOCKS)
    this.paged?.foldInto(digest)
  }

  private heldBlock(lparId: number, lmb: number): number {
    const block = this.partitions[lparId]?.blocks[lmb] ?? NONE
    return block === NONE ? NONE : block & ~ISOLATED_BIT
  }

  private release(memory: LogicalMemory, lmb: number, block: number): void {
    memory.blocks[lmb] = NONE
    memory.count--
    this.owners[block] = 0
    this.logicals[block] = NONE
    this.free[this.freeCount++] = block
    this.counts.writes++
  }

  private logicalMemory(lparId: number, lmb: number): LogicalMemory {
    const memory = (this.partitions[lparId] ??= { blocks: NO_BLOCKS, count: 0 })
    if (lmb >= memory.blocks.length) {
      const blocks = new Int32Array(Math.min(MAX_BLOCKS, Math.max(8, memory.blocks.length * 2, lmb + 1))).fill(NONE)
      blocks.set(memory.blocks)
      memory.blocks = blocks
    }
    return memory
  }
}

function checkPlace(lparId: number, lmb: number): void {
  if (!Number.isInteger(lparId) || lparId < 1 || lparId > 0xffff) {
    throw new PhypError('bad-parameter', 'lparId', `expected a partition ID from 1 to 65535, got ${lparId}`)
  }
  if (!Number.isInteger(lmb) || lmb < 0 || lmb >= MAX_BLOCKS) {
    throw new PhypError('bad-parameter', 'lmb', `expected a logical block from 0 to ${MAX_BLOCKS - 1}, got ${lmb}`)
  }
}
