// Workloads: what operators type, and when. A shell line is text here: its grammar and its meaning belong to the
// consoles, and what an event does belongs to the components.

// Scripts: text to program
export { checkScript, parseScript } from './parse-script.js'
export type { LineComplaint, ParseOptions } from './parse-script.js'
export { scriptLimits } from './script.js'
export type { ConsoleStatement, EventStatement, LineStatement, LoopStatement, Script, StartTime, Statement } from './script.js'

// Playing a program in simulated time
export { playScript } from './play-script.js'
export type { PlayOptions, ScriptLine } from './play-script.js'

// Generated mixes
export { playMix } from './play-mix.js'
export { burstyRates, mixLimits } from './mix.js'
export type { Mix, MixArrivals, MixClass } from './mix.js'

// References to pages of memory
export { pageReferences, recordReferences } from './page-references.js'
export type { PageReferences, PageReferenceSpec } from './page-references.js'
export { MAX_TRACE_REFERENCES, parsePageTrace } from './page-trace.js'
export type { PageTrace } from './page-trace.js'

// Errors
export { ScriptError, TraceError, WorkloadError } from './errors.js'
export type { ScriptErrorCode, ScriptMistake, WorkloadErrorCode } from './errors.js'
