// The hypercalls of command/response queues and copies (LoPAR 14.5.4, 14.5.5; subordinate queues: sub-queue-hypercalls.ts). A device's
// other end is the hypervisor's (`partner`), or a device of another partition (`peer`), as for virtual SCSI.
// Checked first, done then: a refused call changes nothing. Hot: a call costs no object, no event but the partner's wake-up.
// Arguments come from a partition and may be any number.

import type { Digest } from '@powersim/kernel'
import {
  CRQ_COMMAND,
  CRQ_EVENT_PARTNER_DEREGISTERED,
  CRQ_INIT,
  CRQ_PAGE_BYTES,
  H_Busy,
  H_Closed,
  H_COPY_RDMA,
  H_DestParm,
  H_Dropped,
  H_ENABLE_CRQ,
  H_FREE_CRQ,
  H_LongBusyOrder10mSec,
  H_Parameter,
  H_Permission,
  H_PUT_RTCE,
  H_REG_CRQ,
  H_Resource,
  H_SEND_CRQ,
  H_SourceParm,
  H_Success,
  H_VIO_SIGNAL,
} from '@powersim/protocol'
import { PhypError } from '../errors.js'
import type { Interrupts } from './interrupts.js'
import { PartitionCopies } from './partition-copies.js'
import type { PlicCounts } from './plic-counts.js'
import type { RealMemory } from './real-memory.js'
import type { Registers } from './registers.js'
import { SubQueueHypercalls } from './sub-queue-hypercalls.js'
import type { TceHypercalls } from './tce-hypercalls.js'
import { FIRST_UNIT, type VirtualDevice } from './virtual-device.js'

/** Transport events of suspension (LoPAR, CRQ). */
const CRQ_EVENT_PARTNER_SUSPENDED = 0x06
const CRQ_EVENT_RESUME = 0x0a

/** Virtual devices of one machine. */
export const MAX_DEVICES = 65_536
/** Longest copy: `ibm,max-virtual-dma-size` at its smallest (LoPAR). */
export const MAX_COPY_BYTES = 131_072

export class QueueHypercalls {
  private readonly devices: (VirtualDevice | undefined)[] = []
  private readonly byPartition: (VirtualDevice[] | undefined)[] = []
  private readonly counts: PlicCounts

  private readonly tces: TceHypercalls
  private readonly interrupts: Interrupts
  private readonly subQueues: SubQueueHypercalls
  private readonly copies: PartitionCopies

  constructor(tces: TceHypercalls, contents: RealMemory, interrupts: Interrupts, counts: PlicCounts) {
    this.counts = counts
    this.tces = tces
    this.interrupts = interrupts
    this.copies = new PartitionCopies(tces, contents)
    this.subQueues = new SubQueueHypercalls(interrupts, counts)
  }

  /** Connects a server's and a client's device, of different partitions, as each other's other end. Throws PhypError `bad-parameter`. */
  pair(server: VirtualDevice, client: VirtualDevice): void {
    if (
      server.lparId === client.lparId ||
      server.peer !== null ||
      client.peer !== null ||
      server.partner !== null ||
      client.partner !== null
    ) {
      throw new PhypError('bad-parameter', 'pair', 'expected two unconnected devices of different partitions')
    }
    server.peer = client
    server.isServer = true
    client.peer = server
    client.isServer = false
    this.counts.writes++
  }

  /** The partition of a device is suspended (or prepares for it): its peer hears it, and what it sends meanwhile is H_Closed. */
  suspend(device: VirtualDevice, settling: number): void {
    device.suspended = true
    device.settling = settling
    if (device.peer !== null) device.peer.transport(CRQ_EVENT_PARTNER_SUSPENDED)
    this.counts.writes++
  }

  /** The device's partition runs again: it hears that it has to enable its queue. */
  resume(device: VirtualDevice): void {
    device.transport(CRQ_EVENT_RESUME)
    this.counts.writes++
  }

  /** The next free unit address. */
  nextUnit(): number {
    return FIRST_UNIT + this.devices.length
  }

