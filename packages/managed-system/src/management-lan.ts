// NETS's LAN when it is virtual: adapters on a virtual switch, a shared Ethernet adapter on each server that bridges, physical adapters and
// the network that these and the consoles are plugged into. All of it is parts of other packages: here they are put together.
// What a console sends to NETS crosses it frame by frame (FramePassage of the bus).

import type { PassageOptions } from '@powersim/bus'
import type { Handler, Simulation } from '@powersim/kernel'
import { aixReceivePools, type DeviceDriver, EthernetDriver, linuxReceivePools } from '@powersim/lpar'
import type { EthernetFrame } from '@powersim/protocol'
import { answerPings, Lan, LanHost, type LanCounts, PhysicalEthernet, SharedEthernet, type SharedEthernetCounts } from '@powersim/vios'
import type { VirtualLanDocument } from './document/management-lan-schema.js'

/** Addresses outside: locally administered (IEEE 802), in ranges of their own. */
const PHYSICAL_MAC = 0x0200_0000_0000
const CONSOLE_MAC = 0x0200_0001_0000
const ROUTER_MAC = 0x0200_0002_0001
const CLIENT_MAC = 0x0200_0003_0001
/** Whom clients' frames are for: nobody on this VLAN, so that they cost what bridging costs and end at the switch. */
const NOBODY_MAC = 0x0200_0004_0001

export interface BridgeStatistics {
  readonly partition: string
  readonly bridging: boolean
  readonly counts: Readonly<SharedEthernetCounts>
  readonly waiting: number
}

export interface ManagementLanStatistics {
  readonly bridges: readonly BridgeStatistics[]
  readonly outside: Readonly<LanCounts>
}

interface Bridge {
  readonly partition: string
  readonly drivers: readonly DeviceDriver[]
  readonly physical: PhysicalEthernet
  readonly sea: SharedEthernet
}

export class ManagementLan {
  private readonly simulation: Simulation
  private readonly document: VirtualLanDocument
  private readonly outside = new Lan()
  private readonly guest: EthernetDriver
  private readonly netsPartition: string
  private readonly bridges: readonly Bridge[]
  private readonly loaded: Handler<null>

  /** `name` prefixes names of handlers. */
  constructor(simulation: Simulation, name: string, netsPartition: string, document: VirtualLanDocument) {
    this.simulation = simulation
    this.document = document
    this.netsPartition = netsPartition
    this.guest = new EthernetDriver(simulation, {
      name: `${name}.nets-lan`,
      pools: linuxReceivePools,
      costs: { perInterruptNs: document.guestPerInterrupt, perFrameNs: document.guestPerFrame, perByteNs: document.guestPerByteNs },
    })
    if (document.ping) answerPings(new LanHost(this.outside, ROUTER_MAC))
    this.bridges = document.bridges.map((partition, at) => this.bridge(`${name}.${partition}`, partition, at))
    this.loaded = simulation.handler<null>(`${name}.client-load`, () => this.load())
  }

  /** Drivers of a partition's operating system that have a part in it. */
  driversOf(partition: string): readonly DeviceDriver[] {
    if (partition === this.netsPartition) return [this.guest]
    return this.bridges.find((bridge) => bridge.partition === partition)?.drivers ?? []
  }

  /** Time begins: other clients' frames come from now on. */
  begin(): void {
    if (this.document.clientLoad !== undefined) this.load()
  }

  /** What stands between a console's wire and NETS. */
  passage(console: number): PassageOptions {
    const { retransmit, lossTimeout, slot } = this.document
    const outside = new LanHost(this.outside, CONSOLE_MAC + console)
    return { outside, inside: this.guest.port(slot), retransmitNs: retransmit, lossTimeoutNs: lossTimeout }
  }

  /** Whether frames can pass now. */
  get up(): boolean {
    return this.guest.port(this.document.slot).up && this.bridging !== null
  }

  /** Names of the servers that may bridge. */
  get servers(): readonly string[] {
    return this.document.bridges
  }

  /** Name of the partition that bridges now; null: none. */
  get bridging(): string | null {
    return this.bridges.find(({ sea }) => sea.bridging)?.partition ?? null
  }

  statistics(): ManagementLanStatistics {
    return {
      bridges: this.bridges.map(({ partition, sea }) => ({
        partition,
        bridging: sea.bridging,
        counts: { ...sea.counts },
        waiting: sea.waiting,
      })),
      outside: { ...this.outside.counts },
    }
  }

  /** Checks the books of the bridges, and that at most one is at work. */
  check(): void {
    for (const { sea } of this.bridges) sea.check()
  }

  private bridge(name: string, partition: string, at: number): Bridge {
    const { simulation, document } = this
    const { slot, bitsPerSecond, perFrame, perByteNs, heartbeat, missedHeartbeats, healthTime, ping } = document
    const driver = new EthernetDriver(simulation, { name: `${name}.lan`, pools: aixReceivePools, costs: null })
    const physical = new PhysicalEthernet(simulation, this.outside, { name: `${name}.ent`, mac: PHYSICAL_MAC + at + 1, bitsPerSecond })
    const failover = {
      control: driver.port(slot + 1),
      priority: at + 1,
      heartbeatNs: heartbeat,
      missed: missedHeartbeats,
      healthTimeNs: healthTime,
      ping: ping ? { mac: ROUTER_MAC } : null,
    }
    const sea = new SharedEthernet(simulation, driver.port(slot), physical, {
      name: `${name}.sea`,
      costs: { perFrameNs: perFrame, perByteNs },
      failover: document.bridges.length > 1 ? failover : null,
    })
    const program: DeviceDriver = {
      kinds: [],
      start: (guest) => sea.start(guest),
      interrupt: () => {},
      stop: () => sea.stop(),
    }
    return { partition, drivers: [driver, program], physical, sea }
  }

  private load(): void {
    const { clientLoad } = this.document
    if (clientLoad === undefined) return
    const { framesPerSecond, frameBytes } = clientLoad
    const frame: EthernetFrame = { source: CLIENT_MAC, destination: NOBODY_MAC, vlan: 0, bytes: frameBytes, content: null }
    this.bridges.find(({ sea }) => sea.bridging)?.physical.arrive(frame)
    this.simulation.schedule(Math.round(1e9 / framesPerSecond), this.loaded, null)
  }
}
