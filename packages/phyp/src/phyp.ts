// The Power hypervisor of one managed system: wires the mailbox, the management channels, the message loop and the partitions.
// Nothing is decided here. The service processor holds its `power`, guests hold its `hypercalls` and `reports`.

import type { Bus, Endpoint, Link } from '@powersim/bus'
import { mib, type Simulation, type Station, type StationStatistics } from '@powersim/kernel'
import type {
  Address,
  DeviceKind,
  HypercallPort,
  HypervisorPower,
  Message,
  PartitionHost,
  PartitionReports,
  PartitionStart,
  ReconfigurationPort,
  StatusName,
  TerminalPort,
  TouchPort,
  WorkObserver,
} from '@powersim/protocol'
import { startByPolicy } from './dispatchable/activation.js'
import { type Amounts, pageTableEntries } from './dispatchable/accounting.js'
import { partitionsOf } from './dispatchable/configuration.js'
import type { ConfigurationView } from './dispatchable/configuration-store.js'
import { Hypervisor } from './dispatchable/hypervisor.js'
import { type LoopCounts, MessageLoop } from './dispatchable/message-loop.js'
import type { ReplyRoute } from './dispatchable/reply-route.js'
import { DispatchedPlic } from './dispatched-plic.js'
import { PhypError } from './errors.js'
import { enterPartition, enterPool, type InitialMemoryPool, type InitialPartition } from './initial-partitions.js'
import { MachineProcessors } from './machine-processors.js'
import { checkPhypParameters, type PhypParameters } from './parameters.js'
import { MachineSharing } from './paging/machine-sharing.js'
import type { SharedMemory } from './paging/shared-memory.js'
import { PartitionTerminals } from './partition-terminals.js'
import { PhysicalAdapters } from './physical-adapters.js'
import { Plic } from './plic/plic.js'
import { VirtualDevices } from './virtual-devices.js'
import type { ChannelState } from './vmc/channel.js'
import type { VmcCounters } from './vmc/counters.js'

export interface PhypWiring {
  readonly address: Address
  readonly host: PartitionHost
  /** Prefixes the names of endpoint, station and hop, so that several systems fit on one bus. */
  readonly systemName: string
  /** Name of the hop of the management channels. Default `vmc`; unique on the bus, so several systems need names of their own. */
  readonly hopName?: string
  /** Whether the hypervisor runs from the start. Default true. */
  readonly running?: boolean
}

export interface VmcStatistics {
  readonly unitAddress: number
  readonly lparId: number
  readonly state: ChannelState
  readonly counters: Readonly<VmcCounters>
  readonly interrupts: number
  /** Most entries that the guest had not read at a time, since it registered its queue. */
  readonly peakUnread: number
  /** Per HMC index: buffers and their owners, and messages that wait to go out. */
  readonly connections: readonly {
    readonly state: 'idle' | 'opening' | 'open'
    readonly session: number
    readonly buffers: number
    readonly guest: number
    readonly phyp: number
    readonly offered: number
    readonly waiting: number
  }[]
}

export interface PhypStatistics extends Readonly<LoopCounts> {
  readonly utilization: number
  readonly queue: StationStatistics
  /** Replies by status; `duplicates` and `joined` are in them. */
  readonly commandsByStatus: Readonly<Partial<Record<StatusName, number>>>
  readonly stages: { readonly open: number; readonly opened: number; readonly committed: number; readonly abandoned: number }
  readonly ignoredReports: number
  readonly hypercalls: { readonly calls: number; readonly refused: number }
  readonly vmc: readonly VmcStatistics[]
}

export class Phyp {
  readonly endpoint: Endpoint
  readonly hypercalls: HypercallPort
  readonly power: HypervisorPower
  /** Told of every activation: the service processor. */
  private activated: () => void = () => undefined
  readonly reports: PartitionReports
  /** The RTAS calls of dynamic reconfiguration, for guests. */
  readonly reconfiguration: ReconfigurationPort
  /** Virtual terminals, for the console drivers of guests. */
  readonly terminal: TerminalPort
  readonly station: Station
  /** Who runs when; null: every partition has cores of its own, and so has the hypervisor. */
  readonly processors: MachineProcessors | null
  readonly configuration: ConfigurationView
  readonly adapters: PhysicalAdapters

