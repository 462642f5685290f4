// The hypercalls of the management channel: H_REG_CRQ, H_FREE_CRQ, H_VIO_SIGNAL, H_SEND_CRQ, H_COPY_RDMA (LoPAR 14.5.4, 14.5.5).
// Checked first, done then: a refused call changes nothing. Hot: a call costs no object, no event but the partner's wake-up.
// Arguments come from a partition and may be any number.

import {
  CRQ_COMMAND,
  CRQ_INIT,
  CRQ_PAGE_BYTES,
  H_Closed,
  H_COPY_RDMA,
  H_DestParm,
  H_Dropped,
  H_FREE_CRQ,
  H_Function,
  H_Hardware,
  H_Parameter,
  H_Permission,
  H_REG_CRQ,
  H_Resource,
  H_SEND_CRQ,
  H_SourceParm,
  H_Success,
  H_VIO_SIGNAL,
} from '@powersim/protocol'
import type { DmaWindow, HypercallPort, HypercallResult } from '@powersim/protocol'
import type { HypercallCosts } from '../parameters.js'
import { costTable } from './hypercall-table.js'
import type { VirtualDevice } from './virtual-device.js'

/** Unit addresses count up from here. */
export const FIRST_UNIT = 0x1000
/** Virtual devices of one machine. */
export const MAX_DEVICES = 65_536
/** Longest copy: `ibm,max-virtual-dma-size` at its smallest (LoPAR). */
export const MAX_COPY_BYTES = 131_072

export class Hypercalls implements HypercallPort {
  /** False: the hypervisor is not there, every call fails with H_Hardware. */
  running = true
  calls = 0
  refused = 0

  private readonly devices: (VirtualDevice | undefined)[] = []
  private readonly costs: Float64Array
  private readonly nsPerByte: number
  private readonly result: HypercallResult = { code: H_Success, costNs: 0, r4: 0 }

  constructor(costs: HypercallCosts) {
    this.costs = costTable(costs)
    this.nsPerByte = 1e9 / costs.rdmaBytesPerSecond
  }

  /** The next free unit address. */
  nextUnit(): number {
    return FIRST_UNIT + this.devices.length
  }

  attach(device: VirtualDevice): void {
    this.devices[device.unitAddress - FIRST_UNIT] = device
  }

  /** Its unit address is never given again. */
  detach(device: VirtualDevice): void {
    this.devices[device.unitAddress - FIRST_UNIT] = undefined
  }

  window(lparId: number, unitAddress: number): DmaWindow | undefined {
    const device = this.device(lparId, unitAddress)
    return device === undefined ? undefined : device.local
  }

  call(lparId: number, token: number, a1: number, a2: number, a3: number, a4: number, a5: number): HypercallResult {
    const { result } = this
    this.calls++
    result.r4 = 0
    result.costNs = this.costs[token / 4] ?? 0
    result.code = this.running ? this.serve(lparId, token, a1, a2, a3, a4, a5) : H_Hardware
    if (result.code !== H_Success) this.refused++
    else if (token === H_COPY_RDMA) result.costNs += Math.round(a1 * this.nsPerByte)
    return result
  }

  private serve(lparId: number, token: number, a1: number, a2: number, a3: number, a4: number, a5: number): number {
    switch (token) {
      case H_COPY_RDMA:
        return this.copy(lparId, a1, a2, a3, a4, a5)
      case H_SEND_CRQ:
        return this.send(lparId, a1, a2, a3, a4, a5)
      case H_VIO_SIGNAL:
        return this.signal(lparId, a1, a2)
      case H_REG_CRQ:
        return this.register(lparId, a1, a2, a3)
      case H_FREE_CRQ:
        return this.free(lparId, a1)
      default:
        return H_Function
    }
  }

  /** A device of this partition, or undefined: somebody else's does not exist for the caller. */
  private device(lparId: number, unitAddress: number): VirtualDevice | undefined {
    const device = this.devices[unitAddress - FIRST_UNIT]
    return device !== undefined && device.lparId === lparId ? device : undefined
  }

  private register(lparId: number, unitAddress: number, ioba: number, bytes: number): number {
    const device = this.device(lparId, unitAddress)
    if (device === undefined || device.partner === null) return H_Parameter
    if (device.queue.registered) return H_Resource
    const region = device.local.at(ioba)
    if (region === undefined || region.page === null || region.bytes !== bytes || bytes % CRQ_PAGE_BYTES !== 0) return H_Parameter
    device.queue.register(region.page)
    device.partner.registered()
    return H_Success
  }

  private free(lparId: number, unitAddress: number): number {
    const device = this.device(lparId, unitAddress)
    if (device === undefined || device.partner === null) return H_Parameter
    if (!device.queue.registered) return H_Closed
    device.queue.free()
    device.inbound.clear()
    device.partner.freed()
    return H_Success
  }

  private signal(lparId: number, unitAddress: number, mode: number): number {
    const device = this.device(lparId, unitAddress)
    if (device === undefined || (mode !== 0 && mode !== 1)) return H_Parameter
    if (!device.queue.registered) return H_Closed
    device.queue.armed = mode === 1
    if (device.stalled) device.poke()
    return H_Success
  }

  private send(lparId: number, unitAddress: number, w0: number, w1: number, w2: number, w3: number): number {
    const device = this.device(lparId, unitAddress)
    if (device === undefined) return H_Parameter
    const header = w0 >>> 24
    if (header !== CRQ_COMMAND && header !== CRQ_INIT) return H_Parameter
    if (!device.queue.registered) return H_Closed
    if (!device.inbound.put(w0, w1, w2, w3)) return H_Dropped
    device.poke()
    return H_Success
  }

  /** One side is local memory, the other the hypervisor's; both belong to devices of the caller. */
  private copy(lparId: number, bytes: number, fromLiobn: number, fromIoba: number, toLiobn: number, toIoba: number): number {
    if (!(bytes >= 1 && bytes <= MAX_COPY_BYTES && Math.floor(bytes) === bytes)) return H_Parameter
    const from = this.device(lparId, Math.floor(fromLiobn / 2))
    if (from === undefined || from.partner === null) return H_SourceParm
    const to = this.device(lparId, Math.floor(toLiobn / 2))
    if (to === undefined || to.partner === null) return H_DestParm
    if (fromLiobn === from.local.liobn) {
      const region = from.local.at(fromIoba)
      if (region === undefined || region.page !== null || region.bytes < bytes) return H_SourceParm
      if (toLiobn !== to.local.liobn + 1) return H_DestParm
      const buffer = to.partner.remote.at(toIoba)
      if (buffer === undefined || buffer.bytes < bytes) return H_DestParm
      if (!buffer.open) return H_Permission
      buffer.content = region.content
      buffer.contentBytes = bytes
      return H_Success
    }
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
    return H_Success
  }
}
