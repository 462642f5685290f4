// When each core's slice ends, and which ends first: a tournament tree over the cores, so that a change costs log2(cores) comparisons.
// Of equal times the lower core wins. A core that stops mostly begins again in the same instant: its path is played again only then, or
// when somebody asks. What a slice is, is not known here.

/** Values of `stale` besides a core. */
const NONE = -1
const ALL = -2

export class CoreClock {
  /** By core: when its slice ends; Infinity when it has none. Call `changed` after writing. */
  readonly end: Float64Array
  private readonly winner: Int32Array
  private readonly leaves: number
  /** The core whose path is still to be played, or ALL. */
  private stale = NONE

  constructor(cores: number) {
    let leaves = 2
    while (leaves < cores) leaves *= 2
    this.leaves = leaves
    this.end = new Float64Array(leaves).fill(Infinity)
    this.winner = new Int32Array(leaves)
    this.playAll()
  }

  /** The core whose slice ends first; its end is Infinity if no core has one. */
  first(): number {
    if (this.stale !== NONE) this.refresh()
    return this.winner[1]!
  }

  changed(core: number): void {
    if (this.stale === ALL) return
    if (this.stale === core) this.stale = NONE
    this.play(core)
  }

  /** The core has no slice from now on. */
  clear(core: number): void {
    this.end[core] = Infinity
    if (this.stale === ALL) return
    if (this.stale !== NONE && this.stale !== core) this.play(this.stale)
    this.stale = core
  }

  /** Most cores change now: the tree is made anew when somebody asks, in one comparison per core. */
  changeAll(): void {
    this.stale = ALL
  }

  private refresh(): void {
    if (this.stale === ALL) this.playAll()
    else this.play(this.stale)
    this.stale = NONE
  }

  private play(core: number): void {
    const { winner, end, leaves } = this
    let node = (leaves + core) >> 1
    let best = core
    let least = end[core]!
    let other = core ^ 1
    for (;;) {
      const at = end[other]!
      if (at < least || (at === least && other < best)) {
        best = other
        least = at
      }
      winner[node] = best
      if (node === 1) return
      other = winner[node ^ 1]!
      node >>= 1
    }
  }

  private playAll(): void {
    const { winner, end, leaves } = this
    for (let node = leaves - 1; node > 0; node--) {
      const below = 2 * node
      const left = below < leaves ? winner[below]! : below - leaves
      const right = below < leaves ? winner[below + 1]! : below + 1 - leaves
      winner[node] = end[right]! < end[left]! ? right : left
    }
  }
}
