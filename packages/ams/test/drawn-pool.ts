// Drawn scripts of a pool's life for the property tests: what partitions do, one step after the other, and a model of what their pages
// must hold, which knows nothing of frames.

import { Simulation } from '@powersim/kernel'
import * as fc from 'fast-check'
import { clock, fifo, idleTax, IO_MAP, lopar, lru, PAGE_STATE, PagingDisk, random, SharedMemoryPool, TOUCH } from '../src/index.js'
import type { PageState, ReplacementPolicyFactory, TouchOutcome } from '../src/index.js'

export const policies: readonly ReplacementPolicyFactory[] = [lopar, lru, clock, fifo, random, idleTax]

const MEMBERS = 3
const PAGES = 8

export const drawnStep = fc.record({
  gapNs: fc.constantFrom(0, 0, 50, 400, 3000, 20_000),
  id: fc.integer({ min: 1, max: MEMBERS }),
  page: fc.nat(PAGES - 1),
  what: fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom('read', 'write', 'burst', 'alike') },
    { weight: 6, arbitrary: fc.constantFrom('unused', 'loan', 'critical', 'active', 'latent', 'map', 'unmap', 'unmap') },
    { weight: 3, arbitrary: fc.constantFrom('resize', 'shrink', 'grow', 'grow', 'weight', 'sample', 'told', 'merge', 'merge', 'merge') },
    { weight: 1, arbitrary: fc.constantFrom('leave', 'fail', 'mend', 'mend', 'mend') },
  ),
  amount: fc.nat(1000),
})
export type Step = typeof drawnStep extends fc.Arbitrary<infer S> ? S : never

export const drawnPool = fc.record({
  frames: fc.integer({ min: 4, max: 16 }),
  policy: fc.constantFrom(...policies),
  freeList: fc.constantFrom('onDemand' as const, { low: 0.05, high: 0.2 }, { low: 0, high: 0 }, { low: 0.3, high: 0.5 }),
  faultLimit: fc.constantFrom(2, 1000),
  pageOutLimit: fc.constantFrom(1, 3, 1000),
  serviceNs: fc.constantFrom(0, 100, 5000),
  ioEntitledPages: fc.integer({ min: 0, max: 1 }),
  merges: fc.boolean(),
})
export type Drawn = typeof drawnPool extends fc.Arbitrary<infer D> ? D : never

/** A pool under a script, and the content that every page must have. */
export class PlayedPool {
  readonly simulation = new Simulation({ seed: 'drawn' })
  readonly device: PagingDisk
  readonly pool: SharedMemoryPool
  readonly problems: string[] = []
  resolved = 0
  private readonly drawn: Drawn
  /** By member and page: the content, 0 for zeros. */
  private readonly content = new Map<string, number>()
  /** Touches that are under way, by page: what they write, 0 for nothing. */
  private readonly pending = new Map<string, number>()
  /** Those below are written by `alike`. */
  private stamps = 10
  /** Pages that are no logical memory now. */
  private readonly absent = new Set<string>()

  constructor(drawn: Drawn) {
    this.drawn = drawn
    const { frames, policy, freeList, faultLimit, pageOutLimit, serviceNs } = drawn
    this.device = new PagingDisk(this.simulation, { service: serviceNs })
    this.pool = new SharedMemoryPool(this.simulation, {
      frames,
      maximumFrames: 64,
      replacement: policy,
      freeList,
      faultLimit,
      pageOutLimit,
      device: this.device,
      sampleEveryNs: 0,
      listener: { resolved: (member, page, outcome) => this.told(member, page, outcome) },
    })
    if (drawn.merges) this.pool.allowMerging({ tableRatio: drawn.frames > 8 ? 8192 : 1024 })
    for (let id = 1; id <= MEMBERS; id++) this.join(id)
  }

  play({ id, page, what, amount }: Step): void {
    const { pool } = this
    const state = (to: PageState): boolean => pool.setState(id, page, to)
    if (what === 'read') this.touch(id, page, 0)
    else if (what === 'write') this.touch(id, page, ++this.stamps)
    else if (what === 'alike') for (let at = page; at < PAGES; at++) this.touch(id, at, 1 + (amount % 3))
    else if (what === 'merge') this.merge(id, page, amount)
    else if (what === 'burst') for (let at = 0; at < PAGES; at++) this.touch(id, at, amount % 2 === 0 ? 0 : ++this.stamps)
    else if (what === 'unused' || what === 'loan') {
      if (!this.has(id, page)) return
      if (state(what === 'loan' ? PAGE_STATE.LOANED : PAGE_STATE.UNUSED)) this.forget(`${id}/${page}`)
    } else if (what === 'critical' || what === 'active' || what === 'latent') {
      if (this.has(id, page)) state({ critical: PAGE_STATE.CRITICAL, active: PAGE_STATE.ACTIVE, latent: PAGE_STATE.LATENT }[what])
    } else if (what === 'map') this.map(id, page)
    else if (what === 'unmap') this.unmap(id, page)
    else if (what === 'resize') pool.resize(MEMBERS + 1 + (amount % 24))
    else if (what === 'shrink') this.shrink(id, page, 1 + (amount % (PAGES - page)))
    else if (what === 'grow') pool.addPages(id, page, 1 + (amount % (PAGES - page)))
    else if (what === 'weight') pool.setMember(id, { weight: amount % 256 })
    else if (what === 'leave') this.leaveAndJoin(id)
    else if (what === 'fail') this.device.setFailed(true)
    else if (what === 'mend') this.mend()
    else if (what === 'told') {
      pool.noteProcessor(id, this.simulation.now * (1 + (amount % 4)))
      pool.noteOwnPageIns(id, amount)
    } else pool.sample()
  }

