// An OperationContext for tests: one managed system held in memory, whose hypervisor and service processor answer each command at once
// (after 1 microsecond), check every request and reply against the catalogue, and keep a list of what was asked.

import { type Process, type Signal, Simulation, until, type Yieldable } from '@powersim/kernel'
import {
  commandByName,
  type CommandName,
  type PartitionView,
  type RefusalReason,
  type ReplyOf,
  type RequestOf,
  type RmcState,
  type StatusName,
  type SystemState,
} from '@powersim/protocol'

import { timestamp } from '../src/calendar.js'
import { KnownPartitions } from '../src/operations/known-partitions.js'
import {
  type CommandOutcome,
  type ConnectionRow,
  type Generation,
  generationOf,
  type LineOutcome,
  type OperationContext,
  type RmcOutcome,
  ShellSession,
  type SystemHandle,
  type TerminalSession,
} from '../src/index.js'
import type { RmcPartition } from '../src/operations/operation-context.js'
import { consoleModels } from '../src/settings/console-model.js'
import { ConsoleSettings } from '../src/settings/console-settings.js'
import type { HmcUser } from '../src/users/hmc-user.js'
import { UserDirectory } from '../src/users/user-directory.js'
import { ConsoleEvents } from '../src/operations/console-events.js'
import { UtilizationCollection } from '../src/utilization/utilization-collection.js'
import { adaptersOf, type FakePartition, memoryOf, processorsOf, profileOf } from './fake-partitions.js'
import { steadyReplies } from './fake-replies.js'
import { serviceReply } from './fake-service.js'
import { FakeTerminal } from './fake-terminal.js'

type Answer = { ok: true; data: unknown } | { ok: false; status: Exclude<StatusName, 'ok'>; reason?: RefusalReason }
type Failure = { status: Exclude<StatusName, 'ok'>; reason?: RefusalReason; values?: Record<string, string | number> }

const START_SECONDS = 1_370_246_400 // 2013-06-03 08:00:00

export class FakeConsole implements OperationContext {
  readonly simulation = new Simulation({ seed: 'fake-console' })
  readonly consoleName = 'hmc1'
  version = 'V7R7.9.0'
  readonly users = new UserDirectory('abc123')
  readonly settings = new ConsoleSettings('hmc1', 1, consoleModels.rack)
  /** Shutdowns that were asked for. */
  readonly shutdowns: { afterNs: number; restart: boolean }[] = []
  /** Who types. */
  user: HmcUser = this.users.users.get('hscroot')!

  get generation(): Generation {
    return generationOf(this.version)
  }

  /** The capture is of a POWER5. */
  fibreChannel = false
  readonly partitions: FakePartition[] = []
  /** Every command, in order. */
  readonly asked: { name: CommandName; data: unknown; lparId: number | undefined }[] = []
  readonly rmcAsked: RequestOf<'rmc.reconfigure'>[] = []
  /** Failures to play, by command: each is used once. */
  readonly failures = new Map<CommandName, Failure>()
  /** What operating systems do: the default does all. */
  rmcAnswer: (request: RequestOf<'rmc.reconfigure'>, ordinal: number) => RmcOutcome = ({ count }) => ({ ok: true, done: count })
  readonly viosAsked: RequestOf<'rmc.vios'>[] = []
  viosAnswer: ReplyOf<'rmc.vios'> | null = {}
  osShutdownAnswer = true
  systemState: SystemState = 'Operating'
  /** States that the console hears of while it waits. */
  statesToCome: SystemState[] = []
  /** What was done about connections and passwords. */
  readonly entered: string[] = []
  readonly completeness: boolean[] = []
  unset = 0
  rows: ConnectionRow[] = []
  batches = 2
  refcodes: ReplyOf<'lpar.refcodes'>['codes'] = []
  events: ReplyOf<'service.events'>['events'] = []
  ledsOn: number[] = []
  readonly heldDumps = []
  readonly consoleEvents = new ConsoleEvents()
  readonly profileFiles: OperationContext['profileFiles'] = []
  /** What the hypervisor counts, once somebody has set it. */
  counters: ReplyOf<'processors.utilization'> | null = null
  readonly utilization = new UtilizationCollection(this.simulation, 'hmc1', () => {
    const told = this.simulation.signal<CommandOutcome<'processors.utilization'>>()
    if (this.counters === null) told.fire({ ok: false, status: 'disconnected', refusal: { detail: '' } })
    else told.fire({ ok: true, data: this.counters })
    return told
  })
  private readonly returned = this.simulation.handler<LineOutcome>('returned', () => this.simulation.stop())
  /** Takes virtual terminals; null: nobody types. */
  terminal: ((session: TerminalSession) => void) | null = null
  private readonly late = this.simulation.handler('late', (signal: Signal<void>) => {
    if (!signal.fired) signal.fire(undefined)
  })
  processorPools: ReplyOf<'processorPool.list'>['pools'] = []
  slots: ReplyOf<'slots.system'>['slots'] = []
  memoryPool: ReplyOf<'memoryPool.read'>['pool'] | null = null
  pagingDevices: ReplyOf<'pagingDevice.list'>['devices'] = []
  /** The virtual terminal of whichever partition: its hold, what it prints next, what was typed at it. */
  readonly vty = new FakeTerminal()
  readonly handle: SystemHandle
  readonly shell = new ShellSession()
  readonly openStages = new Set<number>()
  private nextStage = 1

