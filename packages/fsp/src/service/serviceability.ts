// Serviceability of the machine: what becomes of a fault. An error log is made and kept at once, the service processor works on it, then
// it goes to the consoles; it may open a service event, light the attention light, guard a part out. Here also is what a reset, an IPL and
// a lost hypervisor mean for all of it. The parts are in files of their own.

import type { Handler, KeyedDraws, Law, Simulation } from '@powersim/kernel'
import type { CapacityResource, PlatformResources, SystemState } from '@powersim/protocol'
import { Energy } from '../runtime/energy.js'
import { Guards } from '../runtime/guards.js'
import { CorrectedErrors } from '../runtime/hardware-errors.js'
import { Sensors } from '../runtime/sensors.js'
import type { SystemIdentity } from '../parameters.js'
import type { SystemPower } from '../power/system-power.js'
import type { ProcessorTime } from '../service-processor.js'
import { CapacityOnDemand } from './capacity-on-demand.js'
import { CodeUpdate, type CodeUpdateWiring } from './code-update.js'
import { type DumpRefusal, Dumps } from './dumps.js'
import type { ErrorLog, LogSection } from './error-log.js'
import { draftOf, type FaultName, faults } from './faults.js'
import { Lights } from './lights.js'
import { LogDelivery, type TellConsole } from './log-delivery.js'
import { LogStore } from './log-store.js'
import { ServiceEventList } from './service-event-list.js'
import type { RuntimeParameters, ServiceParameters } from './service-parameters.js'
import { calloutOf, type Part, partOf, partsOf } from './vital-product-data.js'

export interface ServiceabilityWiring {
  readonly identity: SystemIdentity
  readonly processor: ProcessorTime
  readonly power: SystemPower
  /** Null: there is no hypervisor that resources could be taken from. */
  readonly platform: PlatformResources | null
  readonly tell: TellConsole
  readonly critical: CodeUpdateWiring['critical']
  readonly activate: CodeUpdateWiring['activate']
  /**
   * The hypervisor has fetched logs up to one and says so, in the mailbox class of error logs, again after a reset; then `then`.
   * Its processor time is part of what a log costs. False when the mailbox is full.
   */
  readonly receipt: (then: Handler<number>, log: number) => boolean
}

/** EPOW actions (LoPAR): warning of cooling and of power, shutdown of the system. */
const EPOW_WARN_COOLING = 1
const EPOW_WARN_POWER = 2
const EPOW_SHUTDOWN = 3

/** Codes of dump types in dump locator sections (skiboot, LoPAR). */
const dumpTypeCodes = { fsp: 1, sys: 2, power: 4, resource: 6, partition: 7 } as const

export class Serviceability {
  readonly logs: LogStore
  readonly delivery: LogDelivery
  readonly events = new ServiceEventList()
  readonly lights: Lights
  readonly parts: readonly Part[]
  readonly dumps: Dumps
  readonly firmware: CodeUpdate
  readonly capacity: CapacityOnDemand
  readonly guards: Guards
  readonly energy: Energy
  private readonly simulation: Simulation
  private readonly wiring: ServiceabilityWiring
  private readonly moduleMiB: number
  private readonly sensors: Sensors
  private readonly correctedErrors: CorrectedErrors
  private readonly logLaw: Law
  private readonly logDraws: KeyedDraws
  private readonly logged: Handler<number>
  private readonly receipted: Handler<number>
  private readonly storm: Handler<Storm>
  private state: SystemState
  private lastPollNs = 0
  private wasHot = false

  constructor(simulation: Simulation, service: ServiceParameters, runtime: RuntimeParameters, wiring: ServiceabilityWiring) {
    const { identity, processor, power, platform } = wiring
    const { name } = identity
    this.simulation = simulation
    this.wiring = wiring
    this.state = power.state
    this.moduleMiB = service.parts.moduleMiB
    this.parts = partsOf(identity, service.parts)
    this.lights = new Lights(this.parts.map(({ location }) => location))
    this.logs = new LogStore(simulation, service.logs)
    this.delivery = new LogDelivery(this.logs, service.logs.window, wiring.tell)
    this.logLaw = simulation.law(service.logs.work)
    this.logDraws = simulation.draws('fsp.error-log', name)
    this.logged = simulation.handler(`${name}.fsp.error-logged`, (log: number) => this.passOn(log))
    this.receipted = simulation.handler(`${name}.fsp.error-log-receipt`, (log: number) => this.hypervisorHas(log))
    this.storm = simulation.handler(`${name}.fsp.error-storm`, (storm: Storm) => this.blow(storm))
    this.dumps = new Dumps(simulation, service.dumps, {
      system: name,
      serialNumber: identity.serialNumber,
      processor,
      ended: ({ id, name: dumpName, type, bytes }, ready) => {
        const section: LogSection = { id: 'DH', dumpType: dumpTypeCodes[type], dumpId: id, bytes, name: dumpName }
        this.report(ready ? 'dump-ready' : 'dump-failed', [], [section])
      },
    })
    const { critical, activate } = wiring
    this.firmware = new CodeUpdate(simulation, service.firmware, { system: name, processor, critical, activate })
    this.guards = new Guards(platform)
    this.capacity = new CapacityOnDemand(simulation, service.capacity, {
      system: name,
      serialNumber: identity.serialNumber,
      installed: { proc: service.parts.processors, mem: service.parts.memoryMiB },
      activated: (resource, change) => this.activated(resource, change),
    })
    this.energy = new Energy(runtime.energy)
    this.sensors = new Sensors(simulation, name, runtime.sensors, processor, () => this.polled())
    this.correctedErrors = new CorrectedErrors(simulation, name, runtime.correctedErrors, this.parts, processor, (part) =>
      this.failing(part),
    )
  }

