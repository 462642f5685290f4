// Who gets how much of a window when time can be split at will: entitlement first, then the unused part of each pool among its own by
// weight, then the rest among all by weight, each up to what it wants, its virtual processors and its pool's maximum. The closed form
// that slices approach. Integer ns throughout: shares are rounded down, and what rounding leaves (less than 1 ns per weight) stays unused.

export interface Share {
  /** ns of a window: what it is entitled to, and what it wants, at most the window per virtual processor. */
  readonly entitledNs: number
  readonly wantedNs: number
  /** 0: capped. */
  readonly weight: number
  readonly pool: number
  /** What it gets; written by `fill`. */
  gotNs: number
}

export interface PoolShare {
  readonly id: number
  readonly reservedNs: number
  readonly maximumNs: number
}

/** Fills `gotNs` of all shares. `capacityNs`: core time of a window. */
export function fill(shares: readonly Share[], pools: readonly PoolShare[], capacityNs: number): void {
  for (const share of shares) share.gotNs = Math.min(share.entitledNs, share.wantedNs)
  const certain = sum(shares)
  if (certain > capacityNs) {
    // Less than was promised: somebody has stolen cycles, and everybody pays in proportion.
    for (const share of shares) share.gotNs = Math.floor((share.gotNs / certain) * capacityNs)
    return
  }
  if (pools.length > 1) {
    for (const pool of pools) {
      const members = shares.filter((share) => share.pool === pool.id)
      const unused = members.reduce((total, { entitledNs, gotNs }) => total + entitledNs - gotNs, pool.reservedNs)
      pour(members, [pool], Math.min(unused, capacityNs - sum(shares)))
    }
  }
  pour(shares, pools, capacityNs - sum(shares))
}

function sum(shares: readonly Share[]): number {
  return shares.reduce((total, { gotNs }) => total + gotNs, 0)
}

/** Raises one level for all that compete, until nothing is left or nobody may have more. */
function pour(shares: readonly Share[], pools: readonly PoolShare[], amountNs: number): void {
  let left = amountNs
  for (;;) {
    const open = shares.filter((share) => share.weight > 0 && share.wantedNs > share.gotNs && roomOf(share.pool, shares, pools) > 0)
    const weights = open.reduce((total, { weight }) => total + weight, 0)
    if (left <= 0 || weights === 0) return
    // ns per weight until the first of them, a pool or all is full; at least 1 ns in all, so that it ends.
    let level = left / weights
    for (const { wantedNs, gotNs, weight } of open) level = Math.min(level, (wantedNs - gotNs) / weight)
    for (const { id } of pools) {
      const inPool = open.filter(({ pool }) => pool === id).reduce((total, { weight }) => total + weight, 0)
      if (inPool > 0) level = Math.min(level, roomOf(id, shares, pools) / inPool)
    }
    let given = 0
    for (const share of open) {
      const part = Math.min(Math.floor(level * share.weight + 1e-6), share.wantedNs - share.gotNs, left - given)
      share.gotNs += part
      given += part
    }
    if (given === 0) return
    left -= given
  }
}

function roomOf(pool: number, shares: readonly Share[], pools: readonly PoolShare[]): number {
  const maximumNs = pools.find(({ id }) => id === pool)?.maximumNs ?? Infinity
  return shares.reduce((room, share) => (share.pool === pool ? room - share.gotNs : room), maximumNs)
}
