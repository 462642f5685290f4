// Shared Ethernet adapters on the real hypervisor layer, without consoles: servers that bridge, clients on VLANs, a network outside with a
// router and a host. The way from a server to the network can be cut behind a switch: its link stays up.

import { Simulation } from '@powersim/kernel'
import {
  aixReceivePools,
  EthernetDriver,
  linuxEthernetCosts,
  linuxReceivePools,
  type Partition,
  type VirtualEthernet,
} from '@powersim/lpar'
import { AdapterDevices, defaultPhypParameters, Plic, type VirtualDevice } from '@powersim/phyp'
import type { EthernetFrame, PartitionHost, VirtualAdapter } from '@powersim/protocol'
import { ethernetAdapter } from '@powersim/testkit'
import {
  answerPings,
  type FrameNetwork,
  Lan,
  LanHost,
  type NetworkStation,
  PhysicalEthernet,
  seaCosts,
  SharedEthernet,
} from '@powersim/vios'
import { benchPartition } from './bench-partition.js'

const BLOCK_BYTES = 2 ** 28
const BLOCKS_EACH = 2
const SLOT = 8
const CONTROL_SLOT = 9
const CONTROL_VLAN = 4093
const ROUTER_MAC = 0x0200_0002_0001
const HOST_MAC = 0x0200_0001_0001
const PHYSICAL_MAC = 0x0200_0000_0001

/** The wire from a server to the network, with a switch in between that may lose everything. */
class Uplink implements FrameNetwork, NetworkStation {
  isCut = false
  private readonly network: Lan
  private station: NetworkStation | null = null

  constructor(network: Lan) {
    this.network = network
    network.plug(this)
  }

  plug(station: NetworkStation): void {
    this.station = station
  }

  carry(_from: NetworkStation, frame: EthernetFrame): void {
    if (!this.isCut) this.network.carry(this, frame)
  }

  arrive(frame: EthernetFrame): void {
    if (!this.isCut) this.station?.arrive(frame)
  }
}

export interface BridgeMachineOptions {
  readonly bridges: number
  /** VLANs of the trunk adapters: the first is their own, the others keep their tags. */
  readonly vlans: readonly number[]
  /** VLAN of each client. */
  readonly clients: readonly number[]
  readonly ping?: boolean
  readonly healthTimeNs?: number
}

interface Bridge {
  readonly uplink: Uplink
  readonly physical: PhysicalEthernet
  readonly sea: SharedEthernet
}

export class BridgeMachine implements PartitionHost {
  readonly simulation = new Simulation({ seed: 'bridges' })
  readonly plic: Plic
  readonly outside = new Lan()
  readonly router = new LanHost(this.outside, ROUTER_MAC)
  readonly host = new LanHost(this.outside, HOST_MAC)
  readonly bridges: readonly Bridge[]
  readonly clients: readonly VirtualEthernet[]
  /** What came to the host and to each client, with its time. */
  readonly atHost: { readonly frame: EthernetFrame; readonly timeNs: number }[] = []
  readonly atClients: EthernetFrame[][] = []
  private readonly partitions: Partition[] = []
  private readonly adapters: AdapterDevices
  private readonly slots: (readonly VirtualAdapter[])[] = []

  constructor(options: BridgeMachineOptions) {
    const { simulation } = this
    const all = options.bridges + options.clients.length
    this.plic = new Plic({ blockBytes: BLOCK_BYTES, blocks: all * BLOCKS_EACH, hypercalls: defaultPhypParameters.hypercalls })
    const wake = simulation.handler('device', (device: VirtualDevice) => device.run())
    this.adapters = new AdapterDevices(simulation, defaultPhypParameters.addresses, this, this.plic, wake)
    answerPings(this.router)
    this.host.deliverTo((frame) => this.atHost.push({ frame, timeNs: simulation.now }))
    this.bridges = Array.from({ length: options.bridges }, (_, at) => this.bridge(at, options))
    this.clients = options.clients.map((vlan) => this.client(vlan))
    for (const partition of this.partitions) partition.alreadyRunning()
  }

