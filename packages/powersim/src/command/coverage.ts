// `powersim coverage`: what of a console's command line is modelled, refused as a console without the feature refuses it, or not simulated.
// It says what the console's own tables say.

import { type Command, Option } from 'commander'
import { coverage, type Generation, generations } from '@powersim/hmc'
import { coverageCounts, coverageTable } from './coverage-table.js'
import { checkJsonTarget, withJsonOption, writeJson } from './common-options.js'

interface CoverageOptions {
  readonly generation?: Generation
  readonly json?: string
}

export function addCoverage(program: Command): void {
  withJsonOption(program.command('coverage'))
    .description('say what of the command line of a console is modelled')
    .addOption(new Option('--generation <name>', 'of this generation of consoles only').choices([...generations]))
    .action((options: CoverageOptions) => print(options))
}

function print({ generation, json }: CoverageOptions): void {
  checkJsonTarget(json)
  const rows = coverage(generation)
  if (json !== '-') process.stdout.write(`${coverageTable(rows)}\n`)
  if (json === undefined) return
  const of = generation === undefined ? {} : { generation }
  writeJson(json, { schema: 'powersim.coverage/1', ...of, counts: coverageCounts(rows), rows })
}
