// One managed system: its hypervisor, its service processor, its partitions with what they run, and the wires between them. It is the
// hypervisor's PartitionHost: it knows which guest a partition boots.

import type { Bus, Endpoint, Link } from '@powersim/bus'
import { Fsp, type SystemIdentity } from '@powersim/fsp'
import { Law, type Simulation } from '@powersim/kernel'
import { type DeviceDriver, IdealProcessor, Partition, type PartitionObserver, RmcNetwork } from '@powersim/lpar'
import { Nets, type SessionObserver } from '@powersim/nets-lpar'
import { Phyp } from '@powersim/phyp'
import { address, type PartitionHost, type PartitionStart, type WorkObserver } from '@powersim/protocol'
import {
  fspParameters,
  guestParameters,
  initialProfile,
  linkParameters,
  mailboxParameters,
  meanServiceNs,
  netsParameters,
  phypParameters,
} from './component-parameters.js'
import type { GuestRule, InstallationDocument, SystemDocument } from './document/schema.js'
import { guestRuleFor } from './guest-rules.js'
import { ManagementLan } from './management-lan.js'
import { initialMemoryPool, referencesOf } from './memory-parameters.js'
import { PagingService } from './paging-service.js'
import { SystemStorage } from './storage-wiring.js'

/** Where a console finds a path of a system. */
export interface SystemPath {
  readonly id: 'fsp' | 'nets'
  readonly kind: 'fsp' | 'nets'
  readonly link: Link
  readonly ipAddress: string
  readonly meanServiceNs: number
}

/** What joins a console to a system. */
export interface SystemWires {
  readonly paths: readonly SystemPath[]
  /** The way to the second service processor, if there is one. */
  readonly second: SystemPath | null
  readonly rmcLink: Link
}

/** Who watches the parts of a system at work: traces and diagrams. What travels between them is the bus's to tell. */
export interface SystemObserver {
  /** The service processor. */
  readonly fsp: WorkObserver
  /** The message loop of the hypervisor. */
  readonly phyp: WorkObserver
  /** Threads of the network server. */
  readonly nets: SessionObserver
  /** Makes the observer of a partition when that has a guest; again when it gets another one. */
  readonly partition: (lparId: number, name: string) => PartitionObserver
}

interface Guest {
  readonly rule: GuestRule
  readonly partition: Partition
}

export class ManagedSystem implements PartitionHost {
  readonly name: string
  /** Number in the installation, from 1: the instance in addresses. */
  readonly number: number
  readonly document: SystemDocument
  private readonly first: Fsp
  private readonly second: Fsp | null
  readonly phyp: Phyp
  readonly nets: Nets | null
  /** NETS's LAN, when it is virtual; null: NETS has an adapter of its own, or there is no NETS. */
  readonly managementLan: ManagementLan | null
  readonly rmc: RmcNetwork
  /** Virtual I/O Servers' programs, and clients' drivers. */
  readonly storage: SystemStorage
  private readonly simulation: Simulation
  private readonly bus: Bus
  private readonly guests = new Map<number, Guest>()
  private readonly netsId: number | null
  private readonly pagingService: PagingService
  private observer: SystemObserver | null = null
  /** Consoles. */
  private attached = 0

  constructor(simulation: Simulation, bus: Bus, document: SystemDocument, number: number) {
    this.simulation = simulation
    this.bus = bus
    this.document = document
    this.name = document.name
    this.number = number
    const identity = { name: document.name, typeModel: document.typeModel, serialNumber: document.serialNumber }
    this.phyp = new Phyp(simulation, bus, phypParameters(document, number), {
      address: address('phyp', number),
      host: this,
      systemName: document.name,
      hopName: `${document.name}.vmc`,
      running: document.state === 'Operating',
    })
    this.first = this.makeFsp(identity, undefined)
    this.second = document.fsp.second === null ? null : this.makeFsp(identity, this.first)
    this.rmc = new RmcNetwork(simulation, bus, { name: `${document.name}.rmc`, address: address('lpar', number) })
    const parameters = netsParameters(document)
    this.netsId = document.partitions.find((partition) => partition.name === document.nets?.partition)?.id ?? null
    this.nets =
      parameters === null || this.netsId === null
        ? null
        : new Nets(simulation, bus, parameters, { name: `${document.name}.nets`, address: address('nets', number), identity })
    this.pagingService = new PagingService(simulation, document)
    const memoryPool = initialMemoryPool(document)
    if (memoryPool !== null) this.phyp.defineMemoryPool(memoryPool)
    const lan = this.nets === null || document.nets === null ? 'own' : document.nets.lan
    this.managementLan =
      lan === 'own' || document.nets === null ? null : new ManagementLan(simulation, document.name, document.nets.partition, lan.virtual)
    this.phyp.define(
      document.partitions.map((partition) => ({
        id: partition.id,
        name: partition.name,
        environment: partition.environment,
        profiles: [initialProfile(partition, document)],
        running: partition.autoStart && document.state === 'Operating',
        devices: this.nets !== null && partition.id === this.netsId ? ['vmc'] : [],
      })),
    )
    this.storage = new SystemStorage(simulation, document, this.phyp)
  }

