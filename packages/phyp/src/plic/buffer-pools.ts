// Receive buffers that a partition has added to one logical LAN, in pools by size (LoPAR, H_ADD_LOGICAL_LAN_BUFFER): only their I/O bus
// addresses; whether these are mapped is looked at when a frame goes in. Each pool is a ring, first in, first out.
// Hot: taking and adding are array elements; a ring grows to twice its size when it is full.

import { LAN_CORRELATOR_BYTES } from '@powersim/protocol'

/** Sizes of buffers of one logical LAN: its buffer list is a page, with room for an entry of 16 bytes each and the counter. */
const MAX_POOLS = 255
/** Buffers in one pool. */
const MAX_POOL_BUFFERS = 65_536
const FIRST_CAPACITY = 64

class Pool {
  readonly bytes: number
  count = 0
  private ring = new Uint32Array(FIRST_CAPACITY)
  private head = 0

  constructor(bytes: number) {
    this.bytes = bytes
  }

  add(ioba: number): void {
    if (this.count === this.ring.length) this.grow()
    this.ring[(this.head + this.count) % this.ring.length] = ioba
    this.count++
  }

  take(): number {
    const ioba = this.ring[this.head]!
    this.head = this.head + 1 === this.ring.length ? 0 : this.head + 1
    this.count--
    return ioba
  }

  private grow(): void {
    const grown = new Uint32Array(this.ring.length * 2)
    for (let n = 0; n < this.count; n++) grown[n] = this.ring[(this.head + n) % this.ring.length]!
    this.ring = grown
    this.head = 0
  }
}

export class BufferPools {
  /** Size of the buffer that `take` gave last. */
  takenBytes = 0
  private readonly pools: Pool[] = []

  /** False: no room for one more size, or in its pool. */
  add(ioba: number, bytes: number): boolean {
    const { pools } = this
    let at = 0
    while (at < pools.length && pools[at]!.bytes < bytes) at++
    let pool = pools[at]
    if (pool === undefined || pool.bytes !== bytes) {
      if (pools.length === MAX_POOLS) return false
      pool = new Pool(bytes)
      pools.splice(at, 0, pool)
    }
    if (pool.count === MAX_POOL_BUFFERS) return false
    pool.add(ioba)
    return true
  }

  /** Takes a buffer from the pool of the smallest size that has one and takes so many bytes after the correlator; -1: there is none. */
  take(frameBytes: number): number {
    const { pools } = this
    const least = frameBytes + LAN_CORRELATOR_BYTES
    for (let at = 0; at < pools.length; at++) {
      const pool = pools[at]!
      if (pool.bytes < least || pool.count === 0) continue
      this.takenBytes = pool.bytes
      return pool.take()
    }
    return -1
  }

  /** Takes a buffer of exactly that size; -1: there is none. */
  takeOf(bytes: number): number {
    const { pools } = this
    for (let at = 0; at < pools.length; at++) {
      const pool = pools[at]!
      if (pool.bytes === bytes) return pool.count === 0 ? -1 : pool.take()
    }
    return -1
  }

  get size(): number {
    let sum = 0
    for (let at = 0; at < this.pools.length; at++) sum += this.pools[at]!.count
    return sum
  }

  clear(): void {
    this.pools.length = 0
  }
}
