// The virtual devices of the machine: management channels and streams to paging servers, which stay with their partition whether it runs or
// not, and those of virtual adapters (adapter-devices.ts). What they do is in plic/, vmc/ and paging/.

import type { Hop } from '@powersim/bus'
import type { Handler, Simulation } from '@powersim/kernel'
import type { PartitionHost } from '@powersim/protocol'
import { AdapterDevices } from './adapter-devices.js'
import { PhypError } from './errors.js'
import type { PhypParameters } from './parameters.js'
import type { Plic } from './plic/plic.js'
import { MAX_DEVICES } from './plic/queue-hypercalls.js'
import { FIRST_UNIT, VirtualDevice } from './plic/virtual-device.js'
import { VmcChannel } from './vmc/channel.js'
import type { Connection } from './vmc/connection.js'
import { Crossing } from './vmc/crossing.js'
import type { RequestSink } from './vmc/session.js'

export class VirtualDevices {
  readonly crossing: Crossing
  /** Those of virtual adapters. */
  readonly adapters: AdapterDevices
  private readonly simulation: Simulation
  private readonly host: PartitionHost
  private readonly parameters: PhypParameters
  private readonly sink: RequestSink
  private readonly plic: Plic
  private readonly channels = new Map<number, VmcChannel>()
  /** Devices of streams to paging servers. */
  private readonly streams: VirtualDevice[] = []
  private readonly wake: Handler<VirtualDevice>
  private readonly retry: Handler<Connection>
  private enabled = true

  constructor(simulation: Simulation, parameters: PhypParameters, host: PartitionHost, hop: Hop, sink: RequestSink, plic: Plic) {
    this.simulation = simulation
    this.parameters = parameters
    this.host = host
    this.sink = sink
    this.plic = plic
    this.crossing = new Crossing(simulation, hop)
    this.wake = simulation.handler('phyp.device', (device: VirtualDevice) => device.run())
    this.adapters = new AdapterDevices(simulation, parameters.addresses, host, plic, this.wake)
    this.retry = simulation.handler('phyp.vmc.retry', (connection: Connection) => connection.retry())
  }

  /** Makes a management channel for a partition; returns its unit address. Throws PhypError `bad-partition` for one device too many. */
  addVmc(lparId: number): number {
    const { simulation, host, plic } = this
    const unitAddress = this.nextUnit(lparId)
    const device = new VirtualDevice(simulation, host, this.wake, unitAddress, lparId, plic.interrupts)
    const channel = new VmcChannel(simulation, device, this.parameters.vmc, this.crossing, this.sink, this.retry)
    plic.attach(device)
    channel.enable(this.enabled)
    this.channels.set(unitAddress, channel)
    return unitAddress
  }

  /** Makes the device of a paging server's stream, without its other end. Throws PhypError `bad-partition` for one device too many. */
  addVasi(lparId: number): VirtualDevice {
    const { simulation, host, plic } = this
    const unitAddress = this.nextUnit(lparId)
    const device = new VirtualDevice(simulation, host, this.wake, unitAddress, lparId, plic.interrupts, null, 'vasi')
    plic.attach(device)
    this.streams.push(device)
    return device
  }

  /** Takes it away. */
  removeVasi(device: VirtualDevice): void {
    const at = this.streams.indexOf(device)
    if (at < 0) return
    this.streams.splice(at, 1)
    device.stopped()
    this.plic.detach(device)
  }

  channel(unitAddress: number): VmcChannel | undefined {
    return this.channels.get(unitAddress)
  }

  all(): readonly VmcChannel[] {
    return [...this.channels.values()]
  }

  /** Whether management channels serve, those to come included. */
  enable(enabled: boolean): void {
    this.enabled = enabled
    for (const channel of this.channels.values()) channel.enable(enabled)
  }

  /** The partition runs no more: its adapters' devices are gone, the sessions of its channels closed, their mappings gone. */
  ended(lparId: number): void {
    this.adapters.ended(lparId)
    for (const { device } of this.channels.values()) if (device.lparId === lparId) device.stopped()
    for (const device of this.streams) if (device.lparId === lparId) device.stopped()
  }

  /** The partition exists no more. */
  removed(lparId: number): void {
    this.ended(lparId)
    for (const [unitAddress, { device }] of [...this.channels]) {
      if (device.lparId !== lparId) continue
      this.plic.detach(device)
      this.channels.delete(unitAddress)
    }
    for (const device of [...this.streams]) if (device.lparId === lparId) this.removeVasi(device)
  }

  private nextUnit(lparId: number): number {
    const unitAddress = this.plic.queues.nextUnit()
    if (unitAddress - FIRST_UNIT < MAX_DEVICES) return unitAddress
    throw new PhypError('bad-partition', `partition ${lparId}.devices`, `the machine has ${MAX_DEVICES} virtual devices already`)
  }
}
