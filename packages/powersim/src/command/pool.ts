// `powersim pool`: shared processor pools by themselves, from a file of cores, pools and partitions; a table or JSON.
// The run itself is the library's sharedProcessorPool.

import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { type Command, Option } from 'commander'
import { poolTable } from '@powersim/report'
import { PoolError } from '../pool/pool-document.js'
import { sharedProcessorPool, type SharedProcessorPoolResult } from '../pool/shared-processor-pool.js'
import { checkJsonTarget, integerOption, readFields, withResultOptions, writeJson } from './common-options.js'
import { UsageError } from './usage-error.js'

interface PoolCommandOptions {
  readonly windows: number
  readonly fidelity: 'exact' | 'fluid'
  readonly seed: string
  readonly json?: string
}

const MAX_WINDOWS = 10_000_000

export function addPool(program: Command): void {
  withResultOptions(program.command('pool'))
    .description('share processors among partitions by entitlement and weight, without consoles and commands')
    .argument('<file>', 'cores, pools and partitions in YAML or JSON')
    .option('--windows <n>', 'dispatch windows of 10 ms', integerOption(1, MAX_WINDOWS), 1000)
    .addOption(new Option('--fidelity <kind>', 'every slice, or shares alone').choices(['exact', 'fluid']).default('exact'))
    .action((file: string, options: PoolCommandOptions) => pool(file, options))
}

async function pool(file: string, { windows, fidelity, seed, json }: PoolCommandOptions): Promise<void> {
  const started = performance.now()
  checkJsonTarget(json)
  const document = await readFields('file', file, "a pool file, such as 'cores: 4'")
  const result = run(file, document, { windows, fidelity, seed })
  const wallSeconds = (performance.now() - started) / 1000
  if (json !== '-') process.stdout.write(`${poolTable({ ...result, file, seed })}\n`)
  if (json !== undefined) writeJson(json, documentOf(result, seed, wallSeconds))
}

function run(file: string, document: unknown, options: Pick<PoolCommandOptions, 'windows' | 'fidelity' | 'seed'>) {
  try {
    return sharedProcessorPool(document, { ...options, readTrace: (trace) => traceText(join(dirname(file), trace)) })
  } catch (error) {
    if (error instanceof PoolError) throw new UsageError(`${file}: ${error.message}`)
    throw error
  }
}

function traceText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new PoolError('trace', `cannot read ${path}: ${cause instanceof Error ? cause.message : String(cause)}`)
  }
}

/** Schema `powersim.pool/1`: everything outside `meta` is the same on every machine. */
function documentOf(result: SharedProcessorPoolResult, seed: string, wallSeconds: number): unknown {
  const { windows, fidelity, digest, partitions, pool: idle, slices } = result
  const meta = { wallSeconds, slices, node: process.version }
  return { schema: 'powersim.pool/1', seed, fidelity, windows, digest, partitions, pool: idle, meta }
}
