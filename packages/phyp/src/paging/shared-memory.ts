// Active Memory Sharing in the machine: the logical memory of partitions that share a pool, page by page on the pool's frames. Here is what
// the PLIC's tables and calls need of it, and what content its frames have; the pager is package ams, the way to the paging devices
// vios-paging.ts, who waits for a page page-faults.ts.
// What a page holds is in its frame, as of any other. The pager knows it by the number of its last write, and so tells a page that has
// changed since it was paged out from one that has not.

import { IO_MAP, PAGE_STATE, SharedMemoryPool, type TouchOutcome } from '@powersim/ams'
import type { Digest, Handler, Simulation } from '@powersim/kernel'
import { PAGE_TOUCH, type PageTouch, type PagingPort, type TouchPort } from '@powersim/protocol'
import { type IsolationStatus, PAGE_BYTES } from '../plic/memory-map.js'
import { type MemberTerms, type MemoryFigures, type PagedMemory, pageStates } from '../plic/paged-memory.js'
import type { Plic } from '../plic/plic.js'
import { assignBlock, isolateBlock, unisolateBlock, withdrawBlock } from './logical-blocks.js'
import { FrameContents } from './frame-contents.js'
import { checkMember, foldMember } from './member-checks.js'
import { fillFigures } from './memory-figures.js'
import { PageFaults } from './page-faults.js'
import { PageMerging, type SpendTime } from './page-merging.js'
import { PageUses } from './page-uses.js'
import { PoolSampling } from './pool-sampling.js'
import { SharedMember } from './shared-member.js'
import { type FrameImages, ViosPaging } from './vios-paging.js'

export interface SharedMemoryOptions {
  /** Names handlers and random streams. */
  readonly name: string
  /** Period of sampling, ns. */
  readonly sampleEveryNs: number
  /** Processor time that a partition has used so far: its pages' use is seen against it. */
  readonly usedNs: (lparId: number) => number
  /** Runs the search for identical pages. Default: it takes its time, and nobody's processor. */
  readonly spend?: SpendTime
  /** Where pages go that have no frame. Default: paging virtual I/O servers. */
  readonly device?: (images: FrameImages) => PagingPort
}

export class SharedMemory implements PagedMemory, TouchPort {
  readonly paging: ViosPaging
  readonly faults: PageFaults
  /** Partitions that may load the pool: those that page for it. */
  pagingVioses: readonly number[] = []
  private readonly simulation: Simulation
  private readonly options: SharedMemoryOptions
  private readonly plic: Plic
  private readonly pagesPerBlock: number
  private readonly base: number
  private readonly all: (SharedMember | undefined)[] = []
  /** Uses of a frame besides processors: I/O mappings and areas. */
  private holds = new Uint16Array(0)
  private pool: SharedMemoryPool | null = null
  private readonly uses: PageUses
  private readonly sampling: PoolSampling
  private readonly merging: PageMerging
  private readonly device: PagingPort
  private readonly contents: FrameContents
  private reservedBlocks = 0
  /** Pools made so far: one that is made anew has streams of its own. */
  private pools = 0

  constructor(simulation: Simulation, plic: Plic, options: SharedMemoryOptions) {
    this.simulation = simulation
    this.options = options
    this.plic = plic
    this.pagesPerBlock = plic.memory.pagesPerBlock
    this.base = plic.memory.poolFrames
    this.contents = new FrameContents(plic.contents, this.base)
    this.paging = new ViosPaging(simulation, options.name, this.contents)
    this.device = options.device?.(this.contents) ?? this.paging
    this.faults = new PageFaults(simulation, plic.areas, plic.subventions)
    this.uses = new PageUses(simulation, options.name, this.contents, this.faults)
    this.sampling = new PoolSampling(simulation, options.name, options.sampleEveryNs, plic.areas, options.usedNs, this)
    const spend: SpendTime = options.spend ?? ((workNs, then) => simulation.schedule(workNs, then, null))
    this.merging = new PageMerging(simulation, options.name, this.contents, spend)
    plic.memory.paged = this
  }

