#!/usr/bin/env node
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
import { addCompare } from './command/compare.js'
import { addHmc } from './command/hmc.js'
import { addMemory } from './command/memory.js'
import { addPool } from './command/pool.js'
import { addRun } from './command/run.js'
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

const program = new Command('powersim')
  .description('full-system simulator of an IBM Power server and its management plane')
  .version(version, '--version', 'print the version')
  .showHelpAfterError('(powersim --help tells more)')
  .exitOverride()
addCompare(program)
addRun(program)
addHmc(program)
addPool(program)
addMemory(program)

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

function exitStatus(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : BAD_INPUT
  if (callersErrors.some((kind) => error instanceof kind)) {
    // Each of these kinds is an Error.
    process.stderr.write(`powersim: ${(error as Error).message}\n`)
    return BAD_INPUT
  }
  throw error
}
