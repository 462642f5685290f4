// A what-if of shared processor pools by itself: cores, pools and partitions with their demand, for so many dispatch windows. No console,
// no guests, no messages: those are in a machine document.

import { ms, Simulation } from '@powersim/kernel'
import { type Partition, SharedProcessors } from '@powersim/micropart'
import { demandTrace } from './demand-trace.js'
import { type PoolDocument, readPoolDocument, withPath } from './pool-document.js'

export interface SharedProcessorPoolOptions {
  /** Dispatch windows of 10 ms. Default 1,000. */
  readonly windows?: number
  /** `exact` (default): every slice. `fluid`: shares alone, without dispatches and waits. */
  readonly fidelity?: 'exact' | 'fluid'
  readonly seed: string
  /** Gives the text of a demand trace by the name that the document has for it. Needed only for documents with traces. */
  readonly readTrace?: (file: string) => string
}

/** One partition over the whole run. `fluid` knows no dispatches, gaps and waits: null. */
export interface PoolPartitionResult {
  readonly name: string
  /** Processors used on average, and that in percent of the entitled capacity. */
  readonly physc: number
  readonly entc: number
  readonly dispatches: number | null
  /** Longest time that a virtual processor wanted to run and did not. */
  readonly maxGapMs: number | null
  /** Time that virtual processors wanted to run and did not, per dispatch. */
  readonly meanWaitMs: number | null
  /** Processor time used within the entitlement, as an HMC's utilized capped time. */
  readonly cappedMs: number
}

export interface SharedProcessorPoolResult {
  readonly windows: number
  readonly fidelity: 'exact' | 'fluid'
  readonly digest: string
  readonly partitions: readonly PoolPartitionResult[]
  /** `idle`: cores that idle on average, dedicated ones too; `app`: those of the shared pool (lparstat's app). */
  readonly pool: { readonly idle: number; readonly app: number }
  /** Slices of cores, null in `fluid`. */
  readonly slices: number | null
}

const WINDOW_MS = 10
const NS_PER_MS = 1e6

/** Runs the document of a pool. Throws PoolError with the path of the bad field before anything runs. */
export function sharedProcessorPool(document: unknown, options: SharedProcessorPoolOptions): SharedProcessorPoolResult {
  const { windows = 1000, fidelity = 'exact', seed } = options
  const simulation = new Simulation({ seed })
  const { wheel, partitions } = build(simulation, readPoolDocument(document), options)
  const durationNs = ms(WINDOW_MS) * windows
  simulation.run(durationNs)
  const { idleNs, dedicatedIdleNs, app, slices } = wheel.statistics()
  return {
    windows,
    fidelity,
    digest: wheel.digest(),
    partitions: partitions.map(resultOf),
    pool: { idle: durationNs === 0 ? 0 : (idleNs + dedicatedIdleNs) / durationNs, app },
    slices,
  }
}

function build(simulation: Simulation, document: PoolDocument, { fidelity = 'exact', readTrace }: SharedProcessorPoolOptions) {
  const { generation, cores, pools } = document
  const wheel = withPath('pools', () => new SharedProcessors(simulation, { generation, cores, pools, fidelity }))
  const partitions = document.partitions.map(({ demand, ...terms }, index): Partition => {
    const path = `partitions.${index}`
    const partition = withPath(path, () => wheel.partition(terms))
    const spec = 'trace' in demand ? { trace: demandTrace(readTrace?.(demand.trace) ?? '', demand.trace) } : demand
    withPath(path, () => partition.demand(spec))
    return partition
  })
  return { wheel, partitions }
}

function resultOf(partition: Partition): PoolPartitionResult {
  const { name, physc, entc, dispatches, longestGapNs, waitCapacityNs, waitCoreNs, utilizedCappedNs } = partition.statistics()
  const waited = waitCapacityNs === null || waitCoreNs === null ? null : waitCapacityNs + waitCoreNs
  return {
    name,
    physc,
    entc,
    dispatches,
    maxGapMs: longestGapNs === null ? null : longestGapNs / NS_PER_MS,
    meanWaitMs: waited === null || dispatches === null ? null : dispatches === 0 ? 0 : waited / dispatches / NS_PER_MS,
    cappedMs: utilizedCappedNs / NS_PER_MS,
  }
}
