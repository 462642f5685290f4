// Power of the server as its service processor drives it, and the states that a console shows for it. The service processor itself lives
// in every one of them. How an IPL goes on inside `Initializing` is ipl.ts.

// Power Off -> Initializing -> Standby -> Operating       power-on; when the policy starts no partition, the first activation ends Standby
// Initializing -> Recovery -> Standby                     the partitions' profile data are lost; a console restores them (`recover`)
// Initializing -> Error                                   every try of the IPL has failed
// Standby, Operating -> Error - Terminated -> Error - Dump In Progress -> Initializing or Error - Terminated
//                                                         the hypervisor has terminated; what follows the dump is a policy
// all but the first -> Power Off In Progress -> Power Off [-> Initializing]       power-off, with a restart if asked

import type { Handler, KeyedDraws, Law, LawSpec, Simulation } from '@powersim/kernel'
import type { HypervisorPower, SystemState } from '@powersim/protocol'
import { type FlashSide, Ipl, type IplParameters, type IplPhase } from './ipl.js'
import { type PartitionStartPolicy, PowerSettings } from './power-settings.js'
import type { ReferenceCodes } from './reference-codes.js'

export interface PowerParameters {
  readonly ipl: IplParameters
  /** From hypervisor standby until the partitions of the start policy have been activated: Standby to Operating. */
  readonly partitionStart: LawSpec
  /** From the request to power off: shutting everything down. */
  readonly powerOff: LawSpec
  /** From a warning that power or cooling fails to the power-off, ns. */
  readonly epowGraceNs: number
  /** Collecting a dump after the hypervisor has terminated. */
  readonly terminationDump: LawSpec
  /** Whether the server starts again by itself after that dump. */
  readonly restartAfterTermination: boolean
}

export interface PowerWiring {
  /** Name of the system, which draws its own times. */
  readonly system: string
  readonly hypervisor: HypervisorPower
  readonly codes: ReferenceCodes
  /** The side that the first IPL loads from, if nobody sets another one. */
  readonly side: FlashSide
  /** The hypervisor's image has been loaded from this side. */
  readonly loaded: (side: FlashSide) => void
  /** Told of every change of state. */
  readonly changed: () => void
}

/** What a power-on is to reach: hypervisor standby, or partitions started, by the policy of the settings or all that are marked. */
export type PowerOnGoal = 'standby' | 'autostart' | 'policy' | 'discovery'

/** Codes of a system at hypervisor standby, of a terminated hypervisor, of a warning (families C7, B7, 11; the codes: estimate). */
const STANDBY_CODE = 'C7004091'
const TERMINATED_CODE = 'B7000103'
const POWER_LOSS_CODE = '110000AC'

export class SystemPower {
  readonly settings: PowerSettings
  readonly ipl: Ipl
  private readonly simulation: Simulation
  private readonly wiring: PowerWiring
  private readonly parameters: PowerParameters
  private readonly offLaw: Law
  private readonly startLaw: Law
  private readonly dumpLaw: Law
  private readonly draws: KeyedDraws
  private readonly due: Handler<Due>
  private current: SystemState
  private detailed = 'None'
  /** Counts transitions: what was due of an overtaken one is void. */
  private transition = 0
  private goal: PowerOnGoal = 'autostart'
  private restart = false
  /** Partitions of the policy are being started: Operating when they have been. */
  private starting = false
  private profileDataLost = false

  constructor(simulation: Simulation, parameters: PowerParameters, initial: SystemState, wiring: PowerWiring) {
    this.simulation = simulation
    this.parameters = parameters
    this.wiring = wiring
    this.current = initial
    this.settings = new PowerSettings(wiring.side)
    this.startLaw = simulation.law(parameters.partitionStart)
    this.offLaw = simulation.law(parameters.powerOff)
    this.dumpLaw = simulation.law(parameters.terminationDump)
    this.draws = simulation.draws('system.power', wiring.system)
    this.ipl = new Ipl(simulation, parameters.ipl, {
      system: wiring.system,
      codes: wiring.codes,
      loaded: wiring.loaded,
      done: () => this.hypervisorLoaded(),
      failed: (phase) => this.iplFailed(phase),
    })
    this.due = simulation.handler(`${wiring.system}.fsp.power-due`, (due: Due) => {
      if (due.transition === this.transition) this.happen(due.what)
    })
  }

  get state(): SystemState {
    return this.current
  }

  /** `detailed_state` of the console. */
  get detail(): string {
    return this.detailed
  }

  /** Powers on; false when the server is not off. */
  on(goal: PowerOnGoal): boolean {
    if (this.current !== 'Power Off') return false
    this.begin(goal, true)
    return true
  }

