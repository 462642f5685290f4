// The flexible service processor: wires its processor, its interface to consoles, the mailbox to the hypervisor and its own background
// work. It lives on its own power boundary: it serves while the server is off. A server may have two of them; what they have in common
// is in system-control.ts.

import type { Bus, Endpoint, Link } from '@powersim/bus'
import { type Handler, type KeyedDraws, type Law, Sample, type Simulation, type StationStatistics } from '@powersim/kernel'
import { address, FLAG_EVENT, type HypervisorPower, type PlatformResources, type SystemState, type WorkObserver } from '@powersim/protocol'
import { Background } from './background.js'
import { HmcInterface } from './hmc-interface.js'
import type { MailboxClassName } from './host/mailbox-classes.js'
import { Mailbox } from './mailbox.js'
import type { FspParameters, SystemIdentity } from './parameters.js'
import type { FlashSide, IplPhase } from './power/ipl.js'
import { OperatorPanel } from './power/operator-panel.js'
import type { PartitionStartPolicy } from './power/power-settings.js'
import type { PowerOnGoal } from './power/system-power.js'
import { SerialGate } from './serial-gate.js'
import { ServiceProcessor } from './service-processor.js'
import type { Serviceability, ServiceabilityStatistics } from './service/serviceability.js'
import { type ControlledProcessor, SystemControl } from './system-control.js'

export interface FspWiring {
  /** Instance number in addresses, 1 to 4095: the system's number. */
  readonly number: number
  readonly identity: SystemIdentity
  readonly hypervisor: HypervisorPower
  /** What resources are taken out of and put back into; without it, guard records and capacity change nothing. */
  readonly platform?: PlatformResources
  readonly initialState: Extract<SystemState, 'Operating' | 'Power Off'>
  /** The first service processor of the same server; this one is then the secondary. */
  readonly twin?: Fsp
  /** Told when it becomes primary: the hypervisor answers over its link from then on. */
  readonly tookOver?: () => void
}

export class Fsp {
  readonly endpoint: Endpoint
  readonly panel: OperatorPanel
  private readonly simulation: Simulation
  private readonly control: SystemControl
  private readonly controlled: ControlledProcessor
  private readonly processor: ServiceProcessor
  private readonly interface: HmcInterface
  private readonly mailboxToPhyp: Mailbox
  private readonly background: Background
  private readonly backgroundLatencies = new Sample()
  private readonly resetLaw: Law
  private readonly resetDraws: KeyedDraws
  private readonly reloaded: Handler<number>
  private readonly tookOver: (() => void) | undefined
  private resets = 0
  private hung = false

  constructor(simulation: Simulation, bus: Bus, parameters: FspParameters, wiring: FspWiring) {
    const { identity, hypervisor, twin } = wiring
    this.simulation = simulation
    const control = twin?.control ?? new SystemControl(simulation, parameters, wiring)
    this.control = control
    this.panel = new OperatorPanel(control.power, control.codes)
    this.tookOver = wiring.tookOver
    const unit = twin === undefined ? identity.name : `${identity.name}.second`
    this.processor = new ServiceProcessor(simulation, unit)
    const gate = new SerialGate(simulation, this.processor, parameters.hmcClass === 'serial', `${unit}.fsp`)
    this.endpoint = bus.endpoint({
      name: `${unit}.fsp`,
      address: address('fsp', wiring.number),
      tls: parameters.tls,
      compute: (purpose, message, _connection, workNs, then, argument) => {
        if (purpose === 'open') gate.open(workNs, then, argument, message)
        else if (purpose === 'seal' && message !== null && (message.flags & FLAG_EVENT) === 0) gate.seal(workNs, then, argument, message)
        else this.processor.run(workNs, then, argument, purpose, message)
      },
      accept: (connection) => this.interface.accept(connection),
      received: (message, connection) => {
        if (connection === null) this.interface.repliedBy(message)
        else this.interface.received(message, connection)
      },
      closed: (connection) => this.interface.closed(connection),
    })
    const times = { timeoutNs: parameters.mailboxTimeoutNs, checkNs: parameters.surveillance.checkNs }
    this.mailboxToPhyp = new Mailbox(simulation, bus, this.endpoint, times, (command) => this.interface.expired(command))
    const { redundancy } = control
    this.interface = new HmcInterface(simulation, parameters, {
      endpoint: this.endpoint,
      identity,
      processor: this.processor,
      mailbox: this.mailboxToPhyp,
      gate,
      access: control.access,
      writeLock: control.writeLock,
      serving: {
        simulation,
        identity,
        power: control.power,
        codes: control.codes,
        service: control.service,
        hypervisorRunning: () => hypervisor.running,
        role: () => (redundancy.size === 1 ? null : this.isPrimary ? 'primary' : 'secondary'),
        failingOver: () => redundancy.failingOver,
        failOver: () => redundancy.force(),
        writeLock: control.writeLock,
      },
      managed: (sessions) => hypervisor.managed(sessions),
    })
    this.background = new Background(simulation, unit, parameters.background, this.processor, (latencyNs, task) => {
      this.backgroundLatencies.add(latencyNs)
      control.heartbeatDone(task)
    })
    this.background.late = (task, dueNs) => control.heartbeatLate(task, dueNs)
    this.resetLaw = simulation.law(parameters.reset)
    this.resetDraws = simulation.draws('fsp.reset', unit)
    this.reloaded = simulation.handler(`${unit}.fsp.reloaded`, (reset: number) => this.reload(reset))
    this.controlled = this.forControl()
    control.join(this.controlled)
    this.background.start()
    if (this.isPrimary) control.service.start()
    if (!this.isPrimary) this.background.pause()
  }

