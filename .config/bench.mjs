// `pnpm bench [--only PREFIX] [--json -] [--quick]`: operations a second and garbage collections of what packages/*/bench measures.
// Builds first. Each benchmark runs alone in a Node process of its own, on the compiled packages: warm-up, then samples of the same
// length; the median counts. A benchmark is { name, operations, prepare }, `prepare` giving a function that does so many operations.

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { PerformanceObserver } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { pathToFileURL } from 'node:url'
import { Bench } from 'tinybench'
import { build, filesBelow, install, requireNode, root } from './bootstrap.mjs'

const SAMPLES = 5
const QUICK_SAMPLES = 3
const QUICK_PART = 10

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    json: { type: 'string' },
    quick: { type: 'boolean', default: false },
    // For this program's own children: the benchmark to run in this process.
    run: { type: 'string' },
  },
})

const median = (values) => values.toSorted((one, other) => one - other)[values.length >> 1]
const collected = async () => {
  const files = filesBelow('packages', (path) => /\/bench\/[^/]+\.bench\.mjs$/.test(path))
  const modules = await Promise.all(files.map((file) => import(pathToFileURL(join(root, file)))))
  return modules.flatMap(({ benchmarks }) => benchmarks)
}

async function measured(benchmark) {
  const work = await benchmark.prepare()
  const whole = benchmark.operations
  const operations = options.quick ? Math.ceil(whole / QUICK_PART) : whole
  work(operations)
  const collections = []
  const observer = new PerformanceObserver((list) => collections.push(...list.getEntries()))
  observer.observe({ entryTypes: ['gc'] })
  const spans = []
  let startedAt = 0
  const bench = new Bench({ warmup: false, time: 0, iterations: options.quick ? QUICK_SAMPLES : SAMPLES, retainSamples: true })
  bench.add(benchmark.name, () => work(operations), {
    beforeEach: () => {
      startedAt = performance.now()
    },
    afterEach: () => {
      spans.push({ from: startedAt, to: performance.now() })
    },
  })
  await bench.run()
  const { result } = bench.tasks[0]
  if (result.state !== 'completed') throw result.error ?? new Error(`${benchmark.name}: ${result.state}`)
  // The observer is told of collections after the code that caused them.
  await new Promise((resolve) => setTimeout(resolve, 50))
  observer.disconnect()
  const counts = spans.map(({ from, to }) => collections.filter(({ startTime }) => startTime >= from && startTime <= to).length)
  const rates = result.latency.samples.map((milliseconds) => (operations / milliseconds) * 1000)
  return {
    name: benchmark.name,
    perSecond: Math.round(median(rates)),
    collections: median(counts),
    slowest: Math.round(Math.min(...rates)),
    fastest: Math.round(Math.max(...rates)),
    operations,
    samples: rates.length,
  }
}

function inOwnProcess({ name }) {
  const args = [join(root, '.config/bench.mjs'), '--run', name, ...(options.quick ? ['--quick'] : [])]
  const child = spawnSync(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' })
  if (child.status !== 0) throw new Error(`${name}: exit status ${child.status}`)
  return JSON.parse(child.stdout)
}

const whole = (value) => value.toLocaleString('en-US')

async function main() {
  const chosen = (await collected()).filter(({ name }) => name.startsWith(options.only))
  if (chosen.length === 0) throw new Error(`--only ${options.only}: no benchmark has a name that starts so`)
  // With --json the standard output is the document's alone.
  const print = options.json === '-' ? console.error : console.log
  const results = []
  for (const benchmark of chosen) {
    const result = inOwnProcess(benchmark)
    results.push(result)
    const range = `(${whole(result.slowest)} to ${whole(result.fastest)})`
    print(`${result.name.padEnd(22)} ${whole(result.perSecond).padStart(12)}/s  ${range}, ${result.collections} collections`)
  }
  if (options.json === '-') console.log(JSON.stringify({ schema: 'powersim.bench/1', results }, null, 2))
}

if (options.run !== undefined) {
  const benchmark = (await collected()).find(({ name }) => name === options.run)
  console.log(JSON.stringify(await measured(benchmark)))
} else {
  requireNode()
  if (options.json !== undefined && options.json !== '-') throw new Error(`--json ${options.json}: only '-' (standard output) is known`)
  if (!install() || !build()) process.exitCode = 1
  else await main()
}
