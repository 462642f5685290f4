// How much of its memory each partition uses: every period 100 random pages of each are looked at in the next one (LoPAR, CMO background).
// From that the donations are stepped. Nothing here takes a page.

import type { KeyedDraws, Simulation, Timer } from '@powersim/kernel'
import { stepDonations } from './donations.js'
import { FRAME } from './hot/frame-table.js'
import { PAGE, PAGE_FLAG } from './hot/member.js'
import type { Member } from './hot/member.js'
import type { Pager } from './hot/pager.js'

const SAMPLED_PAGES = 100
/** Draws for a member whose logical memory has holes. */
const MOST_DRAWS = 4 * SAMPLED_PAGES
/** The recent maximum of processor time falls by this part a period, an estimate: LoPAR says "recent". */
const FORGET = 1 / 8
/** Draws of one member in one period are numbered from here on. */
const DRAWS_PER_PERIOD = 1024

export class PageSampling {
  private readonly pager: Pager
  private readonly draws: KeyedDraws
  private readonly timer: Timer
  private readonly periodNs: number
  private readonly overage: () => number
  private period = 0
  /** By member id: the pages that are looked at; -1 beyond their number. */
  private readonly sampled: (Int32Array | undefined)[] = []

  constructor(simulation: Simulation, name: string, periodNs: number, pager: Pager, overage: () => number) {
    this.pager = pager
    this.periodNs = periodNs
    this.overage = overage
    this.draws = simulation.draws('ams.sample', name)
    this.timer = simulation.timer(
      simulation.handler<null>(`${name}.sample`, () => {
        this.sample()
        this.timer.start(this.periodNs)
      }),
      null,
    )
  }

  /** Samples by itself from now on, as long as there is a period. */
  start(): void {
    if (this.periodNs > 0 && !this.timer.active) this.timer.start(this.periodNs)
  }

  stop(): void {
    this.timer.stop()
  }

  /** A member's sampling starts anew. */
  forget(id: number): void {
    this.sampled[id] = undefined
  }

  /** The end of a period: what was used becomes utilisation, donations take a step, other pages are chosen. */
  sample(): void {
    const members = this.pager.members.filter((member) => member !== undefined)
    const seen = members.filter(({ id }) => this.sampled[id] !== undefined)
    for (const member of members) {
      member.recentMostNs = Math.max(usedNs(member), member.recentMostNs * (1 - FORGET))
    }
    for (const member of seen) member.utilization = this.utilizationOf(member, this.sampled[member.id]!)
    reduceByHints(seen)
    stepDonations(members, this.overage())
    this.period++
    for (const member of members) {
      member.sampledProcessorNs = member.processorNs
      member.sampledOwnPageIns = member.ownPageIns
      this.choose(member)
      if (member.pagingFailed) this.pager.retry(member)
    }
  }

  private choose(member: Member): void {
    const pages = (this.sampled[member.id] ??= new Int32Array(SAMPLED_PAGES))
    pages.fill(-1)
    const draw = this.draws.cursor(member.id, this.period * DRAWS_PER_PERIOD)
    let chosen = 0
    for (let drawn = 0; drawn < MOST_DRAWS && chosen < SAMPLED_PAGES; drawn++) {
      const page = draw.below(member.frameOf.length)
      const frame = member.frameOf[page]!
      if (frame === PAGE.OUTSIDE) continue
      pages[chosen++] = page
      member.pageFlags[page] = member.pageFlags[page]! & ~PAGE_FLAG.ACCESSED
      if (frame >= 0) this.pager.frames.flags[frame] = this.pager.frames.flags[frame]! & ~FRAME.ACCESSED
    }
  }

  /** Part of the sampled pages that were touched, by processor time as much as the member has lately used at most; up to 1. */
  private utilizationOf(member: Member, pages: Int32Array): number {
    let looked = 0
    let accessed = 0
    for (const page of pages) {
      if (page === -1) break
      looked++
      const frame = member.frameOf[page]!
      const bits = member.pageFlags[page]! | (frame >= 0 ? this.pager.frames.flags[frame]! : 0)
      if ((bits & FRAME.ACCESSED) !== 0) accessed++
    }
    const part = looked === 0 ? 0 : accessed / looked
    const used = usedNs(member)
    if (member.recentMostNs === 0 || part === 0) return part
    return used === 0 ? 1 : Math.min(1, (part * member.recentMostNs) / used)
  }
}

/** Processor time of a member in this period. */
function usedNs({ processorNs, sampledProcessorNs }: Member): number {
  return processorNs - sampledProcessorNs
}

/**
 * What the operating systems say of their own page-ins, by processor time and compared with each other, may only lower an estimate: it
 * cannot be trusted. One that never says anything is left as it is.
 */
function reduceByHints(members: readonly Member[]): void {
  const telling = members.filter(({ ownPageIns }) => ownPageIns > 0)
  const rates = telling.map((member) => (member.ownPageIns - member.sampledOwnPageIns) / Math.max(1, usedNs(member)))
  const total = rates.reduce((sum, rate) => sum + rate, 0)
  if (total === 0) return
  const meanUtilization = telling.reduce((sum, { utilization }) => sum + utilization, 0) / telling.length
  for (const [index, member] of telling.entries()) {
    member.utilization = Math.min(member.utilization, (meanUtilization * rates[index]! * telling.length) / total)
  }
}
