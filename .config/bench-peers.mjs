// `pnpm bench:peers [--only PREFIX] [--rounds N] [--quick] [--json FILE|-]`: the kernel's benchmarks against other engines doing the same.
// The other sides are the programs of packages/kernel/bench/peers; what a computer lacks is skipped, with the reason. Every program runs
// alone, takes MODEL WARM-UP OPERATIONS and prints one line of JSON: processor seconds, and what it simulated, which is checked here.
// Sides take turns, in the other order every second round; ratios are formed within a round, and their median counts.

import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import os from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { build, cache, install, requireNode, root } from './bootstrap.mjs'

const ROUNDS = 5
const QUICK_ROUNDS = 2
const QUICK_PART = 10
const TIMEOUT_MS = 600_000
// A side whose simulated time or mean number inside is further off did something else.
const TIME_TOLERANCE = 0.05
const INSIDE_TOLERANCE = 0.25
const SIMJS = 'simjs@2.0.3'

// `gapNs`: simulated time per operation. `inside`: mean number of customers in the stations, by Erlang's C formula.
const models = [
  { name: 'kernel.hold.1000', operations: 1_000_000, gapNs: 1e6 / 1000, inside: 0 },
  { name: 'kernel.hold.100000', operations: 1_000_000, gapNs: 1e6 / 100_000, inside: 0 },
  { name: 'kernel.hold.1000000', operations: 1_000_000, gapNs: 1e6 / 1_000_000, inside: 0 },
  { name: 'kernel.phold', operations: 1_000_000, gapNs: 1e6 / 10_000, inside: 0 },
  { name: 'station.mm1', operations: 500_000, gapNs: 1e6 / 0.8, inside: 4 },
  { name: 'station.tandem', operations: 50_000, gapNs: 1e6 / 4 / 0.8, inside: 55.86 },
]

const source = (file) => join(root, 'packages/kernel/bench/peers', file)
const folder = join(cache, 'peers')
const run = (program, args) => spawnSync(program, args, { encoding: 'utf8', timeout: TIMEOUT_MS, maxBuffer: 2 ** 26 })
const missing = (reason) => ({ missing: reason })
// What the compiler says, without the place where it says it.
const complaint = (text) => /error: (.*)/.exec(text)?.[1] ?? 'does not compile'

const compiler = process.env.CXX ?? 'g++'
const compilerVersion = () => (run(compiler, ['-dumpfullversion']).stdout ?? '').trim()

// Compiled for any processor of the family, as distributions do it.
function compiled(file, libraries = [], debian = 'g++') {
  const program = join(folder, file.replace(/\.cpp$/, ''))
  mkdirSync(folder, { recursive: true })
  const { error, status, stderr } = run(compiler, ['-std=c++17', '-O3', '-DNDEBUG', source(file), ...libraries, '-o', program])
  if (error !== undefined) return missing(`no compiler '${compiler}' (Debian: g++)`)
  if (status !== 0) return missing(`${complaint(stderr)} (Debian: ${debian})`)
  return { command: [program], version: `${compiler} ${compilerVersion()} -O3` }
}

function ns3(scheduler) {
  const found = compiled('ns3.cpp', ['-lns3-core'], 'libns3-dev')
  if (found.missing !== undefined) return found
  const version = (run('pkg-config', ['--modversion', 'ns3-core']).stdout ?? '').trim()
  return { command: [...found.command, `ns3::${scheduler}`], version: `${version} ${scheduler}, ${found.version}` }
}

function simpy() {
  const probe = 'import platform, simpy; print(simpy.__version__, platform.python_implementation(), platform.python_version())'
  // Debian's own interpreter sees Debian's packages, another one in front of it may not.
  for (const python of [process.env.PYTHON, 'python3', '/usr/bin/python3'].filter((name) => name !== undefined)) {
    const { status, stdout } = run(python, ['-c', probe])
    if (status === 0) return { command: [python, source('simpy_models.py')], version: stdout.trim() }
  }
  return missing('no Python with the module simpy (Debian: python3-simpy3; python3-simpy is version 2 and another interface)')
}

function simjs() {
  const by = `npm install --prefix ${folder} ${SIMJS}`
  try {
    const { version } = createRequire(`${folder}/`)('simjs/package.json')
    return `simjs@${version}` === SIMJS
      ? { command: [process.execPath, source('simjs.mjs'), folder], version }
      : missing(`not ${SIMJS}: ${by}`)
  } catch {
    return missing(`not installed: ${by}`)
  }
}

