// The message buffers of one HMC connection: places in hypervisor memory, each with exactly one owner, which makes them credits.
// A buffer is absent, offered (Add Buffer sent, not answered), the guest's, or PHYP's; guest + phyp + offered = size at every move.
// Who moves a buffer and why is connection.ts. Nothing is made here after the construction.

import type { Simulation } from '@powersim/kernel'
import type { Message } from '@powersim/protocol'
import type { HypervisorRegion } from '../plic/dma-window.js'

const ABSENT = 0
export const OFFERED = 1
export const GUEST = 2
const PHYP = 3
export type Owner = typeof ABSENT | typeof OFFERED | typeof GUEST | typeof PHYP

/** Addresses of hypervisor buffers: one span per HMC index, in it one slot per buffer, of the largest MTU. */
export const FIRST_ADDRESS = 0x100_0000
export const ADDRESS_SPAN = 0x100_0000
export const ADDRESS_SLOT = 0x4000

export class MessageBuffer implements HypervisorRegion {
  readonly id: number
  readonly address: number
  bytes = 0
  content: unknown = null
  contentBytes = 0
  owner: Owner = ABSENT
  /** Holds a fragment that is not the last: the guest hands the buffer back when it has copied it. */
  returning = false
  /** The message whose last fragment the guest has to copy from here. */
  carried: Message | null = null

  constructor(id: number, address: number) {
    this.id = id
    this.address = address
  }

  /** An offered buffer is the guest's to fill already: its answer to the offer may still be in the queue. */
  get open(): boolean {
    return this.owner === GUEST || this.owner === OFFERED
  }
}

export class BufferPool {
  /** Buffers that are not absent. */
  size = 0
  guest = 0
  phyp = 0
  offered = 0
  /** Buffers of `returning`. */
  returning = 0

  private readonly simulation: Simulation
  private readonly buffers: MessageBuffer[] = []
  // Stack of the ids that PHYP owns; `phyp` is its height.
  private readonly owned: Int32Array

  constructor(simulation: Simulation, hmcIndex: number, capacity: number) {
    this.simulation = simulation
    this.owned = new Int32Array(capacity)
    for (let id = 0; id < capacity; id++) {
      this.buffers.push(new MessageBuffer(id, FIRST_ADDRESS + hmcIndex * ADDRESS_SPAN + id * ADDRESS_SLOT))
    }
  }

  /** The buffer of an id that is not absent. */
  at(id: number): MessageBuffer | undefined {
    const buffer = this.buffers[id]
    return buffer === undefined || buffer.owner === ABSENT ? undefined : buffer
  }

  /** absent -> offered. */
  offer(id: number, bytes: number): MessageBuffer {
    const buffer = this.buffers[id]
    this.simulation.invariant(buffer !== undefined && buffer.owner === ABSENT, 'vmc: only an absent buffer is offered')
    buffer.owner = OFFERED
    buffer.bytes = bytes
    this.size++
    this.offered++
    this.check()
    return buffer
  }

  /** offered -> guest, or absent when the guest could not take it. */
  answered(buffer: MessageBuffer, taken: boolean): void {
    this.simulation.invariant(buffer.owner === OFFERED, 'vmc: an answer to an offer')
    this.offered--
    if (taken) {
      buffer.owner = GUEST
      this.guest++
    } else {
      buffer.owner = ABSENT
      this.size--
    }
    this.check()
  }

  /** guest -> PHYP. */
  take(buffer: MessageBuffer): void {
    this.simulation.invariant(buffer.owner === GUEST, 'vmc: the guest hands over what it owns')
    buffer.owner = PHYP
    this.guest--
    this.owned[this.phyp++] = buffer.id
    if (buffer.returning) this.returning--
    buffer.returning = false
    this.check()
  }

  /** PHYP -> guest: the buffer that PHYP got last. */
  give(): MessageBuffer {
    this.simulation.invariant(this.phyp > 0, 'vmc: PHYP gives what it owns')
    const buffer = this.buffers[this.owned[--this.phyp]!]
    this.simulation.invariant(buffer !== undefined && buffer.owner === PHYP, 'vmc: the stack holds buffers of PHYP')
    buffer.owner = GUEST
    this.guest++
    this.check()
    return buffer
  }

  /** Marks a given buffer as one that comes back at once. */
  expect(buffer: MessageBuffer): void {
    buffer.returning = true
    this.returning++
  }

  /** All buffers absent. */
  clear(): void {
    for (const buffer of this.buffers) {
      buffer.owner = ABSENT
      buffer.content = null
      buffer.contentBytes = 0
      buffer.returning = false
      buffer.carried = null
    }
    this.size = 0
    this.guest = 0
    this.phyp = 0
    this.offered = 0
    this.returning = 0
  }

  /** Messages that the guest has not copied yet; for closing. */
  *carried(): Generator<Message> {
    for (const buffer of this.buffers) if (buffer.carried !== null) yield buffer.carried
  }

  private check(): void {
    this.simulation.invariant(this.guest + this.phyp + this.offered === this.size, 'vmc: guest + PHYP + offered = buffers of the pool')
  }
}