  constructor(typeModel = '8203-E4A', serialNumber = '10ACE01', name = `Server-${typeModel}-SN${serialNumber}`) {
    const identity = { name, typeModel, serialNumber, ipAddress: '9.124.62.24' }
    const capabilities = { activeMemorySharing: false, activeMemoryExpansion: false, compatModes: ['POWER6'], maxPartitions: 40 }
    this.handle = {
      ...identity,
      memoryRegionMiB: 128,
      capabilities,
      partitions: new KnownPartitions(),
      asksForState: false,
      learnCompleteness: (complete) => this.completeness.push(complete),
      state: () => this.systemState,
    }
  }

  add(view: PartitionView, changes: Partial<Omit<FakePartition, 'view'>> = {}): FakePartition {
    const partition: FakePartition = {
      view,
      profiles: [profileOf(view.defaultProfile)],
      memoryMiB: view.resourceConfig ? 6144 : 0,
      procs: view.resourceConfig ? 1 : 0,
      hundredths: view.resourceConfig ? 30 : 0,
      rmc: view.state === 'Running' ? 'active' : 'none',
      ...changes,
    }
    this.partitions.push(partition)
    return partition
  }

  /** Runs one line to its end. */
  line(text: string, variables: Record<string, string> = {}): LineOutcome {
    this.asked.length = 0
    this.rmcAsked.length = 0
    const process: Process<LineOutcome> = this.simulation.process('line', this.shell.run(this, text, variables))
    process.ended.onFire(this.returned)
    this.simulation.run()
    if (process.result === undefined) throw new Error(`the line never returned: ${text}`)
    return process.result
  }

  names(): CommandName[] {
    return this.asked.map((command) => command.name)
  }

  system(name: string): SystemHandle | undefined {
    return [this.handle.name, `${this.handle.typeModel}*${this.handle.serialNumber}`].includes(name) ? this.handle : undefined
  }

  systems(): readonly SystemHandle[] {
    return [this.handle]
  }

  restartConnections(): void {
    // It has no sessions.
  }

  beginOperation(): number {
    return 1
  }

  *command<N extends CommandName>(_: SystemHandle, name: N, data: RequestOf<N>, lparId?: number): Generator<Yieldable, CommandOutcome<N>> {
    commandByName(name).request.parse(data)
    this.asked.push({ name, data, lparId })
    yield 1000
    const failure = this.failures.get(name)
    if (failure !== undefined) {
      this.failures.delete(name)
      const { status, ...refusal } = failure
      return { ok: false, status, refusal: { detail: `${name} failed`, ...refusal } }
    }
    // The request was just checked against the schema of its name, and so is the reply below.
    const answer = this.answer(name, data as Record<string, never>)
    if (!answer.ok) {
      return { ok: false, status: answer.status, refusal: { detail: '', ...(answer.reason && { reason: answer.reason }) } }
    }
    return { ok: true, data: commandByName(name).reply.parse(answer.data) as ReplyOf<N> }
  }

  *rmc(_: SystemHandle, lparId: number, request: RequestOf<'rmc.reconfigure'>): Generator<Yieldable, RmcOutcome> {
    commandByName('rmc.reconfigure').request.parse(request)
    if (lparId !== request.id) throw new Error('rmc: two partitions')
    this.rmcAsked.push(request)
    yield 1000
    return this.rmcAnswer(request, this.rmcAsked.length - 1)
  }