const kernel = { name: 'powersim', command: [process.execPath, source('kernel.mjs')], warmUp: 1 }
// `warmUp` in operations measured: compilers at run time need it, and so do heaps that are to be shuffled; an interpreter does not.
const peers = [
  { name: 'std::priority_queue', find: () => compiled('priority-queue.cpp'), warmUp: 1 },
  { name: 'ns-3, priority queue', find: () => ns3('PriorityQueueScheduler'), warmUp: 1 },
  { name: 'ns-3, map', find: () => ns3('MapScheduler'), warmUp: 1 },
  { name: 'SimPy', find: simpy, warmUp: 0.1 },
  { name: 'simjs', find: simjs, warmUp: 1 },
]

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    rounds: { type: 'string' },
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
  },
})

const off = (actual, expected) => Math.abs(actual / expected - 1)

/** Operations per second of processor time. Throws if the side simulated something else. */
function measured({ name, command, warmUp }, model) {
  const operations = options.quick ? model.operations / QUICK_PART : model.operations
  const [program, ...args] = command
  const { error, status, stdout, stderr } = run(program, [...args, model.name, `${Math.ceil(warmUp * operations)}`, `${operations}`])
  if (status !== 0) throw new Error(`${name}: ${model.name}: ${error ?? `exit status ${status}`}\n${stderr}`)
  const { seconds, simulatedNs, areaNs } = JSON.parse(stdout)
  const gapNs = simulatedNs / operations
  if (!(off(gapNs, model.gapNs) < TIME_TOLERANCE)) throw new Error(`${name}: ${model.name}: ${gapNs} ns per operation, not ${model.gapNs}`)
  const inside = areaNs / simulatedNs
  const isOther = model.inside === 0 ? inside !== 0 : off(inside, model.inside) > INSIDE_TOLERANCE
  if (isOther) throw new Error(`${name}: ${model.name}: ${inside} customers inside on average, not ${model.inside}`)
  return operations / seconds
}

const sorted = (values) => values.toSorted((one, other) => one - other)
// Of an even number of rounds, the mean of the two in the middle.
const median = (values) => (sorted(values)[(values.length - 1) >> 1] + sorted(values)[values.length >> 1]) / 2

function compared(model, present, rounds) {
  const rates = new Map([kernel, ...present].map(({ name }) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    const sides = round % 2 === 0 ? [kernel, ...present] : [...present.toReversed(), kernel]
    for (const side of sides) rates.get(side.name).push(measured(side, model))
  }
  const own = rates.get(kernel.name)
  const against = present.map(({ name }) => {
    const ratios = rates.get(name).map((rate, round) => own[round] / rate)
    return {
      peer: name,
      perSecond: Math.round(median(rates.get(name))),
      ratio: median(ratios),
      lowest: Math.min(...ratios),
      highest: Math.max(...ratios),
    }
  })
  return { model: model.name, perSecond: Math.round(median(own)), against }
}

const two = (value) => (value >= 10 ? value.toFixed(0) : value.toFixed(2))
const cell = ({ ratio, lowest, highest }) => `${two(ratio)} (${two(lowest)} to ${two(highest)})`
const row = (cells) => `| ${cells.join(' | ')} |`

function main() {
  // With `--json -` the standard output is the document's alone.
  const print = options.json === '-' ? console.error : console.log
  const rounds = Number(options.rounds ?? (options.quick ? QUICK_ROUNDS : ROUNDS))
  if (!(Number.isInteger(rounds) && rounds > 0)) throw new Error(`--rounds ${options.rounds}: expected a whole number from 1`)
  const chosen = models.filter(({ name }) => name.startsWith(options.only))
  if (chosen.length === 0) throw new Error(`--only ${options.only}: no model has a name that starts so`)
  const all = peers.map((peer) => ({ ...peer, ...peer.find() }))
  const present = all.filter((peer) => peer.missing === undefined)
  for (const { name, version, missing: reason } of all) print(reason === undefined ? `${name}: ${version}` : `${name}: skipped: ${reason}`)
  print(`powersim: Node ${process.versions.node}; ${os.cpus()[0]?.model}; ${rounds} rounds\n`)
  print('Rate of powersim per second of processor time, and its ratio to the rate of each other engine: median (lowest to highest round).')
  print(row(['model', 'powersim', ...present.map(({ name }) => name)]))
  print(row(['---', '---:', ...present.map(() => '---:')]))
  const results = []
  for (const model of chosen) {
    const result = compared(model, present, rounds)
    results.push(result)
    print(row([`\`${result.model}\``, result.perSecond.toLocaleString('en-US'), ...result.against.map(cell)]))
  }
  const listed = all.map(({ name, version, missing: reason }) => (reason === undefined ? { name, version } : { name, skipped: reason }))
  const document = { schema: 'powersim.bench-peers/1', node: process.versions.node, rounds, peers: listed, results }
  if (options.json === '-') console.log(JSON.stringify(document, null, 2))
  else if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(document, null, 2)}\n`)
}

requireNode()
if (!install() || !build()) process.exitCode = 1
else main()
