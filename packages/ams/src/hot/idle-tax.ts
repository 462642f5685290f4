// Idle-memory tax (Waldspurger 2002, VMware ESX): the partition that pays the least weight per page loses one, where a page that it does
// not use costs it more; which of its pages is page-scan.ts.

import type { MemberView, PoolView, ReplacementPolicy, ReplacementPolicyFactory } from '../replacement-policy.js'
import { MAX_MEMBERS } from './member.js'
import { PageScan } from './page-scan.js'

/** The tax rate of the paper. An idle page costs 1 / (1 - rate) = 4 times as much as one in use. */
const IDLE_COST = 4

class IdleTax implements ReplacementPolicy {
  readonly watchesTouches = false
  private readonly pool: PoolView
  private readonly scan: PageScan

  constructor(pool: PoolView) {
    this.pool = pool
    this.scan = new PageScan(pool, MAX_MEMBERS)
  }

  loaded(): void {}

  touched(): void {}

  freed(): void {}

  demoted(): void {}

  begin(): void {
    this.scan.begin()
  }

  victim(): number {
    for (;;) {
      const member = this.cheapest()
      if (member === null) return -1
      const frame = this.scan.next(member)
      if (frame !== -1) return frame
    }
  }

  private cheapest(): MemberView | null {
    const { members } = this.pool
    let chosen: MemberView | null = null
    let least = Infinity
    for (let id = 0; id < members.length; id++) {
      const member = members[id]
      if (member === undefined || this.scan.isEmpty(id) || member.backed === 0) continue
      const active = member.utilization
      const price = member.weight / (member.backed * (active + IDLE_COST * (1 - active)))
      if (price < least) {
        least = price
        chosen = member
      }
    }
    return chosen
  }
}

export const idleTax: ReplacementPolicyFactory = { name: 'idleTax', make: (pool) => new IdleTax(pool) }