  /** State of the server as the service processor sees it. */
  get state(): SystemState {
    return this.control.power.state
  }

  /** Whether it has the mailbox and drives the server. During a fail-over this is still the one that is losing the role. */
  get isPrimary(): boolean {
    return this.control.redundancy.isPrimary(this.controlled)
  }

  /** Faults, error logs, dumps, firmware, capacity of the system: what a study breaks and asks for without a console. */
  get service(): Serviceability {
    return this.control.service
  }

  /** Joins the mailbox to the hypervisor's link. */
  mailbox(link: Link): void {
    this.mailboxToPhyp.connect(link)
  }

  /** Powers the server on; false when it is not off. */
  powerOn(goal: PowerOnGoal = 'autostart'): boolean {
    return this.control.power.on(goal)
  }

  /** Which partitions a power-on by policy starts. */
  get startPolicy(): PartitionStartPolicy {
    return this.control.power.settings.startPolicy
  }

  set startPolicy(policy: PartitionStartPolicy) {
    this.control.power.settings.startPolicy = policy
  }

  /** Side of the flash that the hypervisor was loaded from last. */
  get loadedSide(): FlashSide {
    return this.control.service.firmware.side
  }

  /** Powers the server off; false when it is off already. */
  powerOff(immediate = false): boolean {
    return this.control.power.off(immediate, false)
  }

  /** Power or cooling is about to fail: partitions are warned, and power is cut after the grace. False when no hypervisor runs. */
  warn(): boolean {
    return this.control.power.warn()
  }

  /** A fault: a phase of the IPL fails the next so many times. */
  failIpl(phase: IplPhase, times = 1): void {
    this.control.power.ipl.fail(phase, times)
  }

  /** A fault: the partitions' profile data are gone; the next IPL ends in Recovery. */
  loseProfileData(): void {
    this.control.power.loseProfileData()
  }

  /** A fault: the hypervisor terminates; `told`: with a last word to the service processor, otherwise that finds out by its silence. */
  hypervisorGone(told: boolean): void {
    this.control.hypervisorGone(told)
  }

  /** An operator takes the lock on changes away from whoever holds it. Nothing when it is kept elsewhere. */
  releaseLock(): void {
    this.control.writeLock?.release()
  }

  /** Makes the other service processor primary; false when there is none that is ready. */
  failOver(): boolean {
    return this.control.redundancy.force()
  }

  /** An operation begins or ends that a reset by the server waits for. */
  critical(begins: boolean): void {
    this.control.critical(begins)
  }

  /**
   * The hypervisor asks something of the service processor: `workNs` of its processor time. `answered` is called with `argument` when it
   * has been done, if need be after a reset. False when the mailbox is full.
   */
  hostRequest(className: MailboxClassName, workNs: number, answered: Handler<number>, argument: number): boolean {
    return this.control.requests.post(className, workNs, answered, argument)
  }

  /** A fault: it stops doing anything, with its sessions open, until somebody notices and resets it. */
  hang(): void {
    if (this.hung || !this.endpoint.reachable) return
    this.hung = true
    this.processor.hang()
    this.background.pause()
    this.control.redundancy.hangs(this.controlled)
    if (!this.isPrimary) return
    this.control.power.pause()
    this.control.surveillance.silent(this.simulation.now)
  }

