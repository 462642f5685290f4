// What partitions are doing: states, reference codes, the version of the operating system. Moves come from commands (start, stop) and from
// what the guests report:
//   Not Activated -> Starting -> [Running ->] [Open Firmware] -> Running -> [Shutting Down] -> Not Activated; Error from a failed start
// or a report.
// A report that is no such move comes from a guest that does not know of its end yet: it is ignored and counted.

import type { Handler, Simulation } from '@powersim/kernel'
import type { PartitionHost, PartitionReports, PartitionStart, PartitionState } from '@powersim/protocol'

/** Newest reference codes that are kept per partition. */
export const REFCODES_KEPT = 64
/** Progress codes of an activation (IBM C2xx progress codes; pypowervm), and what a failed one leaves, oldest first (captures of HMCs). */
const STARTING_CODES = ['C2001010', 'C2001100', 'C2001150']
const FAILED_CODES = ['D200C300', 'D200C301']
const OFF_CODE = '00000000'

export interface ReferenceCode {
  readonly timeNs: number
  readonly refcode: string
}

const reported: Readonly<Record<PartitionState, readonly PartitionState[]>> = {
  'Not Activated': [],
  Starting: ['Open Firmware', 'Running', 'Shutting Down', 'Not Activated', 'Error'],
  'Open Firmware': ['Running', 'Shutting Down', 'Not Activated', 'Error'],
  Running: ['Open Firmware', 'Shutting Down', 'Not Activated', 'Error'],
  'Shutting Down': ['Not Activated', 'Error'],
  Error: [],
  'Not Available': [],
}

interface Life {
  readonly lparId: number
  state: PartitionState
  osVersion: string
  readonly codes: ReferenceCode[]
  restart: boolean
  bootMode: string | null
  /** The guest was started, and so has to be stopped. */
  hasGuest: boolean
  /** Starts and stops so far: tells a start that is due from one that was overtaken. */
  incarnation: number
}

interface DueStart {
  readonly life: Life
  readonly incarnation: number
}

/** What the rest of the hypervisor does about a partition's end and for its start. */
export interface LifeHooks {
  /** Built from the configuration at the time of the start; undefined when there is none. */
  startOf(lparId: number, bootMode: string | null): PartitionStart | undefined
  /** A guest is about to be there. */
  starting(lparId: number): void
  /** The partition runs no more: its virtual devices are dead. */
  ended(lparId: number): void
}

export class PartitionLife implements PartitionReports {
  ignoredReports = 0
  private readonly simulation: Simulation
  private readonly host: PartitionHost
  private readonly hooks: LifeHooks
  private readonly lives = new Map<number, Life>()
  private readonly startDue: Handler<DueStart>

  constructor(simulation: Simulation, host: PartitionHost, hooks: LifeHooks) {
    this.simulation = simulation
    this.host = host
    this.hooks = hooks
    this.startDue = simulation.handler('phyp.partition.start', ({ life, incarnation }: DueStart) => {
      if (life.incarnation !== incarnation || life.state !== 'Starting') return
      const start = hooks.startOf(life.lparId, life.bootMode)
      if (start === undefined) return
      life.hasGuest = true
      hooks.starting(life.lparId)
      host.start(start)
    })
  }

  /** Partitions whose operating system runs. */
  get running(): number {
    let running = 0
    for (const { state } of this.lives.values()) if (state === 'Running') running++
    return running
  }

  add(lparId: number, state: 'Not Activated' | 'Running' = 'Not Activated'): void {
    const runs = state === 'Running'
    const life: Life = { lparId, state, osVersion: '', codes: [], restart: false, bootMode: null, hasGuest: runs, incarnation: 0 }
    this.lives.set(lparId, life)
    if (!runs) return
    this.code(life, '')
    this.hooks.starting(lparId)
  }

  remove(lparId: number): void {
    this.lives.delete(lparId)
  }

  stateOf(lparId: number): PartitionState {
    return this.lives.get(lparId)?.state ?? 'Not Available'
  }

