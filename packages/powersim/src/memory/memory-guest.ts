// A partition of a memory pool what-if: one virtual processor that refers to pages at a steady rate while it is not waiting for one, and an
// operating system that loans what it has no use for. Times, faults and waits are counted here, frames by the pool.

import { PAGE_STATE, TOUCH, type SharedMemoryPool } from '@powersim/ams'
import { type Draw, type Handler, Sample, type Simulation } from '@powersim/kernel'
import { LOAN_FLOOR_MIB, LOAN_PERIOD_NS, loanStep } from '@powersim/protocol'
import type { PageReferences } from '@powersim/workload'

/** References that are due within this time are made together, ns: partitions do not interleave more finely. */
const BURST_NS = 100_000
const NS_PER_SECOND = 1e9
const STAMPS = 2 ** 31 - 1
const PAGES_PER_MIB = 256

export interface MemoryGuestOptions {
  readonly id: number
  readonly name: string
  readonly logicalPages: number
  readonly workingSetPages: number
  readonly ioPages: number
  readonly loaning: boolean
  readonly references: PageReferences
  readonly perSecond: number
  /** Part of the references that write. */
  readonly writes: number
}

export class MemoryGuest {
  readonly id: number
  readonly waits = new Sample()
  made = 0
  private readonly simulation: Simulation
  private readonly pool: SharedMemoryPool
  private readonly options: MemoryGuestOptions
  private readonly writeDraw: Draw
  private readonly burst: Handler<null>
  private readonly loan: Handler<null>
  private readonly burstSize: number
  private left = 0
  /** The page that it waits for, since when; -1: none. */
  private page = -1
  private written = 0
  private sinceNs = 0
  private blockedNs = 0
  private startedNs = 0
  private loaned = 0

  constructor(simulation: Simulation, pool: SharedMemoryPool, options: MemoryGuestOptions) {
    const { id, name, perSecond } = options
    this.id = id
    this.simulation = simulation
    this.pool = pool
    this.options = options
    this.writeDraw = simulation.stream('memory.write', name)
    this.burstSize = Math.max(1, Math.round((perSecond * BURST_NS) / NS_PER_SECOND))
    this.burst = simulation.handler<null>(`${name}.references`, () => {
      this.left = this.burstSize
      this.go()
    })
    this.loan = simulation.handler<null>(`${name}.loan`, () => this.loanOnce())
  }

  /** It begins to run now. */
  start(): void {
    this.startedNs = this.simulation.now
    if (this.options.perSecond > 0) this.pause()
    if (this.options.loaning) this.simulation.schedule(LOAN_PERIOD_NS, this.loan, null)
  }

  /** A page that it waits for is there. */
  resolved(page: number): void {
    if (page !== this.page) return
    const waitNs = this.simulation.now - this.sinceNs
    this.waits.add(waitNs)
    this.blockedNs += waitNs
    this.page = -1
    this.go()
  }

  /** Goes on with its burst, until that is over or it has to wait. */
  private go(): void {
    const { pool, id } = this
    while (this.left > 0) {
      if (this.page === -1) this.next()
      if (this.page === -1) return
      const outcome = pool.touch(id, this.page, this.written)
      if (outcome === TOUCH.PENDING) {
        this.sinceNs = this.simulation.now
        return
      }
      this.simulation.invariant(outcome !== TOUCH.REFUSED && outcome !== TOUCH.FAILED, 'one fault a partition, on a device that works')
      this.page = -1
    }
    pool.noteProcessor(id, this.simulation.now - this.startedNs - this.blockedNs)
    this.pause()
  }

  private next(): void {
    this.left--
    this.made++
    this.page = this.options.references.next()
    this.written = this.writeDraw.next() < this.options.writes ? 1 + (this.made % STAMPS) : 0
  }

  private pause(): void {
    this.simulation.schedule(Math.max(1, Math.round((this.burstSize * NS_PER_SECOND) / this.options.perSecond)), this.burst, null)
  }

  /** What Linux does once a second: pages outside of its working set go on loan, the last ones first, and come back in reverse. */
  private loanOnce(): void {
    const { pool, id, loaned } = this
    const { logicalPages, workingSetPages, ioPages } = this.options
    const step = loanStep({
      requestPages: Math.trunc(pool.loanRequestBytes(id) / pool.pageBytes),
      loanedPages: loaned,
      freePages: logicalPages - workingSetPages - ioPages - loaned,
      totalPages: logicalPages,
      floorPages: LOAN_FLOOR_MIB * PAGES_PER_MIB,
      takenBackPages: 0,
    })
    const last = logicalPages - ioPages - 1
    for (let count = 0; count < step; count++) pool.setState(id, last - loaned - count, PAGE_STATE.LOANED)
    for (let count = 0; count > step; count--) pool.setState(id, last - loaned - count + 1, PAGE_STATE.ACTIVE)
    this.loaned += step
    this.simulation.schedule(LOAN_PERIOD_NS, this.loan, null)
  }
}
