// What the service processors of a server have in common, however many there are: power and its settings, reference codes, passwords, the
// lock on changes, roles, serviceability, and the server's half of the mailbox and of surveillance. Two of them mirror it to each other, so
// that a fail-over loses nothing of it. What belongs to one of them alone is fsp.ts.

import type { Handler, Simulation } from '@powersim/kernel'
import { type HypervisorPower, type PlatformResources, type SystemState, WriteLock } from '@powersim/protocol'
import { Access } from './access.js'
import { HostRequests } from './host/host-requests.js'
import { HostSurveillance } from './host/host-surveillance.js'
import type { FspParameters, SystemIdentity } from './parameters.js'
import { ReferenceCodes } from './power/reference-codes.js'
import { SystemPower } from './power/system-power.js'
import { Redundancy, type RedundantProcessor } from './redundancy.js'
import type { TellConsole } from './service/log-delivery.js'
import { Serviceability } from './service/serviceability.js'

/** Background work that stands for the hypervisor's heartbeat: what it costs the service processor. */
const HEARTBEAT_TASK = 'heartbeat'

/** What the control holds of a service processor. */
export interface ControlledProcessor extends RedundantProcessor {
  reset(): void
  /** Runs processor time, if it is there. */
  work<A>(workNs: number, then: Handler<A>, argument: A, what: string): void
  /** Tells one console of an event, on a session of this service processor; false when none listens. */
  readonly tell: TellConsole
  /** Consoles that listen. */
  listeners(): readonly number[]
  /** The state of the system has changed. */
  stateChanged(): void
}

export class SystemControl {
  readonly identity: SystemIdentity
  readonly hypervisor: HypervisorPower
  readonly codes: ReferenceCodes
  readonly power: SystemPower
  readonly access: Access
  readonly writeLock: WriteLock | null
  readonly redundancy: Redundancy<ControlledProcessor>
  readonly requests: HostRequests
  readonly surveillance: HostSurveillance
  readonly service: Serviceability
  private readonly simulation: Simulation
  private readonly silenceNs: number
  private readonly silent: Handler<number>
  private readonly members: ControlledProcessor[] = []
  private ran: boolean
  /** Changes of state so far. */
  private moves = 0
  /** Operations under way that a reset must not cut. */
  private criticals = 0

  constructor(
    simulation: Simulation,
    parameters: FspParameters,
    wiring: {
      readonly identity: SystemIdentity
      readonly hypervisor: HypervisorPower
      readonly initialState: SystemState
      readonly platform?: PlatformResources
    },
  ) {
    const { identity, hypervisor, initialState } = wiring
    const { name } = identity
    this.simulation = simulation
    this.identity = identity
    this.hypervisor = hypervisor
    this.ran = hypervisor.running
    this.codes = new ReferenceCodes(simulation)
    this.access = new Access(simulation, parameters.access)
    this.writeLock = parameters.writeLock === null ? null : new WriteLock(parameters.writeLock)
    const changed = (): void => this.changed()
    this.power = new SystemPower(simulation, parameters.power, initialState, {
      system: name,
      hypervisor,
      codes: this.codes,
      side: parameters.service.firmware.side,
      loaded: (side) => this.service.firmware.loaded(side),
      changed,
    })
    hypervisor.onActivation(() => this.power.partitionActivated())
    this.redundancy = new Redundancy(simulation, parameters.failover, name, { changed, hung: (member) => this.secondaryHangs(member) })
    const { surveillance } = parameters
    this.silenceNs = surveillance.silenceNs
    this.requests = new HostRequests(simulation, {
      name: `${name}.fsp`,
      checkNs: surveillance.checkNs,
      run: (workNs, then, request, what) => this.redundancy.primary?.work(workNs, then, request, what),
      expired: () => this.surveillance.notice(),
    })
    this.surveillance = new HostSurveillance(
      simulation,
      surveillance,
      {
        name: `${name}.fsp`,
        answers: () => this.redundancy.primary?.ready === true,
        critical: () => this.criticals > 0,
        reset: () => this.redundancy.primary?.reset(),
        linkUp: () => this.requests.unpark(),
      },
      this.ran,
    )
    this.service = new Serviceability(simulation, parameters.service, parameters.runtime, {
      identity,
      processor: { work: (workNs, then, argument, what) => this.redundancy.primary?.work(workNs, then, argument, what) },
      power: this.power,
      platform: wiring.platform ?? null,
      tell: (console, opcode, data, bytes) => this.redundancy.primary?.tell(console, opcode, data, bytes) === true,
      critical: (begins) => this.critical(begins),
      activate: (workNs, then, argument) => this.requests.post('codeUpdate', workNs, then, argument),
      receipt: (then, log) => this.requests.post('errorLog', 0, then, log),
    })
    this.silent = simulation.handler(`${name}.fsp.hypervisor-silent`, (moves: number) => {
      // Whoever has powered off since knows.
      if (moves === this.moves) this.power.terminated()
    })
  }

  join(member: ControlledProcessor): void {
    this.members.push(member)
    this.redundancy.join(member)
  }

  /** The primary is gone: what it drove stands still, and its server notices. */
  primaryLost(member: ControlledProcessor): void {
    this.power.pause()
    this.service.reset()
    this.writeLock?.forget()
    this.surveillance.linkDown()
    this.requests.park()
    this.redundancy.lost(member)
  }

  /** The primary has noticed it: it is reset. */
  private secondaryHangs(member: ControlledProcessor): void {
    this.service.report('service-processor', [])
    member.reset()
  }

  /** A primary serves, the same as before or the other one. */
  primaryServes(): void {
    this.power.resume()
    this.service.resume(this.redundancy.primary?.listeners() ?? [])
    this.surveillance.serves()
  }

  /** The heartbeat's work of that time is not done yet, or is. */
  heartbeatLate(task: string, dueNs: number): void {
    if (task === HEARTBEAT_TASK) this.surveillance.silent(dueNs)
  }

  heartbeatDone(task: string): void {
    if (task === HEARTBEAT_TASK && this.redundancy.primary?.ready === true) this.surveillance.answered()
  }

  /** An operation begins or ends that a reset by the server must not cut. */
  critical(begins: boolean): void {
    this.criticals += begins ? 1 : -1
    if (this.criticals === 0) this.surveillance.criticalOver()
  }

  /**
   * The hypervisor has terminated. When it could say so itself (`told`) that is known at once, otherwise by its silence.
   */
  hypervisorGone(told: boolean): void {
    if (!this.hypervisor.running) return
    const beatNs = this.surveillance.lastBeatNs()
    this.hypervisor.stop()
    this.followHypervisor()
    if (told) this.power.terminated()
    else this.simulation.schedule(beatNs + this.silenceNs - this.simulation.now, this.silent, this.moves)
  }

  private followHypervisor(): void {
    const { running } = this.hypervisor
    if (running === this.ran) return
    this.ran = running
    this.surveillance.hypervisor(running)
  }

  private changed(): void {
    this.moves++
    this.followHypervisor()
    this.service.stateChanged()
    for (const member of this.members) member.stateChanged()
  }
}
