// A hypervisor on a bench: bus, mailbox with a recording endpoint in the service processor's place, recording partition host.
// No guest lives here; guest-driver.ts is one.

import { Bus, type BusOptions, type Endpoint, type Link } from '@powersim/bus'
import { Simulation, type SimulationOptions } from '@powersim/kernel'
import {
  address,
  type CommandName,
  commandByName,
  type ConnectorType,
  dataBytes,
  DR_ENTITY_PRESENT,
  DR_ENTITY_UNUSABLE,
  drcIndexOf,
  drcNumberOf,
  HEADER_BYTES,
  type Json,
  type Message,
  type PartitionHost,
  type PartitionProfile,
  type PartitionStart,
  type Refusal,
  type ReplyOf,
  type RequestOf,
  RTAS_SUCCESS,
  statusName,
  type StatusName,
  unitsOfBatch,
} from '@powersim/protocol'
import {
  defaultPhypParameters,
  type InitialMemoryPool,
  type InitialPartition,
  Phyp,
  type PhypParameters,
  type PhypWiring,
} from '../src/index.js'

export interface Sent {
  /** Console number; default 1. */
  console?: number
  epoch?: number
  /** Default: the next of the console and epoch. */
  sequence?: number
  attempt?: number
  entity?: number
  target?: number
  flags?: number
}

/** What came back, whatever was asked. */
export interface Outcome {
  status: StatusName
  refusal: Refusal
  message: Message
  atNs: number
}

export interface Answer<N extends CommandName> extends Outcome {
  data: ReplyOf<N>
}

export class RecordingHost implements PartitionHost {
  readonly starts: PartitionStart[] = []
  readonly stops: { lparId: number; how: string }[] = []
  readonly resizes: Pick<PartitionStart, 'lparId' | 'memoryMiB' | 'virtualProcessors' | 'entitledHundredths'>[] = []
  readonly interrupts: { lparId: number; unitAddress: number; atNs: number }[] = []
  readonly deviceChanges: { lparId: number; unitAddress: number; there: boolean }[] = []
  onInterrupt: (lparId: number, unitAddress: number) => void = () => {}
  private readonly simulation: Simulation

  constructor(simulation: Simulation) {
    this.simulation = simulation
  }

  start(start: PartitionStart): void {
    this.starts.push(start)
  }

  stop(lparId: number, how: 'immediate' | 'delayed'): void {
    this.stops.push({ lparId, how })
  }

  interrupt(lparId: number, unitAddress: number): void {
    this.interrupts.push({ lparId, unitAddress, atNs: this.simulation.now })
    this.onInterrupt(lparId, unitAddress)
  }

  deviceChanged(lparId: number, unitAddress: number, there: boolean): void {
    this.deviceChanges.push({ lparId, unitAddress, there })
  }

  resized({ lparId, memoryMiB, virtualProcessors, entitledHundredths }: PartitionStart): void {
    this.resizes.push({ lparId, memoryMiB, virtualProcessors, entitledHundredths })
  }
}

export interface MachineOptions {
  parameters?: Partial<PhypParameters>
  simulation?: Partial<SimulationOptions>
  bus?: BusOptions
  wiring?: Partial<PhypWiring>
  partitions?: readonly InitialPartition[]
  memoryPool?: InitialMemoryPool
}

/** Small frames and no service time unless a test says so: what is tested is behaviour. */
export const quick = {
  service: { query: 0, configuration: 0, power: 0, dynamic: 0, service: 0 },
  duplicateReply: 0,
  frames: { requestBytesMin: 0, replyBytesMin: 0 },
  // Sums without page tables, but for the tests of those.
  memory: { ...defaultPhypParameters.memory, pageTables: false },
} satisfies Partial<PhypParameters>

export class Machine {
  readonly simulation: Simulation
  readonly bus: Bus
  readonly host: RecordingHost
  readonly phyp: Phyp
  readonly fsp: Endpoint
  readonly psi: Link
  readonly received: { message: Message; atNs: number }[] = []
  private readonly sequences = new Map<string, number>()

