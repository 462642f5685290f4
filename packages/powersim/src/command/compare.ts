// `powersim compare`: one workload under several policies, paired replications, a table, JSON, a page with charts.
// The study itself is the library's compareRoutes.

import { performance } from 'node:perf_hooks'
import type { Command } from 'commander'
import { ProgressLine } from '@powersim/report'
import { builtInPolicies, policyByName } from '@powersim/routing'
import { compareRoutes } from '../study/compare-routes.js'
import { commandLine } from './command-line.js'
import {
  checkJsonTarget,
  type CommonOptions,
  integerOption,
  readMachine,
  readWorkload,
  withCommonOptions,
  writeJson,
} from './common-options.js'
import { machineNotes, noteLines, notesMeta } from './machine-notes.js'
import { prepareReportFolder, writeReport } from './report-folder.js'

interface CompareOptions extends CommonOptions {
  readonly workload: string
  readonly policies: string
  readonly replications: number
  readonly report?: string
}

const MAX_REPLICATIONS = 100_000

export function addCompare(program: Command): void {
  const names = builtInPolicies.map((policy) => policy.name).join(', ')
  withCommonOptions(program.command('compare'))
    .description('compare routing policies on one workload, replication by replication on the same random numbers')
    .requiredOption('--workload <file|mix:file>', 'script of console lines (.hmc), or generated mix (mix:FILE.yaml)')
    .option('--policies <names>', `policies, the first is the baseline: ${names}`, 'fsp-only,by-target')
    .option('--replications <n>', 'paired replications', integerOption(1, MAX_REPLICATIONS), 10)
    .option('--report <dir>', 'write the comparison as a page with charts, index.html in this folder')
    .action((options: CompareOptions) => compare(options))
}

async function compare(options: CompareOptions): Promise<void> {
  const started = performance.now()
  checkJsonTarget(options.json)
  const machine = await readMachine(options.machine)
  const notes = machineNotes(machine)
  const workload = await readWorkload('--workload', options.workload)
  const policies = options.policies.split(',').map((name) => policyByName(name.trim()))
  prepareReportFolder(options.report)
  const progress = new ProgressLine(process.stderr, () => performance.now(), { label: 'runs' })
  const study = compareRoutes({
    machine,
    workload,
    policies,
    seed: options.seed,
    replications: options.replications,
    noise: options.noise,
    collect: options.report !== undefined,
    progress: (done, total) => progress.update(done, total),
  })
  progress.finish()
  process.stderr.write(noteLines(notes))
  const wallSeconds = (performance.now() - started) / 1000
  if (options.json !== '-') process.stdout.write(`${study.table()}\n`)
  if (options.json !== undefined) {
    writeJson(options.json, study.json({ wallSeconds, events: study.comparison.events, node: process.version, ...notesMeta(notes) }))
  }
  if (options.report !== undefined) {
    const path = writeReport(options.report, await study.report({ command: commandLine(process.argv.slice(2)) }))
    process.stderr.write(`report: ${path}\n`)
  }
}
