// A PLIC with a shared memory pool of few frames and a paging device with a delay: for tests of page states, faults and I/O mapping.

import { type Handler, Simulation } from '@powersim/kernel'
import type { PageImage, PagingPort, PagingTransfer } from '@powersim/protocol'
import { defaultPhypParameters, type FrameImages, Plic, SharedMemory } from '../src/index.js'

export const PAGE = 4096
/** Pages of a block. */
export const BLOCK = 64

/** Keeps whole page images, each operation after `delayNs`; while `down` it holds what it is asked for. */
export class DelayedPaging implements PagingPort {
  down = false
  delayNs = 1000
  readonly kept = new Map<string, PageImage>()
  private readonly simulation: Simulation
  private readonly images: FrameImages
  private readonly due: Handler<() => void>
  private held: (() => void)[] = []

  constructor(simulation: Simulation, images: FrameImages) {
    this.simulation = simulation
    this.images = images
    this.due = simulation.handler<() => void>('paging.double', (work) => {
      if (this.down) this.held.push(work)
      else work()
    })
  }

  write(transfer: PagingTransfer, done: Handler<PagingTransfer>): void {
    const image = this.images.imageOf(transfer.frame, transfer.stamp)
    this.later(() => {
      this.kept.set(`${transfer.member} ${transfer.page}`, image)
      transfer.failed = false
      this.simulation.call(done, transfer)
    })
  }

  read(transfer: PagingTransfer, done: Handler<PagingTransfer>): void {
    this.later(() => {
      const image = this.kept.get(`${transfer.member} ${transfer.page}`)
      if (image === undefined) throw new Error(`page ${transfer.page} of ${transfer.member} was never written`)
      transfer.stamp = image.version
      this.images.putImage(transfer.frame, image)
      transfer.failed = false
      this.simulation.call(done, transfer)
    })
  }

  discard(): void {}

  resume(): void {
    this.down = false
    const { held } = this
    this.held = []
    for (const work of held) work()
  }

  private later(work: () => void): void {
    this.simulation.schedule(this.delayNs, this.due, work)
  }
}

export class PagingMachine {
  readonly simulation = new Simulation({ seed: 'paging' })
  readonly plic: Plic
  readonly shared: SharedMemory
  readonly device: DelayedPaging
  readonly resolved: string[] = []
  private readonly told

  /** A pool of so many blocks of 64 pages; 16 blocks in the machine. */
  constructor(poolBlocks = 1) {
    this.plic = new Plic({ blockBytes: BLOCK * PAGE, blocks: 16, hypercalls: defaultPhypParameters.hypercalls })
    let device: DelayedPaging | null = null
    this.shared = new SharedMemory(this.simulation, this.plic, {
      name: 'pool',
      sampleEveryNs: 5e9,
      usedNs: () => 0,
      device: (images) => (device = new DelayedPaging(this.simulation, images)),
    })
    if (device === null) throw new Error('there is a paging device')
    this.device = device
    this.shared.resizePool(poolBlocks, 8)
    this.told = this.simulation.handler<string>('told', (what) => this.resolved.push(what))
  }

  start(lparId: number, blocks: number, { processors = 1, ioEntitledPages = 8, weight = 128, mostBlocks = blocks } = {}): void {
    const terms = { lparId, processors, mostBlocks, ioEntitledPages, weight, pagingVioses: [] }
    this.plic.started(lparId, blocks, 2 ** 14, processors, terms)
  }

  call(lparId: number, token: number, ...args: number[]): number {
    const [a1 = 0, a2 = 0, a3 = 0, a4 = 0, a5 = 0] = args
    return this.plic.hypercalls.call(lparId, token, a1, a2, a3, a4, a5).code
  }

  register(number: number): number {
    return this.plic.hypercalls.registers.value(number)
  }

  touch(lparId: number, page: number, write = false, processor = 0): number {
    return this.shared.touch(lparId, processor, page, write, this.told, `${lparId}:${page}`)
  }

  /** Touches pages until each has had its frame, one after the other. */
  sweep(lparId: number, from: number, count: number, write = true): void {
    for (let page = from; page < from + count; page++) {
      if (this.touch(lparId, page, write) !== 0) this.simulation.run(this.simulation.now + 1e6)
    }
  }

  stamp(lparId: number, page: number): number {
    return this.plic.hypercalls.memory(lparId).stamp(page)
  }
}
