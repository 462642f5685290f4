// What a replication of a comparison of routes measures. Completed: got a reply, be it a refusal; failed: its status is an error or time
// ran out; lost: neither at the end. Latency is of commands that got a reply, from the asking to the end of absorbing it.

import type { GroupResult, ReplicationResult } from '@powersim/experiment'
import type { CommandRecord, LineResult } from '@powersim/hmc'
import { Sample, thinQuantile } from '@powersim/kernel'
import type { Installation } from '@powersim/managed-system'

const NS_PER_MS = 1e6

interface Operation {
  commands: number
  readonly durations: Sample
}

/** What a run or a part of it shows of the machine, first system; null: not there, or not observed. */
export interface MachineFigures {
  readonly digest: string
  readonly events: number
  readonly fspUtilization: number
  readonly netsUtilization: number | null
  readonly phypUtilization: number
  readonly fspOwnLatencyNs: number | null
}

export class RouteMetrics {
  /** Of commands that got a reply, ns. */
  readonly latencies = new Sample()
  private readonly operations = new Map<string, Operation>()
  private issued = 0
  private finished = 0
  private completed = 0
  private failed = 0

  command(record: Pick<CommandRecord, 'status' | 'replied' | 'latencyNs'>): void {
    this.finished++
    if (record.status !== 'ok') this.failed++
    if (!record.replied) return
    this.completed++
    this.latencies.add(record.latencyNs)
  }

  line(result: Pick<LineResult, 'commands' | 'operations'>): void {
    this.issued += result.commands
    for (const { operation: name, commands, durationNs } of result.operations) {
      let operation = this.operations.get(name)
      if (operation === undefined) {
        operation = { commands: 0, durations: new Sample() }
        this.operations.set(name, operation)
      }
      operation.commands += commands
      operation.durations.add(durationNs)
    }
  }

  /** The replication's numbers, with utilisations over the whole run and of the first system. */
  result(installation: Installation): ReplicationResult {
    const { simulation } = installation
    const system = installation.system()
    const fsp = system.fsp.statistics()
    const own = new Sample()
    for (const value of fsp.ownLatencies.values()) own.add(value)
    for (const value of fsp.backgroundLatencies.values()) own.add(value)
    const nets = system.netsPartition?.processor.statistics()
    return this.summary({
      digest: simulation.digest.hex(),
      events: simulation.executed,
      fspUtilization: fsp.processor.utilization,
      netsUtilization: nets?.utilization ?? null,
      phypUtilization: system.phyp.statistics().utilization,
      fspOwnLatencyNs: own.count === 0 ? null : own.mean,
    })
  }

  /** The numbers of what was told, beside those of the machine. */
  summary(machine: MachineFigures): ReplicationResult {
    return {
      digest: machine.digest,
      events: machine.events,
      metrics: {
        command_latency_ms_mean: mean(this.latencies),
        command_latency_ms_p50: quantile(this.latencies, 0.5),
        command_latency_ms_p95: quantile(this.latencies, 0.95),
        command_latency_ms_p99: quantile(this.latencies, 0.99),
        fsp_utilization: machine.fspUtilization,
        nets_utilization: machine.netsUtilization,
        phyp_utilization: machine.phypUtilization,
        fsp_own_latency_ms_mean: machine.fspOwnLatencyNs === null ? null : machine.fspOwnLatencyNs / NS_PER_MS,
        commands_completed: this.completed,
        commands_failed: this.failed,
        commands_lost: this.issued - this.finished,
      },
      groups: [...this.operations].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, operation]) => groupOf(name, operation)),
      thin: [
        ...thin(this.latencies, 0.5, 'command_latency_ms_p50'),
        ...thin(this.latencies, 0.95, 'command_latency_ms_p95'),
        ...thin(this.latencies, 0.99, 'command_latency_ms_p99'),
      ],
    }
  }
}

function groupOf(name: string, { commands, durations }: Operation): GroupResult {
  return {
    name,
    count: durations.count,
    metrics: {
      commands_mean: commands / durations.count,
      duration_ms_mean: mean(durations),
      duration_ms_p50: quantile(durations, 0.5),
      duration_ms_p95: quantile(durations, 0.95),
    },
    thin: [...thin(durations, 0.5, 'duration_ms_p50'), ...thin(durations, 0.95, 'duration_ms_p95')],
  }
}

function mean(sample: Sample): number | null {
  return sample.count === 0 ? null : sample.mean / NS_PER_MS
}

function quantile(sample: Sample, p: number): number | null {
  return sample.count === 0 ? null : sample.quantile(p) / NS_PER_MS
}

function thin(sample: Sample, p: number, metric: string): string[] {
  return thinQuantile(sample.count, p) ? [metric] : []
}