  /** Tells of work from now on; before `begin`, of all of it. Changes nothing of the run. */
  observe(observer: SystemObserver): void {
    this.observer = observer
    for (const fsp of this.fsps) fsp.observe(observer.fsp)
    this.phyp.observe(observer.phyp)
    this.nets?.observe(observer.nets)
    for (const [id, { partition }] of this.guests) partition.observe(observer.partition(id, partition.resources.name))
  }

  /** Brings a system that is operating at time 0 into that state: its partitions have been up for long. */
  begin(): void {
    if (this.document.state !== 'Operating') return
    for (const partition of this.document.partitions) {
      if (!partition.autoStart) continue
      const start = this.phyp.startOf(partition.id)
      if (start !== undefined) this.guest(start).alreadyRunning()
    }
    this.managementLan?.begin()
  }

  /** Links a console to everything of this system, and says where its paths are. */
  attach(console: Endpoint, installation: InstallationDocument): SystemWires {
    const { fsp, nets } = this.document
    const meanOf = (law: Parameters<typeof Law.of>[0]): number => Law.of(law).mean
    const paths: SystemPath[] = [
      {
        id: 'fsp',
        kind: 'fsp',
        link: this.bus.link(console, this.fsp.endpoint, linkParameters(`${console.name}-${this.name}.fsp`, 'management', fsp.link)),
        ipAddress: fsp.ipAddress,
        meanServiceNs: meanServiceNs(this.document, 'fsp', meanOf),
      },
    ]
    if (nets !== null && this.nets !== null) {
      const link = this.bus.link(console, this.nets.endpoint, linkParameters(`${console.name}-${this.name}.nets`, 'management', nets.link))
      if (this.managementLan !== null) this.bus.passThrough(link, this.managementLan.passage(++this.attached))
      paths.push({
        id: 'nets',
        kind: 'nets',
        link,
        ipAddress: nets.ipAddress,
        meanServiceNs: meanServiceNs(this.document, 'nets', meanOf),
      })
    }
    const rmcLink = this.bus.link(
      console,
      this.rmc.endpoint,
      linkParameters(`${console.name}-${this.name}.rmc`, 'rmc', installation.networks.rmc),
    )
    this.rmc.console(rmcLink)
    return { paths, second: this.secondPath(console, paths[0]), rmcLink }
  }

  /** The way to the second service processor, which costs what the first one's does. */
  private secondPath(console: Endpoint, first: SystemPath | undefined): SystemPath | null {
    const { fsp } = this.document
    if (this.second === null || fsp.second === null || first === undefined) return null
    const link = this.bus.link(
      console,
      this.second.endpoint,
      linkParameters(`${console.name}-${this.name}.second.fsp`, 'management', fsp.link),
    )
    return { ...first, link, ipAddress: fsp.second.ipAddress }
  }

  /** The service processor that is primary; during a fail-over the one that is losing the role. */
  get fsp(): Fsp {
    return this.second?.isPrimary === true ? this.second : this.first
  }

  /** The service processors: one, or the first and the second. */
  get fsps(): readonly Fsp[] {
    return this.second === null ? [this.first] : [this.first, this.second]
  }

  private makeFsp(identity: SystemIdentity, twin: Fsp | undefined): Fsp {
    const { simulation, bus, document, phyp, name, number } = this
    const mailbox = twin === undefined ? `${name}.mailbox` : `${name}.second.mailbox`
    const fsp = new Fsp(simulation, bus, fspParameters(document), {
      number,
      identity,
      hypervisor: phyp.power,
      platform: phyp,
      initialState: document.state,
      ...(twin === undefined ? {} : { twin }),
      tookOver: () => phyp.mailbox(link),
    })
    const link = bus.link(fsp.endpoint, phyp.endpoint, mailboxParameters(document, mailbox))
    fsp.mailbox(link)
    if (twin === undefined) phyp.mailbox(link)
    return fsp
  }

