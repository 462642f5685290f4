// The `powersim` command. Exit status: 0 done; 1 a line of the script failed under --strict; 2 bad usage or input, with the message on
// stderr and nothing on stdout. `powersim hmc` ends as the line that was typed last.

import { AmsError } from '@powersim/ams'
import { ExperimentError } from '@powersim/experiment'
import { KernelError } from '@powersim/kernel'
import { MachineError } from '@powersim/managed-system'
import { ReportError } from '@powersim/report'
import { RoutingError } from '@powersim/routing'
import { ScriptError, TraceError, WorkloadError } from '@powersim/workload'
import { Command, CommanderError } from 'commander'
import { UsageError } from './command/usage-error.js'
import { MixError } from './mix-document.js'
import { SessionError } from './session/session-error.js'
import { version } from './version.js'

const BAD_INPUT = 2

/** Errors that are the caller's: their message says all. Anything else is a bug and shows its stack. */
const callersErrors = [
  UsageError,
  ScriptError,
  WorkloadError,
  TraceError,
  AmsError,
  MixError,
  MachineError,
  RoutingError,
  KernelError,
  ExperimentError,
  ReportError,
  SessionError,
] as const

/** Each is loaded only when it is asked for: what it needs takes a while. In the order of the help. */
const subcommands: readonly (readonly [name: string, load: () => Promise<(program: Command) => void>])[] = [
  ['compare', async () => (await import('./command/compare.js')).addCompare],
  ['run', async () => (await import('./command/run.js')).addRun],
  ['hmc', async () => (await import('./command/hmc.js')).addHmc],
  ['coverage', async () => (await import('./command/coverage.js')).addCoverage],
  ['pool', async () => (await import('./command/pool.js')).addPool],
  ['memory', async () => (await import('./command/memory.js')).addMemory],
]

const program = new Command('powersim')
  .description('full-system simulator of an IBM Power server and its management plane')
  .version(version, '--version', 'print the version')
  .showHelpAfterError('(powersim --help tells more)')
  .exitOverride()
await addSubcommands(program, process.argv[2])

// Who reads may have seen enough (`| head`): the rest is for nobody, and the end is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})

try {
  await program.parseAsync()
} catch (error) {
  process.exitCode = exitStatus(error)
}

/** Adds the one of that name, or all of them when there is none: for help, and for a mistake. */
async function addSubcommands(to: Command, name: string | undefined): Promise<void> {
  if (name === '--version') return
  const asked = subcommands.filter(([known]) => known === name)
  for (const [, load] of asked.length === 0 ? subcommands : asked) (await load())(to)
}

function exitStatus(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : BAD_INPUT
  if (callersErrors.some((kind) => error instanceof kind)) {
    // Each of these kinds is an Error.
    process.stderr.write(`powersim: ${(error as Error).message}\n`)
    return BAD_INPUT
  }
  throw error
}