  /** The pager, for checks and statistics; null: there is no pool. */
  get pager(): SharedMemoryPool | null {
    return this.pool
  }

  /** The pool has so many blocks from now on, and may have up to `most`; 0: there is none. Nobody is a member when it goes. */
  resizePool(blocks: number, most: number): void {
    this.reservedBlocks += this.plic.memory.reserve(blocks - this.reservedBlocks)
    this.simulation.invariant(this.reservedBlocks === blocks, 'phyp: a shared memory pool gets all the memory that it is assigned')
    const frames = blocks * this.pagesPerBlock
    if (frames === 0) {
      this.simulation.invariant(
        this.all.every((member) => member === undefined),
        'phyp: a pool that goes has no partition',
      )
      this.pool = null
      this.merging.search(null)
      return
    }
    const maximumFrames = most * this.pagesPerBlock
    const idle = this.all.every((member) => member === undefined)
    if (this.pool !== null && !(idle && maximumFrames > this.holds.length)) {
      this.pool.resize(frames)
      return
    }
    const name = this.pools++ === 0 ? this.options.name : `${this.options.name}.${this.pools}`
    this.holds = new Uint16Array(maximumFrames)
    this.pool = new SharedMemoryPool(this.simulation, {
      name,
      frames,
      maximumFrames,
      sampleEveryNs: 0,
      device: this.device,
      listener: this,
    })
  }

  /** Whether identical pages of the pool are merged from now on. */
  setDeduplication(on: boolean): void {
    this.merging.search(on ? this.pool : null)
  }

  *members(): Generator<SharedMember> {
    for (const member of this.all) if (member !== undefined) yield member
  }

  /** A partition starts: it has no block yet. */
  join(terms: MemberTerms): void {
    const { lparId, processors, mostBlocks, ioEntitledPages, weight, pagingVioses } = terms
    this.all[lparId] = new SharedMember(lparId, processors, mostBlocks, ioEntitledPages, weight)
    this.paging.join(lparId, pagingVioses)
  }

  /** Its terms have changed. */
  change(lparId: number, ioEntitledPages: number, weight: number): void {
    const member = this.all[lparId]
    if (member === undefined) return
    member.mostIoPages = ioEntitledPages
    member.mostWeight = weight
    this.set(member, ioEntitledPages, weight)
  }

  // Touches

  shares(lparId: number): boolean {
    return this.all[lparId] !== undefined
  }

  touch<A>(lparId: number, processor: number, page: number, write: boolean, resolved: Handler<A>, argument: A): PageTouch {
    const member = this.all[lparId]
    if (member === undefined || !this.contains(lparId, page)) return PAGE_TOUCH.THERE
    this.sampling.note()
    this.merging.note()
    return this.uses.touch(this.there, member, processor, page, write, resolved, argument)
  }

  /** Told by the pager: a page has its frame. */
  resolved(lparId: number, page: number, outcome: TouchOutcome): void {
    const member = this.all[lparId]
    if (member !== undefined) this.uses.resolved(this.there, member, page, outcome)
  }

  // What the PLIC's tables need

  has(lparId: number): boolean {
    return this.all[lparId] !== undefined
  }

  contains(lparId: number, page: number): boolean {
    const member = this.all[lparId]
    return member !== undefined && page >= 0 && member.isUsable(Math.floor(page / this.pagesPerBlock))
  }

  frameOf(lparId: number, page: number): number {
    if (!this.contains(lparId, page)) return -1
    // What asks for a frame may write to it: a page that shares one gets its own.
    if (!this.there.part(lparId, page)) return -1
    const frame = this.there.frameOf(lparId, page)
    return frame < 0 ? -1 : this.base + frame
  }

  pageOf(lparId: number, frame: number): number {
    return this.pool?.ownerOf(frame - this.base) === lparId ? this.pool.pageOf(frame - this.base) : -1
  }

  ownerOf(frame: number): number {
    return Math.max(0, this.pool?.ownerOf(frame - this.base) ?? 0)
  }