  /** Resets the service processor: its sessions end, the server runs on, and it serves again after the reload. */
  reset(): void {
    const reset = ++this.resets
    this.hung = false
    this.processor.reset()
    this.interface.reset()
    this.background.pause()
    this.endpoint.reachable = false
    this.simulation.schedule(this.resetLaw.sample(this.resetDraws.cursor(reset)), this.reloaded, reset)
    if (this.isPrimary) this.control.primaryLost(this.controlled)
  }

  /** Tells of every piece of work of its processor from now on. Changes nothing of the run. */
  observe(work: WorkObserver): void {
    this.processor.observer = work
  }

  statistics(): FspStatistics {
    const { surveillance, redundancy, requests } = this.control
    return {
      processor: this.processor.statistics(),
      ownLatencies: this.interface.ownLatencies,
      backgroundLatencies: this.backgroundLatencies,
      backgroundSkipped: this.background.skipped,
      resets: this.resets,
      hostResets: surveillance.resets,
      failovers: redundancy.failovers,
      hostReposted: requests.reposted,
      givenUp: surveillance.givenUp,
      reposted: this.mailboxToPhyp.reposted,
      unmatched: this.mailboxToPhyp.unmatched,
      service: this.control.service.statistics(),
      ...this.interface.counts,
      inside: this.interface.inside,
    }
  }

  private forControl(): ControlledProcessor {
    const ready = (): boolean => this.endpoint.reachable && !this.hung
    const hung = (): boolean => this.hung
    return {
      get hung() {
        return hung()
      },
      get ready() {
        return ready()
      },
      reset: () => this.reset(),
      work: (workNs, then, argument, what) => this.processor.run(workNs, then, argument, what, null),
      tell: (console, opcode, data, bytes) => this.interface.tell(console, opcode, data, bytes),
      listeners: () => this.interface.listeners(),
      stateChanged: () => this.stateChanged(),
      stepDown: () => this.stepDown(),
      takeOver: () => this.takeOver(),
    }
  }

  private reload(reset: number): void {
    // A second reset while the first reload was under way starts over.
    if (reset !== this.resets) return
    this.endpoint.reachable = true
    if (this.isPrimary && !this.control.redundancy.failingOver) this.takeOver()
  }

  /** It has the mailbox and drives the server from now on, for the first time or again. */
  private takeOver(): void {
    this.tookOver?.()
    this.background.resume()
    this.control.primaryServes()
    this.mailboxToPhyp.repost()
    this.interface.tellManaged()
  }

  /** It loses the role: a service processor that still serves resets itself. */
  private stepDown(): void {
    if (this.endpoint.reachable) this.reset()
    this.interface.forgetPosted()
  }

  private stateChanged(): void {
    const { hypervisor } = this.control
    if (!hypervisor.running) this.interface.hypervisorStopped()
    this.interface.announce()
  }
}

export interface FspStatistics {
  readonly processor: StationStatistics
  /** Latencies of the commands that it served itself, ns. */
  readonly ownLatencies: Sample
  /** Latencies of its background work, ns, from due to done. */
  readonly backgroundLatencies: Sample
  /** Runs of background work that were left out: too many of the same task were unfinished. */
  readonly backgroundSkipped: number
  readonly resets: number
  /** Of these, begun by the server, since it had no answer. */
  readonly hostResets: number
  /** Roles changed so far, of the system. */
  readonly failovers: number
  /** Times that the server has given it up, since it was not back in time. */
  readonly givenUp: number
  /** Messages of the hypervisor that were sent to the service processor again. */
  readonly hostReposted: number
  /** Of the system. */
  readonly service: ServiceabilityStatistics
  /** Posted commands that were sent to the hypervisor again after a reload. */
  readonly reposted: number
  /** Replies of the hypervisor that no posted command waits for. */
  readonly unmatched: number
  /** Commands read off sessions = busy + unauthenticated + locked + forwarded + served = answered + unanswerable + lostByReset + inside. */
  readonly received: number
  readonly busy: number
  readonly unauthenticated: number
  /** Taken in for the hypervisor, which may turn out not to run. */
  readonly forwarded: number
  /** Taken in to be served here. */
  readonly served: number
  /** Replies given to a session. */
  readonly answered: number
  /** Replies that nobody could be given: the session had ended. */
  readonly unanswerable: number
  /** Commands that a reset caught on this processor. Those it caught in the mailbox stay inside. */
  readonly lostByReset: number
  readonly inside: number
  readonly refusedSessions: number
  /** Commands that were refused because another console is changing the system. */
  readonly locked: number
}
