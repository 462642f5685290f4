// The library: one import for a script. What is not here is in the packages that it is made of.
// The `powersim` command uses nothing else.

// Studies and runs
export { compareRoutes, RouteStudy } from './study/compare-routes.js'
export type { CompareRoutesOptions, PolicyFactory } from './study/compare-routes.js'
export { replicateRoutes } from './study/replicate-routes.js'
export type { RoutePlan } from './study/play-replication.js'
export { runWorkload } from './run/run-workload.js'
export type { RunLine, RunOptions, RunResult } from './run/run-workload.js'
export { MAX_TRACE_RECORDS, TraceRecording } from './run/trace-recording.js'
export { SequenceRecording } from './run/sequence-recording.js'
export type { RunWatcher } from './run/run-watcher.js'
export { play } from './run/play.js'
export type { Play } from './run/play.js'

// A console to type on, line by line
export { openConsole, OpenConsole } from './session/open-console.js'
export type { OpenConsoleOptions, TypedLine, Typist } from './session/open-console.js'
export type { OpenTerminal } from './session/open-terminal.js'
export type { SessionEntry } from './session/session-entry.js'
export { SessionError } from './session/session-error.js'
export type { SessionErrorCode } from './session/session-error.js'

export { sharedProcessorPool } from './pool/shared-processor-pool.js'
export type { PoolPartitionResult, SharedProcessorPoolOptions, SharedProcessorPoolResult } from './pool/shared-processor-pool.js'
export { PoolError } from './pool/pool-document.js'
export { memoryPool } from './memory/memory-pool.js'
export type { MemoryPartitionResult, MemoryPoolOptions, MemoryPoolResult } from './memory/memory-pool.js'
export { faultPolicies, pageFaults } from './memory/page-traces.js'
export type { PageFaultsOptions, PageFaultsResult } from './memory/page-traces.js'

// What they are made of
export { policies } from './policies.js'
export { presets } from './presets.js'
export { programOf, workloads } from './workloads.js'
export type { MixWorkload, ScriptWorkload, Workload } from './workloads.js'
export { MixError } from './mix-document.js'
export type { MixDocument } from './mix-document.js'
export type { CommandView, PathView, RoutingPolicy } from '@powersim/routing'
export { activationCode, Installation, readDocument } from '@powersim/managed-system'
export type { InstallationDocument, MachineDocument } from '@powersim/managed-system'

// Quantities
export { gib, hours, kib, mib, minutes, ms, ns, percent, seconds, us } from '@powersim/kernel'
