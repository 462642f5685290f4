// Where the PLIC meets whoever gives processor time to virtual processors (a dispatch wheel, or a plain double in a test). The PLIC keeps
// what the hypercalls are about: prod bits, who has ceded or conferred, the areas that the hypervisor writes. It decides no dispatch.
// An adapter (../dispatched-plic.ts) forwards these calls and reports two: `dispatched` and `preempted` of ProcessorHypercalls.

/** What H_GET_PPP and H_PIC tell, filled in place: hundredths of a processor, cycles of the time base. */
export interface PartitionFigures {
  /** Shared processors; false: dedicated, to which entitlement does not apply. */
  shared: boolean
  entitledHundredths: number
  /** Least and most that the partition may set for itself. */
  minHundredths: number
  maxHundredths: number
  weight: number
  minWeight: number
  maxWeight: number
  capped: boolean
  unallocatedHundredths: number
  unallocatedWeight: number
  group: number
  pool: number
  poolProcessors: number
  systemProcessors: number
  poolMaxHundredths: number
  poolEntitledHundredths: number
  /** Whether the partition may see what its pool does (pool utilization authority). */
  mayReadPool: boolean
  poolIdleCycles: number
}

export interface VirtualProcessors {
  /** A processor wants nothing until `wake`; the rest of its slice is its partition's. */
  cede(lparId: number, processor: number): void
  /** A processor that has ceded or conferred is ready again. */
  wake(lparId: number, processor: number): void
  /** A processor gives the rest of its slice to another one of its partition, or to all others (-1). */
  confer(lparId: number, processor: number, to: number): void
  /** New entitlement and weight, within the figures' bounds. */
  setEntitlement(lparId: number, hundredths: number, weight: number): void
  figures(lparId: number, into: PartitionFigures): void
  /** Whether the hypervisor has work that a processor with nothing to do could be lent for. */
  workPending(lparId: number): boolean
  /** A processor has an area from now on, in which its dispatches are to be reported; or it has none any more. */
  watch(lparId: number, processor: number, registered: boolean): void
  /** A partition with areas looks: what has happened until now is to be in them. */
  report(lparId: number): void
}

export function noFigures(): PartitionFigures {
  return {
    shared: false,
    entitledHundredths: 0,
    minHundredths: 0,
    maxHundredths: 0,
    weight: 0,
    minWeight: 0,
    maxWeight: 0,
    capped: true,
    unallocatedHundredths: 0,
    unallocatedWeight: 0,
    group: 0,
    pool: 0,
    poolProcessors: 0,
    systemProcessors: 0,
    poolMaxHundredths: 0,
    poolEntitledHundredths: 0,
    mayReadPool: false,
    poolIdleCycles: 0,
  }
}
