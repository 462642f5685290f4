// The newest reference codes of the system, as `lsrefcode -r sys` lists them.
// Those of partitions are the hypervisor's.

import type { Simulation } from '@powersim/kernel'

/** Codes kept; older ones are forgotten. */
const REFERENCE_CODES_KEPT = 64

export interface ReferenceCode {
  readonly timeNs: number
  readonly refcode: string
}

export class ReferenceCodes {
  private readonly simulation: Simulation
  private readonly codes: ReferenceCode[] = []

  constructor(simulation: Simulation) {
    this.simulation = simulation
  }

  add(refcode: string): void {
    this.codes.unshift({ timeNs: this.simulation.now, refcode })
    if (this.codes.length > REFERENCE_CODES_KEPT) this.codes.pop()
  }

  /** The newest `count`, newest first. */
  newest(count: number): readonly ReferenceCode[] {
    return this.codes.slice(0, count)
  }
}
