// Power and IPL of the server as its service processor drives them.
// States: Power Off -> Initializing -> Standby (no partition started) or Operating -> Power Off In Progress -> Power Off.
// The service processor itself lives in every one of them.

import type { Handler, Law, Simulation, KeyedDraws } from '@powersim/kernel'
import type { HypervisorPower, SystemState } from '@powersim/protocol'
import type { FspParameters } from './parameters.js'
import type { ReferenceCodes } from './reference-codes.js'

/** Progress codes of an IPL with the part of its time at which each shows (IBM C1xx, C7xx pages; parts: estimate). */
const iplProgress = [
  { part: 0, refcode: 'C1001F00' },
  { part: 0.05, refcode: 'C1001F0D' },
  { part: 0.2, refcode: 'C1009000' },
  { part: 0.5, refcode: 'C1009030' },
  { part: 0.6, refcode: 'C103A100' },
  { part: 0.7, refcode: 'C103A200' },
  { part: 0.85, refcode: 'C7004091' },
] as const

export interface PowerWiring {
  /** Name of the system, which draws its own times. */
  readonly system: string
  readonly hypervisor: HypervisorPower
  readonly codes: ReferenceCodes
  /** Told of every change of state. */
  readonly changed: () => void
}

interface Progress {
  readonly ipl: number
  readonly refcode: string
}

export class SystemPower {
  private readonly simulation: Simulation
  private readonly wiring: PowerWiring
  private readonly iplLaw: Law
  private readonly offLaw: Law
  private readonly draws: KeyedDraws
  private readonly up: Handler<number>
  private readonly down: Handler<number>
  private readonly progress: Handler<Progress>
  private current: SystemState
  /** Counts transitions: an event of an overtaken one is void. */
  private transition = 0
  private startPartitions = true
  private restart = false

  constructor(simulation: Simulation, parameters: FspParameters, initial: SystemState, wiring: PowerWiring) {
    this.simulation = simulation
    this.wiring = wiring
    this.current = initial
    this.iplLaw = simulation.law(parameters.ipl)
    this.offLaw = simulation.law(parameters.powerOff)
    this.draws = simulation.draws('system.power', wiring.system)
    this.up = simulation.handler(`${wiring.system}.fsp.ipl-done`, (transition: number) => this.iplDone(transition))
    this.down = simulation.handler(`${wiring.system}.fsp.power-off-done`, (transition: number) => this.offDone(transition))
    this.progress = simulation.handler(`${wiring.system}.fsp.ipl-progress`, ({ ipl, refcode }: Progress) => {
      if (ipl === this.transition) this.wiring.codes.add(refcode)
    })
  }

  get state(): SystemState {
    return this.current
  }

  /** Powers on; false when the server is not off. */
  on(startPartitions: boolean): boolean {
    if (this.current !== 'Power Off') return false
    const transition = ++this.transition
    this.startPartitions = startPartitions
    const iplNs = this.iplLaw.sample(this.draws.cursor(transition))
    for (const { part, refcode } of iplProgress) {
      this.simulation.schedule(Math.floor(part * iplNs), this.progress, { ipl: transition, refcode })
    }
    this.simulation.schedule(iplNs, this.up, transition)
    this.enter('Initializing')
    return true
  }

  /** Powers off; false when it is off or going off already. `immediate` cuts power to the hypervisor at once. */
  off(immediate: boolean, restart: boolean): boolean {
    if (this.current === 'Power Off' || this.current === 'Power Off In Progress') return false
    const transition = ++this.transition
    this.restart = restart
    if (immediate && this.wiring.hypervisor.running) this.wiring.hypervisor.stop()
    this.simulation.schedule(this.offLaw.sample(this.draws.cursor(transition)), this.down, transition)
    this.enter('Power Off In Progress')
    return true
  }

  private iplDone(transition: number): void {
    if (transition !== this.transition) return
    this.wiring.hypervisor.start(this.startPartitions)
    this.wiring.codes.add('')
    this.enter(this.startPartitions ? 'Operating' : 'Standby')
  }

  private offDone(transition: number): void {
    if (transition !== this.transition) return
    if (this.wiring.hypervisor.running) this.wiring.hypervisor.stop()
    this.enter('Power Off')
    if (this.restart) this.on(this.startPartitions)
  }

  private enter(state: SystemState): void {
    this.current = state
    this.wiring.changed()
  }
}