  mend(): void {
    this.device.setFailed(false)
    for (const id of this.pool.ids()) this.pool.pagingRestored(id)
  }

  /** Every page that has a frame holds what was written to it last; nothing that was promised is forgotten. */
  look(): void {
    this.pool.check()
    for (let id = 1; id <= MEMBERS; id++) {
      for (let page = 0; page < PAGES; page++) {
        const found = this.pool.stampOf(id, page)
        const expected = this.content.get(`${id}/${page}`) ?? 0
        if (found !== undefined && found !== expected) this.problems.push(`${id}/${page} holds ${found} instead of ${expected}`)
      }
    }
  }

  get waiting(): number {
    return this.pending.size
  }

  private join(id: number): void {
    this.pool.join({ id, logicalPages: PAGES, ioEntitledPages: this.drawn.ioEntitledPages })
  }

  private has(id: number, page: number): boolean {
    return !this.absent.has(`${id}/${page}`)
  }

  private touch(id: number, page: number, written: number): void {
    if (!this.has(id, page)) return
    const name = `${id}/${page}`
    const outcome = this.pool.touch(id, page, written)
    if (outcome === TOUCH.PENDING) this.pending.set(name, written === 0 ? (this.pending.get(name) ?? 0) : written)
    else if (outcome === TOUCH.HIT || outcome === TOUCH.ZERO_FILLED || outcome === TOUCH.PAGED_IN) this.made(name, written, outcome)
  }

  private made(name: string, written: number, outcome: TouchOutcome): void {
    if (this.pending.has(name)) this.problems.push(`${name} was there while its fault was under way`)
    if (outcome === TOUCH.ZERO_FILLED && (this.content.get(name) ?? 0) !== 0) this.problems.push(`${name} lost its content`)
    if (written !== 0) this.content.set(name, written)
  }

  private told(member: number, page: number, outcome: TouchOutcome): void {
    const name = `${member}/${page}`
    const written = this.pending.get(name)
    this.resolved++
    if (!this.pending.delete(name)) this.problems.push(`${name} was resolved, but nobody waits`)
    else if (outcome !== TOUCH.FAILED) this.made(name, written ?? 0, outcome)
  }

  private map(id: number, page: number): void {
    if (!this.has(id, page)) return
    const name = `${id}/${page}`
    const outcome = this.pool.mapIo(id, page)
    if (outcome === IO_MAP.PENDING && !this.pending.has(name)) this.pending.set(name, 0)
    if (outcome === IO_MAP.MAPPED && this.pool.stampOf(id, page) === undefined) this.problems.push(`${name} is mapped without a frame`)
  }

  private unmap(id: number, page: number): void {
    if (this.has(id, page)) this.pool.unmapIo(id, page)
  }

  /** Some frames are compared; or something else than its partition is about to write a page. */
  private merge(id: number, page: number, amount: number): void {
    if (amount % 4 > 0) this.pool.merge(amount % 64)
    else if (
      this.pool.part(id, page) &&
      this.has(id, page) &&
      this.pool.stampOf(id, page) !== undefined &&
      this.pool.frameOf(id, page) < 0
    ) {
      this.problems.push(`${id}/${page} has no frame of its own`)
    }
  }

  private shrink(id: number, from: number, count: number): void {
    if (!this.pool.removePages(id, from, count)) return
    for (let page = from; page < from + count; page++) {
      this.absent.add(`${id}/${page}`)
      this.forget(`${id}/${page}`)
    }
  }

  private leaveAndJoin(id: number): void {
    this.pool.leave(id)
    for (let page = 0; page < PAGES; page++) {
      this.absent.delete(`${id}/${page}`)
      this.forget(`${id}/${page}`)
    }
    this.join(id)
  }

  private forget(name: string): void {
    this.content.delete(name)
    this.pending.delete(name)
  }
}