  constructor(options: MachineOptions = {}) {
    this.simulation = new Simulation({ seed: 'phyp', ...options.simulation })
    this.bus = new Bus(this.simulation, options.bus)
    this.host = new RecordingHost(this.simulation)
    this.phyp = new Phyp(
      this.simulation,
      this.bus,
      { ...defaultPhypParameters, ...quick, ...options.parameters },
      {
        address: address('phyp'),
        host: this.host,
        systemName: 'sys',
        ...options.wiring,
      },
    )
    this.fsp = this.bus.endpoint({
      name: 'fsp',
      address: address('fsp', 1),
      compute: () => {
        throw new Error('the mailbox is not secured')
      },
      received: (message) => this.received.push({ message, atNs: this.simulation.now }),
    })
    const mailbox = { name: 'psi', role: 'mailbox', latency: 0, bitsPerSecond: Infinity, mtuBytes: 0 }
    this.psi = this.bus.link(this.fsp, this.phyp.endpoint, mailbox)
    this.phyp.mailbox(this.psi)
    if (options.memoryPool !== undefined) this.phyp.defineMemoryPool(options.memoryPool)
    this.phyp.define(options.partitions ?? [])
  }

  request<N extends CommandName>(name: N, data: RequestOf<N>, sent: Sent = {}): Message {
    const { console = 1, epoch = 1, attempt = 0, target = address('phyp'), flags = 0 } = sent
    const key = `${console} ${epoch}`
    const sequence = sent.sequence ?? (this.sequences.get(key) ?? 0) + 1
    this.sequences.set(key, Math.max(sequence, this.sequences.get(key) ?? 0))
    const payload = data as Json
    return {
      version: 1,
      flags,
      opcode: commandByName(name).opcode,
      target,
      source: address('hmc', console),
      epoch,
      sequence,
      status: 0,
      data: payload,
      bytes: HEADER_BYTES + dataBytes(payload),
      entity: sent.entity ?? console * 1_000_000 + sequence,
      attempt,
    }
  }

  /** Puts a message into the mailbox. */
  post(message: Message): Message {
    this.bus.send(this.psi, this.fsp, message)
    return message
  }

  /** Asks by the mailbox and runs until everything is quiet. */
  ask<N extends CommandName>(name: N, data: RequestOf<N>, sent: Sent = {}): Answer<N> {
    const before = this.received.length
    this.post(this.request(name, data, sent))
    this.simulation.run()
    const answers = this.received.slice(before)
    if (answers.length !== 1) throw new Error(`${name}: expected one reply, got ${answers.length}`)
    return answer<N>(answers[0]!)
  }

  /** The same for what has to succeed. */
  done<N extends CommandName>(name: N, data: RequestOf<N>, sent: Sent = {}): ReplyOf<N> {
    const { status, data: reply, message } = this.ask(name, data, sent)
    if (status !== 'ok') throw new Error(`${name}: ${status} ${JSON.stringify(message.data)}`)
    return reply
  }

  /** Creates a partition with a profile of this name, in all its steps; returns its ID. */
  create(name: string, profile: PartitionProfile = profileOf('normal'), id?: number): number {
    const created = this.done('lpar.create', { name, environment: 'aixlinux', profileName: profile.name, id })
    const { stage } = created
    const { bootMode, autoStart, connectionMonitoring } = profile
    this.done('stage.attributes', { stage, attributes: { bootMode, autoStart, connectionMonitoring } })
    this.done('stage.processors', { stage, processors: profile.processors })
    this.done('stage.memory', { stage, memory: profile.memory })
    this.done('stage.slots', { stage, maxVirtualSlots: profile.maxVirtualSlots })
    for (const adapter of profile.adapters) this.done('stage.adapter', { stage, adapter })
    this.done('stage.commit', { stage })
    return created.id
  }

  /** Activates by all the steps up to the start; stops at the first that is not ok and returns it. */
  activate(id: number, profile?: string, beforeStart: () => void = () => {}): Outcome {
    const begun = this.ask('activation.begin', { id, ...(profile === undefined ? {} : { profile }) })
    if (begun.status !== 'ok') return begun
    const { stage, adapterSlots } = begun.data
    const steps: (() => Outcome)[] = [
      () => this.ask('activation.processors', { stage }),
      () => this.ask('activation.memory', { stage }),
      () => this.ask('activation.slots', { stage }),
      ...adapterSlots.map((slot) => () => this.ask('activation.adapter', { stage, slot })),
      () => this.ask('activation.firmware', { stage }),
      () => this.ask('activation.boot', { stage }),
    ]
    for (const step of steps) {
      const answered = step()
      if (answered.status !== 'ok') return answered
    }
    beforeStart()
    return this.ask('activation.start', { stage })
  }

