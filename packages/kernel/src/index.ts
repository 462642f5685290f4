// The kernel's public names, by the headings under which a reader looks for them.
// Anything not here is the kernel's own business and may change.

// The simulation: clock, events, handlers, run
export { Simulation, MAX_HANDLERS } from './simulation.js'
export type { Handler, RunOutcome, SimulationOptions } from './simulation.js'
export { withAnyArgument } from './simulation.js'
export type { Look } from './looks.js'
export type { Timer } from './timer.js'
export { MAX_PENDING } from './event-queue.js'
export { MAX_PRIORITY, MIN_PRIORITY } from './priority.js'

// Processes and what they wait for
export { join, outcome, Process, until } from './process.js'
export type { ProcessBody, Yieldable } from './process.js'
export { Signal } from './signal.js'

// Stations and resources
export type { Runner } from './borrowed-time.js'
export { Station, StationRequest } from './station.js'
export type { StationObserver, StationOptions, StationOutcome, StationStatistics } from './station.js'
export { Resource, ResourceRequest } from './resource.js'
export type { ResourceOptions, ResourceOutcome, ResourceStatistics } from './resource.js'

// Time and other quantities
export { formatDuration, gib, hours, kib, MAX_TIME, mib, minutes, ms, ns, parseDuration, percent, seconds, timeUnits, us } from './units.js'
export type { Tick, TimeUnits } from './units.js'

// Random numbers and laws
export { KeyedDraws, RandomStream, streamKey } from './random.js'
export type { Draw } from './random.js'
export { Law } from './law.js'
export type { LawSpec } from './law.js'
export { exp, log, log1p, pow } from './logarithm.js'

// Statistics
export { Tally } from './tally.js'
export { Sample } from './sample.js'
export { TimeWeighted } from './time-weighted.js'
export { meanInterval, pairedDifference } from './interval.js'
export type { MeanInterval, PairedDifference } from './interval.js'
export { batchMeansInterval } from './batch-means.js'
export type { BatchMeans } from './batch-means.js'
export { sectioningInterval, thinQuantile } from './sectioning.js'
export type { QuantileInterval } from './sectioning.js'
export { warmUpByMser5 } from './warm-up.js'
export type { WarmUp } from './warm-up.js'
export { normalCdf, normalQuantile } from './normal.js'
export { studentQuantile, studentTwoSided } from './student.js'
export { holmRejected } from './holm.js'

// Errors, digest, trace
export { InvariantError, Interrupted, KernelError } from './errors.js'
export { Digest } from './digest.js'
export { TraceRing } from './trace-ring.js'
export type { TraceLine } from './trace-ring.js'
