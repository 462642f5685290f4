// A logical partition as its guest makes it: it boots, runs a program, goes down or loses power, and reports all that to the
// hypervisor. Configuration and resources are the hypervisor's; the console's view of states is `PartitionState`.
// States: off -boot-> starting -> firmware -> booting -> running -delayed stop-> shutting-down -> off; off -alreadyRunning-> running.
// An immediate stop leads from everywhere to off, and a delayed one too before an operating system runs. With boot mode
// `of` or `sms` the partition stays in `booting`, at the prompt of its firmware, until it is stopped.

import type { Handler, KeyedDraws, Law, Simulation, Timer } from '@powersim/kernel'
import type {
  GuestProgram,
  HypercallPort,
  PartitionReports,
  PartitionStart,
  PartitionState,
  ReconfigurationPort,
  RmcState,
  StallingProcessor,
  TerminalPort,
  TouchPort,
  ViosCommandPort,
  WorkObserver,
} from '@powersim/protocol'
import { RTAS_CANNOT_CONFIGURE, RTAS_NO_SUCH_INDICATOR, TERMINAL_UNIT } from '@powersim/protocol'
import { Demand, type LoadedProcessor } from './demand.js'
import { type DeviceDriver, DeviceDrivers } from './device-drivers.js'
import { DlparAgent } from './dlpar-agent.js'
import { checkedLaw, LparError } from './errors.js'
import { GuestConsole } from './guest-console.js'
import { PartitionPort } from './guest-port.js'
import { type GuestParameters, refcodes } from './guest-parameters.js'
import { IdealProcessor } from './ideal-processor.js'
import { GuestPaging } from './memory/guest-paging.js'
import type { PageReferenceMaker } from './memory/memory-load.js'

export const powerStates = ['off', 'starting', 'firmware', 'booting', 'running', 'shutting-down'] as const
export type PowerState = (typeof powerStates)[number]

/**
 * What the hypervisor and the console call each state. A console shows Starting for less than a second, then Running while partition
 * firmware loads, and only then Open Firmware (captures of activations, sampled each second).
 */
export const reportedStates: Readonly<Record<PowerState, PartitionState>> = {
  off: 'Not Activated',
  starting: 'Starting',
  firmware: 'Running',
  booting: 'Open Firmware',
  running: 'Running',
  'shutting-down': 'Shutting Down',
}

/** A partition's processor. One that can, follows what the partition is started with and resized to, and drops its work without power. */
export interface PartitionProcessor extends LoadedProcessor, Partial<Omit<StallingProcessor, keyof LoadedProcessor>> {
  assign?(start: PartitionStart): void
  halt?(): void
}

export interface PartitionWiring {
  readonly start: PartitionStart
  readonly hypercalls: HypercallPort
  readonly reports: PartitionReports
  /** Default: no connectors, so that a DLPAR request finds nothing to take in or give up. */
  readonly reconfiguration?: ReconfigurationPort
  /** Default: an IdealProcessor of as many processors as the partition has virtual ones, without dispatch latency. */
  readonly processor?: PartitionProcessor
  /** How it meets shared memory, for guests with `memory`. Default: its memory is its own. */
  readonly sharing?: { readonly touches: TouchPort; readonly references: PageReferenceMaker }
  readonly program?: GuestProgram
  /** Where its firmware and its operating system print and hear. Default: nowhere. */
  readonly terminal?: TerminalPort
  /** Of a virtual I/O server: what a console's viosrvcmd asks. Default: none. */
  readonly viosCommands?: ViosCommandPort
  /** Of its operating system, beside the program. Default: none. */
  readonly drivers?: readonly DeviceDriver[]
}

const noConnectors: ReconfigurationPort = {
  connectors: () => 0,
  sense: () => RTAS_NO_SUCH_INDICATOR,
  setAllocation: () => RTAS_NO_SUCH_INDICATOR,
  setIsolation: () => RTAS_NO_SUCH_INDICATOR,
  configure: () => RTAS_CANNOT_CONFIGURE,
}

/** Of the time to partition firmware, how long a console shows Starting: it is not seen when one looks each second (captures). */
const STARTING_NS = 500_000_000