  hold(frame: number): void {
    const at = frame - this.base
    const holds = this.holds[at]!
    this.holds[at] = holds + 1
    if (holds > 0) return
    const pool = this.there
    const lparId = pool.ownerOf(at)
    const page = pool.pageOf(at)
    this.simulation.invariant(pool.mapIo(lparId, page) === IO_MAP.MAPPED, 'phyp: a page that is I/O mapped is there and entitled')
    pool.touch(lparId, page, this.uses.nextVersion())
    this.all[lparId]?.countPinned(Math.floor(page / this.pagesPerBlock), 1)
  }

  drop(frame: number): void {
    const at = frame - this.base
    this.holds[at] = this.holds[at]! - 1
    if (this.holds[at] !== 0) return
    const pool = this.there
    const lparId = pool.ownerOf(at)
    const page = pool.pageOf(at)
    // Whatever wrote to it has done so behind the pager's back.
    pool.touch(lparId, page, this.uses.nextVersion())
    pool.unmapIo(lparId, page)
    this.all[lparId]?.countPinned(Math.floor(page / this.pagesPerBlock), -1)
  }

  holdPage(lparId: number, page: number): void {
    this.countEntry(lparId, page, 1)
  }

  dropPage(lparId: number, page: number): void {
    this.countEntry(lparId, page, -1)
  }

  changed(lparId: number, page: number): void {
    if (this.frameOf(lparId, page) >= 0) this.there.touch(lparId, page, this.uses.nextVersion())
  }

  // Page states

  setState(lparId: number, page: number, state: number, modifier: boolean): void {
    if (!this.contains(lparId, page)) return
    const pool = this.there
    if (state === pageStates.unused) pool.setState(lparId, page, modifier ? PAGE_STATE.LOANED : PAGE_STATE.UNUSED)
    else {
      pool.setState(lparId, page, modifier ? PAGE_STATE.CRITICAL : PAGE_STATE.ACTIVE)
      const notices = state !== pageStates.active && this.plic.subventions.enabled(lparId, 0)
      if (notices) pool.setState(lparId, page, PAGE_STATE.LATENT)
    }
    if (state === pageStates.unused) this.again(lparId, page)
  }

  zero(lparId: number, page: number): void {
    if (!this.contains(lparId, page)) return
    const frame = this.there.frameOf(lparId, page)
    if (frame >= 0) {
      this.contents.clear(frame)
      this.there.touch(lparId, page, this.uses.nextVersion())
    } else {
      this.there.setState(lparId, page, PAGE_STATE.UNUSED)
      this.there.setState(lparId, page, PAGE_STATE.ACTIVE)
      this.again(lparId, page)
    }
  }

  copy(lparId: number, from: number, to: number): boolean {
    const source = this.frameOf(lparId, from)
    if (source < 0) return false
    if (this.frameOf(lparId, to) < 0) {
      // What it held is overwritten whole.
      this.zero(lparId, to)
      if (!this.restore(lparId, to)) return false
    }
    const target = this.frameOf(lparId, to)
    if (target < 0 || this.frameOf(lparId, from) !== source) return false
    this.there.touch(lparId, to, this.uses.nextVersion())
    this.plic.contents.copy(source, target)
    return true
  }

  restore(lparId: number, page: number): boolean {
    this.uses.use(this.there, lparId, page, 0)
    return this.frameOf(lparId, page) >= 0
  }

  isIoMapped(lparId: number, page: number): boolean {
    const frame = this.pool?.frameOf(lparId, page) ?? -1
    return frame >= 0 && this.holds[frame]! > 0
  }

  mayMap(lparId: number, pages: number): boolean {
    const member = this.all[lparId]
    return member !== undefined && member.ioMapped + pages <= Math.min(member.ioEntitledPages, member.blocks * this.pagesPerBlock)
  }

  ioMappedBytes(lparId: number): number {
    return (this.all[lparId]?.ioMapped ?? 0) * PAGE_BYTES
  }

  // What the calls tell and set

  figures(lparId: number, into: MemoryFigures): void {
    const member = this.all[lparId]
    if (member === undefined || this.pool === null) return
    fillFigures(into, member, this.all, this.pool, this.faults, this.merging.spentNs)
  }

