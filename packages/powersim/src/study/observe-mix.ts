// One replication of a mix, kept whole until it is known how much of it is warm-up, and the numbers of what is left. An observation is an
// operation, in the order of typing; all that is measured goes by the operation that it belongs to.

import type { LevelSeries, QuantileSample, SteadyResult } from '@powersim/experiment'
import type { StatusName } from '@powersim/protocol'
import type { CommandRecord, LineResult } from '@powersim/hmc'
import type { Installation } from '@powersim/managed-system'
import type { ChooseFunction, RoutingPolicy } from '@powersim/routing'
import type { Mix } from '@powersim/workload'
import { MixError } from '../mix-document.js'
import { playReplication, type RoutePlan } from './play-replication.js'
import { curvesOf } from './route-curves.js'
import { RouteMetrics } from './route-metrics.js'

/** Operations between two looks at the machine: the batch of MSER-5, whose cuts are multiples of it. */
const LOOK_EVERY = 5

/** Operations that the runs of a study may have together: all of them are kept until the warm-up is known. */
const STUDY_LIMIT = 2_000_000

/**
 * Refuses a study of so many runs that would keep too much: MixError, before anything is run. How many operations a closed mix of a
 * duration has is known to nobody yet.
 */
export function checkStudySize({ file, arrivals, end }: Mix, runs: number): void {
  const each = 'operations' in end ? end.operations : arrivals.kind === 'closed' ? 0 : (arrivals.perSecond * end.durationNs) / 1e9
  if (each * runs <= STUDY_LIMIT) return
  const total = `${Math.round(each)} in each of ${runs} runs`
  const path = 'operations' in end ? 'operations' : 'duration'
  throw new MixError(file, path, `${total} are more than the ${STUDY_LIMIT} that a study keeps: shorten the runs, or run fewer`)
}

/** What a look at the machine sees: time, and what its stations have done since time 0. */
interface Look {
  readonly atNs: number
  readonly fspBusyNs: number
  readonly netsCapacityNs: number
  readonly netsBusyNs: number
  readonly phypBusyNs: number
  /** Latencies of the service processor's own work so far: commands that it serves, and background. */
  readonly owns: number
  readonly backgrounds: number
}

/** A finished command, by the operation that it belongs to. */
interface ObservedCommand {
  readonly operation: number
  readonly status: StatusName
  readonly replied: boolean
  readonly latencyNs: number
}

/** A line that has returned. */
type ObservedLine = Pick<LineResult, 'commands' | 'operations' | 'durationNs'>

/** A run of a mix. Plain data. */
export interface MixRun {
  readonly digest: string
  readonly events: number
  /** In the order of typing. */
  readonly lines: readonly ObservedLine[]
  readonly commands: readonly ObservedCommand[]
  /** The n-th was taken when operation n * LOOK_EVERY was typed; null without NETS. */
  readonly looks: readonly Look[]
  readonly nets: boolean
  readonly ownLatenciesNs: readonly number[]
  readonly backgroundLatenciesNs: readonly number[]
  /** Levels over the whole run, the warm-up included; null when they were not collected. */
  readonly series: Record<string, LevelSeries> | null
}

/** Runs one replication of a mix with policies found by `policyOf`. */
export function observeWith(
  policyOf: (name: string) => RoutingPolicy | ChooseFunction,
): (plan: RoutePlan, policy: string, replication: number) => MixRun {
  return (plan, policy, replication) => {
    const observer = new MixObserver()
    const { installation, series } = playReplication(plan, () => policyOf(policy), replication, {
      started: (line, atNs, on) => observer.started(line.ordinal, atNs, on),
      returned: (line, result) => observer.returned(line.ordinal, result),
      recorded: (record) => observer.recorded(record),
    })
    return observer.run(installation, series)
  }
}

class MixObserver {
  /** Place in the order of typing, by ordinal. */
  private readonly placeOf = new Map<number, number>()
  private readonly lines: ObservedLine[] = []
  private readonly commands: ObservedCommand[] = []
  private readonly looks: Look[] = []

  started(ordinal: number, atNs: number, installation: Installation): void {
    const place = this.placeOf.size
    this.placeOf.set(ordinal, place)
    this.lines.push(notReturned)
    if (place % LOOK_EVERY === 0) this.looks.push(lookAt(installation, atNs))
  }

  returned(ordinal: number, { commands, operations, durationNs }: LineResult): void {
    this.lines[this.place(ordinal)] = { commands, operations, durationNs }
  }

  recorded({ ordinal, status, replied, latencyNs }: CommandRecord): void {
    this.commands.push({ operation: this.place(ordinal), status, replied, latencyNs })
  }

