// Experiments: alternatives compared by metrics, in groups, over paired replications. Plain data in, plain data out;
// what an alternative is and what a metric means is known only to the caller.

// Running
export { compareAlternatives, maximumReplications } from './compare-alternatives.js'
export type { Experiment } from './compare-alternatives.js'
export { compareSteady } from './compare-steady.js'
export type { QuantileSample, SteadyExperiment, SteadyResult } from './compare-steady.js'
export type { AlternativeWarmUp, WarmUpReport } from './warm-up.js'
export type { GroupResult, Metrics, Plan, Replicate, ReplicationResult } from './replication.js'

// Comparing
export { compareResults, differenceBetween } from './comparison.js'
export type { AlternativeSummary, BaselineDifference, Comparison, Difference, ExperimentResults, GroupSummary } from './comparison.js'
export type { Estimate, PairedEstimate } from './estimate.js'

// Curves, for drawing
export { distributionOf, levelsOf, pooledDistribution, quantileOf } from './distribution.js'
export type { Distribution } from './distribution.js'
export type { LevelSeries, MeanLevelSeries } from './level-series.js'
export type { Curves } from './curves.js'

// Errors
export { ExperimentError } from './errors.js'
export type { ExperimentErrorCode, ReplicationPlace } from './errors.js'
