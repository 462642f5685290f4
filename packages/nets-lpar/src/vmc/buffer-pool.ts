// The message buffers of one HMC connection as the partition knows them: credits with an owner (ibmvmc: owner alpha is the
// partition, HV the hypervisor). A buffer is absent, free (the partition's, to send from), held (the partition's, in use) or the
// hypervisor's. free + held + hypervisor = valid, checked at every move; who moves a buffer, and why, is hmc-connection.ts.

import type { Simulation } from '@powersim/kernel'

const ABSENT = 0
const FREE = 1
const HELD = 2
const HYPERVISOR = 3

export interface BufferStatistics {
  readonly valid: number
  readonly free: number
  readonly held: number
  readonly hypervisor: number
}

export class BufferPool {
  valid = 0
  free = 0
  held = 0
  hypervisor = 0
  readonly capacity: number
  readonly #simulation: Simulation
  readonly #owner: Uint8Array
  readonly #remote: Float64Array
  // Ids of the free buffers, the one that was freed last on top.
  readonly #stack: Int32Array

  constructor(simulation: Simulation, capacity: number) {
    this.#simulation = simulation
    this.capacity = capacity
    this.#owner = new Uint8Array(capacity)
    this.#remote = new Float64Array(capacity)
    this.#stack = new Int32Array(capacity)
  }

  knows(id: number): boolean {
    return id < this.capacity && this.#owner[id] !== ABSENT
  }

  isHypervisors(id: number): boolean {
    return this.#owner[id] === HYPERVISOR
  }

  /** Where the buffer is in the hypervisor's window. */
  remoteAddress(id: number): number {
    return this.#remote[id]!
  }

  /** absent -> free. */
  add(id: number, remoteAddress: number): void {
    this.#move(id, ABSENT, FREE)
    this.#remote[id] = remoteAddress
    this.#stack[this.free++] = id
    this.valid++
    this.#check()
  }

  /** free -> held: the id, or -1 when none is free. */
  take(): number {
    if (this.free === 0) return -1
    const id = this.#stack[--this.free]!
    this.#move(id, FREE, HELD)
    this.held++
    this.#check()
    return id
  }

  /** held -> free. */
  release(id: number): void {
    this.#move(id, HELD, FREE)
    this.held--
    this.#stack[this.free++] = id
    this.#check()
  }

  /** held -> the hypervisor's. */
  handOver(id: number): void {
    this.#move(id, HELD, HYPERVISOR)
    this.held--
    this.hypervisor++
    this.#check()
  }

  /** The hypervisor's -> held. */
  receive(id: number): void {
    this.#move(id, HYPERVISOR, HELD)
    this.hypervisor--
    this.held++
    this.#check()
  }

  /** All are absent. */
  clear(): void {
    this.#owner.fill(ABSENT)
    this.valid = 0
    this.free = 0
    this.held = 0
    this.hypervisor = 0
  }

  statistics(): BufferStatistics {
    const { valid, free, held, hypervisor } = this
    return { valid, free, held, hypervisor }
  }

  #move(id: number, from: number, to: number): void {
    this.#simulation.invariant(this.#owner[id] === from, 'vmc: a buffer moves only from the state that it is in')
    this.#owner[id] = to
  }

  #check(): void {
    this.#simulation.invariant(this.free + this.held + this.hypervisor === this.valid, 'vmc: free + held + hypervisor buffers = valid')
  }
}
