// `powersim run`: a script on one machine, printed as its consoles would print it, or one line of it as a diagram; a summary on stderr.
// The run itself is the library's runWorkload.

import { performance } from 'node:perf_hooks'
import type { Command } from 'commander'
import { runSummary } from '@powersim/report'
import { policyByName } from '@powersim/routing'
import { type RunLine, type RunResult, runWorkload } from '../run/run-workload.js'
import { SequenceRecording } from '../run/sequence-recording.js'
import { MAX_TRACE_RECORDS, TraceRecording } from '../run/trace-recording.js'
import {
  checkFileTarget,
  checkJsonTarget,
  type CommonOptions,
  integerOption,
  readMachine,
  readWorkload,
  withCommonOptions,
  withPolicyOption,
  writeJson,
  writePieces,
} from './common-options.js'
import { machineNotes, noteLines, notesMeta } from './machine-notes.js'

interface RunCommandOptions extends CommonOptions {
  readonly policy: string
  readonly strict: boolean
  readonly trace?: string
  readonly sequence?: number
}

/** Above any line of a script. */
const MAX_LINE = 1_000_000_000

export function addRun(program: Command): void {
  withPolicyOption(withCommonOptions(program.command('run')))
    .description('type a script on a simulated console and print what it prints')
    .argument('<script>', 'script of console lines (.hmc), or generated mix (mix:FILE.yaml)')
    .option('--strict', 'exit with 1 when a line of the script failed', false)
    .option('--trace <file>', 'write what every part did as a trace file for ui.perfetto.dev or chrome://tracing')
    .option('--sequence <line>', 'print that line of the script as a Mermaid sequence diagram instead', integerOption(1, MAX_LINE))
    .action((script: string, options: RunCommandOptions) => run(script, options))
}

async function run(script: string, options: RunCommandOptions): Promise<void> {
  const started = performance.now()
  checkJsonTarget(options.json)
  if (options.trace !== undefined) checkFileTarget('--trace', options.trace)
  const workload = await readWorkload('script', script)
  const machine = await readMachine(options.machine)
  const notes = machineNotes(machine)
  const trace = options.trace === undefined ? null : new TraceRecording()
  const sequence = options.sequence === undefined ? null : new SequenceRecording(options.sequence)
  const result = runWorkload({
    machine,
    workload,
    policy: policyByName(options.policy),
    seed: options.seed,
    noise: options.noise,
    watchers: [trace, sequence].filter((watcher) => watcher !== null),
    ...(options.json === '-' || sequence !== null ? {} : { returned: print }),
  })
  const diagram = sequence?.text()
  const wallSeconds = (performance.now() - started) / 1000
  const traced = trace === null || options.trace === undefined ? '' : writeTrace(trace, options.trace, result, options)
  if (diagram !== undefined && options.json !== '-') process.stdout.write(`${diagram}\n`)
  process.stderr.write(`${summaryOf(result, options, workload.name)}\n${traced}${noteLines(notes)}`)
  if (options.json !== undefined)
    writeJson(
      options.json,
      documentOf(result, options, { wallSeconds, events: result.events, node: process.version, ...notesMeta(notes) }, diagram),
    )
  if (options.strict && result.lines.some((line) => line.exitStatus !== 0)) process.exitCode = 1
}

/** Writes the trace file; gives what to say of it. */
function writeTrace(trace: TraceRecording, target: string, result: RunResult, options: RunCommandOptions): string {
  const { machine, workload, digest } = result
  const about = { tool: 'powersim', machine, workload, policy: options.policy, seed: options.seed, digest }
  writePieces('--trace', target, trace.file(about))
  const leftOut = trace.leftOut === 0 ? '' : `, ${trace.leftOut} more left out: a trace keeps ${MAX_TRACE_RECORDS}`
  return `  trace      ${target}: ${trace.kept} records${leftOut}\n`
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
function documentOf(result: RunResult, options: RunCommandOptions, meta: object, diagram: string | undefined): unknown {
  return {
    schema: 'powersim.run/1',
    seed: options.seed,
    machine: result.machine,
    workload: result.workload,
    policy: options.policy,
    digest: result.digest,
    lines: result.lines,
    commands: result.commands,
    ...(diagram === undefined ? {} : { sequence: { line: options.sequence, diagram } }),
    simulatedMs: result.simulatedNs / 1e6,
    meta,
  }
}
