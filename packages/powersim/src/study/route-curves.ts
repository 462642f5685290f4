// What a report draws beside the metrics: the latencies of a replication's commands, and how busy the service processor, the NETS partition
// and the hypervisor were over time. Time is cut by looks, which are no events: the run is the same with and without.

import { type Distribution, distributionOf, type LevelSeries } from '@powersim/experiment'
import type { Installation } from '@powersim/managed-system'

/** Curves are collected from so many replications, the first ones. Those of 2,000 commands take about 20 kB each. */
const COLLECTED_REPLICATIONS = 1_000

/** The narrowest bin: 1/512 s, so that doubling gives whole seconds. */
const FIRST_BIN_NS = 1_953_125
/** So many bins at most; one more, and neighbours are joined. */
const MOST_BINS = 128

/** Busy time and servers of a component at this moment; null while it does not exist. */
type BusyTime = () => { readonly busyNs: number; readonly servers: number } | null

/** How busy one component is, in bins that widen as the run goes on. */
class BusyBins {
  private readonly busyTime: BusyTime
  /** At each edge, the time that all servers together had been busy, per server. */
  private edges: number[] = [0]
  private existed = false
  private busyNs = 0
  private lookedNs = 0

  constructor(busyTime: BusyTime) {
    this.busyTime = busyTime
  }

  look(nowNs: number): void {
    const now = this.busyTime()
    const shareNs = now === null ? 0 : Math.min(nowNs - this.lookedNs, (now.busyNs - this.busyNs) / now.servers)
    this.existed ||= now !== null
    this.edges.push((this.edges.at(-1) ?? 0) + shareNs)
    this.busyNs = now?.busyNs ?? 0
    this.lookedNs = nowNs
  }

  joinPairs(): void {
    this.edges = this.edges.filter((_, edge) => edge % 2 === 0)
  }

  /** The edges so far are those of the bins, the last one the end of the run. */
  series(binNs: number, endNs: number): LevelSeries {
    const values = this.edges.slice(1).map((area, bin) => (area - (this.edges[bin] ?? 0)) / Math.min(binNs, endNs - bin * binNs))
    return { binNs, endNs, values: this.existed ? values : values.map(() => null) }
  }
}

/** Whether a replication of a plan with this `collect` returns curves. */
export function collectsCurves(collect: boolean | undefined, replication: number): boolean {
  return collect === true && replication < COLLECTED_REPLICATIONS
}

/** Collects the curves of one replication, of the first system. */
export class RouteCurves {
  private readonly installation: Installation
  private readonly bins: Readonly<Record<string, BusyBins>>
  private binNs = FIRST_BIN_NS
  private count = 0

  /** Before time 0. */
  constructor(installation: Installation) {
    const system = installation.system()
    this.installation = installation
    this.bins = {
      fsp_utilization: new BusyBins(() => ({ busyNs: system.fsp.statistics().processor.busyNs, servers: 1 })),
      nets_utilization: new BusyBins(() => {
        const processor = system.netsPartition?.processor.statistics()
        return processor === undefined ? null : { busyNs: processor.busyNs, servers: processor.processors }
      }),
      phyp_utilization: new BusyBins(() => ({ busyNs: system.phyp.statistics().queue.busyNs, servers: 1 })),
    }
    installation.simulation.observe(this.binNs, (timeNs) => this.look(timeNs))
  }

  /** At the end of the run. */
  series(): Record<string, LevelSeries> {
    const endNs = this.installation.simulation.now
    if (endNs > this.count * this.binNs) this.cut(endNs)
    return Object.fromEntries(Object.entries(this.bins).map(([name, bins]) => [name, bins.series(this.binNs, endNs)]))
  }

  private look(timeNs: number): number {
    this.cut(timeNs)
    if (this.count === MOST_BINS) {
      for (const bins of Object.values(this.bins)) bins.joinPairs()
      this.count /= 2
      this.binNs *= 2
    }
    return timeNs + this.binNs
  }

  private cut(timeNs: number): void {
    for (const bins of Object.values(this.bins)) bins.look(timeNs)
    this.count++
  }
}

/** What a replication returns for a report: the latencies of its commands, ms, and its levels over time. */
export function curvesOf(
  latenciesMs: readonly number[],
  series: Record<string, LevelSeries>,
): { readonly distributions: Record<string, Distribution>; readonly series: Record<string, LevelSeries> } {
  return { distributions: { command_latency_ms: distributionOf(latenciesMs) }, series }
}
