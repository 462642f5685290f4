// An ideal partition behind GuestPort, for programs under test (NETS, VIOS): processor time from an ideal processor, hypercalls from a
// function of the test, devices and windows from a list. It never boots, ends or pages: the test calls the program's own up-calls.

import type { Handler, Simulation } from '@powersim/kernel'
import {
  type DeviceKind,
  type DeviceNode,
  type DmaWindow,
  type GuestPort,
  H_Function,
  H_SEND_LOGICAL_LAN,
  type HypercallResult,
} from '@powersim/protocol'
import { IdealMemory } from './ideal-memory.js'
import { IdealProcessor } from './ideal-processor.js'

/** 1 GiB. */
const MEMORY_PAGES = 262_144

/** Serves a hypercall: fills in and returns `into`. */
export type HypercallFunction = (token: number, args: readonly number[], into: HypercallResult) => HypercallResult

export interface IdealGuestOptions {
  /** Default 1. */
  readonly lparId?: number
  /** Default `guest-<lparId>`. */
  readonly name?: string
  readonly virtualProcessors?: number
  /** Default: every call answers H_Function and costs nothing. */
  readonly hypercall?: HypercallFunction
  /** Virtual devices: unit address, kind and window; what else a node has is nothing unless it is given. */
  readonly devices?: readonly (Pick<DeviceNode, 'unitAddress' | 'kind'> & Partial<DeviceNode> & { readonly window?: DmaWindow })[]
}

export interface HypercallRecord {
  readonly timeNs: number
  readonly token: number
  readonly args: readonly number[]
  readonly code: number
}

export class IdealGuest implements GuestPort {
  readonly simulation: Simulation
  readonly lparId: number
  readonly name: string
  readonly processor: IdealProcessor
  readonly memory = new IdealMemory(MEMORY_PAGES)
  /** Every hypercall so far, oldest first. */
  readonly hypercalls: HypercallRecord[] = []
  private readonly options: IdealGuestOptions
  private readonly result: HypercallResult = { code: 0, costNs: 0, r4: 0 }

  constructor(simulation: Simulation, options: IdealGuestOptions = {}) {
    const { lparId = 1, name = `guest-${lparId}`, virtualProcessors = 1 } = options
    this.simulation = simulation
    this.lparId = lparId
    this.name = name
    this.options = options
    this.processor = new IdealProcessor(simulation, { name: `${name}.processor`, processors: virtualProcessors })
  }

  run<A>(workNs: number, then: Handler<A>, argument: A): void {
    this.processor.run(workNs, then, argument)
  }

  hypercall(token: number, a1 = 0, a2 = 0, a3 = 0, a4 = 0, a5 = 0, a6 = 0, a7 = 0, a8 = 0): HypercallResult {
    const args = [a1, a2, a3, a4, a5, ...(token === H_SEND_LOGICAL_LAN ? [a6, a7, a8] : [])]
    const { result } = this
    result.code = H_Function
    result.costNs = 0
    result.r4 = 0
    const given = this.options.hypercall?.(token, args, result) ?? result
    this.hypercalls.push({ timeNs: this.simulation.now, token, args, code: given.code })
    return given
  }

  window(unitAddress: number): DmaWindow | undefined {
    return this.options.devices?.find((device) => device.unitAddress === unitAddress)?.window
  }

  devices(kind: DeviceKind): readonly number[] {
    return (this.options.devices ?? []).filter((device) => device.kind === kind).map((device) => device.unitAddress)
  }

  node(unitAddress: number): DeviceNode | undefined {
    const device = this.options.devices?.find((candidate) => candidate.unitAddress === unitAddress)
    if (device === undefined) return undefined
    const { kind, slot = null, mac = null, wwpns = null } = device
    return { unitAddress, kind, slot, mac, wwpns }
  }

  slotOf(unitAddress: number): number | undefined {
    return this.node(unitAddress)?.slot ?? undefined
  }
}
