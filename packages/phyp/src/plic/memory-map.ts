// Which physical memory is whose: logical memory blocks (LMBs) of the partitions on blocks of frames of the machine. A block has one owner;
// it goes away only when nothing maps it any more, and is cleared before anybody else sees it. What is in a frame is real-memory.ts.
// A translation is two array reads; assigning and withdrawing are cold. The logical blocks of a partition that shares memory lie on blocks
// of its paging space, numbered after the machine's: what of them is in the pool's frames is the pager's business.

import type { Digest } from '@powersim/kernel'
import { PhypError } from '../errors.js'
import type { RealMemory } from './real-memory.js'
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
/** Owner of the blocks of the shared memory pool; no partition has that ID. */
const POOL = 0xffff
/** Set in the logical map for a block that its partition holds but may not use. */
const ISOLATED_BIT = 0x4000_0000
const NO_BLOCKS = new Int32Array(0)

interface LogicalMemory {
  /** Physical block by logical block; NONE for a hole. */
  blocks: Int32Array
  /** Blocks that are not holes. */
  count: number
  /** It shares memory: its blocks are of the paging space. */
  shared: boolean
}

/** Free blocks of one kind, a stack: the lowest on top at first, then the newest freed. */
interface FreeBlocks {
  readonly blocks: Int32Array
  count: number
}

export interface MemoryMapOptions {
  /** Bytes of a block: a multiple of 4096. */
  readonly blockBytes: number
  /** Blocks that partitions can get. */
  readonly blocks: number
  /** Blocks of the paging space, for partitions that share memory. Default 0. */
  readonly pagedBlocks?: number
}

export class MemoryMap {
  readonly blockBytes: number
  readonly blocks: number
  readonly pagesPerBlock: number
  readonly counts: PlicCounts

  private readonly contents: RealMemory
  private readonly partitions: (LogicalMemory | undefined)[] = []
  /** By physical block: owner (0: free), logical block at the owner, what maps it (PTEs, TCEs, transfers, pages the hypervisor writes). */
  private readonly owners: Uint16Array
  private readonly logicals: Int32Array
  private readonly mappings: Int32Array
  private readonly free: FreeBlocks
  private readonly freePaged: FreeBlocks
  /** Blocks of the shared memory pool, in the order in which it got them. */
  private pool: readonly number[] = []

  /** Throws PhypError `bad-parameter`. */
  constructor(options: MemoryMapOptions, contents: RealMemory, counts: PlicCounts) {
    const { blockBytes, blocks, pagedBlocks = 0 } = options
    if (!Number.isSafeInteger(blockBytes) || blockBytes < PAGE_BYTES || blockBytes % PAGE_BYTES !== 0) {
      throw new PhypError('bad-parameter', 'memory.blockBytes', `expected a multiple of ${PAGE_BYTES}, got ${blockBytes}`)
    }
    if (!Number.isSafeInteger(blocks) || blocks < 1 || blocks > MAX_BLOCKS) {
      throw new PhypError('bad-parameter', 'memory.blocks', `expected 1 to ${MAX_BLOCKS} blocks, got ${blocks}`)
    }
    if (!Number.isSafeInteger(pagedBlocks) || pagedBlocks < 0 || blocks + pagedBlocks > MAX_BLOCKS) {
      throw new PhypError('bad-parameter', 'memory.pagedBlocks', `expected at most ${MAX_BLOCKS} blocks in all, got ${pagedBlocks}`)
    }
    this.blockBytes = blockBytes
    this.blocks = blocks
    this.pagesPerBlock = blockBytes / PAGE_BYTES
    this.contents = contents
    this.counts = counts
    this.owners = new Uint16Array(blocks + pagedBlocks)
    this.logicals = new Int32Array(blocks + pagedBlocks).fill(NONE)
    this.mappings = new Int32Array(blocks + pagedBlocks)
    this.free = freeBlocks(0, blocks)
    this.freePaged = freeBlocks(blocks, pagedBlocks)
  }

  get freeBlocks(): number {
    return this.free.count
  }

  get poolBlocks(): number {
    return this.pool.length
  }

  /** Makes the shared memory pool so many blocks large, out of free ones. Returns how many it has then: less when memory is short. */
  resizePool(count: number): number {
    const kept = this.pool.slice(0, count)
    for (const block of this.pool.slice(count)) {
      this.owners[block] = 0
      this.free.blocks[this.free.count++] = block
      this.counts.writes++
    }
    while (kept.length < count && this.free.count > 0) {
      const block = this.free.blocks[--this.free.count]!
      this.owners[block] = POOL
      kept.push(block)
      this.counts.writes++
    }
    this.pool = kept
    return kept.length
  }

  /** Says, before it has a block, whether a partition shares memory. */
  share(lparId: number, shared: boolean): void {
    checkPlace(lparId, 0)
    this.logicalMemory(lparId, 0).shared = shared
  }

  /** Blocks that the partition holds, isolated ones too. */
  blocksOf(lparId: number): number {
    return this.partitions[lparId]?.count ?? 0
  }

