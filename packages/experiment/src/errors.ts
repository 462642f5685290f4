// What can be wrong with an experiment: the call, what a replication returned, or an error thrown inside one. Every error that has
// to do with a replication names alternative, replication and seed, which is all that is needed to run it again.

export type ExperimentErrorCode =
  | 'seed-required'
  | 'no-alternatives'
  | 'duplicate-alternative'
  | 'bad-replications'
  | 'bad-level'
  | 'bad-result'
  | 'not-finite'
  | 'replicate-threw'
  | 'bad-warm-up'
  | 'too-short'
  | 'unknown-alternative'
  | 'unknown-group'
  | 'unknown-metric'

/** The replication that an error is about. */
export interface ReplicationPlace {
  alternative: string
  replication: number
  seed: string
}

export class ExperimentError extends Error {
  readonly code: ExperimentErrorCode
  readonly place: ReplicationPlace | undefined
  /** The metric that is not a number, or the one that was asked for and does not exist. */
  readonly metric: string | undefined

  constructor(code: ExperimentErrorCode, message: string, about: { place?: ReplicationPlace; metric?: string; cause?: unknown } = {}) {
    const { place, metric } = about
    const where = place === undefined ? '' : `alternative "${place.alternative}", replication ${place.replication}, seed "${place.seed}": `
    super(where + message, 'cause' in about ? { cause: about.cause } : undefined)
    this.name = 'ExperimentError'
    this.code = code
    this.place = place
    this.metric = metric
  }
}