  /** A frame of a client, or of the host outside to a client. */
  sendOut(client: number, content: number | null = null): boolean {
    const port = this.clients[client]!
    return port.send({ source: port.mac, destination: HOST_MAC, vlan: 0, bytes: 1514, content })
  }

  sendIn(destination: number, vlan: number, content: number | null = null): void {
    this.host.send({ source: HOST_MAC, destination, vlan, bytes: 1514, content })
  }

  bridging(): readonly boolean[] {
    return this.bridges.map(({ sea }) => sea.bridging)
  }

  /** Power of a server is cut, as a crash of it is. */
  kill(server: number): void {
    const partition = this.partitions[server]!
    if (partition.state === 'off') return
    partition.stop('immediate')
    this.adapters.ended(server + 1)
    this.plic.ended(server + 1)
  }

  /** It is started, and runs at once. */
  revive(server: number): void {
    const partition = this.partitions[server]!
    if (partition.state !== 'off') return
    this.memory(server + 1)
    partition.alreadyRunning()
  }

  forNs(timeNs: number): void {
    this.simulation.run(this.simulation.now + timeNs)
  }

  start(): void {}
  stop(): void {}
  resized(): void {}
  deviceChanged(): void {}
  interrupt(lparId: number, unitAddress: number): void {
    this.partitions[lparId - 1]?.interrupt(unitAddress)
  }

  private bridge(at: number, { bridges, vlans, ping = false, healthTimeNs = 30_000_000_000 }: BridgeMachineOptions): Bridge {
    const { simulation } = this
    const name = `vios${at + 1}`
    const driver = new EthernetDriver(simulation, { name, pools: aixReceivePools, costs: null })
    const uplink = new Uplink(this.outside)
    const physical = new PhysicalEthernet(simulation, uplink, { name: `${name}.ent`, mac: PHYSICAL_MAC + at, bitsPerSecond: 1e9 })
    const election = { control: driver.port(CONTROL_SLOT), priority: at + 1, healthTimeNs, ping: ping ? { mac: ROUTER_MAC } : null }
    const sea = new SharedEthernet(simulation, driver.port(SLOT), physical, {
      name: `${name}.sea`,
      costs: seaCosts(4e9),
      failover: bridges > 1 ? election : null,
    })
    const program = { start: sea.start.bind(sea), interrupt: () => undefined, stop: () => sea.stop() }
    const [vlan, ...additionalVlans] = vlans
    const trunk = ethernetAdapter(SLOT, { ieee: additionalVlans.length > 0, vlan: vlan!, additionalVlans, trunkPriority: at + 1 })
    this.power([driver], program, [trunk, ethernetAdapter(CONTROL_SLOT, { vlan: CONTROL_VLAN })])
    return { uplink, physical, sea }
  }

  private client(vlan: number): VirtualEthernet {
    const name = `client${this.atClients.length + 1}`
    const driver = new EthernetDriver(this.simulation, { name, pools: linuxReceivePools, costs: linuxEthernetCosts })
    const came: EthernetFrame[] = []
    this.atClients.push(came)
    driver.port(SLOT).deliverTo((frame) => came.push(frame))
    this.power([driver], undefined, [ethernetAdapter(SLOT, { vlan })])
    return driver.port(SLOT)
  }

  private memory(lparId: number): void {
    this.plic.started(lparId, BLOCKS_EACH, 65_536, 2)
    for (const adapter of this.slots[lparId - 1]!) this.adapters.add(lparId, adapter)
  }

  private power(
    drivers: readonly EthernetDriver[],
    program: { start: SharedEthernet['start']; interrupt: () => void; stop: () => void } | undefined,
    adapters: readonly VirtualAdapter[],
  ): void {
    const lparId = this.partitions.length + 1
    this.slots.push(adapters)
    this.memory(lparId)
    const parts = program === undefined ? { drivers } : { drivers, program }
    this.partitions.push(benchPartition(this.simulation, this.plic, lparId, (BLOCKS_EACH * BLOCK_BYTES) / 2 ** 20, parts))
  }
}
