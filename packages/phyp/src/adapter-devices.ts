// The devices of virtual adapters: made when their partition starts or gets them while it runs, gone when it ends or loses them. A client
// and its server are each other's other end while both are there; who is left alone hears it from its queue (transport events).
// Management channels are virtual-devices.ts.

import type { Handler, Simulation } from '@powersim/kernel'
import { deviceKindOf, type PartitionHost, type VirtualAdapter } from '@powersim/protocol'
import { type AddressParameters, addressed } from './adapter-addresses.js'
import type { Plic } from './plic/plic.js'
import { MAX_DEVICES } from './plic/queue-hypercalls.js'
import { FIRST_UNIT, VirtualDevice } from './plic/virtual-device.js'

/** One number for a slot of a partition. */
const SLOTS = 65_536

/** Names its other end: an adapter of virtual SCSI or Fibre Channel. */
type Named = Extract<VirtualAdapter, { kind: 'scsi' | 'fc' }>

export class AdapterDevices {
  /** Adapters that have no device, since all unit addresses are given: nothing drives them. */
  withoutDevice = 0
  private readonly simulation: Simulation
  private readonly host: PartitionHost
  private readonly addresses: AddressParameters
  private readonly plic: Plic
  private readonly wake: Handler<VirtualDevice>
  private readonly bySlot = new Map<number, VirtualDevice>()
  /** The unit address of a slot stays the slot's, whatever comes and goes in it. */
  private readonly units = new Map<number, number>()

  /** `wake` is a handler whose body is `device.run()`. */
  constructor(simulation: Simulation, addresses: AddressParameters, host: PartitionHost, plic: Plic, wake: Handler<VirtualDevice>) {
    this.simulation = simulation
    this.addresses = addresses
    this.host = host
    this.plic = plic
    this.wake = wake
  }

  /** Devices that there are. */
  get size(): number {
    return this.bySlot.size
  }

  at(lparId: number, slot: number): VirtualDevice | undefined {
    return this.bySlot.get(lparId * SLOTS + slot)
  }

  /** A device for an adapter; undefined for one that needs none. Its slot is empty. */
  add(lparId: number, adapter: VirtualAdapter): VirtualDevice | undefined {
    if (deviceKindOf(adapter) === null) return undefined
    const key = lparId * SLOTS + adapter.slot
    this.simulation.invariant(!this.bySlot.has(key), 'phyp: a slot that gets a device is empty')
    const unit = this.units.get(key) ?? this.plic.queues.nextUnit()
    if (unit - FIRST_UNIT >= MAX_DEVICES) {
      this.withoutDevice++
      return undefined
    }
    this.units.set(key, unit)
    const own = addressed(this.addresses, lparId, adapter)
    const device = new VirtualDevice(this.simulation, this.host, this.wake, unit, lparId, this.plic.interrupts, own)
    this.plic.attach(device)
    if (own.kind === 'eth') this.plic.lans.attach(device, own.virtualSwitch, own)
    this.bySlot.set(key, device)
    const peer = this.peerOf(device)
    if (peer !== undefined) this.connect(device, peer)
    return device
  }

  /** Takes the device of a slot away; its peer is free for another one. Undefined when there is none. */
  remove(lparId: number, slot: number): VirtualDevice | undefined {
    const key = lparId * SLOTS + slot
    const device = this.bySlot.get(key)
    if (device === undefined) return undefined
    const { peer } = device
    device.stopped()
    this.plic.detach(device)
    this.bySlot.delete(key)
    // Somebody else may have waited for a server that serves anyone.
    const next = peer === null ? undefined : this.peerOf(peer)
    if (peer !== null && next !== undefined) this.connect(peer, next)
    return device
  }

  /** The partition runs no more. */
  ended(lparId: number): void {
    for (const { slot } of this.plic.queues.of(lparId).filter((device) => device.slot !== null)) this.remove(lparId, slot ?? 0)
  }

  /** The device that names this one and is named by it, of those that have no other end yet. */
  private peerOf(device: VirtualDevice): VirtualDevice | undefined {
    const named = namedOf(device)
    if (named === undefined) return undefined
    const { remoteId, remoteSlot } = named
    if (remoteId !== 'any' && remoteSlot !== 'any') return this.match(device, this.at(remoteId, remoteSlot))
    // A server for any client: the lowest partition and slot of those that wait for it.
    let best: VirtualDevice | undefined
    for (const other of this.bySlot.values()) {
      const found = this.match(device, other)
      if (found !== undefined && (best === undefined || isBefore(found, best))) best = found
    }
    return best
  }

  private connect(one: VirtualDevice, other: VirtualDevice): void {
    if (namedOf(one)?.role === 'server') this.plic.queues.pair(one, other)
    else this.plic.queues.pair(other, one)
  }

  private match(device: VirtualDevice, other: VirtualDevice | undefined): VirtualDevice | undefined {
    const [one, two] = [namedOf(device), other === undefined ? undefined : namedOf(other)]
    if (one === undefined || other === undefined || two === undefined || other.peer !== null || other.lparId === device.lparId) {
      return undefined
    }
    const fits = one.kind === two.kind && one.role !== two.role && names(one, other) && names(two, device)
    return fits ? other : undefined
  }
}

function namedOf({ adapter }: VirtualDevice): Named | undefined {
  return adapter !== null && (adapter.kind === 'scsi' || adapter.kind === 'fc') ? adapter : undefined
}

function names({ remoteId, remoteSlot }: Named, { lparId, slot }: VirtualDevice): boolean {
  return (remoteId === 'any' || remoteId === lparId) && (remoteSlot === 'any' || remoteSlot === slot)
}

function isBefore(one: VirtualDevice, other: VirtualDevice): boolean {
  return one.lparId === other.lparId ? (one.slot ?? 0) < (other.slot ?? 0) : one.lparId < other.lparId
}
