// The hypervisor's end of the stream to one paging virtual I/O server: slots of operations, each with a buffer that the server copies from
// or to. States: Disabled -the server registers its queue-> Enabled -no partition that it pages for runs-> Suspended -one runs-> Enabled;
// from both -the server is gone-> Stopped -it registers again-> Enabled; -the pool is gone-> Completed. What an operation is for, and which
// server gets it, is vios-paging.ts.

import {
  CRQ_COMMAND,
  type CrqEntry,
  emptyCrqEntry,
  VASI_DONE,
  VASI_OK,
  VASI_PAGE_BYTES,
  VASI_SLOTS,
  type VasiState,
} from '@powersim/protocol'
import type { HypervisorRegion, RemoteWindow } from '../plic/dma-window.js'
import type { DevicePartner, VirtualDevice } from '../plic/virtual-device.js'

/** One page to be written or read. */
export interface StreamOperation {
  readonly kind: number
  readonly lparId: number
  readonly page: number
  /** Written: what; read: null until it is there. */
  image: unknown
}

/** What becomes of the operations of a stream. */
export interface StreamOwner {
  /** The server is there: it takes operations. */
  enabled(stream: VasiStream): void
  /** The server is gone, and these operations with it. */
  lost(stream: VasiStream, operations: readonly StreamOperation[]): void
  /** It has answered. */
  answered(operation: StreamOperation, ok: boolean): void
}

class Slot implements HypervisorRegion {
  readonly bytes = VASI_PAGE_BYTES
  contentBytes = 0
  operation: StreamOperation | null = null
  sent = false

  get open(): boolean {
    return this.sent
  }

  get content(): unknown {
    return this.operation?.image ?? null
  }

  set content(image: unknown) {
    if (this.operation !== null) this.operation.image = image
  }
}

export class VasiStream implements DevicePartner {
  readonly device: VirtualDevice
  readonly remote: RemoteWindow
  /** Operations that the server has been given so far. */
  given = 0
  private readonly owner: StreamOwner
  private readonly slots: readonly Slot[]
  private readonly entry: CrqEntry = { ...emptyCrqEntry(), header: CRQ_COMMAND }
  private readonly reply = emptyCrqEntry()
  private current: VasiState = 'Disabled'
  private used = 0

  constructor(device: VirtualDevice, owner: StreamOwner) {
    this.device = device
    this.owner = owner
    this.slots = Array.from({ length: VASI_SLOTS }, () => new Slot())
    this.remote = { at: (ioba) => (ioba % VASI_PAGE_BYTES === 0 ? this.slots[ioba / VASI_PAGE_BYTES] : undefined) }
    device.partner = this
  }

  get state(): VasiState {
    return this.current
  }

  get enabled(): boolean {
    return this.current === 'Enabled' || this.current === 'Suspended'
  }

  /** Operations that the server has. */
  get underWay(): number {
    return this.used
  }

  /** Whether it takes one more operation. */
  get free(): boolean {
    return this.enabled && this.used < VASI_SLOTS
  }

  /** Whether partitions run that it pages for. */
  clients(some: boolean): void {
    if (this.enabled) this.current = some ? 'Enabled' : 'Suspended'
  }

  /** There is nothing to page any more. */
  complete(): void {
    this.current = 'Completed'
  }

  /** Takes an operation, while `free`. */
  submit(operation: StreamOperation): void {
    const slot = this.slots.find((candidate) => candidate.operation === null)
    if (slot === undefined) return
    slot.operation = operation
    slot.sent = false
    slot.contentBytes = VASI_PAGE_BYTES
    this.used++
    this.given++
    this.device.poke()
  }

  registered(): void {
    this.current = 'Enabled'
    this.owner.enabled(this)
  }

  freed(): void {
    if (this.current === 'Disabled' || this.current === 'Stopped') return
    this.current = 'Stopped'
    const lost: StreamOperation[] = []
    for (const slot of this.slots) {
      if (slot.operation === null) continue
      lost.push(slot.operation)
      slot.operation = null
      slot.sent = false
    }
    this.used = 0
    this.owner.lost(this, lost)
  }

  work(): void {
    const { reply, device } = this
    while (device.inbound.peek(reply)) {
      device.inbound.drop()
      const slot = this.slots[reply.bufferId]
      if (reply.header !== CRQ_COMMAND || reply.type !== VASI_DONE || slot === undefined || !slot.sent) continue
      const { operation } = slot
      slot.operation = null
      slot.sent = false
      this.used--
      if (operation !== null) this.owner.answered(operation, reply.status === VASI_OK)
    }
    this.send()
  }

  copiedOut(): void {}

  private send(): void {
    const { entry, slots } = this
    for (let number = 0; number < slots.length; number++) {
      const slot = slots[number]!
      if (slot.operation === null || slot.sent) continue
      entry.type = slot.operation.kind
      entry.bufferId = number
      entry.extra = slot.operation.lparId
      entry.value = slot.operation.page
      if (!this.device.send(entry)) {
        this.device.stalled = true
        return
      }
      slot.sent = true
    }
    this.device.stalled = false
  }
}