/** What a partition tells an observer. */
export interface PartitionObserver {
  /** It is in this state from now on. */
  state(state: PartitionState): void
  /** Its resource manager has served a DLPAR request. */
  readonly dlpar: WorkObserver
}

/** Draws of a guest's times are keyed by lparId * 4096 + how many times it has started, so that no policy shifts them. */
const STARTS = 4096

export class Partition {
  readonly lparId: number
  readonly parameters: GuestParameters
  readonly processor: PartitionProcessor
  readonly port: PartitionPort
  readonly agent: DlparAgent
  /** Null: it is no virtual I/O server. */
  readonly viosCommands: ViosCommandPort | null
  /** Null for a guest without work of its own. */
  readonly demand: Demand | null
  /** Null for a guest that touches no shared memory. */
  readonly paging: GuestPaging | null

  readonly #simulation: Simulation
  readonly #reports: PartitionReports
  readonly #drivers: DeviceDrivers
  readonly #console: GuestConsole | null
  readonly #phaseTimer: Timer
  readonly #rmcTimer: Timer
  readonly #laws: { firmware: Law; boot: Law; shutdown: Law; rmc: Law | null }
  readonly #draws: { firmware: KeyedDraws; boot: KeyedDraws; shutdown: KeyedDraws; rmc: KeyedDraws }
  #start: PartitionStart
  #state: PowerState = 'off'
  #starts = 0
  #firmwareNs = 0
  #rmcActive = false
  #rmcChanged: Handler<Partition> | null = null
  #interruptsDropped = 0
  /** Made when it is first needed. */
  #spent: Handler<null> | null = null
  #observer: PartitionObserver | null = null

