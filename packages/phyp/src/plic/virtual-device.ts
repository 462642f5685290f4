// A virtual device of a partition, as the PLIC sees it: its unit address, its two windows, its queue, and whoever is the partner at the
// hypervisor's end. Unit U has the local window LIOBN 2U and the remote one LIOBN 2U + 1. Partners work by events of their own: what the
// PLIC tells them they note, so that a hypercall never writes to its caller's queue or interrupts it.

import type { Digest, Handler, Simulation } from '@powersim/kernel'
import {
  CRQ_EVENT_PARTNER_FAILED,
  type CrqEntry,
  type DeviceKind,
  deviceKindOf,
  type DeviceNode,
  type PartitionHost,
  type VirtualAdapter,
} from '@powersim/protocol'
import { EntryRing, GuestQueue } from './crq.js'
import type { HypervisorRegion, RemoteWindow } from './dma-window.js'
import { LocalWindow } from './dma-window.js'
import type { Interrupts } from './interrupts.js'
import type { LogicalLan } from './logical-lan.js'

/** The hypervisor's end of a device. */
export interface DevicePartner {
  readonly remote: RemoteWindow
  /** The guest registered its queue. */
  registered(): void
  /** The guest gave its queue up, or is gone. */
  freed(): void
  /** There may be work: entries arrived, or the guest has read some of its own. Called by an event. */
  work(): void
  /** The guest has copied a content out of the hypervisor. */
  copiedOut(region: HypervisorRegion): void
}

/** Unit addresses count up from here. */
export const FIRST_UNIT = 0x1000
/** Entries that the hypervisor takes in before it drops. */
export const HYPERVISOR_QUEUE_ENTRIES = 256

/** Kinds whose other end is a device of another partition. */
const pairedKinds: readonly DeviceKind[] = ['v-scsi', 'v-scsi-host', 'vfc-client', 'vfc-server']

export class VirtualDevice implements DeviceNode {
  readonly unitAddress: number
  readonly lparId: number
  readonly local: LocalWindow
  readonly queue = new GuestQueue()
  readonly inbound: EntryRing
  readonly kind: DeviceKind
  /** The adapter that it is, its addresses filled in; null: a management channel, or the stream to a paging server. */
  readonly adapter: VirtualAdapter | null
  /** The hypervisor's end, or `peer`: the device of another partition. A device has one of them. */
  partner: DevicePartner | null = null
  peer: VirtualDevice | null = null
  /** It is a virtual Ethernet adapter; then it has neither of them. */
  lan: LogicalLan | null = null
  /** Of a pair: the server's end, which may copy from and to what the client has mapped. */
  isServer = false
  /** Its partition is suspended: sends to it are H_Closed until H_ENABLE_CRQ. */
  suspended = false
  /** Calls of H_ENABLE_CRQ that still find mapped pages missing. */
  settling = 0
  /** Subordinate queues by number; null: not registered. */
  readonly subQueues: (GuestQueue | null)[] = []
  /** The partner has entries that wait until the guest has read some. */
  stalled = false
  interrupts = 0

  private readonly simulation: Simulation
  private readonly host: PartitionHost
  private readonly wake: Handler<VirtualDevice>
  private awake = false
  private due = false
  private readonly interruptSources: Interrupts | null

  /** `wake` is a handler whose body is `device.run()`, registered once for all devices. */
  constructor(
    simulation: Simulation,
    host: PartitionHost,
    wake: Handler<VirtualDevice>,
    unitAddress: number,
    lparId: number,
    interruptSources: Interrupts | null = null,
    adapter: VirtualAdapter | null = null,
    kind: 'vmc' | 'vasi' = 'vmc',
  ) {
    this.adapter = adapter
    this.kind = (adapter === null ? null : deviceKindOf(adapter)) ?? kind
    // What a guest sends to a pair goes straight into the other guest's queue.
    this.inbound = new EntryRing(pairedKinds.includes(this.kind) ? 0 : HYPERVISOR_QUEUE_ENTRIES)
    this.interruptSources = interruptSources
    this.simulation = simulation
    this.host = host
    this.wake = wake
    this.unitAddress = unitAddress
    this.lparId = lparId
    this.local = new LocalWindow(2 * unitAddress)
  }

  get slot(): number | null {
    return this.adapter?.slot ?? null
  }

  get mac(): string | null {
    return this.adapter?.kind === 'eth' || this.adapter?.kind === 'vnic' ? this.adapter.mac : null
  }

  get wwpns(): readonly [string, string] | null {
    return this.adapter?.kind === 'fc' ? this.adapter.wwpns : null
  }

  /** Whether there is an other end for a queue: one of a pair may register before its peer is there. */
  get hasQueue(): boolean {
    return this.partner !== null || this.peer !== null || pairedKinds.includes(this.kind)
  }

  /** Asks for an event at this instant in which the partner works; one at a time. */
  poke(): void {
    if (this.awake) return
    this.awake = true
    this.simulation.schedule(0, this.wake, this)
  }

  run(): void {
    this.awake = false
    if (this.partner !== null) this.partner.work()
    if (!this.due) return
    this.due = false
    this.interrupts++
    this.host.interrupt(this.lparId, this.unitAddress)
  }

  /** Something arrived in a queue of a pair: interrupts by an event, unless the guest has not enabled it or is still at the last one. */
  notify(source: number): void {
    if (this.interruptSources !== null && !this.interruptSources.trigger(source)) return
    this.due = true
    this.poke()
  }

  /** A transport event of the peer. */
  transport(event: number): void {
    if (!this.queue.registered) return
    this.queue.putEvent(event)
    if (this.queue.armed) this.notify(this.unitAddress)
  }

  /** The guest gave its queues up. */
  freeQueues(): void {
    this.queue.free()
    for (let number = 0; number < this.subQueues.length; number++) this.subQueues[number] = null
    this.suspended = false
  }

  /** The partition is gone: what it mapped and registered is, too. */
  stopped(): void {
    if (this.peer !== null && this.queue.registered) this.peer.transport(CRQ_EVENT_PARTNER_FAILED)
    this.freeQueues()
    this.lan?.free()
    this.inbound.clear()
    this.local.clear()
    this.due = false
    if (this.partner !== null) this.partner.freed()
  }

  /** Folds what the calls of queues change: what is registered, how much is unread, what waits. */
  foldInto(digest: Digest): void {
    digest.fold(this.inbound.size)
    digest.fold(this.suspended ? 1 + this.settling : 0)
    this.queue.foldInto(digest)
    for (let number = 0; number < this.subQueues.length; number++) this.subQueues[number]?.foldInto(digest)
  }

  /** Writes to the guest's queue, from `partner.work()` only; an entry that finds it empty will interrupt, if armed. False: no room. */
  send(entry: Readonly<CrqEntry>): boolean {
    const { queue } = this
    const wasEmpty = queue.unread() === 0
    if (!queue.put(entry)) return false
    if (wasEmpty && queue.armed) {
      queue.armed = false
      this.due = this.interruptSources === null || this.interruptSources.trigger(this.unitAddress)
    }
    return true
  }
}
