// When each core's slice ends, and which ends first: a tournament tree over the cores, so that a change costs log2(cores) comparisons.
// Of equal times the lower core wins. What a slice is, is not known here.

export class CoreClock {
  /** By core: when its slice ends; Infinity when it has none. Call `changed` after writing. */
  readonly end: Float64Array
  private readonly winner: Int32Array
  private readonly leaves: number

  constructor(cores: number) {
    let leaves = 2
    while (leaves < cores) leaves *= 2
    this.leaves = leaves
    this.end = new Float64Array(leaves).fill(Infinity)
    this.winner = new Int32Array(leaves)
    for (let node = leaves - 1; node > 0; node--) this.winner[node] = this.left(node)
  }

  /** The core whose slice ends first; its end is Infinity if no core has one. */
  first(): number {
    return this.winner[1]!
  }

  changed(core: number): void {
    const { winner, end, leaves } = this
    let node = (leaves + core) >> 1
    let best = core
    let other = core ^ 1
    if (end[other]! < end[best]! || (end[other]! === end[best]! && other < best)) best = other
    winner[node] = best
    while (node > 1) {
      other = winner[node ^ 1]!
      if (end[other]! < end[best]! || (end[other]! === end[best]! && other < best)) best = other
      node >>= 1
      winner[node] = best
    }
  }

  private left(node: number): number {
    let at = node
    while (at < this.leaves) at *= 2
    return at - this.leaves
  }
}
