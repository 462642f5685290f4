// Random hypercalls of several partitions on page tables and DMA windows, each compared with the reference, with memory moving between
// the partitions meanwhile. Looks at the PLIC's raw tables, never through what checked the call.

import { type RandomStream, Simulation } from '@powersim/kernel'
import {
  H_BULK_REMOVE,
  H_CLEAR_HPT,
  H_CLEAR_MOD,
  H_CLEAR_REF,
  H_ENTER,
  H_GET_TCE,
  H_PROTECT,
  H_PUT_TCE,
  H_PUT_TCE_INDIRECT,
  H_READ,
  H_REMOVE,
  H_STUFF_TCE,
  H_Success,
  hypercallCodeName,
} from '@powersim/protocol'
import { defaultPhypParameters, ISOLATED, NO_SUCH_INDICATOR, OUTSTANDING_TRANSLATION, Plic } from '../src/index.js'
import { Reference } from './plic-reference.js'

const PAGE = 4096
const RPN = 0x0fff_ffff_ffff_f000n
const MEMORY = 0x10n
/** By weight: enters and removes are most of what a kernel does. */
const tokens = [
  [H_ENTER, 30],
  [H_REMOVE, 18],
  [H_READ, 8],
  [H_PROTECT, 8],
  [H_CLEAR_MOD, 4],
  [H_CLEAR_REF, 4],
  [H_BULK_REMOVE, 5],
  [H_PUT_TCE, 12],
  [H_GET_TCE, 4],
  [H_STUFF_TCE, 4],
  [H_PUT_TCE_INDIRECT, 4],
] as const
const deck = tokens.flatMap(([token, weight]) => Array.from({ length: weight }, () => token))

export interface RunOptions {
  seed: string
  blockBytes: number
  blocks: number
  /** Blocks of each partition, and the most that it can have. */
  held: readonly number[]
  maxBlocks: number
  /** Of a page table. */
  entries: number
  /** Table indexes that calls use, besides ones that are out of range. */
  ptexes: number
  windowPages: number
}

export class IsolationRun {
  readonly plic: Plic
  readonly reference: Reference
  readonly draw: RandomStream
  calls = 0
  refusals = 0
  private readonly options: RunOptions
  private readonly lparIds: readonly number[]
  /** Frame by partition and page, as first seen; and the other way round. */
  private readonly frames = new Map<string, number>()
  private readonly pages = new Map<number, string>()
  /** Blocks that their partition holds and may not use. */
  private readonly isolated = new Set<string>()
  private readonly tags = new Map<string, number>()
  private readonly transfers = new Map<number, { lparId: number; block: number }>()

  constructor(options: RunOptions) {
    this.options = options
    const { blockBytes, blocks, held } = options
    this.plic = new Plic({ blockBytes, blocks, hypercalls: defaultPhypParameters.hypercalls })
    this.reference = new Reference(blockBytes / PAGE)
    this.draw = new Simulation({ seed: options.seed }).stream('isolation', 'calls')
    this.lparIds = held.map((_, n) => n + 1)
    for (const lparId of this.lparIds) {
      const liobn = lparId * 2
      this.plic.tces.add({ lparId, liobn, busOffset: 0, bytes: options.windowPages * PAGE, physical: false })
      this.reference.windows.set(liobn, { lparId, pages: options.windowPages, tces: new Map() })
      this.start(lparId)
    }
  }

  /** One random call. Returns whether it was refused, which the answer of the reference says. */
  call(): boolean {
    const lparId = this.any(this.lparIds)
    const token = this.draw.below(500) === 0 ? H_CLEAR_HPT : this.any(deck)
    const args = this.arguments(lparId, token)
    const expected = this.reference.call(lparId, token, args, (page, count) => this.words(lparId, page, count))
    const { registers } = this.plic.hypercalls
    args.forEach((value, n) => registers.set(4 + n, Number(BigInt.asIntN(32, value >> 32n)), Number(BigInt.asIntN(32, value))))
    const { code } = this.plic.hypercalls.execute(lparId, token)
    this.calls++
    const what = `call ${this.calls}: partition ${lparId}, token ${token.toString(16)}, ${args.map((word) => word.toString(16)).join(' ')}`
    if (code !== expected.code) same(hypercallCodeName(code), hypercallCodeName(expected.code), what)
    if (code === H_Success && expected.zeroed !== undefined) this.zeroed(lparId, expected.zeroed.page, expected.zeroed.pages)
    this.compareResults(token, expected.results, (args[0]! & (1n << 38n)) !== 0n, code, what)
    const changed = token === H_BULK_REMOVE && expected.results?.some((word, n) => n % 2 === 0 && word >> 60n === 8n) === true
    if (code !== H_Success && !changed) this.refusals++
    return code !== H_Success && !changed
  }

