// Loaning of memory by an operating system, as Linux's collaborative memory manager does it (cmm.c): once a second it asks what is wanted,
// and loans pages that it does not use, or takes some back. It never loans what it uses, keeps a floor, gives nothing for a while after its
// memory has changed, and takes everything back when it goes down in order. How many pages comes from the arithmetic of `loanStep`.

import type { Handler, Simulation, Timer } from '@powersim/kernel'
import {
  H_GET_MPP,
  H_PAGE_INIT,
  H_Success,
  type HypercallPort,
  LOAN_FLOOR_MIB,
  LOAN_PAUSE_NS,
  LOAN_PERIOD_NS,
  LOAN_TAKEN_BACK_KIB,
  loanStep,
  type ProcessorPort,
} from '@powersim/protocol'

const PAGE_BYTES = 4096
const PAGES_PER_MIB = 256
/** Flag bits 28 to 31 of H_PAGE_INIT, in the high half: unused and on loan; active. */
const SET_LOANED = 0xf * 4294967296
const SET_ACTIVE = 0x8 * 4294967296
/** R9 of H_GET_MPP: the loan request. */
const LOAN_REQUEST = 9

export class Loaner {
  /** Pages that are on loan. */
  loaned = 0
  private readonly simulation: Simulation
  private readonly lparId: number
  private readonly hypercalls: HypercallPort
  private readonly processor: ProcessorPort
  private readonly usedPages: number
  private readonly timer: Timer
  private readonly look: Handler<number>
  private readonly paid: Handler<null>
  /** By page: 1 is on loan. */
  private onLoan = new Uint8Array(0)
  private totalPages = 0
  private takenBack = 0
  private pausedUntilNs = 0
  private life = 0

  /** `usedPages`: the first so many pages are in use. */
  constructor(
    simulation: Simulation,
    name: string,
    lparId: number,
    hypercalls: HypercallPort,
    processor: ProcessorPort,
    usedPages: number,
  ) {
    this.simulation = simulation
    this.lparId = lparId
    this.hypercalls = hypercalls
    this.processor = processor
    this.usedPages = usedPages
    this.timer = simulation.timer(
      simulation.handler<null>(`${name}.loan`, () => this.processor.run(0, this.look, this.life)),
      null,
    )
    this.look = simulation.handler<number>(`${name}.loan-look`, (life) => {
      if (life === this.life) this.step()
    })
    this.paid = simulation.handler<null>(`${name}.loan-paid`, () => {})
  }

  /** The operating system is up, with so much memory, of which nothing is on loan. */
  start(memoryMiB: number): void {
    this.life++
    this.loaned = 0
    this.takenBack = 0
    this.pausedUntilNs = 0
    this.totalPages = memoryMiB * PAGES_PER_MIB
    this.onLoan = new Uint8Array(this.totalPages)
    this.timer.start(LOAN_PERIOD_NS)
  }

  /** It goes down: in order it takes everything back, else it is gone. */
  stop(inOrder: boolean): void {
    this.life++
    this.timer.stop()
    if (inOrder && this.loaned > 0) this.pay(this.takeBack(this.loaned))
    this.loaned = 0
  }

  /** Memory was added or removed (hotplug). */
  resized(memoryMiB: number): void {
    const pages = memoryMiB * PAGES_PER_MIB
    if (pages === this.totalPages) return
    const onLoan = new Uint8Array(pages)
    onLoan.set(this.onLoan.subarray(0, Math.min(pages, this.totalPages)))
    this.onLoan = onLoan
    this.totalPages = pages
    this.loaned = 0
    for (let page = 0; page < pages; page++) this.loaned += onLoan[page]!
    this.pausedUntilNs = this.simulation.now + LOAN_PAUSE_NS
  }

  /** It has run out of memory: some pages come back, and less will be on loan from now on. Returns how many. */
  outOfMemory(): number {
    const pages = Math.min(this.loaned, (LOAN_TAKEN_BACK_KIB * 1024) / PAGE_BYTES)
    this.pay(this.takeBack(pages))
    this.takenBack += pages
    return pages
  }

  private step(): void {
    this.timer.start(LOAN_PERIOD_NS)
    if (this.simulation.now < this.pausedUntilNs) return
    const { code, costNs } = this.hypercalls.call(this.lparId, H_GET_MPP, 0, 0, 0, 0, 0)
    if (code !== H_Success) return
    const requestPages = Math.trunc((this.hypercalls.returned?.(LOAN_REQUEST) ?? 0) / PAGE_BYTES)
    const pages = loanStep({
      requestPages,
      loanedPages: this.loaned,
      freePages: Math.max(0, this.totalPages - this.usedPages - this.loaned),
      totalPages: this.totalPages,
      floorPages: LOAN_FLOOR_MIB * PAGES_PER_MIB,
      takenBackPages: this.takenBack,
    })
    this.pay(costNs + (pages > 0 ? this.loan(pages) : this.takeBack(-pages)))
  }

  /** Loans pages, the highest first. Returns what the hypercalls cost, ns. */
  private loan(pages: number): number {
    let costNs = 0
    let left = pages
    for (let page = this.totalPages - 1; page >= this.usedPages && left > 0; page--) {
      if (this.onLoan[page] === 1) continue
      const result = this.hypercalls.call(this.lparId, H_PAGE_INIT, SET_LOANED, page * PAGE_BYTES, 0, 0, 0)
      costNs += result.costNs
      if (result.code !== H_Success) continue
      this.onLoan[page] = 1
      this.loaned++
      left--
    }
    return costNs
  }

  private takeBack(pages: number): number {
    let costNs = 0
    let left = pages
    for (let page = 0; page < this.totalPages && left > 0; page++) {
      if (this.onLoan[page] === 0) continue
      costNs += this.hypercalls.call(this.lparId, H_PAGE_INIT, SET_ACTIVE, page * PAGE_BYTES, 0, 0, 0).costNs
      this.onLoan[page] = 0
      this.loaned--
      left--
    }
    return costNs
  }

  private pay(costNs: number): void {
    if (costNs > 0) this.processor.run(costNs, this.paid, null)
  }
}