  /** A guest takes in up to `count` units, as its resource manager would; returns how many it got. */
  guestTakes(id: number, type: ConnectorType, count: number, only?: number): number {
    const port = this.phyp.reconfiguration
    let done = 0
    for (let number = only ?? 0; number < port.connectors(id, type) && done < count; number++) {
      const drcIndex = drcIndexOf(type, number)
      if (port.sense(id, drcIndex) !== DR_ENTITY_UNUSABLE) continue
      if (port.setAllocation(id, drcIndex, true) !== RTAS_SUCCESS) return done
      if (port.setIsolation(id, drcIndex, false) !== RTAS_SUCCESS) throw new Error('usable, and not its own')
      done++
    }
    return done
  }

  /** A guest gives up `count` units, the highest first. */
  guestGives(id: number, type: ConnectorType, count: number, only?: number): number {
    const port = this.phyp.reconfiguration
    let done = 0
    for (let number = only ?? port.connectors(id, type) - 1; number >= 0 && done < count; number--) {
      const drcIndex = drcIndexOf(type, number)
      if (port.sense(id, drcIndex) !== DR_ENTITY_PRESENT || port.setIsolation(id, drcIndex, true) !== RTAS_SUCCESS) continue
      if (port.setAllocation(id, drcIndex, false) !== RTAS_SUCCESS) throw new Error('isolated, and not to be freed')
      done++
    }
    return done
  }

  /** A dynamic change with guests that do all they are asked for, as a console conducts it. */
  change(data: RequestOf<'dynamic.begin'>): ReplyOf<'dynamic.finish'> {
    const { stage, batches } = this.done('dynamic.begin', data)
    this.conduct(data, stage, batches)
    return this.done('dynamic.finish', { stage })
  }

  /** The steps of a change; guests of partitions that do not run do nothing. */
  conduct({ id, to, direction, memoryMiB, procs = 0, drcIndex }: RequestOf<'dynamic.begin'>, stage: number, batches: number): void {
    const type = memoryMiB !== undefined ? 'mem' : drcIndex !== undefined ? 'slot' : 'proc'
    const units = drcIndex !== undefined ? 1 : memoryMiB !== undefined ? memoryMiB / 64 : procs
    const only = drcIndex === undefined ? undefined : drcNumberOf('slot', drcIndex)
    const [giver, receiver] = [direction === 'add' ? undefined : id, direction === 'add' ? id : to]
    for (let batch = 0; batch < batches; batch++) {
      const count = unitsOfBatch(units, batches, batch)
      if (giver !== undefined) this.guestGives(giver, type, count, only)
      this.done('dynamic.step', { stage, batch })
      if (receiver !== undefined) this.guestTakes(receiver, type, count, only)
    }
  }

  /** The guest reports that it has booted. */
  boot(id: number): void {
    this.phyp.reports.state(id, 'Running')
  }

  state(id: number): string {
    return this.done('lpar.read', { id }).state
  }
}

function answer<N extends CommandName>({ message, atNs }: { message: Message; atNs: number }): Answer<N> {
  return {
    status: statusName(message.status) ?? 'failed',
    data: message.data as ReplyOf<N>,
    refusal: message.data as unknown as Refusal,
    message,
    atNs,
  }
}

export interface ProfileAmounts {
  memory?: [minMiB: number, desiredMiB: number, maxMiB: number]
  procs?: [min: number, desired: number, max: number]
  hundredths?: [min: number, desired: number, max: number]
  dedicated?: boolean
  autoStart?: boolean
  adapters?: PartitionProfile['adapters']
}

export function profileOf(name: string, amounts: ProfileAmounts = {}): PartitionProfile {
  const { memory = [256, 1024, 4096], procs = [1, 2, 4], hundredths = [10, 50, 200], dedicated = false } = amounts
  return {
    name,
    memory: { minMiB: memory[0], desiredMiB: memory[1], maxMiB: memory[2] },
    processors: {
      mode: dedicated ? 'ded' : 'shared',
      minProcs: procs[0],
      desiredProcs: procs[1],
      maxProcs: procs[2],
      minHundredths: dedicated ? 0 : hundredths[0],
      desiredHundredths: dedicated ? 0 : hundredths[1],
      maxHundredths: dedicated ? 0 : hundredths[2],
      sharingMode: dedicated ? 'keep_idle_procs' : 'uncap',
      uncapWeight: dedicated ? 0 : 128,
      poolId: 0,
    },
    maxVirtualSlots: 20,
    adapters: amounts.adapters ?? [],
    bootMode: 'norm',
    autoStart: amounts.autoStart ?? false,
    connectionMonitoring: false,
  }
}

export function initial(id: number, name: string, more: Partial<InitialPartition> = {}): InitialPartition {
  return { id, name, environment: 'aixlinux', profiles: [profileOf('normal')], running: true, ...more }
}
