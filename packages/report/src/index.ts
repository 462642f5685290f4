// Reports: a comparison of routes as JSON and as text, the end of a run, a line of progress.
// Nothing is computed here that the comparison does not hold already.

// Comparisons
export { comparisonDocument } from './comparison-document.js'
export type {
  ComparisonDocument,
  ComparisonMeta,
  ComparisonSubject,
  DifferenceDocument,
  Interval95,
  MetricDocument,
  OperationDocument,
  PolicyDocument,
  WarmUpDocument,
} from './comparison-document.js'
export { comparisonTable } from './comparison-table.js'
export { comparisonPage } from './comparison-page.js'
export type { PageSubject } from './comparison-page.js'

// Runs
export { runSummary } from './run-summary.js'
export type { RunFigures } from './run-summary.js'
export { poolTable } from './pool-table.js'
export type { PoolFigures } from './pool-table.js'
export { memoryPoolTable, pageFaultsTable } from './memory-table.js'
export type { MemoryPoolFigures, PageFaultsFigures } from './memory-table.js'

// One run in detail
export type {
  ObservedArguments,
  ObservedLevel,
  ObservedPart,
  ObservedRecord,
  ObservedRun,
  ObservedSlice,
  ObservedSpan,
  ObservedTrack,
} from './observed-run.js'
export { traceFile } from './trace-file.js'
export { MAX_DRAWN_COMMANDS, sequenceDiagram } from './sequence-diagram.js'
export type { SequenceMessage, SequenceNote, SequenceOperation, SequenceParticipant, SequenceStep } from './sequence-diagram.js'

// Progress
export { ProgressLine } from './progress-line.js'
export type { ProgressOptions, ProgressOutput } from './progress-line.js'

// Errors
export { ReportError } from './errors.js'
export type { ReportErrorCode } from './errors.js'