  /** An interrupt source without a queue: a physical adapter's. Returns its number, which no device has. */
  addSource(lparId: number): number {
    const source = this.nextUnit()
    this.devices.push(undefined)
    this.interrupts.add(source, lparId)
    return source
  }

  attach(device: VirtualDevice): void {
    this.devices[device.unitAddress - FIRST_UNIT] = device
    const ofPartition = (this.byPartition[device.lparId] ??= [])
    let at = ofPartition.length
    while (at > 0 && ofPartition[at - 1]!.unitAddress > device.unitAddress) at--
    ofPartition.splice(at, 0, device)
    this.interrupts.add(device.unitAddress, device.lparId)
  }

  /** Its unit address is never given to anything but what takes its place. */
  detach(device: VirtualDevice): void {
    this.devices[device.unitAddress - FIRST_UNIT] = undefined
    const ofPartition = this.byPartition[device.lparId] ?? []
    const at = ofPartition.indexOf(device)
    if (at >= 0) ofPartition.splice(at, 1)
    this.interrupts.remove(device.unitAddress)
    this.subQueues.forget(device)
    if (device.peer !== null) device.peer.peer = null
    device.peer = null
  }

  /** A device of this partition, or undefined: somebody else's does not exist for the caller. */
  device(lparId: number, unitAddress: number): VirtualDevice | undefined {
    const device = this.devices[unitAddress - FIRST_UNIT]
    return device !== undefined && device.lparId === lparId ? device : undefined
  }

  /** Devices of a partition, by unit address. */
  of(lparId: number): readonly VirtualDevice[] {
    return this.byPartition[lparId] ?? []
  }

  foldInto(digest: Digest): void {
    for (let unit = 0; unit < this.devices.length; unit++) {
      const device = this.devices[unit]
      if (device === undefined) continue
      digest.fold(unit)
      device.foldInto(digest)
    }
  }

  call(token: number, lparId: number, registers: Registers): number {
    let code: number
    switch (token) {
      case H_COPY_RDMA:
        code = this.copy(lparId, registers)
        break
      case H_PUT_RTCE:
        code = this.copies.redirect(lparId, this.device(lparId, Math.floor(registers.value(4) / 2)), registers)
        break
      case H_SEND_CRQ:
        code = this.send(lparId, registers)
        break
      case H_VIO_SIGNAL:
        code = this.signal(lparId, registers.value(4), registers.value(5))
        break
      case H_REG_CRQ:
        code = this.register(lparId, registers.value(4), registers.value(5), registers.value(6))
        break
      case H_FREE_CRQ:
        code = this.free(lparId, registers.value(4))
        break
      case H_ENABLE_CRQ:
        code = this.enable(lparId, registers.value(4))
        break
      default:
        return this.subQueues.call(token, this.device(lparId, registers.value(4)), registers)
    }
    if (code === H_Success) this.counts.writes++
    return code
  }

  private register(lparId: number, unitAddress: number, ioba: number, bytes: number): number {
    const device = this.device(lparId, unitAddress)
    if (device === undefined || !device.hasQueue) return H_Parameter
    if (device.queue.registered) return H_Resource
    const region = device.local.at(ioba)
    if (region === undefined || region.page === null || region.bytes !== bytes || bytes % CRQ_PAGE_BYTES !== 0) return H_Parameter
    device.queue.register(region.page)
    this.counts.writes++
    if (device.partner !== null) {
      device.partner.registered()
      return H_Success
    }
    device.queue.useWhole()
    // Registered all the same: the other end is not there yet.
    return device.peer === null || !device.peer.queue.registered ? H_Closed : H_Success
  }

  private free(lparId: number, unitAddress: number): number {
    const device = this.device(lparId, unitAddress)
    if (device === undefined || !device.hasQueue) return H_Parameter
    if (!device.queue.registered) return H_Closed
    if (this.tces.transfers.through(device.local.liobn)) return H_Busy
    device.freeQueues()
    device.inbound.clear()
    if (device.partner !== null) device.partner.freed()
    if (device.peer !== null) device.peer.transport(CRQ_EVENT_PARTNER_DEREGISTERED)
    return H_Success
  }