  private readonly bus: Bus
  private readonly hypervisor: Hypervisor
  private readonly loop: MessageLoop
  private readonly devices: VirtualDevices
  private readonly plic: Plic
  private readonly sharing: MachineSharing
  private readonly mailboxRoute: ReplyRoute
  private link: Link | null = null
  private on: boolean
  /** Partitions that ran when the system last went down. */
  private ranBefore: ReadonlySet<number> = new Set()
  /** Those that ran when they were all asked to go down, until the power is off. */
  private askedToGo: ReadonlySet<number> | null = null

  /** Throws PhypError `bad-parameter`, KernelError `bad-law`, BusError `name-taken`. */
  constructor(simulation: Simulation, bus: Bus, parameters: PhypParameters, wiring: PhypWiring) {
    checkPhypParameters(parameters)
    const { address, host, systemName, hopName = 'vmc', running = true } = wiring
    const name = `${systemName}.phyp`
    this.bus = bus
    this.on = running
    this.endpoint = bus.endpoint({
      name,
      address,
      compute: () => simulation.invariant(false, 'phyp: the mailbox is not secured'),
      received: (message) => this.loop.receive(message, this.mailboxRoute),
    })
    const { installedMiB, firmwareMiB, regionMiB } = parameters.memory
    const { dispatch, maxPartitions, processors } = parameters
    this.processors =
      dispatch === null ? null : new MachineProcessors(simulation, `${systemName}.wheel`, processors, dispatch, maxPartitions)
    this.plic = new Plic({
      blockBytes: mib(regionMiB),
      blocks: Math.max(1, Math.floor((installedMiB - firmwareMiB) / regionMiB)),
      hypercalls: parameters.hypercalls,
    })
    this.sharing = new MachineSharing(simulation, this.plic, {
      name: `${systemName}.pool`,
      regionMiB,
      host,
      devices: () => this.devices,
      usedNs: (lparId) => this.processors?.placeOf(lparId)?.statistics().runNs ?? 0,
      spend: this.processors === null ? undefined : (workNs, then) => this.processors?.hypervisor.run(workNs, then, null),
    })
    this.hypervisor = new Hypervisor(simulation, parameters, host, {
      starting: (lparId, holding) => {
        const { memoryMiB, maxMiB, hptRatio, processors, adapters } = holding
        const blocks = memoryMiB / regionMiB
        const sharing = this.sharing.termsOf(lparId, holding)
        const given = this.plic.started(lparId, blocks, pageTableEntries(maxMiB, hptRatio), processors.procs, sharing)
        // A partition that runs holds no more blocks than the configuration says, and all of that fits into the machine.
        simulation.invariant(given === blocks, 'phyp: a partition that starts gets all the memory that it is assigned')
        for (const adapter of adapters) this.devices.adapters.add(lparId, adapter)
        this.activated()
      },
      attached: (lparId, adapter) => {
        const device = this.devices.adapters.add(lparId, adapter)
        if (device !== undefined) host.deviceChanged(lparId, device.unitAddress, true)
      },
      detached: (lparId, slot) => {
        const device = this.devices.adapters.at(lparId, slot)
        if (device !== undefined) host.deviceChanged(lparId, device.unitAddress, false)
        this.devices.adapters.remove(lparId, slot)
      },
      ended: (lparId) => {
        this.devices.ended(lparId)
        this.plic.ended(lparId)
      },
      removed: (lparId) => {
        this.hypervisor.terminals.end(lparId)
        this.devices.removed(lparId)
        this.processors?.removed(lparId)
      },
      regions: this.plic.memory,
      processorPools: (pools) => this.processors?.setPools(pools),
      sharedMemory: this.sharing,
      terminals: this.plic.terminals,
      uses: this.processors,
    })
    this.terminal = new PartitionTerminals(this.plic)
    if (this.processors !== null) this.plic.processors.port = new DispatchedPlic(this.processors, this.hypervisor, this.plic.processors)
    this.loop = new MessageLoop(this.hypervisor, name, this.processors?.hypervisor)
    this.devices = new VirtualDevices(simulation, parameters, host, bus.hop(hopName, `${systemName}.vmc`, name), this.loop, this.plic)
    this.adapters = new PhysicalAdapters(this.plic, host)
    this.hypercalls = this.plic.hypercalls
    this.reports = this.hypervisor.life
    this.reconfiguration = this.hypervisor.connectors
    this.station = this.loop.station
    this.configuration = this.hypervisor.store
    this.mailboxRoute = { answer: (reply) => this.answerByMailbox(reply), silent: () => {} }
    this.power = this.makePower()
    this.plic.hypercalls.running = running
    if (running) this.loop.start()
  }