  run(installation: Installation, series: MixRun['series']): MixRun {
    const { simulation } = installation
    const { fsp, netsPartition } = installation.system()
    const { ownLatencies, backgroundLatencies } = fsp.statistics()
    return {
      digest: simulation.digest.hex(),
      events: simulation.executed,
      lines: this.lines,
      commands: this.commands,
      looks: this.looks,
      nets: netsPartition !== undefined,
      ownLatenciesNs: [...ownLatencies.values()],
      backgroundLatenciesNs: [...backgroundLatencies.values()],
      series,
    }
  }

  /** Lines and commands are of operations that were typed. */
  private place(ordinal: number): number {
    return this.placeOf.get(ordinal) ?? -1
  }
}

const notReturned: ObservedLine = { commands: 0, operations: [], durationNs: 0 }

function lookAt(installation: Installation, atNs: number): Look {
  const { fsp, phyp, netsPartition } = installation.system()
  const { processor, ownLatencies, backgroundLatencies } = fsp.statistics()
  const nets = netsPartition?.processor.statistics()
  return {
    atNs,
    fspBusyNs: processor.busyNs,
    netsBusyNs: nets?.busyNs ?? 0,
    netsCapacityNs: nets === undefined ? 0 : nets.elapsedNs * nets.processors,
    phypBusyNs: phyp.statistics().queue.busyNs,
    owns: ownLatencies.count,
    backgrounds: backgroundLatencies.count,
  }
}

const nothingSeen: Look = {
  atNs: 0,
  fspBusyNs: 0,
  netsCapacityNs: 0,
  netsBusyNs: 0,
  phypBusyNs: 0,
  owns: 0,
  backgrounds: 0,
}

/** What the warm-up of a mix is judged on: the durations of its operations, ns. */
export function durationsOf({ lines }: MixRun): number[] {
  return lines.map(({ durationNs }) => durationNs)
}

/** The numbers of a run without its first operations; those of the machine from the first operation that is left to the last. */
export function summariseMix(run: MixRun, removed: number): SteadyResult {
  const metrics = new RouteMetrics()
  const latencies: number[] = []
  const durations = new Map<string, number[]>()
  for (const command of run.commands) {
    if (command.operation < removed) continue
    metrics.command(command)
    if (command.replied) latencies.push(command.latencyNs / 1e6)
  }
  for (const [place, line] of run.lines.entries()) {
    if (place < removed) continue
    metrics.line(line)
    for (const { operation, durationNs } of line.operations) {
      const same = durations.get(operation)
      if (same === undefined) durations.set(operation, [durationNs / 1e6])
      else same.push(durationNs / 1e6)
    }
  }
  const { digest, events, series } = run
  const result = metrics.summary({ digest, events, ...figuresOf(run, removed) })
  return {
    result: series === null ? result : { ...result, ...curvesOf(latencies, series) },
    quantiles: [
      ...quantiles(undefined, 'command_latency_ms', [0.5, 0.95, 0.99], latencies),
      ...[...durations].flatMap(([group, values]) => quantiles(group, 'duration_ms', [0.5, 0.95], values)),
    ],
  }
}

function quantiles(group: string | undefined, name: string, ps: readonly number[], values: readonly number[]): QuantileSample[] {
  return ps.map((p) => ({ ...(group === undefined ? {} : { group }), metric: `${name}_p${Math.round(100 * p)}`, p, values }))
}

function figuresOf(run: MixRun, removed: number): Omit<Parameters<RouteMetrics['summary']>[0], 'digest' | 'events'> {
  // A run has an operation at least, and so a look.
  const last = run.looks.at(-1) ?? nothingSeen
  const first = run.looks[Math.ceil(removed / LOOK_EVERY)] ?? last
  const elapsedNs = last.atNs - first.atNs
  const own = [...run.ownLatenciesNs.slice(first.owns, last.owns), ...run.backgroundLatenciesNs.slice(first.backgrounds, last.backgrounds)]
  return {
    fspUtilization: partOf(last.fspBusyNs - first.fspBusyNs, elapsedNs),
    netsUtilization: run.nets ? partOf(last.netsBusyNs - first.netsBusyNs, last.netsCapacityNs - first.netsCapacityNs) : null,
    phypUtilization: partOf(last.phypBusyNs - first.phypBusyNs, elapsedNs),
    fspOwnLatencyNs: own.length === 0 ? null : own.reduce((sum, value) => sum + value, 0) / own.length,
  }
}

function partOf(busyNs: number, elapsedNs: number): number {
  return elapsedNs > 0 ? busyNs / elapsedNs : 0
}