  osVersionOf(lparId: number): string {
    return this.lives.get(lparId)?.osVersion ?? ''
  }

  /** The newest code; empty when there is none. */
  refcodeOf(lparId: number): string {
    return this.lives.get(lparId)?.codes.at(-1)?.refcode ?? ''
  }

  /** Newest first, at most `count`. */
  codesOf(lparId: number, count: number): readonly ReferenceCode[] {
    return (this.lives.get(lparId)?.codes ?? []).slice(-count).reverse()
  }

  /** Whether a guest is there: not off, and not failed at its start. */
  isActive(lparId: number): boolean {
    return active(this.stateOf(lparId))
  }

  /** -> Starting; the guest is started by an event of its own at this instant. */
  start(lparId: number, bootMode: string | null): void {
    const life = this.lives.get(lparId)
    if (life === undefined) return
    life.state = 'Starting'
    life.restart = false
    life.bootMode = bootMode
    life.osVersion = ''
    for (const code of STARTING_CODES) this.code(life, code)
    this.simulation.schedule(0, this.startDue, { life, incarnation: ++life.incarnation })
  }

  /** A start that failed: -> Error. */
  fail(lparId: number): void {
    const life = this.lives.get(lparId)
    if (life === undefined) return
    life.state = 'Error'
    for (const code of FAILED_CODES) this.code(life, code)
    this.code(life, `B2001230 LP=${String(lparId).padStart(5, '0')}`)
  }

  /** Cuts the power: -> Not Activated, or Starting again. A failed partition is only cleared. */
  stopNow(lparId: number, restart: boolean): void {
    const life = this.lives.get(lparId)
    if (life === undefined || life.state === 'Not Activated') return
    const { hasGuest } = life
    this.off(life)
    if (hasGuest) this.host.stop(lparId, 'immediate')
    if (restart) this.start(lparId, life.bootMode)
  }

  /** Asks the operating system to go down: -> Shutting Down, until it reports. */
  stopLater(lparId: number, restart: boolean): void {
    const life = this.lives.get(lparId)
    if (life === undefined || !active(life.state)) return
    if (!life.hasGuest) {
      // Its start is due at this very instant, so there is nobody to ask.
      this.stopNow(lparId, restart)
      return
    }
    life.restart = restart
    if (life.state === 'Shutting Down') return
    life.state = 'Shutting Down'
    this.host.stop(lparId, 'delayed')
  }

  state(lparId: number, state: PartitionState): void {
    const life = this.lives.get(lparId)
    if (life === undefined || !reported[life.state].includes(state)) {
      this.ignoredReports++
      return
    }
    if (state === 'Not Activated') {
      const { restart, bootMode } = life
      this.off(life)
      if (restart) this.start(lparId, bootMode)
      return
    }
    life.state = state
    if (state === 'Error') this.hooks.ended(lparId)
  }

  refcode(lparId: number, refcode: string): void {
    const life = this.lives.get(lparId)
    if (life === undefined || !active(life.state)) this.ignoredReports++
    else this.code(life, refcode)
  }

  operatingSystem(lparId: number, version: string): void {
    const life = this.lives.get(lparId)
    if (life === undefined || !active(life.state)) this.ignoredReports++
    else life.osVersion = version
  }

  reboots(lparId: number): void {
    const life = this.lives.get(lparId)
    if (life?.state === 'Shutting Down') life.restart = true
    else this.ignoredReports++
  }

  private off(life: Life): void {
    life.state = 'Not Activated'
    life.restart = false
    life.hasGuest = false
    life.incarnation++
    this.code(life, OFF_CODE)
    this.hooks.ended(life.lparId)
  }

  /** A code that says what the newest says already is not repeated. */
  private code(life: Life, refcode: string): void {
    if (life.codes.at(-1)?.refcode === refcode) return
    life.codes.push({ timeNs: this.simulation.now, refcode })
    if (life.codes.length > REFCODES_KEPT) life.codes.shift()
  }
}

function active(state: PartitionState): boolean {
  return state !== 'Not Activated' && state !== 'Error' && state !== 'Not Available'
}