  /** How processors of partitions with shared memory touch its pages. */
  get touches(): TouchPort {
    return this.sharing
  }

  /** The shared memory pool at work: its pager, faults and paging; null: there has been none. */
  get sharedMemory(): SharedMemory | null {
    return this.sharing.memory
  }

  /** Tells of every request that the message loop has worked on, from now on. Changes nothing of the run. */
  observe(work: WorkObserver): void {
    this.loop.observe(work)
  }

  /** The link to the service processor: requests come over it, and their replies go back over it. */
  mailbox(link: Link): void {
    this.link = link
  }

  /**
   * Makes the shared memory pool before time 0 and before its servers and those that share it. Throws PhypError `bad-memory-pool`, and
   * `started-already` once a command has come.
   */
  defineMemoryPool(pool: InitialMemoryPool): void {
    if (this.loop.counts.received > 0) throw new PhypError('started-already', 'memoryPool', 'the pool is defined before the first command')
    enterPool(this.hypervisor, pool)
  }

  /**
   * Enters partitions before time 0. Throws PhypError `bad-partition`, `partition-exists`, `resources-exhausted`, and `started-already`
   * once a command has come.
   */
  define(partitions: readonly InitialPartition[]): void {
    if (this.loop.counts.received > 0) {
      throw new PhypError('started-already', 'partitions', 'partitions are defined before the first command')
    }
    for (const initial of partitions) {
      if (initial.running && !this.on) {
        throw new PhypError('bad-partition', `partition ${initial.id}.running`, 'the hypervisor does not run, so no partition can')
      }
      enterPartition(this.hypervisor, initial)
      for (const kind of initial.devices ?? []) this.addDevice(initial.id, kind)
    }
  }

  /** Gives a partition a virtual device; returns its unit address. Throws PhypError `partition-not-found`, `bad-partition`. */
  addDevice(lparId: number, kind: 'vmc'): number {
    if (this.hypervisor.record(lparId) === undefined) {
      throw new PhypError('partition-not-found', 'lparId', `there is no partition ${lparId} to get a ${kind}`)
    }
    return this.devices.addVmc(lparId)
  }

  /**
   * Activates a partition as the start policy does: with its current configuration, or its default profile if it has none.
   * Nothing while the hypervisor is stopped, or when the partition is not `Not Activated` or unknown.
   */
  activate(lparId: number): void {
    const record = this.hypervisor.record(lparId)
    if (this.on && record !== undefined) startByPolicy(this.hypervisor, record)
  }

  /** What a partition is started with; undefined when there is none of that ID, or it holds nothing. */
  startOf(lparId: number): PartitionStart | undefined {
    return this.hypervisor.startOf(lparId, null)
  }

  /** Unit addresses of a partition's virtual devices of a kind: what its GuestPort lists. */
  devicesOf(lparId: number, kind: DeviceKind): readonly number[] {
    return this.plic.queues.of(lparId).flatMap((device) => (device.kind === kind ? [device.unitAddress] : []))
  }

  /** A fault: this end of a management channel starts over. The guest hears a transport event. Unknown units are left alone. */
  resetVmc(unitAddress: number): void {
    this.devices.channel(unitAddress)?.reset()
  }