  setParameters(lparId: number, ioEntitledBytes: number, weight: number): boolean {
    const member = this.all[lparId]
    if (member === undefined) return false
    const pages = Math.max(member.ioMapped, Math.min(Math.floor(ioEntitledBytes / PAGE_BYTES), member.mostIoPages))
    const cut = Math.min(weight, member.mostWeight)
    this.set(member, pages, cut)
    return pages * PAGE_BYTES === ioEntitledBytes && cut === weight
  }

  mayLoad(lparId: number): boolean {
    return this.pool !== null && this.pagingVioses.includes(lparId)
  }

  load(bytes: number, lows: number): void {
    this.pool?.load(Math.trunc(bytes / PAGE_BYTES), lows)
  }

  loadedBytes(): number {
    return (this.pool?.statistics().raised ?? 0) * PAGE_BYTES
  }

  loadedLows(): number {
    return this.pool?.statistics().lows ?? 0
  }

  // Logical blocks

  blocksOf(lparId: number): number {
    return this.all[lparId]?.blocks ?? 0
  }

  assign(lparId: number, lmb: number): boolean {
    const member = this.all[lparId]
    if (member === undefined || !assignBlock(this.there, member, lmb, this.pagesPerBlock)) return false
    this.set(member, member.ioEntitledPages, member.weight)
    return true
  }

  mappedPages(lparId: number, lmb: number): number {
    return this.all[lparId]?.mappedPages(lmb) ?? 0
  }

  isolate(lparId: number, lmb: number): IsolationStatus {
    return isolateBlock(this.all[lparId], lmb)
  }

  unisolate(lparId: number, lmb: number): IsolationStatus {
    return unisolateBlock(this.all[lparId], lmb)
  }

  withdraw(lparId: number, lmb: number): boolean {
    const member = this.all[lparId]
    if (member === undefined || !withdrawBlock(this.there, member, lmb, this.pagesPerBlock)) return false
    for (const page of [...member.waiters.keys()]) if (!this.contains(lparId, page)) this.faults.resolve(member, page)
    return true
  }

  withdrawAll(lparId: number): void {
    const member = this.all[lparId]
    if (member === undefined) return
    this.simulation.invariant(member.ioMapped === 0, 'phyp: nothing maps the memory of a partition that has ended')
    member.waiters.clear()
    if (member.blocks > 0) this.there.leave(lparId)
    this.all[lparId] = undefined
    this.paging.leave(lparId)
    if (this.all.every((other) => other === undefined)) this.sampling.stop()
  }

  foldInto(digest: Digest): void {
    digest.fold(this.reservedBlocks)
    for (const member of this.members()) foldMember(digest, member, this.pool)
  }

  /** Checks the pager's laws and those of this file, by a walk over all frames and pages. */
  check(): void {
    const { pool } = this
    if (pool === null) return
    pool.check()
    for (const member of this.members()) checkMember(this.simulation, member, pool, this.pagesPerBlock)
  }

  /** While partitions are in it, there is a pool. */
  private get there(): SharedMemoryPool {
    const { pool } = this
    this.simulation.invariant(pool !== null, 'phyp: partitions that share memory have a pool')
    return pool
  }

  /** A page that somebody may wait for has lost its content. */
  private again(lparId: number, page: number): void {
    const member = this.all[lparId]
    if (member !== undefined) this.uses.again(this.there, member, page)
  }

  private set(member: SharedMember, ioEntitledPages: number, weight: number): void {
    const pages = Math.max(member.ioMapped, ioEntitledPages)
    member.ioEntitledPages = pages
    member.weight = weight
    if (member.blocks > 0) {
      this.there.setMember(member.lparId, { weight, ioEntitledPages: Math.min(pages, member.blocks * this.pagesPerBlock) })
    }
  }

  private countEntry(lparId: number, page: number, step: number): void {
    this.all[lparId]?.countEntry(Math.floor(page / this.pagesPerBlock), step)
  }
}
