// The one door from a guest's storage drivers to its partition's processor, memory and hypervisor. What hypercalls cost is a debt that the
// next piece of work pays. Pages for drivers are taken from the partition's first blocks, which never go away.

import type { Handler } from '@powersim/kernel'
import { type GuestPort, H_Closed } from '@powersim/protocol'

export const PAGE = 4096
/** Pages of the guest that its storage drivers use, from here on. */
const FIRST_PAGE = 1024

export class ClientPartition {
  guest: GuestPort | null = null
  /** First value that the last hypercall returned. */
  r4 = 0
  #debtNs = 0
  #nextPage = FIRST_PAGE

  /** Takes pages for good: for queues, information units and buffers. Returns the first one. */
  takePages(count: number): number {
    const first = this.#nextPage
    this.#nextPage += count
    return first
  }

  begin(guest: GuestPort): void {
    this.guest = guest
    this.#debtNs = 0
  }

  end(): void {
    this.guest = null
  }

  /** Runs work and all debt on the partition's processor. Nothing happens while the partition is gone. */
  run<A>(workNs: number, then: Handler<A>, argument: A): void {
    const debtNs = this.#debtNs
    this.#debtNs = 0
    this.guest?.run(workNs + debtNs, then, argument)
  }

  /** Work that the next piece of work pays for. */
  owe(workNs: number): void {
    this.#debtNs += workNs
  }

  call(token: number, a1 = 0, a2 = 0, a3 = 0, a4 = 0, a5 = 0): number {
    const { guest } = this
    if (guest === null) return H_Closed
    const result = guest.hypercall(token, a1, a2, a3, a4, a5)
    this.#debtNs += result.costNs
    this.r4 = result.r4
    return result.code
  }
}
