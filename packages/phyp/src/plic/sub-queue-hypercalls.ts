// Subordinate queues of a device (LoPAR, Subordinate CRQ: H_REG_SUB_CRQ, H_SEND_SUB_CRQ, H_FREE_SUB_CRQ): rings of 32-byte entries beside
// the command/response queue, each with an interrupt source of its own. An entry goes to the peer's queue of the named number.

import {
  CRQ_PAGE_BYTES,
  H_Closed,
  H_Dropped,
  H_FREE_SUB_CRQ,
  H_Function,
  H_Parameter,
  H_REG_SUB_CRQ,
  H_Resource,
  H_SEND_SUB_CRQ,
  H_Success,
} from '@powersim/protocol'
import { GuestQueue } from './crq.js'
import { FIRST_SUB_SOURCE, type Interrupts, SUBS } from './interrupts.js'
import type { PlicCounts } from './plic-counts.js'
import type { Registers } from './registers.js'
import { FIRST_UNIT, type VirtualDevice } from './virtual-device.js'

/** Subordinate queues of one device; one more is H_Resource. */
export const MAX_SUB_QUEUES = SUBS
const ENTRY_BYTES = 32

export class SubQueueHypercalls {
  private readonly interrupts: Interrupts
  private readonly counts: PlicCounts

  constructor(interrupts: Interrupts, counts: PlicCounts) {
    this.interrupts = interrupts
    this.counts = counts
  }

  /** `device`: the caller's, or undefined when the unit address is not its own. */
  call(token: number, device: VirtualDevice | undefined, registers: Registers): number {
    if (device === undefined) return H_Parameter
    let code: number
    switch (token) {
      case H_REG_SUB_CRQ:
        code = this.register(device, registers)
        break
      case H_FREE_SUB_CRQ:
        code = this.free(device, registers.unsigned(5))
        break
      case H_SEND_SUB_CRQ:
        code = send(device, registers)
        break
      default:
        return H_Function
    }
    if (code === H_Success) this.counts.writes++
    return code
  }

  /** The device is gone. */
  forget(device: VirtualDevice): void {
    for (let number = 0; number < device.subQueues.length; number++) this.interrupts.remove(sourceOf(device, number))
  }

  /** R5 I/O bus address, R6 bytes; R4 the queue's number, R5 its interrupt source. */
  private register(device: VirtualDevice, registers: Registers): number {
    const region = device.local.at(registers.unsigned(5))
    const bytes = registers.unsigned(6)
    if (region === undefined || region.page === null || region.bytes !== bytes || bytes % CRQ_PAGE_BYTES !== 0) return H_Parameter
    let number = 0
    while (number < MAX_SUB_QUEUES && (device.subQueues[number] ?? null) !== null) number++
    if (number === MAX_SUB_QUEUES) return H_Resource
    const queue = new GuestQueue(ENTRY_BYTES)
    queue.register(region.page)
    queue.useWhole()
    device.subQueues[number] = queue
    const source = sourceOf(device, number)
    this.interrupts.add(source, device.lparId)
    registers.set(4, 0, number)
    registers.set(5, 0, source)
    return H_Success
  }

  private free(device: VirtualDevice, number: number): number {
    if ((device.subQueues[number] ?? null) === null) return H_Parameter
    device.subQueues[number] = null
    this.interrupts.remove(sourceOf(device, number))
    return H_Success
  }
}

/** R5 the peer's queue, R6 to R9 the entry; its first byte is not 0, or the receiver would not see it. */
function send(device: VirtualDevice, registers: Registers): number {
  const { peer } = device
  if (registers.high[6]! >>> 24 === 0) return H_Parameter
  if (peer === null || peer.suspended || !peer.queue.registered) return H_Closed
  const number = registers.unsigned(5)
  const queue = peer.subQueues[number] ?? null
  if (queue === null) return H_Parameter
  if (!queue.putRegisters(registers, 6)) return H_Dropped
  peer.notify(sourceOf(peer, number))
  return H_Success
}

function sourceOf(device: VirtualDevice, number: number): number {
  return FIRST_SUB_SOURCE + (device.unitAddress - FIRST_UNIT) * SUBS + number
}
