// A virtual device of a partition, as the PLIC sees it: its unit address, its two windows, its queue, and whoever is the partner at the
// hypervisor's end. Unit U has the local window LIOBN 2U and the remote one LIOBN 2U + 1. Partners work by events of their own: what the
// PLIC tells them they note, so that a hypercall never writes to its caller's queue or interrupts it.

import type { Handler, Simulation } from '@powersim/kernel'
import type { CrqEntry, PartitionHost } from '@powersim/protocol'
import { EntryRing, GuestQueue } from './crq.js'
import type { HypervisorRegion, RemoteWindow } from './dma-window.js'
import { LocalWindow } from './dma-window.js'

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

/** Entries that the hypervisor takes in before it drops. */
export const HYPERVISOR_QUEUE_ENTRIES = 256

export class VirtualDevice {
  readonly unitAddress: number
  readonly lparId: number
  readonly local: LocalWindow
  readonly queue = new GuestQueue()
  readonly inbound = new EntryRing(HYPERVISOR_QUEUE_ENTRIES)
  partner: DevicePartner | null = null
  /** The partner has entries that wait until the guest has read some. */
  stalled = false
  interrupts = 0

  private readonly simulation: Simulation
  private readonly host: PartitionHost
  private readonly wake: Handler<VirtualDevice>
  private awake = false
  private due = false

  /** `wake` is a handler whose body is `device.run()`, registered once for all devices. */
  constructor(simulation: Simulation, host: PartitionHost, wake: Handler<VirtualDevice>, unitAddress: number, lparId: number) {
    this.simulation = simulation
    this.host = host
    this.wake = wake
    this.unitAddress = unitAddress
    this.lparId = lparId
    this.local = new LocalWindow(2 * unitAddress)
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

  /** The partition is gone: what it mapped and registered is, too. */
  stopped(): void {
    this.queue.free()
    this.inbound.clear()
    this.local.clear()
    this.due = false
    if (this.partner !== null) this.partner.freed()
  }

  /** Writes to the guest's queue, from `partner.work()` only; an entry that finds it empty will interrupt, if armed. False: no room. */
  send(entry: Readonly<CrqEntry>): boolean {
    const { queue } = this
    const wasEmpty = queue.unread() === 0
    if (!queue.put(entry)) return false
    if (wasEmpty && queue.armed) {
      queue.armed = false
      this.due = true
    }
    return true
  }
}