  /** What Dispatchable PHYP and devices do meanwhile: blocks move, partitions restart, bytes are written and moved. */
  disturb(): void {
    const lparId = this.any(this.lparIds)
    const block = this.draw.below(this.options.maxBlocks)
    switch (this.draw.below(6)) {
      case 0:
        if (this.draw.below(20) === 0) this.start(lparId)
        return
      case 1:
        this.isolate(lparId, block)
        return
      case 2:
        if (!this.reference.partitions.get(lparId)!.blocks.has(block) && this.plic.memory.assign(lparId, block)) {
          this.reference.partitions.get(lparId)!.blocks.add(block)
          this.seeZeros(lparId, block)
        }
        return
      case 3:
        this.write(lparId)
        return
      case 4:
        this.transfer(lparId)
        return
      default:
        for (const [transfer] of this.transfers) {
          this.plic.tces.transfers.finish(transfer)
          this.transfers.delete(transfer)
        }
    }
  }

  /** The raw tables hold exactly what the reference holds, on frames of their owners that nobody else has (N1 to N3). */
  sweep(): void {
    for (const lparId of this.lparIds) {
      const table = this.plic.pages.tableOf(lparId)!
      const { entries } = this.reference.partitions.get(lparId)!
      const mapped = this.reference.mapped(lparId)
      let found = 0
      for (let ptex = table.nextValid(0); ptex >= 0; ptex = table.nextValid(ptex + 1)) {
        found++
        table.look(ptex)
        const entry = entries.get(ptex)!
        const v = join(table.vHigh, table.vLow)
        const r = join(table.rHigh, table.rLow)
        same(v, entry.v, 'first word')
        same(r & ~RPN, entry.r & ~RPN, 'second word')
        const page = Number((entry.r & RPN) >> 12n)
        this.learn(lparId, entry.page, Number((r & RPN) >> 12n) - (page - entry.page))
      }
      same(found, entries.size, 'valid entries')
      const window = this.plic.tces.tableOf(lparId * 2)!
      for (const [index, tce] of this.reference.windows.get(lparId * 2)!.tces) {
        same(window.look(index), Number(tce & 3n), 'control bits')
        if ((tce & 3n) === 0n) continue
        const page = Number(tce >> 12n)
        this.learn(lparId, page, Number(BigInt.asUintN(64, join(window.high, window.low)) >> 12n))
      }
      for (let block = 0; block < this.options.maxBlocks; block++) {
        const count = (mapped.get(block) ?? 0) + this.moving(lparId, block)
        same(this.plic.memory.mappedPages(lparId, block), count, `mappings of block ${block}`)
      }
    }
  }

  /** A page lies where it was seen first, and nobody else's does. */
  private learn(lparId: number, page: number, frame: number): void {
    const key = `${lparId}:${page}`
    same(this.reference.owns(lparId, page), true, `page ${key} is its owner's`)
    same(this.frames.get(key) ?? frame, frame, `place of page ${key}`)
    same(this.pages.get(frame) ?? key, key, `page in frame ${frame}`)
    this.frames.set(key, frame)
    this.pages.set(frame, key)
  }

  private forget(lparId: number, block: number | null): void {
    for (const [key, frame] of [...this.frames]) {
      const [owner, page] = key.split(':').map(Number) as [number, number] // Keys are made as `lparId:page`.
      if (owner !== lparId || (block !== null && Math.floor(page / this.reference.pagesPerBlock) !== block)) continue
      this.frames.delete(key)
      this.pages.delete(frame)
    }
    for (const key of [...this.tags.keys()]) {
      const [owner, page] = key.split(':').map(Number) as [number, number] // As above.
      if (owner === lparId && (block === null || Math.floor(page / this.reference.pagesPerBlock) === block)) this.tags.delete(key)
    }
  }

  private mapped(lparId: number, block: number): number {
    return (this.reference.mapped(lparId).get(block) ?? 0) + this.moving(lparId, block)
  }

  private moving(lparId: number, block: number): number {
    return [...this.transfers.values()].filter((each) => each.lparId === lparId && each.block === block).length
  }

  private start(lparId: number): void {
    const { held, entries } = this.options
    for (const [transfer, { lparId: owner }] of this.transfers) if (owner === lparId) this.transfers.delete(transfer)
    this.plic.started(lparId, held[lparId - 1]!, entries, 2)
    this.forget(lparId, null)
    for (const key of this.isolated) if (key.startsWith(`${lparId}:`)) this.isolated.delete(key)
    const got = this.plic.memory.blocksOf(lparId)
    this.reference.start(lparId, got, this.plic.pages.tableOf(lparId)!.entries)
    for (let block = 0; block < got; block++) this.seeZeros(lparId, block)
  }

