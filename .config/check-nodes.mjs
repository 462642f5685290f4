// `pnpm check:nodes`: the same run gives the same bytes on every Node version that is supported, and twice on this one.
// Runs the main comparison and one run on each version (the npm package `node`, pinned), drops `meta` (date, host, versions)
// from the output and compares the rest. Prints a table of SHA-256 sums; the exit status is 1 on any difference.
// `--cli FILE` runs another program in place of the powersim command, to try this script itself.

import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { build, install, requireNode, root } from './bootstrap.mjs'

// The oldest Node that is supported, and the newest release of each later line when this was written.
const pinned = ['20.19.0', '22.23.3', '24.21.0']
const script = 'examples/workloads/day-one.hmc'
const commands = {
  compare: ['compare', '--workload', script, '--replications', '2', '--json', '-'],
  run: ['run', script, '--json', '-'],
}

const { values } = parseArgs({ options: { cli: { type: 'string' } } })
const cli = values.cli ?? join(root, 'packages/powersim/dist/cli.js')

const here = (...args) => [process.execPath, args]
const through = (version) => (...args) => ['npx', ['--yes', '--loglevel=error', '-p', `node@${version}`, 'node', ...args]]
const runtimes = [...pinned.map((version) => [version, through(version)]), [process.versions.node, here], [process.versions.node, here]]

function output(runtime, args) {
  const [program, all] = runtime(...args)
  const shell = process.platform === 'win32' && program === 'npx'
  const result = spawnSync(program, all, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 30, shell })
  if (result.status === 0) return result.stdout
  throw new Error(`${program} ${all.join(' ')}: exit status ${result.status}\n${result.stderr}`)
}

function digest(text) {
  const { meta, ...rest } = JSON.parse(text)
  if (meta === undefined) throw new Error('the output has no `meta`; is it the JSON of the powersim command?')
  return createHash('sha256').update(JSON.stringify(rest)).digest('hex')
}

function checkNodes() {
  const sums = { compare: new Set(), run: new Set() }
  console.log('| Node | command | SHA-256 of the output without `meta` |\n|---|---|---|')
  for (const [version, runtime] of runtimes) {
    const actual = output(runtime, ['-p', 'process.versions.node']).trim()
    if (actual !== version) throw new Error(`asked for Node ${version}, got ${actual}`)
    for (const [name, args] of Object.entries(commands)) {
      const sum = digest(output(runtime, [cli, ...args]))
      sums[name].add(sum)
      console.log(`| ${actual} | ${name} | ${sum} |`)
    }
  }
  const different = Object.keys(sums).filter((name) => sums[name].size > 1)
  if (different.length === 0) console.log(`Same bytes in ${runtimes.length} runs of each command.`)
  else console.log(`The output of ${different.join(' and ')} differs.`)
  return different.length === 0
}

requireNode()
try {
  const isReady = values.cli !== undefined || (install() && build())
  process.exitCode = isReady && checkNodes() ? 0 : 1
} catch (error) {
  console.log(`check:nodes failed: ${error.message}`)
  process.exitCode = 1
}
