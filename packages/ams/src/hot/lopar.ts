// The pager that LoPAR describes (CMO background, informative): frames come from the partition that is furthest behind with its donation,
// in percent of it, until it has paid; which of its pages is page-scan.ts. What the donations are is donations.ts.

import type { MemberView, PoolView, ReplacementPolicy, ReplacementPolicyFactory } from '../replacement-policy.js'
import { MAX_MEMBERS } from './member.js'
import { PageScan } from './page-scan.js'

class Lopar implements ReplacementPolicy {
  readonly watchesTouches = false
  private readonly pool: PoolView
  private readonly scan: PageScan
  /** Whose pages are being taken. */
  private debtor: MemberView | null = null

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
    this.debtor = null
  }

  victim(urgent: boolean): number {
    for (;;) {
      let { debtor } = this
      if (debtor === null || debtor.given >= debtor.donation) debtor = this.mostBehind(urgent)
      this.debtor = debtor
      if (debtor === null) return -1
      const frame = this.scan.next(debtor)
      if (frame !== -1) return frame
      this.debtor = null
    }
  }

  /** The member with the largest gap in percent of its donation. If somebody waits, also one that has paid. */
  private mostBehind(urgent: boolean): MemberView | null {
    const { members } = this.pool
    let chosen: MemberView | null = null
    let widest = -Infinity
    for (let id = 0; id < members.length; id++) {
      const member = members[id]
      if (member === undefined || this.scan.isEmpty(id) || member.backed === 0) continue
      const due = member.donation - member.given
      if (due <= 0 && !urgent) continue
      // Without any donation to pay, a member is the last to be asked.
      const gap = member.donation > 0 ? due / member.donation : -Number.MAX_VALUE
      if (gap > widest) {
        widest = gap
        chosen = member
      }
    }
    return chosen
  }
}

export const lopar: ReplacementPolicyFactory = { name: 'lopar', make: (pool) => new Lopar(pool) }