  private signal(lparId: number, unitAddress: number, mode: number): number {
    const device = this.device(lparId, unitAddress)
    if (device === undefined || (mode !== 0 && mode !== 1)) return H_Parameter
    if (device.lan !== null) {
      if (!device.lan.registered) return H_Closed
      device.lan.armed = mode === 1
      return H_Success
    }
    if (!device.queue.registered) return H_Closed
    device.queue.armed = mode === 1
    if (device.stalled) device.poke()
    return H_Success
  }

  /** R4 unit address, the lower halves of R5 to R8 the entry. */
  private send(lparId: number, registers: Registers): number {
    const { low } = registers
    const device = this.device(lparId, registers.value(4))
    if (device === undefined) return H_Parameter
    const header = low[5]! >>> 24
    if (header !== CRQ_COMMAND && header !== CRQ_INIT) return H_Parameter
    if (!device.queue.registered) return H_Closed
    if (device.peer !== null) return this.sendToPeer(device.peer, registers)
    if (device.partner === null) return H_Closed
    if (!device.inbound.put(low[5]!, low[6]!, low[7]!, low[8]!)) return H_Dropped
    device.poke()
    return H_Success
  }

  private sendToPeer(peer: VirtualDevice, { low }: Registers): number {
    if (!peer.queue.registered || peer.suspended) return H_Closed
    if (!peer.queue.putWords(low[5]!, low[6]!, low[7]!, low[8]!)) return H_Dropped
    if (peer.queue.armed) peer.notify(peer.unitAddress)
    return H_Success
  }

  /** R4 unit address. Continued: H_LongBusyOrder10mSec until the pages that the device had mapped are there again. */
  private enable(lparId: number, unitAddress: number): number {
    const device = this.device(lparId, unitAddress)
    if (device === undefined) return H_Parameter
    if (!device.queue.registered) return H_Closed
    if (device.settling > 0) {
      device.settling--
      this.counts.writes++
      return H_LongBusyOrder10mSec
    }
    device.suspended = false
    return H_Success
  }

  /**
   * R4 bytes, R5 and R6 from, R7 and R8 to; both belong to devices of the caller. One side is local memory, the other the hypervisor's, or
   * that of a server's client.
   */
  private copy(lparId: number, registers: Registers): number {
    const bytes = registers.value(4)
    const fromLiobn = registers.value(5)
    const fromIoba = registers.value(6)
    const toLiobn = registers.value(7)
    const toIoba = registers.value(8)
    if (!(bytes >= 1 && bytes <= MAX_COPY_BYTES)) return H_Parameter
    const from = this.device(lparId, Math.floor(fromLiobn / 2))
    if (from === undefined || (from.partner === null && from.peer === null)) return H_SourceParm
    const to = this.device(lparId, Math.floor(toLiobn / 2))
    if (to === undefined || (to.partner === null && to.peer === null)) return H_DestParm
    if (from.partner === null || to.partner === null) {
      const code = this.copies.copy(bytes, from, fromLiobn, fromIoba, to, toLiobn, toIoba)
      if (code === H_Success) registers.units = bytes
      return code
    }
    if (fromLiobn === from.local.liobn) {
      const region = from.local.at(fromIoba)
      if (region === undefined || region.page !== null || region.bytes < bytes) return H_SourceParm
      if (toLiobn !== to.local.liobn + 1) return H_DestParm
      const buffer = to.partner.remote.at(toIoba)
      if (buffer === undefined || buffer.bytes < bytes) return H_DestParm
      if (!buffer.open) return H_Permission
      buffer.content = region.content
      buffer.contentBytes = bytes
    } else {
      if (fromLiobn !== from.local.liobn + 1) return H_SourceParm
      const buffer = from.partner.remote.at(fromIoba)
      if (buffer === undefined || buffer.bytes < bytes) return H_SourceParm
      if (!buffer.open) return H_Permission
      if (toLiobn !== to.local.liobn) return H_DestParm
      const region = to.local.at(toIoba)
      if (region === undefined || region.page !== null || region.bytes < bytes) return H_DestParm
      region.content = buffer.content
      region.contentBytes = bytes
      from.partner.copiedOut(buffer)
    }
    registers.units = bytes
    return H_Success
  }
}
