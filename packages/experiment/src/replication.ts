// One replication: what it returns, and the check of it at the edge. It is a pure function of plain data, so that the same code can
// run it here or in a worker. What the metrics mean is no business of this package.

import { checkCurves } from './curves.js'
import type { Distribution } from './distribution.js'
import { ExperimentError } from './errors.js'
import type { ReplicationPlace } from './errors.js'
import type { LevelSeries } from './level-series.js'

/** One number per metric; null (or no entry) when there was nothing to observe. */
export type Metrics = Readonly<Record<string, number | null>>

/** A part of the observations of a replication, such as those of one class of operations. */
export interface GroupResult {
  name: string
  /** Observations in the group, an integer from 0. */
  count: number
  metrics: Metrics
  /** As in ReplicationResult. */
  thin?: readonly string[]
}

export interface ReplicationResult {
  /** Digest of the run: 16 hex digits. */
  digest: string
  /** Events executed. */
  events: number
  metrics: Metrics
  /** Names are unique. */
  groups: readonly GroupResult[]
  /** Metrics with too few observations to be trusted: a quantile with under 100 observations above it. */
  thin?: readonly string[]
  /** Observations by name, for drawing; only when they were asked for. */
  distributions?: Readonly<Record<string, Distribution>>
  /** Levels over time by name, for drawing; only when they were asked for. */
  series?: Readonly<Record<string, LevelSeries>>
}

/** What a plan must hold for this package; the rest of it is for the replicate function alone. */
export interface Plan {
  readonly seed: string
}

/**
 * Runs one replication, from 0. All that is random in it depends on the plan's seed and the replication number, never on the
 * alternative: that is what pairs the alternatives.
 */
export type Replicate<P extends Plan> = (plan: P, alternative: string, replication: number) => ReplicationResult

/** Throws ExperimentError 'not-finite' for NaN and infinities, 'bad-result' for all else that a Comparison could not hold. */
export function checkReplication(result: ReplicationResult, place: ReplicationPlace): void {
  if (!/^[0-9a-f]{16}$/.test(result.digest)) bad(place, 'digest', '16 hex digits', result.digest)
  if (!isCount(result.events)) bad(place, 'events', 'an integer from 0', result.events)
  checkMetrics(result, '', place)
  const names = new Set<string>()
  for (const group of result.groups) {
    if (names.has(group.name)) bad(place, 'groups', 'each name once', group.name)
    names.add(group.name)
    if (!isCount(group.count)) bad(place, `group "${group.name}": count`, 'an integer from 0', group.count)
    checkMetrics(group, `group "${group.name}": `, place)
  }
  checkCurves(result, place)
}

function checkMetrics({ metrics, thin = [] }: Pick<GroupResult, 'metrics' | 'thin'>, path: string, place: ReplicationPlace): void {
  for (const [metric, value] of Object.entries(metrics)) {
    if (value === null || Number.isFinite(value)) continue
    const message = `${path}metric "${metric}": expected a finite number, or null for no observation, found ${value}`
    throw new ExperimentError('not-finite', message, { place, metric })
  }
  for (const metric of thin) {
    if (!Object.hasOwn(metrics, metric)) bad(place, `${path}thin`, 'names of metrics', metric)
  }
}

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0

function bad(place: ReplicationPlace, path: string, expected: string, found: unknown): never {
  throw new ExperimentError('bad-result', `${path}: expected ${expected}, found ${JSON.stringify(found)}`, { place })
}