  /** Throws LparError `bad-option` with the path of the bad field. */
  constructor(simulation: Simulation, parameters: GuestParameters, wiring: PartitionWiring) {
    simulation.nanosecondsOnly('a partition')
    const { start } = wiring
    const name = `lpar${start.lparId}`
    this.lparId = start.lparId
    this.parameters = parameters
    this.#simulation = simulation
    this.#start = start
    this.#reports = wiring.reports
    this.#drivers = new DeviceDrivers(wiring.program, wiring.drivers ?? [])
    const { terminal } = wiring
    this.#console = terminal === undefined ? null : new GuestConsole(terminal, parameters, (workNs) => this.#spend(workNs))
    const processors = Math.max(1, start.virtualProcessors)
    this.processor = wiring.processor ?? new IdealProcessor(simulation, { name: `${name}.processor`, processors })
    this.port = new PartitionPort(simulation, {
      lparId: start.lparId,
      name,
      processor: this.processor,
      hypercalls: wiring.hypercalls,
    })
    this.viosCommands = wiring.viosCommands ?? null
    this.agent = new DlparAgent(simulation, {
      name,
      lparId: start.lparId,
      dlpar: parameters.dlpar,
      queueLimit: parameters.dlparQueueLimit,
      connectors: wiring.reconfiguration ?? noConnectors,
    })
    this.demand = parameters.demand === null ? null : new Demand(simulation, parameters.demand, { name, processor: this.processor })
    const { memory } = parameters
    const { sharing, hypercalls } = wiring
    this.paging =
      memory === null || sharing === undefined || !canStall(this.processor)
        ? null
        : new GuestPaging(simulation, memory, { name, lparId: start.lparId, ...sharing, processor: this.processor, hypercalls })
    if (this.paging !== null) this.port.share(this.paging)
    this.#phaseTimer = simulation.timer(
      simulation.handler<null>(`${name}.phase`, () => this.#phaseEnded()),
      null,
    )
    this.#rmcTimer = simulation.timer(
      simulation.handler<null>(`${name}.rmc`, () => this.#setRmc(true)),
      null,
    )
    this.#laws = {
      firmware: checkedLaw(simulation, `${name}.firmware`, parameters.firmware),
      boot: checkedLaw(simulation, `${name}.boot`, parameters.boot),
      shutdown: checkedLaw(simulation, `${name}.shutdown`, parameters.shutdown),
      rmc: parameters.rmcDelay === null ? null : checkedLaw(simulation, `${name}.rmcDelay`, parameters.rmcDelay),
    }
    this.#draws = {
      firmware: simulation.draws('guest.firmware', 'guest'),
      boot: simulation.draws('guest.boot', 'guest'),
      shutdown: simulation.draws('guest.shutdown', 'guest'),
      rmc: simulation.draws('guest.rmc', 'guest'),
    }
  }

  get state(): PowerState {
    return this.#state
  }

  /** What it was started with, and what it has been resized to since. */
  get resources(): PartitionStart {
    return this.#start
  }

  /** Times it was started, an initial `alreadyRunning` included. */
  get starts(): number {
    return this.#starts
  }

  /** `none` while no RMC network has it; else whether a console reaches its resource manager. */
  get rmcState(): RmcState {
    if (this.#rmcChanged === null) return 'none'
    return this.#rmcActive ? 'active' : 'inactive'
  }

  /** Interrupts that came while nobody ran to take them. */
  get interruptsDropped(): number {
    return this.#interruptsDropped
  }

  /** Tells of every change of state and of DLPAR work from now on. Changes nothing of the run. */
  observe(observer: PartitionObserver): void {
    this.#observer = observer
    this.agent.observer = observer.dlpar
  }

  /**
   * Power on: the way up begins. `start` says what the partition is started with this time (default: what it had).
   * Throws LparError `not-off` unless it is off.
   */
  boot(start: PartitionStart = this.#start): void {
    this.#powerOn(start)
    const firmwareNs = this.#sample(this.#laws.firmware, this.#draws.firmware)
    const startingNs = firmwareNs < STARTING_NS ? firmwareNs : STARTING_NS
    this.#state = 'starting'
    this.#firmwareNs = firmwareNs - startingNs
    this.#phaseTimer.start(startingNs)
    this.#report(refcodes.starting)
  }

  /** The initial state of a machine that has been up for long: the program runs, RMC is active if the guest has it. */
  alreadyRunning(): void {
    this.#powerOn(this.#start)
    this.#run()
    if (this.#laws.rmc !== null) {
      this.#rmcTimer.stop()
      this.#setRmc(true)
    }
  }

  /** `immediate`: power is cut, everything is cancelled. `delayed`: the operating system goes down in its own time. No effect when off. */
  stop(how: 'immediate' | 'delayed'): void {
    if (this.#state === 'off') return
    if (how === 'immediate' || this.#state === 'starting' || this.#state === 'firmware' || this.#state === 'booting') {
      this.#powerOff('crash')
      return
    }
    if (this.#state === 'shutting-down') return
    this.#state = 'shutting-down'
    this.#leaveOperatingSystem('shutdown')
    this.#phaseTimer.start(this.#sample(this.#laws.shutdown, this.#draws.shutdown))
    this.#report(this.parameters.runningRefcode)
  }

  /** Its operating system was told to go down, and maybe to come up again. */
  shutDown(restart: boolean): void {
    if (this.#state !== 'running') return
    this.stop('delayed')
    if (restart) this.#reports.reboots(this.lparId)
  }

  /** A virtual interrupt of one of its devices. Without a running program it is dropped and counted. */
  interrupt(unitAddress: number): void {
    if (unitAddress === TERMINAL_UNIT) this.#console?.heard(this.#start, this.#state)
    else if (!this.#drivers.interrupt(unitAddress)) this.#interruptsDropped++
  }

  /** A virtual device has come (`there`) or is about to go, while the partition is on. */
  deviceChanged(unitAddress: number, there: boolean): void {
    if (there) this.#drivers.attached(unitAddress)
    else this.#drivers.detached(unitAddress)
  }

  /** Memory or processors have changed while it runs. */
  resized(start: PartitionStart): void {
    this.#takeResources({ ...start, bootMode: this.#start.bootMode })
    if (this.#drivers.running) this.paging?.resized(start)
  }

  /** Who is told, within the same event, when the RMC state changes; null: nobody, and the state is `none`. */
  watchRmc(changed: Handler<Partition> | null): void {
    if (changed !== null && this.#rmcChanged !== null) {
      throw new LparError('attached-twice', `lpar${this.lparId}`, 'its RMC link is watched already: detach it from the other network first')
    }
    this.#rmcChanged = changed
  }

  #powerOn(start: PartitionStart): void {
    if (this.#state !== 'off') {
      throw new LparError('not-off', `lpar${this.lparId}`, `expected the partition to be off, it is ${this.#state}; stop it first`)
    }
    this.#takeResources(start)
    this.#starts++
  }

  #takeResources(start: PartitionStart): void {
    this.processor.assign?.(start)
    this.#start = start
  }

  #phaseEnded(): void {
    switch (this.#state) {
      case 'starting':
        this.#state = 'firmware'
        this.#phaseTimer.start(this.#firmwareNs)
        this.#report(refcodes.firmware)
        return
      case 'firmware': {
        this.#state = 'booting'
        const prompt = this.#start.bootMode === 'of' || this.#start.bootMode === 'sms'
        if (!prompt) this.#phaseTimer.start(this.#sample(this.#laws.boot, this.#draws.boot))
        for (const code of refcodes.openFirmware) this.#reports.refcode(this.lparId, code)
        this.#report(prompt ? refcodes.prompt : refcodes.booting)
        return
      }
      case 'booting':
        this.#run()
        return
      case 'shutting-down':
        this.#powerOff('shutdown')
        return
      case 'off':
      case 'running':
        this.#simulation.invariant(false, `lpar${this.lparId}: no phase ends in state ${this.#state}`)
    }
  }

  #run(): void {
    this.#state = 'running'
    if (this.#laws.rmc !== null) this.#rmcTimer.start(this.#sample(this.#laws.rmc, this.#draws.rmc))
    this.#drivers.start(this.port)
    this.demand?.start(this.#entity())
    this.paging?.start(this.#entity(), this.#start)
    this.#reports.operatingSystem(this.lparId, this.parameters.osVersion)
    this.#report(this.parameters.runningRefcode)
  }

  #powerOff(reason: 'shutdown' | 'crash'): void {
    this.#phaseTimer.stop()
    this.#state = 'off'
    this.#leaveOperatingSystem(reason)
    this.processor.halt?.()
    this.#reports.operatingSystem(this.lparId, this.#start.environment === 'vioserver' ? 'VIOS' : 'Unknown')
    this.#report(refcodes.off)
  }

  /** The operating system serves nobody any more: no program, no RMC, no DLPAR request goes on. */
  #leaveOperatingSystem(reason: 'shutdown' | 'crash'): void {
    this.#rmcTimer.stop()
    this.demand?.stop()
    if (this.#drivers.running) this.paging?.stop(reason)
    if (this.#drivers.running) {
      this.#drivers.stop(reason)
      this.port.forget()
    }
    this.agent.reset()
    this.#setRmc(false)
  }

  #setRmc(active: boolean): void {
    if (this.#rmcActive === active) return
    this.#rmcActive = active
    if (this.#rmcChanged !== null) this.#simulation.call(this.#rmcChanged, this)
  }

  /** The state goes last: whoever hears of it may start the partition again at once. */
  #report(refcode: string): void {
    const state = reportedStates[this.#state]
    if (this.#observer !== null) this.#observer.state(state)
    this.#console?.reached(this.#start, this.#state)
    this.#reports.refcode(this.lparId, refcode)
    this.#reports.state(this.lparId, state)
  }

  /** Computes for so long, for nobody. */
  #spend(workNs: number): void {
    this.#spent ??= this.#simulation.handler<null>(`lpar${this.lparId}.spent`, () => undefined)
    this.processor.run(workNs, this.#spent, null)
  }

  #sample(law: Law, draws: KeyedDraws): number {
    return law.sample(draws.cursor(this.#entity()))
  }

  #entity(): number {
    return this.lparId * STARTS + (this.#starts % STARTS)
  }
}

/** One that can wait for a page, as all do that follow what a partition is started with. */
function canStall(processor: PartitionProcessor): processor is PartitionProcessor & StallingProcessor {
  return processor.stall !== undefined && processor.resume !== undefined
}
