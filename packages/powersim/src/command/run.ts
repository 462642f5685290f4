// `powersim run`: a script on one machine, printed as its consoles would print it; a summary on stderr.
// The run itself is the library's runWorkload.

import { performance } from 'node:perf_hooks'
import type { Command } from 'commander'
import { runSummary } from '@powersim/report'
import { builtInPolicies, policyByName } from '@powersim/routing'
import { type RunLine, type RunResult, runWorkload } from '../run/run-workload.js'
import { checkJsonTarget, type CommonOptions, readMachine, readWorkload, withCommonOptions, writeJson } from './common-options.js'

interface RunCommandOptions extends CommonOptions {
  readonly policy: string
  readonly strict: boolean
}

export function addRun(program: Command): void {
  const names = builtInPolicies.map((policy) => policy.name).join(', ')
  withCommonOptions(program.command('run'))
    .description('type a script on a simulated console and print what it prints')
    .argument('<script>', 'script of console lines (.hmc)')
    .option('--policy <name>', `routing policy: ${names}`, 'by-target')
    .option('--strict', 'exit with 1 when a line of the script failed', false)
    .action((script: string, options: RunCommandOptions) => run(script, options))
}

function run(script: string, options: RunCommandOptions): void {
  const started = performance.now()
  checkJsonTarget(options.json)
  const workload = readWorkload('script', script)
  const result = runWorkload({
    machine: readMachine(options.machine),
    workload,
    policy: policyByName(options.policy),
    seed: options.seed,
    noise: options.noise,
    ...(options.json === '-' ? {} : { returned: print }),
  })
  const wallSeconds = (performance.now() - started) / 1000
  process.stderr.write(`${summaryOf(result, options, workload.name)}\n`)
  if (options.json !== undefined) writeJson(options.json, documentOf(result, options, wallSeconds))
  if (options.strict && result.lines.some((line) => line.exitStatus !== 0)) process.exitCode = 1
}

function print(line: RunLine): void {
  process.stdout.write(line.stdout)
  process.stderr.write(line.stderr)
}

function summaryOf(result: RunResult, options: RunCommandOptions, workload: string): string {
  const { completed, failed, lost } = result.commands
  const summary = runSummary({
    machine: result.machine,
    workload,
    seed: options.seed,
    lines: result.lines.length,
    failedLines: result.lines.filter((line) => line.exitStatus !== 0).length,
    commandsCompleted: completed,
    commandsFailed: failed,
    commandsLost: lost,
    simulatedNs: result.simulatedNs,
    digest: result.digest,
  })
  const missing = [...new Set(result.lines.flatMap((line) => line.notSimulated ?? []))]
  return missing.length === 0 ? summary : `${summary}\n  not simulated: ${missing.join(', ')}`
}

/** Schema `powersim.run/1`: everything outside `meta` is the same on every machine. */
function documentOf(result: RunResult, options: RunCommandOptions, wallSeconds: number): unknown {
  return {
    schema: 'powersim.run/1',
    seed: options.seed,
    machine: result.machine,
    workload: result.workload,
    policy: options.policy,
    digest: result.digest,
    lines: result.lines,
    commands: result.commands,
    simulatedMs: result.simulatedNs / 1e6,
    meta: { wallSeconds, events: result.events, node: process.version },
  }
}