  /** Polls and errors begin, and what was not bought is kept from the hypervisor. */
  start(): void {
    this.sensors.start()
    this.correctedErrors.start()
    this.capacity.withhold()
  }

  /** Makes the error log of a fault, with all that follows. */
  report(name: FaultName, parts: readonly Part[], sections: readonly LogSection[] = []): ErrorLog {
    const { typeModel, serialNumber } = this.wiring.identity
    const callouts = parts.map((part, place) => calloutOf(part, place === 0 ? 'H' : 'M'))
    const log = this.logs.add(draftOf(name, callouts, [{ id: 'MT', typeModel, serialNumber }, ...sections]))
    if (this.events.record(log, faults[name].text)) {
      this.lights.set('phys', true, undefined)
      this.lights.set('virtualsys', true, undefined)
    }
    this.wiring.processor.work(this.logLaw.sample(this.logDraws.cursor(log.id)), this.logged, log.id, 'error log')
    return log
  }

  /** A study's fault: so many recovered errors, one after the other. */
  errorStorm(logs: number, everyNs: number): void {
    this.blow({ left: logs, everyNs })
  }

  /** A fault of a part of a kind, the first or the n-th: what a study or an operator breaks. False when there is no such part. */
  break(name: 'fan' | 'power-supply', number: number): boolean {
    const part = partOf(this.parts, name, number)
    if (part === undefined) return false
    const action = name === 'fan' ? EPOW_WARN_COOLING : EPOW_WARN_POWER
    this.report(name, [part], [{ id: 'EP', action, event: 0, modifier: 0 }])
    if (name === 'fan') this.energy.loseFan(this.parts.filter(({ kind }) => kind === 'fan').length)
    return true
  }

  /** Power from outside is gone: partitions are warned, and after the grace the server is off. */
  powerLost(): void {
    this.report('power-loss', [], [{ id: 'EP', action: EPOW_SHUTDOWN, event: 0, modifier: 0 }])
    this.wiring.power.warn()
  }

  /** So many corrected errors of one part, by location: false when it has none. */
  correctErrors(location: string, errors: number): boolean {
    return this.correctedErrors.inject(location, errors)
  }

  /** Concurrent maintenance: a part was replaced. False when it was not guarded out. */
  repair(location: string): boolean {
    const log = this.guards.logOf(location)
    if (log !== undefined) this.logs.releaseGuard(log)
    this.correctedErrors.forget(location)
    return this.guards.repair(location)
  }

  /** Asks for a dump; that of the system takes the hypervisor down and keeps the server's memory over the IPL that follows. */
  startDump(type: 'fsp' | 'sys' | 'power' | 'resource' | 'partition', selector: string): number | DumpRefusal | 'system-state' {
    if (type !== 'sys') return this.dumps.start(type, selector)
    const { power } = this.wiring
    if (power.state !== 'Operating' && power.state !== 'Standby') return 'system-state'
    const started = this.dumps.start('sys', selector, true)
    if (typeof started === 'number') power.terminated()
    return started
  }

  /** A console listens to events again, or for the first time. */
  subscribed(console: number): void {
    this.delivery.subscribed(console)
  }

  /** The service processor is reset: what it was at stands still; logs, dumps, flash and records are kept. */
  reset(): void {
    this.delivery.reset()
    this.dumps.reset()
    this.firmware.reset()
    this.sensors.pause()
    this.correctedErrors.pause()
  }

  /** A primary serves; `listeners`: consoles that have sessions with it already. */
  resume(listeners: readonly number[]): void {
    for (const console of listeners) this.delivery.subscribed(console)
    // What was being worked on at the reset goes out now.
    this.passOn(this.logs.newest)
    this.dumps.resume()
    this.firmware.resume()
    this.sensors.resume()
    this.correctedErrors.resume()
  }