  /** RTAS isolate and unusable: refused while the reference knows of a mapping (N5). */
  private isolate(lparId: number, block: number): void {
    const { blocks } = this.reference.partitions.get(lparId)!
    const status = this.plic.memory.isolate(lparId, block)
    const waiting = this.isolated.delete(`${lparId}:${block}`)
    if ((!blocks.has(block) && !waiting) || block === 0) same(status, NO_SUCH_INDICATOR, 'isolation of nothing')
    else if (this.mapped(lparId, block) > 0) same(status, OUTSTANDING_TRANSLATION, 'isolation of a mapped block')
    else {
      same(status, ISOLATED, 'isolation')
      const next = this.draw.below(3)
      if (next === 0) {
        blocks.delete(block)
        this.isolated.add(`${lparId}:${block}`)
      } else if (next === 1) {
        same(this.plic.memory.unisolate(lparId, block), ISOLATED, 'unisolation')
        blocks.add(block)
      } else {
        same(this.plic.memory.withdraw(lparId, block), true, 'withdrawal')
        blocks.delete(block)
        this.forget(lparId, block)
      }
    }
  }

  /** A page of a block that was just given has nothing in it (N4). */
  private seeZeros(lparId: number, block: number): void {
    const page = block * this.reference.pagesPerBlock
    const content = this.plic.contents.at(this.plic.memory.frameOf(lparId, page))
    same(content?.getInt32(8) ?? 0, 0, 'what a new owner sees')
  }

  private zeroed(lparId: number, page: number, pages: number): void {
    for (let n = 0; n < pages; n++) {
      this.tags.delete(`${lparId}:${page + n}`)
      const content = this.plic.contents.at(this.plic.memory.frameOf(lparId, page + n))
      same(content?.getInt32(8) ?? 0, 0, 'a zeroed page')
    }
  }

  private write(lparId: number): void {
    // The first page of a block only: a digest visits every content.
    const page = this.ownPage(lparId)
    if (page % this.reference.pagesPerBlock !== 0) return
    const key = `${lparId}:${page}`
    const frame = this.plic.memory.frameOf(lparId, page)
    if (frame < 0) return
    const content = this.plic.contents.touch(frame)
    same(content.getInt32(8), this.tags.get(key) ?? 0, `what partition and page ${key} wrote`)
    const tag = 1 + this.draw.below(1_000_000)
    content.setInt32(8, tag)
    this.tags.set(key, tag)
    // A list of TCEs, for H_PUT_TCE_INDIRECT: mostly own pages.
    for (let n = 2; n < 6; n++) {
      content.setInt32(n * 8, 0)
      content.setInt32(n * 8 + 4, this.somePage(lparId) * PAGE + this.draw.below(4))
    }
  }

  private words(lparId: number, page: number, count: number): readonly bigint[] {
    const content = this.plic.contents.at(this.plic.memory.frameOf(lparId, page))
    return Array.from({ length: count }, (_, n) =>
      content === undefined ? 0n : join(content.getInt32(n * 8), content.getInt32(n * 8 + 4)),
    )
  }

  private transfer(lparId: number): void {
    const { tces } = this.reference.windows.get(lparId * 2)!
    const index = this.draw.below(this.options.windowPages)
    const tce = tces.get(index) ?? 0n
    const control = 1 + this.draw.below(3)
    const transfer = this.plic.tces.transfers.begin(lparId * 2, index * PAGE + 100, 200, control)
    const allowed = (Number(tce & 3n) & control) === control
    same(transfer >= 0, allowed, 'transfer')
    if (transfer >= 0) this.transfers.set(transfer, { lparId, block: Math.floor(Number(tce >> 12n) / this.reference.pagesPerBlock) })
  }

  private compareResults(token: number, results: readonly bigint[] | undefined, translated: boolean, code: number, what: string): void {
    if (results === undefined || (code !== H_Success && token !== H_BULK_REMOVE)) return
    const { registers } = this.plic.hypercalls
    const plain = token === H_BULK_REMOVE || token === H_ENTER || token === H_GET_TCE || (token === H_READ && translated)
    for (const [n, expected] of results.entries()) {
      const word = join(registers.high[4 + n]!, registers.low[4 + n]!)
      // Page fields of second words are the machine's, unless they were asked for translated.
      const second = token === H_CLEAR_MOD || token === H_CLEAR_REF || n % 2 === 1
      const mask = plain || !second ? -1n : ~RPN
      const [got, wanted] = [BigInt.asUintN(64, word & mask), BigInt.asUintN(64, expected & mask)]
      if (got !== wanted) same(`R${4 + n} ${got.toString(16)}`, `R${4 + n} ${wanted.toString(16)}`, what)
    }
  }

