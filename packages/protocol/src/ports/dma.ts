// Memory that a partition opens for transfers: windows named by a logical I/O bus number (LIOBN), holding regions at I/O bus
// addresses (IOBA). A region is either a real page of bytes (a command/response queue) or a place for one content passed by reference.

export interface DmaRegion {
  readonly ioba: number
  readonly bytes: number
  /** Real bytes, for queue pages. */
  readonly page: Uint8Array | null
  /** What was last copied here, by reference, with its length. */
  content: unknown
  contentBytes: number
}

export interface DmaWindow {
  readonly liobn: number
  /** Adds a region; overlapping or second mapping of an address is a caller's mistake and throws. */
  map(region: DmaRegion): void
  unmap(ioba: number): void
  at(ioba: number): DmaRegion | undefined
}