  *vios(_: SystemHandle, request: RequestOf<'rmc.vios'>): Generator<Yieldable, ReplyOf<'rmc.vios'> | null> {
    const { request: asked, reply } = commandByName('rmc.vios')
    asked.parse(request)
    this.viosAsked.push(request)
    yield 1000
    if (this.viosAnswer !== null) reply.parse(this.viosAnswer)
    return this.viosAnswer
  }

  *osShutdown(_: SystemHandle, request: RequestOf<'rmc.shutdown'>): Generator<Yieldable, boolean> {
    commandByName('rmc.shutdown').request.parse(request)
    yield 1000
    return this.osShutdownAnswer
  }

  rmcState(_: SystemHandle, lparId: number): RmcState {
    return this.partitions.find((partition) => partition.view.id === lparId)?.rmc ?? 'none'
  }

  rmcPartitions(): readonly RmcPartition[] {
    return this.partitions.map(({ view, rmc }) => ({ id: view.id, state: rmc })).filter(({ state }) => state !== 'none')
  }

  shutDownConsole(afterNs: number, restart: boolean): boolean {
    this.shutdowns.push({ afterNs, restart })
    return true
  }

  connections(): readonly ConnectionRow[] {
    return this.rows
  }

  addConnection(ipAddress: string, password: string | undefined): boolean {
    this.entered.push(`add ${ipAddress} ${password ?? '-'}`)
    return !this.rows.some((row) => row.ipAddress === ipAddress)
  }

  removeConnection(ipAddress: string, how: 'remove' | 'reset'): boolean {
    this.entered.push(`${how} ${ipAddress}`)
    return this.rows.some((row) => row.ipAddress === ipAddress)
  }

  enterPassword(_: SystemHandle, password: string): void {
    this.entered.push(`enter ${password}`)
  }

  passwordsSet(): void {
    this.entered.push('passwords set')
  }

  /** The next of the states that are to come. */
  *news(_: SystemHandle, withinNs: number): Generator<Yieldable, boolean> {
    const next = this.statesToCome.shift()
    yield next === undefined ? withinNs : 1000
    if (next !== undefined) this.systemState = next
    return next !== undefined
  }

  *within(signal: Signal<void>, ns: number): Generator<Yieldable, boolean> {
    const untilNs = this.simulation.now + ns
    const timer = this.simulation.timer(this.late, signal)
    timer.start(ns)
    yield* until(signal)
    timer.stop()
    return this.simulation.now < untilNs
  }

  attachTerminal(session: TerminalSession): boolean {
    this.terminal?.(session)
    return this.terminal !== null
  }

  timeOfDay(ns?: number): string {
    return timestamp(START_SECONDS + (ns === undefined ? this.settings.clockOffsetSeconds : 0), ns ?? this.simulation.now)
  }

  private partition(id: number): FakePartition {
    const found = this.partitions.find((partition) => partition.view.id === id)
    if (found === undefined) throw new Error(`no partition ${id}`)
    return found
  }

  private openStage(): number {
    this.openStages.add(this.nextStage)
    return this.nextStage++
  }

  private closeStage(stage: number): void {
    if (!this.openStages.delete(stage)) throw new Error(`stage ${stage} is not open`)
  }