  /** The state of the server has changed. */
  stateChanged(): void {
    const { power } = this.wiring
    const before = this.state
    this.state = power.state
    if (before === this.state) return
    // A hypervisor that terminates leaves a dump, asked for or not.
    if (this.state === 'Error - Dump In Progress') this.dumps.start('sys', '', true)
    else if (before === 'Error - Dump In Progress') {
      if (this.state === 'Power Off In Progress') this.dumps.memoryLost()
      else this.dumps.memoryKept()
    }
    if (before === 'Initializing' && (this.state === 'Standby' || this.state === 'Recovery')) {
      this.guards.ipl()
    }
  }

  statistics(): ServiceabilityStatistics {
    return {
      logs: this.logs.count,
      logBytes: this.logs.totalBytes,
      logsMade: this.logs.newest,
      logsPurged: [...this.logs.purged],
      logsSent: this.delivery.sent,
      openEvents: this.events.openCount,
      callsHome: this.events.callsHome,
      dumps: { ...this.dumps.counts, unfinished: this.dumps.unfinished },
      firmware: { ...this.firmware.counts },
      sensors: { ...this.sensors.counts },
      correctedErrors: this.correctedErrors.counted,
      guarded: this.guards.count,
    }
  }

  /** A log goes to the consoles and, if it runs, to the hypervisor, with all before it. */
  private passOn(log: number): void {
    if (this.wiring.platform !== null && this.isUp) this.wiring.receipt(this.receipted, log)
    this.delivery.made()
  }

  private hypervisorHas(log: number): void {
    const { platform } = this.wiring
    if (platform !== null && this.isUp) this.logs.hypervisorHas(log, platform.errorLogged())
  }

  private get isUp(): boolean {
    return this.state === 'Operating' || this.state === 'Standby'
  }

  private polled(): void {
    const { energy, simulation } = this
    const elapsedNs = simulation.now - this.lastPollNs
    this.lastPollNs = simulation.now
    const running = this.state !== 'Power Off'
    const thermal = energy.step(elapsedNs, running, this.state === 'Initializing')
    if (thermal === 'critical' && running && this.state !== 'Power Off In Progress') {
      this.report('overheated', [], [{ id: 'EP', action: EPOW_SHUTDOWN, event: 1, modifier: 0 }])
      this.wiring.power.warn()
    } else if (thermal === 'warning' && !this.wasHot) {
      this.report('overheating', [], [{ id: 'EP', action: EPOW_WARN_COOLING, event: 1, modifier: 0 }])
    }
    this.wasHot = thermal !== 'normal'
  }

  /** A part is expected to fail: a spare processor takes its place if there is one, otherwise the machine goes without it. */
  private failing(part: Part): void {
    if (this.guards.isGuarded(part.location)) return
    if (part.kind === 'memory') {
      this.guards.add(part, this.report('memory-predictive', [part]).id, { memoryMiB: this.moduleMiB, hundredths: 0 })
    } else if (this.capacity.useSpareProcessor()) {
      this.guards.add(part, this.report('processor-spared', [part]).id, { memoryMiB: 0, hundredths: 0 })
    } else {
      this.guards.add(part, this.report('processor-predictive', [part]).id, { memoryMiB: 0, hundredths: 100 })
    }
  }

  private activated(resource: CapacityResource, change: number): void {
    const amounts = resource === 'proc' ? { memoryMiB: 0, hundredths: -100 * change } : { memoryMiB: -change, hundredths: 0 }
    this.wiring.platform?.deconfigure(amounts)
  }

  private blow(storm: Storm): void {
    if (storm.left <= 0) return
    this.report('recovered-error', [])
    this.simulation.schedule(storm.everyNs, this.storm, { left: storm.left - 1, everyNs: storm.everyNs })
  }
}

interface Storm {
  readonly left: number
  readonly everyNs: number
}

export interface ServiceabilityStatistics {
  /** Error logs kept, their bytes, all that were made, purged by pass (console, operating system, hypervisor, any), sent to consoles. */
  readonly logs: number
  readonly logBytes: number
  readonly logsMade: number
  readonly logsPurged: readonly number[]
  readonly logsSent: number
  readonly openEvents: number
  readonly callsHome: number
  /** started = ready + givenUp + unfinished. */
  readonly dumps: {
    readonly started: number
    readonly ready: number
    readonly givenUp: number
    readonly refused: number
    readonly chunks: number
    readonly unfinished: number
  }
  readonly firmware: {
    readonly begun: number
    readonly finished: number
    readonly abandoned: number
    readonly accepted: number
    readonly rejected: number
    readonly refused: number
  }
  readonly sensors: { readonly polls: number; readonly skipped: number }
  readonly correctedErrors: number
  /** Parts that guard records keep out. */
  readonly guarded: number
}