  /**
   * A fault: takes free memory or processors out of the configuration, negative amounts put them back. What partitions hold stays, and
   * what dynamic changes have reserved, since operating systems may have it already; what activations have reserved does not. Returns
   * what was taken: less than asked when less is free.
   */
  deconfigure(amounts: Amounts): Amounts {
    const { hypervisor } = this
    const available = hypervisor.available()
    const reserved = hypervisor.stages.reserved('dynamic')
    const memoryMiB = available.memoryMiB - reserved.memoryMiB
    const hundredths = available.hundredths - reserved.hundredths
    const before = hypervisor.deconfigured
    const { regionMiB } = hypervisor.parameters.memory
    const taken = {
      memoryMiB: between(-before.memoryMiB, Math.trunc(amounts.memoryMiB / regionMiB) * regionMiB, memoryMiB),
      hundredths: between(-before.hundredths, Math.trunc(amounts.hundredths), hundredths),
    }
    hypervisor.deconfigured = {
      memoryMiB: before.memoryMiB + taken.memoryMiB,
      hundredths: before.hundredths + taken.hundredths,
    }
    return taken
  }

  /** An error log of the service processor has come: how many operating systems it is handed on to. */
  errorLogged(): number {
    return this.on ? this.hypervisor.life.running : 0
  }

  statistics(): PhypStatistics {
    const queue = this.loop.station.statistics()
    const { stages, life } = this.hypervisor
    const { calls, refused } = this.plic.hypercalls
    return {
      ...this.loop.counts,
      utilization: queue.utilization,
      queue,
      commandsByStatus: this.loop.repliesByStatus,
      stages: { open: stages.size, opened: stages.opened, committed: stages.committed, abandoned: stages.abandoned },
      ignoredReports: life.ignoredReports,
      hypercalls: { calls, refused },
      vmc: this.devices.all().map(({ device, state, counters, connections }) => ({
        unitAddress: device.unitAddress,
        lparId: device.lparId,
        state,
        counters: { ...counters },
        interrupts: device.interrupts,
        peakUnread: device.queue.peakUnread,
        connections: connections.map(({ state, session, pool, waiting }) => ({
          state,
          session: session?.number ?? 0,
          buffers: pool.size,
          guest: pool.guest,
          phyp: pool.phyp,
          offered: pool.offered,
          waiting,
        })),
      })),
    }
  }

  private answerByMailbox(reply: Message): void {
    if (this.link === null) throw new PhypError('no-mailbox', 'mailbox', 'a command came by the mailbox before mailbox(link) was called')
    this.bus.send(this.link, this.endpoint, reply)
  }

  private makePower(): HypervisorPower {
    const isOn = () => this.on
    return {
      get running() {
        return isOn()
      },
      start: () => this.powerOn(),
      startPartitions: (policy) => this.startPartitions(policy),
      shutDown: () => this.shutDown(),
      stop: () => this.powerOff(),
      onActivation: (told) => {
        this.activated = told
      },
      managed: (sessions) => {
        if (this.hypervisor.parameters.vmcPolicy === 'exclusive') this.devices.enable(sessions === 0)
      },
    }
  }

  private powerOn(): void {
    if (this.on) return
    this.on = true
    this.plic.hypercalls.running = true
    this.loop.start()
  }

  private startPartitions(policy: 'autostart' | 'autorecovery'): void {
    if (!this.on) return
    for (const record of partitionsOf(this.hypervisor.configuration)) {
      if (policy === 'autostart' ? record.autoStart : this.ranBefore.has(record.id)) startByPolicy(this.hypervisor, record)
    }
  }

  private shutDown(): void {
    if (!this.on) return
    this.askedToGo = this.runningNow()
    for (const { id } of partitionsOf(this.hypervisor.configuration)) this.hypervisor.life.stopLater(id, false)
  }

  private runningNow(): ReadonlySet<number> {
    const { life, configuration } = this.hypervisor
    return new Set(partitionsOf(configuration).flatMap(({ id }) => (life.isActive(id) ? [id] : [])))
  }

  private powerOff(): void {
    if (!this.on) return
    this.on = false
    const { hypervisor } = this
    this.ranBefore = this.askedToGo ?? this.runningNow()
    this.askedToGo = null
    this.loop.stop()
    hypervisor.stages.abandonAll()
    hypervisor.terminals.endAll()
    for (const { id } of partitionsOf(hypervisor.configuration)) hypervisor.life.stopNow(id, false)
    this.plic.hypercalls.running = false
  }
}

function between(low: number, value: number, high: number): number {
  return Math.max(low, Math.min(value, high))
}
