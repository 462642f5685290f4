// The main job: one workload, one machine, several policies, paired replications with common random numbers, and what they say.
// One replication is in replicate-routes.ts.

import { type Comparison, compareAlternatives, compareSteady, type Difference, differenceBetween } from '@powersim/experiment'
import { type MachineDocument, readDocument } from '@powersim/managed-system'
import { type ComparisonDocument, comparisonDocument, comparisonPage, comparisonTable } from '@powersim/report'
import { asPolicy, type ChooseFunction, type RoutingPolicy, RoutingError } from '@powersim/routing'
import { version } from '../version.js'
import { programOf, type Workload } from '../workloads.js'
import { checkStudySize, durationsOf, observeWith, summariseMix } from './observe-mix.js'
import { replicateWith } from './replicate-routes.js'

/** A policy that keeps what it has seen is made anew for every console of every run. */
export interface PolicyFactory {
  readonly name: string
  make(): RoutingPolicy
}

export interface CompareRoutesOptions {
  readonly machine: MachineDocument
  readonly workload: Workload
  /** At least one; the first is the baseline. One that keeps what it has seen has `anew`, or is given by a factory. */
  readonly policies: readonly (RoutingPolicy | ChooseFunction | PolicyFactory)[]
  readonly seed: string
  /** From 1; intervals need 2. Default 10. */
  readonly replications?: number
  /** Off: every variate at its mean and no background work. Default on. */
  readonly noise?: boolean
  /** Keep what `report` draws beside the numbers: latencies, and how busy components were over time. Default off; runs are the same. */
  readonly collect?: boolean
  /** Called before the first run and after each: runs done, runs in all. */
  readonly progress?: (done: number, total: number) => void
}

/** A comparison that has been run. */
export class RouteStudy {
  readonly comparison: Comparison
  readonly machine: string
  readonly workload: string
  readonly noise: boolean

  constructor(comparison: Comparison, machine: string, workload: string, noise: boolean) {
    this.comparison = comparison
    this.machine = machine
    this.workload = workload
    this.noise = noise
  }

  /** The result as text, for a terminal or a Markdown page. */
  table(): string {
    return comparisonTable(this.comparison, { machine: this.machine, workload: this.workload })
  }

  /**
   * The result as one HTML page with charts, which needs nothing else; same study, same bytes. The study must have been run with
   * `collect`, else ReportError `no-curves`. `command` is shown as what gives these numbers again.
   */
  report({ command }: { command?: string } = {}): Promise<string> {
    const { machine, workload, noise } = this
    return comparisonPage(this.comparison, { machine, workload, noise, version, ...(command === undefined ? {} : { command }) })
  }

  /** The paired difference of a metric between two policies; unknown names throw ExperimentError. */
  difference(metric: string, { of, from }: { of: string; from: string }): Difference {
    return differenceBetween(this.comparison, metric, { of, from })
  }

  /** The result as plain data, schema `powersim.comparison/1`. `meta` is what may differ from machine to machine. */
  json(meta: ComparisonDocument['meta']): ComparisonDocument {
    return comparisonDocument(this.comparison, { machine: this.machine, workload: this.workload, meta })
  }
}

/**
 * Runs the comparison. A script is compared over whole runs; of a mix the warm-up is removed first, and quantiles are pooled.
 * Throws the typed error of a bad document, script, mix, policy or count before the first run where it can, and ExperimentError `too-short`
 * after the runs of a mix that has fewer than 10 operations, or no more than its warm-up.
 */
export function compareRoutes(options: CompareRoutesOptions): RouteStudy {
  const { seed, noise = true, replications = 10, collect = false, progress } = options
  const document = readDocument(options.machine)
  const program = programOf(options.workload, document)
  const makers = options.policies.map(makerOf)
  if ('classes' in program) checkStudySize(program, replications * makers.length)
  const experiment = {
    plan: { seed, noise, document, program, collect },
    alternatives: makers.map((maker) => maker.name),
    replications,
    ...(progress === undefined ? {} : { progress }),
  }
  const policyOf = (name: string): RoutingPolicy => makerNamed(makers, name).make()
  const comparison =
    'classes' in program
      ? compareSteady({
          ...experiment,
          observe: observeWith(policyOf),
          series: durationsOf,
          summarise: summariseMix,
          ...(program.warmUp === 'mser-5' ? {} : { warmUp: program.warmUp }),
        })
      : compareAlternatives({ ...experiment, replicate: replicateWith(policyOf) })
  return new RouteStudy(comparison, document.name, options.workload.name, noise)
}

function makerOf(given: RoutingPolicy | ChooseFunction | PolicyFactory): PolicyFactory {
  if (typeof given === 'object' && 'make' in given) return given
  const policy = asPolicy(given)
  // Not by name: a user's policy may well be called `random` too.
  return { name: policy.name, make: () => policy.anew?.() ?? policy }
}

function makerNamed(makers: readonly PolicyFactory[], name: string): PolicyFactory {
  const maker = makers.find((candidate) => candidate.name === name)
  if (maker === undefined) throw new RoutingError('unknown-policy', name, `no policy '${name}' in this study`)
  return maker
}
