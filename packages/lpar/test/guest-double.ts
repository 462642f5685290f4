// Doubles for a partition's surroundings: a hypervisor that records reports and serves no hypercall, and a program that records
// what its partition tells it. Used by this package's tests only.

import { type Simulation } from '@powersim/kernel'
import type { GuestPort, GuestProgram, HypercallPort, PartitionReports, PartitionStart } from '@powersim/protocol'
import { H_Function } from '@powersim/protocol'
import { IdealMemory } from '@powersim/testkit'
import { ConnectorDouble } from './connector-double.js'
import { type GuestParameters, linuxGuest, Partition, type PartitionWiring } from '../src/index.js'

class RecordingReports implements PartitionReports {
  readonly lines: string[] = []
  readonly #simulation: Simulation

  constructor(simulation: Simulation) {
    this.#simulation = simulation
  }

  state(lparId: number, state: string): void {
    this.lines.push(`${this.#simulation.now} ${lparId} state ${state}`)
  }

  refcode(lparId: number, refcode: string): void {
    this.lines.push(`${this.#simulation.now} ${lparId} refcode ${refcode}`)
  }

  operatingSystem(lparId: number, version: string): void {
    this.lines.push(`${this.#simulation.now} ${lparId} os ${version}`)
  }

  reboots(lparId: number): void {
    this.lines.push(`${this.#simulation.now} ${lparId} reboots`)
  }

  /** Only the states, without times. */
  states(): string[] {
    return this.lines.filter((line) => line.includes(' state ')).map((line) => line.replace(/^.* state /, ''))
  }
}

class RecordingProgram implements GuestProgram {
  readonly lines: string[] = []
  guest: GuestPort | null = null
  readonly #simulation: Simulation

  constructor(simulation: Simulation) {
    this.#simulation = simulation
  }

  start(guest: GuestPort): void {
    this.guest = guest
    this.lines.push(`${this.#simulation.now} start`)
  }

  interrupt(unitAddress: number): void {
    this.lines.push(`${this.#simulation.now} interrupt ${unitAddress}`)
  }

  stop(reason: 'shutdown' | 'crash'): void {
    this.lines.push(`${this.#simulation.now} stop ${reason}`)
  }
}

export const noHypercalls: HypercallPort = {
  call: () => ({ code: H_Function, costNs: 500, r4: 0 }),
  window: () => undefined,
  devices: () => [],
  memory: () => new IdealMemory(16),
}

export const start: PartitionStart = {
  lparId: 3,
  name: 'nets',
  environment: 'aixlinux',
  virtualProcessors: 1,
  entitledHundredths: 50,
  processing: { mode: 'shared', capped: false, weight: 128, poolId: 0, donates: false },
  sharedMemory: null,
  memoryExpansionHundredths: 0,
  memoryMiB: 2048,
  bootMode: 'norm',
}

/** Constant times: firmware 10, boot 100, shutdown 50, RMC 30 ns. */
export const quick: GuestParameters = { ...linuxGuest, firmware: 10, boot: 100, shutdown: 50, rmcDelay: 30 }

export function partitionOf(simulation: Simulation, parameters: GuestParameters = quick, wiring: Partial<PartitionWiring> = {}) {
  const reports = new RecordingReports(simulation)
  const program = new RecordingProgram(simulation)
  const partition = new Partition(simulation, parameters, {
    start,
    hypercalls: noHypercalls,
    reports,
    program,
    reconfiguration: new ConnectorDouble(),
    ...wiring,
  })
  return { partition, reports, program }
}
