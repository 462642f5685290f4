// The console's command line and its operations, and the console itself.
// Sessions, retries and the routing of a command are the console's own business and stay inside.

// Command line: what a line of text does
export { ERROR_STREAM } from './cli/line-reply.js'
export { messages } from './cli/messages.js'
export type { MessageName } from './cli/messages.js'

// Generations of consoles, and what of the command line is modelled
export { DEFAULT_USER } from './users/hmc-user.js'
export { coverage } from './coverage.js'
export type { CoverageRow, CoverageStatus } from './coverage.js'
export { generationOf, generations } from './generation/generation.js'
export type { Generation } from './generation/generation.js'

// The restricted shell: what a text of several commands does
export { shellLimits } from './shell/line-budget.js'
export { ShellSession } from './shell/shell-session.js'
export { checkShellLine, isUnfinishedLine } from './shell/shell-syntax.js'
export type { ShellSyntaxProblem } from './shell/shell-syntax.js'

// Operations: what they need of their console
export type {
  CommandOutcome,
  ConnectionRow,
  LineOperation,
  LineOutcome,
  OperationContext,
  RmcOutcome,
  SystemHandle,
} from './operations/operation-context.js'

// The console: what a study holds
export { Console } from './console.js'
export type { ConsoleStatistics, ConsoleWiring, SendOptions } from './console.js'
export { ConsoleLogin } from './users/console-login.js'
export type { ConsoleLine, LineResult } from './users/console-login.js'
export { ManagedSystemView } from './managed-system-view.js'
export type { SystemWiring } from './managed-system-view.js'

// Virtual terminals
export type { TerminalSession } from './terminal/terminal-session.js'

// Its parameters and channels, what a command became, and what it refuses
export type { CommandObservation, CommandObserver } from './channel/command-observer.js'
export type { CommandRecord } from './channel/exchange.js'
export type { PathWiring } from './channel/management-path.js'
export { lineOfMessage } from './command-identity.js'
export { checkHmcParameters, ibmLikeRetry, noRetry } from './parameters.js'
export type { HmcParameters, RetryPreset, SessionParameters } from './parameters.js'
export { HmcError } from './errors.js'
export type { HmcErrorCode } from './errors.js'

// Machines of consoles and what they manage
export { consoleLimits, consoleModelNames, consoleModels } from './settings/console-model.js'

// Simulated wall clock
export { secondsOf, timestamp } from './calendar.js'