  /** Gives a free block to a partition at a logical block, cleared and usable. False when none is free or the place is taken. */
  assign(lparId: number, lmb: number): boolean {
    checkPlace(lparId, lmb)
    const memory = this.logicalMemory(lparId, lmb)
    const free = memory.shared ? this.freePaged : this.free
    if (free.count === 0 || memory.blocks[lmb] !== NONE) return false
    const block = free.blocks[--free.count]!
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
    const free = this.partitions[lparId]?.shared === true ? this.freePaged : this.free
    let given = 0
    for (let lmb = 0; given < count && free.count > 0; lmb++) if (this.assign(lparId, lmb)) given++
    return given
  }

  /** PTEs, TCEs and transfers that use a block of a partition; 0 for a hole. */
  mappedPages(lparId: number, lmb: number): number {
    const block = this.heldBlock(lparId, lmb)
    return block === NONE ? 0 : this.mappings[block]!
  }

  /** Takes a block out of its partition's use (set-indicator isolate): refused while anything maps it, and always for the first one. */
  isolate(lparId: number, lmb: number): IsolationStatus {
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
    const block = this.heldBlock(lparId, lmb)
    if (block === NONE) return NO_SUCH_INDICATOR
    const { blocks } = this.partitions[lparId]!
    if (blocks[lmb] !== block) this.counts.writes++
    blocks[lmb] = block
    return ISOLATED
  }

  /** Takes an isolated block from its partition (set-indicator allocation-state unusable). False for any other block. */
  withdraw(lparId: number, lmb: number): boolean {
    const block = this.heldBlock(lparId, lmb)
    if (block === NONE || this.partitions[lparId]!.blocks[lmb] === block) return false
    this.release(this.partitions[lparId]!, lmb, block)
    return true
  }

  /** The partition is gone with all that mapped its memory. Throws PhypError `memory-mapped` when something still does. */
  withdrawAll(lparId: number): void {
    const memory = this.partitions[lparId]
    if (memory === undefined) return
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

  /** Frame of a logical page, or -1: outside the partition's memory, a hole, or isolated. Hot. */
  frameOf(lparId: number, page: number): number {
    const memory = this.partitions[lparId]
    if (memory === undefined) return NONE
    const { pagesPerBlock } = this
    const lmb = Math.floor(page / pagesPerBlock)
    if (!(lmb >= 0 && lmb < memory.blocks.length)) return NONE
    const block = memory.blocks[lmb]!
    return block === NONE || (block & ISOLATED_BIT) !== 0 ? NONE : block * pagesPerBlock + (page - lmb * pagesPerBlock)
  }

  /** Logical page of a frame at its owner; -1 when it is not this partition's. */
  pageOf(lparId: number, frame: number): number {
    const block = Math.floor(frame / this.pagesPerBlock)
    if (!(block >= 0 && block < this.owners.length) || this.owners[block] !== lparId) return NONE
    return this.logicals[block]! * this.pagesPerBlock + (frame - block * this.pagesPerBlock)
  }

  /** Owner of a frame; 0 when it is free. */
  ownerOf(frame: number): number {
    return this.owners[Math.floor(frame / this.pagesPerBlock)] ?? 0
  }

  /** Something maps the frame from now on. Hot. */
  hold(frame: number): void {
    const block = Math.floor(frame / this.pagesPerBlock)
    this.mappings[block] = this.mappings[block]! + 1
  }

  /** Something maps it no more. Hot. */
  drop(frame: number): void {
    const block = Math.floor(frame / this.pagesPerBlock)
    this.mappings[block] = this.mappings[block]! - 1
  }

  /** Folds the whole state: owners, places, mappings, and what is isolated. */
  foldInto(digest: Digest): void {
    digest.foldWords(this.logicals)
    digest.foldWords(this.mappings)
    digest.foldWords(this.owners)
    for (let lparId = 0; lparId < this.partitions.length; lparId++) digest.foldWords(this.partitions[lparId]?.blocks ?? NO_BLOCKS)
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
    const free = memory.shared ? this.freePaged : this.free
    free.blocks[free.count++] = block
    this.counts.writes++
  }

  private logicalMemory(lparId: number, lmb: number): LogicalMemory {
    const memory = (this.partitions[lparId] ??= { blocks: NO_BLOCKS, count: 0, shared: false })
    if (lmb >= memory.blocks.length) {
      const blocks = new Int32Array(Math.min(MAX_BLOCKS, Math.max(8, memory.blocks.length * 2, lmb + 1))).fill(NONE)
      blocks.set(memory.blocks)
      memory.blocks = blocks
    }
    return memory
  }
}

function freeBlocks(first: number, count: number): FreeBlocks {
  const blocks = new Int32Array(count)
  for (let at = 0; at < count; at++) blocks[at] = first + count - 1 - at
  return { blocks, count }
}

function checkPlace(lparId: number, lmb: number): void {
  if (!Number.isInteger(lparId) || lparId < 1 || lparId >= POOL) {
    throw new PhypError('bad-parameter', 'lparId', `expected a partition ID from 1 to 65534, got ${lparId}`)
  }
  if (!Number.isInteger(lmb) || lmb < 0 || lmb >= MAX_BLOCKS) {
    throw new PhypError('bad-parameter', 'lmb', `expected a logical block from 0 to ${MAX_BLOCKS - 1}, got ${lmb}`)
  }
}
