// A hypervisor with a dispatch wheel, and guests that do nothing but follow what they are started with and resized to, as partitions do.

import type { PartitionHost, PartitionStart } from '@powersim/protocol'
import type { InitialPartition, MachineProcessors, Phyp, PhypParameters, Plic } from '../src/index.js'
import { defaultPhypParameters } from '../src/index.js'
import { Machine } from './machine.js'

const dispatch = {
  fidelity: 'exact',
  stealAfterNs: 1_000_000,
  refill: { sameCoreNs: 0, sameNodeNs: 0, remoteNs: 0 },
  coresPerNode: 2,
} as const

class FollowingHost implements PartitionHost {
  phyp: Phyp | null = null

  start(start: PartitionStart): void {
    this.phyp?.processors?.of(start.lparId).assign(start)
  }

  stop(lparId: number, how: 'immediate' | 'delayed'): void {
    this.phyp?.processors?.of(lparId).halt()
    if (how === 'delayed') this.phyp?.reports.state(lparId, 'Not Activated')
  }

  resized(start: PartitionStart): void {
    this.start(start)
  }

  interrupt(): void {}

  deviceChanged(): void {}
}

export class DispatchedMachine {
  readonly machine: Machine
  readonly phyp: Phyp
  readonly plic: Plic
  readonly processors: MachineProcessors

  constructor(partitions: readonly InitialPartition[], parameters: Partial<PhypParameters> = {}) {
    const host = new FollowingHost()
    const pools = [{ id: 2, name: 'batch', maximum: 3, reserved: 0.2 }]
    this.machine = new Machine({
      partitions,
      parameters: { dispatch, processors: { ...defaultPhypParameters.processors, pools }, ...parameters },
      wiring: { host },
    })
    this.phyp = this.machine.phyp
    host.phyp = this.phyp
    // Results beyond R4, and what is in memory, are behind no port of the hypervisor.
    this.plic = (this.phyp as unknown as { plic: Plic }).plic
    if (this.phyp.processors === null) throw new Error('there is a wheel')
    this.processors = this.phyp.processors
    for (const { id, running } of partitions) {
      const start = this.phyp.startOf(id)
      if (running && start !== undefined) host.start(start)
    }
  }

  /** The code of a call of processor 0; results are in the PLIC's registers. */
  call(lparId: number, token: number, ...args: number[]): number {
    const [a1 = 0, a2 = 0, a3 = 0] = args
    return this.phyp.hypercalls.call(lparId, token, a1, a2, a3, 0, 0).code
  }

  /** A partition's place on the wheel. */
  place(lparId: number) {
    const place = this.processors.placeOf(lparId)
    if (place === null) throw new Error(`partition ${lparId} was never started`)
    return place
  }
}