  /**
   * Powers off; false when it is off or going off already. `immediate` cuts power to the hypervisor at once; otherwise the partitions are
   * asked to go down, and power is cut when the time is over.
   */
  off(immediate: boolean, restart: boolean): boolean {
    if (this.current === 'Power Off' || this.current === 'Power Off In Progress') return false
    this.restart = restart
    this.ipl.stop()
    const { hypervisor } = this.wiring
    if (hypervisor.running) {
      if (immediate) hypervisor.stop()
      else hypervisor.shutDown()
    }
    this.later('off', this.offLaw)
    this.enter('Power Off In Progress')
    return true
  }

  /** Power or cooling is about to fail: partitions are warned, and after the grace power is cut. False when no hypervisor runs. */
  warn(): boolean {
    const { hypervisor, codes } = this.wiring
    if (!hypervisor.running || this.current === 'Power Off In Progress') return false
    codes.add(POWER_LOSS_CODE)
    hypervisor.shutDown()
    this.restart = false
    this.simulation.schedule(this.parameters.epowGraceNs, this.due, { transition: ++this.transition, what: 'off' })
    this.enter('Power Off In Progress')
    return true
  }

  /** The hypervisor has terminated: nothing of it runs any more. */
  terminated(): void {
    if (this.current === 'Power Off' || this.current === 'Power Off In Progress') return
    const { hypervisor, codes } = this.wiring
    if (hypervisor.running) hypervisor.stop()
    this.ipl.stop()
    codes.add(TERMINATED_CODE)
    this.enter('Error - Terminated', 'Terminated')
    this.later('dumped', this.dumpLaw)
    this.enter('Error - Dump In Progress', 'Dump In Progress')
  }

  /** A fault: the service processor's copy of the partitions' profiles is gone; the next IPL ends in Recovery. */
  loseProfileData(): void {
    this.profileDataLost = true
  }

  /** A console has restored the profile data; false when there was nothing to restore. */
  recover(): boolean {
    if (this.current !== 'Recovery') return false
    this.profileDataLost = false
    this.standBy()
    return true
  }

  /** A partition was activated: a system in standby whose policy starts none operates from then on. */
  partitionActivated(): void {
    if (this.current === 'Standby' && !this.starting) this.operate()
  }

  /** The service processor is reset: what it drives itself stands still until it is back. */
  pause(): void {
    this.ipl.pause()
  }

  resume(): void {
    this.ipl.resume()
  }

  private begin(goal: PowerOnGoal, deep: boolean): void {
    this.goal = goal
    const { side, speed } = this.settings
    const discovery = goal === 'discovery'
    this.transition++
    this.enter('Initializing', discovery ? 'Performing Hardware Discovery' : 'None')
    this.ipl.begin(this.transition, { side, speed, deep, discovery })
  }

  private hypervisorLoaded(): void {
    this.wiring.hypervisor.start()
    if (this.profileDataLost) this.enter('Recovery', 'Recovery')
    else this.standBy()
  }

  private standBy(): void {
    this.wiring.codes.add(STANDBY_CODE)
    const policy = this.policy()
    this.starting = policy !== 'userinit'
    if (policy === 'userinit') this.transition++
    else this.later('partitions', this.startLaw)
    this.enter('Standby')
    // They begin to boot now; the system counts as operating when all have been activated.
    if (policy !== 'userinit') this.wiring.hypervisor.startPartitions(policy)
  }

  private policy(): PartitionStartPolicy {
    if (this.goal === 'standby') return 'userinit'
    return this.goal === 'policy' ? this.settings.startPolicy : 'autostart'
  }

  private iplFailed(phase: IplPhase): void {
    this.transition++
    this.enter('Error', `IPL failed: ${phase}`)
  }

  private later(what: Due['what'], law: Law): void {
    const transition = ++this.transition
    this.simulation.schedule(law.sample(this.draws.cursor(transition)), this.due, { transition, what })
  }

  private happen(what: Due['what']): void {
    switch (what) {
      case 'partitions':
        this.operate()
        return
      case 'dumped':
        if (this.parameters.restartAfterTermination) this.begin('policy', false)
        else this.enter('Error - Terminated', 'Terminated')
        return
      case 'off':
        if (this.wiring.hypervisor.running) this.wiring.hypervisor.stop()
        this.enter('Power Off')
        if (this.restart) this.begin(this.goal, this.settings.restart === 'deep')
    }
  }

  private operate(): void {
    this.wiring.codes.add('')
    this.enter('Operating')
  }

  private enter(state: SystemState, detail = 'None'): void {
    this.current = state
    this.detailed = detail
    this.wiring.changed()
  }
}

interface Due {
  readonly transition: number
  readonly what: 'partitions' | 'dumped' | 'off'
}