  private arguments(lparId: number, token: number): bigint[] {
    const { draw } = this
    if (token === H_BULK_REMOVE) {
      return Array.from({ length: 4 }, () => {
        const type = draw.below(12) === 0 ? BigInt(draw.below(4)) : 1n
        const guard = draw.below(3) === 0 ? BigInt(draw.below(4)) : 0n
        const ptex = this.ptex(lparId)
        return [(type << 62n) | (guard << 56n) | (ptex & 0x00ff_ffff_ffff_ffffn), this.avpn(lparId, ptex)]
      }).flat()
    }
    if (token === H_GET_TCE || token === H_PUT_TCE || token === H_STUFF_TCE || token === H_PUT_TCE_INDIRECT) {
      const liobn = draw.below(8) === 0 ? BigInt(draw.below(10) - 2) : BigInt(lparId * 2)
      const ioba = draw.below(20) === 0 ? -1n : BigInt(draw.below((this.options.windowPages + 2) * PAGE))
      const aligned = token === H_PUT_TCE_INDIRECT && draw.below(10) > 0
      const tce = BigInt(this.somePage(lparId)) * 4096n + (aligned ? 0n : BigInt(draw.below(4)))
      const count = draw.below(30) === 0 ? BigInt(510 + draw.below(5)) : BigInt(draw.below(6))
      return [liobn, ioba, tce, count]
    }
    const ptex = this.ptex(lparId)
    let flags = 0n
    for (const bit of [39, 38, 37, 31, 30, 15, 13, 12, 11, 9, 8, 2, 1, 0]) if (draw.below(4) === 0) flags |= 1n << BigInt(bit)
    if (draw.below(50) === 0) flags |= 1n << BigInt(48 + draw.below(16))
    if (token !== H_ENTER) return [flags, ptex, this.avpn(lparId, ptex), 0n]
    const large = draw.below(10) === 0
    let page = BigInt(this.somePage(lparId))
    if (large && draw.below(4) > 0) page = draw.below(2) === 0 ? (page & ~15n) | 1n : page & ~4095n
    const wimg = draw.below(20) === 0 ? BigInt(draw.below(16)) << 3n : MEMORY
    const high = draw.below(10) === 0 ? BigInt(draw.below(16)) << 60n : 0n
    const avpn = BigInt(draw.below(1 << 20)) << (7n + BigInt(draw.below(37)))
    const pteh = avpn | (large ? 4n : 0n) | BigInt(draw.below(2)) | (draw.below(8) === 0 ? 0x78n : 0n)
    return [flags, ptex, pteh, high | (page << 12n) | wimg | (BigInt(draw.below(4096)) & 0xf87n)]
  }

  private ptex(lparId: number): bigint {
    const { entries, tableSize } = this.reference.partitions.get(lparId)!
    const kind = this.draw.below(40)
    if (kind === 0) return BigInt(tableSize + this.draw.below(16))
    if (kind === 1) return this.draw.below(2) === 0 ? -1n : 1n << BigInt(32 + this.draw.below(24))
    const index = this.spread(tableSize)
    // Calls on entries find one half of the time.
    if (kind < 20) for (let n = 0; n < 8; n++) if (entries.has(index - (index % 8) + n)) return BigInt(index - (index % 8) + n)
    return BigInt(index)
  }

  /** Few places all over the table: chunks are big. */
  private spread(tableSize: number): number {
    const index = this.draw.below(this.options.ptexes)
    return this.options.ptexes === tableSize ? index : Math.floor(index / 64) * 8192 + (index % 64)
  }

  private avpn(lparId: number, ptex: bigint): bigint {
    const entry = this.reference.partitions.get(lparId)!.entries.get(Number(BigInt.asUintN(40, ptex)))
    return this.draw.below(3) > 0 && entry !== undefined ? entry.v & ~127n : BigInt(this.draw.below(1 << 20)) << 7n
  }

  private ownPage(lparId: number): number {
    const { blocks } = this.reference.partitions.get(lparId)!
    const { pagesPerBlock } = this.reference
    let block = 0
    for (let tries = 0; tries < 4 && block === 0; tries++) {
      const drawn = this.draw.below(this.options.maxBlocks)
      if (blocks.has(drawn)) block = drawn
    }
    return block * pagesPerBlock + this.draw.below(pagesPerBlock)
  }

  /** Mostly a page of the partition, or one that is not: past its end, in a hole, anywhere. */
  private somePage(lparId: number): number {
    const kind = this.draw.below(10)
    if (kind > 1) return this.ownPage(lparId)
    return this.draw.below(kind === 0 ? this.options.maxBlocks * this.reference.pagesPerBlock * 2 : 500_000)
  }

  private any<T>(values: readonly T[]): T {
    return values[this.draw.below(values.length)]!
  }
}

function same<T>(got: T, wanted: T, what: string): void {
  if (got !== wanted) throw new Error(`${what}: expected ${String(wanted)}, got ${String(got)}`)
}

function join(high: number, low: number): bigint {
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0)
}
