// `powersim memory`: a shared memory pool by itself, from a file of partitions; or, with --trace, how often replacement policies fault on a
// recorded string of page references. The runs themselves are the library's memoryPool and pageFaults.

import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { gunzipSync } from 'node:zlib'
import { type Command, InvalidArgumentError } from 'commander'
import { memoryPoolTable, pageFaultsTable } from '@powersim/report'
import { memoryPool } from '../memory/memory-pool.js'
import { faultPolicies, pageFaults } from '../memory/page-traces.js'
import { PoolError } from '../pool/pool-document.js'
import { checkJsonTarget, readLinedFields, withResultOptions, writeJson } from './common-options.js'
import { reason, UsageError } from './usage-error.js'

interface MemoryCommandOptions {
  readonly trace?: string
  readonly frames?: readonly number[]
  readonly policies?: readonly string[]
  readonly seed: string
  readonly json?: string
}

const MAX_FRAMES = 2 ** 26
const MAX_RUNS = 1000
const DEFAULT_POLICIES = ['lru', 'clock', 'fifo', 'min']
const GZIP = [0x1f, 0x8b]

export function addMemory(program: Command): void {
  withResultOptions(program.command('memory'))
    .description('share memory among partitions that together have more than there is, or count page faults of recorded references')
    .argument('[file]', 'pool, paging device and partitions in YAML or JSON')
    .option('--trace <file>', 'recorded page references instead: one page number a line, # comments, gzip accepted')
    .option('--frames <list>', 'with --trace: numbers of frames, such as 100,200', frameCounts)
    .option('--policies <list>', `with --trace: of ${faultPolicies.join(', ')} (default: ${DEFAULT_POLICIES.join(',')})`, policyNames)
    .action((file: string | undefined, options: MemoryCommandOptions) => memory(file, options))
}

async function memory(file: string | undefined, options: MemoryCommandOptions): Promise<void> {
  const { trace, frames, policies, seed, json } = options
  checkJsonTarget(json)
  if (trace !== undefined) {
    if (file !== undefined) throw new UsageError(`memory: expected a pool file or --trace, got both: ${file} and ${trace}`)
    if (frames === undefined) throw new UsageError('memory: expected --frames with --trace, such as --frames 100,200')
    countFaults(trace, frames, policies ?? DEFAULT_POLICIES, seed, json)
    return
  }
  if (file === undefined) throw new UsageError('memory: expected a pool file, or --trace FILE with --frames')
  if (frames !== undefined || policies !== undefined) throw new UsageError('memory: --frames and --policies go with --trace')
  await runPool(file, seed, json)
}

function countFaults(file: string, frames: readonly number[], policies: readonly string[], seed: string, json: string | undefined): void {
  const started = performance.now()
  const { references, distinct, results } = pageFaults(readTrace('--trace', file), file, { policies, frames, seed })
  const meta = { seed, wallSeconds: (performance.now() - started) / 1000, node: process.version }
  if (json !== '-') process.stdout.write(`${pageFaultsTable({ file, references, distinct, results })}\n`)
  if (json !== undefined) writeJson(json, { schema: 'powersim.memory/1', references, distinct, results, meta })
}

async function runPool(file: string, seed: string, json: string | undefined): Promise<void> {
  const started = performance.now()
  const { fields, lineOf } = await readLinedFields('file', file, "a memory pool file, such as 'poolMiB: 1024'")
  try {
    const result = memoryPool(fields, { seed, readTrace: (trace) => readTrace(`${file}: trace`, join(dirname(file), trace)) })
    const { overcommit, partitions, digest, seconds, references, pageIns, pageOuts } = result
    const meta = { seed, seconds, references, pageIns, pageOuts, wallSeconds: (performance.now() - started) / 1000, node: process.version }
    if (json !== '-') process.stdout.write(`${memoryPoolTable({ ...result, file, seed })}\n`)
    if (json !== undefined) writeJson(json, { schema: 'powersim.memory-pool/1', overcommit, partitions, digest, meta })
  } catch (error) {
    if (error instanceof PoolError) throw new UsageError(`${file}:${lineOf(error.path)}: ${error.message}`)
    throw error
  }
}

function readTrace(option: string, file: string): Uint8Array {
  try {
    const bytes = readFileSync(file)
    return GZIP.every((byte, at) => bytes[at] === byte) ? gunzipSync(bytes) : bytes
  } catch (cause) {
    throw new UsageError(`${option}: cannot read ${file}: ${reason(cause)}`)
  }
}

function frameCounts(text: string): number[] {
  const counts = text.split(',').map(Number)
  const good = counts.every((count) => Number.isInteger(count) && count >= 1 && count <= MAX_FRAMES)
  if (good && counts.length <= MAX_RUNS) return counts
  throw new InvalidArgumentError(`expected whole numbers from 1 to ${MAX_FRAMES} with commas, such as 100,200, got '${text}'`)
}

function policyNames(text: string): string[] {
  const names = text.split(',')
  const unknown = names.find((name) => !faultPolicies.includes(name))
  if (unknown === undefined) return names
  throw new InvalidArgumentError(`unknown policy '${unknown}': expected some of ${faultPolicies.join(', ')}, with commas`)
}