  /** The partition that NETS runs on, once it has been started. */
  get netsPartition(): Partition | undefined {
    return this.netsId === null ? undefined : this.guests.get(this.netsId)?.partition
  }

  /** Whether NETS, where it runs, takes sessions. */
  get settled(): boolean {
    if (this.nets === null || this.netsPartition?.state !== 'running') return true
    return this.nets.endpoint.reachable && this.managementLan?.up !== false
  }

  /** Activates the NETS partition, if it is off; it must boot before it serves. */
  startNets(): void {
    if (this.netsId !== null) this.phyp.activate(this.netsId)
  }

  /** Cuts the power of the server that bridges NETS's LAN now, if there is one. */
  stopBridge(): void {
    const bridging = this.managementLan?.bridging ?? null
    const found = [...this.guests.values()].find(({ partition }) => partition.resources.name === bridging)
    found?.partition.stop('immediate')
  }

  /** Activates the servers that bridge NETS's LAN, if they are off; they must boot before they serve. */
  startBridges(): void {
    const bridges = this.managementLan?.servers ?? []
    for (const { id, name } of this.document.partitions) if (bridges.includes(name)) this.phyp.activate(id)
  }

  start(start: PartitionStart): void {
    this.guest(start).boot(start)
  }

  stop(lparId: number, how: 'immediate' | 'delayed'): void {
    this.guests.get(lparId)?.partition.stop(how)
  }

  interrupt(lparId: number, unitAddress: number): void {
    this.guests.get(lparId)?.partition.interrupt(unitAddress)
  }

  deviceChanged(lparId: number, unitAddress: number, there: boolean): void {
    this.guests.get(lparId)?.partition.deviceChanged(unitAddress, there)
  }

  resized(start: PartitionStart): void {
    this.guests.get(start.lparId)?.partition.resized(start)
  }

  private ownCores(start: PartitionStart, runsNets: boolean): IdealProcessor {
    return new IdealProcessor(this.simulation, {
      name: `${this.name}.${start.name}`,
      processors: Math.max(1, start.virtualProcessors),
      dispatchLatencyNs: runsNets ? (this.document.nets?.dispatchLatency ?? 0) : 0,
    })
  }

  /** Drivers of the management network, and of a paging server. */
  private driversOf({ name, lparId, environment }: PartitionStart): readonly DeviceDriver[] {
    const pages = environment === 'vioserver' && this.phyp.sharedMemory !== null
    return [...(this.managementLan?.driversOf(name) ?? []), ...(pages ? [this.pagingService.driver(lparId)] : [])]
  }

  /** The guest of a partition: the one it had before, if it boots the same again. */
  private guest(start: PartitionStart): Partition {
    const rule = guestRuleFor(this.document.guests, start)
    const before = this.guests.get(start.lparId)
    if (before !== undefined) {
      if (before.rule === rule && before.partition.state === 'off') return before.partition
      this.rmc.detach(before.partition)
    }
    const runsNets = this.nets !== null && start.name === this.document.nets?.partition
    const vios = this.storage.servers.get(start.lparId)
    const driver = this.storage.driverOf(rule, start.lparId)
    const partition = new Partition(this.simulation, guestParameters(rule), {
      start,
      hypercalls: this.phyp.hypercalls,
      reports: this.phyp.reports,
      reconfiguration: this.phyp.reconfiguration,
      terminal: this.phyp.terminal,
      processor: this.phyp.processors?.of(start.lparId) ?? this.ownCores(start, runsNets),
      ...(runsNets && this.nets !== null ? { program: this.nets } : {}),
      ...(vios === undefined ? {} : { program: vios, viosCommands: vios.storage }),
      ...(rule.memory === undefined ? {} : { sharing: { touches: this.phyp.touches, references: referencesOf(this.simulation, rule) } }),
      drivers: [...this.driversOf(start), ...(driver === undefined ? [] : [driver])],
    })
    if (this.observer !== null) partition.observe(this.observer.partition(start.lparId, start.name))
    this.guests.set(start.lparId, { rule, partition })
    this.rmc.attach(partition)
    return partition
  }
}
