// A partition's own memory as its programs reach it, by logical page of 4 KiB: what they put into it for devices, and what devices have
// put there. A page has bytes (queues, information units) or a content that is one number, its stamp: data that nobody looks into.

export interface GuestMemory {
  /** Bytes of a page, to be read and written; undefined: the partition has no such page now. Valid until its memory changes. */
  bytes(page: number): DataView | undefined
  /** The page's data as one number; 0: zeros; -1: the partition has no such page now. */
  stamp(page: number): number
  /** Writes the page's data. False: the partition has no such page now. */
  setStamp(page: number, stamp: number): boolean
}

/** How the physical adapters of partitions reach memory: by transfers through their windows, checked at the start, held until the end. */
export interface DeviceDma {
  /**
   * An adapter begins to move bytes between a device and memory through a window (`toMemory`: into memory). Returns the transfer; -1 when
   * an entry of the window does not allow it, or too much is under way. Its pages stay where they are until it has finished.
   */
  start(liobn: number, ioba: number, bytes: number, toMemory: boolean): number
  /** Data of the n-th page of a transfer; -1 when the transfer was cut off, since one of its partitions is gone. */
  read(transfer: number, page: number): number
  /** Writes the n-th page; false, and nothing written, when the transfer was cut off. */
  write(transfer: number, page: number, stamp: number): boolean
  /** The bytes have moved, or never will. False when the transfer had been cut off. */
  finish(transfer: number): boolean
}

/** How a physical adapter interrupts: its source number, as the hypervisor gave it. */
export interface PhysicalInterrupts {
  raise(source: number): void
}
