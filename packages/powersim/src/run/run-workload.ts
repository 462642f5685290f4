// One run of a workload, for whoever wants to see what the console prints: every line with its output, times and commands.
// Comparing policies is in study/.

import { type MachineDocument, readDocument } from '@powersim/managed-system'
import { asPolicy, type ChooseFunction, type RoutingPolicy } from '@powersim/routing'
import { programOf, type Workload } from '../workloads.js'
import { play } from './play.js'
import type { RunWatcher } from './run-watcher.js'

export interface RunOptions {
  readonly machine: MachineDocument
  readonly workload: Workload
  /** One policy for all consoles; one with `anew` is made anew for each. */
  readonly policy: RoutingPolicy | ChooseFunction
  readonly seed: string
  readonly noise?: boolean
  /** Told of every line as it returns. */
  readonly returned?: (line: RunLine) => void
  /** Who watches: a TraceRecording, a SequenceRecording. They change nothing of the run. */
  readonly watchers?: readonly RunWatcher[]
}

/** A line that has returned, as `powersim.run/1` has it. */
export interface RunLine {
  /** Line of the script, from 1. */
  readonly line: number
  readonly console: string
  /** Who typed; absent: the console's first user. */
  readonly user?: string
  /** What was typed. */
  readonly command: string
  readonly exitStatus: number
  readonly stdout: string
  readonly stderr: string
  /** What a real console would have done and this one does not. */
  readonly notSimulated?: string
  readonly startMs: number
  readonly durationMs: number
  /** Commands that it issued. */
  readonly commands: number
}

export interface RunResult {
  readonly digest: string
  readonly machine: string
  readonly workload: string
  /** In the order in which they returned. */
  readonly lines: readonly RunLine[]
  readonly commands: { readonly completed: number; readonly failed: number; readonly lost: number }
  readonly simulatedNs: number
  readonly events: number
}

/** Runs a workload once. Throws the typed error of a bad document, script or policy before time 0 where it can. */
export function runWorkload(options: RunOptions): RunResult {
  const document = readDocument(options.machine)
  const program = programOf(options.workload, document)
  const policy = asPolicy(options.policy)
  const { watchers = [] } = options
  const lines: RunLine[] = []
  const commands = { completed: 0, failed: 0, issued: 0, finished: 0 }
  const installation = play({
    seed: options.seed,
    replication: 0,
    noise: options.noise ?? true,
    document,
    program,
    policy: () => policy.anew?.() ?? policy,
    prepared: (prepared) => {
      for (const watcher of watchers) watcher.prepared(prepared, program)
    },
    started: (line, atNs) => {
      for (const watcher of watchers) watcher.started?.(line, atNs)
    },
    returned: (line, result) => {
      for (const watcher of watchers) watcher.returned?.(line, result)
      commands.issued += result.commands
      const done: RunLine = {
        line: line.line,
        console: line.console,
        ...(line.user === undefined ? {} : { user: line.user }),
        command: line.text,
        exitStatus: result.exitStatus,
        stdout: result.stdout,
        stderr: result.stderr,
        startMs: result.startNs / 1e6,
        durationMs: result.durationNs / 1e6,
        commands: result.commands,
        ...(result.notSimulated === undefined ? {} : { notSimulated: result.notSimulated }),
      }
      lines.push(done)
      options.returned?.(done)
    },
    recorded: (record) => {
      commands.finished++
      if (record.replied) commands.completed++
      if (record.status !== 'ok') commands.failed++
    },
  })
  const { simulation } = installation
  return {
    digest: simulation.digest.hex(),
    machine: document.name,
    workload: options.workload.name,
    lines,
    commands: { completed: commands.completed, failed: commands.failed, lost: commands.issued - commands.finished },
    simulatedNs: simulation.now,
    events: simulation.executed,
  }
}