  private answer(name: CommandName, data: Record<string, never>): Answer {
    const id = Number(data['id'])
    switch (name) {
      case 'system.state':
        return ok({ state: this.systemState, detail: 'None', hypervisorRunning: this.systemState === 'Operating' })
      case 'system.attributes':
        return ok({
          name: this.handle.name,
          typeModel: this.handle.typeModel,
          serialNumber: this.handle.serialNumber,
          powerOffPolicy: 1,
          powerOnSide: 'temp',
          powerOnSpeed: 'fast',
          powerOnOption: 'autostart',
          lparStartPolicy: 'autostart',
          keylock: 'manual',
          uptimeNs: 5_000_000_000,
        })
      case 'system.powerOn':
      case 'system.powerOff':
        this.systemState = name === 'system.powerOn' ? 'Initializing' : 'Power Off In Progress'
        if (this.statesToCome.length === 0) this.statesToCome = name === 'system.powerOn' ? ['Standby', 'Operating'] : ['Power Off']
        return ok({ state: this.systemState })
      case 'terminal.open':
      case 'terminal.close':
      case 'terminal.exchange':
        return ok(this.vty.reply(name, data))
      case 'system.recover':
      case 'system.failover':
        return ok({ state: this.systemState })
      case 'system.keylock':
        return ok({ keylock: data['keylock'] })
      case 'connection.password':
        return ok({ unset: this.unset })
      case 'system.refcodes':
      case 'lpar.refcodes':
        return ok({ codes: this.refcodes.slice(0, Number(data['count'])) })
      case 'service.events':
        return ok({ events: this.events.filter((event) => (data['status'] ?? event.status.toLowerCase()) === event.status.toLowerCase()) })
      case 'service.leds':
        return ok({ state: this.ledsOn.length > 0 ? 'on' : 'off', lparIdsOn: this.ledsOn })
      case 'lpar.list':
        return ok({ partitions: this.partitions.map(({ view }) => ({ id: view.id, name: view.name, environment: view.environment })) })
      case 'lpar.read':
        return ok(this.partition(id).view)
      case 'profile.list':
        return ok({ profiles: this.partitions.flatMap(({ view: of, profiles }) => profiles.map((one) => ({ id: of.id, name: one.name }))) })
      case 'profile.read': {
        const profile = this.partition(id).profiles.find((candidate) => candidate.name === data['name'])
        return profile === undefined ? { ok: false, status: 'refused', reason: 'profile-not-found' } : ok(profile)
      }
      case 'memory.lpar':
        return ok(memoryOf(this.partition(id)))
      case 'processors.lpar':
        return ok(processorsOf(this.partition(id)))
      case 'lpar.create':
        if (this.partitions.some(({ view }) => view.name === data['name'])) {
          return { ok: false, status: 'refused', reason: 'partition-name-in-use' }
        }
        return ok({ stage: this.openStage(), id: 9 })
      case 'lpar.change':
      case 'lpar.delete':
      case 'profile.change':
      case 'profile.create':
      case 'profile.remove':
      case 'profile.save':
      case 'lpar.apply':
        return ok({ stage: this.openStage() })
      case 'activation.begin':
        if (this.partition(id).view.state !== 'Not Activated') return { ok: false, status: 'refused', reason: 'partition-active' }
        return ok({ stage: this.openStage(), profile: 'normal', adapterSlots: [0, 1, 2] })
      case 'lpar.shutdown':
        if (this.partition(id).view.state === 'Not Activated') return { ok: false, status: 'refused', reason: 'partition-not-active' }
        return ok({ state: 'Shutting Down' })
      case 'dynamic.begin':
        return ok({ stage: this.openStage(), batches: this.batches })
      case 'dynamic.restore':
      case 'dynamic.sharing':
        return ok({ id, version: 2, changed: true })
      case 'adapters.lpar':
        return ok(adaptersOf(this.partition(id), this.fibreChannel))
      case 'dynamic.adapter':
        return ok({ id, version: 2 })
      case 'profileData.read': {
        const { view, profiles } = this.partition(id)
        const { name: of, environment, defaultProfile, bootMode, keylock, autoStart, workGroup, description } = view
        const attributes = { environment, defaultProfile, bootMode, keylock, autoStart, workGroup, description }
        return ok({ partition: { id, name: of, ...attributes, connectionMonitoring: false, syncProfile: 0, profiles } })
      }
      case 'profileData.begin':
        return ok({ stage: this.openStage() })
      case 'processorPool.list':
        return ok({ most: 64, pools: this.processorPools, sharedHundredths: 200, availableHundredths: 110 })
      case 'slots.system':
        return ok({ slots: this.slots })
      case 'memoryPool.read':
        return ok(this.memoryPool === null ? {} : { pool: this.memoryPool })
      case 'pagingDevice.list':
        return ok({ devices: this.pagingDevices })
      case 'memoryPool.create':
      case 'memoryPool.change':
      case 'memoryPool.remove':
      case 'pagingDevice.add':
      case 'pagingDevice.remove':
      case 'dynamic.sharedMemory':
        return ok({ id, version: 2 })
      case 'stage.commit':
      case 'activation.start':
      case 'dynamic.finish':
        this.closeStage(Number(data['stage']))
        return ok({ id: 9, version: 2, units: 0 })
      case 'stage.abandon':
        this.closeStage(Number(data['stage']))
        return ok({})
      default:
        return ok(steadyReplies[name] ?? serviceReply(name, data))
    }
  }
}

function ok(data: unknown): Answer {
  return { ok: true, data }
}
